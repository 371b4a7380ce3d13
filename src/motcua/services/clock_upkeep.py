"""Answers whether what is stored of clocks is what the facts say, and writes it anew where a calendar has changed.

No fact is made here: a due instant is derived, and a decision on a calendar changes what is derived.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from motcua.core.clock import Clock
from motcua.core.dossier import Fact, Life, Place, replay
from motcua.services.calendars import calendar_of, look_again
from motcua.services.clocks import clock_of, task_dues
from motcua.services.dossiers.committing import next_timer
from motcua.services.offerings import Running, running_offering
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.figures.writing import KEPT_UP, RETURNED
from motcua.store.organisation.models import Agency, CalendarChange

_BATCH = 500

_ROWS = """
SELECT d.id, d.public_id, d.offering_id, d.version, d.state, d.marking, d.received_at, d.due_at, d.ended_at,
       d.returned_at, d.supplement_count, d.extension_count, d.open_pauses, d.decision,
       d.values, d.timer_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(t.id, t.step, t.instance, t.due_at) ORDER BY t.step), '[]'::jsonb)
        FROM dossiers_task t WHERE t.dossier_id = d.id)
FROM dossiers_dossier d WHERE d.id > %(after)s {where} ORDER BY d.id LIMIT %(limit)s
"""
_WRITE = """
WITH d AS (
  UPDATE dossiers_dossier d SET due_at = n.due_at,
    look_again_at = CASE WHEN d.ended_at IS NULL AND d.state IN (2, 4, 5, 6) THEN n.due_at END
  FROM unnest(%(id)s::bigint[], %(version)s::int[], %(due)s::timestamptz[]) AS n(id, version, due_at)
  WHERE d.id = n.id AND d.version = n.version
  RETURNING d.public_id, {returned}
), t AS (
  UPDATE dossiers_task t SET due_at = n.due_at FROM d, unnest(%(task)s::bigint[], %(task_due)s::timestamptz[])
    AS n(id, due_at) WHERE t.id = n.id AND t.dossier_id = d.id
), m AS (
  INSERT INTO ledger_outboxmessage (topic, key, body, made_at, attempts, next_attempt_at, last_error)
  SELECT 'dossier.due_moved', public_id::text, jsonb_build_object('due', due_at), %(now)s, 0, %(now)s, ''
  FROM d WHERE ended_at IS NULL
){kept_up}
SELECT count(*) FROM d
""".replace("{returned}", ", ".join(f"d.{column}" for column in RETURNED.split(", "))).replace("{kept_up}", KEPT_UP)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What looking over the clocks found: how many were looked at, which differ (by id, with what), how many written."""

    looked_at: int
    differing: tuple[tuple[int, str], ...]
    written: int


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    offering_id: int
    version: int
    life: dict[str, Any]
    due_at: datetime | None
    extensions: int
    tasks: tuple[tuple[int, Place, datetime | None], ...]
    timer_at: datetime | None


def check_clocks() -> Upkeep:
    """Return which stored dossiers differ from what their facts say, in state, ends, due instant or open steps."""
    look_again()
    looked, differing = 0, list[tuple[int, str]]()
    for stored, facts in _batches("", {}):
        for row in stored:
            looked += 1
            running = running_offering(row.offering_id)
            life = replay(facts[row.id], running.net)
            clock, dues = _derived(facts[row.id], running, life)
            faults = [name for name, value in _life_values(life).items() if row.life[name] != value]
            if clock.due_at != row.due_at:
                faults.append("due_at")
            if clock.extensions != row.extensions:
                faults.append("extension_count")
            if {place: due for _, place, due in row.tasks} != dues:
                faults.append("tasks")
            if row.timer_at != next_timer(facts[row.id], running):
                faults.append("timer_at")
            if faults:
                differing.append((row.id, ", ".join(faults)))
    return Upkeep(looked, tuple(differing), 0)


def refresh_clocks(
    *, agency_ids: Sequence[int], from_on: date, now: datetime, most: int | None = None
) -> Upkeep | None:
    """Return what was written anew of the agencies' dossiers that are open, or ended or were due from ``from_on`` on.

    ``None``, and nothing done, when there are more than ``most``. A dossier that moves on meanwhile derives its
    own clock with the new calendar and is left alone.
    """
    where = (
        "AND d.handling_agency_id = ANY(%(agencies)s)"
        " AND (d.ended_at IS NULL OR greatest(d.ended_at, d.due_at) >="
        " (%(from)s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
    )
    values = {"agencies": list(agency_ids), "from": from_on}
    if most is not None and _count(where, values, most + 1) > most:
        return None
    look_again()
    looked, differing, written = 0, list[tuple[int, str]](), 0
    for stored, facts in _batches(where, values):
        moved: list[tuple[_Stored, Clock, dict[Place, datetime | None]]] = []
        for row in stored:
            looked += 1
            running = running_offering(row.offering_id)
            clock, dues = _derived(facts[row.id], running, replay(facts[row.id], running.net))
            if clock.due_at != row.due_at or {place: due for _, place, due in row.tasks} != dues:
                moved.append((row, clock, dues))
                differing.append((row.id, "due_at"))
        if moved:
            written += _write(moved, now=now)
    return Upkeep(looked, tuple(differing), written)


