"""Answers what stands on the papers of money: the receipt for cash and the sheet of a day; plain frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from motcua.reports.papers.content import Head


@dataclass(frozen=True, slots=True)
class Sum:
    """A line of money: what for, how much as printed."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class CashPaper:
    """Biên lai thu tiền phí, lệ phí, or the counter-entry that cancels one. In no numbered set of forms."""

    head: Head
    code: str
    payer: str
    matter: str
    lines: Sequence[Sum]
    total: str
    words: str
    cancels: str
    reason: str
    officer: str
    pay_url: str = ""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the day's money."""

    number: str
    way: str
    code: str
    matter: str
    amount: str
    officer: str


@dataclass(frozen=True, slots=True)
class DaySheet:
    """Bảng kê thu phí, lệ phí of a unit and a day."""

    head: Head
    day: str
    rows: Sequence[DayRow]
    cash: str
    online: str
    total: str
    counted: str
    note: str
    officer: str
