"""Answers a dossier's page and every act on it, and the list of dossiers of a unit or an agency."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.backoffice.filters import DossierFilters
from motcua.core.forms import PartyEntry
from motcua.core.kernel import Refused
from motcua.services.dossier_pages import dossier_page, receipt_page, scope_of, slip_page
from motcua.services.dossiers.documents import document_for
from motcua.services.dossiers.returns import return_result
from motcua.services.dossiers.steps import assign_step, complete_step, take_step
from motcua.services.dossiers.supplements import ask_supplement, propose_supplement, supply_supplement
from motcua.services.times import local_day, system_now
from motcua.store.dossiers.selectors import dossiers_of
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import staff_of_unit
from motcua.ui.officers import OfficerRequest, officer_page

reader_page = officer_page(
    Role.COUNTER_OFFICER,
    Role.CASE_OFFICER,
    Role.UNIT_LEADER,
    Role.AGENCY_LEADER,
    Role.CENTRE_MANAGER,
    Role.POSTAL_OFFICER,
    Role.PROVINCE_LEADER,
)


@require_GET
@reader_page
def dossiers(request: OfficerRequest) -> HttpResponse:
    """The unit's or agency's dossiers; the filters live in the address."""
    now = system_now()
    filters = DossierFilters.from_query(request.GET)
    page = dossiers_of(scope_of(request.actor), **filters.as_arguments(now), after=filters.after)
    context = {"page": page, "filters": filters, "now": now}
    return render(request, "backoffice/dossiers/list.html", context)


@require_GET
@reader_page
def dossier(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _show(request, public_id)


@require_POST
@reader_page
def act(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One act on the dossier; the form states the version that its page had shown."""
    wanted = request.POST.get("act", "")
    try:
        done = _ACTS[wanted](request, public_id)
    except KeyError:
        return _show(request, public_id)
    except Refused as refusal:
        return _show(request, public_id, problems=refusal.problems)
    messages.success(request, _("Done: %(code)s") % {"code": done})
    following = request.POST.get("next", "")
    return (
        redirect(following) if following in ("desk", "lead", "counter") else redirect("dossier", public_id=public_id)
    )


@require_GET
@officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
def receipt(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the officer sees after receiving: code, due instant, print."""
    return render(request, "backoffice/counter/receipt.html", receipt_page(public_id, request.actor))


@require_GET
@officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
def slip(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return render(request, "backoffice/counter/slip.html", slip_page(public_id, request.actor))


@require_GET
@reader_page
def document(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A scan, as an attachment that the browser must not interpret."""
    found, path = document_for(public_id, request.actor)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response  # type: ignore[return-value]


def _show(request: OfficerRequest, public_id: uuid.UUID, problems: Any = ()) -> HttpResponse:
    context = dossier_page(public_id, request.actor, now=system_now())
    context |= {"problems": problems, "post": request.POST}
    return render(request, "backoffice/dossiers/dossier.html", context, status=422 if problems else 200)


def _common(request: OfficerRequest, public_id: uuid.UUID) -> dict[str, Any]:
    return {
        "public_id": public_id,
        "seen_version": _int(request, "version"),
        "actor": request.actor,
        "now": system_now(),
    }


def _complete(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return complete_step(
        **_common(request, public_id),
        step=_int(request, "step"),
        outcome=request.POST.get("outcome", ""),
        reason=request.POST.get("reason", ""),
    ).code


def _take(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return take_step(**_common(request, public_id), step=_int(request, "step")).code


def _assign(request: OfficerRequest, public_id: uuid.UUID) -> str:
    to = _int(request, "to_staff_id")
    staff = staff_of_unit(request.actor.unit_id, on=local_day(system_now()))
    return assign_step(
        **_common(request, public_id),
        step=_int(request, "step"),
        to_staff_id=to,
        is_in_unit=staff.filter(id=to).exists(),
    ).code


def _propose(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return propose_supplement(
        **_common(request, public_id),
        step=_int(request, "step"),
        items=request.POST.get("items", "").splitlines(),
        reason=request.POST.get("reason", ""),
    ).code


def _ask(request: OfficerRequest, public_id: uuid.UUID) -> str:
    done, _slip = ask_supplement(
        **_common(request, public_id),
        items=request.POST.get("items", "").splitlines(),
        reason=request.POST.get("reason", ""),
    )
    return done.code


def _supply(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return supply_supplement(**_common(request, public_id)).code


def _return(request: OfficerRequest, public_id: uuid.UUID) -> str:
    collector = PartyEntry(
        kind="PERSON",
        name=request.POST.get("collector.name", ""),
        id_number=request.POST.get("collector.id_number", ""),
        phone=request.POST.get("collector.phone", ""),
    )
    return return_result(
        **_common(request, public_id),
        collector=collector,
        authorisation=request.POST.get("authorisation", ""),
    ).code


_ACTS = {
    "complete": _complete,
    "take": _take,
    "assign": _assign,
    "propose": _propose,
    "ask": _ask,
    "supply": _supply,
    "return": _return,
}


def _int(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