def apply_calendar_changes(*, now: datetime, most: int | None = None) -> int:
    """Derive anew what decisions on calendars have changed since; return how many decisions were applied.

    Run by the job worker every minute, and at once by the page for a small office (``most`` dossiers).
    """
    applied = 0
    for change in CalendarChange.objects.filter(applied_at__isnull=True).order_by("id"):
        if refresh_clocks(agency_ids=_covered(change), from_on=change.from_on, now=now, most=most) is not None:
            CalendarChange.objects.filter(id=change.id).update(applied_at=now)
            applied += 1
    revoked = CalendarChange.objects.filter(revoked_at__isnull=False, revocation_applied_at__isnull=True)
    for change in revoked.order_by("id"):
        if refresh_clocks(agency_ids=_covered(change), from_on=change.from_on, now=now, most=most) is not None:
            CalendarChange.objects.filter(id=change.id).update(revocation_applied_at=now)
            applied += 1
    return applied


def _covered(change: CalendarChange) -> list[int]:
    """Return the agencies for which a decision holds: the agency itself, and those below where it says so."""
    found = [change.agency_id]
    if change.covers_below:
        level = found
        while level:
            level = list(Agency.objects.filter(parent_id__in=level).values_list("id", flat=True))
            found += level
    return found


def _derived(facts: Sequence[Fact], running: Running, life: Life) -> tuple[Clock, dict[Place, datetime | None]]:
    calendar = calendar_of(running.agency_id)
    clock = clock_of(facts, running, life=life, calendar=calendar)
    return clock, task_dues(facts, running, made=clock, calendar=calendar)


def _batches(where: str, values: dict[str, Any]) -> Iterator[tuple[list[_Stored], dict[int, list[Fact]]]]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS.replace("{where}", where), {**values, "after": after, "limit": _BATCH})
            rows = [_stored(row) for row in cursor.fetchall()]
            if not rows:
                return
        after = rows[-1].id
        yield rows, facts_of_many([row.id for row in rows])


def _stored(row: Sequence[Any]) -> _Stored:
    tasks = row[16] if isinstance(row[16], list) else json.loads(row[16])
    return _Stored(
        id=row[0],
        offering_id=row[2],
        version=row[3],
        life={
            "state": row[4],
            "marking": bytes(row[5]),
            "received_at": row[6],
            "ended_at": row[8],
            "returned_at": row[9],
            "supplement_count": row[10],
            "open_pauses": row[12],
            "decision": row[13],
            "values": row[14] if isinstance(row[14], dict) else json.loads(row[14]),
        },
        due_at=row[7],
        extensions=row[11],
        tasks=tuple((t[0], (t[1], t[2]), datetime.fromisoformat(t[3]) if t[3] else None) for t in tasks),
        timer_at=row[15],
    )


def _life_values(life: Life) -> dict[str, Any]:
    return {
        "state": int(life.state),
        "marking": life.process.to_bytes(),
        "received_at": life.received_at,
        "ended_at": life.ended_at,
        "returned_at": life.returned_at,
        "supplement_count": life.supplement_count,
        "open_pauses": life.open_pauses,
        "decision": life.decision,
        "values": dict(life.values),
    }


def _write(moved: Sequence[tuple[_Stored, Clock, dict[Place, datetime | None]]], *, now: datetime) -> int:
    tasks = [(task, dues.get(place)) for row, _, dues in moved for task, place, _ in row.tasks]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "id": [row.id for row, _, _ in moved],
                "version": [row.version for row, _, _ in moved],
                "due": [clock.due_at for _, clock, _ in moved],
                "task": [task for task, _ in tasks],
                "task_due": [due for _, due in tasks],
                "now": now,
            },
        )
        return int(cursor.fetchone()[0])


def _count(where: str, values: dict[str, Any], limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM dossiers_dossier d WHERE true {where} LIMIT %(limit)s) n".replace(
                "{where}", where
            ),
            {**values, "limit": limit},
        )
        return int(cursor.fetchone()[0])
