"""Answers an office's board: what is open by urgency, what is late with its cause and owner, how it has gone.

For an agency what it handles, for a one-stop unit what it received, for the province all. A fixed number of
statements whatever the numbers are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from motcua.core.clock import Horizon
from motcua.core.statistics import LateCause
from motcua.services.actors import Actor
from motcua.services.boards.apologies import apologies_to_send
from motcua.services.boards.lines import BoardLine, Named, late_lines, named_owner, names_for
from motcua.services.boards.rules import BoardKind, filters_of, horizon_for, months_until, require_board
from motcua.services.figures.causes import LateDossier, late_dossiers
from motcua.services.on_spot import shares
from motcua.services.ratings import COUNT_MIN
from motcua.services.times import VIETNAM, local_day
from motcua.store.figures.boards import (
    EndedCounts,
    OpenCounts,
    SpanCounts,
    ended_by_agency,
    open_by_agency,
    trend,
)
from motcua.store.floor.today import HallWaits, waits_of_day
from motcua.store.organisation.models import Agency, Unit, UnitKind
from motcua.store.voices.models import Rating, RatingKind

LATE_MAX = 5_000
SHOWN = 10
DAYS = 30
MONTHS = 12
_SHARE_KEPT = timedelta(minutes=10)
_GOOD = 4


@dataclass(frozen=True, slots=True)
class LateNow:
    """What is late now. Causes and owners are counted over ``counted``, the longest late; usually these are all."""

    total: int
    counted: int
    by_cause: tuple[tuple[LateCause, int], ...]
    by_owner: tuple[tuple[Named, int], ...]
    first: tuple[BoardLine, ...]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """An agency on the province's board: what is open there, and what was done there of late."""

    agency_id: int
    name: str
    level: str
    open: OpenCounts
    ended: EndedCounts


@dataclass(frozen=True, slots=True)
class OfficeNow:
    """What of an office's board changes while one looks at it. ``ended`` is of the last 30 days."""

    kind: BoardKind
    horizon: Horizon
    open: OpenCounts
    today: SpanCounts
    ended: EndedCounts
    late: LateNow
    places: tuple[PlaceLine, ...]
    waits: HallWaits | None
    apologies: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """A month or a week of a trend, with its counts."""

    from_at: datetime
    to_at: datetime
    counts: SpanCounts


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What people said in the last 30 days: how many, and how many of them 4 or 5; too few say nothing."""

    count: int
    good: int | None


@dataclass(frozen=True, slots=True)
class OnSpot:
    """What was done on the spot of what was received and done in the last 30 days, as counted at ``at``."""

    done: int
    on_spot: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OfficeTrend:
    """What of an office's board is of more than today."""

    months: tuple[Span, ...]
    satisfaction: Satisfaction
    on_spot: OnSpot


def office_now(kind: BoardKind, actor: Actor, *, now: datetime) -> OfficeNow:
    """Return what is on the board now. Denied for whoever has no such board."""
    require_board(actor, kind)
    filters, horizon = filters_of(actor, kind), horizon_for(actor, kind, now=now)
    by_agency = open_by_agency(filters, horizon)
    # From midnight on, as the page of the figures counts the same days.
    midnight = datetime.combine(local_day(now), time(0), VIETNAM)
    since = midnight - timedelta(days=DAYS)
    ended = ended_by_agency(filters, since=since, until=now)
    late = late_dossiers(filters, horizon, limit=LATE_MAX)
    opened = sum(by_agency.values(), OpenCounts())
    (today,) = trend(filters, [(midnight, now)])
    return OfficeNow(
        kind=kind,
        horizon=horizon,
        open=opened,
        today=today,
        ended=sum(ended.values(), EndedCounts()),
        late=_late(late, opened.late, actor),
        places=_places(by_agency, ended) if kind is BoardKind.PROVINCE else (),
        waits=waits_of_day(_units(kind, actor), day=local_day(now), now=now),
        apologies=_apologies(kind, actor, now=now),
    )


