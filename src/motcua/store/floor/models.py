"""Answers what happens in a centre's hall: counter groups, who sits where, tickets, appointments, devices.

A ticket holds no personal data. What a kiosk read from a card is sealed, beside the ticket, until it is served.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.store.organisation.models import Counter, Unit


class Hall(models.Model):
    """The waiting hall of a one-stop unit (sảnh chờ), with the centre's own rules of the queue and its targets.

    ``seq`` numbers the hall's events: it is taken under this row's lock, so events have no gaps and are committed in
    their order. ``streaks`` are the groups' runs of calls past ordinary visitors on ``day``. ``stream`` is the
    address of what is public anyway: numbers called and counters.
    """

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="hall")
    stream = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seq = models.PositiveBigIntegerField(default=0)
    day = models.DateField(null=True)
    streaks = models.JSONField(default=dict)
    is_closed = models.BooleanField(default=False)
    notice_vi = models.CharField(max_length=200, blank=True)
    notice_en = models.CharField(max_length=200, blank=True)
    calls_max = models.PositiveSmallIntegerField(default=2)
    streak_max = models.PositiveSmallIntegerField(default=3)
    wait_max_minutes = models.PositiveSmallIntegerField(default=30)
    target_minutes = models.PositiveSmallIntegerField(default=15)
    target_percent = models.PositiveSmallIntegerField(default=90)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(calls_max__gte=1) & Q(target_percent__gte=1) & Q(target_percent__lte=99),
                name="hall_rules_make_sense",
            )
        ]


class HallGroup(models.Model):
    """A group of counters that one queue leads to (nhóm quầy), named by a letter; paused, it gives no tickets.

    ``sectors`` are those of the catalogue whose procedures it receives; ``is_results`` marks where results are
    fetched. ``slot_places`` is how many appointments a quarter of an hour holds; none means no appointments.
    """

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="groups")
    letter = models.CharField(max_length=1)
    name_vi = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    sectors = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    counters = models.ManyToManyField(Counter, related_name="hall_groups", through="GroupCounter")
    is_results = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    slot_places = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hall", "letter"], name="group_letter_unique_in_hall")]


class GroupCounter(models.Model):
    """A counter that serves a group."""

    group = models.ForeignKey(HallGroup, on_delete=models.CASCADE)
    counter = models.ForeignKey(Counter, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "counter"], name="group_counter_once")]


class DeskState(models.IntegerChoices):
    """Whether somebody serves at a counter."""

    OPEN = 1, _("Open")
    PAUSED = 2, _("Paused")
    CLOSED = 3, _("Closed")


class DeskSession(models.Model):
    """An officer at a counter, from opening it to closing it (ca trực quầy)."""

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="sessions")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="sessions")
    staff_id = models.BigIntegerField()
    state = models.PositiveSmallIntegerField(choices=DeskState.choices, default=DeskState.OPEN)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["counter"], condition=~Q(state=3), name="one_officer_at_a_counter"),
            models.UniqueConstraint(fields=["staff_id"], condition=~Q(state=3), name="one_counter_of_an_officer"),
        ]
        indexes = [models.Index(fields=["hall"], name="desk_open", condition=~Q(state=3))]


class Ticket(models.Model):
    """A queue ticket (phiếu số thứ tự) of one hall and day. An index of its events; no personal data.

    ``place_at`` is the place in time and never changes. ``token`` is what the follow page's address holds; ``key``
    was made when the kiosk's form opened, so that pressing twice gives one ticket. ``estimate_minutes`` is what was
    promised when it was taken, ``estimate_model`` what the model alone said: the error of both is measured. ``done``
    names what was done: dossiers, slips, results.
    """

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="tickets")
    day = models.DateField()
    letter = models.CharField(max_length=1)
    number = models.PositiveSmallIntegerField()
    group = models.ForeignKey(HallGroup, on_delete=models.PROTECT, related_name="tickets")
    token = models.CharField(max_length=24, unique=True)
    key = models.UUIDField(unique=True)
    ground = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=5, default="vi")
    procedure_code = models.CharField(max_length=30, blank=True)
    booking = models.OneToOneField("Booking", on_delete=models.PROTECT, null=True, related_name="ticket")
    booked_at = models.DateTimeField(null=True)
    place_at = models.DateTimeField()
    state = models.PositiveSmallIntegerField(default=1)
    for_counter_id = models.BigIntegerField(null=True)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, null=True, related_name="tickets")
    staff_id = models.BigIntegerField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    passed = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=12, blank=True)
    first_called_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    estimate_minutes = models.FloatField(null=True)
    estimate_model = models.FloatField(null=True)
    estimate_margin = models.FloatField(null=True)
    done = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "day", "letter", "number"], name="ticket_number_once_a_day"),
            models.UniqueConstraint(fields=["counter"], condition=Q(state=2), name="one_ticket_at_a_counter"),
        ]
        indexes = [
            models.Index(fields=["hall", "day"], name="ticket_live", condition=Q(state__in=[1, 2, 3])),
            models.Index(fields=["hall", "day", "group"], name="ticket_of_day"),
        ]

    @property
    def label(self) -> str:
        return f"{self.letter}{self.number:03}"


class TicketEvent(models.Model):
    """One thing that happened in the hall; rows are only ever added (a trigger sees to it)."""

    pk = models.CompositePrimaryKey("hall_id", "seq")
    hall_id = models.BigIntegerField()
    seq = models.PositiveBigIntegerField()
    kind = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    ticket_id = models.BigIntegerField(null=True)
    counter_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["hall_id", "at"], name="floor_event_of_day")]


class TicketNote(models.Model):
    """What a kiosk read from a card or a receipt, sealed, for the officer who calls the ticket; gone once served."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="note")
    sealed = models.BinaryField()
    made_at = models.DateTimeField(db_index=True)


