"""Answers the pages of the post: the officer's own on a phone, and the records of hand-over on the centre's screen."""

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
from motcua.core.kernel import Refused
from motcua.services.catalogue import search_procedures
from motcua.services.fees import asked_of, exemptions_of, quote_for
from motcua.services.intake_pages import (
    common_offerings,
    draft_for,
    intake_page,
    new_draft,
    offerings_for_codes,
    save_draft,
)
from motcua.services.money_ports import carrier
from motcua.services.postal.handing import Found, Outgoing, hand_over_bag, offer_results, take_bag, take_results
from motcua.services.postal.pages import postal_page, record_page, records_page
from motcua.services.postal.slips import POST, SlipEntry, give_back, slip_for_post, take_slip
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.store.post.models import HandOver, PostSlip
from motcua.ui.officers import OfficerRequest, officer_page

post_page = officer_page(Role.POSTAL_OFFICER)
both_page = officer_page(Role.POSTAL_OFFICER, Role.COUNTER_OFFICER, Role.CENTRE_MANAGER)
centre_page = officer_page(Role.COUNTER_OFFICER, Role.CENTRE_MANAGER)
_FOUND_MAX = 8


@require_http_methods(["GET", "POST"])
@post_page
def postal(request: OfficerRequest) -> HttpResponse:
    """What the postal officer has in hand; the ticked dossiers become a record of hand-over."""
    now, problems = system_now(), tuple[Any, ...]()
    if request.method == "POST":
        chosen = [uuid.UUID(v) for v in request.POST.getlist("slip") if _is_uuid(v)]
        try:
            bag = hand_over_bag(slip_ids=chosen, actor=request.actor, now=now)
            messages.success(request, _("You have signed the record; the centre signs when it has checked the bag."))
            return redirect("hand_over", public_id=bag.public_id)
        except Refused as refusal:
            problems = refusal.problems
    context = {**postal_page(request.actor, now=now), "problems": problems}
    return render(request, "backoffice/postal/post.html", context, status=422 if problems else 200)


@require_GET
@post_page
def postal_find(request: OfficerRequest) -> HttpResponse:
    """The published list: a few letters find the procedure."""
    text = request.GET.get("q", "").strip()
    now = system_now()
    if text:
        codes = [h.code for h in search_procedures(text, limit=40)]
        offerings = offerings_for_codes(codes, actor=request.actor, now=now, limit=_FOUND_MAX)
    else:
        offerings = common_offerings(request.actor, now=now, limit=_FOUND_MAX)
    return render(request, "backoffice/postal/find.html", {"q": text, "offerings": offerings})


@require_POST
@post_page
def postal_start(request: OfficerRequest) -> HttpResponse:
    text = request.POST.get("offering", "")
    offering_id = int(text) if text.isdecimal() and len(text) < 19 else 0
    draft = new_draft(offering_id=offering_id, actor=request.actor, now=system_now())
    return redirect("postal_intake", key=draft.key)


@require_http_methods(["GET", "POST"])
@post_page
def postal_intake(request: OfficerRequest, key: uuid.UUID) -> HttpResponse:
    """One dossier at the post: card, papers, fee, signature of the sender, slip."""
    draft = draft_for(key, request.actor)
    if draft.closed_at is not None:
        made = PostSlip.objects.filter(key=key).values_list("public_id", flat=True).first()
        return redirect("post_slip", public_id=made) if made else redirect("postal")
    if request.method == "GET":
        return _intake(request, draft, IntakeForm.from_saved(_without_address(draft.data)), draft.data)
    form = IntakeForm.from_post(request.POST)
    saved = {**form.saved(), "return_address": request.POST.get("return_address", "")[:2000]}
    card = parse_card(form.card) if request.POST.get("act") == "card" else None
    if isinstance(card, Card):
        form = form.with_card(card)
        saved = {**saved, **form.saved()}
    save_draft(draft, saved, now=system_now())
    if card is not None:
        return _intake(request, draft, form, saved, problems=() if isinstance(card, Card) else card)
    if request.POST.get("act") != "slip":
        return _intake(request, draft, form, saved)
    try:
        slip = take_slip(_entry(request, draft, form), actor=request.actor, now=system_now())
    except Refused as refusal:
        return _intake(request, draft, form, saved, problems=refusal.problems)
    return redirect("post_slip", public_id=slip.public_id)


