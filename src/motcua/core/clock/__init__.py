"""Answers when the answer is owed: facts → counted, paused and waiting time → due instant, with every reason.

Nothing counts down; what is derived here is never the truth itself. It does not know what a page shows.
"""

from motcua.core.clock.derive import Clock, derive_clock, due_instant, ends_at_closing
from motcua.core.clock.explain import DayKind, DayLine, Explained, explain
from motcua.core.clock.facts import (
    PAUSE_CAUSES,
    Cause,
    ClockFact,
    ConsultationAnswered,
    ConsultationAsked,
    Ended,
    Extended,
    Owner,
    PauseClosed,
    PauseOpened,
    Received,
    StoppedClock,
    SupplementAsked,
    SupplementSupplied,
    Withdrawn,
)
from motcua.core.clock.intervals import Interval, IntervalKind
from motcua.core.clock.lawful import (
    may_ask_supplement,
    may_extend,
    may_open_pause,
    may_receive,
    may_stop,
    open_pauses,
)
from motcua.core.clock.reminding import Cutoffs, Level, cutoffs_of, levels_told
from motcua.core.clock.timeliness import IndexClass, IndexReason, Timeliness, index_timeliness, timeliness
from motcua.core.clock.urgency import Horizon, Urgency, ahead_on, apology_by, horizon_of, new_day_after, urgency

__all__ = [
    "PAUSE_CAUSES",
    "Cause",
    "Clock",
    "ClockFact",
    "ConsultationAnswered",
    "ConsultationAsked",
    "Cutoffs",
    "DayKind",
    "DayLine",
    "Ended",
    "Explained",
    "Extended",
    "Horizon",
    "IndexClass",
    "IndexReason",
    "Interval",
    "IntervalKind",
    "Level",
    "Owner",
    "PauseClosed",
    "PauseOpened",
    "Received",
    "StoppedClock",
    "SupplementAsked",
    "SupplementSupplied",
    "Timeliness",
    "Urgency",
    "Withdrawn",
    "ahead_on",
    "apology_by",
    "cutoffs_of",
    "derive_clock",
    "due_instant",
    "ends_at_closing",
    "explain",
    "horizon_of",
    "index_timeliness",
    "levels_told",
    "may_ask_supplement",
    "may_extend",
    "may_open_pause",
    "may_receive",
    "may_stop",
    "new_day_after",
    "open_pauses",
    "timeliness",
    "urgency",
]
