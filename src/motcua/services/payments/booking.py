"""Answers how an event becomes part of a charge: one lock, what the core says, one write. The only writer of money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.core.payments import (
    Account,
    AttemptState,
    Booking,
    Event,
    MoneyCame,
    Standing,
    Voided,
    apply,
)
from motcua.core.payments import Money as Booked
from motcua.services.payments.dossier_facts import tell_dossier
from motcua.store.ledger.models import OutboxMessage
from motcua.store.payments.models import CASH, Charge, Money, Payment, Refund

SETTLED_TOPIC, REFUND_TOPIC = "charge.settled", "charge.refund_due"


@dataclass(frozen=True, slots=True)
class Change:
    """A charge before and after an event."""

    before: Account
    after: Account

    @property
    def is_change(self) -> bool:
        return self.before != self.after

    def booking_of(self, number: str) -> Booking | None:
        found = self.after.money.get(number)
        return found.booking if found else None


def record(
    charge_id: int, event: Event, *, gateway: str, source: str, now: datetime, at: datetime | None = None
) -> Change:
    """Return what ``event`` made of the charge; everything is written, or nothing.

    ``at`` is when the money came by the payer's side's clock. Guarantee: the same event twice changes nothing.
    """
    with transaction.atomic(savepoint=False):
        charge = Charge.objects.select_for_update().get(id=charge_id)
        payments = {p.key.hex: p for p in Payment.objects.filter(charge_id=charge_id)}
        money = {m.number: m for m in Money.objects.filter(charge_id=charge_id)}
        before = Account(
            owed_vnd=charge.amount_vnd,
            standing=Standing(charge.standing),
            attempts={key: AttemptState(p.state) for key, p in payments.items()},
            money={n: Booked(_attempt_of(m, payments), m.amount_vnd, Booking(m.booking)) for n, m in money.items()},
        )
        after = apply(before, event)
        if after == before:
            return Change(before, before)
        for key, payment in payments.items():
            if (state := after.attempts[key].value) != payment.state:
                Payment.objects.filter(id=payment.id).update(state=state)
        if after.standing is not before.standing:
            _stand(charge, after.standing, gateway, now)
        if isinstance(event, MoneyCame):
            by = payments.get(event.attempt)
            _write_new(charge, by, after, event, gateway=gateway, source=source, at=at or now, now=now)
        for number, row in money.items():
            _rebook(row, after.money[number].booking, charge, event, now)
        if after.standing is Standing.SETTLED and before.standing is Standing.OPEN:
            _tell_settled(charge, gateway, now)
        return Change(before, after)


def _attempt_of(money: Money, payments: dict[str, Payment]) -> str:
    return next((key for key, p in payments.items() if p.id == money.payment_id), "")


def _stand(charge: Charge, standing: Standing, gateway: str, now: datetime) -> None:
    values: dict[str, Any] = {"standing": standing.value}
    if standing is Standing.SETTLED:
        values |= {"settled_at": now, "settled_by": gateway}
    elif standing is Standing.OPEN:
        values |= {"settled_at": None, "settled_by": ""}
    Charge.objects.filter(id=charge.id).update(**values)


def _write_new(
    charge: Charge, payment: Payment | None, after: Account, event: MoneyCame, *,
    gateway: str, source: str, at: datetime, now: datetime,
) -> None:  # fmt: skip
    row = Money.objects.create(
        charge_id=charge.id,
        payment=payment,
        unit_id=charge.unit_id,
        gateway=gateway,
        number=event.number,
        amount_vnd=event.amount_vnd,
        booking=after.money[event.number].booking.value,
        source=source,
        came_at=at,
    )
    if after.money[event.number].booking is Booking.REFUND_DUE:
        _owe_back(row, charge, "paid_twice", now)


def _rebook(row: Money, booking: Booking, charge: Charge, event: Event, now: datetime) -> None:
    if row.booking == booking.value:
        return
    Money.objects.filter(id=row.id).update(booking=booking.value)
    if booking is Booking.REFUND_DUE:
        _owe_back(row, charge, "voided" if isinstance(event, Voided) else "other_amount", now)


def _owe_back(row: Money, charge: Charge, reason: str, now: datetime) -> None:
    way = CASH if row.gateway == CASH else "gateway"
    Refund.objects.get_or_create(
        money=row, defaults={"amount_vnd": row.amount_vnd, "reason": reason, "way": way, "made_at": now}
    )
    _enqueue(REFUND_TOPIC, charge, now)


def _tell_settled(charge: Charge, gateway: str, now: datetime) -> None:
    _enqueue(SETTLED_TOPIC, charge, now)
    if charge.dossier_id is not None:
        tell_dossier(charge, by=gateway, now=now)


def _enqueue(topic: str, charge: Charge, now: datetime) -> None:
    OutboxMessage.objects.create(topic=topic, key=str(charge.public_id), body={}, made_at=now, next_attempt_at=now)
