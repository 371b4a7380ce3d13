"""Answers the channels: what Zalo says became of a notice, and in a demo what the simulated channels took."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from motcua.core.forms.contacts import masked
from motcua.services.notices.kept import kept_messages
from motcua.services.notices.sending import hear_news
from motcua.services.ports import telling_courier
from motcua.services.times import system_now
from motcua.ui.access import public_page

_SHOWN, _BODY_MAX = 40, 10_000


@csrf_exempt
@require_POST
@public_page
def zalo_news(request: HttpRequest) -> HttpResponse:
    """A signed call-back. 404 for a message that is not known yet: the service comes again."""
    courier = telling_courier("zalo")
    if courier is None:
        raise Http404
    if len(request.body) > _BODY_MAX:
        return HttpResponse(status=413)
    news = courier.read_news(request.body, signature=request.headers.get("X-ZEvent-Signature", ""))
    if news is None:
        return HttpResponse(status=403)
    is_known = hear_news(
        channel="zalo",
        provider_number=news.provider_number,
        is_delivered=news.state == "delivered",
        at=system_now(),
    )
    return HttpResponse(status=200 if is_known else 404)


@never_cache
@require_GET
@public_page
def simulated(request: HttpRequest) -> HttpResponse:
    """What the simulated channels of a demo took, newest first; there is no such page where people are real."""
    if not settings.IS_DEMO:
        raise Http404
    lines = [(m, masked(m.to)) for m in kept_messages()[:_SHOWN]]
    return render(request, "portal/account/simulated.html", {"lines": lines})
