"""Answers how something happens to a duty: checked against its life, written once, with its files, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from motcua.core.calendar import CalendarHorizonError
from motcua.core.duties import DutyAct, DutyFact, DutyState, duty_life, may_follow
from motcua.core.duties.life import OF_AGENCY, OF_ISSUER, SETTING_A_TERM
from motcua.core.kernel import Problem, Refused
from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.calendars import fresh_calendar
from motcua.services.dossiers.documents import Upload
from motcua.services.duties.enclosures import Owner, checked_files, enclose
from motcua.services.duties.people import answers_for
from motcua.services.entries import Typed
from motcua.services.times import local_day
from motcua.store.duties.models import Duty, DutyEvent, DutyKind, EnclosureKind
from motcua.store.organisation.models import Agency, Unit

DAYS_MAX = 250
ACTS = {act.name.lower(): act for act in (*OF_AGENCY, *OF_ISSUER)}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told to do, of whom: ``days`` working days of the agency's calendar from the day it is given."""

    kind: DutyKind
    agency: Agency
    unit: Unit | None
    title: str
    text: str
    days: int


@dataclass(frozen=True, slots=True)
class ActEntry:
    """What was typed for one act on a duty; ``act`` is the name of a ``DutyAct`` in small letters."""

    key: UUID
    act: str
    text: str
    days: str = ""


def due_after(agency_id: int, *, days: int, on: date) -> date:
    """Return the last day of a term of working days from the day after ``on``. Problem: ``duty.beyond``."""
    calendar = fresh_calendar(agency_id)
    try:
        return calendar.add_working_days(on, days)
    except CalendarHorizonError:
        values = {"last": f"{calendar.known_until:%d/%m/%Y}"}
        raise Refused([Problem("duty.beyond", "days", values=values)]) from None


def give_duty(told: Told, *, key: UUID, actor: Actor, now: datetime) -> Duty:
    """Return the duty, given. Must run inside the transaction of the directive or the record that gives it."""
    on = local_day(now)
    due_on = due_after(told.agency.id, days=told.days, on=on)
    duty = Duty.objects.create(
        kind=told.kind,
        agency=told.agency,
        unit=told.unit,
        issuer_agency_id=actor.agency_id,
        issuer_staff_id=actor.staff_id,
        title=told.title,
        text=told.text,
        version=1,
        state=DutyState.OPEN,
        given_on=on,
        first_due_on=due_on,
        due_on=due_on,
    )
    _write(duty, DutyFact(DutyAct.GIVEN, on, due_on), "", key=key, actor=actor, now=now)
    return duty


def act_on_duty(
    public_id: UUID, entry: ActEntry, *, uploads: Sequence[Upload] = (), actor: Actor, now: datetime
) -> Duty:
    """Return the duty after one act; once for a key.

    Problems: ``duty.not_now``, ``duty.no_evidence``, ``duty.term``, ``duty.beyond``, ``entry.*``, ``scan.*``. Denied
    for an act that is not the actor's: the agency reports, whoever gave the duty looks again.
    """
    act = ACTS.get(entry.act)
    if act is None:
        raise Refused([Problem("duty.not_now")])
    _require_doer(Duty.objects.filter(public_id=public_id).first(), act, actor)
    typed = Typed()
    text = typed.text("text", entry.text)
    days = typed.whole("days", entry.days, least=1, most=DAYS_MAX) if act in SETTING_A_TERM else 0
    typed.settle()
    stored = checked_files(uploads) if act in OF_AGENCY else []
    with transaction.atomic():
        duty = Duty.objects.select_for_update().get(public_id=public_id)
        if DutyEvent.objects.filter(key=entry.key, duty=duty).exists():
            return duty
        on = local_day(now)
        due_on = due_after(duty.agency_id, days=days, on=on) if days else None
        fact = DutyFact(act, on, due_on, len(stored))
        if problems := may_follow(duty_life(facts_of(duty)), fact):
            raise Refused(problems)
        duty.version += 1
        _write(duty, fact, text, key=entry.key, actor=actor, now=now)
        enclose(stored, Owner(EnclosureKind.DUTY, duty.public_id, duty.version), actor=actor, now=now)
        _derive(duty)
        audit.record(f"duty.{entry.act}", duty.public_id, actor=actor, now=now, files=len(stored))
    return duty


def facts_of(duty: Duty) -> list[DutyFact]:
    return [facts_of_event(e) for e in DutyEvent.objects.filter(duty=duty).order_by("seq")]


def facts_of_event(event: DutyEvent) -> DutyFact:
    return DutyFact(DutyAct(event.act), local_day(event.at), event.due_on, event.files)


def _require_doer(duty: Duty | None, act: DutyAct, actor: Actor) -> None:
    if duty is None:
        raise Denied("no such duty")
    if act in OF_ISSUER:
        is_doer = answers_for_province(actor) and actor.agency_id == duty.issuer_agency_id
    else:
        is_doer = answers_for(actor, agency_id=duty.agency_id, unit_id=duty.unit_id)
    if not is_doer:
        raise Denied("an act of others")


def _derive(duty: Duty) -> None:
    life = duty_life(facts_of(duty))
    duty.state, duty.due_on, duty.done_on = life.state, life.due_on, life.done_on
    has_ended = life.state in (DutyState.FULFILLED, DutyState.REVOKED)
    last = DutyEvent.objects.filter(duty=duty).order_by("-seq").first()
    duty.closed_on = local_day(last.at) if has_ended and last is not None else None
    duty.save()


def _write(duty: Duty, fact: DutyFact, text: str, *, key: UUID, actor: Actor, now: datetime) -> None:
    DutyEvent.objects.create(
        key=key,
        duty=duty,
        seq=duty.version,
        act=fact.act,
        at=now,
        staff_id=actor.staff_id,
        unit_id=actor.unit_id,
        text=text,
        due_on=fact.due_on,
        files=fact.files,
    )
