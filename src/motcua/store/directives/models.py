"""Answers what was held and ordered: conferences with their points, conclusions, directives, urging letters."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.store.duties.models import Duty
from motcua.store.organisation.models import Agency


class Conference(models.Model):
    """A conference, most often online with points in all places (hội nghị trực tuyến)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    chair = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    agenda = models.TextField()
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "year", "number"], name="conference_number")]
        indexes = [models.Index(fields=["-starts_at", "-id"], name="conference_by_day")]


class Connection(models.TextChoices):
    """How a point takes part."""

    HALL = "HALL", _("in the main hall")
    VIDEO = "VIDEO", _("video conference")
    WEB = "WEB", _("web meeting")


class ConferencePoint(models.Model):
    """A place from which an agency takes part (điểm cầu): who was expected, who was there."""

    conference = models.ForeignKey(Conference, on_delete=models.PROTECT, related_name="points", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(max_length=200)
    connection = models.CharField(max_length=8, choices=Connection.choices)
    expected = models.PositiveIntegerField()
    present = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conference", "agency"], name="conference_point_once")]
        indexes = [models.Index(fields=["agency", "-id"], name="point_of_agency")]


class Conclusion(models.Model):
    """What the chair concluded, numbered (kết luận); directives may come of it."""

    key = models.UUIDField(unique=True)
    conference = models.ForeignKey(Conference, on_delete=models.PROTECT, related_name="conclusions", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conference", "number"], name="conclusion_number")]


class Directive(models.Model):
    """What a leader orders of one agency or many (chỉ đạo): one duty an agency, each with a state of its own.

    ``figures`` are the figures that it should move, ``days`` its term in working days of each agency.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    conclusion = models.ForeignKey(Conclusion, on_delete=models.PROTECT, null=True, related_name="directives")
    title = models.CharField(max_length=200)
    text = models.TextField()
    figures = ArrayField(models.CharField(max_length=20))
    given_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="directive_number"),
            models.CheckConstraint(condition=Q(days__gte=1), name="directive_has_a_term"),
        ]
        indexes = [models.Index(fields=["-given_on", "-id"], name="directive_by_day")]


class DirectiveDuty(models.Model):
    """What a directive demands of one agency."""

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="parts", db_index=False)
    duty = models.OneToOneField(Duty, on_delete=models.PROTECT, related_name="part")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["directive", "agency"], name="directive_of_an_agency_once")]


class UrgingLetter(models.Model):
    """A letter that urges an agency to do what is overdue (công văn đôn đốc), with the list as it was; and its answer.

    ``items`` is a list of ``{kind, id, title, due_on}``: duties and dossiers, by their public ids and codes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    items = models.JSONField()
    answer_by = models.DateField()
    staff_id = models.BigIntegerField()
    sent_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    promised_on = models.DateField(null=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="urging_letter_number"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, promised_on__isnull=True)
                | (Q(answered_at__gte=F("sent_at"), promised_on__isnull=False) & ~Q(answer="")),
                name="urging_answer_with_a_promise",
            ),
        ]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="urging_letter_by_day"),
            models.Index(fields=["to_agency", "-sent_at", "-id"], name="urging_letter_to"),
            models.Index(
                fields=["agency", "answer_by", "public_id"],
                condition=Q(answered_at__isnull=True),
                name="urging_letter_awaited",
            ),
            models.Index(
                fields=["to_agency", "answer_by", "public_id"],
                condition=Q(answered_at__isnull=True),
                name="urging_letter_owed",
            ),
        ]
