"""Answers the way of a dossier through its process: which step stood where, from when to when, and whether in time.

Allowed is a step's own share of the term; while the dossier's clock rests, a step's rests too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from motcua.core.calendar import Calendar
from motcua.core.clock import Interval, IntervalKind, Timeliness, timeliness
from motcua.core.dossier.corrections import effective
from motcua.core.dossier.facts import Fact, FactKind
from motcua.core.dossier.life import Place, advance, begin
from motcua.core.process import Net


@dataclass(frozen=True, slots=True)
class Stay:
    """A step while it was open. ``unit_id`` and ``staff_id`` are who closed it, ``None`` while it is open.

    ``by_seq`` is the fact that opened it, ``end_seq`` the one that closed it.
    """

    step: int
    opened_at: datetime
    closed_at: datetime | None = None
    unit_id: int | None = None
    staff_id: int | None = None
    outcome: int | None = None
    instance: int = 0
    by_seq: int = 0
    end_seq: int | None = None


def stays_of(facts: Iterable[Fact], net: Net) -> tuple[Stay, ...]:
    """Return every opening of every step, in the order in which they were opened."""
    life, found = begin(), list[Stay]()
    open_at: dict[Place, int] = {}
    for fact in effective(facts):
        advanced = advance(life, fact, net)
        life = advanced.life
        done = (fact.body.get("step"), fact.body.get("instance", 0)) if fact.kind is FactKind.COMPLETED else None
        for place in advanced.closed:
            number = open_at.pop(place, None)
            if number is not None:
                # What a boundary or an end has closed was done by nobody.
                is_done = place == done
                found[number] = replace(
                    found[number],
                    closed_at=fact.at,
                    unit_id=fact.unit_id if is_done or fact.kind is not FactKind.COMPLETED else None,
                    staff_id=fact.staff_id if is_done or fact.kind is not FactKind.COMPLETED else None,
                    outcome=fact.body["outcome"] if is_done else None,
                    end_seq=fact.seq,
                )
        for step, instance in advanced.opened:
            open_at[step, instance] = len(found)
            found.append(Stay(step, fact.at, instance=instance, by_seq=fact.seq))
    return tuple(found)


def rested_minutes(intervals: Sequence[Interval], calendar: Calendar, start: datetime, end: datetime) -> float:
    """Return the working minutes between two instants in which the clock rested."""
    total = 0.0
    for interval in intervals:
        if interval.kind is not IntervalKind.COUNTED:
            begin_at, end_at = max(interval.start, start), min(interval.end or end, end)
            if end_at > begin_at:
                total += calendar.working_minutes_between(begin_at, end_at)
    return total


def step_due(
    *,
    opened_at: datetime,
    minutes: int,
    intervals: Sequence[Interval],
    calendar: Calendar,
    due_at: datetime | None,
) -> datetime | None:
    """Return when a step has to be done: its share after it was opened and what rested since, never after the due.

    ``minutes`` are of an eight-hour day, 0 for a step without a share. ``None`` while the clock rests.
    """
    if intervals and intervals[-1].end is None and intervals[-1].kind is not IntervalKind.COUNTED and due_at is None:
        return None
    if not minutes:
        return due_at
    own = calendar.add_share(opened_at, minutes=minutes)
    for interval in intervals:
        if interval.kind is IntervalKind.COUNTED or interval.end is None or interval.end <= opened_at:
            continue
        if interval.start >= own:
            break
        rested = calendar.working_minutes_between(max(interval.start, opened_at), interval.end)
        own = calendar.add_minutes(own, rested) if rested > 0 else own
    return min(own, due_at) if due_at is not None else own


def step_timeliness(stay: Stay, *, due_at: datetime | None, at: datetime) -> Timeliness:
    """Return the class of a step by the same definition as the dossier's."""
    return timeliness(due_at=due_at, ended_at=stay.closed_at, at=at)
