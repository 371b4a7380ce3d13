"""Answers what procedures cost people: costings as entered, proposals to cut them, and what these would save."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.costs import CostStep
from motcua.core.kernel import Problem, Refused
from motcua.services.catalogue import search_procedures
from motcua.services.costs import (
    NAME_MAX,
    READERS,
    ROWS_MAX,
    CostEntry,
    cost_page,
    costing_list,
    first_rows,
    income_for,
    save_costing,
    without_paper,
)
from motcua.services.times import system_now
from motcua.store.organisation.roles import Role
from motcua.ui.measure_words import MEASURE_WORDS
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import blank_rows, key_of, number_of, rows_of

_FIELDS = ("step", "name", "hours", "hired", "other")
_HEAD = ("name", "fees", "times", "subjects", "hourly")
_FOUND_MAX = 50
_MORE = 3


@require_GET
@officer_page(*READERS)
def costs(request: OfficerRequest) -> HttpResponse:
    """Procedures that have a costing; a search finds the others."""
    text = request.GET.get("q", "").strip()[:200]
    codes = [hit.code for hit in search_procedures(text, limit=_FOUND_MAX)] if text else None
    lines, after = costing_list(request.actor, codes=codes, after=request.GET.get("after", ""))
    context = {"lines": lines, "q": text, "more": f"?after={after}" if after else ""}
    return render(request, "backoffice/costs/list.html", context)


@require_GET
@officer_page(*READERS)
def procedure_costs(request: OfficerRequest, procedure_id: int) -> HttpResponse:
    page = cost_page(procedure_id, request.actor, now=system_now())
    context = {
        "page": page,
        "may_enter": request.actor.has(Role.PROCEDURE_OFFICER),
        "income": income_for(system_now()),
    }
    return render(request, "backoffice/costs/procedure.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(Role.PROCEDURE_OFFICER)
def cost_entry(request: OfficerRequest, procedure_id: int) -> HttpResponse:
    """A table of what people do for the procedure; saved as a version, or given back with every fault."""
    page = cost_page(procedure_id, request.actor, now=system_now())
    before = number_of(request.POST.get("before") or request.GET.get("before", "")) or None
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        rows, head = rows_of(request, _FIELDS, limit=ROWS_MAX), {name: request.POST.get(name, "") for name in _HEAD}
        if request.POST.get("act") == "more":
            rows = [*rows, *blank_rows(_FIELDS, _MORE)][:ROWS_MAX]
        else:
            try:
                save_costing(
                    procedure_id,
                    CostEntry(key_of(request), rows=rows, before=before, **head),
                    actor=request.actor,
                    now=system_now(),
                )
                messages.success(request, _("The costing is saved as a version of its own."))
                return redirect("procedure_costs", procedure_id=procedure_id)
            except Refused as refusal:
                problems = tuple(refusal.problems)
    else:
        rows, known = first_rows(procedure_id, before=before)
        rows, dropped = without_paper(rows, request.GET.get("drop", "")[:NAME_MAX])
        rows = [*rows, *blank_rows(_FIELDS, _MORE)]
        head = {
            "name": "",
            "fees": "",
            "times": "1",
            "subjects": "",
            "hourly": str(income_for(system_now()).hourly_vnd),
        }
        head |= known
        if dropped and before:
            head["name"] = _("Without the paper: %(name)s") % {"name": dropped}
    context: dict[str, Any] = {
        "page": page,
        "before": before,
        "rows": rows,
        "head": head,
        "problems": problems,
        "key": key_of(request),
        "steps": [(s.value, MEASURE_WORDS["cost_steps"][s.value]) for s in CostStep],
        "income": income_for(system_now()),
    }
    return render(request, "backoffice/costs/entry.html", context, status=422 if problems else 200)
