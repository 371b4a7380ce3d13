"""Answers whether an officer can be away, what would be uncovered, who could step in; and writes it down.

The rule: if every counter has a competent officer before, it has one after. It is asked under the unit's lock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from motcua.core.calendar import CalendarHorizonError
from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.staffing import AfterLeave, Half, OpenGap, Roster, Slot, after_leave, other_days, slots_between
from motcua.services import audit
from motcua.services.actors import Actor
from motcua.services.staffing.deciding import seat
from motcua.services.staffing.places import (
    Place,
    Pool,
    held_unit,
    place_of,
    pool_of,
    require_member,
    rosters_of,
)
from motcua.services.times import local_day
from motcua.store.organisation.roles import Role
from motcua.store.staffing.models import Absence, Leave, LeaveKind, LeaveState, Shift

DAYS_MAX = 60
AHEAD_DAYS_MAX = 366
NOTE_MAX = 200
_LOOK_AHEAD_DAYS = 45
_OTHER_DAYS = 3
# Somebody who was ill may write it down afterwards.
_BACK_DAYS = 7


@dataclass(frozen=True, slots=True)
class LeaveEntry:
    """What was typed. ``chosen`` maps a gap's key to who steps in, as ``gap_key`` and ``way_key`` name them."""

    key: UUID
    kind: str
    from_on: date | None
    from_half: str
    to_on: date | None
    to_half: str
    note: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """A way of filling a gap: ``key`` goes through the form; ``steps`` are who goes to which counter, in order."""

    key: str
    steps: tuple[tuple[str, int], ...]
    is_named: bool
    turns: int


