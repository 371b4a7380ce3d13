"""Answers where a dossier goes next: process definitions, their compiled nets, and one pure step.

It knows no database, no unit by name and no clock: who does a step is a slot, filled by the office.
"""

from motcua.core.process.definition import Definition, End, Flow, Parallel, Step
from motcua.core.process.engine import Completed, Effect, Ended, Net, NotActive, Opened, State, compile_net

__all__ = [
    "Completed",
    "Definition",
    "Effect",
    "End",
    "Ended",
    "Flow",
    "Net",
    "NotActive",
    "Opened",
    "Parallel",
    "State",
    "Step",
    "compile_net",
]
