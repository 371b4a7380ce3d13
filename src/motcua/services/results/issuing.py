"""Answers how a result is made: printed, signed by whom it is decided, sealed by the agency, entered; and revoked."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from motcua.core.dossier import Fact, FactKind, NationalState, effective
from motcua.core.kernel import Problem, Refused, fold, nfc
from motcua.services.actors import Actor, Denied, require
from motcua.services.dossiers.committing import Done, commit, overtaken
from motcua.services.dossiers.documents import keep
from motcua.services.dossiers.steps import load_for, reason_problems
from motcua.services.money_ports import ResultSheet, Signing, result_printer, signer
from motcua.services.offerings import Running, content_of_offering, running_offering
from motcua.services.times import local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import Loaded, facts_of, load
from motcua.store.ledger.models import OutboxMessage
from motcua.store.ledger.numbers import take_numbers
from motcua.store.organisation.models import Agency
from motcua.store.organisation.roles import Role
from motcua.store.results.models import Result, ResultState

READY_TOPIC, REVOKED_TOPIC = "result.ready", "result.revoked"
TEMPLATE = "plain-1"
TEXT_MAX, FIELDS_MAX = 1_000, 12
_HEADS = (Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER)


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """What the signer enters of a result. ``fields`` are lines ``what: which``; an empty kind is the procedure's."""

    kind: str = ""
    statement: str = ""
    fields: str = ""
    valid_to_on: date | None = None
    replaces: UUID | None = None
    decision_no: str = ""
    reason: str = ""


def issue_result(
    *, public_id: UUID, entry: ResultEntry, seen_version: int, actor: Actor, now: datetime
) -> tuple[Done, Result]:
    """Return the dossier and its result: numbered, printed, signed by the actor, sealed by the agency, entered.

    Who decided the dossier signs, or a head of that unit or agency. A second result of a dossier replaces the first,
    with a reason. Problems: ``result.not_approved``, ``result.exists``, ``result.replaced``, ``result.valid_to``,
    ``result.text_long``, ``result.fields_form``, ``step.reason_missing``, ``step.overtaken``.
    Source: Decree 118/2025/NĐ-CP, art. 22.
    """
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    facts = facts_of(dossier.id)
    if not may_issue(actor, dossier, facts):
        raise Denied("only who decided, or a head above")
    running = running_offering(dossier.offering_id)
    fields, problems = _fields(entry.fields)
    problems += _problems(dossier, entry, on=local_day(now))
    with transaction.atomic():
        replaced = _replaced(dossier, entry, problems)
        if problems:
            raise Refused(problems)
        result = _make(dossier, running, entry, fields, actor=actor, now=now)
        body: dict[str, Any] = {
            "result": str(result.public_id),
            "number": result.number,
            "content": digest_of(result),
        }
        done = commit(dossier, running, FactKind.RESULT_ISSUED, body, actor=actor, now=now)
        if replaced is not None:
            _end(replaced, ResultState.REPLACED, entry.reason, entry.decision_no, by=result, now=now)
        _enqueue(READY_TOPIC, result, now)
    return done, result


def may_issue(actor: Actor, dossier: Loaded, facts: Sequence[Fact]) -> bool:
    """Return whether the actor signs the dossier's result: it is approved, by him or by one under him."""
    if dossier.life.decision != "approved" or dossier.life.state in (NationalState.WITHDRAWN, NationalState.STOPPED):
        return False
    if actor.has(Role.AGENCY_LEADER) and actor.agency_id == dossier.handling_agency_id:
        return True
    last = _decision(dossier, facts)
    if last is None or last.unit_id != actor.unit_id:
        return False
    return last.staff_id == actor.staff_id or actor.has(*_HEADS)


