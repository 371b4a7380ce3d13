"""Answers how a hall is read and changed: one lock, one numbered event for everything that happens, one notice.

All that changes a hall's queue holds the hall's row: two counters that press at once are served one after the
other, and never get the same ticket.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from motcua.core.floor import Desk, EventKind, Ground, Queue, Rules, State
from motcua.core.floor import Ticket as Place
from motcua.services.actors import Actor, Denied
from motcua.services.times import local_day
from motcua.store.floor.feed import NOTIFY
from motcua.store.floor.models import DeskSession, DeskState, GroupCounter, Hall, HallGroup, Ticket, TicketEvent
from motcua.store.organisation.models import Counter

LIVE = (State.WAITING, State.CALLED, State.ASIDE)


@dataclass(frozen=True, slots=True)
class Floor:
    """A hall as it is now: its groups, the desks where somebody sits, and the live tickets of the day."""

    hall: Hall
    groups: tuple[HallGroup, ...]
    counters: dict[int, Counter]
    serves: dict[int, frozenset[int]]
    sessions: tuple[DeskSession, ...]
    tickets: dict[int, Ticket]

    @property
    def rules(self) -> Rules:
        return rules_of(self.hall)

    @property
    def open_counters(self) -> frozenset[int]:
        return frozenset(s.counter_id for s in self.sessions if s.state == DeskState.OPEN)

    def desk(self, counter_id: int) -> Desk:
        return Desk(counter_id, self.serves[counter_id])

    def queue(self) -> Queue:
        return Queue({t.id: place_of(t) for t in self.tickets.values()}, streaks_of(self.hall))

    def at_counter(self, counter_id: int) -> Ticket | None:
        found = (t for t in self.tickets.values() if t.state == State.CALLED and t.counter_id == counter_id)
        return next(found, None)

    def group(self, group_id: int) -> HallGroup | None:
        return next((g for g in self.groups if g.id == group_id), None)


def rules_of(hall: Hall) -> Rules:
    return Rules(
        streak_max=hall.streak_max, wait_max=timedelta(minutes=hall.wait_max_minutes), calls_max=hall.calls_max
    )


def streaks_of(hall: Hall) -> dict[int, int]:
    return {int(group): run for group, run in hall.streaks.items()}


def place_of(ticket: Ticket) -> Place:
    """Return a stored ticket as the core knows it."""
    return Place(
        id=ticket.id,
        label=ticket.label,
        group=ticket.group_id,
        place_at=ticket.place_at,
        ground=Ground(ticket.ground),
        booked_at=ticket.booked_at,
        for_counter=ticket.for_counter_id,
        state=State(ticket.state),
        calls=ticket.calls,
        counter=ticket.counter_id,
        called_at=ticket.called_at,
        passed=ticket.passed,
    )


def floor_of(hall: Hall, *, day: date) -> Floor:
    """Return the hall with all that decides about its queue: five statements, whatever its size."""
    groups = tuple(HallGroup.objects.filter(hall=hall).order_by("letter"))
    counters = {c.id: c for c in Counter.objects.filter(unit_id=hall.unit_id).order_by("number")}
    served: dict[int, set[int]] = {}
    for group_id, counter_id in GroupCounter.objects.filter(group__hall=hall).values_list("group_id", "counter_id"):
        served.setdefault(counter_id, set()).add(group_id)
    every = frozenset(g.id for g in groups)
    sessions = DeskSession.objects.filter(hall=hall).exclude(state=DeskState.CLOSED).order_by("counter__number")
    live = Ticket.objects.filter(hall=hall, day=day, state__in=LIVE).order_by("place_at", "id")
    return Floor(
        hall=hall,
        groups=groups,
        counters=counters,
        # A counter that no group names serves them all, as a counter without sectors does.
        serves={c: frozenset(served.get(c, every)) for c in counters},
        sessions=tuple(sessions),
        tickets={t.id: t for t in live},
    )


def locked(hall_id: int, *, now: datetime) -> Hall:
    """Return the hall held until the transaction ends; the first touch of a day begins the groups' runs anew."""
    hall = Hall.objects.select_for_update(no_key=True).get(id=hall_id)
    if hall.day != local_day(now):
        hall.day, hall.streaks = local_day(now), {}
        hall.save(update_fields=["day", "streaks"])
    return hall


def write_event(
    hall: Hall,
    kind: EventKind,
    *,
    now: datetime,
    ticket: Ticket | None = None,
    counter_id: int | None = None,
    actor: Actor | None = None,
    **data: Any,
) -> None:
    """Add the event that follows the hall's last one and tell the live part of it, both with the transaction."""
    hall.seq += 1
    hall.save(update_fields=["seq"])
    TicketEvent.objects.create(
        hall_id=hall.id,
        seq=hall.seq,
        kind=kind,
        at=now,
        ticket_id=ticket.id if ticket else None,
        counter_id=counter_id,
        staff_id=actor.staff_id if actor else None,
        data=data,
    )
    with connection.cursor() as cursor:
        cursor.execute(NOTIFY, [json.dumps([hall.id, hall.seq])])


def hall_of_unit(unit_id: int) -> Hall | None:
    return Hall.objects.filter(unit_id=unit_id).first()


def hall_for(actor: Actor) -> Hall:
    """Return the hall of the actor's unit; Denied when it has none or the actor is not at a one-stop unit."""
    hall = hall_of_unit(actor.unit_id)
    if hall is None or not actor.is_at_one_stop:
        raise Denied("no hall here")
    return hall


def groups_of(hall: Hall) -> list[HallGroup]:
    return list(HallGroup.objects.filter(hall=hall).order_by("letter"))


def group_for_sector(groups: Iterable[HallGroup], sector: str) -> HallGroup | None:
    """Return the group that receives a sector, else the first that names none."""
    listed = list(groups)
    named = next((g for g in listed if sector in g.sectors), None)
    return named or next((g for g in listed if not g.sectors and not g.is_results), None)
