"""Answers who is who: agencies, units with posts, people and counters; and delegations for an absence."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused, fold
from motcua.services.organisation import (
    delegate_post,
    delegations_of_unit,
    people_of_unit,
    posts_to_delegate,
    revoke_delegation,
)
from motcua.services.times import VIETNAM, local_day, system_now
from motcua.store.organisation.models import Agency, Unit
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import appointments_of_unit
from motcua.ui.officers import OfficerRequest, officer_page

_PAGE = 60


@require_GET
@officer_page()
def organisation(request: OfficerRequest) -> HttpResponse:
    """Agencies with their units, by level; the posts and phones of one-stop units are public by law."""
    text, level = request.GET.get("q", "").strip()[:100], request.GET.get("level", "")
    agencies = Agency.objects.annotate(unit_count=Count("units")).order_by("name", "id")
    if level:
        agencies = agencies.filter(level=level)
    after = request.GET.get("after", "")
    if after and "\t" in after:
        name, _sep, key = after.rpartition("\t")
        if key.isdecimal():
            agencies = agencies.extra(
                where=["(organisation_agency.name, organisation_agency.id) > (%s, %s)"],
                params=[name, int(key)],
            )
    if text:
        words = fold(text)
        matching = [
            a.id
            for a in Agency.objects.only("id", "name", "code")
            if words in fold(a.name) or words in a.code.lower()
        ]
        agencies = agencies.filter(id__in=matching)
    rows = list(agencies[: _PAGE + 1])
    following = f"{rows[_PAGE - 1].name}\t{rows[_PAGE - 1].id}" if len(rows) > _PAGE else ""
    context = {"agencies": rows[:_PAGE], "after": following, "q": text, "level": level}
    return render(request, "backoffice/organisation/list.html", context)


@require_GET
@officer_page()
def agency(request: OfficerRequest, agency_id: int) -> HttpResponse:
    found = Agency.objects.select_related("parent").filter(id=agency_id).first()
    if found is None:
        raise Http404
    units = Unit.objects.filter(agency=found).prefetch_related("counters", "posts").order_by("kind", "name")
    offerings = (
        found.offerings.select_related("procedure_version__procedure", "process_version")
        .filter(valid_to_on__isnull=True)
        .order_by("procedure_version__name")
    )
    context = {"agency": found, "units": list(units), "offerings": list(offerings)}
    return render(request, "backoffice/organisation/agency.html", context)


@require_GET
@officer_page(Role.ADMINISTRATOR, Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER)
def unit(request: OfficerRequest, unit_id: int) -> HttpResponse:
    """The people of a unit: its own head and administrators only."""
    found = Unit.objects.select_related("agency").filter(id=unit_id).first()
    actor = request.actor
    is_own = actor.unit_id == unit_id or (
        found is not None and actor.has(Role.AGENCY_LEADER) and actor.agency_id == found.agency_id
    )
    if found is None or not (is_own or actor.has(Role.ADMINISTRATOR)):
        raise Http404
    context = {
        "unit": found,
        "appointments": list(appointments_of_unit(unit_id)),
        "today": local_day(system_now()),
    }
    return render(request, "backoffice/organisation/unit.html", context)


@require_http_methods(["GET", "POST"])
@officer_page()
def delegations(request: OfficerRequest) -> HttpResponse:
    """Handing a post's powers to a colleague for an absence, and the list of what was handed."""
    now, problems = system_now(), tuple[Problem, ...]()
    if request.method == "POST":
        try:
            delegate_post(
                post_id=_int(request, "post_id"),
                to_staff_id=_int(request, "to_staff_id"),
                from_at=_instant(request.POST.get("from_on", ""), is_end=False),
                to_at=_instant(request.POST.get("to_on", ""), is_end=True),
                reason=request.POST.get("reason", ""),
                decision_no=request.POST.get("decision_no", ""),
                actor=request.actor,
                now=now,
            )
            messages.success(request, _("The delegation is recorded."))
            return redirect("delegations")
        except Refused as refusal:
            problems = refusal.problems
    context = {
        "posts": posts_to_delegate(request.actor),
        "people": people_of_unit(request.actor.unit_id, now=now),
        "delegations": delegations_of_unit(request.actor.unit_id),
        "problems": problems,
        "post": request.POST,
        "now": now,
    }
    return render(request, "backoffice/organisation/delegations.html", context, status=422 if problems else 200)


@require_POST
@officer_page()
def revoke(request: OfficerRequest, delegation_id: int) -> HttpResponse:
    revoke_delegation(delegation_id=delegation_id, actor=request.actor, now=system_now())
    messages.success(request, _("The delegation has ended."))
    return redirect("delegations")


def _instant(text: str, *, is_end: bool) -> datetime | None:
    """Return the first instant of the day, or of the day after it for an end: the last day counts whole."""
    day = parse_day(text)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1) if is_end else day, time(0), VIETNAM)


def _int(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0
