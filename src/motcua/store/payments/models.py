"""Answers what is owed, every try to pay it, all money that came, and how each day was closed.

Nothing here is deleted: what was wrong is undone by a counter-entry with its reason. What the sums must be is in
``core.payments``.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.store.dossiers.models import Dossier, Party
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Unit

CASH = "cash"
"""What stands for the gateway of money that came over the counter."""


class Standing(models.TextChoices):
    """What a charge stands at; the values are those of ``core.payments.Standing``."""

    OPEN = "open", _("To be paid")
    SETTLED = "settled", _("Paid")
    VOIDED = "voided", _("No longer owed")


class Booking(models.TextChoices):
    """What money is booked as; the values are those of ``core.payments.Booking``."""

    SETTLED = "settled", _("Paid a charge")
    REFUND_DUE = "refund_due", _("To be given back")
    REFUNDED = "refunded", _("Given back")
    UNALLOCATED = "unallocated", _("Fits no charge yet")


class Charge(models.Model):
    """What is owed for a dossier or an application (khoản phải thu).

    ``quote`` is the quote it was made of, with its articles: a later tariff does not change it. ``key`` makes it
    once. ``application`` is the public id of an application that is no dossier yet. ``pause_key`` names the pause of
    the dossier that ends when it is paid.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="+", db_index=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="charges", db_index=False)
    application = models.UUIDField(null=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    amount_vnd = models.PositiveBigIntegerField()
    quote = models.JSONField()
    channel = models.CharField(max_length=10)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.OPEN)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=20, blank=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True)
    pause_key = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="charge_standing_known"),
        ]
        indexes = [
            models.Index(fields=["unit", "standing", "-made_at", "-id"], name="charge_of_unit"),
            models.Index(fields=["dossier", "id"], name="charge_of_dossier", condition=Q(dossier__isnull=False)),
            models.Index(
                fields=["application"], name="charge_of_application", condition=Q(application__isnull=False)
            ),
        ]


class Payment(models.Model):
    """One try to pay a charge (lần thanh toán). ``key`` is what the gateway knows it by; states as in the core."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="payments")
    key = models.UUIDField(unique=True)
    gateway = models.CharField(max_length=20)
    amount_vnd = models.PositiveBigIntegerField()
    state = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at", "made_at"],
                name="payment_pending",
                condition=Q(state__in=("created", "redirected")),
            )
        ]


class Money(models.Model):
    """Money that came once, by the number that the gateway or the drawer gave it (tiền đã nhận).

    ``source`` is how we heard of it: ``callback``, ``query``, ``statement`` or ``drawer``. Without a charge it came
    for a try that nobody here made.
    """

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, null=True, related_name="money")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="money", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    gateway = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    amount_vnd = models.PositiveBigIntegerField()
    booking = models.CharField(max_length=12, choices=Booking.choices)
    source = models.CharField(max_length=10)
    came_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "number"], name="money_came_once"),
            models.UniqueConstraint(fields=["charge"], condition=Q(booking="settled"), name="charge_settled_once"),
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="money_is_some"),
        ]
        indexes = [
            models.Index(fields=["gateway", "came_at"], name="money_of_gateway"),
            models.Index(fields=["unit", "-came_at", "-id"], name="money_of_unit"),
            models.Index(
                fields=["booking", "id"],
                name="money_to_see_to",
                condition=Q(booking__in=("refund_due", "unallocated")),
            ),
        ]


class CallBack(models.Model):
    """A call of a gateway as it came, with its digest and what we made of it (gọi lại của cổng thanh toán)."""

    gateway = models.CharField(max_length=20)
    came_at = models.DateTimeField()
    raw = models.TextField()
    digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=12)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="callbacks")
    number = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-came_at", "-id"], name="callback_newest")]


class Refund(models.Model):
    """Money to be given back (hoàn trả). ``key`` is what the gateway knows it by: asked twice, it is paid once."""

    DUE, ASKED, PAID = "due", "asked", "paid"
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    money = models.OneToOneField(Money, on_delete=models.PROTECT, related_name="refund")
    amount_vnd = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=6, default=DUE)
    way = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=60, blank=True)
    staff_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="refund_waiting", condition=~Q(state="paid"))]


class CashReceipt(models.Model):
    """A numbered receipt for cash (biên lai thu tiền), or the counter-entry that cancels one.

    Numbers run without gaps by unit and year, cancellations among them; ``amount_vnd`` of a cancellation is below
    zero. ``on`` is the day of the officer's drawer.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="cash_receipts")
    money = models.ForeignKey(Money, on_delete=models.PROTECT, related_name="cash_receipts", db_index=False)
    amount_vnd = models.BigIntegerField()
    given_vnd = models.PositiveBigIntegerField(default=0)
    payer = models.CharField(max_length=200, blank=True)
    of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="cancelled_by")
    reason = models.CharField(max_length=300, blank=True)
    staff_id = models.BigIntegerField()
    on = models.DateField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year", "number"], name="cash_receipt_number")]
        indexes = [models.Index(fields=["unit", "on", "staff_id", "number"], name="cash_receipt_of_drawer")]


class DailyClosing(models.Model):
    """A day of cash that was counted and closed (khóa sổ ngày): an officer's drawer, or the unit's whole day.

    ``staff_id`` is empty for the unit's. ``digest`` is over the receipts' numbers and amounts.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    staff_id = models.BigIntegerField(null=True)
    expected_vnd = models.BigIntegerField()
    counted_vnd = models.BigIntegerField()
    online_vnd = models.BigIntegerField(default=0)
    receipts = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    closed_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "on", "staff_id"], name="day_closed_once", nulls_distinct=False)
        ]


class Reconciliation(models.Model):
    """A day of a gateway held against our books (đối soát)."""

    gateway = models.CharField(max_length=20)
    on = models.DateField()
    run_at = models.DateTimeField()
    their_vnd = models.BigIntegerField()
    our_vnd = models.BigIntegerField()
    their_count = models.PositiveIntegerField()
    our_count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "on"], name="reconciled_once_a_day")]


class Discrepancy(models.Model):
    """One payment on which a gateway and our books do not agree (chênh lệch), until somebody settles it."""

    gateway = models.CharField(max_length=20)
    on = models.DateField()
    kind = models.CharField(max_length=14)
    number = models.CharField(max_length=60)
    attempt = models.CharField(max_length=40, blank=True)
    their_vnd = models.BigIntegerField()
    our_vnd = models.BigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    staff_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "number", "kind"], name="discrepancy_once")]
        indexes = [
            models.Index(fields=["unit", "id"], name="discrepancy_open", condition=Q(settled_at__isnull=True)),
        ]
