"""Answers the pages of what a one-stop unit works with: equipment and its faults, the list of the law, the plan."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.premises import assets, checklist
from motcua.services.premises.effects import effects_of
from motcua.services.premises.faults import FaultEntry, close_fault, report_fault, start_repair
from motcua.services.staffing.places import MEMBERS
from motcua.services.times import local_day, parse_instant, system_now
from motcua.store.organisation.models import Unit
from motcua.store.organisation.roles import Role
from motcua.store.premises.models import Asset, AssetKind, AssetState, Fault
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of

member_page = officer_page(*MEMBERS)
manager_page = officer_page(Role.CENTRE_MANAGER)
_EFFECTS_SHOWN = 6


@require_http_methods(["GET"])
@member_page
def equipment(request: OfficerRequest) -> HttpResponse:
    """The unit's equipment, to find a piece and report its fault."""
    wanted = assets.AssetFilter(*(request.GET.get(n, "")[:40] for n in ("kind", "state", "counter", "after")))
    found = assets.asset_list(request.actor, wanted)
    kept = {"kind": wanted.kind, "state": wanted.state, "counter": wanted.counter}
    more = f"?{urlencode({**kept, 'after': found.after})}" if found.after else ""
    context = {
        "found": found,
        "wanted": wanted,
        "more": more,
        "kinds": AssetKind.choices,
        "states": AssetState.choices,
        "may_enter": request.actor.has(Role.CENTRE_MANAGER),
    }
    return render(request, "backoffice/premises/equipment.html", context)


@require_http_methods(["GET", "POST"])
@manager_page
def asset_new(request: OfficerRequest) -> HttpResponse:
    """Enter a piece into the register."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            made = assets.add_asset(_asset_entry(request), actor=request.actor, now=system_now())
            messages.success(request, _("Entered into the register."))
            return redirect("asset", public_id=made.public_id)
        except Refused as refusal:
            problems = refusal.problems
    context = {**_form(request, request.POST), "problems": problems}
    return render(request, "backoffice/premises/asset_new.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@member_page
def asset(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One piece: what is written of it, its faults with their effect, and reporting one."""
    found = assets.asset_for(public_id, request.actor)
    problems: tuple[Problem, ...] = ()
    act = request.POST.get("act", "")
    if request.method == "POST":
        try:
            if act == "change":
                assets.change_asset(public_id, _asset_entry(request), actor=request.actor, now=system_now())
                messages.success(request, _("Saved."))
            else:
                report_fault(public_id, _fault_entry(request), actor=request.actor, now=system_now())
                messages.success(request, _("The fault is reported; the head sees it."))
            return redirect("asset", public_id=public_id)
        except Refused as refusal:
            problems = refusal.problems
    context = _asset_context(request, found)
    context |= {"problems": problems, "act": act, "post": request.POST}
    if act == "change":
        context |= _form(request, request.POST)
    return render(request, "backoffice/premises/asset.html", context, status=422 if problems else 200)


