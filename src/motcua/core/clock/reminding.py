"""Answers who is reminded of an open step, before and after it is due: the officer, then his head, then the leader.

Nobody is told what another still has time to do: each level begins where the one before should have been done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum

from motcua.core.calendar import Calendar
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock.urgency import ahead_on
from motcua.core.regimes import Regime


class Level(IntEnum):
    """Who is told (đôn đốc): whose step it is, the head of the unit, the head of the agency or the centre's manager."""

    OFFICER = 1
    HEAD = 2
    LEADER = 3


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Until which due instant each level is told, as it is on a day."""

    officer_until: datetime
    head_until: datetime
    leader_until: datetime


def cutoffs_of(regime: Regime, calendar: Calendar, *, now: datetime) -> Cutoffs:
    """Return the borders on the day of ``now`` by the parameters in force.

    The officer and the head are told working days before; the leader only of what has been late for working days.
    Raises CalendarHorizonError.
    """
    today = now.astimezone(VIETNAM).date()

    def ahead(days: int) -> datetime:
        return datetime.combine(ahead_on(calendar, today, days), time.max, VIETNAM)

    rank = calendar.working_days_before(calendar.index_of(today)) - regime.number("reminder.leader_after_days")
    behind = calendar.day_of(calendar.working_day(max(rank, 0)))
    return Cutoffs(
        officer_until=ahead(regime.number("reminder.officer_before_days")),
        head_until=ahead(regime.number("reminder.head_before_days")),
        leader_until=datetime.combine(behind, time.max, VIETNAM),
    )


def levels_told(due_at: datetime | None, *, is_taken: bool, cutoffs: Cutoffs) -> tuple[Level, ...]:
    """Return who is told of a step that is open. What nobody has taken is the head's affair as early as an officer's.

    Guarantee: what is due earlier is told to no fewer.
    """
    if due_at is None:
        return ()
    told = []
    if is_taken and due_at <= cutoffs.officer_until:
        told.append(Level.OFFICER)
    if due_at <= (cutoffs.head_until if is_taken else max(cutoffs.officer_until, cutoffs.head_until)):
        told.append(Level.HEAD)
    if due_at <= cutoffs.leader_until:
        told.append(Level.LEADER)
    return tuple(told)
