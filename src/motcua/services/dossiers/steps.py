"""Answers what officers do to an open step: take it, complete it, hand it back or on, recall it, bring it up.

Reception, slips and the hand-over of results have modules of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.core.dossier import Fact, FactKind, NationalState, effective
from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.process import FieldType, Step
from motcua.core.process.guards import plain_value, value_of
from motcua.core.process.table import BACK, DONE, REFUSE
from motcua.services.actors import Actor, Denied, may_assign, may_do, require_read
from motcua.services.dossiers.committing import Done, commit, overtaken, recall
from motcua.services.offerings import Running, running_offering
from motcua.store.dossiers.models import TaskPart
from motcua.store.dossiers.writing import Loaded, OpenTask, facts_of, load
from motcua.store.organisation.roles import Role

REASON_LENGTH_MAX = 1000
BULK_MAX = 100
UNIT_HEAD, AGENCY_HEAD = 1, 2
# Facts that move nothing: they hinder no recall.
_BESIDE = (FactKind.NOTED, FactKind.ESCALATED, FactKind.RECALLED, FactKind.TAKEN, FactKind.ASSIGNED)


def load_for(public_id: UUID, actor: Actor) -> Loaded:
    """Return the dossier; Denied when there is none or the actor may not read it: the two look the same."""
    dossier = load(public_id)
    if dossier is None:
        raise Denied("no such dossier")
    require_read(actor, dossier)
    return dossier


def complete_step(
    *,
    public_id: UUID,
    step: int,
    outcome: str,
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
    instance: int = 0,
    values: Mapping[str, str] | None = None,
) -> Done:
    """Return what the dossier became after the actor completed the open step with ``outcome``.

    ``values`` are the fields that the step collects, as entered; ``instance`` tells several offices apart.
    Problems: ``step.not_open``, ``step.overtaken``, ``step.outcome_unknown``, ``step.reason_missing`` (handing
    back and refusing need one), ``step.reason_long``, ``step.waits_for_supplement``, ``step.field_form``,
    ``step.field_missing``, ``step.no_way_out``.
    Source: Decree 61/2018/NĐ-CP, art. 19; Decree 118/2025/NĐ-CP.
    """
    dossier, task = _task_to_change(public_id, step, instance, seen_version, actor)
    if not may_do(actor, task):
        raise Denied("step of another unit, role or officer")
    running = running_offering(dossier.offering_id)
    definition = running.net.steps[step]
    collected, problems = _collected(running, definition, values or {}, outcome)
    problems = [*_completion_problems(dossier, definition.outcomes, outcome, reason), *problems]
    if problems:
        raise Refused(problems)
    body: dict[str, Any] = {"step": step, "outcome": definition.outcomes.index(outcome)}
    if instance:
        body["instance"] = instance
    if collected:
        body["values"] = collected
    if reason:
        body["reason"] = nfc(reason)
    return commit(dossier, running, FactKind.COMPLETED, body, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One step of many that are to be completed at once: the dossier as it was seen in the list."""

    public_id: UUID
    step: int
    version: int
    instance: int = 0


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of one of many: done, or why not."""

    code: str
    done: Done | None
    problems: tuple[Problem, ...]


def complete_many(
    wanted: Sequence[Wanted], *, outcome: str, reason: str, actor: Actor, now: datetime
) -> tuple[Bulk, ...]:
    """Return what became of each dossier; one that is refused hinders no other. At most ``BULK_MAX``.

    Problems: ``bulk.nothing``, ``bulk.many`` for all; each dossier has its own.
    """
    if not wanted or len(wanted) > BULK_MAX:
        code = "bulk.many" if wanted else "bulk.nothing"
        raise Refused([Problem(code, "selected", values={"limit": str(BULK_MAX)})])
    found = []
    for one in wanted:
        code = _code_of(one.public_id, actor)
        try:
            done = complete_step(
                public_id=one.public_id, step=one.step, instance=one.instance, outcome=outcome, reason=reason,
                seen_version=one.version, actor=actor, now=now,
            )  # fmt: skip
        except Refused as refusal:
            found.append(Bulk(code, None, tuple(refusal.problems)))
        except Denied:
            found.append(Bulk(code, None, (Problem("bulk.denied"),)))
        else:
            found.append(Bulk(code, done, ()))
    return tuple(found)


def take_step(
    *, public_id: UUID, step: int, seen_version: int, actor: Actor, now: datetime, instance: int = 0
) -> Done:
    """Return the dossier after the actor took the open step upon himself.

    Problems: ``step.not_open``, ``step.overtaken``.
    """
    dossier, task = _task_to_change(public_id, step, instance, seen_version, actor)
    if not may_do(actor, task):
        raise Denied("step of another unit, role or officer")
    running = running_offering(dossier.offering_id)
    body = {"step": step, "to": actor.staff_id, **({"instance": instance} if instance else {})}
    return commit(dossier, running, FactKind.TAKEN, body, actor=actor, now=now, assign=(task.id, actor.staff_id))


def assign_step(
    *,
    public_id: UUID,
    step: int,
    to_staff_id: int,
    is_in_unit: bool,
    seen_version: int,
    actor: Actor,
    now: datetime,
    instance: int = 0,
) -> Done:
    """Return the dossier after the head gave the open step to an officer of the unit (phân công lại).

    ``is_in_unit`` tells whether that officer holds a post in the unit today. Problems: ``step.not_open``,
    ``step.overtaken``, ``step.assignee_elsewhere``.
    """
    dossier, task = _task_to_change(public_id, step, instance, seen_version, actor)
    if not may_assign(actor, task):
        raise Denied("only the head of the unit assigns")
    if not is_in_unit:
        raise Refused([Problem("step.assignee_elsewhere", field="to_staff_id")])
    running = running_offering(dossier.offering_id)
    body = {"step": step, "to": to_staff_id, **({"instance": instance} if instance else {})}
    return commit(dossier, running, FactKind.ASSIGNED, body, actor=actor, now=now, assign=(task.id, to_staff_id))


def recall_step(*, public_id: UUID, reason: str, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after the actor took back his last hand-over, which nobody had taken yet (thu hồi).

    Whoever completed the step does it, or the head of that unit. Problems: ``recall.nothing``, ``recall.taken``,
    ``recall.elsewhere`` (another agency has its dossier already), ``step.reason_missing``, ``step.overtaken``.
    """
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    facts = facts_of(dossier.id)
    found = recallable(dossier, facts)
    if isinstance(found, Problem):
        raise Refused([found])
    first = found[0]
    is_own = first.staff_id == actor.staff_id and first.unit_id == actor.unit_id
    is_head = first.unit_id == actor.unit_id and actor.has(Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER)
    if not is_own and not is_head:
        raise Denied("only who handed over, or his head, takes it back")
    if problems := reason_problems(reason):
        raise Refused(problems)
    running = running_offering(dossier.offering_id)
    return recall(dossier, running, facts, [f.seq for f in found], nfc(reason), actor=actor, now=now)


