"""Answers the public check of a result, and the citizen's own store of results."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.services.limits import address_of, is_within_limit
from motcua.services.results.checking import FILE_MAX, check_file, check_token, state_on
from motcua.services.results.delivering import deliver_online
from motcua.services.results.issuing import check_path
from motcua.services.results.reading import (
    SHARE_DAYS,
    end_share,
    file_of,
    own_result,
    results_of_citizen,
    share_result,
    shared_result,
    shares_of,
)
from motcua.services.times import local_day, system_now
from motcua.store.results.models import Result
from motcua.ui.access import public_page
from motcua.ui.citizens import CitizenRequest, citizen_page
from motcua.ui.files import signed_result

_CHECKS, _CHECK_MINUTES = 120, 10


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def check(request: HttpRequest) -> HttpResponse:
    """A file or the letters under a QR are checked; nothing of the file is kept."""
    if request.method == "GET":
        return render(request, "portal/results/check.html", {"problems": (), "file": None, "token": ""})
    if not _may_check(request):
        return render(request, "portal/results/check.html", _limited(), status=HTTPStatus.TOO_MANY_REQUESTS)
    token = request.POST.get("token", "").strip().replace(" ", "").replace("-", "")[:26]
    upload = request.FILES.get("file")
    if token and upload is None:
        return redirect("portal:check_result", token=token.upper() if token.isalnum() else "x")
    if upload is None or not upload.size or upload.size > FILE_MAX:
        problems = (Problem("check.file", "file", values={"limit": str(FILE_MAX // 2**20)}),)
        context = {"problems": problems, "file": None, "token": token}
        return render(request, "portal/results/check.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    found = check_file(upload.read(), on=local_day(system_now()))
    return render(request, "portal/results/check.html", {"problems": (), "file": found, "token": ""})


@never_cache
@require_GET
@public_page
def check_result(request: HttpRequest, token: str) -> HttpResponse:
    """Where the QR leads: whether the result holds, and nobody's name."""
    if not _may_check(request):
        return render(request, "portal/results/check.html", _limited(), status=HTTPStatus.TOO_MANY_REQUESTS)
    found = check_token(token, on=local_day(system_now()))
    status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
    return render(request, "portal/results/checked.html", {"result": found}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a holder shows somebody for a while: the page, and the file where it is asked for."""
    if not _may_check(request):
        return render(request, "portal/results/check.html", _limited(), status=HTTPStatus.TOO_MANY_REQUESTS)
    result = shared_result(token, now=system_now())
    if result is None:
        return render(request, "portal/results/shared.html", {"result": None}, status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        return signed_result(file_of(result))
    context = {"result": result, "state": state_on(result, local_day(system_now()))}
    return render(request, "portal/results/shared.html", context)


@require_GET
@citizen_page
def my_results(request: CitizenRequest) -> HttpResponse:
    """Everything that was issued to the citizen."""
    today = local_day(system_now())
    rows = [(r, state_on(r, today)) for r in results_of_citizen(request.citizen)]
    return render(request, "portal/results/mine.html", {"results": rows, "citizen": request.citizen})


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_page
def my_result(request: CitizenRequest, public_id: uuid.UUID) -> HttpResponse:
    """One result of the citizen: download, take it electronically, show it to somebody for a while."""
    result, now = own_result(public_id, request.citizen), system_now()
    if result is None:
        raise Http404
    if request.method == "GET":
        return _mine(request, result)
    act = request.POST.get("act", "")
    try:
        if act == "share":
            days = request.POST.get("days", "")
            share = share_result(
                public_id=public_id, days=int(days) if days.isdecimal() and len(days) < 4 else 0,
                citizen=request.citizen, now=now,
            )  # fmt: skip
            return _mine(request, result, made=share.token)
        if act == "end":
            number = request.POST.get("share", "")
            share_id = int(number) if number.isdecimal() and len(number) < 19 else 0
            end_share(share_id=share_id, public_id=public_id, citizen=request.citizen, now=now)
            messages.success(request, _("The link no longer works."))
        elif act == "take" and deliver_online(public_id=public_id, citizen=request.citizen, now=now):
            messages.success(request, _("You have taken the electronic result; the dossier is closed."))
    except Refused as refusal:
        return _mine(request, result, problems=refusal.problems)
    return redirect("portal:my_result", public_id=public_id)


@never_cache
@require_GET
@citizen_page
def my_result_file(request: CitizenRequest, public_id: uuid.UUID) -> HttpResponse:
    """The signed file; of a dossier handed in online, taking it is its hand-over."""
    result = own_result(public_id, request.citizen)
    if result is None:
        raise Http404
    if result.dossier is not None and result.dossier.channel == "ONLINE":
        deliver_online(public_id=public_id, citizen=request.citizen, now=system_now())
    return signed_result(file_of(result))


def _mine(request: CitizenRequest, result: Result, problems: Any = (), made: str = "") -> HttpResponse:
    now = system_now()
    context = {
        "result": result,
        "state": state_on(result, local_day(now)),
        "shares": shares_of(result, now=now),
        "days": [(str(d), _("%(count)s days") % {"count": d}) for d in SHARE_DAYS],
        "made": request.build_absolute_uri(f"/results/shared/{made}") if made else "",
        "check_path": check_path(result.token),
        "may_take": result.dossier is not None and result.dossier.state == 9,
        "problems": problems,
    }
    return render(request, "portal/results/one.html", context, status=422 if problems else 200)


def _may_check(request: HttpRequest) -> bool:
    return is_within_limit(f"check:{address_of(request)}", _CHECKS, minutes=_CHECK_MINUTES, now=system_now())


def _limited() -> dict[str, Any]:
    return {"problems": (), "file": None, "token": "", "is_limited": True}
