"""Answers how often each paper was handed in, and how many results of each kind were issued, in some days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

_HANDED_IN = """
SELECT p.id, c.value->>'name', count(*) FILTER (WHERE (c.value->>'originals')::int + (c.value->>'copies')::int > 0)
FROM dossiers_dossier d JOIN offerings_offering o ON o.id = d.offering_id
JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id
JOIN catalogue_procedure p ON p.id = v.procedure_id
CROSS JOIN LATERAL jsonb_array_elements(d.components) c
WHERE p.id = ANY(%s) AND d.received_at > %s AND d.received_at <= %s GROUP BY 1, 2
"""


def handed_in(procedure_ids: Sequence[int], *, after: datetime, until: datetime) -> dict[tuple[int, str], int]:
    """Return in how many dossiers each paper was handed in, by procedure and the paper's name; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HANDED_IN, [list(procedure_ids), after, until])
        return {(row[0], row[1]): row[2] for row in cursor.fetchall()}


def received_of(procedure_ids: Sequence[int], *, after: datetime, until: datetime) -> dict[int, int]:
    """Return how many dossiers of each procedure were received; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.procedure_id, count(*) FROM dossiers_dossier d JOIN offerings_offering o ON o.id = d.offering_id"
            " JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id"
            " WHERE v.procedure_id = ANY(%s) AND d.received_at > %s AND d.received_at <= %s GROUP BY 1",
            [list(procedure_ids), after, until],
        )
        return dict(cursor.fetchall())


def issued_kinds() -> dict[str, int]:
    """Return how many valid results of each kind are held here; one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM results_result WHERE state = 'valid' GROUP BY kind")
        return dict(cursor.fetchall())
