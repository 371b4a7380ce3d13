"""Search by everyday words, on the procedures written from the law."""

from __future__ import annotations

import pytest

from motcua.core.search import SearchIndex, SearchRow
from motcua.store.lawfiles.lexicon import lexicon
from motcua.store.lawfiles.procedures import law_procedures


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    rows = [
        SearchRow(c.code, c.name, c.sector, c.levels, c.everyday_names, c.results, c.subjects, "law")
        for c in (p.content for p in law_procedures())
    ]
    return SearchIndex(rows, lexicon())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("lam giay khai sinh cho con", "1.001193"),
        ("đăng ki khai xinh", "1.001193"),
        ("vợ tôi mới sanh em bé", "1.001193"),
        ("xin giấy độc thân", "1.004873"),
        ("sao y bang dai hoc", "2.000815"),
        ("nhập hộ khẩu về nhà chồng", "1.004222"),
        ("cắt khẩu cho ông nội", "1.003197"),
        ("dẹp quán cà phê", "1.001266"),
        ("mở tiệm tóc", "1.001612"),
        ("cất nhà cấp 4", "1.013225"),
        ("nhà hàng xóm lấn đất", "1.012812"),
        ("sổ đỏ bị mất", "1.012786"),
        ("1.001193.000.00.00.H05", "1.001193"),
        ("1.0011", "1.001193"),
    ],
)
def test_people_find_it_in_their_own_words(index: SearchIndex, words: str, code: str) -> None:
    assert code in [h.code for h in index.search(words, limit=3)]


@pytest.mark.parametrize("words", ["", "   ", "???", "qwxzv jjkkll"])
def test_nothing_is_found_where_nothing_fits(index: SearchIndex, words: str) -> None:
    assert index.search(words) == ()
