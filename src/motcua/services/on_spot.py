"""Answers which procedures are done on the spot: delegated to the centre's staff, and how often that came to be.

"4 tại chỗ": received, appraised, approved and returned at the centre; "5" with the seal. A delegation names the
kinds of step and its decision, holds from its day on, and a dossier keeps what held when it was received.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, Denied, require
from motcua.services.offerings import ON_SPOT_ROLES, running_offering
from motcua.services.times import local_day
from motcua.store.offerings.models import Offering, OnSpotDelegation
from motcua.store.organisation.models import Post, Unit, UnitKind
from motcua.store.organisation.roles import Role

KINDS = tuple(ON_SPOT_ROLES)
TEXT_MAX = 60


@dataclass(frozen=True, slots=True)
class DelegationEntry:
    """What a decision delegates: an offering's kinds of step to a centre, with or without the seal."""

    offering_id: int
    unit_id: int
    kinds: Sequence[str]
    has_seal: bool
    decision_no: str
    decided_on: date | None
    from_on: date | None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class OnSpotRow:
    """A procedure as the page lists it. ``hindrances`` are why it does not qualify; none means that it does."""

    offering_id: int
    code: str
    name: str
    agency_name: str
    hindrances: tuple[Problem, ...]
    delegation: OnSpotDelegation | None
    received: int
    done_on_spot: int


@dataclass(frozen=True, slots=True)
class UnitShare:
    """How many of the dossiers that a unit received were done on the spot, of those that are done."""

    unit_id: int
    unit_name: str
    done: int
    on_spot: int


def delegated_kinds(offering_id: int, *, unit_id: int, on: date) -> tuple[str, ...]:
    """Return the kinds of step that are done at the one-stop unit itself, on that day; one statement."""
    kinds = (
        OnSpotDelegation.objects.filter(_in_force(on), offering_id=offering_id, unit_id=unit_id)
        .values_list("kinds", flat=True)
        .first()
    )
    return tuple(kinds or ())


def delegate(entry: DelegationEntry, *, actor: Actor, now: datetime) -> OnSpotDelegation:
    """Return the delegation that a decision makes (ủy quyền, phân công giải quyết tại Trung tâm).

    Problems: ``on_spot.kinds_missing``, ``on_spot.decision_missing``, ``on_spot.day_missing``, ``on_spot.order``,
    ``on_spot.twice``, ``on_spot.unit``, ``on_spot.nobody`` (no post of the centre carries the role), and what hinders
    the procedure itself (``on_spot.inspection``).
    Source: Decree 61/2018/NĐ-CP, art. 14; Circular 01/2018/TT-VPCP, art. 6.
    """
    require(actor, Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR)
    today = local_day(now)
    problems = [*_entry_problems(entry), *_power_problems(entry, today)]
    if problems or entry.decided_on is None or entry.from_on is None:
        raise Refused(problems)
    with transaction.atomic():
        return OnSpotDelegation.objects.create(
            offering_id=entry.offering_id,
            unit_id=entry.unit_id,
            kinds=[k for k in KINDS if k in entry.kinds],
            has_seal=entry.has_seal,
            decision_no=nfc(entry.decision_no),
            decided_on=entry.decided_on,
            from_on=entry.from_on,
            to_on=entry.to_on,
            staff_id=actor.staff_id,
            made_at=now,
        )