@dataclass(frozen=True, slots=True)
class GapLine:
    """A counter that the leave would leave with nobody, the procedures that nobody would receive, and who could."""

    key: str
    slot: Slot
    number: int
    counter_name: str
    procedures: tuple[str, ...]
    is_alone: bool
    ways: tuple[Way, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class LeaveLook:
    """What a leave would do: the gaps with their ways, and other days on which it uncovers nothing."""

    gaps: tuple[GapLine, ...]
    other_days: tuple[tuple[Slot, Slot], ...]
    half_days: int


@dataclass(frozen=True, slots=True)
class _Asked:
    place: Place
    pool: Pool
    slots: tuple[Slot, ...]
    rosters: tuple[Roster, ...]


def gap_key(slot: Slot, counter: int) -> str:
    return f"fill-{counter}-{slot.day:%Y%m%d}-{int(slot.half)}"


def way_key(filling: Sequence[int]) -> str:
    return "-".join(str(o) for o in filling)


def ask_leave(entry: LeaveEntry, *, actor: Actor, now: datetime) -> Leave:
    """Return the leave, written with the changes of the rota it brings; once for a key.

    A head's own is granted at once; that of others waits for the head, and they count as away meanwhile. Problems:
    ``leave.kind``, ``leave.days_missing``, ``leave.ends_before``, ``leave.past``, ``leave.far``, ``leave.long``,
    ``leave.note``, ``leave.no_working_time``, ``leave.overlaps``, ``leave.beyond``, and ``leave.uncovered`` for each
    counter that would have nobody competent. Illness is not refused where nobody at all could step in: the counter
    stands in the rota as without anybody. Half-days that are past are only written down.
    """
    require_member(actor)
    _check(entry, now=now)
    try:
        with transaction.atomic():
            held_unit(actor.unit_id)
            kept = Leave.objects.filter(key=entry.key).first()
            if kept is not None:
                return kept
            asked = _asked(entry, actor, now=now)
            _refuse_overlap(asked, actor)
            after = after_leave(asked.rosters, actor.staff_id, chosen=_choices(entry, asked))
            if stands := _stands_against(entry, after):
                raise Refused([_uncovered(o, asked) for o in stands])
            return _write(entry, asked, after, actor=actor, now=now)
    except IntegrityError:
        # Away at two units at once: the other unit's row was not held.
        raise Refused([Problem("leave.overlaps", "from_on")]) from None


def look_at_leave(entry: LeaveEntry, *, actor: Actor, now: datetime) -> LeaveLook | None:
    """Return what the leave would uncover and what can be done instead; ``None`` when its days are not right."""
    require_member(actor)
    try:
        _check(entry, now=now)
        asked = _asked(entry, actor, now=now)
    except Refused:
        return None
    open_gaps = after_leave(asked.rosters, actor.staff_id, chosen={}).open
    turns = _turns(asked, actor.unit_id)
    days: tuple[tuple[Slot, Slot], ...] = ()
    if open_gaps:
        days = _other_days(asked, actor, now=now)
    return LeaveLook(
        gaps=tuple(_gap_line(o, asked, entry, actor.staff_id, turns) for o in open_gaps),
        other_days=days,
        half_days=len(asked.slots),
    )


def _check(entry: LeaveEntry, *, now: datetime) -> None:
    problems, today = [], local_day(now)
    first, last = entry.from_on, entry.to_on
    if entry.kind not in LeaveKind.values:
        problems.append(Problem("leave.kind", "kind"))
    if first is None or entry.from_half not in ("1", "2"):
        problems.append(Problem("leave.days_missing", "from_on"))
    if last is None or entry.to_half not in ("1", "2"):
        problems.append(Problem("leave.days_missing", "to_on"))
    if len(entry.note.strip()) > NOTE_MAX:
        problems.append(Problem("leave.note", "note", values={"limit": str(NOTE_MAX)}))
    if first is not None and last is not None:
        if (last, entry.to_half) < (first, entry.from_half):
            problems.append(Problem("leave.ends_before", "to_on"))
        elif (last - first).days >= DAYS_MAX:
            problems.append(Problem("leave.long", "to_on", values={"limit": str(DAYS_MAX)}))
        if first < today - timedelta(days=_BACK_DAYS):
            problems.append(Problem("leave.past", "from_on", values={"limit": str(_BACK_DAYS)}))
        elif last > today + timedelta(days=AHEAD_DAYS_MAX):
            problems.append(Problem("leave.far", "to_on", values={"limit": str(AHEAD_DAYS_MAX)}))
    if problems:
        raise Refused(problems)


def _asked(entry: LeaveEntry, actor: Actor, *, now: datetime) -> _Asked:
    assert entry.from_on is not None
    assert entry.to_on is not None
    place, pool = place_of(actor.unit_id, on=local_day(now)), pool_of(actor.unit_id)
    first, last = Slot(entry.from_on, Half(int(entry.from_half))), Slot(entry.to_on, Half(int(entry.to_half)))
    try:
        slots = slots_between(first, last, hours_on=place.calendar.reception_hours_on)
    except CalendarHorizonError:
        horizon = f"{place.calendar.known_until:%d/%m/%Y}"
        raise Refused([Problem("leave.beyond", "to_on", values={"last": horizon})]) from None
    if not slots:
        raise Refused([Problem("leave.no_working_time", "from_on")])
    coming = [s for s in slots if s.day >= local_day(now)]
    return _Asked(place, pool, slots, tuple(rosters_of(place, coming, pool=pool)))


def _stands_against(entry: LeaveEntry, after: AfterLeave) -> list[OpenGap]:
    return [o for o in after.open if o.fillings or entry.kind != LeaveKind.SICK]


def _refuse_overlap(asked: _Asked, actor: Actor) -> None:
    days = {s.day for s in asked.slots}
    taken = Absence.objects.filter(staff_id=actor.staff_id, day__in=days).values_list("day", "half")
    if {(s.day, int(s.half)) for s in asked.slots} & set(taken):
        raise Refused([Problem("leave.overlaps", "from_on")])


def _choices(entry: LeaveEntry, asked: _Asked) -> dict[tuple[Slot, int], tuple[int, ...]]:
    """Return what was chosen for gaps of these half-days; what names none of them is left out."""
    made = {}
    for slot in asked.slots:
        for counter in asked.place.counters:
            text = entry.chosen.get(gap_key(slot, counter), "")
            parts = text.split("-")
            if text and all(p.isascii() and p.isdecimal() and len(p) < 18 for p in parts):
                made[(slot, counter)] = tuple(int(p) for p in parts)
    return made


def _uncovered(found: OpenGap, asked: _Asked) -> Problem:
    gap = found.gap
    counter = asked.place.counters[gap.counter]
    names = _procedure_names(asked.place, gap.alone or gap.matters)
    return Problem(
        "leave.uncovered",
        gap_key(gap.slot, gap.counter),
        values={
            "counter": str(counter.number),
            "day": f"{gap.slot.day:%d/%m/%Y}",
            "half": str(int(gap.slot.half)),
            "procedures": "; ".join(names[:3]),
            "count": str(len(names)),
        },
    )


def _procedure_names(place: Place, codes: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(place.procedures[c].name for c in codes if c in place.procedures))


def _gap_line(found: OpenGap, asked: _Asked, entry: LeaveEntry, officer: int, turns: Mapping[int, int]) -> GapLine:
    gap, place = found.gap, asked.place
    counter = place.counters[gap.counter]
    roster = next(r for r in asked.rosters if r.slot == gap.slot)
    named = asked.pool.stand_ins.get(officer, set())
    ways = [_way(f, gap.counter, roster, asked, named, turns) for f in found.fillings]
    ways.sort(key=lambda w: (not w.is_named, len(w.steps), w.turns, w.steps))
    key = gap_key(gap.slot, gap.counter)
    return GapLine(
        key=key,
        slot=gap.slot,
        number=counter.number,
        counter_name=counter.name,
        procedures=_procedure_names(place, gap.alone or gap.matters),
        is_alone=bool(gap.alone),
        ways=tuple(ways),
        chosen=entry.chosen.get(key, "") or (ways[0].key if ways else ""),
    )


def _way(
    filling: Sequence[int],
    counter: int,
    roster: Roster,
    asked: _Asked,
    named: set[int],
    turns: Mapping[int, int],
) -> Way:
    sits_at = {o: c for c, o in roster.seats.items()}
    steps, empty = [], counter
    for officer in filling:
        steps.append((asked.pool.names[officer], asked.place.counters[empty].number))
        empty = sits_at.get(officer, empty)
    return Way(way_key(filling), tuple(steps), filling[0] in named, turns.get(filling[-1], 0))


def _turns(asked: _Asked, unit_id: int) -> dict[int, int]:
    """Return how many half-days each officer sits in the weeks asked for: who has least is offered first."""
    counts: dict[int, int] = {}
    rows = Shift.objects.filter(unit_id=unit_id, day__gte=asked.slots[0].day, day__lte=asked.slots[-1].day)
    for staff in rows.values_list("staff_id", flat=True):
        counts[staff] = counts.get(staff, 0) + 1
    return counts


def _other_days(asked: _Asked, actor: Actor, *, now: datetime) -> tuple[tuple[Slot, Slot], ...]:
    start = max(local_day(now) + timedelta(days=1), asked.slots[0].day - timedelta(days=14))
    last = min(start + timedelta(days=_LOOK_AHEAD_DAYS), asked.place.calendar.known_until)
    span = slots_between(
        Slot(start, Half.MORNING), Slot(last, Half.AFTERNOON), hours_on=asked.place.calendar.reception_hours_on
    )
    rosters = rosters_of(asked.place, span, pool=asked.pool)
    return other_days(rosters, actor.staff_id, length=len(asked.slots), limit=_OTHER_DAYS)


def _write(entry: LeaveEntry, asked: _Asked, after: AfterLeave, *, actor: Actor, now: datetime) -> Leave:
    assert entry.from_on is not None
    assert entry.to_on is not None
    is_own_head = actor.has(Role.CENTRE_MANAGER)
    leave = Leave.objects.create(
        key=entry.key,
        unit_id=actor.unit_id,
        staff_id=actor.staff_id,
        kind=entry.kind,
        from_on=entry.from_on,
        from_half=int(entry.from_half),
        to_on=entry.to_on,
        to_half=int(entry.to_half),
        note=nfc(entry.note),
        state=LeaveState.GRANTED if is_own_head else LeaveState.ASKED,
        moves=_moves(asked, after),
        asked_at=now,
        decided_at=now if is_own_head else None,
        decided_by_id=actor.staff_id if is_own_head else None,
    )
    Absence.objects.bulk_create(
        Absence(leave=leave, unit_id=actor.unit_id, staff_id=actor.staff_id, day=s.day, half=int(s.half))
        for s in asked.slots
    )
    for move in leave.moves:
        seat(move, move["to"], unit_id=actor.unit_id, actor=actor, now=now)
    audit.record("leave.asked", leave.id, actor=actor, now=now, half_days=len(asked.slots), moves=len(leave.moves))
    return leave


def _moves(asked: _Asked, after: AfterLeave) -> list[dict[str, object]]:
    """Return what changes in the rota that is posted, counter by counter."""
    moves: list[dict[str, object]] = []
    for before, then in zip(asked.rosters, after.rosters, strict=True):
        if not before.is_posted:
            continue
        for counter, officer in before.seats.items():
            now_there = then.seats.get(counter)
            if now_there != officer:
                slot = {"day": f"{before.slot.day}", "half": int(before.slot.half)}
                moves.append({**slot, "counter": counter, "from": officer, "to": now_there})
    return moves
