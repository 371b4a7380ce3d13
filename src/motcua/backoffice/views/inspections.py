"""Answers inspections on pages: the plan, one inspection from draw to end, and one dossier of its sample."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.backoffice.entry_reading import Act, by_level, done_or_refused, entry_of, named
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Denied, answers_for_province
from motcua.services.duties.people import READERS, SUPERVISION, require_supervising
from motcua.services.inspections.checking import ANSWERS, check_page, note_check
from motcua.services.inspections.concluding import FindingEntry, add_finding, close_inspection, conclude
from motcua.services.inspections.drawing import candidate_list, draw_sample, drawn_again
from motcua.services.inspections.planning import PlanEntry, cancel_inspection, plan_inspections, units_to_inspect
from motcua.services.inspections.reading import inspection_for, inspection_page, inspections_of
from motcua.services.times import system_now
from motcua.store.lawfiles.supervision import supervision_rules
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of


@require_GET
@officer_page(*READERS)
def inspections(request: OfficerRequest) -> HttpResponse:
    rows, after = inspections_of(request.actor, after=request.GET.get("after", "")[:40])
    context = {
        "rows": rows,
        "more": f"?after={after}" if after else "",
        "may_plan": answers_for_province(request.actor),
    }
    return render(request, "backoffice/inspections/list.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*SUPERVISION)
def inspection_new(request: OfficerRequest) -> HttpResponse:
    """A decision, and the units that it has inspected."""
    require_supervising(request.actor)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            plan = plan_inspections(entry_of(PlanEntry, request), actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            found = list(plan.inspections.values_list("public_id", flat=True))
            messages.success(request, _("Planned. The seeds of the draws are public from now on."))
            return redirect("inspection", public_id=found[0]) if len(found) == 1 else redirect("inspections")
    context = {
        "problems": problems,
        "post": request.POST,
        "chosen": request.POST.getlist("units"),
        "groups": by_level((u.agency.level, str(u.id), u.name) for u in units_to_inspect()),
        "key": key_of(request),
    }
    return render(request, "backoffice/inspections/new.html", context, status=422 if problems else 200)


def _draw(request: OfficerRequest, public_id: uuid.UUID) -> str:
    draw_sample(public_id, actor=request.actor, now=system_now())
    return _("The sample is drawn and frozen.")


def _find(request: OfficerRequest, public_id: uuid.UUID) -> str:
    add_finding(public_id, entry_of(FindingEntry, request), actor=request.actor, now=system_now())
    return _("The finding is noted.")


def _conclude(request: OfficerRequest, public_id: uuid.UUID) -> str:
    conclude(public_id, conclusion=request.POST.get("conclusion", ""), actor=request.actor, now=system_now())
    return _("The record is made; the unit sees it and owes the remedies.")


def _close(request: OfficerRequest, public_id: uuid.UUID) -> str:
    close_inspection(public_id, actor=request.actor, now=system_now())
    return _("The inspection is closed.")


def _cancel(request: OfficerRequest, public_id: uuid.UUID) -> str:
    cancel_inspection(public_id, reason=request.POST.get("reason", ""), actor=request.actor, now=system_now())
    return _("Taken out of the plan.")


_ACTS: dict[str, Act] = {
    "draw": _draw,
    "find": _find,
    "conclude": _conclude,
    "close": _close,
    "cancel": _cancel,
}


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def inspection(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One inspection with what may be done with it now."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        done = done_or_refused(request, public_id, _ACTS, page="inspection")
        if isinstance(done, HttpResponse):
            return done
        problems = done
    page = inspection_page(public_id, request.actor, now=system_now())
    context = {
        "page": page,
        "is_same": drawn_again(page.inspection) if page.frozen else False,
        "problems": problems,
        "post": request.POST,
        "key": key_of(request),
    }
    return render(request, "backoffice/inspections/inspection.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def inspection_candidates(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The frozen list, for whoever wants to draw the sample again."""
    page = inspection_page(public_id, request.actor, now=system_now())
    if page.frozen is None:
        raise Denied("not drawn, or not shown yet")
    response = HttpResponse(candidate_list(page.inspection), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="candidates.csv"'
    return response


@require_http_methods(["GET", "POST"])
@officer_page(*SUPERVISION)
def inspection_dossier(request: OfficerRequest, public_id: uuid.UUID, place: int) -> HttpResponse:
    """The times and steps of a drawn dossier beside the questions; saved, the next one that is not looked at opens."""
    inspection_for(public_id, request.actor)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        answers = {
            q.key: (request.POST.get(f"q.{q.key}", ""), request.POST.get(f"q.{q.key}.note", ""))
            for q in supervision_rules().questions
        }
        try:
            note_check(
                public_id,
                place,
                answers,
                note=request.POST.get("note", ""),
                actor=request.actor,
                now=system_now(),
            )
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            following = check_page(public_id, place, request.actor).following
            messages.success(request, _("Noted: dossier %(place)d.") % {"place": place})
            if following is not None:
                return redirect("inspection_dossier", public_id=public_id, place=following)
            return redirect("inspection", public_id=public_id)
    context = {
        "page": check_page(public_id, place, request.actor),
        "answers": ANSWERS,
        "problems": problems,
        "post": request.POST,
        "now": system_now(),
    }
    return render(request, "backoffice/inspections/dossier.html", context, status=422 if problems else 200)
