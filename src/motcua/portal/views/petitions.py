"""Answers the pages of petitions for citizens: sending one with or without an account, following it, published answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.core.forms.contacts import Contact
from motcua.core.kernel import Problem, Refused
from motcua.core.petitions import PetitionState
from motcua.portal.views.account import may_ask_code
from motcua.services.limits import address_of, is_within_limit
from motcua.services.one_time_codes import asked_code, confirm_code, send_code
from motcua.services.petitions.reading import (
    agencies_to_ask,
    days_on,
    petition_view,
    petitions_of_citizen,
    published,
    published_one,
)
from motcua.services.petitions.sending import (
    PetitionEntry,
    Sent,
    confirm_petition,
    contact_waiting,
    petition_of,
    send_petition,
    supply,
    withdraw,
)
from motcua.services.preferences import preferences_of
from motcua.services.ratings import is_petition_rated, rate_petition
from motcua.services.times import local_day, system_now
from motcua.store.citizens.models import CodePurpose
from motcua.store.voices.models import Petition, PetitionAbout
from motcua.ui.access import public_page
from motcua.ui.citizens import CitizenRequest, citizen_of, citizen_page

PER_ADDRESS, LOOKS, MINUTES = 10, 30, 10
_WAITING = "petition"


@require_GET
@public_page
def answers(request: HttpRequest) -> HttpResponse:
    """Questions and answers that were published, without personal data; searched by words."""
    text = request.GET.get("q", "").strip()[:200]
    rows, mark = published(text, after=request.GET.get("after", "")[:60])
    more = f"{reverse('portal:petitions')}?{urlencode({'q': text, 'after': mark})}" if mark else ""
    return render(request, "portal/petitions/list.html", {"q": text, "rows": rows, "more": more})


@require_GET
@public_page
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = published_one(public_id)
    if found is None:
        raise Http404
    return render(request, "portal/petitions/answer.html", {"answer": found})


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def new(request: HttpRequest) -> HttpResponse:
    """The form. What was typed stays whatever is wrong; files have to be chosen again, which the page says."""
    if request.method == "GET":
        return _form(request, _first(request), ())
    now = system_now()
    if not is_within_limit(f"petition:address:{address_of(request)}", PER_ADDRESS, minutes=60, now=now):
        return render(request, "portal/account/limited.html", status=429)
    entry = _entry(request)
    try:
        sent = send_petition(entry, request.FILES.getlist("files"), citizen=citizen_of(request), now=now)
    except Refused as refusal:
        return _form(request, request.POST, refusal.problems)
    if sent.asked_code is not None:
        request.session[_WAITING] = {"petition": str(sent.public_id), "code": str(sent.asked_code)}
        return redirect("portal:petition_code")
    return _to_status(sent)


def _entry(request: HttpRequest) -> PetitionEntry:
    post = request.POST
    try:
        key = UUID(post.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    agency = post.get("agency", "")
    return PetitionEntry(
        key=key,
        agency_id=int(agency) if agency.isdecimal() and len(agency) < 10 else 0,
        about=post.get("about", ""),
        reference=post.get("reference", "")[:60],
        title=post.get("title", ""),
        text=post.get("text", ""),
        name=post.get("name", ""),
        contact=post.get("contact", "")[:130],
        may_publish=post.get("may_publish") == "1",
        language=get_language() or "vi",
    )


def _first(request: HttpRequest) -> dict[str, str]:
    """Return what the empty form begins with: the account's contact and name, the matter it was opened from."""
    first = {"key": str(uuid.uuid4()), "reference": request.GET.get("about", "")[:60], "may_publish": "1"}
    if citizen := citizen_of(request):
        known = preferences_of(citizen)
        first |= {"contact": known.email or known.phone, "name": known.name}
    return first


