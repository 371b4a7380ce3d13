"""Answers which dossiers of some days were decided, by whose hands their steps went, and which of them ever waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from motcua.store.dossiers.models import CLOCK_KINDS

_DECIDED = """
SELECT d.id, d.offering_id, d.handling_agency_id, d.applicant_id, d.received_at, d.ended_at, d.due_at, d.extension_count,
       NOT EXISTS (SELECT FROM dossiers_fact x WHERE x.dossier_id = d.id AND x.kind IN KINDS)
FROM figures_dossierfigure f JOIN dossiers_dossier d ON d.id = f.dossier_id
WHERE f.received_at >= %(from)s AND f.received_at <= %(to)s AND d.ended_at <= %(to)s AND d.state IN (9, 10)
ORDER BY f.received_at, f.dossier_id LIMIT %(limit)s
""".replace("KINDS", str(CLOCK_KINDS))


@dataclass(frozen=True, slots=True)
class Decided:
    """A dossier received and decided in some days. ``is_plain``: nothing ever stopped or moved its clock."""

    dossier_id: int
    offering_id: int
    agency_id: int
    applicant_id: int
    received_at: datetime
    ended_at: datetime
    due_at: datetime | None
    extensions: int
    is_plain: bool


def decided_in(*, from_at: datetime, to_at: datetime, limit: int) -> list[Decided]:
    """Return what was received and decided in the span; what was withdrawn or stopped was not. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"from": from_at, "to": to_at, "limit": limit})
        return [Decided(*row) for row in cursor.fetchall()]


def hands_of(dossier_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Return (step, staff) of each step that a person completed, in their order; one statement."""
    found: dict[int, list[tuple[int, int]]] = {n: [] for n in dossier_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dossier_id, (body->>'step')::int, staff_id FROM dossiers_fact WHERE dossier_id = ANY(%s) AND kind = 2"
            " AND NOT coalesce((body->>'automatic')::boolean, false) ORDER BY dossier_id, seq",
            [list(dossier_ids)],
        )
        for dossier_id, step, staff_id in cursor.fetchall():
            found[dossier_id].append((step, staff_id))
    return found
