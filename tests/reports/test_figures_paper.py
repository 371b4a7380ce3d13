"""The printed report of figures looks and reads as agreed, across A4, and goes on over pages."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
from figures_samples import paper
from paper_samples import GOLDEN, pictures, texts
from PIL import Image
from test_papers import differs

from motcua.reports.papers.rendering import render_pdf


def test_the_report_looks_and_reads_as_agreed() -> None:
    pdf = render_pdf(paper(), form_set="")
    assert "\n".join(texts(pdf)) + "\n" == (GOLDEN / "figures.txt").read_text(encoding="utf-8")
    with Image.open(GOLDEN / "figures.png") as agreed:
        assert not differs(pictures(pdf)[0], agreed)


def test_it_lies_across_a4_and_repeats_its_head_on_each_page() -> None:
    one = paper().rows[1]
    rows = [replace(one, item=str(n), name=f"Lĩnh vực {n}") for n in range(1, 61)]
    pdf = render_pdf(replace(paper(), rows=rows), form_set="")
    with pypdfium2.PdfDocument(pdf) as document:
        assert {tuple(round(side) for side in page.get_size()) for page in document} == {(842, 595)}
    pages = texts(pdf)
    assert len(pages) > 1
    assert "Từ kỳ trước" in pages[1]
    assert "Lĩnh vực 60" in " ".join(pages)


def test_its_captions_stand_in_english_for_whoever_asks() -> None:
    (text, *_rest) = texts(render_pdf(paper(), form_set="", language="en"))
    assert "Carried over" in text
    assert "Từ kỳ trước" in text
