"""Answers how ready a one-stop unit is in IT: the functions that the circular asks of the system, in use or not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.readiness import (
    READERS,
    WINDOWS,
    AnswerEntry,
    all_readiness,
    answer_function,
    unit_readiness,
)
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of


@require_GET
@officer_page(*READERS)
def readiness(request: OfficerRequest) -> HttpResponse:
    """The unit of a head, or the list of units for those who see all."""
    if not request.actor.has(Role.PROCEDURE_OFFICER, Role.PROVINCE_LEADER):
        return redirect("unit_readiness", unit_id=request.actor.unit_id)
    days, after = _days(request), request.GET.get("after", "")
    tallies, following = all_readiness(request.actor, days=days, after=after, now=system_now())
    context = {
        "tallies": tallies,
        "days": days,
        "windows": WINDOWS,
        "more": f"?days={days}&after={following}" if following else "",
    }
    return render(request, "backoffice/readiness/list.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def unit_readiness_page(request: OfficerRequest, unit_id: int) -> HttpResponse:
    """The functions of a unit with their evidence; the head answers what the system cannot see."""
    problems: tuple[Problem, ...] = ()
    days = _days(request)
    if request.method == "POST":
        try:
            answer_function(unit_id, _entry(request), actor=request.actor, now=system_now())
            messages.success(request, _("Saved."))
            return redirect("unit_readiness", unit_id=unit_id)
        except Refused as refusal:
            problems = refusal.problems
    found = unit_readiness(unit_id, request.actor, days=days, now=system_now())
    context = {
        "found": found,
        "windows": WINDOWS,
        "problems": problems,
        "post": request.POST,
        "key": key_of(request),
        "today": local_day(system_now()),
        "may_answer": request.actor.has(Role.CENTRE_MANAGER) and request.actor.unit_id == unit_id,
    }
    return render(request, "backoffice/readiness/unit.html", context, status=422 if problems else 200)


def _days(request: OfficerRequest) -> int:
    text = request.GET.get("days", "")
    return next((d for d in WINDOWS if str(d) == text), WINDOWS[-1])


def _entry(request: OfficerRequest) -> AnswerEntry:
    data = request.POST
    on = parse_day(data.get("on", ""))
    return AnswerEntry(key_of(request), data.get("function", ""), data.get("found", ""), on, data.get("ground", ""))