def end_delegation(delegation_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a delegation end today; dossiers received until then keep it. Denied when there is none in force."""
    require(actor, Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR)
    today = local_day(now)
    if not OnSpotDelegation.objects.filter(_in_force(today), id=delegation_id).update(to_on=today):
        raise Denied("no such delegation")


def on_spot_rows(unit: Unit, *, on: date) -> list[OnSpotRow]:
    """Return every procedure of the unit's agency with whether it qualifies, is delegated, and how often it was done."""
    offerings = (
        Offering.objects.filter(agency_id=unit.agency_id, valid_to_on__isnull=True)
        .select_related("procedure_version__procedure", "agency")
        .order_by("procedure_version__name", "id")
    )
    held = {d.offering_id: d for d in OnSpotDelegation.objects.filter(_in_force(on), unit_id=unit.id)}
    counts = _counts(unit.id)
    return [
        OnSpotRow(
            offering_id=o.id,
            code=o.procedure_version.procedure.code,
            name=o.procedure_version.name,
            agency_name=o.agency.short_name,
            hindrances=tuple(hindrances(o.id)),
            delegation=held.get(o.id),
            received=counts.get(o.id, (0, 0))[0],
            done_on_spot=counts.get(o.id, (0, 0))[1],
        )
        for o in offerings
    ]


def hindrances(offering_id: int) -> list[Problem]:
    """Return why a procedure cannot be done on the spot by its nature: another agency has to act, a place to be seen.

    Source: Decree 61/2018/NĐ-CP, art. 14(1).
    """
    found = []
    for step in running_offering(offering_id).net.steps:
        if step.kind == "call":
            found.append(Problem("on_spot.other_agency", values={"step": step.name}))
        elif step.kind == "inspect":
            found.append(Problem("on_spot.inspection", values={"step": step.name}))
    return found


def shares(unit_ids: Sequence[int], *, from_on: date, to_on: date) -> list[UnitShare]:
    """Return, for each one-stop unit, what was done on the spot of what was done of its receptions in ``[from, to]``.

    On the spot is what was really done so: every act on the way by staff of the unit that received.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.id, u.name, count(d.id), count(d.id) FILTER (WHERE NOT EXISTS ("
            "   SELECT 1 FROM dossiers_fact f WHERE f.dossier_id = d.id AND f.kind = 2"
            "   AND f.unit_id <> d.reception_unit_id AND NOT coalesce((f.body->>'automatic')::boolean, false)))"
            " FROM organisation_unit u LEFT JOIN dossiers_dossier d ON d.reception_unit_id = u.id"
            "   AND d.ended_at IS NOT NULL AND d.state IN (9, 10)"
            "   AND d.received_at >= (%(from)s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
            "   AND d.received_at < (%(to)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
            " WHERE u.id = ANY(%(units)s) GROUP BY u.id, u.name ORDER BY u.name, u.id",
            {"units": list(unit_ids), "from": from_on, "to": to_on},
        )
        return [UnitShare(*row) for row in cursor.fetchall()]


def done_of_unit(
    unit_id: int, *, from_on: date, to_on: date, on_spot_only: bool, after: int, limit: int
) -> list[int]:
    """Return ids of the dossiers that ``shares`` counts of a unit, those done on the spot or all, from after an id on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id FROM dossiers_dossier d WHERE d.reception_unit_id = %(unit)s AND d.id > %(after)s"
            " AND d.ended_at IS NOT NULL AND d.state IN (9, 10)"
            " AND d.received_at >= (%(from)s::date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
            " AND d.received_at < (%(to)s::date + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
            " AND (NOT %(on_spot)s OR NOT EXISTS ("
            "   SELECT 1 FROM dossiers_fact f WHERE f.dossier_id = d.id AND f.kind = 2"
            "   AND f.unit_id <> d.reception_unit_id AND NOT coalesce((f.body->>'automatic')::boolean, false)))"
            " ORDER BY d.id LIMIT %(limit)s",
            {"unit": unit_id, "after": after, "from": from_on, "to": to_on, "on_spot": on_spot_only, "limit": limit},
        )
        return [row[0] for row in cursor.fetchall()]


def one_stop_units_of(actor: Actor) -> list[Unit]:
    """Return the one-stop units whose share the actor sees: all of the province, or his own agency's."""
    units = Unit.objects.filter(kind__in=UnitKind.one_stop()).select_related("agency").order_by("name", "id")
    if not actor.has(Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR):
        units = units.filter(agency_id=actor.agency_id)
    return list(units)


def _counts(unit_id: int) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT offering_id, count(*), count(*) FILTER (WHERE on_spot <> '{}' AND state IN (9, 10))"
            " FROM dossiers_dossier WHERE reception_unit_id = %s GROUP BY offering_id",
            [unit_id],
        )
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def _in_force(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))


def _entry_problems(entry: DelegationEntry) -> list[Problem]:
    problems = []
    if not entry.kinds or any(k not in KINDS for k in entry.kinds):
        problems.append(Problem("on_spot.kinds_missing", "kinds"))
    if not entry.decision_no.strip() or len(entry.decision_no) > TEXT_MAX:
        problems.append(Problem("on_spot.decision_missing", "decision_no", values={"limit": str(TEXT_MAX)}))
    problems += [
        Problem("on_spot.day_missing", field)
        for field, day in (("decided_on", entry.decided_on), ("from_on", entry.from_on))
        if day is None
    ]
    days = (entry.decided_on, entry.from_on, entry.to_on)
    known = [d for d in days if d is not None]
    if known != sorted(known):
        problems.append(Problem("on_spot.order", "from_on"))
    return problems


def _power_problems(entry: DelegationEntry, on: date) -> list[Problem]:
    offering = Offering.objects.filter(id=entry.offering_id, valid_to_on__isnull=True).first()
    unit = Unit.objects.filter(id=entry.unit_id).first()
    if offering is None or unit is None or not unit.is_one_stop or unit.agency_id != offering.agency_id:
        return [Problem("on_spot.unit", "offering_id")]
    problems = [p for p in hindrances(offering.id) if p.code == "on_spot.inspection"]
    if OnSpotDelegation.objects.filter(_in_force(on), offering_id=offering.id, unit_id=unit.id).exists():
        problems.append(Problem("on_spot.twice", "offering_id"))
    wanted = {ON_SPOT_ROLES[k] for k in entry.kinds if k in ON_SPOT_ROLES}
    posts = Post.objects.filter(unit_id=unit.id, appointments__from_on__lte=on).filter(
        Q(appointments__to_on__isnull=True) | Q(appointments__to_on__gte=on)
    )
    held = {role for roles in posts.values_list("roles", flat=True) for role in roles}
    problems += [
        Problem("on_spot.nobody", "kinds", values={"unit": unit.name, "role": role}) for role in sorted(wanted - held)
    ]
    return problems
