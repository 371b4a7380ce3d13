"""Answers what an electronic form (biểu mẫu điện tử) consists of: a JSON Schema of its answers and the layout that asks them.

The schema says which answers are possible; the layout which are asked on which page, in which words and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from motcua.core.forms.conditions import Condition, conditions_of

WIDGETS = ("text", "long", "day", "number", "phone", "email", "id_number", "choice", "select", "many")
"""How a field is asked: a line, several lines, a day, a number, …, one of several, a list, any of several."""

PARTY = ("name", "kind", "id_number", "old_id_number", "birth", "sex", "address", "issued", "phone", "email")
MAPS = (
    *(f"applicant.{name}" for name in PARTY),
    *(f"proxy.{name}" for name in PARTY),
    *("subject", "fee.quantity", "fee.exemption"),
)
"""What an answer becomes outside the form, besides ``process.<field>``."""

AGAIN = "again"
HOLDS = (
    *(f"person.{n}" for n in ("name", "id_number", "birth", "sex", "address", "issued", "phone", "email")),
    AGAIN,
)
"""Who may know the answer: the state, of the person who fills in; or, ``again``, the same field the last time."""


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose. In an eligibility question ``stops`` ends the way and ``instead`` says what to do."""

    value: str
    vi: str
    en: str
    stops: bool = False
    instead_vi: str = ""
    instead_en: str = ""

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def instead(self, language: str) -> str:
        return self.instead_en if language == "en" else self.instead_vi


@dataclass(frozen=True, slots=True)
class Question:
    """An eligibility question, asked before the form."""

    key: str
    vi: str
    en: str
    options: tuple[Option, ...]

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class FormField:
    """How one answer is asked. ``maps`` says what it becomes, ``holds`` who may already know it."""

    name: str
    vi: str
    en: str
    widget: str = "text"
    hint_vi: str = ""
    hint_en: str = ""
    when: str = ""
    options: tuple[Option, ...] = ()
    maps: str = ""
    holds: str = ""

    def label(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def hint(self, language: str) -> str:
        return self.hint_en if language == "en" else self.hint_vi

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return conditions_of(self.when)


@dataclass(frozen=True, slots=True)
class FormPage:
    """One topic of the form."""

    key: str
    vi: str
    en: str
    fields: tuple[FormField, ...]
    when: str = ""
    lead_vi: str = ""
    lead_en: str = ""

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def lead(self, language: str) -> str:
        return self.lead_en if language == "en" else self.lead_vi

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return conditions_of(self.when)


@dataclass(frozen=True, slots=True)
class PaperRule:
    """What the form knows of a component: that it is filled in here, or needed only after certain answers."""

    component: str
    when: str = ""
    is_filled_here: bool = False
    en: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return conditions_of(self.when)


@dataclass(frozen=True)
class FormDefinition:
    """An electronic form. ``schema`` is JSON Schema 2020-12 of the answers, by field name."""

    schema: Mapping[str, Any] = field(hash=False)
    pages: tuple[FormPage, ...]
    eligibility: tuple[Question, ...] = ()
    papers: tuple[PaperRule, ...] = ()
    confidence: str = "known"

    @cached_property
    def fields(self) -> tuple[FormField, ...]:
        return tuple(f for page in self.pages for f in page.fields)

    @cached_property
    def by_name(self) -> Mapping[str, FormField]:
        return {f.name: f for f in self.fields}

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self.schema.get("properties", {})
        return found

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.schema.get("required", ()))

    def mapped(self, target: str) -> FormField | None:
        """Return the field whose answer becomes ``target``, such as ``applicant.name``."""
        return next((f for f in self.fields if f.maps == target), None)

    def paper(self, component: str) -> PaperRule | None:
        return next((p for p in self.papers if p.component == component), None)

    def to_json(self) -> dict[str, Any]:
        """Return the form as plain JSON values; what is at its default is left out."""
        return {
            "confidence": self.confidence,
            "schema": dict(self.schema),
            "eligibility": [_slim(asdict(q)) for q in self.eligibility],
            "papers": [{k: v for k, v in _slim(asdict(p)).items() if v != ""} for p in self.papers],
            "pages": [_slim({**asdict(p), "fields": [_slim(asdict(f)) for f in p.fields]}) for p in self.pages],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FormDefinition:
        """Return the form that ``to_json`` or a file wrote. Raises KeyError, TypeError, ValueError."""
        known = {"confidence", "schema", "eligibility", "papers", "pages"}
        if unknown := set(data) - known:
            raise ValueError(f"unknown entries {sorted(unknown)}")
        return cls(
            schema=data["schema"],
            confidence=data.get("confidence", "known"),
            eligibility=tuple(Question(**{**q, "options": _options(q)}) for q in data.get("eligibility", ())),
            papers=tuple(PaperRule(**p) for p in data.get("papers", ())),
            pages=tuple(
                FormPage(**{**p, "fields": tuple(FormField(**{**f, "options": _options(f)}) for f in p["fields"])})
                for p in data["pages"]
            ),
        )


def _options(row: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(Option(**o) for o in row.get("options", ()))


_ALWAYS = frozenset({"key", "name", "vi", "en", "value", "component", "fields"})
"""What is written even when it is empty: a draft is kept as it was typed, with what is still missing in it."""


def _slim(row: dict[str, Any]) -> dict[str, Any]:
    row = {k: v for k, v in row.items() if k in _ALWAYS or v not in ("", False, (), [])}
    if "options" in row:
        row["options"] = [_slim(dict(o)) for o in row["options"]]
    return row
