"""Answers what an officer does at a counter: sit down, call, call again, set aside, send on, finish, pause.

Every press names the ticket that the officer saw: a second press, or one on an old page, changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import F

from motcua.core.floor import EventKind, Queue, State, next_ticket
from motcua.core.floor.queue import after_call
from motcua.core.floor.replay import rules_data
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, require_counter
from motcua.services.floor.done_work import work_done_since
from motcua.services.floor.halls import Floor, floor_of, hall_for, locked, write_event
from motcua.services.floor.notes import forget_note
from motcua.services.times import VIETNAM, local_day
from motcua.store.floor.models import DeskSession, DeskState, Hall, HallGroup, Ticket
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.models import Counter

TICKET_CALLED, TICKET_FINISHED = "ticket.called", "ticket.finished"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a visitor is sent on to: a group, or one counter of it."""

    group_id: int | None = None
    counter_id: int | None = None


def session_of(actor: Actor) -> DeskSession | None:
    """Return where the officer sits in the unit's hall, ``None`` when nowhere."""
    return (
        DeskSession.objects.filter(staff_id=actor.staff_id, hall__unit_id=actor.unit_id)
        .exclude(state=DeskState.CLOSED)
        .select_related("counter")
        .first()
    )


def open_desk(*, counter_id: int, actor: Actor, now: datetime) -> DeskSession:
    """Return the session of the officer at the counter; one who sits elsewhere moves.

    Problems: ``floor.counter_missing``, ``floor.counter_taken``.
    """
    require_counter(actor)
    with transaction.atomic():
        hall = locked(hall_for(actor).id, now=now)
        counter = Counter.objects.filter(id=counter_id, unit_id=actor.unit_id).first()
        if counter is None:
            raise Refused([Problem("floor.counter_missing", "counter")])
        taken = DeskSession.objects.filter(counter=counter).exclude(state=DeskState.CLOSED).first()
        if taken is not None and taken.staff_id == actor.staff_id:
            return taken
        if taken is not None:
            raise Refused([Problem("floor.counter_taken", "counter", values={"counter": str(counter.number)})])
        mine = DeskSession.objects.filter(staff_id=actor.staff_id).exclude(state=DeskState.CLOSED).first()
        if mine is not None:
            _leave(mine, hall if mine.hall_id == hall.id else locked(mine.hall_id, now=now), actor=actor, now=now)
        session = DeskSession.objects.create(
            hall=hall, counter=counter, staff_id=actor.staff_id, opened_at=now, changed_at=now
        )
        write_event(hall, EventKind.DESK_OPENED, now=now, counter_id=counter.id, actor=actor)
    return session


def close_desk(*, actor: Actor, now: datetime) -> None:
    """Leave the counter; the visitor who is still there counts as served."""
    with _at_desk(actor, now=now) as at:
        if at.session is not None:
            _leave(at.session, at.hall, actor=actor, now=now)


def pause_desk(*, actor: Actor, now: datetime) -> None:
    _turn(DeskState.OPEN, DeskState.PAUSED, EventKind.DESK_PAUSED, actor=actor, now=now)


def resume_desk(*, actor: Actor, now: datetime) -> None:
    _turn(DeskState.PAUSED, DeskState.OPEN, EventKind.DESK_RESUMED, actor=actor, now=now)


def call_next(*, seen: str, actor: Actor, now: datetime) -> Ticket | None:
    """Return the ticket called to the officer's counter, or the one that is there; ``None`` when nobody waits.

    ``seen`` is the token of the ticket that the page showed at the counter, empty for none. The visitor who was
    there is finished first. Problems: ``floor.no_desk``, ``floor.desk_paused``.
    """
    with _at_desk(actor, now=now) as at:
        session = _open_session(at)
        floor = floor_of(at.hall, day=local_day(now))
        current = floor.at_counter(session.counter_id)
        if (current.token if current else "") != seen:
            return current
        if current is not None:
            _finish(current, at.hall, actor=actor, now=now)
            del floor.tickets[current.id]
        return _call(floor, session, actor=actor, now=now)


def call_again(*, seen: str, actor: Actor, now: datetime) -> Ticket | None:
    """Call the visitor once more; the display and the voice say it again."""
    with _at_desk(actor, now=now) as at:
        ticket = _mine(at, seen)
        if ticket is None:
            return None
        ticket.calls += 1
        ticket.save(update_fields=["calls"])
        write_event(
            at.hall, EventKind.CALLED_AGAIN, now=now, ticket=ticket, counter_id=ticket.counter_id, actor=actor
        )
        return ticket


