"""Answers whose time a dossier's time was: every instant from reception to end belongs to exactly one holder.

Side by side, what holds a dossier up is the branch that is done last: its time counts, the others wait for it.
What a special law, the applicant or an office consulted takes is theirs; what another agency's dossier takes is told
by that dossier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from motcua.core.calendar import Calendar
from motcua.core.clock import Interval, Owner
from motcua.core.dossier.path import Stay


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch ``[start, end)`` and who held the dossier in it.

    ``unit_id`` is ``None`` where no unit of ours did: the applicant, another authority, an office named in ``of``.
    ``step`` is the step at which it stood; ``None`` while the process waited for a time or message.
    """

    start: datetime
    end: datetime
    owner: Owner
    unit_id: int | None
    step: int | None = None
    of: str = ""
    dossier: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder had of a dossier: minutes by the clock on the wall, in office hours, and after it was due."""

    owner: Owner
    unit_id: int | None
    of: str
    minutes: int
    working_minutes: float
    late_minutes: int


def held_by(
    stays: Sequence[Stay],
    intervals: Sequence[Interval],
    *,
    units: Mapping[tuple[int, int, int], int],
    received_at: datetime,
    end_at: datetime,
    consulted_units: Mapping[str, int] | None = None,
    elsewhere: Mapping[tuple[int, int, int], Sequence[Held]] | None = None,
    waiting_unit_id: int | None = None,
) -> tuple[Held, ...]:
    """Return the stretches from reception to ``end_at`` in their order, each with its one holder.

    Shape: ``units`` and ``elsewhere`` go by (step, instance, fact that opened it); ``elsewhere`` holds the stretches
    of the dossier that another agency had for that step. ``waiting_unit_id`` answers for what no step explains.
    Guarantee: the stretches partition the time; the same facts give the same stretches.
    """
    chain = _chain(stays, units, received_at=received_at, end_at=end_at, waiting_unit_id=waiting_unit_id)
    found = list[Held]()
    for stretch, key in chain:
        inside = (elsewhere or {}).get(key) if key is not None else None
        found += _clipped(inside, stretch) if inside else [stretch]
    return _with_intervals(found, intervals, consulted_units or {})


def shares_of(held: Sequence[Held], calendar: Calendar, *, due_at: datetime | None) -> tuple[Share, ...]:
    """Return what each holder had, in the order of first holding.

    Unit: whole minutes that add up to the whole time; working minutes of the calendar.
    """
    if not held:
        return ()
    begin = held[0].start
    found: dict[tuple[Owner, int | None, str], Share] = {}
    for h in held:
        late_from = h.end if due_at is None else min(max(h.start, due_at), h.end)
        one = Share(
            h.owner, h.unit_id, h.of, _minutes(begin, h.end) - _minutes(begin, h.start),
            calendar.working_minutes_between(h.start, h.end), _minutes(begin, h.end) - _minutes(begin, late_from),
        )  # fmt: skip
        key = (h.owner, h.unit_id, h.of if h.unit_id is None else "")
        before = found.get(key)
        found[key] = (
            one
            if before is None
            else replace(
                before,
                minutes=before.minutes + one.minutes,
                working_minutes=before.working_minutes + one.working_minutes,
                late_minutes=before.late_minutes + one.late_minutes,
            )
        )
    return tuple(found.values())


def _minutes(begin: datetime, at: datetime) -> int:
    """Return the whole minutes from ``begin``: differences of these add up to the whole, whatever the seconds."""
    return int((at - begin).total_seconds() // 60)


Key = tuple[int, int, int]


def _chain(
    stays: Sequence[Stay],
    units: Mapping[Key, int],
    *,
    received_at: datetime,
    end_at: datetime,
    waiting_unit_id: int | None,
) -> list[tuple[Held, Key | None]]:
    """Return from the end back to the reception who held it: before each step the one whose end opened it."""
    found: list[tuple[Held, Key | None]] = []
    at, stay = end_at, _last(stays, end_at)
    while at > received_at:
        if stay is None:
            found.append((Held(received_at, at, Owner.OFFICE, waiting_unit_id), None))
            break
        closed = min(stay.closed_at or at, at)
        if closed < at:
            # The process waited for a time or a message after this step.
            found.append((Held(closed, at, Owner.OFFICE, waiting_unit_id), None))
        start = max(min(stay.opened_at, closed), received_at)
        key = (stay.step, stay.instance, stay.by_seq)
        if start < closed:
            unit = units.get(key, stay.unit_id)
            found.append((Held(start, closed, Owner.OFFICE, unit, stay.step), key))
        at, stay = start, _before(stays, stay)
    return found[::-1]


def _last(stays: Sequence[Stay], end_at: datetime) -> Stay | None:
    """Return the step that held the dossier at the end: of those still open the one that stands longest."""
    standing = [s for s in stays if s.opened_at < end_at and (s.closed_at is None or s.closed_at > end_at)]
    if standing:
        return min(standing, key=lambda s: (s.opened_at, s.by_seq))
    closed = [s for s in stays if s.closed_at is not None and s.closed_at <= end_at]
    return max(closed, key=lambda s: (s.end_seq or 0, s.outcome is not None, s.by_seq)) if closed else None


def _before(stays: Sequence[Stay], stay: Stay) -> Stay | None:
    """Return the step whose end opened this one, or else the last that had ended before it was opened."""
    opening = [s for s in stays if s.end_seq == stay.by_seq and s is not stay]
    if opening:
        return max(opening, key=lambda s: (s.outcome is not None, s.by_seq))
    earlier = [s for s in stays if s.end_seq is not None and s.end_seq < stay.by_seq]
    return max(earlier, key=lambda s: (s.end_seq or 0, s.by_seq)) if earlier else None


def _clipped(inside: Sequence[Held], around: Held) -> list[Held]:
    """Return the other dossier's stretches within this one; what they leave free stays with who asked."""
    found, at = list[Held](), around.start
    for held in inside:
        start, end = max(held.start, at), min(held.end, around.end)
        if end <= start:
            continue
        if start > at:
            found.append(replace(around, start=at, end=start))
        found.append(replace(held, start=start, end=end))
        at = end
    if at < around.end:
        found.append(replace(around, start=at))
    return found


def _with_intervals(
    held: Sequence[Held], intervals: Sequence[Interval], consulted: Mapping[str, int]
) -> tuple[Held, ...]:
    """Return the stretches with what was the applicant's, another authority's or a consulted office's taken out."""
    found = list[Held]()
    for one in held:
        at = one.start
        for interval in intervals:
            start, end = max(interval.start, at), min(interval.end or one.end, one.end)
            if interval.owner is Owner.OFFICE or end <= start:
                continue
            if start > at:
                found.append(replace(one, start=at, end=start))
            unit = consulted.get(interval.of) if interval.owner is Owner.CONSULTED else None
            found.append(Held(start, end, interval.owner, unit, one.step, interval.of, one.dossier))
            at = end
        if at < one.end:
            found.append(replace(one, start=at))
    return tuple(found)
