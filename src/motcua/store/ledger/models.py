"""Answers what must happen once and only once: numbers given out, messages to send, forms parked at sign-in.

What a dossier's facts say is not here.
"""

from __future__ import annotations

from django.db import models


class NumberSeries(models.Model):
    """The last number given in a series, such as one agency's dossier codes of one day.

    A number is taken inside the transaction that uses it: never twice, and given back when that is undone.
    """

    scope = models.CharField(max_length=80, primary_key=True)
    value = models.PositiveBigIntegerField()


class NumberBlock(models.Model):
    """Numbers of one agency and day set aside for a counter that must work on paper (dãy số dự phòng).

    Taken out of the day's series at once, they are given to nobody else; what is not used stays unused for ever.
    """

    unit_id = models.BigIntegerField()
    agency_id = models.BigIntegerField()
    agency_code = models.CharField(max_length=35)
    on = models.DateField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    staff_id = models.BigIntegerField()
    reserved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency_code", "on", "first"], name="block_once"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="block_not_empty"),
        ]
        indexes = [models.Index(fields=["unit_id", "-on", "-id"], name="block_of_unit")]


class RegisterBook(models.Model):
    """A year's register of a unit and sector, closed at year end (khóa sổ): what it held, by its digest.

    ``number`` goes on from the book of the year before; ``digest`` is over what never changes of each row.
    """

    unit_id = models.BigIntegerField()
    sector = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    closed_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit_id", "sector", "year"], name="register_book_once")]


class OutboxMessage(models.Model):
    """A message that must leave because of something that was committed; sent by the job worker."""

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    body = models.JSONField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], name="outbox_waiting", condition=models.Q(sent_at__isnull=True))
        ]


class ParkedForm(models.Model):
    """What somebody had typed when the session ran out; given back after signing in again, then deleted."""

    token = models.UUIDField(primary_key=True)
    staff_id = models.BigIntegerField()
    path = models.CharField(max_length=200)
    data = models.JSONField()
    made_at = models.DateTimeField(db_index=True)


class AuditEvent(models.Model):
    """Who did or read what, beyond the facts of dossiers: sign-ins, changes of rights, exports, refused access."""

    at = models.DateTimeField()
    staff_id = models.BigIntegerField(null=True, blank=True)
    unit_id = models.BigIntegerField(null=True, blank=True)
    act = models.CharField(max_length=40)
    target = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="audit_newest")]


class TryCount(models.Model):
    """How often something was tried in one window of time; swept by the job worker."""

    key = models.CharField(max_length=40, primary_key=True)
    count = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_index=True)
