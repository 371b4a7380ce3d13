"""Answers what today's boards count of an agency, a one-stop unit or all: what is open by urgency, what came and ended.

Open ones are few beside all others and read from partial indexes; the months of a year are counted between their
borders, from indexes alone. Nothing is added up beforehand, so that a correction of an old fact is in the next look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from motcua.core.clock import Horizon, Urgency
from motcua.store.figures.selectors import Filters


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many are open, by urgency; the classes add up to ``total``."""

    late: int = 0
    today: int = 0
    soon: int = 0
    later: int = 0
    resting: int = 0

    @property
    def total(self) -> int:
        return self.late + self.today + self.soon + self.later + self.resting

    def __add__(self, other: OpenCounts) -> OpenCounts:
        return OpenCounts(
            self.late + other.late,
            self.today + other.today,
            self.soon + other.soon,
            self.later + other.later,
            self.resting + other.resting,
        )


CLASSES: Mapping[str, str] = {
    Urgency.LATE.value: "f.due_at < %(now)s",
    Urgency.TODAY.value: "f.due_at >= %(now)s AND f.due_at <= %(today)s",
    Urgency.SOON.value: "f.due_at > %(today)s AND f.due_at <= %(soon)s",
    Urgency.LATER.value: "f.due_at > %(soon)s",
    Urgency.RESTING.value: "f.due_at IS NULL",
}
"""The rules of ``core.clock.urgency`` in SQL; a test holds the two against each other."""

_NUMBERS = ", ".join(f"count(*) FILTER (WHERE {rule})" for rule in CLASSES.values())


def open_by_agency(filters: Filters, horizon: Horizon) -> dict[int, OpenCounts]:
    """Return what is open of each agency, for the agency, the unit or all that ``filters`` names; one statement."""
    where, values = scope_of(filters)
    rows = _rows(
        f"SELECT f.agency_id, {_NUMBERS} FROM figures_dossierfigure f"  # noqa: S608
        f" WHERE f.ended_at IS NULL AND {where} GROUP BY f.agency_id",
        {**values, **borders(horizon)},
    )
    return {row[0]: OpenCounts(*row[1:]) for row in rows}


@dataclass(frozen=True, slots=True)
class EndedCounts:
    """How many were done in a span, and how many of them late."""

    done: int = 0
    late: int = 0

    def __add__(self, other: EndedCounts) -> EndedCounts:
        return EndedCounts(self.done + other.done, self.late + other.late)


def ended_by_agency(filters: Filters, *, since: datetime, until: datetime) -> dict[int, EndedCounts]:
    """Return what ended in ``[since, until]`` of each agency; one statement."""
    where, values = scope_of(filters)
    rows = _rows(
        "SELECT f.agency_id, count(*), count(*) FILTER (WHERE f.outcome = 3) FROM figures_dossierfigure f"  # noqa: S608
        " WHERE f.ended_at IS NOT NULL AND f.ended_at >= %(since)s AND f.ended_at <= %(until)s"
        f" AND {where} GROUP BY f.agency_id",
        {**values, "since": since, "until": until},
    )
    return {row[0]: EndedCounts(*row[1:]) for row in rows}


@dataclass(frozen=True, slots=True)
class SpanCounts:
    """What was received and done in a span of a trend, and how many of those done were late."""

    received: int
    done: int
    late: int


_TREND = """
SELECT r.n, e.n, e.late FROM unnest(%(from)s::timestamptz[], %(to)s::timestamptz[]) WITH ORDINALITY s(a, b, place),
LATERAL (SELECT count(*) AS n FROM figures_dossierfigure f WHERE f.received_at >= s.a AND f.received_at <= s.b
  AND {where}) r,
LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE f.outcome = 3) AS late FROM figures_dossierfigure f
  WHERE f.ended_at IS NOT NULL AND f.ended_at >= s.a AND f.ended_at <= s.b AND {where}) e
ORDER BY s.place
"""


def trend(filters: Filters, spans: Sequence[tuple[datetime, datetime]]) -> list[SpanCounts]:
    """Return the counts of each span ``[from, to]``; one statement."""
    where, values = scope_of(filters)
    rows = _rows(_TREND.format(where=where), {**values, "from": [a for a, _ in spans], "to": [b for _, b in spans]})
    return [SpanCounts(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A dossier that is open, as a list of a board shows it."""

    dossier_id: int
    agency_id: int
    due_at: datetime | None
    received_at: datetime


def open_lines(
    filters: Filters, horizon: Horizon, *, number: str, after: tuple[datetime | None, int] | None, limit: int
) -> list[OpenLine]:
    """Return open dossiers of a class (``open``: of all), what is due first first, from after the key on."""
    where, values = scope_of(filters)
    parts = [where, CLASSES.get(number, "true")]
    if after is not None:
        parts.append("(coalesce(f.due_at, 'infinity'), f.dossier_id) > (%(after_at)s::timestamptz, %(after_id)s)")
        values |= {"after_at": after[0].isoformat() if after[0] else "infinity", "after_id": after[1]}
    rows = _rows(
        "SELECT f.dossier_id, f.agency_id, f.due_at, f.received_at FROM figures_dossierfigure f"  # noqa: S608
        f" WHERE f.ended_at IS NULL AND {' AND '.join(parts)}"
        " ORDER BY coalesce(f.due_at, 'infinity'), f.dossier_id LIMIT %(limit)s",
        {**values, **borders(horizon), "limit": limit},
    )
    return [OpenLine(*row) for row in rows]


def borders(horizon: Horizon) -> dict[str, Any]:
    return {"now": horizon.now, "today": horizon.today_until, "soon": horizon.soon_until}


def scope_of(filters: Filters) -> tuple[str, dict[str, Any]]:
    """Return whose dossiers are meant, as SQL on ``f``: boards narrow by agency and one-stop unit alone."""
    parts, values = ["true"], dict[str, Any]()
    if filters.agency_id is not None:
        parts.append("f.agency_id = %(agency_id)s")
        values["agency_id"] = filters.agency_id
    if filters.unit_id is not None:
        parts.append("f.unit_id = %(unit_id)s")
        values["unit_id"] = filters.unit_id
    return " AND ".join(parts), values


def _rows(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
