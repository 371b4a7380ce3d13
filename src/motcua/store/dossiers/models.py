"""Answers what is stored of a dossier: the row derived from its facts, the facts, the open tasks, its papers.

Facts are the truth; the dossier row and the tasks can be rebuilt from them. Rows are written by
``store.dossiers.writing`` alone.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Agency, Unit

CLOCK_KINDS = (6, 7, 9, 10, 11, 12, 13, 18, 23, 24, 28)
"""Kinds of fact, other than the reception, that the clock is derived from."""

STEP_DONE = 2
"""The kind of fact that a step was done."""

# A step without a day of its own stands at the end of a list.
_NEVER = RawSQL("'infinity'::timestamptz", [])


class PartyKind(models.TextChoices):
    """Who can be an applicant."""

    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"


class Party(models.Model):
    """A person or organisation as applicant, proxy or collector (tổ chức, cá nhân)."""

    kind = models.CharField(max_length=12, choices=PartyKind.choices)
    id_number = models.CharField(max_length=20, blank=True)
    old_id_number = models.CharField(max_length=9, blank=True)
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200)
    birth_on = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=300, blank=True)
    id_issued_on = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "id_number"], condition=~Q(id_number=""), name="party_by_number")
        ]


class Dossier(models.Model):
    """A dossier (hồ sơ TTHC): what it was received as, and where it stands according to its facts.

    ``version`` is the number of its facts: every write states the version it saw. ``due_at`` is empty while
    nothing is owed (waiting for the applicant). ``public_id`` stands in addresses, never the code.

    ``values`` are the fields that guards read; ``timer_at`` is when a time of the process comes next;
    ``escalation`` is 0, or the level before which the dossier was brought: 1 the head of the unit, 2 of the agency.
    ``on_spot`` lists the kinds of step that were delegated to the centre's staff when it was received ("tại chỗ").
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    intake_key = models.UUIDField(unique=True)
    handling_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    reception_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    support_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    system_of_record = models.CharField(max_length=40, default="motcua")
    code = models.CharField(max_length=60, unique=True)
    receipt_number = models.PositiveIntegerField()
    regime = models.CharField(max_length=20)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    applicant = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="dossiers", db_index=False)
    proxy = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    applicant_name = models.CharField(max_length=200)
    applicant_folded = models.CharField(max_length=200)
    subject = models.CharField(max_length=300, blank=True)
    term_text = models.CharField(max_length=40)
    fee_vnd = models.PositiveBigIntegerField(default=0)
    fee_paid_vnd = models.PositiveBigIntegerField(default=0)
    components = models.JSONField(default=list)
    form = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    # Derived from the facts.
    version = models.PositiveSmallIntegerField()
    digest = models.BinaryField(max_length=32)
    state = models.PositiveSmallIntegerField()
    marking = models.BinaryField()
    due_at = models.DateTimeField(null=True)
    look_again_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    supplement_count = models.PositiveSmallIntegerField(default=0)
    extension_count = models.PositiveSmallIntegerField(default=0)
    open_pauses = models.PositiveSmallIntegerField(default=0)
    decision = models.CharField(max_length=12, blank=True)
    unit_ids = ArrayField(models.BigIntegerField(), default=list)
    values = models.JSONField(default=dict)
    timer_at = models.DateTimeField(null=True)
    escalation = models.PositiveSmallIntegerField(default=0)

    # Interlinked (liên thông): the dossier, and the step of it, for which this one was opened.
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children", db_index=False)
    parent_step = models.PositiveSmallIntegerField(null=True)
    parent_instance = models.PositiveSmallIntegerField(default=0)
    on_spot = ArrayField(models.CharField(max_length=12), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__gte=1, state__lte=10), name="dossier_state_is_national"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("received_at")),
                name="dossier_ends_after_reception",
            ),
            models.CheckConstraint(condition=Q(supplement_count__lte=20), name="dossier_supplements_counted"),
            models.CheckConstraint(condition=Q(open_pauses__lte=1), name="dossier_one_open_pause"),
        ]
        indexes = [
            models.Index(fields=["reception_unit", "-received_at", "-id"], name="dossier_of_unit"),
            models.Index(fields=["reception_unit", "state", "due_at", "id"], name="dossier_of_unit_state"),
            models.Index(fields=["handling_agency", "-received_at", "-id"], name="dossier_of_agency"),
            models.Index(fields=["handling_agency", "state", "due_at", "id"], name="dossier_of_agency_state"),
            models.Index(fields=["applicant", "-received_at"], name="dossier_of_applicant"),
            models.Index(
                fields=["look_again_at"], name="dossier_to_look_at", condition=Q(look_again_at__isnull=False)
            ),
            models.Index(fields=["timer_at"], name="dossier_timer", condition=Q(timer_at__isnull=False)),
            models.Index(fields=["parent", "id"], name="dossier_children", condition=Q(parent__isnull=False)),
            models.Index(
                fields=["handling_agency", "escalation", "id"],
                name="dossier_escalated",
                condition=Q(escalation__gt=0),
            ),
            GinIndex(fields=["applicant_folded"], opclasses=["gin_trgm_ops"], name="dossier_applicant_words"),
        ]


