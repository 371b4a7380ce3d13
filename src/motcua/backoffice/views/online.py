"""Answers how the one-stop unit handles what came in online: the list by the answer owed, each application, messages."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.core.kernel import Problem, Refused
from motcua.services.applications import answering
from motcua.services.applications import messages as talk
from motcua.services.applications.files import file_for, other_files, papers_of
from motcua.services.applications.first_answer import first_answer_rule, measured
from motcua.services.times import system_now
from motcua.store.applications.models import ApplicationState
from motcua.store.organisation.roles import Role
from motcua.ui.files import picture_or_attachment
from motcua.ui.officers import OfficerRequest, officer_page

online_page = officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
answering_page = officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)
_SHOWN = (
    ApplicationState.SENT,
    ApplicationState.ASKED,
    ApplicationState.ACCEPTED,
    ApplicationState.REFUSED,
    ApplicationState.WITHDRAWN,
)


@require_GET
@online_page
def online(request: OfficerRequest) -> HttpResponse:
    """What waits for its first answer, the one owed first at the top; and what applicants wrote."""
    wanted = request.GET.get("state", "")
    state = wanted if wanted in _SHOWN else ApplicationState.SENT
    now, actor = system_now(), request.actor
    page = answering.applications_of(actor, state=state, after=request.GET.get("after", ""))
    context = {
        "page": page,
        "state": str(state),
        "states": [str(s) for s in _SHOWN],
        "measured": measured(unit_id=actor.unit_id, agency_id=actor.agency_id, now=now),
        "rule": first_answer_rule(now),
        "written": talk.open_messages(actor) if not request.GET.get("after") else [],
        "now": now,
    }
    return render(request, "backoffice/online/list.html", context)


@require_http_methods(["GET", "POST"])
@online_page
def application(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One application: answers and papers side by side, a verdict for each paper, and three ways to answer."""
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            return _answer(request, public_id)
        except Refused as refusal:
            problems = list(refusal.problems)
    found = answering.application_for(public_id, request.actor)
    verdicts = _verdicts(request) if request.method == "POST" else answering.read_verdicts(found.verdicts)
    context = {
        "application": found,
        "running_name": found.offering.procedure_version.name,
        "answers": answering.answers_of(found),
        "papers": papers_of(found, answering.typed_of(found)),
        "other_files": other_files(found),
        "verdicts": verdicts,
        "problems": problems,
        "post": request.POST,
        "is_duplicate": any(p.code == "intake.duplicate" for p in problems),
        "may_answer": found.state == ApplicationState.SENT
        and request.actor.has(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER),
        "rule": first_answer_rule(found.sent_at or system_now()),
        "now": system_now(),
    }
    return render(request, "backoffice/online/application.html", context, status=422 if problems else 200)


def _answer(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    act, actor, now, verdicts = request.POST.get("act", ""), request.actor, system_now(), _verdicts(request)
    if act == "accept":
        is_accepted = request.POST.get("is_duplicate_accepted") == "1"
        receipt = answering.accept(
            public_id=public_id, verdicts=verdicts, is_duplicate_accepted=is_accepted, actor=actor, now=now
        )
        messages.success(request, _("Done: %(code)s") % {"code": receipt.code})
        return redirect("receipt", public_id=receipt.public_id)
    if act == "ask":
        items = [line.strip()[:500] for line in request.POST.get("items", "").splitlines() if line.strip()]
        slip = answering.ask(
            public_id=public_id,
            items=items,
            reason=request.POST.get("reason", ""),
            verdicts=verdicts,
            actor=actor,
            now=now,
        )
        return redirect("slip", public_id=slip.public_id)
    if act == "refuse":
        slip = answering.refuse(public_id=public_id, reason=request.POST.get("reason", ""), actor=actor, now=now)
        return redirect("slip", public_id=slip.public_id)
    answering.save_verdicts(public_id=public_id, verdicts=verdicts, actor=actor)
    return redirect("online_application", public_id=public_id)


@require_GET
@online_page
def online_file(request: OfficerRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """A file of an application. Pictures are shown in their place, all else leaves as an attachment."""
    found, path = file_for(answering.application_for(public_id, request.actor), file_id)
    return picture_or_attachment(path, name=found.name, media_type=found.media_type)


@require_POST
@answering_page
def message(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A message to the applicant inside the dossier, or: what he wrote is dealt with."""
    try:
        if request.POST.get("act") == "settle":
            talk.settle(public_id, actor=request.actor, now=system_now())
        else:
            talk.write_as_unit(
                public_id,
                text=request.POST.get("message.text", ""),
                key=_uuid(request.POST.get("key", "")),
                actor=request.actor,
                now=system_now(),
            )
            messages.success(request, _("Sent to the applicant."))
    except Refused as refusal:
        from motcua.backoffice.views.dossiers import show_dossier

        return show_dossier(request, public_id, problems=[_in_message(p) for p in refusal.problems])
    return redirect("dossier", public_id=public_id)


def _in_message(problem: Problem) -> Problem:
    return Problem(problem.code, "message.text", problem.ref, problem.values)


def _verdicts(request: OfficerRequest) -> dict[str, answering.Verdict]:
    names = [k.removeprefix("verdict.") for k in request.POST if k.startswith("verdict.")]
    return {
        name[:40]: answering.Verdict(
            request.POST.get(f"verdict.{name}", ""), request.POST.get(f"note.{name}", "")[: answering.NOTE_MAX]
        )
        for name in names
    }


def _uuid(text: str) -> Any:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
