"""Answers how an electronic form is drafted, checked and published, by the office of procedures.

Nothing here changes a published version, and an application keeps the version that it was begun with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from motcua.core.forms import FormDefinition, check_form
from motcua.core.forms.difference import FormChange, form_changes
from motcua.core.kernel import Problem, Refused
from motcua.core.process import Definition
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.applications.forms import (
    Decision,
    definition_of,
    form_digest,
    form_in_force,
    newest_version,
    publish_form,
)
from motcua.services.catalogue import current_procedure
from motcua.services.times import local_day
from motcua.store.applications.models import FormDraft, FormVersion
from motcua.store.lawfiles.forms import USUAL, fields_to_collect
from motcua.store.offerings.models import Offering
from motcua.store.organisation.roles import Role


@dataclass(frozen=True, slots=True)
class Approval:
    """The decision that a version is published by, as typed and read."""

    number: str
    on: date | None
    on_text: str = ""


class Overtaken(Exception):
    """Somebody saved the draft meanwhile; nothing was written. Both are here: what stands saved, and one's own."""

    def __init__(self, draft: FormDraft, mine: FormDefinition) -> None:
        super().__init__(draft.key)
        self.draft, self.mine = draft, mine


def forms_listed() -> list[FormVersion]:
    """Return the newest version of each form that has been published or asked for, by key; without their content."""
    return list(FormVersion.objects.order_by("key", "-number").distinct("key").defer("definition"))


def versions_of_form(key: str) -> list[FormVersion]:
    return list(FormVersion.objects.filter(key=key).order_by("-number"))


def form_drafts_of(actor: Actor) -> list[FormDraft]:
    rows = FormDraft.objects.filter(agency_id=actor.agency_id).select_related("based_on")
    return list(rows.defer("data", "based_on__definition").order_by("-saved_at"))


def form_draft_of(draft_id: int, *, actor: Actor) -> FormDraft:
    """Return the draft. Denied for all but the procedure control officers of its agency, and for an unknown one."""
    require(actor, Role.PROCEDURE_OFFICER)
    draft = FormDraft.objects.select_related("based_on").filter(id=draft_id, agency_id=actor.agency_id).first()
    if draft is None:
        raise Denied("draft of another agency")
    return draft


def start_form_draft(key: str, *, actor: Actor, now: datetime) -> FormDraft:
    """Return the agency's draft of the procedure's form: the one there is, or a new one made of the form in force.

    A procedure without a form of its own starts from the usual one. Denied for a procedure that is not there.
    """
    require(actor, Role.PROCEDURE_OFFICER)
    if key != USUAL and current_procedure(key) is None:
        raise Denied("no such procedure")
    there = FormDraft.objects.filter(agency_id=actor.agency_id, key=key).first()
    if there is not None:
        return there
    version = form_in_force(key, now=now)
    form = definition_of(version)
    try:
        with transaction.atomic():
            draft = FormDraft.objects.create(
                key=key,
                data=form.to_json(),
                based_on=version if version.key == key else None,
                agency_id=actor.agency_id,
                staff_id=actor.staff_id,
                saved_at=now,
            )
            _audit("form.draft_started", draft, actor, now)
    except IntegrityError:
        return FormDraft.objects.get(agency_id=actor.agency_id, key=key)
    return draft


def save_form_draft(
    draft: FormDraft, form: FormDefinition, *, seen_version: int, actor: Actor, now: datetime
) -> FormDraft:
    """Return the draft with ``form``, right or wrong. Raises Overtaken when somebody saved since ``seen_version``."""
    require(actor, Role.PROCEDURE_OFFICER)
    saved = FormDraft.objects.filter(id=draft.id, version=seen_version).update(
        data=form.to_json(), staff_id=actor.staff_id, saved_at=now, version=F("version") + 1
    )
    draft.refresh_from_db()
    if not saved:
        raise Overtaken(draft, form)
    return draft


def discard_form_draft(draft: FormDraft, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        _audit("form.draft_discarded", draft, actor, now)
        draft.delete()


def findings_of_form(key: str, form: FormDefinition) -> tuple[Problem, ...]:
    """Return everything that the checker finds, with the papers of the procedure and the fields of its processes."""
    procedure = current_procedure(key) if key != USUAL else None
    components = [c.name for c in procedure.components] if procedure else None
    return check_form(form, components=components, needed=_needed(key))


def publish_form_draft(
    draft: FormDraft, *, approval: Approval, seen_version: int, seen_number: int, actor: Actor, now: datetime
) -> FormVersion:
    """Return the version that the draft became; the draft is gone then.

    Raises Refused with everything at once: what the decision lacks, every finding, what others did meanwhile.
    Problems: ``form_draft.decision_missing``, ``form_draft.day_wrong``, ``form_draft.saved_meanwhile``,
    ``form_draft.newer_version``, ``form_draft.unchanged``, and those of ``core.forms.check_form``.
    """
    require(actor, Role.PROCEDURE_OFFICER)
    form = FormDefinition.from_json(draft.data)
    problems = [*_approval_problems(approval, local_day(now)), *findings_of_form(draft.key, form)]
    newest = newest_version(draft.key)
    if newest is not None and newest.digest == form_digest(form):
        problems.append(Problem("form_draft.unchanged", values={"number": str(newest.number)}))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        if not FormDraft.objects.select_for_update().filter(id=draft.id, version=seen_version).exists():
            raise Refused([Problem("form_draft.saved_meanwhile")])
        version = publish_form(
            draft.key,
            form,
            source="office",
            decision=Decision(approval.number.strip()[:60], approval.on),
            now=now,
            seen_number=seen_number,
        )
        _audit("form.published", draft, actor, now, number=version.number, decision=approval.number.strip()[:60])
        draft.delete()
    return version


def changes_against(version: FormVersion | None, form: FormDefinition) -> tuple[FormChange, ...]:
    return form_changes(definition_of(version), form) if version is not None else ()


def _needed(key: str) -> tuple[str, ...]:
    rows = Offering.objects.filter(procedure_version__procedure__code=key, valid_to_on__isnull=True)
    found: dict[str, None] = {}
    definitions = rows.order_by("process_version_id").distinct("process_version_id")
    for data in definitions.values_list("process_version__definition", flat=True)[:20]:
        found |= dict.fromkeys(fields_to_collect(Definition.from_json(data)))
    return tuple(found)


def _approval_problems(approval: Approval, today: date) -> list[Problem]:
    found = []
    if not approval.number.strip():
        found.append(Problem("form_draft.decision_missing", "decision_no"))
    if approval.on is None or approval.on > today:
        found.append(Problem("form_draft.day_wrong", "decided_on", values={"text": approval.on_text.strip()}))
    return found


def _audit(act: str, draft: FormDraft, actor: Actor, now: datetime, **detail: Any) -> None:
    audit.record(act, draft.key, actor=actor, now=now, draft=draft.id, version=draft.version, **detail)
