"""Answers the citizen pages that need no account: search, a procedure's page, tracking, statements."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.catalogue import ProcedureContent, with_online
from motcua.core.catalogue.linked_data import cpsv_ap, schema_org
from motcua.services.applications.drafts import is_online
from motcua.services.catalogue import current_procedure, search_procedures
from motcua.services.centres import one_stop_units
from motcua.services.life_events import event_names, event_page
from motcua.services.limits import address_of, is_within_limit
from motcua.services.offline.receipts import check_receipt
from motcua.services.ratings import rateable
from motcua.services.times import system_now
from motcua.services.tracking import track
from motcua.services.usual_delay import usual_delay_of
from motcua.ui.access import public_page

TRACKING_PER_ADDRESS, TRACKING_PER_CODE, TRACKING_MINUTES = 20, 10, 10
_HITS = 20
_CENTRES = 30


@require_GET
@public_page
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"events": event_names(get_language() or "vi")})


@require_GET
@public_page
def life_event(request: HttpRequest, key: str) -> HttpResponse:
    """What may have to be done when a child is born, somebody marries, builds, opens a shop, moves or dies."""
    found = event_page(key, get_language() or "vi")
    if found is None:
        raise Http404
    return render(request, "portal/life_event.html", {"event": found})


@require_GET
@public_page
def procedures(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    hits = search_procedures(text, limit=_HITS) if text else ()
    return render(request, "portal/procedures.html", {"q": text, "hits": hits})


@require_GET
@public_page
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    found, is_taken_online = _shown(code)
    address = request.build_absolute_uri(reverse("portal:procedure", kwargs={"code": found.code}))
    context = {
        "procedure": found,
        "delay": usual_delay_of(found.code),
        "is_online": is_taken_online,
        "linked_data": script_safe(schema_org(found, address=address)),
    }
    return render(request, "portal/procedure.html", context)


@require_GET
@public_page
def procedure_data(request: HttpRequest, code: str) -> HttpResponse:
    """The procedure as CPSV-AP linked data, for catalogues of public services."""
    found, _is_taken_online = _shown(code)
    address = request.build_absolute_uri(reverse("portal:procedure", kwargs={"code": found.code}))
    text = json.dumps(cpsv_ap(found, address=address), ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/ld+json; charset=utf-8")


def _shown(code: str) -> tuple[ProcedureContent, bool]:
    """Return the procedure with all its ways, and whether an office here takes it online."""
    found = current_procedure(code)
    if found is None:
        raise Http404
    is_taken_online = is_online(found.code, now=system_now())
    return (with_online(found) if is_taken_online else found), is_taken_online


def script_safe(data: dict[str, Any]) -> str:
    """Return JSON that can stand inside a script element, whatever the texts hold."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def track_form(request: HttpRequest) -> HttpResponse:
    """Code and secret typed from the receipt."""
    if request.method == "GET":
        return render(request, "portal/track.html", {"code": "", "is_wrong": False, "is_limited": False})
    return _tracked(request, request.POST.get("code", ""), request.POST.get("secret", ""))


@never_cache
@require_GET
@public_page
def tracked(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Where the receipt's QR leads."""
    return _tracked(request, code, secret)


def _tracked(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    code, secret, now = (
        code.strip()[:60].upper(),
        secret.strip().replace("-", "").replace(" ", "")[:40],
        system_now(),
    )
    # Both limits are asked whatever the first says: the answer must not tell which one was reached.
    allowed = [
        is_within_limit(
            f"track:address:{address_of(request)}", TRACKING_PER_ADDRESS, minutes=TRACKING_MINUTES, now=now
        ),
        is_within_limit(f"track:code:{code}", TRACKING_PER_CODE, minutes=TRACKING_MINUTES, now=now),
    ]
    if not all(allowed):
        context = {"code": code, "is_wrong": False, "is_limited": True}
        return render(request, "portal/track.html", context, status=429)
    progress = track(code=code, secret=secret)
    if progress is None:
        context = {"code": code, "is_wrong": True, "is_limited": False}
        return render(request, "portal/track.html", context, status=404)
    context = {
        "progress": progress,
        "secret": secret,
        "can_rate": rateable(code=progress.code, secret=secret) is not None,
    }
    return render(request, "portal/tracked.html", context)


@never_cache
@require_GET
@public_page
def receipt_check(request: HttpRequest, token: str) -> HttpResponse:
    """Where the QR of a receipt leads that a counter gave without the network."""
    key = f"receipt:{address_of(request)}"
    allowed = is_within_limit(key, TRACKING_PER_ADDRESS, minutes=TRACKING_MINUTES, now=system_now())
    checked = check_receipt(token[:400]) if allowed else None
    status = 429 if not allowed else 200 if checked else 404
    return render(request, "portal/receipt_check.html", {"checked": checked}, status=status)


@require_GET
@public_page
def centres(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    found = one_stop_units(text, limit=_CENTRES + 1)
    context = {"q": text, "centres": found[:_CENTRES], "is_cut": len(found) > _CENTRES}
    return render(request, "portal/centres.html", context)


@require_GET
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_GET
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")
