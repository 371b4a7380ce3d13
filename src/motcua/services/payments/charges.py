"""Answers how a charge is made, shown and dropped; how it is paid is in ``online`` and ``cash``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from motcua.core.fees import Quote
from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.payments import Voided, open_account
from motcua.services.actors import Actor, Denied, require
from motcua.services.payments.booking import Change, record
from motcua.store.dossiers.models import Dossier
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.roles import Role
from motcua.store.payments.models import Charge, Standing

OPENED_TOPIC = "charge.opened"
CASHIERS = (Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
REASON_MAX = 300


def open_charge(
    *,
    key: UUID,
    offering_id: int,
    unit_id: int,
    quote: Quote,
    channel: str,
    now: datetime,
    dossier_id: int | None = None,
    application: UUID | None = None,
    party_id: int | None = None,
) -> Charge:
    """Return the charge for what ``quote`` says; with the same key the same charge.

    Nothing owed makes a charge that is settled from the start. ``application`` is the public id of an application
    that is no dossier yet; ``attach_charges`` brings its charges over once it is.
    """
    standing = open_account(quote.total_vnd).standing.value
    with transaction.atomic():
        charge, is_new = Charge.objects.get_or_create(
            key=key,
            defaults={
                # As secret as the key it is made of, and the same wherever the same life is lived again.
                "public_id": uuid5(key, "charge"),
                "offering_id": offering_id,
                "unit_id": unit_id,
                "quote": quote.to_json(),
                "amount_vnd": quote.total_vnd,
                "channel": channel,
                "standing": standing,
                "settled_at": now if standing == Standing.SETTLED else None,
                "made_at": now,
                "dossier_id": dossier_id,
                "application": application,
                "party_id": party_id,
            },
        )
        if is_new and standing == Standing.OPEN:
            OutboxMessage.objects.create(
                topic=OPENED_TOPIC, key=str(charge.public_id), body={}, made_at=now, next_attempt_at=now
            )
    return charge


def attach_charges(*, application: UUID, dossier_id: int) -> int:
    """Bring the charges of an application over to the dossier made of it; return how many."""
    return Charge.objects.filter(application=application, dossier__isnull=True).update(dossier_id=dossier_id)


def charge_dossier(charge: Charge, dossier_id: int) -> None:
    """Make a charge that was made just before its dossier the dossier's."""
    Charge.objects.filter(id=charge.id).update(dossier_id=dossier_id)


def charges_of(*, dossier_id: int | None = None, application: UUID | None = None) -> Sequence[Charge]:
    """Return the charges of a dossier or of an application, oldest first."""
    if dossier_id is not None:
        return list(Charge.objects.filter(dossier_id=dossier_id).order_by("id"))
    return list(Charge.objects.filter(application=application).order_by("id"))


def is_paid(charges: Sequence[Charge]) -> bool:
    """Return whether nothing of these is owed any more."""
    return all(c.standing != Standing.OPEN for c in charges)


def charge_by_id(public_id: UUID) -> Charge:
    """Return a charge for its pay page; Denied when there is none. Who has the address may pay: it shows nobody's name."""
    charge = Charge.objects.select_related("offering__procedure_version", "unit").filter(public_id=public_id).first()
    if charge is None:
        raise Denied("no such charge")
    return charge


def charge_for(public_id: UUID, actor: Actor) -> Charge:
    """Return a charge of the actor's unit; Denied for any other."""
    require(actor, *CASHIERS)
    charge = (
        Charge.objects.select_related("offering__procedure_version", "dossier", "party", "unit")
        .filter(public_id=public_id, unit_id=actor.unit_id)
        .first()
    )
    if charge is None:
        raise Denied("charge of another unit")
    return charge


def void_charge(*, public_id: UUID, reason: str, actor: Actor, now: datetime) -> Change:
    """Drop a charge that is owed no longer; money that came for it is to be given back.

    Problems: ``charge.reason_missing``, ``charge.reason_long``.
    """
    charge = charge_for(public_id, actor)
    require(actor, Role.CENTRE_MANAGER)
    if problems := reason_problems(reason):
        raise Refused(problems)
    with transaction.atomic():
        change = record(charge.id, Voided(), gateway="", source="", now=now)
        if change.is_change:
            Charge.objects.filter(id=charge.id).update(voided_at=now, void_reason=nfc(reason))
    return change


def reason_problems(reason: str, field: str = "reason") -> list[Problem]:
    """Return why a reason is none."""
    if not reason.strip():
        return [Problem("charge.reason_missing", field)]
    if len(reason) > REASON_MAX:
        return [Problem("charge.reason_long", field, values={"limit": str(REASON_MAX)})]
    return []


def dossier_of_charge(charge: Charge) -> Dossier | None:
    """Return the dossier a charge is for, ``None`` for an application."""
    return Dossier.objects.filter(id=charge.dossier_id).first() if charge.dossier_id else None
