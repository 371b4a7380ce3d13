"""Answers what was measured from the facts and is kept so that pages need not count again; all can be rebuilt."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import RawSQL


class UsualDelay(models.Model):
    """How long a procedure really took of late, in minutes of eight-hour working days (thời gian giải quyết thực tế).

    ``half`` and ``most`` are the times within which a half and nine of ten dossiers were done, without what rested:
    waiting for the applicant and pauses by law. ``rested_share`` is the part of dossiers that rested at all,
    ``rested`` the middle of how long these did. Counted over ``dossiers`` that ended from ``from_on`` to ``to_on``.
    """

    procedure_code = models.CharField(max_length=30, primary_key=True)
    dossiers = models.PositiveIntegerField()
    half_minutes = models.PositiveIntegerField()
    most_minutes = models.PositiveIntegerField()
    rested_percent = models.PositiveSmallIntegerField()
    rested_minutes = models.PositiveIntegerField()
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(dossiers__gt=0), name="usual_delay_of_some"),
            models.CheckConstraint(
                condition=models.Q(most_minutes__gte=models.F("half_minutes")), name="usual_delay_in_order"
            ),
        ]


OUTCOME = """CASE WHEN ended_at IS NULL THEN 0 WHEN ended_at > due_at THEN 3
 WHEN (ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date < (due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN 1
 ELSE 2 END"""
"""The rule of ``core.statistics.way_out`` for what has ended; the database works it out, so that none can write another."""


_OPEN, _ENDED = models.Q(ended_at__isnull=True), models.Q(ended_at__isnull=False)


class DossierFigure(models.Model):
    """What reports count a dossier by: a narrow copy of its row, written by the same statement.

    ``outcome`` is 0 open, 1 early, 2 on time, 3 late, by the day that the receipt or the apology promised. The sector
    is that of the procedure's version, the level that of the agency: counting joins them after it has grouped.
    """

    dossier_id = models.BigIntegerField(primary_key=True)
    agency_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    supplements = models.PositiveSmallIntegerField()
    extensions = models.PositiveSmallIntegerField()
    outcome = models.GeneratedField(
        expression=RawSQL(OUTCOME, []),  # noqa: S611
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "-received_at", "-dossier_id"], name="figure_of_agency"),
            models.Index(fields=["unit_id", "-received_at", "-dossier_id"], name="figure_of_unit"),
            models.Index(fields=["-received_at", "-dossier_id"], name="figure_received"),
            # Few of a province are open or late at a time; a page of these must not read through all the others.
            models.Index(fields=["outcome", "-received_at", "-dossier_id"], name="figure_outcome"),
            # Today's boards: what is open by its due instant, what has ended lately; read from the indexes alone.
            models.Index(fields=["agency_id", "due_at", "dossier_id"], name="figure_open_agency", condition=_OPEN),
            models.Index(fields=["unit_id", "due_at", "dossier_id"], name="figure_open_unit", condition=_OPEN),
            models.Index(
                fields=["ended_at"], include=["agency_id", "outcome"], name="figure_ended", condition=_ENDED
            ),
            models.Index(
                fields=["agency_id", "ended_at"], include=["outcome"], name="figure_ended_agency", condition=_ENDED
            ),
            models.Index(
                fields=["unit_id", "ended_at"], include=["outcome"], name="figure_ended_unit", condition=_ENDED
            ),
        ]
