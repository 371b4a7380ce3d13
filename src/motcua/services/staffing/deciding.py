"""Answers how a leave that was asked for is granted, declined or withdrawn, and how the rota is put back then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.staffing.places import held_unit, require_head, require_member
from motcua.services.times import local_day
from motcua.store.staffing.models import Leave, LeaveState, Shift

ANSWER_MAX = 200


def grant_leave(public_id: UUID, *, actor: Actor, now: datetime) -> Leave:
    """Return the leave, granted by the head; the rota was changed when it was asked. Problem: ``leave.decided``."""
    return _decided(public_id, LeaveState.GRANTED, "", actor=actor, now=now)


def decline_leave(public_id: UUID, *, answer: str, actor: Actor, now: datetime) -> Leave:
    """Return the leave, declined by the head with a reason; the rota is as it was before.

    Problems: ``leave.decided``, ``leave.answer``.
    """
    text = nfc(answer)[:ANSWER_MAX]
    if not text:
        require_head(actor)
        raise Refused([Problem("leave.answer", "answer")])
    return _decided(public_id, LeaveState.DECLINED, text, actor=actor, now=now)


def withdraw_leave(public_id: UUID, *, actor: Actor, now: datetime) -> Leave:
    """Return the leave, withdrawn by who asked for it before it began. Problems: ``leave.decided``, ``leave.begun``."""
    require_member(actor)
    with transaction.atomic():
        held_unit(actor.unit_id)
        leave = _leave(public_id, unit_id=actor.unit_id)
        if leave.staff_id != actor.staff_id:
            raise Denied("leave of another")
        if leave.state not in LeaveState.live():
            raise Refused([Problem("leave.decided")])
        if leave.from_on <= local_day(now):
            raise Refused([Problem("leave.begun")])
        return _closed(leave, LeaveState.WITHDRAWN, "", actor=actor, now=now)


def seat(move: Mapping[str, object], officer: object, *, unit_id: int, actor: Actor, now: datetime) -> None:
    """Let the officer sit where the move says, or nobody; two who change places may do so in any order."""
    at = {"counter_id": move["counter"], "day": move["day"], "half": move["half"]}
    if officer is None:
        Shift.objects.filter(**at).delete()
        return
    made = {"staff_id": officer, "made_by_id": actor.staff_id, "made_at": now}
    if not Shift.objects.filter(**at).update(**made):
        Shift.objects.create(unit_id=unit_id, **at, **made)


def _leave(public_id: UUID, *, unit_id: int) -> Leave:
    found = Leave.objects.filter(public_id=public_id, unit_id=unit_id).first()
    if found is None:
        raise Denied("leave of another unit")
    return found


def _decided(public_id: UUID, state: LeaveState, answer: str, *, actor: Actor, now: datetime) -> Leave:
    require_head(actor)
    with transaction.atomic():
        held_unit(actor.unit_id)
        leave = _leave(public_id, unit_id=actor.unit_id)
        if leave.state != LeaveState.ASKED:
            raise Refused([Problem("leave.decided")])
        return _closed(leave, state, answer, actor=actor, now=now)


def _closed(leave: Leave, state: LeaveState, answer: str, *, actor: Actor, now: datetime) -> Leave:
    leave.state, leave.answer = state, answer
    leave.decided_at, leave.decided_by_id = now, actor.staff_id
    leave.save(update_fields=["state", "answer", "decided_at", "decided_by_id"])
    if state not in LeaveState.live():
        leave.absences.all().delete()
        _undo(leave, actor=actor, now=now)
    audit.record(f"leave.{state.value}", leave.id, actor=actor, now=now)
    return leave


def _undo(leave: Leave, *, actor: Actor, now: datetime) -> None:
    """Put the rota back, half-day by half-day; where somebody changed it since, what they changed stands."""
    by_slot: dict[tuple[str, int], list[dict[str, object]]] = {}
    for move in leave.moves:
        by_slot.setdefault((move["day"], move["half"]), []).append(move)
    for (day, half), moves in by_slot.items():
        if day < f"{local_day(now)}":
            continue
        rows = Shift.objects.filter(unit_id=leave.unit_id, day=day, half=half).values_list("counter_id", "staff_id")
        seats = dict(rows)
        moved = {m["counter"] for m in moves}
        back = {m["from"] for m in moves}
        is_as_left = all(seats.get(m["counter"]) == m["to"] for m in moves)  # type: ignore[call-overload]
        is_free = back.isdisjoint(o for c, o in seats.items() if c not in moved)
        if is_as_left and is_free:
            for move in moves:
                seat(move, move["from"], unit_id=leave.unit_id, actor=actor, now=now)
