"""Answers directives and urging letters on pages: given, followed by agency, held against figures; written, answered."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.backoffice.entry_reading import by_level, chosen_agencies, entry_of, named
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import answers_for_province
from motcua.services.directives.conferences import agencies_to_call
from motcua.services.directives.figures import FIGURES
from motcua.services.directives.giving import (
    DirectiveEntry,
    conclusion_of,
    directive_page,
    directives_of,
    give_directive,
)
from motcua.services.directives.urging import (
    agencies_to_urge,
    answer_letter,
    items_of,
    letter_page,
    letters_of,
    send_letter,
)
from motcua.services.duties.people import READERS, SUPERVISION, require_supervising
from motcua.services.times import system_now
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.supervision_words import SUPERVISION_WORDS
from motcua.ui.typed import key_of


@require_GET
@officer_page(*READERS)
def directives(request: OfficerRequest) -> HttpResponse:
    rows, after = directives_of(request.actor, after=request.GET.get("after", "")[:40])
    context = {
        "rows": rows,
        "more": f"?after={after}" if after else "",
        "may_give": answers_for_province(request.actor),
    }
    return render(request, "backoffice/directives/list.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*SUPERVISION)
def directive_new(request: OfficerRequest) -> HttpResponse:
    """A directive to one agency or many, of its own or out of a conclusion."""
    require_supervising(request.actor)
    problems: tuple[Problem, ...] = ()
    agencies = agencies_to_call()
    if request.method == "POST":
        try:
            typed = entry_of(DirectiveEntry, request)
            entry = replace(typed, agencies=chosen_agencies(request, agencies))
            made = give_directive(entry, actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            messages.success(request, _("The directive is given; each agency sees it among what it owes."))
            return redirect("directive", public_id=made.public_id)
    conclusion = conclusion_of(request.POST.get("conclusion") or request.GET.get("conclusion", ""), request.actor)
    context = {
        "problems": problems,
        "post": request.POST,
        "chosen": request.POST.getlist("agencies"),
        "figures_chosen": request.POST.getlist("figures"),
        "groups": by_level((a.level, str(a.id), a.name) for a in agencies),
        "levels": request.POST.getlist("levels"),
        "figures": [(key, SUPERVISION_WORDS["moved_figures"][key]) for key in FIGURES],
        "conclusion": conclusion,
        "key": key_of(request),
    }
    return render(request, "backoffice/directives/new.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def directive(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    page = directive_page(public_id, request.actor, now=system_now())
    return render(request, "backoffice/directives/directive.html", {"page": page})


@require_GET
@officer_page(*READERS)
def urging(request: OfficerRequest) -> HttpResponse:
    """Letters sent or got; for whoever supervises also the agencies that owe something past its term."""
    rows, after = letters_of(request.actor, after=request.GET.get("after", "")[:40], now=system_now())
    context = {
        "rows": rows,
        "more": f"?after={after}" if after else "",
        "answers_for_province": answers_for_province(request.actor),
        "to_urge": agencies_to_urge(request.actor, now=system_now()) if answers_for_province(request.actor) else [],
    }
    return render(request, "backoffice/directives/urging.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*SUPERVISION)
def letter_new(request: OfficerRequest, agency_id: int) -> HttpResponse:
    """The letter as it would leave: the list of what is overdue, and words of one's own."""
    require_supervising(request.actor)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            text = request.POST.get("text", "")
            sent = send_letter(agency_id, key=key_of(request), text=text, actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            messages.success(request, _("The letter is sent."))
            return redirect("letter", public_id=sent.public_id)
    named_agency = next((a for a in agencies_to_call() if a.id == agency_id), None)
    context = {
        "agency": named_agency,
        "items": items_of(agency_id, request.actor, now=system_now()),
        "problems": problems,
        "post": request.POST,
        "key": key_of(request),
    }
    return render(request, "backoffice/directives/letter_new.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def letter(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            answer_letter(
                public_id,
                answer=request.POST.get("answer", ""),
                promised_on=request.POST.get("promised_on", ""),
                actor=request.actor,
                now=system_now(),
            )
        except Refused as refusal:
            problems = named(refusal.problems)
        else:
            messages.success(request, _("The answer is sent."))
            return redirect("letter", public_id=public_id)
    page = letter_page(public_id, request.actor, now=system_now())
    context = {"page": page, "problems": problems, "post": request.POST}
    return render(request, "backoffice/directives/letter.html", context, status=422 if problems else 200)
