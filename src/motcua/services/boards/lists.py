"""Answers the dossiers behind a number of a board, a page at a time, with who has each and why it is late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from motcua.core.clock import Horizon, Urgency
from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import LateCause
from motcua.services.actors import Actor, Denied
from motcua.services.boards.desks import roles_done_by
from motcua.services.boards.lines import BoardLine, late_lines, open_lines_named, step_lines
from motcua.services.boards.offices import LATE_MAX
from motcua.services.boards.rules import OFFICES, BoardKind, filters_of, horizon_for, require_board
from motcua.services.figures.causes import LateDossier, late_dossiers
from motcua.store.dossiers.work import Of, open_steps
from motcua.store.figures.boards import open_lines
from motcua.store.figures.selectors import Filters
from motcua.store.organisation.models import Agency

PAGE = 50
OPEN, FREE = "open", "free"
NUMBERS = (*(u.value for u in Urgency), OPEN, FREE)
Key = tuple[datetime | None, int]


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """Which dossiers: the number, and by what it is narrowed; empty means all. ``owner`` is the key of a ``Named``."""

    number: str
    agency_id: int | None = None
    cause: str = ""
    owner: str = ""
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class BoardList:
    """A page of the dossiers behind a number, and the key after which the next page goes on."""

    lines: tuple[BoardLine, ...]
    following: Key | None
    agency_name: str


def board_list(kind: BoardKind, query: BoardQuery, *, after: Key | None, actor: Actor, now: datetime) -> BoardList:
    """Return the dossiers that the number counts, what is due first first.

    Problem: ``board.number``. Denied for whoever has no such board, and for another agency than the board is of.
    """
    require_board(actor, kind)
    if query.number not in NUMBERS:
        raise Refused([Problem("board.number", "number")])
    horizon = horizon_for(actor, kind, now=now)
    if kind not in OFFICES:
        return _of_desk(kind, query, horizon, after=after, actor=actor)
    filters = _inside(filters_of(actor, kind), query)
    if query.number == Urgency.LATE.value and (query.cause or query.owner):
        return _of_late(filters, query, horizon, after=after, actor=actor)
    found = open_lines(filters, horizon, number=query.number, after=after, limit=PAGE + 1)
    following = (found[PAGE - 1].due_at, found[PAGE - 1].dossier_id) if len(found) > PAGE else None
    return BoardList(tuple(open_lines_named(found[:PAGE], horizon, actor)), following, _agency(filters))


def _of_desk(kind: BoardKind, query: BoardQuery, horizon: Horizon, *, after: Key | None, actor: Actor) -> BoardList:
    of = Of(staff_id=query.staff_id)
    if kind is BoardKind.MINE:
        of = Of(staff_id=actor.staff_id)
    if query.number == FREE:
        of = Of(is_free=True, roles=roles_done_by(actor) if kind is BoardKind.MINE else ())
    found = open_steps(actor.unit_id, horizon, number=query.number, of=of, after=after, limit=PAGE + 1)
    following = (found[PAGE - 1].due_at, found[PAGE - 1].task_id) if len(found) > PAGE else None
    return BoardList(tuple(step_lines(found[:PAGE], horizon)), following, "")


def _of_late(filters: Filters, query: BoardQuery, horizon: Horizon, *, after: Key | None, actor: Actor) -> BoardList:
    """Narrowed by cause or owner: those are derived, so the same that the board counted are looked through."""
    found = [one for one in late_dossiers(filters, horizon, limit=LATE_MAX) if _is_meant(one, query)]
    if after is not None and after[0] is not None:
        found = [one for one in found if (one.due_at, one.dossier_id) > (after[0], after[1])]
    following = (found[PAGE - 1].due_at, found[PAGE - 1].dossier_id) if len(found) > PAGE else None
    return BoardList(tuple(late_lines(found[:PAGE], actor)), following, _agency(filters))


def _is_meant(one: LateDossier, query: BoardQuery) -> bool:
    if query.cause and one.late.cause is not LateCause(query.cause):
        return False
    owner = one.owner
    key = f"unit:{owner.unit_id}" if owner.unit_id else f"agency:{owner.agency_id}" if owner.agency_id else "none"
    return query.owner in ("", key)


def _inside(scope: Filters, query: BoardQuery) -> Filters:
    """Return the filters, never wider than the board."""
    if query.agency_id is None:
        return scope
    if scope.agency_id not in (None, query.agency_id):
        raise Denied("board of another agency")
    return replace(scope, agency_id=query.agency_id)


def _agency(filters: Filters) -> str:
    if filters.agency_id is None:
        return ""
    return Agency.objects.filter(id=filters.agency_id).values_list("short_name", flat=True).first() or ""
