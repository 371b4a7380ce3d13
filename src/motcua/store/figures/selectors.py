"""Answers counts of dossiers by a dimension, and the dossiers behind a number, from the rows kept for reports.

The rules are those of ``core.statistics.counting``, written in SQL; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from motcua.core.statistics import NUMBERS, Counts, Cross, Line, Out, Table, Window

_OPEN = "(f.ended_at IS NULL OR f.ended_at > %(to)s)"
RULES: Mapping[str, str] = {
    "total": "true",
    "in_period": "f.received_at >= %(from)s",
    "online": "f.received_at >= %(from)s AND f.channel = 'ONLINE'",
    "direct": "f.received_at >= %(from)s AND f.channel <> 'ONLINE'",
    "carried": "f.received_at < %(from)s",
    "resolved": "f.ended_at <= %(to)s",
    "early": "f.outcome = 1 AND f.ended_at <= %(to)s",
    "on_time": "f.outcome = 2 AND f.ended_at <= %(to)s",
    "late": "f.outcome = 3 AND f.ended_at <= %(to)s",
    "open": _OPEN,
    "within": f"{_OPEN} AND (f.due_at IS NULL OR f.due_at >= %(to)s)",
    "overdue": f"{_OPEN} AND f.due_at < %(to)s",
}
"""Which dossiers of the period each number counts."""

MONTH = "to_char(f.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM')"
STANDS = "CASE {whens} END".format(whens=" ".join(f"WHEN {RULES[o.value]} THEN '{o.value}'" for o in Out))
"""In which month a dossier was received, and where it stands at the end of the period; never kept."""
_WORKED_OUT = f"(SELECT f.*, {MONTH} AS month, {STANDS} AS stands FROM figures_dossierfigure f)"  # noqa: S608

_OUTCOMES = {o.value for o in Out}
_OF_PERIOD = "f.received_at <= %(to)s AND (f.received_at >= %(from)s OR f.ended_at IS NULL OR f.ended_at >= %(from)s)"
DIMENSIONS: Mapping[str, tuple[str, str, str]] = {
    # What is grouped by, what is joined to the groups, what of it is the key.
    "form": (
        "agency_id, version_id",
        "JOIN organisation_agency a ON a.id = c.agency_id JOIN catalogue_procedureversion v ON v.id = c.version_id",
        "a.level || ':' || v.sector",
    ),
    "sector": ("version_id", "JOIN catalogue_procedureversion v ON v.id = c.version_id", "v.sector"),
    "procedure": (
        "version_id",
        "JOIN catalogue_procedureversion v ON v.id = c.version_id JOIN catalogue_procedure p ON p.id = v.procedure_id",
        "p.code",
    ),
    # With the version, though it is not asked for: by one indexed column alone all rows would be read in its order,
    # six times as slowly as by hashing.
    "agency": ("agency_id, version_id", "", "c.agency_id::text"),
    "unit": ("unit_id, version_id", "", "c.unit_id::text"),
    "level": ("agency_id, version_id", "JOIN organisation_agency a ON a.id = c.agency_id", "a.level"),
    "channel": ("channel", "", "c.channel"),
    "month": ("month", "", "c.month"),
    "outcome": ("stands", "", "c.stands"),
}
_COUNTS = """
WITH c AS MATERIALIZED (
  SELECT {group}, grouping({first}) AS is_total, {numbers}
  FROM {source} f WHERE {where} GROUP BY GROUPING SETS (({group}), ())
)
SELECT is_total, NULL, {names} FROM c WHERE is_total = 1
UNION ALL
SELECT 0, {key}, {sums} FROM c {joins} WHERE c.is_total = 0 GROUP BY {key}
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """Whose dossiers are counted, and which of them; none means all."""

    agency_id: int | None = None
    unit_id: int | None = None
    level: str = ""
    sector: str = ""
    procedure: str = ""
    channel: str = ""
    month: str = ""
    outcome: str = ""


