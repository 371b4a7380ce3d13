"""Answers the simulated carrier's own page, in a demo only: moves a parcel on, or says that the addressee was not met."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.core.post import ParcelState
from motcua.integrations.post_carrier import simulated_carrier
from motcua.services.money_ports import carrier
from motcua.services.postal.parcels import take_news
from motcua.services.times import system_now
from motcua.store.post.models import Parcel
from motcua.ui.access import public_page

_STATES = (
    ParcelState.ACCEPTED, ParcelState.IN_TRANSIT, ParcelState.OUT, ParcelState.FAILED, ParcelState.DELIVERED,
    ParcelState.RETURNED,
)  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def simulated_parcels(request: HttpRequest) -> HttpResponse:
    """The carrier's hall: its parcels by number, each with what may happen to it next."""
    wired = carrier()
    if not settings.DEMO_OFFSET or wired is None or wired.name != "simulated":
        return render(request, "ui/not_found.html", status=404)
    if request.method == "POST":
        state, tracking = request.POST.get("state", ""), request.POST.get("tracking", "")
        if state in {s.value for s in _STATES}:
            now = system_now()
            take_news(simulated_carrier(settings).news(tracking, state, at=now), now=now)
        return redirect("simulated_parcels")
    rows = Parcel.objects.filter(carrier="simulated").exclude(state__in=("delivered", "returned")).order_by("-id")
    context = {"parcels": list(rows[:20]), "states": [s.value for s in _STATES]}
    return render(request, "portal/pay/simulated_carrier.html", context)


urlpatterns = [path("simulated-carrier", simulated_parcels, name="simulated_parcels")]
