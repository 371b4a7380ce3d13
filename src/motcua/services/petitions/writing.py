"""Answers how an event becomes part of a petition: checked against its life, written once, told in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.core.kernel import Problem, Refused
from motcua.core.petitions import (
    PetitionAct,
    PetitionFact,
    PetitionLife,
    PetitionTerms,
    life_of,
    may_happen,
    terms_of,
)
from motcua.services.calendars import fresh_calendar
from motcua.services.times import local_day
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import OutboxMessage
from motcua.store.voices.models import Petition, PetitionEvent

TOPICS = {
    PetitionAct.RECEIVED: "petition.received",
    PetitionAct.REFUSED: "petition.refused",
    PetitionAct.ASKED: "petition.asked",
    PetitionAct.FORWARDED: "petition.forwarded",
    PetitionAct.ANSWERED: "petition.answered",
    PetitionAct.PUBLISHED: "petition.published",
}


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does it: an officer under a post, or the sender (both ``None``)."""

    staff_id: int | None = None
    unit_id: int | None = None


SENDER = Doer()


def facts_of(petition: Petition) -> list[PetitionFact]:
    rows = PetitionEvent.objects.filter(petition=petition).order_by("seq").values_list("act", "at")
    return [PetitionFact(PetitionAct(act), at) for act, at in rows]


def terms_now(petition: Petition, life: PetitionLife) -> PetitionTerms:
    """Return the terms by the law of the day of receipt and the calendar of the agency that has it now."""
    regime = law_book().regime_on(local_day(life.received_at))
    return terms_of(life, regime=regime, calendar=fresh_calendar(petition.agency_id))


def locked(public_id: UUID) -> Petition | None:
    """Return a sent petition that nobody else changes until the transaction ends."""
    return Petition.objects.select_for_update().filter(public_id=public_id).exclude(code="").first()


def add_event(
    petition: Petition,
    act: PetitionAct,
    body: Mapping[str, Any],
    *,
    doer: Doer,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Write an event and what follows of it; the row is saved. Must run inside a transaction.

    Refused: ``petition.overtaken`` when the page had shown another version; what ``may_happen`` says.
    """
    if seen is not None and seen != petition.version:
        raise Refused([Problem("petition.overtaken", values={"code": petition.code})])
    facts = facts_of(petition)
    if facts and (problems := may_happen(life_of(facts), act)):
        raise Refused(problems)
    facts.append(PetitionFact(act, now))
    life = life_of(facts)
    PetitionEvent.objects.create(
        petition=petition,
        seq=len(facts),
        act=act,
        at=now,
        staff_id=doer.staff_id,
        unit_id=doer.unit_id,
        body=dict(body),
    )
    petition.version, petition.state = len(facts), int(life.state)
    petition.received_at, petition.answered_at, petition.closed_at = (
        life.received_at,
        life.answered_at,
        life.closed_at,
    )
    due_at = terms_now(petition, life).next_by
    if due_at != petition.due_at:
        petition.due_at, petition.is_late_told = due_at, False
    petition.save()
    if act in TOPICS:
        tell(petition, TOPICS[act], now=now)


def tell(petition: Petition, topic: str, *, now: datetime) -> None:
    OutboxMessage.objects.create(topic=topic, key=str(petition.public_id), body={}, made_at=now, next_attempt_at=now)
