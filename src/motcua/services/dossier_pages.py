"""Answers what the pages of a dossier show: facts in words, papers, open steps, and the acts the reader may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.core.clock import explain
from motcua.core.dossier import Fact, FactKind, NationalState
from motcua.core.process import Step
from motcua.services.actors import Actor, Denied, may_assign, may_do
from motcua.services.clock_facts import clock_facts
from motcua.services.dossiers.steps import load_for
from motcua.services.dossiers.supplements import proposal_of
from motcua.services.offerings import Running, running_offering
from motcua.services.times import local_day
from motcua.services.tracking import secret_of, tracking_path
from motcua.store.dossiers.models import Dossier, IntakeDraft, Party, Slip
from motcua.store.dossiers.selectors import Scope, TaskRow
from motcua.store.dossiers.writing import OpenTask, facts_of
from motcua.store.lawfiles import law_book
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff, names_of_units, staff_of_unit


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact as the timeline shows it."""

    kind: FactKind
    at: datetime
    staff_name: str
    unit_name: str
    step: Step | None
    outcome: str
    body: Mapping[str, Any]
    to_name: str


@dataclass(frozen=True, slots=True)
class OpenStep:
    """An open step as its page shows it, with what the reader may do with it."""

    task: OpenTask
    step: Step
    unit_name: str
    assignee_name: str
    may_do: bool
    may_assign: bool


def scope_of(actor: Actor) -> Scope:
    """Return which dossiers the actor's list holds: those of the one-stop unit, of the agency, or all.

    A case officer's list is the desk; the list of dossiers is for those who answer for them.
    """
    if actor.is_at_one_stop:
        return Scope(reception_unit_id=actor.unit_id)
    if actor.has(Role.PROVINCE_LEADER):
        return Scope()
    if actor.has(Role.AGENCY_LEADER):
        return Scope(handling_agency_id=actor.agency_id)
    return Scope(handling_unit_id=actor.unit_id)


def dossier_page(public_id: UUID, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Return what the dossier's page shows; Denied unless the actor may read it. A fixed number of statements."""
    dossier = load_for(public_id, actor)
    running = running_offering(dossier.offering_id)
    facts = facts_of(dossier.id)
    row = Dossier.objects.select_related("applicant", "proxy", "reception_unit", "handling_agency").get(id=dossier.id)
    staff = names_of_staff(_staff_ids(facts, dossier.tasks))
    units = names_of_units({f.unit_id for f in facts} | {t.unit_id for t in dossier.tasks})
    regime = law_book().regime(dossier.regime)
    open_steps = [_open_step(t, running, actor, staff, units) for t in dossier.tasks]
    is_at_reception = actor.unit_id == dossier.reception_unit_id and actor.has(
        Role.COUNTER_OFFICER, Role.POSTAL_OFFICER
    )
    state = dossier.life.state
    return {
        "dossier": row,
        "loaded": dossier,
        "running": running,
        "facts": [_line(f, running, staff, units) for f in facts],
        "explained": explain(clock_facts(facts), term=running.term, calendar=running.calendar, regime=regime),
        "open_steps": open_steps,
        "documents": list(row.documents.order_by("component", "id")),
        "slips": list(row.slips.order_by("id")),
        "proposal": proposal_of(facts),
        "may_ask": is_at_reception and state in (NationalState.ACCEPTED, NationalState.IN_PROCESS),
        "may_supply": is_at_reception and state is NationalState.SUPPLEMENT_REQUIRED,
        "may_return": is_at_reception and state is NationalState.DONE,
        "colleagues": [(s.id, s.full_name) for s in staff_of_unit(actor.unit_id, on=local_day(now))]
        if any(o.may_assign for o in open_steps)
        else [],
        "now": now,
    }


def receipt_page(public_id: UUID, actor: Actor) -> dict[str, Any]:
    """Return what the page after a reception shows; Denied unless the dossier is of the actor's unit."""
    loaded = load_for(public_id, actor)
    dossier = Dossier.objects.select_related("applicant").get(id=loaded.id)
    return {
        "dossier": dossier,
        "running": running_offering(dossier.offering_id),
        "secret": secret_of(dossier.public_id),
        "tracking_path": tracking_path(public_id=dossier.public_id, code=dossier.code),
    }


def slip_page(public_id: UUID, actor: Actor) -> dict[str, Any]:
    slip = slip_for(public_id, actor)
    drafts = IntakeDraft.objects.filter(staff_id=actor.staff_id, closed_at__isnull=True)
    may_go_on = slip.intake_key is not None and drafts.filter(key=slip.intake_key).exists()
    return {
        "slip": slip,
        "may_go_on": may_go_on,
        "running": running_offering(slip.offering_id) if slip.offering_id else None,
    }


def slip_for(public_id: UUID, actor: Actor) -> Slip:
    """Return the slip; Denied unless it was given by the actor's unit or belongs to a dossier he may read."""
    slip = (
        Slip.objects.select_related("party", "dossier__applicant", "unit__agency").filter(public_id=public_id).first()
    )
    if slip is None:
        raise Denied("no such slip")
    if slip.dossier is not None:
        load_for(slip.dossier.public_id, actor)
    elif slip.unit_id != actor.unit_id:
        raise Denied("slip of another unit")
    return slip


def party_of_slip(slip: Slip) -> Party:
    party = slip.party or (slip.dossier.applicant if slip.dossier else None)
    if party is None:
        raise AssertionError("a slip belongs to a party or to a dossier")
    return party


def steps_of_rows(rows: Sequence[TaskRow]) -> dict[int, Step]:
    """Return the step of each row of a list, by task id."""
    return {r.task_id: running_offering(r.offering_id).net.steps[r.step] for r in rows}


def _open_step(
    task: OpenTask, running: Running, actor: Actor, staff: Mapping[int, str], units: Mapping[int, str]
) -> OpenStep:
    return OpenStep(
        task=task,
        step=running.net.steps[task.step],
        unit_name=units.get(task.unit_id, ""),
        assignee_name=staff.get(task.assignee_id or 0, ""),
        may_do=may_do(actor, task),
        may_assign=may_assign(actor, task),
    )


def _staff_ids(facts: Sequence[Fact], tasks: Sequence[OpenTask]) -> set[int]:
    ids = {f.staff_id for f in facts} | {t.assignee_id for t in tasks if t.assignee_id}
    return ids | {f.body["to"] for f in facts if "to" in f.body}


def _line(fact: Fact, running: Running, staff: Mapping[int, str], units: Mapping[int, str]) -> FactLine:
    step = running.net.steps[fact.body["step"]] if "step" in fact.body else None
    outcome = ""
    if fact.kind is FactKind.COMPLETED and step is not None:
        outcome = step.outcomes[fact.body["outcome"]]
    return FactLine(
        kind=fact.kind,
        at=fact.at,
        staff_name=staff.get(fact.staff_id, ""),
        unit_name=units.get(fact.unit_id, ""),
        step=step,
        outcome=outcome,
        body=fact.body,
        to_name=staff.get(fact.body.get("to", 0), ""),
    )
