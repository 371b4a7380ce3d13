"""Answers the page of numbers set aside for work on paper, and their sheet to print."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.numbers import agencies_of, block_for, blocks_of_unit, close_block, codes_of, reserve_block
from motcua.services.times import local_day, system_now
from motcua.store.organisation.models import Unit
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page

_COUNT = 20
numbers_page = officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)


@require_http_methods(["GET", "POST"])
@numbers_page
def numbers(request: OfficerRequest) -> HttpResponse:
    """The unit's blocks with what is used of them, and the form to set more aside."""
    now, problems = system_now(), tuple[Problem, ...]()
    if request.method == "POST" and request.POST.get("act") == "close":
        close_block(block_id=_int(request, "block"), actor=request.actor, now=now)
        messages.success(request, _("The block is closed; its unused numbers stay unused."))
        return redirect("numbers")
    if request.method == "POST":
        try:
            block = reserve_block(
                agency_id=_int(request, "agency"),
                on=parse_day(request.POST.get("on", "")),
                count=_int(request, "count"),
                actor=request.actor,
                now=now,
            )
            messages.success(request, _("The numbers are set aside; print their sheet and keep it at the counter."))
            return redirect("number_block", block_id=block.id)
        except Refused as refusal:
            problems = refusal.problems
    context = {
        "blocks": blocks_of_unit(request.actor.unit_id),
        "agencies": list(agencies_of(request.actor, on=local_day(now)).items()),
        "problems": problems,
        "post": request.POST,
        "today": local_day(now),
        "count": _COUNT,
    }
    return render(request, "backoffice/counter/numbers.html", context, status=422 if problems else 200)


@require_GET
@numbers_page
def number_block(request: OfficerRequest, block_id: int) -> HttpResponse:
    """The paper register of one block: a code a line, the rest to be written by hand."""
    block = block_for(block_id, request.actor)
    context = {"block": block, "codes": codes_of(block), "unit": Unit.objects.get(id=block.unit_id)}
    return render(request, "backoffice/counter/number_block.html", context)


def _int(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 0
