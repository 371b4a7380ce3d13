"""Answers what an office or an officer is worth in points, by the two schemes of the state, in exact fractions.

Every point keeps its numerator and denominator; nothing here knows a database, a page or a day.
"""

from motcua.core.scoring.exact import Band, banded, rounded, shown
from motcua.core.scoring.index import IndexGroup, IndexItem, IndexScheme, IndexSheet, ItemScore, index_sheet
from motcua.core.scoring.nine import (
    CASE_INDICATORS,
    OFFICER_INDICATORS,
    UNIT_INDICATORS,
    Case,
    Compared,
    Mark,
    NineScheme,
    Online,
    Sheet,
    UnitCase,
    officer_sheet,
    points_of_case,
    unit_sheet,
)

__all__ = [
    "CASE_INDICATORS",
    "OFFICER_INDICATORS",
    "UNIT_INDICATORS",
    "Band",
    "Case",
    "Compared",
    "IndexGroup",
    "IndexItem",
    "IndexScheme",
    "IndexSheet",
    "ItemScore",
    "Mark",
    "NineScheme",
    "Online",
    "Sheet",
    "UnitCase",
    "banded",
    "index_sheet",
    "officer_sheet",
    "points_of_case",
    "rounded",
    "shown",
    "unit_sheet",
]
