"""Answers what a one-stop unit works with: premises, machines with their faults, money asked for; meetings and notices.

What somebody found on a day (a check of the list, an answer on a function) is only added to.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.store.organisation.models import Counter, Unit


class AssetKind(models.TextChoices):
    """Kinds of equipment; the lists of the law count by them."""

    DESK = "desk", _("Counter desk")
    COMPUTER = "computer", _("Computer")
    SCANNER = "scanner", _("Scanner")
    PRINTER = "printer", _("Printer")
    CAMERA = "camera", _("Camera")
    KIOSK = "kiosk", _("Smart kiosk")
    QUEUE_MACHINE = "queue_machine", _("Queue machine")
    TOUCH_SCREEN = "touch_screen", _("Touch screen to look things up")
    DISPLAY_SCREEN = "display_screen", _("Display of numbers")
    SEATS = "seats", _("Seats and writing desks")
    CARD_READER = "card_reader", _("Card reader")
    OTHER = "other", _("Other equipment")


class AssetState(models.TextChoices):
    """Whether a piece works."""

    WORKING = "working", _("Works")
    FAULTY = "faulty", _("Out of order")
    REPAIRING = "repairing", _("Being repaired")
    WRITTEN_OFF = "written_off", _("Written off")


class Asset(models.Model):
    """A piece of equipment of a one-stop unit (trang thiết bị): at a counter, or for the whole hall."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assets", db_index=False)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, null=True, related_name="assets")
    kind = models.CharField(max_length=20, choices=AssetKind.choices)
    name = models.CharField(max_length=120)
    inventory_no = models.CharField(max_length=40)
    bought_on = models.DateField(null=True)
    value_vnd = models.PositiveBigIntegerField(null=True)
    warranty_to_on = models.DateField(null=True)
    state = models.CharField(max_length=20, choices=AssetState.choices, default=AssetState.WORKING)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "inventory_no"], name="asset_number_once")]
        indexes = [
            models.Index(fields=["unit", "id"], name="asset_of_unit"),
            models.Index(fields=["unit", "kind", "id"], name="asset_of_kind"),
            models.Index(fields=["unit", "state", "id"], name="asset_of_state"),
        ]


class FaultState(models.TextChoices):
    """How far a fault is; open until repaired or written off."""

    REPORTED = "reported", _("Reported")
    REPAIRING = "repairing", _("Being repaired")
    REPAIRED = "repaired", _("Repaired")
    WRITTEN_OFF = "written_off", _("Written off")

    @classmethod
    def open(cls) -> tuple[str, str]:
        return (cls.REPORTED, cls.REPAIRING)


class Fault(models.Model):
    """A fault of a piece of equipment (sự cố thiết bị), from when it stopped working to when it worked again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="faults", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="faults", db_index=False)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=300)
    since_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=FaultState.choices, default=FaultState.REPORTED)
    reported_at = models.DateTimeField()
    reported_by_id = models.BigIntegerField()
    repair_from_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset"], condition=Q(closed_at__isnull=True), name="one_open_fault_of_an_asset"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("since_at")),
                name="fault_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=["reported", "repairing"])
                | Q(closed_at__isnull=False, state__in=["repaired", "written_off"]),
                name="fault_closed_as_its_state_says",
            ),
        ]
        indexes = [
            models.Index(fields=["asset", "-since_at", "-id"], name="fault_of_asset"),
            models.Index(fields=["unit", "-since_at", "-id"], name="fault_of_unit"),
            models.Index(fields=["unit"], name="fault_open", condition=Q(closed_at__isnull=True)),
        ]


class PremisesCheck(models.Model):
    """Somebody looked whether an item of the law's list is there (kiểm tra cơ sở vật chất); rows are only added."""

    key = models.UUIDField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="premises_checks", db_index=False)
    item = models.CharField(max_length=40)
    on = models.DateField()
    is_met = models.BooleanField()
    ground = models.CharField(max_length=300)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "item"], name="premises_check_once")]
        indexes = [models.Index(fields=["unit", "item", "-on", "-id"], name="premises_check_of_item")]


class InvestmentState(models.TextChoices):
    """What was decided on a line of the plan."""

    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Not approved")


class InvestmentLine(models.Model):
    """A line of a year's plan to buy or repair (kế hoạch đầu tư, mua sắm): proposed, then approved or not."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="investment_lines", db_index=False)
    year = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    amount_vnd = models.PositiveBigIntegerField()
    ground = models.CharField(max_length=300)
    state = models.CharField(max_length=20, choices=InvestmentState.choices, default=InvestmentState.PROPOSED)
    approved_quantity = models.PositiveIntegerField(null=True)
    approved_vnd = models.PositiveBigIntegerField(null=True)
    decision_no = models.CharField(max_length=60, blank=True)
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="investment_of_something"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_quantity__isnull=False, approved_vnd__isnull=False, decided_at__isnull=False),
                name="investment_approved_with_figures",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-year", "id"], name="investment_of_year")]


class HeadsMeeting(models.Model):
    """A meeting of the head with the sending agencies (họp giao ban quý)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="heads_meetings", db_index=False)
    on = models.DateField()
    attendees = models.TextField()
    matters = models.TextField()
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "-on", "-id"], name="heads_meeting_of_unit")]


class MeetingConclusion(models.Model):
    """What a meeting concluded: what is to be done, by whom, until when, and when it was done."""

    meeting = models.ForeignKey(HeadsMeeting, on_delete=models.PROTECT, related_name="conclusions", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    who = models.CharField(max_length=120)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    done_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="meeting_conclusion_number")]


class MonthlyNotice(models.Model):
    """The head's notice of a month to the unit's staff (thông báo tháng): its facts as counted then, and remarks."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="monthly_notices", db_index=False)
    month = models.DateField()
    facts = models.JSONField()
    remarks = models.TextField(blank=True)
    published_by_id = models.BigIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="monthly_notice_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="monthly_notice_of_a_month"),
        ]


class ReadinessAnswer(models.Model):
    """Somebody answered whether a unit uses a function of the system that the system cannot see; rows are only added."""

    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="readiness_answers", db_index=False)
    function = models.PositiveSmallIntegerField()
    is_in_use = models.BooleanField()
    on = models.DateField()
    ground = models.CharField(max_length=300)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "function", "-on", "-id"], name="readiness_of_function")]
