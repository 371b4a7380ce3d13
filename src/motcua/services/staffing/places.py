"""Answers what a unit's half-days look like to the rules of cover: counters with what they receive, officers present.

Everything that changes a unit's rota or leave holds the unit's row: of two that ask at once for the last competent
officers, the second sees what the first did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from motcua.core.calendar import Calendar
from motcua.core.staffing import Half, Matters, Roster, Slot
from motcua.services.actors import Actor, Denied
from motcua.services.calendars import calendar_of
from motcua.store.floor.models import GroupCounter, HallGroup
from motcua.store.lawfiles import law_book
from motcua.store.offerings.selectors import receivable_offerings
from motcua.store.organisation.models import Appointment, Counter, Staff, Unit
from motcua.store.organisation.roles import Role
from motcua.store.staffing.models import Absence, Competence, RequiredCounter, Shift, Substitute

COUNTER_ROLES = (Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)
MEMBERS = (*COUNTER_ROLES, Role.CENTRE_MANAGER)


@dataclass(frozen=True, slots=True)
class Matter:
    """A procedure that the unit receives."""

    code: str
    name: str
    sector: str


@dataclass(frozen=True, slots=True)
class Place:
    """A one-stop unit: its counters, what each receives, which of them must be staffed, its calendar."""

    unit: Unit
    calendar: Calendar
    counters: Mapping[int, Counter]
    required: frozenset[int]
    procedures: Mapping[str, Matter]
    receives: Mapping[int, Matters]

    @property
    def sectors(self) -> list[str]:
        return sorted({m.sector for m in self.procedures.values()})

    def codes_of_sector(self, sector: str) -> Matters:
        return frozenset(m.code for m in self.procedures.values() if m.sector == sector)


@dataclass(slots=True)
class Pool:
    """Who can sit at the unit's counters, from which day to which; ``stand_ins`` are those named for each."""

    names: dict[int, str] = field(default_factory=dict)
    held: dict[int, list[tuple[date, date | None]]] = field(default_factory=lambda: defaultdict(list))
    stand_ins: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def on(self, day: date) -> list[int]:
        return [s for s, spans in self.held.items() if any(a <= day and (b is None or day <= b) for a, b in spans)]


def require_member(actor: Actor) -> None:
    """Raise Denied unless the actor works at a one-stop unit."""
    if not actor.is_at_one_stop or not actor.has(*MEMBERS):
        raise Denied("not at a one-stop unit")


def require_head(actor: Actor) -> None:
    """Raise Denied unless the actor heads a one-stop unit."""
    if not actor.is_at_one_stop or not actor.has(Role.CENTRE_MANAGER):
        raise Denied("not the head of a one-stop unit")


def held_unit(unit_id: int) -> Unit:
    """Return the unit held until the transaction ends."""
    return Unit.objects.select_for_update(no_key=True).get(id=unit_id)


def place_of(unit_id: int, *, on: date) -> Place:
    """Return the unit with its counters and what each receives on a day."""
    unit = Unit.objects.select_related("agency").get(id=unit_id)
    counters = {c.id: c for c in Counter.objects.filter(unit_id=unit_id).order_by("number")}
    procedures = procedures_of(unit_id, on=on)
    required = RequiredCounter.objects.filter(counter__unit_id=unit_id).values_list("counter_id", flat=True)
    return Place(
        unit=unit,
        calendar=calendar_of(unit.agency_id),
        counters=counters,
        required=frozenset(required),
        procedures=procedures,
        receives=_receives(unit_id, counters, procedures),
    )


def procedures_of(unit_id: int, *, on: date) -> dict[str, Matter]:
    """Return the procedures that the unit may receive on a day, by code."""
    regime = law_book().regime_on(on)
    rows = receivable_offerings(unit_id, on=on, is_boundary_free=regime.is_boundary_free).values_list(
        "procedure_version__procedure__code", "procedure_version__name", "procedure_version__sector"
    )
    return {code: Matter(code, name, sector) for code, name, sector in rows.distinct()}


def pool_of(unit_id: int) -> Pool:
    """Return who holds a counter post of the unit, and who of them is named to stand in for whom.

    A substitute of the sending agency sits at a counter here once he holds a post here, not before.
    """
    pool = Pool()
    wanted = Q()
    for role in COUNTER_ROLES:
        wanted |= Q(post__roles__contains=[role.value])
    appointments = Appointment.objects.filter(wanted, post__unit_id=unit_id, staff__is_active=True)
    for staff, name, first, last in appointments.values_list("staff_id", "staff__full_name", "from_on", "to_on"):
        pool.names[staff] = name
        pool.held[staff].append((first, last))
    rows = Substitute.objects.filter(unit_id=unit_id, ended_on__isnull=True)
    for officer, staff in rows.values_list("officer_id", "stand_in_id"):
        pool.stand_ins[officer].add(staff)
    return pool


