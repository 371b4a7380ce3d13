"""Answers how a fact becomes part of a dossier: what follows by itself, who has to do what next, one write.

Steps of the system are done at once, dossiers of their own are opened at other agencies, and what a dossier of
another agency ends goes on in the dossier that asked for it. Whether somebody may do it was decided before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.core.dossier import (
    Fact,
    FactKind,
    Life,
    NationalState,
    Place,
    advance,
    begin,
    replay,
    stays_of,
    waits_of,
)
from motcua.core.kernel import Problem, Refused
from motcua.core.process import NotActive, NoWayOut
from motcua.core.process.definition import AUTOMATIC, CALL
from motcua.services.actors import Actor
from motcua.services.calendars import fresh_calendar
from motcua.services.clocks import clock_of, task_dues
from motcua.services.offerings import Running, Seat
from motcua.store.dossiers.models import TaskPart
from motcua.store.dossiers.writing import Append, Loaded, NewTask, append, facts_of, load

_AUTOMATIC_MAX = 200
PROCESS_MESSAGE = "process.message"

Message = tuple[str, str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Done:
    """What an act made of the dossier."""

    public_id: UUID
    code: str
    state: NationalState
    version: int
    opened_unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """A fact with those that follow by themselves, the life after them, steps opened and closed on the way."""

    facts: tuple[Fact, ...]
    life: Life
    opened: tuple[Place, ...]
    closed: tuple[Place, ...]
    sent: tuple[str, ...]


def follow(life: Life, fact: Fact, running: Running, *, code: str, is_child: bool = False) -> Followed:
    """Return ``fact`` with the steps that the system does because of it.

    A dossier opened for another one hands its result to that one, so its own hand-over is the system's too.
    Raises Refused with ``step.not_open``, ``step.no_way_out``, ``step.endless``.
    """
    net, facts = running.net, [fact]
    opened, closed, sent = dict[Place, None](), list[Place](), list[str]()
    waiting = [fact]
    try:
        while waiting:
            advanced = advance(life, waiting.pop(0), net)
            life = advanced.life
            sent += advanced.sent
            for place in advanced.closed:
                opened.pop(place, None)
                closed.append(place)
            opened |= dict.fromkeys(advanced.opened)
            if len(facts) > _AUTOMATIC_MAX:
                raise Refused([Problem("step.endless", values={"code": code})])
            if not waiting and (following := _by_itself(facts[-1], life, opened, running, is_child=is_child)):
                facts.append(following)
                waiting.append(following)
    except NotActive:
        raise Refused([Problem("step.not_open", values={"code": code})]) from None
    except NoWayOut as stuck:
        node = net.nodes[stuck.args[0]]
        values = {"code": code, "gateway": node.name or node.key}
        raise Refused([Problem("step.no_way_out", values=values)]) from None
    return Followed(tuple(facts), life, tuple(opened), tuple(closed), tuple(sent))


def commit(
    dossier: Loaded,
    running: Running,
    kind: FactKind,
    body: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    assign: tuple[int, int] | None = None,
    escalation: int | None = None,
) -> Done:
    """Write one fact that moves no clock, with what follows by itself.

    Raises Refused with ``step.overtaken`` when somebody was faster, and what ``follow`` raises.
    """
    fact = Fact(dossier.version + 1, kind, now, actor.staff_id, actor.post_id, actor.unit_id, body)
    followed = follow(dossier.life, fact, running, code=dossier.code, is_child=dossier.parent_id is not None)
    linked = [p for p in followed.opened if running.net.steps[p[0]].kind == CALL]
    has_moved = followed.life.process is not dossier.life.process
    timer_at = dossier.timer_at
    if running.net.triggers and has_moved:
        timer_at = next_timer((*facts_of(dossier.id), *followed.facts), running)
    seat = Seat(dossier.reception_unit_id, followed.life.values, dossier.on_spot)
    act = Append(
        facts=followed.facts,
        life=followed.life,
        due_at=dossier.due_at,
        closed_task_ids=_tasks_at(dossier, followed.closed),
        opened=new_tasks(running, followed.opened, seat, now=now, due_at=dossier.due_at),
        assign_task_id=assign[0] if assign else None,
        assign_to_id=assign[1] if assign else None,
        messages=(*_state_messages(dossier, followed.life), *_sent_messages(dossier, followed.sent)),
        timer_at=timer_at,
        escalation=escalation,
    )
    has_ended = followed.life.ended_at is not None and dossier.life.ended_at is None
    if not linked and not (dossier.parent_id and has_ended):
        return write(dossier, act, now=now)
    return _write_linked(dossier, act, running, linked, has_ended=has_ended, actor=actor, now=now)


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
    messages = _state_messages(dossier, life)
    if clock.due_at != dossier.due_at and not life.state.is_final:
        due = clock.due_at.isoformat() if clock.due_at else None
        moved = {"due": due, "is_told": due is None and bool(messages)}
        messages = (*messages, ("dossier.due_moved", str(dossier.public_id), moved))
    act = Append(
        facts=(fact,),
        life=life,
        due_at=clock.due_at,
        closed_task_ids=tuple(t.id for t in dossier.tasks if (t.step, t.instance) not in dues),
        extension_count=clock.extensions,
        messages=messages,
        task_dues=tuple((t.id, dues[t.step, t.instance]) for t in dossier.tasks if (t.step, t.instance) in dues),
        received_at=life.received_at if life.received_at != dossier.life.received_at else None,
        timer_at=next_timer(everything, running),
    )
    if life.ended_at is None or dossier.life.ended_at is not None:
        return write(dossier, act, now=now)
    return _write_linked(dossier, act, running, [], has_ended=True, actor=actor, now=now)


def recall(
    dossier: Loaded, running: Running, facts: Sequence[Fact], seqs: Sequence[int], reason: str, *,
    actor: Actor, now: datetime,
) -> Done:  # fmt: skip
    """Write that the facts ``seqs`` are taken back: the dossier stands where it stood before them."""
    body = {"of": list(seqs), "reason": reason}
    fact = Fact(dossier.version + 1, FactKind.RECALLED, now, actor.staff_id, actor.post_id, actor.unit_id, body)
    everything = (*facts, fact)
    life = replay(everything, running.net)
    calendar = fresh_calendar(running.agency_id)
    clock = clock_of(everything, running, life=life, calendar=calendar)
    dues = task_dues(everything, running, made=clock, calendar=calendar)
    standing = {(t.step, t.instance) for t in dossier.tasks}
    since = {(s.step, s.instance): s.opened_at for s in stays_of(everything, running.net) if s.closed_at is None}
    again = tuple(p for p in since if p not in standing)
    seat = Seat(dossier.reception_unit_id, life.values, dossier.on_spot)
    tasks = new_tasks(running, again, seat, now=now, due_at=clock.due_at)
    act = Append(
        facts=(fact,),
        life=life,
        due_at=clock.due_at,
        closed_task_ids=tuple(t.id for t in dossier.tasks if (t.step, t.instance) not in since),
        opened=tuple(
            replace(t, opened_at=since[t.step, t.instance], due_at=dues[t.step, t.instance],
                    assignee_id=actor.staff_id if t.unit_id == actor.unit_id else None)
            for t in tasks
        ),
        messages=_state_messages(dossier, life),
        timer_at=next_timer(everything, running),
    )  # fmt: skip
    return write(dossier, act, now=now)


def write(dossier: Loaded, act: Append, *, now: datetime) -> Done:
    """Write ``act``; Refused with ``step.overtaken`` when somebody was faster."""
    if not append(dossier, act, now=now):
        raise Refused([overtaken(load(dossier.public_id) or dossier)])
    opened = tuple(t.unit_id for t in act.opened)
    return Done(dossier.public_id, dossier.code, act.life.state, act.facts[-1].seq, opened)


def new_tasks(
    running: Running, places: Sequence[Place], seat: Seat, *, now: datetime, due_at: datetime | None
) -> tuple[NewTask, ...]:
    """Return the tasks that open ``places`` now, with those of the units that help and look on.

    Each is due by its share of the term and never after the dossier. What the system or another agency's dossier
    does is nobody's task.
    """
    found = list[NewTask]()
    for place in places:
        number, instance = place
        step = running.net.steps[number]
        if step.kind in (AUTOMATIC, CALL):
            continue
        own, minutes = None, running.minutes_of(place, at=seat)
        # While the dossier's clock rests, nothing is owed of its steps either.
        if minutes and due_at is not None:
            own = min(running.calendar.add_share(now, minutes=minutes), due_at)
        role = running.role_of(place, at=seat)
        lead = NewTask(number, running.unit_of(place, at=seat), role, own or due_at, None, instance)
        found.append(lead)
        for slots, part in ((step.co_slots, TaskPart.CO), (step.watch_slots, TaskPart.WATCH)):
            for slot in slots:
                unit = running.unit_of_slot(slot, reception_unit_id=seat.reception_unit_id)
                found.append(replace(lead, unit_id=unit, role="", part=int(part)))
    return tuple(found)


def next_timer(facts: Sequence[Fact], running: Running) -> datetime | None:
    """Return when a time of the process comes next; ``None`` where it waits for none."""
    if not running.net.triggers:
        return None
    waits = waits_of(facts, running.net, running.calendar)
    return min((w.due_at for w in waits if w.due_at is not None), default=None)


def overtaken(dossier: Loaded) -> Problem:
    """Return the problem that tells the loser of a race that the dossier has moved on."""
    return Problem("step.overtaken", values={"code": dossier.code, "version": str(dossier.version)})


def received(fact: Fact, running: Running, *, code: str, is_child: bool = False) -> Followed:
    """Return the first fact of a dossier with what follows by itself."""
    return follow(begin(), fact, running, code=code, is_child=is_child)


def _write_linked(
    dossier: Loaded,
    act: Append,
    running: Running,
    linked: Sequence[Place],
    *,
    has_ended: bool,
    actor: Actor,
    now: datetime,
) -> Done:
    """Write an act that reaches other dossiers as well: all of it or nothing."""
    from motcua.services.dossiers import linking

    with transaction.atomic():
        # From the asking dossier to those it asked, always in this order, so that no two acts wait for each other.
        parent = linking.lock_parent(dossier) if dossier.parent_id else None
        if linked:
            act = linking.with_links(dossier, act, running, linked, actor=actor, now=now)
        done = write(dossier, act, now=now)
        if linked:
            linking.open_children(dossier, running, linked, act.life, since_seq=done.version, actor=actor, now=now)
        if has_ended and act.life.state.is_final:
            linking.stop_children(dossier, actor=actor, now=now)
        if parent is not None and has_ended:
            linking.tell_parent(parent, dossier, act.life, actor=actor, now=now)
    return done


def _by_itself(
    last: Fact, life: Life, opened: Mapping[Place, None], running: Running, *, is_child: bool
) -> Fact | None:
    """Return the fact of the next step that the system does, if one is open."""
    kinds = (AUTOMATIC, "return") if is_child else (AUTOMATIC,)
    for number, instance in opened:
        if running.net.steps[number].kind in kinds:
            body: dict[str, Any] = {"step": number, "outcome": 0, "automatic": True}
            if instance:
                body["instance"] = instance
            return replace(last, seq=last.seq + 1, kind=FactKind.COMPLETED, body=body)
    return None


def _tasks_at(dossier: Loaded, places: Sequence[Place]) -> tuple[int, ...]:
    wanted = set(places)
    return tuple(t.id for t in dossier.tasks if (t.step, t.instance) in wanted)


def _state_messages(dossier: Loaded, life: Life) -> tuple[Message, ...]:
    """Return the notices that leave because the state changed; none for moves inside the office."""
    if life.state == dossier.life.state or life.state is NationalState.IN_PROCESS or dossier.parent_id is not None:
        return ()
    return (("dossier.state", str(dossier.public_id), {"state": int(life.state)}),)


def _sent_messages(dossier: Loaded, sent: Sequence[str]) -> tuple[Message, ...]:
    return tuple((PROCESS_MESSAGE, str(dossier.public_id), {"name": name}) for name in sent)
