"""Answers which citizen looks at a page: kept in the session, apart from the staff's sign-in."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from motcua.services.citizens import Citizen, citizen_of_account
from motcua.ui.access import View

ACCOUNT_KEY = "account"
ACTING_KEY = "acting_for"


class CitizenRequest(HttpRequest):
    """A request whose citizen is known; only pages behind ``citizen_page`` get one."""

    citizen: Citizen


def citizen_of(request: HttpRequest) -> Citizen | None:
    """Return the citizen who is signed in, read once a request; ``None`` for a visitor."""
    if not hasattr(request, "_citizen"):
        account_id = request.session.get(ACCOUNT_KEY)
        request._citizen = citizen_of_account(account_id) if account_id else None  # type: ignore[attr-defined]
    found: Citizen | None = request._citizen  # type: ignore[attr-defined]
    return found


def sign_in_citizen(request: HttpRequest, account_id: int) -> None:
    """Sign the citizen in under a fresh session key; what the visitor had begun is kept."""
    request.session.cycle_key()
    request.session[ACCOUNT_KEY] = account_id
    if hasattr(request, "_citizen"):
        del request._citizen


def sign_out_citizen(request: HttpRequest) -> None:
    """End the citizen's part of the session; what the account had put into it goes, and the key is new."""
    for key in [k for k in request.session.keys() if k in (ACCOUNT_KEY, ACTING_KEY)]:  # noqa: SIM118 - no mapping
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
        request.citizen = citizen  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    page.required_roles = frozenset({"citizen"})  # type: ignore[attr-defined]
    return page
