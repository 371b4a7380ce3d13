"""Answers who may serve what at a one-stop unit, who stands in for whom, who sits where, and who is away.

Leave is kept twice: as it was asked, and as one row for each half-day of absence, so that nobody is away twice.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import gettext_lazy as _

from motcua.store.organisation.models import Counter, Staff, Unit


class DayHalf(models.IntegerChoices):
    """Half of a working day (buổi)."""

    MORNING = 1, _("Morning")
    AFTERNOON = 2, _("Afternoon")


class OfficerRecord(models.Model):
    """What is kept of a person's service at a one-stop unit (hồ sơ công tác tại Bộ phận Một cửa).

    ``in_field_since_on`` is since when the person works in the field (thâm niên), ``term_to_on`` the day on which
    the term here is planned to end; ``ground`` names the decision that sent the person.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="officer_records", db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="officer_records")
    in_field_since_on = models.DateField(null=True)
    term_to_on = models.DateField(null=True)
    ground = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "staff"], name="officer_record_once")]


class Competence(models.Model):
    """An officer may serve a sector, or one procedure of it, at a unit (phân công theo lĩnh vực, thủ tục).

    Never deleted: ``ended_on`` is the first day on which it no longer holds.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="competences", db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="competences")
    sector = models.CharField(max_length=200, blank=True)
    procedure_code = models.CharField(max_length=30, blank=True)
    from_on = models.DateField()
    ended_on = models.DateField(null=True)
    ground = models.CharField(max_length=200, blank=True)
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sector="") ^ Q(procedure_code=""), name="competence_of_sector_or_procedure"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("from_on")),
                name="competence_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["unit", "staff", "sector", "procedure_code"],
                condition=Q(ended_on__isnull=True),
                name="competence_once",
            ),
        ]
        indexes = [models.Index(fields=["unit", "staff"], name="competence_of_unit")]


class Substitute(models.Model):
    """Who stands in for an officer (người dự phòng thay thế), as the sending agency or the head named him."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="substitutes", db_index=False)
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="substitutes")
    stand_in = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="stands_in_for")
    from_on = models.DateField()
    ended_on = models.DateField(null=True)
    ground = models.CharField(max_length=200, blank=True)
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(officer=F("stand_in")), name="substitute_is_another"),
            models.UniqueConstraint(
                fields=["unit", "officer", "stand_in"], condition=Q(ended_on__isnull=True), name="substitute_once"
            ),
        ]
        indexes = [models.Index(fields=["unit", "officer"], name="substitute_of_unit")]


class RequiredCounter(models.Model):
    """A counter that must have somebody whenever the office works (quầy bắt buộc có người trực)."""

    counter = models.OneToOneField(Counter, on_delete=models.PROTECT, primary_key=True, related_name="requirement")
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()


class Shift(models.Model):
    """Who sits at a counter in a half-day (ca trực); the week's shifts are the rota (lịch trực)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shifts", db_index=False)
    day = models.DateField()
    half = models.PositiveSmallIntegerField(choices=DayHalf.choices)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="shifts")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="shifts")
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Looked at when the transaction ends: people change places in one step.
            models.UniqueConstraint(
                fields=["counter", "day", "half"], name="shift_one_officer", deferrable=Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["staff", "day", "half"], name="shift_one_counter", deferrable=Deferrable.DEFERRED
            ),
        ]
        indexes = [models.Index(fields=["unit", "day", "half"], name="shift_of_unit")]


class LeaveKind(models.TextChoices):
    """Why somebody is away."""

    ANNUAL = "annual", _("Annual leave")
    SICK = "sick", _("Illness")
    TRAINING = "training", _("Training, meeting")
    COMPENSATORY = "compensatory", _("Compensatory leave")
    OTHER = "other", _("Other reason")


class LeaveState(models.TextChoices):
    """What became of a leave; while it is asked or granted the officer counts as away."""

    ASKED = "asked", _("Waiting for the head")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Called off")

    @classmethod
    def live(cls) -> tuple[str, str]:
        return (cls.ASKED, cls.GRANTED)


class Leave(models.Model):
    """A leave that an officer asked for (nghỉ phép): from a half-day to another, both counted.

    It is only written when no counter is left without a competent officer. ``moves`` are the changes of the rota that
    it brought: ``{"day", "half", "counter", "from", "to"}``, undone when it is declined or withdrawn.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="leaves", db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="leaves", db_index=False)
    kind = models.CharField(max_length=20, choices=LeaveKind.choices)
    from_on = models.DateField()
    from_half = models.PositiveSmallIntegerField(choices=DayHalf.choices)
    to_on = models.DateField()
    to_half = models.PositiveSmallIntegerField(choices=DayHalf.choices)
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=LeaveState.choices)
    moves = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__gt=F("from_on")) | Q(to_on=F("from_on"), to_half__gte=F("from_half")),
                name="leave_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False), name="leave_decided_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-from_on", "-id"], name="leave_of_unit"),
            models.Index(fields=["staff", "-from_on", "-id"], name="leave_of_staff"),
            models.Index(fields=["unit", "id"], name="leave_waiting", condition=Q(state="asked")),
        ]


class Absence(models.Model):
    """A half-day on which somebody is away; a person is away once only."""

    leave = models.ForeignKey(Leave, on_delete=models.CASCADE, related_name="absences")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences", db_index=False)
    day = models.DateField()
    half = models.PositiveSmallIntegerField(choices=DayHalf.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "day", "half"], name="absence_once")]
        indexes = [models.Index(fields=["unit", "day", "half"], name="absence_of_unit")]
