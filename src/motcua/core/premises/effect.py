"""Answers what a machine's fault did to waiting and serving: the visits during it, beside the same hours of other days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from motcua.core.calendar.working import VIETNAM

FEW = 5
"""Below so many visits on either side nothing is said. Our own number, no act's: a median of fewer says little."""

Down = tuple[datetime, datetime]
"""When a machine did not work, ``[start, end)``."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor who was called: where, when, after how long; ``served`` is how long it took, if it was finished."""

    counter: int | None
    called_at: datetime
    waited: float
    served: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """Half of ``count`` visitors waited at most ``wait`` minutes; half of ``visits`` visits took at most ``visit``."""

    count: int
    wait: float | None
    visits: int
    visit: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """Waiting and serving during a fault, and in the same hours of other days."""

    during: Measured
    usual: Measured
    days: int

    @property
    def says_waits(self) -> bool:
        return min(self.during.count, self.usual.count) >= FEW

    @property
    def says_visits(self) -> bool:
        return min(self.during.visits, self.usual.visits) >= FEW

    @property
    def wait_more(self) -> float | None:
        """Return how many minutes longer half of the visitors waited; ``None`` when there are too few to say."""
        if not self.says_waits or self.during.wait is None or self.usual.wait is None:
            return None
        return self.during.wait - self.usual.wait

    @property
    def visit_more(self) -> float | None:
        if not self.says_visits or self.during.visit is None or self.usual.visit is None:
            return None
        return self.during.visit - self.usual.visit


def effect(visits: Iterable[Visit], *, down: Sequence[Down], also_down: Sequence[Down] = ()) -> Effect:
    """Return what was measured during ``down`` and, for the same hours, on days without any of it.

    Visits called during ``also_down`` (other faults at the same place) are left out of what is usual, and so is the
    whole of each day on which this fault lasted: a queue grown in the morning is still there in the afternoon.
    Guarantee: no visit counts on both sides; the order of visits does not matter.
    """
    days, hours = _days_of(down), _hours_of(down)
    during, usual = [], []
    for visit in visits:
        if _is_within(visit.called_at, down):
            during.append(visit)
        elif _day(visit) not in days and _is_in_hours(visit, hours) and not _is_within(visit.called_at, also_down):
            usual.append(visit)
    return Effect(_measured(during), _measured(usual), len({_day(v) for v in usual}))


def _measured(visits: Sequence[Visit]) -> Measured:
    waits = [v.waited for v in visits]
    served = [v.served for v in visits if v.served is not None]
    return Measured(len(waits), median(waits) if waits else None, len(served), median(served) if served else None)


def _day(visit: Visit) -> date:
    return visit.called_at.astimezone(VIETNAM).date()


def _days_of(down: Sequence[Down]) -> set[date]:
    return {at.astimezone(VIETNAM).date() for interval in down for at in interval}


def _hours_of(down: Sequence[Down]) -> list[tuple[int, int]]:
    return [(_minute(start), _minute(end) if _is_same_day(start, end) else 24 * 60) for start, end in down]


def _is_same_day(start: datetime, end: datetime) -> bool:
    return start.astimezone(VIETNAM).date() == end.astimezone(VIETNAM).date()


def _minute(at: datetime) -> int:
    local = at.astimezone(VIETNAM)
    return local.hour * 60 + local.minute


def _is_in_hours(visit: Visit, hours: Sequence[tuple[int, int]]) -> bool:
    minute = _minute(visit.called_at)
    return any(start <= minute < end for start, end in hours)


def _is_within(at: datetime, intervals: Sequence[Down]) -> bool:
    return any(start <= at < end for start, end in intervals)
