"""Answers the monthly report of a one-stop unit: what it received and did, why it was late, petitions, ratings, waits.

Each part is the report of its own subject, narrowed to the unit, so that no figure stands here that differs elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import Period, PeriodKind, month
from motcua.services.actors import Actor, Denied, may_read, require
from motcua.services.figures.overdue import CauseReport, cause_report
from motcua.services.figures.petition_figures import PetitionReport, petition_report
from motcua.services.figures.reporting import (
    READERS,
    Asked,
    FiguresReport,
    figures_report,
    period_named,
    scope_of_figures,
    year_start,
)
from motcua.services.floor.figures import SpanFigures, span_figures
from motcua.services.on_spot import UnitShare, done_of_unit, one_stop_units_of, shares
from motcua.services.ratings import Figures, ratings_of_unit
from motcua.services.times import local_day
from motcua.store.dossiers.live import DossierHead, heads_of
from motcua.store.figures.selectors import Filters
from motcua.store.organisation.models import Unit

MONTHS_OFFERED = 13
PAGE = 50


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """The parts of the report. ``waits`` is ``None`` for a unit without a hall."""

    unit: Unit
    asked: Asked
    figures: FiguresReport
    causes: CauseReport
    petitions: PetitionReport
    ratings: Figures
    on_spot: UnitShare
    waits: SpanFigures | None


def months_offered(on: date) -> list[Period]:
    """Return the months of the official calendar that have begun, newest first."""
    start = year_start(on)
    found = [
        month(n, number, start=start) for number in (on.year + 1, on.year, on.year - 1) for n in range(12, 0, -1)
    ]
    return [p for p in found if p.from_on <= on][:MONTHS_OFFERED]


def units_to_report(actor: Actor) -> list[Unit]:
    """Return the one-stop units whose report the actor may see: his own, those of his agency, or all."""
    require(actor, *READERS)
    scope = scope_of_figures(actor)
    if scope.unit_id is not None:
        return list(Unit.objects.select_related("agency").filter(id=scope.unit_id))
    return one_stop_units_of(actor)


def monthly_report(key: str, *, unit_id: int | None, actor: Actor, now: datetime) -> MonthlyReport:
    """Return the report of a month (empty: the newest that is over) and a unit (``None``: the first that he may see).

    Problems: ``figures.period``, those of the parts. Denied for a unit that is not the actor's.
    """
    unit = unit_for_report(unit_id, actor)
    asked = asked_of(key, unit, now=now)
    return MonthlyReport(
        unit=unit,
        asked=asked,
        figures=figures_report(asked, actor=actor, now=now),
        causes=cause_report(asked, actor=actor, now=now),
        petitions=petition_report(
            replace(asked, filters=Filters(agency_id=unit.agency_id)), by="group", actor=actor, now=now
        ),
        ratings=ratings_of_unit(unit.id, first=asked.period.from_on, last=asked.period.to_on),
        on_spot=shares([unit.id], from_on=asked.period.from_on, to_on=asked.period.to_on)[0],
        waits=span_figures(unit.id, first=asked.period.from_on, last=asked.period.to_on),
    )


def unit_for_report(unit_id: int | None, actor: Actor) -> Unit:
    """Return the unit. Denied when the actor may not see its report."""
    units = units_to_report(actor)
    found = next((u for u in units if unit_id in (None, u.id)), None)
    if found is None:
        raise Denied("report of another unit")
    return found


def asked_of(key: str, unit: Unit, *, now: datetime) -> Asked:
    """Return what the report of a month asks of the dossiers. Problem: ``figures.period``."""
    today = local_day(now)
    if key:
        period = period_named(key, from_on=None, to_on=None, today=today)
    else:
        offered = months_offered(today)
        period = next((p for p in offered if p.to_on < today), offered[0])
    if period.kind is not PeriodKind.MONTH:
        raise Refused([Problem("figures.period", "period")])
    return Asked(period, today, "sector", Filters(unit_id=unit.id))


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A dossier that was done, in a list."""

    head: DossierHead
    may_open: bool


def done_dossiers(
    key: str, *, unit_id: int | None, on_spot_only: bool, after: int, actor: Actor, now: datetime
) -> tuple[Sequence[DoneLine], int | None]:
    """Return a page of the unit's dossiers that the share on the spot is counted of, and after which id the next goes on."""
    unit = unit_for_report(unit_id, actor)
    period = asked_of(key, unit, now=now).period
    ids = done_of_unit(
        unit.id, from_on=period.from_on, to_on=period.to_on, on_spot_only=on_spot_only, after=after, limit=PAGE + 1
    )
    heads = heads_of(ids[:PAGE])
    lines = [DoneLine(heads[n], may_read(actor, heads[n])) for n in ids[:PAGE]]
    return lines, ids[PAGE - 1] if len(ids) > PAGE else None
