"""Answers which citizen looks at a page: kept in the session, apart from the staff's sign-in."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from motcua.services.citizens import Citizen, citizen_of_account
from motcua.services.mandates import Acting, acting_choices, acting_for
from motcua.services.times import local_day, system_now
from motcua.ui.access import View

ACCOUNT_KEY = "account"
ACTING_KEY = "acting_for"
APPLICATIONS_KEY = "applications"
"""Which applications were opened with their code on this device, for the rest of the session."""


class CitizenRequest(HttpRequest):
    """A request whose citizen is known; only pages behind ``citizen_page`` get one."""

    citizen: Citizen
    acting: Acting | None


def citizen_of(request: HttpRequest) -> Citizen | None:
    """Return the citizen who is signed in, read once a request; ``None`` for a visitor."""
    if not hasattr(request, "_citizen"):
        account_id = request.session.get(ACCOUNT_KEY)
        request._citizen = citizen_of_account(account_id) if account_id else None  # type: ignore[attr-defined]
    found: Citizen | None = request._citizen  # type: ignore[attr-defined]
    return found


def acting_of(request: HttpRequest) -> Acting | None:
    """Return for whom the signed-in citizen acts, as chosen in the header; ``None`` for himself.

    Asked anew at each request: a mandate that was revoked a moment ago binds no longer.
    """
    citizen, key = citizen_of(request), request.session.get(ACTING_KEY)
    if citizen is None or not key:
        return None
    if not hasattr(request, "_acting"):
        request._acting = acting_for(citizen, key=UUID(key), on=local_day(system_now()))  # type: ignore[attr-defined]
    found: Acting | None = request._acting  # type: ignore[attr-defined]
    return found


def choose_acting(request: HttpRequest, key: UUID | None) -> None:
    """Act for somebody else from now on, or for oneself with ``None``. A ground that is not there changes nothing."""
    citizen = citizen_of(request)
    if key is None or citizen is None:
        request.session.pop(ACTING_KEY, None)
    elif acting_for(citizen, key=key, on=local_day(system_now())) is not None:
        request.session[ACTING_KEY] = str(key)


def may_act_for_others(request: HttpRequest) -> bool:
    """Return whether the header has a choice to offer."""
    citizen = citizen_of(request)
    return citizen is not None and bool(acting_choices(citizen, on=local_day(system_now())))


def sign_in_citizen(request: HttpRequest, account_id: int) -> None:
    """Sign the citizen in under a fresh session key; what the visitor had begun is kept."""
    request.session.cycle_key()
    request.session[ACCOUNT_KEY] = account_id
    if hasattr(request, "_citizen"):
        del request._citizen


def sign_out_citizen(request: HttpRequest) -> None:
    """End the citizen's part of the session; what the account had put into it goes, and the key is new."""
    for key in [k for k in request.session.keys() if k in (ACCOUNT_KEY, ACTING_KEY, APPLICATIONS_KEY)]:  # noqa: SIM118 - no mapping
        del request.session[key]
    request.session.cycle_key()
    if hasattr(request, "_citizen"):
        del request._citizen


def citizen_page(view: View) -> View:
    """Mark a page as open to signed-in citizens, each to their own records; others are sent to sign in first."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        citizen = citizen_of(request)
        if citizen is None:
            query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('portal:sign_in')}?{query}")
        request.citizen, request.acting = citizen, acting_of(request)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    page.required_roles = frozenset({"citizen"})  # type: ignore[attr-defined]
    return page


def identified_page(view: View) -> View:
    """Mark a page as open to citizens whose identity is confirmed; others are led through that, then back here."""

    @citizen_page
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        citizen = citizen_of(request)
        if citizen is None or not citizen.is_identified:
            query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('portal:identify')}?{query}")
        return view(request, *args, **kwargs)

    return page
