"""Answers how long a procedure usually takes, measured from dossiers that ended; what rested is told apart.

It promises nothing: the term is the law's. Too few dossiers say nothing and are not shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from django.db import transaction

from motcua.core.clock import IntervalKind
from motcua.core.dossier import Fact, replay
from motcua.services.clocks import clock_of
from motcua.services.offerings import running_offering
from motcua.services.times import local_day
from motcua.store.dossiers.periods import ended_lately, facts_of_many
from motcua.store.figures.models import UsualDelay

DAYS = 90
DOSSIERS_MIN, DOSSIERS_MAX = 5, 400
_BATCH = 500
_DAY_MINUTES = 480


@dataclass(frozen=True, slots=True)
class Taken:
    """How long one dossier took, in minutes of eight-hour days: on the offices' side, and resting."""

    own: float
    rested: float


def usual_delay_of(code: str) -> UsualDelay | None:
    """Return what was measured of a procedure by the national part of its code; ``None`` where too few ended."""
    return UsualDelay.objects.filter(procedure_code=code, dossiers__gte=DOSSIERS_MIN).first()


def measure_usual_delays(*, now: datetime) -> int:
    """Measure anew every procedure of which dossiers ended in the last 90 days; return how many procedures.

    At most the 400 newest of each procedure are looked at. Unit: minutes of eight-hour working days.
    """
    rows = ended_lately(since=now - timedelta(days=DAYS), limit_each=DOSSIERS_MAX)
    taken = defaultdict[str, list[Taken]](list)
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        facts = facts_of_many([row.dossier_id for row in part])
        for row in part:
            taken[row.code].append(_taken(facts[row.dossier_id], row.offering_id))
    found = [_measured(code, times, now=now) for code, times in sorted(taken.items())]
    with transaction.atomic():
        UsualDelay.objects.all().delete()
        UsualDelay.objects.bulk_create(found)
    return len(found)


def _taken(facts: Sequence[Fact], offering_id: int) -> Taken:
    running = running_offering(offering_id)
    life = replay(facts, running.net)
    if life.received_at is None or life.ended_at is None:
        raise AssertionError("only ended dossiers are measured")
    calendar = running.calendar
    total = calendar.working_minutes_between(life.received_at, life.ended_at)
    rested = sum(
        calendar.working_minutes_between(i.start, min(i.end or life.ended_at, life.ended_at))
        for i in clock_of(facts, running, life=life).intervals
        if i.kind is not IntervalKind.COUNTED and i.start < life.ended_at
    )
    # As the steps of processes are stated: in minutes of an eight-hour day, however long the office's own day is.
    scale = _DAY_MINUTES / calendar.full_day_minutes()
    return Taken(max(total - rested, 0.0) * scale, rested * scale)


def _measured(code: str, times: Sequence[Taken], *, now: datetime) -> UsualDelay:
    half, most = middle_and_most([t.own for t in times])
    rested = [t.rested for t in times if t.rested > 0]
    return UsualDelay(
        procedure_code=code,
        dossiers=len(times),
        half_minutes=round(half),
        most_minutes=round(most),
        rested_percent=round(100 * len(rested) / len(times)),
        rested_minutes=round(middle_and_most(rested)[0]) if rested else 0,
        from_on=local_day(now - timedelta(days=DAYS)),
        to_on=local_day(now),
    )


def middle_and_most(values: Sequence[float]) -> tuple[float, float]:
    """Return the times within which a half and nine tenths lie."""
    if len(values) == 1:
        return values[0], values[0]
    cuts = quantiles(values, n=10, method="inclusive")
    return cuts[4], cuts[8]
