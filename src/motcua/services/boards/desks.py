"""Answers the boards of those who do the work: an officer's own steps, and a unit's with who has how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.core.clock import Horizon
from motcua.services.actors import Actor
from motcua.services.boards.apologies import apologies_to_send
from motcua.services.boards.lines import BoardLine, step_lines
from motcua.services.boards.rules import BoardKind, horizon_for, require_board, weeks_until
from motcua.services.dossiers.consultations import questions_to
from motcua.store.dossiers.selectors import escalated_before
from motcua.store.dossiers.work import Load, Of, free_steps, load_by_officer, open_steps, steps_done
from motcua.store.organisation.roles import Role

SHOWN = 20
WEEKS = 12
_ANSWERING = (Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER)


@dataclass(frozen=True, slots=True)
class DeskNow:
    """What of a desk's board changes while one looks at it: ``own`` steps, or those of the unit, by urgency.

    ``first`` is what has to be done first: of an officer his own list, of a unit what is late or due today.
    """

    kind: BoardKind
    horizon: Horizon
    own: Load
    free: int
    load: tuple[Load, ...]
    first: tuple[BoardLine, ...]
    questions: int
    apologies: int | None
    escalated: int = 0
    """How many dossiers were brought before the reader, as head of the unit or of the agency."""


@dataclass(frozen=True, slots=True)
class WeekDone:
    """How many steps were done in a week."""

    from_at: datetime
    to_at: datetime
    done: int


def desk_now(kind: BoardKind, actor: Actor, *, now: datetime) -> DeskNow:
    """Return the officer's or the unit's board. Denied for whoever has no such board."""
    require_board(actor, kind)
    horizon = horizon_for(actor, kind, now=now)
    load = load_by_officer(actor.unit_id, horizon)
    is_mine = kind is BoardKind.MINE
    of = Of(staff_id=actor.staff_id) if is_mine else Of()
    steps = open_steps(actor.unit_id, horizon, number="open", of=of, after=None, limit=SHOWN)
    if not is_mine:
        steps = [s for s in steps if s.due_at is not None and s.due_at <= horizon.today_until]
    own = next((line for line in load if line.staff_id == actor.staff_id), _nothing(actor)) if is_mine else _sum(load)
    return DeskNow(
        kind=kind,
        horizon=horizon,
        own=own,
        free=free_steps(actor.unit_id, roles=roles_done_by(actor)) if is_mine else _free(load),
        load=() if is_mine else tuple(load),
        first=tuple(step_lines(steps, horizon)),
        questions=len(questions_to(actor.unit_id)) if actor.has(*_ANSWERING) else 0,
        apologies=None if is_mine else len(apologies_to_send("unit", actor.unit_id, now=now)),
        escalated=0 if is_mine else _escalated(actor),
    )


def desk_trend(kind: BoardKind, actor: Actor, *, now: datetime) -> tuple[WeekDone, ...]:
    """Return how many steps the officer, or the unit, did in each of the last weeks."""
    require_board(actor, kind)
    spans = weeks_until(now, count=WEEKS)
    done = steps_done(actor.unit_id, spans, staff_id=actor.staff_id if kind is BoardKind.MINE else None)
    return tuple(WeekDone(a, b, n) for (a, b), n in zip(spans, done, strict=True))


def roles_done_by(actor: Actor) -> tuple[str, ...]:
    """Return the roles whose steps the actor may do: what a head may do himself is his work too."""
    roles = set(actor.roles)
    if Role.AGENCY_LEADER in roles:
        roles.add(Role.UNIT_LEADER)
    if Role.UNIT_LEADER in roles:
        roles.add(Role.CASE_OFFICER)
    if roles & {Role.CENTRE_MANAGER, Role.POSTAL_OFFICER}:
        roles.add(Role.COUNTER_OFFICER)
    return tuple(sorted(roles))


def _escalated(actor: Actor) -> int:
    agency_id = actor.agency_id if actor.has(Role.AGENCY_LEADER) else None
    return len(escalated_before(unit_id=actor.unit_id, agency_id=agency_id))


def _nothing(actor: Actor) -> Load:
    return Load(actor.staff_id, actor.name, 0, 0, 0, 0, 0)


def _free(load: Sequence[Load]) -> int:
    return sum(line.total for line in load if line.staff_id is None)


def _sum(load: Sequence[Load]) -> Load:
    return Load(
        None,
        "",
        late=sum(line.late for line in load),
        today=sum(line.today for line in load),
        soon=sum(line.soon for line in load),
        later=sum(line.later for line in load),
        resting=sum(line.resting for line in load),
    )
