"""Every problem that the product can find is said in both languages, with a reason and a remedy."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from motcua.core.kernel import LegalRef, Problem
from motcua.ui import problem_texts
from motcua.ui.problem_texts import problem_text

SOURCE = Path(problem_texts.__file__).resolve().parents[1]
KEYS = ("reason_vi", "remedy_vi", "reason_en", "remedy_en")
_LITERAL = re.compile(r'\b(?:Problem|wrong)\(\s*"([a-z_.]+)"')


def _texts() -> dict[str, dict[str, str]]:
    return problem_texts.problem_texts()


def _sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}


def test_every_problem_of_the_code_has_its_texts() -> None:
    used = {code for text in _sources().values() for code in _LITERAL.findall(text)}
    assert len(used) > 90
    assert sorted(used - set(_texts())) == []


def test_no_text_is_kept_for_a_problem_that_cannot_occur() -> None:
    everything = "\n".join(_sources().values())
    assert [code for code in _texts() if f'"{code}"' not in everything] == []


@pytest.mark.parametrize("code", sorted(_texts()))
def test_a_problem_says_reason_and_remedy_in_both_languages(code: str) -> None:
    texts = _texts()[code]
    assert tuple(texts) == KEYS
    assert all(text.strip().endswith((".", "?", "…")) for text in texts.values())
    assert _placeholders(texts["reason_vi"]) == _placeholders(texts["reason_en"])
    assert texts["reason_vi"] != texts["reason_en"]


def _placeholders(text: str) -> set[str]:
    # A value that has a text in each language carries both; each text takes its own.
    return {re.sub(r"_(vi|en)$", "", name) for _, name, _, _ in string.Formatter().parse(text) if name}


def test_values_are_named_in_the_reader_s_language_and_braces_in_them_are_harmless() -> None:
    problem = Problem("catalogue.term_unreadable", "methods", None, {"channel": "DIRECT", "text": "{channel} ngay"})
    for language, channel in (("vi", "tại quầy"), ("en", "at the counter")):
        reason = problem_text(problem, language).reason
        assert channel in reason and "{channel} ngay" in reason and "DIRECT" not in reason


def test_the_article_is_cited_in_the_reader_s_language() -> None:
    problem = Problem("clock.second_supplement", "", LegalRef("61/2018/NĐ-CP", "art. 19(4)"), {"limit": "1"})
    assert problem_text(problem, "vi").article == "khoản 4 Điều 19 Nghị định 61/2018/NĐ-CP"
    assert problem_text(problem, "en").article == "61/2018/NĐ-CP, art. 19(4)"


def test_a_problem_without_a_text_is_a_fault_of_ours_and_not_hidden() -> None:
    with pytest.raises(KeyError):
        problem_text(Problem("no.such_code"), "vi")
