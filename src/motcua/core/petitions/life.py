"""Answers where a petition stands according to what happened to it, and what may happen next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from motcua.core.kernel import Problem


class PetitionAct(IntEnum):
    """What happened. The numbers are stored: never reuse one."""

    RECEIVED = 1
    REFUSED = 2
    """Not taken up, with the reason (từ chối tiếp nhận)."""
    ASKED = 3
    """The sender is asked to add to it (yêu cầu bổ sung)."""
    SUPPLIED = 4
    FORWARDED = 5
    """Given to the agency that is competent (chuyển cơ quan có thẩm quyền)."""
    DRAFTED = 6
    """An answer is written and laid before the head (trình)."""
    SENT_BACK = 7
    """The head wants the answer changed."""
    ANSWERED = 8
    """The head approved the answer; the sender has it (trả lời)."""
    PUBLISHED = 9
    """Question and answer stand on the public page, without personal data (công khai)."""
    KEPT = 10
    """Answered, but not published, with the reason."""
    WITHDRAWN = 11


class PetitionState(IntEnum):
    """Where a petition stands."""

    OPEN = 1
    WAITING = 2
    """The sender has to add something."""
    BEFORE_HEAD = 3
    ANSWERED = 4
    CLOSED = 5


@dataclass(frozen=True, slots=True)
class PetitionFact:
    """One thing that happened."""

    act: PetitionAct
    at: datetime


@dataclass(frozen=True, slots=True)
class PetitionLife:
    """A petition after its facts. ``counted_from`` is from when the terms count; ``asks`` how often was asked."""

    state: PetitionState
    received_at: datetime
    counted_from: datetime
    asks: int
    answered_at: datetime | None
    closed_at: datetime | None
    last: PetitionAct


_ALLOWED: dict[PetitionState, frozenset[PetitionAct]] = {
    PetitionState.OPEN: frozenset(
        {PetitionAct.REFUSED, PetitionAct.ASKED, PetitionAct.FORWARDED, PetitionAct.DRAFTED, PetitionAct.WITHDRAWN}
    ),
    PetitionState.WAITING: frozenset({PetitionAct.SUPPLIED, PetitionAct.REFUSED, PetitionAct.WITHDRAWN}),
    PetitionState.BEFORE_HEAD: frozenset({PetitionAct.SENT_BACK, PetitionAct.ANSWERED, PetitionAct.WITHDRAWN}),
    PetitionState.ANSWERED: frozenset({PetitionAct.PUBLISHED, PetitionAct.KEPT}),
    PetitionState.CLOSED: frozenset(),
}
_AFTER = {
    PetitionAct.RECEIVED: PetitionState.OPEN,
    PetitionAct.REFUSED: PetitionState.CLOSED,
    PetitionAct.ASKED: PetitionState.WAITING,
    PetitionAct.SUPPLIED: PetitionState.OPEN,
    PetitionAct.FORWARDED: PetitionState.OPEN,
    PetitionAct.DRAFTED: PetitionState.BEFORE_HEAD,
    PetitionAct.SENT_BACK: PetitionState.OPEN,
    PetitionAct.ANSWERED: PetitionState.ANSWERED,
    PetitionAct.PUBLISHED: PetitionState.CLOSED,
    PetitionAct.KEPT: PetitionState.CLOSED,
    PetitionAct.WITHDRAWN: PetitionState.CLOSED,
}
ASKS_MAX = 1


def life_of(facts: Sequence[PetitionFact]) -> PetitionLife:
    """Return where a petition stands after its facts, the first of which is its reception."""
    received = facts[0].at
    counted = next((f.at for f in reversed(facts) if f.act is PetitionAct.SUPPLIED), received)
    state = _AFTER[facts[-1].act]
    return PetitionLife(
        state=state,
        received_at=received,
        counted_from=counted,
        asks=sum(f.act is PetitionAct.ASKED for f in facts),
        answered_at=next((f.at for f in facts if f.act is PetitionAct.ANSWERED), None),
        closed_at=facts[-1].at if state is PetitionState.CLOSED else None,
        last=facts[-1].act,
    )


def may_happen(life: PetitionLife, act: PetitionAct) -> tuple[Problem, ...]:
    """Return why the act may not follow; nothing when it may. Late acts are allowed: being late is told, not hidden.

    Problems: ``petition.not_now``, ``petition.asked_already`` (one complete request, as with dossiers).
    """
    if act not in _ALLOWED[life.state]:
        return (Problem("petition.not_now"),)
    if act is PetitionAct.ASKED and life.asks >= ASKS_MAX:
        return (Problem("petition.asked_already"),)
    return ()