def rosters_of(place: Place, slots: Sequence[Slot], *, pool: Pool) -> list[Roster]:
    """Return the half-days as the rules of cover see them; three statements whatever their number."""
    if not slots:
        return []
    span = {"unit_id": place.unit.id, "day__gte": slots[0].day, "day__lte": slots[-1].day}
    away: dict[Slot, set[int]] = defaultdict(set)
    for day, half, staff in Absence.objects.filter(
        staff_id__in=pool.names, day__gte=slots[0].day, day__lte=slots[-1].day
    ).values_list("day", "half", "staff_id"):
        away[Slot(day, Half(half))].add(staff)
    seats: dict[Slot, dict[int, int]] = defaultdict(dict)
    for day, half, counter, staff in Shift.objects.filter(**span).values_list(
        "day", "half", "counter_id", "staff_id"
    ):
        seats[Slot(day, Half(half))][counter] = staff
    competences = list(Competence.objects.filter(unit_id=place.unit.id))
    able: dict[date, dict[int, Matters]] = {}
    # Hardly a day differs from the one before in who is here and may serve what.
    known: dict[tuple[object, ...], dict[int, Matters]] = {}
    made = []
    for slot in slots:
        if slot.day not in able:
            held, here = _held_on(competences, slot.day), pool.on(slot.day)
            key = (tuple(c.id for c in held), tuple(here))
            able[slot.day] = known.setdefault(key, known.get(key) or abilities_of(place, held, here))
        sitting = seats.get(slot, {})
        needed = [c for c in place.counters if c in place.required or c in sitting]
        present = {o: m for o, m in able[slot.day].items() if o not in away.get(slot, set())}
        made.append(
            Roster(
                slot=slot,
                needs={c: place.receives[c] for c in needed},
                present=present,
                seats={c: o for c, o in sitting.items() if o in present},
                is_posted=bool(sitting),
            )
        )
    return made


def abilities_of(place: Place, held: Sequence[Competence], officers: Sequence[int]) -> dict[int, Matters]:
    """Return what each officer may serve by the competences that hold, as codes of procedures."""
    found: dict[int, set[str]] = {o: set() for o in officers}
    by_sector: dict[str, Matters] = {}
    for row in held:
        if row.staff_id not in found:
            continue
        if row.procedure_code:
            found[row.staff_id].add(row.procedure_code)
            continue
        if row.sector not in by_sector:
            by_sector[row.sector] = place.codes_of_sector(row.sector)
        found[row.staff_id] |= by_sector[row.sector]
    return {o: frozenset(codes) for o, codes in found.items()}


def _held_on(competences: Sequence[Competence], day: date) -> list[Competence]:
    return [c for c in competences if c.from_on <= day and (c.ended_on is None or day < c.ended_on)]


def names_of(staff_ids: set[int]) -> dict[int, str]:
    return dict(Staff.objects.filter(id__in=staff_ids).values_list("id", "full_name"))


def _receives(unit_id: int, counters: Mapping[int, Counter], procedures: Mapping[str, Matter]) -> dict[int, Matters]:
    """Return what each counter receives: the sectors of its groups in the hall, narrowed by its own.

    A group that names no sector receives what no other names; one where results are fetched receives nothing.
    """
    groups = list(HallGroup.objects.filter(hall__unit_id=unit_id))
    links: dict[int, list[HallGroup]] = defaultdict(list)
    by_id = {g.id: g for g in groups}
    for group_id, counter_id in GroupCounter.objects.filter(group__hall__unit_id=unit_id).values_list(
        "group_id", "counter_id"
    ):
        links[counter_id].append(by_id[group_id])
    named = {s for g in groups for s in g.sectors}
    every = {m.sector for m in procedures.values()}
    received = {}
    for counter in counters.values():
        sectors = set(every)
        if counter.id in links:
            sectors = set()
            for group in links[counter.id]:
                sectors |= set(group.sectors) if group.sectors or group.is_results else every - named
        if counter.sectors:
            sectors &= set(counter.sectors)
        received[counter.id] = frozenset(m.code for m in procedures.values() if m.sector in sectors)
    return received
