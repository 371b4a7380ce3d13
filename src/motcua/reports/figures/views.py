"""Answers the report of figures as page and files, and the dossiers behind each of its numbers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import NUMBERS
from motcua.reports.figures.asking import Address, key_of, text_of
from motcua.reports.figures.files import figures_csv, figures_json, figures_xlsx
from motcua.reports.figures.paper import figures_paper
from motcua.reports.figures.words import COLUMNS, DEFINITIONS, DIMENSIONS, NAMES
from motcua.reports.papers.rendering import ROWS_MAX, render_pdf
from motcua.services.figures.reporting import (
    READERS,
    Behind,
    FiguresReport,
    dossiers_behind,
    figures_report,
    narrowed_by,
    periods_offered,
)
from motcua.services.times import local_day, system_now
from motcua.ui.officers import OfficerRequest, officer_page

PRINTED_ROWS_MAX = ROWS_MAX
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@officer_page(*READERS)
def figures(request: OfficerRequest) -> HttpResponse:
    """The report: page, A4, spreadsheet, CSV or JSON. Nothing is made of numbers that do not add up."""
    now, address = system_now(), Address.of(request.GET)
    wanted, report, problems = request.GET.get("as", ""), None, list[Problem]()
    try:
        report = figures_report(address.asked(local_day(now)), actor=request.actor, now=now)
        if wanted == "pdf" and sum(len(section.rows) for section in report.sections) > PRINTED_ROWS_MAX:
            raise Refused([Problem("figures.long", values={"limit": str(PRINTED_ROWS_MAX)})])
    except Refused as refusal:
        problems = list(refusal.problems)
    if report is not None and not problems and wanted in ("pdf", "xlsx", "csv", "json"):
        return _file(request, report, wanted)
    context = {
        "report": report,
        "problems": problems,
        "address": address,
        "texts": address.texts,
        "periods": period_choices(),
        "narrowed": narrowed_by(report.asked.filters) if report else {},
        **_words(),
    }
    return render(request, "reports/figures.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def figures_dossiers(request: OfficerRequest) -> HttpResponse:
    """The dossiers that a number of the report counts, a page at a time."""
    now, address, number = system_now(), Address.of(request.GET), request.GET.get("number", "")
    rows, following, asked, problems = list[Behind](), None, None, list[Problem]()
    try:
        asked = address.asked(local_day(now))
        rows, following = dossiers_behind(
            asked, number=number, before=key_of(request.GET.get("after", "")), actor=request.actor, now=now
        )
    except Refused as refusal:
        problems = list(refusal.problems)
    context = {
        "asked": asked,
        "rows": rows,
        "number": number if number in NUMBERS else "",
        "problems": problems,
        "back": address.query(level="", sector="", procedure="", month="", outcome=""),
        "following": f"{address.query()}&number={number}&after={text_of(following)}" if following else "",
        "narrowed": narrowed_by(asked.filters) if asked else {},
        "outcome": NAMES[asked.filters.outcome] if asked and asked.filters.outcome in NAMES else "",
        **_words(),
    }
    return render(request, "reports/figures_dossiers.html", context, status=422 if problems else 200)


def _file(request: OfficerRequest, report: FiguresReport, wanted: str) -> HttpResponse:
    language = "en" if request.GET.get("lang") == "en" else "vi"
    if wanted == "pdf":
        paper = figures_paper(report, actor=request.actor, now=system_now(), language=language)
        response = HttpResponse(render_pdf(paper, form_set="", language=language), content_type="application/pdf")
    elif wanted == "xlsx":
        title = str(DIMENSIONS[report.asked.by])
        response = HttpResponse(figures_xlsx(report, title=title), content_type=_XLSX)
    elif wanted == "csv":
        response = HttpResponse(figures_csv(report), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(figures_json(report), content_type="application/json")
    way = "inline" if wanted == "pdf" else "attachment"
    response["Content-Disposition"] = f'{way}; filename="bieu-ii-06.{wanted}"'
    response["Cache-Control"] = "private, no-store"
    return response


def period_choices() -> list[tuple[str, str]]:
    """Return the periods that forms offer, by key and name, newest first."""
    found = periods_offered(local_day(system_now()))
    return [(p.key, f"{_period_name(p.key)}: {p.from_on:%d/%m/%Y} – {p.to_on:%d/%m/%Y}") for p in found]


def _period_name(key: str) -> str:
    year, _sep, quarter = key.partition("-Q")
    return (
        _("Quarter %(quarter)s/%(year)s") % {"quarter": quarter, "year": year} if quarter else _("Year") + f" {year}"
    )


def _words() -> dict[str, object]:
    return {
        "names": NAMES,
        "definitions": DEFINITIONS,
        "dimensions": DIMENSIONS,
        "columns": COLUMNS,
        "numbers": NUMBERS,
    }
