"""Answers «what if»: a day off more, other hours, shorter terms, an amendment; which live dossiers move, who is late.

Nothing is written: everything is read in one transaction in which PostgreSQL refuses to write. The dates are those
that the clock would derive one by one under the changed calendar and term; plain dossiers are derived all at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from motcua.core.calendar import BEYOND, Calendar, CalendarHorizonError, CalendarTable, Term, parse_term
from motcua.core.clock import ClockFact, derive_clock
from motcua.core.clock.derive import due_us, ends_at_closing
from motcua.core.regimes import Regime
from motcua.services.calendars import calendar_of, changed_spec, look_again
from motcua.services.clocks import clock_facts
from motcua.services.times import VIETNAM, local_day
from motcua.store.dossiers.live import (
    NOTHING_OWED,
    Column,
    DossierHead,
    LiveColumns,
    heads_of,
    live_columns,
    offering_rules,
    reading_only,
    unit_names,
)
from motcua.store.dossiers.selectors import Scope
from motcua.store.dossiers.writing import clock_facts_of_many
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import CalendarChange, CalendarChangeKind

WEEKS = 8
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_ONE_US = timedelta(microseconds=1)
_HOUR_US = 3_600_000_000
_DAY_US, _WEEK_US = 24 * _HOUR_US, 7 * 24 * _HOUR_US
# Below this many dossiers, one after the other is quicker than laying a calendar out minute by minute.
_TABLE_PAYS = 5_000

_Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DaysOff:
    """These days are off as well, in one agency or (``None``) in all."""

    days: tuple[date, ...]
    agency_id: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Other working hours on these weekdays, 1 (Monday) to 7, from one day to another; as a decision would set them."""

    hours: str
    from_on: date
    to_on: date
    weekdays: tuple[int, ...]
    agency_id: int | None


@dataclass(frozen=True, slots=True)
class TermCut:
    """Terms are shorter by ``percent``, of one procedure or (``None``) of all."""

    percent: int
    procedure_code: str | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A procedure has another term from a day on.

    It holds for dossiers received on that day or later. Those received before keep the term of their reception
    day: they do not move.
    """

    procedure_code: str
    term: Term
    from_on: date


Scenario: TypeAlias = DaysOff | Hours | TermCut | Amendment


@dataclass(frozen=True, slots=True)
class Moved:
    """A dossier with its due instant before and after; ``None`` where nothing is owed while the term rests."""

    head: DossierHead
    unit_full_name: str
    due_before: datetime | None
    due_after: datetime | None
    becomes_late: bool


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """The load of a unit (of all: without id): live dossiers, those late, and what falls due in each week.

    **Shape**: ``weeks_before`` and ``weeks_after`` have one number for each of ``Outcome.weeks``; what is late
    already is in none of them.
    """

    unit_id: int | None
    full_name: str
    live: int
    late_before: int
    late_after: int
    moved: int
    weeks_before: tuple[int, ...]
    weeks_after: tuple[int, ...]

    def weeks(self) -> tuple[tuple[int, int], ...]:
        """Return what falls due in each week, before and after."""
        return tuple(zip(self.weeks_before, self.weeks_after, strict=True))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would be.

    ``live`` dossiers were looked at; of these ``resting`` owe nothing now, ``beyond`` end after the days known (no
    date is guessed), ``keeping`` belong to an amended procedure but were received before its day, ``stale`` have
    a stored date that a calendar decision has not reached yet. ``moved`` = ``later`` + ``earlier``; a dossier that
    comes to rest counts as later. ``weeks`` are the Mondays of the weeks counted, this week first. ``listed`` are the
    first of those moved: what becomes late first, then by how far.
    """

    at: datetime
    live: int
    resting: int
    beyond: int
    keeping: int
    stale: int
    moved: int
    later: int
    earlier: int
    become_late: int
    stop_late: int
    weeks: tuple[date, ...]
    total: UnitLoad
    units: tuple[UnitLoad, ...]
    listed: tuple[Moved, ...]


