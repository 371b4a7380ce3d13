"""Answers how findings are noted, the record made of them with remedies, and the inspection closed after the re-check."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.core.duties import DutyState
from motcua.core.inspection import InspectionAct, InspectionState, may_inspect
from motcua.core.kernel import Problem, Refused
from motcua.services import audit
from motcua.services.actors import Actor
from motcua.services.duties.writing import DAYS_MAX, Told, give_duty
from motcua.services.entries import Typed
from motcua.services.inspections.planning import locked
from motcua.services.times import local_day
from motcua.store.duties.models import DutyKind
from motcua.store.inspections.models import Finding, Inspection, SampledDossier
from motcua.store.ledger.numbers import take_numbers

FINDINGS_MAX = 100


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """What was typed of a finding; ``place`` is the drawn dossier it is about, empty for the whole unit."""

    key: UUID
    text: str
    gravity: str
    place: str = ""
    remedy: str = ""
    days: str = ""


def add_finding(public_id: UUID, entry: FindingEntry, *, actor: Actor, now: datetime) -> Finding:
    """Return the finding; once for a key. Problems: ``entry.*``, ``finding.place``, ``finding.remedy`` (a grave one is
    put right), ``finding.many``, ``inspection.not_now``.
    """
    typed = Typed()
    text = typed.text("text", entry.text, limit=3000)
    gravity = typed.one_of("gravity", entry.gravity, ("grave", "light"))
    remedy = typed.text_if_any("remedy", entry.remedy, limit=3000)
    days = typed.whole("days", entry.days, least=1, most=DAYS_MAX) if remedy else None
    if gravity == "grave" and not remedy:
        typed.fault("finding.remedy", "remedy")
    typed.settle()
    with transaction.atomic():
        inspection = locked(public_id, actor)
        if (kept := Finding.objects.filter(key=entry.key).first()) is not None:
            return kept
        _require(inspection, InspectionState.DRAWN)
        number = Finding.objects.filter(inspection=inspection).count() + 1
        if number > FINDINGS_MAX:
            raise Refused([Problem("finding.many", values={"limit": str(FINDINGS_MAX)})])
        return Finding.objects.create(
            key=entry.key,
            inspection=inspection,
            number=number,
            text=text,
            is_grave=gravity == "grave",
            sampled=_sampled(inspection, entry.place),
            remedy_text=remedy,
            remedy_days=days,
            staff_id=actor.staff_id,
            made_at=now,
        )


def conclude(public_id: UUID, *, conclusion: str, actor: Actor, now: datetime) -> Inspection:
    """Return the inspection with its record (biên bản): numbered, every remedy now owed by the agency of the unit.

    Problems: ``entry.*``, ``inspection.not_now``, ``inspection.unchecked``, ``duty.beyond``.
    """
    typed = Typed()
    text = typed.text("conclusion", conclusion)
    typed.settle()
    with transaction.atomic():
        inspection = locked(public_id, actor)
        unchecked = inspection.sample.filter(checked_at__isnull=True).count()
        state = InspectionState(inspection.state)
        if problems := may_inspect(state, InspectionAct.CONCLUDE, unchecked=unchecked):
            raise Refused(problems)
        for finding in Finding.objects.filter(inspection=inspection).exclude(remedy_text="").order_by("number"):
            finding.remedy = give_duty(
                Told(
                    kind=DutyKind.REMEDY,
                    agency=inspection.unit.agency,
                    unit=inspection.unit,
                    title=finding.text.split("\n", 1)[0][:200],
                    text=finding.remedy_text,
                    days=finding.remedy_days or 1,
                ),
                key=uuid.uuid4(),
                actor=actor,
                now=now,
            )
            finding.save(update_fields=["remedy"])
        year = local_day(now).year
        (inspection.record_number,) = take_numbers(f"inspection:{actor.agency_id}:{year}")
        inspection.record_year, inspection.conclusion, inspection.state = year, text, InspectionState.CONCLUDED
        inspection.concluded_by_id, inspection.concluded_at = actor.staff_id, now
        inspection.save()
        audit.record("inspection.concluded", inspection.public_id, actor=actor, now=now)
    return inspection


def close_inspection(public_id: UUID, *, actor: Actor, now: datetime) -> Inspection:
    """Return the inspection, closed: every remedy was looked at again and found fulfilled, or taken back.

    Problems: ``inspection.not_now``, ``inspection.remedies_open``.
    """
    with transaction.atomic():
        inspection = locked(public_id, actor)
        left = Finding.objects.filter(
            inspection=inspection, remedy__state__in=(DutyState.OPEN, DutyState.BEFORE_ISSUER)
        )
        state = InspectionState(inspection.state)
        if problems := may_inspect(state, InspectionAct.CLOSE, open_remedies=left.count()):
            raise Refused(problems)
        inspection.state, inspection.ended_at = InspectionState.CLOSED, now
        inspection.save()
        audit.record("inspection.closed", inspection.public_id, actor=actor, now=now)
    return inspection


def _require(inspection: Inspection, state: InspectionState) -> None:
    if inspection.state != state:
        raise Refused([Problem("inspection.not_now")])


def _sampled(inspection: Inspection, place: str) -> SampledDossier | None:
    if not place:
        return None
    number = int(place) if place.isascii() and place.isdecimal() and len(place) < 5 else 0
    found = SampledDossier.objects.filter(inspection=inspection, place=number).first()
    if found is None:
        raise Refused([Problem("finding.place", "place")])
    return found
