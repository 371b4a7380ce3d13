"""Answers what a form of inspection, urging or training holds: an entry as typed, and problems with their field named."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from django.utils.translation import get_language

from motcua.core.kernel import Problem
from motcua.store.lawfiles.supervision import supervision_rules
from motcua.store.organisation.models import Agency, AgencyLevel
from motcua.ui.officers import OfficerRequest
from motcua.ui.supervision_words import FIELDS

Entry = TypeVar("Entry")
_LEVELS = (AgencyLevel.MINISTRY, AgencyLevel.PROVINCE, AgencyLevel.DISTRICT, AgencyLevel.COMMUNE)


def entry_of(kind: type[Entry], request: OfficerRequest) -> Entry:
    """Return the entry with each of its fields as typed: a text, a list where it is one, the key of the form."""
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name == "key":
            values["key"] = key_of(request)
        elif "Sequence" in str(field.type):
            values[field.name] = request.POST.getlist(field.name)
        else:
            values[field.name] = request.POST.get(field.name, "")
    return kind(**values)


def key_of(request: OfficerRequest) -> uuid.UUID:
    """Return the key of the form that was sent; a new one for a form that is shown first."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def number_of(text: str) -> int:
    """Return a whole number that an address or a hidden field holds; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def by_level(rows: Iterable[tuple[str, str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (id, name) by level, the highest level first, from rows of (level, id, name)."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for level, key, name in rows:
        groups.setdefault(level, []).append((key, name))
    return [(level, groups[level]) for level in _LEVELS if level in groups]


def chosen_agencies(request: OfficerRequest, agencies: Iterable[Agency]) -> list[str]:
    """Return the agencies ticked one by one and those of the levels ticked as a whole, by id."""
    levels = request.POST.getlist("levels")
    return [*request.POST.getlist("agencies"), *(str(a.id) for a in agencies if a.level in levels)]


def named(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems, each with ``what``: the name of its field as the form calls it."""
    return tuple(replace(p, values={**p.values, "what": _name(p.field)}) for p in problems)


def _name(field: str) -> str:
    parts = field.split(".")
    if parts[0] == "q" and len(parts) > 1:
        texts: Mapping[str, str] = {q.key: q.text.text(get_language() or "vi") for q in supervision_rules().questions}
        return texts.get(parts[1], "")
    return str(FIELDS.get(parts[-1], ""))
