"""Answers what the page of leave shows: one's own leaves, and for the head those of the unit, the waiting ones first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from motcua.services.actors import Actor, Denied
from motcua.services.staffing.places import names_of, require_member
from motcua.services.times import local_day
from motcua.store.organisation.models import Counter
from motcua.store.organisation.roles import Role
from motcua.store.staffing.models import Leave, LeaveState

PAGE = 30
_WAITING_MAX = 50
_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """A leave with whose it is, and who stands in: ``day, half, counter's number, name``."""

    leave: Leave
    name: str
    moves: tuple[tuple[str, int, int, str], ...]
    is_own: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class LeavePage:
    """Own leaves by page; for the head those that wait and those of the unit that are running or coming."""

    own: tuple[LeaveLine, ...]
    after: str
    waiting: tuple[LeaveLine, ...]
    unit: tuple[LeaveLine, ...]
    is_head: bool


def leave_page(actor: Actor, *, after: str, now: datetime) -> LeavePage:
    """Return the leaves that the actor may see; a constant number of statements."""
    require_member(actor)
    rows = Leave.objects.filter(staff_id=actor.staff_id, unit_id=actor.unit_id).order_by("-from_on", "-id")
    day, _sep, number = after.partition(".")
    if (start := _day(day)) is not None and number.isdecimal() and len(number) < 18:
        rows = rows.filter(Q(from_on__lt=start) | Q(from_on=start, id__lt=int(number)))
    found = list(rows[: PAGE + 1])
    own, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    waiting: list[Leave] = []
    unit: list[Leave] = []
    is_head = actor.has(Role.CENTRE_MANAGER)
    if is_head:
        of_unit = Leave.objects.filter(unit_id=actor.unit_id).exclude(staff_id=actor.staff_id)
        waiting = list(of_unit.filter(state=LeaveState.ASKED).order_by("id")[:_WAITING_MAX])
        recent = of_unit.filter(to_on__gte=local_day(now) - _MONTH).exclude(state=LeaveState.ASKED)
        unit = list(recent.order_by("-from_on", "-id")[:PAGE])
    lines = _lines([*own, *waiting, *unit], actor, now=now)
    first, second = len(own), len(own) + len(waiting)
    return LeavePage(
        own=tuple(lines[:first]),
        after=f"{last.from_on}.{last.id}" if last is not None else "",
        waiting=tuple(lines[first:second]),
        unit=tuple(lines[second:]),
        is_head=is_head,
    )


def leave_for(public_id: UUID, actor: Actor) -> Leave:
    """Return a leave of the actor's unit: his own, or any for the head; Denied for others."""
    require_member(actor)
    found = Leave.objects.filter(public_id=public_id, unit_id=actor.unit_id).first()
    if found is None or not (found.staff_id == actor.staff_id or actor.has(Role.CENTRE_MANAGER)):
        raise Denied("leave of another")
    return found


def _lines(leaves: list[Leave], actor: Actor, *, now: datetime) -> list[LeaveLine]:
    people = {leave.staff_id for leave in leaves}
    people |= {m["to"] for leave in leaves for m in leave.moves if m["to"] is not None}
    names = names_of(people)
    numbers = dict(Counter.objects.filter(unit_id=actor.unit_id).values_list("id", "number"))
    return [
        LeaveLine(
            leave=leave,
            name=names.get(leave.staff_id, ""),
            moves=tuple(
                (m["day"], m["half"], numbers.get(m["counter"], 0), names.get(m["to"], "")) for m in leave.moves
            ),
            is_own=leave.staff_id == actor.staff_id,
            may_withdraw=leave.staff_id == actor.staff_id
            and leave.state in LeaveState.live()
            and leave.from_on > local_day(now),
        )
        for leave in leaves
    ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
