"""Answers what the facts of a dossier say once later facts have corrected earlier ones, and as they were known then.

Nothing is ever overwritten: a correction is itself a fact, with its reason and who approved it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from motcua.core.dossier.facts import Fact, FactKind
from motcua.core.dossier.renumbering import renumbered
from motcua.core.kernel import Problem

MOVABLE = (
    *(FactKind.RECEIVED, FactKind.SUPPLEMENT_ASKED, FactKind.SUPPLEMENT_SUPPLIED, FactKind.PAUSED, FactKind.RESUMED),
    *(FactKind.CONSULTED, FactKind.ANSWERED, FactKind.COMPLETED, FactKind.WITHDRAWN, FactKind.STOPPED),
)
VOIDABLE = (
    *(FactKind.SUPPLEMENT_ASKED, FactKind.SUPPLEMENT_SUPPLIED, FactKind.PAUSED, FactKind.RESUMED),
    *(FactKind.EXTENDED, FactKind.CONSULTED, FactKind.ANSWERED),
)
# What falls with a fact that never was.
_FALLS_WITH = {
    FactKind.SUPPLEMENT_ASKED: FactKind.SUPPLEMENT_SUPPLIED,
    FactKind.PAUSED: FactKind.RESUMED,
    FactKind.CONSULTED: FactKind.ANSWERED,
}


def known_at(facts: Iterable[Fact], at: datetime) -> tuple[Fact, ...]:
    """Return the facts that had been recorded by ``at``: what anybody could know then.

    A dossier received on paper while the system was down is known from when it was entered.
    """
    return tuple(f for f in facts if recorded_at(f) <= at)


def recorded_at(fact: Fact) -> datetime:
    """Return when the fact was written down, which for an entry made later is not when it happened."""
    entered = fact.body.get("entered_at")
    return datetime.fromisoformat(entered) if isinstance(entered, str) else fact.at


def effective(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts as corrected, in their order; corrections themselves stay and say nothing more.

    Steps have the numbers of the version by which the dossier goes on.
    Guarantee: without corrections the facts themselves; the same in whatever order they are delivered.
    """
    ordered = renumbered(facts)
    moved: dict[int, datetime] = {}
    void: set[int] = set()
    for place, fact in enumerate(ordered):
        if fact.kind is FactKind.RECALLED:
            void |= {int(seq) for seq in fact.body["of"]}
        if fact.kind is not FactKind.CORRECTED:
            continue
        number = int(fact.body["of"])
        if fact.body.get("is_void"):
            # What came after the correction belongs to what was still standing then.
            void |= {number, *_falling([f for f in ordered[:place] if f.seq not in void], number)}
        elif "at" in fact.body:
            moved[number] = datetime.fromisoformat(fact.body["at"])
    return tuple(replace(f, at=moved[f.seq]) if f.seq in moved else f for f in ordered if f.seq not in void)


def may_correct(
    facts: Sequence[Fact], *, of: int, at: datetime | None, is_void: bool, now: datetime
) -> list[Problem]:
    """Return why fact ``of`` may not be corrected so; nothing when it may.

    Problems: ``correction.no_such_fact``, ``correction.not_voidable``, ``correction.instant_missing``,
    ``correction.unchanged``, ``correction.future``, ``correction.out_of_order`` (the right instant must lie
    between the facts before and after it).
    """
    known = effective(facts)
    fact = next((f for f in known if f.seq == of), None)
    if fact is None or fact.kind not in (*MOVABLE, *VOIDABLE):
        return [Problem("correction.no_such_fact", "of")]
    if is_void:
        return [] if fact.kind in VOIDABLE else [Problem("correction.not_voidable", "is_void")]
    if at is None or fact.kind not in MOVABLE:
        return [Problem("correction.instant_missing", "at")]
    if at == fact.at:
        return [Problem("correction.unchanged", "at")]
    if at > now:
        return [Problem("correction.future", "at")]
    happened = [f for f in known if f.kind not in _ON_PAPER]
    before = max((f.at for f in happened if f.seq < of), default=None)
    after = min((f.at for f in happened if f.seq > of), default=None)
    if (before is not None and at < before) or (after is not None and at > after):
        values = {"from": _text(before), "to": _text(after)}
        return [Problem("correction.out_of_order", "at", values=values)]
    return []


# Facts about facts: they bound nothing.
_ON_PAPER = (
    *(FactKind.CORRECTED, FactKind.CORRECTION_PROPOSED, FactKind.CORRECTION_DECLINED, FactKind.NOTED),
    *(FactKind.TAKEN, FactKind.ASSIGNED, FactKind.ESCALATED, FactKind.RECALLED, FactKind.MOVED),
)


def open_proposal(facts: Sequence[Fact]) -> Fact | None:
    """Return the proposed correction on which nobody has decided."""
    decided = {
        int(f.body["proposal"])
        for f in facts
        if f.kind in (FactKind.CORRECTED, FactKind.CORRECTION_DECLINED) and "proposal" in f.body
    }
    waiting = [f for f in facts if f.kind is FactKind.CORRECTION_PROPOSED and f.seq not in decided]
    return waiting[-1] if waiting else None


def _falling(ordered: Sequence[Fact], number: int) -> set[int]:
    fact = next((f for f in ordered if f.seq == number), None)
    partner = _FALLS_WITH.get(fact.kind) if fact is not None else None
    if fact is None or partner is None:
        return set()
    key = _key(fact)
    following = next((f.seq for f in ordered if f.seq > number and f.kind is partner and _key(f) == key), None)
    again = next((f.seq for f in ordered if f.seq > number and f.kind is fact.kind and _key(f) == key), None)
    is_own = following is not None and (again is None or following < again)
    return {following} if is_own and following is not None else set()


def _key(fact: Fact) -> Any:
    return fact.body.get("key", "")


def _text(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""
