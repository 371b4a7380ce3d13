"""Answers who was taught what, with which certificate until when; and what was done to make the reform known."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.store.organisation.models import Agency, Staff, Unit


class Course(models.Model):
    """A course (lớp tập huấn): what about, for whom, by whom. ``valid_months`` is 0 where no certificate is given."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=200)
    audience = models.CharField(max_length=200)
    teacher = models.CharField(max_length=200)
    has_test = models.BooleanField()
    valid_months = models.PositiveSmallIntegerField()
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="course_newest")]


class Session(models.Model):
    """A day on which a course is held (buổi tập huấn)."""

    key = models.UUIDField(unique=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions", db_index=False)
    on = models.DateField()
    place = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "on", "place"], name="session_once")]


class Attendance(models.Model):
    """A person on the list of a session: there or not, the test passed or not (``None`` while nobody has noted it)."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances", db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_present = models.BooleanField(null=True)
    has_passed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "staff"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(has_passed__isnull=True) | Q(has_passed=False) | Q(is_present=True),
                name="attendance_passed_who_was_there",
            ),
        ]


class Certificate(models.Model):
    """A certificate of a course (giấy chứng nhận), with its number and the day until which it holds."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="certificates", db_index=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    issued_on = models.DateField()
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="certificate_number"),
            models.UniqueConstraint(fields=["session", "staff"], name="certificate_once"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("issued_on")), name="certificate_holds_a_while"),
        ]
        indexes = [
            models.Index(fields=["expires_on", "id"], name="certificate_expiring"),
            models.Index(fields=["unit", "-expires_on"], name="certificate_of_unit"),
        ]


class PublicityChannel(models.TextChoices):
    """Where people are told."""

    HALL = "HALL", _("at one-stop units")
    RADIO = "RADIO", _("local radio")
    TELEVISION = "TELEVISION", _("television")
    PRESS = "PRESS", _("newspapers")
    WEB = "WEB", _("portal and social networks")
    MEETING = "MEETING", _("meetings of residents")


class Campaign(models.Model):
    """A campaign that makes the reform known (đợt tuyên truyền): until when, where, for whom."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    audience = models.CharField(max_length=200)
    channels = ArrayField(models.CharField(max_length=10, choices=PublicityChannel.choices))
    from_on = models.DateField()
    to_on = models.DateField()
    reach_planned = models.PositiveIntegerField()
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="campaign_ends_after_it_begins")
        ]
        indexes = [models.Index(fields=["-from_on", "-id"], name="campaign_by_day")]


class MaterialKind(models.TextChoices):
    """What is shown."""

    POSTER = "POSTER", _("poster")
    VIDEO = "VIDEO", _("video")
    LEAFLET = "LEAFLET", _("leaflet")
    SAMPLE = "SAMPLE", _("sample set of papers")


class Material(models.Model):
    """Something made for a campaign (tài liệu tuyên truyền): a file that lies with the campaign, or an address."""

    key = models.UUIDField(unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="materials", db_index=False)
    kind = models.CharField(max_length=10, choices=MaterialKind.choices)
    title = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    enclosure_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(address="") | Q(enclosure_id__isnull=False), name="material_is_somewhere"
            )
        ]
        indexes = [models.Index(fields=["campaign", "id"], name="material_of_campaign")]


class Showing(models.Model):
    """Where a material was shown and how many it reached, counted by hand, with the ground of the count."""

    key = models.UUIDField(unique=True)
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="showings")
    on = models.DateField()
    place = models.CharField(max_length=200)
    reach = models.PositiveIntegerField()
    ground = models.CharField(max_length=200)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()
