"""Answers which what-if question a person means: what was typed becomes scenarios, or every problem at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from motcua.core.calendar import Term, TermError, parse_hours, parse_term
from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied
from motcua.services.simulation import Amendment, DaysOff, Hours, Scenario, TermCut
from motcua.store.catalogue.models import Procedure
from motcua.store.dossiers.selectors import Scope
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Agency
from motcua.store.organisation.roles import Role

DAYS_MAX = 60
PERCENT_MAX = 90
WORKING_WEEK = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class SimulationEntry:
    """The four questions, all as typed: days off, other hours, a cut of terms, an amendment; and for which agency.

    A day is written ``31/12/2026`` or ``2026-12-31``, a term as ``core.calendar.parse_term`` reads it.
    """

    days: str = ""
    hours: str = ""
    hours_from: str = ""
    hours_to: str = ""
    weekdays: tuple[str, ...] = WORKING_WEEK
    cut: str = ""
    cut_procedure: str = ""
    procedure: str = ""
    term: str = ""
    term_from: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be answered."""

    scenarios: tuple[Scenario, ...]
    scope: Scope


def scope_of_questions(actor: Actor) -> Scope:
    """Return which dossiers the actor may ask about; Denied when none.

    Those who answer for the province ask about all, the head of an agency about it, the manager of a one-stop unit
    about what it received.
    """
    if actor.has(Role.PROVINCE_LEADER, Role.ADMINISTRATOR, Role.PROCEDURE_OFFICER):
        return Scope()
    if actor.has(Role.AGENCY_LEADER):
        return Scope(handling_agency_id=actor.agency_id)
    if actor.has(Role.CENTRE_MANAGER) and actor.is_at_one_stop:
        return Scope(reception_unit_id=actor.unit_id)
    raise Denied("asks no what-if question")


def checked_question(entry: SimulationEntry, *, scope: Scope) -> Question:
    """Return the question within ``scope``; one about all may be narrowed to an agency.

    Problems: ``simulation.nothing_asked``, ``simulation.day_unknown``, ``simulation.day_missing``,
    ``simulation.day_beyond``, ``simulation.days_many``, ``simulation.hours``, ``simulation.weekdays``,
    ``simulation.ends_before``, ``simulation.percent``, ``simulation.procedure_missing``,
    ``simulation.procedure_unknown``, ``simulation.term``, ``simulation.agency_unknown``.
    """
    problems: list[Problem] = []
    agency_id = scope.handling_agency_id
    if scope == Scope() and entry.agency.strip():
        agency_id = Agency.objects.filter(code=entry.agency.strip()).values_list("id", flat=True).first()
        scope = Scope(handling_agency_id=agency_id)
    asked = (
        _days_off(entry, agency_id, problems),
        _hours(entry, agency_id, problems),
        _amendment(entry, problems),
        _cut(entry, problems),
    )
    scenarios = tuple(s for s in asked if s is not None)
    if scope == Scope() and entry.agency.strip():
        problems.append(Problem("simulation.agency_unknown", "agency", values={"text": entry.agency.strip()}))
    if not scenarios and not problems:
        problems.append(Problem("simulation.nothing_asked", "days"))
    if problems:
        raise Refused(problems)
    return Question(scenarios, scope)


def _days_off(entry: SimulationEntry, agency_id: int | None, problems: list[Problem]) -> DaysOff | None:
    texts = entry.days.replace(",", " ").replace(";", " ").split()
    if len(texts) > DAYS_MAX:
        problems.append(Problem("simulation.days_many", "days", values={"limit": str(DAYS_MAX)}))
        return None
    days = [_day(text, "days", problems) for text in texts]
    known = tuple(day for day in days if day is not None)
    return DaysOff(known, agency_id) if known else None


def _hours(entry: SimulationEntry, agency_id: int | None, problems: list[Problem]) -> Hours | None:
    if not (entry.hours.strip() or entry.hours_from.strip() or entry.hours_to.strip()):
        return None
    try:
        parse_hours(entry.hours)
    except ValueError:
        problems.append(Problem("simulation.hours", "hours", values={"text": entry.hours.strip()}))
    weekdays = tuple(sorted({int(w) for w in entry.weekdays if w in "1234567" and len(w) == 1}))
    if not weekdays or len(weekdays) != len(set(entry.weekdays)):
        problems.append(Problem("simulation.weekdays", "weekdays"))
    first = _needed_day(entry.hours_from, "hours_from", problems)
    # Without a last day they hold as long as the days off are known.
    last = _day(entry.hours_to, "hours_to", problems) if entry.hours_to.strip() else _horizon()[1]
    if first and last and last < first:
        problems.append(Problem("simulation.ends_before", "hours_to"))
    if first is None or last is None:
        return None
    return Hours(entry.hours, first, last, weekdays, agency_id)


def _amendment(entry: SimulationEntry, problems: list[Problem]) -> Amendment | None:
    if not (entry.procedure.strip() or entry.term.strip() or entry.term_from.strip()):
        return None
    code = _procedure(entry.procedure, "procedure", problems)
    if not code and not entry.procedure.strip():
        problems.append(Problem("simulation.procedure_missing", "procedure"))
    term: Term | None = None
    try:
        term = parse_term(entry.term)
    except TermError:
        problems.append(Problem("simulation.term", "term", values={"text": entry.term.strip()}))
    from_on = _needed_day(entry.term_from, "term_from", problems)
    return Amendment(code, term, from_on) if code and term and from_on else None


def _cut(entry: SimulationEntry, problems: list[Problem]) -> TermCut | None:
    text = entry.cut.replace("%", "").strip()
    if not (text or entry.cut_procedure.strip()):
        return None
    code = _procedure(entry.cut_procedure, "cut_procedure", problems)
    if not (text.isdecimal() and text.isascii() and len(text) < 4 and 1 <= int(text) <= PERCENT_MAX):
        values = {"text": entry.cut.strip(), "limit": str(PERCENT_MAX)}
        problems.append(Problem("simulation.percent", "cut", values=values))
        return None
    return TermCut(int(text), code)


def _procedure(text: str, field: str, problems: list[Problem]) -> str | None:
    code = text.strip()
    if code and not Procedure.objects.filter(code=code).exists():
        problems.append(Problem("simulation.procedure_unknown", field, values={"text": code}))
        return None
    return code or None


def _needed_day(text: str, field: str, problems: list[Problem]) -> date | None:
    if not text.strip():
        problems.append(Problem("simulation.day_missing", field))
        return None
    return _day(text, field, problems)


def _day(text: str, field: str, problems: list[Problem]) -> date | None:
    day = parse_day(text) or _iso_day(text.strip())
    if day is None:
        problems.append(Problem("simulation.day_unknown", field, values={"text": text.strip()}))
        return None
    first, last = _horizon()
    if not first <= day <= last:
        values = {"text": text.strip(), "first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
        problems.append(Problem("simulation.day_beyond", field, values=values))
        return None
    return day


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _horizon() -> Sequence[date]:
    spec = law_book().calendar().spec
    return spec.known_from, spec.known_until
