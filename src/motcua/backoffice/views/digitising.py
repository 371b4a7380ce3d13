"""Answers the scan station: papers of a dossier scanned page by page, counted and signed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.kernel import Refused
from motcua.services.digitising import (
    NATURES,
    BatchEntry,
    add_pages,
    mark_page,
    move_page,
    open_batch,
    page_for,
    remove_page,
    scan_station,
    sign_batch,
    station_list,
)
from motcua.services.dossiers.documents import path_of
from motcua.services.times import system_now
from motcua.store.organisation.roles import Role
from motcua.ui.files import picture_or_attachment
from motcua.ui.officers import OfficerRequest, officer_page

scan_page = officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)


@require_http_methods(["GET", "POST"])
@scan_page
def scans(request: OfficerRequest) -> HttpResponse:
    """Which paper of which dossier is to be scanned, and scans that are not signed yet."""
    code = (request.POST.get("code") or request.GET.get("code", "")).strip()[:60]
    problems: tuple[Any, ...] = ()
    page = station_list(request.actor, code=code)
    if request.method == "POST" and page["dossier"] is not None:
        entry = BatchEntry(
            request.POST.get("component", ""), _int(request, "pages"), request.POST.get("nature", NATURES[0])
        )
        try:
            batch = open_batch(
                public_id=page["dossier"].public_id, entry=entry, actor=request.actor, now=system_now()
            )
            return redirect("scan", public_id=batch.public_id)
        except Refused as refusal:
            problems = refusal.problems
    context = {
        **page,
        "code": code,
        "problems": problems,
        "post": request.POST,
        "natures": [
            (NATURES[0], _("handed in with the dossier")),
            (NATURES[1], _("only shown, to compare")),
            (NATURES[2], _("of verification or an opinion")),
            (NATURES[3], _("secret")),
        ],
    }
    return render(request, "backoffice/scans/list.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@scan_page
def scan(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One paper: its pages as they come from the scanner, their order, count and signature."""
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            _act(request, public_id)
            return redirect("scan", public_id=public_id)
        except Refused as refusal:
            problems = refusal.problems
    context = {**scan_station(public_id, request.actor), "problems": problems}
    return render(request, "backoffice/scans/station.html", context, status=422 if problems else 200)


@require_GET
@scan_page
def scan_picture(request: OfficerRequest, public_id: uuid.UUID, page_id: int) -> HttpResponse:
    """A scanned picture to look at; a PDF leaves as an attachment."""
    page = page_for(page_id, public_id, request.actor)
    response = picture_or_attachment(path_of(page.sha256), name=page.name, media_type=page.media_type)
    response["Cache-Control"] = "private, max-age=600"
    return response


def _act(request: OfficerRequest, public_id: uuid.UUID) -> None:
    act, _sep, page = request.POST.get("act", "").partition(".")
    page_id = int(page) if page.isdecimal() and len(page) < 19 else 0
    if act == "upload":
        count = add_pages(public_id=public_id, uploads=request.FILES.getlist("files"), actor=request.actor)
        messages.success(request, _("%(count)d pages were added.") % {"count": count})
    elif act in ("up", "down"):
        move_page(public_id=public_id, page_id=page_id, by=-1 if act == "up" else 1, actor=request.actor)
    elif act == "second":
        mark_page(public_id=public_id, page_id=page_id, actor=request.actor)
    elif act == "remove":
        remove_page(public_id=public_id, page_id=page_id, actor=request.actor)
    elif act == "sign":
        sign_batch(public_id=public_id, actor=request.actor, now=system_now())
        messages.success(request, _("The scan is signed and attached to the dossier."))


def _int(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 6 else 0
