"""Answers whether counters have somebody competent, what a leave would uncover, and who is out of the law's bounds.

It knows no names and no tables: counters and officers are numbers, what they receive and may serve are sets.
"""

from motcua.core.staffing.alternatives import (
    AfterLeave,
    OpenGap,
    after_leave,
    fillings,
    other_days,
    proposed,
    seated_by,
)
from motcua.core.staffing.cover import Gap, Matters, Roster, filled, gaps, is_competent, may_close, may_sit
from motcua.core.staffing.slots import Half, Slot, halves_of, slots_between
from motcua.core.staffing.terms import Bounds, Breach, Service, Spell, add_months, breaches_on, coming, spells

__all__ = [
    "AfterLeave",
    "Bounds",
    "Breach",
    "Gap",
    "Half",
    "Matters",
    "OpenGap",
    "Roster",
    "Service",
    "Slot",
    "Spell",
    "add_months",
    "after_leave",
    "breaches_on",
    "coming",
    "filled",
    "fillings",
    "gaps",
    "halves_of",
    "is_competent",
    "may_close",
    "may_sit",
    "other_days",
    "proposed",
    "seated_by",
    "slots_between",
    "spells",
]
