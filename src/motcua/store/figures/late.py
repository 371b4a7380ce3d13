"""Answers what is on record of late dossiers: who had each in hand when it fell due, and who has it now.

Read for many at once from rows and a few facts. Where corrected, recalled or moved facts could make a difference, a
row says so, and whoever asks derives that dossier from all its facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from motcua.core.clock import Horizon
from motcua.core.statistics import AtDue, InHand, holder_of
from motcua.store.figures.boards import borders, scope_of
from motcua.store.figures.selectors import Filters
from motcua.store.organisation.models import UnitKind


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a dossier in hand now: the unit (or the agency that has a dossier for it), the officer, since when."""

    unit_id: int | None = None
    agency_id: int | None = None
    staff_id: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LateRow:
    """A dossier that was not done when it fell due.

    ``needs_facts`` says that its facts were corrected, recalled or renumbered, or that it was taken back or stopped:
    ``known`` may then not be what the facts say. ``has_moved_since`` that the step was done after the due instant.
    """

    dossier_id: int
    offering_id: int
    version: int
    agency_id: int
    reception_unit_id: int
    due_at: datetime
    known: AtDue
    owner: Owner
    has_moved_since: bool
    needs_facts: bool
    on_spot: tuple[str, ...] = ()


# Facts whose like can change what others say: corrections, recalls, times that fired, other versions of the process.
_REWRITING = "(18, 25, 27, 30)"
_LATE = """
SELECT d.id, d.offering_id, d.version, d.handling_agency_id, d.reception_unit_id, d.due_at, told.cause,
  op.unit_id, op.kind, op.agency_id, op.asked_at, ch.handling_agency_id, ch.received_at,
  t.unit_id, t.assignee_id, t.opened_at, u.kind, u.agency_id, c.unit_id, cu.kind, cu.agency_id, before.at,
  d.state IN (7, 8) OR EXISTS (SELECT FROM dossiers_fact x WHERE x.dossier_id = d.id AND x.kind IN REWRITING),
  d.on_spot
FROM dossiers_dossier d
LEFT JOIN LATERAL (SELECT x.body->>'cause' AS cause FROM dossiers_fact x WHERE d.extension_count > 0
  AND x.dossier_id = d.id AND x.kind = 9 ORDER BY x.seq DESC LIMIT 1) told ON true
LEFT JOIN LATERAL (SELECT q.to_unit_id AS unit_id, q.asked_at, w.kind, w.agency_id FROM dossiers_consultation q
  LEFT JOIN organisation_unit w ON w.id = q.to_unit_id WHERE q.dossier_id = d.id AND q.due_at <= d.due_at
  AND coalesce(q.answered_at, q.revoked_at, 'infinity') > d.due_at ORDER BY q.asked_at, q.id LIMIT 1) op ON true
LEFT JOIN LATERAL (SELECT x.handling_agency_id, x.received_at FROM dossiers_dossier x WHERE x.parent_id = d.id
  AND x.received_at <= d.due_at AND (x.ended_at IS NULL OR x.ended_at > d.due_at)
  ORDER BY x.received_at, x.id LIMIT 1) ch ON true
LEFT JOIN LATERAL (SELECT x.unit_id, x.assignee_id, x.opened_at FROM dossiers_task x WHERE x.dossier_id = d.id
  AND x.part = 0 ORDER BY x.opened_at, x.id LIMIT 1) t ON true
LEFT JOIN organisation_unit u ON u.id = t.unit_id
LEFT JOIN LATERAL (SELECT x.unit_id FROM dossiers_fact x WHERE x.dossier_id = d.id AND x.kind = 2
  AND x.at > d.due_at AND (t.opened_at IS NULL OR t.opened_at > d.due_at)
  AND NOT x.body ? 'automatic' ORDER BY x.seq LIMIT 1) c ON true
LEFT JOIN organisation_unit cu ON cu.id = c.unit_id
LEFT JOIN LATERAL (SELECT max(x.at) AS at FROM dossiers_fact x WHERE c.unit_id IS NOT NULL
  AND x.dossier_id = d.id AND x.kind IN (1, 2) AND x.at <= d.due_at) before ON true
WHERE d.id = ANY(%(ids)s) AND d.due_at IS NOT NULL ORDER BY d.due_at, d.id
""".replace("REWRITING", _REWRITING)


class LateKey(NamedTuple):
    """A late dossier as it stands: with the number of its facts and the instant it fell due."""

    dossier_id: int
    version: int
    due_at: datetime


def late_keys(filters: Filters, horizon: Horizon, *, limit: int) -> list[LateKey]:
    """Return what is open and late of an agency, a one-stop unit or all, the longest late first; one statement."""
    where, values = scope_of(filters)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.version, d.due_at FROM (SELECT f.dossier_id FROM figures_dossierfigure f"  # noqa: S608
            f" WHERE f.ended_at IS NULL AND f.due_at < %(now)s AND {where}"
            " ORDER BY f.due_at, f.dossier_id LIMIT %(limit)s) l JOIN dossiers_dossier d ON d.id = l.dossier_id"
            " WHERE d.due_at IS NOT NULL ORDER BY d.due_at, d.id",
            {**values, **borders(horizon), "limit": limit},
        )
        return [LateKey(*row) for row in cursor.fetchall()]


def late_of(dossier_ids: Sequence[int]) -> list[LateRow]:
    """Return those of the dossiers that have a due instant, open or ended; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LATE, {"ids": list(dossier_ids)})
        return [_row(row) for row in cursor.fetchall()]


def _row(row: Sequence[Any]) -> LateRow:
    (dossier_id, offering_id, version, agency_id, reception, due_at, told,
     op_unit, op_kind, op_agency, asked_at, child_agency, child_at,
     unit_id, assignee_id, opened_at, kind, unit_agency, done_unit, done_kind, done_agency, before_at,
     is_rewritten, on_spot) = row  # fmt: skip
    step = None
    if opened_at is not None and opened_at <= due_at:
        step = InHand(_holder(kind, unit_agency, agency_id), opened_at, unit_id)
    elif done_unit is not None and before_at is not None:
        step = InHand(_holder(done_kind, done_agency, agency_id), before_at, done_unit)
    known = AtDue(
        told=told or "",
        opinion=InHand(_holder(op_kind, op_agency, agency_id), asked_at, op_unit) if asked_at else None,
        linked=InHand(_holder("", child_agency, agency_id), child_at) if child_at else None,
        step=step,
    )
    owner = Owner(unit_id, unit_agency, assignee_id, opened_at)
    if unit_id is None and child_at is not None:
        owner = Owner(None, child_agency, None, child_at)
    return LateRow(
        dossier_id, offering_id, version, agency_id, reception, due_at, known, owner,
        has_moved_since=done_unit is not None, needs_facts=is_rewritten, on_spot=tuple(on_spot),
    )  # fmt: skip


def _holder(kind: str | None, agency_id: int | None, handling_agency_id: int) -> Any:
    return holder_of(
        is_one_stop=kind in UnitKind.one_stop(), agency_id=agency_id, handling_agency_id=handling_agency_id
    )
