"""Answers the points of one-stop units by both schemes, what each is made of, and the bundle that others recompute."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.core.scoring import UNIT_INDICATORS
from motcua.core.statistics import quarter_on
from motcua.services.figures.reporting import year_start
from motcua.services.scores.bundles import bundle_text
from motcua.services.scores.sheets import (
    READERS,
    Scores,
    evidence_of,
    officer_lines,
    posting_checks,
    record_posting,
    scores_of,
    units_seen,
)
from motcua.services.times import local_day, system_now
from motcua.store.lawfiles.scores import INDEX, NINE, readings
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of

score_page = officer_page(*READERS)
_LINES = 100
_OFFICERS = (Role.CENTRE_MANAGER, Role.AGENCY_LEADER)


@dataclass(frozen=True, slots=True)
class Asked:
    """The days a page was asked for, as typed and as read."""

    texts: dict[str, str]
    from_on: date
    to_on: date
    problems: tuple[Problem, ...]

    @property
    def query(self) -> str:
        return urlencode({"from_on": f"{self.from_on:%d/%m/%Y}", "to_on": f"{self.to_on:%d/%m/%Y}"})


@require_GET
@score_page
def scores(request: OfficerRequest) -> HttpResponse:
    """Every unit that the actor sees, a line each."""
    asked = asked_days(request)
    found, problems = _found(request, asked)
    # Too many for one page: each unit's own page still answers.
    units = [] if found or asked.problems else units_seen(request.actor)
    context = {"asked": asked, "scores": found, "units": units, "problems": problems, **_unsure()}
    return render(request, "backoffice/scores/list.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@score_page
def unit_scores(request: OfficerRequest, unit_id: int) -> HttpResponse:
    """One unit: each indicator and component with its figures; its officers for those who lead them."""
    asked = asked_days(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            _record(request, unit_id)
            return redirect(f"{reverse('unit_scores', args=[unit_id])}?{asked.query}")
        except Refused as refusal:
            problems = tuple(refusal.problems)
    found, wrong = _found(request, asked, unit_id)
    problems = (*problems, *wrong)
    unit = found.units[0] if found else None
    context = {
        "asked": asked,
        "scores": found,
        "unit": unit,
        "problems": problems,
        "officers": officer_lines(unit) if unit and request.actor.has(*_OFFICERS) else [],
        "may_check": request.actor.has(Role.PROCEDURE_OFFICER, Role.AGENCY_LEADER),
        "checks": posting_checks(unit_id),
        "key": request.POST.get("key") or str(uuid.uuid4()),
        "post": request.POST,
        **_unsure(),
    }
    return render(request, "backoffice/scores/unit.html", context, status=422 if problems else 200)


@require_GET
@score_page
def score_evidence(request: OfficerRequest, unit_id: int, point: str) -> HttpResponse:
    """The dossiers behind a point, those that cost most first."""
    asked = asked_days(request)
    found, problems = _found(request, asked, unit_id)
    if found is None:
        context: dict[str, Any] = {"asked": asked, "problems": problems, "unit": None, "point": point}
        return render(request, "backoffice/scores/evidence.html", context, status=422)
    items = {i.item.key: i for i in found.units[0].index.items}
    if point not in UNIT_INDICATORS and point not in items:
        raise Http404
    lines, counts = evidence_of(found.units[0], point)
    text = request.GET.get("after", "")
    first = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
    shown = lines[first : first + _LINES]
    more = f"?{asked.query}&after={first + _LINES}" if first + _LINES < len(lines) else ""
    context = {
        "asked": asked,
        "problems": (),
        "unit": found.units[0],
        "point": point,
        "item": items.get(point),
        "mark": next((m for m in found.units[0].nine.marks if m.indicator == point), None),
        "lines": shown,
        "total": len(lines),
        "counts": counts,
        "more": more,
        "may_open": not request.actor.has(Role.PROCEDURE_OFFICER),
    }
    return render(request, "backoffice/scores/evidence.html", context)


@require_GET
@score_page
def score_bundle(request: OfficerRequest) -> HttpResponse:
    """Inputs, parameters and results of all units that the actor sees, or of one, as a file."""
    asked = asked_days(request)
    text = request.GET.get("unit", "")
    found, problems = _found(
        request, asked, int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    )
    if found is None:
        context = {"asked": asked, "scores": None, "units": [], "problems": problems, **_unsure()}
        return render(request, "backoffice/scores/list.html", context, status=422)
    response = HttpResponse(bundle_text(found), content_type="application/json; charset=utf-8")
    name = f"diem-{asked.from_on:%Y%m%d}-{asked.to_on:%Y%m%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def asked_days(request: OfficerRequest) -> Asked:
    """Return the days of the address; without any, the reporting quarter up to today."""
    texts = {name: request.GET.get(name, "").strip() for name in ("from_on", "to_on")}
    days = {name: parse_day(text) if text else None for name, text in texts.items()}
    problems = tuple(Problem("report.day", name) for name, text in texts.items() if text and days[name] is None)
    to_on = days["to_on"] or local_day(system_now())
    return Asked(texts, days["from_on"] or quarter_on(to_on, start=year_start(to_on)).from_on, to_on, problems)


def _found(
    request: OfficerRequest, asked: Asked, unit_id: int | None = None
) -> tuple[Scores | None, tuple[Problem, ...]]:
    if asked.problems:
        return None, asked.problems
    try:
        found = scores_of(
            actor=request.actor, from_on=asked.from_on, to_on=asked.to_on, unit_id=unit_id, now=system_now()
        )
    except Refused as refusal:
        return None, tuple(refusal.problems)
    return found, ()


def _record(request: OfficerRequest, unit_id: int) -> None:
    chosen = {"yes": True, "no": False}.get(request.POST.get("is_posted", ""))
    key = key_of(request)
    record_posting(
        unit_id=unit_id,
        is_posted=chosen,
        on=parse_day(request.POST.get("on", "")),
        ground=request.POST.get("ground", ""),
        key=key,
        actor=request.actor,
        now=system_now(),
    )


def _unsure() -> dict[str, Any]:
    return {"readings_nine": readings(NINE), "readings_index": readings(INDEX)}