def counts(filters: Filters, window: Window, *, by: str) -> Table:
    """Return the counts by a dimension of ``DIMENSIONS``; one statement, the total counted beside the rows."""
    group, joins, key = DIMENSIONS[by]
    where, values = _where(filters, window)
    statement = _COUNTS.format(
        group=group,
        first=group.split(",", maxsplit=1)[0],
        numbers=", ".join(f"count(*) FILTER (WHERE {RULES[n]}) AS {n}" for n in NUMBERS),
        source=_WORKED_OUT if by in ("month", "outcome") else "figures_dossierfigure",
        where=where,
        names=", ".join(NUMBERS),
        sums=", ".join(f"sum({n})::bigint" for n in NUMBERS),
        joins=joins,
        key=key,
    )
    rows, total = {}, Counts()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for is_total, found, *numbers in cursor.fetchall():
            if is_total:
                total = Counts(*numbers)
            else:
                rows[found] = Counts(*numbers)
    return Table(rows, total)


# Two dimensions are grouped by what is kept, and joined to what names them afterwards. Every margin is counted from
# the same groups by itself, the total from the rows.
_CROSS = """
WITH g AS MATERIALIZED (
  SELECT {group}, grouping({first}) AS is_total, count(*) FILTER (WHERE {rule}) AS n
  FROM {source} f WHERE {where} GROUP BY GROUPING SETS (({group}), ())
),
r AS (SELECT {row_group}, {row_key} AS row_key FROM (SELECT DISTINCT {row_group} FROM g WHERE is_total = 0) c {row_joins}),
k AS (SELECT {column_group}, {column_key} AS column_key
      FROM (SELECT DISTINCT {column_group} FROM g WHERE is_total = 0) c {column_joins})
SELECT 3, NULL, NULL, n FROM g WHERE is_total = 1
UNION ALL
SELECT grouping(row_key, column_key), row_key, column_key, sum(n)::bigint
FROM g JOIN r USING ({row_group}) JOIN k USING ({column_group}) WHERE is_total = 0
GROUP BY GROUPING SETS ((row_key, column_key), (row_key), (column_key)) HAVING sum(n) > 0
"""


def crossed(filters: Filters, window: Window, *, number: str, row: str, column: str) -> Cross:
    """Return what ``number`` counts by two dimensions of ``DIMENSIONS``; one statement."""
    where, values = _where(filters, window)
    (row_group, row_joins, row_key), (column_group, column_joins, column_key) = DIMENSIONS[row], DIMENSIONS[column]
    groups = list(dict.fromkeys([*row_group.split(", "), *column_group.split(", ")]))
    statement = _CROSS.format(
        group=", ".join(groups),
        first=groups[0],
        rule=RULES[number],
        source=_WORKED_OUT if {row, column} & {"month", "outcome"} else "figures_dossierfigure",
        where=where,
        row_group=row_group,
        row_key=row_key,
        row_joins=row_joins,
        column_group=column_group,
        column_key=column_key,
        column_joins=column_joins,
    )
    cells, rows, columns, total = dict[tuple[str, str], int](), dict[str, int](), dict[str, int](), 0
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for kind, row_found, column_found, counted in cursor.fetchall():
            if kind == 0:
                cells[row_found, column_found] = counted
            elif kind == 1:
                rows[row_found] = counted
            elif kind == 2:
                columns[column_found] = counted
            else:
                total = counted
    return Cross(cells, rows, columns, total)


_LINE = "f.dossier_id, f.agency_id, f.unit_id, f.version_id, f.channel, f.received_at, f.due_at, f.ended_at"


