"""Answers tables of one's own: choose, look, drill, print, take along, keep under a name."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import NUMBERS
from motcua.reports.figures.views import period_choices
from motcua.reports.figures.words import NAMES
from motcua.reports.papers.rendering import ROWS_MAX
from motcua.reports.sheets.files import sheet_asked
from motcua.reports.sheets.values import Sheet
from motcua.reports.tables.asking import TableAddress
from motcua.reports.tables.sheet import DIMENSION_NAMES, table_sheet
from motcua.services.figures.reporting import READERS, agencies_counted, narrowed_by, sectors_counted
from motcua.services.figures.saved_tables import remove_table, save_table, saved_table, saved_tables
from motcua.services.figures.tables import NUMBERS_AS_COLUMNS, Grid, custom_table
from motcua.services.times import local_day, system_now
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of
from motcua.ui.words import CHANNELS, LEVELS

_FIRST = ("total", "resolved", "late", "open", "overdue")
table_page = officer_page(*READERS)


@require_http_methods(["GET", "POST"])
@table_page
def tables(request: OfficerRequest) -> HttpResponse:
    """The table that is asked for, with the form to ask; a POST keeps it under a name."""
    address = TableAddress.of(request.GET)
    problems = list[Problem]()
    if request.method == "POST":
        try:
            row = save_table(
                address.texts,
                key=key_of(request),
                name=request.POST.get("name", ""),
                shares=request.POST.get("shares") == "1",
                actor=request.actor,
                now=system_now(),
            )
        except Refused as refusal:
            problems += refusal.problems
        else:
            messages.success(request, _("Kept under the name «%(name)s».") % {"name": row.name})
            return redirect("saved_table", public_id=row.public_id)
    return _shown(request, address, name="", problems=problems)


@require_GET
@table_page
def saved(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A table kept under a name, with the figures of today."""
    row = saved_table(public_id, request.actor)
    return _shown(request, TableAddress.kept(row.asked), name=row.name, problems=[], saved=row)


@require_POST
@table_page
def remove(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    remove_table(public_id, actor=request.actor, now=system_now())
    messages.success(request, _("The table is removed; no figure is lost with it."))
    return redirect("tables")


def _shown(
    request: OfficerRequest, address: TableAddress, *, name: str, problems: list[Problem], saved: Any = None
) -> HttpResponse:
    grid = None
    if address.is_asking:
        try:
            grid = custom_table(address.asked(local_day(system_now())), actor=request.actor, now=system_now())
            if request.GET.get("as") == "pdf" and len(grid.rows) > ROWS_MAX:
                raise Refused([Problem("figures.long", values={"limit": str(ROWS_MAX)})])
        except Refused as refusal:
            problems = [*problems, *refusal.problems]
    if (
        grid is not None
        and not problems
        and (file := sheet_asked(request, partial(table_sheet, grid, address, name=name)))
    ):
        return file
    context = {
        "problems": problems,
        "texts": {**address.address.texts, **address.own},
        "numbers": address.numbers or (() if address.is_asking else _FIRST),
        "query": address.query(),
        "sheet": _sheet(grid, address, name),
        "grid": grid,
        "narrowed": narrowed_by(grid.wanted.asked.filters) if grid else {},
        "saved": saved,
        "is_own": saved is not None and saved.staff_id == request.actor.staff_id,
        "tables": saved_tables(request.actor),
        "key": uuid.uuid4(),
        "save_name": request.POST.get("name", name),
        "agency_choices": agencies_counted(request.actor),
        **_choices(),
    }
    return render(request, "reports/tables.html", context, status=422 if problems else 200)


def _sheet(grid: Grid | None, address: TableAddress, name: str) -> Sheet | None:
    return table_sheet(grid, address, name=name) if grid is not None else None


def _choices() -> dict[str, object]:
    dimensions = list(DIMENSION_NAMES.items())
    return {
        "periods": period_choices(),
        "row_choices": dimensions,
        "column_choices": [(NUMBERS_AS_COLUMNS, _("Numbers of the form, chosen below")), *dimensions],
        "number_choices": [(n, NAMES[n]) for n in NUMBERS],
        "level_choices": list(LEVELS.items()),
        "channel_choices": list(CHANNELS.items()),
        "sector_choices": sectors_counted(),
        "address_of_figures": reverse("figures"),
    }
