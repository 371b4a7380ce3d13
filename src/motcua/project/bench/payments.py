"""Measures and checks payments against a simulated bank whose call-backs get lost, doubled, late, reordered and forged.

Between any two steps the server may fall over. Afterwards the bank's books and ours are held against each other.
"""

from __future__ import annotations

import contextlib
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

from motcua.core.fees import flat_tariff, quote
from motcua.core.kernel import Confidence, LegalRef
from motcua.core.payments import Booking, books_of
from motcua.integrations.payment_gateway.adapter import SignedGateway, Terms
from motcua.integrations.payment_gateway.simulator import SimulatedBank
from motcua.project.bench.world import make_world, scratch_database
from motcua.services.money_ports import GatewayAway
from motcua.services.payments.charges import open_charge
from motcua.services.payments.online import ask_refunds, poll_payments, start_payment, take_call_back
from motcua.services.payments.reconciling import reconcile
from motcua.store.payments.models import CallBack, Charge, Discrepancy, Money, Standing

PAYMENTS = 10_000
# What becomes of a payment, and how often in a hundred.
_FATES = {
    "plain": 34,
    "lost": 14,
    "doubled": 14,
    "late": 10,
    "reordered": 6,
    "forged": 6,
    "declined": 4,
    "never": 4,
    "twice": 4,
    "other_amount": 2,
    "crashed": 2,
}
_TERMS = Terms("storm", "MOTCUA01", "a secret of the storm", "https://bank.example/pay")


class Crash(Exception):
    """The server fell over at this point."""


@dataclass(slots=True)
class Storm:
    """One run: the bank, what is on its way, and what was counted."""

    unit_id: int
    offering_id: int
    chance: random.Random
    now: datetime = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
    bank: SimulatedBank = field(default_factory=lambda: SimulatedBank(_TERMS))
    under_way: list[tuple[datetime, str]] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    crashes: int = 0
    forged: int = 0
    gateway: SignedGateway = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = SignedGateway(_TERMS, self._ask)

    def run(self, payments: int) -> None:
        """Let ``payments`` payments happen, then everything that puts right what went wrong."""
        fates = self.chance.choices(list(_FATES), list(_FATES.values()), k=payments)
        for number, fate in enumerate(fates):
            self.now += timedelta(seconds=2)
            self._pay(fate)
            if number % 50 == 0:
                self._deliver()
            if number % 500 == 0:
                poll_payments(now=self.now, gateway=self.gateway, limit=1_000)
        self._settle()

    def _settle(self) -> None:
        """Deliver what is late, ask after what was lost, compare the day, give back what is due."""
        self.now += timedelta(hours=2)
        self._deliver()
        for _ in range(40):
            self.now += timedelta(minutes=6)
            asked = poll_payments(now=self.now, gateway=self.gateway, limit=2_000)
            back = ask_refunds(now=self.now, gateway=self.gateway, limit=2_000)
            if not asked and not back and not self.chance.random() < 0.5:
                break
        for hours in (0, 24):
            with contextlib.suppress(GatewayAway):
                reconcile(on=(self.now - timedelta(hours=hours)).date(), now=self.now, gateway=self.gateway)

    def _pay(self, fate: str) -> None:
        amount = self.chance.randrange(1, 1_000) * 1_000
        tariff = flat_tariff(amount, name="Lệ phí", ref=LegalRef("", "", Confidence.UNSURE))
        charge = open_charge(
            key=uuid.UUID(int=self.chance.getrandbits(128), version=4), offering_id=self.offering_id,
            unit_id=self.unit_id, quote=quote(tariff, on=self.now.date(), channel="ONLINE"), channel="ONLINE",
            now=self.now,
        )  # fmt: skip
        order = self._order(charge)
        if fate == "never":
            return
        if fate == "declined":
            self._send(self.bank.decline(order, at=self.now))
            return
        wrong = amount + 1_000 if fate == "other_amount" else None
        if fate == "reordered":
            # The notice that the card was declined at first comes after that of the second, good try of the same order.
            self._send(self.bank.decline(order, at=self.now), after=self.chance.randrange(100))
        notice = self.bank.pay(order, at=self.now, amount_vnd=wrong)
        if fate == "forged":
            self._forge(notice)
        if fate == "crashed":
            self._crash(notice)
        if fate != "lost":
            self._send(notice, after=7_000 if fate == "late" else self.chance.randrange(90))
        if fate == "doubled":
            for _ in range(self.chance.randrange(1, 4)):
                self._send(notice, after=self.chance.randrange(6_000))
        if fate == "twice":
            # The same order paid by two devices at once: the bank takes both.
            self._send(self.bank.pay(order, at=self.now, again=True), after=self.chance.randrange(600))

    def _order(self, charge: Charge) -> dict[str, str]:
        """Return the order at the bank; the payer clicks twice now and then."""
        addresses = {
            start_payment(charge=charge, return_url="/", language="vi", now=self.now, gateway=self.gateway)
            for _ in range(1 + (self.chance.random() < 0.2))
        }
        (address,) = addresses
        order = self.bank.order_of(urlsplit(address).query)
        if order is None:
            raise AssertionError("our own order does not verify")
        return order

    def _send(self, raw: str, *, after: int = 1) -> None:
        self.under_way.append((self.now + timedelta(seconds=after), raw))

    def _forge(self, notice: str) -> None:
        self.forged += 1
        changed = notice.replace("vnp_TransactionNo=", "vnp_TransactionNo=9", 1)
        self.verdicts[take_call_back(changed, now=self.now, gateway=self.gateway)] += 1

    def _crash(self, notice: str) -> None:
        """The server takes a call-back and falls over before, or right after, it is written."""
        self.crashes += 1
        if self.chance.random() < 0.5:
            take_call_back(notice, now=self.now, gateway=self.gateway)
            return
        create = CallBack.objects.create

        def fall(**values: Any) -> CallBack:
            raise Crash

        CallBack.objects.create = fall  # type: ignore[method-assign]
        try:
            take_call_back(notice, now=self.now, gateway=self.gateway)
        except Crash:
            pass
        finally:
            CallBack.objects.create = create  # type: ignore[method-assign]

    def _deliver(self) -> None:
        """Deliver what has arrived by now, in any order."""
        due = [raw for at, raw in self.under_way if at <= self.now]
        self.under_way = [(at, raw) for at, raw in self.under_way if at > self.now]
        self.chance.shuffle(due)
        for raw in due:
            self.verdicts[take_call_back(raw, now=self.now, gateway=self.gateway)] += 1

    def _ask(self, params: Any) -> Any:
        """Carry a question to the bank; one in ten finds nobody, one in twenty loses the answer on its way back."""
        if self.chance.random() < 0.1:
            raise GatewayAway("nobody there")
        answer = self.bank.handle(params)
        if self.chance.random() < 0.05:
            raise GatewayAway("answer lost")
        return answer


