"""Answers who holds which posts on a day, and the open steps that are due soon or late: what digests are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Holder:
    """A person under a post, by appointment or by delegation."""

    staff_id: int
    unit_id: int
    agency_id: int
    roles: frozenset[str]


_HOLDERS = """
SELECT h.staff_id, u.id, u.agency_id, p.roles FROM (
  SELECT staff_id, post_id FROM organisation_appointment WHERE from_on <= %(on)s AND (to_on IS NULL OR to_on >= %(on)s)
  UNION
  SELECT to_staff_id, post_id FROM organisation_delegation
  WHERE from_at <= %(at)s AND to_at > %(at)s AND revoked_at IS NULL
) h JOIN organisation_post p ON p.id = h.post_id JOIN organisation_unit u ON u.id = p.unit_id
JOIN organisation_staff s ON s.id = h.staff_id AND s.is_active
ORDER BY h.staff_id, u.id
"""


def holders(*, at: datetime, on: date) -> list[Holder]:
    """Return everybody who holds a post; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"at": at, "on": on})
        return [Holder(row[0], row[1], row[2], frozenset(row[3])) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class DueStep:
    """An open step with its own end and the dossier's."""

    public_id: UUID
    code: str
    procedure_name: str
    agency_id: int
    reception_unit_id: int
    unit_id: int
    assignee_id: int | None
    due_at: datetime
    dossier_due_at: datetime | None


_DUE = """
SELECT d.public_id, d.code, v.name, d.handling_agency_id, d.reception_unit_id, t.unit_id, t.assignee_id, t.due_at,
       d.due_at
FROM dossiers_task t JOIN dossiers_dossier d ON d.id = t.dossier_id
JOIN offerings_offering o ON o.id = d.offering_id JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id
WHERE t.part = 0 AND d.state IN (2, 4) AND t.due_at <= %(until)s ORDER BY t.due_at, t.id
"""


def due_steps(*, until: datetime) -> Sequence[DueStep]:
    """Return every open step whose end comes by then or has passed, the earliest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"until": until})
        return [DueStep(*row) for row in cursor.fetchall()]
