"""Answers the messages inside a dossier, in both directions, through the one-stop unit only.

The office itself never writes to the applicant, as with supplements (Decree 61/2018/NĐ-CP, arts. 5 and 19(4)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied, require, require_counter
from motcua.services.applications.by_applicant import citizen_dossier
from motcua.services.citizens import Citizen
from motcua.services.dossiers.steps import load_for
from motcua.services.times import local_day
from motcua.store.applications.models import DossierMessage, MessageKind
from motcua.store.dossiers.writing import Loaded
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.roles import Role

TEXT_MAX, A_DAY_MAX = 2000, 20


def messages_of(dossier_id: int) -> list[DossierMessage]:
    return list(DossierMessage.objects.filter(dossier_id=dossier_id).order_by("id"))


def write_as_applicant(
    public_id: UUID, citizen: Citizen, *, text: str, kind: str, key: UUID, now: datetime
) -> DossierMessage:
    """Return the applicant's message; with the same key the same.

    A correction (đề nghị sửa sai sót) is asked of a result only. Problems: ``message.empty``, ``message.long``,
    ``message.many``, ``message.no_result``, ``application.no_account``.
    """
    found = citizen_dossier(public_id, citizen, on=local_day(now))
    if found is None:
        raise Refused([Problem("application.no_account")])
    problems = _text_problems(text)
    if kind == MessageKind.CORRECTION and not found.is_done:
        problems.append(Problem("message.no_result", "text"))
    today = DossierMessage.objects.filter(
        dossier_id=found.dossier.id, is_from_applicant=True, at__date=local_day(now)
    )
    if not problems and today.count() >= A_DAY_MAX:
        problems.append(Problem("message.many", "text", values={"limit": str(A_DAY_MAX)}))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        made, is_new = DossierMessage.objects.get_or_create(
            key=key,
            defaults={
                "dossier_id": found.dossier.id,
                "unit_id": found.dossier.reception_unit_id,
                "kind": MessageKind.CORRECTION if kind == MessageKind.CORRECTION else MessageKind.WORDS,
                "is_from_applicant": True,
                "text": _clean(text),
                "account_id": citizen.account_id,
                "at": now,
            },
        )
        if is_new:
            _tell("message.to_unit", public_id, now, kind=made.kind)
    return made


def write_as_unit(public_id: UUID, *, text: str, key: UUID, actor: Actor, now: datetime) -> DossierMessage:
    """Return the unit's message to the applicant; it settles what the applicant had written.

    Problems: ``message.empty``, ``message.long``.
    """
    dossier = _at_reception(public_id, actor)
    if problems := _text_problems(text):
        raise Refused(problems)
    with transaction.atomic():
        made, is_new = DossierMessage.objects.get_or_create(
            key=key,
            defaults={
                "dossier_id": dossier.id,
                "unit_id": actor.unit_id,
                "is_from_applicant": False,
                "text": _clean(text),
                "staff_id": actor.staff_id,
                "at": now,
            },
        )
        if is_new:
            _open(dossier.id).update(settled_at=now, read_at=now)
            _tell("message.to_applicant", public_id, now)
    return made


def settle(public_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Put aside what the applicant has written without an answer: it was dealt with otherwise."""
    dossier = _at_reception(public_id, actor)
    _open(dossier.id).update(settled_at=now, read_at=now)


def read_by_applicant(dossier_id: int, *, now: datetime) -> None:
    DossierMessage.objects.filter(dossier_id=dossier_id, is_from_applicant=False, read_at__isnull=True).update(
        read_at=now
    )


def may_write(actor: Actor, dossier: Loaded) -> bool:
    """Return whether the actor writes to the applicant: an officer of the one-stop unit that received."""
    return actor.unit_id == dossier.reception_unit_id and actor.has(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)


def message_context(public_id: UUID, actor: Actor) -> dict[str, Any]:
    """Return what the officers' page of a dossier shows of its messages. The reader is asked for before."""
    dossier = load_for(public_id, actor)
    return {"talk": messages_of(dossier.id), "may_write": may_write(actor, dossier), "message_key": uuid4()}


def open_messages(actor: Actor, *, limit: int = 50) -> Sequence[DossierMessage]:
    """Return what applicants wrote to the unit and nobody has answered, the oldest first."""
    require(actor, Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
    rows = DossierMessage.objects.filter(unit_id=actor.unit_id, is_from_applicant=True, settled_at__isnull=True)
    return list(rows.select_related("dossier").order_by("id")[:limit])


def _at_reception(public_id: UUID, actor: Actor) -> Loaded:
    require_counter(actor)
    dossier = load_for(public_id, actor)
    if not may_write(actor, dossier):
        raise Denied("only the unit that received writes to the applicant")
    return dossier


def _open(dossier_id: int) -> QuerySet[DossierMessage]:
    return DossierMessage.objects.filter(dossier_id=dossier_id, is_from_applicant=True, settled_at__isnull=True)


def _text_problems(text: str) -> list[Problem]:
    if not text.strip():
        return [Problem("message.empty", "text")]
    if len(text) > TEXT_MAX:
        return [Problem("message.long", "text", values={"limit": str(TEXT_MAX)})]
    return []


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()


def _tell(topic: str, public_id: UUID, now: datetime, **body: str) -> None:
    OutboxMessage.objects.create(topic=topic, key=str(public_id), body=body, made_at=now, next_attempt_at=now)
