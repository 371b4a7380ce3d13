"""Answers where a duty stands according to what happened to it, what may happen next, and whether it is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum

from motcua.core.kernel import Problem


class DutyAct(IntEnum):
    """What happened. The numbers are stored: never reuse one."""

    GIVEN = 1
    """Given to an agency with a term (giao nhiệm vụ)."""
    REPORTED = 2
    """The agency told how far it has come (báo cáo tiến độ)."""
    DONE = 3
    """The agency says that it is done, and shows it (báo cáo hoàn thành)."""
    RETURNED = 4
    """Whoever gave it looked and found it not fulfilled; a new term runs (kiểm tra lại: chưa đạt)."""
    FULFILLED = 5
    """Whoever gave it looked and found it fulfilled (kiểm tra lại: đạt)."""
    EXTENDED = 6
    """Another term, with the reason (gia hạn)."""
    REVOKED = 7
    """No longer asked for, with the reason (thu hồi)."""


class DutyState(IntEnum):
    """Where a duty stands. The numbers are stored: never reuse one."""

    OPEN = 1
    BEFORE_ISSUER = 2
    """Reported as done; whoever gave it looks again."""
    FULFILLED = 3
    REVOKED = 4


class Standing(Enum):
    """How a duty stands against its term on a day."""

    WITHIN = "within"
    LATE = "late"
    FULFILLED_IN_TERM = "fulfilled_in_term"
    FULFILLED_LATE = "fulfilled_late"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class DutyFact:
    """One thing that happened: which, on what day, the term it set, how many files were shown with it."""

    act: DutyAct
    on: date
    due_on: date | None = None
    files: int = 0


@dataclass(frozen=True, slots=True)
class DutyLife:
    """A duty after its facts. ``done_on`` is the day of the report that counts: the last one that it is done.

    ``shown`` is how many files were shown since it was given or last returned: what was found wanting counts no more.
    """

    state: DutyState
    given_on: date
    first_due_on: date
    due_on: date
    returns: int
    shown: int
    done_on: date | None


ALLOWED: dict[DutyState, tuple[DutyAct, ...]] = {
    DutyState.OPEN: (DutyAct.REPORTED, DutyAct.DONE, DutyAct.EXTENDED, DutyAct.REVOKED),
    DutyState.BEFORE_ISSUER: (DutyAct.FULFILLED, DutyAct.RETURNED, DutyAct.REVOKED),
    DutyState.FULFILLED: (),
    DutyState.REVOKED: (),
}
"""What may follow in each state, what is done most first."""
_AFTER = {
    DutyAct.GIVEN: DutyState.OPEN,
    DutyAct.REPORTED: DutyState.OPEN,
    DutyAct.EXTENDED: DutyState.OPEN,
    DutyAct.DONE: DutyState.BEFORE_ISSUER,
    DutyAct.RETURNED: DutyState.OPEN,
    DutyAct.FULFILLED: DutyState.FULFILLED,
    DutyAct.REVOKED: DutyState.REVOKED,
}
SETTING_A_TERM = frozenset({DutyAct.GIVEN, DutyAct.RETURNED, DutyAct.EXTENDED})
OF_ISSUER = frozenset({DutyAct.RETURNED, DutyAct.FULFILLED, DutyAct.EXTENDED, DutyAct.REVOKED})
OF_AGENCY = frozenset({DutyAct.REPORTED, DutyAct.DONE})


def duty_life(facts: Sequence[DutyFact]) -> DutyLife:
    """Return where a duty stands after its facts, the first of which gives it with its term."""
    first = facts[0]
    if first.act is not DutyAct.GIVEN or first.due_on is None:
        raise ValueError("a duty begins by being given, with its term")
    terms = [f.due_on for f in facts if f.act in SETTING_A_TERM and f.due_on is not None]
    last_return = max((n for n, f in enumerate(facts) if f.act is DutyAct.RETURNED), default=0)
    return DutyLife(
        state=_AFTER[facts[-1].act],
        given_on=first.on,
        first_due_on=first.due_on,
        due_on=terms[-1],
        returns=sum(f.act is DutyAct.RETURNED for f in facts),
        shown=sum(f.files for f in facts[last_return:]),
        done_on=next((f.on for f in reversed(facts) if f.act is DutyAct.DONE), None),
    )


def may_follow(life: DutyLife, fact: DutyFact) -> tuple[Problem, ...]:
    """Return why the fact may not follow; nothing when it may. A late report is taken: being late is told, not hidden.

    Problems: ``duty.not_now``, ``duty.no_evidence`` (neither reported as done nor closed without a file that shows
    it), ``duty.term`` (a new term lies after the day on which it is set).
    """
    if fact.act not in ALLOWED[life.state]:
        return (Problem("duty.not_now"),)
    if fact.act is DutyAct.DONE and life.shown + fact.files == 0:
        return (Problem("duty.no_evidence", "files"),)
    if fact.act is DutyAct.FULFILLED and life.shown == 0:
        return (Problem("duty.no_evidence"),)
    if fact.act in SETTING_A_TERM and (fact.due_on is None or fact.due_on <= fact.on):
        return (Problem("duty.term", "days"),)
    return ()


def standing(life: DutyLife, on: date) -> Standing:
    """Return how the duty stands on a day. What waits for its issuer stands as on the day it was reported as done."""
    if life.state is DutyState.REVOKED:
        return Standing.REVOKED
    is_late = (life.done_on if life.state is not DutyState.OPEN and life.done_on else on) > life.due_on
    if life.state is DutyState.FULFILLED:
        return Standing.FULFILLED_LATE if is_late else Standing.FULFILLED_IN_TERM
    return Standing.LATE if is_late else Standing.WITHIN
