"""Answers who may open an application on this device: its account, or whoever has typed its code."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from motcua.services.applications import drafts
from motcua.services.limits import address_of, is_within_limit
from motcua.services.times import system_now
from motcua.store.applications.models import Application
from motcua.ui.citizens import APPLICATIONS_KEY, citizen_of

APPLICATIONS_MAX, CODES_PER_TEN_MINUTES = 50, 20


def open_application(request: HttpRequest, public_id: uuid.UUID) -> Application | None:
    """Return the application for whoever may open it; a right code opens it for the rest of the session.

    Wrong codes are counted; beyond the limit none is looked at.
    """
    code = request.POST.get("code", "") or request.headers.get("X-Code", "")
    held = request.session.get(APPLICATIONS_KEY, [])
    now = system_now()
    if code and not drafts.is_code(public_id, code):
        allowed = [
            is_within_limit(f"apply:address:{address_of(request)}", CODES_PER_TEN_MINUTES, minutes=10, now=now),
            is_within_limit(f"apply:code:{public_id}", CODES_PER_TEN_MINUTES, minutes=10, now=now),
        ]
        code = code if all(allowed) else ""
    found = drafts.application_of(
        public_id, citizen=citizen_of(request), code=code, has_code=str(public_id) in held, now=now
    )
    if found is not None and str(public_id) not in held:
        request.session[APPLICATIONS_KEY] = [*held, str(public_id)][-APPLICATIONS_MAX:]
    return found
