"""Answers what was measured from the facts and is kept so that pages need not count again; all can be rebuilt."""

from __future__ import annotations

from django.db import models


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
