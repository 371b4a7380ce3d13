"""Answers how many dossiers of a period lie in each cell of two dimensions, and whether the cells add up.

Every margin is counted by itself, none is summed from the cells: that is what makes the identities a check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from motcua.core.calendar.working import VIETNAM
from motcua.core.statistics.counting import Failure, Line, Window, is_in, way_in, way_out


@dataclass(frozen=True, slots=True)
class Cross:
    """Counts by row and column, with margins. A cell that is not there is zero."""

    cells: Mapping[tuple[str, str], int]
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    total: int


def cross(
    lines: Iterable[Line],
    window: Window,
    *,
    number: str,
    row: Callable[[Line], str],
    column: Callable[[Line], str],
) -> Cross:
    """Return the dossiers that ``number`` counts, by two dimensions."""
    cells, rows, columns, total = Counter[tuple[str, str]](), Counter[str](), Counter[str](), 0
    for line in lines:
        if is_in(line, window, number):
            cells[row(line), column(line)] += 1
            rows[row(line)] += 1
            columns[column(line)] += 1
            total += 1
    return Cross(dict(cells), dict(rows), dict(columns), total)


def cross_failures(table: Cross) -> tuple[Failure, ...]:
    """Return every margin that is not the sum of its cells; empty when all are. A table that has one is not shown."""
    by_row, by_column = Counter[str](), Counter[str]()
    for (row, column), number in table.cells.items():
        by_row[row] += number
        by_column[column] += number
    found = []
    for name, margin, summed in (("row", table.rows, by_row), ("column", table.columns, by_column)):
        for key in sorted({*margin, *summed}):
            if margin.get(key, 0) != summed[key]:
                found.append(Failure(key, f"cells.{name}", margin.get(key, 0), summed[key]))
        if sum(margin.values()) != table.total:
            found.append(Failure(None, f"margins.{name}", table.total, sum(margin.values())))
    return tuple(found)


def month_of(line: Line) -> str:
    """Return the calendar month in which the dossier was received, such as ``2026-11``."""
    return f"{line.received_at.astimezone(VIETNAM):%Y-%m}"


def outcome_of(line: Line, window: Window) -> str:
    """Return where a dossier of the period stands at its end: one of the values of ``Out``."""
    return way_out(line, window).value


def is_of(line: Line, window: Window, *, month: str, outcome: str) -> bool:
    """Return whether a dossier of the period is of that month and outcome; an empty one narrows nothing."""
    return (
        way_in(line, window) is not None
        and month in ("", month_of(line))
        and outcome in ("", outcome_of(line, window))
    )
