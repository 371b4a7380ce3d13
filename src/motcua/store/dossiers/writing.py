"""Answers how facts are added to a dossier: one statement that compares, writes and opens tasks, or does nothing.

The only writer of dossier rows, facts and tasks after the reception. It decides nothing: what to write comes
from the core by way of a service.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Cursor
from psycopg.rows import tuple_row

from motcua.core.dossier import Fact, FactKind, Life, NationalState, chain_digest
from motcua.core.dossier.facts import body_text
from motcua.core.process import State
from motcua.store.dossiers.models import CLOCK_KINDS, TaskPart
from motcua.store.figures.writing import KEPT_UP, RETURNED


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An open step of a dossier as it is stored."""

    id: int
    step: int
    unit_id: int
    role: str
    assignee_id: int | None
    due_at: datetime | None
    opened_at: datetime
    instance: int = 0
    part: int = 0

    @property
    def is_leading(self) -> bool:
        return self.part == TaskPart.LEAD


@dataclass(frozen=True, slots=True)
class Loaded:
    """A dossier as a service needs it to decide: no personal data."""

    id: int
    public_id: UUID
    code: str
    handling_agency_id: int
    reception_unit_id: int
    offering_id: int
    regime: str
    term_text: str
    version: int
    digest: bytes
    life: Life
    due_at: datetime | None
    extension_count: int
    unit_ids: tuple[int, ...]
    tasks: tuple[OpenTask, ...]
    parent_id: int | None = None
    parent_step: int | None = None
    parent_instance: int = 0
    escalation: int = 0
    timer_at: datetime | None = None
    on_spot: tuple[str, ...] = ()

    def task_of(self, step: int, instance: int = 0) -> OpenTask | None:
        """Return the leading part of an open step, if it is open."""
        return next((t for t in self.tasks if (t.step, t.instance) == (step, instance) and t.is_leading), None)


@dataclass(frozen=True, slots=True)
class NewTask:
    """A step to be opened at a unit."""

    step: int
    unit_id: int
    role: str
    due_at: datetime | None
    assignee_id: int | None = None
    instance: int = 0
    part: int = 0
    opened_at: datetime | None = None


_LOAD = """
SELECT d.id, d.public_id, d.code, d.handling_agency_id, d.reception_unit_id, d.offering_id, d.regime, d.term_text,
       d.version, d.digest, d.state, d.marking, d.received_at, d.ended_at, d.returned_at, d.supplement_count,
       d.decision, d.due_at, d.extension_count, d.unit_ids, d.open_pauses, d.values::text, d.parent_id, d.parent_step,
       d.parent_instance, d.escalation, d.timer_at, d.on_spot,
       t.id, t.step, t.unit_id, t.role, t.assignee_id, t.due_at, t.opened_at, t.instance, t.part
FROM dossiers_dossier d LEFT JOIN dossiers_task t ON t.dossier_id = d.id
WHERE d.public_id = %s ORDER BY t.step, t.instance, t.part, t.id
"""

# One statement, so that no reader ever sees half of it and the compare-and-set needs no lock before it:
# when the version has moved on, `d` is empty and nothing else is written.
_APPEND = """
WITH d AS (
  UPDATE dossiers_dossier SET version = %(version)s, digest = %(digest)s, state = %(state)s, marking = %(marking)s,
    due_at = %(due_at)s, look_again_at = %(look_again_at)s, ended_at = %(ended_at)s, returned_at = %(returned_at)s,
    supplement_count = %(supplements)s, open_pauses = %(pauses)s, extension_count = %(extensions)s,
    decision = %(decision)s, unit_ids = %(unit_ids)s, values = %(values)s::jsonb, timer_at = %(timer_at)s,
    escalation = %(escalation)s
  WHERE id = %(id)s AND version = %(seen)s RETURNING {returned}
), f AS (
  INSERT INTO dossiers_fact (dossier_id, seq, kind, at, staff_id, post_id, unit_id, body, digest)
  SELECT d.id, n.seq, n.kind, n.at, n.staff_id, n.post_id, n.unit_id, n.body::jsonb, n.digest FROM d,
    unnest(%(f_seq)s::int[], %(f_kind)s::int[], %(f_at)s::timestamptz[], %(f_staff)s::bigint[], %(f_post)s::bigint[],
           %(f_unit)s::bigint[], %(f_body)s::text[], %(f_digest)s::bytea[])
    AS n(seq, kind, at, staff_id, post_id, unit_id, body, digest)
), x AS (
  DELETE FROM dossiers_task t USING d WHERE t.dossier_id = d.id AND t.id = ANY(%(closed)s)
), o AS (
  INSERT INTO dossiers_task (dossier_id, step, instance, part, unit_id, role, assignee_id, opened_at, due_at)
  SELECT d.id, n.step, n.instance, n.part, n.unit_id, n.role, n.assignee_id, coalesce(n.opened_at, %(now)s), n.due_at
  FROM d, unnest(%(t_step)s::int[], %(t_instance)s::int[], %(t_part)s::int[], %(t_unit)s::bigint[], %(t_role)s::text[],
                 %(t_assignee)s::bigint[], %(t_opened)s::timestamptz[], %(t_due)s::timestamptz[])
    AS n(step, instance, part, unit_id, role, assignee_id, opened_at, due_at)
), a AS (
  UPDATE dossiers_task t SET assignee_id = %(assign_to)s FROM d
  WHERE t.dossier_id = d.id AND t.id = %(assign_task)s::bigint
), m AS (
  INSERT INTO ledger_outboxmessage (topic, key, body, made_at, attempts, next_attempt_at, last_error)
  SELECT n.topic, n.key, n.body::jsonb, %(now)s, 0, %(now)s, '' FROM d,
    unnest(%(m_topic)s::text[], %(m_key)s::text[], %(m_body)s::text[]) AS n(topic, key, body)
){kept_up}
SELECT count(*) FROM d
""".replace("{returned}", RETURNED).replace("{kept_up}", KEPT_UP)


