"""Answers what code a dossier gets (mã số hồ sơ); the number in it comes from the counter of the day."""

from __future__ import annotations

from datetime import date
from enum import Enum


class CodeForm(Enum):
    """Which agency code stands in front: right to left until 2025-06-30, left to right since."""

    OLD = "old"
    NEW = "new"


def dossier_code(*, agency_code: str, on: date, number: int, owner: str = "") -> str:
    """Return the dossier code ``agency code-YYMMDD-NNNN``; beyond 9999 the number grows wider.

    ``owner`` is the two-digit owner of a nationally centralised system, put before the number
    (Circular 03/2025, art. 13(3), as quoted in secondary sources).
    Source: Circular 01/2018/TT-VPCP, art. 19; Circular 03/2025/TT-VPCP, art. 13.
    """
    if number < 1:
        raise ValueError(f"the daily number starts at 1, not {number}")
    return f"{agency_code}-{on:%y%m%d}-{owner}{number:04d}"
