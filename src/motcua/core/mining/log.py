"""Answers what a log of events holds, in columns: one row an event, cases one after the other, as in the file."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

NO_TIME = np.iinfo(np.int64).min
"""Stands where an event has no time that could be read."""


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """Events in the order of the file.

    Shape: ``starts`` has one entry a case and one more at the end: case ``i`` is the rows ``starts[i]`` up to
    ``starts[i + 1]`` (a case without events is empty). ``activity`` numbers ``activities``, ``resource`` numbers
    ``resources`` (-1: none). ``ended`` and ``planned`` have one entry a case, or none at all: when it ended and when it
    should have, where the log says so. Unit: microseconds since 1970 UTC, ``NO_TIME`` where none is stated.
    """

    cases: tuple[str, ...]
    starts: NDArray[np.int64]
    activities: tuple[str, ...]
    activity: NDArray[np.int32]
    at: NDArray[np.int64]
    resources: tuple[str, ...]
    resource: NDArray[np.int32]
    ended: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    planned: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def events(self) -> int:
        return len(self.activity)

    @property
    def case_of_event(self) -> NDArray[np.int64]:
        """Return the number of each event's case."""
        return np.repeat(np.arange(len(self.cases)), np.diff(self.starts))


@dataclass(frozen=True, slots=True)
class Planned:
    """How many cases ended, of how many of these an end was planned, and how many ended after it."""

    ended: int
    planned: int
    late: int


def planned_ends(log: EventLog) -> Planned | None:
    """Return how the ends of cases lie to the planned ones; ``None`` when the log plans no end."""
    if not len(log.planned) or not (log.planned != NO_TIME).any():
        return None
    has_ended = log.ended != NO_TIME
    has_both = has_ended & (log.planned != NO_TIME)
    late = has_both & (log.ended > log.planned)
    return Planned(int(has_ended.sum()), int(has_both.sum()), int(late.sum()))
