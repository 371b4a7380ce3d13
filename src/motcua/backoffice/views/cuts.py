"""Answers which papers people are asked for that could be left out, and where a proposal to drop one begins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.services.cuts import READERS, cuts_page
from motcua.services.times import system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page


@require_GET
@officer_page(*READERS)
def cuts(request: OfficerRequest) -> HttpResponse:
    """Procedures offered here, each with its papers that could be left out."""
    found, after = cuts_page(request.actor, after=request.GET.get("after", ""), now=system_now())
    context = {
        "procedures": [p for p in found if p.cuts],
        "silent": [p for p in found if not p.is_stated],
        "more": f"?after={after}" if after else "",
        "may_propose": request.actor.has(Role.PROCEDURE_OFFICER),
    }
    return render(request, "backoffice/cuts.html", context)
