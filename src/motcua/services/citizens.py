"""Answers who a citizen is to the services: the account, the person behind it and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from motcua.core.forms.contacts import Contact
from motcua.store.citizens.models import Account, AccountEvent, Assurance


@dataclass(frozen=True, slots=True)
class Citizen:
    """A signed-in citizen. ``party_id`` is the applicant of the confirmed number, ``None`` while unconfirmed."""

    account_id: int
    public_id: UUID
    name: str
    party_id: int | None
    assurance: Assurance
    language: str

    @property
    def is_identified(self) -> bool:
        return self.assurance >= Assurance.IDENTITY


def citizen_of_account(account_id: int) -> Citizen | None:
    """Return the citizen of a live account; ``None`` when it is unknown or was deleted."""
    account = Account.objects.filter(id=account_id, deleted_at__isnull=True).first()
    if account is None:
        return None
    return Citizen(
        account.id, account.public_id, account.name, account.party_id, Assurance(account.assurance), account.language
    )


def account_of_contact(contact: Contact, *, language: str, now: datetime) -> int:
    """Return the account of a contact that was confirmed just now; it is made when there is none."""
    found = Account.objects.filter(**{contact.kind: contact.value}, deleted_at__isnull=True).first()
    if found is None:
        channels = ["email", "zalo", "sms"] if contact.kind == "email" else ["zalo", "sms", "email"]
        try:
            with transaction.atomic():
                found = Account.objects.create(
                    **{contact.kind: contact.value}, language=language, channels=channels, made_at=now
                )
                note(found.id, "account.made", now=now)
        except IntegrityError:
            # Made a moment ago on another connection.
            found = Account.objects.get(**{contact.kind: contact.value})
    note(found.id, "account.signed_in", now=now)
    return found.id


def note(account_id: int, act: str, *, now: datetime, by_account_id: int | None = None, target: str = "") -> None:
    """Write down what was done with an account; its owner reads it at "my data"."""
    AccountEvent.objects.create(account_id=account_id, at=now, act=act, by_account_id=by_account_id, target=target)
