"""Answers a dossier's path with its times: who held it from when to when, in other agencies' dossiers as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.core.dossier import (
    Fact,
    FactKind,
    Held,
    Life,
    Share,
    Stay,
    held_by,
    renumbered,
    replay,
    shares_of,
    stays_of,
)
from motcua.services.clocks import clock_of
from motcua.services.offerings import Running, Seat, running_offering
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.dossiers.writing import Loaded
from motcua.store.organisation.models import Unit

_DEPTH_MAX = 4


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A dossier that another agency has for this one, or this one for another."""

    public_id: UUID
    code: str
    agency_name: str
    procedure_name: str
    state: int
    due_at: datetime | None
    ended_at: datetime | None
    step: int | None
    instance: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A step in the picture: the lane it lies in, what it is called, from when to when."""

    lane: str
    name: str
    start: datetime
    end: datetime
    is_open: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Path:
    """A dossier's path: stretches with one holder each, what each holder had, and the steps as bars in lanes."""

    held: tuple[Held, ...]
    shares: tuple[Share, ...]
    bars: tuple[Bar, ...]
    names: Mapping[int, str]
    start: datetime
    end: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Part:
    """One dossier of a family with what its path is derived from."""

    id: int
    public_id: str
    reception_unit_id: int
    on_spot: tuple[str, ...]
    running: Running
    facts: Sequence[Fact]
    life: Life


def path_of(dossier: Loaded, running: Running, facts: Sequence[Fact], *, now: datetime) -> Path:
    """Return the path of the dossier from its reception until it was done, or until now.

    A fixed number of statements for each level of dossiers at other agencies.
    """
    root = _Part(
        dossier.id, str(dossier.public_id), dossier.reception_unit_id, dossier.on_spot, running, facts, dossier.life
    )
    family = _family(root)
    start = dossier.life.received_at or now
    end = max(dossier.life.ended_at or now, start)
    bars = list[Bar]()
    held = _held(root, family, end=end, now=now, bars=bars)
    units = {h.unit_id for h in held if h.unit_id}
    names = _unit_names(units | {int(b.lane) for b in bars if b.lane.isdecimal()})
    named = tuple(
        Bar(
            names.get(int(b.lane), "") if b.lane.isdecimal() else b.lane, b.name, b.start, b.end, b.is_open, b.is_late
        )
        for b in bars
    )
    shares = shares_of(held, running.calendar, due_at=dossier.due_at)
    return Path(held, shares, named, names, start, end, dossier.due_at)


def linked_rows(dossier: Loaded) -> tuple[LinkedRow | None, list[LinkedRow]]:
    """Return the dossier that asked for this one, if one did, and those that this one asked for."""
    rows = Dossier.objects.select_related("handling_agency", "offering__procedure_version")
    asked = [_row(r) for r in rows.filter(parent_id=dossier.id).order_by("id")]
    above = rows.filter(id=dossier.parent_id).first() if dossier.parent_id else None
    return (_row(above) if above else None), asked


def _row(row: Dossier) -> LinkedRow:
    return LinkedRow(
        public_id=row.public_id,
        code=row.code,
        agency_name=row.handling_agency.short_name,
        procedure_name=row.offering.procedure_version.name,
        state=row.state,
        due_at=row.due_at,
        ended_at=row.ended_at,
        step=row.parent_step,
        instance=row.parent_instance,
    )


def _family(root: _Part) -> dict[str, _Part]:
    """Return the dossier with all that were opened for it, by public id."""
    found, level = {root.public_id: root}, [root.id]
    for _depth in range(_DEPTH_MAX):
        if not any(f.kind is FactKind.LINKED for p in found.values() for f in p.facts):
            break
        columns = ("id", "public_id", "reception_unit_id", "offering_id", "on_spot")
        rows: list[dict[str, Any]] = list(Dossier.objects.filter(parent_id__in=level).values(*columns))
        if not rows:
            break
        facts = facts_of_many([r["id"] for r in rows])
        for r in rows:
            running = running_offering(r["offering_id"])
            own = facts[r["id"]]
            life = replay(own, running.net)
            key = str(r["public_id"])
            found[key] = _Part(r["id"], key, r["reception_unit_id"], tuple(r["on_spot"]), running, own, life)
        level = [r["id"] for r in rows]
    return found


def _held(
    part: _Part, family: Mapping[str, _Part], *, end: datetime, now: datetime, bars: list[Bar]
) -> tuple[Held, ...]:
    stays = stays_of(part.facts, part.running.net)
    clock = clock_of(part.facts, part.running, life=part.life)
    seat = Seat(part.reception_unit_id, part.life.values, part.on_spot)
    units, elsewhere = dict[tuple[int, int, int], int](), dict[tuple[int, int, int], Sequence[Held]]()
    children = _children(part, stays)
    for stay in stays:
        key = (stay.step, stay.instance, stay.by_seq)
        units[key] = _unit_of(stay, part.running, seat)
        child = family.get(children.get(key, ""))
        if child is not None:
            until = min(child.life.ended_at or now, stay.closed_at or now)
            elsewhere[key] = _held(child, family, end=max(until, stay.opened_at), now=now, bars=bars)
        elif stay.opened_at < end:
            step = part.running.net.steps[stay.step]
            closed = min(stay.closed_at or end, end)
            is_late = clock.due_at is not None and closed > clock.due_at
            bars.append(Bar(str(units[key]), step.name, stay.opened_at, closed, stay.closed_at is None, is_late))
    return held_by(
        stays,
        clock.intervals,
        units=units,
        received_at=part.life.received_at or end,
        end_at=end,
        consulted_units={f.body["of"]: f.body["unit"] for f in part.facts if "unit" in f.body and "of" in f.body},
        elsewhere=elsewhere,
        waiting_unit_id=part.reception_unit_id,
    )


def _children(part: _Part, stays: Sequence[Stay]) -> dict[tuple[int, int, int], str]:
    """Return, for each step done by a dossier of its own, that dossier."""
    found = {}
    for fact in renumbered(part.facts):
        if fact.kind is FactKind.LINKED:
            place = (fact.body["step"], fact.body.get("instance", 0))
            opened = [s for s in stays if (s.step, s.instance) == place and s.by_seq < fact.seq]
            if opened:
                found[(*place, max(s.by_seq for s in opened))] = str(fact.body["to"])
    return found


def _unit_of(stay: Stay, running: Running, seat: Seat) -> int:
    if stay.unit_id and running.net.steps[stay.step].kind != "call":
        return stay.unit_id
    try:
        return running.unit_of((stay.step, stay.instance), at=seat)
    except (KeyError, ValueError):
        return seat.reception_unit_id


def _unit_names(ids: set[int]) -> dict[int, str]:
    rows = Unit.objects.filter(id__in=ids).select_related("agency")
    return {u.id: u.name_with_agency for u in rows}
