"""Answers what was asked about a pattern, what the office answered, and whether it is closed; everything recorded.

A question accuses nobody. The inspector asks, the head of the agency or unit answers, the inspector closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from motcua.core.kernel import Problem, Refused, paragraphs
from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province, require
from motcua.services.integrity.signals import (
    Evidence,
    computed,
    evidence_of,
    rules_on,
    signal_of,
)
from motcua.services.times import local_day
from motcua.store.figures.selectors import names_of_procedures
from motcua.store.organisation.models import Agency, Appointment
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.reporting.models import IntegrityNote, IntegrityQuestion, NoteKind

READERS = (Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER, Role.AGENCY_LEADER, Role.UNIT_LEADER)
TEXT_MAX, PAGE = 2000, 30


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in a list."""

    question: IntegrityQuestion
    officer: str
    agency: str
    procedure: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What was said, by whom."""

    kind: str
    text: str
    staff: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question with what was computed, the dossiers behind it, what was said, and what the reader may do."""

    line: QuestionLine
    evidence: tuple[Evidence, ...]
    notes: tuple[NoteLine, ...]
    may_answer: bool
    may_close: bool

    @property
    def chance(self) -> Fraction:
        """Return the chance as it was computed when the question was asked."""
        above, below = self.line.question.computed["chance"]
        return Fraction(int(above), int(below))


def questions(actor: Actor, *, after: str = "") -> tuple[list[QuestionLine], str]:
    """Return the questions that the actor sees, those open first, newest first, and the mark of the next page."""
    require(actor, *READERS)
    rows = _seen(actor).order_by("is_closed", "-id")
    closed, _sep, number = after.partition("_")
    if closed in ("0", "1") and number.isascii() and number.isdecimal() and len(number) < 19:
        rows = rows.filter(is_closed=True, id__lt=int(number)) if closed == "1" else _after_open(rows, int(number))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return _lines(found[:PAGE]), f"{int(last.is_closed)}_{last.id}" if last else ""


def question_page(public_id: UUID, actor: Actor) -> QuestionPage:
    """Return a question as its page shows it. Denied for whoever does not see it."""
    question = _question(public_id, actor)
    notes = list(question.notes.order_by("id"))
    staff = names_of_staff({n.staff_id for n in notes})
    return QuestionPage(
        line=_lines([question])[0],
        evidence=tuple(evidence_of(question.computed["evidence"], actor)),
        notes=tuple(NoteLine(n.kind, n.text, staff.get(n.staff_id, ""), n.at) for n in notes),
        may_answer=not question.is_closed and _answers(actor, question),
        may_close=not question.is_closed and answers_for_province(actor),
    )


def ask(
    digest: str, *, from_on: date, to_on: date, text: str, key: UUID, actor: Actor, now: datetime
) -> IntegrityQuestion:
    """Return the question about a signal; asked once, whoever asks. Problems: ``signal.text``, ``signal.long``.

    The computation is kept as it stands now, since later dossiers will change it.
    """
    found = signal_of(digest, from_on=from_on, to_on=to_on, actor=actor, now=now)
    clean = _text(text)
    if (kept := IntegrityQuestion.objects.filter(signal=digest).first()) is not None:
        return kept
    signal = found.signal
    try:
        with transaction.atomic():
            row = IntegrityQuestion.objects.create(
                signal=digest,
                kind=signal.pattern.value,
                agency_id=signal.agency_id,
                officer_id=signal.officer_id,
                procedure_code=signal.procedure,
                from_on=from_on,
                to_on=to_on,
                computed=computed(signal, rules_on(local_day(now))),
                asked_at=now,
            )
            _add(row, NoteKind.ASKED, clean, key=key, actor=actor, now=now)
    except IntegrityError:
        # Asked by two at once: the other one is it.
        return IntegrityQuestion.objects.get(signal=digest)
    return row


@transaction.atomic
def say(public_id: UUID, act: str, text: str, *, key: UUID, actor: Actor, now: datetime) -> IntegrityQuestion:
    """Answer a question, note something or close it; once for a key.

    Problems: ``signal.text``, ``signal.long``, ``signal.closed``. Denied for whoever may not.
    """
    question = _question(public_id, actor)
    IntegrityQuestion.objects.select_for_update().get(id=question.id)
    if IntegrityNote.objects.filter(key=key).exists():
        return question
    question.refresh_from_db()
    if question.is_closed:
        raise Refused([Problem("signal.closed")])
    if act == "answer" and _answers(actor, question):
        kind = NoteKind.ANSWERED
    elif act == "note" and (answers_for_province(actor) or _answers(actor, question)):
        kind = NoteKind.NOTED
    elif act == "close" and answers_for_province(actor):
        kind = NoteKind.CLOSED
        question.is_closed = True
        question.save(update_fields=["is_closed"])
    else:
        raise Denied("act of another role")
    _add(question, kind, _text(text), key=key, actor=actor, now=now)
    return question


def _add(question: IntegrityQuestion, kind: NoteKind, text: str, *, key: UUID, actor: Actor, now: datetime) -> None:
    IntegrityNote.objects.create(
        question=question, key=key, kind=kind, text=text, staff_id=actor.staff_id, unit_id=actor.unit_id, at=now
    )
    audit.record(f"integrity.{kind.value}", question.public_id, actor=actor, now=now)


def _text(text: str) -> str:
    clean = paragraphs(text)
    if not clean:
        raise Refused([Problem("signal.text", "text")])
    if len(clean) > TEXT_MAX:
        raise Refused([Problem("signal.long", "text", values={"limit": str(TEXT_MAX)})])
    return clean


def _seen(actor: Actor) -> QuerySet[IntegrityQuestion]:
    if answers_for_province(actor):
        return IntegrityQuestion.objects.all()
    rows = IntegrityQuestion.objects.filter(agency_id=actor.agency_id)
    if actor.has(Role.AGENCY_LEADER):
        return rows
    return rows.filter(officer_id__in=_staff_of_unit(actor.unit_id)).exclude(officer_id=actor.staff_id)


def _staff_of_unit(unit_id: int) -> QuerySet[Appointment, int]:
    return Appointment.objects.filter(post__unit_id=unit_id).values_list("staff_id", flat=True)


def _after_open(rows: QuerySet[IntegrityQuestion], number: int) -> QuerySet[IntegrityQuestion]:
    return rows.filter(Q(is_closed=False, id__lt=number) | Q(is_closed=True))


def _question(public_id: UUID, actor: Actor) -> IntegrityQuestion:
    require(actor, *READERS)
    row = _seen(actor).filter(public_id=public_id).first()
    if row is None:
        raise Denied("question of another office")
    return row


def _answers(actor: Actor, question: IntegrityQuestion) -> bool:
    """Return whether the actor speaks for the office asked; nobody answers for what he is himself asked about."""
    is_head = actor.has(Role.AGENCY_LEADER, Role.UNIT_LEADER) and actor.agency_id == question.agency_id
    return is_head and question.officer_id != actor.staff_id


def _lines(rows: list[IntegrityQuestion]) -> list[QuestionLine]:
    staff = names_of_staff({r.officer_id for r in rows if r.officer_id})
    agencies = dict(Agency.objects.filter(id__in={r.agency_id for r in rows}).values_list("id", "short_name"))
    procedures = names_of_procedures(sorted({r.procedure_code for r in rows}))
    return [
        QuestionLine(
            question=r,
            officer=staff.get(r.officer_id or 0, ""),
            agency=agencies.get(r.agency_id, ""),
            procedure=procedures.get(r.procedure_code, r.procedure_code),
        )
        for r in rows
    ]
