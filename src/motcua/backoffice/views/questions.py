"""Answers the questions that other offices ask of the officer's unit, and the page on which one is answered."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.services.dossiers.consultations import answer_question, question_for, questions_to
from motcua.services.times import system_now
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page

answering_page = officer_page(Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER)


@require_GET
@answering_page
def questions(request: OfficerRequest) -> HttpResponse:
    """What other offices ask of this unit, what is owed first at the top."""
    after = request.GET.get("after", "")
    rows = questions_to(request.actor.unit_id, after=int(after) if after.isdecimal() and len(after) < 15 else 0)
    return render(request, "backoffice/desk/questions.html", {"rows": rows, "now": system_now()})


@require_http_methods(["GET", "POST"])
@answering_page
def question(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One question; the office asked answers, the one that asks reads."""
    row, problems = question_for(public_id, request.actor), tuple[Problem, ...]()
    if request.method == "POST":
        try:
            done = answer_question(
                consultation_id=public_id, answer=request.POST.get("answer", ""), actor=request.actor,
                now=system_now(),
            )  # fmt: skip
            messages.success(request, _("Answered: %(code)s") % {"code": done.code})
            return redirect("questions")
        except Refused as refusal:
            problems = tuple(refusal.problems)
    context = {"row": row, "problems": problems, "post": request.POST, "now": system_now()}
    return render(request, "backoffice/desk/question.html", context, status=422 if problems else 200)
