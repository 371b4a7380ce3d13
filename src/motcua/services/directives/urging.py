"""Answers urging letters: written from what is overdue, sent with the list, answered with a promise, watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count

from motcua.core.duties import DutyState, LetterState, letter_state, may_answer
from motcua.core.forms import parse_day
from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.duties.people import answers_for, require_reader, require_supervising
from motcua.services.duties.writing import due_after
from motcua.services.entries import Typed
from motcua.services.times import local_day
from motcua.store.directives.models import UrgingLetter
from motcua.store.dossiers.models import Dossier
from motcua.store.duties.models import Duty
from motcua.store.lawfiles import law_book
from motcua.store.ledger.numbers import take_numbers
from motcua.store.organisation.models import Agency

PAGE, DOSSIERS_MAX, DUTIES_MAX = 50, 100, 100
_LIVE = (2, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class ToUrge:
    """An agency with what it owes past its term, as numbers."""

    agency: Agency
    duties: int
    dossiers: int


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter in its list."""

    letter: UrgingLetter
    state: LetterState
    still_owed: int


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A letter with what of its list is still owed today, by id; and whether the actor answers it."""

    letter: UrgingLetter
    state: LetterState
    owed: frozenset[str]
    may_answer: bool
    today: date


def agencies_to_urge(actor: Actor, *, now: datetime) -> list[ToUrge]:
    """Return the agencies that owe duties or dossiers past their term, the most first; two statements."""
    require_supervising(actor)
    duties = dict(
        Duty.objects.filter(state=DutyState.OPEN, due_on__lt=local_day(now), issuer_agency_id=actor.agency_id)
        .values("agency_id")
        .annotate(count=Count("id"))
        .values_list("agency_id", "count")
    )
    dossiers = dict(
        Dossier.objects.filter(state__in=_LIVE, due_at__lt=now)
        .values("handling_agency_id")
        .annotate(count=Count("id"))
        .values_list("handling_agency_id", "count")
    )
    agencies = Agency.objects.filter(id__in={*duties, *dossiers}).order_by("name", "id")
    found = [ToUrge(a, duties.get(a.id, 0), dossiers.get(a.id, 0)) for a in agencies]
    return sorted(found, key=lambda u: (-u.duties, -u.dossiers, u.agency.name))


def items_of(agency_id: int, actor: Actor, *, now: datetime) -> list[dict[str, str]]:
    """Return what an agency owes past its term, as a letter lists it: duties first, then dossiers, oldest first."""
    duties = Duty.objects.filter(
        agency_id=agency_id, state=DutyState.OPEN, due_on__lt=local_day(now), issuer_agency_id=actor.agency_id
    ).order_by("due_on", "id")[:DUTIES_MAX]
    dossiers = (
        Dossier.objects.filter(handling_agency_id=agency_id, state__in=_LIVE, due_at__lt=now)
        .order_by("due_at", "id")
        .values_list("public_id", "code", "due_at")[:DOSSIERS_MAX]
    )
    items = [_item(d.kind.lower(), d.public_id, d.title, d.due_on) for d in duties]
    return items + [_item("dossier", id_, code, local_day(due_at)) for id_, code, due_at in dossiers if due_at]


def _item(kind: str, public_id: UUID, title: str, due_on: date) -> dict[str, str]:
    return {"kind": kind, "id": str(public_id), "title": title, "due_on": due_on.isoformat()}


def send_letter(agency_id: int, *, key: UUID, text: str, actor: Actor, now: datetime) -> UrgingLetter:
    """Return the letter, numbered and sent, with the list as it is now; once for a key.

    Problems: ``letter.nothing`` (nothing is overdue there), ``entry.*``, ``duty.beyond``.
    """
    require_supervising(actor)
    if (kept := UrgingLetter.objects.filter(key=key).first()) is not None:
        return kept
    agency = Agency.objects.filter(id=agency_id).first()
    if agency is None:
        raise Denied("no such agency")
    typed = Typed()
    words = typed.text_if_any("text", text, limit=3000)
    items = items_of(agency.id, actor, now=now)
    if not items:
        typed.fault("letter.nothing")
    typed.settle()
    on = local_day(now)
    days = law_book().regime_on(on).number("supervision.answer_working_days")
    answer_by = due_after(agency.id, days=days, on=on)
    try:
        with transaction.atomic():
            (number,) = take_numbers(f"urging:{actor.agency_id}:{on.year}")
            letter = UrgingLetter.objects.create(
                key=key,
                agency_id=actor.agency_id,
                to_agency=agency,
                number=number,
                year=on.year,
                text=words,
                items=items,
                answer_by=answer_by,
                staff_id=actor.staff_id,
                sent_at=now,
            )
            audit.record("letter.sent", letter.public_id, actor=actor, now=now, items=len(items))
            return letter
    except IntegrityError:
        return UrgingLetter.objects.get(key=key)


def answer_letter(public_id: UUID, *, answer: str, promised_on: str, actor: Actor, now: datetime) -> UrgingLetter:
    """Return the letter, answered with reasons and the day promised; once and for all.

    Problems: ``entry.*``, ``letter.promise``, ``letter.answered``. Denied for who does not head the agency.
    """
    typed = Typed()
    text = typed.text("answer", answer, limit=5000)
    day = parse_day(promised_on)
    with transaction.atomic():
        letter = UrgingLetter.objects.select_for_update().filter(public_id=public_id).first()
        if letter is None or not answers_for(actor, agency_id=letter.to_agency_id, unit_id=None):
            raise Denied("letter of others")
        answered_on = local_day(letter.answered_at) if letter.answered_at else None
        typed.problems += may_answer(answered_on=answered_on, promised_on=day, on=local_day(now))
        typed.settle()
        letter.answer, letter.promised_on = text, day
        letter.answered_by_id, letter.answered_at = actor.staff_id, now
        letter.save()
        audit.record("letter.answered", letter.public_id, actor=actor, now=now)
    return letter


def letters_of(actor: Actor, *, after: str = "", now: datetime) -> tuple[list[LetterRow], str]:
    """Return a page of letters, the latest first, each with what is still owed; and the next page's key."""
    require_reader(actor)
    rows = UrgingLetter.objects.select_related("to_agency")
    if not answers_for_province(actor):
        rows = rows.filter(to_agency_id=actor.agency_id)
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    page = list(rows.order_by("-id")[: PAGE + 1])
    owed = _still_owed(page[:PAGE], now=now)
    lines = [LetterRow(row, _state(row, owed[row.id], now=now), len(owed[row.id])) for row in page[:PAGE]]
    return lines, str(page[PAGE - 1].id) if len(page) > PAGE else ""


