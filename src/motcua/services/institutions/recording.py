"""Answers how legal texts, promulgation decisions and publications come on record; nothing recorded is changed later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from motcua.core.catalogue.promulgation import Change, IssuerLevel, Norm, Place, norm_problems
from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.institutions.duties import may_publish_at, require_writer, units_to_post
from motcua.services.times import local_day
from motcua.store.catalogue.models import Procedure
from motcua.store.institutions.models import LegalText, PromulgationDecision, PromulgationItem, Publication
from motcua.store.organisation.models import Agency

NUMBER_MAX, TITLE_MAX, NAME_MAX, GROUND_MAX, CODE_MAX = 60, 300, 600, 300, 30
ROWS_MAX = 60
FIRST_ON = date(2018, 6, 21)
"""What is older than the first one-stop decree known here is not watched: no rule of its time is in the law's data."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TextEntry:
    """What was typed of a legal text; days as people write them."""

    key: UUID
    number: str
    title: str
    level: str
    issued_on: str
    effective_on: str
    is_shortened: bool
    agency_id: int
    procedures: str


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """What was typed of a promulgation decision; ``rows`` have ``code``, ``name`` and ``change``."""

    key: UUID
    number: str
    title: str
    level: str
    decided_on: str
    text: UUID | None
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class PublicationEntry:
    """What was typed of a publication; ``unit_id`` is ``None`` for the national database."""

    key: UUID
    unit_id: int | None
    done_on: str
    ground: str


def record_text(entry: TextEntry, *, actor: Actor, now: datetime) -> LegalText:
    """Return the legal text as recorded; once for a key.

    Problems: ``institutions.number``, ``institutions.title``, ``institutions.level``, ``institutions.day``,
    ``institutions.agency``, ``institutions.procedures``, ``institutions.twice``, ``norm.dates``.
    """
    require_writer(actor)
    if kept := LegalText.objects.filter(key=entry.key).first():
        return kept
    problems = [*_head(entry.number, entry.title, entry.level)]
    issued_on, effective_on = parse_day(entry.issued_on), parse_day(entry.effective_on)
    problems += _known_day("issued_on", issued_on)
    problems += _known_day("effective_on", effective_on)
    if not Agency.objects.filter(id=entry.agency_id).exists():
        problems.append(Problem("institutions.agency", "agency_id"))
    if not 0 < len(entry.procedures.strip()) <= NAME_MAX:
        problems.append(Problem("institutions.procedures", "procedures", values={"limit": str(NAME_MAX)}))
    if problems or issued_on is None or effective_on is None:
        raise Refused(problems)
    level = IssuerLevel(entry.level)
    if wrong := norm_problems(Norm(level, issued_on, effective_on, entry.is_shortened)):
        raise Refused(wrong)
    try:
        with transaction.atomic():
            made = LegalText.objects.create(
                key=entry.key,
                number=nfc(entry.number).strip(),
                title=nfc(entry.title).strip(),
                level=level,
                issued_on=issued_on,
                effective_on=effective_on,
                is_shortened=entry.is_shortened,
                agency_id=entry.agency_id,
                procedures=nfc(entry.procedures).strip(),
                staff_id=actor.staff_id,
                made_at=now,
            )
            audit.record("legal_text.recorded", made.public_id, actor=actor, now=now)
            return made
    except IntegrityError as error:
        return _same(LegalText.objects.filter(key=entry.key).first(), error)


def record_decision(entry: DecisionEntry, *, actor: Actor, now: datetime) -> PromulgationDecision:
    """Return the decision as recorded, with what it does to each procedure; once for a key.

    Problems: ``institutions.number``, ``institutions.title``, ``institutions.level``, ``institutions.day``,
    ``institutions.later``, ``institutions.text``, ``institutions.no_rows``, ``institutions.many``,
    ``institutions.code``, ``institutions.name``, ``institutions.change``, ``institutions.twice``.
    """
    require_writer(actor)
    if kept := PromulgationDecision.objects.filter(key=entry.key).first():
        return kept
    problems = [*_head(entry.number, entry.title, entry.level)]
    decided_on = parse_day(entry.decided_on)
    problems += _past_day("decided_on", decided_on, now)
    text = LegalText.objects.filter(public_id=entry.text).first() if entry.text else None
    if entry.text and text is None:
        problems.append(Problem("institutions.text", "text"))
    items, wrong = read_items(entry.rows)
    problems += wrong
    if problems or decided_on is None:
        raise Refused(problems)
    try:
        with transaction.atomic():
            made = PromulgationDecision.objects.create(
                key=entry.key,
                number=nfc(entry.number).strip(),
                title=nfc(entry.title).strip(),
                level=IssuerLevel(entry.level),
                decided_on=decided_on,
                text=text,
                staff_id=actor.staff_id,
                made_at=now,
            )
            for item in items:
                item.decision = made
            PromulgationItem.objects.bulk_create(items)
            audit.record("promulgation.recorded", made.public_id, actor=actor, now=now, procedures=len(items))
            return made
    except IntegrityError as error:
        return _same(PromulgationDecision.objects.filter(key=entry.key).first(), error)


