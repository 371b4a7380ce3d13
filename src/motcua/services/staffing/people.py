"""Answers who works at a one-stop unit: what each may serve, who stands in, since when; and writes these down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.staffing import Spell, breaches_on, coming
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.staffing.places import COUNTER_ROLES, Place, held_unit, place_of, require_head
from motcua.services.staffing.terms import WARN_DAYS, service_of
from motcua.services.times import local_day
from motcua.store.lawfiles import law_book
from motcua.store.lawfiles.premises import bounds_for
from motcua.store.organisation.models import Agency, Appointment, Staff
from motcua.store.staffing.models import Competence, OfficerRecord, Substitute

GROUND_MAX = 200


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer in the unit's list. ``now`` is in what he is out of the law's bounds, ``soon`` what comes;
    ``lacks_stand_ins`` is how many the agency that sent him still has to name.
    """

    staff: Staff
    record: OfficerRecord | None
    appointment: Appointment
    sectors: tuple[str, ...]
    procedures: tuple[str, ...]
    substitutes: tuple[str, ...]
    now: tuple[Spell, ...]
    soon: tuple[Spell, ...]
    lacks_stand_ins: int


@dataclass(frozen=True, slots=True)
class OfficerPage:
    """All of one officer at the unit."""

    record: OfficerRecord
    staff: Staff
    appointment: Appointment | None
    competences: tuple[Competence, ...]
    substitutes: tuple[Substitute, ...]
    place: Place
    others: tuple[Staff, ...]
    agencies: tuple[Agency, ...]
    now: tuple[Spell, ...]
    soon: tuple[Spell, ...]

    @property
    def open_sectors(self) -> list[str]:
        """Return the sectors that the officer may not serve yet."""
        held = {c.sector for c in self.competences if c.ended_on is None}
        return [s for s in self.place.sectors if s not in held]


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """What was typed of an officer's service; ``seen`` is the version that the page showed."""

    seen: int
    in_field_since_on: date | None
    in_field_since_text: str
    term_to_on: date | None
    term_to_text: str
    agency_id: int
    ground: str


def officers_of(actor: Actor, *, now: datetime) -> list[OfficerLine]:
    """Return the people at the counters of the head's unit; a constant number of statements."""
    require_head(actor)
    today = local_day(now)
    appointments = list(_appointments(actor.unit_id, today))
    ids = [a.staff_id for a in appointments]
    records = {r.staff_id: r for r in OfficerRecord.objects.filter(unit_id=actor.unit_id, staff_id__in=ids)}
    held: dict[int, list[Competence]] = defaultdict(list)
    for row in Competence.objects.filter(unit_id=actor.unit_id, ended_on__isnull=True).order_by("sector", "id"):
        held[row.staff_id].append(row)
    stand_ins: dict[int, list[str]] = defaultdict(list)
    rows = Substitute.objects.filter(unit_id=actor.unit_id, ended_on__isnull=True).order_by("id")
    for officer, name in rows.values_list("officer_id", "stand_in__full_name"):
        stand_ins[officer].append(name)
    bounds = bounds_for(actor.agency_level)
    wanted = law_book().regime_on(today).number("staff.substitutes_min")
    lines = []
    for appointment in appointments:
        record = records.get(appointment.staff_id)
        service = service_of(appointment, record, on=today)
        mine = held[appointment.staff_id]
        lines.append(
            OfficerLine(
                staff=appointment.staff,
                record=record,
                appointment=appointment,
                sectors=tuple(c.sector for c in mine if c.sector),
                procedures=tuple(c.procedure_code for c in mine if c.procedure_code),
                substitutes=tuple(stand_ins[appointment.staff_id]),
                now=breaches_on(service, bounds, today) if appointment.sending_agency_id else (),
                soon=coming(service, bounds, on=today, days=WARN_DAYS) if appointment.sending_agency_id else (),
                lacks_stand_ins=(
                    max(0, wanted - len(stand_ins[appointment.staff_id])) if appointment.sending_agency_id else 0
                ),
            )
        )
    return lines


def open_records(actor: Actor, *, now: datetime) -> int:
    """Return how many records were opened: one for each officer of the unit who has none."""
    require_head(actor)
    with transaction.atomic():
        held_unit(actor.unit_id)
        ids = {a.staff_id for a in _appointments(actor.unit_id, local_day(now))}
        known = set(OfficerRecord.objects.filter(unit_id=actor.unit_id).values_list("staff_id", flat=True))
        made = [OfficerRecord(unit_id=actor.unit_id, staff_id=i, changed_at=now) for i in sorted(ids - known)]
        OfficerRecord.objects.bulk_create(made)
        audit.record("officer_records.opened", actor.unit_id, actor=actor, now=now, count=len(made))
    return len(made)


