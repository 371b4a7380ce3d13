"""Answers which days and minutes an agency works, and when a term ends that is counted in them.

It knows nothing of dossiers, pauses or acts.
"""

from motcua.core.calendar.hours import DayHours, Weekly, parse_hours
from motcua.core.calendar.terms import Term, TermError, TermUnit, parse_term
from motcua.core.calendar.vector import BEYOND, CalendarTable
from motcua.core.calendar.working import Calendar, CalendarHorizonError, CalendarSpec, Season

__all__ = [
    "BEYOND",
    "Calendar",
    "CalendarHorizonError",
    "CalendarSpec",
    "CalendarTable",
    "DayHours",
    "Season",
    "Term",
    "TermError",
    "TermUnit",
    "Weekly",
    "parse_hours",
    "parse_term",
]