# An act that moves the clock moves the open steps' ends as well, and a correction the reception itself.
_APPEND_CLOCK = _APPEND.replace(
    "SET version =", "SET received_at = coalesce(%(received_at)s, received_at), version =", 1
).replace(
    "SELECT count(*) FROM d",
    """, c AS (
  UPDATE dossiers_task t SET due_at = n.due_at FROM d, unnest(%(c_task)s::bigint[], %(c_due)s::timestamptz[])
    AS n(id, due_at) WHERE t.dossier_id = d.id AND t.id = n.id
)
SELECT count(*) FROM d""",
)

_APPEND_MOVE = _APPEND.replace("SET version =", "SET offering_id = %(offering_id)s, version =", 1)


@dataclass(frozen=True, slots=True)
class Append:
    """What is to be written of one act: facts in order, the life after them, tasks closed and opened.

    ``task_dues`` gives open tasks their new ends when the act moves the clock; such an act neither assigns nor
    completes a step. ``received_at`` is set by a correction of the reception. ``timer_at`` is when a time of the
    process comes next, as after this act. ``offering_id`` is set when the dossier goes on under another version.
    """

    facts: tuple[Fact, ...]
    life: Life
    due_at: datetime | None
    closed_task_ids: tuple[int, ...] = ()
    opened: tuple[NewTask, ...] = ()
    assign_task_id: int | None = None
    assign_to_id: int | None = None
    extension_count: int | None = None
    messages: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    task_dues: tuple[tuple[int, datetime | None], ...] = ()
    received_at: datetime | None = None
    timer_at: datetime | None = None
    escalation: int | None = None
    offering_id: int | None = None


def load(public_id: UUID) -> Loaded | None:
    """Return the dossier with its open tasks, in one statement; ``None`` when there is none."""
    with _cursor() as cursor:
        rows = cursor.execute(_LOAD, [public_id], prepare=True).fetchall()
    if not rows:
        return None
    first = rows[0]
    life = Life(
        state=NationalState(first[10]),
        process=State.from_bytes(bytes(first[11])),
        received_at=first[12],
        ended_at=first[13],
        returned_at=first[14],
        supplement_count=first[15],
        decision=first[16],
        open_pauses=first[20],
        values=json.loads(first[21]),
    )
    return Loaded(
        id=first[0],
        public_id=first[1],
        code=first[2],
        handling_agency_id=first[3],
        reception_unit_id=first[4],
        offering_id=first[5],
        regime=first[6],
        term_text=first[7],
        version=first[8],
        digest=bytes(first[9]),
        life=life,
        due_at=first[17],
        extension_count=first[18],
        unit_ids=tuple(first[19]),
        tasks=tuple(OpenTask(*row[28:]) for row in rows if row[28] is not None),
        parent_id=first[22],
        parent_step=first[23],
        parent_instance=first[24],
        escalation=first[25],
        timer_at=first[26],
        on_spot=tuple(first[27]),
    )


