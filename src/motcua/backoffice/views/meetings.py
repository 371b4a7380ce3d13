"""Answers the head's quarterly meetings with their conclusions, and the monthly notices to the unit."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.premises import meetings as meeting_services
from motcua.services.premises import notices
from motcua.services.staffing.places import MEMBERS
from motcua.services.times import local_day, system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of, number_of, rows_of

manager_page = officer_page(Role.CENTRE_MANAGER)
_FIELDS = ("text", "who", "due")
_ROWS, _MORE = 4, 4


@require_GET
@manager_page
def meetings(request: OfficerRequest) -> HttpResponse:
    """The meetings, the newest first, and until when the next is owed."""
    found = meeting_services.meeting_list(request.actor, after=request.GET.get("after", ""), now=system_now())
    more = f"?after={found.after}" if found.after else ""
    return render(request, "backoffice/premises/meetings.html", {"found": found, "more": more})


@require_http_methods(["GET", "POST"])
@manager_page
def meeting_new(request: OfficerRequest) -> HttpResponse:
    """Write a meeting down: who came, what was spoken of, what was concluded."""
    problems: tuple[Problem, ...] = ()
    rows = [dict.fromkeys(_FIELDS, "") for _n in range(_ROWS)]
    if request.method == "POST":
        rows = rows_of(request, _FIELDS, limit=meeting_services.LINES_MAX)
        if request.POST.get("act") == "more":
            rows = [*rows, *(dict.fromkeys(_FIELDS, "") for _n in range(_MORE))][: meeting_services.LINES_MAX]
        else:
            entry = meeting_services.MeetingEntry(
                key=key_of(request),
                on=parse_day(request.POST.get("on", "")),
                attendees=request.POST.get("attendees", ""),
                matters=request.POST.get("matters", ""),
                rows=rows,
                due=[parse_day(r["due"]) for r in rows],
            )
            try:
                made = meeting_services.save_meeting(entry, actor=request.actor, now=system_now())
                messages.success(request, _("The meeting is written down."))
                return redirect("meeting", public_id=made.public_id)
            except Refused as refusal:
                problems = refusal.problems
    context = {
        "rows": rows,
        "post": request.POST,
        "problems": problems,
        "key": key_of(request),
        "today": local_day(system_now()),
    }
    return render(request, "backoffice/premises/meeting_new.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@manager_page
def meeting(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """A meeting, to be printed; its conclusions are ticked off as they are done."""
    if request.method == "POST":
        number = number_of(request.POST.get("done", ""))
        meeting_services.conclusion_done(public_id, number=number, actor=request.actor, now=system_now())
        return redirect("meeting", public_id=public_id)
    found, conclusions = meeting_services.meeting_for(public_id, request.actor)
    context = {"meeting": found, "conclusions": conclusions, "today": local_day(system_now())}
    return render(request, "backoffice/premises/meeting.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*MEMBERS)
def month_notices(request: OfficerRequest) -> HttpResponse:
    """The monthly notices; the head writes one from the month's facts."""
    problems: tuple[Problem, ...] = ()
    month_text = request.POST.get("month", "") or request.GET.get("month", "")
    month = notices.month_of(month_text, now=system_now())
    if request.method == "POST":
        try:
            remarks = request.POST.get("remarks", "")
            made = notices.publish_notice(month, remarks=remarks, actor=request.actor, now=system_now())
            messages.success(request, _("The notice is published to the unit."))
            return redirect("month_notice", public_id=made.public_id)
        except Refused as refusal:
            problems = refusal.problems
    page = notices.notice_page(request.actor, now=system_now())
    facts = None
    if month is not None and page.may_write:
        facts = notices.facts_of_month(request.actor, month, now=system_now())
    context = {"page": page, "month": month, "facts": facts, "problems": problems, "post": request.POST}
    return render(request, "backoffice/premises/notices.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*MEMBERS)
def month_notice(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """A notice as published, to be printed."""
    notice = notices.notice_for(public_id, request.actor)
    return render(request, "backoffice/premises/notice.html", {"notice": notice, "facts": notice.facts})
