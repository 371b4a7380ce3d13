"""Answers what the pages of a dossier show: facts in words, papers, open steps, and the acts the reader may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.core.clock import Explained, Timeliness, timeliness
from motcua.core.dossier import (
    Fact,
    FactKind,
    NationalState,
    Stay,
    effective,
    open_proposal,
    renumbered,
    stays_of,
    step_due,
    step_timeliness,
    waits_of,
)
from motcua.core.dossier.corrections import MOVABLE, VOIDABLE
from motcua.core.process import Field, Step
from motcua.services.actors import Actor, Denied, may_assign, may_do
from motcua.services.calendars import fresh_calendar
from motcua.services.clocks import as_known, explained_of, index_class, regime_of
from motcua.services.dossiers.clock_acts import may_apologise, may_rest
from motcua.services.dossiers.consultations import consultations_of, offices_to_ask
from motcua.services.dossiers.corrections import may_approve, may_propose
from motcua.services.dossiers.steps import load_for, may_settle, recallable
from motcua.services.dossiers.supplements import proposal_of
from motcua.services.offerings import Running, content_of_offering, running_offering
from motcua.services.paths import linked_rows, path_of
from motcua.services.payments.charges import CASHIERS
from motcua.services.results.issuing import may_issue
from motcua.services.times import local_day
from motcua.services.tracking import secret_of, tracking_path
from motcua.store.dossiers.models import Dossier, IntakeDraft, Party, Slip, TaskPart
from motcua.store.dossiers.selectors import Scope, TaskRow
from motcua.store.dossiers.writing import Loaded, OpenTask, facts_of
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff, names_of_units, staff_of_unit


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact as the timeline shows it. ``as_corrected`` is the right instant, ``is_void`` says it never was."""

    seq: int
    kind: FactKind
    at: datetime
    staff_name: str
    unit_name: str
    step: Step | None
    outcome: str
    body: Mapping[str, Any]
    to_name: str
    as_corrected: datetime | None = None
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class OpenStep:
    """An open step as its page shows it, with what the reader may do with it.

    ``helpers`` and ``watchers`` are the units with another part in it; ``may_help`` that the reader's unit is one.
    ``entries`` are the fields to fill in, each with what is known of it already.
    """

    task: OpenTask
    step: Step
    unit_name: str
    assignee_name: str
    may_do: bool
    may_assign: bool
    helpers: tuple[str, ...]
    watchers: tuple[str, ...]
    may_help: bool
    entries: tuple[tuple[Field, Any], ...]


@dataclass(frozen=True, slots=True)
class StepTime:
    """A step of the dossier's way with its time: what it was allowed, what it took, whether in time."""

    stay: Stay
    step: Step
    unit_name: str
    staff_name: str
    due_at: datetime | None
    timeliness: Timeliness
    worked_minutes: float


@dataclass(frozen=True, slots=True)
class Correctable:
    """A fact that may be corrected, as the form lists it."""

    fact: Fact
    may_void: bool
    may_move: bool


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


