"""Answers a report of tables as spreadsheet, CSV and JSON: numbers and their definitions, nothing of a person."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from motcua.reports.papers.rendering import render_pdf
from motcua.reports.register.xlsx import text_cell
from motcua.reports.sheets.paper import sheet_paper
from motcua.reports.sheets.values import Cell, Part, Sheet
from motcua.services.actors import Actor
from motcua.services.times import system_now
from motcua.ui.officers import OfficerRequest

WAYS = ("pdf", "xlsx", "csv", "json")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAME_WIDTH, _NUMBER_WIDTH, _TITLE_MAX = 44, 13, 31


def sheet_asked(request: OfficerRequest, sheet: Callable[[], Sheet]) -> HttpResponse | None:
    """Return the report as the file that the address asks for; ``None`` where it asks for the page.

    A paper is in Vietnamese, the official language, unless English is asked for; other files speak as the page does.
    """
    way = request.GET.get("as", "")
    if way not in WAYS:
        return None
    language = "en" if request.GET.get("lang") == "en" else "vi"
    with translation.override(language if way == "pdf" else translation.get_language()):
        return sheet_file(sheet(), way, actor=request.actor, language=language)


def sheet_file(sheet: Sheet, way: str, *, actor: Actor, language: str) -> HttpResponse:
    """Return the report as a file in one of ``WAYS``."""
    if way == "pdf":
        paper = sheet_paper(sheet, actor=actor, now=system_now())
        response = HttpResponse(render_pdf(paper, form_set="", language=language), content_type="application/pdf")
    elif way == "xlsx":
        response = HttpResponse(sheet_xlsx(sheet), content_type=_XLSX)
    elif way == "csv":
        response = HttpResponse(sheet_csv(sheet), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(sheet_json(sheet), content_type="application/json")
    place = "inline" if way == "pdf" else "attachment"
    response["Content-Disposition"] = f'{place}; filename="{sheet.key}.{way}"'
    response["Cache-Control"] = "private, no-store"
    return response


def sheet_xlsx(sheet: Sheet) -> bytes:
    """Return the report as XLSX: a sheet for each part, and one of how each number is counted."""
    book = Workbook(write_only=True)
    for place, part in enumerate(sheet.parts, start=1):
        page = book.create_sheet(f"{place}")
        page.column_dimensions["A"].width = _NAME_WIDTH
        for column in range(len(part.columns)):
            page.column_dimensions[get_column_letter(column + 2)].width = _NUMBER_WIDTH
        page.append([text_cell(page, f"{sheet.title}: {part.caption}", is_heading=True)])
        page.append([text_cell(page, f"{sheet.period}; {sheet.known}")])
        page.append([text_cell(page, name, is_heading=True) for name in _headings(part)])
        for row in part.rows:
            page.append([text_cell(page, row.name), *(_xlsx(page, cell) for cell in row.cells)])
        for note in part.notes:
            page.append([text_cell(page, note)])
    rules = book.create_sheet(_("Definitions")[:_TITLE_MAX])
    rules.column_dimensions["A"].width, rules.column_dimensions["B"].width = 32, 100
    for name, definition in sheet.definitions:
        rules.append([text_cell(rules, name), text_cell(rules, definition)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_csv(sheet: Sheet) -> bytes:
    """Return the parts one below the other as CSV in UTF-8 with its mark, so that spreadsheets read the letters right."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for place, part in enumerate(sheet.parts):
        if len(sheet.parts) > 1:
            writer.writerows([[]] if place else [])
            writer.writerow([_harmless(part.caption)])
        writer.writerow([_harmless(name) for name in _headings(part)])
        for row in part.rows:
            writer.writerow([_harmless(row.name), *(_plain(cell) for cell in row.cells)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def sheet_json(sheet: Sheet) -> bytes:
    """Return the report as JSON.

    Shape: ``{"form", "title", "period", "known", "parts": [{"caption", "columns": [{"key", "name", "definition"}],
    "rows": [{"name", "is_total", "cells": [number or text]}], "notes"}]}``.
    """
    data: dict[str, Any] = {
        "form": sheet.form,
        "title": sheet.title,
        "period": sheet.period,
        "known": sheet.known,
        "parts": [
            {
                "caption": part.caption,
                "columns": [{"key": c.key, "name": c.name, "definition": c.definition} for c in part.columns],
                "rows": [
                    {"name": row.name, "is_total": row.is_total, "cells": [_json(cell) for cell in row.cells]}
                    for row in part.rows
                ],
                "notes": list(part.notes),
            }
            for part in sheet.parts
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _headings(part: Part) -> list[str]:
    return [part.row_name, *(c.name for c in part.columns)]


def _json(cell: Cell) -> int | str:
    return cell.text if cell.number is None else cell.number


def _plain(cell: Cell) -> int | str:
    return _harmless(cell.text) if cell.number is None else cell.number


def _xlsx(page: Any, cell: Cell) -> Any:
    return text_cell(page, cell.text) if cell.number is None else cell.number


def _harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text
