"""Answers which electronic form a procedure has: the version in force, versions brought along, the one an application pins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction

from motcua.core.forms import FormDefinition
from motcua.core.kernel import Problem, Refused
from motcua.store.applications.models import FormVersion
from motcua.store.lawfiles.forms import USUAL, law_forms

LAW = "law"
_KEPT_MAX = 500
_definitions: dict[str, FormDefinition] = {}


@dataclass(frozen=True, slots=True)
class Decision:
    """By which decision a version is published; empty for what the software brings along."""

    number: str = ""
    on: date | None = None


def form_in_force(procedure_code: str, *, now: datetime) -> FormVersion:
    """Return the newest version of the procedure's form, or of the usual one where it has none of its own.

    What the software brings along is published here when it is first asked for, and again when it has changed; a
    version that an office published is never replaced this way.
    """
    for key in (procedure_code, USUAL):
        newest = newest_version(key)
        brought = law_forms().get(key)
        is_ours = newest is None or newest.source == LAW
        if brought is not None and is_ours and (newest is None or newest.digest != _law_digest(key)):
            return publish_form(key, brought, source=LAW, decision=Decision(), now=now)
        if newest is not None:
            return newest
    raise AssertionError("the usual form is always there")


def publish_form(
    key: str, form: FormDefinition, *, source: str, decision: Decision, now: datetime, seen_number: int | None = None
) -> FormVersion:
    """Return the new version; the newest one when it says the same. Problems: ``form_draft.newer_version``."""
    newest = newest_version(key)
    digest = form_digest(form)
    number = newest.number if newest else 0
    if seen_number is not None and number != seen_number:
        raise Refused([Problem("form_draft.newer_version", values={"number": str(number)})])
    if newest is not None and newest.digest == digest:
        return newest
    try:
        with transaction.atomic():
            return FormVersion.objects.create(
                key=key,
                number=number + 1,
                definition=form.to_json(),
                digest=digest,
                source=source,
                decision_no=decision.number,
                decided_on=decision.on,
                published_at=now,
            )
    except IntegrityError:
        # Somebody published at the same moment: what the software brings along is then the same anyway.
        if seen_number is not None:
            raise Refused([Problem("form_draft.newer_version", values={"number": str(number + 1)})]) from None
        made = newest_version(key)
        if made is None:
            raise
        return made


def newest_version(key: str) -> FormVersion | None:
    return FormVersion.objects.filter(key=key).order_by("-number").first()


def definition_of(version: FormVersion) -> FormDefinition:
    """Return the form of a version; kept by its digest, for a published version never changes."""
    if version.digest not in _definitions:
        if len(_definitions) >= _KEPT_MAX:
            _definitions.clear()
        _definitions[version.digest] = FormDefinition.from_json(version.definition)
    return _definitions[version.digest]


def form_digest(form: FormDefinition) -> str:
    return _digest(form.to_json())


@cache
def _law_digest(key: str) -> str:
    return form_digest(law_forms()[key])


def _digest(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
