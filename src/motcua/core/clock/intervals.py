"""Answers how the time of a dossier divides: counted, waiting or paused, with cause, law and whose time it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from motcua.core.clock.facts import (
    OWNER_OF,
    Cause,
    ClockFact,
    ConsultationAnswered,
    ConsultationAsked,
    Ended,
    Extended,
    Owner,
    PauseClosed,
    PauseOpened,
    Received,
    StoppedClock,
    SupplementAsked,
    SupplementSupplied,
    Withdrawn,
)
from motcua.core.kernel import LegalRef


class IntervalKind(Enum):
    """Whether the term runs."""

    COUNTED = "counted"
    WAITING = "waiting"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Interval:
    """Time ``[start, end)`` of one kind, cause and owner; ``end`` is ``None`` while it lasts.

    ``ref`` is the law that lets the term rest; ``of`` names the office consulted.
    """

    start: datetime
    end: datetime | None
    kind: IntervalKind
    ref: LegalRef | None = None
    cause: Cause = Cause.HANDLING
    of: str = ""

    @property
    def owner(self) -> Owner:
        return OWNER_OF[self.cause]


# Of facts at the same instant, what closes comes before what opens.
_ORDER: dict[type, int] = {
    Received: 0,
    SupplementSupplied: 1,
    PauseClosed: 1,
    ConsultationAnswered: 1,
    SupplementAsked: 2,
    PauseOpened: 2,
    ConsultationAsked: 2,
    Extended: 3,
    StoppedClock: 4,
    Withdrawn: 4,
    Ended: 5,
}


def in_order(facts: Sequence[ClockFact]) -> list[ClockFact]:
    """Return the facts as they happened, the same whatever order they are delivered in."""
    return sorted(facts, key=lambda f: (f.at, _ORDER[type(f)], repr(f)))


def intervals_of(ordered: Sequence[ClockFact], received_at: datetime) -> tuple[Interval, ...]:
    """Return the time from reception to the end, without gap or overlap; the last interval is open while it lasts.

    Waiting for the applicant goes before a pause, a pause before a consultation; several pauses at once are one
    rest, which lasts until the last of them is closed.
    """
    found: list[Interval] = []
    is_waiting, pauses, consulted = False, list[PauseOpened](), list[ConsultationAsked]()
    start, now = received_at, Interval(received_at, None, IntervalKind.COUNTED)
    # Closings at the same instant come first; what opens and closes in one instant is nothing.
    closed: set[tuple[str, datetime]] = set()
    for fact in ordered:
        if isinstance(fact, (StoppedClock, Withdrawn, Ended)):
            if fact.at > start:
                found.append(_ended(now, start, fact.at))
            return _joined(found)
        if isinstance(fact, SupplementAsked):
            is_waiting = True
        elif isinstance(fact, SupplementSupplied):
            is_waiting = False
        elif isinstance(fact, PauseOpened):
            if (fact.key, fact.at) not in closed:
                pauses.append(fact)
        elif isinstance(fact, ConsultationAsked):
            if (fact.key, fact.at) not in closed:
                consulted.append(fact)
        elif (isinstance(fact, PauseClosed) and not _drop(pauses, fact.key)) or (
            isinstance(fact, ConsultationAnswered) and not _drop(consulted, fact.key)
        ):
            closed.add((fact.key, fact.at))
        following = _what_holds(is_waiting, pauses, consulted, fact.at)
        if _key(following) == _key(now):
            continue
        if fact.at > start:
            found.append(_ended(now, start, fact.at))
            start = fact.at
        now = following
    found.append(_ended(now, start, None))
    return _joined(found)


def _joined(found: Sequence[Interval]) -> tuple[Interval, ...]:
    """Return the intervals with neighbours of one kind as one; two requests for papers stay two."""
    joined: list[Interval] = []
    for interval in found:
        last = joined[-1] if joined else None
        if last is not None and interval.kind is not IntervalKind.WAITING and _key(last) == _key(interval):
            joined[-1] = _ended(last, last.start, interval.end)
        else:
            joined.append(interval)
    return tuple(joined)


def _what_holds(
    is_waiting: bool, pauses: Sequence[PauseOpened], consulted: Sequence[ConsultationAsked], at: datetime
) -> Interval:
    if is_waiting:
        return Interval(at, None, IntervalKind.WAITING, cause=Cause.SUPPLEMENT)
    if pauses:
        return Interval(at, None, IntervalKind.PAUSED, pauses[0].basis, pauses[0].cause)
    if consulted:
        return Interval(at, None, IntervalKind.COUNTED, cause=Cause.CONSULTATION, of=consulted[0].of)
    return Interval(at, None, IntervalKind.COUNTED)


def _key(interval: Interval) -> tuple[object, ...]:
    return interval.kind, interval.cause, interval.ref, interval.of


def _ended(what: Interval, start: datetime, end: datetime | None) -> Interval:
    return Interval(start, end, what.kind, what.ref, what.cause, what.of)


def _drop(opened: list[PauseOpened] | list[ConsultationAsked], key: str) -> bool:
    """Take the one with that key off; return whether there was one."""
    number = next((n for n in range(len(opened)) if opened[n].key == key), None)
    if number is None:
        return False
    del opened[number]
    return True