def dossier_page(public_id: UUID, actor: Actor, *, now: datetime, known_at: datetime | None = None) -> dict[str, Any]:
    """Return what the dossier's page shows; Denied unless the actor may read it. A fixed number of statements.

    With ``known_at`` the clock is shown as it was known then beside what is known now.
    """
    dossier = load_for(public_id, actor)
    running = running_offering(dossier.offering_id)
    facts = facts_of(dossier.id)
    row = Dossier.objects.select_related("applicant", "proxy", "reception_unit", "handling_agency").get(id=dossier.id)
    staff = names_of_staff(_staff_ids(facts, dossier.tasks))
    units = names_of_units({f.unit_id for f in facts} | {t.unit_id for t in dossier.tasks})
    right = {f.seq: f for f in effective(facts)}
    open_steps = [_open_step(t, dossier, running, actor, staff, units) for t in dossier.tasks if t.is_leading]
    above, asked = linked_rows(dossier)
    explained = explained_of(facts, running, life=dossier.life, calendar=fresh_calendar(running.agency_id))
    return {
        "dossier": row,
        "loaded": dossier,
        "running": running,
        "regime": regime_of(dossier),
        "facts": [_line(f, right.get(f.seq), running, staff, units) for f in renumbered(facts)],
        "explained": explained,
        "known": as_known(facts, running, at=known_at) if known_at else None,
        "index": index_class(facts, running, life=dossier.life, at=now),
        "timeliness_class": timeliness(due_at=dossier.due_at, ended_at=dossier.life.ended_at, at=now),
        "step_times": _step_times(dossier, facts, running, explained, staff, units, now),
        "open_steps": open_steps,
        "path": path_of(dossier, running, facts, now=now),
        "above": above,
        "asked": asked,
        "waiting": _waiting(dossier, running, facts),
        "units": units,
        "documents": list(row.documents.order_by("component", "id")),
        "slips": list(row.slips.order_by("id")),
        "charges": list(row.charges.order_by("id")),
        # There is none of either before it is decided, before it is returned.
        "results": list(row.results.order_by("id")) if dossier.life.decision else [],
        "deliveries": list(row.deliveries.order_by("id")) if dossier.life.returned_at else [],
        "result_kinds": content_of_offering(dossier.offering_id).results,
        "may_issue": may_issue(actor, dossier, facts),
        "at_cash_desk": actor.has(*CASHIERS) and actor.unit_id == dossier.reception_unit_id,
        "proposal": proposal_of(facts),
        **_acts(dossier, facts, actor),
        "colleagues": [(s.id, s.full_name) for s in staff_of_unit(actor.unit_id, on=local_day(now))]
        if any(o.may_assign for o in open_steps)
        else [],
        "now": now,
    }


def _waiting(dossier: Loaded, running: Running, facts: Sequence[Fact]) -> list[tuple[str, datetime | None]]:
    """Return the times and messages that the process waits for, by name, with when each time comes."""
    if not running.net.triggers:
        return []
    found = []
    for wait in waits_of(facts, running.net, running.calendar):
        trigger = running.net.triggers[wait.trigger]
        found.append((running.net.nodes[trigger.key].name or trigger.spec, wait.due_at))
    return found


def _acts(dossier: Loaded, facts: Sequence[Fact], actor: Actor) -> dict[str, Any]:
    """Return which acts on the clock the page offers to the reader. Lawful or not is said when he tries."""
    is_at_reception = actor.unit_id == dossier.reception_unit_id and actor.has(
        Role.COUNTER_OFFICER, Role.POSTAL_OFFICER
    )
    state = dossier.life.state
    is_alive = not state.is_final and state is not NationalState.DONE
    is_resting = dossier.life.open_pauses > 0
    is_office = may_rest(actor, dossier)
    return {
        "may_ask": is_at_reception and state in (NationalState.ACCEPTED, NationalState.IN_PROCESS),
        "may_supply": is_at_reception and state is NationalState.SUPPLEMENT_REQUIRED,
        "may_return": is_at_reception and state is NationalState.DONE,
        "may_pause": is_office and is_alive and not is_resting,
        "may_resume": is_resting and (is_office or (is_at_reception and state is NationalState.FINANCIAL_OBLIGATION)),
        "may_consult": is_office and is_alive,
        "consultations": consultations_of(dossier, actor) if _has_asked(facts) else [],
        "is_office": is_office,
        "offices": offices_to_ask(actor) if is_office and is_alive else [],
        "may_recall": _may_recall(dossier, facts, actor),
        "may_escalate": not state.is_final and bool(dossier.tasks) and _works_on(actor, dossier),
        "may_settle": dossier.escalation > 0 and may_settle(actor, dossier),
        "may_extend": is_alive and may_apologise(actor, dossier),
        "may_stop": is_at_reception and not state.is_final,
        "may_propose": may_propose(actor, dossier),
        "correction": open_proposal(facts),
        "may_approve": may_approve(actor, dossier),
        "correctables": [
            Correctable(f, f.kind in VOIDABLE, f.kind in MOVABLE)
            for f in effective(facts)
            if f.kind in MOVABLE or f.kind in VOIDABLE
        ],
    }


def _has_asked(facts: Sequence[Fact]) -> bool:
    return any(f.kind is FactKind.CONSULTED for f in facts)


def _works_on(actor: Actor, dossier: Loaded) -> bool:
    return actor.unit_id in {t.unit_id for t in dossier.tasks}


