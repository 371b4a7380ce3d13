"""Answers what stands on the page of a duty, and what an agency owes or waits for today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from motcua.core.duties import DutyAct, DutyLife, DutyState, Standing, duty_life, standing
from motcua.core.duties.life import ALLOWED, OF_AGENCY, OF_ISSUER
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.duties.enclosures import enclosures_of
from motcua.services.duties.people import answers_for, own, require_reader
from motcua.services.duties.writing import facts_of_event
from motcua.services.times import local_day
from motcua.store.directives.models import UrgingLetter
from motcua.store.duties.models import Duty, DutyEvent, Enclosure, EnclosureKind
from motcua.store.organisation.selectors import names_of_staff, names_of_units

PAGE = 50


@dataclass(frozen=True, slots=True)
class DutyLine:
    """An event as its page tells it."""

    event: DutyEvent
    act: str
    unit: str
    person: str
    files: tuple[Enclosure, ...]


@dataclass(frozen=True, slots=True)
class DutyPage:
    """A duty with all that happened to it, and what the actor may do now (names of acts)."""

    duty: Duty
    life: DutyLife
    standing: Standing
    lines: tuple[DutyLine, ...]
    acts: tuple[str, ...]


def duty_page(public_id: UUID, actor: Actor, *, now: datetime) -> DutyPage:
    """Return the duty; Denied unless the actor supervises or answers for whom it concerns."""
    duty = (
        Duty.objects.select_related("agency", "unit", "issuer_agency", "part__directive", "finding__inspection__unit")
        .filter(public_id=public_id)
        .first()
    )
    if duty is None or not may_see(duty, actor):
        raise Denied("duty of others")
    events = list(DutyEvent.objects.filter(duty=duty).order_by("seq"))
    files = enclosures_of(EnclosureKind.DUTY, [duty.public_id])
    people, units = names_of_staff({e.staff_id for e in events}), names_of_units({e.unit_id for e in events})
    life = duty_life([facts_of_event(e) for e in events])
    return DutyPage(
        duty=duty,
        life=life,
        standing=standing(life, local_day(now)),
        lines=tuple(
            DutyLine(
                event=e,
                act=DutyAct(e.act).name.lower(),
                unit=units.get(e.unit_id, ""),
                person=people.get(e.staff_id, ""),
                files=tuple(f for f in files if f.seq == e.seq),
            )
            for e in events
        ),
        acts=tuple(a.name.lower() for a in _acts(duty, life, actor)),
    )


def may_see(duty: Duty, actor: Actor) -> bool:
    require_reader(actor)
    return answers_for_province(actor) or answers_for(actor, agency_id=duty.agency_id, unit_id=duty.unit_id)


def _acts(duty: Duty, life: DutyLife, actor: Actor) -> list[DutyAct]:
    mine = set[DutyAct]()
    if answers_for_province(actor) and actor.agency_id == duty.issuer_agency_id:
        mine |= OF_ISSUER
    if answers_for(actor, agency_id=duty.agency_id, unit_id=duty.unit_id):
        mine |= OF_AGENCY
    return [act for act in ALLOWED[life.state] if act in mine]


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that is owed: what (``remedy``, ``directive``, ``letter``), by whom, until when, how late.

    ``is_before_issuer``: reported as done, and whoever gave it has to look again.
    """

    what: str
    public_id: UUID
    title: str
    agency: str
    due_on: date
    is_late: bool
    is_before_issuer: bool = False


Key = tuple[date, UUID]
"""After which a page of what is owed goes on: the day it is due, and its public id."""


@dataclass(frozen=True, slots=True)
class OwedPage:
    """A page of what is owed, the earliest due first, and the key after which the next goes on."""

    rows: tuple[Owed, ...]
    following: Key | None


def owed_page(actor: Actor, *, after: Key | None, on: date) -> OwedPage:
    """Return what is owed: of whoever supervises, what waits for another look and what others owe past its term; of
    all others, what they answer for owes.
    """
    if answers_for_province(actor):
        late = Q(state=DutyState.OPEN, due_on__lt=on) | Q(state=DutyState.BEFORE_ISSUER)
        duties = Duty.objects.filter(late, issuer_agency_id=actor.agency_id)
        letters = UrgingLetter.objects.filter(agency_id=actor.agency_id, answered_at__isnull=True, answer_by__lt=on)
    else:
        duties = Duty.objects.filter(own(actor, agency="agency_id", unit="unit_id"), state=DutyState.OPEN)
        letters = UrgingLetter.objects.filter(to_agency_id=actor.agency_id, answered_at__isnull=True)
    found = _both(
        duties.filter(_beyond(after, "due_on")).select_related("agency", "unit").order_by("due_on", "public_id"),
        letters.filter(_beyond(after, "answer_by")).select_related("to_agency").order_by("answer_by", "public_id"),
        on=on,
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    return OwedPage(tuple(found[:PAGE]), (last.due_on, last.public_id) if last else None)


def _beyond(after: Key | None, day: str) -> Q:
    if after is None:
        return Q()
    return Q(**{f"{day}__gt": after[0]}) | Q(**{day: after[0], "public_id__gt": after[1]})


def _both(duties: QuerySet[Duty], letters: QuerySet[UrgingLetter], *, on: date) -> list[Owed]:
    """Return the first of both together, in one order, one more than a page holds."""
    found = [
        Owed(
            what=duty.kind.lower(),
            public_id=duty.public_id,
            title=duty.title,
            agency=duty.unit.name if duty.unit_id and duty.unit else duty.agency.short_name,
            due_on=duty.due_on,
            is_late=duty.state == DutyState.OPEN and duty.due_on < on,
            is_before_issuer=duty.state == DutyState.BEFORE_ISSUER,
        )
        for duty in duties[: PAGE + 1]
    ]
    found += [
        Owed(
            what="letter",
            public_id=letter.public_id,
            title=f"{letter.number}/{letter.year}",
            agency=letter.to_agency.short_name,
            due_on=letter.answer_by,
            is_late=letter.answer_by < on,
        )
        for letter in letters[: PAGE + 1]
    ]
    return sorted(found, key=lambda o: (o.due_on, o.public_id))[: PAGE + 1]
