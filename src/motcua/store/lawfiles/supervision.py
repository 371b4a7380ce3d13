"""Answers by which signs samples are drawn and which questions are asked, from a file of our own; none is confirmed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from motcua.core.inspection import RISKS
from motcua.core.kernel import Confidence, LegalRef
from motcua.store.lawfiles.book import LAW, LawFilesError

SUPERVISION = Path("supervision.toml")


@dataclass(frozen=True, slots=True)
class Said:
    """A text in both languages."""

    vi: str
    en: str

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Risk:
    """A sign that a dossier is worth a look, what it adds to the weight, and why."""

    key: str
    weight: int
    name: Said
    reason: Said


@dataclass(frozen=True, slots=True)
class Question:
    """What an inspector looks at of each dossier, with the article by the regime of its day of receipt."""

    key: str
    text: Said
    articles: Mapping[str, LegalRef]


@dataclass(frozen=True, slots=True)
class SupervisionRules:
    """The signs with their weights, and the questions; ``version`` names the state of the file."""

    version: str
    risks: tuple[Risk, ...]
    questions: tuple[Question, ...]

    @property
    def weights(self) -> dict[str, int]:
        return {r.key: r.weight for r in self.risks}


@cache
def supervision_rules(folder: Path = LAW) -> SupervisionRules:
    """Return the rules. Raises LawFilesError."""
    try:
        data = tomllib.loads((folder / SUPERVISION).read_text(encoding="utf-8"))
        return SupervisionRules(
            version=data["version"],
            risks=tuple(
                Risk(r["key"], r["weight"], Said(r["vi"], r["en"]), Said(r["reason_vi"], r["reason_en"]))
                for r in data["risk"]
            ),
            questions=tuple(
                Question(
                    q["key"],
                    Said(q["vi"], q["en"]),
                    {
                        regime: LegalRef(act, place, Confidence.UNSURE)
                        for regime, (act, place) in q["articles"].items()
                    },
                )
                for q in data["question"]
            ),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise LawFilesError(f"{folder / SUPERVISION}: {error!r}") from error


def check_supervision() -> list[str]:
    """Return what is wanting: a weight for each sign the core reads, each question once."""
    rules, faults = supervision_rules(), list[str]()
    if sorted(r.key for r in rules.risks) != sorted(RISKS):
        faults.append(f"{SUPERVISION}: one weight for each of {', '.join(RISKS)}")
    if any(r.weight < 1 for r in rules.risks):
        faults.append(f"{SUPERVISION}: a sign weighs at least 1")
    if len({q.key for q in rules.questions}) != len(rules.questions) or not rules.questions:
        faults.append(f"{SUPERVISION}: questions, each once")
    return faults
