"""Answers what a log of events holds, in columns: one row an event, cases one after the other, as in the file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_TIME = np.iinfo(np.int64).min
"""Stands where an event has no time that could be read."""


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """Events in the order of the file.

    Shape: ``starts`` has one entry a case and one more at the end: case ``i`` is the rows ``starts[i]`` up to
    ``starts[i + 1]`` (a case without events is empty). ``activity`` numbers ``activities``, ``resource`` numbers
    ``resources`` (-1: none). Unit: ``at`` in microseconds since 1970 UTC, ``NO_TIME`` where none is stated.
    """

    cases: tuple[str, ...]
    starts: NDArray[np.int64]
    activities: tuple[str, ...]
    activity: NDArray[np.int32]
    at: NDArray[np.int64]
    resources: tuple[str, ...]
    resource: NDArray[np.int32]

    @property
    def events(self) -> int:
        return len(self.activity)

    @property
    def case_of_event(self) -> NDArray[np.int64]:
        """Return the number of each event's case."""
        return np.repeat(np.arange(len(self.cases)), np.diff(self.starts))