@require_POST
@manager_page
def fault(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """How far the head says a fault is: being repaired, repaired, or the piece written off."""
    row = Fault.objects.select_related("asset").filter(public_id=public_id).first()
    act, now = request.POST.get("act", ""), system_now()
    piece = assets.asset_for(row.asset.public_id if row is not None else uuid.uuid4(), request.actor)
    try:
        if act == "repair":
            start_repair(public_id, actor=request.actor, now=now)
        elif act in ("repaired", "written_off"):
            note = request.POST.get("note", "")
            close_fault(public_id, state=act, note=note, actor=request.actor, now=now)
            messages.success(request, _("The fault is closed."))
    except Refused as refusal:
        context = {**_asset_context(request, piece), "problems": refusal.problems, "act": act, "post": request.POST}
        return render(request, "backoffice/premises/asset.html", context, status=422)
    return redirect("asset", public_id=piece.public_id)


@require_http_methods(["GET", "POST"])
@manager_page
def premises(request: OfficerRequest) -> HttpResponse:
    """The law's list of premises and equipment, as the unit stands; what somebody found when looking."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        names = [n.removeprefix("found-") for n in request.POST if n.startswith("found-")]
        entries = [
            checklist.CheckEntry(n, request.POST.get(f"found-{n}", ""), request.POST.get(f"ground-{n}", ""))
            for n in names
        ]
        try:
            on = parse_day(request.POST.get("on", ""))
            checklist.record_checks(entries, key=key_of(request), on=on, actor=request.actor, now=system_now())
            messages.success(request, _("Saved."))
            return redirect("premises")
        except Refused as refusal:
            problems = refusal.problems
    context = {
        "found": checklist.checklist(request.actor, now=system_now()),
        "unit_name": checklist.unit_name(request.actor),
        "problems": problems,
        "post": request.POST,
        "key": key_of(request),
        "today": local_day(system_now()),
    }
    return render(request, "backoffice/premises/checklist.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@manager_page
def investment(request: OfficerRequest) -> HttpResponse:
    """A year's plan of what to buy and repair, with what is lacking and not planned yet."""
    problems: tuple[Problem, ...] = ()
    year = _year(request)
    if request.method == "POST":
        try:
            checklist.propose_line(_investment_entry(request), actor=request.actor, now=system_now())
            messages.success(request, _("The line is in the plan."))
            return redirect(f"{reverse('investment')}?year={year}")
        except Refused as refusal:
            problems = refusal.problems
    return _plan_page(request, year, problems)


@require_POST
@manager_page
def investment_line(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What was decided on a line of the plan."""
    data, actor, now = request.POST, request.actor, system_now()
    year = _year(request)
    try:
        if data.get("act") == "approve":
            line = checklist.approve_line(
                public_id,
                quantity=data.get("approved_quantity", ""),
                amount=data.get("approved_amount", ""),
                decision_no=data.get("decision_no", ""),
                actor=actor,
                now=now,
            )
        else:
            decision_no = data.get("decision_no", "")
            line = checklist.decline_line(public_id, decision_no=decision_no, actor=actor, now=now)
        messages.success(request, _("Saved."))
        year = line.year
    except Refused as refusal:
        return _plan_page(request, year, refusal.problems, of_line=str(public_id))
    return redirect(f"{reverse('investment')}?year={year}")


def _plan_page(
    request: OfficerRequest, year: int, problems: tuple[Problem, ...], *, of_line: str = ""
) -> HttpResponse:
    # What was typed for one line stands at that line, not in the form for a new one.
    context = {
        "plan": checklist.plan_of(request.actor, year=year, now=system_now()),
        "unit_name": checklist.unit_name(request.actor),
        "problems": problems,
        "of_line": of_line,
        "post": {} if of_line else request.POST,
        "typed": request.POST if of_line else {},
        "key": key_of(request),
    }
    return render(request, "backoffice/premises/investment.html", context, status=422 if problems else 200)


def _asset_context(request: OfficerRequest, found: Asset) -> dict[str, Any]:
    faults = assets.faults_of(found)
    unit = Unit.objects.get(id=found.unit_id)
    effects = effects_of([f for f, _who in faults[:_EFFECTS_SHOWN]], unit, now=system_now())
    return {
        **_form(request, {}),
        "asset": found,
        "faults": faults,
        "effects": {e.fault.id: e for e in effects},
        "open_fault": assets.open_fault_of(found),
        "is_head": request.actor.has(Role.CENTRE_MANAGER),
        "now": system_now(),
    }


def _form(request: OfficerRequest, typed: Any) -> dict[str, Any]:
    return {
        "typed": typed,
        "kinds": AssetKind.choices,
        "counters": [(str(c.id), f"{c.number}. {c.name}") for c in assets.counters_of(request.actor)],
        "key": key_of(request),
    }


def _asset_entry(request: OfficerRequest) -> assets.AssetEntry:
    data = request.POST
    return assets.AssetEntry(
        key=key_of(request),
        kind=data.get("kind", ""),
        name=data.get("name", ""),
        inventory_no=data.get("inventory_no", ""),
        counter=data.get("counter", ""),
        bought_on=parse_day(data.get("bought_on", "")),
        bought_text=data.get("bought_on", ""),
        value=data.get("value", ""),
        warranty_to_on=parse_day(data.get("warranty_to_on", "")),
        warranty_text=data.get("warranty_to_on", ""),
    )


def _fault_entry(request: OfficerRequest) -> FaultEntry:
    day, hour = request.POST.get("since", ""), request.POST.get("since_hour", "")
    today = f"{local_day(system_now()):%d/%m/%Y}"
    return FaultEntry(
        key=key_of(request),
        what=request.POST.get("what", ""),
        since_at=parse_instant(day or today, hour) if hour else parse_instant(day, "00:00"),
        since_text=f"{day}{hour}",
    )


def _investment_entry(request: OfficerRequest) -> checklist.InvestmentEntry:
    names = ("year", "item", "name", "quantity", "amount", "ground")
    return checklist.InvestmentEntry(key_of(request), *(request.POST.get(n, "") for n in names))


def _year(request: OfficerRequest) -> int:
    text = request.POST.get("year", "") or request.GET.get("year", "")
    is_year = text.isascii() and text.isdecimal() and len(text) == 4
    return int(text) if is_year else local_day(system_now()).year
