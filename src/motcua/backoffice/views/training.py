"""Answers training and publicity on pages: courses with lists and certificates, campaigns with what they reached."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from motcua.backoffice.entry_reading import Act, done_or_refused, entry_of, named
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import answers_for_province
from motcua.services.duties.people import READERS, SUPERVISION, require_supervising
from motcua.services.times import local_day, system_now
from motcua.services.training.campaigns import (
    CampaignEntry,
    MaterialEntry,
    ShowingEntry,
    add_material,
    add_showing,
    campaign_page,
    campaigns_of,
    open_campaign,
)
from motcua.services.training.courses import (
    CourseEntry,
    add_people,
    add_session,
    course_page,
    courses_of,
    covers,
    expiring,
    give_certificates,
    note_attendance,
    open_course,
    units_to_train,
)
from motcua.store.training.models import MaterialKind, PublicityChannel
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.supervision_words import SUPERVISION_WORDS
from motcua.ui.typed import key_of, number_of


@require_GET
@officer_page(*READERS)
def courses(request: OfficerRequest) -> HttpResponse:
    """Courses; certificates that end soon; units in which somebody has none that is valid."""
    on = local_day(system_now())
    rows, after = courses_of(request.actor, after=request.GET.get("after", "")[:40])
    soon, days = expiring(request.actor, on=on)
    lacking, further = covers(request.actor, on=on)
    context = {
        "rows": rows,
        "more": f"?after={after}" if after else "",
        "soon": soon,
        "days": days,
        "covers": lacking,
        "further": further,
        "may_open": answers_for_province(request.actor),
    }
    return render(request, "backoffice/training/courses.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*SUPERVISION)
def course_new(request: OfficerRequest) -> HttpResponse:
    require_supervising(request.actor)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            made = open_course(entry_of(CourseEntry, request), actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            messages.success(request, _("The course is entered. Add its sessions."))
            return redirect("course", public_id=made.public_id)
    context = {"problems": problems, "post": request.POST, "key": key_of(request)}
    return render(request, "backoffice/training/course_new.html", context, status=422 if problems else 200)


def _session(request: OfficerRequest, public_id: uuid.UUID) -> str:
    on, place = request.POST.get("on", ""), request.POST.get("place", "")
    add_session(public_id, key=key_of(request), on=on, place=place, actor=request.actor, now=system_now())
    return _("The session is entered.")


def _people(request: OfficerRequest, public_id: uuid.UUID) -> str:
    session, unit = number_of(request.POST.get("session", "")), number_of(request.POST.get("unit", ""))
    count = add_people(public_id, session, unit, actor=request.actor, now=system_now())
    return ngettext("%(n)d person is new on the list.", "%(n)d people are new on the list.", count) % {"n": count}


def _attendance(request: OfficerRequest, public_id: uuid.UUID) -> str:
    there, passed = request.POST.getlist("present"), request.POST.getlist("passed")
    noted = {number_of(i): (i in there, i in passed) for i in request.POST.getlist("lines")}
    session = number_of(request.POST.get("session", ""))
    count = note_attendance(public_id, session, noted, actor=request.actor, now=system_now())
    return ngettext("%(n)d person was there.", "%(n)d people were there.", count) % {"n": count}


def _certify(request: OfficerRequest, public_id: uuid.UUID) -> str:
    session = number_of(request.POST.get("session", ""))
    count = give_certificates(public_id, session, actor=request.actor, now=system_now())
    return ngettext("%(n)d certificate is given.", "%(n)d certificates are given.", count) % {"n": count}


_COURSE_ACTS: dict[str, Act] = {
    "session": _session,
    "people": _people,
    "attendance": _attendance,
    "certify": _certify,
}


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def course(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        done = done_or_refused(request, public_id, _COURSE_ACTS, page="course")
        if isinstance(done, HttpResponse):
            return done
        problems = done
    context = {
        "page": course_page(public_id, request.actor, now=system_now()),
        "units": [(str(u.id), u.name) for u in units_to_train()],
        "problems": problems,
        "post": request.POST,
        "there": request.POST.getlist("present"),
        "passed": request.POST.getlist("passed"),
        "key": key_of(request),
    }
    return render(request, "backoffice/training/course.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def campaigns(request: OfficerRequest) -> HttpResponse:
    rows, after = campaigns_of(request.actor, after=request.GET.get("after", "")[:40])
    context = {
        "rows": rows,
        "more": f"?after={after}" if after else "",
        "may_open": answers_for_province(request.actor),
    }
    return render(request, "backoffice/training/campaigns.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*SUPERVISION)
def campaign_new(request: OfficerRequest) -> HttpResponse:
    require_supervising(request.actor)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            made = open_campaign(entry_of(CampaignEntry, request), actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            messages.success(request, _("The campaign is entered. Add its materials."))
            return redirect("campaign", public_id=made.public_id)
    context = {
        "problems": problems,
        "post": request.POST,
        "chosen": request.POST.getlist("channels"),
        "channels": [(c, SUPERVISION_WORDS["publicity_channels"][c]) for c in PublicityChannel.values],
        "key": key_of(request),
    }
    return render(request, "backoffice/training/campaign_new.html", context, status=422 if problems else 200)


def _material(request: OfficerRequest, public_id: uuid.UUID) -> str:
    uploads = request.FILES.getlist("files")
    add_material(public_id, entry_of(MaterialEntry, request), uploads=uploads, actor=request.actor, now=system_now())
    return _("The material is entered.")


def _showing(request: OfficerRequest, public_id: uuid.UUID) -> str:
    add_showing(public_id, entry_of(ShowingEntry, request), actor=request.actor, now=system_now())
    return _("The count is entered.")


_CAMPAIGN_ACTS: dict[str, Act] = {"material": _material, "showing": _showing}


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def campaign(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        done = done_or_refused(request, public_id, _CAMPAIGN_ACTS, page="campaign")
        if isinstance(done, HttpResponse):
            return done
        problems = done
    page = campaign_page(public_id, request.actor, now=system_now())
    context = {
        "page": page,
        "kinds": [(k, SUPERVISION_WORDS["material_kinds"][k]) for k in MaterialKind.values],
        "materials": [(str(line.material.id), line.material.title) for line in page.materials],
        "problems": problems,
        "post": request.POST,
        "key": key_of(request),
    }
    return render(request, "backoffice/training/campaign.html", context, status=422 if problems else 200)