def run(*, payments: int = PAYMENTS, seed: int = 5) -> dict[str, Any]:
    """Return what the run gave; every figure is of what is stored afterwards."""
    with scratch_database():
        world = make_world()
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        storm = Storm(world.reception_unit_id, world.offering_id, random.Random(seed))  # noqa: S311
        started = time.perf_counter()
        storm.run(payments)
        seconds = time.perf_counter() - started
        return {**check(storm), "seconds": round(seconds, 1), "per_s": round(payments / seconds)}


def check(storm: Storm) -> dict[str, Any]:
    """Return how the bank's books and ours compare: sums in đồng, and counts of what must not be."""
    rows = list(Money.objects.values_list("charge_id", "number", "amount_vnd", "booking"))
    books = books_of((amount, Booking(booking)) for _, _, amount, booking in rows)
    taken = storm.bank.taken()
    ours = {number: amount for _, number, amount, _ in rows}
    settled = Counter(charge for charge, _, _, booking in rows if booking == Booking.SETTLED.value)
    standing = dict(Charge.objects.values_list("id", "standing"))
    return {
        "charges": len(standing),
        "bank_took_vnd": sum(t.amount_vnd for t in taken if t.amount_vnd > 0),
        "received_vnd": books.received_vnd,
        "bank_holds_vnd": sum(t.amount_vnd for t in taken),
        "held_vnd": books.held_vnd,
        "is_balanced": books.is_balanced,
        "settled_vnd": books.settled_vnd,
        "refunded_vnd": books.refunded_vnd,
        "refund_due_vnd": books.refund_due_vnd,
        "unallocated_vnd": books.unallocated_vnd,
        "settled_twice": sum(n > 1 for n in settled.values()),
        "settled_without_money": sum(s == Standing.SETTLED and not settled[c] for c, s in standing.items()),
        "money_lost": sum(t.amount_vnd > 0 and ours.get(t.number) != t.amount_vnd for t in taken),
        "money_invented": len(set(ours) - {t.number for t in taken}),
        "forged": storm.forged,
        "crashes": storm.crashes,
        "discrepancies": Discrepancy.objects.filter(settled_at__isnull=True).count(),
        **{f"callbacks_{verdict}": count for verdict, count in sorted(storm.verdicts.items())},
    }
