"""Answers what open steps a unit and its people have by urgency, who has how much, and how many steps were done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.core.clock import Horizon, Urgency

_CLASSES: Mapping[str, str] = {
    Urgency.LATE.value: "t.due_at < %(now)s",
    Urgency.TODAY.value: "t.due_at >= %(now)s AND t.due_at <= %(today)s",
    Urgency.SOON.value: "t.due_at > %(today)s AND t.due_at <= %(soon)s",
    Urgency.LATER.value: "t.due_at > %(soon)s",
    Urgency.RESTING.value: "t.due_at IS NULL",
}


@dataclass(frozen=True, slots=True)
class Load:
    """The open steps of an officer, or of nobody (``staff_id`` is ``None``), by urgency."""

    staff_id: int | None
    name: str
    late: int
    today: int
    soon: int
    later: int
    resting: int

    @property
    def total(self) -> int:
        return self.late + self.today + self.soon + self.later + self.resting


def load_by_officer(unit_id: int, horizon: Horizon) -> list[Load]:
    """Return the steps that the unit leads, by who has them; what nobody has comes first. One statement.

    A result that waits to be fetched is nobody's late work and is left out.
    """
    numbers = ", ".join(f"count(*) FILTER (WHERE {rule})" for rule in _CLASSES.values())
    rows = _rows(
        f"SELECT t.assignee_id, coalesce(s.full_name, ''), {numbers} FROM dossiers_task t"  # noqa: S608
        " JOIN dossiers_dossier d ON d.id = t.dossier_id LEFT JOIN organisation_staff s ON s.id = t.assignee_id"
        " WHERE t.unit_id = %(unit)s AND t.part = 0 AND d.state IN (2, 4, 5, 6)"
        " GROUP BY t.assignee_id, s.full_name ORDER BY t.assignee_id IS NOT NULL, s.full_name, t.assignee_id",
        {"unit": unit_id, **_borders(horizon)},
    )
    return [Load(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class StepLine:
    """An open step as a board lists it; ``dossier_due_at`` is when the whole dossier is due."""

    task_id: int
    dossier_id: int
    public_id: UUID
    code: str
    procedure_name: str
    offering_id: int
    step: int
    assignee_id: int | None
    assignee_name: str
    due_at: datetime | None
    dossier_due_at: datetime | None
    opened_at: datetime
    agency_id: int


_STEPS = """
SELECT t.id, d.id, d.public_id, d.code, v.name, d.offering_id, t.step, t.assignee_id, coalesce(s.full_name, ''),
       t.due_at, d.due_at, t.opened_at, d.handling_agency_id
FROM dossiers_task t JOIN dossiers_dossier d ON d.id = t.dossier_id
JOIN offerings_offering o ON o.id = d.offering_id JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id
LEFT JOIN organisation_staff s ON s.id = t.assignee_id
WHERE t.unit_id = %(unit)s AND t.part = 0 AND d.state IN (2, 4, 5, 6) {where}
  AND (coalesce(t.due_at, 'infinity'), t.id) > (%(after_at)s::timestamptz, %(after_id)s)
ORDER BY coalesce(t.due_at, 'infinity'), t.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Of:
    """Whose steps of a unit: of one officer, those that nobody has, in these roles; none means all."""

    staff_id: int | None = None
    is_free: bool = False
    roles: Sequence[str] = ()


def open_steps(
    unit_id: int, horizon: Horizon, *, number: str, of: Of, after: tuple[datetime | None, int] | None, limit: int
) -> list[StepLine]:
    """Return open steps of a class (``open``: of all) of the unit, what is due first first, from after the key on."""
    where, values = list[str](), dict[str, Any]()
    if number in _CLASSES:
        where.append(f"AND {_CLASSES[number]}")
    if of.staff_id is not None:
        where.append("AND t.assignee_id = %(staff)s")
        values["staff"] = of.staff_id
    if of.is_free:
        where.append("AND t.assignee_id IS NULL")
    if of.roles:
        where.append("AND t.role = ANY(%(roles)s)")
        values["roles"] = list(of.roles)
    at = "-infinity" if after is None else (after[0].isoformat() if after[0] else "infinity")
    key = {"after_at": at, "after_id": after[1] if after else 0}
    rows = _rows(
        _STEPS.replace("{where}", " ".join(where)),
        {**values, **key, **_borders(horizon), "unit": unit_id, "limit": limit},
    )
    return [StepLine(*row) for row in rows]


