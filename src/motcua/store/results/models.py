"""Answers what was issued (results with their signed files), how it was handed over, and what was scanned how.

A dossier's facts are in ``store.dossiers``; the bytes of files lie under their digest beside the uploads.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.store.citizens.models import Account
from motcua.store.dossiers.models import Document, Dossier, Party
from motcua.store.organisation.models import Agency, Unit


class ResultState(models.TextChoices):
    """Whether a result holds."""

    VALID = "valid", _("Valid")
    REVOKED = "revoked", _("Revoked")
    REPLACED = "replaced", _("Replaced by a newer one")


class Result(models.Model):
    """What an agency issued at the end of a dossier (kết quả giải quyết thủ tục hành chính).

    ``token`` is the secret in its QR. ``sha256`` is the digest of the signed file; ``holder`` is whose it is.
    ``state_reason`` and ``decision_no`` tell why and by what it was revoked or replaced.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=26, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="results")
    holder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="results", db_index=False)
    holder_folded = models.CharField(max_length=200)
    procedure_code = models.CharField(max_length=30)
    kind = models.CharField(max_length=200)
    number = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    content = models.JSONField(default=dict)
    issued_on = models.DateField()
    valid_to_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=ResultState.choices, default=ResultState.VALID)
    state_reason = models.CharField(max_length=300, blank=True)
    decision_no = models.CharField(max_length=60, blank=True)
    state_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaces")
    template = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    signed_by_id = models.BigIntegerField()
    signed_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "year", "number"], name="result_number_once"),
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gte=F("issued_on")), name="result_valid_after"
            ),
            models.CheckConstraint(
                condition=Q(state="valid") | ~Q(state_reason=""), name="result_revoked_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["holder", "-issued_on", "-id"], name="result_of_holder"),
            models.Index(fields=["agency", "-issued_on", "-id"], name="result_of_agency"),
            models.Index(fields=["unit", "-issued_on", "-id"], name="result_of_unit"),
            models.Index(fields=["number"], name="result_number"),
            models.Index(fields=["sha256"], name="result_by_digest"),
            GinIndex(fields=["holder_folded"], opclasses=["gin_trgm_ops"], name="result_holder_words"),
        ]


class Delivery(models.Model):
    """How a result came to its holder (bàn giao kết quả): at the counter, by post, online; who took it."""

    COUNTER, POST, ONLINE = "counter", "post", "online"
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="deliveries")
    way = models.CharField(max_length=8)
    collector = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    is_authorised = models.BooleanField(default=False)
    originals = models.JSONField(default=list)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    number = models.PositiveIntegerField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    staff_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "number"], condition=Q(number__isnull=False), name="delivery_number"
            )
        ]


class ResultShare(models.Model):
    """A link by which a holder shows a result to somebody for a while (chia sẻ có thời hạn)."""

    token = models.CharField(max_length=26, unique=True)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="shares")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)


class ScanBatch(models.Model):
    """The scan of one paper (số hóa giấy tờ): its pages in order, counted, signed by the officer.

    ``manifest`` lists page, digest and whether it is a second scan of a page with stuck notes; ``signature`` is the
    officer's over it, in the assembled PDF. Source: Circular 01/2023/TT-VPCP, art. 8.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="scan_batches")
    component = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    pages_stated = models.PositiveSmallIntegerField()
    manifest = models.JSONField(default=list)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="batch")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["unit", "-made_at", "-id"], name="scan_batch_open", condition=Q(signed_at__isnull=True)
            )
        ]


class ScanPage(models.Model):
    """One picture of a batch. ``position`` is its place; ``second_of`` the page of which it shows what lay under a note."""

    batch = models.ForeignKey(ScanBatch, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveSmallIntegerField()
    is_second = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    source_page = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["batch", "position"], name="scan_page_order")]
