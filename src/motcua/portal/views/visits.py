"""Answers what a visitor sees on the telephone: the ticket followed, the centre's load now, an appointment."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.floor import State
from motcua.core.kernel import Problem, Refused
from motcua.services.centres import Centre, centre_of
from motcua.services.floor.boards import Followed, followed, load_of_unit, visit_of
from motcua.services.floor.bookings import BookingRequest, book, booking_for, cancel, slots_of
from motcua.services.floor.figures import day_plan
from motcua.services.floor.halls import groups_of, hall_of_unit
from motcua.services.floor.tickets import come_back, give_up
from motcua.services.limits import address_of, is_within_limit
from motcua.services.ratings import counter_token
from motcua.services.times import local_day, system_now
from motcua.store.floor.models import BookingState, Hall
from motcua.ui.access import public_page
from motcua.ui.citizens import citizen_of
from motcua.ui.live import allow_live, live_address, unless_known

BOOKINGS, BOOKING_MINUTES = 20, 60


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """My ticket: how many are before me, how long it takes, where I am called; give it up, or say I am back."""
    now = system_now()
    mine = followed(token, now=now)
    if mine is None:
        return render(request, "portal/hall/no_ticket.html", status=404)
    if request.method == "POST":
        if request.POST.get("act") == "leave":
            give_up(token, now=now)
        elif request.POST.get("act") == "back":
            come_back(token, now=now)
        return redirect("portal:follow", token=token)
    context = {
        "mine": mine,
        "State": State,
        "rating": _rating(mine),
        "live": live_address(request, mine.hall.stream),
    }
    return allow_live(request, render(request, "portal/hall/follow.html", context))


@require_GET
@public_page
def follow_now(request: HttpRequest, token: str) -> HttpResponse:
    """What of my ticket changes."""
    mine = followed(token, now=system_now())
    if mine is None:
        raise Http404
    context = {"mine": mine, "State": State, "rating": _rating(mine)}
    return unless_known(request, render(request, "portal/hall/_followed.html", context))


@never_cache
@require_GET
@public_page
def centre(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A centre: where it is, how full it is now, when it is quiet today."""
    now = system_now()
    found = _centre(unit_id)
    hall = hall_of_unit(unit_id)
    context = {
        "centre": found,
        "board": load_of_unit(unit_id, now=now),
        "plan": day_plan(hall, day=local_day(now), now=now) if hall else None,
        "takes_bookings": hall is not None and any(g.slot_places for g in groups_of(hall)),
        "now": now,
    }
    return render(request, "portal/hall/centre.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def appointment(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Choose the matter, then a quarter of an hour; no account and no name needed."""
    found, hall = _centre(unit_id), hall_of_unit(unit_id)
    groups = [g for g in groups_of(hall) if g.slot_places] if hall else []
    if hall is None or not groups:
        raise Http404
    if request.method == "GET":
        return _form(request, found, hall, groups, group=request.GET.get("group", ""))
    now, group = system_now(), request.POST.get("group", "")
    if not is_within_limit(f"book:{address_of(request)}", BOOKINGS, minutes=BOOKING_MINUTES, now=now):
        problems = [Problem("floor.booked_often", "contact", values={"limit": "2"})]
        return _form(request, found, hall, groups, group=group, problems=problems)
    citizen = citizen_of(request)
    wanted = BookingRequest(
        key=_uuid(request.POST.get("key", "")),
        group_id=int(group) if group.isdecimal() and len(group) < 10 else 0,
        slot_at=_instant(request.POST.get("slot", "")),
        contact=request.POST.get("contact", "")[:30],
        account_id=citizen.account_id if citizen else None,
        language="en" if get_language() == "en" else "vi",
    )
    try:
        made = book(hall, wanted, now=now, staff_id=request.user.pk if request.user.is_authenticated else None)
    except Refused as refusal:
        return _form(request, found, hall, groups, group=group, problems=refusal.problems)
    return redirect("portal:visit", token=made.token)


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def visit(request: HttpRequest, token: str) -> HttpResponse:
    """My appointment: when, where, its six digits and QR for the kiosk; cancel it."""
    booking = booking_for(token)
    if booking is None:
        raise Http404
    if request.method == "POST":
        cancel(token, now=system_now())
        return redirect("portal:visit", token=token)
    address = settings.PUBLIC_URL + reverse("portal:visit", kwargs={"token": token})
    context = {
        "booking": booking,
        "BookingState": BookingState,
        "qr": segno.make(address, error="m").svg_data_uri(scale=5, border=2),
    }
    return render(request, "portal/hall/visit.html", context)


def _rating(mine: Followed) -> str:
    """Return where the visitor can rate the visit, empty until it is over."""
    if mine.state is not State.DONE or mine.ticket.counter_id is None:
        return ""
    address = reverse("portal:tablet", kwargs={"token": counter_token(mine.ticket.counter_id)})
    return f"{address}?visit={visit_of(mine.ticket)}"


def _form(
    request: HttpRequest, found: Centre, hall: Hall, groups: list[Any], *, group: str, problems: Any = ()
) -> HttpResponse:
    chosen = next((g for g in groups if str(g.id) == group), groups[0] if len(groups) == 1 else None)
    days = slots_of(chosen, agency_id=hall.unit.agency_id, now=system_now()) if chosen else ()
    context = {
        "centre": found,
        "groups": groups,
        "chosen": chosen,
        "days": days,
        "post": request.POST,
        "problems": problems,
        "key": _uuid(request.POST.get("key", "")),
    }
    return render(request, "portal/hall/appointment.html", context, status=422 if problems else 200)


def _centre(unit_id: int) -> Centre:
    found = centre_of(unit_id)
    if found is None:
        raise Http404
    return found


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
