"""Answers the page on which a citizen lets others act, answers who asks, and sees their organisations."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from motcua.core.kernel import Problem, Refused
from motcua.services.mandates import (
    MandateEntry,
    add_clerk,
    answer_mandate,
    answer_membership,
    end_mandate,
    end_membership,
    give_mandate,
    mandates_of,
    organisations_of,
)
from motcua.services.times import local_day, system_now
from motcua.ui.citizens import CitizenRequest, citizen_page, identified_page


@never_cache
@require_http_methods(["GET", "POST"])
@identified_page
def mandates(request: CitizenRequest) -> HttpResponse:
    """All mandates and organisations of the citizen, and the form that gives a mandate."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        entry = MandateEntry(*(request.POST.get(name, "")[:130] for name in ("contact", "scope", "code", "until")))
        try:
            give_mandate(entry, citizen=request.citizen, now=system_now())
        except Refused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("The mandate is offered; it binds once the other person accepts it."))
            return redirect("portal:my_mandates")
    return _page(request, problems)


@require_POST
@identified_page
def clerk(request: CitizenRequest, organisation_id: UUID) -> HttpResponse:
    """The representative asks somebody to act for the organisation."""
    if all(o.public_id != organisation_id for o in organisations_of(request.citizen)):
        raise Http404
    try:
        add_clerk(
            organisation_id, contact=request.POST.get("clerk", "")[:130], citizen=request.citizen, now=system_now()
        )
    except Refused as refusal:
        return _page(request, refusal.problems)
    messages.success(request, _("The person is asked and has to accept."))
    return redirect("portal:my_mandates")


@require_POST
@citizen_page
def answer(request: CitizenRequest, public_id: UUID) -> HttpResponse:
    """Accept, decline, revoke or lay down: a mandate or a part in an organisation."""
    act, citizen, now = request.POST.get("act", ""), request.citizen, system_now()
    acts = {
        "accept": lambda: answer_mandate(public_id, is_accepted=True, citizen=citizen, now=now),
        "decline": lambda: answer_mandate(public_id, is_accepted=False, citizen=citizen, now=now),
        "end": lambda: end_mandate(public_id, citizen=citizen, now=now),
        "join": lambda: answer_membership(public_id, is_accepted=True, citizen=citizen, now=now),
        "stay_out": lambda: answer_membership(public_id, is_accepted=False, citizen=citizen, now=now),
        "leave": lambda: end_membership(public_id, citizen=citizen, now=now),
    }
    if act not in acts or not acts[act]():
        raise Http404
    messages.success(request, _("Done."))
    return redirect("portal:my_mandates")


def _page(request: CitizenRequest, problems: tuple[Problem, ...]) -> HttpResponse:
    given, held = mandates_of(request.citizen, on=local_day(system_now()))
    context = {
        "given": given,
        "held": held,
        "organisations": organisations_of(request.citizen),
        "problems": problems,
        "post": request.POST,
    }
    return render(request, "portal/my/mandates.html", context, status=422 if problems else 200)
