"""Answers what is owed today, one duty with its reports and re-checks, and the files that lie with it."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.backoffice.entry_reading import entry_of, named
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import answers_for_province
from motcua.services.duties.enclosures import enclosure_for
from motcua.services.duties.people import READERS
from motcua.services.duties.reading import Key, duty_page, owed_page
from motcua.services.duties.reminding import reminder_of
from motcua.services.duties.writing import ActEntry, act_on_duty
from motcua.services.times import local_day, system_now
from motcua.ui.files import attachment
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of

readers_page = officer_page(*READERS)


@require_GET
@readers_page
def owed(request: OfficerRequest) -> HttpResponse:
    """What the actor's agency owes, or what whoever supervises has to look at again and waits for."""
    on = local_day(system_now())
    page = owed_page(request.actor, after=_key(request.GET.get("after", "")), on=on)
    context = {
        "page": page,
        "answers_for_province": answers_for_province(request.actor),
        "reminder": reminder_of(request.actor.staff_id, on=on),
        "more": f"?after={page.following[0]}_{page.following[1]}" if page.following else "",
    }
    return render(request, "backoffice/duties/owed.html", context)


def _key(text: str) -> Key | None:
    """Return the key of a page, ``day_id``; ``None``, which is the first page, where the text is none."""
    day, _sep, public_id = text.partition("_")
    try:
        return date.fromisoformat(day), uuid.UUID(public_id)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@readers_page
def duty(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    page = duty_page(public_id, request.actor, now=system_now())
    if request.method == "POST":
        try:
            act_on_duty(
                public_id,
                entry_of(ActEntry, request),
                uploads=request.FILES.getlist("files"),
                actor=request.actor,
                now=system_now(),
            )
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            messages.success(request, _("Noted."))
            return redirect("duty", public_id=public_id)
    context = {"page": page, "problems": problems, "post": request.POST, "key": key_of(request)}
    return render(request, "backoffice/duties/duty.html", context, status=422 if problems else 200)


@require_GET
@readers_page
def enclosure(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A file, as an attachment that the browser must not interpret."""
    found, path = enclosure_for(public_id, request.actor)
    return attachment(path, name=found.name, media_type=found.media_type)
