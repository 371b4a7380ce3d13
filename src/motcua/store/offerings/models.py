"""Answers which office offers which procedure version, by which process and with which of its units.

Versions never change once published; an office that changes something gets a new row.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from motcua.store.catalogue.models import ProcedureVersion
from motcua.store.organisation.models import Agency, Unit


class ProcessVersion(models.Model):
    """A published version of an internal process (quy trình nội bộ).

    ``definition`` is the JSON of ``core.process.Definition``; ``units`` names the unit that the office's table
    gives for each slot; ``report`` lists what does not add up, as ``{code, field, values}``; ``layout`` is where the
    drawing has its shapes (empty: they are laid out). ``decision_no`` and ``decided_on`` name the chair's approval
    (Circular 01/2018/TT-VPCP, art. 8); they are empty for what the software brings along or a command imported.
    """

    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=600)
    definition = models.JSONField()
    units = models.JSONField(default=dict)
    report = models.JSONField(default=list)
    stated_days = models.FloatField(null=True, blank=True)
    step_sum_days = models.FloatField()
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=20)
    published_at = models.DateTimeField()
    layout = models.JSONField(default=dict, blank=True)
    decision_no = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="process_version_number")]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class ProcessDraft(models.Model):
    """An internal process that is being written (dự thảo quy trình nội bộ); nothing runs by it.

    ``data`` holds ``definition``, ``units``, ``stated_days`` and ``layout``, as a version has them. ``version`` counts
    the saves: each save names the one it saw, so that nobody writes over what somebody else saved meanwhile.
    """

    key = models.CharField(max_length=60)
    name = models.CharField(max_length=600)
    data = models.JSONField()
    based_on = models.ForeignKey(
        ProcessVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="process_drafts")
    staff_id = models.BigIntegerField()
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "key"], name="process_draft_once")]


class Channel(models.TextChoices):
    """How a dossier comes in."""

    DIRECT = "DIRECT"
    ONLINE = "ONLINE"
    POST = "POST"


class Offering(models.Model):
    """A procedure version as one agency handles it.

    ``slots`` maps each slot of the process to the id of a unit; the slot ``reception`` is not in it, for it
    is the unit that received the dossier. ``system_owner`` is the two-digit owner of a nationally centralised
    system, which its dossier codes carry (Circular 03/2025, art. 13(3)); empty for all others.
    """

    procedure_version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="offerings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="offerings")
    process_version = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, related_name="offerings")
    slots = models.JSONField()
    channels = ArrayField(models.CharField(max_length=10, choices=Channel.choices))
    term_text = models.CharField(max_length=40)
    fee_vnd = models.PositiveBigIntegerField(default=0)
    system_owner = models.CharField(max_length=2, blank=True)
    valid_from_on = models.DateField()
    valid_to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "procedure_version"],
                condition=Q(valid_to_on__isnull=True),
                name="offering_once_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["agency", "valid_to_on"], name="offering_of_agency")]


class OnSpotDelegation(models.Model):
    """Kinds of step of an offering that the one-stop unit's own staff do (giải quyết tại chỗ), by decision.

    ``kinds`` are those of process steps: appraise, approve, sign. ``has_seal`` is the fifth of "5 tại chỗ".
    """

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="on_spot_delegations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    kinds = ArrayField(models.CharField(max_length=12))
    has_seal = models.BooleanField(default=False)
    decision_no = models.CharField(max_length=60)
    decided_on = models.DateField()
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    staff_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="on_spot_ends_after_it_begins"
            )
        ]
        indexes = [models.Index(fields=["unit", "offering", "from_on"], name="on_spot_of_unit")]
