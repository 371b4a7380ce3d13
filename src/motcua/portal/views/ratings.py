"""Answers how somebody rates: a dossier from its tracking page, a visit at the counter's tablet. Nobody is named."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.services.floor.boards import visit_just_ended
from motcua.services.floor.halls import hall_of_unit
from motcua.services.limits import address_of, is_within_limit
from motcua.services.ratings import counter_of_token, rate_dossier, rate_visit, rateable
from motcua.services.times import system_now
from motcua.store.organisation.models import Counter
from motcua.ui.access import public_page
from motcua.ui.live import allow_live, live_address

PER_ADDRESS, PER_COUNTER, MINUTES = 20, 60, 10


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def rate(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Rate a dossier that has come to its end, once, with the secret of its receipt."""
    now = system_now()
    if not is_within_limit(f"rate:address:{address_of(request)}", PER_ADDRESS, minutes=MINUTES, now=now):
        return render(request, "portal/account/limited.html", status=429)
    dossier = rateable(code=code[:60], secret=secret[:40])
    if dossier is None:
        return render(request, "portal/ratings/thanks.html", {"is_over": True}, status=404)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            rate_dossier(dossier, score=_score(request), text=request.POST.get("remark", ""), now=now)
        except Refused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("Thank you. Your answer names nobody."))
            return redirect("portal:tracked", code=code, secret=secret)
    context = {"code": dossier.code, "secret": secret, "problems": problems, "post": request.POST}
    return render(request, "portal/ratings/dossier.html", context, status=422 if problems else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def tablet(request: HttpRequest, token: str) -> HttpResponse:
    """The tablet beside a counter: five faces, then thanks, then the faces again for the next person.

    Who comes from a called ticket brings its number as ``visit``; without one each opening of the page is a visit.
    """
    counter = counter_of_token(token[:60])
    if counter is None:
        raise Http404
    now = system_now()
    if request.method == "GET":
        if request.GET.get("thanks") == "1":
            return render(request, "portal/ratings/thanks.html", {"is_over": False, "token": token})
        return allow_live(request, _tablet(request, token, _asked_visit(request, counter), ()))
    if not is_within_limit(f"rate:counter:{counter.id}", PER_COUNTER, minutes=MINUTES, now=now):
        return render(request, "portal/account/limited.html", status=429)
    visit = _visit(request.POST.get("visit", ""))
    try:
        rate_visit(
            visit=f"ticket:{visit}", counter_id=counter.id, score=_score(request),
            text=request.POST.get("remark", ""), now=now,
        )  # fmt: skip
    except Refused as refusal:
        return _tablet(request, token, visit, refusal.problems)
    response = redirect("portal:tablet", token=token)
    response["Location"] += "?thanks=1"
    return response


def _tablet(request: HttpRequest, token: str, visit: UUID, problems: tuple[Problem, ...]) -> HttpResponse:
    counter = counter_of_token(token[:60])
    hall = hall_of_unit(counter.unit_id) if counter is not None else None
    context = {
        "token": token,
        "visit": visit,
        "problems": problems,
        "post": request.POST,
        "counter": counter,
        "live": live_address(request, hall.stream) if hall is not None else "",
    }
    return render(request, "portal/ratings/tablet.html", context, status=422 if problems else 200)


def _asked_visit(request: HttpRequest, counter: Counter) -> UUID:
    """Return the visit that the address names, else the one that has just ended at the counter, else a new one."""
    named = request.GET.get("visit", "")
    return _visit(named) if named else visit_just_ended(counter.id, now=system_now()) or uuid.uuid4()


def _visit(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid.uuid4()


def _score(request: HttpRequest) -> int:
    text = request.POST.get("score", "")
    return int(text) if text in ("1", "2", "3", "4", "5") else 0
