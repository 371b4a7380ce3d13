"""Answers who is called next in the hall, how long it will take, and how many counters the day asks for.

It knows no person: a ticket is a number, a group, a place in time and perhaps a ground for priority.
"""

from motcua.core.floor.bookings import Slot, free_slots
from motcua.core.floor.estimate import Calibration, Estimate, Forecast, Seat, calibration, forecast
from motcua.core.floor.priority import Ground, GroundRule, grounds_of
from motcua.core.floor.queue import Choice, Desk, Queue, Reason, Rules, Standing, State, Ticket, next_ticket
from motcua.core.floor.replay import Event, EventKind, applied, replayed
from motcua.core.floor.staffing import Need, QuarterLoad, counters_needed, load_by_quarter, quarter_of
from motcua.core.floor.words import call_words, spelled

__all__ = [
    "Calibration",
    "Choice",
    "Desk",
    "Estimate",
    "Event",
    "EventKind",
    "Forecast",
    "Ground",
    "GroundRule",
    "Need",
    "QuarterLoad",
    "Queue",
    "Reason",
    "Rules",
    "Seat",
    "Slot",
    "Standing",
    "State",
    "Ticket",
    "applied",
    "calibration",
    "call_words",
    "counters_needed",
    "forecast",
    "free_slots",
    "grounds_of",
    "load_by_quarter",
    "next_ticket",
    "quarter_of",
    "replayed",
    "spelled",
]
