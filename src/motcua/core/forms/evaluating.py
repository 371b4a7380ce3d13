"""Answers what a form asks after the answers so far, what is missing or wrong in them, and what of them counts.

One pass in the order of the layout decides what is shown: a condition reads earlier fields only, and of these only
what is shown itself. So hidden answers count for nothing, however they came in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import jsonschema_rs

from motcua.core.forms.conditions import Typed, all_hold
from motcua.core.forms.definition import PARTY, FormDefinition, FormField, FormPage, Option, PaperRule, Question
from motcua.core.forms.parties import PartyEntry, parse_day
from motcua.core.kernel import Problem, nfc

TOPIC, QUESTION, ALL = "topic", "question", "all"
MODES = (TOPIC, QUESTION, ALL)
"""How the form is walked through: one topic a page, one question a page, or everything on one page."""

_PHONE = re.compile(r"^0\d{9,10}$")
_EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}$")
_ID_NUMBER = re.compile(r"^(\d{12}|\d{9}|\d{10}(-?\d{3})?)$")
_FORMATS = {
    "vn-phone": lambda text: bool(_PHONE.match(text)),
    "vn-id-number": lambda text: bool(_ID_NUMBER.match(text)),
    "email": lambda text: bool(_EMAIL.match(text)),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One page as it is shown: its topic and the fields on it. ``later`` are shown once an answer calls for them."""

    key: str
    page: FormPage
    fields: tuple[FormField, ...]
    later: tuple[FormField, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in (*self.fields, *self.later))


@dataclass(frozen=True, slots=True)
class Read:
    """What the answers say: cleaned values by field in the order of the form, and everything that is wrong."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]


def visible_fields(form: FormDefinition, answers: Typed) -> tuple[FormField, ...]:
    """Return the fields that are shown, in order. Guarantee: the same for the answers without hidden ones."""
    seen: dict[str, Sequence[str]] = {}
    for page in form.pages:
        if not all_hold(page.conditions, seen):
            continue
        for field in page.fields:
            if all_hold(field.conditions, seen):
                seen[field.name] = answers.get(field.name, ())
    return tuple(f for f in form.fields if f.name in seen)


def visible_answers(form: FormDefinition, answers: Typed) -> dict[str, tuple[str, ...]]:
    """Return the answers without those of hidden and unknown fields."""
    names = {f.name for f in visible_fields(form, answers)}
    return {name: tuple(given) for name, given in answers.items() if name in names}


def asked_pages(form: FormDefinition, answers: Typed, *, held: Typed, mode: str) -> tuple[Asked, ...]:
    """Return the pages to walk through after these answers; what is held is asked nowhere, an empty page is left out.

    With everything on one page the topics that are not called for yet are there as well, all of it ``later``.
    """
    everything = {**answers, **held}
    shown = {f.name for f in visible_fields(form, everything)}
    seen = {name: given for name, given in everything.items() if name in shown}
    pages: list[Asked] = []
    for page in form.pages:
        if mode != ALL and not all_hold(page.conditions, seen):
            continue
        asked = tuple(f for f in page.fields if f.name not in held)
        now = tuple(f for f in asked if f.name in shown)
        if mode == QUESTION:
            pages += [Asked(f"{page.key}.{f.name}", page, (f,)) for f in now]
            continue
        own = {f.name for f in (form.fields if mode == ALL else page.fields)}
        later = tuple(f for f in asked if f.name not in shown and _may_follow(f, own, seen))
        if now or later:
            pages.append(Asked(page.key, page, now, later))
    return tuple(pages)


def _may_follow(field: FormField, own: set[str], seen: Typed) -> bool:
    """Return whether answers on the same page can still bring the field to light."""
    return all(c.field in own or c.holds(seen) for c in field.conditions)


def read_answers(form: FormDefinition, answers: Typed, *, held: Typed, on: date) -> Read:
    """Return the cleaned answers of what is shown, with every problem at once.

    Days become ISO texts, numbers integers, lists lists. Problems: ``form.missing``, ``form.day``,
    ``form.day_future``, ``form.number``, ``form.phone``, ``form.email``, ``form.id_number``, ``form.choice``,
    ``form.long``, ``form.small``, ``form.large``, ``form.wrong``; each names its field.
    """
    everything = {**answers, **held}
    shown = visible_fields(form, everything)
    values: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for one in shown:
        rule = form.properties.get(one.name, {})
        value, code = _typed(one, rule, everything.get(one.name, ()), on=on)
        if code:
            problems[one.name] = _problem(code, one, everything.get(one.name, ()))
        elif value is not None:
            values[one.name] = value
    wrong = {p: values.pop(p) for p in problems if p in values}
    for error in _validator(form, shown).iter_errors(values):
        name, code, limit = _fault(error)
        field = form.by_name.get(name)
        if field is not None and name not in wrong and name not in problems:
            problems[name] = _problem(code, field, everything.get(name, ()), limit=limit)
    ordered = tuple(problems[f.name] for f in shown if f.name in problems)
    return Read({k: v for k, v in values.items() if k not in problems}, ordered)


def stopped_by(form: FormDefinition, answers: Typed) -> tuple[Question, Option] | None:
    """Return the eligibility question whose answer ends the way, with that answer; ``None`` while none does."""
    for question in form.eligibility:
        for option in question.options:
            if option.stops and option.value in answers.get(question.key, ()):
                return question, option
    return None


def eligibility_problems(form: FormDefinition, answers: Typed) -> tuple[Problem, ...]:
    """Return a problem for each eligibility question without one of its answers."""
    return tuple(
        Problem("form.missing", q.key, values={"label_vi": q.vi, "label_en": q.en})
        for q in form.eligibility
        if not any(o.value in answers.get(q.key, ()) for o in q.options)
    )


def paper_asked(rule: PaperRule | None, answers: Typed, *, is_required: bool) -> tuple[bool, bool]:
    """Return whether a component is asked for after these answers, and whether it must be there."""
    if rule is None:
        return True, is_required
    if rule.is_filled_here:
        return False, False
    if rule.when:
        # Whoever says that the case is his must bring its paper; others are not asked for it.
        holds = all_hold(rule.conditions, answers)
        return holds, holds
    return True, is_required


def party_of(form: FormDefinition, values: Mapping[str, Any], party: str) -> PartyEntry | None:
    """Return the applicant or proxy that the answers name; ``None`` when they name none."""
    entry: dict[str, str] = {}
    for name in PARTY:
        field = form.mapped(f"{party}.{name}")
        if field is not None and (value := values.get(field.name)) is not None:
            entry[name] = _day_text(str(value)) if name in ("birth", "issued") else str(value)
    if not entry.get("name"):
        return None
    return PartyEntry(**{"kind": "PERSON", **entry})


def process_values(form: FormDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the answers give to the fields of the internal process."""
    found = {}
    for field in form.fields:
        if field.maps.startswith("process.") and field.name in values:
            found[field.maps.removeprefix("process.")] = values[field.name]
    return found


