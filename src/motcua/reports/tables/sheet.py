"""Answers how a table of one's own becomes a report: names of its rows and columns, an address behind each number."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.reports.figures.words import DEFINITIONS, DIMENSIONS, NAMES
from motcua.reports.sheets.values import Cell, Column, Part, Row, Sheet, known_text, number_cell
from motcua.reports.tables.asking import TableAddress
from motcua.services.figures.tables import NUMBERS_AS_COLUMNS, Grid, GridCell, GridLine
from motcua.ui.words import CHANNELS, LEVELS

DIMENSION_NAMES = {
    **{key: name for key, name in DIMENSIONS.items() if key != "form"},
    "month": gettext_lazy("Month of reception"),
    "outcome": gettext_lazy("How it stands"),
}
_SQUARE_MAX = 7


def line_name(line: GridLine, by: str) -> str:
    """Return what a row or column is called on pages."""
    if by == "level":
        return str(LEVELS.get(line.key, line.name))
    if by == "channel":
        return str(CHANNELS.get(line.key, line.name))
    if by == "month":
        return f"{line.key[5:]}/{line.key[:4]}"
    if by in ("outcome", NUMBERS_AS_COLUMNS):
        return str(NAMES[line.key])
    return line.name


def table_sheet(grid: Grid, address: TableAddress, *, name: str) -> Sheet:
    """Return the table as a report, in the language in force."""
    wanted = grid.wanted
    asked, is_numbers = wanted.asked, wanted.columns == NUMBERS_AS_COLUMNS
    period = asked.period
    caption = str(DIMENSION_NAMES[asked.by])
    if not is_numbers:
        caption = f"{caption} × {DIMENSION_NAMES[wanted.columns]}: {NAMES[wanted.number]}"
    return Sheet(
        key="bang-so-lieu",
        form="",
        title=name or _("Table of figures"),
        period=f"{period.from_on:%d/%m/%Y} – {period.to_on:%d/%m/%Y}",
        known=known_text(asked.known_on),
        parts=[
            Part(
                caption=caption,
                columns=_columns(grid),
                rows=_rows(grid, address),
                empty=_("No dossier in this period."),
                row_name=str(DIMENSION_NAMES[asked.by]),
            )
        ],
        is_wide=len(grid.columns) > _SQUARE_MAX,
    )


def _columns(grid: Grid) -> list[Column]:
    by, number = grid.wanted.columns, grid.wanted.number
    if by == NUMBERS_AS_COLUMNS:
        return [Column(c.key, line_name(c, by), str(DEFINITIONS[c.key])) for c in grid.columns]
    found = [Column(c.key, line_name(c, by)) for c in grid.columns]
    # What is counted is the same in each cell, so it is told once, at the total.
    return [*found, Column("total", _("Total"), f"{NAMES[number]}. {DEFINITIONS[number]}")]


def _rows(grid: Grid, address: TableAddress) -> list[Row]:
    def cell(found: GridCell) -> Cell:
        return number_cell(found.value, f"{reverse('figures_dossiers')}?{address.drill(found.only, found.number)}")

    rows = []
    for place, line in enumerate(grid.rows):
        cells = [cell(c) for c in grid.cells[place]]
        if grid.row_totals:
            cells.append(cell(grid.row_totals[place]))
        rows.append(Row(line_name(line, grid.wanted.asked.by), cells))
    if rows:
        totals = [cell(c) for c in grid.totals]
        rows.append(Row(_("Total"), [*totals, *([cell(grid.total)] if grid.total else [])], is_total=True))
    return rows
