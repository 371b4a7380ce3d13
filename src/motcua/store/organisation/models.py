"""Answers who is who: agencies, their units, posts, the staff who hold them, counters and delegations.

Rights hang on posts, not on persons; nothing here decides what a role may do.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.store.organisation.roles import Role


class AgencyLevel(models.TextChoices):
    """Levels of administration; districts exist until 2025-06-30."""

    MINISTRY = "MINISTRY", _("Ministry")
    PROVINCE = "PROVINCE", _("Province")
    DISTRICT = "DISTRICT", _("District")
    COMMUNE = "COMMUNE", _("Commune")


class Agency(models.Model):
    """An agency with its identifier code (cơ quan; Decision 20/2020/QĐ-TTg).

    ``code`` is the code in the form of the act in force for this installation: ``H05.15.02`` left to right
    today, ``000.00.15.H05`` right to left under Circular 01/2018. The other form is kept beside it.
    """

    code = models.CharField(max_length=35, unique=True)
    code_old = models.CharField(max_length=35, blank=True)
    code_new = models.CharField(max_length=35, blank=True)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=10, choices=AgencyLevel.choices)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    place = models.CharField(max_length=80)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    valid_from_on = models.DateField(null=True, blank=True)
    valid_to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True)
                | Q(valid_from_on__isnull=True)
                | Q(valid_to_on__gte=F("valid_from_on")),
                name="agency_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["level", "name", "id"], name="agency_level_name")]

    def __str__(self) -> str:
        return self.name


class UnitKind(models.TextChoices):
    """Kinds of unit; the first four are one-stop units (Bộ phận Một cửa)."""

    SERVICE_CENTRE = "SERVICE_CENTRE", _("Public administration service centre")
    RECEPTION_SECTION = "RECEPTION_SECTION", _("Reception and return section")
    BRANCH = "BRANCH", _("Branch of the centre")
    POST_OFFICE = "POST_OFFICE", _("Post office counter")
    DIVISION = "DIVISION", _("Division")
    LEADERSHIP = "LEADERSHIP", _("Leadership")

    @classmethod
    def one_stop(cls) -> tuple[str, ...]:
        return (cls.SERVICE_CENTRE, cls.RECEPTION_SECTION, cls.BRANCH, cls.POST_OFFICE)


class Unit(models.Model):
    """A unit of an agency: a one-stop unit, a division or the leadership."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "key"], name="unit_key_unique_in_agency")]
        indexes = [models.Index(fields=["kind", "name", "id"], name="unit_kind_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_one_stop(self) -> bool:
        return self.kind in UnitKind.one_stop()

    @property
    def name_with_agency(self) -> str:
        """The name, with that of the agency where it does not say it already."""
        agency = self.agency.short_name
        return self.name if agency in self.name else f"{self.name}, {agency}"


class CalendarChangeKind(models.TextChoices):
    """What a decision changes in an agency's calendar."""

    CLOSED = "CLOSED", _("Closed by a decision")
    HOURS = "HOURS", _("Other working hours")
    RECEPTION = "RECEPTION", _("Reception outside working time")


class CalendarChange(models.Model):
    """A decision that changes an agency's working calendar on some days (lịch làm việc).

    Closed by a storm; other hours for a season or a half day; a Saturday on which the counter receives without
    its being a working day. Never deleted: a revoked one stays, so that every date can be derived as it was known.
    ``weekdays`` are 1 (Monday) to 7; ``covers_below`` lets it hold for the agencies below as well. ``applied_at``
    and ``revocation_applied_at`` tell when the stored clocks had been derived anew because of it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="calendar_changes")
    covers_below = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=CalendarChangeKind.choices)
    from_on = models.DateField()
    to_on = models.DateField()
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    hours = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200)
    decision_no = models.CharField(max_length=60)
    decided_on = models.DateField()
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by_id = models.BigIntegerField(null=True)
    applied_at = models.DateTimeField(null=True)
    revocation_applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="calendar_change_ends_after_it_begins")
        ]
        indexes = [models.Index(fields=["agency", "-from_on", "-id"], name="calendar_change_of_agency")]


class Counter(models.Model):
    """A counter of a one-stop unit (quầy), with the sectors it receives; none means all."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="counters")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    sectors = ArrayField(models.CharField(max_length=120), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="counter_number_unique_in_unit")]


class StaffManager(BaseUserManager["Staff"]):
    """Looks staff up by user name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(username=(username or "").lower())


class Staff(AbstractBaseUser):
    """A person who works here or at a unit (công chức, viên chức, nhân viên)."""

    username = models.CharField(max_length=40, unique=True)
    full_name = models.CharField(max_length=120)
    name_folded = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=5, default="vi")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    objects = StaffManager()

    class Meta:
        indexes = [models.Index(fields=["name_folded", "id"], name="staff_name")]

    def __str__(self) -> str:
        return self.full_name


class Post(models.Model):
    """A post in a unit with the roles it carries (vị trí công tác)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=30, choices=Role.choices))

    def __str__(self) -> str:
        return self.title


class Appointment(models.Model):
    """Who holds a post, from when to when; staff sent by another agency keep it as ``sending_agency``."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    sending_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="appointment_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["staff", "post", "from_on"], name="appointment_once"),
        ]


class Delegation(models.Model):
    """A post's powers handed to another person for an absence (ủy quyền khi vắng mặt), with its ground."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations")
    from_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="delegations_given")
    to_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="delegations_held")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    decision_no = models.CharField(max_length=60, blank=True)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="delegation_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(from_staff=F("to_staff")), name="delegation_to_another"),
        ]
        indexes = [models.Index(fields=["to_staff", "to_at"], name="delegation_held")]