def lines(
    filters: Filters, window: Window, *, number: str, before: tuple[datetime, int] | None, limit: int
) -> list[Line]:
    """Return dossiers that ``number`` counts, newest reception first, from after the key ``before`` on."""
    where, values = _where(filters, window)
    if before is not None:
        where += " AND (f.received_at, f.dossier_id) < (%(before_at)s, %(before_id)s)"
        values |= {"before_at": before[0], "before_id": before[1]}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_LINE} FROM figures_dossierfigure f WHERE {where} AND {RULES[number]}"  # noqa: S608
            " ORDER BY f.received_at DESC, f.dossier_id DESC LIMIT %(limit)s",
            {**values, "limit": limit},
        )
        return [Line(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dossier that may have been of a period as known on an earlier day; as it is today.

    ``is_untouched`` when nothing has been recorded of it since: then it was known as it is.
    """

    line: Line
    offering_id: int
    is_untouched: bool


# Facts are recorded in their order; only a reception on paper is recorded later than it happened.
_CANDIDATES = """
SELECT {line}, d.offering_id, t.at <= %(known)s AND NOT t.body ? 'entered_at'
FROM figures_dossierfigure f JOIN dossiers_dossier d ON d.id = f.dossier_id
CROSS JOIN LATERAL (
  SELECT x.at, x.body FROM dossiers_fact x WHERE x.dossier_id = f.dossier_id ORDER BY x.seq DESC LIMIT 1) t
WHERE {where} AND ({of_period} OR EXISTS (
  SELECT FROM dossiers_fact x WHERE x.dossier_id = f.dossier_id AND x.kind = 18))
ORDER BY f.dossier_id LIMIT %(limit)s
"""


def candidates(filters: Filters, window: Window, *, known_at: datetime, limit: int) -> list[Candidate]:
    """Return every dossier that may have been of the period as known at ``known_at``.

    More than were: what has been corrected since may stand elsewhere today, so all of these are among them.
    """
    where, values = _scope(filters)
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES.format(line=_LINE, where=where, of_period=_OF_PERIOD),
            {**values, "from": window.from_at, "to": window.to_at, "known": known_at, "limit": limit},
        )
        return [Candidate(Line(*row[:-2]), int(row[-2]), bool(row[-1])) for row in cursor.fetchall()]


def names_of_versions(version_ids: set[int]) -> dict[int, tuple[str, str, str]]:
    """Return (code, name, sector) of each version of a procedure."""
    return {
        row[0]: (row[1], row[2], row[3])
        for row in _rows(
            "SELECT v.id, p.code, v.name, v.sector FROM catalogue_procedureversion v"
            " JOIN catalogue_procedure p ON p.id = v.procedure_id WHERE v.id = ANY(%s)",
            list(version_ids),
        )
    }


def names_of_procedures(codes: Sequence[str]) -> dict[str, str]:
    """Return the newest name of each procedure, by its code."""
    return dict(
        _rows(
            "SELECT DISTINCT ON (p.code) p.code, v.name FROM catalogue_procedure p"
            " JOIN catalogue_procedureversion v ON v.procedure_id = p.id WHERE p.code = ANY(%s)"
            " ORDER BY p.code, v.number DESC",
            list(codes),
        )
    )


def levels_of_agencies(agency_ids: set[int]) -> dict[int, str]:
    return dict(_rows("SELECT id, level FROM organisation_agency WHERE id = ANY(%s)", list(agency_ids)))


def _where(filters: Filters, window: Window) -> tuple[str, dict[str, Any]]:
    where, values = _scope(filters)
    where = f"{where} AND {_OF_PERIOD}"
    # Both follow from what may be corrected later, so a count as known on an earlier day asks for them itself.
    if filters.month:
        where, values["month"] = f"{where} AND {MONTH} = %(month)s", filters.month
    if filters.outcome:
        where = f"{where} AND {RULES[filters.outcome]}" if filters.outcome in _OUTCOMES else f"{where} AND false"
    return where, {**values, "from": window.from_at, "to": window.to_at}


def _scope(filters: Filters) -> tuple[str, dict[str, Any]]:
    parts, values = ["true"], dict[str, Any]()
    for name, condition in (
        ("agency_id", "f.agency_id = %(agency_id)s"),
        ("unit_id", "f.unit_id = %(unit_id)s"),
        ("channel", "f.channel = %(channel)s"),
        ("level", "f.agency_id IN (SELECT id FROM organisation_agency WHERE level = %(level)s)"),
        ("sector", "f.version_id IN (SELECT id FROM catalogue_procedureversion WHERE sector = %(sector)s)"),
        (
            "procedure",
            "f.version_id IN (SELECT v.id FROM catalogue_procedureversion v"
            " JOIN catalogue_procedure p ON p.id = v.procedure_id WHERE p.code = %(procedure)s)",
        ),
    ):
        value = getattr(filters, name)
        if value not in (None, ""):
            parts.append(condition)
            values[name] = value
    return " AND ".join(parts), values


def _rows(sql: str, wanted: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(wanted)])
        return list(cursor.fetchall())
