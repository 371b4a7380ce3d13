"""Answers what an application says before it is sent, how it is sent once, and the receipt of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from motcua.core.fees import Quote
from motcua.core.forms import (
    Asked,
    FormDefinition,
    FormField,
    Read,
    asked_pages,
    check_party,
    eligibility_problems,
    party_of,
    read_answers,
    stopped_by,
)
from motcua.core.forms.evaluating import TOPIC
from motcua.core.forms.parties import PartyEntry
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.applications.acting import GROUND, principal_of
from motcua.services.applications.drafts import OTHER, TEXT_MAX, form_of, tell
from motcua.services.applications.fees import quote_of
from motcua.services.applications.files import Paper, papers_of
from motcua.services.applications.first_answer import first_answer_due
from motcua.services.citizens import Citizen
from motcua.services.holdings import Known, held_answers, known_of, known_of_party
from motcua.services.times import local_day
from motcua.store.applications.models import Application, ApplicationFile, ApplicationKind, ApplicationState
from motcua.store.ledger.numbers import take_numbers


@dataclass(frozen=True, slots=True)
class Line:
    """One answer on the check page: the field, the answer as it is read, and where it is from when it was held."""

    field: FormField
    value: Any
    known: Known | None
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Review:
    """All of an application before it is sent. ``problems`` is everything that hinders the sending."""

    form: FormDefinition
    topics: tuple[tuple[Asked, tuple[Line, ...]], ...]
    held: Mapping[str, Known]
    read: Read
    papers: Sequence[Paper]
    fee: Quote
    problems: tuple[Problem, ...]


def held_of(application: Application, citizen: Citizen | None) -> dict[str, Known]:
    """Return the fields whose answer the state holds: of the account's own holder, who applies for himself."""
    if principal := principal_of(application, citizen, on=local_day(application.saved_at)):
        return held_answers(form_of(application), known_of_party(principal.party_id))
    is_own = citizen is not None and citizen.account_id == application.account_id
    if not is_own or application.answers.get(OTHER):
        return {}
    return held_answers(form_of(application), known_of(citizen))


def texts_of(held: Mapping[str, Known]) -> dict[str, tuple[str, ...]]:
    return {name: (known.text,) for name, known in held.items()}


def review(application: Application, citizen: Citizen | None, *, now: datetime) -> Review:
    """Return what would be sent, with every problem at once.

    Problems: those of ``core.forms.read_answers`` and of the applicant, ``application.paper_missing`` for each paper,
    ``application.contact_missing``, ``application.stopped``.
    """
    form, today = form_of(application), local_day(now)
    held = held_of(application, citizen)
    read = read_answers(form, application.answers, held=texts_of(held), on=today)
    everything = {**application.answers, **texts_of(held)}
    papers = papers_of(application, everything)
    problems = [*eligibility_problems(form, application.answers), *read.problems]
    if stopped := stopped_by(form, application.answers):
        problems.append(Problem("application.stopped", stopped[0].key))
    if not read.problems:
        problems += _party_problems(form, read.values, now)
    problems += [
        Problem("application.paper_missing", f"file.{p.rule.key}", values={"name": p.rule.name})
        for p in papers
        if p.is_required and not p.files
    ]
    return Review(
        form=form,
        topics=_topics(form, everything, held, read),
        held=held,
        read=read,
        papers=papers,
        fee=quote_of(application.offering_id, form, read.values, on=today),
        problems=tuple(problems),
    )


def send(application: Application, citizen: Citizen | None, *, now: datetime) -> Application:
    """Return the application as sent, with number, instant and receipt; sent again, the same.

    Problems: those of ``review``. The first answer is owed from now (mới đăng ký, state 1).
    """
    if application.kind != ApplicationKind.NEW:
        raise AssertionError("papers of a dossier go by another way")
    with transaction.atomic():
        row = _locked(application)
        if row.state != ApplicationState.DRAFT:
            return row
        found = review(row, citizen, now=now)
        if found.problems:
            raise Refused(found.problems)
        entry = party_of(found.form, found.read.values, "applicant")
        agency = row.reception_unit.agency
        row.state, row.sent_at, row.saved_at = ApplicationState.SENT, now, now
        row.values, row.applicant_name = dict(found.read.values), entry.name if entry else ""
        row.held = {name: known.source for name, known in found.held.items()}
        if principal := principal_of(row, citizen, on=local_day(now)):
            row.held[GROUND] = principal.role
        row.phone, row.email = (entry.phone[:20], entry.email or row.email) if entry else ("", row.email)
        row.told = 0
        row.fee_vnd = found.fee.total_vnd
        row.due_at = first_answer_due(agency_id=agency.id, at=now)
        day = local_day(now)
        (number,) = take_numbers(f"application:{agency.id}:{day:%Y%m%d}")
        row.number = f"TT-{agency.code}-{day:%y%m%d}-{number:04d}"
        row.receipt = receipt_of(row, now=now)
        row.save()
        tell("application.sent", row, now=now)
    return row


