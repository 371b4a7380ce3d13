"""Answers the lists of dossiers and tasks that pages show: paged by key, one statement a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from motcua.core.kernel import fold
from motcua.store.dossiers.models import Slip

PAGE = 50


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open step in somebody's list."""

    task_id: int
    step: int
    assignee_id: int | None
    task_due_at: datetime | None
    opened_at: datetime
    public_id: Any
    code: str
    applicant_name: str
    procedure_name: str
    offering_id: int
    state: int
    due_at: datetime | None
    received_at: datetime
    version: int
    assignee_name: str | None
    instance: int = 0
    part: int = 0
    role: str = ""


@dataclass(frozen=True, slots=True)
class EscalatedRow:
    """A dossier that was brought before a head: 1 of the unit, 2 of the agency."""

    public_id: Any
    code: str
    procedure_name: str
    due_at: datetime | None
    escalation: int


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier in a list of its one-stop unit or agency."""

    id: int
    public_id: Any
    code: str
    applicant_name: str
    procedure_name: str
    state: int
    received_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    returned_at: datetime | None
    channel: str
    agency_name: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose dossiers a list holds: of a one-stop unit, of an agency, of a unit that handled them; none means all."""

    reception_unit_id: int | None = None
    handling_agency_id: int | None = None
    handling_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``after`` is the key from which the next page goes on, empty at the end."""

    rows: Sequence[Any]
    after: str


_TASKS = """
SELECT t.id, t.step, t.assignee_id, t.due_at, t.opened_at, d.public_id, d.code, d.applicant_name, v.name, d.offering_id,
       d.state, d.due_at, d.received_at, d.version, s.full_name, t.instance, t.part, t.role
FROM dossiers_task t JOIN dossiers_dossier d ON d.id = t.dossier_id
JOIN offerings_offering o ON o.id = d.offering_id JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id
LEFT JOIN organisation_staff s ON s.id = t.assignee_id
WHERE t.unit_id = %(unit)s {where}
  AND (coalesce(t.due_at, 'infinity'), t.id) > (%(due)s::timestamptz, %(id)s)
ORDER BY coalesce(t.due_at, 'infinity'), t.id LIMIT %(limit)s
"""


def tasks_of_unit(
    unit_id: int,
    *,
    after: str = "",
    mine: int | None = None,
    unassigned: bool = False,
    roles: Sequence[str] = (),
    due_before: datetime | None = None,
    limit: int = PAGE,
) -> Page:
    """Return the open steps of the unit, what is due first first; ``mine`` keeps a person's own and the free ones."""
    where, values = [], dict[str, Any]()
    if mine is not None:
        where.append("AND (t.assignee_id = %(mine)s OR t.assignee_id IS NULL)")
        values["mine"] = mine
    if unassigned:
        where.append("AND t.assignee_id IS NULL")
    if roles:
        # What a unit helps with or looks on at asks for no role.
        where.append("AND (t.role = ANY(%(roles)s) OR t.part > 0)")
        values["roles"] = list(roles)
    if due_before is not None:
        where.append("AND t.due_at < %(due_before)s")
        values["due_before"] = due_before
    due, task_id = _task_key(after)
    rows = _rows(
        _TASKS.replace("{where}", " ".join(where)),
        {**values, "unit": unit_id, "due": due, "id": task_id, "limit": limit + 1},
    )
    tasks = [TaskRow(*row) for row in rows[:limit]]
    following = ""
    if len(rows) > limit and tasks:
        last = tasks[-1]
        following = f"{last.task_due_at.isoformat() if last.task_due_at else 'infinity'}_{last.task_id}"
    return Page(tasks, following)


def escalated_before(*, unit_id: int, agency_id: int | None, limit: int = PAGE) -> list[EscalatedRow]:
    """Return what was brought before the head of the unit, and of the agency where ``agency_id`` is given."""
    rows = _rows(
        "SELECT d.public_id, d.code, v.name, d.due_at, d.escalation FROM dossiers_dossier d"
        " JOIN offerings_offering o ON o.id = d.offering_id"
        " JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id WHERE d.escalation > 0"
        " AND d.state IN (2, 4, 5, 6, 9) AND (d.handling_agency_id = %(agency)s OR d.escalation = 1 AND EXISTS ("
        "   SELECT 1 FROM dossiers_task t WHERE t.dossier_id = d.id AND t.unit_id = %(unit)s))"
        " ORDER BY d.due_at NULLS LAST, d.id LIMIT %(limit)s",
        {"unit": unit_id, "agency": agency_id, "limit": limit},
    )
    return [EscalatedRow(*row) for row in rows]


_DOSSIERS = """
SELECT d.id, d.public_id, d.code, d.applicant_name, v.name, d.state, d.received_at, d.due_at, d.ended_at, d.returned_at,
       d.channel, a.short_name
FROM dossiers_dossier d JOIN offerings_offering o ON o.id = d.offering_id
JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id
JOIN organisation_agency a ON a.id = d.handling_agency_id
WHERE {scope} {where}
ORDER BY d.received_at DESC, d.id DESC LIMIT %(limit)s
"""


