"""Answers what stands on the printed report of figures; plain frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from motcua.reports.papers.content import Head


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """A row: its number in the list (empty for a total), its name, the numbers in the order of the form."""

    item: str
    name: str
    numbers: Sequence[str]
    is_total: bool


@dataclass(frozen=True, slots=True)
class FiguresPaper:
    """Biểu II.06, tình hình, kết quả giải quyết thủ tục hành chính."""

    head: Head
    form_name: str
    by: str
    period: str
    known: str
    rows: Sequence[FiguresRow]
    notes: Sequence[str]
    maker: str
