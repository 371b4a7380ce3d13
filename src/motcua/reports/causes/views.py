"""Answers the report of causes as page and files, and the late dossiers behind each of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.core.kernel import Problem, Refused
from motcua.reports.causes.words import CAUSE_DEFINITIONS, CAUSES, DEFINITIONS, EVIDENCE, NAMES
from motcua.reports.figures.asking import Address, key_of, text_of
from motcua.reports.figures.views import period_choices
from motcua.reports.sheets.files import sheet_asked
from motcua.reports.sheets.values import Column, Part, Row, Sheet, known_text, number_cell
from motcua.services.figures.overdue import OVERDUE, CauseReport, LateBehind, cause_report, late_behind
from motcua.services.figures.reporting import READERS, narrowed_by
from motcua.services.times import local_day, system_now
from motcua.ui.officers import OfficerRequest, officer_page


@require_GET
@officer_page(*READERS)
def cause_figures(request: OfficerRequest) -> HttpResponse:
    """The report: page, A4, spreadsheet, CSV or JSON."""
    now, address = system_now(), Address.of(request.GET)
    report, problems = None, list[Problem]()
    try:
        report = cause_report(address.asked(local_day(now)), actor=request.actor, now=now)
    except Refused as refusal:
        problems = list(refusal.problems)
    if report is not None and (file := sheet_asked(request, partial(cause_sheet, report, address))):
        return file
    context = {
        "problems": problems,
        "texts": address.texts,
        "periods": period_choices(),
        "report": report,
        "sheet": cause_sheet(report, address) if report is not None else None,
        "narrowed": narrowed_by(report.asked.filters) if report is not None else {},
    }
    return render(request, "reports/cause_figures.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def cause_figures_list(request: OfficerRequest) -> HttpResponse:
    """The late dossiers that a number counts, each with its cause and what that is known by."""
    now, address = system_now(), Address.of(request.GET)
    number, cause = request.GET.get("number", ""), request.GET.get("cause", "")
    rows, following, problems = list[LateBehind](), None, list[Problem]()
    try:
        rows, following = late_behind(
            address.asked(local_day(now)),
            number=number,
            cause=cause,
            before=key_of(request.GET.get("after", "")),
            actor=request.actor,
            now=now,
        )
    except Refused as refusal:
        problems = list(refusal.problems)
    context = {
        "problems": problems,
        "rows": rows,
        "name": NAMES.get(number, ""),
        "cause": CAUSES.get(cause, ""),
        "definition": DEFINITIONS.get(number, ""),
        "causes": CAUSES,
        "evidence": EVIDENCE,
        "back": address.query(sector=""),
        "following": f"{address.query()}&number={number}&cause={cause}&after={text_of(following)}"
        if following
        else "",
    }
    return render(request, "reports/cause_figures_list.html", context, status=422 if problems else 200)


def cause_sheet(report: CauseReport, address: Address) -> Sheet:
    """Return the report in the language in force."""
    period = report.asked.period
    return Sheet(
        key="bieu-ii-07",
        form="Biểu số II.07/VPCP/KSTT",
        title=_("Causes of dossiers being late"),
        period=f"{period.from_on:%d/%m/%Y} – {period.to_on:%d/%m/%Y}",
        known=known_text(report.asked.known_on),
        parts=cause_parts(report, address),
        is_wide=True,
    )


def cause_parts(report: CauseReport, address: Address) -> Sequence[Part]:
    """Return the two tables: by cause, and by sector and cause; each number with the address of its dossiers."""
    base = reverse("cause_figures_list")
    return (_by_cause(report, address, base), _by_sector(report, address, base))


def _by_cause(report: CauseReport, address: Address, base: str) -> Part:
    rows = []
    for cause, name in CAUSES.items():
        if cause in report.by_cause.rows:
            numbers = report.by_cause.rows[cause]
            cells = [
                number_cell(numbers[n], f"{base}?{address.query()}&number={n}&cause={cause}") for n in OVERDUE.numbers
            ]
            rows.append(Row(str(name), cells))
    if rows:
        total = [number_cell(report.total[n], f"{base}?{address.query()}&number={n}") for n in OVERDUE.numbers]
        rows.append(Row(_("Total"), total, is_total=True))
    return Part(
        caption=_("By cause"),
        columns=[Column(n, str(NAMES[n]), str(DEFINITIONS[n])) for n in OVERDUE.numbers],
        rows=rows,
        notes=[_("The list of causes is this system's own; the circular's is to be confirmed.")],
        empty=_("No late dossier in this period."),
        row_name=_("Cause of being late"),
    )


def _by_sector(report: CauseReport, address: Address, base: str) -> Part:
    rows = []
    for sector, numbers in report.by_sector.items():
        of_sector = f"{base}?{address.query(sector=sector)}&number=total"
        cells = [number_cell(numbers[c], f"{of_sector}&cause={c}") for c in CAUSES]
        rows.append(Row(sector, [*cells, number_cell(sum(numbers.values()), of_sector)]))
    if rows:
        of_all = f"{base}?{address.query()}&number=total"
        sums = {c: sum(numbers[c] for numbers in report.by_sector.values()) for c in CAUSES}
        cells = [number_cell(sums[c], f"{of_all}&cause={c}") for c in CAUSES]
        rows.append(Row(_("Total"), [*cells, number_cell(report.total["total"], of_all)], is_total=True))
    columns = [Column(c, str(name), str(CAUSE_DEFINITIONS[c])) for c, name in CAUSES.items()]
    return Part(
        caption=_("By sector and cause"),
        columns=[*columns, Column("total", _("Total"))],
        rows=rows,
        empty=_("No late dossier in this period."),
        row_name=_("Sector"),
    )
