"""Answers what was inspected: the plan by decision, the frozen draw, what was found of each dossier, the findings."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from motcua.store.dossiers.models import Dossier
from motcua.store.duties.models import Duty
from motcua.store.organisation.models import Agency, Unit


class InspectionPlan(models.Model):
    """The plan of inspections of a year, by decision (kế hoạch kiểm tra). Its decision fixes the seeds of all draws."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    decision_no = models.CharField(max_length=60)
    decided_on = models.DateField()
    decided_by = models.CharField(max_length=120)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "decision_no", "decided_on"], name="plan_of_one_decision")
        ]


class Inspection(models.Model):
    """The inspection of one unit (cuộc kiểm tra): which period of dossiers, how many of them, and where it stands.

    Decision, period, size and seed stay as they were planned; a trigger sees to it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(InspectionPlan, on_delete=models.PROTECT, related_name="inspections", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=200)
    from_on = models.DateField()
    to_on = models.DateField()
    visit_on = models.DateField()
    size = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=200)

    state = models.PositiveSmallIntegerField(default=1)
    record_number = models.PositiveIntegerField(null=True)
    record_year = models.PositiveSmallIntegerField(null=True)
    conclusion = models.TextField(blank=True)
    concluded_by_id = models.BigIntegerField(null=True)
    concluded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "unit"], name="inspection_of_a_unit_once_in_a_plan"),
            models.CheckConstraint(condition=Q(state__gte=1, state__lte=5), name="inspection_state_known"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="inspection_period_in_order"),
            models.CheckConstraint(condition=Q(visit_on__gt=F("to_on")), name="inspection_after_its_period"),
            models.CheckConstraint(condition=Q(size__gte=1), name="inspection_of_some"),
            models.CheckConstraint(
                condition=Q(state__in=(3, 4), record_number__isnull=False)
                | (Q(record_number__isnull=True) & ~Q(state__in=(3, 4))),
                name="inspection_concluded_with_a_record",
            ),
        ]
        indexes = [
            models.Index(fields=["-visit_on", "-id"], name="inspection_by_day"),
            models.Index(fields=["unit", "-visit_on", "-id"], name="inspection_of_unit"),
        ]


class SampleDraw(models.Model):
    """The draw of an inspection, frozen: all candidates with weight and signs, and the digest of the list.

    ``candidates`` is a list of ``[public id, weight, [signs]]``; a trigger keeps the row as it is.
    """

    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="sample_draw")
    candidates = models.JSONField()
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    weights = models.JSONField()
    staff_id = models.BigIntegerField()
    drawn_at = models.DateTimeField()


class SampledDossier(models.Model):
    """A dossier of a sample and what was found of it: ``answers`` by question, ``ok``, ``bad`` or ``none``."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="sample", db_index=False)
    place = models.PositiveSmallIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    risks = ArrayField(models.CharField(max_length=20), default=list)
    answers = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "place"], name="sampled_place_once"),
            models.UniqueConstraint(fields=["inspection", "dossier"], name="sampled_dossier_once"),
        ]


class Finding(models.Model):
    """What was found wanting (tồn tại, hạn chế), grave or not, and what is to be done about it within a term.

    ``remedy`` is the duty that the record makes of it; it is owed from the day of the record.
    """

    key = models.UUIDField(unique=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    is_grave = models.BooleanField()
    sampled = models.ForeignKey(SampledDossier, on_delete=models.PROTECT, null=True, related_name="findings")
    remedy_text = models.TextField(blank=True)
    remedy_days = models.PositiveSmallIntegerField(null=True)
    remedy = models.OneToOneField(Duty, on_delete=models.PROTECT, null=True, related_name="finding")
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="finding_number"),
            models.CheckConstraint(
                condition=Q(remedy_text="", remedy_days__isnull=True) | (~Q(remedy_text="") & Q(remedy_days__gte=1)),
                name="finding_remedy_with_its_term",
            ),
        ]
