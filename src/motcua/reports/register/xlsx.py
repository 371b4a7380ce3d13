"""Answers the register as a spreadsheet; a cell never becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from motcua.reports.papers.content import Register, RegisterRow

_HEADINGS = (
    *("TT", "Mã hồ sơ", "Tên thủ tục hành chính", "Tên tổ chức, cá nhân", "Địa chỉ, số điện thoại"),
    *("Cơ quan chủ trì giải quyết", "Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả", "Hình thức nhận", "Ghi chú"),
)
_WIDTHS = (6, 24, 40, 28, 44, 34, 17, 17, 17, 14, 18)
_HEADING_ROW = 2
_VIETNAM = timezone(timedelta(hours=7))
_MOMENT = "dd/mm/yyyy hh:mm"
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CELL_MAX = 32_767


def register_xlsx(register: Register) -> bytes:
    """Return the register as XLSX: a title, a heading row, one row a dossier; instants in Vietnam's time.

    Guarantee: every text is stored as text. A text that a spreadsheet could take for a formula bears the
    apostrophe mark (``quotePrefix``), so that editing the cell or saving it as CSV and back starts none.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sổ theo dõi")
    for position, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + position)].width = width
    sheet.freeze_panes = f"A{_HEADING_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEADING_ROW}:{chr(ord('A') + len(_HEADINGS) - 1)}{_HEADING_ROW + len(register.rows)}"
    sheet.append([text_cell(sheet, f"Sổ theo dõi hồ sơ: {register.sector}, {register.period}", is_heading=True)])
    sheet.append([text_cell(sheet, heading, is_heading=True) for heading in _HEADINGS])
    for row in register.rows:
        sheet.append(list(_cells(sheet, row)))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(sheet: Any, row: RegisterRow) -> Iterator[Any]:
    yield row.number
    for text in (row.code, row.matter, row.applicant, row.contact, row.agency):
        yield text_cell(sheet, text)
    for at in (row.received_at, row.due_at, row.returned_at):
        yield _moment(sheet, at)
    yield text_cell(sheet, row.channel)
    yield text_cell(sheet, row.note)


def text_cell(sheet: Any, value: str, *, is_heading: bool = False) -> Any:
    """Return a cell that is text whatever it begins with."""
    clean = ILLEGAL_CHARACTERS_RE.sub(" ", value)[:_CELL_MAX]
    cell = WriteOnlyCell(sheet, value=clean)
    # Set after the value: openpyxl takes "=1" for a formula and "#REF!" for an error.
    cell.data_type = "s"
    if is_heading:
        cell.font, cell.alignment = Font(bold=True), Alignment(vertical="center")
    if clean.startswith(_BEGINS_A_FORMULA):
        cell.quotePrefix = 1
    return cell


def _moment(sheet: Any, at: datetime | None) -> Any:
    if at is None:
        return None
    # A spreadsheet knows no time zones; the day and hour are those of Vietnam.
    cell = WriteOnlyCell(sheet, value=at.astimezone(_VIETNAM).replace(tzinfo=None))
    cell.number_format = _MOMENT
    return cell
