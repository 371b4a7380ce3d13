"""Answers conferences on pages: called, noted point by point, concluded."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.backoffice.entry_reading import Act, by_level, chosen_agencies, done_or_refused, entry_of, named
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import answers_for_province
from motcua.services.directives.conferences import (
    ConferenceEntry,
    add_conclusion,
    add_documents,
    agencies_to_call,
    call_conference,
    conference_page,
    conferences_of,
    note_points,
)
from motcua.services.duties.people import READERS, SUPERVISION, require_supervising
from motcua.services.times import system_now
from motcua.store.directives.models import Connection
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.supervision_words import SUPERVISION_WORDS
from motcua.ui.typed import key_of, number_of

_POINT = ("place", "connection", "expected", "present")


@require_GET
@officer_page(*READERS)
def conferences(request: OfficerRequest) -> HttpResponse:
    rows, after = conferences_of(request.actor, after=request.GET.get("after", "")[:40])
    context = {
        "rows": rows,
        "more": f"?after={after}" if after else "",
        "may_call": answers_for_province(request.actor),
    }
    return render(request, "backoffice/directives/conferences.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*SUPERVISION)
def conference_new(request: OfficerRequest) -> HttpResponse:
    require_supervising(request.actor)
    problems: tuple[Problem, ...] = ()
    agencies = agencies_to_call()
    if request.method == "POST":
        try:
            typed = entry_of(ConferenceEntry, request)
            entry = replace(typed, agencies=chosen_agencies(request, agencies))
            made = call_conference(entry, actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            messages.success(request, _("The conference is called."))
            return redirect("conference", public_id=made.public_id)
    context = {
        "problems": problems,
        "post": request.POST,
        "chosen": request.POST.getlist("agencies"),
        "groups": by_level((a.level, str(a.id), a.name) for a in agencies),
        "levels": request.POST.getlist("levels"),
        "key": key_of(request),
    }
    return render(request, "backoffice/directives/conference_new.html", context, status=422 if problems else 200)


def _points(request: OfficerRequest, public_id: uuid.UUID) -> str:
    ids = [number_of(text) for text in request.POST.getlist("points")]
    typed = {i: {f: request.POST.get(f"point.{i}.{f}", "") for f in _POINT} for i in ids}
    note_points(public_id, typed, actor=request.actor, now=system_now())
    return _("The points are noted.")


def _documents(request: OfficerRequest, public_id: uuid.UUID) -> str:
    uploads = request.FILES.getlist("files")
    title = request.POST.get("title", "")
    add_documents(public_id, uploads, title=title, actor=request.actor, now=system_now())
    return _("The documents lie with the conference.")


def _conclude(request: OfficerRequest, public_id: uuid.UUID) -> str:
    text = request.POST.get("text", "")
    add_conclusion(public_id, key=key_of(request), text=text, actor=request.actor, now=system_now())
    return _("The conclusion is noted.")


_ACTS: dict[str, Act] = {
    "points": _points,
    "documents": _documents,
    "conclude": _conclude,
}


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def conference(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        done = done_or_refused(request, public_id, _ACTS, page="conference")
        if isinstance(done, HttpResponse):
            return done
        problems = done
    page = conference_page(public_id, request.actor)
    context = {
        "page": page,
        "connections": [(c, SUPERVISION_WORDS["connections"][c]) for c in Connection.values],
        "problems": problems,
        "post": request.POST,
        "key": key_of(request),
        "now": system_now(),
    }
    return render(request, "backoffice/directives/conference.html", context, status=422 if problems else 200)
