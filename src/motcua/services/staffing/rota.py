"""Answers a week's rota of a unit: who sits where in each half-day, what is uncovered, who is free and who is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from motcua.core.calendar import CalendarHorizonError
from motcua.core.kernel import Problem, Refused
from motcua.core.staffing import (
    Half,
    Roster,
    Slot,
    filled,
    gaps,
    is_competent,
    proposed,
    slots_between,
)
from motcua.services import audit
from motcua.services.actors import Actor
from motcua.services.staffing.places import (
    Place,
    held_unit,
    names_of,
    place_of,
    pool_of,
    require_head,
    require_member,
    rosters_of,
)
from motcua.services.times import local_day
from motcua.store.organisation.models import Counter
from motcua.store.staffing.models import Absence, Leave, LeaveState, Shift

_WEEK = timedelta(days=7)
WEEKS_AHEAD_MAX = 26


@dataclass(frozen=True, slots=True)
class Cell:
    """Who sits at a counter in a half-day. ``state``: seated, gap (must be staffed and is not), closed."""

    counter_id: int
    slot: Slot
    staff_id: int | None
    name: str
    state: str
    is_away: bool
    is_not_competent: bool
    is_stand_in: bool


@dataclass(frozen=True, slots=True)
class RotaColumn:
    """A half-day: who is free, who is away (with why the head knows), whether the rota is posted."""

    slot: Slot
    is_posted: bool
    free: tuple[str, ...]
    away: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RotaRow:
    """A counter over the week."""

    counter: Counter
    is_required: bool
    procedures: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class WeekRota:
    """The rota of a week, Monday first."""

    unit_name: str
    monday: date
    columns: tuple[RotaColumn, ...]
    rows: tuple[RotaRow, ...]
    closed_rows: tuple[RotaRow, ...]
    usual_counters: frozenset[int]

    @property
    def is_posted(self) -> bool:
        return any(c.is_posted for c in self.columns)

    @property
    def gap_count(self) -> int:
        return sum(len(c.gaps) for c in self.columns)

    @property
    def days(self) -> tuple[tuple[date, int], ...]:
        """Return each day with how many half-days of it there are: the heads of the table."""
        found: dict[date, int] = {}
        for column in self.columns:
            found[column.slot.day] = found.get(column.slot.day, 0) + 1
        return tuple(found.items())


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_rota(actor: Actor, *, monday: date) -> WeekRota:
    """Return the rota of the actor's unit; a constant number of statements."""
    require_member(actor)
    place, pool = place_of(actor.unit_id, on=monday), pool_of(actor.unit_id)
    slots = slots_of_week(place, monday)
    rosters = rosters_of(place, slots, pool=pool)
    shifts = {
        (s.counter_id, Slot(s.day, Half(s.half))): s.staff_id
        for s in Shift.objects.filter(unit_id=actor.unit_id, day__gte=monday, day__lt=monday + _WEEK)
    }
    names = dict(pool.names)
    names |= _names_of_shifts(shifts, names)
    stood_in = _stand_ins(actor.unit_id, monday)
    rows = tuple(_row(place, c, rosters, shifts, names, stood_in) for c in place.counters.values())
    away = _away(actor.unit_id, monday, names)
    return WeekRota(
        unit_name=place.unit.name,
        monday=monday,
        columns=tuple(_column(place, r, names, away) for r in rosters),
        rows=tuple(r for r in rows if any(c.state != "closed" for c in r.cells)),
        closed_rows=tuple(r for r in rows if all(c.state == "closed" for c in r.cells)),
        usual_counters=_usual_counters(place, monday),
    )


def plan_week(actor: Actor, *, monday: date, counter_ids: Sequence[int], now: datetime) -> int:
    """Return how many seats were given: the week's half-days that are not posted and not past are planned.

    People are seated by what they may serve, at one counter as long as can be. Planned twice, the second changes
    nothing. Problems: ``rota.counters``, ``rota.week``, ``rota.nobody``.
    """
    require_head(actor)
    monday = monday_of(monday)
    if not local_day(now) - _WEEK <= monday <= local_day(now) + WEEKS_AHEAD_MAX * _WEEK:
        raise Refused([Problem("rota.week", values={"limit": str(WEEKS_AHEAD_MAX)})])
    with transaction.atomic():
        held_unit(actor.unit_id)
        place, pool = place_of(actor.unit_id, on=monday), pool_of(actor.unit_id)
        wanted = [c for c in place.counters if c in place.required or c in set(counter_ids)]
        if not wanted:
            raise Refused([Problem("rota.counters", "counters")])
        slots = [s for s in slots_of_week(place, monday) if s.day >= local_day(now)]
        needs = {c: place.receives[c] for c in wanted}
        todo = [replace(r, needs=needs) for r in rosters_of(place, slots, pool=pool) if not r.is_posted]
        made = _last_seats(place, todo, monday)
        seats = [_shift(r, c, o, actor, now) for r in made for c, o in r.seats.items()]
        if todo and not seats:
            raise Refused([Problem("rota.nobody")])
        Shift.objects.bulk_create(seats, batch_size=500)
        audit.record("rota.planned", f"{monday}", actor=actor, now=now, seats=len(seats))
    return len(seats)