def _typed(field: FormField, rule: Mapping[str, Any], given: Sequence[str], *, on: date) -> tuple[Any, str]:
    texts = [t for v in given if (t := "\n".join(nfc(line) for line in v.splitlines()).strip())]
    if not texts:
        return None, ""
    if rule.get("type") == "array":
        return texts, ""
    text = texts[-1]
    if rule.get("type") == "integer":
        digits = re.sub(r"[\s.]", "", text)
        is_number = digits.isascii() and digits.isdigit() and len(digits) < 16
        return (int(digits), "") if is_number else (None, "form.number")
    if rule.get("format") == "date":
        day = parse_day(text) or _iso(text)
        if day is None:
            return None, "form.day"
        if rule.get("x-latest") == "today" and day > on:
            return None, "form.day_future"
        return day.isoformat(), ""
    if field.widget == "phone":
        text = re.sub(r"[\s.()-]", "", text).replace("+84", "0", 1)
    if field.widget == "id_number":
        text = re.sub(r"[\s.]", "", text)
    return text, ""


def _validator(form: FormDefinition, shown: Sequence[FormField]) -> jsonschema_rs.Validator:
    names = {f.name for f in shown}
    # Days were read above, for people write them in their own way; the rest is the schema's own business.
    properties = {n: _without_day(r) for n, r in form.properties.items() if n in names}
    schema = {
        **{k: v for k, v in form.schema.items() if k not in ("properties", "required")},
        "properties": properties,
        "required": [n for n in form.required if n in names],
    }
    return jsonschema_rs.Draft202012Validator(schema, formats=_FORMATS, validate_formats=True)


def _without_day(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in rule.items() if not (k == "format" and v == "date") and k != "x-latest"}


_KINDS = {
    "Required": "form.missing",
    "MinItems": "form.missing",
    "MinLength": "form.missing",
    "Enum": "form.choice",
    "MaxLength": "form.long",
    "MaxItems": "form.wrong",
    "Minimum": "form.small",
    "Maximum": "form.large",
    "Pattern": "form.wrong",
}


def _fault(error: jsonschema_rs.ValidationError) -> tuple[str, str, str]:
    kind = type(error.kind).__name__
    path = [str(p) for p in error.instance_path]
    name = path[0] if path else str(getattr(error.kind, "property", "")).strip('"')
    if kind == "Format":
        format_name = str(getattr(error.kind, "format", ""))
        code = {"vn-phone": "form.phone", "vn-id-number": "form.id_number", "email": "form.email"}
        return name, code.get(format_name, "form.wrong"), ""
    return name, _KINDS.get(kind, "form.wrong"), str(getattr(error.kind, "limit", ""))


def _problem(code: str, field: FormField, given: Sequence[str], *, limit: str = "") -> Problem:
    typed = given[-1][:80] if given else ""
    values = {"label_vi": field.vi, "label_en": field.en, "text": typed, "limit": limit}
    return Problem(code, field.name, values=values)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day_text(text: str) -> str:
    day = _iso(text)
    return f"{day:%d/%m/%Y}" if day else text
