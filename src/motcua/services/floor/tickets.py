"""Answers how a visitor gets a ticket, gives it up, or comes back after having been set aside."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from motcua.core.floor import EventKind, Ground, State
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied
from motcua.services.floor.estimates import promise
from motcua.services.floor.halls import LIVE, locked, write_event
from motcua.services.floor.notes import forget_note, keep_note
from motcua.services.times import local_day
from motcua.store.floor.models import Booking, BookingState, Hall, HallGroup, Ticket

NUMBER_MAX = 999


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """What a kiosk or an officer asks for; ``key`` was made when the form opened. ``note`` is sealed beside it."""

    key: uuid.UUID
    group_id: int
    ground: str = ""
    language: str = "vi"
    procedure_code: str = ""
    note: Mapping[str, Any] = field(default_factory=dict)


def take_ticket(hall_id: int, wanted: TicketRequest, *, now: datetime, actor: Actor | None = None) -> Ticket:
    """Return the ticket; the same key gives the same ticket, however often it is sent.

    Problems: ``floor.hall_closed``, ``floor.group_missing``, ``floor.group_paused``, ``floor.ground``,
    ``floor.full``.
    """
    with transaction.atomic():
        hall = locked(hall_id, now=now)
        known = Ticket.objects.filter(key=wanted.key, hall=hall).first()
        if known is not None:
            return known
        group = HallGroup.objects.filter(hall=hall, id=wanted.group_id).first()
        if problems := _faults(hall, group, wanted):
            raise Refused(problems)
        assert group is not None
        ticket = _new(hall, group, wanted, booking=None, now=now, actor=actor)
    return promise(ticket, now=now)


def check_in(hall_id: int, *, code: str, key: uuid.UUID, now: datetime) -> Ticket:
    """Return the ticket of an appointment whose visitor has come: on its day, from one hour before.

    Problems: ``floor.booking_unknown``, ``floor.booking_other_day``, ``floor.hall_closed``, ``floor.full``.
    """
    with transaction.atomic():
        hall = locked(hall_id, now=now)
        known = Ticket.objects.filter(key=key, hall=hall).first()
        if known is not None:
            return known
        booking = Booking.objects.filter(hall=hall, code=code.strip(), state=BookingState.BOOKED).first()
        if booking is None:
            raise Refused([Problem("floor.booking_unknown", "code")])
        if local_day(booking.slot_at) != local_day(now):
            day = f"{local_day(booking.slot_at):%d/%m/%Y}"
            raise Refused([Problem("floor.booking_other_day", "code", values={"day": day})])
        wanted = TicketRequest(
            key, booking.group_id, language=booking.language, procedure_code=booking.procedure_code
        )
        # The place was promised: a pause of the group does not take it away.
        problems = [p for p in _faults(hall, booking.group, wanted) if p.code != "floor.group_paused"]
        if problems:
            raise Refused(problems)
        booking.state = BookingState.CAME
        booking.save(update_fields=["state"])
        ticket = _new(hall, booking.group, wanted, booking=booking, now=now, actor=None)
    return promise(ticket, now=now)


def give_up(token: str, *, now: datetime) -> None:
    """Take the visitor's ticket out of the queue; nothing happens when it is not waiting."""
    with transaction.atomic():
        ticket = _held(token, now=now)
        if ticket.state not in (State.WAITING, State.ASIDE):
            return
        ticket.state, ticket.ended_at = State.LEFT, now
        ticket.save(update_fields=["state", "ended_at"])
        forget_note(ticket)
        write_event(ticket.hall, EventKind.LEFT, now=now, ticket=ticket)


def come_back(token: str, *, now: datetime, actor: Actor | None = None) -> None:
    """Put a ticket that was set aside back into the queue, at its old place in time."""
    with transaction.atomic():
        ticket = _held(token, now=now)
        if actor is not None and ticket.hall.unit_id != actor.unit_id:
            raise Denied("ticket of another hall")
        if ticket.state != State.ASIDE:
            return
        ticket.state, ticket.calls = State.WAITING, 0
        ticket.save(update_fields=["state", "calls"])
        write_event(ticket.hall, EventKind.RETURNED, now=now, ticket=ticket, actor=actor)


def close_past_days(*, now: datetime) -> int:
    """Close what was left open on earlier days, and forget what was read from cards; return how many tickets."""
    halls = Ticket.objects.filter(state__in=LIVE, day__lt=local_day(now)).values_list("hall_id", flat=True)
    count = 0
    for hall_id in sorted(set(halls)):
        with transaction.atomic():
            hall = locked(hall_id, now=now)
            for ticket in Ticket.objects.filter(hall=hall, state__in=LIVE, day__lt=hall.day):
                # Nobody pressed "finished": how long that visit took is not known, so it has no end.
                kind = EventKind.FINISHED if ticket.state == State.CALLED else EventKind.LEFT
                ticket.state = State.DONE if kind is EventKind.FINISHED else State.LEFT
                ticket.ended_at = None if kind is EventKind.FINISHED else now
                ticket.save(update_fields=["state", "ended_at"])
                forget_note(ticket)
                write_event(hall, kind, now=now, ticket=ticket, counter_id=ticket.counter_id, swept=True)
                count += 1
    return count


def _held(token: str, *, now: datetime) -> Ticket:
    """Return the ticket with its hall locked. Raises Ticket.DoesNotExist."""
    hall_id = Ticket.objects.values_list("hall_id", flat=True).get(token=token)
    hall = locked(hall_id, now=now)
    ticket = Ticket.objects.get(token=token)
    ticket.hall = hall
    return ticket


def _faults(hall: Hall, group: HallGroup | None, wanted: TicketRequest) -> list[Problem]:
    problems = []
    if hall.is_closed:
        problems.append(Problem("floor.hall_closed"))
    if group is None:
        problems.append(Problem("floor.group_missing", "group"))
    elif group.is_paused:
        problems.append(Problem("floor.group_paused", "group", values={"letter": group.letter}))
    if wanted.ground not in set(Ground):
        problems.append(Problem("floor.ground", "ground"))
    return problems


def _new(
    hall: Hall,
    group: HallGroup,
    wanted: TicketRequest,
    *,
    booking: Booking | None,
    now: datetime,
    actor: Actor | None,
) -> Ticket:
    assert hall.day is not None
    last = Ticket.objects.filter(hall=hall, day=hall.day, letter=group.letter).aggregate(last=Max("number"))["last"]
    number = (last or 0) + 1
    if number > NUMBER_MAX:
        raise Refused([Problem("floor.full", "group")])
    booked_at = booking.slot_at if booking is not None else None
    ticket = Ticket.objects.create(
        hall=hall,
        day=hall.day,
        letter=group.letter,
        number=number,
        group=group,
        token=secrets.token_urlsafe(12),
        key=wanted.key,
        ground=wanted.ground,
        language=wanted.language,
        procedure_code=wanted.procedure_code,
        booking=booking,
        booked_at=booked_at,
        place_at=now,
    )
    keep_note(ticket, wanted.note, now=now)
    _write_taken(ticket, hall, now=now, actor=actor)
    return ticket


def _write_taken(ticket: Ticket, hall: Hall, *, now: datetime, actor: Actor | None) -> None:
    write_event(
        hall,
        EventKind.TAKEN,
        now=now,
        ticket=ticket,
        actor=actor,
        label=ticket.label,
        group=ticket.group_id,
        ground=ticket.ground,
        booked_at=ticket.booked_at.isoformat() if ticket.booked_at else None,
    )
