"""Answers how cash is taken over the counter and given back: numbered receipts, counter-entries, an officer's drawer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.payments import GivenBack, MoneyCame
from motcua.services.actors import Actor, Denied, require
from motcua.services.payments.booking import record
from motcua.services.payments.charges import CASHIERS, charge_for, reason_problems
from motcua.services.times import local_day
from motcua.store.ledger.numbers import paper_scope, take_numbers
from motcua.store.organisation.roles import Role
from motcua.store.payments.models import CASH, CashReceipt, Charge, DailyClosing, Money, Refund, Standing

GIVEN_MAX_VND = 10_000_000_000


@dataclass(frozen=True, slots=True)
class CashGiven:
    """What the payer handed over, as typed; empty means exactly what is owed. ``key`` makes the receipt once."""

    key: UUID
    given: str = ""
    payer: str = ""


def take_cash(*, public_id: UUID, cash: CashGiven, actor: Actor, now: datetime) -> CashReceipt:
    """Return the numbered receipt for a charge paid in cash; with the same key the same receipt.

    Problems: ``pay.settled``, ``pay.voided``, ``cash.given_form``, ``cash.given_less``, ``cash.day_closed``.
    Source: Decree 118/2025/NĐ-CP, art. 24; Decree 61/2018/NĐ-CP, art. 22.
    """
    charge = charge_for(public_id, actor)
    with transaction.atomic():
        return cash_in(charge, cash, actor=actor, now=now)


def cash_in(charge: Charge, cash: CashGiven, *, actor: Actor, now: datetime) -> CashReceipt:
    """Write the receipt inside the caller's transaction; what may be wrong is that of ``take_cash``."""
    held = Charge.objects.select_for_update().get(id=charge.id)
    if earlier := CashReceipt.objects.filter(key=cash.key).first():
        return earlier
    given, problems = _given(cash.given, held.amount_vnd)
    if held.standing != Standing.OPEN:
        problems.insert(0, Problem("pay.settled" if held.standing == Standing.SETTLED else "pay.voided"))
    if problems:
        raise Refused(problems)
    today = local_day(now)
    (number,) = take_numbers(paper_scope(actor.unit_id, CASH, today.year))
    # Asked after the number is taken: its series is locked, so no drawer is closed meanwhile.
    if is_drawer_closed(actor.unit_id, actor.staff_id, today):
        raise Refused([Problem("cash.day_closed", values={"day": f"{today:%d/%m/%Y}"})])
    name = f"{actor.unit_id}/{today.year}/{number}"
    record(held.id, MoneyCame("", name, held.amount_vnd), gateway=CASH, source="drawer", now=now)
    return CashReceipt.objects.create(
        key=cash.key,
        unit_id=actor.unit_id,
        year=today.year,
        number=number,
        charge_id=held.id,
        money=Money.objects.get(gateway=CASH, number=name),
        amount_vnd=held.amount_vnd,
        given_vnd=given,
        payer=nfc(cash.payer)[:200],
        staff_id=actor.staff_id,
        on=today,
        issued_at=now,
    )


def cancel_cash(*, public_id: UUID, key: UUID, reason: str, actor: Actor, now: datetime) -> CashReceipt:
    """Return the counter-entry that cancels a receipt: the money leaves the actor's drawer, the charge is owed again.

    Nothing is deleted. Whoever took the money cancels it on the same day, later the manager alone. Problems:
    ``cash.cancelled``, ``charge.reason_missing``, ``charge.reason_long``, ``cash.day_closed``.
    """
    receipt = receipt_for(public_id, actor)
    today = local_day(now)
    is_own = receipt.staff_id == actor.staff_id and receipt.on == today
    if not is_own and not actor.has(Role.CENTRE_MANAGER):
        raise Denied("only who took it, the same day, or the manager")
    problems = reason_problems(reason)
    if receipt.of_id is not None:
        problems.append(Problem("cash.cancelled"))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        Charge.objects.select_for_update().get(id=receipt.charge_id)
        if earlier := CashReceipt.objects.filter(of_id=receipt.id).first():
            if earlier.key == uuid5(receipt.key, key.hex):
                return earlier
            raise Refused([Problem("cash.cancelled")])
        (number,) = take_numbers(paper_scope(actor.unit_id, CASH, today.year))
        if is_drawer_closed(actor.unit_id, actor.staff_id, today):
            raise Refused([Problem("cash.day_closed", values={"day": f"{today:%d/%m/%Y}"})])
        record(receipt.charge_id, GivenBack(receipt.money.number), gateway=CASH, source="drawer", now=now)
        Refund.objects.filter(money_id=receipt.money_id).update(
            state=Refund.PAID, paid_at=now, staff_id=actor.staff_id
        )
        return CashReceipt.objects.create(
            # Of the receipt as well: no key that was used for something else can hinder it.
            key=uuid5(receipt.key, key.hex),
            unit_id=actor.unit_id,
            year=today.year,
            number=number,
            charge_id=receipt.charge_id,
            money_id=receipt.money_id,
            amount_vnd=-receipt.amount_vnd,
            payer=receipt.payer,
            of=receipt,
            reason=nfc(reason),
            staff_id=actor.staff_id,
            on=today,
            issued_at=now,
        )


def receipt_for(public_id: UUID, actor: Actor) -> CashReceipt:
    """Return a cash receipt of the actor's unit; Denied for any other."""
    require(actor, *CASHIERS)
    receipt = (
        CashReceipt.objects.select_related("charge__offering__procedure_version", "charge__dossier", "money", "unit")
        .filter(public_id=public_id, unit_id=actor.unit_id)
        .first()
    )
    if receipt is None:
        raise Denied("receipt of another unit")
    return receipt


def is_drawer_closed(unit_id: int, staff_id: int, on: date) -> bool:
    """Return whether the officer's drawer, or the unit's whole day, was counted and closed."""
    return any(
        staff in (None, staff_id)
        for staff in DailyClosing.objects.filter(unit_id=unit_id, on=on).values_list("staff_id", flat=True)
    )


def parse_vnd(text: str) -> int | None:
    """Return an amount typed as ``75.000`` or ``75000 đ``; ``None`` when it is none."""
    digits = text.replace(".", "").replace(" ", "").replace("đ", "").strip()
    return int(digits) if digits.isdecimal() and int(digits) <= GIVEN_MAX_VND else None


def _given(text: str, owed_vnd: int) -> tuple[int, list[Problem]]:
    if not text.strip():
        return owed_vnd, []
    given = parse_vnd(text)
    if given is None:
        return 0, [Problem("cash.given_form", "given", values={"text": text.strip()[:40]})]
    if given < owed_vnd:
        return given, [Problem("cash.given_less", "given", values={"amount": f"{owed_vnd:,}".replace(",", ".")})]
    return given, []
