"""The report of figures that the tests look at; writes the golden files when run."""

from __future__ import annotations

from paper_samples import GOLDEN, at, pictures, texts

from motcua.reports.figures.words import COLUMNS, DEFINITIONS, NAMES
from motcua.reports.papers.content import Head
from motcua.reports.papers.figures_content import FiguresPaper, FiguresRow
from motcua.reports.papers.rendering import render_pdf

_ROWS = [
    FiguresRow(
        "",
        "II.06c · Cấp xã",
        ["1.262", "402", "812", "48", "1.094", "604", "470", "20", "168", "160", "8"],
        is_total=True,
    ),
    FiguresRow(
        "1", "Chứng thực", ["610", "101", "509", "0", "610", "402", "208", "0", "0", "0", "0"], is_total=False
    ),
    FiguresRow(
        "2", "Hộ tịch", ["652", "301", "303", "48", "484", "202", "262", "20", "168", "160", "8"], is_total=False
    ),
    FiguresRow(
        "", "Tổng cộng", ["1.262", "402", "812", "48", "1.094", "604", "470", "20", "168", "160", "8"], is_total=True
    ),
]


def paper() -> FiguresPaper:
    from django.utils import translation

    with translation.override("vi"):
        notes = [f"{NAMES[n]}: {DEFINITIONS[n]}" for n in ("in_period", *COLUMNS)]
    return FiguresPaper(
        head=Head("UBND TỈNH BẮC NINH", "UBND PHƯỜNG KINH BẮC", "Kinh Bắc", "…/BC", at(15, 8)),
        form_name="Biểu số II.06/VPCP/KSTT",
        by="",
        period="15/09/2026 – 14/12/2026",
        known="Theo thông tin có đến ngày 15/12/2026",
        rows=_ROWS,
        notes=notes,
        maker="Phạm Thị Kiểm",
    )


def write() -> None:
    pdf = render_pdf(paper(), form_set="")
    pictures(pdf)[0].save(GOLDEN / "figures.png", optimize=True)
    (GOLDEN / "figures.txt").write_text("\n".join(texts(pdf)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.project.settings")
    django.setup()
    write()
