"""Answers the institutions: legal texts, promulgation decisions, where they are public, and processes without approval."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.catalogue.promulgation import Change, IssuerLevel
from motcua.core.kernel import Problem, Refused
from motcua.services.institutions.approvals import approvals
from motcua.services.institutions.duties import (
    READERS,
    WRITERS,
    decision_for,
    decision_lines,
    legal_texts,
    may_publish_at,
    may_write,
    open_texts,
)
from motcua.services.institutions.lists import agencies
from motcua.services.institutions.recording import (
    ROWS_MAX,
    DecisionEntry,
    PublicationEntry,
    TextEntry,
    record_decision,
    record_publication,
    record_text,
)
from motcua.services.times import system_now
from motcua.store.organisation.roles import Role
from motcua.ui.institution_words import INSTITUTION_WORDS
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import blank_rows, key_of, number_of, rows_of, uuid_of

_TEXT_FIELDS = ("number", "title", "level", "issued_on", "effective_on", "agency_id", "procedures")
_DECISION_FIELDS = ("number", "title", "level", "decided_on", "text")
_ROW_FIELDS = ("code", "name", "change")
_ROWS, _MORE = 6, 6


@require_GET
@officer_page(*READERS)
def institutions(request: OfficerRequest) -> HttpResponse:
    """What is to be promulgated, and where decisions are public and where not yet."""
    after = request.GET.get("after", "")[:40]
    lines, following = decision_lines(request.actor, after=after, now=system_now())
    context = {
        "texts": open_texts(request.actor, now=system_now()) if not after else [],
        "lines": lines,
        "after": after,
        "more": f"?after={following}" if following else "",
        "may_write": may_write(request.actor),
    }
    return render(request, "backoffice/institutions/overview.html", context)


@require_GET
@officer_page(*READERS)
def institution_texts(request: OfficerRequest) -> HttpResponse:
    lines, following = legal_texts(request.actor, after=request.GET.get("after", "")[:40], now=system_now())
    context = {
        "lines": lines,
        "more": f"?after={following}" if following else "",
        "may_write": may_write(request.actor),
    }
    return render(request, "backoffice/institutions/texts.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*WRITERS)
def institution_text_new(request: OfficerRequest) -> HttpResponse:
    """A legal text is entered, so that its promulgation is watched."""
    typed = {name: request.POST.get(name, "") for name in _TEXT_FIELDS}
    is_shortened = request.POST.get("is_shortened") == "1"
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        entry = TextEntry(
            key=key_of(request),
            is_shortened=is_shortened,
            **{**typed, "agency_id": number_of(typed["agency_id"])},  # type: ignore[arg-type]
        )
        try:
            record_text(entry, actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = tuple(refusal.problems)
        else:
            messages.success(request, _("The legal text is recorded; its promulgation is watched."))
            return redirect("institutions")
    context: dict[str, Any] = {
        "typed": typed,
        "is_shortened": is_shortened,
        "problems": problems,
        "key": key_of(request),
        "levels": _levels(),
        "agencies": [(a.id, a.name) for a in agencies()],
    }
    return render(request, "backoffice/institutions/text.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@officer_page(*WRITERS)
def promulgation_new(request: OfficerRequest) -> HttpResponse:
    """A promulgation decision is entered with what it does to each procedure."""
    typed = {name: request.POST.get(name, "") for name in _DECISION_FIELDS}
    rows = rows_of(request, _ROW_FIELDS, limit=ROWS_MAX)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and request.POST.get("act") == "more":
        rows = [*rows, *blank_rows(_ROW_FIELDS, _MORE)][:ROWS_MAX]
    elif request.method == "POST":
        entry = DecisionEntry(
            key=key_of(request),
            rows=rows,
            **{**typed, "text": uuid_of(typed["text"])},  # type: ignore[arg-type]
        )
        try:
            made = record_decision(entry, actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = tuple(refusal.problems)
        else:
            messages.success(request, _("The decision is recorded; below is where it has to be public."))
            return redirect("promulgation", public_id=made.public_id)
    else:
        rows = blank_rows(_ROW_FIELDS, _ROWS)
        typed["text"] = request.GET.get("text", "")[:36]
    texts = open_texts(request.actor, now=system_now())
    context = {
        "typed": typed,
        "rows": rows,
        "problems": problems,
        "key": key_of(request),
        "levels": _levels(),
        "changes": [(c.value, INSTITUTION_WORDS["changes"][c.value]) for c in Change],
        "texts": [(str(line.text.public_id), f"{line.text.number} · {line.text.title[:80]}") for line in texts],
    }
    return render(request, "backoffice/institutions/decision_entry.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def promulgation(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A decision: its procedures, and the places where it has to be public."""
    typed = {name: request.POST.get(name, "") for name in ("unit", "done_on", "ground")}
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        unit_id = None if typed["unit"] == "national" else number_of(typed["unit"])
        entry = PublicationEntry(key_of(request), unit_id, typed["done_on"], typed["ground"])
        try:
            record_publication(public_id, entry, actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = tuple(refusal.problems)
        else:
            messages.success(request, _("It is recorded that the decision is public there."))
            return redirect("promulgation", public_id=public_id)
    line, items = decision_for(public_id, request.actor, now=system_now())
    open_places = [p for p in line.places if p.publication is None and may_publish_at(request.actor, p.unit)]
    context = {
        "line": line,
        "items": items,
        "typed": typed,
        "problems": problems,
        "key": key_of(request),
        "places": [(str(p.unit.id) if p.unit else "national", _place_name(p.unit)) for p in open_places],
    }
    return render(request, "backoffice/institutions/decision.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def process_approvals(request: OfficerRequest) -> HttpResponse:
    found = approvals(request.actor, after=request.GET.get("after", "")[:90], now=system_now())
    context = {
        "found": found,
        "more": f"?after={found.after}" if found.after else "",
        "may_open": request.actor.has(Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR),
    }
    return render(request, "backoffice/institutions/approvals.html", context)


def _place_name(unit: Any) -> str:
    return unit.name_with_agency if unit else _("The national database of procedures")


def _levels() -> list[tuple[str, Any]]:
    return [(level.value, INSTITUTION_WORDS["issuers"][level.value]) for level in IssuerLevel]
