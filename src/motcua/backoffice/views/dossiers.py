"""Answers a dossier's page and every act on it, and the list of dossiers of a unit or an agency."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.backoffice.filters import DossierFilters
from motcua.core.forms import PartyEntry, parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.dossier_pages import dossier_page, receipt_page, scope_of, slip_page
from motcua.services.dossiers.clock_acts import (
    PauseEntry,
    StopEntry,
    ask_opinion,
    extend_due,
    pause_clock,
    record_answer,
    resume_clock,
    stop_at_request,
    withdraw,
)
from motcua.services.dossiers.corrections import approve_correction, decline_correction, propose_correction
from motcua.services.dossiers.documents import document_for
from motcua.services.dossiers.returns import return_result
from motcua.services.dossiers.steps import assign_step, complete_step, take_step
from motcua.services.dossiers.supplements import ask_supplement, propose_supplement, supply_supplement
from motcua.services.times import end_of, local_day, parse_instant, system_now
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
        return _show(request, public_id, problems=[_in_form(wanted, p) for p in refusal.problems])
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
    text = request.GET.get("known_on", "").strip()
    known_on = parse_day(text) if text else None
    known_at = end_of(known_on) if known_on else None
    context = dossier_page(public_id, request.actor, now=system_now(), known_at=known_at)
    context |= {"problems": problems, "post": request.POST, "known_text": text, "known_on": known_on}
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


def _pause(request: OfficerRequest, public_id: uuid.UUID) -> str:
    entry = PauseEntry(*(_text(request, "pause", name) for name in ("cause", "act", "article", "reason")))
    return pause_clock(**_common(request, public_id), entry=entry).code


def _resume(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return resume_clock(**_common(request, public_id), reason=_text(request, "resume", "reason")).code


def _extend(request: OfficerRequest, public_id: uuid.UUID) -> str:
    done, _slip = extend_due(
        **_common(request, public_id),
        new_due_at=_instant(request, "extend", "new_due_at"),
        reason=_text(request, "extend", "reason"),
    )
    return done.code


def _stop(request: OfficerRequest, public_id: uuid.UUID) -> str:
    entry = StopEntry(
        reason=_text(request, "stop", "reason"),
        channel=_text(request, "stop", "channel"),
        returned=_text(request, "stop", "returned").splitlines(),
        refund=_text(request, "stop", "refund"),
    )
    done, _slip = stop_at_request(**_common(request, public_id), entry=entry)
    return done.code


def _withdraw(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return withdraw(**_common(request, public_id), reason=_text(request, "withdraw", "reason")).code


def _consult(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return ask_opinion(
        **_common(request, public_id),
        of=_text(request, "consult", "of"),
        question=_text(request, "consult", "question"),
    ).code


def _answer(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return record_answer(
        **_common(request, public_id),
        key=_text(request, "answer", "key"),
        answer=_text(request, "answer", "answer"),
    ).code


def _correct(request: OfficerRequest, public_id: uuid.UUID) -> str:
    is_void = _text(request, "correct", "how") == "void"
    return propose_correction(
        **_common(request, public_id),
        of=_int(request, "correct.of"),
        at=None if is_void else _instant(request, "correct", "at"),
        is_void=is_void,
        reason=_text(request, "correct", "reason"),
    ).code


def _approve(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return approve_correction(**_common(request, public_id)).code


def _decline(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return decline_correction(**_common(request, public_id), reason=_text(request, "decline", "reason")).code


# Their fields carry the act's name before the dot, for a page shows several of these forms at once.
_CLOCK_ACTS = {
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "stop": _stop,
    "withdraw": _withdraw,
    "consult": _consult,
    "answer": _answer,
    "correct": _correct,
    "approve": _approve,
    "decline": _decline,
}
_ACTS = {
    **_CLOCK_ACTS,
    "complete": _complete,
    "take": _take,
    "assign": _assign,
    "propose": _propose,
    "ask": _ask,
    "supply": _supply,
    "return": _return,
}


def _in_form(act: str, problem: Problem) -> Problem:
    """Return the problem with the name of its field in the form of the act."""
    return replace(problem, field=f"{act}.{problem.field}") if act in _CLOCK_ACTS and problem.field else problem


def _text(request: OfficerRequest, act: str, name: str) -> str:
    return request.POST.get(f"{act}.{name}", "")


def _instant(request: OfficerRequest, act: str, name: str) -> datetime | None:
    return parse_instant(_text(request, act, name), _text(request, act, f"{name}_hour"))


def _int(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
