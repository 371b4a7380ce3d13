"""Pays charges of the demo through its simulated bank, with the call-backs that get lost."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

from motcua.integrations.payment_gateway import simulated_bank
from motcua.integrations.payment_gateway.adapter import SignedGateway
from motcua.integrations.payment_gateway.simulator import SimulatedBank
from motcua.services.payments.online import poll_payments, start_payment, take_call_back
from motcua.store.payments.models import Charge, Payment


@cache
def demo_bank() -> tuple[SimulatedBank, SignedGateway]:
    """Return the demo's bank and the gateway that leads to it; the demo's clock is not set yet."""
    bank = simulated_bank(settings)
    return bank, SignedGateway(bank.terms, bank.handle)


def pay_by_bank(charge: Charge, *, is_lost: bool, now: datetime, amount_vnd: int | None = None) -> None:
    """Pay a charge; a lost call-back is made up for by asking the bank, as the job does every minute."""
    bank, gateway = demo_bank()
    address = start_payment(charge=charge, return_url="/", language="vi", now=now, gateway=gateway)
    order = bank.order_of(urlsplit(address).query)
    if order is None:
        raise AssertionError("our own order does not verify")
    notice = bank.pay(order, at=now, amount_vnd=amount_vnd)
    if not is_lost:
        take_call_back(notice, now=now, gateway=gateway)
        return
    Payment.objects.filter(charge_id=charge.id, made_at=now).update(made_at=charge.made_at)
    poll_payments(now=now, gateway=gateway)
