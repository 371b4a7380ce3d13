"""Answers which dossiers a period concerns, and the facts of many dossiers at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.core.dossier import Fact, FactKind
from motcua.store.dossiers.selectors import Scope

_SCOPES = (
    ("reception_unit_id", "d.reception_unit_id = %(scope)s"),
    ("handling_agency_id", "d.handling_agency_id = %(scope)s"),
    ("handling_unit_id", "d.unit_ids @> ARRAY[%(scope)s]::bigint[]"),
)


def dossiers_of_period(inside: Scope, *, from_on: date, until: datetime, limit: int) -> list[tuple[int, int]]:
    """Return (dossier id, offering id) of what was received by ``until`` and not ended before ``from_on``."""
    where, values = "true", dict[str, Any]()
    for name, condition in _SCOPES:
        if getattr(inside, name) is not None:
            where, values["scope"] = condition, getattr(inside, name)
            break
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.offering_id FROM dossiers_dossier d WHERE {where} AND d.received_at <= %(until)s"
            " AND (d.ended_at IS NULL"
            "  OR d.ended_at >= (%(from)s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
            " ORDER BY d.received_at DESC, d.id DESC LIMIT %(limit)s".replace("{where}", where),
            {**values, "until": until, "from": from_on, "limit": limit},
        )
        return [(int(row[0]), int(row[1])) for row in cursor.fetchall()]


def facts_of_many(dossier_ids: Sequence[int]) -> dict[int, list[Fact]]:
    """Return all facts of each dossier, in their order; one statement."""
    facts: dict[int, list[Fact]] = {dossier_id: [] for dossier_id in dossier_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dossier_id, seq, kind, at, staff_id, post_id, unit_id, body::text FROM dossiers_fact"
            " WHERE dossier_id = ANY(%s) ORDER BY dossier_id, seq",
            [list(dossier_ids)],
        )
        for r in cursor.fetchall():
            facts[r[0]].append(Fact(r[1], FactKind(r[2]), r[3], r[4], r[5], r[6], json.loads(r[7])))
    return facts


@dataclass(frozen=True, slots=True)
class OfPeriod:
    """A dossier that a period concerns, with what of its row a score looks at."""

    dossier_id: int
    public_id: UUID
    code: str
    offering_id: int
    reception_unit_id: int
    channel: str
    received_at: datetime
    has_paper: bool
    has_result: bool
    charged: bool
    paid_online: bool
    complaints: int


def scored_of_period(
    unit_ids: Sequence[int], *, from_on: date, until: datetime, refused: int, limit: int
) -> list[OfPeriod]:
    """Return what these units received by ``until`` and did not end before ``from_on``; one statement.

    ``refused`` is the act of a petition that was not taken up: a false complaint does not count.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.public_id, d.code, d.offering_id, d.reception_unit_id, d.channel, d.received_at,"
            " EXISTS (SELECT 1 FROM dossiers_document p WHERE p.dossier_id = d.id),"
            " EXISTS (SELECT 1 FROM results_result r WHERE r.dossier_id = d.id AND r.signed_at <= %(until)s),"
            " EXISTS (SELECT 1 FROM payments_charge c WHERE c.dossier_id = d.id AND c.voided_at IS NULL"
            "   AND c.amount_vnd > 0),"
            " EXISTS (SELECT 1 FROM payments_charge c WHERE c.dossier_id = d.id AND c.voided_at IS NULL"
            "   AND c.settled_at <= %(until)s AND c.settled_by NOT IN ('', 'cash')),"
            " (SELECT count(*) FROM voices_petition v WHERE v.dossier_id = d.id AND v.about = 'CONDUCT'"
            "   AND v.received_at <= %(until)s AND NOT EXISTS (SELECT 1 FROM voices_petitionevent e"
            "   WHERE e.petition_id = v.id AND e.act = %(refused)s))"
            " FROM dossiers_dossier d WHERE d.reception_unit_id = ANY(%(units)s) AND d.received_at <= %(until)s"
            " AND (d.ended_at IS NULL"
            "  OR d.ended_at >= (%(from)s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"
            " ORDER BY d.received_at, d.id LIMIT %(limit)s",
            {"units": list(unit_ids), "until": until, "from": from_on, "refused": refused, "limit": limit},
        )
        return [OfPeriod(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Received:
    """A dossier of a period, as far as the log of its process names it."""

    dossier_id: int
    public_id: UUID
    offering_id: int
    channel: str


def received_in_period(
    inside: Scope, *, code: str, from_on: date, until: datetime, after: int = 0, limit: int
) -> list[Received]:
    """Return dossiers received in a period, of one procedure (empty: of all), by id after ``after``; one statement."""
    where, values = "true", dict[str, Any]()
    for name, condition in _SCOPES:
        if getattr(inside, name) is not None:
            where, values["scope"] = condition, getattr(inside, name)
            break
    of_code = (
        "d.offering_id IN (SELECT o.id FROM offerings_offering o"
        " JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id"
        " JOIN catalogue_procedure p ON p.id = v.procedure_id WHERE p.code = %(code)s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.public_id, d.offering_id, d.channel FROM dossiers_dossier d"
            " WHERE {where} AND {code} AND d.id > %(after)s AND d.received_at <= %(until)s"
            " AND d.received_at >= (%(from)s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
            " ORDER BY d.id LIMIT %(limit)s".replace("{where}", where).replace("{code}", of_code if code else "true"),
            {**values, "code": code, "after": after, "until": until, "from": from_on, "limit": limit},
        )
        return [Received(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Ended:
    """A dossier that has ended, and the procedure it was of."""

    dossier_id: int
    offering_id: int
    code: str


def ended_lately(*, since: datetime, limit_each: int) -> list[Ended]:
    """Return the newest dossiers decided since then, at most ``limit_each`` of a procedure; for nightly counts.

    Those that the applicant took back, or that were stopped, took no time worth telling.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, offering_id, code FROM ("
            " SELECT d.id, d.offering_id, p.code,"
            "  row_number() OVER (PARTITION BY p.code ORDER BY d.ended_at DESC, d.id DESC) AS n"
            " FROM dossiers_dossier d JOIN offerings_offering o ON o.id = d.offering_id"
            " JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id"
            " JOIN catalogue_procedure p ON p.id = v.procedure_id"
            " WHERE d.ended_at >= %s AND d.state IN (9, 10)) newest"
            " WHERE n <= %s ORDER BY code, id",
            [since, limit_each],
        )
        return [Ended(*row) for row in cursor.fetchall()]
