"""Answers the figures of petitions of a period, Form II.05, checked before anybody sees them, and what is behind each.

Everything comes from the histories of petitions, so a report as known on an earlier day is counted in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from motcua.core.calendar import Calendar
from motcua.core.kernel import Problem, Refused
from motcua.core.petitions import PetitionAct, PetitionFact, PetitionState, life_of, terms_of
from motcua.core.statistics import (
    ACTS,
    PETITIONS,
    RULES,
    NumberTable,
    PetitionLine,
    Window,
    group_of,
    number_failures,
    numbered,
    petition_classes,
)
from motcua.services.actors import Actor, Denied
from motcua.services.calendars import calendar_of
from motcua.services.figures.reporting import Asked, refuse_failures, scope_of_figures, window_of
from motcua.services.petitions.handling import may_handle
from motcua.services.times import local_day
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Agency
from motcua.store.voices.models import Petition, PetitionEvent

DIMENSIONS = ("group", "about", "agency")
PETITIONS_MAX = 20_000
PAGE = 50


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """A row: its key, its name (the key itself where pages have words for it), its numbers."""

    key: str
    name: str
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PetitionReport:
    """Figures of petitions whose identities hold."""

    asked: Asked
    by: str
    window: Window
    rows: tuple[PetitionRow, ...]
    total: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PetitionBehind:
    """A petition behind a number; its title only for whoever may open it."""

    petition: Petition
    agency: str
    line: PetitionLine
    may_open: bool


def petition_report(asked: Asked, *, by: str, actor: Actor, now: datetime) -> PetitionReport:
    """Return the figures, of the agencies that the actor answers for.

    Problems: ``figures.known``, ``figures.identity``, ``petition.figures_many``.
    """
    by = by if by in DIMENSIONS else "group"
    window = window_of(asked, now)
    lines = _lines(asked, window, actor)
    table = numbered(lines, PETITIONS, classes=lambda line: petition_classes(line, window), by=_keys(by))
    refuse_failures(number_failures(table, PETITIONS))
    return PetitionReport(asked, by, window, _rows(table, by), table.total)


def petitions_behind(
    asked: Asked, *, number: str, by: str, key: str, before: int | None, actor: Actor, now: datetime
) -> tuple[list[PetitionBehind], int | None]:
    """Return a page of the petitions that a number counts, newest first, and after which id the next goes on.

    ``by`` and ``key`` name the row; an empty key means all.
    """
    if number not in PETITIONS.numbers:
        raise Refused([Problem("figures.number", "number")])
    window, of = window_of(asked, now), _keys(by if by in DIMENSIONS else "group")
    found = [
        line
        for line in _lines(asked, window, actor)
        if number in petition_classes(line, window) and (not key or of(line) == key)
    ]
    found.sort(key=lambda line: -line.petition_id)
    found = [line for line in found if before is None or line.petition_id < before]
    shown = {line.petition_id: line for line in found[:PAGE]}
    rows = {p.id: p for p in Petition.objects.filter(id__in=shown).select_related("agency")}
    page = [
        PetitionBehind(rows[n], rows[n].agency.short_name, line, may_handle(actor, rows[n]))
        for n, line in shown.items()
    ]
    return page, found[PAGE - 1].petition_id if len(found) > PAGE else None


def _agency_counted(actor: Actor, wanted: int | None) -> int | None:
    """Return whose petitions are counted: an agency handles them, not a unit of it; ``None``: those of all.

    Denied for another agency than the actor's own, unless he answers for all.
    """
    scope = scope_of_figures(actor)
    if scope.agency_id is None and scope.unit_id is None:
        return wanted
    if wanted not in (None, actor.agency_id):
        raise Denied("petitions of another agency")
    return actor.agency_id


def _lines(asked: Asked, window: Window, actor: Actor) -> list[PetitionLine]:
    """Return the petitions received by the end of the period as they stood then; what happened later is left out.

    Nothing is ever entered of a petition for an earlier day, so what was known at the end of the period is the same
    whenever it is asked for.
    """
    own = _agency_counted(actor, asked.filters.agency_id)
    wanted = Petition.objects.exclude(code="").filter(received_at__lte=window.to_at)
    if own is not None:
        passed_on = PetitionEvent.objects.filter(act=PetitionAct.FORWARDED, body__from=own).values("petition_id")
        wanted = wanted.filter(Q(agency_id=own) | Q(id__in=passed_on))
    rows = list(wanted.values_list("id", "agency_id", "about")[: PETITIONS_MAX + 1])
    if len(rows) > PETITIONS_MAX:
        raise Refused([Problem("petition.figures_many", values={"limit": str(PETITIONS_MAX)})])
    facts, had = _history([row[0] for row in rows], window.to_at)
    calendars: dict[int, Calendar] = {}
    made = []
    for number, agency_id, about in rows:
        of = had.get(number, agency_id)
        if not facts[number] or own not in (None, of):
            continue
        if of not in calendars:
            calendars[of] = calendar_of(of)
        made.append(_line(number, of, about, facts[number], calendars[of]))
    return made


def _history(petition_ids: Sequence[int], known_at: datetime) -> tuple[dict[int, list[PetitionFact]], dict[int, int]]:
    """Return what was known by then of each, and which agency had those that were forwarded since; one statement."""
    facts: dict[int, list[PetitionFact]] = defaultdict(list)
    had: dict[int, int] = {}
    events = PetitionEvent.objects.filter(petition_id__in=petition_ids).order_by("petition_id", "seq")
    body: dict[str, Any]
    for number, act, at, body in events.values_list("petition_id", "act", "at", "body"):
        if at <= known_at:
            facts[number].append(PetitionFact(PetitionAct(act), at))
        elif act == PetitionAct.FORWARDED and "from" in body:
            had.setdefault(number, int(body["from"]))
    return facts, had


def _line(number: int, agency_id: int, about: str, facts: Sequence[PetitionFact], calendar: Calendar) -> PetitionLine:
    life = life_of(facts)
    terms = terms_of(life, regime=law_book().regime_on(local_day(life.received_at)), calendar=calendar)
    ends = {f.act: f.at for f in facts if f.act in (PetitionAct.REFUSED, PetitionAct.WITHDRAWN)}
    is_waiting = life.state is PetitionState.WAITING
    return PetitionLine(
        petition_id=number,
        agency_id=agency_id,
        about=about,
        received_at=life.received_at,
        answer_by=None if is_waiting else terms.answer_by,
        answered_at=life.answered_at,
        refused_at=ends.get(PetitionAct.REFUSED),
        withdrawn_at=ends.get(PetitionAct.WITHDRAWN),
    )


def _keys(by: str) -> Callable[[PetitionLine], Hashable]:
    return {
        "group": lambda line: group_of(line.about),
        "about": lambda line: line.about,
        "agency": lambda line: str(line.agency_id),
    }[by]


def _rows(table: NumberTable, by: str) -> tuple[PetitionRow, ...]:
    keys = [str(key) for key in table.rows]
    names: dict[str, str] = {}
    if by == "agency":
        found = Agency.objects.filter(id__in=[int(key) for key in keys]).values_list("id", "short_name")
        names = {str(key): name for key, name in found}
    order = {RULES: 0, ACTS: 1}
    keys.sort(key=lambda key: (order.get(key, 0), names.get(key, key)))
    return tuple(PetitionRow(key, names.get(key, key), table.rows[key]) for key in keys)
