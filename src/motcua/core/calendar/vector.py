"""Answers due instants of many dossiers at once, the same to the microsecond as one after the other.

For simulations and figures. It knows plain terms that rest for a known time; how long they rest is the clock's.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from motcua.core.calendar.terms import Term, TermUnit
from motcua.core.calendar.working import DAY_MINUTES, DAY_US, MINUTE_US, Calendar

Instants: TypeAlias = npt.NDArray[np.int64]
"""Microseconds since the calendar's ``origin``."""

BEYOND = np.iinfo(np.int64).min
"""Stands where the answer lies outside the days known: the scalar form raises CalendarHorizonError there."""

_CHUNK = 1 << 15
_EPOCH = np.datetime64("1970-01-01", "us")


class CalendarTable:
    """A calendar laid out minute by minute; about 30 MB for ten years, made in about 0.1 s."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        days = len(calendar.hours_of)
        patterns = {hours: number for number, hours in enumerate(dict.fromkeys(calendar.hours_of))}
        works = np.array([bool(hours) for hours in calendar.hours_of])
        self._working = np.flatnonzero(works).astype(np.int64)
        self._rank = np.concatenate(([0], np.cumsum(works))).astype(np.int64)
        self._pattern_of = np.array([patterns[hours] * DAY_MINUTES for hours in calendar.hours_of], dtype=np.int64)
        self._closing = np.array([calendar.closing_of(i) for i in range(days)], dtype=np.int64)
        open_minutes = np.zeros((len(patterns), DAY_MINUTES), dtype=bool)
        snapped = np.zeros((len(patterns), DAY_MINUTES), dtype=np.int64)
        for hours, number in patterns.items():
            for start, end in hours:
                open_minutes[number, start:end] = True
            if hours:
                snapped[number] = [_minute_within(hours, minute) for minute in range(DAY_MINUTES)]
        self._snapped = snapped.ravel() * MINUTE_US
        # Where the minute of receipt lies inside the hours, its seconds are kept.
        self._keeps_seconds = open_minutes.ravel().astype(np.int64)
        is_open = open_minutes[[patterns[hours] for hours in calendar.hours_of]].ravel()
        self._minutes_before = np.concatenate(([0], np.cumsum(is_open))).astype(np.int32)
        self._open = is_open
        self._minute_of = np.flatnonzero(is_open).astype(np.int32)

    def instants(self, at: npt.NDArray[np.datetime64]) -> Instants:
        """Return UTC instants (``datetime64[us]``) as microseconds since the origin."""
        origin = np.int64(round(self.calendar.origin.timestamp()) * 1_000_000)
        return (at.astype("datetime64[us]") - _EPOCH).astype(np.int64) - origin

    def due(self, term: Term, received: Instants, *, at_closing: bool = False) -> Instants:
        """Return when ``term`` ends for each reception. Equals the clock's due instant without breaks.

        Source: Civil Code 2015, arts. 147-148, as in the clock. ``BEYOND`` where the horizon is left.
        """
        found = np.empty_like(received)
        kind = self._hours if term.unit in (TermUnit.WORKING_HOUR, TermUnit.WORKING_MINUTE) else self._days
        for first in range(0, len(received), _CHUNK):
            part = received[first : first + _CHUNK]
            is_known = (part >= 0) & (part < len(self._closing) * DAY_US)
            if not is_known.all():
                part = np.where(is_known, part, 0)
                found[first : first + _CHUNK] = np.where(is_known, kind(term, part, at_closing), BEYOND)
            else:
                found[first : first + _CHUNK] = kind(term, part, at_closing)
        return found

    def _hours(self, term: Term, received: Instants, at_closing: bool) -> Instants:
        minutes = term.amount * (60 if term.unit is TermUnit.WORKING_HOUR else 1)
        minute = received // MINUTE_US
        elapsed = self._minutes_before[minute] * np.int64(MINUTE_US)
        elapsed += (received - minute * MINUTE_US) * self._open[minute]
        elapsed += round(minutes * MINUTE_US)
        # The minute that is being used up: at its very end still this one, so that 11:30 does not become 13:30.
        last = (elapsed - 1) // MINUTE_US
        is_beyond = last >= len(self._minute_of)
        if is_beyond.any():
            elapsed, last = np.where(is_beyond, 1, elapsed), np.where(is_beyond, 0, last)
        found: Instants = self._minute_of[last] * np.int64(MINUTE_US) + (elapsed - last * MINUTE_US)
        return np.where(is_beyond, BEYOND, found) if is_beyond.any() else found

    def _days(self, term: Term, received: Instants, at_closing: bool) -> Instants:
        day = received // DAY_US
        time = received - day * DAY_US
        if term.unit is TermUnit.WORKING_DAY:
            rank = self._rank[day + 1] + (int(term.amount) - 1)
            last, is_beyond = self._working_day(rank)
            if at_closing:
                found: Instants = self._closing[last]
            else:
                minute = time // MINUTE_US
                place = self._pattern_of[last] + minute
                found = last * DAY_US + self._snapped[place]
                found += (time - minute * MINUTE_US) * self._keeps_seconds[place]
        else:
            if term.unit is TermUnit.SAME_DAY:
                rank = self._rank[day]
                cutoff = DAY_US if term.cutoff_minute is None else term.cutoff_minute * MINUTE_US
                is_working = self._rank[day + 1] > rank
                is_after = is_working & ((time >= cutoff) | (received >= self._closing[day]))
                last, is_beyond = self._working_day(rank + is_after)
            else:
                end = self._plain_end(term, day)
                is_outside = end >= len(self._closing)
                last, is_beyond = self._working_day(self._rank[np.where(is_outside, 0, end)])
                is_beyond |= is_outside
            found = self._closing[last]
        return np.where(is_beyond, BEYOND, found) if is_beyond.any() else found

    def _working_day(self, rank: Instants) -> tuple[Instants, npt.NDArray[np.bool_]]:
        is_beyond = rank >= len(self._working)
        if is_beyond.any():
            rank = np.where(is_beyond, 0, rank)
        return self._working[rank], is_beyond

    def _plain_end(self, term: Term, day: Instants) -> Instants:
        amount = int(term.amount)
        if term.unit is not TermUnit.MONTH:
            plain: Instants = day + amount * (7 if term.unit is TermUnit.WEEK else 1)
            return plain
        dates = np.datetime64(self.calendar.spec.known_from, "D") + day
        months = dates.astype("datetime64[M]")
        day_of_month = (dates - months.astype("datetime64[D]")).astype(np.int64)
        target = months + amount
        length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
        ends = target.astype("datetime64[D]") + np.minimum(day_of_month, length - 1)
        found: Instants = (ends - np.datetime64(self.calendar.spec.known_from, "D")).astype(np.int64)
        return found


def _minute_within(hours: tuple[tuple[int, int], ...], minute: int) -> int:
    """Return the minute of a working day into which ``minute`` is moved: forwards, or back to the closing."""
    for start, end in hours:
        if minute <= end:
            return max(minute, start)
    return hours[-1][1]
