"""Answers how a problem is said to a person: reason and remedy in his language, from the text files.

The files in ``locale/problems`` are the only place for these texts; ``locale/values.toml`` names the values
that problems carry as keys (``DIRECT``, ``done``).
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from motcua.core.calendar import TermError, parse_term
from motcua.core.kernel import Problem

FOLDER = Path(__file__).resolve().parents[1] / "locale" / "problems"
VALUES = FOLDER.parent / "values.toml"
LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class ProblemText:
    """What a page shows: why, what to do now, the article that demands it (may be empty), the field."""

    reason: str
    remedy: str
    article: str
    field: str


@cache
def problem_texts() -> dict[str, dict[str, str]]:
    """Return all texts by problem code. ValueError when a code stands in two files."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for code, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"{code} stands in two files, one is {path.name}")
            found[code] = texts
    return found


@cache
def value_words() -> dict[str, dict[str, dict[str, str]]]:
    """Return what values are called: by name of the value, its key, and the language."""
    return tomllib.loads(VALUES.read_text(encoding="utf-8"))


def problem_text(problem: Problem, language: str) -> ProblemText:
    """Return the text of ``problem`` in ``language`` (``vi``, ``en``). KeyError for a code without one."""
    texts, language = problem_texts()[problem.code], "en" if language == "en" else "vi"
    words = value_words()
    values: defaultdict[str, str] = defaultdict(str)
    for name, value in problem.values.items():
        values[name] = words.get(name, {}).get(value, {}).get(language, value)
        if name == "term":
            values[name] = _term(value, language)
    return ProblemText(
        reason=texts[f"reason_{language}"].format_map(values),
        remedy=texts[f"remedy_{language}"].format_map(values),
        article=problem.ref.text(language) if problem.ref else "",
        field=problem.field,
    )


def _term(text: str, language: str) -> str:
    """Return a term in words; what is none stays as it is."""
    try:
        return parse_term(text).text(language)
    except TermError:
        return text
