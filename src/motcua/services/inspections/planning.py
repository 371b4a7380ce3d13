"""Answers how inspections come into the plan of a year: by one decision, which fixes the seed of every draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from motcua.core.inspection import InspectionAct, InspectionState, may_inspect, seed_of
from motcua.core.kernel import Problem, Refused
from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.duties.people import require_supervising
from motcua.services.entries import Typed
from motcua.services.times import local_day
from motcua.store.inspections.models import Inspection, InspectionPlan
from motcua.store.organisation.models import Unit, UnitKind

UNITS_MAX, SIZE_MAX, PERIOD_DAYS_MAX = 300, 200, 366
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """What was typed of a plan: the decision, and what is done in every unit chosen."""

    key: UUID
    decision_no: str
    decided_on: str
    decided_by: str
    subject: str
    from_on: str
    to_on: str
    visit_on: str
    size: str
    units: Sequence[str]


def plan_inspections(entry: PlanEntry, *, actor: Actor, now: datetime) -> InspectionPlan:
    """Return the plan with one inspection a unit; once for a key.

    Problems: ``entry.*``, ``plan.order`` (the visit comes after the period), ``plan.period``, ``plan.decision`` (a
    decision is planned by once: planned anew, its samples could be chosen), ``plan.units_many``.
    """
    require_supervising(actor)
    if (kept := InspectionPlan.objects.filter(key=entry.key).first()) is not None:
        return kept
    plan, rows = _checked(entry, actor=actor, now=now)
    try:
        with transaction.atomic():
            plan.save()
            Inspection.objects.bulk_create(rows)
            audit.record("inspection.planned", plan.public_id, actor=actor, now=now, units=len(rows))
    except IntegrityError:
        if (kept := InspectionPlan.objects.filter(key=entry.key).first()) is not None:
            return kept
        raise Refused([Problem("plan.decision", "decision_no")]) from None
    return plan


def _checked(entry: PlanEntry, *, actor: Actor, now: datetime) -> tuple[InspectionPlan, list[Inspection]]:
    typed, today = Typed(), local_day(now)
    decision_no = typed.line("decision_no", entry.decision_no, limit=60)
    decided_on = typed.day("decided_on", entry.decided_on, last=today)
    decided_by = typed.line("decided_by", entry.decided_by, limit=120)
    subject = typed.line("subject", entry.subject)
    from_on, to_on = typed.day("from_on", entry.from_on), typed.day("to_on", entry.to_on, last=today + _YEAR)
    visit_on = typed.day("visit_on", entry.visit_on, first=decided_on, last=today + _YEAR)
    size = typed.whole("size", entry.size, least=1, most=SIZE_MAX)
    known = {str(u.id): u for u in units_to_inspect()}
    chosen = typed.some_of("units", entry.units, known)
    if not typed.problems:
        if not 0 <= (to_on - from_on).days <= PERIOD_DAYS_MAX:
            typed.fault("plan.period", "to_on", limit=str(PERIOD_DAYS_MAX))
        if visit_on <= to_on:
            typed.fault("plan.order", "visit_on")
        if InspectionPlan.objects.filter(
            agency_id=actor.agency_id, decision_no=decision_no, decided_on=decided_on
        ).exists():
            typed.fault("plan.decision", "decision_no")
    typed.settle()
    plan = InspectionPlan(
        key=entry.key,
        agency_id=actor.agency_id,
        year=visit_on.year,
        decision_no=decision_no,
        decided_on=decided_on,
        decided_by=decided_by,
        staff_id=actor.staff_id,
        made_at=now,
    )
    common = Inspection(plan=plan, subject=subject, from_on=from_on, to_on=to_on, visit_on=visit_on, size=size)
    return plan, [_of_unit(common, known[c]) for c in chosen]


def _of_unit(common: Inspection, unit: Unit) -> Inspection:
    """Return the inspection of one unit, with what all of the plan have in common and a seed of its own."""
    seed = seed_of(
        decision_no=common.plan.decision_no,
        decided_on=common.plan.decided_on,
        unit=f"{unit.agency.code}/{unit.key}",
        from_on=common.from_on,
        to_on=common.to_on,
    )
    return Inspection(
        plan=common.plan,
        unit=unit,
        subject=common.subject,
        from_on=common.from_on,
        to_on=common.to_on,
        visit_on=common.visit_on,
        size=common.size,
        seed=seed,
    )


def units_to_inspect() -> list[Unit]:
    """Return the one-stop units, by name: they receive, so what they received can be drawn."""
    units = Unit.objects.filter(kind__in=UnitKind.one_stop()).select_related("agency").order_by("name", "id")
    return list(units[:UNITS_MAX])


def cancel_inspection(public_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Inspection:
    """Return the inspection, taken out of the plan before it was drawn. Problems: ``entry.*``, ``inspection.not_now``."""
    typed = Typed()
    clean = typed.line("reason", reason, limit=300)
    typed.settle()
    with transaction.atomic():
        inspection = locked(public_id, actor)
        if problems := may_inspect(InspectionState(inspection.state), InspectionAct.CANCEL):
            raise Refused(problems)
        inspection.state, inspection.reason, inspection.ended_at = InspectionState.CANCELLED, clean, now
        inspection.save()
        audit.record("inspection.cancelled", inspection.public_id, actor=actor, now=now)
    return inspection


def locked(public_id: UUID, actor: Actor) -> Inspection:
    """Return an inspection that nobody else changes until the transaction ends; Denied unless the actor inspects it."""
    inspection = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("unit__agency", "plan")
        .filter(public_id=public_id)
        .first()
    )
    if inspection is None or not may_run(inspection, actor):
        raise Denied("inspection of others")
    return inspection


def may_run(inspection: Inspection, actor: Actor) -> bool:
    """Return whether the actor draws, looks, concludes and looks again: who supervises, in the agency that planned it."""
    return answers_for_province(actor) and inspection.plan.agency_id == actor.agency_id
