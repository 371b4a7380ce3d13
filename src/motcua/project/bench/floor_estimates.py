"""Measures how far the promised waits are from the real ones, on a day with exact times through the real services."""

from __future__ import annotations

import heapq
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median, quantiles
from typing import Any

from motcua.project.bench.floor import SEED, a_day
from motcua.project.demo.hall_day import Arrival
from motcua.services.actors import Actor, actor_of
from motcua.services.floor import estimates
from motcua.services.floor.desks import call_next, finish, open_desk
from motcua.services.floor.figures import day_figures
from motcua.services.floor.tickets import TicketRequest, take_ticket
from motcua.services.times import local_day
from motcua.store.floor.models import Hall, Ticket
from motcua.store.organisation.models import Counter, Staff
from motcua.store.organisation.selectors import holdings_of

_OPENS = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Seat:
    counter_id: int
    actor: Actor


def play_with_exact_times(*, tickets: int, counters: int) -> dict[str, Any]:
    """Return the estimates' error of a day in a scratch database; how long it took is not the day's length."""
    from motcua.project.bench.floor_world import make
    from motcua.project.bench.world import scratch_database

    with scratch_database():
        world = make(counters)
        return play_in(world, tickets=tickets)


def play_in(world: dict[str, Any], *, tickets: int) -> dict[str, Any]:
    """Return the figures of the second of two days played in the hall that ``make`` made: the first teaches it."""
    estimates.forget()
    hall, seats, started = Hall.objects.get(), _seats(world), time.perf_counter()
    first = [replace(a, at=a.at - timedelta(days=1)) for a in a_day(world["groups"], tickets=tickets, seed=SEED + 1)]
    _play(hall, first, seats)
    taught = _errors(hall, _OPENS - timedelta(days=1))
    _play(hall, a_day(world["groups"], tickets=tickets), seats)
    return {
        **_errors(hall, _OPENS),
        "estimate_error_min_median_on_a_first_day": taught["estimate_error_min_median"],
        "exact_days_took_s": round(time.perf_counter() - started, 1),
    }


def _seats(world: dict[str, Any]) -> list[_Seat]:
    staff = list(Staff.objects.filter(username__startswith="q").order_by("id"))
    numbers = {c.id: c.number for c in Counter.objects.all()}
    seats = []
    for counter_id in world["counters"]:
        person = staff[numbers[counter_id] - 1]
        holding = holdings_of(person.id, at=_OPENS, on=_OPENS.date())[0]
        seats.append(_Seat(counter_id, actor_of(staff_id=person.id, name=person.full_name, holding=holding)))
    for seat in seats:
        open_desk(counter_id=seat.counter_id, actor=seat.actor, now=_OPENS - timedelta(days=1))
    return seats


def _play(hall: Hall, arrivals: Sequence[Arrival], seats: Sequence[_Seat]) -> None:
    """Play the day: whoever is free calls; a visit lasts as the visitor's matter takes."""
    dice, visits = Random(arrivals[0].at.isoformat()), dict[int, float]()  # noqa: S311
    pending = list(arrivals)
    busy: list[tuple[datetime, int, str]] = []
    free = list(range(len(seats)))
    now = arrivals[0].at
    while pending or busy:
        if pending and (not busy or pending[0].at <= busy[0][0]):
            arrival = pending.pop(0)
            now = arrival.at
            key = uuid.UUID(int=dice.getrandbits(128), version=4)
            wanted = TicketRequest(key, arrival.kind.group, ground=arrival.ground.value)
            visits[take_ticket(hall.id, wanted, now=now).id] = arrival.visit
        else:
            now, number, token = heapq.heappop(busy)
            finish(seen=token, actor=seats[number].actor, now=now)
            free.append(number)
        for number in list(free):
            called = call_next(seen="", actor=seats[number].actor, now=now)
            if called is not None:
                free.remove(number)
                heapq.heappush(busy, (now + timedelta(minutes=visits[called.id]), number, called.token))


def _errors(hall: Hall, day: datetime) -> dict[str, Any]:
    rows = Ticket.objects.filter(
        hall=hall, day=local_day(day), estimate_minutes__isnull=False, first_called_at__isnull=False
    )
    made = [(t.estimate_minutes or 0.0, t.estimate_margin or 0.0, _waited(t)) for t in rows]
    errors = [abs(e - w) for e, _m, w in made]
    waiting = [(e, m, w) for e, m, w in made if w >= 1.0]
    long = [abs(e - w) for e, _m, w in waiting]
    figures = day_figures(hall, local_day(day))
    assert figures.all is not None
    return {
        "estimates": len(made),
        "estimate_error_min_median": round(median(errors), 2),
        "estimate_error_min_p75": round(quantiles(errors, n=4)[2], 2),
        "estimate_error_min_p90": round(quantiles(errors, n=10)[8], 2),
        "who_had_to_wait": len(waiting),
        "estimate_error_min_median_of_those": round(median(long), 2) if long else None,
        "within_the_margin_said": f"{sum(abs(e - w) <= m for e, m, w in waiting) / max(1, len(waiting)):.0%}",
        "wait_min_median": round(figures.all.median, 1),
        "wait_min_p90": round(figures.all.p90, 1),
    }


def _waited(ticket: Ticket) -> float:
    assert ticket.first_called_at is not None
    return (ticket.first_called_at - ticket.place_at).total_seconds() / 60
