"""Answers what a form of inspection, urging or training holds: an entry as typed, and problems with their field named."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Denied
from motcua.store.lawfiles.supervision import supervision_rules
from motcua.store.organisation.models import Agency, AgencyLevel
from motcua.ui.officers import OfficerRequest
from motcua.ui.supervision_words import FIELDS
from motcua.ui.typed import key_of

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


Act = Callable[[OfficerRequest, uuid.UUID], str]


def done_or_refused(
    request: OfficerRequest, public_id: uuid.UUID, acts: Mapping[str, Act], *, page: str
) -> HttpResponse | tuple[Problem, ...]:
    """Do what the form names and return the way back to its page, with what was done said there; else the problems.

    Denied for an act that the page does not have.
    """
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Denied("no such act")
    try:
        messages.success(request, act(request, public_id))
    except Refused as refusal:
        return named(refusal.problems)
    return redirect(page, public_id=public_id)


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
