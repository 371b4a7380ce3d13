"""Answers the lists and pages of petitions: the office's, the sender's, and the public's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from motcua.core.kernel import fold
from motcua.core.petitions import PetitionAct, PetitionLife, PetitionState, PetitionTerms, life_of
from motcua.services.actors import Actor
from motcua.services.citizens import Citizen
from motcua.services.petitions.handling import is_head
from motcua.services.petitions.sending import petition_secret
from motcua.services.petitions.writing import facts_of, terms_now
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Agency
from motcua.store.organisation.selectors import names_of_units
from motcua.store.voices.models import Petition, PetitionAbout, PetitionEvent, PetitionPaper

PAGE = 30


@dataclass(frozen=True, slots=True)
class PetitionPage:
    """A page of a list, and what to ask for the next one (empty at the end)."""

    rows: Sequence[Petition]
    after: str


def petitions_of(actor: Actor, *, which: str, after: str) -> PetitionPage:
    """Return petitions of the actor's agency: ``open`` by due instant, ``late`` of them, or ``closed``, newest first."""
    rows = Petition.objects.filter(agency_id=actor.agency_id).exclude(code="")
    if not is_head(actor):
        rows = rows.exclude(about=PetitionAbout.CONDUCT)
    if which == "closed":
        return _paged(rows.filter(state=PetitionState.CLOSED).order_by("-id"), after, newest_first=True)
    rows = rows.filter(state__lt=PetitionState.CLOSED)
    return _by_due(rows, after)


def _by_due(rows: QuerySet[Petition], after: str) -> PetitionPage:
    """Return a page in the order of what is owed first; what waits for its sender comes last."""
    due, _, number = after.partition("_")
    if number.isdecimal():
        last = int(number)
        if due:
            at = datetime.fromisoformat(due)
            rows = rows.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=last) | Q(due_at__isnull=True))
        else:
            rows = rows.filter(due_at__isnull=True, id__gt=last)
    found = list(rows.order_by(F("due_at").asc(nulls_last=True), "id")[: PAGE + 1])
    if len(found) <= PAGE:
        return PetitionPage(found, "")
    last_row = found[PAGE - 1]
    mark = last_row.due_at.isoformat() if last_row.due_at else ""
    return PetitionPage(found[:PAGE], f"{mark}_{last_row.id}")


def _paged(rows: QuerySet[Petition], after: str, *, newest_first: bool) -> PetitionPage:
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after)) if newest_first else rows.filter(id__gt=int(after))
    found = list(rows[: PAGE + 1])
    return PetitionPage(found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else "")


@dataclass(frozen=True, slots=True)
class EventLine:
    """One thing that happened, for a page. ``unit`` is empty for what the sender did."""

    act: PetitionAct
    at: datetime
    unit: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PetitionView:
    """A petition with its history, terms and papers."""

    petition: Petition
    life: PetitionLife
    terms: PetitionTerms
    events: tuple[EventLine, ...]
    papers: tuple[PetitionPaper, ...]
    secret: str


def petition_view(petition: Petition) -> PetitionView:
    """Return the petition as its page shows it."""
    rows = list(PetitionEvent.objects.filter(petition=petition).order_by("seq"))
    units = names_of_units({r.unit_id for r in rows if r.unit_id})
    life = life_of(facts_of(petition))
    return PetitionView(
        petition=petition,
        life=life,
        terms=terms_now(petition, life),
        events=tuple(EventLine(PetitionAct(r.act), r.at, units.get(r.unit_id or 0, ""), r.body) for r in rows),
        papers=tuple(PetitionPaper.objects.filter(petition=petition).order_by("id")),
        secret=petition_secret(petition.public_id),
    )


@dataclass(frozen=True, slots=True)
class OwnPetition:
    """A petition in its sender's list."""

    code: str
    secret: str
    title: str
    agency: str
    state: int
    received_at: datetime | None
    due_at: datetime | None


def petitions_of_citizen(citizen: Citizen) -> Sequence[OwnPetition]:
    rows = (
        Petition.objects.filter(account_id=citizen.account_id)
        .exclude(code="")
        .select_related("agency")
        .order_by("-id")[:200]
    )
    return [
        OwnPetition(r.code, petition_secret(r.public_id), r.title, r.agency.name, r.state, r.received_at, r.due_at)
        for r in rows
    ]


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """A question and its answer on the public page."""

    public_id: UUID
    title: str
    text: str
    answer: str
    agency: str
    received_at: datetime | None
    answered_at: datetime | None
    published_at: datetime | None


def published(text: str, *, after: str) -> tuple[Sequence[PublicAnswer], str]:
    """Return a page of published answers in which every word of ``text`` stands, newest first, and the next mark."""
    rows = Petition.objects.filter(published_at__isnull=False).select_related("agency")
    for word in fold(text).split()[:8]:
        rows = rows.filter(public_folded__contains=word)
    at, _, number = after.partition("_")
    if number.isdecimal() and len(number) < 19:
        try:
            last = datetime.fromisoformat(at)
        except ValueError:
            return [], ""
        rows = rows.filter(Q(published_at__lt=last) | Q(published_at=last, id__lt=int(number)))
    found = list(rows.order_by("-published_at", "-id")[: PAGE + 1])
    mark = ""
    if len(found) > PAGE and found[PAGE - 1].published_at is not None:
        mark = f"{found[PAGE - 1].published_at.isoformat()}_{found[PAGE - 1].id}"  # type: ignore[union-attr]
    return [_public(r) for r in found[:PAGE]], mark


def published_one(public_id: UUID) -> PublicAnswer | None:
    row = Petition.objects.filter(public_id=public_id, published_at__isnull=False).select_related("agency").first()
    return _public(row) if row else None


def _public(row: Petition) -> PublicAnswer:
    return PublicAnswer(
        row.public_id, row.public_title, row.public_text, row.public_answer, row.agency.name, row.received_at,
        row.answered_at, row.published_at,
    )  # fmt: skip


def days_on(on: date) -> dict[str, int]:
    """Return in how many working days petitions are answered, refused or asked more about, by the law of the day."""
    regime = law_book().regime_on(on)
    keys = {"answer": "answer", "refuse": "refuse", "ask": "supplement"}
    return {name: regime.number(f"petition.{key}_working_days") for name, key in keys.items()}


def agencies_to_ask() -> list[tuple[int, str]]:
    """Return the agencies that a petition can go to, by name."""
    return list(Agency.objects.order_by("level", "name").values_list("id", "name"))
