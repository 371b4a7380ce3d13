"""Answers how the monthly report is laid out: its parts in order, each number defined and leading to what is behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.reports.causes.views import cause_parts
from motcua.reports.figures.asking import TEXTS, Address
from motcua.reports.figures.words import COLUMNS, DEFINITIONS, NAMES
from motcua.reports.petitions.views import petition_part
from motcua.reports.sheets.values import Cell, Column, Part, Row, Sheet, known_text, number_cell
from motcua.services.actors import Actor
from motcua.services.figures.monthly import MonthlyReport
from motcua.services.floor.figures import WaitFigure
from motcua.store.organisation.roles import Role


def monthly_sheet(report: MonthlyReport, *, actor: Actor) -> Sheet:
    """Return the report in the language in force."""
    period = report.asked.period
    causes = cause_parts(report.causes, _address(report, "sector"))
    petitions = petition_part(report.petitions, _address(report, "group", agency=str(report.unit.agency_id)))
    return Sheet(
        key="bao-cao-thang",
        form="",
        title=_("Monthly report %(month)s, %(unit)s")
        % {"month": f"{period.key[5:]}/{period.key[:4]}", "unit": report.unit.name},
        period=f"{period.from_on:%d/%m/%Y} – {period.to_on:%d/%m/%Y}",
        known=known_text(report.asked.known_on),
        parts=[
            _figures(report),
            _numbered(causes[0], 2, _("Late dossiers by cause")),
            _numbered(causes[1], 3, _("Late dossiers by sector and cause")),
            _numbered(petitions, 4, _("Petitions to the agency")),
            _ratings(report, actor),
            _on_spot(report),
            _waits(report, actor),
        ],
        is_wide=True,
    )


def _address(report: MonthlyReport, by: str, **narrowed: str) -> Address:
    texts = {**dict.fromkeys(TEXTS, ""), "period": report.asked.period.key, "by": by}
    return Address({**texts, **(narrowed or {"unit": str(report.unit.id)})})


def _numbered(part: Part, place: int, name: str = "") -> Part:
    return Part(
        caption=_placed(place, name or part.caption),
        columns=part.columns,
        rows=part.rows,
        notes=part.notes,
        empty=part.empty,
        row_name=part.row_name,
    )


def _placed(place: int, caption: str) -> str:
    return f"{place}. {caption}"


def _figures(report: MonthlyReport) -> Part:
    address, base = _address(report, "sector"), reverse("figures_dossiers")
    rows = []
    for section in report.figures.sections:
        for row in section.rows:
            cells = [
                number_cell(getattr(row.counts, n), f"{base}?{address.query(**row.only)}&number={n}") for n in COLUMNS
            ]
            rows.append(Row(row.name, cells))
    if rows:
        total = [
            number_cell(getattr(report.figures.total, n), f"{base}?{address.query()}&number={n}") for n in COLUMNS
        ]
        rows.append(Row(_("Total"), total, is_total=True))
    return Part(
        caption=_placed(1, _("Reception and handling by sector (Form II.06)")),
        columns=[Column(n, str(NAMES[n]), str(DEFINITIONS[n])) for n in COLUMNS],
        rows=rows,
        empty=_("No dossier in this period."),
        row_name=_("Sector"),
    )


def _ratings(report: MonthlyReport, actor: Actor) -> Part:
    found, period = report.ratings, report.asked.period
    address = ""
    # The page of ratings is of the unit for its manager alone; for others it counts more than stands here.
    if actor.has(Role.CENTRE_MANAGER):
        days = {"from": f"{period.from_on:%d/%m/%Y}", "to": f"{period.to_on:%d/%m/%Y}"}
        address = f"{reverse('ratings')}?{urlencode(days)}"
    good = "–" if found.percent_good is None else f"{found.percent_good} %"
    return Part(
        caption=_placed(5, _("Satisfaction of people")),
        columns=[
            Column(
                "ratings",
                _("Ratings given"),
                _("Ratings of dossiers and visits given in the period; nobody is named."),
            ),
            Column("good", _("Satisfied"), _("Share of 4 and 5 of five; not told below five ratings.")),
        ],
        rows=[Row(report.unit.name, [number_cell(found.count, address), Cell(good)])] if found.count else [],
        empty=_("Nobody has rated the unit in this period."),
        row_name=_("One-stop unit"),
    )


def _on_spot(report: MonthlyReport) -> Part:
    share = report.on_spot
    base = f"{reverse('monthly_done')}?{urlencode({'period': report.asked.period.key, 'unit': report.unit.id})}"
    percent = f"{100 * share.on_spot / share.done:.1f} %".replace(".", ",") if share.done else "–"
    return Part(
        caption=_placed(6, _("Done on the spot")),
        columns=[
            Column("done", _("Done"), _("Of the dossiers received in the period, those approved or refused by now.")),
            Column("on_spot", _("On the spot"), _("Of these, those of which every step was done at the unit itself.")),
            Column("share", _("Share")),
        ],
        rows=[
            Row(share.unit_name, [number_cell(share.done, base), number_cell(share.on_spot, f"{base}&on_spot=1"), Cell(percent)])
        ],
        row_name=_("One-stop unit"),
    )  # fmt: skip


def _waits(report: MonthlyReport, actor: Actor) -> Part:
    found = report.waits
    columns = [
        Column("taken", _("Numbers taken"), _("Numbers taken at the kiosk or by appointment.")),
        Column("served", _("Served"), _("Of these, called and served to the end.")),
        Column("median", _("Half waited at most (min)"), _("Minutes from taking the number to the first call.")),
        Column("p90", _("Nine of ten at most (min)"), _("The same, of nine in ten.")),
        Column("within", _("Within the target"), _("Share that waited no longer than the hall's own target.")),
    ]
    rows = []
    if found is not None and found.taken:
        is_manager = actor.has(Role.CENTRE_MANAGER)
        for day, taken, served, figure in found.by_day:
            address = f"{reverse('hall_figures')}?{urlencode({'day': f'{day:%d/%m/%Y}'})}" if is_manager else ""
            rows.append(Row(f"{day:%d/%m/%Y}", [number_cell(taken, address), number_cell(served), *_wait(figure)]))
        total = [number_cell(found.taken), number_cell(found.served), *_wait(found.all)]
        rows.append(Row(_("Total"), total, is_total=True))
    return Part(
        caption=_placed(7, _("Waiting in the hall")),
        columns=columns,
        rows=rows,
        empty=_("No numbers were taken in this period, or the unit has no hall with numbers."),
        row_name=_("Day"),
    )


def _wait(figure: WaitFigure | None) -> list[Cell]:
    if figure is None:
        return [Cell("–")] * 3
    median, p90 = (f"{minutes:.0f}" for minutes in (figure.median, figure.p90))
    return [Cell(median), Cell(p90), Cell(f"{100 * figure.within:.0f} %")]