def set_aside(*, seen: str, actor: Actor, now: datetime) -> None:
    """Set a visitor who does not come aside; the number and the place in time stay theirs.

    Problems: ``floor.call_again_first`` before the number of calls that the centre has set.
    """
    with _at_desk(actor, now=now) as at:
        ticket = _mine(at, seen)
        if ticket is None:
            return
        if ticket.calls < at.hall.calls_max:
            raise Refused([Problem("floor.call_again_first", values={"calls": str(at.hall.calls_max)})])
        counter_id = ticket.counter_id
        ticket.state, ticket.counter, ticket.called_at = State.ASIDE, None, None
        ticket.save(update_fields=["state", "counter", "called_at"])
        write_event(at.hall, EventKind.SET_ASIDE, now=now, ticket=ticket, counter_id=counter_id, actor=actor)


def send_on(*, seen: str, target: Target, actor: Actor, now: datetime) -> None:
    """Send the visitor to another group or counter: the same ticket, the same place in time.

    Problems: ``floor.target_missing``.
    """
    with _at_desk(actor, now=now) as at:
        ticket = _mine(at, seen)
        if ticket is None:
            return
        group_id, counter_id = _target(at.hall, ticket, target)
        before = ticket.counter_id
        ticket.state, ticket.group_id, ticket.for_counter_id = State.WAITING, group_id, counter_id
        ticket.counter, ticket.called_at, ticket.calls = None, None, 0
        ticket.save(update_fields=["state", "group", "for_counter_id", "counter", "called_at", "calls"])
        write_event(
            at.hall,
            EventKind.TRANSFERRED,
            now=now,
            ticket=ticket,
            counter_id=before,
            actor=actor,
            group=group_id,
            for_counter=counter_id,
        )