def slots_of_week(place: Place, monday: date) -> tuple[Slot, ...]:
    """Return the half-days of a week in which the counters receive; none where the calendar is not known."""
    first, last = Slot(monday, Half.MORNING), Slot(monday + timedelta(days=6), Half.AFTERNOON)
    try:
        return slots_between(first, last, hours_on=place.calendar.reception_hours_on)
    except CalendarHorizonError:
        return ()


def _row(
    place: Place,
    counter: Counter,
    rosters: Sequence[Roster],
    shifts: Mapping[tuple[int, Slot], int],
    names: Mapping[int, str],
    stood_in: set[tuple[int, Slot]],
) -> RotaRow:
    cells = []
    for roster in rosters:
        staff = shifts.get((counter.id, roster.slot))
        is_away = staff is not None and staff not in roster.present
        able = roster.present.get(staff, frozenset()) if staff is not None else frozenset()
        is_required = counter.id in place.required
        cells.append(
            Cell(
                counter_id=counter.id,
                slot=roster.slot,
                staff_id=staff,
                name=names.get(staff, "") if staff is not None else "",
                state="seated" if staff is not None else "gap" if is_required and roster.is_posted else "closed",
                is_away=is_away,
                is_not_competent=staff is not None
                and not is_away
                and not is_competent(able, place.receives[counter.id]),
                is_stand_in=(counter.id, roster.slot) in stood_in,
            )
        )
    return RotaRow(counter, counter.id in place.required, len(place.receives[counter.id]), tuple(cells))


def _column(place: Place, roster: Roster, names: Mapping[int, str], away: Mapping[Slot, Sequence[str]]) -> RotaColumn:
    sitting = set(roster.seats.values())
    found = gaps(roster if roster.is_posted else filled(roster))
    return RotaColumn(
        slot=roster.slot,
        is_posted=roster.is_posted,
        free=tuple(sorted(names[o] for o, able in roster.present.items() if able and o not in sitting)),
        away=tuple(away.get(roster.slot, ())),
        gaps=tuple(str(place.counters[g.counter].number) for g in found),
    )


def _names_of_shifts(shifts: Mapping[tuple[int, Slot], int], known: Mapping[int, str]) -> dict[int, str]:
    missing = set(shifts.values()) - set(known)
    return names_of(missing) if missing else {}


def _stand_ins(unit_id: int, monday: date) -> set[tuple[int, Slot]]:
    """Return the seats of the week in which somebody sits for a colleague on leave."""
    found = set()
    leaves = Leave.objects.filter(
        unit_id=unit_id, state__in=LeaveState.live(), to_on__gte=monday, from_on__lt=monday + _WEEK
    )
    for moves in leaves.values_list("moves", flat=True):
        found |= {
            (m["counter"], Slot(date.fromisoformat(m["day"]), Half(m["half"]))) for m in moves if m["to"] is not None
        }
    return found


def _away(unit_id: int, monday: date, names: Mapping[int, str]) -> dict[Slot, list[str]]:
    found: dict[Slot, list[str]] = {}
    rows = Absence.objects.filter(unit_id=unit_id, day__gte=monday, day__lt=monday + _WEEK)
    for day, half, staff, name in rows.values_list("day", "half", "staff_id", "staff__full_name").order_by(
        "staff__name_folded"
    ):
        found.setdefault(Slot(day, Half(half)), []).append(names.get(staff, name))
    return found


def _usual_counters(place: Place, monday: date) -> frozenset[int]:
    """Return the counters ticked when a week is planned: those that must be staffed and those open last time."""
    last = (
        Shift.objects.filter(unit_id=place.unit.id, day__lt=monday + _WEEK)
        .order_by("-day")
        .values_list("day", flat=True)
        .first()
    )
    if last is None:
        return place.required or frozenset(place.counters)
    rows = Shift.objects.filter(unit_id=place.unit.id, day=last).values_list("counter_id", flat=True)
    return place.required | frozenset(rows)


def _last_seats(place: Place, todo: Sequence[Roster], monday: date) -> tuple[Roster, ...]:
    """Return the week planned so that people begin where they sat last before it, then stay."""
    if not todo:
        return ()
    rows = Shift.objects.filter(unit_id=place.unit.id, day__lt=monday, day__gte=monday - _WEEK).order_by(
        "day", "half"
    )
    last = {c: s for c, s in rows.values_list("counter_id", "staff_id") if c in todo[0].needs}
    seats: dict[int, int] = {}
    for counter, staff in last.items():
        if staff in todo[0].present and staff not in seats.values():
            seats[counter] = staff
    return proposed([replace(todo[0], seats=seats), *todo[1:]])


def _shift(roster: Roster, counter: int, officer: int, actor: Actor, now: datetime) -> Shift:
    return Shift(
        unit_id=actor.unit_id,
        day=roster.slot.day,
        half=int(roster.slot.half),
        counter_id=counter,
        staff_id=officer,
        made_by_id=actor.staff_id,
        made_at=now,
    )
