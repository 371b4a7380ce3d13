"""Answers what an office may do with a petition, and does it: refuse, ask, forward, answer, approve, publish.

A petition about how an officer behaved is the head's alone: those who may be meant do not handle it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.core.kernel import Problem, Refused, fold, paragraphs
from motcua.core.petitions import PetitionAct, life_of, personal_traces
from motcua.services.actors import Actor, Denied
from motcua.services.petitions.writing import Doer, add_event, facts_of, locked, tell, terms_now
from motcua.store.organisation.models import Agency
from motcua.store.organisation.roles import Role
from motcua.store.voices.models import Petition, PetitionAbout

HANDLERS = (Role.CENTRE_MANAGER, Role.UNIT_LEADER, Role.PROCEDURE_OFFICER)
HEADS = (Role.AGENCY_LEADER, Role.PROVINCE_LEADER)
READERS = (*HANDLERS, *HEADS)
TEXT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class HandlingEntry:
    """What an officer typed; which fields count depends on the act. ``seen`` is the version that the page showed."""

    seen: int
    text: str = ""
    agency_id: int = 0
    public_title: str = ""
    public_text: str = ""
    public_answer: str = ""
    is_checked: bool = False


def is_head(actor: Actor) -> bool:
    return actor.has(*HEADS)


def may_handle(actor: Actor, petition: Petition) -> bool:
    """Return whether the actor may open and handle the petition."""
    if actor.agency_id != petition.agency_id or not actor.has(*READERS):
        return False
    return is_head(actor) or petition.about != PetitionAbout.CONDUCT


def petition_for(public_id: UUID, actor: Actor) -> Petition:
    """Return the petition; Denied unless the actor may handle it."""
    row = (
        Petition.objects.select_related("agency", "procedure", "dossier", "unit")
        .filter(public_id=public_id)
        .exclude(code="")
        .first()
    )
    if row is None or not may_handle(actor, row):
        raise Denied("petition of another office")
    return row


@transaction.atomic
def handle(public_id: UUID, act: str, entry: HandlingEntry, *, actor: Actor, now: datetime) -> Petition:
    """Do one act on the petition and return it.

    Problems: ``petition.reason``, ``petition.long``, ``petition.agency``, ``petition.not_head``,
    ``petition.personal``, ``petition.unchecked``, ``petition.not_now``, ``petition.overtaken``, ``petition.late_refusal``,
    ``petition.late_request``.
    """
    petition = locked(public_id)
    if petition is None or not may_handle(actor, petition):
        raise Denied("petition of another office")
    if act not in _ACTS:
        raise Refused([Problem("petition.not_now")])
    _ACTS[act](petition, entry, actor, now)
    return petition


def _refuse(petition: Petition, entry: HandlingEntry, actor: Actor, now: datetime) -> None:
    reason = _text(entry.text)
    if now > terms_now(petition, life_of(facts_of(petition))).refuse_by:
        raise Refused([Problem("petition.late_refusal", "text")])
    _add(petition, PetitionAct.REFUSED, {"reason": reason}, entry, actor, now)


def _ask(petition: Petition, entry: HandlingEntry, actor: Actor, now: datetime) -> None:
    what = _text(entry.text)
    if now > terms_now(petition, life_of(facts_of(petition))).ask_by:
        raise Refused([Problem("petition.late_request", "text")])
    _add(petition, PetitionAct.ASKED, {"text": what}, entry, actor, now)


def _forward(petition: Petition, entry: HandlingEntry, actor: Actor, now: datetime) -> None:
    reason = _text(entry.text)
    agency = Agency.objects.filter(id=entry.agency_id).first()
    if agency is None or agency.id == petition.agency_id:
        raise Refused([Problem("petition.agency", "agency")])
    body = {"reason": reason, "from": petition.agency_id, "to": agency.id}
    petition.agency, petition.unit = agency, None
    _add(petition, PetitionAct.FORWARDED, body, entry, actor, now)


def _draft(petition: Petition, entry: HandlingEntry, actor: Actor, now: datetime) -> None:
    petition.answer = _text(entry.text)
    _add(petition, PetitionAct.DRAFTED, {"text": petition.answer}, entry, actor, now)


def _send_back(petition: Petition, entry: HandlingEntry, actor: Actor, now: datetime) -> None:
    _require_head(actor)
    _add(petition, PetitionAct.SENT_BACK, {"reason": _text(entry.text)}, entry, actor, now)


def _approve(petition: Petition, entry: HandlingEntry, actor: Actor, now: datetime) -> None:
    _require_head(actor)
    _add(petition, PetitionAct.ANSWERED, {"text": petition.answer}, entry, actor, now)


def _publish(petition: Petition, entry: HandlingEntry, actor: Actor, now: datetime) -> None:
    """Publish what the officer has made free of personal data and says to have checked."""
    texts = {f: _text(getattr(entry, f), field=f) for f in ("public_title", "public_text", "public_answer")}
    problems = []
    if not petition.may_publish:
        problems.append(Problem("petition.no_consent"))
    names = [n for n in (petition.name, petition.contact) if n]
    if petition.dossier is not None:
        names.append(petition.dossier.applicant_name)
    for field, text in texts.items():
        problems += [
            Problem("petition.personal", field, values={"text": t}) for t in personal_traces(text, names=names)
        ]
    if not entry.is_checked:
        problems.append(Problem("petition.unchecked", "checked"))
    if problems:
        raise Refused(problems)
    for field, text in texts.items():
        setattr(petition, field, " ".join(text.split())[:200] if field == "public_title" else text)
    petition.public_folded = fold(" ".join(texts.values()))
    petition.published_at = now
    _add(petition, PetitionAct.PUBLISHED, {}, entry, actor, now)


def _keep(petition: Petition, entry: HandlingEntry, actor: Actor, now: datetime) -> None:
    _add(petition, PetitionAct.KEPT, {"reason": _text(entry.text)}, entry, actor, now)


_ACTS: dict[str, Callable[[Petition, HandlingEntry, Actor, datetime], None]] = {
    "refuse": _refuse,
    "ask": _ask,
    "forward": _forward,
    "draft": _draft,
    "send_back": _send_back,
    "approve": _approve,
    "publish": _publish,
    "keep": _keep,
}


def _text(text: str, *, field: str = "text") -> str:
    clean = paragraphs(text)
    if not clean:
        raise Refused([Problem("petition.reason", field)])
    if len(clean) > TEXT_MAX:
        raise Refused([Problem("petition.long", field, values={"limit": str(TEXT_MAX)})])
    return clean


def _require_head(actor: Actor) -> None:
    if not is_head(actor):
        raise Refused([Problem("petition.not_head")])


def _add(
    petition: Petition, act: PetitionAct, body: dict[str, object], entry: HandlingEntry, actor: Actor, now: datetime
) -> None:
    add_event(petition, act, body, doer=Doer(actor.staff_id, actor.unit_id), now=now, seen=entry.seen)


def tell_late(*, now: datetime, limit: int = 500) -> int:
    """Tell senders of petitions whose term has passed, once; return how many. Offices see theirs at the top."""
    with transaction.atomic():
        rows = list(
            Petition.objects.select_for_update(skip_locked=True)
            .filter(is_late_told=False, due_at__lt=now)
            .exclude(code="")
            .order_by("due_at")[:limit]
        )
        for row in rows:
            # An answer that is only not published yet is late inside the office; the sender has it.
            if row.answered_at is None:
                tell(row, "petition.late", now=now)
        Petition.objects.filter(id__in=[r.id for r in rows]).update(is_late_told=True)
    return len(rows)
