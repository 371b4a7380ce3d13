"""Answers what the post took in and brings back: slips, hand-overs signed by both sides, parcels and their way.

Source: Decision 45/2016/QĐ-TTg, arts. 6 to 10.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from motcua.store.dossiers.models import Dossier, Party
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Unit


class PostSlip(models.Model):
    """A dossier that a postal officer took in (phiếu gửi hồ sơ), signed by the sender and by him.

    It is no dossier yet: by law it is submitted when the hand-over is signed (``dossier`` is then set). ``entry`` is
    what the intake needs: applicant, counts, fee answers.
    """

    HELD, HANDED, RECEIVED, REFUSED, MISSING, GIVEN_BACK = (
        *("held", "handed", "received"),
        *("refused", "missing", "given_back"),
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="+", db_index=False)
    sender = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry = models.JSONField()
    papers = models.JSONField(default=list)
    return_address = models.CharField(max_length=300, blank=True)
    fee_vnd = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, default=HELD)
    note = models.CharField(max_length=300, blank=True)
    staff_id = models.BigIntegerField()
    taken_at = models.DateTimeField()
    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, null=True, related_name="post_slip")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year", "number"], name="post_slip_number")]
        indexes = [
            models.Index(fields=["unit", "state", "id"], name="post_slip_of_unit"),
            models.Index(fields=["staff_id", "-taken_at"], name="post_slip_of_staff"),
        ]


class HandOver(models.Model):
    """A record that dossiers or results changed hands between post and centre (biên bản giao nhận hồ sơ).

    ``IN`` goes to the centre, ``OUT`` to the post. Both sides sign; ``signed_at`` is when the second did, which for
    dossiers is the legal time of submission.
    """

    IN, OUT = "in", "out"
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    direction = models.CharField(max_length=3)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    giver_id = models.BigIntegerField()
    given_at = models.DateTimeField()
    taker_id = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year", "number"], name="hand_over_number")]
        indexes = [
            models.Index(fields=["unit", "id"], name="hand_over_open", condition=Q(signed_at__isnull=True)),
            models.Index(fields=["unit", "-given_at", "-id"], name="hand_over_of_unit"),
        ]


class HandOverItem(models.Model):
    """One dossier or result of a hand-over; ``outcome`` is what the taker found, ``note`` why not."""

    TAKEN, REFUSED, MISSING = "taken", "refused", "missing"
    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="items")
    slip = models.ForeignKey(PostSlip, on_delete=models.PROTECT, null=True, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="+")
    is_complete = models.BooleanField(default=True)
    outcome = models.CharField(max_length=8, blank=True)
    note = models.CharField(max_length=300, blank=True)
    originals = models.JSONField(default=list)


class Parcel(models.Model):
    """A result on its way by post (bưu gửi trả kết quả), by the carrier's tracking number; state as in the core."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    carrier = models.CharField(max_length=20)
    tracking = models.CharField(max_length=40)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="parcels")
    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="parcels")
    address = models.CharField(max_length=300)
    originals = models.JSONField(default=list)
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "tracking"], name="parcel_tracked_once")]


class ParcelEvent(models.Model):
    """What the carrier told of a parcel, as it came, each once (trạng thái bưu gửi)."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="events")
    number = models.CharField(max_length=60)
    state = models.CharField(max_length=12)
    at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    came_at = models.DateTimeField()
    raw = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "number"], name="parcel_event_once")]
