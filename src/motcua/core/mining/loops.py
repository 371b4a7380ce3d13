"""Answers where cases go back: activities done again in the same case, and the step that led back to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motcua.core.mining.log import EventLog


@dataclass(frozen=True, slots=True)
class Loop:
    """An activity that came again: in how many cases, and how often more than once in all."""

    activity: int
    cases: int
    repeats: int


@dataclass(frozen=True, slots=True)
class BackStep:
    """One activity followed by another that the case had seen before."""

    before: int
    again: int
    count: int


@dataclass(frozen=True, slots=True)
class Loops:
    """What came again, the most often first; ``cases`` is how many cases have any repetition."""

    cases: int
    loops: tuple[Loop, ...]
    back_steps: tuple[BackStep, ...]


def loops(log: EventLog) -> Loops:
    """Return repetitions. Guarantee: the repeats of all activities add up to events − pairs of case and activity."""
    n = max(1, len(log.activities))
    keys = log.case_of_event * n + log.activity
    _pairs, first = np.unique(keys, return_index=True)
    again = np.ones(log.events, dtype=bool)
    again[first] = False
    places = np.flatnonzero(again)
    if not len(places):
        return Loops(0, (), ())
    repeated = log.activity[places]
    per_case = np.unique(keys[places])
    in_cases = np.bincount(per_case % n, minlength=n)
    repeats = np.bincount(repeated, minlength=n)
    found = [Loop(a, int(in_cases[a]), int(repeats[a])) for a in np.flatnonzero(repeats).tolist()]
    # A repeated event is never the first of its case: something came before it.
    pairs, counts = np.unique(log.activity[places - 1].astype(np.int64) * n + repeated, return_counts=True)
    back = [BackStep(p // n, p % n, c) for p, c in zip(pairs.tolist(), counts.tolist(), strict=True)]
    return Loops(
        cases=len(np.unique(per_case // n)),
        loops=tuple(sorted(found, key=lambda x: (-x.repeats, x.activity))),
        back_steps=tuple(sorted(back, key=lambda x: (-x.count, x.before, x.again))),
    )
