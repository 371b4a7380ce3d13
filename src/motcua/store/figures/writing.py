"""Answers how the row that reports count a dossier by is written: by the statement that writes the dossier itself.

``KEPT_UP`` is the part of such a statement that follows the part ``d``, which returns the dossier's row. Where nothing
that is counted has changed, as with most facts, nothing is written.
"""

from __future__ import annotations

_COLUMNS = (
    *("dossier_id", "agency_id", "unit_id", "version_id", "channel"),
    *("received_at", "due_at", "ended_at", "returned_at", "supplements", "extensions"),
)
RETURNED = (
    "id, handling_agency_id, reception_unit_id, offering_id, channel, received_at, due_at, ended_at, returned_at,"
    " supplement_count, extension_count"
)
"""The columns of the dossier that the part ``d`` has to return, without the name of its table."""

FROM_DOSSIERS = """
SELECT {d}.id, {d}.handling_agency_id, {d}.reception_unit_id, o.procedure_version_id, {d}.channel, {d}.received_at,
       {d}.due_at, {d}.ended_at, {d}.returned_at, {d}.supplement_count, {d}.extension_count
FROM {table} JOIN offerings_offering o ON o.id = {d}.offering_id
"""
_CHANGING = [c for c in _COLUMNS if c != "dossier_id"]
UPSERT = """
INSERT INTO figures_dossierfigure AS g ({columns}) {rows}
ON CONFLICT (dossier_id) DO UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({new})
"""


def upsert(rows: str) -> str:
    """Return the statement that writes what ``rows`` (SQL) selects, and leaves alone what is as it was."""
    return UPSERT.format(
        columns=", ".join(_COLUMNS),
        rows=rows,
        sets=", ".join(f"{c} = excluded.{c}" for c in _CHANGING),
        old=", ".join(f"g.{c}" for c in _CHANGING),
        new=", ".join(f"excluded.{c}" for c in _CHANGING),
    )


KEPT_UP = f", g AS ({upsert(FROM_DOSSIERS.format(d='d', table='d'))})"
