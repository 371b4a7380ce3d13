"""Answers which quarters of an hour can still be booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from motcua.core.floor.staffing import QUARTER_MINUTES


@dataclass(frozen=True, slots=True)
class Slot:
    """A quarter of an hour with the places left in it."""

    starts_at: datetime
    left: int


def free_slots(
    spans: Sequence[tuple[datetime, datetime]],
    *,
    capacity: int,
    booked: Mapping[datetime, int],
    now: datetime,
    notice: timedelta,
) -> tuple[Slot, ...]:
    """Return the slots with a place left, in order.

    Shape: ``spans`` are half-open hours of work ``[start, end)``; a slot lies whole within one. ``notice`` is the
    least time before a slot begins.
    """
    step = timedelta(minutes=QUARTER_MINUTES)
    found = []
    for start, end in spans:
        at = start
        while at + step <= end:
            left = capacity - booked.get(at, 0)
            if left > 0 and at >= now + notice:
                found.append(Slot(at, left))
            at += step
    return tuple(found)