def append(dossier: Loaded, act: Append, *, now: datetime) -> bool:
    """Write ``act`` if nobody wrote since ``dossier`` was loaded; return whether it was written.

    Guarantee: all of it or nothing, whether or not a transaction is open around it.
    """
    facts, digests = act.facts, chain(dossier.digest, dossier.public_id, act.facts)
    life = act.life
    units = dict.fromkeys((*dossier.unit_ids, *(t.unit_id for t in act.opened)))
    extensions = dossier.extension_count if act.extension_count is None else act.extension_count
    values = {
        "id": dossier.id,
        "seen": dossier.version,
        "version": facts[-1].seq,
        "digest": digests[-1],
        "state": int(life.state),
        "marking": life.process.to_bytes(),
        "due_at": act.due_at,
        "look_again_at": None if life.ended_at or life.state.is_final else act.due_at,
        "ended_at": life.ended_at,
        "returned_at": life.returned_at,
        "supplements": life.supplement_count,
        "pauses": life.open_pauses,
        "extensions": extensions,
        "decision": life.decision,
        "unit_ids": list(units),
        "values": json.dumps(life.values, ensure_ascii=False) if life.values else "{}",
        "timer_at": act.timer_at,
        "escalation": dossier.escalation if act.escalation is None else act.escalation,
        "now": now,
        **fact_arrays(facts, digests),
        "closed": list(act.closed_task_ids),
        "t_step": [t.step for t in act.opened],
        "t_instance": [t.instance for t in act.opened],
        "t_part": [t.part for t in act.opened],
        "t_opened": [t.opened_at for t in act.opened],
        "t_unit": [t.unit_id for t in act.opened],
        "t_role": [t.role for t in act.opened],
        "t_assignee": [t.assignee_id for t in act.opened],
        "t_due": [t.due_at for t in act.opened],
        "assign_task": act.assign_task_id,
        "assign_to": act.assign_to_id,
        "m_topic": [m[0] for m in act.messages],
        "m_key": [m[1] for m in act.messages],
        "m_body": [json.dumps(m[2]) for m in act.messages],
    }
    statement = _APPEND
    if act.offering_id is not None:
        statement = _APPEND_MOVE
        values["offering_id"] = act.offering_id
    if act.task_dues or act.received_at is not None:
        statement = _APPEND_CLOCK
        values |= {
            "received_at": act.received_at,
            "c_task": [task for task, _ in act.task_dues],
            "c_due": [due for _, due in act.task_dues],
        }
    with _cursor() as cursor:
        row = cursor.execute(statement, values, prepare=True).fetchone()
    return bool(row and row[0])


def chain(before: bytes, public_id: UUID, facts: Sequence[Fact]) -> list[bytes]:
    """Return the digest of each fact, chained on ``before``."""
    digests, key = [], public_id.bytes
    for fact in facts:
        before = chain_digest(before, dossier_key=key, fact=fact)
        digests.append(before)
    return digests


def facts_of(dossier_id: int) -> tuple[Fact, ...]:
    """Return all facts of a dossier in their order."""
    with _cursor() as cursor:
        rows = cursor.execute(
            "SELECT seq, kind, at, staff_id, post_id, unit_id, body::text FROM dossiers_fact "
            "WHERE dossier_id = %s ORDER BY seq",
            [dossier_id],
            prepare=True,
        ).fetchall()
    return tuple(Fact(r[0], FactKind(r[1]), r[2], r[3], r[4], r[5], json.loads(r[6])) for r in rows)


# The kinds are written out, so that the partial index is used.
_CLOCK_FACTS = """
SELECT dossier_id, seq, kind, at, staff_id, post_id, unit_id, body::text FROM dossiers_fact
WHERE dossier_id IN (SELECT dossier_id FROM dossiers_fact WHERE dossier_id = ANY(%s) AND kind IN KINDS)
  AND (kind = 1 OR kind IN KINDS) ORDER BY dossier_id, seq
""".replace("KINDS", str(CLOCK_KINDS))


def clock_facts_of_many(dossier_ids: Sequence[int]) -> dict[int, list[Fact]]:
    """Return, of each dossier that has any, the reception and the other facts its clock is derived from."""
    found: dict[int, list[Fact]] = {}
    with _cursor() as cursor:
        rows = cursor.execute(_CLOCK_FACTS, [list(dossier_ids)])
        for r in rows:
            fact = Fact(r[1], FactKind(r[2]), r[3], r[4], r[5], r[6], json.loads(r[7]))
            found.setdefault(r[0], []).append(fact)
    return found


def fact_arrays(facts: Sequence[Fact], digests: Sequence[bytes]) -> dict[str, Any]:
    """Return the columns of facts as the arrays that a statement takes."""
    return {
        "f_seq": [f.seq for f in facts],
        "f_kind": [int(f.kind) for f in facts],
        "f_at": [f.at for f in facts],
        "f_staff": [f.staff_id for f in facts],
        "f_post": [f.post_id for f in facts],
        "f_unit": [f.unit_id for f in facts],
        "f_body": [body_text(f.body) for f in facts],
        "f_digest": list(digests),
    }


def _cursor() -> Cursor[Any]:
    """Return a cursor that binds on the server, so that the statement is planned once per connection."""
    connection.ensure_connection()
    return Cursor(connection.connection, row_factory=tuple_row)
