"""Answers, for one agency, which minutes are worked, and adds working days and minutes to an instant.

Everything is laid out once, day by day, up to the horizon; adding is then a look into tables. Beyond the
horizon it refuses to guess.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from motcua.core.calendar.hours import DayHours, Weekly

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
DAY_MINUTES = 24 * 60


class CalendarHorizonError(ValueError):
    """The answer lies outside the days for which the days off have been announced."""


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """What a calendar is made of.

    ``seasons`` are (first day, last day, weekly hours) that replace ``weekly`` in between; ``days_off`` and
    ``make_up_days`` name their reason; ``special_hours`` are single days with other hours (a half day, a storm).
    A make-up day works the hours of ``make_up_hours``.
    """

    version: str
    known_from: date
    known_until: date
    weekly: Weekly
    make_up_hours: DayHours
    days_off: Mapping[date, str] = field(default_factory=dict)
    make_up_days: Mapping[date, str] = field(default_factory=dict)
    seasons: tuple[tuple[date, date, Weekly], ...] = ()
    special_hours: Mapping[date, DayHours] = field(default_factory=dict)


class Calendar:
    """A compiled working calendar; immutable after it is made. Days are numbered from ``known_from``."""

    __slots__ = (
        "_day_ends", "_day_starts", "_first", "_interval_minutes", "_interval_starts", "_is_working", "_minutes_before",
        "_rank", "_working_days", "hours_of", "origin", "spec",
    )  # fmt: skip

    def __init__(self, spec: CalendarSpec) -> None:
        self.spec = spec
        self._first = spec.known_from.toordinal()
        self.origin = datetime.combine(spec.known_from, datetime.min.time(), VIETNAM)
        days = (spec.known_until - spec.known_from).days + 1
        self.hours_of: tuple[DayHours, ...] = tuple(
            _hours_on(spec, spec.known_from + timedelta(days=i)) for i in range(days)
        )
        self._is_working = [bool(hours) for hours in self.hours_of]
        self._working_days = [i for i, works in enumerate(self._is_working) if works]
        # Rank of each day: how many working days come before it.
        self._rank = [0] * (days + 1)
        for i, works in enumerate(self._is_working):
            self._rank[i + 1] = self._rank[i] + works
        self._interval_starts: list[int] = []
        self._interval_minutes: list[int] = []
        self._minutes_before: list[int] = [0]
        self._day_starts: list[int] = []
        self._day_ends: list[int] = []
        for i, hours in enumerate(self.hours_of):
            for start, end in hours:
                self._interval_starts.append(i * DAY_MINUTES + start)
                self._interval_minutes.append(end - start)
                self._minutes_before.append(self._minutes_before[-1] + end - start)
            self._day_starts.append(i * DAY_MINUTES + (hours[0][0] if hours else 0))
            self._day_ends.append(i * DAY_MINUTES + (hours[-1][1] if hours else 0))

    @property
    def version(self) -> str:
        return self.spec.version

    @property
    def known_until(self) -> date:
        return self.spec.known_until

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is a working day. Raises CalendarHorizonError outside the known days."""
        return self._is_working[self._index(day)]

    def why_off(self, day: date) -> str:
        """Return why ``day`` is not worked: the name of the day off, ``weekend``, or nothing for a working day."""
        if self.is_working(day):
            return ""
        return self.spec.days_off.get(day, "weekend")

    def hours_on(self, day: date) -> DayHours:
        return self.hours_of[self._index(day)]

    def opening_at_or_after(self, at: datetime) -> datetime:
        """Return ``at`` when the office is open then, else the next opening instant."""
        minute, rest = self._minute(at)
        i = bisect_right(self._interval_starts, minute) - 1
        if i >= 0 and minute < self._interval_starts[i] + self._interval_minutes[i]:
            return self._instant(minute, rest)
        if i + 1 >= len(self._interval_starts):
            raise CalendarHorizonError(f"no opening after {at:%Y-%m-%d} in {self.version}")
        return self._instant(self._interval_starts[i + 1], 0)

    def add_minutes(self, at: datetime, minutes: float) -> datetime:
        """Return the instant at which ``minutes`` working minutes after ``at`` are used up.

        Used up exactly at the end of an office interval, it ends there and not at the next opening.
        Raises CalendarHorizonError. Guarantee: adding k and then m minutes equals adding k+m.
        """
        minute, seconds = self._minute(at)
        elapsed = self._elapsed(minute, seconds) + minutes * 60
        return self._at_elapsed(elapsed)

    def add_share(self, at: datetime, *, minutes: int) -> datetime:
        """Return the instant after a share of working days, stated in minutes of an eight-hour day.

        A step of half a day (240) takes half of the office's own day, however long that is.
        """
        length = self._full_day_minutes()
        return self.add_minutes(at, minutes * length / 480)

    def working_minutes_between(self, start: datetime, end: datetime) -> float:
        """Return the working minutes from ``start`` to ``end``, negative when ``end`` comes first."""
        return (self._elapsed(*self._minute(end)) - self._elapsed(*self._minute(start))) / 60

    def add_working_days(self, day: date, days: int) -> date:
        """Return the ``days``-th working day after ``day``, which itself never counts.

        Unit: whole working days, ``days >= 0``; for 0 the day itself or, if it is off, the next working day.
        Raises CalendarHorizonError. Guarantee: k then m days = k+m days; more days off never bring it forward.
        """
        index = self._index(day)
        rank = self._rank[index + 1] + days - 1 if days or self._is_working[index] else self._rank[index]
        if rank >= len(self._working_days):
            raise CalendarHorizonError(f"{days} working days after {day} leave {self.version}")
        return self.spec.known_from + timedelta(days=self._working_days[rank])

    def closing(self, day: date) -> datetime:
        """Return when the office closes on a working day."""
        return self._instant(self._day_ends[self._index(day)], 0)

    def on_day_at(self, day: date, at: datetime) -> datetime:
        """Return the hour of ``at`` on ``day``, moved into the office hours of that day."""
        local = at.astimezone(VIETNAM)
        hours = self.hours_on(day)
        minute = local.hour * 60 + local.minute
        for start, end in hours:
            if minute < start:
                return self._instant(self._index(day) * DAY_MINUTES + start, 0)
            if minute <= end:
                at_end = minute == end
                return self._instant(self._index(day) * DAY_MINUTES + minute, 0 if at_end else local.second)
        return self.closing(day)

    def _full_day_minutes(self) -> int:
        return max(sum(end - start for start, end in hours) for hours in self.spec.weekly.days)

    def _index(self, day: date) -> int:
        index = day.toordinal() - self._first
        if not 0 <= index < len(self.hours_of):
            raise CalendarHorizonError(f"{day} lies outside the days known to {self.version}")
        return index

    def _minute(self, at: datetime) -> tuple[int, float]:
        delta = at - self.origin
        total = delta.days * 86400 + delta.seconds
        if not 0 <= total < len(self.hours_of) * 86400:
            raise CalendarHorizonError(f"{at:%Y-%m-%d} lies outside the days known to {self.version}")
        minute, seconds = divmod(total, 60)
        return minute, seconds + delta.microseconds / 1_000_000

    def _elapsed(self, minute: int, seconds: float) -> float:
        """Return the working seconds from the origin to an instant."""
        i = bisect_right(self._interval_starts, minute) - 1
        if i < 0:
            return 0.0
        within = min((minute - self._interval_starts[i]) * 60 + seconds, self._interval_minutes[i] * 60)
        return self._minutes_before[i] * 60 + within

    def _at_elapsed(self, elapsed: float) -> datetime:
        i = bisect_left(self._minutes_before, elapsed / 60) - 1
        if i < 0:
            i = 0
        if i >= len(self._interval_starts):
            raise CalendarHorizonError(f"the term leaves {self.version}, known until {self.known_until}")
        rest = elapsed - self._minutes_before[i] * 60
        return self._instant(self._interval_starts[i], rest)

    def _instant(self, minute: int, seconds: float) -> datetime:
        return self.origin + timedelta(minutes=minute, seconds=round(seconds, 6))


def _hours_on(spec: CalendarSpec, day: date) -> DayHours:
    if day in spec.special_hours:
        return spec.special_hours[day]
    if day in spec.make_up_days:
        return spec.make_up_hours
    if day in spec.days_off:
        return ()
    for first, last, weekly in spec.seasons:
        if first <= day <= last:
            return weekly.days[day.weekday()]
    return spec.weekly.days[day.weekday()]
