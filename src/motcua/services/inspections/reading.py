"""Answers which inspections an actor sees, and what stands on the page of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from motcua.core.duties import DutyState
from motcua.core.inspection import InspectionState
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.duties.people import answers_for, own, require_reader
from motcua.services.inspections.planning import may_run
from motcua.services.times import local_day
from motcua.store.inspections.models import Finding, Inspection, SampledDossier, SampleDraw
from motcua.store.lawfiles.supervision import SupervisionRules, supervision_rules
from motcua.store.organisation.selectors import names_of_staff

PAGE = 50


@dataclass(frozen=True, slots=True)
class InspectionPage:
    """An inspection as its page and its record show it. Whoever is inspected sees it, once the record is made."""

    inspection: Inspection
    sample: tuple[SampledDossier, ...]
    frozen: SampleDraw | None
    findings: tuple[Finding, ...]
    rules: SupervisionRules
    may_run: bool
    unchecked: int
    open_remedies: int
    bad: Mapping[int, int]
    inspector: str
    today: date


def inspections_of(actor: Actor, *, after: str = "") -> tuple[list[Inspection], str]:
    """Return a page of inspections, the latest visit first, and the key after which the next goes on."""
    require_reader(actor)
    rows = Inspection.objects.filter(own(actor, agency="unit__agency_id", unit="unit_id"))
    day, _sep, number = after.partition("_")
    if number.isascii() and number.isdecimal() and len(number) < 19:
        try:
            on = date.fromisoformat(day)
        except ValueError:
            return [], ""
        rows = rows.filter(visit_on__lte=on).exclude(visit_on=on, id__gte=int(number))
    page = list(rows.select_related("unit", "plan").order_by("-visit_on", "-id")[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return page[:PAGE], f"{last.visit_on.isoformat()}_{last.id}" if last else ""


def inspection_for(public_id: UUID, actor: Actor) -> Inspection:
    """Return the inspection; Denied unless the actor supervises or answers for the unit inspected."""
    require_reader(actor)
    inspection = Inspection.objects.select_related("unit__agency", "plan__agency").filter(public_id=public_id).first()
    if inspection is None or not _may_see(inspection, actor):
        raise Denied("inspection of others")
    return inspection


def inspection_page(public_id: UUID, actor: Actor, *, now: datetime) -> InspectionPage:
    """Return all that stands on the page; a fixed number of statements."""
    inspection = inspection_for(public_id, actor)
    # What is found is the inspector's alone until the record is made.
    is_shown = answers_for_province(actor) or inspection.state in (InspectionState.CONCLUDED, InspectionState.CLOSED)
    sample = _sample(inspection) if is_shown else []
    findings = list(
        Finding.objects.filter(inspection=inspection).select_related("sampled", "remedy").order_by("number")
        if is_shown
        else ()
    )
    names = names_of_staff({inspection.concluded_by_id}) if inspection.concluded_by_id else {}
    return InspectionPage(
        inspection=inspection,
        sample=tuple(sample),
        frozen=SampleDraw.objects.filter(inspection=inspection).defer("candidates").first() if is_shown else None,
        findings=tuple(findings),
        rules=supervision_rules(),
        may_run=may_run(inspection, actor),
        unchecked=sum(s.checked_at is None for s in sample),
        open_remedies=sum(_is_open(f) for f in findings),
        bad={s.place: sum(a["answer"] == "bad" for a in s.answers.values()) for s in sample},
        inspector=names.get(inspection.concluded_by_id or 0, ""),
        today=local_day(now),
    )


def _sample(inspection: Inspection) -> Sequence[SampledDossier]:
    return list(
        SampledDossier.objects.filter(inspection=inspection)
        .select_related("dossier__offering__procedure_version")
        .only(
            "place", "risks", "answers", "note", "checked_at", "inspection_id", "dossier__code",
            "dossier__received_at", "dossier__due_at", "dossier__ended_at",
            "dossier__offering__procedure_version__name",
        )
        .order_by("place")
    )  # fmt: skip


def _is_open(finding: Finding) -> bool:
    return finding.remedy is not None and finding.remedy.state in (DutyState.OPEN, DutyState.BEFORE_ISSUER)


def _may_see(inspection: Inspection, actor: Actor) -> bool:
    return answers_for_province(actor) or answers_for(
        actor, agency_id=inspection.unit.agency_id, unit_id=inspection.unit_id
    )
