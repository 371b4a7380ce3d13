"""Answers how a directive is given to one agency or many in one go, and what stands on its page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from motcua.core.duties import DutyState
from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.directives.conferences import agencies_to_call
from motcua.services.directives.figures import FIGURES, Moved, Spans, figures_of, spans_of
from motcua.services.duties.people import require_reader, require_supervising
from motcua.services.duties.writing import DAYS_MAX, Told, give_duty
from motcua.services.entries import Typed
from motcua.services.times import local_day
from motcua.store.directives.models import Conclusion, Directive, DirectiveDuty
from motcua.store.duties.models import DutyKind
from motcua.store.ledger.numbers import take_numbers
from motcua.store.organisation.models import Agency

PAGE = 50


@dataclass(frozen=True, slots=True)
class DirectiveEntry:
    """What was typed of a directive; ``conclusion`` is the id of the conclusion that it carries out, or empty."""

    key: UUID
    title: str
    text: str
    days: str
    agencies: Sequence[str]
    figures: Sequence[str]
    conclusion: str = ""


@dataclass(frozen=True, slots=True)
class DirectivePage:
    """A directive with what it demands of each agency the actor may see, and the figures it should move."""

    directive: Directive
    parts: tuple[DirectiveDuty, ...]
    spans: Spans
    figures: Mapping[int, tuple[Moved, ...]]
    today: date


def give_directive(entry: DirectiveEntry, *, actor: Actor, now: datetime) -> Directive:
    """Return the directive with one duty an agency; once for a key. Problems: ``entry.*``, ``duty.beyond``."""
    require_supervising(actor)
    if (kept := Directive.objects.filter(key=entry.key).first()) is not None:
        return kept
    typed = Typed()
    title, text = typed.line("title", entry.title), typed.text("text", entry.text)
    days = typed.whole("days", entry.days, least=1, most=DAYS_MAX)
    known = {str(a.id): a for a in agencies_to_call()}
    chosen = typed.some_of("agencies", entry.agencies, known)
    figures = typed.some_of("figures", entry.figures, FIGURES) if entry.figures else []
    conclusion = conclusion_of(entry.conclusion, actor)
    if entry.conclusion and conclusion is None:
        typed.fault("entry.choose", "conclusion")
    typed.settle()
    on = local_day(now)
    try:
        with transaction.atomic():
            (number,) = take_numbers(f"directive:{actor.agency_id}:{on.year}")
            directive = Directive.objects.create(
                key=entry.key,
                agency_id=actor.agency_id,
                number=number,
                year=on.year,
                conclusion=conclusion,
                title=title,
                text=text,
                figures=figures,
                given_on=on,
                days=days,
                staff_id=actor.staff_id,
                made_at=now,
            )
            _tell(directive, [known[c] for c in chosen], actor=actor, now=now)
            audit.record("directive.given", directive.public_id, actor=actor, now=now, agencies=len(chosen))
            return directive
    except IntegrityError:
        return Directive.objects.get(key=entry.key)


def _tell(directive: Directive, agencies: Sequence[Agency], *, actor: Actor, now: datetime) -> None:
    for agency in agencies:
        told = Told(DutyKind.DIRECTIVE, agency, None, directive.title, directive.text, directive.days)
        duty = give_duty(told, key=uuid.uuid4(), actor=actor, now=now)
        DirectiveDuty.objects.create(directive=directive, duty=duty, agency=agency)


def conclusion_of(text: str, actor: Actor) -> Conclusion | None:
    """Return the conclusion of a conference of the actor's agency; ``None`` when the text names none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    return (
        Conclusion.objects.select_related("conference")
        .filter(id=int(text), conference__agency_id=actor.agency_id)
        .first()
    )


def directives_of(actor: Actor, *, after: str = "") -> tuple[list[Directive], str]:
    """Return a page of directives with how many agencies have each, the latest first, and the next page's key."""
    require_reader(actor)
    rows = Directive.objects.all()
    if not answers_for_province(actor):
        rows = rows.filter(parts__agency_id=actor.agency_id)
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    ids = list(rows.order_by("-id").values_list("id", flat=True)[: PAGE + 1])
    closed = Q(parts__duty__state__in=(DutyState.FULFILLED, DutyState.REVOKED))
    page = Directive.objects.filter(id__in=ids[:PAGE]).annotate(
        agencies=Count("parts"), closed=Count("parts", filter=closed)
    )
    return list(page.order_by("-id")), str(ids[PAGE - 1]) if len(ids) > PAGE else ""


def directive_page(public_id: UUID, actor: Actor, *, now: datetime) -> DirectivePage:
    """Return the directive; of other agencies' parts only whoever supervises sees any. A fixed number of statements."""
    require_reader(actor)
    directive = (
        Directive.objects.select_related("agency", "conclusion__conference").filter(public_id=public_id).first()
    )
    if directive is None:
        raise Denied("no such directive")
    rows = DirectiveDuty.objects.filter(directive=directive).select_related("duty", "agency")
    if not answers_for_province(actor):
        rows = rows.filter(agency_id=actor.agency_id)
    parts = tuple(rows.order_by("agency__name", "id"))
    if not parts:
        raise Denied("directive of others")
    spans = spans_of(given_on=directive.given_on, due_on=max(p.duty.first_due_on for p in parts), now=now)
    return DirectivePage(
        directive=directive,
        parts=parts,
        spans=spans,
        figures=figures_of([p.agency_id for p in parts], directive.figures, spans, now=now),
        today=local_day(now),
    )