def simulate(scenarios: Sequence[Scenario], *, scope: Scope, at: datetime, limit: int) -> Outcome:
    """Return what the scenarios, one after the other, would do to the live dossiers in ``scope``; nothing is written.

    At most ``limit`` dossiers are listed.
    A dossier keeps the term and the law of its reception day; the calendar is the office's as it would be.
    Guarantee: equals ``derive_clock`` for each dossier; without a scenario nothing moves.
    """
    with reading_only():
        live = live_columns(scope)
        rules = _Rules(live, scenarios)
        histories = _histories(live)
        before = _dues(live, rules, histories, calendars=rules.calendar_before, terms=rules.term_before)
        is_touched = (rules.calendar_before != rules.calendar_after) | (rules.term_before != rules.term_after)
        after = _dues(
            live,
            rules,
            histories,
            calendars=rules.calendar_after,
            terms=rules.term_after,
            known=before,
            wanted=is_touched,
        )
        return _outcome(live, before=before, after=after, keeping=rules.keeping, at=at, limit=limit)


class _Rules:
    """Which calendar, term and law each live dossier has, before and after; as numbers into short lists."""

    def __init__(self, live: LiveColumns, scenarios: Sequence[Scenario]) -> None:
        ids, offering = np.unique(live.offering_id, return_inverse=True)
        known = offering_rules(ids.tolist())
        self.offerings = [known[i] for i in ids.tolist()]
        self.calendars: list[Calendar] = []
        self.terms: list[Term] = []
        self.days = (live.received + 7 * _HOUR_US) // _DAY_US
        self._set_calendars(offering, scenarios)
        self._set_terms(offering, scenarios)
        self._set_regimes()

    def _set_calendars(self, offering: Column, scenarios: Sequence[Scenario]) -> None:
        agencies = {rule.agency_id for rule in self.offerings}
        look_again()
        # Agencies under the same decisions share one calendar, and so they do under the same scenarios.
        places: dict[int, int] = {}
        changed: dict[tuple[int, tuple[int, ...]], Calendar] = {}
        before, after = dict[int, int](), dict[int, int]()
        for agency_id in agencies:
            own = calendar_of(agency_id)
            before[agency_id] = self._place(own, places)
            numbers = tuple(n for n, s in enumerate(scenarios) if _reaches(s, agency_id))
            if not numbers:
                after[agency_id] = before[agency_id]
                continue
            key = (id(own), numbers)
            if key not in changed:
                changes = [change for n in numbers for change in _changes(scenarios[n])]
                changed[key] = Calendar(changed_spec(own.spec, changes))
            after[agency_id] = self._place(changed[key], places)
        self.calendar_before = _each([before[r.agency_id] for r in self.offerings])[offering]
        self.calendar_after = _each([after[r.agency_id] for r in self.offerings])[offering]

    def _place(self, calendar: Calendar, places: dict[int, int]) -> int:
        if id(calendar) not in places:
            places[id(calendar)] = len(self.calendars)
            self.calendars.append(calendar)
        return places[id(calendar)]

    def _set_terms(self, offering: Column, scenarios: Sequence[Scenario]) -> None:
        numbers: dict[Term, int] = {}

        def number(term: Term) -> int:
            if term not in numbers:
                numbers[term] = len(self.terms)
                self.terms.append(term)
            return numbers[term]

        self.term_before = _each([number(parse_term(r.term_text)) for r in self.offerings])[offering]
        self.term_after = self.term_before
        self.keeping = 0
        for scenario in scenarios:
            if isinstance(scenario, TermCut):
                cut = _each([number(term.cut(scenario.percent)) for term in tuple(self.terms)])
                is_cut = self._of_procedure(scenario.procedure_code, offering)
                self.term_after = np.where(is_cut, cut[self.term_after], self.term_after)
            elif isinstance(scenario, Amendment):
                is_amended = self._of_procedure(scenario.procedure_code, offering)
                is_after = self.days >= (scenario.from_on - _EPOCH.date()).days
                self.keeping += int((is_amended & ~is_after).sum())
                self.term_after = np.where(is_amended & is_after, number(scenario.term), self.term_after)

    def _of_procedure(self, code: str | None, offering: Column) -> _Mask:
        is_meant = np.array([code is None or rule.procedure_code == code for rule in self.offerings], dtype=bool)
        return is_meant[offering]

    def _set_regimes(self) -> None:
        """The law of each reception day; in bulk it only decides whether days end at closing time."""
        days, place = np.unique(self.days, return_inverse=True)
        self.regimes: list[Regime] = [
            law_book().regime_on(_EPOCH.date() + timedelta(days=int(day))) for day in days.tolist()
        ]
        self.regime = place
        self.at_closing = np.array([ends_at_closing(r) for r in self.regimes], dtype=bool)[place]


def _each(numbers: Sequence[int]) -> Column:
    return np.array(numbers, dtype=np.int64)


