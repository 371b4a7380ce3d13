"""Answers an agency's calendar month by month, and takes in the decisions that change it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.calendars import (
    ChangeEntry,
    change_calendar,
    changes_of,
    fresh_calendar,
    may_change_calendar,
    month_of,
    revoke_change,
)
from motcua.services.clock_upkeep import apply_calendar_changes
from motcua.services.times import local_day, system_now
from motcua.store.organisation.models import Agency
from motcua.ui.officers import OfficerRequest, officer_page

# More dossiers than this are derived anew by the job worker, within a minute or so.
_AT_ONCE_MAX = 2000


@require_http_methods(["GET", "POST"])
@officer_page()
def agency_calendar(request: OfficerRequest, agency_id: int) -> HttpResponse:
    """Everybody may look; the head of the agency and administrators enter decisions."""
    agency = Agency.objects.select_related("parent").filter(id=agency_id).first()
    if agency is None:
        raise Http404
    problems = tuple[Problem, ...]()
    if request.method == "POST":
        try:
            _change(request, agency_id)
            return redirect("agency_calendar", agency_id=agency_id)
        except Refused as refusal:
            problems = refusal.problems
    today = local_day(system_now())
    first = _month(request.GET.get("month", "")) or today.replace(day=1)
    calendar = fresh_calendar(agency_id)
    spec = calendar.spec
    if not spec.known_from <= first <= spec.known_until:
        first = today.replace(day=1)
    context = {
        "agency": agency,
        "month": month_of(calendar, first),
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=32)).replace(day=1),
        "today": today,
        "changes": changes_of(agency_id),
        "may_change": may_change_calendar(request.actor, agency),
        "problems": problems,
        "post": request.POST,
        "wanted_weekdays": request.POST.getlist("weekdays") or ["1", "2", "3", "4", "5"],
        "known_until": spec.known_until,
    }
    return render(request, "backoffice/organisation/calendar.html", context, status=422 if problems else 200)


def _change(request: OfficerRequest, agency_id: int) -> None:
    now, post = system_now(), request.POST
    if post.get("act") == "revoke":
        number = post.get("change", "")
        revoke_change(change_id=int(number) if number.isdecimal() else 0, actor=request.actor, now=now)
        messages.success(request, _("The decision is revoked; it stays on record."))
    else:
        first = parse_day(post.get("from_on", ""))
        entry = ChangeEntry(
            kind=post.get("kind", ""),
            from_on=first,
            to_on=parse_day(post.get("to_on", "")) if post.get("to_on", "").strip() else first,
            weekdays=tuple(int(n) for n in post.getlist("weekdays") if n.isdecimal() and len(n) == 1),
            hours=post.get("hours", ""),
            reason=post.get("reason", ""),
            decision_no=post.get("decision_no", ""),
            decided_on=parse_day(post.get("decided_on", "")),
            covers_below=post.get("covers_below") == "1",
        )
        change_calendar(agency_id=agency_id, entry=entry, actor=request.actor, now=now)
        messages.success(request, _("The decision is entered; due dates are worked out anew."))
    apply_calendar_changes(now=now, most=_AT_ONCE_MAX)


def _month(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if not found or not 1 <= int(found[2]) <= 12:
        return None
    return date(int(found[1]), int(found[2]), 1)
