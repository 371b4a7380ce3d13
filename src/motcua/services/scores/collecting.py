"""Answers what the points of one-stop units are counted from, in a period: dossiers, petitions, ratings, offerings.

Nothing is weighed here: the core does that. What the system does not know stays ``None`` and is dropped there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from motcua.core.clock import Clock, Timeliness, timeliness
from motcua.core.dossier import Fact, FactKind, Life, Stay, effective, replay, stays_of, step_due, step_timeliness
from motcua.core.kernel import Problem, Refused
from motcua.core.petitions import PetitionAct
from motcua.core.scoring import Case, Compared
from motcua.services.clocks import clock_of, index_class
from motcua.services.offerings import Running, running_offering
from motcua.services.times import VIETNAM, end_of
from motcua.store.dossiers.periods import OfPeriod, facts_of_many, scored_of_period
from motcua.store.organisation.models import Unit

DOSSIERS_MAX = 10_000
DAYS_MAX = 366
_BATCH = 500
_COMPARED = {
    Timeliness.EARLY: Compared.SHORTER,
    Timeliness.ON_TIME: Compared.EQUAL,
    Timeliness.LATE: Compared.LONGER,
}


@dataclass(frozen=True, slots=True)
class Period:
    """The days ``[from_on, to_on]``, and the instant at which they are looked at: their end, or now."""

    from_on: date
    to_on: date
    at: datetime

    @property
    def begins_at(self) -> datetime:
        return datetime(self.from_on.year, self.from_on.month, self.from_on.day, tzinfo=VIETNAM)


@dataclass(frozen=True, slots=True)
class ScoredDossier:
    """A dossier as far as it is scored. ``case`` is ``None`` while it has not ended in the period.

    ``work`` is its case for each officer who worked on it; ``flags`` by component of the index, whether it counts
    there; ``went_through`` whether it was returned where it was received (``None``: not returned).
    """

    public_id: str
    code: str
    offering_id: int
    is_online: bool
    is_paid_online: bool
    case: Case | None
    work: Mapping[int, Case]
    flags: Mapping[str, bool]
    went_through: bool | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A dossier by all that is on record now, in its office's calendar as it stands now."""

    facts: tuple[Fact, ...]
    life: Life
    clock: Clock
    running: Running


@dataclass(slots=True)
class UnitDossiers:
    """A one-stop unit and the dossiers it received that the period concerns."""

    unit: Unit
    dossiers: list[ScoredDossier] = field(default_factory=list)


def checked_period(*, from_on: date, to_on: date, now: datetime) -> Period:
    """Return the period. Problems: ``report.days``."""
    if not 0 <= (to_on - from_on).days <= DAYS_MAX:
        raise Refused([Problem("report.days", "to_on", values={"limit": str(DAYS_MAX)})])
    return Period(from_on, to_on, min(end_of(to_on), now))


def dossiers_of_units(units: Sequence[Unit], period: Period) -> dict[int, UnitDossiers]:
    """Return the dossiers of each unit as they stood at the period's end, by what is on record now.

    Problems: ``report.many``.
    """
    rows = scored_of_period(
        [u.id for u in units],
        from_on=period.from_on,
        until=period.at,
        refused=int(PetitionAct.REFUSED),
        limit=DOSSIERS_MAX + 1,
    )
    if len(rows) > DOSSIERS_MAX:
        raise Refused([Problem("report.many", "to_on", values={"limit": str(DOSSIERS_MAX)})])
    found = {u.id: UnitDossiers(u) for u in units}
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        facts = facts_of_many([r.dossier_id for r in part])
        for row in part:
            seen = _seen(tuple(facts[row.dossier_id]), running_offering(row.offering_id))
            if seen.life.received_at is not None and seen.life.received_at <= period.at:
                found[row.reception_unit_id].dossiers.append(_scored(row, seen, period))
    return found


def _seen(facts: tuple[Fact, ...], running: Running) -> _Seen:
    life = replay(facts, running.net)
    return _Seen(facts, life, clock_of(facts, running, life=life, calendar=running.calendar), running)


