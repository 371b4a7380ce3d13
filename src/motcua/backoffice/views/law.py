"""Answers which law is in force, article by article, and what of it is still to be confirmed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.core.forms import parse_day
from motcua.services.times import local_day, system_now
from motcua.store.lawfiles import law_book
from motcua.store.lawfiles.book import LawFilesError
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page


@require_GET
@officer_page(Role.ADMINISTRATOR, Role.PROCEDURE_OFFICER)
def law(request: OfficerRequest) -> HttpResponse:
    text = request.GET.get("on", "").strip()
    today = local_day(system_now())
    on = parse_day(text) if text else today
    regime, is_known = None, True
    if on is not None:
        try:
            regime = law_book().regime_on(on)
        except LawFilesError:
            is_known = False
    params = sorted(regime.params.values(), key=lambda p: p.key) if regime else []
    context = {
        "on": on,
        "text": text,
        "regime": regime,
        "is_known": is_known,
        "params": params,
        "unconfirmed": sum(not p.ref.confidence.is_confirmed for p in params),
        "years": law_book().years,
    }
    return render(request, "backoffice/law.html", context)