def revoke_result(*, public_id: UUID, reason: str, decision_no: str, actor: Actor, now: datetime) -> Result:
    """Return the result after the agency's head revoked it by decision (thu hồi); it stays, and says so to everybody.

    Problems: ``result.ended``, ``result.decision_missing``, ``step.reason_missing``, ``step.reason_long``.
    """
    require(actor, Role.AGENCY_LEADER)
    problems = reason_problems(reason)
    if not decision_no.strip():
        problems.append(Problem("result.decision_missing", "decision_no"))
    with transaction.atomic():
        result = Result.objects.select_for_update().filter(public_id=public_id, agency_id=actor.agency_id).first()
        if result is None:
            raise Denied("result of another agency")
        if result.state != ResultState.VALID:
            problems.append(Problem("result.ended"))
        if problems:
            raise Refused(problems)
        _end(result, ResultState.REVOKED, reason, decision_no, by=None, now=now)
        if result.dossier_id is not None:
            _tell(result, actor=actor, now=now)
        _enqueue(REVOKED_TOPIC, result, now)
    return result


def digest_of(result: Result) -> str:
    """Return the digest over what a result says, as its dossier's facts hold it; the file's bytes have a signature."""
    said = [result.kind, result.number, result.year, str(result.valid_to_on or ""), result.content]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def check_path(token: str) -> str:
    """Return the path that a result's QR leads to."""
    return f"/check/{token}"


def results_of_dossier(dossier_id: int) -> Sequence[Result]:
    return list(Result.objects.filter(dossier_id=dossier_id).order_by("id"))


def _decision(dossier: Loaded, facts: Sequence[Fact]) -> Fact | None:
    steps = running_offering(dossier.offering_id).net.steps
    done = [f for f in effective(facts) if f.kind is FactKind.COMPLETED]
    return next((f for f in reversed(done) if steps[f.body["step"]].kind in ("approve", "sign")), None)


def _problems(dossier: Loaded, entry: ResultEntry, *, on: date) -> list[Problem]:
    problems = []
    if dossier.life.decision != "approved":
        problems.append(Problem("result.not_approved", values={"code": dossier.code}))
    if entry.valid_to_on is not None and entry.valid_to_on < on:
        problems.append(Problem("result.valid_to", "valid_to"))
    if len(entry.statement) > TEXT_MAX or len(entry.kind) > 200:
        problems.append(Problem("result.text_long", "statement", values={"limit": str(TEXT_MAX)}))
    return problems


def _fields(text: str) -> tuple[list[tuple[str, str]], list[Problem]]:
    """Return the lines ``what: which`` as pairs."""
    lines = [line for line in text.splitlines() if line.strip()]
    pairs = [tuple(nfc(part) for part in line.split(":", 1)) for line in lines]
    if len(lines) > FIELDS_MAX or len(text) > TEXT_MAX or any(len(p) != 2 or not all(p) for p in pairs):
        return [], [Problem("result.fields_form", "fields", values={"limit": str(FIELDS_MAX)})]
    return [(p[0], p[1]) for p in pairs], []


def _replaced(dossier: Loaded, entry: ResultEntry, problems: list[Problem]) -> Result | None:
    """Return the valid result that the new one replaces; a problem is added where it says nothing of it."""
    standing = Result.objects.select_for_update().filter(dossier_id=dossier.id, state=ResultState.VALID).first()
    if standing is None:
        if entry.replaces is not None:
            problems.append(Problem("result.replaced"))
        return None
    if entry.replaces != standing.public_id:
        problems.append(Problem("result.exists", values={"number": standing.number}))
    else:
        problems += reason_problems(entry.reason)
    return standing


def _make(
    dossier: Loaded, running: Running, entry: ResultEntry, fields: Sequence[tuple[str, str]], *,
    actor: Actor, now: datetime,
) -> Result:  # fmt: skip
    row = Dossier.objects.select_related("applicant").get(id=dossier.id)
    agency = Agency.objects.select_related("parent").get(id=dossier.handling_agency_id)
    content, today = content_of_offering(dossier.offering_id), local_day(now)
    kind = nfc(entry.kind) or (content.results[0] if content.results else running.procedure_name)[:200]
    # One series of numbers for each kind of paper, agency and year.
    mark = hashlib.sha256(kind.encode()).hexdigest()[:12]
    (count,) = take_numbers(f"result:{agency.id}:{mark}:{today.year}")
    number = f"{count}/{_agency_mark(agency)}"
    token = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
    holder = row.applicant
    sheet = _sheet(row, running, entry, fields, kind, number, token, actor=actor, now=now)
    pdf = _signed(result_printer().render(sheet), agency, actor=actor, now=now)
    return Result.objects.create(
        public_id=uuid5(dossier.public_id, f"result {kind} {today.year} {count}"),
        token=token,
        agency=agency,
        unit_id=dossier.reception_unit_id,
        dossier_id=dossier.id,
        holder=holder,
        holder_folded=fold(holder.name),
        procedure_code=running.procedure_code,
        kind=kind,
        number=number,
        year=today.year,
        content={"statement": sheet.statement, "fields": [list(f) for f in sheet.fields]},
        issued_on=today,
        valid_to_on=entry.valid_to_on,
        template=TEMPLATE,
        sha256=keep(pdf),
        size=len(pdf),
        signed_by_id=actor.staff_id,
        signed_at=now,
        sealed_at=now,
    )


