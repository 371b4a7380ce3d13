"""Answers which functions of the circular the system's own facts show to be used by a unit, how often, and when last.

A function stands here only when a use of it leaves a fact that names the unit. Where none does (searching, printing,
an assistant), nothing is guessed: somebody has to answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from motcua.core.dossier import FactKind


@dataclass(frozen=True, slots=True)
class Use:
    """How often a function was used in the days looked at, and when last."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the evidence of a function comes from (a key of the words): kinds of fact of dossiers, or a statement."""

    source: str
    kinds: tuple[int, ...] = ()
    statement: str = ""


def uses_of(unit_ids: Sequence[int], *, since: datetime, now: datetime) -> dict[int, Mapping[int, Use]]:
    """Return, for each function that facts tell of, the units that used it after ``since``.

    The facts of all functions are counted in one statement, whatever the units: those of dossiers received since a
    year before, for older ones are hardly worked on.
    """
    values = {"units": list(unit_ids), "since": since, "now": now, "year": since - timedelta(days=366)}
    by_kind: dict[int, dict[int, Use]] = defaultdict(dict)
    for unit, kind, count, last in _rows(_FACTS, values):
        by_kind[kind][unit] = Use(count, last)
    found: dict[int, Mapping[int, Use]] = {}
    for number, evidence in EVIDENCE.items():
        if evidence.statement:
            found[number] = {u: Use(count, last) for u, count, last in _rows(evidence.statement, values)}
        else:
            found[number] = _together([by_kind[k] for k in evidence.kinds])
    return found


def _rows(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _together(parts: Sequence[Mapping[int, Use]]) -> dict[int, Use]:
    found: dict[int, Use] = {}
    for part in parts:
        for unit, use in part.items():
            known = found.get(unit)
            found[unit] = use if known is None else Use(known.count + use.count, max(known.last_at, use.last_at))
    return found


_FACTS = """
SELECT d.reception_unit_id, f.kind, count(*), max(f.at) FROM dossiers_dossier d
JOIN dossiers_fact f ON f.dossier_id = d.id
WHERE d.reception_unit_id = ANY(%(units)s) AND d.received_at > %(year)s AND f.at > %(since)s AND f.at <= %(now)s
GROUP BY 1, 2
"""
_ONLINE = """
SELECT reception_unit_id, count(*), max(received_at) FROM dossiers_dossier
WHERE reception_unit_id = ANY(%(units)s) AND channel = 'ONLINE' AND received_at > %(since)s AND received_at <= %(now)s
GROUP BY 1
"""
_ACCOUNTS = """
SELECT d.reception_unit_id, count(DISTINCT f.staff_id), max(f.at) FROM dossiers_dossier d
JOIN dossiers_fact f ON f.dossier_id = d.id AND f.unit_id = d.reception_unit_id
WHERE d.reception_unit_id = ANY(%(units)s) AND d.received_at > %(year)s AND f.at > %(since)s AND f.at <= %(now)s
GROUP BY 1
"""
_PROCESSES = """
SELECT d.reception_unit_id, count(DISTINCT o.process_version_id), max(d.received_at) FROM dossiers_dossier d
JOIN offerings_offering o ON o.id = d.offering_id
WHERE d.reception_unit_id = ANY(%(units)s) AND d.received_at > %(since)s AND d.received_at <= %(now)s
GROUP BY 1
"""
_CATALOGUE = """
SELECT d.reception_unit_id, count(DISTINCT o.procedure_version_id), max(d.received_at) FROM dossiers_dossier d
JOIN offerings_offering o ON o.id = d.offering_id
WHERE d.reception_unit_id = ANY(%(units)s) AND d.received_at > %(since)s AND d.received_at <= %(now)s
GROUP BY 1
"""
_SIGNED = """
SELECT d.reception_unit_id, count(*), max(r.signed_at) FROM results_result r
JOIN dossiers_dossier d ON d.id = r.dossier_id
WHERE d.reception_unit_id = ANY(%(units)s) AND d.received_at > %(year)s AND r.signed_at > %(since)s AND r.signed_at <= %(now)s
GROUP BY 1
"""
_NOTICES = """
SELECT d.reception_unit_id, count(*), max(n.made_at) FROM citizens_notice n
JOIN dossiers_dossier d ON d.id = n.dossier_id
WHERE d.reception_unit_id = ANY(%(units)s) AND d.received_at > %(year)s AND n.made_at > %(since)s AND n.made_at <= %(now)s
GROUP BY 1
"""
_FIGURES = """
SELECT unit_id, count(*), max(received_at) FROM figures_dossierfigure
WHERE unit_id = ANY(%(units)s) AND received_at > %(since)s AND received_at <= %(now)s
GROUP BY 1
"""
_PAPERS = """
SELECT d.reception_unit_id, count(*), max(p.added_at) FROM dossiers_document p
JOIN dossiers_dossier d ON d.id = p.dossier_id
WHERE d.reception_unit_id = ANY(%(units)s) AND d.received_at > %(year)s AND p.added_at > %(since)s AND p.added_at <= %(now)s
GROUP BY 1
"""

EVIDENCE: Mapping[int, Evidence] = {
    1: Evidence("accounts", statement=_ACCOUNTS),
    3: Evidence("catalogue", statement=_CATALOGUE),
    4: Evidence("states", (FactKind.RECEIVED, FactKind.COMPLETED, FactKind.DECIDED, FactKind.RETURNED)),
    5: Evidence("online", statement=_ONLINE),
    6: Evidence("routing", (FactKind.COMPLETED,)),
    7: Evidence("processes", statement=_PROCESSES),
    10: Evidence("signatures", statement=_SIGNED),
    12: Evidence("received", (FactKind.RECEIVED,)),
    13: Evidence("supplements", (FactKind.SUPPLEMENT_ASKED,)),
    14: Evidence("assigned", (FactKind.ASSIGNED,)),
    15: Evidence("consulted", (FactKind.CONSULTED,)),
    16: Evidence("decided", (FactKind.DECIDED,)),
    17: Evidence("stopped", (FactKind.WITHDRAWN, FactKind.STOPPED)),
    18: Evidence("returned", (FactKind.RETURNED,)),
    20: Evidence("notices", statement=_NOTICES),
    25: Evidence("figures", statement=_FIGURES),
    28: Evidence("papers", statement=_PAPERS),
}
"""Functions that facts tell of, by number. The others (2, 8, 9, 11, 19, 21-24, 26, 27, 29-31) are answered by hand."""