def free_steps(unit_id: int, *, roles: Sequence[str]) -> int:
    """Return how many open steps of the unit nobody has taken, in these roles."""
    rows = _rows(
        "SELECT count(*) FROM dossiers_task t JOIN dossiers_dossier d ON d.id = t.dossier_id"
        " WHERE t.unit_id = %(unit)s AND t.part = 0 AND t.assignee_id IS NULL AND t.role = ANY(%(roles)s)"
        " AND d.state IN (2, 4, 5, 6)",
        {"unit": unit_id, "roles": list(roles)},
    )
    return int(rows[0][0])


def steps_done(unit_id: int, spans: Sequence[tuple[datetime, datetime]], *, staff_id: int | None) -> list[int]:
    """Return how many steps the unit, or one of its people, did in each span ``[from, to]``; from the index alone."""
    whose = "AND f.staff_id = %(staff)s" if staff_id is not None else ""
    rows = _rows(
        "SELECT (SELECT count(*) FROM dossiers_fact f WHERE f.kind = 2 AND f.unit_id = %(unit)s"  # noqa: S608
        f" AND f.at >= s.a AND f.at <= s.b {whose})"
        " FROM unnest(%(from)s::timestamptz[], %(to)s::timestamptz[]) WITH ORDINALITY s(a, b, place) ORDER BY s.place",
        {"unit": unit_id, "staff": staff_id, "from": [a for a, _ in spans], "to": [b for _, b in spans]},
    )
    return [int(row[0]) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """An open step of a dossier that is due soon, with what tells how much work is left."""

    dossier_id: int
    public_id: UUID
    code: str
    procedure_name: str
    offering_id: int
    agency_id: int
    reception_unit_id: int
    regime: str
    received_at: datetime
    due_at: datetime
    version: int
    step: int
    instance: int
    unit_id: int
    assignee_name: str
    opened_at: datetime


_STANDING = """
SELECT d.id, d.public_id, d.code, v.name, d.offering_id, d.handling_agency_id, d.reception_unit_id, d.regime,
       d.received_at, d.due_at, d.version, t.step, t.instance, t.unit_id, coalesce(s.full_name, ''), t.opened_at
FROM dossiers_dossier d JOIN dossiers_task t ON t.dossier_id = d.id AND t.part = 0
JOIN offerings_offering o ON o.id = d.offering_id JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id
LEFT JOIN organisation_staff s ON s.id = t.assignee_id
WHERE d.state IN (2, 4) AND d.extension_count = 0 AND d.due_at >= %(now)s AND d.due_at <= %(until)s AND {where}
ORDER BY d.due_at, d.id, t.step, t.instance
"""
_WHOSE = {
    "agency": "d.handling_agency_id = %(id)s",
    "centre": "d.reception_unit_id = %(id)s",
    "unit": "d.id IN (SELECT x.dossier_id FROM dossiers_task x WHERE x.unit_id = %(id)s AND x.part = 0)",
    "dossier": "d.id = %(id)s",
}


def standing_due(whose: str, key: int, *, now: datetime, until: datetime) -> list[Standing]:
    """Return the open steps of dossiers due in ``[now, until]`` that nobody has apologised for; one statement.

    ``whose`` is ``agency``, ``centre``, ``unit`` or ``dossier``, ``key`` its id.
    """
    rows = _rows(_STANDING.replace("{where}", _WHOSE[whose]), {"id": key, "now": now, "until": until})
    return [Standing(*row) for row in rows]


def _borders(horizon: Horizon) -> dict[str, Any]:
    return {"now": horizon.now, "today": horizon.today_until, "soon": horizon.soon_until}


def _rows(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
