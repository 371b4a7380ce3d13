"""Answers the rows kept for reports beside the dossiers they are of, and writes rows that were worked out anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from motcua.store.figures.writing import upsert

_FIXED = ("dossier_id", "agency_id", "unit_id", "version_id", "channel")
COUNTED = (
    *_FIXED[1:],
    *("received_at", "due_at", "ended_at", "returned_at", "supplements", "extensions"),
)
"""The columns of a row, but for its key."""

_ROWS = """
SELECT d.id, d.handling_agency_id, d.reception_unit_id, o.procedure_version_id, d.channel, d.offering_id,
       g.dossier_id, {columns}
FROM dossiers_dossier d JOIN offerings_offering o ON o.id = d.offering_id
LEFT JOIN figures_dossierfigure g ON g.dossier_id = d.id
WHERE d.id > %s ORDER BY d.id LIMIT %s
""".format(columns=", ".join(f"g.{c}" for c in COUNTED))
_TYPES = {
    "dossier_id": "bigint",
    **dict.fromkeys(("agency_id", "unit_id", "version_id"), "bigint"),
    "channel": "text",
    **dict.fromkeys(("received_at", "due_at", "ended_at", "returned_at"), "timestamptz"),
    **dict.fromkeys(("supplements", "extensions"), "int"),
}


def kept_rows(*, after: int, limit: int) -> tuple[dict[int, dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows kept by dossier, and what never changes of each dossier after that id."""
    kept, dossiers = {}, []
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [after, limit])
        for row in cursor.fetchall():
            dossiers.append(dict(zip((*_FIXED, "offering_id"), row[:6], strict=True)))
            if row[6] is not None:
                kept[row[0]] = dict(zip(("dossier_id", *COUNTED), row[6:], strict=True))
    return kept, dossiers


def write_rows(rows: Sequence[dict[str, Any]]) -> int:
    """Write the rows; return how many changed."""
    arrays = ", ".join(f"%({c})s::{kind}[]" for c, kind in _TYPES.items())
    with connection.cursor() as cursor:
        cursor.execute(
            upsert(f"SELECT * FROM unnest({arrays}) AS n({', '.join(_TYPES)})"),  # noqa: S608
            {c: [row[c] for row in rows] for c in _TYPES},
        )
        return int(cursor.rowcount)
