"""Answers who can sit at one counter in one half-day, and lets the head seat somebody or leave the counter closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from motcua.core.kernel import Problem, Refused
from motcua.core.staffing import Half, Roster, Slot, may_close, may_sit
from motcua.services import audit
from motcua.services.actors import Actor
from motcua.services.staffing.places import Place, held_unit, place_of, pool_of, require_head, rosters_of
from motcua.services.staffing.rota import monday_of, slots_of_week
from motcua.services.times import local_day
from motcua.store.organisation.models import Counter
from motcua.store.staffing.models import RequiredCounter, Shift

_SHOWN = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class SeatChoice:
    """Somebody who could sit there: ``state`` is free, sits (at ``number``), away or not_competent."""

    staff_id: int
    name: str
    state: str
    number: int


@dataclass(frozen=True, slots=True)
class SeatPage:
    """A seat to be given: the counter, the half-day, who sits there, who could."""

    counter: Counter
    slot: Slot
    staff_id: int | None
    choices: tuple[SeatChoice, ...]
    is_required: bool


def seat_page(actor: Actor, *, counter_id: int, day: date | None, half: str, now: datetime) -> SeatPage | None:
    """Return a seat of the head's unit with who could sit there, the free and competent first; ``None``: no such."""
    require_head(actor)
    if day is None or half not in ("1", "2") or abs(day - local_day(now)) > _SHOWN:
        return None
    slot = Slot(day, Half(int(half)))
    place, pool = place_of(actor.unit_id, on=day), pool_of(actor.unit_id)
    if counter_id not in place.counters or slot not in slots_of_week(place, monday_of(day)):
        return None
    roster = rosters_of(place, [slot], pool=pool)[0]
    roster = replace(roster, needs={**roster.needs, counter_id: place.receives[counter_id]})
    choices = [_choice(place, roster, o, pool.names[o], counter_id) for o in pool.on(day)]
    rank = {"free": 0, "sits": 1, "not_competent": 2, "away": 3}
    return SeatPage(
        counter=place.counters[counter_id],
        slot=slot,
        staff_id=roster.seats.get(counter_id),
        choices=tuple(sorted(choices, key=lambda c: (rank[c.state], c.name))),
        is_required=counter_id in place.required,
    )


def set_seat(actor: Actor, *, counter_id: int, day: date | None, half: str, staff_id: int, now: datetime) -> None:
    """Let an officer sit at a counter in a half-day, or with 0 leave it closed.

    Problems: ``rota.slot``, ``rota.away``, ``rota.not_competent``, ``rota.sits_elsewhere``, ``rota.must_be_staffed``,
    ``rota.nobody_receives``.
    """
    require_head(actor)
    if day is None or half not in ("1", "2") or abs(day - local_day(now)) > _SHOWN:
        raise Refused([Problem("rota.slot", "day")])
    slot = Slot(day, Half(int(half)))
    with transaction.atomic():
        held_unit(actor.unit_id)
        place, pool = place_of(actor.unit_id, on=day), pool_of(actor.unit_id)
        if (
            counter_id not in place.counters
            or slot not in slots_of_week(place, monday_of(day))
            or day < local_day(now)
        ):
            raise Refused([Problem("rota.slot", "day")])
        roster = rosters_of(place, [slot], pool=pool)[0]
        at = {"counter_id": counter_id, "day": day, "half": int(slot.half)}
        if not staff_id:
            _refuse_closing(place, roster, counter_id)
            Shift.objects.filter(**at).delete()
        else:
            roster = replace(roster, needs={**roster.needs, counter_id: place.receives[counter_id]})
            if problems := may_sit(roster, counter=counter_id, officer=staff_id):
                raise Refused(problems)
            made = {"staff_id": staff_id, "made_by_id": actor.staff_id, "made_at": now}
            if not Shift.objects.filter(**at).update(**made):
                Shift.objects.create(unit_id=actor.unit_id, **at, **made)
        audit.record("rota.changed", counter_id, actor=actor, now=now, day=str(day), half=int(slot.half))


def require_counters(actor: Actor, *, counter_ids: Sequence[int], now: datetime) -> None:
    """Keep which counters must have somebody whenever the office works; none of them may stay closed."""
    require_head(actor)
    with transaction.atomic():
        held_unit(actor.unit_id)
        own = set(Counter.objects.filter(unit_id=actor.unit_id).values_list("id", flat=True))
        wanted = own & set(counter_ids)
        RequiredCounter.objects.filter(counter_id__in=own - wanted).delete()
        held = set(RequiredCounter.objects.filter(counter_id__in=own).values_list("counter_id", flat=True))
        RequiredCounter.objects.bulk_create(
            RequiredCounter(counter_id=c, made_by_id=actor.staff_id, made_at=now) for c in sorted(wanted - held)
        )
        audit.record("rota.required", actor.unit_id, actor=actor, now=now, counters=len(wanted))


def _choice(place: Place, roster: Roster, officer: int, name: str, counter_id: int) -> SeatChoice:
    found = {p.code for p in may_sit(roster, counter=counter_id, officer=officer)}
    sits_at = next((c for c, o in roster.seats.items() if o == officer and c != counter_id), None)
    number = place.counters[sits_at].number if sits_at is not None else 0
    if "rota.away" in found:
        return SeatChoice(officer, name, "away", 0)
    if "rota.not_competent" in found:
        return SeatChoice(officer, name, "not_competent", number)
    return SeatChoice(officer, name, "sits" if sits_at is not None else "free", number)


def _refuse_closing(place: Place, roster: Roster, counter_id: int) -> None:
    if counter_id in place.required:
        raise Refused([Problem("rota.must_be_staffed", "staff")])
    alone = may_close(roster, counter=counter_id)
    if counter_id in roster.seats and alone:
        names = sorted(place.procedures[c].name for c in alone if c in place.procedures)
        values = {"procedures": "; ".join(names[:3]), "count": str(len(names))}
        raise Refused([Problem("rota.nobody_receives", "staff", values=values)])
