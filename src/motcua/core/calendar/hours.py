"""Answers the office hours of a day, as intervals of minutes since midnight."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

DayHours = tuple[tuple[int, int], ...]
"""Intervals ``[start, end)`` in minutes since midnight, in order, not touching; empty for a closed day."""

_INTERVAL = re.compile(r"^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$")


@dataclass(frozen=True, slots=True)
class Weekly:
    """Hours of each weekday, Monday first."""

    days: tuple[DayHours, DayHours, DayHours, DayHours, DayHours, DayHours, DayHours]

    @classmethod
    def monday_to_friday(cls, hours: DayHours) -> Weekly:
        return cls((hours, hours, hours, hours, hours, (), ()))

    @classmethod
    def on(cls, weekdays: Iterable[int], hours: DayHours) -> Weekly:
        """Return the week with these hours on some weekdays, 1 (Monday) to 7; the others are closed."""
        wanted = set(weekdays)
        if not wanted <= set(range(1, 8)):
            raise ValueError(f"weekdays are 1 to 7, not {sorted(wanted)}")
        one, two, three, four, five, six, seven = (hours if n in wanted else () for n in range(1, 8))
        return cls((one, two, three, four, five, six, seven))

    def with_day(self, weekday: int, hours: DayHours) -> Weekly:
        """Return the week with other hours on one weekday, 1 (Monday) to 7."""
        one, two, three, four, five, six, seven = (
            hours if number == weekday else own for number, own in enumerate(self.days, start=1)
        )
        return Weekly((one, two, three, four, five, six, seven))


def parse_hours(text: str) -> DayHours:
    """Return the hours that ``07:30-11:30,13:30-17:00`` names; ValueError names the part that is wrong."""
    intervals: list[tuple[int, int]] = []
    for part in text.split(","):
        found = _INTERVAL.match(part.strip())
        if not found:
            raise ValueError(f"{part.strip()!r} is not of the form HH:MM-HH:MM")
        start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        if not 0 <= start < end <= 24 * 60 or int(found[2]) > 59 or int(found[4]) > 59:
            raise ValueError(f"{part.strip()!r} does not end after it begins, within one day")
        if intervals and start <= intervals[-1][1]:
            raise ValueError(f"{part.strip()!r} begins before the interval before it has ended")
        intervals.append((start, end))
    return tuple(intervals)
