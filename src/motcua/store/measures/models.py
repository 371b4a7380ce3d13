"""Answers what people found when they looked, for the measures that no fact of a dossier tells.

An inspection of what is posted at an office, and what a procedure costs those who need it, with proposed cuts.
Rows are only added: a later one stands beside the earlier.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from motcua.store.catalogue.models import Procedure
from motcua.store.organisation.models import Unit


class PostingCheck(models.Model):
    """Somebody looked whether the procedures are posted at a one-stop unit, rightly and in full (niêm yết công khai).

    Holds for periods that end on or after the day, until the next look.
    """

    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posting_checks", db_index=False)
    on = models.DateField()
    is_posted = models.BooleanField()
    ground = models.CharField(max_length=300)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "-on", "-id"], name="posting_check_of_unit")]


class CostVersion(models.Model):
    """What a procedure costs the people who need it, as entered (chi phí tuân thủ): steps, fees, times, subjects.

    ``content`` is the JSON of ``core.costs.Costing``; ``hourly_vnd`` the hourly income it was counted with.
    ``before`` is the version that it proposes to cut, empty for what holds now. ``procedure_version`` is the number
    of the published version it is of.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="costs", db_index=False)
    procedure_version = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    before = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="cuts")
    year = models.PositiveSmallIntegerField()
    hourly_vnd = models.PositiveIntegerField()
    content = models.JSONField()
    each_vnd = models.PositiveBigIntegerField()
    yearly_vnd = models.PositiveBigIntegerField()
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="cost_version_number"),
            models.CheckConstraint(condition=Q(hourly_vnd__gt=0), name="cost_hourly_income_known"),
            models.CheckConstraint(condition=~Q(before=F("id")), name="cost_not_of_itself"),
        ]
