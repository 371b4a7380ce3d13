"""Answers which half-days an office works: the unit in which counters are staffed and leave is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from motcua.core.calendar import DayHours

_NOON = 12 * 60


class Half(IntEnum):
    """Half of a working day (buổi sáng, buổi chiều)."""

    MORNING = 1
    AFTERNOON = 2


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One half of one day."""

    day: date
    half: Half


def halves_of(hours: DayHours) -> tuple[Half, ...]:
    """Return the halves in which there are office hours; none on a day off."""
    found = []
    if any(start < _NOON for start, _end in hours):
        found.append(Half.MORNING)
    if any(end > _NOON for _start, end in hours):
        found.append(Half.AFTERNOON)
    return tuple(found)


def slots_between(first: Slot, last: Slot, *, hours_on: Callable[[date], DayHours]) -> tuple[Slot, ...]:
    """Return the worked half-days from ``first`` to ``last``, both counted; none when ``last`` comes first."""
    slots: list[Slot] = []
    day = first.day
    while day <= last.day:
        slots += [Slot(day, half) for half in halves_of(hours_on(day))]
        day += timedelta(days=1)
    return tuple(s for s in slots if first <= s <= last)
