"""Answers the machines of the hall: the kiosk that gives tickets, and the display that calls them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.floor import Ground, grounds_of
from motcua.core.forms import parse_day
from motcua.core.forms.card import Card
from motcua.core.kernel import Problem, Refused
from motcua.services.floor.boards import board_of, followed
from motcua.services.floor.halls import groups_of
from motcua.services.floor.matters import common_matters, matters_for, results_group, scanned
from motcua.services.floor.notes import card_note, result_note, seal, unseal
from motcua.services.floor.running import device_for
from motcua.services.floor.tickets import TicketRequest, check_in, take_ticket
from motcua.services.limits import is_within_limit
from motcua.services.times import local_day, system_now
from motcua.store.floor.models import DeviceKind, HallDevice, Ticket
from motcua.store.lawfiles import law_book
from motcua.ui.access import public_page
from motcua.ui.live import allow_live, live_address, unless_known

SCANS, SCAN_MINUTES = 60, 10
_SEALED_SECONDS = 300
_TEXT_MAX = 400


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the matter, say whether a priority holds, take the number: three pages, two touches."""
    device = _device(token, DeviceKind.KIOSK)
    if request.method == "GET":
        return _start(request, device)
    step = request.POST.get("step", "")
    try:
        return _STEPS[step](request, device) if step in _STEPS else _start(request, device)
    except Refused as refusal:
        return _start(request, device, problems=refusal.problems)


@never_cache
@require_GET
@public_page
def kiosk_ticket(request: HttpRequest, token: str, ticket_token: str) -> HttpResponse:
    """The ticket on the screen and on 80 mm paper; the kiosk goes back to its start by itself."""
    device = _device(token, DeviceKind.KIOSK)
    mine = followed(ticket_token, now=system_now())
    if mine is None or mine.hall.id != device.hall_id:
        raise Http404
    address = settings.PUBLIC_URL + reverse("portal:follow", kwargs={"token": mine.ticket.token})
    context = {
        "device": device,
        "mine": mine,
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=2),
        "address": address,
    }
    return render(request, "portal/hall/kiosk_ticket.html", context)


@never_cache
@require_GET
@public_page
def display(request: HttpRequest, token: str) -> HttpResponse:
    """The television: the last calls very large, who is next, how long it takes, what the centre has to say."""
    device, now = _device(token, DeviceKind.DISPLAY), system_now()
    context = {
        "device": device,
        "board": board_of(device.hall, now=now),
        "now": now,
        "live": live_address(request, device.hall.stream),
    }
    return allow_live(request, render(request, "portal/hall/display.html", context))


@require_GET
@public_page
def display_board(request: HttpRequest, token: str) -> HttpResponse:
    """What of the display changes; asked for at each event, and every few seconds when no events come."""
    device = _device(token, DeviceKind.DISPLAY)
    board = board_of(device.hall, now=system_now())
    return unless_known(request, render(request, "portal/hall/_board.html", {"board": board}))


def _device(token: str, kind: DeviceKind) -> HallDevice:
    device = device_for(token, kind, now=system_now())
    if device is None:
        raise Http404
    return device


def _start(
    request: HttpRequest, device: HallDevice, *, problems: Any = (), sealed: str = "", progress: Any = None
) -> HttpResponse:
    now, text = system_now(), request.POST.get("q", "").strip()[:100]
    hall = device.hall
    context = {
        "device": device,
        "board": board_of(hall, now=now),
        "q": text,
        "matters": matters_for(text, hall, now=now) if text else common_matters(hall, now=now),
        "problems": problems,
        "sealed": sealed or _sealed(request),
        "progress": progress,
        "key": uuid.uuid4(),
    }
    return render(request, "portal/hall/kiosk.html", context, status=422 if problems else 200)


def _search(request: HttpRequest, device: HallDevice) -> HttpResponse:
    return _start(request, device)


def _scan(request: HttpRequest, device: HallDevice) -> HttpResponse:
    """A card fills the intake in later; a receipt leads to the results; an appointment is taken at once."""
    now = system_now()
    if not is_within_limit(f"kiosk:{device.id}", SCANS, minutes=SCAN_MINUTES, now=now):
        raise Refused([Problem("floor.scan_unknown", "scan")])
    found = scanned(request.POST.get("scan", "")[:_TEXT_MAX], device.hall)
    if found.card is not None:
        return _start(request, device, sealed=seal(card_note(found.card)))
    if found.booking_code:
        ticket = check_in(device.hall_id, code=found.booking_code, key=_key(request), now=now)
        return _to_ticket(device, ticket)
    assert found.progress is not None
    group = results_group(device.hall)
    if found.progress.state_key == "ready" and group is not None:
        return _ask_priority(request, device, group_id=group.id, sealed=seal(result_note(found.progress.code)))
    return _start(request, device, progress=found.progress)


def _choose(request: HttpRequest, device: HallDevice) -> HttpResponse:
    group, _, procedure = request.POST.get("choice", "").partition(":")
    chosen = int(group) if group.isdecimal() and len(group) < 10 else 0
    return _ask_priority(request, device, group_id=chosen, procedure=procedure[:30])


def _ask_priority(
    request: HttpRequest, device: HallDevice, *, group_id: int, procedure: str = "", sealed: str = ""
) -> HttpResponse:
    group = next((g for g in groups_of(device.hall) if g.id == group_id), None)
    if group is None:
        raise Refused([Problem("floor.group_missing", "group")])
    sealed = sealed or _sealed(request)
    rules = grounds_of(law_book().regime_on(local_day(system_now())))
    age = _age(unseal(sealed, seconds=_SEALED_SECONDS).get("card"))
    context = {
        "device": device,
        "group": group,
        "procedure": procedure,
        "sealed": sealed,
        "rules": rules,
        "is_elderly": any(r.ground is Ground.ELDERLY and r.age_from is not None and age >= r.age_from for r in rules),
        "key": uuid.uuid4(),
    }
    return render(request, "portal/hall/kiosk_priority.html", context)


def _take(request: HttpRequest, device: HallDevice) -> HttpResponse:
    group = request.POST.get("group", "")
    wanted = TicketRequest(
        key=_key(request),
        group_id=int(group) if group.isdecimal() and len(group) < 10 else 0,
        ground=request.POST.get("ground", ""),
        language="en" if get_language() == "en" else "vi",
        procedure_code=request.POST.get("procedure", "")[:30],
        note=unseal(_sealed(request), seconds=_SEALED_SECONDS),
    )
    return _to_ticket(device, take_ticket(device.hall_id, wanted, now=system_now()))


_STEPS = {"search": _search, "scan": _scan, "choose": _choose, "take": _take}


def _to_ticket(device: HallDevice, ticket: Ticket) -> HttpResponse:
    return redirect("portal:kiosk_ticket", token=device.token, ticket_token=ticket.token)


def _sealed(request: HttpRequest) -> str:
    return request.POST.get("sealed", "")[:4000]


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _age(card: dict[str, str] | None) -> int:
    """Return the age by the card, 0 without one; it only decides what is offered."""
    born = parse_day(Card(**card).birth) if card else None
    if born is None:
        return 0
    today: date = local_day(system_now())
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
