"""Answers the due instant, from the facts alone; why it is that one, day by day, is in ``explain``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from motcua.core.calendar import Calendar, Term, TermUnit
from motcua.core.calendar.working import DAY_US, MINUTE_US
from motcua.core.clock.facts import ClockFact, Extended, Received
from motcua.core.clock.intervals import Interval, IntervalKind, in_order, intervals_of
from motcua.core.regimes import Regime

RESTART = "restart"
END_AT_CLOSING = "closing"
_HOUR_US = 60 * MINUTE_US

Break = tuple[int, int]
"""A rest ``[start, end)`` in microseconds since the calendar's origin."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a dossier.

    ``due_at`` is ``None`` while nothing is owed. ``term_due_at`` is the end of the term itself, without an
    apology's new day. ``counted_from`` is where the term that holds began: the reception, or the instant from
    which a supplement let it start again.
    """

    due_at: datetime | None
    intervals: tuple[Interval, ...] = ()
    extensions: int = 0
    counted_from: datetime | None = None
    term_due_at: datetime | None = None


def derive_clock(facts: Sequence[ClockFact], *, term: Term, calendar: Calendar, regime: Regime | None) -> Clock:
    """Return the clock that ``facts`` make, in whatever order they are delivered.

    After a supplement the term starts again from zero where the act in force at reception says so, else it goes
    on after the time spent waiting. Raises CalendarHorizonError.
    Source: Decree 61/2018/NĐ-CP, art. 19(4); Civil Code 2015, arts. 147-148.
    Guarantee: a pause and more days off never bring the instant forward.
    """
    ordered = in_order(facts)
    received = next((f.at for f in ordered if isinstance(f, Received)), None)
    if received is None:
        return Clock(None)
    restarts = regime is not None and _text(regime, "supplement.clock") == RESTART
    intervals = intervals_of(ordered, received)
    start, breaks = received, list[Interval]()
    for interval in intervals:
        if interval.kind is IntervalKind.WAITING and interval.end is not None and restarts:
            start, breaks = interval.end, []
        elif interval.kind is not IntervalKind.COUNTED:
            breaks.append(interval)
    extended = [f for f in ordered if isinstance(f, Extended) and f.at >= start]
    at_closing = calendar.spec.ends_at_closing or ends_at_closing(regime)
    lasting = breaks.pop() if breaks and breaks[-1].end is None else None
    rests = [_break(calendar, b) for b in breaks]
    begun = calendar.us_of(start)
    term_due = due_us(term, begun, rests, calendar, at_closing=at_closing)
    due = term_due
    if extended:
        due = max(due, _shifted(extended[-1], term, rests, calendar))
    # Who asks for papers is owed an answer, not owing one; a pause that begins when all is late changes nothing.
    is_owed = lasting is None or (
        lasting.kind is IntervalKind.PAUSED and calendar.us_of(lasting.start) >= due and lasting.start >= start
    )
    return Clock(
        due_at=calendar.instant(due) if is_owed else None,
        intervals=intervals,
        extensions=len(extended),
        counted_from=start,
        term_due_at=calendar.instant(term_due) if is_owed else None,
    )


def due_instant(
    term: Term,
    *,
    received_at: datetime,
    breaks: Sequence[Interval] = (),
    calendar: Calendar,
    at_closing: bool = False,
) -> datetime:
    """Return when ``term`` ends that began at ``received_at`` and rested during ``breaks``, one after the other.

    Hours count inside office hours from the moment. Days count from the day after (the day of receipt does not
    count) and end at the hour of receipt moved into office hours, or at closing time where act or agency says so;
    a rest moves them by the working days from the day it begins up to the day it ends. A term in calendar days,
    weeks or months ends with its last day; where that is off, with the next working day. What begins to rest when
    the term has ended moves nothing.
    """
    rests = [_break(calendar, b) for b in breaks if b.end is not None]
    begun = calendar.us_of(received_at)
    return calendar.instant(due_us(term, begun, rests, calendar, at_closing=at_closing))


def due_us(term: Term, start: int, breaks: Sequence[Break], calendar: Calendar, *, at_closing: bool) -> int:
    """Return the due instant; everything in microseconds since the calendar's origin."""
    unit = term.unit
    if unit is TermUnit.WORKING_DAY:
        day = start // DAY_US
        rank = calendar.working_days_before(day + 1) + int(term.amount) - 1
        last = calendar.working_day(rank)
        time = start - day * DAY_US
        for begin, end in breaks:
            if begin >= (calendar.closing_of(last) if at_closing else calendar.into_hours(last, time)):
                break
            rank += _working_days(calendar, begin, end, day + 1)
            last = calendar.working_day(rank)
        return calendar.closing_of(last) if at_closing else calendar.into_hours(last, time)
    if unit is TermUnit.WORKING_HOUR or unit is TermUnit.WORKING_MINUTE:
        due = calendar.elapsed(start) + round(
            term.amount * (_HOUR_US if unit is TermUnit.WORKING_HOUR else MINUTE_US)
        )
        for begin, end in breaks:
            begun = calendar.elapsed(max(begin, start))
            if begun >= due:
                break
            due += max(0, calendar.elapsed(end) - begun)
        return calendar.at_elapsed(due)
    return (
        _same_day(term, start, breaks, calendar)
        if unit is TermUnit.SAME_DAY
        else _plain(term, start, breaks, calendar)
    )


