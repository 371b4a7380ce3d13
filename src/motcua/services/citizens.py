"""Answers who a citizen is to the services: the account, the person behind it and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from motcua.store.citizens.models import Account, Assurance


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
