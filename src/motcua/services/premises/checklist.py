"""Answers what a unit has of the law's list of premises and equipment, and what is planned to be bought for the rest.

Countable items are told by the register of equipment; the others by who looked last. Source: Decree
61/2018/NĐ-CP, art. 13; for Decree 118/2025/NĐ-CP the list is to be confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.premises import Counted, Item, ItemState, counted_state, lacking
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.premises.assets import amount_of, counted_kinds
from motcua.services.staffing.places import require_head
from motcua.services.times import local_day
from motcua.store.lawfiles.premises import items_on
from motcua.store.organisation.models import Unit
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.premises.models import InvestmentLine, InvestmentState, PremisesCheck

TEXT_MAX = 300
QUANTITY_MAX = 10_000
YEARS_AHEAD = 5
_LINES_MAX = 200


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of the list: whether it is there, by what (register or look), and how many are missing."""

    item: Item
    state: ItemState
    counted: Counted | None
    check: PremisesCheck | None
    checked_by: str
    missing: int


@dataclass(frozen=True, slots=True)
class Checklist:
    """The list of the decree in force, as the unit stands."""

    lines: tuple[ItemLine, ...]
    met: int
    lacking: int
    unknown: int


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """What was found of one item; an empty ``found`` means that nobody looked at it this time."""

    item: str
    found: str
    ground: str


@dataclass(frozen=True, slots=True)
class InvestmentEntry:
    """What was typed of a line of the plan."""

    key: UUID
    year: str
    item: str
    name: str
    quantity: str
    amount: str
    ground: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A year's plan with its totals, and the proposal for what is lacking that no line names yet."""

    year: int
    years: tuple[int, ...]
    lines: tuple[InvestmentLine, ...]
    proposed_vnd: int
    approved_vnd: int
    unplanned: tuple[ItemLine, ...]


def checklist(actor: Actor, *, now: datetime) -> Checklist:
    """Return the list as the head's unit stands today; a constant number of statements."""
    require_head(actor)
    counted = counted_kinds(actor.unit_id)
    checks = _newest_checks(actor.unit_id)
    names = names_of_staff({c.staff_id for c in checks.values()})
    lines = tuple(_line(i, counted, checks.get(i.key), names) for i in items_on(local_day(now)))
    states = [line.state for line in lines]
    return Checklist(
        lines=lines,
        met=states.count(ItemState.MET),
        lacking=states.count(ItemState.LACKING),
        unknown=states.count(ItemState.UNKNOWN),
    )


def record_checks(entries: Sequence[CheckEntry], *, key: UUID, on: date | None, actor: Actor, now: datetime) -> int:
    """Return how many items were looked at; later looks stand beside earlier ones. Once for a key.

    Problems: ``premises.day``, ``premises.nothing``, ``premises.ground`` at each item that needs one.
    """
    require_head(actor)
    known = {i.key for i in items_on(local_day(now)) if not i.kinds}
    looked = [e for e in entries if e.item in known and e.found in ("met", "lacking")]
    problems = [
        Problem("premises.ground", f"ground-{e.item}", values={"limit": str(TEXT_MAX)})
        for e in looked
        if not 0 < len(nfc(e.ground)) <= TEXT_MAX
    ]
    if on is None or on > local_day(now):
        problems.append(Problem("premises.day", "on"))
    if not looked:
        problems.append(Problem("premises.nothing"))
    if problems or on is None:
        raise Refused(problems)
    rows = [
        PremisesCheck(
            key=key,
            unit_id=actor.unit_id,
            item=e.item,
            on=on,
            is_met=e.found == "met",
            ground=nfc(e.ground),
            staff_id=actor.staff_id,
            made_at=now,
        )
        for e in looked
    ]
    try:
        with transaction.atomic():
            if not PremisesCheck.objects.filter(key=key).exists():
                PremisesCheck.objects.bulk_create(rows)
                audit.record("premises.checked", actor.unit_id, actor=actor, now=now, items=len(rows))
    except IntegrityError:
        # Sent twice at once: the other one wrote them.
        return len(rows)
    return len(rows)


def plan_of(actor: Actor, *, year: int, now: datetime) -> Plan:
    """Return a year's plan of the head's unit."""
    require_head(actor)
    this_year = local_day(now).year
    lines = tuple(InvestmentLine.objects.filter(unit_id=actor.unit_id, year=year).order_by("id")[:_LINES_MAX])
    totals = InvestmentLine.objects.filter(unit_id=actor.unit_id, year=year)
    planned = {line.item for line in lines if line.state != InvestmentState.DECLINED}
    return Plan(
        year=year,
        years=tuple(range(this_year - 1, this_year + YEARS_AHEAD)),
        lines=lines,
        proposed_vnd=totals.aggregate(n=Sum("amount_vnd"))["n"] or 0,
        approved_vnd=totals.filter(state=InvestmentState.APPROVED).aggregate(n=Sum("approved_vnd"))["n"] or 0,
        unplanned=tuple(
            line
            for line in checklist(actor, now=now).lines
            if line.state is ItemState.LACKING and line.item.key not in planned
        ),
    )


