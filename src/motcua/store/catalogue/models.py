"""Answers what is known of each procedure: its published versions, which never change, and what imports made of them.

Which agency offers it is in ``store.offerings``.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Procedure(models.Model):
    """An administrative procedure (thủ tục hành chính) by the national part of its code, such as ``1.001193``."""

    code = models.CharField(max_length=30, unique=True)
    current_version = models.ForeignKey(
        "ProcedureVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.code


class Source(models.TextChoices):
    """Where a version comes from: written here from the law, or imported in one of three formats."""

    LAW = "law"
    PORTAL = "portal"
    DEFENCE = "defence"
    ARRAY = "array"


class ProcedureVersion(models.Model):
    """One published version of a procedure; a trigger refuses any change.

    ``content`` is the JSON of ``core.catalogue.ProcedureContent``; ``defects`` lists ``{code, field, values}``.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=10, choices=Source.choices)
    digest = models.CharField(max_length=64)
    name = models.TextField()
    name_folded = models.TextField()
    sector = models.CharField(max_length=200)
    levels = ArrayField(models.CharField(max_length=10), default=list)
    decision_no = models.CharField(max_length=120, blank=True)
    term_text = models.CharField(max_length=40, blank=True)
    is_same_day_result = models.BooleanField(default=False)
    content = models.JSONField()
    defects = models.JSONField(default=list)
    published_at = models.DateTimeField()
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_number")]
        indexes = [
            models.Index(fields=["sector", "id"], name="procedure_version_sector"),
            models.Index(fields=["source", "id"], name="procedure_version_source"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"


class ImportRun(models.Model):
    """One import: when, of which files, with how many records of each outcome."""

    files = models.JSONField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    counts = models.JSONField()


class ImportRecord(models.Model):
    """What became of one source record."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="records")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=24)
    reasons = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["run", "outcome", "position"], name="import_record_outcome")]
