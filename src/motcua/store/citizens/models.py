"""Answers who has an account on the citizen side, how sure we are of the person, and how to reach them.

Staff are in ``store.organisation``; applicants without an account are parties of dossiers only.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.store.dossiers.models import Party


class Assurance(models.IntegerChoices):
    """How sure we are of who holds the account (mức độ xác thực)."""

    CONTACT = 1, _("E-mail or phone confirmed")
    IDENTITY = 2, _("Identity confirmed by the national identity system")


class Account(models.Model):
    """An account of a citizen (tài khoản công dân).

    ``id_number`` is set once the national identity, or an officer who saw the card, has confirmed it; ``party`` is
    then the applicant of that number. A deleted account keeps its row without any personal data.
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
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="account_by_email"),
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="account_by_phone"),
            models.UniqueConstraint(fields=["id_number"], condition=~Q(id_number=""), name="account_by_number"),
        ]
