"""Answers how another office is asked for its opinion (lấy ý kiến): question, deadline, reminder, answer, withdrawal.

The term runs on while it is asked; the time is that office's. A confidential question is read by the two offices alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.core.dossier import Fact, FactKind
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, Denied
from motcua.services.dossiers.clock_acts import alive, for_office, may_rest, reasoned, short_enough
from motcua.services.dossiers.committing import Done, commit_on_clock
from motcua.services.offerings import running_offering
from motcua.store.dossiers.models import Consultation
from motcua.store.dossiers.writing import Loaded, facts_of, load
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.models import Unit, UnitKind
from motcua.store.organisation.roles import Role

OPEN_MAX = 20
PAGE = 50
_ANSWERING = (Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, until when, and whether only the two offices may read it.

    Of a unit here by ``to_unit_id``, or of an office outside this system by its name in ``of``.
    """

    question: str
    due_at: datetime | None
    to_unit_id: int | None = None
    of: str = ""
    is_confidential: bool = False


def ask_opinion(*, public_id: UUID, entry: Question, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after another office was asked for its opinion: the term runs on, the time is that office's.

    Problems: ``consultation.office_missing``, ``consultation.own_unit``, ``consultation.question_missing``,
    ``consultation.due_missing``, ``consultation.due_past``, ``consultation.due_after_dossier``,
    ``consultation.many``, ``clock.not_alive``, ``step.overtaken``.
    Source: Decree 61/2018/NĐ-CP, art. 19(5).
    """
    dossier, facts = for_office(public_id, seen_version, actor)
    unit = _unit(entry.to_unit_id)
    name = unit.name_with_agency if unit else nfc(entry.of)
    problems = [*alive(dossier), *reasoned(entry.question, "consultation.question_missing", "question")]
    problems += short_enough(of=entry.of)
    if not name.strip():
        problems.append(Problem("consultation.office_missing", "of"))
    elif unit is not None and unit.id == actor.unit_id:
        problems.append(Problem("consultation.own_unit", "of"))
    problems += _due_problems(entry.due_at, dossier, now)
    if len(open_consultations(facts)) >= OPEN_MAX:
        problems.append(Problem("consultation.many", "of", values={"limit": str(OPEN_MAX)}))
    if problems or entry.due_at is None:
        raise Refused(problems)
    key = f"c{dossier.version + 1}"
    body: dict[str, Any] = {"of": name, "key": key, "due": entry.due_at.isoformat()}
    if unit is not None:
        body["unit"] = unit.id
    # A confidential question is in the record that two offices read, not in the facts that all read.
    if entry.is_confidential:
        body["is_confidential"] = True
    else:
        body["reason"] = nfc(entry.question)
    running = running_offering(dossier.offering_id)
    with transaction.atomic():
        Consultation.objects.create(
            dossier_id=dossier.id,
            key=key,
            from_unit_id=actor.unit_id,
            to_unit_id=unit.id if unit else None,
            of=name,
            question=nfc(entry.question),
            is_confidential=entry.is_confidential,
            asked_at=now,
            due_at=entry.due_at,
        )
        return commit_on_clock(dossier, running, facts, FactKind.CONSULTED, body, actor=actor, now=now)


def answer_question(*, consultation_id: UUID, answer: str, actor: Actor, now: datetime) -> Done:
    """Return the dossier after the office asked has answered; that office answers itself.

    Problems: ``consultation.not_open``, ``consultation.answer_missing``, ``step.overtaken``.
    """
    row = _open_row(consultation_id)
    if actor.unit_id != row.to_unit_id or not actor.has(*_ANSWERING):
        raise Denied("question to another unit")
    problems = reasoned(answer, "consultation.answer_missing", "answer")
    if problems:
        raise Refused(problems)
    return _close(row, FactKind.ANSWERED, nfc(answer), actor=actor, now=now)


def record_answer(*, public_id: UUID, key: str, answer: str, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after the asking office wrote down an answer that came on paper.

    Problems: ``consultation.not_open``, ``consultation.answer_missing``, ``step.overtaken``.
    """
    dossier, _ = for_office(public_id, seen_version, actor)
    row = Consultation.objects.filter(dossier_id=dossier.id, key=key, answered_at=None, revoked_at=None).first()
    problems = reasoned(answer, "consultation.answer_missing", "answer")
    if row is None:
        problems.append(Problem("consultation.not_open"))
    if problems or row is None:
        raise Refused(problems)
    return _close(row, FactKind.ANSWERED, nfc(answer), actor=actor, now=now)


def revoke_question(
    *, public_id: UUID, key: str, reason: str, seen_version: int, actor: Actor, now: datetime
) -> Done:
    """Return the dossier after the asking office withdrew its question. Problems: ``consultation.not_open``,
    ``step.reason_missing``, ``step.overtaken``.
    """
    dossier, _ = for_office(public_id, seen_version, actor)
    row = Consultation.objects.filter(dossier_id=dossier.id, key=key, answered_at=None, revoked_at=None).first()
    problems = reasoned(reason, "step.reason_missing")
    if row is None:
        problems.append(Problem("consultation.not_open"))
    if problems or row is None:
        raise Refused(problems)
    return _close(row, FactKind.CONSULTATION_REVOKED, nfc(reason), actor=actor, now=now)


def remind(*, public_id: UUID, key: str, seen_version: int, actor: Actor, now: datetime) -> None:
    """Send the office asked a reminder; once an hour at most. Problems: ``consultation.not_open``,
    ``consultation.reminded``.
    """
    dossier, _ = for_office(public_id, seen_version, actor)
    with transaction.atomic():
        row = (
            Consultation.objects.select_for_update()
            .filter(dossier_id=dossier.id, key=key, answered_at=None, revoked_at=None)
            .first()
        )
        if row is None:
            raise Refused([Problem("consultation.not_open")])
        if row.reminded_at is not None and now - row.reminded_at < timedelta(hours=1):
            raise Refused([Problem("consultation.reminded")])
        _remind(row, now=now)


def remind_silent(*, now: datetime, limit: int = 500) -> int:
    """Remind every office whose answer is owed and has not been reminded today; return how many."""
    with transaction.atomic():
        rows = list(
            Consultation.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(answered_at=None, revoked_at=None, due_at__lte=now)
            .exclude(reminded_at__gte=now - timedelta(hours=20))
            .order_by("due_at", "id")[:limit]
        )
        for row in rows:
            _remind(row, now=now)
    return len(rows)


def open_consultations(facts: Sequence[Fact]) -> list[Fact]:
    """Return the requests for an opinion that have no answer and were not withdrawn."""
    closed = {f.body["key"] for f in facts if f.kind in (FactKind.ANSWERED, FactKind.CONSULTATION_REVOKED)}
    return [f for f in facts if f.kind is FactKind.CONSULTED and f.body["key"] not in closed]


def questions_to(unit_id: int, *, after: int = 0) -> list[Consultation]:
    """Return the open questions to a unit, what is owed first first."""
    return list(
        Consultation.objects.filter(to_unit_id=unit_id, answered_at=None, revoked_at=None, id__gt=after)
        .select_related("dossier__offering__procedure_version", "from_unit__agency")
        .order_by("due_at", "id")[:PAGE]
    )


def question_for(consultation_id: UUID, actor: Actor) -> Consultation:
    """Return the question; Denied unless the actor's unit asked it or is asked."""
    row = (
        Consultation.objects.select_related("dossier__offering__procedure_version", "from_unit__agency", "to_unit")
        .filter(public_id=consultation_id)
        .first()
    )
    if row is None or actor.unit_id not in (row.from_unit_id, row.to_unit_id) or not actor.has(*_ANSWERING):
        raise Denied("no such question")
    return row


def consultations_of(dossier: Loaded, actor: Actor) -> list[Consultation]:
    """Return the questions about a dossier that the actor may read: a confidential one only its two offices."""
    rows = Consultation.objects.filter(dossier_id=dossier.id).select_related("to_unit__agency", "from_unit")
    return [
        r
        for r in rows.order_by("id")
        if not r.is_confidential or actor.unit_id in (r.from_unit_id, r.to_unit_id) or may_rest(actor, dossier)
    ]


def offices_to_ask(actor: Actor) -> list[Unit]:
    """Return the units that can be asked: those that handle dossiers, not the counters and not one's own."""
    units = Unit.objects.exclude(kind__in=UnitKind.one_stop()).exclude(id=actor.unit_id)
    return list(units.select_related("agency").order_by("agency__name", "name", "id"))


def _close(row: Consultation, kind: FactKind, text: str, *, actor: Actor, now: datetime) -> Done:
    with transaction.atomic():
        closed: dict[str, Any] = {"answered_at": now, "answer": text, "answered_by_id": actor.staff_id}
        if kind is FactKind.CONSULTATION_REVOKED:
            closed = {"revoked_at": now, "answer": ""}
        # Compare and set: of two who answer at once, one has answered.
        if not Consultation.objects.filter(id=row.id, answered_at=None, revoked_at=None).update(**closed):
            raise Refused([Problem("consultation.not_open")])
        dossier = load(row.dossier.public_id)
        if dossier is None:
            raise AssertionError("a question belongs to a dossier")
        body: dict[str, Any] = {"key": row.key}
        if not row.is_confidential:
            body["reason"] = text
        running = running_offering(dossier.offering_id)
        return commit_on_clock(dossier, running, facts_of(dossier.id), kind, body, actor=actor, now=now)


def _open_row(public_id: UUID) -> Consultation:
    row = Consultation.objects.select_related("dossier").filter(public_id=public_id).first()
    if row is None:
        raise Denied("no such question")
    if row.answered_at is not None or row.revoked_at is not None:
        raise Refused([Problem("consultation.not_open")])
    return row


def _remind(row: Consultation, *, now: datetime) -> None:
    row.reminded_at, row.reminders = now, row.reminders + 1
    row.save(update_fields=["reminded_at", "reminders"])
    body = {"unit": row.to_unit_id, "times": row.reminders}
    OutboxMessage.objects.create(
        topic="consultation.reminder", key=str(row.public_id), body=body, made_at=now, next_attempt_at=now
    )


def _unit(unit_id: int | None) -> Unit | None:
    if unit_id is None:
        return None
    units = Unit.objects.exclude(kind__in=UnitKind.one_stop())
    return units.select_related("agency").filter(id=unit_id).first()


def _due_problems(due_at: datetime | None, dossier: Loaded, now: datetime) -> list[Problem]:
    if due_at is None:
        return [Problem("consultation.due_missing", "due_at")]
    if due_at <= now:
        return [Problem("consultation.due_past", "due_at")]
    if dossier.due_at is not None and due_at > dossier.due_at:
        return [Problem("consultation.due_after_dossier", "due_at", values={"due": f"{dossier.due_at:%d/%m/%Y}"})]
    return []