def letter_page(public_id: UUID, actor: Actor, *, now: datetime) -> LetterPage:
    """Return the letter; Denied unless the actor supervises or answers for the agency."""
    require_reader(actor)
    letter = UrgingLetter.objects.select_related("agency__parent", "to_agency").filter(public_id=public_id).first()
    if letter is None:
        raise Denied("no such letter")
    is_addressee = answers_for(actor, agency_id=letter.to_agency_id, unit_id=None)
    if not answers_for_province(actor) and not is_addressee:
        raise Denied("letter of others")
    owed = _still_owed([letter], now=now)[letter.id]
    return LetterPage(
        letter=letter,
        state=_state(letter, owed, now=now),
        owed=owed,
        may_answer=is_addressee and letter.answered_at is None,
        today=local_day(now),
    )


def _still_owed(letters: Sequence[UrgingLetter], *, now: datetime) -> dict[int, frozenset[str]]:
    """Return the ids of each letter's items that are open yet; two statements for all letters together."""
    ids = [i["id"] for letter in letters for i in letter.items]
    open_now = {
        str(id_)
        for id_ in Duty.objects.filter(public_id__in=ids, state=DutyState.OPEN).values_list("public_id", flat=True)
    }
    open_now |= {
        str(id_)
        for id_ in Dossier.objects.filter(public_id__in=ids, state__in=_LIVE).values_list("public_id", flat=True)
    }
    return {letter.id: frozenset(_id(i) for i in letter.items) & frozenset(open_now) for letter in letters}


def _id(item: Mapping[str, Any]) -> str:
    return str(item["id"])


def _state(letter: UrgingLetter, owed: frozenset[str], *, now: datetime) -> LetterState:
    return letter_state(
        answer_by=letter.answer_by,
        answered_on=local_day(letter.answered_at) if letter.answered_at else None,
        promised_on=letter.promised_on,
        still_owed=len(owed),
        on=local_day(now),
    )
