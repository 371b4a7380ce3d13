"""Answers whether each counter of a half-day has somebody who may serve all that it receives.

Who sits where is a matching between counters and officers: one officer at a counter, one counter for an officer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from motcua.core.kernel import Problem
from motcua.core.staffing.slots import Slot

Matters = frozenset[str]
"""What a counter receives or an officer may serve: codes of procedures."""


@dataclass(frozen=True, slots=True)
class Roster:
    """One half-day: the counters to be staffed, the officers who are there, and who sits where.

    ``needs`` gives what each counter receives, ``present`` what each officer who is there may serve, ``seats`` the
    officer of a counter. A posted roster was shown to people: its seats change by name only. In one that is not
    posted nobody sits yet, and the question is whether all counters *can* be staffed.
    """

    slot: Slot
    needs: Mapping[int, Matters]
    present: Mapping[int, Matters]
    seats: Mapping[int, int]
    is_posted: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A counter without a competent officer. ``alone`` are its matters that no other staffed counter receives."""

    slot: Slot
    counter: int
    matters: Matters
    alone: Matters


@lru_cache(maxsize=10_000)
def is_competent(officer: Matters, counter: Matters) -> bool:
    """Return whether the officer may serve everything that the counter receives.

    Kept in memory: the same few sets are compared for every half-day of the weeks looked at.
    """
    return counter <= officer


def gaps(roster: Roster) -> tuple[Gap, ...]:
    """Return the counters that have nobody competent, in their order."""
    staffed = {c for c in roster.needs if _is_staffed(roster, c)}
    received = frozenset[str]().union(*(roster.needs[c] for c in staffed))
    return tuple(
        Gap(roster.slot, c, matters, matters - received) for c, matters in roster.needs.items() if c not in staffed
    )


def filled(roster: Roster, *, order: Sequence[int] = ()) -> Roster:
    """Return the roster with as many counters staffed as can be, those who sit already kept in work.

    Officers are tried in ``order``, then by number. Guarantee: a counter that was staffed stays staffed (perhaps by
    another officer); no other way of seating staffs more counters.
    """
    seats = {c: o for c, o in roster.seats.items() if _is_staffed(roster, c)}
    ranked = [o for o in order if o in roster.present]
    ranked += sorted(set(roster.present) - set(ranked))
    for counter in roster.needs:
        if counter not in seats:
            _augment(roster, counter, seats, ranked, set())
    return replace(roster, seats=seats)


def free_officers(roster: Roster) -> list[int]:
    """Return who is there and sits nowhere."""
    return sorted(set(roster.present) - set(roster.seats.values()))


def may_sit(roster: Roster, *, counter: int, officer: int) -> tuple[Problem, ...]:
    """Return why the officer cannot sit at the counter in this half-day.

    Problems: ``rota.away``, ``rota.not_competent``, ``rota.sits_elsewhere``.
    """
    if officer not in roster.present:
        return (Problem("rota.away", "staff"),)
    problems = []
    missing = roster.needs.get(counter, frozenset()) - roster.present[officer]
    if missing:
        named = ", ".join(sorted(missing)[:3])
        problems.append(Problem("rota.not_competent", "staff", values={"codes": named, "count": str(len(missing))}))
    elsewhere = next((c for c, o in roster.seats.items() if o == officer and c != counter), None)
    if elsewhere is not None:
        problems.append(Problem("rota.sits_elsewhere", "staff"))
    return tuple(problems)


def may_close(roster: Roster, *, counter: int) -> Matters:
    """Return the matters that nobody would receive any more when the counter stays closed in this half-day."""
    others = {c: m for c, m in roster.needs.items() if c != counter}
    left = replace(roster, needs=others, seats={c: o for c, o in roster.seats.items() if c != counter})
    received = frozenset[str]().union(*(m for c, m in others.items() if _is_staffed(left, c)))
    return roster.needs.get(counter, frozenset()) - received


def _is_staffed(roster: Roster, counter: int) -> bool:
    officer = roster.seats.get(counter)
    if officer is None or counter not in roster.needs:
        return False
    matters = roster.present.get(officer)
    return matters is not None and is_competent(matters, roster.needs[counter])


def _augment(roster: Roster, counter: int, seats: dict[int, int], ranked: Sequence[int], tried: set[int]) -> bool:
    """Seat somebody at the counter, moving others if need be (an augmenting path); return whether it succeeded."""
    sits_at = {o: c for c, o in seats.items()}
    able = [o for o in ranked if o not in tried and is_competent(roster.present[o], roster.needs[counter])]
    for officer in [o for o in able if o not in sits_at] + [o for o in able if o in sits_at]:
        if officer in tried:
            continue
        tried.add(officer)
        if officer not in sits_at or _augment(roster, sits_at[officer], seats, ranked, tried):
            seats[counter] = officer
            return True
    return False
