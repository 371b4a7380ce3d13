"""Answers which dossiers are alive, all of them at once as columns of numbers, without personal data.

For questions about everything, where a row each as a Python object would take longer than the question itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.models import Count
from psycopg import Cursor
from psycopg.rows import scalar_row

from motcua.store.dossiers.models import CLOCK_KINDS, Dossier
from motcua.store.dossiers.selectors import Scope

LIVE_STATES = (2, 4, 5, 6)
"""Accepted, in process, supplement required, financial obligation: neither done nor closed."""

NOTHING_OWED = np.iinfo(np.int64).max
"""Stands for no due instant; it is how PostgreSQL itself writes infinity."""

Column: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LiveColumns:
    """The live dossiers, one place each in every column, in the order of their ids.

    ``received`` and ``due`` are microseconds since 2000-01-01 UTC. ``unit_id`` is the unit that holds the first of
    the open steps, or else the one that received. ``is_plain`` is true where the clock knows but the reception.
    """

    id: Column
    offering_id: Column
    unit_id: Column
    received: Column
    due: Column
    is_plain: npt.NDArray[np.bool_]


# One value of eight bytes a column and row: a hundred thousand rows arrive as one array instead of as many objects.
_LIVE = """
SELECT string_agg(int8send(d.id) || int8send(d.offering_id)
  || int8send(coalesce((SELECT t.unit_id FROM dossiers_task t WHERE t.dossier_id = d.id ORDER BY t.step LIMIT 1),
                       d.reception_unit_id))
  || timestamptz_send(d.received_at) || timestamptz_send(coalesce(d.due_at, 'infinity'))
  || int8send((NOT EXISTS (
       SELECT FROM dossiers_fact f WHERE f.dossier_id = d.id AND f.kind IN KINDS))::int::bigint), '')
FROM dossiers_dossier d WHERE d.state IN STATES {where}
""".replace("KINDS", str(CLOCK_KINDS)).replace("STATES", str(LIVE_STATES))
_COLUMNS = 6


@contextlib.contextmanager
def reading_only() -> Iterator[None]:
    """Let the block read one state of the database and write nothing: PostgreSQL refuses every write in it."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Within a transaction that has read already the level is no longer ours to choose.
            level = "ISOLATION LEVEL REPEATABLE READ, " if is_outermost else ""
            cursor.execute(f"SET TRANSACTION {level}READ ONLY")
        yield


def live_columns(scope: Scope) -> LiveColumns:
    """Return the live dossiers of a one-stop unit, of an agency, of a unit that handled them, or all."""
    where, values = "", dict[str, Any]()
    if scope.reception_unit_id is not None:
        where, values["id"] = "AND d.reception_unit_id = %(id)s", scope.reception_unit_id
    elif scope.handling_agency_id is not None:
        where, values["id"] = "AND d.handling_agency_id = %(id)s", scope.handling_agency_id
    elif scope.handling_unit_id is not None:
        where, values["id"] = "AND d.unit_ids @> ARRAY[%(id)s]::bigint[]", scope.handling_unit_id
    connection.ensure_connection()
    with Cursor(connection.connection, row_factory=scalar_row) as cursor:
        data = cursor.execute(_LIVE.replace("{where}", where), values or None, binary=True).fetchone()
    rows = np.frombuffer(data or b"", dtype=">i8").reshape(-1, _COLUMNS).astype(np.int64)
    found = rows[np.argsort(rows[:, 0])].T.copy()
    return LiveColumns(found[0], found[1], found[2], found[3], found[4], found[5] == 1)


@dataclass(frozen=True, slots=True)
class OfferingRule:
    """Whose calendar and which term an offering has."""

    agency_id: int
    procedure_code: str
    term_text: str


def offering_rules(offering_ids: Iterable[int]) -> Mapping[int, OfferingRule]:
    """Return the rule of each offering."""
    rows = _rows(
        "SELECT o.id, o.agency_id, p.code, o.term_text FROM offerings_offering o"
        " JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id"
        " JOIN catalogue_procedure p ON p.id = v.procedure_id WHERE o.id = ANY(%s)",
        list(offering_ids),
    )
    return {row[0]: OfferingRule(*row[1:]) for row in rows}


@dataclass(frozen=True, slots=True)
class DossierHead:
    """A dossier as a list without personal data shows it, and what says who may open it."""

    public_id: UUID
    code: str
    procedure_code: str
    procedure_name: str
    handling_agency_id: int
    reception_unit_id: int
    unit_ids: Sequence[int]


def heads_of(dossier_ids: Iterable[int]) -> Mapping[int, DossierHead]:
    """Return the head of each dossier."""
    rows = _rows(
        "SELECT d.id, d.public_id, d.code, p.code, v.name, d.handling_agency_id, d.reception_unit_id, d.unit_ids"
        " FROM dossiers_dossier d JOIN offerings_offering o ON o.id = d.offering_id"
        " JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id"
        " JOIN catalogue_procedure p ON p.id = v.procedure_id WHERE d.id = ANY(%s)",
        list(dossier_ids),
    )
    return {row[0]: DossierHead(*row[1:]) for row in rows}


def unit_names(unit_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the name of each unit with its agency's, unless the name says it already."""
    rows = _rows(
        "SELECT u.id, u.name, a.short_name FROM organisation_unit u"
        " JOIN organisation_agency a ON a.id = u.agency_id WHERE u.id = ANY(%s)",
        list(unit_ids),
    )
    return {key: name if agency in name else f"{name}, {agency}" for key, name, agency in rows}


def _rows(sql: str, ids: list[int]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids])
        return list(cursor.fetchall())


def live_by_process_version(key: str) -> dict[int, int]:
    """Return how many dossiers are being handled by each version of a process, by the version's id."""
    live = Dossier.objects.filter(offering__process_version__key=key, state__in=LIVE_STATES)
    counts = live.values_list("offering__process_version_id").annotate(count=Count("id"))
    return dict(counts.order_by())
