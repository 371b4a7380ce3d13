"""Answers what the queue of a day is after what happened: the stored rows are an index of this and nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from motcua.core.floor.priority import Ground
from motcua.core.floor.queue import Desk, Queue, Rules, State, Ticket, after_call


class EventKind(IntEnum):
    """What happened in the hall. Stored: numbers never change."""

    TAKEN = 1
    CALLED = 2
    CALLED_AGAIN = 3
    SET_ASIDE = 4
    RETURNED = 5
    TRANSFERRED = 6
    FINISHED = 7
    LEFT = 8
    DESK_OPENED = 20
    DESK_PAUSED = 21
    DESK_RESUMED = 22
    DESK_CLOSED = 23
    GROUP_PAUSED = 30
    GROUP_RESUMED = 31
    HALL_CLOSED = 32
    HALL_OPENED = 33
    NOTICE = 34


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``data`` holds what a replay needs: label and group, the desk's groups, the rules."""

    kind: EventKind
    at: datetime
    ticket: int | None = None
    counter: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def replayed(events: Iterable[Event]) -> Queue:
    """Return the queue after the events of one day in their order; the same events always give the same queue."""
    queue = Queue()
    for event in events:
        queue = applied(queue, event)
    return queue


def applied(queue: Queue, event: Event) -> Queue:
    """Return the queue after one event. Raises ValueError when the event cannot follow, as a lost event would show."""
    if event.kind is EventKind.TAKEN:
        return _taken(queue, event)
    if event.ticket is None:
        return queue
    ticket = queue.tickets[event.ticket]
    wanted = _FROM[event.kind]
    if ticket.state not in wanted:
        raise ValueError(f"{ticket.label}: {event.kind.name} does not follow {ticket.state.name}")
    if event.kind is EventKind.CALLED:
        return _called(queue, ticket, event)
    return queue.with_ticket(_changed(ticket, event))


_FROM: dict[EventKind, tuple[State, ...]] = {
    EventKind.CALLED: (State.WAITING,),
    EventKind.CALLED_AGAIN: (State.CALLED,),
    EventKind.SET_ASIDE: (State.CALLED,),
    EventKind.RETURNED: (State.ASIDE,),
    EventKind.TRANSFERRED: (State.CALLED, State.WAITING),
    EventKind.FINISHED: (State.CALLED,),
    EventKind.LEFT: (State.WAITING, State.ASIDE),
}


def rules_data(rules: Rules) -> dict[str, float]:
    """Return the rules as an event keeps them, so that a later change of the rules changes no past call."""
    return {
        "streak_max": rules.streak_max,
        "wait_max": rules.wait_max.total_seconds(),
        "late_grace": rules.late_grace.total_seconds(),
    }


def _taken(queue: Queue, event: Event) -> Queue:
    if event.ticket is None or event.ticket in queue.tickets:
        raise ValueError("a ticket is taken once")
    booked = event.data.get("booked_at")
    ticket = Ticket(
        id=event.ticket,
        label=str(event.data["label"]),
        group=int(event.data["group"]),
        place_at=event.at,
        ground=Ground(event.data.get("ground", "")),
        booked_at=datetime.fromisoformat(booked) if booked else None,
    )
    return queue.with_ticket(ticket)


def _called(queue: Queue, ticket: Ticket, event: Event) -> Queue:
    assert event.counter is not None
    kept = event.data["rules"]
    rules = Rules(
        streak_max=int(kept["streak_max"]),
        wait_max=timedelta(seconds=kept["wait_max"]),
        late_grace=timedelta(seconds=kept["late_grace"]),
    )
    desk = Desk(event.counter, frozenset(event.data["groups"]))
    open_counters = frozenset(event.data["open"])
    return after_call(queue, ticket, desk, now=event.at, rules=rules, open_counters=open_counters)


def _changed(ticket: Ticket, event: Event) -> Ticket:
    match event.kind:
        case EventKind.CALLED_AGAIN:
            return replace(ticket, calls=ticket.calls + 1)
        case EventKind.SET_ASIDE:
            return replace(ticket, state=State.ASIDE, counter=None, called_at=None)
        case EventKind.RETURNED:
            return replace(ticket, state=State.WAITING, calls=0)
        case EventKind.TRANSFERRED:
            return replace(
                ticket,
                state=State.WAITING,
                group=int(event.data["group"]),
                for_counter=event.data.get("for_counter"),
                counter=None,
                called_at=None,
                calls=0,
            )
        case EventKind.FINISHED:
            return replace(ticket, state=State.DONE)
        case _:
            return replace(ticket, state=State.LEFT)
