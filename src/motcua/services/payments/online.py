"""Answers how a charge is paid through the gateway: sent on, called back, asked after, given back; however badly it comes."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from motcua.core.dossier import NationalState
from motcua.core.kernel import Problem, Refused
from motcua.core.payments import AttemptState, Booking, Expired, Failed, GivenBack, MoneyCame, Redirected
from motcua.services.actors import Denied
from motcua.services.money_ports import FAILED, PAID, GatewayAway, PaymentGateway, PayNotice, PayOrder, RefundOrder
from motcua.services.money_ports import payment_gateway as wired_gateway
from motcua.services.payments.booking import record
from motcua.store.dossiers.models import Dossier
from motcua.store.payments.models import CallBack, Charge, Money, Payment, Refund, Standing

EXPIRES_MINUTES, ASK_AFTER_MINUTES, ASK_EVERY_MINUTES = 15, 3, 5
RAW_MAX = 4_000
# Nothing is taken any more for a dossier that was not accepted, withdrawn or stopped.
_GIVEN_UP = (NationalState.NOT_ACCEPTED, NationalState.WITHDRAWN, NationalState.STOPPED)
_PENDING = (AttemptState.CREATED.value, AttemptState.REDIRECTED.value)


def start_payment(
    *, charge: Charge, return_url: str, language: str, now: datetime, gateway: PaymentGateway | None = None
) -> str:
    """Return the address that the payer is sent to.

    A try that is still open is taken up again, for a gateway takes money once for one try: whoever clicks twice or
    comes back by another window pays once. Problems: ``pay.settled``, ``pay.voided``, ``pay.no_gateway``.
    """
    gateway = gateway or wired_gateway()
    if gateway is None:
        raise Refused([Problem("pay.no_gateway")])
    _ask_open(charge, gateway, now=now)
    with transaction.atomic():
        held = Charge.objects.select_for_update().get(id=charge.id)
        if held.standing != Standing.OPEN:
            raise Refused([Problem("pay.settled" if held.standing == Standing.SETTLED else "pay.voided")])
        if held.dossier_id and Dossier.objects.filter(id=held.dossier_id, state__in=_GIVEN_UP).exists():
            raise Refused([Problem("pay.voided")])
        payments = Payment.objects.filter(charge_id=held.id, gateway=gateway.name).order_by("-id")
        payment = payments.filter(state__in=_PENDING, expires_at__gt=now).first()
        if payment is None:
            payment = Payment.objects.create(
                charge_id=held.id,
                # The same number of tries made gives the same key: two clicks at once make one.
                key=uuid5(held.public_id, f"try {payments.count()}"),
                gateway=gateway.name,
                amount_vnd=held.amount_vnd,
                state=AttemptState.CREATED.value,
                made_at=now,
                expires_at=now + timedelta(minutes=EXPIRES_MINUTES),
            )
        record(held.id, Redirected(payment.key.hex), gateway=gateway.name, source="", now=now)
    about = f"Phi le phi {held.public_id.hex[:8]}"
    order = PayOrder(
        payment.key, payment.amount_vnd, about, return_url, payment.made_at, payment.expires_at, language
    )
    return gateway.address(order)


def take_call_back(raw: str, *, now: datetime, gateway: PaymentGateway | None = None) -> str:
    """Return what we made of a call-back: booked, duplicate, failed, mismatch, unknown or forged. It is kept whatever it is.

    Guarantee: when this returns, all of it is written; when it raises, nothing is, and the gateway calls again.
    """
    gateway = gateway or wired_gateway()
    if gateway is None:
        raise Denied("no gateway")
    notice = gateway.read(raw)
    with transaction.atomic():
        payment = _payment_of(notice, gateway) if notice else None
        verdict = "forged" if notice is None else _book(notice, payment, gateway, source="callback", now=now)
        CallBack.objects.create(
            gateway=gateway.name,
            came_at=now,
            raw=raw[:RAW_MAX],
            digest=hashlib.sha256(raw.encode()).hexdigest(),
            verdict=verdict,
            payment=payment,
            number=notice.number if notice else "",
        )
    return verdict


def book_notice(notice: PayNotice, *, source: str, now: datetime, gateway: PaymentGateway) -> str:
    """Return what we made of what the gateway said by another way than a call-back."""
    with transaction.atomic():
        return _book(notice, _payment_of(notice, gateway), gateway, source=source, now=now)


def poll_payments(*, now: datetime, limit: int = 200, gateway: PaymentGateway | None = None) -> int:
    """Ask the gateway after tries of which nothing was heard; return how many are known now. Call-backs get lost."""
    gateway = gateway or wired_gateway()
    if gateway is None:
        return 0
    waiting = Payment.objects.filter(
        state__in=_PENDING, gateway=gateway.name, made_at__lte=now - timedelta(minutes=ASK_AFTER_MINUTES)
    ).exclude(asked_at__gt=now - timedelta(minutes=ASK_EVERY_MINUTES))
    return sum(_ask(p, gateway, now=now) for p in waiting.order_by("made_at")[:limit])


def ask_refunds(*, now: datetime, limit: int = 200, gateway: PaymentGateway | None = None) -> int:
    """Have the gateway give back what is due; return how many were given back. Asked again, it pays once."""
    gateway = gateway or wired_gateway()
    if gateway is None:
        return 0
    rows = Refund.objects.filter(way="gateway", money__gateway=gateway.name).exclude(state=Refund.PAID)
    waiting = rows.select_related("money__payment").order_by("id")
    return sum(_ask_refund(r, gateway, now=now) for r in waiting[:limit])


def _ask_open(charge: Charge, gateway: PaymentGateway, *, now: datetime) -> None:
    """Look whether money of an earlier try came before another is begun."""
    for payment in Payment.objects.filter(charge_id=charge.id, state__in=_PENDING, gateway=gateway.name):
        if payment.made_at <= now - timedelta(minutes=1):
            _ask(payment, gateway, now=now)


def _ask(payment: Payment, gateway: PaymentGateway, *, now: datetime) -> int:
    try:
        notice = gateway.query(payment.key, made_at=payment.made_at)
    except GatewayAway:
        return 0
    Payment.objects.filter(id=payment.id).update(asked_at=now)
    if notice is not None and notice.outcome in (PAID, FAILED):
        book_notice(notice, source="query", now=now, gateway=gateway)
        return 1
    if payment.expires_at < now:
        record(payment.charge_id, Expired(payment.key.hex), gateway=gateway.name, source="query", now=now)
        return 1
    return 0


def _ask_refund(refund: Refund, gateway: PaymentGateway, *, now: datetime) -> int:
    money = refund.money
    attempt = money.payment.key if money.payment else UUID(int=0)
    Refund.objects.filter(id=refund.id, state=Refund.DUE).update(state=Refund.ASKED, asked_at=now)
    try:
        said = gateway.refund(RefundOrder(refund.key, attempt, money.number, refund.amount_vnd, now))
    except GatewayAway:
        return 0
    if said != PAID:
        return 0
    return finish_refund(refund, gateway=gateway.name, now=now)


def finish_refund(refund: Refund, *, gateway: str, now: datetime) -> int:
    """Book that a refund was carried out; once."""
    with transaction.atomic():
        if not Refund.objects.filter(id=refund.id).exclude(state=Refund.PAID).update(state=Refund.PAID, paid_at=now):
            return 0
        money = refund.money
        if money.charge_id is None:
            Money.objects.filter(id=money.id).update(booking=Booking.REFUNDED.value)
        else:
            record(money.charge_id, GivenBack(money.number), gateway=gateway, source="", now=now)
    return 1


def _payment_of(notice: PayNotice, gateway: PaymentGateway) -> Payment | None:
    try:
        key = UUID(hex=notice.attempt)
    except ValueError:
        return None
    return Payment.objects.filter(key=key, gateway=gateway.name).first()


def _book(notice: PayNotice, payment: Payment | None, gateway: PaymentGateway, *, source: str, now: datetime) -> str:
    at = notice.paid_at or now
    if payment is None:
        if notice.outcome == PAID:
            # Signed by the gateway, so somebody paid: it is kept until a person finds out for what.
            Money.objects.get_or_create(
                gateway=gateway.name,
                number=notice.number,
                defaults={
                    "amount_vnd": notice.amount_vnd,
                    "booking": Booking.UNALLOCATED.value,
                    "source": source,
                    "came_at": at,
                },
            )
        return "unknown"
    key = payment.key.hex
    if notice.outcome == FAILED:
        change = record(payment.charge_id, Failed(key), gateway=gateway.name, source=source, now=now)
        return "failed" if change.is_change else "duplicate"
    if notice.outcome != PAID:
        return "pending"
    event = MoneyCame(key, notice.number, notice.amount_vnd)
    change = record(payment.charge_id, event, gateway=gateway.name, source=source, now=now, at=at)
    if not change.is_change:
        return "duplicate"
    return "mismatch" if change.booking_of(notice.number) is Booking.UNALLOCATED else "booked"
