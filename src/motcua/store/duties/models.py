"""Answers what agencies were told to do, by when, what they reported, and the files they showed for it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.store.organisation.models import Agency, Staff, Unit


class DutyKind(models.TextChoices):
    """What a duty comes from."""

    REMEDY = "REMEDY", _("remedy of an inspection")
    DIRECTIVE = "DIRECTIVE", _("directive")


class Duty(models.Model):
    """What an agency was told to do, with its term (nhiệm vụ được giao, yêu cầu khắc phục).

    ``unit`` is set where one unit is meant. All below ``text`` is derived from the events; ``version`` counts them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=DutyKind.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    issuer_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    issuer_staff_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()

    version = models.PositiveSmallIntegerField()
    state = models.PositiveSmallIntegerField()
    given_on = models.DateField()
    first_due_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__gte=1, state__lte=4), name="duty_state_known"),
            models.CheckConstraint(condition=Q(first_due_on__gt=F("given_on")), name="duty_due_after_given"),
            models.CheckConstraint(condition=Q(due_on__gt=F("given_on")), name="duty_term_after_given"),
            models.CheckConstraint(
                condition=Q(state__in=(3, 4), closed_on__isnull=False) | Q(state__in=(1, 2), closed_on__isnull=True),
                name="duty_closed_when_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "due_on", "id"], name="duty_of_agency"),
            models.Index(fields=["issuer_agency", "state", "due_on", "id"], name="duty_of_issuer"),
            models.Index(fields=["state", "due_on", "id"], name="duty_owed"),
        ]


class DutyEvent(models.Model):
    """One thing that happened to a duty; rows are only ever added (a trigger sees to it)."""

    key = models.UUIDField(unique=True)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveSmallIntegerField()
    act = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    text = models.TextField()
    due_on = models.DateField(null=True)
    files = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "seq"], name="duty_event_once"),
            models.CheckConstraint(condition=Q(act__gte=1, act__lte=7), name="duty_act_known"),
        ]


class EnclosureKind(models.TextChoices):
    """What a file belongs to."""

    DUTY = "DUTY", _("evidence of a duty")
    CONFERENCE = "CONFERENCE", _("document of a conference")
    CAMPAIGN = "CAMPAIGN", _("material of a campaign")


class Enclosure(models.Model):
    """A file that lies with a duty, a conference or a campaign (tài liệu kèm theo); content under its digest.

    ``of_id`` is the public id of what it belongs to, ``seq`` the event of the duty that it came with.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    of_kind = models.CharField(max_length=10, choices=EnclosureKind.choices)
    of_id = models.UUIDField()
    seq = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    staff_id = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["of_kind", "of_id", "id"], name="enclosure_of")]


class Reminder(models.Model):
    """That a person was told on a day what is owed (nhắc việc): one message a day a person, whatever the number.

    ``owed`` is what the person's agency owes, ``late`` of these past their term, ``awaited`` what others owe the
    person's agency past its term.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    owed = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    awaited = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "on"], name="reminder_once_a_day"),
            models.CheckConstraint(condition=Q(late__lte=F("owed")), name="reminder_late_is_owed"),
        ]
