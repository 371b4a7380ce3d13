"""Answers who may open which officer page: signed in, under one post, with a role the page names.

Whether a person may see or change a *record* is asked of the services, never here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from motcua.services.actors import Actor, Denied, actor_of
from motcua.services.times import local_day, system_now
from motcua.store.ledger.models import ParkedForm
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import Holding, holdings_of
from motcua.ui.access import View

POST_KEY = "post"
PARKED_COOKIE = "parked"
STAFF_COOKIE = "who"
_NEVER_PARKED = {"csrfmiddlewaretoken", "password"}


class OfficerRequest(HttpRequest):
    """A request whose actor is known; only pages behind ``officer_page`` get one."""

    actor: Actor
    holdings: tuple[Holding, ...]


def officer_page(*roles: Role) -> Callable[[View], View]:
    """Return a decorator for a page open to posts with one of ``roles``; none named means every post."""

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            holdings = holdings_of(request.user.pk, at=system_now(), on=local_day(system_now()))
            if not holdings:
                return render(request, "backoffice/no_post.html", status=403)
            wanted = request.session.get(POST_KEY)
            holding = next((h for h in holdings if h.post_id == wanted), holdings[0])
            actor = actor_of(staff_id=request.user.pk, name=str(request.user), holding=holding)
            request.actor, request.holdings = actor, holdings  # type: ignore[attr-defined]
            if roles and not actor.has(*roles):
                raise Denied("page of another role")
            return view(request, *args, **kwargs)

        page.required_roles = frozenset(roles)  # type: ignore[attr-defined]
        return page

    return decorate


def parked_form_of(request: HttpRequest) -> dict[str, list[str]] | None:
    """Return what was typed on this page when the session ran out, once, and forget it."""
    token = request.COOKIES.get(PARKED_COOKIE, "")
    try:
        key = uuid.UUID(token)
    except ValueError:
        return None
    parked = ParkedForm.objects.filter(token=key, staff_id=request.user.pk or 0, path=request.path[:200]).first()
    if parked is None:
        return None
    parked.delete()
    data: dict[str, list[str]] = parked.data
    return data


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('login')}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
    if request.method == "POST":
        _park(request, response)
    return response


def _park(request: HttpRequest, response: HttpResponse) -> None:
    """Keep what was typed for the person who had typed it; the cookie holds a random key, not the data."""
    staff_id = signed_staff(request)
    if staff_id is None:
        return
    data = {k: request.POST.getlist(k) for k in request.POST if k not in _NEVER_PARKED}
    token = uuid.uuid4()
    ParkedForm.objects.create(
        token=token, staff_id=staff_id, path=request.path[:200], data=data, made_at=system_now()
    )
    response.set_cookie(
        PARKED_COOKIE,
        str(token),
        max_age=24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    next_url = f"{reverse('login')}?{urlencode({REDIRECT_FIELD_NAME: request.path, 'kept': '1'})}"
    response["Location"] = next_url


def signed_staff(request: HttpRequest) -> int | None:
    """Return who was signed in on this browser last, from a signed cookie that outlives the session."""
    value = request.get_signed_cookie(STAFF_COOKIE, default=None, max_age=7 * 24 * 3600)
    return int(value) if value else None


def remember_staff(request: HttpRequest, response: HttpResponse) -> None:
    if request.user.is_authenticated and request.COOKIES.get(STAFF_COOKIE) is None:
        response.set_signed_cookie(
            STAFF_COOKIE,
            str(request.user.pk),
            max_age=7 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