def _sheet(
    row: Dossier, running: Running, entry: ResultEntry, fields: Sequence[tuple[str, str]], kind: str, number: str,
    token: str, *, actor: Actor, now: datetime,
) -> ResultSheet:  # fmt: skip
    """Return what stands on the result: what is granted to whom, by whom, with the address of its check page."""
    agency = Agency.objects.select_related("parent").get(id=row.handling_agency_id)
    content, holder = content_of_offering(row.offering_id), row.applicant
    granted = f"{agency.name} cấp cho người có tên dưới đây kết quả giải quyết thủ tục"
    statement = nfc(entry.statement) or f"{granted} “{running.procedure_name}”."
    return ResultSheet(
        agency=agency.name,
        parent=agency.parent.name if agency.parent else "",
        place=agency.place,
        number=number,
        title=kind,
        code=row.code,
        holder=holder.name,
        id_number=holder.id_number,
        address=holder.address,
        birth=f"{holder.birth_on:%d/%m/%Y}" if holder.birth_on else "",
        statement=statement,
        fields=[*([("Nội dung", row.subject)] if row.subject else []), *fields],
        legal=[f"{b.title} ({b.number})" if b.title else b.number for b in content.legal_bases[:4]],
        valid_to=f"{entry.valid_to_on:%d/%m/%Y}" if entry.valid_to_on else "",
        signer=actor.name,
        signer_title=actor.post_title,
        check_url=settings.PUBLIC_URL + check_path(token),
        made_at=now,
    )


def _signed(pdf: bytes, agency: Agency, *, actor: Actor, now: datetime) -> bytes:
    """Return the file signed by the person, then sealed by the agency."""
    own = Signing(actor.name, agency.name, f"staff:{actor.staff_id}", "Phê duyệt kết quả", agency.place, now)
    seal = Signing(
        agency.name, agency.name, f"agency:{agency.id}", "Đóng dấu cơ quan", agency.place, now, is_seal=True
    )
    return signer().sign(signer().sign(pdf, own), seal)


def _agency_mark(agency: Agency) -> str:
    return "KQ-UBND" if agency.kind.endswith("_PC") else "KQ-CQ"


def _end(
    result: Result, state: ResultState, reason: str, decision_no: str, *, by: Result | None, now: datetime
) -> None:
    result.state, result.state_reason, result.decision_no = state, nfc(reason)[:300], nfc(decision_no)[:60]
    result.state_at, result.replaced_by = now, by
    result.save(update_fields=["state", "state_reason", "decision_no", "state_at", "replaced_by"])


def _tell(result: Result, *, actor: Actor, now: datetime) -> None:
    """Write in the dossier that its result was revoked."""
    public_id = Dossier.objects.values_list("public_id", flat=True).get(id=result.dossier_id or 0)
    dossier = load(public_id)
    if dossier is not None:
        body = {"result": str(result.public_id), "number": result.number, "reason": result.state_reason}
        running = running_offering(dossier.offering_id)
        commit(dossier, running, FactKind.RESULT_REVOKED, body, actor=actor, now=now)


def _enqueue(topic: str, result: Result, now: datetime) -> None:
    OutboxMessage.objects.create(topic=topic, key=str(result.public_id), body={}, made_at=now, next_attempt_at=now)
