"""Answers the pages of a one-stop unit's people: what each may serve, who stands in, whose term is out of bounds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.staffing import people, terms
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import number_of

manager_page = officer_page(Role.CENTRE_MANAGER)


@require_http_methods(["GET", "POST"])
@manager_page
def staff_list(request: OfficerRequest) -> HttpResponse:
    """The people at the unit's counters, with what each may serve."""
    if request.method == "POST":
        people.open_records(request.actor, now=system_now())
        return redirect("staff_list")
    lines = people.officers_of(request.actor, now=system_now())
    context = {
        "lines": lines,
        "missing": sum(line.record is None for line in lines),
        "today": local_day(system_now()),
    }
    return render(request, "backoffice/staffing/list.html", context)


@require_http_methods(["GET", "POST"])
@manager_page
def officer_record(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One officer: seniority and term, sectors and procedures, substitutes; each kept by its own button."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            _keep(request, public_id)
            return redirect("officer_record", public_id=public_id)
        except Refused as refusal:
            problems = refusal.problems
    page = people.officer_page(public_id, request.actor, now=system_now())
    context: dict[str, Any] = {
        "page": page,
        "problems": problems,
        "post": request.POST,
        "act": request.POST.get("act", ""),
        "today": local_day(system_now()),
    }
    return render(request, "backoffice/staffing/officer.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*terms.READERS)
def staff_terms(request: OfficerRequest) -> HttpResponse:
    """Who was sent and is out of the law's bounds on a day, or soon will be."""
    day = parse_day(request.GET.get("day", "")) or local_day(system_now())
    day = min(max(day, terms.FIRST_DAY), terms.LAST_DAY)
    wanted = terms.ALL if request.GET.get("show") == terms.ALL else ""
    page = terms.term_page(request.actor, day=day, wanted=wanted, after=request.GET.get("after", ""))
    more = f"?day={day:%d/%m/%Y}&show={wanted}&after={page.after}" if page.after else ""
    context = {"page": page, "more": more, "days": terms.WARN_DAYS, "wanted": wanted}
    return render(request, "backoffice/staffing/terms.html", context)


def _keep(request: OfficerRequest, public_id: UUID) -> None:
    data, actor, now = request.POST, request.actor, system_now()
    act = data.get("act", "")
    if act == "record":
        entry = people.RecordEntry(
            seen=number_of(data.get("seen", "")),
            in_field_since_on=parse_day(data.get("in_field_since_on", "")),
            in_field_since_text=data.get("in_field_since_on", ""),
            term_to_on=parse_day(data.get("term_to_on", "")),
            term_to_text=data.get("term_to_on", ""),
            agency_id=number_of(data.get("agency", "")),
            ground=data.get("ground", ""),
        )
        people.save_record(public_id, entry, actor=actor, now=now)
    elif act == "competence":
        people.add_competence(
            public_id,
            sectors=data.getlist("sectors"),
            procedure_code=data.get("procedure", ""),
            ground=data.get("competence_ground", ""),
            actor=actor,
            now=now,
        )
    elif act == "end_competence":
        people.end_competence(public_id, competence_id=number_of(data.get("id", "")), actor=actor, now=now)
    elif act == "substitute":
        people.add_substitute(
            public_id,
            stand_in_id=number_of(data.get("stand_in", "")),
            ground=data.get("substitute_ground", ""),
            actor=actor,
            now=now,
        )
    elif act == "end_substitute":
        people.end_substitute(public_id, substitute_id=number_of(data.get("id", "")), actor=actor, now=now)
    messages.success(request, _("Saved."))
