"""Answers a table of one's own: rows by a dimension, columns by another or the numbers of the form, checked and drilled.

Counted as Form II.06 is, by the same rules; a table whose margins are not the sums of its cells is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import NUMBERS, Cross, Out, Table, Window, count, cross, cross_failures
from motcua.services.actors import Actor
from motcua.services.figures.lines import lines_as_known
from motcua.services.figures.reporting import (
    Asked,
    inside,
    is_today,
    keys_of,
    names_of_keys,
    refuse_failures,
    refuse_false,
    window_of,
)
from motcua.services.times import end_of
from motcua.store.figures import selectors
from motcua.store.organisation.models import AgencyLevel

DIMENSIONS = ("sector", "procedure", "agency", "unit", "level", "channel", "month", "outcome")
NUMBERS_AS_COLUMNS = "numbers"
COLUMNS_MAX = 60
_ORDERED = {"outcome": [o.value for o in Out], "level": list(AgencyLevel.values)}


@dataclass(frozen=True, slots=True)
class TableAsked:
    """What a table is made of. ``asked.by`` is the dimension of its rows.

    ``columns`` is the dimension of its columns, and then ``number`` what is counted in each cell; or
    ``NUMBERS_AS_COLUMNS``, and then ``numbers`` are the columns.
    """

    asked: Asked
    columns: str
    number: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridCell:
    """A number and by what its dossiers are found: the filters, and which number of the form counts them."""

    value: int
    only: Mapping[str, str]
    number: str


@dataclass(frozen=True, slots=True)
class GridLine:
    """A row or a column by its key and its name; ``name`` is the key itself where pages have words for it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The table: ``cells`` row by row, the margins beside and below it where columns are of one number."""

    wanted: TableAsked
    window: Window
    rows: tuple[GridLine, ...]
    columns: tuple[GridLine, ...]
    cells: tuple[tuple[GridCell, ...], ...]
    row_totals: tuple[GridCell, ...]
    totals: tuple[GridCell, ...]
    total: GridCell | None


def custom_table(wanted: TableAsked, *, actor: Actor, now: datetime) -> Grid:
    """Return the table, of what the actor answers for.

    Problems: ``table.rows``, ``table.columns``, ``table.same``, ``table.number``, ``table.wide``, those of
    ``figures_report``.
    """
    refuse_unknown(wanted)
    if wanted.columns == NUMBERS_AS_COLUMNS:
        return _by_numbers(wanted, actor=actor, now=now)
    return _by_dimensions(wanted, actor=actor, now=now)


def refuse_unknown(wanted: TableAsked) -> None:
    """Raise Refused with everything of which no table can be made."""
    problems, rows = list[Problem](), wanted.asked.by
    if rows not in DIMENSIONS:
        problems.append(Problem("table.rows", "rows"))
    if wanted.columns not in (*DIMENSIONS, NUMBERS_AS_COLUMNS):
        problems.append(Problem("table.columns", "columns"))
    elif wanted.columns == rows:
        problems.append(Problem("table.same", "columns"))
    if wanted.columns == NUMBERS_AS_COLUMNS:
        if not wanted.numbers or not set(wanted.numbers) <= set(NUMBERS):
            problems.append(Problem("table.number", "numbers"))
    elif wanted.number not in NUMBERS:
        problems.append(Problem("table.number", "number"))
    if problems:
        raise Refused(problems)


def _by_numbers(wanted: TableAsked, *, actor: Actor, now: datetime) -> Grid:
    asked = wanted.asked
    filters, window = inside(asked, actor), window_of(asked, now)
    if is_today(asked, now):
        table = selectors.counts(filters, window, by=asked.by)
    else:
        known = lines_as_known(filters, window, known_at=end_of(asked.known_on))
        found = count(known, window, by=keys_of(known, window, asked.by))
        table = Table({str(key): counts for key, counts in found.rows.items()}, found.total)
    # All numbers are checked, those not shown as well: an identity says something of all its numbers at once.
    refuse_false(table)
    rows = _lines([str(key) for key in table.rows], asked.by)
    return Grid(
        wanted=wanted,
        window=window,
        rows=rows,
        columns=tuple(GridLine(n, n) for n in wanted.numbers),
        cells=tuple(
            tuple(GridCell(getattr(table.rows[row.key], n), {asked.by: row.key}, n) for n in wanted.numbers)
            for row in rows
        ),
        row_totals=(),
        totals=tuple(GridCell(getattr(table.total, n), {}, n) for n in wanted.numbers),
        total=None,
    )


def _by_dimensions(wanted: TableAsked, *, actor: Actor, now: datetime) -> Grid:
    asked, by = wanted.asked, wanted.columns
    filters, window = inside(asked, actor), window_of(asked, now)
    if is_today(asked, now):
        table = selectors.crossed(filters, window, number=wanted.number, row=asked.by, column=by)
    else:
        known = lines_as_known(filters, window, known_at=end_of(asked.known_on))
        row, column = keys_of(known, window, asked.by), keys_of(known, window, by)
        table = cross(known, window, number=wanted.number, row=row, column=column)
    refuse_failures(cross_failures(table))
    if len(table.columns) > COLUMNS_MAX:
        raise Refused([Problem("table.wide", "columns", values={"limit": str(COLUMNS_MAX)})])
    return _grid(wanted, window, table)


def _grid(wanted: TableAsked, window: Window, table: Cross) -> Grid:
    by, of, number = wanted.asked.by, wanted.columns, wanted.number
    rows, columns = _lines(table.rows, by), _lines(table.columns, of)
    return Grid(
        wanted=wanted,
        window=window,
        rows=rows,
        columns=columns,
        cells=tuple(
            tuple(GridCell(table.cells.get((r.key, c.key), 0), {by: r.key, of: c.key}, number) for c in columns)
            for r in rows
        ),
        row_totals=tuple(GridCell(table.rows[r.key], {by: r.key}, number) for r in rows),
        totals=tuple(GridCell(table.columns[c.key], {of: c.key}, number) for c in columns),
        total=GridCell(table.total, {}, number),
    )


def _lines(keys: Iterable[str], by: str) -> tuple[GridLine, ...]:
    found = list(keys)
    names = names_of_keys(found, by)
    order: Sequence[str] = _ORDERED.get(by, ())
    rank = {key: place for place, key in enumerate(order)}
    found.sort(key=lambda key: (rank.get(key, 0), names.get(key, key)))
    return tuple(GridLine(key, names.get(key, key)) for key in found)
