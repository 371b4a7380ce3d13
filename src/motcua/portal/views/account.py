"""Answers how a citizen signs in and out: by a code sent to e-mail or phone, or by the national identity.

There is no password.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.core.forms.contacts import Contact, parse_contact
from motcua.core.kernel import Problem, Refused
from motcua.services.citizens import account_of_contact
from motcua.services.identity import identify as register
from motcua.services.limits import address_of, is_within_limit
from motcua.services.one_time_codes import asked_code, confirm_code, send_code
from motcua.services.ports import IdentityError, IdentityQuestion, identity_provider
from motcua.services.times import system_now
from motcua.store.citizens.models import CodePurpose
from motcua.ui.access import public_page
from motcua.ui.accounts import safe_address
from motcua.ui.citizens import citizen_of, sign_in_citizen, sign_out_citizen

PER_CONTACT, PER_ADDRESS, MINUTES = 5, 30, 10
_CODE, _NEXT, _QUESTION = "code", "after_sign_in", "identity_question"


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """Type an e-mail address or a phone number; a code is sent to it, whether or not it has an account."""
    following = safe_address(request, request.POST.get("next") or request.GET.get(REDIRECT_FIELD_NAME, ""))
    if request.method == "GET":
        if citizen_of(request) is not None:
            return HttpResponseRedirect(following or reverse("portal:my"))
        return _contact_page(request, following, "", ())
    text, now = request.POST.get("contact", "").strip()[:130], system_now()
    contact = parse_contact(text)
    if contact is None:
        code = "contact.form" if text else "contact.missing"
        return _contact_page(request, following, text, (Problem(code, field="contact", values={"text": text}),))
    if not may_ask_code(request, contact, now=now):
        return render(request, "portal/account/limited.html", status=429)
    try:
        asked = send_code(contact, purpose=CodePurpose.SIGN_IN, language=get_language() or "vi", now=now)
    except Refused as refusal:
        return _contact_page(request, following, text, refusal.problems)
    request.session[_CODE], request.session[_NEXT] = str(asked.public_id), following
    return redirect("portal:sign_in_code")


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Type the code that came."""
    now = system_now()
    number = request.session.get(_CODE)
    asked = asked_code(UUID(number), now=now) if number else None
    if asked is None:
        return redirect("portal:sign_in")
    if request.method == "GET":
        return render(request, "portal/account/code.html", {"asked": asked, "problems": (), "text": ""})
    text = request.POST.get("code", "")[:20]
    if not is_within_limit(f"code-try:address:{address_of(request)}", 60, minutes=MINUTES, now=now):
        return render(request, "portal/account/limited.html", status=429)
    try:
        confirmed = confirm_code(asked.public_id, text=text, now=now)
    except Refused as refusal:
        context = {"asked": asked, "problems": refusal.problems, "text": text}
        return render(request, "portal/account/code.html", context, status=422)
    account_id = account_of_contact(confirmed.contact, language=get_language() or "vi", now=now)
    request.session.pop(_CODE, None)
    following = request.session.pop(_NEXT, "")
    sign_in_citizen(request, account_id)
    return HttpResponseRedirect(safe_address(request, following) or reverse("portal:my"))


@require_POST
@public_page
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave the account; the session gets a new key, so that nothing seen before opens it again."""
    sign_out_citizen(request)
    return redirect("portal:home")


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def identify(request: HttpRequest) -> HttpResponse:
    """Say why the identity must be confirmed, and lead to the national identity when asked to."""
    following = safe_address(request, request.POST.get("next") or request.GET.get(REDIRECT_FIELD_NAME, ""))
    provider = identity_provider()
    context = {"next": following, "is_connected": provider is not None}
    if request.method == "GET" or provider is None:
        return render(request, "portal/account/identify.html", context)
    try:
        question = provider.ask(back_to=_back_to())
    except IdentityError as error:
        return _identity_failed(request, error.reason, following)
    # One question at a time: a second one makes the first one's answer worthless.
    request.session[_QUESTION] = {**asdict(question), "next": following}
    return HttpResponseRedirect(question.address)


@never_cache
@require_GET
@public_page
def identity_back(request: HttpRequest) -> HttpResponse:
    """Where the national identity leads back to; an answer counts once, for the question of this very session."""
    kept, provider = request.session.pop(_QUESTION, None), identity_provider()
    following = safe_address(request, (kept or {}).get("next", ""))
    if kept is None or provider is None:
        return _identity_failed(request, "expired", following)
    question = IdentityQuestion(**{name: kept[name] for name in ("address", "state", "nonce", "verifier")})
    if not hmac.compare_digest(request.GET.get("state", "").encode(), question.state.encode()):
        return _identity_failed(request, "expired", following)
    if request.GET.get("error"):
        reason = "denied" if request.GET["error"] == "access_denied" else "wrong"
        return _identity_failed(request, reason, following)
    own = citizen_of(request)
    try:
        person = provider.read(question, code=request.GET.get("code", "")[:500], back_to=_back_to())
        account_id = register(
            account_id=own.account_id if own else None,
            person=person,
            language=get_language() or "vi",
            now=system_now(),
        )
    except IdentityError as error:
        return _identity_failed(request, error.reason, following)
    except Refused as refusal:
        return _identity_failed(request, "refused", following, refusal.problems)
    sign_in_citizen(request, account_id)
    return HttpResponseRedirect(following or reverse("portal:my"))


def _back_to() -> str:
    return f"{settings.PUBLIC_URL}{reverse('portal:identity_back')}"


def _identity_failed(
    request: HttpRequest, reason: str, following: str, problems: Sequence[Problem] = ()
) -> HttpResponse:
    context = {"reason": reason, "next": following, "problems": problems}
    return render(request, "portal/account/identity_failed.html", context, status=503 if reason == "away" else 422)


def may_ask_code(request: HttpRequest, contact: Contact, *, now: datetime) -> bool:
    """Return whether one more code may be sent, to this contact and from this address. Both are always counted."""
    allowed = [
        is_within_limit(f"code:contact:{contact.value}", PER_CONTACT, minutes=MINUTES, now=now),
        is_within_limit(f"code:address:{address_of(request)}", PER_ADDRESS, minutes=MINUTES, now=now),
    ]
    return all(allowed)


def _contact_page(request: HttpRequest, following: str, text: str, problems: tuple[Problem, ...]) -> HttpResponse:
    has_identity = identity_provider() is not None
    context = {"next": following, "text": text, "problems": problems, "has_identity": has_identity}
    return render(request, "portal/account/sign_in.html", context, status=422 if problems else 200)
