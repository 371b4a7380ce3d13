"""Answers where a dossier goes next: process definitions, their compiled nets, and one pure step.

It knows no database, no unit by name and no clock: who does a step is a slot, filled by the office.
"""

from motcua.core.process.compiling import compile_net
from motcua.core.process.decisions import DecisionTable, Rule
from motcua.core.process.definition import (
    Boundary,
    Choice,
    Definition,
    End,
    Flow,
    Inclusive,
    Parallel,
    Step,
    SubProcess,
    Throw,
    Wait,
)
from motcua.core.process.engine import (
    Cancelled,
    Completed,
    Effect,
    Ended,
    Fired,
    Net,
    NotActive,
    NoWayOut,
    Opened,
    Sent,
    State,
)
from motcua.core.process.guards import Field, FieldType, GuardError, parse_guard

__all__ = [
    "Boundary",
    "Cancelled",
    "Choice",
    "Completed",
    "DecisionTable",
    "Definition",
    "Effect",
    "End",
    "Ended",
    "Field",
    "FieldType",
    "Fired",
    "Flow",
    "GuardError",
    "Inclusive",
    "Net",
    "NoWayOut",
    "NotActive",
    "Opened",
    "Parallel",
    "Rule",
    "Sent",
    "State",
    "Step",
    "SubProcess",
    "Throw",
    "Wait",
    "compile_net",
    "parse_guard",
]
