"""Answers how the one-stop unit answers what came in online: accept, ask once for what is missing, or refuse.

An application becomes a dossier by acceptance, received at that instant: the clock runs from then.
Source: Decree 45/2020/NĐ-CP, art. 11; Decree 61/2018/NĐ-CP, art. 17.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from motcua.core.forms import ComponentCount, FormField, FormPage, paper_asked, process_values
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, Denied, require, require_counter
from motcua.services.applications.acting import proxy_of
from motcua.services.applications.drafts import form_of, tell
from motcua.services.applications.fees import fee_answers
from motcua.services.applications.files import move_to_dossiers, papers_of
from motcua.services.applications.sending import applicant_of, intake_key_of
from motcua.services.dossiers.intake import Intake, Receipt, receive_dossier
from motcua.services.dossiers.slips import SlipRequest, give_refusal_slip, give_supplement_slip
from motcua.services.offerings import component_rules
from motcua.services.times import local_day
from motcua.store.applications.models import Application, ApplicationFile, ApplicationKind, ApplicationState
from motcua.store.dossiers.models import Document, Slip
from motcua.store.lawfiles import law_book
from motcua.store.organisation.roles import Role

OK, WRONG, MISSING = "ok", "wrong", "missing"
VERDICTS = (OK, WRONG, MISSING)
NOTE_MAX = 300
PAGE = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the officer says of one component: right, wrong or missing, and why."""

    verdict: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """One page of the unit's applications; ``after`` is the key of the next one, empty at the end."""

    rows: Sequence[Application]
    after: str


def applications_of(actor: Actor, *, state: str, after: str, limit: int = PAGE) -> ApplicationPage:
    """Return the unit's applications of a state, the one whose answer is owed first at the top. One statement."""
    require(actor, Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
    rows = Application.objects.filter(reception_unit_id=actor.unit_id, kind=ApplicationKind.NEW, state=state)
    rows = rows.select_related("offering__procedure_version").defer("answers", "values", "changed", "receipt")
    if state == ApplicationState.SENT:
        if after and (mark := _mark(after)) is not None:
            at, id_ = mark
            rows = rows.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=id_))
        rows = rows.order_by("due_at", "id")
    else:
        if after.isdecimal():
            rows = rows.filter(id__lt=int(after))
        rows = rows.order_by("-id")
    page = list(rows[: limit + 1])
    if len(page) <= limit:
        return ApplicationPage(page, "")
    last = page[limit - 1]
    key = f"{last.due_at.isoformat()}~{last.id}" if state == ApplicationState.SENT and last.due_at else str(last.id)
    return ApplicationPage(page[:limit], key)


