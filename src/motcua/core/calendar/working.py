"""Answers, for one agency, which minutes are worked, and adds working days and minutes to an instant.

Everything is laid out once, day by day, up to the horizon; adding is then a look into tables. Beyond the
horizon it refuses to guess. Inside, an instant is a whole number of microseconds since ``origin``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from motcua.core.calendar.hours import DayHours, Weekly

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
DAY_MINUTES = 24 * 60
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_US = DAY_MINUTES * MINUTE_US
_FULL_DAY_MINUTES = 480
_ONE_US = timedelta(microseconds=1)
ENDING_DAYS = 90
"""So long before the known days off end whoever enters them is told; ours, no act sets it: longer than most terms."""


class CalendarHorizonError(ValueError):
    """The answer lies outside the days for which the days off have been announced."""


Season = tuple[date, date, Weekly]
"""First day, last day and the weekly hours in between."""


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """What a calendar is made of; of two things that name the same day, the later in this list holds.

    ``weekly`` and ``seasons`` (which replace it in between); ``days_off`` with their names; ``make_up_days`` with
    what they make up for, worked in ``make_up_hours`` or, without those, in the hours of their season's Monday;
    ``special_hours`` are single days with other hours (a half day); ``closings`` are days closed by a decision
    (a storm), with its reason. ``receptions`` are weekly hours in which the counter receives without their being
    working time (Saturday morning): no term runs in them. ``ends_at_closing`` is the agency's own rule that a term
    in days ends when the office closes, where the act leaves it open.
    """

    version: str
    known_from: date
    known_until: date
    weekly: Weekly
    make_up_hours: DayHours = ()
    days_off: Mapping[date, str] = field(default_factory=dict)
    make_up_days: Mapping[date, str] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    special_hours: Mapping[date, DayHours] = field(default_factory=dict)
    closings: Mapping[date, str] = field(default_factory=dict)
    receptions: tuple[Season, ...] = ()
    ends_at_closing: bool = False


class Calendar:
    """A compiled working calendar; immutable after it is made. Days are numbered from ``known_from``."""

    __slots__ = ("_before", "_first", "_lengths", "_rank", "_starts", "_working_days", "hours_of", "origin", "spec")

    def __init__(self, spec: CalendarSpec) -> None:
        self.spec = spec
        self._first = spec.known_from.toordinal()
        self.origin = datetime.combine(spec.known_from, datetime.min.time(), VIETNAM)
        days = (spec.known_until - spec.known_from).days + 1
        self.hours_of: tuple[DayHours, ...] = tuple(
            _hours_on(spec, spec.known_from + timedelta(days=i)) for i in range(days)
        )
        self._working_days = [i for i, hours in enumerate(self.hours_of) if hours]
        # Rank of each day: how many working days come before it.
        self._rank = [0] * (days + 1)
        self._starts: list[int] = []
        self._lengths: list[int] = []
        # Working time before each interval.
        self._before: list[int] = [0]
        for i, hours in enumerate(self.hours_of):
            self._rank[i + 1] = self._rank[i] + bool(hours)
            for start, end in hours:
                self._starts.append(i * DAY_US + start * MINUTE_US)
                self._lengths.append((end - start) * MINUTE_US)
                self._before.append(self._before[-1] + (end - start) * MINUTE_US)

    @property
    def version(self) -> str:
        return self.spec.version

    @property
    def known_until(self) -> date:
        return self.spec.known_until

    def is_ending(self, on: date) -> bool:
        """Return whether the next year's days off have to be entered soon: fewer than ``ENDING_DAYS`` days are left."""
        return (self.known_until - on).days < ENDING_DAYS

    # What a person asks: days and instants.

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is a working day. Raises CalendarHorizonError outside the known days."""
        return bool(self.hours_of[self.index_of(day)])

    def why_off(self, day: date) -> str:
        """Return why ``day`` is not worked: the closing, the name of the day off, ``weekend``; nothing if worked."""
        if self.is_working(day):
            return ""
        return self.spec.closings.get(day) or self.spec.days_off.get(day) or "weekend"

    def hours_on(self, day: date) -> DayHours:
        return self.hours_of[self.index_of(day)]

    def reception_hours_on(self, day: date) -> DayHours:
        """Return when the counter receives: the working hours, or on a day off those of reception only."""
        hours = self.hours_on(day)
        if hours or day in self.spec.closings or day in self.spec.days_off:
            return hours
        seasons = [weekly for first, last, weekly in self.spec.receptions if first <= day <= last]
        return seasons[-1].days[day.weekday()] if seasons else ()

    def opening_at_or_after(self, at: datetime) -> datetime:
        """Return ``at`` when the office is open then, else the next opening instant."""
        us = self.us_of(at)
        i = bisect_right(self._starts, us) - 1
        if i >= 0 and us < self._starts[i] + self._lengths[i]:
            return self.instant(us)
        if i + 1 >= len(self._starts):
            raise CalendarHorizonError(f"no opening after {at:%Y-%m-%d} in {self.version}")
        return self.instant(self._starts[i + 1])

    def add_minutes(self, at: datetime, minutes: float) -> datetime:
        """Return the instant at which ``minutes`` working minutes after ``at`` are used up.

        Used up exactly at the end of an office interval, it ends there and not at the next opening.
        Raises CalendarHorizonError. Guarantee: adding k and then m minutes equals adding k+m.
        """
        return self.instant(self.at_elapsed(self.elapsed(self.us_of(at)) + round(minutes * MINUTE_US)))

    def add_share(self, at: datetime, *, minutes: int) -> datetime:
        """Return the instant after a share of working days, stated in minutes of an eight-hour day.

        A step of half a day (240) takes half of the office's own day, however long that is.
        """
        return self.add_minutes(at, minutes * self.full_day_minutes() / _FULL_DAY_MINUTES)

    def working_minutes_between(self, start: datetime, end: datetime) -> float:
        """Return the working minutes from ``start`` to ``end``, negative when ``end`` comes first."""
        return (self.elapsed(self.us_of(end)) - self.elapsed(self.us_of(start))) / MINUTE_US

    def add_working_days(self, day: date, days: int) -> date:
        """Return the ``days``-th working day after ``day``, which itself never counts.

        Unit: whole working days, ``days >= 0``; for 0 the day itself or, if it is off, the next working day.
        Raises CalendarHorizonError. Guarantee: k then m days = k+m days; more days off never bring it forward.
        """
        index = self.index_of(day)
        rank = self._rank[index + 1] + days - 1 if days or self.hours_of[index] else self._rank[index]
        return self.spec.known_from + timedelta(days=self.working_day(rank))

    def closing(self, day: date) -> datetime:
        """Return when the office closes on a working day."""
        return self.instant(self.closing_of(self.index_of(day)))

    def full_day_minutes(self) -> int:
        """Return the length of the office's longest day of the ordinary week."""
        return max(sum(end - start for start, end in hours) for hours in self.spec.weekly.days)

    # What the clock computes with: day numbers and microseconds since the origin.

    def index_of(self, day: date) -> int:
        index = day.toordinal() - self._first
        if not 0 <= index < len(self.hours_of):
            raise CalendarHorizonError(f"{day} lies outside the days known to {self.version}")
        return index

    def us_of(self, at: datetime) -> int:
        us = (at - self.origin) // _ONE_US
        if not 0 <= us < len(self.hours_of) * DAY_US:
            raise CalendarHorizonError(f"{at:%Y-%m-%d} lies outside the days known to {self.version}")
        return us

    def instant(self, us: int) -> datetime:
        return self.origin + timedelta(0, 0, us)

    def day_of(self, index: int) -> date:
        return self.spec.known_from + timedelta(days=index)

    def elapsed(self, us: int) -> int:
        """Return the working time from the origin to ``us``."""
        i = bisect_right(self._starts, us) - 1
        if i < 0:
            return 0
        within, length = us - self._starts[i], self._lengths[i]
        return self._before[i] + (within if within < length else length)

    def at_elapsed(self, elapsed: int) -> int:
        """Return when that much working time has passed: the end of an interval rather than the next opening."""
        i = bisect_left(self._before, elapsed) - 1
        if i < 0:
            i = 0
        if i >= len(self._starts):
            raise CalendarHorizonError(f"the term leaves {self.version}, known until {self.known_until}")
        return self._starts[i] + elapsed - self._before[i]

    def working_days_before(self, index: int) -> int:
        """Return how many working days come before the day with that number."""
        return self._rank[index]

    def working_day(self, rank: int) -> int:
        """Return the number of the working day before which ``rank`` working days come."""
        if not 0 <= rank < len(self._working_days):
            raise CalendarHorizonError(f"the term leaves {self.version}, known until {self.known_until}")
        return self._working_days[rank]

    def working_day_from(self, index: int) -> int:
        """Return the number of the first working day from the day with that number on."""
        if not 0 <= index < len(self.hours_of):
            raise CalendarHorizonError(f"the term leaves {self.version}, known until {self.known_until}")
        return self.working_day(self._rank[index])

    def closing_of(self, index: int) -> int:
        hours = self.hours_of[index]
        return index * DAY_US + (hours[-1][1] * MINUTE_US if hours else 0)

    def into_hours(self, index: int, time_of_day: int) -> int:
        """Return that time of a working day, moved into its office hours: forwards, or back to the closing.

        At the minute in which an interval ends it is the end itself, without seconds.
        """
        minute, midnight = time_of_day // MINUTE_US, index * DAY_US
        for start, end in self.hours_of[index]:
            if minute < end:
                return midnight + (time_of_day if minute >= start else start * MINUTE_US)
            if minute == end:
                return midnight + end * MINUTE_US
        return self.closing_of(index)


def _hours_on(spec: CalendarSpec, day: date) -> DayHours:
    if day in spec.closings:
        return ()
    if day in spec.special_hours:
        return spec.special_hours[day]
    weekly = spec.weekly
    for first, last, season in spec.seasons:
        if first <= day <= last:
            weekly = season
    if day in spec.make_up_days:
        return spec.make_up_hours or weekly.days[0]
    if day in spec.days_off:
        return ()
    return weekly.days[day.weekday()]
