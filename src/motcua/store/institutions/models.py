"""Answers what was promulgated by which decision, where it was made public, and what one-stop units receive by list.

Terms are never stored: they are derived from the dates by the law of the day.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from motcua.core.catalogue.promulgation import Change, IssuerLevel, Place
from motcua.store.catalogue.models import Procedure
from motcua.store.organisation.models import Agency, AgencyLevel, Unit


class LegalText(models.Model):
    """A legal text that sets procedures (văn bản quy phạm pháp luật), so that they have to be promulgated.

    ``agency`` prepares the decision; ``procedures`` says in words which procedures are touched.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    level = models.CharField(max_length=10, choices=[(v.value, v.value) for v in IssuerLevel])
    issued_on = models.DateField()
    effective_on = models.DateField()
    is_shortened = models.BooleanField(default=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="legal_texts")
    procedures = models.CharField(max_length=600)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "issued_on"], name="legal_text_once"),
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("issued_on")), name="legal_text_in_force_after_issue"
            ),
        ]
        indexes = [models.Index(fields=["-effective_on", "-id"], name="legal_text_newest")]


class PromulgationDecision(models.Model):
    """A decision that promulgates procedures (quyết định công bố thủ tục hành chính)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    level = models.CharField(max_length=10, choices=[(v.value, v.value) for v in IssuerLevel])
    decided_on = models.DateField()
    text = models.ForeignKey(LegalText, on_delete=models.PROTECT, null=True, related_name="decisions")
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "decided_on"], name="promulgation_once")]
        indexes = [models.Index(fields=["-decided_on", "-id"], name="promulgation_newest")]


class PromulgationItem(models.Model):
    """What a decision does with one procedure; ``procedure`` is empty while the catalogue does not know it."""

    decision = models.ForeignKey(PromulgationDecision, on_delete=models.CASCADE, related_name="items", db_index=False)
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=600)
    change = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Change])
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, related_name="promulgations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "place"], name="promulgation_item_place")]


class Publication(models.Model):
    """What a decision promulgates was made public at a place (công khai, niêm yết), as somebody says and by what.

    ``unit`` is the one-stop unit where it is posted; empty for the national database.
    """

    key = models.UUIDField(unique=True)
    decision = models.ForeignKey(
        PromulgationDecision, on_delete=models.PROTECT, related_name="publications", db_index=False
    )
    place = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Place])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    done_on = models.DateField()
    ground = models.CharField(max_length=300)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "place", "unit"], nulls_distinct=False, name="publication_once_a_place"
            ),
            models.CheckConstraint(
                condition=Q(place=Place.UNIT.value, unit__isnull=False)
                | Q(place=Place.NATIONAL_DATABASE.value, unit__isnull=True),
                name="publication_of_a_unit_names_it",
            ),
        ]


class OneStopList(models.Model):
    """A decided list of what one-stop units of a level receive and do not (danh mục thủ tục thực hiện tại Một cửa).

    The newest list in force of a level holds; an earlier one stays as it was.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    level = models.CharField(max_length=10, choices=AgencyLevel.choices)
    decision_no = models.CharField(max_length=60)
    decided_on = models.DateField()
    from_on = models.DateField()
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "decision_no", "decided_on"], name="one_stop_list_once"),
            models.CheckConstraint(condition=Q(from_on__gte=F("decided_on")), name="one_stop_list_from_its_decision"),
        ]
        indexes = [models.Index(fields=["level", "-from_on", "-id"], name="one_stop_list_of_level")]


class OneStopListItem(models.Model):
    """A procedure in a list; what is not received at the one-stop unit has the reason with it."""

    list = models.ForeignKey(OneStopList, on_delete=models.CASCADE, related_name="items", db_index=False)
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=600)
    is_received = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "place"], name="one_stop_list_place"),
            models.UniqueConstraint(fields=["list", "code"], name="one_stop_list_code"),
            models.CheckConstraint(condition=Q(is_received=True) | ~Q(reason=""), name="one_stop_list_tells_why_not"),
        ]


class SampleSet(models.Model):
    """Made-up answers of a procedure's form that are shown as a filled-in sample (bộ hồ sơ mẫu, «MẪU»).

    ``answers`` is what is typed, field by field, as an application has it; of nobody. The newest holds.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="samples", db_index=False)
    form_number = models.PositiveIntegerField()
    answers = models.JSONField()
    note = models.CharField(max_length=600, blank=True)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["procedure", "-id"], name="sample_set_newest")]
