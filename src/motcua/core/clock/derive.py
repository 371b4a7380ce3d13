"""Answers the due instant and its derivation sheet, from the facts alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from motcua.core.calendar import Calendar, Term, TermUnit
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock.facts import (
    ClockFact,
    Ended,
    Extended,
    PauseClosed,
    PauseOpened,
    Received,
    StoppedClock,
    SupplementAsked,
    SupplementSupplied,
    Withdrawn,
)
from motcua.core.kernel import LegalRef
from motcua.core.regimes import Regime

RESTART = "restart"
END_AT_CLOSING = "closing"


class IntervalKind(Enum):
    """Whose time it is."""

    COUNTED = "counted"
    WAITING = "waiting"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Interval:
    """Time ``[start, end)`` of one kind; ``end`` is ``None`` while it lasts."""

    start: datetime
    end: datetime | None
    kind: IntervalKind
    ref: LegalRef | None = None


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the derivation sheet: ``kind`` is received, counted, off, waiting, paused or due; why in ``reason``."""

    day: date
    kind: str
    reason: str
    counted: int


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a dossier. ``due_at`` is ``None`` while nothing is owed."""

    due_at: datetime | None
    intervals: tuple[Interval, ...]
    derivation: tuple[DayLine, ...]
    extensions: int = 0


def derive_clock(facts: Sequence[ClockFact], *, term: Term, calendar: Calendar, regime: Regime | None) -> Clock:
    """Return the clock that ``facts`` make, in whatever order they are delivered.

    After a supplement the term starts again from zero where the act in force at reception says so, else it goes
    on after the time spent waiting. Raises CalendarHorizonError.
    Source: Decree 61/2018/NĐ-CP, art. 19(4); Civil Code 2015, arts. 147-148.
    Guarantee: a pause and more days off never bring the instant forward.
    """
    ordered = sorted(facts, key=lambda f: (f.at, _ORDER[type(f)]))
    received = next((f.at for f in ordered if isinstance(f, Received)), None)
    if received is None:
        return Clock(None, (), ())
    restarts = regime is not None and _text(regime, "supplement.clock") == RESTART
    intervals = _intervals(ordered, received)
    start, breaks, is_resting = received, list[Interval](), False
    extended: list[Extended] = []
    for interval in intervals:
        if interval.kind is IntervalKind.COUNTED:
            continue
        is_resting = interval.end is None
        if interval.end is not None and interval.kind is IntervalKind.WAITING and restarts:
            start, breaks = interval.end, []
        else:
            breaks.append(interval)
    extended = [f for f in ordered if isinstance(f, Extended) and f.at >= start]
    at_closing = regime is not None and _text(regime, "deadline.day_ends_at") == END_AT_CLOSING
    if is_resting:
        return Clock(None, intervals, _sheet(calendar, start, None, breaks), len(extended))
    due = due_instant(term, received_at=start, breaks=breaks, calendar=calendar, at_closing=at_closing)
    derivation = _sheet(calendar, start, due, breaks)
    if extended:
        due = max(due, extended[-1].new_due_at)
    return Clock(due, intervals, derivation, len(extended))


def due_instant(
    term: Term,
    *,
    received_at: datetime,
    breaks: Sequence[Interval] = (),
    calendar: Calendar,
    at_closing: bool = False,
) -> datetime:
    """Return when ``term`` ends that began at ``received_at`` and rested during ``breaks``.

    Hours count inside office hours from the moment; days from the day after (the day of receipt does not
    count) and end at the hour of receipt, or at closing time where act or agency says so. A term in calendar
    days, weeks or months ends with its last day; where that is off, with the next working day.
    """
    begun = calendar.opening_at_or_after(received_at)
    unit = term.unit
    if unit in (TermUnit.WORKING_HOUR, TermUnit.WORKING_MINUTE):
        minutes = term.amount * (60 if unit is TermUnit.WORKING_HOUR else 1)
        rest = sum(
            max(0.0, calendar.working_minutes_between(max(b.start, begun), b.end))
            for b in breaks
            if b.end is not None
        )
        return calendar.add_minutes(begun, minutes + rest)
    day = begun.astimezone(VIETNAM).date()
    if unit is TermUnit.SAME_DAY:
        local = received_at.astimezone(VIETNAM)
        is_after = term.cutoff_minute is not None and (
            local.date() == day and local.hour * 60 + local.minute >= term.cutoff_minute
        )
        last = calendar.add_working_days(day, 1 if is_after else 0)
        return calendar.closing(_after_breaks(calendar, last, breaks))
    if unit is TermUnit.WORKING_DAY:
        # Working days that a break covers are added; those of its first and last day count for the office.
        last = calendar.add_working_days(day, int(term.amount) + _days_covered(calendar, breaks))
        return calendar.closing(last) if at_closing else calendar.on_day_at(last, begun)
    # A term in calendar units ends with the end of its last day (Civil Code 2015, art. 148), never at an hour.
    last = _plain_end(term, day) + timedelta(days=_calendar_days_covered(breaks))
    return calendar.closing(calendar.add_working_days(last, 0))


def _plain_end(term: Term, day: date) -> date:
    amount = int(term.amount)
    if term.unit is TermUnit.CALENDAR_DAY:
        return day + timedelta(days=amount)
    if term.unit is TermUnit.WEEK:
        return day + timedelta(weeks=amount)
    month = day.month - 1 + amount
    year, month = day.year + month // 12, month % 12 + 1
    # The corresponding day of the last month, or its last day where there is none (Civil Code 2015, art. 148).
    last_of_month = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last_of_month))


def _after_breaks(calendar: Calendar, last: date, breaks: Sequence[Interval]) -> date:
    covered = _days_covered(calendar, breaks)
    return calendar.add_working_days(last, covered) if covered else last


def _days_covered(calendar: Calendar, breaks: Sequence[Interval]) -> int:
    """Return the working days that breaks cover: from the day a break begins up to the day it ends."""
    count = 0
    for rest in breaks:
        if rest.end is None:
            continue
        day, end = rest.start.astimezone(VIETNAM).date(), rest.end.astimezone(VIETNAM).date()
        while day < end:
            count += calendar.is_working(day)
            day += timedelta(days=1)
    return count


def _calendar_days_covered(breaks: Sequence[Interval]) -> int:
    return sum(
        (b.end.astimezone(VIETNAM).date() - b.start.astimezone(VIETNAM).date()).days
        for b in breaks
        if b.end is not None
    )


_ORDER: dict[type, int] = {
    Received: 0,
    SupplementSupplied: 1,
    PauseClosed: 1,
    SupplementAsked: 2,
    PauseOpened: 2,
    Extended: 3,
    StoppedClock: 4,
    Withdrawn: 4,
    Ended: 5,
}


def _intervals(ordered: Sequence[ClockFact], received: datetime) -> tuple[Interval, ...]:
    found: list[Interval] = []
    start, kind, ref = received, IntervalKind.COUNTED, None
    for fact in ordered:
        if isinstance(fact, (StoppedClock, Withdrawn, Ended)):
            found.append(Interval(start, fact.at, kind, ref))
            return tuple(i for i in found if i.end is None or i.end > i.start)
        following = _kind_after(fact, kind)
        if following is not kind:
            found.append(Interval(start, fact.at, kind, ref))
            start, kind = fact.at, following
            ref = fact.basis if isinstance(fact, PauseOpened) else None
    found.append(Interval(start, None, kind, ref))
    return tuple(i for i in found if i.end is None or i.end > i.start)


def _kind_after(fact: ClockFact, kind: IntervalKind) -> IntervalKind:
    if isinstance(fact, SupplementAsked):
        return IntervalKind.WAITING
    if isinstance(fact, PauseOpened):
        return IntervalKind.PAUSED if kind is IntervalKind.COUNTED else kind
    if isinstance(fact, SupplementSupplied) and kind is IntervalKind.WAITING:
        return IntervalKind.COUNTED
    if isinstance(fact, PauseClosed) and kind is IntervalKind.PAUSED:
        return IntervalKind.COUNTED
    return kind


def _sheet(
    calendar: Calendar, start: datetime, due: datetime | None, breaks: Sequence[Interval]
) -> tuple[DayLine, ...]:
    """Return every day from the reception to the due day with what it counts as."""
    first = start.astimezone(VIETNAM).date()
    last = due.astimezone(VIETNAM).date() if due else max(b.start for b in breaks).astimezone(VIETNAM).date()
    lines, day, counted = [], first, 0
    while day <= last:
        resting = next((b for b in breaks if _covers(b, day)), None)
        if day == first:
            kind, reason = "received", calendar.why_off(day)
        elif resting is not None:
            kind, reason = resting.kind.value, str(resting.ref or "")
        elif calendar.is_working(day):
            counted += 1
            kind, reason = (
                ("due" if due and day == last else "counted"),
                calendar.spec.make_up_days.get(day, ""),
            )
        else:
            kind, reason = "off", calendar.why_off(day)
        lines.append(DayLine(day, kind, reason, counted))
        day += timedelta(days=1)
    return tuple(lines)


def _covers(rest: Interval, day: date) -> bool:
    begin = rest.start.astimezone(VIETNAM).date()
    return begin <= day and (rest.end is None or day < rest.end.astimezone(VIETNAM).date())


def _text(regime: Regime, key: str) -> str:
    param = regime.find(key)
    return str(param.value) if param else ""