def _reaches(scenario: Scenario, agency_id: int) -> bool:
    return isinstance(scenario, DaysOff | Hours) and scenario.agency_id in (None, agency_id)


def _changes(scenario: Scenario) -> list[CalendarChange]:
    """Return the decisions that would make it so; they are never stored."""
    if isinstance(scenario, DaysOff):
        make = partial(CalendarChange, kind=CalendarChangeKind.CLOSED, reason=scenario.reason)
        return [make(from_on=day, to_on=day) for day in scenario.days]
    if isinstance(scenario, Hours):
        return [
            CalendarChange(
                kind=CalendarChangeKind.HOURS,
                from_on=scenario.from_on,
                to_on=scenario.to_on,
                weekdays=list(scenario.weekdays),
                hours=scenario.hours,
            )
        ]
    return []


def _histories(live: LiveColumns) -> dict[int, tuple[ClockFact, ...]]:
    """Return what moved the clocks that know more than the reception, by the dossier's place in the columns."""
    places = np.flatnonzero(~live.is_plain).tolist()
    facts = clock_facts_of_many(live.id[places].tolist()) if places else {}
    return {place: clock_facts(facts[int(live.id[place])]) for place in places}


def _dues(
    live: LiveColumns,
    rules: _Rules,
    histories: Mapping[int, Sequence[ClockFact]],
    *,
    calendars: Column,
    terms: Column,
    known: Column | None = None,
    wanted: _Mask | None = None,
) -> Column:
    """Return the due instant of each dossier; where not ``wanted`` the ``known`` one."""
    found = np.full(len(live.id), NOTHING_OWED, dtype=np.int64) if known is None else known.copy()
    if wanted is None:
        wanted = np.ones(len(live.id), dtype=bool)
    for number in np.unique(calendars[wanted & live.is_plain]).tolist():
        here = np.flatnonzero(wanted & live.is_plain & (calendars == number))
        found[here] = _plain_dues(
            rules.calendars[number], live.received[here], [rules.terms[t] for t in range(len(rules.terms))],
            terms[here], rules.at_closing[here],
        )  # fmt: skip
    for place in np.flatnonzero(wanted & ~live.is_plain).tolist():
        try:
            due_at = derive_clock(
                histories[place],
                term=rules.terms[int(terms[place])],
                calendar=rules.calendars[int(calendars[place])],
                regime=rules.regimes[int(rules.regime[place])],
            ).due_at
        except CalendarHorizonError:
            found[place] = BEYOND
        else:
            found[place] = NOTHING_OWED if due_at is None else _us(due_at)
    return found


def _plain_dues(
    calendar: Calendar, received: Column, terms: Sequence[Term], term: Column, at_closing: _Mask
) -> Column:
    """Return the due instants of dossiers of one calendar whose clock knows but the reception."""
    origin = _us(calendar.origin)
    found = np.empty_like(received)
    table = CalendarTable(calendar) if len(received) >= _TABLE_PAYS else None
    for key in np.unique(term * 2 + at_closing).tolist():
        number, is_at_closing = divmod(key, 2)
        here = np.flatnonzero((term == number) & (at_closing == bool(is_at_closing)))
        begun = received[here] - origin
        if table is not None:
            due = table.due(terms[number], begun, at_closing=bool(is_at_closing))
        else:
            one = partial(_one_due, terms[number], calendar, at_closing=bool(is_at_closing))
            due = _each([one(start) for start in begun.tolist()])
        found[here] = np.where(due == BEYOND, BEYOND, due + origin)
    return found


def _one_due(term: Term, calendar: Calendar, start: int, *, at_closing: bool) -> int:
    if not 0 <= start < len(calendar.hours_of) * _DAY_US:
        return int(BEYOND)
    try:
        return due_us(term, start, (), calendar, at_closing=at_closing)
    except CalendarHorizonError:
        return int(BEYOND)