def office_trend(kind: BoardKind, actor: Actor, *, now: datetime) -> OfficeTrend:
    """Return how it has gone over the last months. Denied for whoever has no such board."""
    require_board(actor, kind)
    spans = months_until(now, count=MONTHS)
    counted = trend(filters_of(actor, kind), spans)
    units = _units(kind, actor)
    return OfficeTrend(
        months=tuple(Span(a, b, counts) for (a, b), counts in zip(spans, counted, strict=True)),
        satisfaction=_satisfaction(units, now=now),
        on_spot=_on_spot(units, now=now),
    )


def _late(late: Sequence[LateDossier], total: int, actor: Actor) -> LateNow:
    causes = Counter(one.late.cause for one in late)
    owners = Counter((one.owner.unit_id, one.owner.agency_id) for one in late)
    names = names_for(late)
    return LateNow(
        total=total,
        counted=len(late),
        by_cause=tuple(sorted(causes.items(), key=lambda item: (-item[1], item[0].value))),
        by_owner=tuple(
            (named_owner(unit_id, agency_id, names), count)
            for (unit_id, agency_id), count in sorted(owners.items(), key=lambda item: (-item[1], item[0][0] or 0))
        ),
        first=tuple(late_lines(late[:SHOWN], actor)),
    )


def _places(opened: dict[int, OpenCounts], ended: dict[int, EndedCounts]) -> tuple[PlaceLine, ...]:
    """Return the agencies that have anything, what is late most first."""
    rows = Agency.objects.filter(id__in={*opened, *ended}).values_list("id", "short_name", "level")
    found = [
        PlaceLine(key, name, level, opened.get(key, OpenCounts()), ended.get(key, EndedCounts()))
        for key, name, level in rows
    ]
    return tuple(sorted(found, key=lambda p: (-p.open.late, -p.open.today, -p.open.soon, p.name, p.agency_id)))


def _apologies(kind: BoardKind, actor: Actor, *, now: datetime) -> int | None:
    """Return how many apologies are to be sent; the province signs none."""
    if kind is BoardKind.PROVINCE:
        return None
    key = actor.unit_id if kind is BoardKind.CENTRE else actor.agency_id
    return len(apologies_to_send(kind.value, key, now=now))


def _units(kind: BoardKind, actor: Actor) -> list[int] | None:
    """Return the one-stop units whose visitors and ratings the board tells of; ``None`` for all."""
    if kind is BoardKind.PROVINCE:
        return None
    if kind is BoardKind.CENTRE:
        return [actor.unit_id]
    units = Unit.objects.filter(agency_id=actor.agency_id, kind__in=UnitKind.one_stop())
    return list(units.order_by("id").values_list("id", flat=True))


def _satisfaction(unit_ids: Sequence[int] | None, *, now: datetime) -> Satisfaction:
    first = local_day(now) - timedelta(days=DAYS)
    rows = Rating.objects.filter(on__gt=first, on__lte=local_day(now), unit_id__in=_all_if_none(unit_ids))
    rows = rows.filter(kind__in=(RatingKind.DOSSIER, RatingKind.VISIT))
    scores = Counter(rows.values_list("score", flat=True))
    count = scores.total()
    good = sum(n for score, n in scores.items() if score >= _GOOD)
    return Satisfaction(count, good if count >= COUNT_MIN else None)


class _Kept:
    """On-the-spot shares as counted a short while ago: whoever did each step of a month is looked up in facts."""

    shares: dict[tuple[int, ...], OnSpot] = {}


def _on_spot(unit_ids: Sequence[int] | None, *, now: datetime) -> OnSpot:
    units = tuple(_all_if_none(unit_ids))
    kept = _Kept.shares.get(units)
    if kept is None or not kept.at <= now < kept.at + _SHARE_KEPT:
        rows = shares(units, from_on=local_day(now) - timedelta(days=DAYS), to_on=local_day(now))
        kept = OnSpot(sum(r.done for r in rows), sum(r.on_spot for r in rows), now)
        _Kept.shares[units] = kept
    return kept


def _all_if_none(unit_ids: Sequence[int] | None) -> list[int]:
    if unit_ids is not None:
        return list(unit_ids)
    return list(Unit.objects.filter(kind__in=UnitKind.one_stop()).order_by("id").values_list("id", flat=True))
