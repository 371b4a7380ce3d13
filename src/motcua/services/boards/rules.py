"""Answers which boards a person has, of which dossiers each is, and what "today" and "soon" are there.

Figures hold no personal data, so whoever may see an office's figures may see its board; a dossier itself opens only
for those who may read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import Enum

from motcua.core.calendar import Calendar
from motcua.core.clock import Horizon, horizon_of
from motcua.services.actors import PROVINCE_LEVELS, Actor, Denied
from motcua.services.calendars import calendar_of
from motcua.services.times import VIETNAM, end_of, local_day
from motcua.store.figures.selectors import Filters
from motcua.store.lawfiles import law_book
from motcua.store.organisation.roles import Role


class BoardKind(Enum):
    """The boards, the widest first: what a person opens without choosing is the widest that he has."""

    PROVINCE = "province"
    AGENCY = "agency"
    CENTRE = "centre"
    UNIT = "unit"
    MINE = "mine"


OFFICES = (BoardKind.PROVINCE, BoardKind.AGENCY, BoardKind.CENTRE)
READERS = (
    *(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER),
    *(Role.CENTRE_MANAGER, Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER),
)
HEADS = (Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER)
_ROLES: Mapping[BoardKind, tuple[Role, ...]] = {
    BoardKind.PROVINCE: (Role.PROVINCE_LEADER,),
    BoardKind.AGENCY: (Role.AGENCY_LEADER,),
    BoardKind.CENTRE: (Role.CENTRE_MANAGER,),
    BoardKind.UNIT: HEADS,
    BoardKind.MINE: (Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CASE_OFFICER, *HEADS),
}


def boards_of(actor: Actor) -> tuple[BoardKind, ...]:
    """Return the boards that the actor has, the widest first."""
    return tuple(kind for kind in BoardKind if _has(actor, kind))


def require_board(actor: Actor, kind: BoardKind) -> None:
    """Raise Denied unless the actor has the board."""
    if not _has(actor, kind):
        raise Denied("board of somebody else")


def filters_of(actor: Actor, kind: BoardKind) -> Filters:
    """Return whose dossiers an office's board counts."""
    if kind is BoardKind.PROVINCE:
        return Filters()
    return Filters(unit_id=actor.unit_id) if kind is BoardKind.CENTRE else Filters(agency_id=actor.agency_id)


def horizon_for(actor: Actor, kind: BoardKind, *, now: datetime) -> Horizon:
    """Return the borders of urgency: by the calendar of the actor's agency, for the province by that of the law."""
    return horizon_of(_calendar(actor, kind), now=now, soon_working_days=soon_days(now))


def soon_days(now: datetime) -> int:
    return law_book().regime_on(local_day(now)).number("board.soon_working_days")


def months_until(now: datetime, *, count: int) -> list[tuple[datetime, datetime]]:
    """Return the last ``count`` calendar months up to ``now``, the oldest first, the running one last."""
    first, found = local_day(now).replace(day=1), []
    until = end_of(local_day(now))
    for _month in range(count):
        found.append((datetime.combine(first, time(0), VIETNAM), until))
        until = end_of(first - timedelta(days=1))
        first = (first - timedelta(days=1)).replace(day=1)
    return found[::-1]


def weeks_until(now: datetime, *, count: int) -> list[tuple[datetime, datetime]]:
    """Return the last ``count`` weeks from Monday to Sunday up to ``now``, the oldest first, the running one last."""
    monday, found = local_day(now) - timedelta(days=local_day(now).weekday()), []
    for back in range(count):
        first = monday - timedelta(days=7 * back)
        found.append((datetime.combine(first, time(0), VIETNAM), end_of(first + timedelta(days=6))))
    return found[::-1]


def _calendar(actor: Actor, kind: BoardKind) -> Calendar:
    return law_book().calendar() if kind is BoardKind.PROVINCE else calendar_of(actor.agency_id)


def _has(actor: Actor, kind: BoardKind) -> bool:
    if actor.has(Role.PROCEDURE_OFFICER) and kind in (BoardKind.PROVINCE, BoardKind.AGENCY):
        return (kind is BoardKind.PROVINCE) == (actor.agency_level in PROVINCE_LEVELS)
    if kind is BoardKind.CENTRE and not actor.is_at_one_stop:
        return False
    return actor.has(*_ROLES[kind])
