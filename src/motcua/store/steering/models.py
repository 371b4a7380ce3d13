"""Answers what people were told in the morning about work that is due or late; nobody is told the same day twice."""

from __future__ import annotations

from django.db import models


class StaffDigest(models.Model):
    """The one reminder that a person gets on a day (bản nhắc việc): what is due and late for him, what of it is new.

    ``items`` names dossiers by number and code alone, never an applicant. Made once for a person and day, whichever
    worker was first; never changed but for ``read_at``.
    """

    staff_id = models.BigIntegerField()
    on = models.DateField()
    made_at = models.DateTimeField()
    items = models.JSONField()
    counts = models.JSONField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff_id", "on"], name="digest_once_a_day")]