def read_items(rows: Sequence[Mapping[str, str]]) -> tuple[list[PromulgationItem], list[Problem]]:
    """Return what a decision does with each procedure, and everything wrong with it; empty rows are left out.

    The name may be left out where the catalogue knows the code.
    """
    typed = [
        (n, row) for n, row in enumerate(rows, start=1) if row.get("code", "").strip() or row.get("name", "").strip()
    ]
    problems = list[Problem]()
    if not typed:
        problems.append(Problem("institutions.no_rows", "row.1.code"))
    if len(typed) > ROWS_MAX:
        problems.append(Problem("institutions.many", values={"limit": str(ROWS_MAX)}))
    known = known_procedures([row.get("code", "") for _n, row in typed])
    items, seen = list[PromulgationItem](), set[str]()
    for number, row in typed[:ROWS_MAX]:
        code = row.get("code", "").strip()
        procedure = known.get(national_code(code))
        name = nfc(row.get("name", "")).strip() or _name_of(procedure)
        change = row.get("change", "")
        values = {"row": str(number)}
        if not 0 < len(code) <= CODE_MAX or code in seen:
            problems.append(Problem("institutions.code", f"row.{number}.code", values=values))
        if not 0 < len(name) <= NAME_MAX:
            problems.append(Problem("institutions.name", f"row.{number}.name", values=values))
        if change not in set(Change):
            problems.append(Problem("institutions.change", f"row.{number}.change", values=values))
        seen.add(code)
        items.append(PromulgationItem(place=len(items) + 1, code=code, name=name, change=change, procedure=procedure))
    return items, problems


def record_publication(
    public_id: UUID, entry: PublicationEntry, *, actor: Actor, now: datetime
) -> PromulgationDecision:
    """Return the decision after it is recorded that it is public at a place; what is recorded already stays.

    Problems: ``institutions.day``, ``institutions.later``, ``institutions.before``, ``institutions.ground``.
    """
    decision = PromulgationDecision.objects.filter(public_id=public_id).first()
    if decision is None:
        raise Denied("no such decision")
    unit = None
    if entry.unit_id is not None:
        unit = next((u for u in units_to_post([decision])[decision.id] if u.id == entry.unit_id), None)
        if unit is None:
            raise Denied("this unit need not post it")
    if not may_publish_at(actor, unit):
        raise Denied("the place of another office")
    done_on = parse_day(entry.done_on)
    problems = _past_day("done_on", done_on, now)
    if done_on is not None and done_on < decision.decided_on:
        problems.append(Problem("institutions.before", "done_on"))
    if not 0 < len(entry.ground.strip()) <= GROUND_MAX:
        problems.append(Problem("institutions.ground", "ground", values={"limit": str(GROUND_MAX)}))
    if problems or done_on is None:
        raise Refused(problems)
    with transaction.atomic():
        _made, is_new = Publication.objects.get_or_create(
            decision=decision,
            place=Place.UNIT if unit else Place.NATIONAL_DATABASE,
            unit=unit,
            defaults={
                "key": entry.key,
                "done_on": done_on,
                "ground": nfc(entry.ground).strip(),
                "staff_id": actor.staff_id,
                "made_at": now,
            },
        )
        if is_new:
            audit.record(
                "promulgation.published", decision.public_id, actor=actor, now=now, unit=unit.id if unit else None
            )
    return decision


def national_code(code: str) -> str:
    """Return the national part of a procedure's code, such as ``1.001193`` of ``1.001193.000.00.00.H05``."""
    return ".".join(code.strip().split(".")[:2])


def known_procedures(codes: Sequence[str]) -> dict[str, Procedure]:
    """Return the procedures of the catalogue by the national part of their codes."""
    wanted = {national_code(code) for code in codes if code.strip()}
    rows = (
        Procedure.objects.filter(code__in=wanted).select_related("current_version").defer("current_version__content")
    )
    return {procedure.code: procedure for procedure in rows}


def _name_of(procedure: Procedure | None) -> str:
    return procedure.current_version.name[:NAME_MAX] if procedure and procedure.current_version else ""


def _head(number: str, title: str, level: str) -> list[Problem]:
    problems = list[Problem]()
    if not 0 < len(number.strip()) <= NUMBER_MAX:
        problems.append(Problem("institutions.number", "number", values={"limit": str(NUMBER_MAX)}))
    if not 0 < len(title.strip()) <= TITLE_MAX:
        problems.append(Problem("institutions.title", "title", values={"limit": str(TITLE_MAX)}))
    if level not in set(IssuerLevel):
        problems.append(Problem("institutions.level", "level"))
    return problems


def _known_day(field: str, day: date | None) -> list[Problem]:
    return [Problem("institutions.day", field)] if day is None or day < FIRST_ON else []


def _past_day(field: str, day: date | None, now: datetime) -> list[Problem]:
    if day is not None and day > local_day(now):
        return [Problem("institutions.later", field)]
    return _known_day(field, day)


def _same(kept: T | None, error: IntegrityError) -> T:
    """Return what the same key made a moment ago; another row of the same number and day is a problem."""
    if kept is None:
        raise Refused([Problem("institutions.twice", "number")]) from error
    return kept
