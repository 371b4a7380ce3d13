"""Answers what officers do to an open step: take it, complete it, hand it back, reassign it.

Reception, slips and the hand-over of results have modules of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.core.dossier import Fact, FactKind, Life, NationalState, advance, replay
from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.process import NotActive
from motcua.core.process.table import BACK, DONE, REFUSE
from motcua.services.actors import Actor, Denied, may_assign, may_do, require_read
from motcua.services.calendars import fresh_calendar
from motcua.services.clocks import clock_of, task_dues
from motcua.services.offerings import Running, running_offering
from motcua.store.dossiers.writing import Append, Loaded, NewTask, OpenTask, append, load

REASON_LENGTH_MAX = 1000


@dataclass(frozen=True, slots=True)
class Done:
    """What an act made of the dossier."""

    public_id: UUID
    code: str
    state: NationalState
    version: int
    opened_unit_ids: tuple[int, ...]


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
) -> Done:
    """Return what the dossier became after the actor completed the open step with ``outcome``.

    Problems: ``step.not_open``, ``step.overtaken``, ``step.outcome_unknown``, ``step.reason_missing`` (handing
    back and refusing need one), ``step.reason_long``, ``step.waits_for_supplement``, ``step.before_last_act``.
    Source: Decree 61/2018/NĐ-CP, art. 19; Decree 118/2025/NĐ-CP.
    """
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    task = next((t for t in dossier.tasks if t.step == step), None)
    if task is None:
        raise Refused([Problem("step.not_open", values={"code": dossier.code})])
    if not may_do(actor, task):
        raise Denied("step of another unit, role or officer")
    running = running_offering(dossier.offering_id)
    definition = running.net.steps[step]
    problems = _completion_problems(dossier, definition.outcomes, outcome, reason)
    if problems:
        raise Refused(problems)
    body: dict[str, Any] = {"step": step, "outcome": definition.outcomes.index(outcome)}
    if reason:
        body["reason"] = nfc(reason)
    return commit(dossier, running, FactKind.COMPLETED, body, actor=actor, now=now)


def take_step(*, public_id: UUID, step: int, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after the actor took the open step upon himself.

    Problems: ``step.not_open``, ``step.overtaken``.
    """
    dossier, task = _task_to_change(public_id, step, seen_version, actor)
    if not may_do(actor, task):
        raise Denied("step of another unit, role or officer")
    running = running_offering(dossier.offering_id)
    body = {"step": step, "to": actor.staff_id}
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
) -> Done:
    """Return the dossier after the head gave the open step to an officer of the unit (phân công lại).

    ``is_in_unit`` tells whether that officer holds a post in the unit today. Problems: ``step.not_open``,
    ``step.overtaken``, ``step.assignee_elsewhere``.
    """
    dossier, task = _task_to_change(public_id, step, seen_version, actor)
    if not may_assign(actor, task):
        raise Denied("only the head of the unit assigns")
    if not is_in_unit:
        raise Refused([Problem("step.assignee_elsewhere", field="to_staff_id")])
    running = running_offering(dossier.offering_id)
    body = {"step": step, "to": to_staff_id}
    return commit(dossier, running, FactKind.ASSIGNED, body, actor=actor, now=now, assign=(task.id, to_staff_id))


def commit(
    dossier: Loaded,
    running: Running,
    kind: FactKind,
    body: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    assign: tuple[int, int] | None = None,
) -> Done:
    """Write one fact that moves no clock; Refused with ``step.overtaken`` when somebody was faster."""
    fact = Fact(dossier.version + 1, kind, now, actor.staff_id, actor.post_id, actor.unit_id, body)
    try:
        after = advance(dossier.life, fact, running.net)
    except NotActive:
        raise Refused([Problem("step.not_open", values={"code": dossier.code})]) from None
    due = dossier.due_at
    opened = tuple(new_task(running, i, dossier.reception_unit_id, now=now, due_at=due) for i in after.opened)
    closed = {t.step: t.id for t in dossier.tasks}
    act = Append(
        facts=(fact,),
        life=after.life,
        due_at=due,
        closed_task_ids=tuple(closed[i] for i in after.closed if i in closed),
        opened=opened,
        assign_task_id=assign[0] if assign else None,
        assign_to_id=assign[1] if assign else None,
        messages=_messages(dossier, after.life),
    )
    return _write(dossier, act, now=now)


def commit_on_clock(
    dossier: Loaded,
    running: Running,
    facts: Sequence[Fact],
    kind: FactKind,
    body: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> Done:
    """Write one fact that moves the clock: the due instant and the open steps' ends are derived anew from all facts.

    Everything stored is what a replay of the facts gives, so a correction of an earlier fact comes this way too.
    """
    fact = Fact(dossier.version + 1, kind, now, actor.staff_id, actor.post_id, actor.unit_id, body)
    everything = (*facts, fact)
    life = replay(everything, running.net)
    calendar = fresh_calendar(running.agency_id)
    clock = clock_of(everything, running, life=life, calendar=calendar)
    dues = task_dues(everything, running, made=clock, calendar=calendar)
    closed = tuple(t.id for t in dossier.tasks if t.step not in dues)
    messages = _messages(dossier, life)
    if clock.due_at != dossier.due_at and not life.state.is_final:
        due = clock.due_at.isoformat() if clock.due_at else None
        messages = (*messages, ("dossier.due_moved", str(dossier.public_id), {"due": due}))
    act = Append(
        facts=(fact,),
        life=life,
        due_at=clock.due_at,
        closed_task_ids=closed,
        extension_count=clock.extensions,
        messages=messages,
        task_dues=tuple((t.id, dues[t.step]) for t in dossier.tasks if t.step in dues),
        received_at=life.received_at if life.received_at != dossier.life.received_at else None,
    )
    return _write(dossier, act, now=now)


def _write(dossier: Loaded, act: Append, *, now: datetime) -> Done:
    if not append(dossier, act, now=now):
        raise Refused([overtaken(load(dossier.public_id) or dossier)])
    opened = tuple(t.unit_id for t in act.opened)
    return Done(dossier.public_id, dossier.code, act.life.state, act.facts[-1].seq, opened)


def new_task(
    running: Running, step: int, reception_unit_id: int, *, now: datetime, due_at: datetime | None
) -> NewTask:
    """Return the task that opens ``step`` now, due by its share of the term and never after the dossier."""
    definition = running.net.steps[step]
    own = None
    # While the dossier's clock rests, nothing is owed of its steps either.
    if definition.minutes and due_at is not None:
        own = min(running.calendar.add_share(now, minutes=definition.minutes), due_at)
    return NewTask(
        step=step,
        unit_id=running.unit_of(step, reception_unit_id=reception_unit_id),
        role=definition.role,
        due_at=own or due_at,
    )


def overtaken(dossier: Loaded) -> Problem:
    """Return the problem that tells the loser of a race that the dossier has moved on."""
    return Problem("step.overtaken", values={"code": dossier.code, "version": str(dossier.version)})


def _task_to_change(public_id: UUID, step: int, seen_version: int, actor: Actor) -> tuple[Loaded, OpenTask]:
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    task = next((t for t in dossier.tasks if t.step == step), None)
    if task is None:
        raise Refused([Problem("step.not_open", values={"code": dossier.code})])
    return dossier, task


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


def _messages(dossier: Loaded, life: Life) -> tuple[tuple[str, str, Mapping[str, Any]], ...]:
    """Return the notices that leave because the state changed; none for moves inside the office."""
    if life.state == dossier.life.state or life.state is NationalState.IN_PROCESS:
        return ()
    return (("dossier.state", str(dossier.public_id), {"state": int(life.state)}),)