def dossiers_of(
    inside: Scope,
    *,
    states: Sequence[int] = (),
    text: str = "",
    late_at: datetime | None = None,
    sector: str = "",
    from_on: date | None = None,
    to_on: date | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """Return dossiers of a one-stop unit or of an agency (or of all), newest first.

    ``text`` is looked for in codes and, without marks, in applicants' names; ``late_at`` keeps what was due
    before that instant and is not done.
    """
    where, values = [], dict[str, Any]()
    scope = "true"
    if inside.reception_unit_id is not None:
        scope, values["unit"] = "d.reception_unit_id = %(unit)s", inside.reception_unit_id
    elif inside.handling_agency_id is not None:
        scope, values["agency"] = "d.handling_agency_id = %(agency)s", inside.handling_agency_id
    elif inside.handling_unit_id is not None:
        scope, values["handler"] = "d.unit_ids @> ARRAY[%(handler)s]::bigint[]", inside.handling_unit_id
    if states:
        where.append("AND d.state = ANY(%(states)s)")
        values["states"] = list(states)
    if text.strip():
        where.append("AND (d.code = %(code)s OR d.applicant_folded LIKE %(words)s)")
        values["code"] = text.strip().upper()
        values["words"] = "%" + _like(fold(text.strip())) + "%"
    if late_at is not None:
        where.append("AND d.due_at < %(late_at)s AND d.ended_at IS NULL")
        values["late_at"] = late_at
    if sector:
        where.append("AND v.sector = %(sector)s")
        values["sector"] = sector
    for name, day, comparison in (("from_on", from_on, ">="), ("to_on", to_on, "<")):
        if day is not None:
            where.append(
                f"AND d.received_at {comparison} (%({name})s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
            )
            values[name] = day
    if after:
        where.append("AND (d.received_at, d.id) < (%(at)s::timestamptz, %(id)s)")
        values["at"], values["id"] = after.rsplit("_", 1)
    rows = _rows(
        _DOSSIERS.replace("{scope}", scope).replace("{where}", " ".join(where)),
        {**values, "limit": limit + 1},
    )
    dossiers = [DossierRow(*row) for row in rows[:limit]]
    following = f"{dossiers[-1].received_at.isoformat()}_{dossiers[-1].id}" if len(rows) > limit else ""
    return Page(dossiers, following)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A dossier as the register lists it."""

    receipt_number: int
    code: str
    procedure_name: str
    applicant_name: str
    address: str
    phone: str
    agency_name: str
    received_at: datetime
    due_at: datetime | None
    returned_at: datetime | None
    ended_at: datetime | None
    channel: str


def register_rows(*, unit_id: int, sector: str, from_on: date, to_on: date) -> list[RegisterEntry]:
    """Return what the unit received of a sector on the days ``[from_on, to_on]``, in the order of the register."""
    rows = _rows(
        "SELECT d.receipt_number, d.code, v.name, d.applicant_name, p.address, p.phone, a.short_name, d.received_at,"
        " d.due_at, d.returned_at, d.ended_at, d.channel FROM dossiers_dossier d"
        " JOIN offerings_offering o ON o.id = d.offering_id"
        " JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id"
        " JOIN organisation_agency a ON a.id = d.handling_agency_id JOIN dossiers_party p ON p.id = d.applicant_id"
        " WHERE d.reception_unit_id = %(unit)s AND v.sector = %(sector)s"
        " AND d.received_at >= (%(from)s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
        " AND d.received_at < (%(to)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
        " ORDER BY d.received_at, d.id",
        {"unit": unit_id, "sector": sector, "from": from_on, "to": to_on},
    )
    return [RegisterEntry(*row) for row in rows]


def sectors_of_unit(unit_id: int) -> list[str]:
    """Return the sectors of which the unit has received dossiers, by name."""
    rows = _rows(
        "SELECT DISTINCT v.sector FROM offerings_offering o"
        " JOIN catalogue_procedureversion v ON v.id = o.procedure_version_id"
        " WHERE EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.offering_id = o.id AND d.reception_unit_id = %(unit)s)"
        " ORDER BY 1",
        {"unit": unit_id},
    )
    return [row[0] for row in rows]


def counts_of_unit(unit_id: int, *, now: datetime) -> dict[str, int]:
    """Return how many dossiers of a one-stop unit are open, late, waiting for the applicant, ready to return."""
    row = _rows(
        "SELECT count(*) FILTER (WHERE state IN (2, 4, 5, 6)),"
        " count(*) FILTER (WHERE state IN (2, 4) AND due_at < %(now)s),"
        " count(*) FILTER (WHERE state = 5), count(*) FILTER (WHERE state = 9)"
        " FROM dossiers_dossier WHERE reception_unit_id = %(unit)s AND state IN (2, 4, 5, 6, 9)",
        {"unit": unit_id, "now": now},
    )[0]
    return dict(zip(("open", "late", "waiting", "ready"), row, strict=True))


def slips_of_unit(unit_id: int, *, limit: int) -> list[Slip]:
    """Return the newest slips that the unit gave, with who they were given to."""
    rows = Slip.objects.filter(unit_id=unit_id).select_related("party", "dossier").order_by("-issued_at", "-id")
    return list(rows[:limit])


def load_of_unit(unit_id: int, *, now: datetime) -> list[tuple[int | None, str | None, int, int]]:
    """Return for each officer of a unit (and for nobody) the open steps and how many of them are late."""
    return _rows(
        "SELECT t.assignee_id, s.full_name, count(*), count(*) FILTER (WHERE t.due_at < %(now)s)"
        " FROM dossiers_task t LEFT JOIN organisation_staff s ON s.id = t.assignee_id WHERE t.unit_id = %(unit)s"
        " GROUP BY 1, 2 ORDER BY 2 NULLS FIRST",
        {"unit": unit_id, "now": now},
    )


def _task_key(after: str) -> tuple[str, int]:
    if not after:
        return "-infinity", 0
    due, _, task_id = after.rpartition("_")
    return due, int(task_id)


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
