"""Answers how papers of money are filled: a cash receipt, the day's list."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from motcua.core.fees import vnd_in_words
from motcua.reports.filling import head_of, vnd_of
from motcua.reports.papers.money_content import CashPaper, DayRow, DaySheet, Sum
from motcua.services.actors import Actor
from motcua.services.payments.cash import receipt_for
from motcua.services.payments.closing import day_of, online_of
from motcua.services.times import VIETNAM
from motcua.store.organisation.models import Unit
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.payments.models import CashReceipt


def cash_content(public_id: UUID, actor: Actor) -> CashPaper:
    """Return the receipt for cash, or the counter-entry that cancels one; Denied outside the unit."""
    receipt = receipt_for(public_id, actor)
    charge, of = receipt.charge, receipt.of
    unit = Unit.objects.select_related("agency__parent").get(id=receipt.unit_id)
    lines = [Sum(line["name"], vnd_of(line["amount_vnd"])) for line in charge.quote["lines"] if line["amount_vnd"]]
    return CashPaper(
        head=head_of(unit, "cash", receipt.number, receipt.issued_at),
        code=charge.dossier.code if charge.dossier else "",
        payer=receipt.payer or (charge.dossier.applicant_name if charge.dossier else ""),
        matter=charge.offering.procedure_version.name,
        lines=lines,
        total=vnd_of(receipt.amount_vnd),
        words=vnd_in_words(receipt.amount_vnd),
        cancels=f"{of.number}/{of.year}" if of else "",
        reason=receipt.reason,
        officer=names_of_staff({receipt.staff_id}).get(receipt.staff_id, ""),
    )


def day_content(on: date, actor: Actor) -> DaySheet:
    """Return the list of a unit's money on a day."""
    unit = Unit.objects.select_related("agency__parent").get(id=actor.unit_id)
    day = day_of(unit.id, on)
    rows = [_row(r, d.staff_name) for d in day.drawers for r in d.receipts]
    for money in online_of(unit.id, on):
        charge = money.charge
        rows.append(
            DayRow(
                number=money.number,
                way="Trực tuyến",
                code=charge.dossier.code if charge and charge.dossier else "",
                matter=charge.offering.procedure_version.name if charge else "Chưa rõ nội dung",
                amount=vnd_of(money.amount_vnd),
                officer="",
            )
        )
    return DaySheet(
        head=head_of(unit, "day", None, datetime.combine(on, time(17), VIETNAM)),
        day=f"{on:%d/%m/%Y}",
        rows=rows,
        cash=vnd_of(day.cash_vnd),
        online=vnd_of(day.online_vnd),
        total=vnd_of(day.cash_vnd + day.online_vnd),
        counted=vnd_of(day.closing.counted_vnd) if day.closing else "",
        note=day.closing.note if day.closing else "",
        officer=actor.name,
    )


def _row(receipt: CashReceipt, officer: str) -> DayRow:
    what = receipt.charge.offering.procedure_version.name
    return DayRow(
        number=f"{receipt.number}/{receipt.year}",
        way="Tiền mặt",
        code=receipt.charge.dossier.code if receipt.charge.dossier else "",
        matter=f"Hủy biên lai {receipt.of.number}: {receipt.reason}" if receipt.of else what,
        amount=vnd_of(receipt.amount_vnd),
        officer=officer,
    )