def _may_recall(dossier: Loaded, facts: Sequence[Fact], actor: Actor) -> bool:
    """Return whether the page offers to take back the last hand-over; the service asks again."""
    found = recallable(dossier, facts)
    return (
        isinstance(found, tuple)
        and found[0].unit_id == actor.unit_id
        and (
            found[0].staff_id == actor.staff_id
            or actor.has(Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER)
        )
    )


def _step_times(
    dossier: Loaded,
    facts: Sequence[Fact],
    running: Running,
    explained: Explained,
    staff: Mapping[int, str],
    units: Mapping[int, str],
    now: datetime,
) -> list[StepTime]:
    calendar, found = running.calendar, []
    open_units = {(t.step, t.instance): t for t in dossier.tasks if t.is_leading}
    for stay in stays_of(facts, running.net):
        step = running.net.steps[stay.step]
        due_at = step_due(
            opened_at=stay.opened_at,
            minutes=step.minutes or 0,
            intervals=explained.clock.intervals,
            calendar=calendar,
            due_at=explained.clock.due_at,
        )
        task = open_units.get((stay.step, stay.instance)) if stay.closed_at is None else None
        unit_id, staff_id = (task.unit_id, task.assignee_id) if task else (stay.unit_id, stay.staff_id)
        found.append(
            StepTime(
                stay=stay,
                step=step,
                unit_name=units.get(unit_id or 0, ""),
                staff_name=staff.get(staff_id or 0, ""),
                due_at=due_at,
                # Handing the result over waits for the citizen: nobody is late with it.
                timeliness=Timeliness.WITHIN
                if step.kind == "return"
                else step_timeliness(stay, due_at=due_at, at=now),
                worked_minutes=calendar.working_minutes_between(stay.opened_at, stay.closed_at or now),
            )
        )
    return found


def receipt_page(public_id: UUID, actor: Actor) -> dict[str, Any]:
    """Return what the page after a reception shows; Denied unless the dossier is of the actor's unit."""
    loaded = load_for(public_id, actor)
    dossier = Dossier.objects.select_related("applicant").get(id=loaded.id)
    return {
        "dossier": dossier,
        "charges": list(dossier.charges.prefetch_related("cash_receipts").order_by("id")),
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
    task: OpenTask,
    dossier: Loaded,
    running: Running,
    actor: Actor,
    staff: Mapping[int, str],
    units: Mapping[int, str],
) -> OpenStep:
    step = running.net.steps[task.step]
    others = [t for t in dossier.tasks if (t.step, t.instance) == (task.step, task.instance) and not t.is_leading]
    rules = {f.name: f for f in running.net.definition.fields}
    return OpenStep(
        helpers=tuple(units.get(t.unit_id, "") for t in others if t.part == TaskPart.CO),
        watchers=tuple(units.get(t.unit_id, "") for t in others if t.part == TaskPart.WATCH),
        may_help=any(t.unit_id == actor.unit_id and t.part == TaskPart.CO for t in others),
        entries=tuple((rules[name], dossier.life.values.get(name)) for name in step.collects),
        task=task,
        step=step,
        unit_name=units.get(task.unit_id, ""),
        assignee_name=staff.get(task.assignee_id or 0, ""),
        may_do=may_do(actor, task),
        may_assign=may_assign(actor, task),
    )


def _staff_ids(facts: Sequence[Fact], tasks: Sequence[OpenTask]) -> set[int]:
    ids = {f.staff_id for f in facts} | {t.assignee_id for t in tasks if t.assignee_id}
    return ids | {f.body["to"] for f in facts if "to" in f.body and f.kind is not FactKind.LINKED}


def _line(
    fact: Fact, right: Fact | None, running: Running, staff: Mapping[int, str], units: Mapping[int, str]
) -> FactLine:
    step = running.net.steps[fact.body["step"]] if "step" in fact.body else None
    outcome = ""
    if fact.kind is FactKind.COMPLETED and step is not None:
        outcome = step.outcomes[fact.body["outcome"]]
    return FactLine(
        seq=fact.seq,
        kind=fact.kind,
        at=fact.at,
        staff_name=staff.get(fact.staff_id, ""),
        unit_name=units.get(fact.unit_id, ""),
        step=step,
        outcome=outcome,
        body=fact.body,
        to_name=staff.get(fact.body.get("to", 0), ""),
        as_corrected=right.at if right is not None and right.at != fact.at else None,
        is_void=right is None,
    )