def officer_page(public_id: UUID, actor: Actor, *, now: datetime) -> OfficerPage:
    """Return one officer of the head's unit; Denied for others."""
    record = _record(public_id, actor)
    today = local_day(now)
    appointment = _appointments(actor.unit_id, today).filter(staff_id=record.staff_id).first()
    bounds = bounds_for(actor.agency_level)
    is_sent = appointment is not None and appointment.sending_agency_id is not None
    service = service_of(appointment, record, on=today) if appointment is not None else None
    return OfficerPage(
        record=record,
        staff=record.staff,
        appointment=appointment,
        competences=tuple(
            Competence.objects.filter(unit_id=actor.unit_id, staff_id=record.staff_id).order_by(
                F("ended_on").desc(nulls_first=True), "sector", "id"
            )[:120]
        ),
        substitutes=tuple(
            Substitute.objects.filter(unit_id=actor.unit_id, officer_id=record.staff_id)
            .select_related("stand_in")
            .order_by("-id")[:20]
        ),
        place=place_of(actor.unit_id, on=today),
        others=tuple(may_stand_in(record, actor, now=now)[:100]),
        agencies=tuple(_senders(actor)),
        now=breaches_on(service, bounds, today) if service is not None and is_sent else (),
        soon=coming(service, bounds, on=today, days=WARN_DAYS) if service is not None and is_sent else (),
    )


def save_record(public_id: UUID, entry: RecordEntry, *, actor: Actor, now: datetime) -> OfficerRecord:
    """Return the record with what was typed, and keep which agency sent the officer.

    Problems: ``officer.since``, ``officer.term_to``, ``officer.ground``, ``officer.agency``, ``officer.overtaken``.
    """
    record = _record(public_id, actor)
    problems = []
    if (entry.in_field_since_text.strip() and entry.in_field_since_on is None) or (
        entry.in_field_since_on is not None and entry.in_field_since_on > local_day(now)
    ):
        problems.append(Problem("officer.since", "in_field_since_on"))
    if entry.term_to_text.strip() and entry.term_to_on is None:
        problems.append(Problem("officer.term_to", "term_to_on"))
    if len(entry.ground.strip()) > GROUND_MAX:
        problems.append(Problem("officer.ground", "ground", values={"limit": str(GROUND_MAX)}))
    senders = {a.id for a in _senders(actor)}
    if entry.agency_id and entry.agency_id not in senders:
        problems.append(Problem("officer.agency", "agency"))
    with transaction.atomic():
        held_unit(actor.unit_id)
        record = OfficerRecord.objects.select_for_update().get(id=record.id)
        if record.version != entry.seen:
            problems.append(Problem("officer.overtaken"))
        appointment = _appointments(actor.unit_id, local_day(now)).filter(staff_id=record.staff_id).first()
        if appointment is not None and entry.term_to_on is not None and entry.term_to_on < appointment.from_on:
            problems.append(Problem("officer.term_to", "term_to_on"))
        if problems:
            raise Refused(problems)
        record.in_field_since_on, record.term_to_on = entry.in_field_since_on, entry.term_to_on
        record.ground, record.changed_at = nfc(entry.ground), now
        record.version += 1
        record.save()
        if appointment is not None:
            appointment.sending_agency_id = entry.agency_id or None
            appointment.save(update_fields=["sending_agency"])
        audit.record("officer_record.saved", record.id, actor=actor, now=now)
    return record


def add_competence(
    public_id: UUID, *, sectors: Sequence[str], procedure_code: str, ground: str, actor: Actor, now: datetime
) -> int:
    """Return how many sectors and procedures were added to what the officer may serve, from today on.

    Problems: ``competence.nothing``, ``competence.procedure``, ``officer.ground``.
    """
    record = _record(public_id, actor)
    place = place_of(actor.unit_id, on=local_day(now))
    code = procedure_code.strip()
    wanted = [s for s in sectors if s in place.sectors]
    problems = []
    if code and code not in place.procedures:
        problems.append(Problem("competence.procedure", "procedure"))
    elif not wanted and not code:
        problems.append(Problem("competence.nothing", "sectors"))
    if len(ground.strip()) > GROUND_MAX:
        problems.append(Problem("officer.ground", "ground", values={"limit": str(GROUND_MAX)}))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        held_unit(actor.unit_id)
        rows = Competence.objects.filter(unit_id=actor.unit_id, staff_id=record.staff_id, ended_on__isnull=True)
        known = set(rows.values_list("sector", "procedure_code"))
        new = [(s, "") for s in wanted] + ([("", code)] if code else [])
        made = [
            Competence(
                unit_id=actor.unit_id,
                staff_id=record.staff_id,
                sector=sector,
                procedure_code=procedure,
                from_on=local_day(now),
                ground=nfc(ground),
                made_by_id=actor.staff_id,
                made_at=now,
            )
            for sector, procedure in new
            if (sector, procedure) not in known
        ]
        Competence.objects.bulk_create(made)
        audit.record("competence.added", record.id, actor=actor, now=now, count=len(made))
    return len(made)