def last_day(term: Term, day: date) -> date:
    """Return the last day of a term in calendar days, weeks or months that began on ``day``.

    Source: Civil Code 2015, art. 148: the corresponding day of the last month, or its last day.
    """
    amount = int(term.amount)
    if term.unit is not TermUnit.MONTH:
        return date.fromordinal(day.toordinal() + amount * (7 if term.unit is TermUnit.WEEK else 1))
    month = day.month - 1 + amount
    year, month = day.year + month // 12, month % 12 + 1
    last_of_month = date(year + month // 12, month % 12 + 1, 1).toordinal() - date(year, month, 1).toordinal()
    return date(year, month, min(day.day, last_of_month))


def ends_at_closing(regime: Regime | None) -> bool:
    """Return whether a term in days ends when the office closes rather than at the hour of receipt."""
    return regime is not None and _text(regime, "deadline.day_ends_at") == END_AT_CLOSING


def _same_day(term: Term, start: int, breaks: Sequence[Break], calendar: Calendar) -> int:
    day = start // DAY_US
    rank = calendar.working_days_before(day)
    if calendar.working_days_before(day + 1) > rank:
        cutoff = DAY_US if term.cutoff_minute is None else term.cutoff_minute * MINUTE_US
        rank += start - day * DAY_US >= cutoff or start >= calendar.closing_of(day)
    first = last = calendar.working_day(rank)
    for begin, end in breaks:
        if begin >= calendar.closing_of(last):
            break
        rank += _working_days(calendar, begin, end, first)
        last = calendar.working_day(rank)
    return calendar.closing_of(last)


def _plain(term: Term, start: int, breaks: Sequence[Break], calendar: Calendar) -> int:
    # A term in calendar units ends with the end of its last day (Civil Code 2015, art. 148), never at an hour.
    day = start // DAY_US
    last = calendar.index_of(last_day(term, calendar.day_of(day)))
    for begin, end in breaks:
        if begin >= _closing_after(calendar, last):
            break
        last += max(0, end // DAY_US - max(begin // DAY_US, day + 1))
    return _closing_after(calendar, last)


def _closing_after(calendar: Calendar, index: int) -> int:
    return calendar.closing_of(calendar.working_day_from(index))


def _working_days(calendar: Calendar, begin: int, end: int, first: int) -> int:
    """Return the working days that a rest covers: from the day it begins, not before ``first``, up to its last."""
    before = calendar.working_days_before
    return max(0, before(end // DAY_US) - before(max(begin // DAY_US, first)))


def _shifted(extension: Extended, term: Term, breaks: Sequence[Break], calendar: Calendar) -> int:
    """Return the newly promised instant, moved by what rests after the promise as the term itself would be."""
    new, made = calendar.us_of(extension.new_due_at), calendar.us_of(extension.at)
    for begin, end in breaks:
        if end <= made or begin >= new:
            continue
        begin = max(begin, made)
        if term.unit in (TermUnit.WORKING_HOUR, TermUnit.WORKING_MINUTE):
            rested = calendar.elapsed(end) - calendar.elapsed(begin)
            new = calendar.at_elapsed(calendar.elapsed(new) + rested) if rested else new
            continue
        day = new // DAY_US
        covered = _working_days(calendar, begin, end, made // DAY_US + 1)
        if covered:
            moved = calendar.working_day(calendar.working_days_before(day) + covered)
            new = calendar.into_hours(moved, new - day * DAY_US)
    return new


def _break(calendar: Calendar, interval: Interval) -> Break:
    if interval.end is None:
        raise AssertionError("a rest that lasts has no end yet")
    return calendar.us_of(interval.start), calendar.us_of(interval.end)


def _text(regime: Regime, key: str) -> str:
    param = regime.find(key)
    return str(param.value) if param else ""
