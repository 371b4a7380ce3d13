"""Answers why an answer is owed at that instant: every day from reception to due, what it counts as, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from motcua.core.calendar import Calendar, Term, TermUnit
from motcua.core.calendar.working import DAY_US, MINUTE_US, VIETNAM
from motcua.core.clock.derive import Clock, derive_clock, last_day
from motcua.core.clock.facts import Cause, ClockFact, Received
from motcua.core.clock.intervals import Interval, IntervalKind
from motcua.core.kernel import LegalRef
from motcua.core.regimes import Regime

_HOURLY = (TermUnit.WORKING_HOUR, TermUnit.WORKING_MINUTE)
_PLAIN = (TermUnit.CALENDAR_DAY, TermUnit.WEEK, TermUnit.MONTH)


class DayKind(StrEnum):
    """What a day counts as."""

    RECEIVED = "received"
    COUNTED = "counted"
    DUE = "due"
    OFF = "off"
    PAUSED = "paused"
    WAITING = "waiting"
    LAPSED = "lapsed"
    """Counted at the time, but the term started again after it."""
    RESTARTED = "restarted"
    """The day on which everything asked for had come: the term starts again, the day itself does not count."""
    CARRIED = "carried"
    """The term's last day is off: it ends with the next working day."""
    EXTENDED = "extended"
    """After the end of the term, up to the day newly promised with an apology."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the derivation sheet.

    ``counted`` is the number of the day in the term, 0 where it does not count; ``minutes`` the working minutes
    counted on it, of a term in hours. ``reason`` names the day off, the day made up for or the closing; ``cause``
    and ``ref`` tell why the term rests.
    """

    day: date
    kind: DayKind
    reason: str = ""
    counted: int = 0
    minutes: int = 0
    cause: Cause | None = None
    ref: LegalRef | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock with its derivation sheet (bảng tính thời hạn)."""

    clock: Clock
    days: tuple[DayLine, ...]


def explain(facts: Sequence[ClockFact], *, term: Term, calendar: Calendar, regime: Regime | None) -> Explained:
    """Return the clock and a line for every day from the reception to the due day, or to the day it began to rest.

    Guarantee: the last number of the days counted is the term's, the minutes of the lines add up to it.
    """
    clock = derive_clock(facts, term=term, calendar=calendar, regime=regime)
    received = min((f.at for f in facts if isinstance(f, Received)), default=None)
    if received is None or clock.counted_from is None:
        return Explained(clock, ())
    return Explained(clock, _Sheet(clock, term, calendar, received, clock.counted_from).lines())


class _Sheet:
    """Walks over the days of one clock."""

    def __init__(
        self, clock: Clock, term: Term, calendar: Calendar, received: datetime, counted_from: datetime
    ) -> None:
        self.clock, self.term, self.calendar = clock, term, calendar
        self.received, self.begun = _day(received), _day(counted_from)
        self.counted_from = counted_from
        self.due = _day(clock.due_at) if clock.due_at else None
        self.term_due = _day(clock.term_due_at) if clock.term_due_at else None
        self.rests = [i for i in clock.intervals if i.kind is not IntervalKind.COUNTED]
        self.number = 0
        self.left = self._calendar_days()

    def lines(self) -> tuple[DayLine, ...]:
        last = self.due or max([self.received, *(_day(i.start) for i in self.rests)])
        return tuple(self._line(self.received + timedelta(days=i)) for i in range((last - self.received).days + 1))

    def _line(self, day: date) -> DayLine:
        calendar = self.calendar
        is_working = calendar.is_working(day)
        reason = (calendar.spec.make_up_days.get(day, "") if is_working else calendar.why_off(day)) or ""
        rest = self._rest_on(day)
        if day == self.received or day == self.begun:
            return self._first(day, reason)
        if rest is not None and (is_working or self._is_plain):
            return DayLine(day, DayKind(rest.kind.value), reason, cause=rest.cause, ref=rest.ref)
        if day < self.begun:
            return DayLine(day, DayKind.LAPSED if is_working else DayKind.OFF, reason)
        if self.term_due is not None and day > self.term_due:
            return DayLine(day, DayKind.EXTENDED if is_working else DayKind.OFF, reason)
        return self._counting(day, reason, is_working=is_working)

    def _counting(self, day: date, reason: str, *, is_working: bool) -> DayLine:
        kind = DayKind.DUE if day == self.term_due else DayKind.COUNTED
        if self._is_plain:
            if self.number < self.left:
                self.number += 1
                return DayLine(day, kind, reason, self.number)
            return DayLine(day, DayKind.DUE if day == self.term_due else DayKind.CARRIED, reason)
        if not is_working:
            return DayLine(day, DayKind.OFF, reason)
        if self.term.unit in _HOURLY:
            return DayLine(day, kind, reason, minutes=self._minutes(day))
        self.number += 1
        return DayLine(day, kind, reason, self.number)

    def _first(self, day: date, reason: str) -> DayLine:
        kind = DayKind.RECEIVED if day == self.received else DayKind.RESTARTED
        if day == self.begun and self.term.unit in _HOURLY:
            return DayLine(day, kind, reason, minutes=self._minutes(day))
        return DayLine(day, kind, reason)

    @property
    def _is_plain(self) -> bool:
        return self.term.unit in _PLAIN

    def _calendar_days(self) -> int:
        return (last_day(self.term, self.begun) - self.begun).days if self._is_plain else 0

    def _rest_on(self, day: date) -> Interval | None:
        """Return the rest that covers the day: it begins on it or before, and lasts beyond it."""
        is_in_term = self.term_due is None or day <= self.term_due
        end_at = self.clock.term_due_at if is_in_term else self.clock.due_at
        for rest in self.rests:
            # What begins to rest when the term has ended moves nothing.
            is_after = end_at is not None and rest.start >= end_at
            if is_after or _day(rest.start) > day or (rest.end is not None and day >= _day(rest.end)):
                continue
            if self.term.unit not in _HOURLY or not self._minutes(day):
                return rest
        return None

    def _minutes(self, day: date) -> int:
        """Return the working minutes of the day that count, in whole minutes."""
        calendar = self.calendar
        index = calendar.index_of(day)
        begin, end = max(index * DAY_US, calendar.us_of(self.counted_from)), (index + 1) * DAY_US
        if self.clock.term_due_at is not None:
            end = min(end, calendar.us_of(self.clock.term_due_at))
        worked = _worked(calendar, begin, end)
        for rest in self.rests:
            upto = calendar.us_of(rest.end) if rest.end is not None else end
            worked -= _worked(calendar, max(begin, calendar.us_of(rest.start)), min(end, upto))
        return round(worked / MINUTE_US)


def _worked(calendar: Calendar, begin: int, end: int) -> int:
    return calendar.elapsed(end) - calendar.elapsed(begin) if end > begin else 0


def _day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