def _scored(row: OfPeriod, seen: _Seen, period: Period) -> ScoredDossier:
    ended_at = seen.life.ended_at
    has_ended = ended_at is not None and period.begins_at <= ended_at <= period.at
    stays = list(stays_of(seen.facts, seen.running.net))
    case, work, through = None, dict[int, Case](), None
    if has_ended:
        parts = _parts(stays, seen, period.at)
        contacts = sum(f.kind is FactKind.SUPPLEMENT_ASKED for f in effective(seen.facts))
        through = _went_through(stays, seen, row, at=period.at)
        case = Case(
            ref=str(row.public_id),
            total=_COMPARED.get(timeliness(due_at=seen.clock.due_at, ended_at=ended_at, at=period.at)),
            parts=tuple(c for _, c in parts),
            contacts=contacts,
            bodies=_bodies(row, seen),
            complaints=row.complaints,
        )
        for staff_id in sorted({s for s, _ in parts if s is not None}):
            own = tuple(c for s, c in parts if s == staff_id)
            work[staff_id] = Case(case.ref, case.total, own, contacts, case.bodies, case.complaints)
    return ScoredDossier(
        public_id=str(row.public_id),
        code=row.code,
        offering_id=row.offering_id,
        is_online=row.channel == "ONLINE",
        is_paid_online=row.paid_online,
        case=case,
        work=work,
        flags=_flags(row, seen, period, has_ended=has_ended),
        went_through=through,
    )


def _parts(stays: Iterable[Stay], seen: _Seen, at: datetime) -> list[tuple[int | None, Compared]]:
    """Return who did each step of the office, and its time against its share of the term."""
    clock, found = seen.clock, list[tuple[int | None, Compared]]()
    for stay in stays:
        step = seen.running.net.steps[stay.step]
        # Handing the result over waits for the citizen, and what the system does is nobody's work.
        if step.kind in ("return", "automatic", "call") or stay.closed_at is None or stay.unit_id is None:
            continue
        due_at = step_due(
            opened_at=stay.opened_at,
            minutes=step.minutes or 0,
            intervals=clock.intervals,
            calendar=seen.running.calendar,
            due_at=clock.due_at,
        )
        compared = _COMPARED.get(step_timeliness(stay, due_at=due_at, at=at))
        if compared is not None:
            found.append((stay.staff_id, compared))
    return found


def _went_through(stays: Iterable[Stay], seen: _Seen, row: OfPeriod, *, at: datetime) -> bool | None:
    """Return whether the result was handed over by the unit that received; ``None`` while it was not collected."""
    ends = [s for s in stays if seen.running.net.steps[s.step].kind == "return" and s.closed_at is not None]
    if not ends or seen.life.returned_at is None or seen.life.returned_at > at:
        return None
    return all(s.unit_id == row.reception_unit_id for s in ends)


def _bodies(row: OfPeriod, seen: _Seen) -> int | None:
    """Return how many offices the applicant had to go to, as far as the system knows: none, or the one-stop unit."""
    if row.channel == "LINKED":
        return None
    is_brought = any(f.kind is FactKind.DELIVERED_BY_POST for f in seen.facts)
    is_apart = row.channel in ("ONLINE", "POST") and (is_brought or row.has_result)
    return 0 if is_apart else 1


def _flags(row: OfPeriod, seen: _Seen, period: Period, *, has_ended: bool) -> dict[str, bool]:
    """Return in which components of the index the dossier counts, and whether for or against."""
    flags = dict[str, bool]()
    index = index_class(seen.facts, seen.running, life=seen.life, at=period.at)
    if index is not None:
        flags["2.1"] = index.timeliness is not Timeliness.LATE
    if row.channel != "LINKED" and row.received_at >= period.begins_at:
        flags["3.3"] = row.channel == "ONLINE"
    if row.charged:
        flags["3.6"] = row.paid_online
    if has_ended and seen.life.decision:
        flags["4.1"] = row.has_result
        flags["4.2"] = row.has_paper and row.has_result
    return flags
