"""The register as a spreadsheet says what the paper says, and no cell of it ever computes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from paper_samples import register_of

from motcua.reports.register.xlsx import register_xlsx


def rows_of(sheet: bytes) -> list[list[Any]]:
    page = openpyxl.load_workbook(io.BytesIO(sheet)).active
    assert page is not None
    return [list(row) for row in page.iter_rows()]


def test_a_sheet_has_a_title_a_head_and_a_row_for_each_dossier() -> None:
    title, head, *rows = rows_of(register_xlsx(register_of(5)))
    assert title[0].value == "Sổ theo dõi hồ sơ: Hộ tịch, từ ngày 01/11/2026 đến ngày 20/11/2026"
    assert [cell.value for cell in head][:3] == ["TT", "Mã hồ sơ", "Tên thủ tục hành chính"]
    assert [row[1].value for row in rows] == [f"H05.101-261120-{number:04d}" for number in range(1, 6)]


def test_instants_are_dates_of_vietnam_and_missing_ones_empty_cells() -> None:
    _, _, *rows = rows_of(register_xlsx(register_of(3)))
    assert rows[0][6].value == datetime(2026, 11, 20, 9, 42)
    assert rows[0][6].number_format == "dd/mm/yyyy hh:mm"
    assert rows[2][7].value is None


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_begins_like_a_formula_is_marked_as_text(sign: str) -> None:
    name = f'{sign}HYPERLINK("http://x","y")'
    register = register_of(1)
    register = replace(
        register, rows=[replace(register.rows[0], applicant=name, contact=name, matter=name, note=name)]
    )
    _, _, row = rows_of(register_xlsx(register))
    for cell in (row[2], row[3], row[4], row[10]):
        assert cell.data_type == "s"
        assert cell.quotePrefix
        assert cell.value.strip().lstrip(sign) == 'HYPERLINK("http://x","y")'


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
@example("=1+1")
@example("\x00\x0b=1")
@example("#REF!")
@example("x" * 40_000)
def test_no_text_becomes_a_formula_an_error_or_a_broken_file(text: str) -> None:
    register = register_of(1)
    register = replace(register, sector=text, rows=[replace(register.rows[0], applicant=text, contact=text)])
    for row in rows_of(register_xlsx(register)):
        assert not [cell for cell in row if cell.data_type in ("f", "e")]
