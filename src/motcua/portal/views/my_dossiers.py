"""Answers the citizen's dossiers: the list with drafts and what waits for an answer, and each dossier's own page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.portal.apply_pages import number_of, uuid_of
from motcua.services.applications import messages as talk
from motcua.services.applications.by_applicant import (
    begin_supply,
    citizen_dossier,
    dossiers_of,
    stop_online,
    withdraw_online,
)
from motcua.services.applications.drafts import drafts_of
from motcua.services.payments.charges import charges_of
from motcua.services.times import local_day, system_now
from motcua.ui.citizens import CitizenRequest, citizen_page


@never_cache
@require_GET
@citizen_page
def my_dossiers(request: CitizenRequest) -> HttpResponse:
    rows, after = dossiers_of(request.citizen, on=local_day(system_now()), after=request.GET.get("after", ""))
    applications = [] if request.GET.get("after") else drafts_of(request.citizen)
    context = {"dossiers": rows, "after": after, "applications": applications, "citizen": request.citizen}
    return render(request, "portal/my/dossiers.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_page
def my_dossier(request: CitizenRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the dossier stands and why it is due when it is; what is asked, messages, and how to end it."""
    now, citizen = system_now(), request.citizen
    problems: list[Problem] = []
    if request.method == "POST":
        if citizen_dossier(public_id, citizen, on=local_day(now)) is None:
            raise Http404
        try:
            return _ACTS.get(request.POST.get("act", ""), _nothing)(request, public_id)
        except Refused as refusal:
            problems = list(refusal.problems)
    found = citizen_dossier(public_id, citizen, on=local_day(now))
    if found is None:
        raise Http404
    written = talk.messages_of(found.dossier.id)
    talk.read_by_applicant(found.dossier.id, now=now)
    context = {
        "found": found,
        "charges": charges_of(dossier_id=found.dossier.id),
        "dossier": found.dossier,
        "messages_of_dossier": written,
        "problems": problems,
        "post": request.POST,
        "key": uuid.uuid4(),
        "now": now,
    }
    return render(request, "portal/my/dossier.html", context, status=422 if problems else 200)


def _write(request: CitizenRequest, public_id: uuid.UUID) -> HttpResponse:
    talk.write_as_applicant(
        public_id,
        request.citizen,
        text=request.POST.get("text", ""),
        kind=request.POST.get("kind", ""),
        key=uuid_of(request.POST.get("key", "")),
        now=system_now(),
    )
    messages.success(request, _("Sent. The answer comes here."))
    return redirect("portal:my_dossier", public_id=public_id)


def _supply(request: CitizenRequest, public_id: uuid.UUID) -> HttpResponse:
    draft = begin_supply(public_id, request.citizen, now=system_now())
    return redirect("portal:papers", public_id=draft.public_id)


def _end(act: Callable[..., Any]) -> Callable[[CitizenRequest, uuid.UUID], HttpResponse]:
    def ended(request: CitizenRequest, public_id: uuid.UUID) -> HttpResponse:
        act(
            public_id,
            request.citizen,
            reason=request.POST.get("reason", ""),
            seen_version=number_of(request.POST.get("version", "")),
            now=system_now(),
        )
        messages.success(request, _("Done. The office has been told."))
        return redirect("portal:my_dossier", public_id=public_id)

    return ended


def _nothing(request: CitizenRequest, public_id: uuid.UUID) -> HttpResponse:
    return redirect("portal:my_dossier", public_id=public_id)


_ACTS: dict[str, Callable[[CitizenRequest, uuid.UUID], HttpResponse]] = {
    "write": _write,
    "supply": _supply,
    "withdraw": _end(withdraw_online),
    "stop": _end(stop_online),
}
