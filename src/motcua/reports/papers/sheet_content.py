"""Answers what stands on a printed report of tables; plain frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from motcua.reports.papers.content import Head


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its name, what stands in its cells."""

    name: str
    cells: Sequence[str]
    is_total: bool


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A table with its caption and the names of its columns."""

    caption: str
    row_name: str
    columns: Sequence[str]
    rows: Sequence[SheetRow]
    notes: Sequence[str]
    empty: str


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """A report of tables: its form, title, period, parts, and how its numbers are counted."""

    head: Head
    form_name: str
    title: str
    period: str
    known: str
    parts: Sequence[SheetPart]
    notes: Sequence[str]
    maker: str
    across: bool
