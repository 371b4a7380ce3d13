"""The derivation sheet shows every day with its reason, in two languages, and looks as agreed."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest
from paper_samples import GOLDEN, VIETNAM, pictures, texts
from PIL import Image
from test_papers import differs

from motcua.core.calendar import parse_term
from motcua.core.clock import (
    Cause,
    ClockFact,
    Extended,
    PauseClosed,
    PauseOpened,
    Received,
    SupplementAsked,
    SupplementSupplied,
    explain,
)
from motcua.core.kernel import LegalRef
from motcua.reports.derivation import derivation_of
from motcua.reports.papers.content import Derivation, Head
from motcua.reports.papers.rendering import render_pdf
from motcua.store.lawfiles import law_book


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


LAND = LegalRef("31/2024/QH15", "chưa đối chiếu")
STORIES: dict[str, tuple[str, list[ClockFact]]] = {
    "tet-2019": ("5 working days", [Received(at("2019-01-31T15:20"))]),
    "pause": (
        "10 working days",
        [
            Received(at("2026-10-05T08:00")),
            PauseOpened(at("2026-10-08T08:00"), LAND, Cause.FINANCIAL_OBLIGATION),
            PauseClosed(at("2026-10-20T08:00")),
        ],
    ),
    "restart": (
        "5 working days",
        [
            Received(at("2018-09-10T09:00")),
            SupplementAsked(at("2018-09-12T09:00")),
            SupplementSupplied(at("2018-09-20T10:00")),
        ],
    ),
    "hours": ("12 working hours", [Received(at("2026-11-20T15:00"))]),
    "calendar-days": ("10 calendar days", [Received(at("2026-11-14T09:00"))]),
    "extension": (
        "3 working days",
        [Received(at("2026-11-16T09:00")), Extended(at("2026-11-18T16:00"), at("2026-11-23T09:00"))],
    ),
    "resting": ("5 working days", [Received(at("2026-11-16T09:00")), SupplementAsked(at("2026-11-17T09:00"))]),
    "long": ("60 working days", [Received(at("2026-01-05T09:00"))]),
}


def sheet(name: str) -> Derivation:
    term, facts = STORIES[name]
    book, received = law_book(), facts[0].at
    regime, calendar = book.regime_on(received.date()), book.calendar()
    head = Head("UBND phường Kinh Bắc", "Trung tâm Phục vụ hành chính công phường Kinh Bắc", "Kinh Bắc", "", received)
    return derivation_of(
        explain(facts, term=parse_term(term), calendar=calendar, regime=regime),
        head=head,
        code="H05.45-261116-0001",
        matter="Cấp Giấy xác nhận tình trạng hôn nhân",
        term=parse_term(term),
        calendar=calendar,
        regime=regime,
    )


CASES = [*product(sorted(STORIES), ("vi",)), ("tet-2019", "en"), ("restart", "en"), ("pause", "en")]


@pytest.mark.parametrize(("name", "language"), CASES)
def test_each_sheet_looks_and_reads_as_agreed(name: str, language: str) -> None:
    pdf = render_pdf(sheet(name), form_set="2025", language=language)
    golden = GOLDEN / f"derivation-{name}-{language}"
    assert "\n".join(texts(pdf)) + "\n" == golden.with_suffix(".txt").read_text(encoding="utf-8")
    with Image.open(golden.with_suffix(".png")) as agreed:
        assert not differs(pictures(pdf)[0], agreed)


@pytest.mark.parametrize("name", sorted(STORIES))
def test_every_day_stands_on_the_sheet_and_no_form_number(name: str) -> None:
    content = sheet(name)
    pages = texts(render_pdf(content, form_set="2018"))
    text = " ".join(pages)
    assert all(row.day in text for row in content.rows)
    assert "Mẫu số" not in text
    assert len(pages) <= 3
    if content.due_at is not None:
        assert f"{content.due_at:%H:%M}, {content.due_at:%d/%m/%Y}" in text


def test_what_is_not_confirmed_is_marked() -> None:
    text = " ".join(texts(render_pdf(sheet("restart"), form_set="2018")))
    assert "(*)" in text
    assert "khoản 4 Điều 19 Nghị định 61/2018/NĐ-CP" in text


def write_golden() -> None:
    """Write the golden files anew; to be called after ``django.setup()``, and the pictures to be looked at."""
    for name, language in CASES:
        pdf = render_pdf(sheet(name), form_set="2025", language=language)
        golden = GOLDEN / f"derivation-{name}-{language}"
        pictures(pdf)[0].save(golden.with_suffix(".png"), optimize=True)
        golden.with_suffix(".txt").write_text("\n".join(texts(pdf)) + "\n", encoding="utf-8")
