"""Answers the address that a carrier of parcels calls back."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from motcua.services.limits import address_of, is_within_limit
from motcua.services.money_ports import carrier
from motcua.services.postal.parcels import RAW_MAX, take_news
from motcua.services.times import system_now
from motcua.ui.access import public_page

_CALLS, _CALL_MINUTES = 3_000, 10


@csrf_exempt
@never_cache
@require_POST
@public_page
def carrier_call(request: HttpRequest, name: str) -> HttpResponse:
    """News of a parcel; it is answered only once it is written."""
    wired = carrier()
    if wired is None or wired.name != name:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    key = f"carrier:{address_of(request)}"
    if not is_within_limit(key, _CALLS, minutes=_CALL_MINUTES, now=system_now()):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    if len(request.body) > RAW_MAX:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    verdict = take_news(request.body.decode("utf-8", "replace"), now=system_now())
    status = HTTPStatus.FORBIDDEN if verdict == "forged" else HTTPStatus.OK
    return HttpResponse(json.dumps({"verdict": verdict}), content_type="application/json", status=status)
