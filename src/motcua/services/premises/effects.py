"""Answers what faults did to waiting: minutes out of service, and waits and visits with and without them.

Nothing is stored: each figure is counted from the hall's tickets when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from motcua.core.calendar import Calendar, CalendarHorizonError
from motcua.core.floor import State
from motcua.core.premises import Down, Effect, Visit, effect
from motcua.services.calendars import calendar_of
from motcua.services.floor.figures import waited
from motcua.services.times import VIETNAM, local_day
from motcua.store.floor.models import Hall, Ticket
from motcua.store.organisation.models import Unit
from motcua.store.premises.models import Fault

USUAL_DAYS = 28
_FAULTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class FaultEffect:
    """A fault with how long it lasted in working time, and its effect at its counter and in the whole hall.

    ``down`` are the worked intervals of the fault that were looked at; ``at_counter`` is empty for a piece of the hall.
    """

    fault: Fault
    minutes: float
    down: tuple[Down, ...]
    at_counter: Effect | None
    in_hall: Effect


def faults_of_day(hall: Hall, day: date, *, now: datetime) -> tuple[FaultEffect, ...]:
    """Return the faults of the hall's unit that lasted into a day, each with its effect on that day.

    Two statements whatever the number of faults: the faults, and the tickets of the day and the four weeks before.
    """
    start = datetime.combine(day, time(), VIETNAM)
    end = start + timedelta(days=1)
    overlap = Q(closed_at__isnull=True) | Q(closed_at__gt=start)
    rows = Fault.objects.filter(overlap, unit_id=hall.unit_id, since_at__lt=min(end, now)).order_by("since_at", "id")
    faults = list(rows.select_related("asset", "counter")[:_FAULTS_SHOWN])
    if not faults:
        return ()
    calendar = calendar_of(hall.unit.agency_id)
    downs = [_down(f, calendar, first=day, last=day, now=now) for f in faults]
    visits = _visits(hall.id, first=day - timedelta(days=USUAL_DAYS), last=day)
    return tuple(_effect(f, d, faults, visits, calendar, now=now) for f, d in zip(faults, downs, strict=True))


def effects_of(faults: Sequence[Fault], unit: Unit, *, now: datetime) -> tuple[FaultEffect, ...]:
    """Return the effect of each of these faults over all its days.

    One statement a fault, for each looks at its own four weeks of visitors: a page asks for a few at most.
    """
    calendar = calendar_of(unit.agency_id)
    hall = Hall.objects.filter(unit=unit).first()
    made = []
    for fault in faults:
        first, last = local_day(fault.since_at), local_day(fault.closed_at or now)
        down = _down(fault, calendar, first=first, last=last, now=now)
        visits = _visits(hall.id, first=first - timedelta(days=USUAL_DAYS), last=last) if hall is not None else []
        made.append(_effect(fault, down, faults, visits, calendar, now=now))
    return tuple(made)


def minutes_out(fault: Fault, calendar: Calendar, *, now: datetime) -> float:
    """Return the working minutes of the fault so far."""
    try:
        return calendar.working_minutes_between(fault.since_at, fault.closed_at or now)
    except CalendarHorizonError:
        return 0.0


def _effect(
    fault: Fault,
    down: Sequence[Down],
    faults: Iterable[Fault],
    visits: Sequence[Visit],
    calendar: Calendar,
    *,
    now: datetime,
) -> FaultEffect:
    here = [(f.since_at, f.closed_at or now) for f in faults if f.id != fault.id and f.counter_id == fault.counter_id]
    anywhere = [(f.since_at, f.closed_at or now) for f in faults if f.id != fault.id]
    at_counter = None
    if fault.counter_id is not None:
        own = [v for v in visits if v.counter == fault.counter_id]
        at_counter = effect(own, down=down, also_down=here)
    return FaultEffect(
        fault=fault,
        minutes=minutes_out(fault, calendar, now=now),
        down=tuple(down),
        at_counter=at_counter,
        in_hall=effect(visits, down=down, also_down=anywhere),
    )


def _down(fault: Fault, calendar: Calendar, *, first: date, last: date, now: datetime) -> tuple[Down, ...]:
    """Return the fault's intervals within the hours in which the counters receive, day by day."""
    found: list[Down] = []
    day = max(first, local_day(fault.since_at))
    until = fault.closed_at or now
    while day <= min(last, local_day(until)):
        midnight = datetime.combine(day, time(), VIETNAM)
        try:
            hours = calendar.reception_hours_on(day)
        except CalendarHorizonError:
            hours = ()
        for start, end in hours:
            begins = max(fault.since_at, midnight + timedelta(minutes=start))
            ends = min(until, midnight + timedelta(minutes=end))
            if begins < ends:
                found.append((begins, ends))
        day += timedelta(days=1)
    return tuple(found)


def _visits(hall_id: int, *, first: date, last: date) -> list[Visit]:
    rows = Ticket.objects.filter(hall_id=hall_id, day__gte=first, day__lte=last, first_called_at__isnull=False)
    wanted = ("counter_id", "state", "place_at", "booked_at", "first_called_at", "called_at", "ended_at")
    return [_visit(t) for t in rows.only(*wanted)]


def _visit(ticket: Ticket) -> Visit:
    assert ticket.first_called_at is not None
    served = None
    if ticket.state == State.DONE and ticket.ended_at is not None and ticket.called_at is not None:
        served = (ticket.ended_at - ticket.called_at).total_seconds() / 60
    return Visit(ticket.counter_id, ticket.called_at or ticket.first_called_at, waited(ticket), served)
