"""Answers what a term is: an amount and a unit, written ``5 working days``; not when it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class TermUnit(Enum):
    """Units in which acts state terms."""

    WORKING_DAY = "working day"
    WORKING_HOUR = "working hour"
    WORKING_MINUTE = "working minute"
    CALENDAR_DAY = "calendar day"
    WEEK = "week"
    MONTH = "month"
    SAME_DAY = "same day"


class TermError(ValueError):
    """The text is no term; the message says what a term looks like."""


_TERM = re.compile(r"^(\d+(?:\.\d+)?) (working day|working hour|working minute|calendar day|week|month)s?$")
_CUTOFF = re.compile(r"^same day if received before (\d{1,2}):(\d{2})$")
_VIETNAMESE = {
    TermUnit.WORKING_DAY: "ngày làm việc",
    TermUnit.WORKING_HOUR: "giờ làm việc",
    TermUnit.WORKING_MINUTE: "phút làm việc",
    TermUnit.CALENDAR_DAY: "ngày",
    TermUnit.WEEK: "tuần",
    TermUnit.MONTH: "tháng",
}
_AMOUNT_MAX = 5000


@dataclass(frozen=True, slots=True)
class Term:
    """A term (thời hạn giải quyết). ``cutoff_minute`` is used by a same-day term only: received later, next day."""

    amount: float
    unit: TermUnit
    cutoff_minute: int | None = None

    def __str__(self) -> str:
        if self.unit is TermUnit.SAME_DAY:
            if self.cutoff_minute is None:
                return "same day"
            return f"same day if received before {self.cutoff_minute // 60:02d}:{self.cutoff_minute % 60:02d}"
        return f"{self.amount:g} {self.unit.value}{'' if self.amount == 1 else 's'}"

    def text(self, language: str) -> str:
        """Return the term in words, ``vi`` or ``en``, as papers and pages show it."""
        if language != "vi":
            return str(self)
        if self.unit is TermUnit.SAME_DAY:
            if self.cutoff_minute is None:
                return "trong ngày"
            clock = f"{self.cutoff_minute // 60:02d} giờ {self.cutoff_minute % 60:02d}"
            return f"trong ngày; nhận sau {clock} thì ngày làm việc tiếp theo"
        amount = f"{self.amount:g}".replace(".", ",")
        return f"{amount.zfill(2) if amount.isdecimal() else amount} {_VIETNAMESE[self.unit]}"

    def cut(self, percent: int) -> Term:
        """Return the term shortened by ``percent`` (cắt giảm thời hạn), from 0 to 99.

        Hours are cut exactly, everything else to whole units, rounded up and at least 1. A term in weeks or months
        becomes one in calendar days, 7 and 30 to one (Civil Code 2015, art. 146). What is due the same day stays.
        Guarantee: a larger cut never gives more; a cut of 10 % or more never ends later than the term itself.
        """
        if not 0 <= percent < 100:
            raise ValueError(f"a cut is 0 to 99 percent, not {percent}")
        if percent == 0 or self.unit is TermUnit.SAME_DAY:
            return self
        if self.unit is TermUnit.WORKING_HOUR:
            return Term(self.amount * (100 - percent) / 100, self.unit)
        days = {TermUnit.WEEK: 7, TermUnit.MONTH: 30}.get(self.unit, 0)
        left = -(-int(self.amount) * (days or 1) * (100 - percent) // 100)
        return Term(left, TermUnit.CALENDAR_DAY if days else self.unit)


def parse_term(text: str) -> Term:
    """Return the term that ``text`` writes.

    Shape: ``5 working days``, ``12 working hours``, ``30 working minutes``, ``10 calendar days``, ``2 weeks``,
    ``1 month``, ``same day``, ``same day if received before 15:00``. Raises TermError.
    """
    clean = " ".join(text.lower().split())
    if clean == "same day":
        return Term(0, TermUnit.SAME_DAY)
    if found := _CUTOFF.match(clean):
        minute = int(found[1]) * 60 + int(found[2])
        if minute >= 24 * 60 or int(found[2]) > 59:
            raise TermError(f"{text!r}: there is no such hour")
        return Term(0, TermUnit.SAME_DAY, minute)
    shorter = re.sub(r"^(\d+(?:\.\d+)?) (hour|minute)(s?)$", r"\1 working \2\3", clean)
    found = _TERM.match(shorter)
    if not found:
        raise TermError(f"{text!r} is no term; write for example '5 working days', '12 working hours', '1 month'")
    amount, unit = float(found[1]), TermUnit(found[2])
    if not 0 < amount <= _AMOUNT_MAX:
        raise TermError(f"{text!r}: the amount must lie between 0 and {_AMOUNT_MAX}")
    if amount != int(amount) and unit not in (TermUnit.WORKING_HOUR,):
        raise TermError(f"{text!r}: only hours can be stated in fractions")
    return Term(amount, unit)
