"""Answers what the officer's page at the counter shows: the visitor there, who waits, who was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from motcua.core.floor import Standing, State
from motcua.core.forms.card import Card
from motcua.services.actors import Actor
from motcua.services.catalogue import current_procedure
from motcua.services.floor.boards import GroupLine, group_lines
from motcua.services.floor.desks import session_of, ticket_at_counter
from motcua.services.floor.estimates import forecast_of
from motcua.services.floor.halls import Floor, floor_of, hall_of_unit, place_of
from motcua.services.floor.notes import card_of, note_of
from motcua.services.times import local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.floor.models import DeskSession, DeskState, Hall, Ticket
from motcua.store.organisation.models import Counter

WAITING_SHOWN = 12


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody who waits for this counter, in the order of the calls to come."""

    ticket: Ticket
    letter: str
    standing: Standing
    minutes: int


@dataclass(frozen=True, slots=True)
class CounterPage:
    """All of the page. ``has_card`` tells that a kiosk read a card for the ticket; its content is not shown here."""

    hall: Hall
    floor: Floor
    session: DeskSession | None
    ticket: Ticket | None
    since: timedelta
    has_card: bool
    result_id: str
    procedure_name: str
    waiting: tuple[WaitingRow, ...]
    waiting_count: int
    aside: tuple[Ticket, ...]
    groups: tuple[GroupLine, ...]
    free_counters: tuple[Counter, ...]

    @property
    def is_open(self) -> bool:
        return self.session is not None and self.session.state == DeskState.OPEN


def counter_page(actor: Actor, *, now: datetime) -> CounterPage | None:
    """Return the page of the officer's counter; ``None`` where the unit has no hall."""
    hall = hall_of_unit(actor.unit_id)
    if hall is None:
        return None
    floor = floor_of(hall, day=local_day(now))
    session = session_of(actor)
    ticket = floor.at_counter(session.counter_id) if session is not None else None
    made = forecast_of(floor, now=now)
    waiting = _waiting(floor, session, list(made.by_ticket), now=now)
    taken = {s.counter_id for s in floor.sessions}
    note = note_of(ticket, now=now) if ticket is not None else {}
    return CounterPage(
        hall=hall,
        floor=floor,
        session=session,
        ticket=ticket,
        since=now - ticket.called_at if ticket is not None and ticket.called_at else timedelta(0),
        has_card="card" in note,
        result_id=_result_id(note.get("code", ""), actor),
        procedure_name=_procedure_name(ticket),
        waiting=tuple(waiting[:WAITING_SHOWN]),
        waiting_count=len(waiting),
        aside=tuple(t for t in floor.tickets.values() if t.state == State.ASIDE),
        groups=group_lines(floor, made, now=now),
        free_counters=tuple(c for c in floor.counters.values() if c.id not in taken),
    )


def card_of_visitor(actor: Actor, *, now: datetime) -> Card | None:
    """Return what the kiosk read from the card of the visitor who is at the officer's counter."""
    ticket = ticket_at_counter(actor)
    return card_of(ticket, now=now) if ticket is not None else None


def _waiting(floor: Floor, session: DeskSession | None, order: Sequence[int], *, now: datetime) -> list[WaitingRow]:
    rank, letters = {i: n for n, i in enumerate(order)}, {g.id: g.letter for g in floor.groups}
    served = floor.serves[session.counter_id] if session is not None else frozenset(letters)
    counter_id = session.counter_id if session is not None else 0
    rows = []
    for ticket in floor.tickets.values():
        is_mine = ticket.for_counter_id == counter_id or (ticket.group_id in served and not ticket.for_counter_id)
        if ticket.state != State.WAITING or not is_mine:
            continue
        minutes = int((now - ticket.place_at).total_seconds() // 60)
        standing = place_of(ticket).standing(now=now, rules=floor.rules)
        rows.append(WaitingRow(ticket, letters[ticket.group_id], standing, minutes))
    rows.sort(key=lambda r: (rank.get(r.ticket.id, len(rank)), r.ticket.place_at))
    return rows


def _procedure_name(ticket: Ticket | None) -> str:
    if ticket is None or not ticket.procedure_code:
        return ""
    found = current_procedure(ticket.procedure_code)
    return found.name if found is not None else ""


def _result_id(code: str, actor: Actor) -> str:
    if not code:
        return ""
    found = Dossier.objects.filter(code=code, reception_unit_id=actor.unit_id).values_list("public_id", flat=True)
    return str(found.first() or "")
