"""Answers which machines may receive dossiers while the line is down, and what they received meanwhile.

What has been merged is a dossier like any other; here only its place in the machine's chain stays.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from motcua.store.dossiers.models import Dossier
from motcua.store.ledger.models import NumberBlock
from motcua.store.organisation.models import Unit


class Station(models.Model):
    """A machine at a counter that can receive without the network (máy quầy dự phòng).

    ``public_key`` is the point of its P-256 key, 65 bytes; the private half never leaves the machine's browser.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stations")
    name = models.CharField(max_length=80)
    public_key = models.BinaryField(max_length=65)
    registered_at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(revoked_at__isnull=True), name="station_name_once_in_unit"
            )
        ]

    def __str__(self) -> str:
        return self.name


class StationBlock(models.Model):
    """A block of numbers that one station alone gives out."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="blocks")
    block = models.OneToOneField(NumberBlock, on_delete=models.PROTECT, related_name="+")


class OfflineEntry(models.Model):
    """One reception of a station without network, in the order of its chain (hồ sơ tiếp nhận khi mất mạng).

    ``payload`` is what was entered; once it is a dossier it is emptied and its digest remains, so that the chain can
    still be followed. ``problems`` say why it waits for an officer.
    """

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    key = models.UUIDField(unique=True)
    code = models.CharField(max_length=60, unique=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    staff_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    token = models.CharField(max_length=400)
    payload = models.JSONField(null=True)
    problems = models.JSONField(default=list)
    arrived_at = models.DateTimeField()
    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "seq"], name="offline_entry_once"),
            models.CheckConstraint(
                condition=Q(dossier__isnull=True) | Q(payload__isnull=True), name="offline_entry_kept_once"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "-seq"], name="offline_entry_waiting", condition=Q(dossier__isnull=True))
        ]
