"""Answers which law is in force, article by article, and what of it is still to be confirmed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.core.forms import parse_day
from motcua.services.times import local_day, system_now
from motcua.store.lawfiles import law_book
from motcua.store.lawfiles.book import LawFilesError
from motcua.store.lawfiles.examples import law_examples
from motcua.store.lawfiles.uses import law_uses
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page


@require_GET
@officer_page(Role.ADMINISTRATOR, Role.PROCEDURE_OFFICER)
def law(request: OfficerRequest) -> HttpResponse:
    text = request.GET.get("on", "").strip()
    today, calendar = local_day(system_now()), law_book().calendar()
    on = parse_day(text) if text else today
    regime, is_known = None, True
    if on is not None:
        try:
            regime = law_book().regime_on(on)
        except LawFilesError:
            is_known = False
    # What is to be confirmed stands first: somebody has to read the act before anybody relies on it.
    params = sorted(regime.params.values(), key=lambda p: (p.ref.confidence.is_confirmed, p.key)) if regime else []
    context = {
        "on": on,
        "text": text,
        "regime": regime,
        "is_known": is_known,
        "params": params,
        "unconfirmed": sum(not p.ref.confidence.is_confirmed for p in params),
        "years": law_book().years,
        "known_until": calendar.known_until,
        "is_ending": calendar.is_ending(today),
        "uses": law_uses(),
    }
    return render(request, "backoffice/law.html", context)


@require_GET
@officer_page(Role.ADMINISTRATOR, Role.PROCEDURE_OFFICER)
def examples(request: OfficerRequest) -> HttpResponse:
    """The worked examples of an act, for a jurist to read."""
    acts = {a.id: a for a in law_book().acts}
    grouped = {
        a: [e for e in law_examples() if e.act_id == a] for a in dict.fromkeys(e.act_id for e in law_examples())
    }
    chosen = request.GET.get("act", "")
    act_id = chosen if chosen in grouped else next(iter(grouped))
    context = {"acts": [acts[a] for a in grouped], "act": acts[act_id], "examples": grouped[act_id]}
    return render(request, "backoffice/law_examples.html", context)
