"""Answers everything that is held about a citizen, who looked at it, and erases what no law says must be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from motcua.core.kernel import Problem, Refused
from motcua.services.applications.drafts import erase_drafts_of
from motcua.services.citizens import Citizen, note
from motcua.services.my_records import HOLDINGS, Rows
from motcua.services.times import local_day
from motcua.store.citizens.models import Account, AccountEvent, Mandate, MemberRole, Membership, Notice, OneTimeCode
from motcua.store.dossiers.models import Dossier
from motcua.store.results.models import ResultShare
from motcua.store.voices.models import Petition


def data_of(citizen: Citizen) -> dict[str, Rows]:
    """Return everything held about the citizen, by kind; plain values, the newest first."""
    return {kind: rows_of(citizen) for kind, rows_of in HOLDINGS.items()}


def plain(value: object) -> str:
    """Return days and instants as JSON keeps them."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def note_reading(*, dossier_id: int, staff_id: int, unit_id: int, now: datetime) -> None:
    """Write down that an officer opened a dossier, once a day; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO citizens_dossierreading (dossier_id, staff_id, unit_id, "on", at) VALUES (%s, %s, %s, %s, %s)'
            " ON CONFLICT DO NOTHING",
            [dossier_id, staff_id, unit_id, local_day(now), now],
        )


@dataclass(frozen=True, slots=True)
class WhatStays:
    """What the law says must be kept when an account goes: how many dossiers, of which how many still run."""

    dossiers: int
    open_dossiers: int
    organisations: int


def what_stays(citizen: Citizen) -> WhatStays:
    own = Dossier.objects.filter(applicant_id=citizen.party_id or 0, parent__isnull=True)
    led = Membership.objects.filter(
        account_id=citizen.account_id, role=MemberRole.REPRESENTATIVE, ended_at__isnull=True
    )
    return WhatStays(own.count(), own.filter(ended_at__isnull=True).count(), led.count())


@transaction.atomic
def delete_account(*, citizen: Citizen, is_sure: bool, now: datetime) -> None:
    """Erase the account. Dossiers stay with their offices, as the archive law demands, without the account.

    Refused: ``account.not_sure``. Idempotent.
    """
    if not is_sure:
        raise Refused([Problem("account.not_sure", field="sure")])
    row = Account.objects.select_for_update().get(id=citizen.account_id)
    Mandate.objects.filter(Q(principal=row) | Q(agent=row), ended_at__isnull=True).update(ended_at=now)
    Membership.objects.filter(account=row, ended_at__isnull=True).update(ended_at=now)
    Notice.objects.filter(account=row).update(account=None)
    OneTimeCode.objects.filter(Q(account=row) | Q(contact__in=[c for c in (row.email, row.phone) if c])).delete()
    ResultShare.objects.filter(account=row, ended_at__isnull=True).update(ended_at=now)
    # A petition is an office's matter by now; it goes on without the account, at its own contact.
    Petition.objects.filter(account=row).update(account=None, name="")
    erase_drafts_of(row.id)
    AccountEvent.objects.filter(account=row).delete()
    for name in ("name", "id_number", "email", "phone", "sex", "address"):
        setattr(row, name, "")
    row.birth_on, row.party, row.channels, row.identified_at = None, None, [], None
    row.quiet_from, row.quiet_to, row.is_digest = None, None, False
    row.deleted_at = now
    row.save()
    note(row.id, "account.deleted", now=now)
