"""Answers how an internal process is drafted and becomes a published version: started, saved, checked, approved.

The department drafts, the office of procedures controls, the chair approves (Circular 01/2018/TT-VPCP, art. 8).
Nothing here changes a published version, an offering or a dossier.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from motcua.core.kernel import LegalRef, Problem, Refused, nfc
from motcua.core.process import Definition, End, Step
from motcua.core.process.bpmn import BpmnFile, read_bpmn, write_bpmn
from motcua.core.process.table import MINUTES_OF_A_DAY, linear, outcomes_of
from motcua.core.process.written import write_written
from motcua.core.proving import Finding
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.process_checks import findings_of
from motcua.services.process_files import processes_in
from motcua.services.processes import publish_definition
from motcua.services.times import local_day
from motcua.store.offerings.models import ProcessDraft, ProcessVersion
from motcua.store.organisation.roles import Role

APPROVAL = LegalRef("01/2018/TT-VPCP", "art. 8")
FILE_MAX = 4 * 1024 * 1024
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What a draft holds: the process, the names of its units, the term that the office states, the drawing."""

    definition: Definition
    units: Mapping[str, str]
    stated_days: float | None
    layout: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "definition": self.definition.to_json(),
            "units": dict(self.units),
            "stated_days": self.stated_days,
            "layout": dict(self.layout),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DraftContent:
        definition = Definition.from_json(data["definition"])
        return cls(definition, data["units"], data["stated_days"], data["layout"])

    def text(self) -> str:
        """Return the process as people read it."""
        return write_written(self.definition, self.units, self.stated_days)


class Overtaken(Exception):
    """Somebody saved the draft meanwhile; nothing was written. Both contents are here, neither is lost."""

    def __init__(self, draft: ProcessDraft, mine: DraftContent) -> None:
        super().__init__(draft.key)
        self.draft, self.mine = draft, mine
        self.theirs = content_of(draft)


def content_of(draft: ProcessDraft) -> DraftContent:
    return DraftContent.from_json(draft.data)


def content_of_version(version: ProcessVersion) -> DraftContent:
    return DraftContent(Definition.from_json(version.definition), version.units, version.stated_days, version.layout)


def draft_of(draft_id: int, *, actor: Actor) -> ProcessDraft:
    """Return the draft. Denied for all but the procedure control officers of its agency, and for an unknown one."""
    require(actor, Role.PROCEDURE_OFFICER)
    draft = ProcessDraft.objects.filter(id=draft_id, agency_id=actor.agency_id).first()
    if draft is None:
        raise Denied("draft of another agency")
    return draft


# Starting


def start_draft(*, key: str, name: str, actor: Actor, now: datetime) -> ProcessDraft:
    """Return a new draft with the four usual steps. Problems: those of ``_key_problems``, ``draft.name_missing``."""
    require(actor, Role.PROCEDURE_OFFICER)
    key, name = nfc(key), nfc(name)
    problems = list(_key_problems(key, actor))
    if not name:
        problems.append(Problem("draft.name_missing", "name"))
    if problems:
        raise Refused(problems)
    units = {"reception": "Bộ phận Một cửa", "division": "Phòng chuyên môn", "leadership": "Lãnh đạo cơ quan"}
    content = DraftContent(_usual(key, name), units, None, {})
    return _create(content, based_on=None, actor=actor, now=now)


def draft_from_version(version_id: int, *, actor: Actor, now: datetime) -> tuple[ProcessDraft, bool]:
    """Return the agency's draft of the version's process and whether it is new; one at a time is written."""
    require(actor, Role.PROCEDURE_OFFICER)
    version = ProcessVersion.objects.filter(id=version_id).first()
    if version is None:
        raise Denied("no such version")
    there = ProcessDraft.objects.filter(agency_id=actor.agency_id, key=version.key).first()
    if there is not None:
        return there, False
    return _create(content_of_version(version), based_on=version, actor=actor, now=now), True


