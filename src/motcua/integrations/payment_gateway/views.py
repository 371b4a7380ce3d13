"""Answers the simulated bank's own page, in a demo only: pay, decline, or let the news of it get lost or come twice."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.integrations.payment_gateway import simulated_bank
from motcua.services.money_ports import payment_gateway
from motcua.services.payments.online import take_call_back
from motcua.services.times import system_now
from motcua.ui.access import public_page


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def simulated_pay(request: HttpRequest) -> HttpResponse:
    """The page on which a payer would choose his bank; the order stands signed in the address."""
    gateway = payment_gateway()
    if not settings.DEMO_OFFSET or gateway is None or gateway.name != "simulated":
        return render(request, "ui/not_found.html", status=404)
    bank = simulated_bank(settings)
    order = bank.order_of(request.META.get("QUERY_STRING", ""))
    if order is None:
        return render(request, "portal/pay/simulated_bank.html", {"order": None}, status=400)
    if request.method == "GET":
        context = {"order": order, "amount": int(order["vnp_Amount"]) // 100}
        return render(request, "portal/pay/simulated_bank.html", context)
    act, now = request.POST.get("act", "pay"), system_now()
    notice = bank.decline(order, at=now) if act == "decline" else bank.pay(order, at=now)
    for _time in range({"lost": 0, "twice": 2}.get(act, 1)):
        take_call_back(notice, now=now)
    # Back to the shop, and nowhere else: the address is the shop's own and was signed by it.
    back = urlsplit(order["vnp_ReturnUrl"])
    return HttpResponseRedirect(back.path if act == "lost" else f"{back.path}?{notice}")


urlpatterns = [path("simulated-bank/pay", simulated_pay, name="simulated_pay")]
