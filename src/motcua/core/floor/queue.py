"""Answers who is called next at a counter, and why this visitor and not another.

The discipline in four sentences, as it hangs in the hall: appointments whose time has come and visitors with a
priority go first, in the order of their times. After ``streak_max`` such calls in a row past waiting visitors of a
group, the next call of that group is for the visitor who has waited longest; once that visitor has waited
``wait_max``, already after one. Who was sent on to another counter, or was set aside and came back, keeps the place
in time. An appointment before its time is called only when nobody else waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from motcua.core.floor.priority import Ground


class State(IntEnum):
    """Where a ticket is. Stored: numbers never change."""

    WAITING = 1
    CALLED = 2
    ASIDE = 3
    DONE = 4
    LEFT = 5

    @property
    def is_final(self) -> bool:
        return self in (State.DONE, State.LEFT)


class Standing(IntEnum):
    """How a waiting ticket stands towards the others now."""

    ORDINARY = 0
    PRIORITY = 1
    BOOKED = 2
    EARLY = 3


class Reason(StrEnum):
    """Why this ticket was called."""

    FAIR_TURN = "fair_turn"
    BOOKED = "booked"
    PRIORITY = "priority"
    ORDER = "order"
    EARLY = "early"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the centre has set; none of it is law. ``calls_max`` calls without an answer set a ticket aside."""

    streak_max: int = 3
    wait_max: timedelta = timedelta(minutes=30)
    calls_max: int = 2
    late_grace: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket in the queue of one hall and day. ``place_at`` is its place in time and never changes."""

    id: int
    label: str
    group: int
    place_at: datetime
    ground: Ground = Ground.NONE
    booked_at: datetime | None = None
    for_counter: int | None = None
    state: State = State.WAITING
    calls: int = 0
    counter: int | None = None
    called_at: datetime | None = None
    passed: int = 0

    def standing(self, *, now: datetime, rules: Rules) -> Standing:
        """Return how the ticket stands; an appointment that came too late stands like any other visitor."""
        if self.booked_at is not None and self.place_at <= self.booked_at + rules.late_grace:
            return Standing.BOOKED if self.booked_at <= now else Standing.EARLY
        return Standing.PRIORITY if self.ground is not Ground.NONE else Standing.ORDINARY

    @property
    def order(self) -> tuple[datetime, int]:
        """What a class is sorted by: the hour of the appointment, else the place in time."""
        return (self.booked_at or self.place_at, self.id)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open counter and the groups it serves."""

    counter: int
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class Queue:
    """All tickets of a hall's day by id, and per group how many calls in a row went past ordinary visitors."""

    tickets: Mapping[int, Ticket] = field(default_factory=dict)
    streaks: Mapping[int, int] = field(default_factory=dict)

    def waiting(self) -> list[Ticket]:
        return [t for t in self.tickets.values() if t.state is State.WAITING]

    def called_at_counter(self, counter: int) -> Ticket | None:
        """Return the ticket that is at a counter now; there is one at most."""
        return next((t for t in self.tickets.values() if t.state is State.CALLED and t.counter == counter), None)

    def with_ticket(self, ticket: Ticket) -> Queue:
        return replace(self, tickets={**self.tickets, ticket.id: ticket})


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is called, and the reason that can be told to whoever asks."""

    ticket: Ticket
    reason: Reason


def next_ticket(
    queue: Queue, desk: Desk, *, now: datetime, rules: Rules, open_counters: frozenset[int] = frozenset()
) -> Choice | None:
    """Return the ticket that the desk calls next with the reason; ``None`` when nobody waits for it.

    ``open_counters`` are those where somebody sits: a visitor sent to a counter that has closed is anybody's.
    Guarantee: within a class of a group the order of time is kept; of a group with waiting ordinary visitors at most
    ``streak_max`` calls in a row go past them, so one with k ordinary visitors before is passed at most
    ``streak_max * (k + 1)`` times.
    """
    candidates = candidates_of(queue.waiting(), desk, open_counters=open_counters)
    by_standing: dict[Standing, list[Ticket]] = {}
    for ticket in candidates:
        by_standing.setdefault(ticket.standing(now=now, rules=rules), []).append(ticket)
    ordinary = by_standing.get(Standing.ORDINARY, [])
    first = min(
        (*by_standing.get(Standing.PRIORITY, ()), *by_standing.get(Standing.BOOKED, ())), key=_order, default=None
    )
    if first is not None:
        owed = [
            t
            for t in ordinary
            if t.place_at < first.place_at and queue.streaks.get(t.group, 0) >= _limit(t, now=now, rules=rules)
        ]
        if owed:
            return Choice(min(owed, key=_order), Reason.FAIR_TURN)
        is_booked = first.standing(now=now, rules=rules) is Standing.BOOKED
        return Choice(first, Reason.BOOKED if is_booked else Reason.PRIORITY)
    if ordinary:
        return Choice(min(ordinary, key=_order), Reason.ORDER)
    early = min(by_standing.get(Standing.EARLY, ()), key=_order, default=None)
    return Choice(early, Reason.EARLY) if early is not None else None


def candidates_of(waiting: Iterable[Ticket], desk: Desk, *, open_counters: frozenset[int]) -> list[Ticket]:
    """Return who may be called at the desk: of its groups, or sent to it; not who was sent to another open one."""
    return [
        t
        for t in waiting
        if t.for_counter == desk.counter
        or (t.group in desk.groups and (t.for_counter is None or t.for_counter not in open_counters))
    ]


def after_call(
    queue: Queue, called: Ticket, desk: Desk, *, now: datetime, rules: Rules, open_counters: frozenset[int]
) -> Queue:
    """Return the queue with ``called`` at the desk: who was passed is counted, and the groups' runs go on or end."""
    standing = called.standing(now=now, rules=rules)
    streaks, tickets = dict(queue.streaks), dict(queue.tickets)
    if standing is Standing.ORDINARY:
        streaks[called.group] = 0
    passed = [
        t
        for t in candidates_of(queue.waiting(), desk, open_counters=open_counters)
        if t.id != called.id
        and t.place_at < called.place_at
        and t.standing(now=now, rules=rules) is Standing.ORDINARY
    ]
    if standing is not Standing.ORDINARY:
        for group in {t.group for t in passed}:
            streaks[group] = streaks.get(group, 0) + 1
        for ticket in passed:
            tickets[ticket.id] = replace(ticket, passed=ticket.passed + 1)
    tickets[called.id] = replace(
        called, state=State.CALLED, counter=desk.counter, called_at=now, calls=called.calls + 1
    )
    return Queue(tickets, streaks)


def _order(ticket: Ticket) -> tuple[datetime, int]:
    return ticket.order


def _limit(ticket: Ticket, *, now: datetime, rules: Rules) -> int:
    """Return after how many calls past a group it is the turn of this ordinary visitor."""
    return min(1, rules.streak_max) if now - ticket.place_at >= rules.wait_max else rules.streak_max
