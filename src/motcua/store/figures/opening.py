"""Answers how many dossiers came and were done in a period, by agency and sector, as the base of published figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from motcua.core.statistics import Window

RECEIVED = ("online", "counter", "post")
RESOLVED = ("early", "on_time", "late")
_FLOWS = """
WITH c AS MATERIALIZED (
  SELECT f.agency_id, f.version_id,
    count(*) FILTER (WHERE f.received_at >= %(from)s AND f.channel = 'ONLINE') AS online,
    count(*) FILTER (WHERE f.received_at >= %(from)s AND f.channel NOT IN ('ONLINE', 'POST')) AS counter,
    count(*) FILTER (WHERE f.received_at >= %(from)s AND f.channel = 'POST') AS post,
    count(*) FILTER (WHERE f.outcome = 1 AND f.ended_at BETWEEN %(from)s AND %(to)s) AS early,
    count(*) FILTER (WHERE f.outcome = 2 AND f.ended_at BETWEEN %(from)s AND %(to)s) AS on_time,
    count(*) FILTER (WHERE f.outcome = 3 AND f.ended_at BETWEEN %(from)s AND %(to)s) AS late
  FROM figures_dossierfigure f WHERE f.received_at <= %(to)s AND (f.received_at >= %(from)s OR f.ended_at >= %(from)s)
  GROUP BY f.agency_id, f.version_id
)
SELECT a.level, a.code, a.short_name, v.sector, sum(online)::bigint, sum(counter)::bigint, sum(post)::bigint,
       sum(early)::bigint, sum(on_time)::bigint, sum(late)::bigint
FROM c JOIN organisation_agency a ON a.id = c.agency_id JOIN catalogue_procedureversion v ON v.id = c.version_id
GROUP BY a.level, a.code, a.short_name, v.sector ORDER BY a.level, a.code, v.sector
"""


@dataclass(frozen=True, slots=True)
class Flow:
    """What came to an agency in a sector, in the order of ``RECEIVED``, and what was done, in that of ``RESOLVED``."""

    level: str
    agency_code: str
    agency_name: str
    sector: str
    received: tuple[int, ...]
    resolved: tuple[int, ...]


def flows(window: Window) -> Sequence[Flow]:
    """Return the flows of a period that has ended, one line for each agency and sector; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, {"from": window.from_at, "to": window.to_at})
        return [
            Flow(level, code, name, sector, tuple(numbers[: len(RECEIVED)]), tuple(numbers[len(RECEIVED) :]))
            for level, code, name, sector, *numbers in cursor.fetchall()
        ]
