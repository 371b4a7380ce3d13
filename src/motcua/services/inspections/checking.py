"""Answers what an inspector sees of a drawn dossier, and notes: its times and steps, never who is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.core.clock import Explained
from motcua.core.dossier import Fact, FactKind, renumbered
from motcua.core.inspection import InspectionState
from motcua.core.kernel import LegalRef, Problem, Refused
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.calendars import fresh_calendar
from motcua.services.clocks import explained_of
from motcua.services.entries import Typed
from motcua.services.inspections.planning import locked, may_run
from motcua.services.offerings import Running, running_offering
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import facts_of, load
from motcua.store.inspections.models import SampledDossier
from motcua.store.lawfiles.supervision import Question, supervision_rules
from motcua.store.organisation.selectors import names_of_units

ANSWERS = ("ok", "bad", "none")
"""As it should be; not as it should be; does not arise in this dossier."""


@dataclass(frozen=True, slots=True)
class Step:
    """A fact of a dossier without people: what, when, at which unit, and the step of the process it ended."""

    kind: int
    at: datetime
    unit: str
    step: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the article that held for this dossier, if one is known, and what was answered."""

    question: Question
    ref: LegalRef | None
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A drawn dossier as the inspector sees it. Names, numbers, papers and the form are not in it."""

    sampled: SampledDossier
    dossier: Dossier
    running: Running
    explained: Explained
    steps: tuple[Step, ...]
    asked: tuple[Asked, ...]
    following: int | None


def check_page(public_id: UUID, place: int, actor: Actor) -> CheckPage:
    """Return a dossier of the sample; Denied unless the actor runs the inspection.

    The inspector gets no right to read the dossier itself: who may is ``services.actors.may_read``'s alone.
    """
    sampled = (
        SampledDossier.objects.select_related("inspection__plan", "inspection__unit", "dossier")
        .defer("dossier__form", "dossier__components", "dossier__values")
        .filter(inspection__public_id=public_id, place=place)
        .first()
    )
    if sampled is None or not may_run(sampled.inspection, actor):
        raise Denied("inspection of others")
    dossier = sampled.dossier
    running, facts, loaded = running_offering(dossier.offering_id), facts_of(dossier.id), load(dossier.public_id)
    if loaded is None:
        raise AssertionError("a dossier that was drawn is there")
    units = names_of_units({f.unit_id for f in facts})
    left = SampledDossier.objects.filter(inspection=sampled.inspection, checked_at__isnull=True, place__gt=place)
    calendar = fresh_calendar(running.agency_id)
    return CheckPage(
        sampled=sampled,
        dossier=dossier,
        running=running,
        explained=explained_of(facts, running, life=loaded.life, calendar=calendar),
        steps=tuple(Step(f.kind, f.at, units.get(f.unit_id, ""), _step_name(f, running)) for f in renumbered(facts)),
        asked=_asked(sampled),
        following=left.order_by("place").values_list("place", flat=True).first(),
    )


def _asked(sampled: SampledDossier) -> tuple[Asked, ...]:
    found, regime = sampled.answers, sampled.dossier.regime
    return tuple(
        Asked(
            question=q,
            ref=q.articles.get(regime),
            answer=found.get(q.key, {}).get("answer", ""),
            note=found.get(q.key, {}).get("note", ""),
        )
        for q in supervision_rules().questions
    )


def _step_name(fact: Fact, running: Running) -> str:
    return running.net.steps[fact.body["step"]].name if fact.kind is FactKind.COMPLETED else ""


def note_check(
    public_id: UUID, place: int, answers: Mapping[str, tuple[str, str]], *, note: str, actor: Actor, now: datetime
) -> SampledDossier:
    """Return the dossier with what was found of it: (answer, note) by question; until the record it may be changed.

    Problems: ``check.answer``, ``check.note`` (what is not as it should be is told in words), ``inspection.not_now``.
    """
    typed, kept = Typed(), dict[str, dict[str, str]]()
    for question in supervision_rules().questions:
        answer, words = answers.get(question.key, ("", ""))
        field = f"q.{question.key}"
        if answer not in ANSWERS:
            typed.fault("check.answer", field)
        text = typed.line_if_any(f"{field}.note", words, limit=500)
        if answer == "bad" and not text:
            typed.fault("check.note", f"{field}.note")
        kept[question.key] = {"answer": answer, "note": text}
    whole = typed.text_if_any("note", note, limit=2000)
    typed.settle()
    with transaction.atomic():
        inspection = locked(public_id, actor)
        if inspection.state != InspectionState.DRAWN:
            raise Refused([Problem("inspection.not_now")])
        sampled = SampledDossier.objects.filter(inspection=inspection, place=place).first()
        if sampled is None:
            raise Denied("not of this sample")
        sampled.answers, sampled.note = kept, whole
        sampled.checked_at, sampled.checked_by_id = now, actor.staff_id
        sampled.save(update_fields=["answers", "note", "checked_at", "checked_by_id"])
        audit.record("inspection.checked", inspection.public_id, actor=actor, now=now, place=place)
    return sampled