def end_competence(public_id: UUID, *, competence_id: int, actor: Actor, now: datetime) -> None:
    """Let a competence end today; the rota shows where the officer sits without it from now on."""
    record = _record(public_id, actor)
    rows = Competence.objects.filter(
        id=competence_id, unit_id=actor.unit_id, staff_id=record.staff_id, ended_on__isnull=True
    )
    if rows.update(ended_on=local_day(now)):
        audit.record("competence.ended", competence_id, actor=actor, now=now)


def add_substitute(public_id: UUID, *, stand_in_id: int, ground: str, actor: Actor, now: datetime) -> None:
    """Name somebody who stands in for the officer: of the unit, or of the agency that sent him.

    Problems: ``substitute.who``, ``officer.ground``.
    """
    record = _record(public_id, actor)
    problems = []
    if len(ground.strip()) > GROUND_MAX:
        problems.append(Problem("officer.ground", "ground", values={"limit": str(GROUND_MAX)}))
    if stand_in_id == record.staff_id or not may_stand_in(record, actor, now=now).filter(id=stand_in_id).exists():
        problems.append(Problem("substitute.who", "stand_in"))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        held_unit(actor.unit_id)
        Substitute.objects.get_or_create(
            unit_id=actor.unit_id,
            officer_id=record.staff_id,
            stand_in_id=stand_in_id,
            ended_on=None,
            defaults={
                "from_on": local_day(now),
                "ground": nfc(ground),
                "made_by_id": actor.staff_id,
                "made_at": now,
            },
        )
        audit.record("substitute.named", record.id, actor=actor, now=now)


def end_substitute(public_id: UUID, *, substitute_id: int, actor: Actor, now: datetime) -> None:
    record = _record(public_id, actor)
    rows = Substitute.objects.filter(
        id=substitute_id, unit_id=actor.unit_id, officer_id=record.staff_id, ended_on__isnull=True
    )
    if rows.update(ended_on=local_day(now)):
        audit.record("substitute.ended", substitute_id, actor=actor, now=now)


def may_stand_in(record: OfficerRecord, actor: Actor, *, now: datetime) -> QuerySet[Staff]:
    """Return who may be named for the officer: people of the unit, and officers of the agency that sent him."""
    today = local_day(now)
    senders = Appointment.objects.filter(
        staff_id=record.staff_id, post__unit_id=actor.unit_id, sending_agency__isnull=False
    ).values_list("sending_agency_id", flat=True)
    held = Q(appointments__from_on__lte=today) & (
        Q(appointments__to_on__isnull=True) | Q(appointments__to_on__gte=today)
    )
    places = Q(appointments__post__unit_id=actor.unit_id) | Q(appointments__post__unit__agency_id__in=list(senders))
    rows = Staff.objects.filter(held, places, is_active=True).exclude(id=record.staff_id)
    return rows.distinct().order_by("name_folded", "id")


def _appointments(unit_id: int, on: date) -> QuerySet[Appointment]:
    wanted = Q()
    for role in COUNTER_ROLES:
        wanted |= Q(post__roles__contains=[role.value])
    return (
        Appointment.objects.filter(wanted, post__unit_id=unit_id, from_on__lte=on, staff__is_active=True)
        .exclude(to_on__lt=on)
        .select_related("staff", "post", "sending_agency")
        .order_by("staff__name_folded", "id")
    )


def _senders(actor: Actor) -> list[Agency]:
    """Return the agencies that may send staff to the unit: its own, those below and beside it."""
    own = Agency.objects.select_related("parent").get(id=actor.agency_id)
    reach = Q(id=own.id) | Q(parent_id=own.id, level=own.level)
    if own.parent_id is not None:
        reach |= Q(parent_id=own.parent_id, level=own.level) | Q(id=own.parent_id)
    return list(Agency.objects.filter(reach).order_by("name", "id")[:200])


def _record(public_id: UUID, actor: Actor) -> OfficerRecord:
    require_head(actor)
    found = OfficerRecord.objects.select_related("staff").filter(public_id=public_id, unit_id=actor.unit_id).first()
    if found is None:
        raise Denied("officer of another unit")
    return found
