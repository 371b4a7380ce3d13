"""Answers the report of petitions as page and files, and the petitions behind each of its numbers."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import PETITIONS
from motcua.reports.figures.asking import Address
from motcua.reports.figures.views import period_choices
from motcua.reports.petitions.words import DEFINITIONS, DIMENSION_NAMES, NAMES, row_name
from motcua.reports.sheets.files import sheet_asked
from motcua.reports.sheets.values import Column, Part, Row, Sheet, known_text, number_cell
from motcua.services.figures.petition_figures import (
    DIMENSIONS,
    PetitionBehind,
    PetitionReport,
    petition_report,
    petitions_behind,
)
from motcua.services.figures.reporting import READERS
from motcua.services.times import local_day, system_now
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import number_of

_TEXTS = {"level": "", "sector": "", "procedure": "", "agency": "", "unit": "", "channel": ""}


@require_GET
@officer_page(*READERS)
def petition_figures(request: OfficerRequest) -> HttpResponse:
    """The report: page, A4, spreadsheet, CSV or JSON."""
    now, address, by = system_now(), Address.of(request.GET), _by(request)
    report, problems = None, list[Problem]()
    try:
        report = petition_report(address.asked(local_day(now)), by=by, actor=request.actor, now=now)
    except Refused as refusal:
        problems = list(refusal.problems)
    if report is not None and (file := sheet_asked(request, partial(petition_sheet, report, address))):
        return file
    context = {
        "problems": problems,
        "texts": address.texts,
        "by": by,
        "periods": period_choices(),
        "dimensions": list(DIMENSION_NAMES.items()),
        "report": report,
        "sheet": petition_sheet(report, address) if report is not None else None,
    }
    return render(request, "reports/petition_figures.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def petition_figures_list(request: OfficerRequest) -> HttpResponse:
    """The petitions that a number counts, a page at a time; only those that the reader may open lead further."""
    now, address, by = system_now(), Address.of(request.GET), _by(request)
    number, key = request.GET.get("number", ""), request.GET.get("row", "")[:40]
    rows, following, problems = list[PetitionBehind](), None, list[Problem]()
    try:
        rows, following = petitions_behind(
            address.asked(local_day(now)),
            number=number,
            by=by,
            key=key,
            before=number_of(request.GET.get("after", "")) or None,
            actor=request.actor,
            now=now,
        )
    except Refused as refusal:
        problems = list(refusal.problems)
    context = {
        "problems": problems,
        "rows": rows,
        "name": NAMES.get(number, ""),
        "definition": DEFINITIONS.get(number, ""),
        "back": _query(address, by),
        "following": f"{_query(address, by)}&number={number}&row={key}&after={following}" if following else "",
    }
    return render(request, "reports/petition_figures_list.html", context, status=422 if problems else 200)


def petition_sheet(report: PetitionReport, address: Address) -> Sheet:
    """Return the report in the language in force."""
    period = report.asked.period
    return Sheet(
        key="bieu-ii-05",
        form="Biểu số II.05/VPCP/KSTT",
        title=_("Reception and handling of petitions about administrative rules"),
        period=f"{period.from_on:%d/%m/%Y} – {period.to_on:%d/%m/%Y}",
        known=known_text(report.asked.known_on),
        parts=[petition_part(report, address)],
        is_wide=True,
    )


def petition_part(report: PetitionReport, address: Address) -> Part:
    """Return the table of the report, each number with the address of its petitions."""
    base = f"{reverse('petition_figures_list')}?{_query(address, report.by)}"
    rows = [
        Row(
            row_name(row.key, report.by, row.name),
            [number_cell(row.numbers[n], f"{base}&number={n}&row={row.key}") for n in PETITIONS.numbers],
        )
        for row in report.rows
    ]
    if rows:
        total = [number_cell(report.total[n], f"{base}&number={n}") for n in PETITIONS.numbers]
        rows.append(Row(_("Total"), total, is_total=True))
    return Part(
        caption=str(DIMENSION_NAMES[report.by]),
        columns=[Column(n, str(NAMES[n]), str(DEFINITIONS[n])) for n in PETITIONS.numbers],
        rows=rows,
        empty=_("No petition in this period."),
        row_name=_("Row"),
    )


def _query(address: Address, by: str) -> str:
    return address.query(**{**_TEXTS, "by": by})


def _by(request: OfficerRequest) -> str:
    by = request.GET.get("by", "")
    return by if by in DIMENSIONS else "group"