@require_http_methods(["GET", "POST"])
@both_page
def post_slip(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One slip: where its dossier is, and the paper to print."""
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            give_back(public_id=public_id, actor=request.actor, now=system_now())
            messages.success(request, _("Written down: the dossier went back to its sender."))
            return redirect("post_slip", public_id=public_id)
        except Refused as refusal:
            problems = refusal.problems
    slip = slip_for_post(public_id, request.actor)
    context = {"slip": slip, "problems": problems, "is_post": request.actor.has(Role.POSTAL_OFFICER)}
    return render(request, "backoffice/postal/slip.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@both_page
def hand_overs(request: OfficerRequest) -> HttpResponse:
    """The centre's records: to be signed, signed, and results to be given to the post."""
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            bag = offer_results(outgoing=_outgoing(request), actor=request.actor, now=system_now())
            messages.success(
                request, _("The record is signed by you; the postal officer signs when he takes the bag.")
            )
            return redirect("hand_over", public_id=bag.public_id)
        except Refused as refusal:
            problems = refusal.problems
    context = {
        **records_page(request.actor),
        "problems": problems,
        "post": request.POST,
        "chosen": request.POST.getlist("dossier"),
        "is_centre": request.actor.has(Role.COUNTER_OFFICER, Role.CENTRE_MANAGER),
    }
    return render(request, "backoffice/postal/records.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@both_page
def hand_over(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One record: each item looked at, then signed by the side that takes."""
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        page = record_page(public_id, request.actor)
        try:
            _sign(request, public_id, page)
            messages.success(request, _("The record is signed by both sides."))
            return redirect("hand_over", public_id=public_id)
        except Refused as refusal:
            problems = refusal.problems
    context = {
        **record_page(public_id, request.actor),
        "problems": problems,
        "post": request.POST,
        "has_carrier": carrier() is not None,
    }
    return render(request, "backoffice/postal/record.html", context, status=422 if problems else 200)


def _sign(request: OfficerRequest, public_id: uuid.UUID, page: dict[str, Any]) -> None:
    items, now = page["items"], system_now()
    if page["bag"].direction == HandOver.IN:
        found = {
            i.id: Found(request.POST.get(f"outcome.{i.id}", ""), request.POST.get(f"note.{i.id}", "")) for i in items
        }
        take_bag(public_id=public_id, found=found, actor=request.actor, now=now)
    else:
        trackings = {i.id: request.POST.get(f"tracking.{i.id}", "") for i in items}
        take_results(public_id=public_id, trackings=trackings, actor=request.actor, now=now)


def _outgoing(request: OfficerRequest) -> list[Outgoing]:
    return [
        Outgoing(
            uuid.UUID(v), request.POST.get(f"address.{v}", ""), request.POST.get(f"originals.{v}", "")
        )
        for v in request.POST.getlist("dossier")
        if _is_uuid(v)
    ]  # fmt: skip


def _entry(request: OfficerRequest, draft: Any, form: IntakeForm) -> SlipEntry:
    intake = form.intake(key=draft.key, offering_id=draft.offering_id)
    return SlipEntry(
        key=draft.key,
        offering_id=draft.offering_id,
        sender=intake.applicant,
        counts=intake.counts,
        return_address=request.POST.get("return_address", ""),
        is_signed=request.POST.get("is_signed") == "1",
        fee_answers=intake.fee_answers,
    )


def _intake(
    request: OfficerRequest, draft: Any, form: IntakeForm, saved: dict[str, Any], problems: Any = ()
) -> HttpResponse:
    today = local_day(system_now())
    intake = form.intake(key=draft.key, offering_id=draft.offering_id)
    context = {
        "draft": draft,
        "form": form,
        "page": intake_page(draft.offering_id),
        "problems": problems,
        "return_address": saved.get("return_address", ""),
        "fee": quote_for(draft.offering_id, on=today, channel=POST, answers=intake.fee_answers),
        "fee_asked": asked_of(draft.offering_id),
        "exemptions": [(e.key, f"{e.who} (-{e.percent} %)") for e in exemptions_of(draft.offering_id, on=today)],
    }
    return render(request, "backoffice/postal/intake.html", context, status=422 if problems else 200)


def _without_address(data: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k != "return_address"}


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
