"""Answers when the answer is owed: facts → counted, paused and waiting time → due instant, with every reason.

Nothing counts down; what is derived here is never the truth itself. It does not know what a page shows.
"""

from motcua.core.clock.derive import Clock, DayLine, Interval, IntervalKind, derive_clock
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
from motcua.core.clock.lawful import may_ask_supplement, may_extend, may_open_pause, may_receive
from motcua.core.clock.timeliness import Timeliness, timeliness

__all__ = [
    "Clock",
    "ClockFact",
    "DayLine",
    "Ended",
    "Extended",
    "Interval",
    "IntervalKind",
    "PauseClosed",
    "PauseOpened",
    "Received",
    "StoppedClock",
    "SupplementAsked",
    "SupplementSupplied",
    "Timeliness",
    "Withdrawn",
    "derive_clock",
    "may_ask_supplement",
    "may_extend",
    "may_open_pause",
    "may_receive",
    "timeliness",
]