class BookingState(models.IntegerChoices):
    """What became of an appointment."""

    BOOKED = 1, _("Booked")
    CAME = 2, _("Came")
    CANCELLED = 3, _("Cancelled")


class Booking(models.Model):
    """An appointment at a centre (lịch hẹn): a group and a quarter of an hour; no name.

    ``contact`` is a phone number for the reminder, taken away a week after the day.
    """

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="bookings")
    group = models.ForeignKey(HallGroup, on_delete=models.PROTECT, related_name="bookings")
    slot_at = models.DateTimeField()
    token = models.CharField(max_length=24, unique=True)
    code = models.CharField(max_length=6)
    key = models.UUIDField(unique=True)
    state = models.PositiveSmallIntegerField(choices=BookingState.choices, default=BookingState.BOOKED)
    contact = models.CharField(max_length=20, blank=True)
    account_id = models.BigIntegerField(null=True)
    procedure_code = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=5, default="vi")
    made_at = models.DateTimeField()
    made_by_staff_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "code"], condition=Q(state=1), name="booking_code_once")
        ]
        indexes = [
            models.Index(fields=["group", "slot_at"], name="booking_of_slot", condition=~Q(state=3)),
            models.Index(fields=["hall", "slot_at"], name="booking_of_hall"),
            models.Index(fields=["slot_at"], name="booking_contact", condition=~Q(contact="")),
        ]


class DeviceKind(models.TextChoices):
    """Machines of the hall."""

    KIOSK = "kiosk", _("Ticket kiosk")
    DISPLAY = "display", _("Display")


class HallDevice(models.Model):
    """A kiosk or display with the token in its address (thiết bị của sảnh); revoked, the address shows nothing."""

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="devices")
    kind = models.CharField(max_length=10, choices=DeviceKind.choices)
    name = models.CharField(max_length=80)
    token = models.CharField(max_length=24, unique=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class LivePart(models.Model):
    """The process that sends live events: when it was last heard of, and to how many it sends.

    ``seen_at`` is the database's own time, not the demo's.
    """

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()
    listeners = models.PositiveIntegerField()
