"""Answers who has an account on the citizen side, how sure we are of the person, and how to reach them.

Staff are in ``store.organisation``; applicants without an account are parties of dossiers only.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.store.catalogue.models import Procedure
from motcua.store.dossiers.models import Dossier, Party


class Assurance(models.IntegerChoices):
    """How sure we are of who holds the account (mức độ xác thực)."""

    CONTACT = 1, _("E-mail or phone confirmed")
    IDENTITY = 2, _("Identity confirmed by the national identity system")


def first_channels() -> list[str]:
    """Return the channels that a new account is told by, the preferred one first."""
    return ["email", "zalo", "sms"]


class Account(models.Model):
    """An account of a citizen (tài khoản công dân).

    ``id_number`` is set once the national identity, or an officer who saw the card, has confirmed it; ``party`` is
    then the applicant of that number. A deleted account keeps its row without any personal data; one that was found
    to be another's of the same person says which. ``quiet_from`` and ``quiet_to`` are hours of the day between which
    nothing is sent; ``is_digest`` gathers the day's notices into one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="accounts")
    assurance = models.PositiveSmallIntegerField(choices=Assurance.choices, default=Assurance.CONTACT)
    name = models.CharField(max_length=200, blank=True)
    id_number = models.CharField(max_length=20, blank=True)
    birth_on = models.DateField(null=True, blank=True)
    email = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=5, default="vi")
    sex = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=300, blank=True)
    identified_at = models.DateTimeField(null=True, blank=True)
    channels = ArrayField(models.CharField(max_length=8), default=first_channels, blank=True)
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField(null=True, blank=True)
    is_digest = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="account_by_email"),
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="account_by_phone"),
            models.UniqueConstraint(fields=["id_number"], condition=~Q(id_number=""), name="account_by_number"),
        ]


class CodePurpose(models.TextChoices):
    """What a code confirms."""

    SIGN_IN = "SIGN_IN"
    CONTACT = "CONTACT"
    PETITION = "PETITION"


class OneTimeCode(models.Model):
    """A code of six digits sent to an address, to show that it is the sender's own (mã xác nhận).

    Only its digest is kept; the address goes when the row is swept.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=10, choices=CodePurpose.choices)
    kind = models.CharField(max_length=5)
    contact = models.CharField(max_length=120)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Organisation(models.Model):
    """An organisation or business that citizens act for (tổ chức, doanh nghiệp), by its number."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="organisation")
    made_at = models.DateTimeField()


class MemberRole(models.TextChoices):
    """What a person is in an organisation."""

    REPRESENTATIVE = "REPRESENTATIVE", _("legal representative")
    CLERK = "CLERK", _("clerk")


class Membership(models.Model):
    """Who may act for an organisation (người đại diện, người được giao nộp hồ sơ), accepted by the person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="members")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=14, choices=MemberRole.choices)
    made_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "account"], condition=Q(ended_at__isnull=True), name="membership_once"
            )
        ]


class Mandate(models.Model):
    """A citizen lets another act for him or her (ủy quyền): one dossier, one procedure, or everything.

    In force from acceptance to the end of ``until_on``, unless revoked or declined before.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    principal = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandates_held")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="+")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, related_name="+")
    until_on = models.DateField()
    made_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="mandate_to_another"),
            models.CheckConstraint(
                condition=Q(dossier__isnull=True) | Q(procedure__isnull=True), name="mandate_of_one_kind"
            ),
        ]
        indexes = [models.Index(fields=["agent", "until_on"], name="mandate_held")]


class AccountEvent(models.Model):
    """What was done with an account and by whom (nhật ký tài khoản); shown to its owner, without personal data."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    act = models.CharField(max_length=40)
    by_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    staff_id = models.BigIntegerField(null=True, blank=True)
    unit_id = models.BigIntegerField(null=True, blank=True)
    target = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-at", "-id"], name="account_event_newest")]


class NoticeState(models.TextChoices):
    """How far a notice is on its way."""

    WAITING = "WAITING"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    UNREACHED = "UNREACHED"
    TOLD = "TOLD"
    NOBODY = "NOBODY"


class Notice(models.Model):
    """What somebody is told about something (thông báo), once per event, person and template.

    ``event_key`` names the outbox row and the receiver: however often the row is handed over, one notice is made.
    The address is that of the account, or (no account, none in it) of the contact in the dossier; neither is copied
    here. ``contact`` is one that was left for this matter alone (a petition, a ticket); it is erased when the notice
    is over.
    ``TOLD`` means that the office told the person itself, because no channel reached anybody.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event_key = models.CharField(max_length=80, unique=True)
    topic = models.CharField(max_length=40)
    template = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="notices")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    contact = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, default="vi")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    unit_id = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at", "id"], name="notice_waiting", condition=Q(state="WAITING")),
            models.Index(fields=["account", "-id"], name="notice_of_account"),
            models.Index(fields=["dossier", "-id"], name="notice_of_dossier", condition=Q(dossier__isnull=False)),
            models.Index(fields=["unit_id", "-id"], name="notice_unreached", condition=Q(state="UNREACHED")),
        ]


class DeliveryState(models.TextChoices):
    """What became of one try by one channel."""

    TAKEN = "TAKEN", _("handed to the channel")
    DELIVERED = "DELIVERED", _("arrived")
    AWAY = "AWAY", _("the channel did not answer")
    REFUSED = "REFUSED", _("the channel refused this address")
    FAILED = "FAILED", _("did not arrive")


class NoticeDelivery(models.Model):
    """One try to deliver a notice by one channel (lần gửi). The address is kept masked."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices)
    provider_number = models.CharField(max_length=80, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel", "number"], name="delivery_once"),
        ]
        indexes = [
            # Not unique: a digest carries several notices under one number.
            models.Index(
                fields=["channel", "provider_number"], name="delivery_by_number", condition=~Q(provider_number="")
            )
        ]


class DossierReading(models.Model):
    """That an officer opened a dossier's page on a day (lượt xem hồ sơ); its applicant may know. Once a day each."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "unit_id", "staff_id", "on"], name="dossier_reading_once_a_day"
            )
        ]
