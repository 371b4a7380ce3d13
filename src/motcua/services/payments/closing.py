"""Answers how a day of cash is counted and closed: each officer his drawer, then the manager the unit's day."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Sum

from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, require
from motcua.services.payments.cash import parse_vnd
from motcua.services.payments.charges import CASHIERS
from motcua.services.times import VIETNAM, local_day
from motcua.store.ledger.models import NumberSeries
from motcua.store.ledger.numbers import paper_scope
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.payments.models import CASH, CashReceipt, DailyClosing, Money

NOTE_MAX = 300


@dataclass(frozen=True, slots=True)
class Drawer:
    """An officer's cash of a day. ``closing`` is set once it was counted."""

    staff_id: int
    staff_name: str
    receipts: tuple[CashReceipt, ...]
    sum_vnd: int
    closing: DailyClosing | None


@dataclass(frozen=True, slots=True)
class Day:
    """A unit's day of money: drawers, what came online, and its closing."""

    on: date
    drawers: tuple[Drawer, ...]
    cash_vnd: int
    online_vnd: int
    online_count: int
    closing: DailyClosing | None

    @property
    def is_open(self) -> bool:
        return any(d.closing is None for d in self.drawers)


def day_of(unit_id: int, on: date) -> Day:
    """Return the money of a unit on a day in Vietnam. A fixed number of statements."""
    receipts = list(
        CashReceipt.objects.filter(unit_id=unit_id, on=on)
        .select_related("charge__offering__procedure_version", "charge__dossier", "of", "cancelled_by")
        .order_by("number")
    )
    closings = {c.staff_id: c for c in DailyClosing.objects.filter(unit_id=unit_id, on=on)}
    officers = dict.fromkeys([r.staff_id for r in receipts] + [i for i in closings if i is not None])
    names = names_of_staff(set(officers))
    drawers = []
    for staff_id in officers:
        own = tuple(r for r in receipts if r.staff_id == staff_id)
        total = sum(r.amount_vnd for r in own)
        drawers.append(Drawer(staff_id, names.get(staff_id, ""), own, total, closings.get(staff_id)))
    online = list(online_of(unit_id, on))
    return Day(
        on=on,
        drawers=tuple(drawers),
        cash_vnd=sum(d.sum_vnd for d in drawers),
        online_vnd=sum(m.amount_vnd for m in online),
        online_count=len(online),
        closing=closings.get(None),
    )


def online_of(unit_id: int, on: date) -> Sequence[Money]:
    """Return the money that came to a unit by a gateway on a day, oldest first."""
    start = datetime.combine(on, time(), VIETNAM)
    rows = Money.objects.filter(unit_id=unit_id, came_at__gte=start, came_at__lt=start + timedelta(days=1))
    return list(
        rows.exclude(gateway=CASH)
        .select_related("charge__offering__procedure_version", "charge__dossier")
        .order_by("came_at", "id")
    )


def close_drawer(*, on: date, counted: str, note: str, actor: Actor, now: datetime) -> DailyClosing:
    """Return the closing of the actor's own drawer: what the receipts say, and what was counted.

    A gap between the two is written down with its reason, never corrected away. Problems: ``closing.future``,
    ``closing.twice``, ``closing.counted_form``, ``closing.gap_unexplained``, ``charge.reason_long``.
    """
    require(actor, *CASHIERS)
    problems, amount = _checked(on, counted, note, now=now)
    with transaction.atomic():
        _hold(actor.unit_id, on)
        receipts = list(CashReceipt.objects.filter(unit_id=actor.unit_id, on=on, staff_id=actor.staff_id))
        expected = sum(r.amount_vnd for r in receipts)
        problems += _gap(amount, expected, note)
        return _write(actor, on, actor.staff_id, expected, amount, note, receipts, problems, now=now)


def close_day(*, on: date, counted: str, note: str, actor: Actor, now: datetime) -> DailyClosing:
    """Return the closing of the unit's day by its manager, once every drawer of it is closed.

    Problems: those of ``close_drawer``, and ``closing.drawers_open``.
    """
    require(actor, Role.CENTRE_MANAGER)
    problems, amount = _checked(on, counted, note, now=now)
    with transaction.atomic():
        _hold(actor.unit_id, on)
        day = day_of(actor.unit_id, on)
        left = [d.staff_name for d in day.drawers if d.closing is None and d.receipts]
        if left:
            problems.append(Problem("closing.drawers_open", values={"names": ", ".join(left)}))
        problems += _gap(amount, day.cash_vnd, note)
        receipts = [r for d in day.drawers for r in d.receipts]
        closing = _write(actor, on, None, day.cash_vnd, amount, note, receipts, problems, now=now)
        online = Money.objects.filter(id__in=[m.id for m in online_of(actor.unit_id, on)])
        closing.online_vnd = online.aggregate(Sum("amount_vnd"))["amount_vnd__sum"] or 0
        closing.save(update_fields=["online_vnd"])
        return closing


def digest_of(receipts: Sequence[CashReceipt]) -> str:
    """Return the digest over numbers and amounts of a day's receipts, in the order of their numbers."""
    rows = sorted((r.year, r.number, r.amount_vnd) for r in receipts)
    return hashlib.sha256(";".join(f"{y}/{n}:{a}" for y, n, a in rows).encode()).hexdigest()


def _checked(on: date, counted: str, note: str, *, now: datetime) -> tuple[list[Problem], int | None]:
    problems = []
    if on > local_day(now):
        problems.append(Problem("closing.future", "on"))
    # An empty drawer is counted as well: zero is an amount, nothing is none.
    amount = parse_vnd(counted)
    if amount is None:
        problems.append(Problem("closing.counted_form", "counted", values={"text": counted.strip()[:40]}))
    if len(note) > NOTE_MAX:
        problems.append(Problem("charge.reason_long", "note", values={"limit": str(NOTE_MAX)}))
    return problems, amount


def _gap(amount: int | None, expected: int, note: str) -> list[Problem]:
    if amount is None or amount == expected or note.strip():
        return []
    return [Problem("closing.gap_unexplained", "note", values={"gap": f"{amount - expected:+,}".replace(",", ".")})]


def _hold(unit_id: int, on: date) -> None:
    """Wait for receipts that are being written, and keep new ones waiting."""
    scope = paper_scope(unit_id, CASH, on.year)
    list(NumberSeries.objects.select_for_update().filter(scope=scope))


def _write(
    actor: Actor, on: date, staff_id: int | None, expected: int, amount: int | None, note: str,
    receipts: Sequence[CashReceipt], problems: list[Problem], *, now: datetime,
) -> DailyClosing:  # fmt: skip
    if DailyClosing.objects.filter(unit_id=actor.unit_id, on=on, staff_id=staff_id).exists():
        problems.append(Problem("closing.twice", values={"day": f"{on:%d/%m/%Y}"}))
    if problems or amount is None:
        raise Refused(problems)
    try:
        with transaction.atomic():
            return DailyClosing.objects.create(
                unit_id=actor.unit_id, on=on, staff_id=staff_id, expected_vnd=expected, counted_vnd=amount,
                receipts=len(receipts), note=nfc(note), digest=digest_of(receipts), closed_at=now,
                closed_by_id=actor.staff_id,
            )  # fmt: skip
    except IntegrityError:
        raise Refused([Problem("closing.twice", values={"day": f"{on:%d/%m/%Y}"})]) from None
