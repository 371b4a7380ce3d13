"""Answers the pages of money: what is owed, cash over the counter, the day's closing, the gateway's statement."""

from __future__ import annotations

import csv
import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.money_ports import GatewayAway, payment_gateway
from motcua.services.payments.cash import CashGiven, cancel_cash, take_cash
from motcua.services.payments.charges import CASHIERS, void_charge
from motcua.services.payments.closing import Day, close_day, close_drawer, day_of, online_of
from motcua.services.payments.pages import charge_page, owed_to, recent_reconciliations
from motcua.services.payments.reconciling import (
    open_discrepancies,
    reconcile,
    refunds_of,
    release_money,
    settle_discrepancy,
    unallocated_of,
)
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page

cash_page = officer_page(*CASHIERS)


@require_GET
@cash_page
def cash(request: OfficerRequest) -> HttpResponse:
    """What is owed to the unit; a dossier's code finds its charges."""
    code = request.GET.get("code", "").strip()[:60]
    page = owed_to(request.actor, code=code, after=request.GET.get("after", ""))
    if code and len(page.rows) == 1:
        return redirect("cash_charge", public_id=page.rows[0].public_id)
    day = day_of(request.actor.unit_id, local_day(system_now()))
    own = next((d for d in day.drawers if d.staff_id == request.actor.staff_id), None)
    return render(request, "backoffice/cash/list.html", {"page": page, "code": code, "day": day, "own": own})


@require_http_methods(["GET", "POST"])
@cash_page
def cash_charge(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One charge: what it is made of, and the money for it."""
    if request.method == "GET":
        return _charge(request, public_id)
    act, now = request.POST.get("act", ""), system_now()
    try:
        if act == "take":
            given = CashGiven(_key(request), request.POST.get("given", ""), request.POST.get("payer", ""))
            receipt = take_cash(public_id=public_id, cash=given, actor=request.actor, now=now)
            messages.success(
                request, _("Receipt %(number)s is written.") % {"number": f"{receipt.number}/{receipt.year}"}
            )
        elif act == "cancel":
            cancel_cash(
                public_id=_uuid(request.POST.get("receipt", "")), key=_key(request),
                reason=request.POST.get("reason", ""), actor=request.actor, now=now,
            )  # fmt: skip
            messages.success(request, _("The receipt is cancelled by a counter-entry; give the money back."))
        elif act == "void":
            void_charge(public_id=public_id, reason=request.POST.get("reason", ""), actor=request.actor, now=now)
            messages.success(request, _("The charge is owed no longer."))
    except Refused as refusal:
        return _charge(request, public_id, problems=refusal.problems)
    return redirect("cash_charge", public_id=public_id)


@require_http_methods(["GET", "POST"])
@cash_page
def cash_day(request: OfficerRequest) -> HttpResponse:
    """The day's money: each officer's drawer, what came online, closing; as page or as a file."""
    now, problems = system_now(), tuple[Problem, ...]()
    on = parse_day(request.POST.get("on", "") or request.GET.get("on", "")) or local_day(now)
    if request.method == "POST":
        close = close_day if request.POST.get("act") == "unit" else close_drawer
        try:
            close(
                on=on, counted=request.POST.get("counted", ""), note=request.POST.get("note", ""),
                actor=request.actor, now=now,
            )  # fmt: skip
            messages.success(request, _("The day is closed."))
            return redirect(f"{request.path}?on={on:%d/%m/%Y}")
        except Refused as refusal:
            problems = refusal.problems
    day = day_of(request.actor.unit_id, on)
    if request.GET.get("as") == "csv":
        return _csv(day, request.actor.unit_id)
    context = {
        "day": day,
        "online": online_of(request.actor.unit_id, on),
        "own": next((d for d in day.drawers if d.staff_id == request.actor.staff_id), None),
        "is_manager": request.actor.has(Role.CENTRE_MANAGER),
        "problems": problems,
        "post": request.POST,
    }
    return render(request, "backoffice/cash/day.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@officer_page(Role.CENTRE_MANAGER)
def reconciliation(request: OfficerRequest) -> HttpResponse:
    """The gateway's statement against our books: differences, money that fits nothing, refunds under way."""
    now, problems = system_now(), tuple[Problem, ...]()
    if request.method == "POST":
        try:
            _settle(request)
            return redirect("reconciliation")
        except Refused as refusal:
            problems = refusal.problems
        except GatewayAway:
            messages.error(request, _("The gateway does not answer. Try again in some minutes."))
            return redirect("reconciliation")
    context = {
        "runs": recent_reconciliations(),
        "differences": open_discrepancies(request.actor),
        "unallocated": unallocated_of(request.actor),
        "refunds": refunds_of(request.actor),
        "gateway": payment_gateway(),
        "today": local_day(now),
        "problems": problems,
        "post": request.POST,
    }
    return render(request, "backoffice/cash/reconciliation.html", context, status=422 if problems else 200)


def _settle(request: OfficerRequest) -> None:
    act, now, reason = request.POST.get("act", ""), system_now(), request.POST.get("reason", "")
    if act == "compare":
        on = parse_day(request.POST.get("on", "")) or local_day(now)
        reconcile(on=on, now=now)
        messages.success(request, _("The day is compared with the gateway's statement."))
    elif act in ("book", "explain"):
        settle_discrepancy(
            discrepancy_id=_int(request, "difference"), way=act, reason=reason, actor=request.actor, now=now
        )
        messages.success(request, _("The difference is settled."))
    elif act == "release":
        release_money(money_id=_int(request, "money"), reason=reason, actor=request.actor, now=now)
        messages.success(request, _("The money will be given back."))


def _charge(request: OfficerRequest, public_id: uuid.UUID, problems: Any = ()) -> HttpResponse:
    context = charge_page(public_id, request.actor)
    context |= {
        "problems": problems,
        "post": request.POST,
        "key": uuid.uuid4(),
        "cancel_key": uuid.uuid4(),
        "is_manager": request.actor.has(Role.CENTRE_MANAGER),
        "today": local_day(system_now()),
    }
    return render(request, "backoffice/cash/charge.html", context, status=422 if problems else 200)


def _csv(day: Day, unit_id: int) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="thu-{day.on:%Y-%m-%d}.csv"'
    rows = csv.writer(response)
    rows.writerow(["Ngày", "Hình thức", "Số", "Mã hồ sơ", "Thủ tục", "Số tiền (đồng)", "Cán bộ", "Ghi chú"])
    for drawer in day.drawers:
        for r in drawer.receipts:
            note = f"Hủy biên lai {r.of.number}: {r.reason}" if r.of else ""
            rows.writerow(
                _line(day.on, "Tiền mặt", f"{r.number}/{r.year}", r.charge, r.amount_vnd, drawer.staff_name, note)
            )
    for m in online_of(unit_id, day.on):
        rows.writerow(_line(day.on, "Trực tuyến", m.number, m.charge, m.amount_vnd, "", m.get_booking_display()))
    return response


def _line(on: date, way: str, number: str, charge: Any, amount: int, officer: str, note: str) -> list[Any]:
    code = charge.dossier.code if charge and charge.dossier else ""
    name = charge.offering.procedure_version.name if charge else ""
    cells = [f"{on:%d/%m/%Y}", way, number, code, name, amount, officer, note]
    # A spreadsheet would take a text that begins so for a formula.
    return [f"'{c}" if isinstance(c, str) and c[:1] in "=+-@" else c for c in cells]


def _key(request: OfficerRequest) -> uuid.UUID:
    return _uuid(request.POST.get("key", ""))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _int(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
