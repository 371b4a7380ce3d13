"""Answers what a hall shows of itself: to everybody on the display, to a visitor on the telephone, to an officer.

Numbers and counters only; no name, no matter, no ground of a priority is shown to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from motcua.core.floor import Estimate, EventKind, Forecast, Standing, State, call_words
from motcua.services.floor.estimates import forecast_of
from motcua.services.floor.halls import Floor, floor_of, hall_of_unit, place_of
from motcua.services.times import VIETNAM, local_day
from motcua.store.floor.models import Hall, HallGroup, Ticket, TicketEvent
from motcua.store.organisation.models import Counter

CALLS_SHOWN, NEXT_SHOWN = 6, 4
RATED_WITHIN = timedelta(minutes=3)
_VISITS = UUID("6f1d9d0e-3a0c-4f7e-9a59-0c1f4d5b8a21")


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the display shows and says it."""

    label: str
    counter: int
    at: datetime
    words_vi: str
    words_en: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as everybody may see it: who waits, who is next, how long it takes for who comes now."""

    group: HallGroup
    waiting: int
    next_labels: tuple[str, ...]
    estimate: Estimate | None
    is_served: bool


@dataclass(frozen=True, slots=True)
class Board:
    """All that the display shows."""

    hall: Hall
    calls: tuple[Call, ...]
    groups: tuple[GroupLine, ...]
    waiting: int
    open_counters: int
    aside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """A ticket as its holder sees it. ``ahead`` counts who is called before in the same group."""

    ticket: Ticket
    group: HallGroup
    unit_name: str
    counter: int | None
    ahead: int | None
    estimate: Estimate | None
    hall: Hall

    @property
    def state(self) -> State:
        return State(self.ticket.state)


def board_of(hall: Hall, *, now: datetime) -> Board:
    floor = floor_of(hall, day=local_day(now))
    made = forecast_of(floor, now=now)
    lines = group_lines(floor, made, now=now)
    return Board(
        hall=hall,
        calls=last_calls(hall, floor.counters, now=now),
        groups=lines,
        waiting=sum(line.waiting for line in lines),
        open_counters=len(floor.open_counters),
        aside=tuple(t.label for t in floor.tickets.values() if t.state == State.ASIDE),
    )


def load_of_unit(unit_id: int, *, now: datetime) -> Board | None:
    """Return what the public may know of a centre's hall now; ``None`` where there is no hall."""
    hall = hall_of_unit(unit_id)
    return board_of(hall, now=now) if hall is not None else None


def visit_of(ticket: Ticket) -> UUID:
    """Return what names the visit to a rating: it leads from the ticket to the rating's key, and back to nothing."""
    return uuid5(_VISITS, ticket.token)


def visit_just_ended(counter_id: int, *, now: datetime) -> UUID | None:
    """Return the visit that ended at a counter within the last minutes, for its rating tablet."""
    last = (
        Ticket.objects.filter(
            counter_id=counter_id, day=local_day(now), state=State.DONE, ended_at__gte=now - RATED_WITHIN
        )
        .order_by("-ended_at")
        .first()
    )
    return visit_of(last) if last is not None else None


def group_lines(floor: Floor, made: Forecast, *, now: datetime) -> tuple[GroupLine, ...]:
    lines = []
    rules = floor.rules
    for group in floor.groups:
        waiting = [t for t in floor.tickets.values() if t.group_id == group.id and t.state == State.WAITING]
        order = {i: n for n, i in enumerate(made.by_ticket)}
        soon = [t for t in waiting if place_of(t).standing(now=now, rules=rules) is not Standing.EARLY]
        soon.sort(key=lambda t: order.get(t.id, len(order)))
        served = any(group.id in floor.serves[c] for c in floor.open_counters)
        labels = tuple(t.label for t in soon[:NEXT_SHOWN])
        lines.append(GroupLine(group, len(waiting), labels, made.by_group.get(group.id), served))
    return tuple(lines)


def last_calls(hall: Hall, counters: Mapping[int, Counter], *, now: datetime) -> tuple[Call, ...]:
    """Return the last calls of the day, newest first, each ticket once."""
    start = datetime.combine(local_day(now), time(), VIETNAM)
    events = (
        TicketEvent.objects.filter(
            hall_id=hall.id, kind__in=(EventKind.CALLED, EventKind.CALLED_AGAIN), at__gte=start
        )
        .order_by("-seq")
        .values_list("ticket_id", "counter_id", "at")[: CALLS_SHOWN * 3]
    )
    found = list(events)
    tickets = Ticket.objects.in_bulk([ticket_id for ticket_id, _, _ in found])
    calls: dict[int, Call] = {}
    for ticket_id, counter_id, at in found:
        ticket, counter = tickets.get(ticket_id), counters.get(counter_id or 0)
        if ticket is None or counter is None or ticket.id in calls or ticket.day != local_day(now):
            continue
        words = {language: call_words(ticket.label, counter.number, language) for language in ("vi", "en")}
        calls[ticket.id] = Call(ticket.label, counter.number, at, words["vi"], words["en"])
    return tuple(calls.values())[:CALLS_SHOWN]


def followed(token: str, *, now: datetime) -> Followed | None:
    """Return what the holder of a ticket sees, ``None`` for an unknown token or a ticket of an earlier day."""
    ticket = Ticket.objects.select_related("hall__unit", "group", "counter").filter(token=token).first()
    if ticket is None or ticket.day != local_day(now):
        return None
    ahead, estimate = None, None
    if ticket.state == State.WAITING:
        made = forecast_of(floor_of(ticket.hall, day=ticket.day), now=now)
        ahead, estimate = made.ahead.get(ticket.id), made.by_ticket.get(ticket.id)
    counter = ticket.counter.number if ticket.counter is not None else None
    return Followed(ticket, ticket.group, ticket.hall.unit.name, counter, ahead, estimate, ticket.hall)
