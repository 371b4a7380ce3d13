"""Answers how long visitors have waited in the halls on a day, measured from the tickets; one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class HallWaits:
    """Waits of a day: how many wait now and the longest of them, how many were called, half waited at most
    ``median_minutes``, nine of ten at most ``p90_minutes``; ``within`` were called within the hall's target.
    """

    halls: int
    waiting: int
    longest_minutes: int
    called: int
    median_minutes: float
    p90_minutes: float
    within: int


# An appointment waits from its time on, as in the figures of the hall.
_WAITS = """
SELECT count(DISTINCT w.hall_id), count(*) FILTER (WHERE w.state = 1),
  coalesce(max(w.so_far) FILTER (WHERE w.state = 1), 0), count(w.waited),
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY w.waited), 0),
  coalesce(percentile_cont(0.9) WITHIN GROUP (ORDER BY w.waited), 0), count(*) FILTER (WHERE w.waited <= w.target)
FROM (
  SELECT t.hall_id, t.state, h.target_minutes AS target,
    CASE WHEN t.first_called_at IS NOT NULL THEN greatest(0,
      extract(epoch FROM t.first_called_at - greatest(t.place_at, coalesce(t.booked_at, t.place_at))) / 60) END AS waited,
    greatest(0, extract(epoch FROM %(now)s::timestamptz - greatest(t.place_at, coalesce(t.booked_at, t.place_at))) / 60) AS so_far
  FROM floor_ticket t JOIN floor_hall h ON h.id = t.hall_id WHERE t.day = %(day)s AND t.hall_id = ANY(%(halls)s)
) w
"""
_HALLS = "SELECT id FROM floor_hall WHERE %(all)s OR unit_id = ANY(%(units)s)"


def waits_of_day(unit_ids: Sequence[int] | None, *, day: date, now: datetime) -> HallWaits | None:
    """Return the waits in the halls of these one-stop units (of all: ``None``); ``None`` where nobody took a number."""
    with connection.cursor() as cursor:
        cursor.execute(_HALLS, {"all": unit_ids is None, "units": list(unit_ids or ())})
        halls = [row[0] for row in cursor.fetchall()]
        cursor.execute(_WAITS, {"halls": halls, "day": day, "now": now})
        row = cursor.fetchone()
    if not row[0]:
        return None
    return HallWaits(row[0], row[1], int(row[2]), row[3], float(row[4]), float(row[5]), row[6])