def _outcome(live: LiveColumns, *, before: Column, after: Column, keeping: int, at: datetime, limit: int) -> Outcome:
    now = _us(at)
    is_known = (before != BEYOND) & (after != BEYOND)
    is_moved = is_known & (before != after)
    was_late, is_late = (before < now) & (before != BEYOND), (after < now) & (after != BEYOND)
    is_later = is_moved & (after > before)
    becomes_late = is_moved & is_late & ~was_late
    monday = local_day(at) - timedelta(days=local_day(at).weekday())
    weeks = tuple(monday + timedelta(weeks=n) for n in range(WEEKS))
    tally = _Tally(live.unit_id, first_week=_us(datetime.combine(monday, time_of_day(0), VIETNAM)), now=now)
    units = _unit_loads(tally, before, after, was_late, is_late, is_moved)
    return Outcome(
        at=at,
        live=len(live.id),
        resting=int((before == NOTHING_OWED).sum()),
        beyond=int((~is_known).sum()),
        keeping=keeping,
        stale=int(((before != live.due) & (before != BEYOND)).sum()),
        moved=int(is_moved.sum()),
        later=int(is_later.sum()),
        earlier=int((is_moved & ~is_later).sum()),
        become_late=int(becomes_late.sum()),
        stop_late=int((is_moved & was_late & ~is_late).sum()),
        weeks=weeks,
        total=_total(units),
        units=units,
        listed=_listed(live, before, after, is_moved, becomes_late, limit=limit),
    )


class _Tally:
    """Counts by unit, and by unit and week."""

    def __init__(self, unit_id: Column, *, first_week: int, now: int) -> None:
        self.unit_ids, self.place = np.unique(unit_id, return_inverse=True)
        self.first_week, self.now = first_week, now

    def count(self, wanted: _Mask) -> list[int]:
        found: list[int] = np.bincount(self.place[wanted], minlength=len(self.unit_ids)).tolist()
        return found

    def weeks(self, due: Column) -> list[list[int]]:
        is_in = (due >= self.now) & (due < self.first_week + WEEKS * _WEEK_US)
        week = (due[is_in] - self.first_week) // _WEEK_US
        size = len(self.unit_ids) * WEEKS
        counts = np.bincount(self.place[is_in] * WEEKS + week, minlength=size)
        found: list[list[int]] = counts.reshape(-1, WEEKS).tolist()
        return found


def _unit_loads(
    tally: _Tally, before: Column, after: Column, was_late: _Mask, is_late: _Mask, is_moved: _Mask
) -> tuple[UnitLoad, ...]:
    """Return the load of each unit: where most become late first, then where most move."""
    names = unit_names(tally.unit_ids.tolist())
    columns = zip(
        tally.unit_ids.tolist(),
        tally.count(np.ones(len(before), dtype=bool)),
        tally.count(was_late),
        tally.count(is_late),
        tally.count(is_moved),
        tally.weeks(before),
        tally.weeks(after),
        strict=True,
    )
    loads = [
        UnitLoad(unit_id, names[unit_id], live, was, will, moved, tuple(weeks_before), tuple(weeks_after))
        for unit_id, live, was, will, moved, weeks_before, weeks_after in columns
    ]
    return tuple(sorted(loads, key=lambda u: (u.late_before - u.late_after, -u.moved, -u.live, u.full_name)))


def _total(units: Sequence[UnitLoad]) -> UnitLoad:
    def summed(weeks: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        return tuple(sum(numbers) for numbers in zip(*weeks, strict=True)) or (0,) * WEEKS

    return UnitLoad(
        unit_id=None,
        full_name="",
        live=sum(u.live for u in units),
        late_before=sum(u.late_before for u in units),
        late_after=sum(u.late_after for u in units),
        moved=sum(u.moved for u in units),
        weeks_before=summed([u.weeks_before for u in units]),
        weeks_after=summed([u.weeks_after for u in units]),
    )


def _listed(
    live: LiveColumns, before: Column, after: Column, is_moved: _Mask, becomes_late: _Mask, *, limit: int
) -> tuple[Moved, ...]:
    places = np.flatnonzero(is_moved)
    rests = (before[places] == NOTHING_OWED) | (after[places] == NOTHING_OWED)
    by_how_far = np.where(rests, NOTHING_OWED, np.abs(after[places] - before[places]))
    order = np.lexsort((live.id[places], -by_how_far, ~becomes_late[places]))
    chosen = places[order][: max(limit, 0)].tolist()
    heads, names = heads_of(live.id[chosen].tolist()), unit_names(set(live.unit_id[chosen].tolist()))
    return tuple(
        Moved(
            heads[int(live.id[p])],
            names[int(live.unit_id[p])],
            due_before=_instant(int(before[p])),
            due_after=_instant(int(after[p])),
            becomes_late=bool(becomes_late[p]),
        )
        for p in chosen
    )


def _us(at: datetime) -> int:
    return (at - _EPOCH) // _ONE_US


def _instant(us: int) -> datetime | None:
    return None if us == NOTHING_OWED else _EPOCH + timedelta(0, 0, us)