def send_supplement(application: Application, citizen: Citizen | None, *, note: str, now: datetime) -> Application:
    """Return the application after its holder supplied what was asked before acceptance; a new answer is owed.

    Answers put right since are read anew, and the office is told which. Problems: ``application.not_asked``,
    ``application.nothing_supplied``, those of the answers.
    """
    with transaction.atomic():
        row = _locked(application)
        if row.state != ApplicationState.ASKED:
            raise Refused([Problem("application.not_asked")])
        since = datetime.fromisoformat(row.notice["at"])
        files = list(row.files.filter(added_at__gt=since).order_by("id"))
        text = nfc(note)[:TEXT_MAX]
        corrected = _put_right(row, citizen, now=now)
        if not files and not text and not corrected:
            raise Refused([Problem("application.nothing_supplied", "note")])
        row.notice = {**row.notice, "supplied_at": now.isoformat(), "note": text, "corrected": corrected}
        row.receipt = {**row.receipt, "supplied": {"at": now.isoformat(), "files": _files(files), "note": text}}
        row.state, row.saved_at, row.told, row.verdicts = ApplicationState.SENT, now, 0, {}
        row.due_at = first_answer_due(agency_id=row.reception_unit.agency_id, at=now)
        row.save()
        tell("application.supplied", row, now=now)
    return row


def _put_right(row: Application, citizen: Citizen | None, *, now: datetime) -> list[str]:
    """Take over answers that were changed since it was sent; return the names of their fields.

    Raises Refused with every problem of the answers; what is missing of papers is no matter of this.
    """
    found = review(row, citizen, now=now)
    values = dict(found.read.values)
    corrected = sorted(n for n in {*values, *row.values} if values.get(n) != row.values.get(n))
    if not corrected and not found.read.problems:
        return []
    problems = [*found.read.problems] or _party_problems(found.form, found.read.values, now)
    if problems:
        raise Refused(problems)
    entry = party_of(found.form, found.read.values, "applicant")
    row.values, row.fee_vnd = values, found.fee.total_vnd
    if entry is not None:
        row.applicant_name, row.phone, row.email = entry.name, entry.phone[:20], entry.email or row.email
    return corrected


def take_back(application: Application, *, now: datetime) -> Application:
    """Return the application after its holder took it back, before it was answered for good.

    Problems: ``application.answered_already``.
    """
    with transaction.atomic():
        row = _locked(application)
        if row.state not in (ApplicationState.SENT, ApplicationState.ASKED):
            raise Refused([Problem("application.answered_already")])
        row.state, row.closed_at, row.saved_at, row.due_at = ApplicationState.WITHDRAWN, now, now, None
        row.save(update_fields=["state", "closed_at", "saved_at", "due_at"])
        tell("application.withdrawn", row, now=now)
    return row


def receipt_of(application: Application, *, now: datetime) -> dict[str, Any]:
    """Return what the receipt says: number, instant, answers, each file with size, pages and SHA-256, a digest of all."""
    body = {
        "number": application.number,
        "at": now.isoformat(),
        "form": str(application.form),
        "answers": dict(application.values),
        "files": _files(list(application.files.order_by("id"))),
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**body, "digest": hashlib.sha256(text.encode()).hexdigest()}


def applicant_of(application: Application) -> PartyEntry:
    """Return the applicant of what was sent."""
    entry = party_of(form_of(application), application.values, "applicant")
    if entry is None:
        raise AssertionError("what was sent names its applicant")
    return entry


def intake_key_of(public_id: UUID) -> UUID:
    """Return the intake key of the dossier that an application becomes; always the same, so it becomes one."""
    return uuid5(public_id, "intake")


def _topics(
    form: FormDefinition, everything: Mapping[str, Sequence[str]], held: Mapping[str, Known], read: Read
) -> tuple[tuple[Asked, tuple[Line, ...]], ...]:
    wrong = {p.field: p for p in read.problems}
    pages = asked_pages(form, everything, held={}, mode=TOPIC)
    return tuple(
        (page, tuple(Line(f, read.values.get(f.name), held.get(f.name), wrong.get(f.name)) for f in page.fields))
        for page in pages
        if page.fields
    )


def _party_problems(form: FormDefinition, values: Mapping[str, Any], now: datetime) -> list[Problem]:
    entry = party_of(form, values, "applicant")
    if entry is None:
        return [Problem("form.applicant_missing")]
    checked = check_party(entry, prefix="applicant", on=local_day(now))
    problems = list(checked) if isinstance(checked, tuple) else []
    if not entry.phone and not entry.email:
        problems.append(Problem("application.contact_missing", "applicant.phone"))
    return [Problem(p.code, _field_of(form, p.field), p.ref, p.values) for p in problems]


def _field_of(form: FormDefinition, target: str) -> str:
    field = form.mapped(target)
    return field.name if field else ""


def _files(files: Sequence[ApplicationFile]) -> list[dict[str, Any]]:
    return [
        {
            "component": f.component,
            "name": f.name,
            "size": f.size,
            "pages": f.pages,
            "sha256": f.sha256,
            "source": f.source,
        }
        for f in files
    ]


def _locked(application: Application) -> Application:
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("form", "offering__procedure_version__procedure", "reception_unit__agency", "dossier")
        .get(id=application.id)
    )
