"""Answers which apologies are to be sent and until when, and the letter that is ready for each."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.services.boards.apologies import ApologyPage, apologies_of, apology_page
from motcua.services.boards.rules import HEADS
from motcua.services.dossiers.clock_acts import extend_due
from motcua.services.times import VIETNAM, local_day, parse_instant, system_now
from motcua.store.dossiers.live import unit_names
from motcua.store.lawfiles import law_book
from motcua.ui.environment import decimal
from motcua.ui.officers import OfficerRequest, officer_page

_FIELDS = ("new_due_at", "new_due_at_hour", "cause", "reason")
_HOUR = 60


@require_GET
@officer_page(*HEADS)
def apologies(request: OfficerRequest) -> HttpResponse:
    """The dossiers that will not be done in time, what has to be sent first first."""
    now = system_now()
    found = apologies_of(request.actor, now=now)
    names = dict(unit_names({w.unit_id for p in found for w in p.work}))
    days = law_book().regime_on(local_day(now)).number("apology.look_ahead_days")
    context = {"found": found, "names": names, "now": now, "days": days}
    return render(request, "backoffice/boards/apologies.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*HEADS)
def apology(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The letter as it is ready; the head of the agency changes what he likes and sends it with one key."""
    now, problems = system_now(), list[Problem]()
    page = apology_page(public_id, request.actor, now=now)
    if request.method == "POST":
        try:
            _done, slip = extend_due(
                public_id=public_id,
                new_due_at=parse_instant(request.POST.get("new_due_at", ""), request.POST.get("new_due_at_hour", "")),
                reason=request.POST.get("reason", ""),
                cause=request.POST.get("cause", ""),
                seen_version=_version(request),
                actor=request.actor,
                now=now,
            )
        except Refused as refusal:
            problems = list(refusal.problems)
        else:
            messages.success(
                request, _("The apology No. %(number)s is sent and on record.") % {"number": slip.number}
            )
            return redirect("dossier", public_id=public_id)
    if page is None:
        problems = problems or [Problem("apology.none")]
    context: dict[str, Any] = {
        "page": page,
        "public_id": public_id,
        "now": now,
        "typed": _typed(request, page),
        "problems": problems,
    }
    return render(request, "backoffice/boards/apology.html", context, status=422 if problems else 200)


def _typed(request: OfficerRequest, page: ApologyPage | None) -> dict[str, str]:
    """Return what the form shows: what was typed, else the letter as it is ready."""
    if request.method == "POST":
        return {name: request.POST.get(name, "") for name in _FIELDS}
    if page is None:
        return dict.fromkeys(_FIELDS, "")
    new = page.prepared.new_due_at
    return {
        "new_due_at": f"{new.astimezone(VIETNAM):%d/%m/%Y}" if new else "",
        "new_due_at_hour": _hour(new or page.prepared.due_at),
        "cause": "",
        "reason": _reason(page),
    }


def _reason(page: ApologyPage) -> str:
    """Return the reason as it is known, in Vietnamese: the applicant reads it."""
    prepared = page.prepared
    with translation.override("vi"):
        places = "; ".join(
            _("step “%(step)s” at %(unit)s") % {"step": w.step_name, "unit": page.unit_names.get(w.unit_id, "")}
            for w in prepared.work
        )
        values = {
            "places": places,
            "needed": decimal(prepared.needed_minutes / _HOUR, 1),
            "left": decimal(prepared.left_minutes / _HOUR, 1),
        }
        if prepared.fits:
            return _("The dossier is at %(places)s.") % values
        return (
            _("The dossier is at %(places)s; what is left needs about %(needed)s working hours, %(left)s are left.")
            % values
        )


def _hour(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M}"


def _version(request: OfficerRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
