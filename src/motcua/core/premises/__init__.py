"""Answers what a fault of a machine did to waiting, what a unit lacks against its checklist, how ready it is in IT.

It knows no tables and no time of its own.
"""

from motcua.core.premises.checklist import Counted, Item, ItemState, counted_state, lacking
from motcua.core.premises.effect import FEW, Down, Effect, Measured, Visit, effect
from motcua.core.premises.readiness import Function, Readiness, Standing, readiness

__all__ = [
    "FEW",
    "Counted",
    "Down",
    "Effect",
    "Function",
    "Item",
    "ItemState",
    "Measured",
    "Readiness",
    "Standing",
    "Visit",
    "counted_state",
    "effect",
    "lacking",
    "readiness",
]
