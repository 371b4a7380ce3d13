"""Answers how an office begins to work by a published process: for which procedures, with which units, from which day.

Dossiers received before keep the version under which they came. The check of posts, terms and papers is that of
publishing, for this office alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from motcua.core.calendar import TermError, parse_term
from motcua.core.catalogue import ProcedureContent
from motcua.core.kernel import Problem, Refused
from motcua.core.process import Definition
from motcua.core.process.table import RECEPTION
from motcua.core.proving import Finding
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.offerings import UNIT_PREFIX
from motcua.services.process_checks import findings_for_use
from motcua.services.times import local_day
from motcua.store.catalogue.models import Procedure
from motcua.store.offerings.models import Offering, OnSpotDelegation, ProcessVersion
from motcua.store.organisation.models import Agency, Unit
from motcua.store.organisation.roles import Role


@dataclass(frozen=True, slots=True)
class UseEntry:
    """What is entered: the offerings to be run by the version, a unit for each slot, the first day.

    ``procedure_code`` names a procedure that the office has not offered so far.
    """

    version_id: int
    agency_id: int
    offering_ids: Sequence[int]
    slots: Mapping[str, int | None]
    from_on: date | None
    procedure_code: str = ""


def slots_of(definition: Definition) -> tuple[str, ...]:
    """Return the slots that an office fills with units of its own; the unit that receives fills its own."""
    given = [
        r.value for t in definition.tables for r in t.rules if t.name in {s.slot_table for s in definition.steps}
    ]
    used = [slot for s in definition.steps for slot in (s.slot, *s.co_slots, *s.watch_slots)]
    found = dict.fromkeys(slot for slot in (*used, *given) if slot and not slot.startswith(UNIT_PREFIX))
    return tuple(slot for slot in found if slot != RECEPTION)


def offices_for(actor: Actor) -> QuerySet[Agency]:
    """Return the agencies whose procedures a procedure control officer puts in order: his own and those below it."""
    own = Agency.objects.only("id", "parent_id").get(id=actor.agency_id)
    above = own.parent_id if own.parent_id is not None else own.id
    return Agency.objects.filter(Q(id=own.id) | Q(id=above) | Q(parent_id=own.id) | Q(parent_id=above)).order_by(
        "level", "name", "id"
    )


def offered_by(agency_id: int, *, on: date) -> QuerySet[Offering]:
    """Return what an agency offers on a day, with its procedures and the processes that run them."""
    rows = Offering.objects.filter(
        Q(valid_to_on__isnull=True) | Q(valid_to_on__gte=on), agency_id=agency_id, valid_from_on__lte=on
    )
    return rows.select_related("procedure_version__procedure", "process_version", "agency").order_by(
        "procedure_version__name", "id"
    )


def units_for(agency_id: int) -> list[tuple[int, str]]:
    """Return the units that may fill a slot of an agency: its own first, then those of its sisters and above."""
    own = Agency.objects.get(id=agency_id)
    near = Q(agency_id=agency_id) | Q(agency__parent_id=agency_id)
    if own.parent_id is not None:
        near |= Q(agency_id=own.parent_id) | Q(agency__parent_id=own.parent_id, agency__kind="VERTICAL")
    rows = Unit.objects.filter(near).order_by("agency_id", "id").values_list("id", "name", "agency_id")
    return [(i, name) for i, name, agency in sorted(rows, key=lambda r: (r[2] != agency_id, r[2], r[0]))]


def put_into_use(entry: UseEntry, *, actor: Actor, now: datetime) -> tuple[tuple[Offering, ...], tuple[Finding, ...]]:
    """Return the offerings that run by the version from its day on, and what the check remarks of them.

    Raises Refused with everything at once: ``use.nothing_chosen``, ``use.slot_empty``, ``use.day_missing``,
    ``use.day_past``, ``use.already``, and every error that the check finds for this office; nothing is written then.
    Denied for an agency that is not the actor's to put in order.
    """
    require(actor, Role.PROCEDURE_OFFICER)
    version = ProcessVersion.objects.filter(id=entry.version_id).first()
    if version is None or not offices_for(actor).filter(id=entry.agency_id).exists():
        raise Denied("not an office of this officer")
    definition, today = Definition.from_json(version.definition), local_day(now)
    chosen = list(offered_by(entry.agency_id, on=today).filter(id__in=entry.offering_ids, valid_to_on__isnull=True))
    problems = list[Problem]()
    if entry.procedure_code.strip():
        chosen += _taken_up(entry, problems)
    problems += _entry_problems(entry, definition, chosen, today)
    problems += [
        Problem("use.already", values={"name": o.procedure_version.name})
        for o in chosen
        if o.pk and o.process_version_id == version.id
    ]
    if problems or entry.from_on is None:
        raise Refused(problems)
    slots = {slot: int(unit) for slot, unit in entry.slots.items() if unit is not None}
    found = [f for o in chosen for f in findings_for_use(definition, o, slots=slots, now=now)]
    if errors := [f.problem for f in found if f.is_error]:
        raise Refused(errors)
    with transaction.atomic():
        held = Offering.objects.select_for_update(of=("self",)).filter(
            id__in=[o.id for o in chosen if o.pk], valid_to_on__isnull=True
        )
        old = [*held.order_by("id"), *(o for o in chosen if not o.pk)]
        made = tuple(_replaced(o, version, slots, entry.from_on, actor=actor, now=now) for o in old)
    return made, tuple(found)


def _taken_up(entry: UseEntry, problems: list[Problem]) -> list[Offering]:
    """Return the procedure as the office would offer it for the first time, by its term and fee in the catalogue."""
    code = entry.procedure_code.strip()
    found = Procedure.objects.select_related("current_version").filter(code=code).first()
    version = found.current_version if found else None
    if version is None:
        problems.append(Problem("use.procedure_unknown", "procedure_code", values={"code": code}))
        return []
    offered = Offering.objects.filter(
        agency_id=entry.agency_id, procedure_version__procedure__code=code, valid_to_on__isnull=True
    )
    content = ProcedureContent.from_json(version.content)
    if offered.exists():
        problems.append(Problem("use.offered", "procedure_code", values={"name": version.name}))
    try:
        term = str(parse_term(content.term))
    except TermError:
        problems.append(Problem("use.term_unknown", "procedure_code", values={"name": version.name}))
    if problems:
        return []
    agency = Agency.objects.get(id=entry.agency_id)
    return [
        Offering(
            procedure_version=version,
            agency=agency,
            channels=["DIRECT", "POST"],
            term_text=term,
            fee_vnd=content.fee_vnd,
        )
    ]


def _entry_problems(
    entry: UseEntry, definition: Definition, chosen: Sequence[Offering], today: date
) -> Iterable[Problem]:
    if not chosen:
        yield Problem("use.nothing_chosen", "offering")
    known = {u for u, _ in units_for(entry.agency_id)}
    for slot in slots_of(definition):
        if entry.slots.get(slot) not in known:
            yield Problem("use.slot_empty", f"slot.{slot}", values={"slot": slot})
    if entry.from_on is None:
        yield Problem("use.day_missing", "from_on")
    elif entry.from_on <= today:
        yield Problem("use.day_past", "from_on")


def _replaced(
    old: Offering, version: ProcessVersion, slots: Mapping[str, int], from_on: date, *, actor: Actor, now: datetime
) -> Offering:
    if old.pk:
        Offering.objects.filter(id=old.id).update(valid_to_on=from_on - timedelta(days=1))
    new = Offering.objects.create(
        procedure_version_id=old.procedure_version_id,
        agency_id=old.agency_id,
        process_version=version,
        slots=dict(slots),
        channels=old.channels,
        term_text=old.term_text,
        fee_vnd=old.fee_vnd,
        system_owner=old.system_owner,
        valid_from_on=from_on,
    )
    # What was decided for the procedure goes on: the decision names the procedure, not our version of its process.
    lasting = OnSpotDelegation.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on), offering_id=old.pk)
    for delegation in lasting if old.pk else ():
        OnSpotDelegation.objects.filter(id=delegation.id).update(
            to_on=max(delegation.from_on, from_on - timedelta(days=1))
        )
        delegation.pk = None
        delegation.offering = new
        delegation.from_on = max(delegation.from_on, from_on)
        delegation.save()
    audit.record(
        "process.put_into_use",
        version.key,
        actor=actor,
        now=now,
        version=version.number,
        offering=old.pk,
        new_offering=new.id,
        from_on=from_on.isoformat(),
    )
    return new