def _form(request: HttpRequest, post: Any, problems: tuple[Problem, ...]) -> HttpResponse:
    context = {
        "post": post,
        "problems": problems,
        "agencies": agencies_to_ask(),
        "abouts": PetitionAbout.choices,
        "had_files": bool(request.FILES),
        "days": days_on(local_day(system_now())),
    }
    return render(request, "portal/petitions/new.html", context, status=422 if problems else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def code(request: HttpRequest) -> HttpResponse:
    """The code that shows that the contact is the sender's; the petition is sent with it."""
    now, waiting = system_now(), request.session.get(_WAITING) or {}
    contact = contact_waiting(UUID(waiting["petition"])) if waiting else None
    if contact is None:
        return redirect("portal:petition_new")
    if request.method == "GET":
        return _code_page(request, waiting, (), now=now)
    if request.POST.get("act") == "again":
        return _code_again(request, waiting, contact, now=now)
    try:
        confirmed = confirm_code(UUID(waiting["code"]), text=request.POST.get("code", "")[:20], now=now)
    except Refused as refusal:
        return _code_page(request, waiting, refusal.problems, now=now)
    sent = None
    if confirmed.purpose == CodePurpose.PETITION:
        sent = confirm_petition(UUID(waiting["petition"]), contact=confirmed.contact.value, now=now)
    request.session.pop(_WAITING, None)
    if sent is None:
        return redirect("portal:petition_new")
    return _to_status(sent)


def _code_page(
    request: HttpRequest, waiting: Mapping[str, str], problems: Sequence[Problem], *, now: datetime
) -> HttpResponse:
    context = {
        "asked": asked_code(UUID(waiting["code"]), now=now),
        "problems": problems,
        "text": request.POST.get("code", "")[:20],
    }
    return render(request, "portal/petitions/code.html", context, status=422 if problems else 200)


def _code_again(request: HttpRequest, waiting: Mapping[str, str], contact: Contact, *, now: datetime) -> HttpResponse:
    """Send another code to the petition's contact; what was written waits a day for it."""
    if not may_ask_code(request, contact, now=now):
        return _code_page(request, waiting, [Problem("code.many", "code")], now=now)
    try:
        asked = send_code(contact, purpose=CodePurpose.PETITION, language=get_language() or "vi", now=now)
    except Refused as refusal:
        return _code_page(request, waiting, refusal.problems, now=now)
    request.session[_WAITING] = {**waiting, "code": str(asked.public_id)}
    return redirect("portal:petition_code")


def _to_status(sent: Sent) -> HttpResponse:
    return redirect("portal:petition_status", code=sent.code, secret=sent.secret)


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def look_up(request: HttpRequest) -> HttpResponse:
    """Code and secret typed."""
    if request.method == "GET":
        return render(request, "portal/petitions/look_up.html", {"code": "", "is_wrong": False})
    found = _found(request, request.POST.get("code", ""), request.POST.get("secret", ""))
    if isinstance(found, HttpResponse):
        return found
    return redirect("portal:petition_status", code=found.code, secret=request.POST["secret"].strip().upper())


@never_cache
@require_GET
@public_page
def status(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Where the petition stands, for who holds its secret."""
    found = _found(request, code, secret)
    return found if isinstance(found, HttpResponse) else _status(request, found, secret)


def _status(
    request: HttpRequest, petition: Petition, secret: str, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    view = petition_view(petition)
    context = {
        "view": view,
        "secret": secret,
        "problems": problems,
        "post": request.POST,
        "now": system_now(),
        "is_rated": is_petition_rated(petition),
        "may_supply": view.life.state is PetitionState.WAITING,
        "may_withdraw": view.life.state < PetitionState.ANSWERED,
    }
    return render(request, "portal/petitions/status.html", context, status=422 if problems else 200)


@require_POST
@public_page
def act(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Add what was asked for, withdraw, or rate the answer."""
    found = _found(request, code, secret)
    if isinstance(found, HttpResponse):
        return found
    wanted, now = request.POST.get("act", ""), system_now()
    try:
        if wanted == "supply":
            supply(found, text=request.POST.get("text", ""), uploads=request.FILES.getlist("files"), now=now)
            messages.success(request, _("What you added is with the office."))
        elif wanted == "withdraw":
            withdraw(found, now=now)
            messages.success(request, _("The petition is withdrawn."))
        elif wanted == "rate":
            score = request.POST.get("score", "")
            rate_petition(
                found, score=int(score) if score in "12345" and score else 0,
                text=request.POST.get("remark", ""), now=now,
            )  # fmt: skip
            messages.success(request, _("Thank you. Your answer names nobody."))
    except Refused as refusal:
        found.refresh_from_db()
        return _status(request, found, secret, refusal.problems)
    return redirect("portal:petition_status", code=code, secret=secret)


def _found(request: HttpRequest, code: str, secret: str) -> Petition | HttpResponse:
    """Return the petition, or the page that says that code and secret do not belong together."""
    now, clean = system_now(), code.strip().upper()[:60]
    allowed = [
        is_within_limit(f"petition-look:address:{address_of(request)}", LOOKS, minutes=MINUTES, now=now),
        is_within_limit(f"petition-look:code:{clean}", LOOKS, minutes=MINUTES, now=now),
    ]
    if not all(allowed):
        return render(request, "portal/account/limited.html", status=429)
    found = petition_of(code=clean, secret=secret[:40])
    if found is None:
        context = {"code": clean, "is_wrong": True}
        return render(request, "portal/petitions/look_up.html", context, status=404)
    return found


@never_cache
@require_GET
@citizen_page
def mine(request: CitizenRequest) -> HttpResponse:
    return render(request, "portal/petitions/mine.html", {"rows": petitions_of_citizen(request.citizen)})
