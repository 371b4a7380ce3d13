"""Answers how much of the 31 functions of Circular 21/2023 each one-stop unit uses: by the system's own facts where
they tell, by somebody's answer with ground and day where they do not, unknown where neither does.

Source: Circular 21/2023/TT-BTTTT as amended by 11/2025/TT-BKHCN [2nd]. How far back a use still counts is our own
number, shown as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.premises import Function, Readiness, Standing, readiness
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.readiness_evidence import EVIDENCE, Use, uses_of
from motcua.services.times import local_day
from motcua.store.lawfiles.premises import FunctionGroup, FunctionList, function_list
from motcua.store.organisation.models import Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.premises.models import ReadinessAnswer

READERS = (Role.CENTRE_MANAGER, Role.PROCEDURE_OFFICER, Role.PROVINCE_LEADER)
WINDOWS = (30, 90)
GROUND_MAX = 300
PAGE = 40
_ALL_SEEN = (Role.PROCEDURE_OFFICER, Role.PROVINCE_LEADER)


@dataclass(frozen=True, slots=True)
class FunctionLine:
    """A function at a unit: in use or not, by what evidence; ``source`` names where the facts come from."""

    function: Function
    standing: Standing
    is_computed: bool
    source: str
    use: Use | None
    answer: ReadinessAnswer | None
    answered_by: str


@dataclass(frozen=True, slots=True)
class UnitReadiness:
    """All functions of a unit, by group, with the tally."""

    unit: Unit
    days: int
    functions: FunctionList
    groups: tuple[tuple[FunctionGroup, tuple[FunctionLine, ...]], ...]
    tally: Readiness


@dataclass(frozen=True, slots=True)
class UnitTally:
    """A unit in the list of all."""

    unit: Unit
    tally: Readiness


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """What was answered on a function that the system cannot see."""

    key: UUID
    function: str
    found: str
    on: date | None
    ground: str


def unit_readiness(unit_id: int, actor: Actor, *, days: int, now: datetime) -> UnitReadiness:
    """Return the functions of a unit: its head's own, or any for those who see all."""
    unit = _unit(unit_id, actor)
    days = days if days in WINDOWS else WINDOWS[-1]
    uses, answers = uses_of([unit.id], since=now - timedelta(days=days), now=now), _answers([unit.id])
    names = names_of_staff({a.staff_id for a in answers.values()})
    listed = function_list()
    groups = tuple((g, tuple(_line(f, unit.id, uses, answers, names) for f in g.functions)) for g in listed.groups)
    standings = {line.function.number: line.standing for _g, lines in groups for line in lines}
    return UnitReadiness(unit, days, listed, groups, readiness(listed.functions, standings))


def all_readiness(actor: Actor, *, days: int, after: str, now: datetime) -> tuple[list[UnitTally], str]:
    """Return the tallies of one-stop units, a page of them; statements do not grow with the units."""
    require(actor, *_ALL_SEEN)
    days = days if days in WINDOWS else WINDOWS[-1]
    rows = Unit.objects.filter(kind__in=UnitKind.one_stop()).select_related("agency").order_by("id")
    if after.isascii() and after.isdecimal() and len(after) < 18:
        rows = rows.filter(id__gt=int(after))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    ids = [u.id for u in shown]
    uses, answers = uses_of(ids, since=now - timedelta(days=days), now=now), _answers(ids)
    functions = function_list().functions
    tallies = [
        UnitTally(u, readiness(functions, {f.number: _standing(f, u.id, uses, answers) for f in functions}))
        for u in shown
    ]
    return tallies, str(shown[-1].id) if len(found) > PAGE else ""


def answer_function(unit_id: int, entry: AnswerEntry, *, actor: Actor, now: datetime) -> ReadinessAnswer:
    """Return the answer kept beside earlier ones; once for a key.

    Problems: ``readiness.function``, ``readiness.found``, ``readiness.day``, ``readiness.ground``.
    """
    require(actor, Role.CENTRE_MANAGER)
    if actor.unit_id != unit_id or not actor.is_at_one_stop:
        raise Denied("another unit")
    kept = ReadinessAnswer.objects.filter(key=entry.key).first()
    if kept is not None:
        return kept
    asked = {str(f.number): f for f in function_list().functions if f.number not in EVIDENCE}
    function = asked.get(entry.function)
    problems = []
    if function is None:
        problems.append(Problem("readiness.function", "function"))
    if entry.found not in ("yes", "no"):
        problems.append(Problem("readiness.found", "found"))
    if entry.on is None or entry.on > local_day(now):
        problems.append(Problem("readiness.day", "on"))
    if not 0 < len(nfc(entry.ground)) <= GROUND_MAX:
        problems.append(Problem("readiness.ground", "ground", values={"limit": str(GROUND_MAX)}))
    if problems or function is None or entry.on is None:
        raise Refused(problems)
    try:
        with transaction.atomic():
            answer = ReadinessAnswer.objects.create(
                key=entry.key,
                unit_id=unit_id,
                function=function.number,
                is_in_use=entry.found == "yes",
                on=entry.on,
                ground=nfc(entry.ground),
                staff_id=actor.staff_id,
                made_at=now,
            )
            audit.record("readiness.answered", unit_id, actor=actor, now=now, function=function.number)
    except IntegrityError:
        return ReadinessAnswer.objects.get(key=entry.key)
    return answer


def _unit(unit_id: int, actor: Actor) -> Unit:
    require(actor, *READERS)
    unit = Unit.objects.select_related("agency").filter(id=unit_id, kind__in=UnitKind.one_stop()).first()
    if unit is None or not (actor.has(*_ALL_SEEN) or unit.id == actor.unit_id):
        raise Denied("unit of another head")
    return unit


def _answers(unit_ids: Sequence[int]) -> dict[tuple[int, int], ReadinessAnswer]:
    rows = (
        ReadinessAnswer.objects.filter(unit_id__in=unit_ids)
        .order_by("unit_id", "function", "-on", "-id")
        .distinct("unit_id", "function")
    )
    return {(a.unit_id, a.function): a for a in rows}


def _standing(
    function: Function,
    unit_id: int,
    uses: Mapping[int, Mapping[int, Use]],
    answers: Mapping[tuple[int, int], ReadinessAnswer],
) -> Standing:
    if function.number in EVIDENCE:
        return Standing.IN_USE if unit_id in uses[function.number] else Standing.NOT_IN_USE
    answer = answers.get((unit_id, function.number))
    if answer is None:
        return Standing.UNKNOWN
    return Standing.IN_USE if answer.is_in_use else Standing.NOT_IN_USE


def _line(
    function: Function,
    unit_id: int,
    uses: Mapping[int, Mapping[int, Use]],
    answers: Mapping[tuple[int, int], ReadinessAnswer],
    names: Mapping[int, str],
) -> FunctionLine:
    evidence = EVIDENCE.get(function.number)
    answer = answers.get((unit_id, function.number)) if evidence is None else None
    return FunctionLine(
        function=function,
        standing=_standing(function, unit_id, uses, answers),
        is_computed=evidence is not None,
        source=evidence.source if evidence is not None else "",
        use=uses[function.number].get(unit_id) if evidence is not None else None,
        answer=answer,
        answered_by=names.get(answer.staff_id, "") if answer is not None else "",
    )
