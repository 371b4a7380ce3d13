"""Papers of supervision look as agreed, are A4, and go on over pages."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
from paper_samples import GOLDEN, pictures, texts
from PIL import Image
from supervision_samples import CERTIFICATES, PAPERS, RECORD, URGING
from test_papers import differs

from motcua.reports.papers.rendering import render_pdf


@pytest.mark.parametrize("name", list(PAPERS))
def test_each_paper_looks_and_reads_as_agreed(name: str) -> None:
    pdf = render_pdf(PAPERS[name], form_set="")
    assert "\n".join(texts(pdf)) + "\n" == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    with Image.open(GOLDEN / f"{name}.png") as agreed:
        assert not differs(pictures(pdf)[0], agreed)
    with pypdfium2.PdfDocument(pdf) as document:
        size = (842, 595) if name == "certificates" else (595, 842)
        assert {tuple(round(side) for side in page.get_size()) for page in document} == {size}


def test_a_long_sample_goes_on_over_pages_with_the_signatures_at_the_end() -> None:
    rows = [replace(RECORD.rows[0], number=n) for n in range(1, 61)]
    pages = texts(render_pdf(replace(RECORD, rows=rows), form_set=""))
    assert len(pages) > 2
    assert "NGƯỜI KIỂM TRA" in pages[-1]


def test_each_certificate_is_a_sheet_of_its_own_even_with_the_longest_names() -> None:
    long = [
        replace(s, name="Nguyễn Phương Thảo " * 4, course="Tập huấn nghiệp vụ " * 10) for s in CERTIFICATES.sheets
    ]
    for language in ("vi", "en"):
        pages = texts(render_pdf(replace(CERTIFICATES, sheets=long), form_set="", language=language))
        assert len(pages) == 2
        assert all("GIẤY CHỨNG NHẬN" in page and "THỦ TRƯỞNG CƠ QUAN" in page for page in pages)


def test_captions_stand_in_english_beside_the_vietnamese() -> None:
    (text,) = texts(render_pdf(URGING, form_set="", language="en"))
    assert "Urging what is overdue" in text
    assert "Kính gửi" in text
