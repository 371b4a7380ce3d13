"""Answers what is held about a citizen, one function for each kind of record; plain values, the newest first.

A test finds kinds that belong to accounts and are not here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from motcua.services.citizens import Citizen
from motcua.store.applications.models import Application, DossierMessage
from motcua.store.citizens.models import Account, AccountEvent, DossierReading, Mandate, Membership, Notice
from motcua.store.dossiers.models import Dossier
from motcua.store.organisation.selectors import names_of_units
from motcua.store.results.models import Result, ResultShare
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


def _results(citizen: Citizen) -> Rows:
    rows = (
        Result.objects.filter(holder_id=citizen.party_id or 0).select_related("agency").order_by("-issued_on", "-id")
    )
    return [
        {
            "kind": r.kind,
            "number": r.number,
            "agency": r.agency.name,
            "issued_on": r.issued_on,
            "valid_to_on": r.valid_to_on,
            "state": r.state,
        }
        for r in rows[:ROWS_MAX]
    ]


def _shares(citizen: Citizen) -> Rows:
    rows = ResultShare.objects.filter(account_id=citizen.account_id).select_related("result").order_by("-id")
    return [
        {
            "kind": s.result.kind,
            "number": s.result.number,
            "made_at": s.made_at,
            "until_at": s.expires_at,
            "ended_at": s.ended_at,
            "opened": s.opened,
        }
        for s in rows[:ROWS_MAX]
    ]


def _applications(citizen: Citizen) -> Rows:
    """Return what was begun or sent online from the account, with the answers as they stand."""
    rows = (
        Application.objects.filter(account_id=citizen.account_id)
        .select_related("offering__procedure_version__procedure", "reception_unit")
        .order_by("-saved_at", "-id")
    )
    return [
        {
            "number": a.number,
            "procedure": a.offering.procedure_version.procedure.code,
            "office": a.reception_unit.name,
            "state": a.state,
            "made_at": a.made_at,
            "answer": a.values or a.answers,
        }
        for a in rows[:ROWS_MAX]
    ]


def _messages(citizen: Citizen) -> Rows:
    rows = DossierMessage.objects.filter(account_id=citizen.account_id).select_related("dossier").order_by("-id")
    return [{"dossier": m.dossier.code, "at": m.at, "kind": m.kind, "text": m.text} for m in rows[:ROWS_MAX]]


HOLDINGS: dict[str, Callable[[Citizen], Rows]] = {
    "account": _account,
    "dossiers": _dossiers,
    "readings": _readings,
    "applications": _applications,
    "messages": _messages,
    "results": _results,
    "shares": _shares,
    "notices": _notices,
    "mandates": _mandates,
    "organisations": _organisations,
    "petitions": _petitions,
    "events": _events,
}

COVERED = {
    "Application",
    "DossierMessage",
    "Account",
    "Notice",
    "Mandate",
    "Membership",
    "AccountEvent",
    "OneTimeCode",
    "Petition",
    "ResultShare",
}
"""Models that belong to accounts and are in a holding above, or hold nothing longer than a week (codes)."""
