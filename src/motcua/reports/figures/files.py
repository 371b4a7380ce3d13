"""Answers the report as spreadsheet, CSV and JSON: counts and their definitions, nothing of a person."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from django.utils.translation import gettext as _
from openpyxl import Workbook

from motcua.core.statistics import NUMBERS
from motcua.reports.figures.words import COLUMNS, DEFINITIONS, NAMES
from motcua.reports.register.xlsx import text_cell
from motcua.services.figures.reporting import FiguresReport
from motcua.services.times import VIETNAM

_NAME_WIDTH, _NUMBER_WIDTH = 44, 13


def period_text(report: FiguresReport) -> str:
    period = report.asked.period
    return f"{period.from_on:%d/%m/%Y} – {period.to_on:%d/%m/%Y}"


def figures_xlsx(report: FiguresReport, *, title: str) -> bytes:
    """Return the report as XLSX: the table on one sheet, on the other by which rule each number is counted."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("II.06")
    sheet.column_dimensions["A"].width = _NAME_WIDTH
    for place in range(len(COLUMNS)):
        sheet.column_dimensions[chr(ord("B") + place)].width = _NUMBER_WIDTH
    sheet.freeze_panes = "B4"
    sheet.append([text_cell(sheet, title, is_heading=True)])
    sheet.append([text_cell(sheet, _known(report))])
    sheet.append([text_cell(sheet, text, is_heading=True) for text in _headings()])
    for name, numbers in _table(report):
        sheet.append([text_cell(sheet, name), *numbers])
    rules = book.create_sheet(_("Definitions"))
    rules.column_dimensions["A"].width, rules.column_dimensions["B"].width = 32, 100
    for number in NUMBERS:
        rules.append([text_cell(rules, str(NAMES[number])), text_cell(rules, str(DEFINITIONS[number]))])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def figures_csv(report: FiguresReport) -> bytes:
    """Return the report as CSV in UTF-8 with its mark, so that spreadsheets read the letters right."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_headings())
    for name, numbers in _table(report):
        writer.writerow([_harmless(name), *numbers])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def figures_json(report: FiguresReport) -> bytes:
    """Return the report as JSON: what was asked, every number of every row, its definitions.

    Shape: ``{"form", "period", "from", "to", "seen_at", "known_on", "by", "definitions", "sections": [{"name",
    "level", "rows": [{"name", "only", "numbers"}], "total"}], "total"}``.
    """
    asked = report.asked
    data = {
        "form": "II.06",
        "period": asked.period.key,
        "from": asked.period.from_on.isoformat(),
        "to": asked.period.to_on.isoformat(),
        "seen_at": report.window.to_at.astimezone(VIETNAM).isoformat(),
        "known_on": asked.known_on.isoformat(),
        "by": asked.by,
        "definitions": {number: str(DEFINITIONS[number]) for number in NUMBERS},
        "sections": [
            {
                "name": section.name,
                "level": section.level,
                "rows": [
                    {"name": row.name, "only": dict(row.only), "numbers": _numbers(row.counts)}
                    for row in section.rows
                ],
                "total": _numbers(section.total),
            }
            for section in report.sections
        ],
        "total": _numbers(report.total),
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _numbers(counts: object) -> dict[str, int]:
    return {number: getattr(counts, number) for number in NUMBERS}


def _headings() -> list[str]:
    return ["", *(str(NAMES[number]) for number in COLUMNS)]


def _table(report: FiguresReport) -> Iterator[tuple[str, list[int]]]:
    for section in report.sections:
        for row in section.rows:
            yield row.name, [getattr(row.counts, number) for number in COLUMNS]
        if section.name:
            yield f"{_('Total')} {section.name}", [getattr(section.total, number) for number in COLUMNS]
    yield _("Total"), [getattr(report.total, number) for number in COLUMNS]


def _known(report: FiguresReport) -> str:
    return f"{period_text(report)}; {_('as known on')} {report.asked.known_on:%d/%m/%Y}"


def _harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text
