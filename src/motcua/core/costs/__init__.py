"""Answers what a procedure costs those who need it, once and in a year, and what a cut would save; exact to the đồng."""

from motcua.core.costs.model import (
    CUT_DECIMALS,
    Costing,
    CostLine,
    CostStep,
    Saving,
    entered,
    hourly_income,
    parse_hours,
    saving,
)

__all__ = [
    "CUT_DECIMALS",
    "CostLine",
    "CostStep",
    "Costing",
    "Saving",
    "entered",
    "hourly_income",
    "parse_hours",
    "saving",
]
