"""Answers everything that is held about a citizen, who looked at it, and erases what no law says must be kept.

Each kind of record has its place in ``HOLDINGS``; a test finds kinds that belong to accounts and are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from motcua.core.forms.contacts import masked
from motcua.core.kernel import Problem, Refused
from motcua.services.citizens import Citizen, note
from motcua.services.times import local_day
from motcua.store.citizens.models import (
    Account,
    AccountEvent,
    DossierReading,
    Mandate,
    MemberRole,
    Membership,
    Notice,
    OneTimeCode,
)
from motcua.store.dossiers.models import Dossier
from motcua.store.organisation.selectors import names_of_units
from motcua.store.voices.models import Petition

ROWS_MAX = 2_000
Rows = list[dict[str, Any]]


def _account(citizen: Citizen) -> Rows:
    row = Account.objects.get(id=citizen.account_id)
    return [
        {
            "name": row.name,
            "id_number": row.id_number,
            "birth_on": row.birth_on,
            "sex": row.sex,
            "address": row.address,
            "email": row.email,
            "phone": row.phone,
            "language": row.language,
            "channels": list(row.channels),
            "quiet_from": row.quiet_from,
            "quiet_to": row.quiet_to,
            "is_digest": row.is_digest,
            "assurance": row.assurance,
            "identified_at": row.identified_at,
            "made_at": row.made_at,
        }
    ]


def _dossiers(citizen: Citizen) -> Rows:
    """Return the dossiers in which the person is applicant or proxy; the contact left in them included."""
    if citizen.party_id is None:
        return []
    rows = (
        Dossier.objects.filter(Q(applicant_id=citizen.party_id) | Q(proxy_id=citizen.party_id), parent__isnull=True)
        .select_related("handling_agency", "offering__procedure_version__procedure", "applicant")
        .order_by("-received_at", "-id")[:ROWS_MAX]
    )
    return [
        {
            "code": d.code,
            "procedure": d.offering.procedure_version.procedure.code,
            "agency": d.handling_agency.name,
            "subject": d.subject,
            "received_at": d.received_at,
            "due_at": d.due_at,
            "ended_at": d.ended_at,
            "state": d.state,
            "as": "applicant" if d.applicant_id == citizen.party_id else "proxy",
            "contact": {"phone": d.applicant.phone, "email": d.applicant.email, "address": d.applicant.address},
        }
        for d in rows
    ]


def _readings(citizen: Citizen) -> Rows:
    """Return which office opened a dossier of the person's, and on which day. Officers are not named here."""
    if citizen.party_id is None:
        return []
    rows = list(
        DossierReading.objects.filter(dossier__applicant_id=citizen.party_id)
        .select_related("dossier")
        .order_by("-at", "-id")[:ROWS_MAX]
    )
    names = names_of_units({r.unit_id for r in rows})
    return [{"dossier": r.dossier.code, "office": names.get(r.unit_id, ""), "on": r.on} for r in rows]


def _notices(citizen: Citizen) -> Rows:
    rows = Notice.objects.filter(account_id=citizen.account_id).prefetch_related("deliveries").order_by("-id")
    return [
        {
            "topic": n.topic,
            "code": n.values.get("code", ""),
            "made_at": n.made_at,
            "state": n.state,
            "tries": [{"at": d.at, "channel": d.channel, "address": d.address, "state": d.state} for d in n.deliveries.all()],
        }
        for n in rows[:ROWS_MAX]
    ]  # fmt: skip


def _mandates(citizen: Citizen) -> Rows:
    rows = (
        Mandate.objects.filter(Q(principal_id=citizen.account_id) | Q(agent_id=citizen.account_id))
        .select_related("principal", "agent", "dossier", "procedure")
        .order_by("-id")
    )
    return [
        {
            "given_by": m.principal.name,
            "held_by": m.agent.name,
            "dossier": m.dossier.code if m.dossier else "",
            "procedure": m.procedure.code if m.procedure else "",
            "until_on": m.until_on,
            "made_at": m.made_at,
            "accepted_at": m.accepted_at,
            "ended_at": m.ended_at,
        }
        for m in rows[:ROWS_MAX]
    ]


def _organisations(citizen: Citizen) -> Rows:
    rows = (
        Membership.objects.filter(account_id=citizen.account_id).select_related("organisation__party").order_by("id")
    )
    return [
        {
            "organisation": m.organisation.party.name,
            "number": m.organisation.party.id_number,
            "role": m.role,
            "made_at": m.made_at,
            "accepted_at": m.accepted_at,
            "ended_at": m.ended_at,
        }
        for m in rows[:ROWS_MAX]
    ]


def _events(citizen: Citizen) -> Rows:
    rows = AccountEvent.objects.filter(account_id=citizen.account_id).order_by("-at", "-id")[:ROWS_MAX]
    return [
        {"at": e.at, "act": e.act, "by": "you" if e.by_account_id in (None, citizen.account_id) else "another"}
        for e in rows
    ]


def _petitions(citizen: Citizen) -> Rows:
    rows = Petition.objects.filter(account_id=citizen.account_id).select_related("agency").order_by("-id")[:ROWS_MAX]
    return [
        {
            "code": p.code,
            "agency": p.agency.name,
            "title": p.title,
            "text": p.text,
            "name": p.name,
            "contact": p.contact,
            "received_at": p.received_at,
            "answer": p.answer if p.answered_at else "",
            "closed_at": p.closed_at,
        }
        for p in rows
    ]


HOLDINGS: dict[str, Callable[[Citizen], Rows]] = {
    "account": _account,
    "dossiers": _dossiers,
    "readings": _readings,
    "notices": _notices,
    "mandates": _mandates,
    "organisations": _organisations,
    "petitions": _petitions,
    "events": _events,
}

COVERED = {"Account", "Notice", "Mandate", "Membership", "AccountEvent", "OneTimeCode", "Petition"}
"""Models that belong to accounts and are in a holding above, or hold nothing longer than a week (codes)."""


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


ERASERS: list[Callable[[int], None]] = []
"""What each room erases of an account that goes, besides the account itself."""


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
    # A petition is an office's matter by now; it goes on without the account, at its own contact.
    Petition.objects.filter(account=row).update(account=None, name="")
    for erase in ERASERS:
        erase(row.id)
    AccountEvent.objects.filter(account=row).delete()
    for name in ("name", "id_number", "email", "phone", "sex", "address"):
        setattr(row, name, "")
    row.birth_on, row.party, row.channels, row.identified_at = None, None, [], None
    row.quiet_from, row.quiet_to, row.is_digest = None, None, False
    row.deleted_at = now
    row.save()
    note(row.id, "account.deleted", now=now)


def masked_contacts(email: str, phone: str) -> Sequence[str]:
    return [masked(c) for c in (email, phone) if c]
