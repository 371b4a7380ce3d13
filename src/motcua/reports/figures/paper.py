"""Answers how the printed report of figures is filled; official text in Vietnamese."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation

from motcua.core.statistics import Counts
from motcua.reports.figures.files import period_text
from motcua.reports.figures.words import COLUMNS, DEFINITIONS, DIMENSIONS, NAMES
from motcua.reports.papers.content import Head
from motcua.reports.papers.figures_content import FiguresPaper, FiguresRow
from motcua.services.actors import Actor
from motcua.services.figures.reporting import FiguresReport
from motcua.store.organisation.models import Agency
from motcua.ui.words import LEVELS


def figures_paper(report: FiguresReport, *, actor: Actor, now: datetime, language: str) -> FiguresPaper:
    """Return the paper of a report; its rules are told in the language asked for."""
    agency = Agency.objects.select_related("parent").get(id=actor.agency_id)
    with translation.override("vi"):
        rows = _rows(report)
        by = "" if report.asked.by == "form" else str(DIMENSIONS[report.asked.by])
    with translation.override(language):
        notes = [f"{NAMES[number]}: {DEFINITIONS[number]}" for number in ("in_period", *COLUMNS)]
    return FiguresPaper(
        head=Head(agency.parent.name if agency.parent else "", agency.name, agency.place, "…/BC", now),
        form_name="Biểu số II.06/VPCP/KSTT",
        by=by,
        period=period_text(report),
        known=f"Theo thông tin có đến ngày {report.asked.known_on:%d/%m/%Y}",
        rows=rows,
        notes=notes,
        maker=actor.name,
    )


def _rows(report: FiguresReport) -> list[FiguresRow]:
    rows = []
    for section in report.sections:
        if section.name:
            rows.append(_row("", f"{section.name} · {LEVELS[section.level]}", section.total, is_total=True))
        rows += [
            _row(str(place), row.name, row.counts, is_total=False) for place, row in enumerate(section.rows, start=1)
        ]
    if report.total.total:
        rows.append(_row("", "Tổng cộng", report.total, is_total=True))
    return rows


def _row(item: str, name: str, counts: Counts, *, is_total: bool) -> FiguresRow:
    numbers = [f"{getattr(counts, number):,}".replace(",", ".") for number in COLUMNS]
    return FiguresRow(item, name, numbers, is_total)