def recallable(dossier: Loaded, facts: Sequence[Fact]) -> tuple[Fact, ...] | Problem:
    """Return the last hand-over with what the system did because of it, or why it cannot be taken back."""
    known = [f for f in effective(facts) if f.kind not in _BESIDE]
    following = list[Fact]()
    while known and known[-1].kind is FactKind.COMPLETED and known[-1].body.get("automatic"):
        following.insert(0, known.pop())
    last = known[-1] if known else None
    if dossier.life.state.is_final or last is None or last.kind not in (FactKind.COMPLETED, FactKind.LINKED):
        return Problem("recall.nothing", values={"code": dossier.code})
    if last.kind is FactKind.LINKED or any("child" in f.body for f in following):
        return Problem("recall.elsewhere", values={"code": dossier.code})
    touched = [f for f in facts if f.seq > last.seq and f.kind in (FactKind.TAKEN, FactKind.ASSIGNED)]
    if touched:
        return Problem("recall.taken", values={"code": dossier.code})
    return (last, *following)


def escalate(*, public_id: UUID, reason: str, level: int, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after it was brought before the head of the unit (1) or of the agency (2) (xin ý kiến).

    Anybody who works on it may. Problems: ``escalate.level``, ``escalate.twice``, ``step.reason_missing``,
    ``step.overtaken``, ``clock.not_alive``.
    """
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    problems = reason_problems(reason)
    if level not in (UNIT_HEAD, AGENCY_HEAD):
        problems.append(Problem("escalate.level", "level"))
    elif dossier.escalation >= level:
        problems.append(Problem("escalate.twice", "level"))
    if dossier.life.state.is_final:
        problems.append(Problem("clock.not_alive", values={"code": dossier.code}))
    if problems:
        raise Refused(problems)
    running = running_offering(dossier.offering_id)
    body = {"level": level, "reason": nfc(reason)}
    return commit(dossier, running, FactKind.ESCALATED, body, actor=actor, now=now, escalation=level)


def settle_escalation(*, public_id: UUID, reason: str, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after the head has said what is to be done about it. Problems: ``escalate.not_open``,
    ``step.reason_missing``, ``step.overtaken``.
    """
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    if not may_settle(actor, dossier):
        raise Denied("only the head before whom it was brought")
    problems = reason_problems(reason)
    if not dossier.escalation:
        problems.append(Problem("escalate.not_open", values={"code": dossier.code}))
    if problems:
        raise Refused(problems)
    running = running_offering(dossier.offering_id)
    body = {"level": 0, "reason": nfc(reason)}
    return commit(dossier, running, FactKind.ESCALATED, body, actor=actor, now=now, escalation=0)


def may_settle(actor: Actor, dossier: Loaded) -> bool:
    """Return whether the actor is the head before whom the dossier was brought, or the one above him."""
    is_agency_head = actor.has(Role.AGENCY_LEADER) and actor.agency_id == dossier.handling_agency_id
    if dossier.escalation == AGENCY_HEAD:
        return is_agency_head
    is_unit_head = actor.has(Role.UNIT_LEADER, Role.CENTRE_MANAGER) and actor.unit_id in {
        t.unit_id for t in dossier.tasks
    }
    return is_agency_head or is_unit_head


def give_opinion(*, public_id: UUID, step: int, text: str, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after a unit that helps with an open step said what it has to say (phối hợp).

    Problems: ``step.not_open``, ``step.reason_missing``, ``step.reason_long``, ``step.overtaken``.
    """
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    task = next((t for t in dossier.tasks if t.step == step and t.unit_id == actor.unit_id), None)
    if task is None or task.part != TaskPart.CO:
        raise Denied("no part in the step")
    if problems := reason_problems(text):
        raise Refused(problems)
    running = running_offering(dossier.offering_id)
    body = {"step": step, "reason": nfc(text)}
    return commit(dossier, running, FactKind.NOTED, body, actor=actor, now=now)


def reason_problems(text: str, field: str = "reason") -> list[Problem]:
    """Return why ``text`` is no reason: missing, or too long."""
    if not text.strip():
        return [Problem("step.reason_missing", field=field)]
    if len(text) > REASON_LENGTH_MAX:
        return [Problem("step.reason_long", field=field, values={"limit": str(REASON_LENGTH_MAX)})]
    return []


def _code_of(public_id: UUID, actor: Actor) -> str:
    try:
        return load_for(public_id, actor).code
    except Denied:
        return ""


def _task_to_change(
    public_id: UUID, step: int, instance: int, seen_version: int, actor: Actor
) -> tuple[Loaded, OpenTask]:
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    task = dossier.task_of(step, instance)
    if task is None:
        raise Refused([Problem("step.not_open", values={"code": dossier.code})])
    return dossier, task


def _collected(
    running: Running, step: Step, values: Mapping[str, str], outcome: str
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the fields that the step collects as plain JSON values, and what is wrong with them, each by its name.

    Who hands back or refuses need not have filled everything in.
    """
    rules = {f.name: f for f in running.net.definition.fields}
    found, problems = dict[str, Any](), list[Problem]()
    for name in step.collects:
        rule = rules[name]
        text = values.get(name, "")
        given = {"field": rule.label or name, "text": text}
        try:
            value = value_of(text.strip(), rule)
        except (ValueError, ArithmeticError):
            problems.append(Problem("step.field_form", field=f"value.{name}", values=given))
            continue
        if value is None:
            if outcome == step.outcomes[0] and rule.type is not FieldType.BOOLEAN:
                problems.append(Problem("step.field_missing", field=f"value.{name}", values=given))
            continue
        found[name] = plain_value(value)
    return found, problems


def _completion_problems(dossier: Loaded, outcomes: tuple[str, ...], outcome: str, reason: str) -> list[Problem]:
    problems = []
    if outcome not in outcomes:
        problems.append(Problem("step.outcome_unknown", field="outcome", values={"outcome": outcome}))
    if outcome in (BACK, REFUSE) and not reason.strip():
        problems.append(Problem("step.reason_missing", field="reason"))
    if len(reason) > REASON_LENGTH_MAX:
        problems.append(Problem("step.reason_long", field="reason", values={"limit": str(REASON_LENGTH_MAX)}))
    if dossier.life.state is NationalState.SUPPLEMENT_REQUIRED and outcome == DONE:
        problems.append(Problem("step.waits_for_supplement", values={"code": dossier.code}))
    if dossier.life.open_pauses and outcome == DONE:
        problems.append(Problem("step.clock_rests", values={"code": dossier.code}))
    return problems
