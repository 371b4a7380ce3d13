"""Answers patterns of handling as questions: what was computed, what was asked, what the office says to it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.backoffice.views.scores import asked_days
from motcua.core.kernel import Problem, Refused
from motcua.services.integrity.questions import READERS, ask, question_page, questions, say
from motcua.services.integrity.signals import READERS as INSPECTORS
from motcua.services.integrity.signals import evidence_of, rules_on, signal_of, signal_report
from motcua.services.times import local_day, system_now
from motcua.ui.integrity_words import INTEGRITY_WORDS, chance_text
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of


@require_GET
@officer_page(*READERS)
def integrity(request: OfficerRequest) -> HttpResponse:
    """The questions asked, and for whoever inspects the patterns of the days that are asked for."""
    asked = asked_days(request)
    problems: tuple[Problem, ...] = asked.problems
    report = None
    if not problems and request.actor.has(*INSPECTORS):
        try:
            report = signal_report(from_on=asked.from_on, to_on=asked.to_on, actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = tuple(refusal.problems)
    lines, after = questions(request.actor, after=request.GET.get("after", ""))
    context = {
        "asked": asked,
        "report": report,
        "problems": problems,
        "questions": lines,
        "more": f"?{asked.query}&after={after}" if after else "",
        "may_inspect": request.actor.has(*INSPECTORS),
        **_words(),
    }
    return render(request, "backoffice/integrity/list.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@officer_page(*INSPECTORS)
def integrity_signal(request: OfficerRequest, digest: str) -> HttpResponse:
    """One pattern with how it was computed and the dossiers that show it; a POST asks about it."""
    asked, now = asked_days(request), system_now()
    days = {"from_on": asked.from_on, "to_on": asked.to_on}
    problems = list[Problem](asked.problems)
    if request.method == "POST":
        try:
            text = request.POST.get("text", "")
            row = ask(digest, text=text, key=key_of(request), actor=request.actor, now=now, **days)
        except Refused as refusal:
            problems += refusal.problems
        else:
            messages.success(request, _("The question is asked; the head of the office sees it."))
            return redirect("integrity_question", public_id=row.public_id)
    line = signal_of(digest, actor=request.actor, now=now, **days)
    context = {
        "asked": asked,
        "line": line,
        "numbers": line.signal,
        "chance": chance_text(line.signal.chance),
        "evidence": evidence_of(line.signal.evidence, request.actor),
        "problems": problems,
        "key": uuid.uuid4(),
        "text": request.POST.get("text", ""),
        **_words(),
    }
    return render(request, "backoffice/integrity/signal.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def integrity_question(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A question with its computation as it stood, what was said, and what may be said."""
    problems = list[Problem]()
    if request.method == "POST":
        try:
            text, act = request.POST.get("text", ""), request.POST.get("act", "")
            say(public_id, act, text, key=key_of(request), actor=request.actor, now=system_now())
        except Refused as refusal:
            problems += refusal.problems
        else:
            messages.success(request, _("Written down."))
            return redirect("integrity_question", public_id=public_id)
    page = question_page(public_id, request.actor)
    context = {
        "page": page,
        "numbers": page.line.question.computed,
        "chance": chance_text(page.chance),
        "problems": problems,
        "key": uuid.uuid4(),
        "text": request.POST.get("text", ""),
        **_words(),
    }
    return render(request, "backoffice/integrity/question.html", context, status=422 if problems else 200)


def _words() -> dict[str, Any]:
    return {"integrity": INTEGRITY_WORDS, "rules": rules_on(local_day(system_now()))}
