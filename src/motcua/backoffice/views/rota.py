"""Answers the week's rota and the leaves: who sits where, asking to be away, what stands against it, who steps in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.staffing import rota as rotas
from motcua.services.staffing.deciding import decline_leave, grant_leave, withdraw_leave
from motcua.services.staffing.leave_pages import leave_for, leave_page
from motcua.services.staffing.leaves import LeaveEntry, ask_leave, look_at_leave
from motcua.services.staffing.places import MEMBERS
from motcua.services.staffing.seats import SeatPage, require_counters, seat_page, set_seat
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.store.staffing.models import DayHalf, LeaveKind, LeaveState
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of, number_of

_WEEK = timedelta(days=7)
_SHOWN = timedelta(days=2 * 366)


@require_http_methods(["GET", "POST"])
@officer_page(*MEMBERS)
def rota(request: OfficerRequest) -> HttpResponse:
    """The week on one sheet, to be posted on the wall; the head plans and changes it."""
    monday, problems = _monday(request), ()
    if request.method == "POST":
        try:
            _change_rota(request, monday)
            return redirect(f"{reverse('rota')}?week={monday:%d/%m/%Y}")
        except Refused as refusal:
            problems = refusal.problems  # type: ignore[assignment]
    week = rotas.week_rota(request.actor, monday=monday)
    context = {
        "week": week,
        "before": monday - _WEEK,
        "after": monday + _WEEK,
        "today": local_day(system_now()),
        "may_change": request.actor.has(Role.CENTRE_MANAGER),
        "seat": _seat(request),
        "problems": problems,
        "post": request.POST,
    }
    return render(request, "backoffice/staffing/rota.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@officer_page(*MEMBERS)
def leaves(request: OfficerRequest) -> HttpResponse:
    """Asking to be away: refused where a counter would have nobody, with who could step in and which other days."""
    now, problems = system_now(), tuple[Problem, ...]()
    entry = _entry(request)
    if request.method == "POST":
        try:
            leave = ask_leave(entry, actor=request.actor, now=now)
            said = _("The leave is granted.") if leave.state == LeaveState.GRANTED else _("The leave is asked for.")
            messages.success(request, said)
            return redirect("leaves")
        except Refused as refusal:
            problems = refusal.problems
    look = look_at_leave(entry, actor=request.actor, now=now) if problems else None
    context: dict[str, Any] = {
        "page": leave_page(request.actor, after=request.GET.get("after", ""), now=now),
        "entry": entry,
        "typed": _typed(request),
        "look": look,
        "problems": problems,
        "kinds": LeaveKind.choices,
        "halves": DayHalf.choices,
    }
    return render(request, "backoffice/staffing/leaves.html", context, status=422 if problems else 200)


@require_POST
@officer_page(*MEMBERS)
def leave(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """What the head decides on a leave, or its officer takes back."""
    leave_for(public_id, request.actor)
    act, now = request.POST.get("act", ""), system_now()
    try:
        if act == "grant":
            grant_leave(public_id, actor=request.actor, now=now)
            messages.success(request, _("The leave is granted."))
        elif act == "decline":
            answer = request.POST.get("answer", "")
            decline_leave(public_id, answer=answer, actor=request.actor, now=now)
            messages.success(request, _("The leave is declined; the rota is as it was before."))
        elif act == "withdraw":
            withdraw_leave(public_id, actor=request.actor, now=now)
            messages.success(request, _("The leave is withdrawn; the rota is as it was before."))
    except Refused as refusal:
        context = {
            "page": leave_page(request.actor, after="", now=now),
            "entry": _entry(request),
            "typed": _typed(request),
            "look": None,
            "problems": refusal.problems,
            "kinds": LeaveKind.choices,
            "halves": DayHalf.choices,
        }
        return render(request, "backoffice/staffing/leaves.html", context, status=422)
    return redirect("leaves")


def _monday(request: OfficerRequest) -> date:
    today = local_day(system_now())
    asked = parse_day(request.POST.get("week", "") or request.GET.get("week", "")) or today
    return rotas.monday_of(asked if abs(asked - today) < _SHOWN else today)


def _change_rota(request: OfficerRequest, monday: date) -> None:
    data, actor, now = request.POST, request.actor, system_now()
    act = data.get("act", "")
    if act == "plan":
        count = rotas.plan_week(actor, monday=monday, counter_ids=_ints(data.getlist("counters")), now=now)
        messages.success(request, _("%(count)s seats were given.") % {"count": count})
    elif act == "require":
        require_counters(actor, counter_ids=_ints(data.getlist("counters")), now=now)
        messages.success(request, _("Saved."))
    elif act == "seat":
        counter, day, half = _named_seat(data.get("seat", ""))
        staff = number_of(data.get("staff", ""))
        set_seat(actor, counter_id=counter, day=day, half=half, staff_id=staff, now=now)
        messages.success(request, _("Saved."))


def _seat(request: OfficerRequest) -> SeatPage | None:
    """Return the seat that the head has pressed on in the sheet."""
    text = request.POST.get("seat", "") or request.GET.get("seat", "")
    if not text or not request.actor.has(Role.CENTRE_MANAGER):
        return None
    counter, day, half = _named_seat(text)
    return seat_page(request.actor, counter_id=counter, day=day, half=half, now=system_now())


def _named_seat(text: str) -> tuple[int, date | None, str]:
    """Return counter, day and half of ``12.2026-11-23.1``."""
    counter, _sep, rest = text.partition(".")
    day, _sep, half = rest.partition(".")
    return number_of(counter), _iso(day), half


def _typed(request: OfficerRequest) -> dict[str, str]:
    """Return what was typed, or what a proposal of other days puts into the address."""
    given = request.POST if request.method == "POST" else request.GET
    names = ("from_on", "from_half", "to_on", "to_half", "kind", "note")
    defaults = {"from_half": "1", "to_half": "2"}
    return {n: given.get(n, defaults.get(n, ""))[:300] for n in names}


def _entry(request: OfficerRequest) -> LeaveEntry:
    typed = _typed(request)
    chosen = {k: v[:100] for k, v in request.POST.items() if k.startswith("fill-") and isinstance(v, str)}
    return LeaveEntry(
        key=key_of(request),
        kind=typed["kind"],
        from_on=parse_day(typed["from_on"]),
        from_half=typed["from_half"],
        to_on=parse_day(typed["to_on"]),
        to_half=typed["to_half"],
        note=typed["note"],
        chosen=chosen,
    )


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _ints(texts: list[str]) -> list[int]:
    return [n for n in map(number_of, texts) if n]