def drafts_from_file(name: str, data: bytes, *, actor: Actor, now: datetime) -> tuple[ProcessDraft, ...]:
    """Return the drafts that a file makes: an office's tables (JSON), TOML or BPMN, told apart by what is in it.

    All of them or none. A process that is published already is drafted anew on its newest version.
    Raises Refused with every problem of the file.
    """
    require(actor, Role.PROCEDURE_OFFICER)
    contents, problems = contents_of_file(name, data)
    for content in contents:
        key = content.definition.id
        if not _KEY.fullmatch(key):
            problems.append(Problem("draft.key_form", "file", values={"key": key}))
        elif ProcessDraft.objects.filter(agency_id=actor.agency_id, key=key).exists():
            problems.append(Problem("draft.exists", "file", values={"key": key}))
    keys = [c.definition.id for c in contents]
    for key in sorted({k for k in keys if keys.count(k) > 1}):
        problems.append(Problem("draft.exists", "file", values={"key": key}))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        return tuple(_create(c, based_on=newest_version(c.definition.id), actor=actor, now=now) for c in contents)


def contents_of_file(name: str, data: bytes) -> tuple[list[DraftContent], list[Problem]]:
    """Return the processes that a file holds, and everything in it that cannot be read."""
    if len(data) > FILE_MAX:
        return [], [Problem("process.file_too_large", "file", values={"name": name})]
    found, problems = processes_in(data, name=name)
    contents = [DraftContent(p.definition, p.units, p.stated_days, p.layout) for p in found]
    return contents, [Problem(p.code, "file", p.ref, p.values) for p in problems]


def content_of_bpmn(text: str, *, stated_days: float | None = None) -> DraftContent | tuple[Problem, ...]:
    """Return the process that a BPMN file draws, or everything in it that cannot be run here, by name."""
    read = read_bpmn(text)
    if not isinstance(read, BpmnFile):
        return read
    return DraftContent(read.definition, read.units, stated_days, read.layout)


def bpmn_of(content: DraftContent, *, said: Mapping[str, str] | None = None) -> str:
    """Return the process as a BPMN file, with its drawing; ``said`` is what outcomes and results are called in it."""
    return write_bpmn(content.definition, content.layout or None, content.units, said=said)


def content_of_drawing(text: str, *, of: DraftContent) -> DraftContent | tuple[Problem, ...]:
    """Return the process as it was drawn; what a drawing does not hold is taken from ``of``, the draft so far."""
    drawn = content_of_bpmn(text, stated_days=of.stated_days)
    if not isinstance(drawn, DraftContent):
        return drawn
    definition = replace(drawn.definition, id=of.definition.id, name=drawn.definition.name or of.definition.name)
    return replace(drawn, definition=definition, units={**of.units, **drawn.units})


# Saving


def save_draft(
    draft_id: int, content: DraftContent, *, seen_version: int, actor: Actor, now: datetime
) -> ProcessDraft:
    """Return the draft with ``content``. Raises Overtaken when somebody saved since ``seen_version``; Denied."""
    draft = draft_of(draft_id, actor=actor)
    if content.definition.id != draft.key:
        raise AssertionError("a draft keeps its key")
    saved = ProcessDraft.objects.filter(id=draft.id, version=seen_version).update(
        name=content.definition.name,
        data=content.to_json(),
        staff_id=actor.staff_id,
        saved_at=now,
        version=F("version") + 1,
    )
    draft.refresh_from_db()
    if not saved:
        raise Overtaken(draft, content)
    return draft


def discard_draft(draft_id: int, *, actor: Actor, now: datetime) -> None:
    """Take the draft away; that it was there stays in the record of events."""
    draft = draft_of(draft_id, actor=actor)
    with transaction.atomic():
        _audit("process.draft_discarded", draft, actor, now)
        draft.delete()


# Publishing


def check_draft(content: DraftContent, *, agency_id: int, now: datetime) -> tuple[Finding, ...]:
    """Return what the checker finds in a draft, errors first; nothing when it may be published as it is."""
    return findings_of(content.definition, stated_days=content.stated_days, agency_id=agency_id, now=now)


@dataclass(frozen=True, slots=True)
class Approval:
    """The chair's decision on a process: its number and day, as typed and read."""

    decision_no: str
    decided_on: date | None
    decided_on_text: str = ""


