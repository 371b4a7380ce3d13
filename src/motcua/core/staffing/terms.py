"""Answers who at a one-stop unit is out of the law's bounds of seniority and term, when, and by which act.

Source: Decree 61/2018/NĐ-CP, art. 11; Decree 118/2025/NĐ-CP, art. 11 [2nd]. The bounds of the act in force on a day
hold on that day, also for who came under an earlier one; seniority is measured on the day, not at coming.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from motcua.core.kernel import LegalRef


class Breach(Enum):
    """In what somebody is out of bounds; ``UNKNOWN``: nobody wrote down since when the person is in the field."""

    SENIORITY = "seniority"
    UNKNOWN = "unknown"
    TERM_SHORT = "term_short"
    TERM_OVER = "term_over"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an act asks of staff sent to one-stop units, from its first to its last day (``None``: still in force).

    Unit: years in the field, months of a term.
    """

    from_on: date
    to_on: date | None
    seniority_years: int
    term_months_min: int
    term_months_max: int
    seniority_ref: LegalRef
    term_ref: LegalRef


@dataclass(frozen=True, slots=True)
class Service:
    """A person's service at the unit: in the field since, here from, and the day it is planned to end."""

    in_field_since_on: date | None
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Spell:
    """Days in which somebody is out of bounds, both counted (``None``: no end in sight), by which act's bounds."""

    breach: Breach
    from_on: date
    to_on: date | None
    bounds: Bounds

    @property
    def ref(self) -> LegalRef:
        is_term = self.breach in (Breach.TERM_SHORT, Breach.TERM_OVER)
        return self.bounds.term_ref if is_term else self.bounds.seniority_ref

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def spells(service: Service, bounds: Sequence[Bounds]) -> tuple[Spell, ...]:
    """Return all days out of bounds, across the change of acts; by day, then by kind.

    Each act's days are looked at alone: what an earlier act allowed may be out of bounds on the day the next begins,
    and the other way round.
    """
    found: list[Spell] = []
    for held in bounds:
        first = max(held.from_on, service.from_on)
        last = _earlier(held.to_on, service.to_on)
        if last is not None and last < first:
            continue
        for breach, begins, ends in _breaches(service, held):
            start, end = max(first, begins), _earlier(last, ends)
            if end is None or start <= end:
                found.append(Spell(breach, start, end, held))
    return tuple(sorted(found, key=lambda s: (s.from_on, s.breach.value)))


def breaches_on(service: Service, bounds: Sequence[Bounds], on: date) -> tuple[Spell, ...]:
    """Return in what the person is out of bounds on a day."""
    return tuple(s for s in spells(service, bounds) if s.holds_on(on))


def coming(service: Service, bounds: Sequence[Bounds], *, on: date, days: int) -> tuple[Spell, ...]:
    """Return what begins after ``on`` within ``days`` days and does not hold on ``on`` already."""
    now = {s.breach for s in breaches_on(service, bounds, on)}
    until = on + timedelta(days=days)
    return tuple(s for s in spells(service, bounds) if on < s.from_on <= until and s.breach not in now)


def _breaches(service: Service, held: Bounds) -> list[tuple[Breach, date, date | None]]:
    """Return each breach with its first and last day, as if the act had always held."""
    found: list[tuple[Breach, date, date | None]] = []
    if service.in_field_since_on is None:
        found.append((Breach.UNKNOWN, date.min, None))
    else:
        reached = add_months(service.in_field_since_on, 12 * held.seniority_years)
        found.append((Breach.SENIORITY, date.min, reached - timedelta(days=1)))
    # The day on which the months are full is the first day over: a term of 6 months from 1 January ends on 30 June.
    found.append((Breach.TERM_OVER, add_months(service.from_on, held.term_months_max), None))
    if service.to_on is not None and service.to_on < add_months(service.from_on, held.term_months_min) - timedelta(1):
        found.append((Breach.TERM_SHORT, date.min, None))
    return found


def _earlier(one: date | None, other: date | None) -> date | None:
    known = [d for d in (one, other) if d is not None]
    return min(known, default=None)
