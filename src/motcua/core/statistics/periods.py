"""Answers from which day to which a report of the official calendar goes: years, quarters and months from the 15th.

Which day and month a reporting year begins with is a parameter of the law, and an argument here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

_KEY = re.compile(r"^(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$")
_MONTHS = 12


class PeriodKind(Enum):
    """How long a period is."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class YearStart:
    """The day in the calendar year before on which a reporting year begins, such as 15 December."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Period:
    """The days ``[from_on, to_on]`` of a report. ``key`` names it in addresses: ``2026``, ``2026-Q4``, ``2026-11``."""

    kind: PeriodKind
    from_on: date
    to_on: date
    key: str = ""

    def __post_init__(self) -> None:
        if self.to_on < self.from_on:
            raise ValueError(f"{self.to_on} before {self.from_on}")


def year(number: int, *, start: YearStart) -> Period:
    """Return the reporting year ``number``: from the start day of the year before to the day before the next start."""
    return _between(PeriodKind.YEAR, number, 0, _MONTHS, start, f"{number:04}")


def quarter(number: int, of_year: int, *, start: YearStart) -> Period:
    """Return quarter 1 to 4 of a reporting year."""
    return _between(PeriodKind.QUARTER, of_year, 3 * (number - 1), 3, start, f"{of_year:04}-Q{number}")


def month(number: int, of_year: int, *, start: YearStart) -> Period:
    """Return month 1 to 12 of a reporting year: it ends in the month that it is named after."""
    return _between(PeriodKind.MONTH, of_year, number - 1, 1, start, f"{of_year:04}-{number:02}")


def period_of_key(key: str, *, start: YearStart) -> Period | None:
    """Return the period that ``key`` names; ``None`` when it names none."""
    found = _KEY.match(key)
    if found is None or not 1900 < int(found[1]) < 2200:
        return None
    number = int(found[1])
    if found[2]:
        return quarter(int(found[2]), number, start=start)
    return month(int(found[3]), number, start=start) if found[3] else year(number, start=start)


def quarter_on(day: date, *, start: YearStart) -> Period:
    """Return the quarter that the day lies in."""
    number = day.year + ((day.month, day.day) >= (start.month, start.day))
    return next(q for n in (1, 2, 3, 4) if (q := quarter(n, number, start=start)).to_on >= day)


def periods_until(day: date, *, years: int, start: YearStart) -> tuple[Period, ...]:
    """Return the quarters and years that have begun by ``day``, of so many reporting years, newest first."""
    last = day.year + ((day.month, day.day) >= (start.month, start.day))
    found = []
    for number in range(last, last - years, -1):
        found.append(year(number, start=start))
        found += [quarter(n, number, start=start) for n in (4, 3, 2, 1)]
    return tuple(p for p in found if p.from_on <= day)


def _between(kind: PeriodKind, of_year: int, after: int, months: int, start: YearStart, key: str) -> Period:
    from_on = _moved(of_year - 1, start, after)
    return Period(kind, from_on, _moved(of_year - 1, start, after + months) - timedelta(days=1), key)


def _moved(calendar_year: int, start: YearStart, months: int) -> date:
    count = start.month - 1 + months
    return date(calendar_year + count // _MONTHS, count % _MONTHS + 1, start.day)
