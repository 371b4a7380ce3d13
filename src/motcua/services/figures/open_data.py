"""Answers which figures are published for everybody to use (dữ liệu mở): made once for a period, small numbers hidden.

Only what came and what was done in it, by agency and sector together, in one table each. Not what was open or carried
over, no quarter beside its months, no second table by another dimension, and nothing counted again later: each of these
beside the table would be an equation more from which a hidden number follows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Min

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import OpenRow, OpenTable, Period, PeriodKind, Window, month, open_table, period_of_key
from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province, require
from motcua.services.figures.reporting import periods_offered, year_start
from motcua.services.times import VIETNAM, end_of, local_day
from motcua.store.figures.models import DossierFigure
from motcua.store.figures.opening import RECEIVED, RESOLVED, Flow, flows
from motcua.store.lawfiles import law_book
from motcua.store.organisation.roles import Role
from motcua.store.reporting.models import OpenDataSet

READERS = (Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER)
COLUMNS = (
    *("period", "from", "to", "measure", "level", "agency_code", "agency", "sector", "class"),
    *("dossiers", "status"),
)
"""The names of the file's columns; they stay. ``status`` is empty, ``hidden``, or ``not_split``."""
MEASURES: Mapping[str, tuple[str, ...]] = {"received": RECEIVED, "resolved": RESOLVED}
TOTAL = "total"
PAGE = 40


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be published of a period: the lines of the file, how many numbers are hidden, how many are told."""

    period: Period
    lines: tuple[Mapping[str, Any], ...]
    hidden: int
    told: int
    pooled: int
    minimum: int


def smallest_number(on: date) -> int:
    """Return the smallest number that is told. No act gives one: it is a parameter of this product, to be confirmed."""
    return law_book().regime_on(on).number("open_data.smallest_number")


def settling_days(on: date) -> int:
    """Return how many days after its end a period may be published; a parameter of this product, to be confirmed."""
    return law_book().regime_on(on).number("open_data.settling_days")


def may_publish(actor: Actor) -> bool:
    """Return whether the actor publishes: the procedure control officer of the province."""
    return actor.has(Role.PROCEDURE_OFFICER) and answers_for_province(actor)


def periods_to_publish(actor: Actor, *, now: datetime) -> list[Period]:
    """Return the months and quarters that are over long enough, have dossiers, and overlap nothing published."""
    require(actor, *READERS)
    today = local_day(now)
    first = DossierFigure.objects.aggregate(at=Min("received_at"))["at"]
    if first is None:
        return []
    start = year_start(today)
    months = [month(n, number, start=start) for number in (today.year, today.year - 1) for n in range(12, 0, -1)]
    found = [p for p in (*periods_offered(today), *months) if _is_settled(p, today) and p.to_on >= local_day(first)]
    return sorted((p for p in found if not _overlapping(p)), key=lambda p: (p.to_on, p.from_on), reverse=True)


def preview_of(key: str, *, actor: Actor, now: datetime) -> Preview:
    """Return what publishing a period would tell. Problems: ``open.period``, ``open.overlaps``."""
    require(actor, *READERS)
    today = local_day(now)
    period = period_of_key(key, start=year_start(today))
    if period is None or not _is_settled(period, today):
        raise Refused([Problem("open.period", "period", values={"days": str(settling_days(today))})])
    if _overlapping(period):
        raise Refused([Problem("open.overlaps", "period")])
    return _made(period, smallest_number(today))


def publish(key: str, *, actor: Actor, now: datetime) -> OpenDataSet:
    """Return the data of a period, published now or before; once, and for good.

    Problems: ``open.period``, ``open.overlaps`` (a month and its quarter side by side would tell what each hides).

    Denied unless it is the procedure control officer of the province.
    """
    if not may_publish(actor):
        raise Denied("published by the procedure control officer of the province")
    if (kept := OpenDataSet.objects.filter(period=key).first()) is not None:
        return kept
    made = preview_of(key, actor=actor, now=now)
    content = [dict(line) for line in made.lines]
    try:
        with transaction.atomic():
            row = OpenDataSet.objects.create(
                period=made.period.key,
                from_on=made.period.from_on,
                to_on=made.period.to_on,
                minimum=made.minimum,
                content=content,
                hidden=made.hidden,
                sha256=hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest(),
                staff_id=actor.staff_id,
                published_at=now,
            )
            audit.record("open_data.published", row.public_id, actor=actor, now=now, period=key, hidden=made.hidden)
    except IntegrityError as error:
        # Two pressed at once: the other one is it, or overlaps it.
        if (other := OpenDataSet.objects.filter(period=key).first()) is None:
            raise Refused([Problem("open.overlaps", "period")]) from error
        return other
    return row


def published_sets() -> list[OpenDataSet]:
    """Return what is published, newest first, without the content."""
    return list(OpenDataSet.objects.defer("content").order_by("-to_on", "-id")[:PAGE])


def published_set(period: str) -> OpenDataSet | None:
    return OpenDataSet.objects.filter(period=period).first()


def _is_settled(period: Period, today: date) -> bool:
    return (
        period.kind in (PeriodKind.QUARTER, PeriodKind.MONTH)
        and period.to_on + timedelta(days=settling_days(today)) < today
    )


def _overlapping(period: Period) -> bool:
    return OpenDataSet.objects.filter(from_on__lte=period.to_on, to_on__gte=period.from_on).exists()


def _made(period: Period, minimum: int) -> Preview:
    window = Window(datetime.combine(period.from_on, time(0), VIETNAM), end_of(period.to_on))
    found = flows(window)
    names = {flow.agency_code: flow.agency_name for flow in found}
    lines, hidden, pooled = list[Mapping[str, Any]](), 0, 0
    for measure, classes in MEASURES.items():
        rows = [OpenRow((f.level, f.agency_code, f.sector), _values(f, measure)) for f in found]
        table = open_table(rows, minimum=minimum)
        lines += _lines_of(period, measure, classes, table, names)
        hidden += len(table.hidden)
        pooled += sum(any(row.values) for row in rows) - len(table.rows)
    told = sum(line["dossiers"] is not None for line in lines)
    return Preview(period, tuple(lines), hidden, told, pooled, minimum)


def _values(flow: Flow, measure: str) -> tuple[int, ...]:
    return flow.received if measure == "received" else flow.resolved


def _lines_of(
    period: Period, measure: str, classes: Sequence[str], table: OpenTable, names: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    lines = list[Mapping[str, Any]]()
    for place, row in enumerate(table.rows):
        level, code, sector = row.name
        head = {
            "period": period.key,
            "from": period.from_on.isoformat(),
            "to": period.to_on.isoformat(),
            "measure": measure,
            "level": level,
            "agency_code": code,
            "agency": names.get(code, ""),
            "sector": sector,
        }
        lines.append({**head, "class": TOTAL, "dossiers": row.total, "status": ""})
        for column, name in enumerate(classes):
            if not table.is_split:
                lines.append({**head, "class": name, "dossiers": None, "status": "not_split"})
            elif (place, column) in table.hidden:
                lines.append({**head, "class": name, "dossiers": None, "status": "hidden"})
            else:
                lines.append({**head, "class": name, "dossiers": row.values[column], "status": ""})
    return lines
