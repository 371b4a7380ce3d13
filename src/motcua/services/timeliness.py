"""Answers how much was in time in a period, by every definition, as known on a day; nothing of it is stored.

Counts by the receipt's day and by the national index side by side, and for each unit the steps it was given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from motcua.core.calendar import Calendar
from motcua.core.clock import Timeliness, timeliness
from motcua.core.dossier import Fact, Life, stays_of, step_due, step_timeliness
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor
from motcua.services.calendars import calendar_as_known
from motcua.services.clocks import AsKnown, as_known, index_class
from motcua.services.dossier_pages import scope_of
from motcua.services.offerings import Running, running_offering
from motcua.services.times import end_of
from motcua.store.dossiers.periods import dossiers_of_period, facts_of_many
from motcua.store.organisation.selectors import names_of_units

DOSSIERS_MAX = 10_000
DAYS_MAX = 366
_BATCH = 500


@dataclass(slots=True)
class UnitSteps:
    """The steps of a unit: how many of each class, working minutes used and allowed of those done."""

    unit_id: int
    name: str = ""
    classes: Counter[str] = field(default_factory=Counter)
    used_minutes: float = 0.0
    done: int = 0

    @property
    def average_minutes(self) -> float:
        return self.used_minutes / self.done if self.done else 0.0


@dataclass(frozen=True, slots=True)
class TimelinessReport:
    """Counts of a period. The classes of each definition add up to ``dossiers``."""

    from_on: date
    to_on: date
    known_on: date
    dossiers: int
    by_receipt: Mapping[str, int]
    by_index: Mapping[str, int]
    extended: int
    corrected: int
    units: tuple[UnitSteps, ...]


def timeliness_report(*, actor: Actor, from_on: date, to_on: date, known_on: date, now: datetime) -> TimelinessReport:
    """Return the counts of the actor's dossiers that were open or ended in the days ``[from_on, to_on]``.

    Each is looked at as it stood at the end of ``to_on`` by what was on record at the end of ``known_on``: the
    report of an earlier day can be had again, and the one with later corrections beside it.
    Problems: ``report.days``, ``report.many``.
    """
    if not 0 <= (to_on - from_on).days <= DAYS_MAX or known_on < from_on:
        raise Refused([Problem("report.days", "to_on", values={"limit": str(DAYS_MAX)})])
    seen_at, known_at = min(end_of(to_on), now), min(end_of(known_on), now)
    rows = dossiers_of_period(scope_of(actor), from_on=from_on, until=end_of(to_on), limit=DOSSIERS_MAX + 1)
    if len(rows) > DOSSIERS_MAX:
        raise Refused([Problem("report.many", "to_on", values={"limit": str(DOSSIERS_MAX)})])
    calendars = dict[int, Calendar]()
    by_receipt, by_index, units, count = Counter[str](), Counter[str](), dict[int, UnitSteps](), Counter[str]()
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        facts = facts_of_many([dossier_id for dossier_id, _ in part])
        for dossier_id, offering_id in part:
            running = running_offering(offering_id)
            if running.agency_id not in calendars:
                calendars[running.agency_id] = calendar_as_known(running.agency_id, at=known_at)
            _add(
                facts[dossier_id], running, calendars[running.agency_id],
                seen_at=seen_at, known_at=known_at, by_receipt=by_receipt, by_index=by_index, units=units, count=count,
            )  # fmt: skip
    names = names_of_units(set(units))
    for unit in units.values():
        unit.name = names.get(unit.unit_id, "")
    return TimelinessReport(
        from_on=from_on,
        to_on=to_on,
        known_on=known_on,
        dossiers=sum(by_receipt.values()),
        by_receipt=by_receipt,
        by_index=by_index,
        extended=count["extended"],
        corrected=count["corrected"],
        units=tuple(sorted(units.values(), key=lambda u: (-u.classes["late"], -sum(u.classes.values()), u.name))),
    )


def _add(
    facts: Iterable[Fact],
    running: Running,
    calendar: Calendar,
    *,
    seen_at: datetime,
    known_at: datetime,
    by_receipt: Counter[str],
    by_index: Counter[str],
    units: dict[int, UnitSteps],
    count: Counter[str],
) -> None:
    everything = tuple(facts)
    found = as_known(everything, running, at=known_at, calendar=calendar)
    if found is None or found.life.received_at is None or found.life.received_at > seen_at:
        return
    life = _as_of(found.life, seen_at)
    due_at = found.explained.clock.due_at
    by_receipt[timeliness(due_at=due_at, ended_at=life, at=seen_at).value] += 1
    index = index_class(found.facts, found.running, life=found.life, at=seen_at)
    if index is not None:
        by_index[index.timeliness.value] += 1
    count["extended"] += found.explained.clock.extensions > 0
    count["corrected"] += any("proposal" in f.body and "of" in f.body for f in found.facts)
    _add_steps(found, seen_at, units)


def _add_steps(found: AsKnown, seen_at: datetime, units: dict[int, UnitSteps]) -> None:
    clock, running = found.explained.clock, found.running
    for stay in stays_of(found.facts, running.net):
        step = running.net.steps[stay.step]
        # Handing the result over waits for the citizen: nobody is late with it.
        if step.kind == "return" or stay.opened_at > seen_at:
            continue
        unit_id = stay.unit_id or running.slots.get(step.slot) or found.facts[0].unit_id
        unit = units.setdefault(unit_id, UnitSteps(unit_id))
        due_at = step_due(
            opened_at=stay.opened_at,
            minutes=step.minutes or 0,
            intervals=clock.intervals,
            calendar=found.calendar,
            due_at=clock.due_at,
        )
        unit.classes[step_timeliness(stay, due_at=due_at, at=seen_at).value] += 1
        if stay.closed_at is not None:
            unit.done += 1
            unit.used_minutes += found.calendar.working_minutes_between(stay.opened_at, stay.closed_at)


def _as_of(life: Life, at: datetime) -> datetime | None:
    """Return when the dossier ended, if that was by ``at``."""
    return life.ended_at if life.ended_at is not None and life.ended_at <= at else None


CLASSES = tuple(
    t.value for t in (Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE, Timeliness.WITHIN, Timeliness.WAITING)
)
