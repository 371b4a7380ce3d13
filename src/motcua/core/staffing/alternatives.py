"""Answers what a leave would leave uncovered, and what can be done instead: who may step in, which other days.

The rule it keeps: if every counter has a competent officer before, it has one after. What is offered can be done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from motcua.core.staffing.cover import Gap, Matters, Roster, filled, free_officers, gaps, is_competent
from motcua.core.staffing.slots import Half, Slot

Filling = tuple[int, ...]
"""Who steps in: the first takes the empty counter, the next the counter that the one before leaves, and so on."""
_CHAIN_MAX = 4


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A counter that a leave would leave with nobody, and all shortest ways of filling it."""

    gap: Gap
    fillings: tuple[Filling, ...]


@dataclass(frozen=True, slots=True)
class AfterLeave:
    """The half-days as they would be; ``open`` is what would be uncovered that is not uncovered now."""

    rosters: tuple[Roster, ...]
    open: tuple[OpenGap, ...]


def after_leave(rosters: Sequence[Roster], officer: int, *, chosen: Mapping[tuple[Slot, int], Filling]) -> AfterLeave:
    """Return the half-days without the officer, with those who were ``chosen`` in the officer's seat.

    A choice that cannot be made (any more) is not made: its counter is open again.
    Guarantee: with nothing open, no counter is uncovered that was covered before.
    """
    made, open_gaps = [], list[OpenGap]()
    for roster in rosters:
        before = roster if roster.is_posted else filled(roster)
        after = _without(before, officer)
        for gap in _new(before, after):
            choice = chosen.get((roster.slot, gap.counter))
            ways = fillings(after, gap.counter)
            if choice is not None and choice in ways:
                after = seated_by(after, gap.counter, choice)
            else:
                open_gaps.append(OpenGap(gap, ways))
        made.append(after)
    return AfterLeave(tuple(made), tuple(open_gaps))


def fillings(roster: Roster, counter: int) -> tuple[Filling, ...]:
    """Return who can take an empty counter: free officers who may serve it; when there is none, moves of several.

    Guarantee: empty exactly when no way of seating staffs this counter and all that are staffed now (moves of up to
    four people); each one, made with ``seated_by``, staffs the counter and leaves none empty.
    """
    needs = roster.needs[counter]
    able = [o for o in sorted(roster.present) if is_competent(roster.present[o], needs)]
    free = set(free_officers(roster))
    direct = [(o,) for o in able if o in free]
    if direct:
        return tuple(direct)
    sits_at = {o: c for c, o in roster.seats.items()}
    return tuple(found for first in able if (found := _chain(roster, first, sits_at, free)))


def seated_by(roster: Roster, counter: int, filling: Filling) -> Roster:
    """Return the roster after the moves of ``filling``."""
    sits_at = {o: c for c, o in roster.seats.items()}
    seats, empty = dict(roster.seats), counter
    for officer in filling:
        seats[empty] = officer
        left = sits_at.get(officer)
        if left is None:
            break
        empty = left
    return replace(roster, seats=seats)


def other_days(rosters: Sequence[Roster], officer: int, *, length: int, limit: int) -> tuple[tuple[Slot, Slot], ...]:
    """Return the first spans of ``length`` worked half-days in which the leave uncovers nothing, each from its
    first to its last half-day, none overlapping another.

    The officer must be there in all of them: who is away already cannot go again.
    """
    # Half-days do not depend on each other: each is looked at once, whatever the spans it lies in.
    is_fit = [officer in r.present and not after_leave([r], officer, chosen={}).open for r in rosters]
    found: list[tuple[Slot, Slot]] = []
    start = 0
    while start + length <= len(rosters) and len(found) < limit:
        begins_right = length == 1 or rosters[start].slot.half is Half.MORNING
        if begins_right and all(is_fit[start : start + length]):
            found.append((rosters[start].slot, rosters[start + length - 1].slot))
            start += length
        else:
            start += 1
    return tuple(found)


def proposed(rosters: Sequence[Roster]) -> tuple[Roster, ...]:
    """Return half-days with everybody seated who can be; people stay where they sat the half-day before."""
    made: list[Roster] = []
    seats: Mapping[int, int] = {}
    for roster in rosters:
        kept = {c: o for c, o in seats.items() if c in roster.needs and o in roster.present}
        now = filled(replace(roster, seats={**kept, **roster.seats}) if _is_free(kept, roster) else roster)
        made.append(now)
        seats = now.seats
    return tuple(made)


def _is_free(kept: Mapping[int, int], roster: Roster) -> bool:
    """Return whether those kept sit nowhere else in the half-day already."""
    return not roster.seats or set(kept.values()).isdisjoint(roster.seats.values())


def _without(roster: Roster, officer: int) -> Roster:
    left = replace(
        roster,
        present={o: m for o, m in roster.present.items() if o != officer},
        seats={c: o for c, o in roster.seats.items() if o != officer},
    )
    return left if roster.is_posted else filled(left)


def _new(before: Roster, after: Roster) -> list[Gap]:
    known = {g.counter for g in gaps(before)}
    return [g for g in gaps(after) if g.counter not in known]


def _chain(roster: Roster, first: int, sits_at: Mapping[int, int], free: set[int]) -> Filling | None:
    """Return the shortest moves that begin with ``first`` leaving his seat and end with somebody who is free."""
    waiting: deque[Filling] = deque([(first,)])
    seen = {first}
    while waiting:
        moves = waiting.popleft()
        if len(moves) == _CHAIN_MAX:
            continue
        seat = sits_at.get(moves[-1])
        needs: Matters | None = roster.needs.get(seat) if seat is not None else None
        if needs is None:
            continue
        for officer in sorted(roster.present):
            if officer in seen or not is_competent(roster.present[officer], needs):
                continue
            if officer in free:
                return (*moves, officer)
            seen.add(officer)
            waiting.append((*moves, officer))
    return None
