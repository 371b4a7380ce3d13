"""Answers the case officer's list and the head's view of his unit."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from motcua.core.kernel import Problem, Refused
from motcua.services.dossier_pages import steps_of_rows
from motcua.services.dossiers.consultations import questions_to
from motcua.services.dossiers.steps import Wanted, complete_many
from motcua.services.times import local_day, system_now
from motcua.store.dossiers.selectors import escalated_before, load_of_unit, tasks_of_unit
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import staff_of_unit
from motcua.ui.officers import OfficerRequest, officer_page

ANSWERING = (Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER)
_BOX = re.compile(r"^([0-9a-f-]{36}):(\d{1,4}):(\d{1,3}):(\d{1,5})$")
_NO_REASON = "step.reason_missing"
_AFTER = re.compile(r"^(infinity|\d{4}-\d\d-\d\dT[0-9:.+]+)_\d{1,18}$")


@require_GET
@officer_page(
    Role.CASE_OFFICER,
    Role.UNIT_LEADER,
    Role.AGENCY_LEADER,
    Role.COUNTER_OFFICER,
    Role.CENTRE_MANAGER,
    Role.POSTAL_OFFICER,
)
def desk(request: OfficerRequest) -> HttpResponse:
    """My list: my own open steps and the free ones of my unit, in the order of what is due."""
    now = system_now()
    scope = request.GET.get("scope", "mine")
    page = tasks_of_unit(
        request.actor.unit_id,
        after=_after(request),
        mine=request.actor.staff_id if scope != "unit" else None,
        roles=_roles_of(request) if scope != "unit" else (),
    )
    context = {
        "page": page,
        "steps": steps_of_rows(page.rows),
        "now": now,
        "scope": scope,
        "roles": _roles_of(request),
        "questions": len(questions_to(request.actor.unit_id)) if request.actor.has(*ANSWERING) else 0,
        "problems": (),
    }
    return render(request, "backoffice/desk/list.html", context)


@require_POST
@officer_page(
    Role.CASE_OFFICER,
    Role.UNIT_LEADER,
    Role.AGENCY_LEADER,
    Role.COUNTER_OFFICER,
    Role.CENTRE_MANAGER,
    Role.POSTAL_OFFICER,
)
def many(request: OfficerRequest) -> HttpResponse:
    """Complete the ticked steps, each for itself: what became of every dossier is listed."""
    ticked = [(text, w) for text in request.POST.getlist("selected") if (w := _wanted(text))]
    wanted = [w for _text, w in ticked]
    outcome, reason = request.POST.get("outcome", ""), request.POST.get("reason", "")
    problems: tuple[Problem, ...] = ()
    found = []
    try:
        found = list(complete_many(wanted, outcome=outcome, reason=reason, actor=request.actor, now=system_now()))
    except Refused as refusal:
        problems = tuple(refusal.problems)
    # Where only the reason was missing, the same dossiers are sent again with it.
    left = [t for (t, _w), f in zip(ticked, found, strict=False) if [p.code for p in f.problems] == [_NO_REASON]]
    context = {"found": found, "left": left, "problems": problems, "outcome": outcome}
    return render(request, "backoffice/desk/many.html", context, status=422 if problems else 200)


@require_GET
@officer_page(Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER)
def lead(request: OfficerRequest) -> HttpResponse:
    """The unit: who has how much, what is late or will be tomorrow, and moving work with two clicks."""
    now = system_now()
    shown = request.GET.get("show", "soon")
    page = tasks_of_unit(
        request.actor.unit_id,
        after=_after(request),
        due_before=now + timedelta(days=1) if shown == "soon" else (now if shown == "late" else None),
        unassigned=shown == "free",
    )
    context = {
        "page": page,
        "steps": steps_of_rows(page.rows),
        "now": now,
        "shown": shown,
        "load": load_of_unit(request.actor.unit_id, now=now),
        "staff": list(staff_of_unit(request.actor.unit_id, on=local_day(now))),
        "escalated": escalated_before(
            unit_id=request.actor.unit_id,
            agency_id=request.actor.agency_id if request.actor.has(Role.AGENCY_LEADER) else None,
        ),
    }
    return render(request, "backoffice/desk/lead.html", context)


def _wanted(text: str) -> Wanted | None:
    """Return the step that a ticked box stands for: dossier, step, instance, version seen."""
    found = _BOX.match(text)
    if not found:
        return None
    return Wanted(uuid.UUID(found[1]), int(found[2]), int(found[4]), int(found[3]))


def _after(request: OfficerRequest) -> str:
    after = request.GET.get("after", "")
    return after if _AFTER.match(after) else ""


def _roles_of(request: OfficerRequest) -> tuple[str, ...]:
    roles = set(request.actor.roles)
    # What a head may do himself is his work too.
    if Role.UNIT_LEADER in roles:
        roles.add(Role.CASE_OFFICER)
    if Role.AGENCY_LEADER in roles:
        roles.add(Role.UNIT_LEADER)
    if roles & {Role.CENTRE_MANAGER, Role.POSTAL_OFFICER}:
        roles.add(Role.COUNTER_OFFICER)
    return tuple(sorted(roles))
