"""Answers what people thought of a unit, as figures with counts, and the addresses of its tablets."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from motcua.core.forms import parse_day
from motcua.services.ratings import COUNT_MIN, SCORES, rating_report, tablets_of_unit
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page

_DAYS = 90


@require_GET
@officer_page(Role.CENTRE_MANAGER, Role.AGENCY_LEADER)
def ratings(request: OfficerRequest) -> HttpResponse:
    today = local_day(system_now())
    last = parse_day(request.GET.get("to", "")) or today
    first = parse_day(request.GET.get("from", "")) or last - timedelta(days=_DAYS)
    is_manager = request.actor.has(Role.CENTRE_MANAGER)
    tablets = tablets_of_unit(request.actor.unit_id) if is_manager else []
    context = {
        "report": rating_report(request.actor, first=first, last=last),
        "first": first,
        "last": last,
        "scores": SCORES,
        "count_min": COUNT_MIN,
        "tablets": [(n, settings.PUBLIC_URL + reverse("portal:tablet", kwargs={"token": t})) for n, t in tablets],
    }
    return render(request, "backoffice/ratings.html", context)
