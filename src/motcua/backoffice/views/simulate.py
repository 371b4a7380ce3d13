"""Answers what-if questions on a page: which dossiers would move, who would be late. It writes nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from motcua.backoffice.simulation_form import SimulationForm, bars_of
from motcua.core.calendar import TermUnit
from motcua.core.kernel import Problem, Refused
from motcua.services import simulation
from motcua.services.actors import may_read
from motcua.services.simulation_entry import checked_question, scope_of_questions
from motcua.services.times import system_now
from motcua.store.dossiers.selectors import Scope
from motcua.store.organisation.models import Agency
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page

_LISTED, _UNITS_SHOWN = 50, 25
_TERM_UNITS = (
    (TermUnit.WORKING_DAY.value, _("working days")),
    (TermUnit.WORKING_HOUR.value, _("working hours")),
    (TermUnit.CALENDAR_DAY.value, _("calendar days")),
    (TermUnit.MONTH.value, _("months")),
)


@require_GET
@officer_page(
    Role.ADMINISTRATOR, Role.PROCEDURE_OFFICER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER, Role.PROVINCE_LEADER
)
def simulate(request: OfficerRequest) -> HttpResponse:
    """The four questions and, when one is asked, the answer."""
    form, scope = SimulationForm.from_query(request.GET), scope_of_questions(request.actor)
    problems = tuple[Problem, ...]()
    context: dict[str, Any] = {
        "form": form.texts,
        "weekdays": form.weekdays,
        "term_units": _TERM_UNITS,
        "agencies": _agencies() if scope == Scope() else [],
        "outcome": None,
        "units_shown": _UNITS_SHOWN,
    }
    if form.is_asked:
        try:
            question = checked_question(form.entry(), scope=scope)
            outcome = simulation.simulate(question.scenarios, scope=question.scope, at=system_now(), limit=_LISTED)
            readable = {m.head.public_id for m in outcome.listed if may_read(request.actor, m.head)}
            context |= {"outcome": outcome, "bars": bars_of(outcome), "readable": readable}
        except Refused as refusal:
            problems = refusal.problems
    return render(
        request,
        "backoffice/simulate.html",
        {**context, "problems": problems},
        status=422 if problems else 200,
    )


def _agencies() -> list[tuple[str, str]]:
    return list(Agency.objects.order_by("name", "id").values_list("code", "name"))
