"""Answers a dossier's page and every act on it, and the list of dossiers of a unit or an agency."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.backoffice.filters import DossierFilters
from motcua.backoffice.views.dossier_acts import ACTS, NAMED_ACTS
from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.applications.messages import message_context
from motcua.services.dossier_pages import dossier_page, receipt_page, scope_of, slip_page
from motcua.services.dossiers.documents import document_for
from motcua.services.my_data import note_reading
from motcua.services.notices.reading import notices_of_dossier
from motcua.services.times import end_of, system_now
from motcua.store.dossiers.selectors import dossiers_of
from motcua.store.organisation.roles import Role
from motcua.ui.files import attachment
from motcua.ui.officers import OfficerRequest, officer_page

reader_page = officer_page(
    Role.COUNTER_OFFICER,
    Role.CASE_OFFICER,
    Role.UNIT_LEADER,
    Role.AGENCY_LEADER,
    Role.CENTRE_MANAGER,
    Role.POSTAL_OFFICER,
    Role.PROVINCE_LEADER,
)


@require_GET
@reader_page
def dossiers(request: OfficerRequest) -> HttpResponse:
    """The unit's or agency's dossiers; the filters live in the address."""
    now = system_now()
    filters = DossierFilters.from_query(request.GET)
    page = dossiers_of(scope_of(request.actor), **filters.as_arguments(now), after=filters.after)
    context = {"page": page, "filters": filters, "now": now}
    return render(request, "backoffice/dossiers/list.html", context)


@require_GET
@reader_page
def dossier(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return show_dossier(request, public_id)


@require_POST
@reader_page
def act(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One act on the dossier; the form states the version that its page had shown."""
    wanted = request.POST.get("act", "")
    try:
        done = ACTS[wanted](request, public_id)
    except KeyError:
        return show_dossier(request, public_id)
    except Refused as refusal:
        return show_dossier(request, public_id, problems=[_in_form(wanted, p) for p in refusal.problems])
    messages.success(request, _("Done: %(code)s") % {"code": done})
    following = request.POST.get("next", "")
    return (
        redirect(following) if following in ("desk", "lead", "counter") else redirect("dossier", public_id=public_id)
    )


@require_GET
@officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
def receipt(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the officer sees after receiving: code, due instant, print."""
    return render(request, "backoffice/counter/receipt.html", receipt_page(public_id, request.actor))


@require_GET
@officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
def slip(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return render(request, "backoffice/counter/slip.html", slip_page(public_id, request.actor))


@require_GET
@reader_page
def document(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A scan, as an attachment that the browser must not interpret."""
    found, path = document_for(public_id, request.actor)
    return attachment(path, name=found.name, media_type=found.media_type)


def show_dossier(request: OfficerRequest, public_id: uuid.UUID, problems: Any = ()) -> HttpResponse:
    text = request.GET.get("known_on", "").strip()
    known_on = parse_day(text) if text else None
    known_at = end_of(known_on) if known_on else None
    context = dossier_page(public_id, request.actor, now=system_now(), known_at=known_at)
    context |= message_context(public_id, request.actor)
    actor, dossier_id = request.actor, context["loaded"].id
    note_reading(dossier_id=dossier_id, staff_id=actor.staff_id, unit_id=actor.unit_id, now=system_now())
    context |= {"problems": problems, "post": request.POST, "known_text": text, "known_on": known_on}
    context["notices"] = notices_of_dossier(dossier_id, language=get_language() or "vi")
    return render(request, "backoffice/dossiers/dossier.html", context, status=422 if problems else 200)


def _in_form(act: str, problem: Problem) -> Problem:
    """Return the problem with the name of its field in the form of the act."""
    return replace(problem, field=f"{act}.{problem.field}") if act in NAMED_ACTS and problem.field else problem
