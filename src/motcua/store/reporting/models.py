"""Answers what is kept of reports: tables that people saved, data that were published, questions about patterns.

Figures themselves are counted anew each time; only what has left the house is kept as it left.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class SavedTable(models.Model):
    """A table of figures that somebody made and named (bảng số liệu tự lập). ``asked`` are the texts of its address.

    With ``is_shared`` the others of the unit see it as well, each with the figures that are theirs.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    staff_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    asked = models.JSONField()
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff_id", "name"], name="saved_table_named_once", condition=Q(removed_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(
                fields=["unit_id", "name", "id"],
                name="saved_table_shared",
                condition=Q(is_shared=True, removed_at__isnull=True),
            )
        ]


class OpenDataSet(models.Model):
    """Figures of a period as they were published (dữ liệu mở); never counted again, for two versions would tell more.

    ``content`` are the rows of the file, hidden numbers already out of it. ``minimum`` is the smallest number told.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.CharField(max_length=10, unique=True)
    from_on = models.DateField()
    to_on = models.DateField()
    minimum = models.PositiveSmallIntegerField()
    content = models.JSONField()
    hidden = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    staff_id = models.BigIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A month and its quarter side by side would tell what each hides.
            ExclusionConstraint(
                name="open_data_never_overlaps",
                expressions=[
                    (
                        Func(F("from_on"), F("to_on"), RangeBoundary(inclusive_upper=True), function="daterange"),
                        RangeOperators.OVERLAPS,
                    )
                ],
            )
        ]
        indexes = [models.Index(fields=["-to_on", "-id"], name="open_data_newest")]


class IntegrityQuestion(models.Model):
    """A question about a pattern of handling, asked by whoever inspects (câu hỏi kiểm tra); it accuses nobody.

    ``signal`` names what was computed, so that the same is asked once; ``computed`` is the computation as it stood:
    numbers, comparison, dossiers by id. The person meant is ``officer_id``, if it is about one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    signal = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12)
    agency_id = models.BigIntegerField()
    officer_id = models.BigIntegerField(null=True)
    procedure_code = models.CharField(max_length=30)
    from_on = models.DateField()
    to_on = models.DateField()
    computed = models.JSONField()
    asked_at = models.DateTimeField()
    is_closed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "is_closed", "-id"], name="question_of_agency"),
            models.Index(fields=["is_closed", "-id"], name="question_open"),
        ]


class NoteKind(models.TextChoices):
    """What a note of a question is."""

    ASKED = "asked"
    ANSWERED = "answered"
    NOTED = "noted"
    CLOSED = "closed"


class IntegrityNote(models.Model):
    """One thing said of a question; rows are only ever added (a trigger sees to it)."""

    question = models.ForeignKey(IntegrityQuestion, on_delete=models.PROTECT, related_name="notes")
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=8, choices=NoteKind.choices)
    text = models.CharField(max_length=2000, blank=True)
    staff_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    at = models.DateTimeField()
