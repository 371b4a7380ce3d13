"""Answers the counter's page that works without the network, its station's pack, and bringing receipts home."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.core.kernel import Refused
from motcua.services.offline.merging import Brought, held_entries, merge_entries, open_held, settle_held, take_as_same
from motcua.services.offline.packs import make_pack
from motcua.services.offline.stations import register_station, revoke_station, station_for, stations_of
from motcua.services.times import system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.problem_texts import problem_text, problem_texts

receive_page = officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)
stations_page = officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
_BODY_MAX = 3_000_000
_NOBODY = uuid.UUID(int=0)
_FILES = (
    "ui/motcua.css",
    "ui/motcua.js",
    "ui/icon.svg",
    "vendor/qrcode-generator/qrcode.js",
    "backoffice/offline/store.js",
    "backoffice/offline/checks.js",
    "backoffice/offline/counter.js",
    "backoffice/offline/offline.css",
    "ui/be-vietnam-pro-latin-400.woff2",
    "ui/be-vietnam-pro-latin-600.woff2",
    "ui/be-vietnam-pro-vietnamese-400.woff2",
    "ui/be-vietnam-pro-vietnamese-600.woff2",
)
# What the page itself can find wrong with an entry; the server says the rest when it comes home.
_CHECKED_HERE = (
    *("party.name_missing", "party.name_letters", "party.name_long", "party.number_form", "party.number_missing"),
    *("party.organisation_number_form", "party.day_impossible", "party.day_future", "party.phone_form"),
    *("party.email_form", "component.count_not_number", "component.count_negative", "component.count_large"),
    *("component.missing", "intake.fee_form", "intake.subject_long", "card.cut", "card.separators"),
    *("station.no_numbers", "station.clock", "station.day", "station.offering"),
)


@never_cache
@require_GET
@receive_page
def offline(request: OfficerRequest) -> HttpResponse:
    """The page itself: it holds no person and no number, so that the browser may keep it."""
    language = "en" if get_language() == "en" else "vi"
    texts = problem_texts()
    problems = {c: [texts[c][f"reason_{language}"], texts[c][f"remedy_{language}"]] for c in _CHECKED_HERE}
    context = {"problem_texts": problems, "public_url": settings.PUBLIC_URL, "nobody": _NOBODY}
    return render(request, "backoffice/counter/offline.html", context)


@never_cache
@require_GET
@receive_page
def offline_worker(request: OfficerRequest) -> HttpResponse:
    """The service worker that keeps the page and its files; it stands below the page, for its reach is its address."""
    page = reverse("offline")
    context = {"files": [static(name) for name in _FILES], "page": page}
    response = render(request, "backoffice/counter/offline_worker.js", context, content_type="text/javascript")
    response.headers["Service-Worker-Allowed"] = page
    return response


@never_cache
@require_GET
@receive_page
def offline_pack(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the station takes along."""
    station = station_for(public_id, request.actor)
    if station.revoked_at is not None:
        return JsonResponse({"revoked": True}, status=410)
    return JsonResponse(make_pack(station=station, actor=request.actor, now=system_now()))


@require_POST
@receive_page
def offline_register(request: OfficerRequest) -> HttpResponse:
    """Make this browser a station of the unit."""
    try:
        station = register_station(
            name=request.POST.get("name", "")[:200],
            public_key=request.POST.get("public_key", "")[:200],
            actor=request.actor,
            now=system_now(),
        )
    except Refused as refusal:
        return JsonResponse({"problems": [_said(p) for p in refusal.problems]}, status=422)
    return JsonResponse({"id": str(station.public_id), "name": station.name})


@require_POST
@receive_page
def offline_merge(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take the station's receipts in, each by itself; the answer says what became of each."""
    station = station_for(public_id, request.actor)
    if request.content_type == "multipart/form-data":
        # A form of files has been read already; the page sends JSON.
        return JsonResponse({"brought": []}, status=415)
    if len(request.body) > _BODY_MAX:
        return JsonResponse({"brought": []}, status=413)
    try:
        data = json.loads(request.body)
        entries = [e for e in data["entries"] if isinstance(e, dict)]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"brought": []}, status=400)
    brought = merge_entries(station=station, entries=entries, actor=request.actor, now=system_now())
    return JsonResponse({"brought": [_told(b) for b in brought]})


@never_cache
@require_http_methods(["GET", "POST"])
@stations_page
def stations(request: OfficerRequest) -> HttpResponse:
    """The unit's stations, and what they brought home that an officer must look at."""
    if request.method == "POST":
        return _act(request)
    settle_held()
    held = held_entries(request.actor.unit_id)
    context = {
        "rows": stations_of(request.actor.unit_id),
        "held": [(e, [_said_json(p) for p in e.problems]) for e in held],
        "may_receive": request.actor.has(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER),
    }
    return render(request, "backoffice/counter/stations.html", context)


def _act(request: OfficerRequest) -> HttpResponse:
    act, entry = request.POST.get("act", ""), request.POST.get("entry", "")
    entry_id = int(entry) if entry.isdecimal() and len(entry) < 18 else 0
    if act == "open":
        return redirect("intake", key=open_held(entry_id=entry_id, actor=request.actor, now=system_now()))
    if act == "same":
        take_as_same(entry_id=entry_id, actor=request.actor)
        messages.success(request, _("It is the dossier that was entered by hand; nothing is received twice."))
    elif act == "revoke":
        revoke_station(public_id=_uuid(request.POST.get("station", "")), actor=request.actor, now=system_now())
        messages.success(request, _("The machine receives no more; what it still holds can be brought home."))
    return redirect("stations")


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return _NOBODY


def _told(brought: Brought) -> dict[str, Any]:
    problems = [_said(p) for p in brought.problems]
    return {"seq": brought.seq, "state": brought.state, "code": brought.code, "problems": problems}


def _said(problem: Any) -> str:
    said = problem_text(problem, get_language() or "vi")
    return f"{said.reason} {said.remedy}"


def _said_json(data: dict[str, Any]) -> str:
    from motcua.core.kernel import Problem

    return _said(Problem.from_json(data))
