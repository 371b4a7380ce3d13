"""Measures the clock: one due instant after the other, many at once, and other packages in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from typing import Any

import numpy as np

from motcua.core.calendar import CalendarTable, Term, parse_term
from motcua.core.calendar.working import VIETNAM, Calendar
from motcua.core.clock import Interval, IntervalKind, due_instant
from motcua.store.lawfiles import law_book

_START = datetime(2019, 3, 4, 9, 10, tzinfo=VIETNAM)
_ROUNDS = 5
_MANY = 2_000_000


def run(*, repeats: int = 20_000, many: int = _MANY) -> dict[str, Any]:
    """Return microseconds per due instant, and millions of due instants a second on one core."""
    calendar = law_book().calendar()
    instants = [_START + timedelta(minutes=37 * i % 2_500_000) for i in range(repeats)]
    figures: dict[str, Any] = {}
    for name, text in (("days", "5 working days"), ("hours", "40 working hours")):
        term = parse_term(text)
        figures[f"us_per_due_{name}"] = _scalar(term, instants, calendar, with_pause=False)
        figures[f"us_per_due_{name}_with_pause"] = _scalar(term, instants, calendar, with_pause=True)
    table = CalendarTable(calendar)
    minutes = (np.arange(many, dtype=np.int64) * 7_919 % 2_500_000) * 60_000_000
    received = minutes + table.instants(np.array(["2019-03-04T02:10"], dtype="datetime64[us]"))[0]
    for name, text in (("days", "5 working days"), ("hours", "40 working hours"), ("months", "1 month")):
        figures[f"million_per_s_{name}"] = _million(partial(table.due, parse_term(text), received), many)
    figures |= _others(instants[:300], many)
    return figures


def _scalar(term: Term, instants: list[datetime], calendar: Calendar, *, with_pause: bool) -> float:
    cases: list[tuple[datetime, tuple[Interval, ...]]] = [
        (
            at,
            (Interval(at + timedelta(hours=3), at + timedelta(days=2), IntervalKind.PAUSED),) if with_pause else (),
        )
        for at in instants
    ]

    def work() -> None:
        for at, breaks in cases:
            due_instant(term, received_at=at, breaks=breaks, calendar=calendar)

    return round(_best(work) / len(cases) * 1e6, 2)


def _others(instants: list[datetime], many: int) -> dict[str, Any]:
    """Return what numpy's working days (no hours, no pauses) and a package for business hours take."""
    days = np.datetime64("2019-03-04") + np.arange(many) * 7_919 % 1_736
    off = [np.datetime64(d) for y in law_book().years for d in y.days_off]
    found: dict[str, Any] = {
        "numpy_busday_offset_million_per_s": _million(
            lambda: np.busday_offset(days, 5, roll="forward", holidays=off), many
        )
    }
    try:
        import businesstimedelta as other
    except ImportError:
        return found
    morning = other.WorkDayRule(time_of_day(7, 30), time_of_day(11, 30), [0, 1, 2, 3, 4])
    afternoon = other.WorkDayRule(time_of_day(13, 30), time_of_day(17), [0, 1, 2, 3, 4])
    holidays = other.HolidayRule({d: n for y in law_book().years for d, n in y.days_off.items()})
    rules = other.Rules([morning, afternoon, holidays])
    delta = other.BusinessTimeDelta(rules, hours=40)

    def work() -> None:
        for at in instants:
            at + delta

    found["businesstimedelta_us_per_due_hours"] = round(_best(work) / len(instants) * 1e6, 1)
    return found


def _million(work: Callable[[], object], many: int) -> float:
    return round(many / _best(work) / 1e6, 1)


def _best(work: Callable[[], object]) -> float:
    """Return the seconds of the quickest of a few rounds: what the machine does beside it is not the code's."""
    seconds = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)
