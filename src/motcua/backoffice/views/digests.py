"""Answers a person's own reminders: today's and the earlier ones, and by which rules they are made."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.services.boards.besides import besides_dossiers
from motcua.services.boards.digests import digests_of, note_read
from motcua.services.boards.rules import READERS
from motcua.services.times import local_day, system_now
from motcua.store.lawfiles import law_book
from motcua.ui.officers import OfficerRequest, officer_page

RULES = ("reminder.officer_before_days", "reminder.head_before_days", "reminder.leader_after_days")


@require_GET
@officer_page(*READERS)
def digests(request: OfficerRequest) -> HttpResponse:
    """The reminders of the person, the newest first; opening the page is having read them."""
    now = system_now()
    found, following = digests_of(request.actor, before=_day(request.GET.get("before", "")))
    note_read(request.actor, now=now)
    regime = law_book().regime_on(local_day(now))
    context = {
        "digests": found,
        "besides": besides_dossiers(request.actor, now=now),
        "more": f"?before={following.isoformat()}" if following else "",
        "now": now,
        "rules": [regime.param(key) for key in RULES],
    }
    return render(request, "backoffice/boards/digests.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