def finish(*, seen: str, actor: Actor, now: datetime) -> None:
    """End the visit; what the officer received, refused or returned meanwhile is written to the ticket."""
    with _at_desk(actor, now=now) as at:
        ticket = _mine(at, seen)
        if ticket is not None:
            _finish(ticket, at.hall, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class _AtDesk:
    """The officer's hall, held, and where the officer sits."""

    hall: Hall
    session: DeskSession | None


@contextlib.contextmanager
def _at_desk(actor: Actor, *, now: datetime) -> Iterator[_AtDesk]:
    """Hold the officer's hall for one transaction."""
    require_counter(actor)
    with transaction.atomic():
        hall = locked(hall_for(actor).id, now=now)
        yield _AtDesk(hall, session_of(actor))


def _open_session(at: _AtDesk) -> DeskSession:
    if at.session is None:
        raise Refused([Problem("floor.no_desk", "counter")])
    if at.session.state != DeskState.OPEN:
        raise Refused([Problem("floor.desk_paused")])
    return at.session


def _mine(at: _AtDesk, seen: str) -> Ticket | None:
    """Return the ticket at the officer's counter if it is the one that the page showed."""
    if at.session is None:
        raise Refused([Problem("floor.no_desk", "counter")])
    ticket = Ticket.objects.filter(hall=at.hall, counter_id=at.session.counter_id, state=State.CALLED).first()
    return ticket if ticket is not None and ticket.token == seen else None


def _call(floor: Floor, session: DeskSession, *, actor: Actor, now: datetime) -> Ticket | None:
    desk, queue, rules = floor.desk(session.counter_id), floor.queue(), floor.rules
    choice = next_ticket(queue, desk, now=now, rules=rules, open_counters=floor.open_counters)
    if choice is None:
        return None
    after = after_call(queue, choice.ticket, desk, now=now, rules=rules, open_counters=floor.open_counters)
    ticket = floor.tickets[choice.ticket.id]
    changed = after.tickets[ticket.id]
    ticket.state, ticket.calls, ticket.called_at = State.CALLED, changed.calls, now
    ticket.counter_id, ticket.staff_id, ticket.reason = session.counter_id, actor.staff_id, choice.reason.value
    ticket.first_called_at = ticket.first_called_at or now
    ticket.save()
    _write_passed(queue, after, called_id=ticket.id)
    floor.hall.streaks = {str(group): run for group, run in after.streaks.items()}
    floor.hall.save(update_fields=["streaks"])
    write_event(
        floor.hall,
        EventKind.CALLED,
        now=now,
        ticket=ticket,
        counter_id=session.counter_id,
        actor=actor,
        groups=sorted(desk.groups),
        open=sorted(floor.open_counters),
        rules=rules_data(rules),
        reason=choice.reason.value,
    )
    _tell(TICKET_CALLED, ticket, now=now, counter=floor.counters[session.counter_id].number)
    return ticket


def _write_passed(before: Queue, after: Queue, *, called_id: int) -> None:
    passed = [i for i, t in after.tickets.items() if i != called_id and t.passed != before.tickets[i].passed]
    if passed:
        Ticket.objects.filter(id__in=passed).update(passed=F("passed") + 1)


def _finish(ticket: Ticket, hall: Hall, *, actor: Actor, now: datetime) -> None:
    assert ticket.called_at is not None
    ticket.done = work_done_since(ticket.called_at, actor=actor)
    ticket.state, ticket.ended_at = State.DONE, now
    ticket.save(update_fields=["state", "ended_at", "done"])
    forget_note(ticket)
    write_event(
        hall,
        EventKind.FINISHED,
        now=now,
        ticket=ticket,
        counter_id=ticket.counter_id,
        actor=actor,
        done=ticket.done,
    )
    _tell(TICKET_FINISHED, ticket, now=now, counter_id=ticket.counter_id, unit_id=hall.unit_id)


def _leave(session: DeskSession, hall: Hall, *, actor: Actor, now: datetime) -> None:
    ticket = Ticket.objects.filter(hall=hall, counter_id=session.counter_id, state=State.CALLED).first()
    if ticket is not None:
        _finish(ticket, hall, actor=actor, now=now)
    session.state, session.closed_at, session.changed_at = DeskState.CLOSED, now, now
    session.save(update_fields=["state", "closed_at", "changed_at"])
    write_event(hall, EventKind.DESK_CLOSED, now=now, counter_id=session.counter_id, actor=actor)


def _turn(was: DeskState, becomes: DeskState, kind: EventKind, *, actor: Actor, now: datetime) -> None:
    with _at_desk(actor, now=now) as at:
        if at.session is None or at.session.state != was:
            return
        at.session.state, at.session.changed_at = becomes, now
        at.session.save(update_fields=["state", "changed_at"])
        write_event(at.hall, kind, now=now, counter_id=at.session.counter_id, actor=actor)


def _target(hall: Hall, ticket: Ticket, target: Target) -> tuple[int, int | None]:
    """Return the group and counter to go to; a counter alone leaves the group as it is unless it serves another."""
    if target.counter_id is not None:
        counter = Counter.objects.filter(id=target.counter_id, unit_id=hall.unit_id).first()
        if counter is None or counter.id == ticket.counter_id:
            raise Refused([Problem("floor.target_missing", "target")])
        groups = list(HallGroup.objects.filter(hall=hall, counters=counter).values_list("id", flat=True))
        return (ticket.group_id if not groups or ticket.group_id in groups else groups[0]), counter.id
    group = HallGroup.objects.filter(hall=hall, id=target.group_id or 0).first()
    if group is None or group.id == ticket.group_id:
        raise Refused([Problem("floor.target_missing", "target")])
    return group.id, None


def _tell(topic: str, ticket: Ticket, *, now: datetime, **body: Any) -> None:
    OutboxMessage.objects.create(
        topic=topic, key=ticket.token, body={"label": ticket.label, **body}, made_at=now, next_attempt_at=now
    )


def close_desks_of_past_days(*, now: datetime) -> int:
    """Close the counters that somebody forgot to leave on an earlier day; return how many."""
    midnight = datetime.combine(local_day(now), time(), VIETNAM)
    forgotten = DeskSession.objects.filter(opened_at__lt=midnight).exclude(state=DeskState.CLOSED)
    count = 0
    for hall_id in sorted(set(forgotten.values_list("hall_id", flat=True))):
        with transaction.atomic():
            hall = locked(hall_id, now=now)
            for session in forgotten.filter(hall=hall):
                session.state, session.closed_at, session.changed_at = DeskState.CLOSED, now, now
                session.save(update_fields=["state", "closed_at", "changed_at"])
                write_event(hall, EventKind.DESK_CLOSED, now=now, counter_id=session.counter_id)
                count += 1
    return count


def ticket_at_counter(actor: Actor) -> Ticket | None:
    """Return the ticket at the counter where the officer sits, ``None`` when there is none."""
    session = session_of(actor)
    if session is None:
        return None
    return Ticket.objects.filter(hall_id=session.hall_id, counter_id=session.counter_id, state=State.CALLED).first()
