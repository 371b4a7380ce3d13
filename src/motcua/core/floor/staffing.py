"""Answers how many visitors come in each quarter of an hour, and how many counters that takes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

COUNTERS_MAX = 60
QUARTER_MINUTES = 15


@dataclass(frozen=True, slots=True)
class QuarterLoad:
    """Visitors who come in a quarter of an hour on a usual day: the mean over the days looked at."""

    starts: time
    mean: float
    days: int


@dataclass(frozen=True, slots=True)
class Need:
    """Counters for one quarter of an hour; ``waits_within`` is the share then called within the target."""

    counters: int
    waits_within: float
    load: float


def quarter_of(at: datetime) -> time:
    """Return the start of the quarter of an hour; ``at`` is in the hall's own time."""
    return time(at.hour, at.minute - at.minute % QUARTER_MINUTES)


def load_by_quarter(arrivals: Sequence[datetime]) -> tuple[QuarterLoad, ...]:
    """Return the usual day from arrivals of several days; quarters in which nobody ever came are left out."""
    days = len({a.date() for a in arrivals})
    counts = Counter(quarter_of(a) for a in arrivals)
    return tuple(QuarterLoad(start, counts[start] / days, days) for start in sorted(counts))


def counters_needed(*, visitors: float, visit_minutes: float, target_minutes: float, share: float) -> Need:
    """Return the fewest counters with which at least ``share`` of the visitors wait no longer than the target.

    Erlang's formula for waiting (M/M/c, as in telephone exchanges): visitors come at random at the quarter's rate,
    visits last ``visit_minutes`` in the mean, nobody gives up. P(wait > t) = C(c, a)·e^(−(c − a)·t/visit), with the
    load a = rate x visit. It leaves out that a queue carries over from one quarter into the next.
    Guarantee: more visitors, longer visits or a stricter target never ask for fewer counters.
    """
    load = visitors / QUARTER_MINUTES * visit_minutes
    if load <= 0:
        return Need(0, 1.0, 0.0)
    within = 0.0
    for counters in range(max(1, math.floor(load)), COUNTERS_MAX + 1):
        within = _within(counters, load=load, visit_minutes=visit_minutes, target_minutes=target_minutes)
        if within >= share:
            return Need(counters, within, load)
    return Need(COUNTERS_MAX, within, load)


def _within(counters: int, *, load: float, visit_minutes: float, target_minutes: float) -> float:
    """Return the share of visitors called within the target."""
    if counters <= load:
        return 0.0
    blocked = 1.0
    for number in range(1, counters + 1):
        blocked = load * blocked / (number + load * blocked)
    must_wait = blocked / (1 - load / counters * (1 - blocked))
    return 1 - must_wait * math.exp(-(counters - load) * target_minutes / visit_minutes)
