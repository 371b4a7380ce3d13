"""Answers how cases really went, from a log of events: paths, waits between steps, loops.

The log may be ours or another system's; nothing here knows dossiers.
"""

from motcua.core.mining.graph import Edge, Graph, performance_graph
from motcua.core.mining.log import EventLog, Planned, planned_ends
from motcua.core.mining.loops import BackStep, Loop, Loops, loops
from motcua.core.mining.variants import Variant, variants
from motcua.core.mining.writing import LoggedCase, LoggedEvent, log_of, xes_text
from motcua.core.mining.xes import LogError, read_xes

__all__ = [
    "BackStep",
    "Edge",
    "EventLog",
    "Graph",
    "LogError",
    "LoggedCase",
    "LoggedEvent",
    "Loop",
    "Loops",
    "Planned",
    "Variant",
    "log_of",
    "loops",
    "performance_graph",
    "planned_ends",
    "read_xes",
    "variants",
    "xes_text",
]
