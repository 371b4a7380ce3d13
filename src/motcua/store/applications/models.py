"""Answers what citizens send online before it is a dossier: forms by version, drafts, what was sent, files, messages.

A dossier and its facts are in ``store.dossiers``; an application points at the dossier that it became.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from motcua.store.citizens.models import Account
from motcua.store.dossiers.models import Dossier
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Agency, Unit


class FormVersion(models.Model):
    """A published version of an electronic form (biểu mẫu điện tử); a trigger refuses any change.

    ``key`` is the code of the procedure, or ``_usual`` for the form of all that have none of their own. ``definition``
    is the JSON of ``core.forms.FormDefinition``; ``decision_no`` is empty for what the software brings along.
    """

    key = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=10)
    decision_no = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="form_version_number")]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class FormDraft(models.Model):
    """A form that is being written; nobody is asked by it. ``version`` counts the saves, as with process drafts."""

    key = models.CharField(max_length=30)
    data = models.JSONField()
    based_on = models.ForeignKey(FormVersion, on_delete=models.PROTECT, null=True, related_name="drafts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="form_drafts")
    staff_id = models.BigIntegerField()
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "key"], name="form_draft_once")]


class ApplicationKind(models.TextChoices):
    """What is sent: a new application, or the papers asked for of a dossier that was accepted."""

    NEW = "NEW"
    SUPPLY = "SUPPLY"


class ApplicationState(models.TextChoices):
    """Where an application stands. Sent is the national state 1 (mới đăng ký), refused the state 3."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    ASKED = "ASKED"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Application(models.Model):
    """What a citizen fills in and sends online (hồ sơ nộp trực tuyến), from the first save to the answer.

    ``answers`` are as typed, by field, so that nothing typed is lost; ``changed`` maps a field to the save that
    changed it, so that two devices do not write over each other. ``values`` are the cleaned answers at the sending,
    ``held`` says of which of them the state held and where. ``due_at`` is when the first answer is owed, ``told`` how far
    the manager was told of it (1 before, 2 after). ``notice`` is what the officer asked or why it was refused.
    ``receipt`` is what was sent, as confirmed: it never changes after.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=6, choices=ApplicationKind.choices, default=ApplicationKind.NEW)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="applications", db_index=False
    )
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="applications")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="applications")
    reception_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="applications")
    state = models.CharField(max_length=9, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    mode = models.CharField(max_length=8, default="topic")
    language = models.CharField(max_length=5, default="vi")
    answers = models.JSONField(default=dict)
    changed = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    number = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True)
    values = models.JSONField(default=dict)
    held = models.JSONField(default=dict)
    applicant_name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=120, blank=True)
    fee_vnd = models.PositiveBigIntegerField(default=0)
    receipt = models.JSONField(default=dict)

    due_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    first_answered_at = models.DateTimeField(null=True)
    asked_count = models.PositiveSmallIntegerField(default=0)
    notice = models.JSONField(default=dict)
    verdicts = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="application_number"),
            models.CheckConstraint(
                condition=Q(state="DRAFT") | Q(sent_at__isnull=False), name="application_sent_has_instant"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("made_at")), name="application_ends_after"
            ),
        ]
        indexes = [
            models.Index(fields=["reception_unit", "state", "due_at", "id"], name="application_of_unit"),
            models.Index(fields=["account", "-saved_at", "-id"], name="application_of_account"),
            models.Index(fields=["expires_at"], name="application_expires", condition=Q(state="DRAFT")),
            models.Index(fields=["due_at"], name="application_watched", condition=Q(state="SENT", told__lt=2)),
        ]


class ApplicationFile(models.Model):
    """A file that belongs to an application, under its SHA-256 apart from the dossiers' until it is accepted.

    ``source`` names where it comes from when it was not uploaded: a paper of an earlier dossier, a result held.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files", db_index=False)
    component = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    source = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="application_file_not_empty")]
        indexes = [models.Index(fields=["application", "id"], name="file_of_application")]


class Upload(models.Model):
    """An upload under way: how long the file is and how much of it has come; the bytes lie in the uploads folder.

    ``mark`` is the browser's own name for the file, so that the same file goes on where it stopped. An upload that is
    whole has become ``file``, or was no scan and then names its ``problem``.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="uploads", db_index=False)
    component = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    mark = models.CharField(max_length=80)
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    file = models.ForeignKey(ApplicationFile, on_delete=models.SET_NULL, null=True, related_name="+")
    problem = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "component", "mark"], name="upload_once"),
            models.CheckConstraint(condition=Q(offset__lte=F("length")), name="upload_within_length"),
        ]


class MessageKind(models.TextChoices):
    """What a message in a dossier is: words, or the request to put an error of the result right."""

    WORDS = "WORDS"
    CORRECTION = "CORRECTION"


class DossierMessage(models.Model):
    """A message inside a dossier between the applicant and the one-stop unit (trao đổi trong hồ sơ).

    One from the applicant is open until ``settled_at``: answered, or put aside by the unit.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=MessageKind.choices, default=MessageKind.WORDS)
    is_from_applicant = models.BooleanField()
    text = models.TextField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    staff_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["dossier", "id"], name="message_of_dossier"),
            models.Index(
                fields=["unit", "id"],
                name="message_open",
                condition=Q(is_from_applicant=True, settled_at__isnull=True),
            ),
        ]
