"""Answers which appointments a centre can give, and makes, cancels and forgets them.

No name is asked: a group, a quarter of an hour, and if wanted a telephone number for the reminder.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from motcua.core.floor import Slot, free_slots
from motcua.core.kernel import Problem, Refused
from motcua.services.calendars import calendar_of
from motcua.services.floor.halls import locked
from motcua.services.times import VIETNAM, local_day
from motcua.store.floor.models import Booking, BookingState, Hall, HallGroup
from motcua.store.ledger.models import OutboxMessage

DAYS_AHEAD, PER_DAY, CONTACT_KEPT = 6, 2, timedelta(days=7)
NOTICE, REMINDED_BEFORE = timedelta(minutes=30), timedelta(hours=16)
BOOKING_MADE, BOOKING_CANCELLED, BOOKING_REMINDER = "booking.made", "booking.cancelled", "booking.reminder"
_PHONE = re.compile(r"0\d{9}")


@dataclass(frozen=True, slots=True)
class DaySlots:
    """The places left on a day."""

    day: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What a visitor asks for; ``key`` was made when the form opened. ``account_id`` is the citizen's, if known."""

    key: uuid.UUID
    group_id: int
    slot_at: datetime | None
    contact: str = ""
    account_id: int | None = None
    procedure_code: str = ""
    language: str = "vi"


def slots_of(group: HallGroup, *, agency_id: int, now: datetime) -> tuple[DaySlots, ...]:
    """Return the days from today to six days ahead on which the group still has places."""
    today = local_day(now)
    taken = Counter(
        Booking.objects.filter(group=group, slot_at__gte=now - timedelta(minutes=15))
        .exclude(state=BookingState.CANCELLED)
        .values_list("slot_at", flat=True)
    )
    booked = {at.astimezone(VIETNAM): count for at, count in taken.items()}
    found = []
    for number in range(DAYS_AHEAD + 1):
        day = today + timedelta(days=number)
        slots = free_slots(
            open_spans(agency_id, day), capacity=group.slot_places, booked=booked, now=now, notice=NOTICE
        )
        if slots:
            found.append(DaySlots(day, slots))
    return tuple(found)


def open_spans(agency_id: int, day: date) -> list[tuple[datetime, datetime]]:
    """Return the hours in which the centre receives on a day."""
    calendar = calendar_of(agency_id)
    hours = calendar.reception_hours_on(day)
    midnight = datetime.combine(day, time(), VIETNAM)
    return [(midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in hours]


def book(hall: Hall, wanted: BookingRequest, *, now: datetime, staff_id: int | None = None) -> Booking:
    """Return the appointment; the same key gives the same one. ``staff_id`` is the
    officer who books for somebody on the telephone.

    Problems: ``floor.group_missing``, ``floor.slot_missing``, ``floor.slot_taken``, ``floor.contact_wrong``,
    ``floor.booked_often``.
    """
    with transaction.atomic():
        locked(hall.id, now=now)
        known = Booking.objects.filter(key=wanted.key, hall=hall).first()
        if known is not None:
            return known
        group = HallGroup.objects.filter(hall=hall, id=wanted.group_id, slot_places__gt=0).first()
        contact = re.sub(r"[ .]", "", wanted.contact)
        if problems := _faults(hall, group, wanted, contact=contact, now=now):
            raise Refused(problems)
        assert group is not None
        assert wanted.slot_at is not None
        booking = Booking.objects.create(
            hall=hall,
            group=group,
            slot_at=wanted.slot_at,
            token=secrets.token_urlsafe(12),
            code=_free_code(hall),
            key=wanted.key,
            contact=contact,
            account_id=wanted.account_id,
            procedure_code=wanted.procedure_code,
            language=wanted.language,
            made_at=now,
            made_by_staff_id=staff_id,
        )
        _tell(BOOKING_MADE, booking, now=now, at=now)
        _tell(BOOKING_REMINDER, booking, now=now, at=max(now, booking.slot_at - REMINDED_BEFORE))
    return booking


def cancel(token: str, *, now: datetime) -> None:
    """Give the place back; nothing happens when the visitor has come or it was cancelled before."""
    with transaction.atomic():
        booking = Booking.objects.select_for_update().get(token=token)
        if booking.state != BookingState.BOOKED:
            return
        booking.state = BookingState.CANCELLED
        booking.save(update_fields=["state"])
        OutboxMessage.objects.filter(topic=BOOKING_REMINDER, key=booking.token, sent_at__isnull=True).delete()
        _tell(BOOKING_CANCELLED, booking, now=now, at=now)


def booking_for(token: str) -> Booking | None:
    return Booking.objects.select_related("hall__unit__agency", "group").filter(token=token).first()


def bookings_of_account(account_id: int, *, now: datetime) -> list[Booking]:
    """Return the appointments of an account that are still ahead."""
    rows = Booking.objects.filter(account_id=account_id, state=BookingState.BOOKED, slot_at__gte=now)
    return list(rows.select_related("hall__unit", "group").order_by("slot_at"))


def forget_contacts(*, now: datetime) -> int:
    """Take telephone number and account from appointments a week after their day; return of how many."""
    past = Booking.objects.filter(slot_at__lt=now - CONTACT_KEPT).exclude(contact="", account_id__isnull=True)
    return past.update(contact="", account_id=None)


def _faults(
    hall: Hall, group: HallGroup | None, wanted: BookingRequest, *, contact: str, now: datetime
) -> list[Problem]:
    problems = []
    if group is None:
        return [Problem("floor.group_missing", "group")]
    if contact and not _PHONE.fullmatch(contact):
        problems.append(Problem("floor.contact_wrong", "contact"))
    if wanted.slot_at is None:
        return [*problems, Problem("floor.slot_missing", "slot")]
    days = slots_of(group, agency_id=hall.unit.agency_id, now=now)
    if not any(slot.starts_at == wanted.slot_at for day in days for slot in day.slots):
        problems.append(Problem("floor.slot_taken", "slot"))
    if _booked_that_day(hall, wanted, contact=contact) >= PER_DAY:
        problems.append(Problem("floor.booked_often", "contact", values={"limit": str(PER_DAY)}))
    return problems


def _booked_that_day(hall: Hall, wanted: BookingRequest, *, contact: str) -> int:
    assert wanted.slot_at is not None
    start = datetime.combine(local_day(wanted.slot_at), time(), VIETNAM)
    rows = Booking.objects.filter(hall=hall, slot_at__gte=start, slot_at__lt=start + timedelta(days=1)).exclude(
        state=BookingState.CANCELLED
    )
    if wanted.account_id is not None:
        return rows.filter(account_id=wanted.account_id).count()
    return rows.filter(contact=contact).count() if contact else 0


def _free_code(hall: Hall) -> str:
    """Return six digits that no other open appointment of the hall has; typed at the kiosk."""
    used = set(Booking.objects.filter(hall=hall, state=BookingState.BOOKED).values_list("code", flat=True))
    codes = (f"{secrets.randbelow(1_000_000):06}" for _try in range(10_000))
    return next(code for code in codes if code not in used)


def _tell(topic: str, booking: Booking, *, now: datetime, at: datetime) -> None:
    OutboxMessage.objects.create(
        topic=topic,
        key=booking.token,
        body={"slot_at": booking.slot_at.isoformat(), "language": booking.language},
        made_at=now,
        next_attempt_at=at,
    )