def application_for(public_id: UUID, actor: Actor) -> Application:
    """Return what was sent to the actor's unit. Denied for all others, for drafts and for the unknown alike."""
    require(actor, Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
    found = (
        Application.objects.select_related(
            "form", "offering__procedure_version__procedure", "offering__agency", "reception_unit", "dossier"
        )
        .filter(public_id=public_id, kind=ApplicationKind.NEW)
        .exclude(state=ApplicationState.DRAFT)
        .first()
    )
    if found is None or found.reception_unit_id != actor.unit_id:
        raise Denied("application to another unit")
    return found


def accept(
    *, public_id: UUID, verdicts: Mapping[str, Verdict], is_duplicate_accepted: bool, actor: Actor, now: datetime
) -> Receipt:
    """Return the receipt of the dossier that the application became; accepted again, the same.

    Files move over to the dossier's papers. Problems: ``application.verdicts_open`` (a paper is said to be wrong or
    missing), ``application.answered_already``, and those of ``receive_dossier``.
    """
    require_counter(actor)
    application = application_for(public_id, actor)
    intake = intake_of(application, verdicts, is_duplicate_accepted=is_duplicate_accepted)
    if application.state == ApplicationState.ACCEPTED:
        return receive_dossier(intake, actor=actor, now=now)
    open_ = [v for v in verdicts.values() if v.verdict in (WRONG, MISSING)]
    if open_:
        raise Refused([Problem("application.verdicts_open", values={"count": str(len(open_))})])
    with transaction.atomic():
        row = _to_answer(application)
        receipt = receive_dossier(intake, actor=actor, now=now)
        for file in row.files.order_by("id"):
            _document(file, receipt.dossier_id, staff_id=actor.staff_id)
        row.state, row.dossier_id, row.closed_at = ApplicationState.ACCEPTED, receipt.dossier_id, now
        _answered(row, now=now, answer="accepted")
    return receipt


def ask(
    *,
    public_id: UUID,
    items: Sequence[str],
    reason: str,
    verdicts: Mapping[str, Verdict],
    actor: Actor,
    now: datetime,
) -> Slip:
    """Return the numbered slip with everything that is missing or wrong, at once and once.

    Problems: ``application.asked_already``, ``application.answered_already``, and those of the slip.
    """
    require_counter(actor)
    application = application_for(public_id, actor)
    limit = law_book().regime_on(local_day(now)).number("supplement.requests_max")
    if application.state == ApplicationState.SENT and application.asked_count >= limit:
        param = law_book().regime_on(local_day(now)).param("supplement.requests_max")
        raise Refused([Problem("application.asked_already", "items", param.ref)])
    listed = [*_said(application, verdicts), *items]
    with transaction.atomic():
        row = _to_answer(application)
        # What was said of a paper stands on the slip with its reason; the slip need not find it missing as well.
        intake = intake_of(application, verdicts)
        said = [key for key, v in verdicts.items() if v.verdict in (WRONG, MISSING)]
        request = SlipRequest(replace(intake, not_asked=[*intake.not_asked, *said]), listed, reason)
        slip = give_supplement_slip(request, actor=actor, now=now)
        row.notice = {
            "kind": "supplement",
            "items": slip.content["items"],
            "reason": nfc(reason),
            "at": now.isoformat(),
            "slip": str(slip.public_id),
            "number": slip.number,
        }
        row.state, row.asked_count, row.verdicts = ApplicationState.ASKED, row.asked_count + 1, _plain(verdicts)
        _answered(row, now=now, answer="asked")
    return slip


def refuse(*, public_id: UUID, reason: str, actor: Actor, now: datetime) -> Slip:
    """Return the refusal slip. Problems: ``refusal.reason_missing``, ``application.answered_already``."""
    require_counter(actor)
    application = application_for(public_id, actor)
    with transaction.atomic():
        row = _to_answer(application)
        slip = give_refusal_slip(SlipRequest(intake_of(application, {}), (), reason), actor=actor, now=now)
        row.notice = {
            "kind": "refusal",
            "reason": nfc(reason),
            "at": now.isoformat(),
            "slip": str(slip.public_id),
            "number": slip.number,
        }
        row.state, row.closed_at = ApplicationState.REFUSED, now
        _answered(row, now=now, answer="refused")
    return slip


def save_verdicts(*, public_id: UUID, verdicts: Mapping[str, Verdict], actor: Actor) -> None:
    """Keep what the officer has said so far of each paper."""
    application = application_for(public_id, actor)
    Application.objects.filter(id=application.id, state=ApplicationState.SENT).update(verdicts=_plain(verdicts))


def read_verdicts(plain: Mapping[str, Any]) -> dict[str, Verdict]:
    return {key: Verdict(str(v.get("verdict", "")), str(v.get("note", ""))) for key, v in plain.items()}


def intake_of(
    application: Application, verdicts: Mapping[str, Verdict], *, is_duplicate_accepted: bool = False
) -> Intake:
    """Return the application as the intake of a dossier: applicant, answers, and the papers that are there and right."""
    form, typed = form_of(application), typed_of(application)
    attached = {f.component for f in application.files.all()}
    counts, not_asked = [], []
    for rule in component_rules(application.offering_id):
        said = form.paper(rule.name)
        is_asked, _must = paper_asked(said, typed, is_required=rule.is_required)
        is_right = verdicts.get(rule.key, Verdict(OK)).verdict not in (WRONG, MISSING)
        if (said is not None and said.is_filled_here) or (rule.key in attached and is_right):
            originals = rule.originals or (0 if rule.copies else 1)
            counts.append(ComponentCount(rule.key, str(originals), str(rule.copies)))
        elif not is_asked:
            not_asked.append(rule.key)
    subject = form.mapped("subject")
    return Intake(
        key=intake_key_of(application.public_id),
        offering_id=application.offering_id,
        applicant=applicant_of(application),
        proxy=proxy_of(application),
        channel="ONLINE",
        subject=nfc(str(application.values.get(subject.name, "")))[:300] if subject else "",
        counts=counts,
        fee_answers=fee_answers(application.offering_id, form, application.values),
        application=application.public_id,
        form={**application.values, **process_values(form, application.values)},
        is_duplicate_accepted=is_duplicate_accepted,
        not_asked=not_asked,
        is_online=True,
    )


def answers_of(application: Application) -> list[tuple[FormPage, list[tuple[FormField, str, Any]]]]:
    """Return the answers that were sent, by page: the field, where it was held if it was, the value as stored."""
    form, values = form_of(application), application.values
    pages = [
        (page, [(f, application.held.get(f.name, ""), values[f.name]) for f in page.fields if f.name in values])
        for page in form.pages
    ]
    return [(page, rows) for page, rows in pages if rows]


def document_from(file: ApplicationFile, dossier_id: int, *, staff_id: int) -> Document:
    """Return the dossier's document that a file of an application becomes; its content moves over."""
    return _document(file, dossier_id, staff_id=staff_id)


def _document(file: ApplicationFile, dossier_id: int, *, staff_id: int) -> Document:
    move_to_dossiers(file.sha256)
    return Document.objects.create(
        dossier_id=dossier_id,
        component=file.component,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        pages=file.pages,
        sha256=file.sha256,
        added_at=file.added_at,
        staff_id=staff_id,
    )


def _to_answer(application: Application) -> Application:
    row = Application.objects.select_for_update(of=("self",)).get(id=application.id)
    if row.state != ApplicationState.SENT:
        raise Refused([Problem("application.answered_already")])
    return row


def _answered(row: Application, *, now: datetime, answer: str) -> None:
    row.first_answered_at = row.first_answered_at or now
    row.due_at, row.saved_at = None, now
    row.save()
    tell("application.answered", row, now=now, answer=answer)


def _said(application: Application, verdicts: Mapping[str, Verdict]) -> list[str]:
    """Return a line of the slip for each paper that is wrong or missing, with what was said of it."""
    found = []
    for paper in papers_of(application, typed_of(application)):
        verdict = verdicts.get(paper.rule.key)
        if verdict is not None and verdict.verdict in (WRONG, MISSING):
            found.append(f"{paper.rule.name}{': ' + nfc(verdict.note) if verdict.note.strip() else ''}")
    return found


def typed_of(application: Application) -> dict[str, Sequence[str]]:
    """Return the answers that were sent as conditions read them."""
    return {
        name: [str(v) for v in value] if isinstance(value, list) else [str(value)]
        for name, value in application.values.items()
    }


def _plain(verdicts: Mapping[str, Verdict]) -> dict[str, dict[str, str]]:
    return {
        key: {"verdict": v.verdict, "note": v.note[:NOTE_MAX]} for key, v in verdicts.items() if v.verdict in VERDICTS
    }


def _mark(text: str) -> tuple[datetime, int] | None:
    at, _, id_ = text.partition("~")
    try:
        return datetime.fromisoformat(at), int(id_)
    except ValueError:
        return None
