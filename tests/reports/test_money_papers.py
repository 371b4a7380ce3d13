"""Papers of money, post and results look as agreed, fit their sheet, and their QR leads to the check page."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from money_samples import A4, BAG_IN, CASH, PAPERS, RESULT
from paper_samples import AN, GOLDEN, pictures, texts
from PIL import Image
from test_papers import differs

from motcua.reports.papers.rendering import render_pdf


@pytest.mark.parametrize("name", list(PAPERS))
def test_each_paper_looks_and_reads_as_agreed(name: str) -> None:
    pdf = render_pdf(PAPERS[name], form_set="2025")
    assert "\n".join(texts(pdf)) + "\n" == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    with Image.open(GOLDEN / f"{name}.png") as agreed:
        assert not differs(pictures(pdf)[0], agreed)


@pytest.mark.parametrize("name", list(PAPERS))
def test_each_paper_is_of_its_size_and_names_nobody_in_its_file(name: str) -> None:
    with pypdfium2.PdfDocument(render_pdf(PAPERS[name], form_set="2025")) as document:
        sizes = {tuple(round(side) for side in page.get_size()) for page in document}
        said = "".join(document.get_metadata_dict().values())
    assert sizes == {(595, 842) if name in A4 else (420, 595)}
    assert AN.name not in said


def test_the_qr_of_a_result_leads_to_its_check_page() -> None:
    (page,) = pictures(render_pdf(RESULT, form_set=""), dpi=150)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [RESULT.check_url]


def test_forty_dossiers_in_a_bag_go_on_over_pages_with_the_signatures_at_the_end() -> None:
    rows = [replace(BAG_IN.rows[0], slip=f"{n}/2026") for n in range(1, 41)]
    pages = texts(render_pdf(replace(BAG_IN, rows=rows), form_set="2025"))
    assert len(pages) > 1
    assert "BÊN NHẬN" in pages[-1]
    assert all("40/2026" not in page for page in pages[:-2])


def test_captions_stand_in_english_beside_the_vietnamese_for_whoever_asks() -> None:
    (text,) = texts(render_pdf(CASH, form_set="2025", language="en"))
    assert "In words" in text
    assert "Viết bằng chữ" in text
