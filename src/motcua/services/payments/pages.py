"""Answers what the pages of money show: what is owed to a unit, one charge with all that came of it, the day's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from motcua.services.actors import Actor
from motcua.services.payments.charges import charge_for
from motcua.store.dossiers.models import Dossier
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.payments.models import CashReceipt, Charge, Money, Payment, Reconciliation, Standing

PAGE = 40


@dataclass(frozen=True, slots=True)
class ChargePage:
    """One page of charges; ``after`` is the key from which the next one goes on, empty at the end."""

    rows: Sequence[Charge]
    after: str


def owed_to(actor: Actor, *, code: str, after: str) -> ChargePage:
    """Return what is owed to the actor's unit, newest first; of one dossier all charges when a code is given."""
    rows = Charge.objects.filter(unit_id=actor.unit_id).select_related("dossier", "offering__procedure_version")
    if code.strip():
        found = Dossier.objects.filter(code=code.strip().upper()).values_list("id", flat=True).first()
        return ChargePage(list(rows.filter(dossier_id=found or 0).order_by("-id")[:PAGE]), "")
    rows = rows.filter(standing=Standing.OPEN).order_by("-made_at", "-id")
    if after.isdecimal() and len(after) < 19:
        last = Charge.objects.filter(id=int(after)).values_list("made_at", "id").first()
        if last is not None:
            rows = rows.filter(made_at__lte=last[0]).exclude(made_at=last[0], id__gte=last[1])
    page = list(rows[: PAGE + 1])
    return ChargePage(page[:PAGE], str(page[PAGE - 1].id) if len(page) > PAGE else "")


def charge_page(public_id: UUID, actor: Actor) -> dict[str, Any]:
    """Return a charge of the actor's unit with its tries, money and receipts. A fixed number of statements."""
    charge = charge_for(public_id, actor)
    receipts = list(
        CashReceipt.objects.filter(charge_id=charge.id).select_related("of", "cancelled_by").order_by("number")
    )
    names = names_of_staff({r.staff_id for r in receipts})
    return {
        "charge": charge,
        "payments": list(Payment.objects.filter(charge_id=charge.id).order_by("id")),
        "money": list(Money.objects.filter(charge_id=charge.id).order_by("id")),
        "receipts": [(r, names.get(r.staff_id, "")) for r in receipts],
        "cancelled": {r.of_id for r in receipts if r.of_id},
    }


def recent_reconciliations(*, limit: int = 14) -> Sequence[Reconciliation]:
    return list(Reconciliation.objects.order_by("-on", "gateway")[:limit])