class Fact(models.Model):
    """One fact of a dossier; rows are only ever added (a trigger sees to it)."""

    pk = models.CompositePrimaryKey("dossier_id", "seq")
    # A plain number: the writer adds facts to a dossier that it holds, and checking the key again would cost.
    dossier_id = models.BigIntegerField()
    seq = models.PositiveSmallIntegerField()
    kind = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    post_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    body = models.JSONField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            # The few facts that move clocks, so that many clocks can be derived without reading all facts.
            models.Index(fields=["dossier_id", "seq"], name="fact_of_clock", condition=Q(kind__in=CLOCK_KINDS)),
            # How many steps a unit and its officers do: counted from the index alone.
            models.Index(
                fields=["unit_id", "at"], include=["staff_id"], name="fact_step_done", condition=Q(kind=STEP_DONE)
            ),
        ]


class TaskPart(models.IntegerChoices):
    """What part a unit has in a step: it leads, helps, or looks on (chủ trì, phối hợp, theo dõi)."""

    LEAD = 0
    CO = 1
    WATCH = 2


class Task(models.Model):
    """An open step of a dossier at a unit; closing a step deletes its row, the fact remains.

    ``instance`` tells several offices apart that do the same step. Only the leading part completes a step.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="tasks", db_constraint=False)
    step = models.PositiveSmallIntegerField()
    instance = models.PositiveSmallIntegerField(default=0)
    part = models.PositiveSmallIntegerField(choices=TaskPart.choices, default=TaskPart.LEAD)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    role = models.CharField(max_length=30)
    assignee_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("unit", Coalesce("due_at", _NEVER), "id", name="task_of_unit"),
            models.Index(
                fields=["assignee_id", "due_at", "id"],
                name="task_of_staff",
                condition=Q(assignee_id__isnull=False),
            ),
        ]


class Consultation(models.Model):
    """A question to another office and its answer (lấy ý kiến), between the facts that ask and close it.

    ``from_unit`` asks ``to_unit``; an office that does not work in this system has its name in ``of`` alone and
    answers on paper. A confidential one is read by these two alone. ``key`` is that of the facts.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="consultations")
    key = models.CharField(max_length=12)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    of = models.CharField(max_length=300)
    question = models.TextField()
    is_confidential = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "key"], name="consultation_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(revoked_at__isnull=True), name="consultation_closed_one_way"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_unit", "due_at", "id"],
                name="consultation_of_unit",
                condition=Q(answered_at__isnull=True, revoked_at__isnull=True),
            ),
            models.Index(
                fields=["due_at"],
                name="consultation_open",
                condition=Q(answered_at__isnull=True, revoked_at__isnull=True),
            ),
        ]


class Slip(models.Model):
    """A numbered paper that was issued: supplement request, refusal, apology, stop notice.

    ``dossier`` is empty for a slip given at the counter before acceptance. ``content`` holds what was asked
    and why; the person is in ``party``.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="slips")
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, null=True, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    regime = models.CharField(max_length=20)
    issued_at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    intake_key = models.UUIDField(null=True)
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "form", "year", "number"], name="slip_number_unique"),
            models.UniqueConstraint(
                fields=["intake_key", "form"],
                condition=Q(intake_key__isnull=False),
                name="slip_once_per_intake",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-issued_at", "-id"], name="slip_of_unit")]


class IntakeDraft(models.Model):
    """An intake that is being typed; survives a lost session and becomes a dossier or a slip."""

    key = models.UUIDField(primary_key=True)
    staff_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["staff_id", "-saved_at"], name="draft_of_staff", condition=Q(closed_at__isnull=True))
        ]


class Document(models.Model):
    """A scanned or uploaded file, stored under its SHA-256; belongs to a draft, then to the dossier made of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(IntakeDraft, on_delete=models.CASCADE, null=True, related_name="documents")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="documents")
    component = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    staff_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty")]
        indexes = [models.Index(fields=["dossier", "id"], name="document_of_dossier")]
