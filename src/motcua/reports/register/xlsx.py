"""Answers the register as a spreadsheet; a cell never becomes a formula."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

from openpyxl import Workbook

from motcua.reports.papers.content import Register

_HEADINGS = (
    *("TT", "Mã hồ sơ", "Tên thủ tục", "Tổ chức, cá nhân", "Địa chỉ, điện thoại", "Cơ quan chủ trì"),
    *("Tiếp nhận", "Hẹn trả", "Trả kết quả", "Cách nhận", "Ghi chú"),
)
_VIETNAM = timezone(timedelta(hours=7))


def register_xlsx(register: Register) -> bytes:
    """Return the register as XLSX: a heading row, one row a dossier."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sổ theo dõi")
    sheet.append([f"Sổ theo dõi hồ sơ: {harmless(register.sector)}, {register.period}"])
    sheet.append(list(_HEADINGS))
    for row in register.rows:
        texts = (row.code, row.matter, row.applicant, row.contact, row.agency)
        times = (row.received_at, row.due_at, row.returned_at)
        sheet.append(
            [row.number, *map(harmless, texts), *map(_time, times), harmless(row.channel), harmless(row.note)]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet reads it as a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(_VIETNAM):%d/%m/%Y %H:%M}"
