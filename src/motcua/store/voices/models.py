"""Answers what citizens said of the service: ratings that name nobody, and petitions with what happened to them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.store.catalogue.models import Procedure
from motcua.store.citizens.models import Account
from motcua.store.dossiers.models import Dossier
from motcua.store.organisation.models import Agency, Unit


class RatingKind(models.TextChoices):
    """What was rated."""

    DOSSIER = "DOSSIER", _("a dossier")
    VISIT = "VISIT", _("a visit to a counter")
    PETITION = "PETITION", _("the answer to a petition")


class Rating(models.Model):
    """What somebody thought of the service (đánh giá sự hài lòng). Nobody is named, and no dossier.

    ``once_key`` is a digest that only the rated thing's own page can make again: it keeps the rating to one, and
    leads from a rating to nobody. Only the day is kept.
    Source: Decree 61/2018/NĐ-CP, art. 27 (the privacy of who answers).
    """

    kind = models.CharField(max_length=8, choices=RatingKind.choices)
    once_key = models.CharField(max_length=64, unique=True)
    unit_id = models.BigIntegerField()
    agency_id = models.BigIntegerField()
    counter_id = models.BigIntegerField(null=True, blank=True)
    procedure_code = models.CharField(max_length=30, blank=True)
    score = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=1000, blank=True)
    on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_of_five")]
        indexes = [models.Index(fields=["unit_id", "-on"], name="rating_of_unit")]


class PetitionAbout(models.TextChoices):
    """What a petition is about."""

    AGENCY = "AGENCY", _("how an office works")
    PROCEDURE = "PROCEDURE", _("a procedure or rule")
    DOSSIER = "DOSSIER", _("a dossier of mine")
    CONDUCT = "CONDUCT", _("how an officer behaved")


class Petition(models.Model):
    """A petition of a citizen (phản ánh, kiến nghị): as sent, and where it stands according to its history.

    Without ``code`` it is not sent yet: its contact waits for a code, and it is forgotten after a day.
    ``contact`` goes once the matter is closed for a year. ``public_*`` are the texts for the public page.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    code = models.CharField(max_length=60, blank=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="petitions", db_index=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    about = models.CharField(max_length=10, choices=PetitionAbout.choices)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, related_name="+")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=120)
    language = models.CharField(max_length=5, default="vi")
    title = models.CharField(max_length=200)
    text = models.TextField()
    may_publish = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    # Derived from the history.
    version = models.PositiveSmallIntegerField(default=0)
    state = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    is_late_told = models.BooleanField(default=False)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    public_title = models.CharField(max_length=200, blank=True)
    public_text = models.TextField(blank=True)
    public_answer = models.TextField(blank=True)
    public_folded = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="petition_by_code")]
        indexes = [
            models.Index(fields=["agency", "state", "due_at", "id"], name="petition_of_agency"),
            models.Index(fields=["account", "-id"], name="petition_of_account", condition=Q(account__isnull=False)),
            models.Index(
                fields=["due_at"], name="petition_late", condition=Q(is_late_told=False, due_at__isnull=False)
            ),
            models.Index(
                fields=["-published_at", "-id"], name="petition_published", condition=Q(published_at__isnull=False)
            ),
            GinIndex(
                fields=["public_folded"],
                opclasses=["gin_trgm_ops"],
                name="petition_public_words",
                condition=Q(published_at__isnull=False),
            ),
        ]


class PetitionEvent(models.Model):
    """One thing that happened to a petition; rows are only ever added (a trigger sees to it)."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveSmallIntegerField()
    act = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    staff_id = models.BigIntegerField(null=True, blank=True)
    unit_id = models.BigIntegerField(null=True, blank=True)
    body = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["petition", "seq"], name="petition_event_once")]


class PetitionPaper(models.Model):
    """A file that came with a petition; its content is under its digest, as those of dossiers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    petition = models.ForeignKey(Petition, on_delete=models.CASCADE, related_name="papers")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