def publish_draft(
    draft_id: int,
    *,
    approval: Approval,
    seen_version: int,
    seen_number: int,
    actor: Actor,
    now: datetime,
) -> ProcessVersion:
    """Return the version that the draft became; the draft is gone then.

    ``seen_version`` and ``seen_number`` are the save and the newest published version (0: none) that the reader had
    before him. Raises Refused with everything at once: what the decision lacks, every fault that the checker finds,
    what others saved or published meanwhile; nothing is written then.
    Source: Circular 01/2018/TT-VPCP, art. 8.
    """
    draft = draft_of(draft_id, actor=actor)
    content = content_of(draft)
    findings = check_draft(content, agency_id=actor.agency_id, now=now)
    problems = _approval_problems(approval, local_day(now)) + [f.problem for f in findings if f.is_error]
    if problems:
        raise Refused(problems)
    try:
        with transaction.atomic():
            _require_unchanged(draft, seen_version=seen_version, seen_number=seen_number)
            version, is_new = publish_definition(
                content.definition,
                units=content.units,
                stated_days=content.stated_days,
                step_sum_days=sum(s.minutes or 0 for s in content.definition.steps) / MINUTES_OF_A_DAY,
                problems=[f.problem for f in findings],
                source="draft",
                now=now,
                layout=content.layout,
                approval=(approval.decision_no.strip(), approval.decided_on),
            )
            if not is_new:
                raise Refused([Problem("draft.unchanged", values={"number": str(version.number)})])
            _audit("process.published", draft, actor, now, number=version.number, decision=approval.decision_no)
            draft.delete()
    except IntegrityError:
        raise Refused([Problem("draft.newer_version", values={"number": str(seen_number + 1)})]) from None
    return version


def _require_unchanged(draft: ProcessDraft, *, seen_version: int, seen_number: int) -> None:
    locked = ProcessDraft.objects.select_for_update().filter(id=draft.id, version=seen_version).first()
    newest = newest_version(draft.key)
    number = newest.number if newest else 0
    problems = []
    if locked is None:
        problems.append(Problem("draft.saved_meanwhile"))
    if number != seen_number:
        problems.append(Problem("draft.newer_version", values={"number": str(number)}))
    if problems:
        raise Refused(problems)


def newest_version(key: str) -> ProcessVersion | None:
    return ProcessVersion.objects.filter(key=key).order_by("-number").first()


def _approval_problems(approval: Approval, today: date) -> list[Problem]:
    found = []
    if not approval.decision_no.strip():
        found.append(Problem("draft.decision_missing", "decision_no", APPROVAL))
    if approval.decided_on is None:
        code = "draft.day_unreadable" if approval.decided_on_text.strip() else "draft.day_missing"
        found.append(Problem(code, "decided_on", APPROVAL, {"text": approval.decided_on_text}))
    elif approval.decided_on > today:
        found.append(Problem("draft.day_in_future", "decided_on", APPROVAL))
    return found


# Within


def _create(content: DraftContent, *, based_on: ProcessVersion | None, actor: Actor, now: datetime) -> ProcessDraft:
    try:
        with transaction.atomic():
            draft = ProcessDraft.objects.create(
                key=content.definition.id,
                name=content.definition.name,
                data=content.to_json(),
                based_on=based_on,
                agency_id=actor.agency_id,
                staff_id=actor.staff_id,
                saved_at=now,
            )
            _audit("process.draft_started", draft, actor, now)
    except IntegrityError:
        raise Refused([Problem("draft.exists", "key", values={"key": content.definition.id})]) from None
    return draft


def _key_problems(key: str, actor: Actor) -> Sequence[Problem]:
    if not _KEY.fullmatch(key):
        return (Problem("draft.key_form", "key", values={"key": key}),)
    if ProcessDraft.objects.filter(agency_id=actor.agency_id, key=key).exists():
        return (Problem("draft.exists", "key", values={"key": key}),)
    if newest_version(key) is not None:
        return (Problem("draft.key_published", "key", values={"key": key}),)
    return ()


def _usual(key: str, name: str) -> Definition:
    rows = (
        ("receive", "Tiếp nhận, kiểm tra hồ sơ", "reception", "counter_officer"),
        ("appraise", "Thẩm định hồ sơ", "division", "case_officer"),
        ("sign", "Ký duyệt kết quả", "leadership", "agency_leader"),
        ("return", "Trả kết quả", "reception", "counter_officer"),
    )
    last = len(rows) - 1
    steps = [
        Step(f"s{n + 1}", task, kind, slot, role, None, outcomes_of(kind, is_first=n == 0, is_last=n == last))
        for n, (kind, task, slot, role) in enumerate(rows)
    ]
    made = linear(key, name, steps)
    assert made.ends == (End("end", "returned"),)
    return made


def _audit(act: str, draft: ProcessDraft, actor: Actor, now: datetime, **detail: Any) -> None:
    detail |= {"agency": draft.agency_id, "draft": draft.id, "version": draft.version}
    audit.record(act, draft.key, actor=actor, now=now, **detail)
