"""Answers the counter's pages: overview, finding a procedure, intake with its receipt or slip."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.backoffice.intake_form import IntakeForm
from motcua.core.forms import parse_card
from motcua.core.forms.card import Card
from motcua.core.kernel import Problem, Refused
from motcua.services.catalogue import search_procedures
from motcua.services.dossiers.documents import add_scan, remove_scan
from motcua.services.dossiers.intake import fee_of, missing_of, receive_dossier
from motcua.services.dossiers.slips import SlipRequest, give_refusal_slip, give_supplement_slip
from motcua.services.fees import asked_of, exemptions_of
from motcua.services.floor.counter_pages import card_of_visitor
from motcua.services.floor.counter_pages import counter_page as hall_page
from motcua.services.floor.desks import ticket_at_counter
from motcua.services.intake_pages import (
    common_offerings,
    draft_for,
    drafts_of,
    intake_page,
    new_draft,
    offerings_for_codes,
    save_draft,
)
from motcua.services.offerings import component_rules
from motcua.services.receiving_terms import due_when_received
from motcua.services.times import local_day, system_now
from motcua.store.dossiers.selectors import Scope, counts_of_unit, dossiers_of, slips_of_unit
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page, parked_form_of

counter_page = officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)
_FOUND_MAX = 12


@require_GET
@officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
def overview(request: OfficerRequest) -> HttpResponse:
    now, unit_id = system_now(), request.actor.unit_id
    return render(
        request,
        "backoffice/counter/overview.html",
        {
            "counts": counts_of_unit(unit_id, now=now),
            "drafts": drafts_of(request.actor),
            "recent": dossiers_of(Scope(reception_unit_id=unit_id), limit=10).rows,
            "ready": dossiers_of(Scope(reception_unit_id=unit_id), states=[9], limit=10).rows,
            "slips": slips_of_unit(unit_id, limit=5),
            "hall": hall_page(request.actor, now=now),
            "now": now,
        },
    )


@require_GET
@counter_page
def find_procedure(request: OfficerRequest) -> HttpResponse:
    """A few letters, a nickname or a code; Enter on the first hit starts the intake."""
    text = request.GET.get("q", "").strip()
    if text:
        hits = search_procedures(text, limit=60)
        offerings = offerings_for_codes(
            [h.code for h in hits], actor=request.actor, now=system_now(), limit=_FOUND_MAX
        )
    else:
        offerings = common_offerings(request.actor, now=system_now(), limit=_FOUND_MAX)
    context = {"q": text, "offerings": offerings}
    if request.headers.get("HX-Request") == "true":
        return render(request, "backoffice/counter/_offerings.html", context)
    return render(request, "backoffice/counter/find_procedure.html", context)


@require_POST
@counter_page
def start_intake(request: OfficerRequest) -> HttpResponse:
    now = system_now()
    draft = new_draft(offering_id=_number(request.POST.get("offering", "")), actor=request.actor, now=now)
    card = card_of_visitor(request.actor, now=now)
    if card is not None:
        save_draft(draft, IntakeForm().with_card(card).saved(), now=now)
    return redirect("intake", key=draft.key)


@require_http_methods(["GET", "POST"])
@counter_page
def intake(request: OfficerRequest, key: uuid.UUID) -> HttpResponse:
    """The one intake page: card, applicant, papers, fee, and one of three outcomes."""
    draft = draft_for(key, request.actor)
    parked = parked_form_of(request) if request.method == "GET" else None
    form = (
        IntakeForm.from_lists(parked)
        if parked
        else (IntakeForm.from_post(request.POST) if request.method == "POST" else IntakeForm.from_saved(draft.data))
    )
    if draft.closed_at is not None:
        return _after(request, key)
    if request.method == "GET":
        if parked:
            save_draft(draft, form.saved(), now=system_now())
            messages.info(request, _("You were signed out; what you had typed is back."))
        return _show(request, draft, form)
    save_draft(draft, form.saved(), now=system_now())
    act = request.POST.get("act", "save")
    try:
        return _ACTS[act](request, draft, form) if act in _ACTS else _show(request, draft, form)
    except Refused as refusal:
        return _show(request, draft, form, problems=refusal.problems)


def _scan_card(request: OfficerRequest, draft: Any, form: IntakeForm) -> HttpResponse:
    card = parse_card(form.card)
    if not isinstance(card, Card):
        return _show(request, draft, form, problems=card)
    filled = form.with_card(card)
    save_draft(draft, filled.saved(), now=system_now())
    return redirect("intake", key=draft.key)


def _all_papers(request: OfficerRequest, draft: Any, form: IntakeForm) -> HttpResponse:
    """Every paper that is always asked for was handed in, as many as asked; what was counted by hand stays."""
    filled = form.with_all_papers(component_rules(draft.offering_id))
    save_draft(draft, filled.saved(), now=system_now())
    return redirect("intake", key=draft.key)


def _receive(request: OfficerRequest, draft: Any, form: IntakeForm) -> HttpResponse:
    receipt = receive_dossier(
        form.intake(key=draft.key, offering_id=draft.offering_id), actor=request.actor, now=system_now()
    )
    return redirect("receipt", public_id=receipt.public_id)


def _supplement(request: OfficerRequest, draft: Any, form: IntakeForm) -> HttpResponse:
    slip = give_supplement_slip(_slip_request(draft, form), actor=request.actor, now=system_now())
    return redirect("slip", public_id=slip.public_id)


def _refuse(request: OfficerRequest, draft: Any, form: IntakeForm) -> HttpResponse:
    slip = give_refusal_slip(_slip_request(draft, form), actor=request.actor, now=system_now())
    return redirect("slip", public_id=slip.public_id)


def _upload(request: OfficerRequest, draft: Any, form: IntakeForm) -> HttpResponse:
    problems: list[Problem] = []
    for name, uploads in request.FILES.lists():
        for upload in uploads:
            try:
                add_scan(
                    draft_key=draft.key,
                    component=name.removeprefix("scan."),
                    upload=upload,
                    actor=request.actor,
                    now=system_now(),
                )
            except Refused as refusal:
                problems += refusal.problems
    if problems:
        return _show(request, draft, form, problems=problems)
    return redirect("intake", key=draft.key)


def _remove(request: OfficerRequest, draft: Any, form: IntakeForm) -> HttpResponse:
    remove_scan(public_id=uuid.UUID(request.POST.get("document", "")), actor=request.actor)
    return redirect("intake", key=draft.key)


def _discard(request: OfficerRequest, draft: Any, form: IntakeForm) -> HttpResponse:
    draft.delete()
    return redirect("counter")


_ACTS = {
    "card": _scan_card,
    "all_papers": _all_papers,
    "receive": _receive,
    "supplement": _supplement,
    "refuse": _refuse,
    "upload": _upload,
    "remove": _remove,
    "discard": _discard,
}


def _slip_request(draft: Any, form: IntakeForm) -> SlipRequest:
    return SlipRequest(
        intake=form.intake(key=draft.key, offering_id=draft.offering_id), items=form.items, reason=form.reason
    )


def _show(request: OfficerRequest, draft: Any, form: IntakeForm, problems: Any = ()) -> HttpResponse:
    now = system_now()
    page = intake_page(draft.offering_id)
    intake = form.intake(key=draft.key, offering_id=draft.offering_id)
    missing, today = missing_of(intake), local_day(now)
    context = {
        "draft": draft,
        "form": form,
        "page": page,
        "missing": missing,
        "problems": problems,
        "is_duplicate": any(p.code == "intake.duplicate" for p in problems),
        "due_at": due_when_received(running=page.running, at=now),
        "fee": fee_of(intake, on=today),
        "fee_asked": asked_of(draft.offering_id),
        "exemptions": [(e.key, f"{e.who} (-{e.percent} %)") for e in exemptions_of(draft.offering_id, on=today)],
        "documents": list(draft.documents.order_by("id")),
        "ticket": ticket_at_counter(request.actor),
        "now": now,
    }
    return render(request, "backoffice/counter/intake.html", context, status=422 if problems else 200)


def _after(request: OfficerRequest, key: uuid.UUID) -> HttpResponse:
    from motcua.store.dossiers.models import Dossier, Slip

    dossier = Dossier.objects.filter(intake_key=key).values_list("public_id", flat=True).first()
    if dossier:
        return redirect("receipt", public_id=dossier)
    slip = Slip.objects.filter(intake_key=key).order_by("-id").values_list("public_id", flat=True).first()
    return redirect("slip", public_id=slip) if slip else redirect("counter")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