def propose_line(entry: InvestmentEntry, *, actor: Actor, now: datetime) -> InvestmentLine:
    """Return the line proposed; once for a key.

    Problems: ``investment.year``, ``investment.name``, ``investment.quantity``, ``investment.amount``,
    ``investment.ground``.
    """
    require_head(actor)
    kept = InvestmentLine.objects.filter(key=entry.key).first()
    if kept is not None:
        return kept
    problems, this_year = [], local_day(now).year
    year = int(entry.year) if entry.year.isdecimal() and len(entry.year) == 4 else 0
    if not this_year - 1 <= year < this_year + YEARS_AHEAD:
        problems.append(Problem("investment.year", "year"))
    if not 0 < len(nfc(entry.name)) <= 200:
        problems.append(Problem("investment.name", "name"))
    quantity, amount = _quantity(entry.quantity), amount_of(entry.amount)
    if quantity is None:
        problems.append(Problem("investment.quantity", "quantity", values={"limit": str(QUANTITY_MAX)}))
    if amount is None:
        problems.append(Problem("investment.amount", "amount"))
    if not 0 < len(nfc(entry.ground)) <= TEXT_MAX:
        problems.append(Problem("investment.ground", "ground", values={"limit": str(TEXT_MAX)}))
    if problems or quantity is None or amount is None:
        raise Refused(problems)
    known = {i.key for i in items_on(local_day(now))}
    try:
        with transaction.atomic():
            line = InvestmentLine.objects.create(
                key=entry.key,
                unit_id=actor.unit_id,
                year=year,
                item=entry.item if entry.item in known else "",
                name=nfc(entry.name),
                quantity=quantity,
                amount_vnd=amount,
                ground=nfc(entry.ground),
                made_by_id=actor.staff_id,
                made_at=now,
            )
            audit.record("investment.proposed", line.public_id, actor=actor, now=now, amount=amount)
    except IntegrityError:
        return InvestmentLine.objects.get(key=entry.key)
    return line


def approve_line(
    public_id: UUID, *, quantity: str, amount: str, decision_no: str, actor: Actor, now: datetime
) -> InvestmentLine:
    """Return the line as approved by a decision of whoever gives the money, entered by the head.

    Problems: ``investment.quantity``, ``investment.amount``, ``investment.decision``, ``investment.decided``.
    """
    number, found, text = _quantity(quantity), amount_of(amount), nfc(decision_no)
    problems = []
    if number is None:
        problems.append(Problem("investment.quantity", "approved_quantity", values={"limit": str(QUANTITY_MAX)}))
    if found is None:
        problems.append(Problem("investment.amount", "approved_amount"))
    if not 0 < len(text) <= 60:
        problems.append(Problem("investment.decision", "decision_no"))
    require_head(actor)
    if problems:
        raise Refused(problems)
    values = {"approved_quantity": number, "approved_vnd": found, "decision_no": text}
    return _decided(public_id, InvestmentState.APPROVED, values, actor=actor, now=now)


def decline_line(public_id: UUID, *, decision_no: str, actor: Actor, now: datetime) -> InvestmentLine:
    """Return the line as not approved. Problem: ``investment.decided``."""
    return _decided(public_id, InvestmentState.DECLINED, {"decision_no": nfc(decision_no)[:60]}, actor=actor, now=now)


def _decided(
    public_id: UUID, state: InvestmentState, values: Mapping[str, object], *, actor: Actor, now: datetime
) -> InvestmentLine:
    require_head(actor)
    with transaction.atomic():
        line = InvestmentLine.objects.select_for_update().filter(public_id=public_id, unit_id=actor.unit_id).first()
        if line is None:
            raise Denied("line of another unit")
        if line.state != InvestmentState.PROPOSED:
            raise Refused([Problem("investment.decided")])
        line.state, line.decided_by_id, line.decided_at = state, actor.staff_id, now
        for name, value in values.items():
            setattr(line, name, value)
        line.save()
        audit.record(f"investment.{state.value}", line.public_id, actor=actor, now=now)
    return line


def _newest_checks(unit_id: int) -> dict[str, PremisesCheck]:
    rows = PremisesCheck.objects.filter(unit_id=unit_id).order_by("item", "-on", "-id").distinct("item")
    return {c.item: c for c in rows}


def _line(
    item: Item, counted: Mapping[str, Counted], check: PremisesCheck | None, names: Mapping[int, str]
) -> ItemLine:
    if item.kinds:
        state, figures = counted_state(item, counted)
        return ItemLine(item, state, figures, None, "", lacking(item, figures))
    if check is None:
        return ItemLine(item, ItemState.UNKNOWN, None, None, "", 0)
    state = ItemState.MET if check.is_met else ItemState.LACKING
    return ItemLine(item, state, None, check, names.get(check.staff_id, ""), 0)


def _quantity(text: str) -> int | None:
    digits = text.strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 6 or not 0 < int(digits) <= QUANTITY_MAX:
        return None
    return int(digits)


def unit_name(actor: Actor) -> str:
    return str(Unit.objects.values_list("name", flat=True).get(id=actor.unit_id))
