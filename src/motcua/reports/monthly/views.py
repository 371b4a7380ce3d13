"""Answers the monthly report of a one-stop unit as page and files, and the dossiers behind its share on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.core.kernel import Problem, Refused
from motcua.reports.monthly.sheet import monthly_sheet
from motcua.reports.sheets.files import sheet_asked
from motcua.services.figures.monthly import (
    DoneLine,
    done_dossiers,
    monthly_report,
    months_offered,
    units_to_report,
)
from motcua.services.figures.reporting import READERS
from motcua.services.times import local_day, system_now
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import number_of


@require_GET
@officer_page(*READERS)
def monthly(request: OfficerRequest) -> HttpResponse:
    """All parts on one page, printed as one paper."""
    now, key = system_now(), request.GET.get("period", "")[:20]
    report, problems = None, list[Problem]()
    try:
        report = monthly_report(
            key, unit_id=number_of(request.GET.get("unit", "")) or None, actor=request.actor, now=now
        )
    except Refused as refusal:
        problems = list(refusal.problems)
    if report is not None and (file := sheet_asked(request, partial(monthly_sheet, report, actor=request.actor))):
        return file
    context = {
        "problems": problems,
        "report": report,
        "sheet": monthly_sheet(report, actor=request.actor) if report is not None else None,
        "months": [
            (p.key, f"{p.key[5:]}/{p.key[:4]}: {p.from_on:%d/%m/%Y} – {p.to_on:%d/%m/%Y}")
            for p in months_offered(local_day(now))
        ],
        "units": [(u.id, f"{u.name}, {u.agency.short_name}") for u in units_to_report(request.actor)],
    }
    return render(request, "reports/monthly.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def monthly_done(request: OfficerRequest) -> HttpResponse:
    """The dossiers that the share on the spot is counted of: all, or those done on the spot."""
    key, unit_id = request.GET.get("period", "")[:20], number_of(request.GET.get("unit", "")) or None
    on_spot_only = request.GET.get("on_spot") == "1"
    rows: Sequence[DoneLine] = ()
    following, problems = None, list[Problem]()
    try:
        rows, following = done_dossiers(
            key,
            unit_id=unit_id,
            on_spot_only=on_spot_only,
            after=number_of(request.GET.get("after", "")),
            actor=request.actor,
            now=system_now(),
        )
    except Refused as refusal:
        problems = list(refusal.problems)
    same = f"period={key}&unit={unit_id or ''}"
    context = {
        "problems": problems,
        "rows": rows,
        "on_spot_only": on_spot_only,
        "back": same,
        "following": f"{same}&on_spot={int(on_spot_only)}&after={following}" if following else "",
    }
    return render(request, "reports/monthly_done.html", context, status=422 if problems else 200)
