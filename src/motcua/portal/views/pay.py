"""Answers the citizen's pages of paying, and the address that the gateway calls back."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.kernel import Refused
from motcua.services.actors import Denied
from motcua.services.limits import address_of, is_within_limit
from motcua.services.money_ports import payment_gateway
from motcua.services.payments.charges import charge_by_id
from motcua.services.payments.online import RAW_MAX, start_payment, take_call_back
from motcua.services.times import system_now
from motcua.store.payments.models import Charge
from motcua.ui.access import public_page

_CALLS, _CALL_MINUTES = 3_000, 10


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def pay(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is owed and why; the button leads to the gateway. Nobody's name stands here."""
    charge = _charge(public_id)
    if charge is None:
        return render(request, "ui/not_found.html", status=HTTPStatus.NOT_FOUND)
    if request.method == "GET":
        return _show(request, charge)
    try:
        address = start_payment(
            charge=charge,
            return_url=request.build_absolute_uri(reverse("portal:pay_back", kwargs={"public_id": public_id})),
            language=get_language() or "vi",
            now=system_now(),
        )
    except Refused as refusal:
        return _show(request, charge, problems=refusal.problems)
    if address.startswith("/"):
        return HttpResponseRedirect(address)
    # A form may lead nowhere outside by the page's own policy: the way on is a link.
    return render(request, "portal/pay/leave.html", {"charge": charge, "address": address})


@never_cache
@require_GET
@public_page
def pay_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the gateway sends the payer back to; what it says here is signed as its call-back is."""
    raw = request.META.get("QUERY_STRING", "")
    if raw and len(raw) <= RAW_MAX and payment_gateway() is not None and _may_call(request):
        take_call_back(raw, now=system_now())
    return redirect("portal:pay", public_id=public_id)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def call_back(request: HttpRequest, gateway: str) -> HttpResponse:
    """The gateway's own call (IPN). It is answered only once everything it says is written."""
    wired = payment_gateway()
    if wired is None or wired.name != gateway:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    if not _may_call(request):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    raw = request.META.get("QUERY_STRING", "") or request.body[: RAW_MAX + 1].decode("utf-8", "replace")
    if len(raw) > RAW_MAX:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    verdict = take_call_back(raw, now=system_now())
    return HttpResponse(wired.answer(verdict), content_type="application/json")


def _may_call(request: HttpRequest) -> bool:
    key = f"callback:{address_of(request)}"
    return is_within_limit(key, _CALLS, minutes=_CALL_MINUTES, now=system_now())


def _charge(public_id: uuid.UUID) -> Charge | None:
    try:
        return charge_by_id(public_id)
    except Denied:
        return None


def _show(request: HttpRequest, charge: Charge, problems: object = ()) -> HttpResponse:
    context = {
        "charge": charge,
        "quote": charge.quote,
        "problems": problems,
        "has_gateway": payment_gateway() is not None,
    }
    return render(request, "portal/pay/charge.html", context, status=422 if problems else 200)
