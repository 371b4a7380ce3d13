"""Answers how a gateway's day is held against our books, and how each difference is settled (đối soát)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.payments import Booking, Difference, DifferenceKind, Released, StatementLine, differences
from motcua.services.actors import Actor, Denied, require
from motcua.services.money_ports import PAID, GatewayAway, PaymentGateway, PayNotice
from motcua.services.money_ports import payment_gateway as wired_gateway
from motcua.services.payments.booking import record
from motcua.services.payments.charges import reason_problems
from motcua.services.payments.online import book_notice
from motcua.services.times import VIETNAM, local_day
from motcua.store.organisation.models import Agency, Unit
from motcua.store.organisation.roles import Role
from motcua.store.payments.models import Charge, Discrepancy, Money, Payment, Reconciliation, Refund

BOOK, EXPLAIN = "book", "explain"


def reconcile(*, on: date, now: datetime, gateway: PaymentGateway | None = None) -> Reconciliation | None:
    """Return what the comparison of a day gave; ``None`` without a gateway. Again on the same day it compares anew.

    What the gateway states and we never heard of is asked after first; what stays is listed for a person.
    Raises GatewayAway.
    """
    gateway = gateway or wired_gateway()
    if gateway is None:
        return None
    theirs = list(gateway.statement(on))
    for found in differences(theirs, our_lines(on, gateway.name)):
        if found.kind is DifferenceKind.MISSING_HERE and found.their_vnd > 0:
            _ask_again(found, gateway, now=now)
    ours = our_lines(on, gateway.name)
    with transaction.atomic():
        for found in differences(theirs, ours):
            _note(found, gateway.name, on, now=now)
        _settle_gone(gateway.name, on, {(d.number, d.kind.value) for d in differences(theirs, ours)}, now=now)
        result, _ = Reconciliation.objects.update_or_create(
            gateway=gateway.name,
            on=on,
            defaults={
                "run_at": now,
                "their_vnd": sum(line.amount_vnd for line in theirs),
                "our_vnd": sum(line.amount_vnd for line in ours),
                "their_count": len(theirs),
                "our_count": len(ours),
            },
        )
    return result


def reconcile_recent(*, now: datetime, days: int = 2) -> int:
    """Compare the last days that are over; return how many. What came around midnight is in one of them."""
    compared = 0
    for back in range(1, days + 1):
        try:
            compared += reconcile(on=local_day(now) - timedelta(days=back), now=now) is not None
        except GatewayAway:
            return compared
    return compared


def our_lines(on: date, gateway: str) -> list[StatementLine]:
    """Return what our books say of a gateway on a day in Vietnam: what came, and what was given back."""
    start = datetime.combine(on, time(), VIETNAM)
    end = start + timedelta(days=1)
    came = Money.objects.filter(gateway=gateway, came_at__gte=start, came_at__lt=end).select_related("payment")
    back = Refund.objects.filter(money__gateway=gateway, paid_at__gte=start, paid_at__lt=end)
    lines = [StatementLine(m.number, m.payment.key.hex if m.payment else "", m.amount_vnd) for m in came]
    return lines + [StatementLine(f"R{r.key.hex}", "", -r.amount_vnd) for r in back]


def settle_discrepancy(*, discrepancy_id: int, way: str, reason: str, actor: Actor, now: datetime) -> Discrepancy:
    """Return the difference after the manager settled it: booked as the gateway states it, or explained.

    Only what we never heard of can be booked. Problems: ``discrepancy.settled``, ``discrepancy.way``,
    ``charge.reason_missing``, ``charge.reason_long``.
    """
    require(actor, Role.CENTRE_MANAGER)
    with transaction.atomic():
        row = Discrepancy.objects.select_for_update().filter(_seen_by(actor), id=discrepancy_id).first()
        if row is None:
            raise Denied("difference of another unit")
        problems = [] if way == BOOK else reason_problems(reason)
        if row.settled_at is not None:
            problems.append(Problem("discrepancy.settled"))
        is_bookable = row.kind == DifferenceKind.MISSING_HERE.value and row.their_vnd > 0
        if way not in (BOOK, EXPLAIN) or (way == BOOK and not is_bookable):
            problems.append(Problem("discrepancy.way", "way"))
        if problems:
            raise Refused(problems)
        if way == BOOK:
            _book_line(row, now=now)
        row.settled_at, row.way, row.reason, row.staff_id = now, way, nfc(reason), actor.staff_id
        row.save(update_fields=["settled_at", "way", "reason", "staff_id"])
    return row


def release_money(*, money_id: int, reason: str, actor: Actor, now: datetime) -> Refund:
    """Return the refund of money that fits no charge, decided by the manager. Problems: those of a reason,
    ``money.not_open``.
    """
    require(actor, Role.CENTRE_MANAGER)
    if problems := reason_problems(reason):
        raise Refused(problems)
    with transaction.atomic():
        money = Money.objects.select_for_update().filter(_seen_by(actor), id=money_id).first()
        if money is None:
            raise Denied("money of another unit")
        if money.booking != Booking.UNALLOCATED.value:
            raise Refused([Problem("money.not_open")])
        if money.charge_id is not None:
            record(money.charge_id, Released(money.number), gateway=money.gateway, source="", now=now)
        else:
            Money.objects.filter(id=money.id).update(booking=Booking.REFUND_DUE.value)
        refund, _ = Refund.objects.get_or_create(
            money=money, defaults={"amount_vnd": money.amount_vnd, "reason": "", "way": "gateway", "made_at": now}
        )
        refund.reason, refund.staff_id = nfc(reason), actor.staff_id
        refund.save(update_fields=["reason", "staff_id"])
    return refund


def open_discrepancies(actor: Actor) -> Sequence[Discrepancy]:
    """Return what differs and is not settled yet, of the actor's unit, or of nobody's where he sits above."""
    return list(Discrepancy.objects.filter(_seen_by(actor), settled_at__isnull=True).order_by("on", "id")[:200])


def unallocated_of(actor: Actor) -> Sequence[Money]:
    """Return money that fits no charge, oldest first."""
    rows = Money.objects.filter(_seen_by(actor), booking=Booking.UNALLOCATED.value)
    return list(rows.select_related("charge__dossier").order_by("id")[:200])


def refunds_of(actor: Actor) -> Sequence[Refund]:
    """Return refunds that are not paid out yet, oldest first."""
    seen = Q(money__unit_id=actor.unit_id) | (Q(money__unit_id__isnull=True) if _is_above(actor) else Q(pk=None))
    rows = Refund.objects.filter(seen).exclude(state=Refund.PAID)
    return list(rows.select_related("money__charge__dossier").order_by("id")[:200])


def _seen_by(actor: Actor) -> Q:
    return Q(unit_id=actor.unit_id) | (Q(unit_id__isnull=True) if _is_above(actor) else Q(pk=None))


def _is_above(actor: Actor) -> bool:
    """Return whether the actor's agency is the one above all others, which sees to money of nobody's."""
    return not Agency.objects.filter(id=actor.agency_id, parent__isnull=False).exists()


def _ask_again(found: Difference, gateway: PaymentGateway, *, now: datetime) -> None:
    payment = _payment(found.attempt)
    if payment is None:
        return
    notice = gateway.query(payment.key, made_at=payment.made_at)
    if notice is not None and notice.outcome == PAID and notice.number == found.number:
        book_notice(notice, source="query", now=now, gateway=gateway)


def _note(found: Difference, gateway: str, on: date, *, now: datetime) -> None:
    payment = _payment(found.attempt)
    unit_id = Charge.objects.values_list("unit_id", flat=True).get(id=payment.charge_id) if payment else None
    Discrepancy.objects.get_or_create(
        gateway=gateway,
        number=found.number,
        kind=found.kind.value,
        defaults={
            "on": on, "attempt": found.attempt, "their_vnd": found.their_vnd, "our_vnd": found.our_vnd,
            "unit_id": unit_id, "found_at": now,
        },
    )  # fmt: skip


def _settle_gone(gateway: str, on: date, standing: set[tuple[str, str]], *, now: datetime) -> None:
    """Close what the comparison no longer finds: the call-back came after all."""
    for row in Discrepancy.objects.filter(gateway=gateway, on=on, settled_at__isnull=True):
        if (row.number, row.kind) not in standing:
            row.settled_at, row.way = now, "gone"
            row.save(update_fields=["settled_at", "way"])


def _book_line(row: Discrepancy, *, now: datetime) -> None:
    gateway = wired_gateway()
    if gateway is None:
        raise Denied("no gateway")
    at = datetime.combine(row.on, time(12), VIETNAM)
    book_notice(
        PayNotice(row.attempt, row.number, row.their_vnd, PAID, at), source="statement", now=now, gateway=gateway
    )


def _payment(attempt: str) -> Payment | None:
    try:
        return Payment.objects.filter(key=UUID(hex=attempt)).first()
    except ValueError:
        return None


def unit_of(actor: Actor) -> Unit:
    return Unit.objects.select_related("agency").get(id=actor.unit_id)
