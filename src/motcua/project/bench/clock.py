"""Measures the clock: microseconds for one due instant, with and without a pause, against numpy's working days."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from motcua.core.calendar import parse_term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock.derive import Interval, IntervalKind, due_instant
from motcua.store.lawfiles import law_book

_START = datetime(2019, 3, 4, 9, 10, tzinfo=VIETNAM)


def run(*, repeats: int = 20_000) -> dict[str, Any]:
    """Return microseconds per due instant."""
    calendar = law_book().calendar()
    instants = [_START + timedelta(minutes=37 * i % 2_500_000) for i in range(repeats)]
    rest = Interval(_START + timedelta(hours=3), _START + timedelta(days=2), IntervalKind.PAUSED)
    figures: dict[str, Any] = {}
    for name, text in (("days", "5 working days"), ("hours", "40 working hours")):
        term = parse_term(text)
        for label, breaks in (("", ()), ("_with_pause", (rest,))):
            begun = time.perf_counter()
            for at in instants:
                due_instant(term, received_at=at, breaks=breaks, calendar=calendar)
            figures[f"us_per_due_{name}{label}"] = round((time.perf_counter() - begun) / repeats * 1e6, 2)
    days = np.datetime64("2019-03-04") + np.arange(1_000_000) % 1500
    off = [np.datetime64(d) for y in law_book().years for d in y.days_off]
    begun = time.perf_counter()
    np.busday_offset(days, 5, roll="forward", holidays=off)
    figures["numpy_busday_offset_million_per_s"] = round(1 / (time.perf_counter() - begun), 1)
    return figures
