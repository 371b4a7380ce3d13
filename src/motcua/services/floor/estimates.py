"""Answers how long people wait in a hall now and how sure that is, from its queue and from what was measured.

What is worked out is kept for a few seconds per hall: a display, a hundred telephones and the counters ask often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from motcua.core.floor import Calibration, Forecast, Seat, State, calibration, forecast
from motcua.services.floor.halls import Floor, floor_of
from motcua.services.times import local_day
from motcua.store.floor.models import DeskState, Hall, Ticket

VISITS_PER_GROUP, VISIT_DAYS, MEASURED_DAYS, MEASURED_MAX = 150, 21, 7, 1500
_FORECAST_SECONDS, _HISTORY_SECONDS = 10, 120


@dataclass(frozen=True, slots=True)
class History:
    """What was measured: minutes of visits by group, newest first, and what the estimates were worth."""

    visits: Mapping[int, tuple[float, ...]]
    known: Calibration


class _Kept:
    lock = Lock()
    forecasts: dict[int, tuple[int, datetime, Forecast]] = {}
    histories: dict[int, tuple[datetime, History]] = {}


def forget() -> None:
    """Forget what is kept; for tests, whose database goes back."""
    _Kept.forecasts.clear()
    _Kept.histories.clear()


def forecast_of(floor: Floor, *, now: datetime) -> Forecast:
    """Return what everybody can expect; worked out anew when something has happened, or after ten seconds."""
    kept = _Kept.forecasts.get(floor.hall.id)
    if kept is not None and kept[0] == floor.hall.seq and abs((now - kept[1]).total_seconds()) < _FORECAST_SECONDS:
        return kept[2]
    made = _forecast(floor, now=now)
    with _Kept.lock:
        _Kept.forecasts[floor.hall.id] = (floor.hall.seq, now, made)
    return made


def promise(ticket: Ticket, *, now: datetime) -> Ticket:
    """Write down what the ticket was promised when it was taken, so that the error can be measured afterwards."""
    hall = Hall.objects.get(id=ticket.hall_id)
    made = _forecast(floor_of(hall, day=local_day(now)), now=now).by_ticket.get(ticket.id)
    if made is not None:
        ticket.estimate_minutes, ticket.estimate_margin = made.minutes, made.margin
        ticket.estimate_model = made.model
        ticket.save(update_fields=["estimate_minutes", "estimate_margin", "estimate_model"])
    return ticket


def history_of(hall_id: int, *, now: datetime) -> History:
    kept = _Kept.histories.get(hall_id)
    if kept is not None and abs((now - kept[0]).total_seconds()) < _HISTORY_SECONDS:
        return kept[1]
    made = History(_visits(hall_id, now=now), _calibration(hall_id, now=now))
    with _Kept.lock:
        _Kept.histories[hall_id] = (now, made)
    return made


def _forecast(floor: Floor, *, now: datetime) -> Forecast:
    history = history_of(floor.hall.id, now=now)
    return forecast(
        floor.queue(),
        seats_of(floor, now=now),
        groups=[g.id for g in floor.groups],
        visits=history.visits,
        now=now,
        rules=floor.rules,
        known=history.known,
        seed=floor.hall.seq,
    )


def seats_of(floor: Floor, *, now: datetime) -> list[Seat]:
    """Return the counters that serve: the open ones, and a paused one never."""
    seats = []
    for session in floor.sessions:
        if session.state != DeskState.OPEN:
            continue
        served = floor.serves[session.counter_id]
        ticket = floor.at_counter(session.counter_id)
        if ticket is None or ticket.called_at is None:
            seats.append(Seat(session.counter_id, served))
        else:
            minutes = (now - ticket.called_at).total_seconds() / 60
            seats.append(Seat(session.counter_id, served, ticket.group_id, minutes))
    return seats


def _visits(hall_id: int, *, now: datetime) -> dict[int, tuple[float, ...]]:
    rows = (
        Ticket.objects.filter(
            hall_id=hall_id,
            day__gte=local_day(now) - timedelta(days=VISIT_DAYS),
            state=State.DONE,
            ended_at__isnull=False,
        )
        .order_by("-day", "-ended_at")
        .values_list("group_id", "called_at", "ended_at")[:3000]
    )
    found: dict[int, list[float]] = {}
    for group_id, called_at, ended_at in rows:
        visits = found.setdefault(group_id, [])
        if called_at is not None and ended_at is not None and len(visits) < VISITS_PER_GROUP:
            visits.append((ended_at - called_at).total_seconds() / 60)
    return {group: tuple(visits) for group, visits in found.items()}


def _calibration(hall_id: int, *, now: datetime) -> Calibration:
    rows = (
        Ticket.objects.filter(
            hall_id=hall_id,
            day__gte=local_day(now) - timedelta(days=MEASURED_DAYS),
            estimate_model__isnull=False,
            first_called_at__isnull=False,
            booked_at__isnull=True,
        )
        .order_by("-day", "-first_called_at")
        .values_list("estimate_model", "estimate_minutes", "place_at", "first_called_at")[:MEASURED_MAX]
    )
    return calibration(
        [
            (model, promised, (called - place).total_seconds() / 60)
            for model, promised, place, called in rows
            if model is not None and promised is not None and called is not None
        ]
    )
