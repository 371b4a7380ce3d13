"""Answers the page of what was in time in a period, as known on a day."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.timeliness import CLASSES, timeliness_report
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page

_UNITS = 30


@require_GET
@officer_page(Role.CENTRE_MANAGER, Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.PROVINCE_LEADER)
def timeliness(request: OfficerRequest) -> HttpResponse:
    """Both definitions side by side, and the steps of each unit."""
    now = system_now()
    today = local_day(now)
    texts = {name: request.GET.get(name, "").strip() for name in ("from_on", "to_on", "known_on")}
    days = {name: parse_day(text) if text else None for name, text in texts.items()}
    problems = [Problem("report.day", name) for name, text in texts.items() if text and days[name] is None]
    report = None
    if not problems:
        to_on = days["to_on"] or today
        try:
            report = timeliness_report(
                actor=request.actor,
                from_on=days["from_on"] or to_on - timedelta(days=30),
                to_on=to_on,
                known_on=days["known_on"] or today,
                now=now,
            )
        except Refused as refusal:
            problems = list(refusal.problems)
    shown = report.units if report and request.GET.get("all") == "1" else report.units[:_UNITS] if report else ()
    context = {
        "report": report,
        "shown": shown,
        "query": urlencode({**texts, "all": "1"}),
        "texts": texts,
        "problems": problems,
        "classes": CLASSES,
    }
    return render(request, "backoffice/timeliness.html", context, status=422 if problems else 200)
