"""Answers which procedures are done on the spot at a centre, the share of it per unit, and delegating them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.on_spot import (
    KINDS,
    DelegationEntry,
    delegate,
    end_delegation,
    on_spot_rows,
    one_stop_units_of,
    shares,
)
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page

_DAYS = 90


@require_http_methods(["GET", "POST"])
@officer_page(
    Role.CENTRE_MANAGER, Role.AGENCY_LEADER, Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR
)
def on_spot(request: OfficerRequest) -> HttpResponse:
    """Which procedures qualify, which are delegated, and how much was done on the spot."""
    now = system_now()
    today, problems = local_day(now), tuple[Problem, ...]()
    if request.method == "POST":
        try:
            return _change(request)
        except Refused as refusal:
            problems = tuple(refusal.problems)
    units = one_stop_units_of(request.actor)
    wanted = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((u for u in units if str(u.id) == wanted), units[0] if units else None)
    from_on = parse_day(request.GET.get("from_on", "")) or today - timedelta(days=_DAYS)
    to_on = parse_day(request.GET.get("to_on", "")) or today
    context = {
        "units": units,
        "unit": unit,
        "rows": on_spot_rows(unit, on=today) if unit else [],
        "shares": shares([u.id for u in units], from_on=from_on, to_on=to_on),
        "from_on": from_on,
        "to_on": to_on,
        "kinds": KINDS,
        "may_delegate": request.actor.has(Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR),
        "problems": problems,
        "post": request.POST,
        "chosen": request.POST.getlist("kinds"),
        "today": today,
    }
    return render(request, "backoffice/on_spot.html", context, status=422 if problems else 200)


def _change(request: OfficerRequest) -> HttpResponse:
    if request.POST.get("act") == "end":
        end_delegation(_int(request, "delegation"), actor=request.actor, now=system_now())
        messages.success(request, _("The delegation ends today."))
    else:
        entry = DelegationEntry(
            offering_id=_int(request, "offering_id"),
            unit_id=_int(request, "unit"),
            kinds=request.POST.getlist("kinds"),
            has_seal=request.POST.get("has_seal") == "1",
            decision_no=request.POST.get("decision_no", ""),
            decided_on=parse_day(request.POST.get("decided_on", "")),
            from_on=parse_day(request.POST.get("from_on", "")),
        )
        delegate(entry, actor=request.actor, now=system_now())
        messages.success(request, _("Delegated: dossiers received from that day on are done on the spot."))
    return redirect(f"{request.path}?unit={_int(request, 'unit')}")


def _int(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 0
