"""Answers the officers' pages of results: found by number, holder, kind and day; one with its signatures; revoked."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Refused
from motcua.services.money_ports import signer
from motcua.services.results.checking import state_on
from motcua.services.results.issuing import check_path, revoke_result
from motcua.services.results.reading import READERS, ResultFilter, file_of, result_for, results_for
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff
from motcua.ui.files import signed_result
from motcua.ui.officers import OfficerRequest, officer_page

results_page = officer_page(*READERS)


@require_GET
@results_page
def results(request: OfficerRequest) -> HttpResponse:
    """The results of the unit or agency; the filters live in the address."""
    texts = {
        name: request.GET.get(name, "").strip()[:100] for name in ("number", "holder", "kind", "from_on", "to_on")
    }
    wanted = ResultFilter(
        texts["number"], texts["holder"], texts["kind"], parse_day(texts["from_on"]), parse_day(texts["to_on"])
    )
    page = results_for(request.actor, wanted, after=request.GET.get("after", ""))
    query = request.GET.copy()
    query["after"] = page.after
    context = {
        "page": page,
        "texts": texts,
        "following": f"?{query.urlencode()}" if page.after else "",
        "states": {r.id: state_on(r, local_day(system_now())) for r in page.rows},
    }
    return render(request, "backoffice/results/list.html", context)


@require_http_methods(["GET", "POST"])
@results_page
def result(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One result: what it says, who signed, whether the file is unharmed; the head may revoke it."""
    if request.method == "GET":
        return _show(request, public_id)
    try:
        revoke_result(
            public_id=public_id,
            reason=request.POST.get("reason", ""),
            decision_no=request.POST.get("decision_no", ""),
            actor=request.actor,
            now=system_now(),
        )
    except Refused as refusal:
        return _show(request, public_id, problems=refusal.problems)
    messages.success(request, _("The result is revoked; everybody who checks it is told so."))
    return redirect("result", public_id=public_id)


@require_GET
@results_page
def result_file(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The signed file, as it was issued."""
    return signed_result(file_of(result_for(public_id, request.actor)))


def _show(request: OfficerRequest, public_id: uuid.UUID, problems: Any = ()) -> HttpResponse:
    found = result_for(public_id, request.actor)
    path = file_of(found)
    context = {
        "result": found,
        "state": state_on(found, local_day(system_now())),
        "signatures": signer().validate(path.read_bytes()) if path.exists() else [],
        "signer": names_of_staff({found.signed_by_id}).get(found.signed_by_id, ""),
        "check_path": check_path(found.token),
        "may_revoke": request.actor.has(Role.AGENCY_LEADER)
        and request.actor.agency_id == found.agency_id
        and found.state == "valid",
        "problems": problems,
        "post": request.POST,
    }
    return render(request, "backoffice/results/result.html", context, status=422 if problems else 200)
