"""Plays a day of a hall in memory with the core's own discipline: who came, was called, went; the same for a seed.

Used by the demo for days past and by the bench for the day it plays through real processes.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from motcua.core.floor import Desk, Event, EventKind, Ground, Queue, Rules, State, Ticket, applied, next_ticket
from motcua.core.floor.replay import rules_data

_GROUNDS = (Ground.ELDERLY,) * 6 + (Ground.SMALL_CHILD,) * 2 + (Ground.PREGNANT, Ground.DISABLED, Ground.MERIT)
_PRIORITY, _NO_SHOW = 0.13, 0.04


@dataclass(frozen=True, slots=True)
class Kind:
    """A group as a day plays it: its share of the visitors, and the middle and spread of its visits in minutes."""

    group: int
    letter: str
    share: float
    visit: float
    spread: float = 0.5


@dataclass(frozen=True, slots=True)
class Arrival:
    """A visitor of the day. ``visit`` is how many minutes the counter will take."""

    at: datetime
    kind: Kind
    ground: Ground
    visit: float


@dataclass(frozen=True, slots=True)
class PlayedTicket:
    """A ticket at the end of its day."""

    ticket: Ticket
    letter: str
    number: int
    first_called_at: datetime | None
    ended_at: datetime | None
    reason: str


def arrivals_of(day: datetime, kinds: Sequence[Kind], *, count: int, dice: Random) -> list[Arrival]:
    """Return the visitors of a day in their order: a morning peak at nine, a smaller one after lunch.

    ``day`` is the opening, half past seven; the hall takes numbers until half past eleven and from one to half past
    four.
    """
    minutes = sorted(_minute(dice) for _ in range(count))
    found = []
    for minute in minutes:
        kind = dice.choices(kinds, [k.share for k in kinds])[0]
        ground = dice.choice(_GROUNDS) if dice.random() < _PRIORITY else Ground.NONE
        visit = min(40.0, max(0.7, dice.lognormvariate(math.log(kind.visit), kind.spread)))
        found.append(Arrival(day + timedelta(minutes=minute), kind, ground, visit))
    return found


def _minute(dice: Random) -> float:
    while True:
        minute = dice.gauss(95, 62) if dice.random() < 0.64 else dice.gauss(405, 60)
        if 0 <= minute < 235 or 330 <= minute < 535:
            return minute


def play(
    arrivals: Sequence[Arrival], desks: Sequence[Desk], *, dice: Random
) -> tuple[list[PlayedTicket], list[Event]]:
    """Return the tickets and the events of the day, ids counting from one in order of arrival."""
    state = _Playing(desks, dice)
    pending = list(arrivals)
    while pending or state.busy or state.queue.waiting():
        next_free = state.busy[0][0] if state.busy else None
        if pending and (next_free is None or pending[0].at <= next_free):
            state.arrive(pending.pop(0))
        elif next_free is not None:
            state.finish()
        else:
            break
        state.call_all()
    return state.tickets(), state.events


class _Playing:
    def __init__(self, desks: Sequence[Desk], dice: Random) -> None:
        self.desks, self.dice, self.rules = {d.counter: d for d in desks}, dice, Rules()
        self.queue, self.events = Queue(), list[Event]()
        self.busy: list[tuple[datetime, int, int]] = []
        self.arrivals: dict[int, Arrival] = {}
        self.numbers: dict[str, int] = {}
        self.first_called: dict[int, datetime] = {}
        self.ended: dict[int, datetime] = {}
        self.reasons: dict[int, str] = {}
        self.done: dict[int, Ticket] = {}
        self.now = datetime(1970, 1, 1, tzinfo=UTC)

    def happens(self, kind: EventKind, ticket: int, counter: int | None = None, **data: object) -> None:
        event = Event(kind, self.now, ticket, counter, data)
        self.events.append(event)
        self.queue = applied(self.queue, event)

    def arrive(self, arrival: Arrival) -> None:
        self.now, number = arrival.at, len(self.arrivals) + 1
        self.arrivals[number] = arrival
        letter = arrival.kind.letter
        self.numbers[letter] = self.numbers.get(letter, 0) + 1
        label = f"{letter}{self.numbers[letter]:03}"
        self.happens(
            EventKind.TAKEN,
            number,
            label=label,
            group=arrival.kind.group,
            ground=arrival.ground.value,
            booked_at=None,
        )

    def finish(self) -> None:
        self.now, counter, number = heapq.heappop(self.busy)
        if self.dice.random() < _NO_SHOW and self.queue.tickets[number].calls == 1:
            # Called twice, not there, back some minutes later: the place in time is kept.
            self.happens(EventKind.CALLED_AGAIN, number, counter)
            self.happens(EventKind.SET_ASIDE, number, counter)
            self.happens(EventKind.RETURNED, number)
            return
        self.happens(EventKind.FINISHED, number, counter, done=[])
        self.ended[number] = self.now
        # Who is done is looked at no more: the discipline would go through a whole day for each call.
        self.done[number] = self.queue.tickets[number]
        self.queue = replace(self.queue, tickets={k: t for k, t in self.queue.tickets.items() if k != number})

    def call_all(self) -> None:
        taken = {counter for _at, counter, _number in self.busy}
        for counter in sorted(set(self.desks) - taken):
            desk = self.desks[counter]
            choice = next_ticket(
                self.queue, desk, now=self.now, rules=self.rules, open_counters=frozenset(self.desks)
            )
            if choice is None:
                continue
            number = choice.ticket.id
            self.happens(
                EventKind.CALLED,
                number,
                counter,
                groups=sorted(desk.groups),
                open=sorted(self.desks),
                rules=rules_data(self.rules),
                reason=choice.reason.value,
            )
            self.first_called.setdefault(number, self.now)
            self.reasons[number] = choice.reason.value
            free_at = self.now + timedelta(minutes=self.arrivals[number].visit)
            heapq.heappush(self.busy, (free_at, counter, number))

    def tickets(self) -> list[PlayedTicket]:
        every = {**self.done, **self.queue.tickets}
        return [
            PlayedTicket(
                t,
                t.label[0],
                int(t.label[1:]),
                self.first_called.get(i),
                self.ended.get(i) if t.state is State.DONE else None,
                self.reasons.get(i, ""),
            )
            for i, t in sorted(every.items())
        ]
