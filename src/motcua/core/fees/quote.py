"""Answers what is owed by a tariff on a day: every line with what lowers it, and the article of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from motcua.core.fees.tariff import ONE, Exemption, FeeLine, Per, Tariff
from motcua.core.kernel import LegalRef

QUANTITY_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Quantities:
    """How many copies are asked for, and how many pages each has. Unit: whole numbers from 1."""

    copies: int = 1
    pages: int = 1

    @classmethod
    def from_answers(cls, answers: Mapping[str, Any], fields: Mapping[str, str]) -> Quantities:
        """Return the quantities in the answers of a form; what is missing or no number counts as one."""
        return cls(
            _whole(answers.get(fields.get("copies", "copies"))), _whole(answers.get(fields.get("pages", "pages")))
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """Which exemptions are claimed: by key, or by what was answered."""

    keys: frozenset[str] = frozenset()
    answers: Mapping[str, Any] = field(default_factory=dict, hash=False)


class ReasonKind(StrEnum):
    """Why a line costs less than its full amount."""

    CHANNEL = "channel"
    CAP = "cap"
    EXEMPTION = "exemption"


@dataclass(frozen=True, slots=True)
class Reason:
    """What lowered a line, by how much, by which article; ``text`` is who is exempt, ``evidence`` what shows it."""

    kind: ReasonKind
    line: str
    less_vnd: int
    ref: LegalRef | None
    text: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What one line of the tariff comes to. Unit: whole đồng; ``full_vnd - less_vnd == amount_vnd``."""

    key: str
    name: str
    kind: str
    quantity: int
    per: Per
    full_vnd: int
    less_vnd: int
    amount_vnd: int
    ref: LegalRef


@dataclass(frozen=True, slots=True)
class Quote:
    """What is owed. ``total_vnd`` is the sum of the lines."""

    lines: tuple[QuoteLine, ...]
    total_vnd: int
    reasons: tuple[Reason, ...]
    refs: tuple[LegalRef, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the quote as a charge keeps it."""
        return {
            "total_vnd": self.total_vnd,
            "lines": [{**asdict(line), "per": line.per.value, "ref": str(line.ref)} for line in self.lines],
            "reasons": [{**asdict(r), "kind": r.kind.value, "ref": str(r.ref or "")} for r in self.reasons],
        }


def quote(
    tariff: Tariff, *, on: date, channel: str, quantities: Quantities | None = None, claim: Claim | None = None
) -> Quote:
    """Return what is owed on a day by one channel.

    Of several exemptions the one that spares most counts for a line; they do not add up. Fractions of a đồng are
    dropped. Guarantee: no amount is negative; claiming more never costs more; the total is the sum of the lines.
    """
    quantities, claim = quantities or Quantities(), claim or Claim()
    claimed = [e for e in tariff.exemptions if e.is_valid(on) and _is_claimed(e, claim)]
    lines, reasons = list[QuoteLine](), list[Reason]()
    for rule in tariff.lines:
        if rule.is_valid(on) and all(claim.answers.get(k) == v for k, v in rule.when.items()):
            line, why = _line(rule, channel, quantities, claimed)
            lines.append(line)
            reasons += why
    refs = dict.fromkeys([line.ref for line in lines] + [r.ref for r in reasons if r.ref is not None])
    return Quote(tuple(lines), sum(line.amount_vnd for line in lines), tuple(reasons), tuple(refs))


def _line(
    rule: FeeLine, channel: str, quantities: Quantities, claimed: Sequence[Exemption]
) -> tuple[QuoteLine, list[Reason]]:
    reasons = list[Reason]()
    full, cap = _full(rule, quantities)
    amount = full
    if cap is not None and cap < amount:
        reasons.append(Reason(ReasonKind.CAP, rule.key, amount - cap, rule.ref))
        amount = cap
    if (by_channel := _by_channel(rule, channel, amount)) < amount:
        reasons.append(Reason(ReasonKind.CHANNEL, rule.key, amount - by_channel, rule.channels[channel].ref))
        amount = by_channel
    fitting = [e for e in claimed if (not e.lines or rule.key in e.lines) and e.percent]
    if fitting and amount:
        best = max(fitting, key=lambda e: e.percent)
        less = amount - amount * (ONE - best.percent) // ONE
        reasons.append(Reason(ReasonKind.EXEMPTION, rule.key, less, best.ref, best.who, best.evidence))
        amount -= less
    count = {Per.DOSSIER: 1, Per.COPY: quantities.copies, Per.PAGE: quantities.copies * quantities.pages}[rule.per]
    line = QuoteLine(rule.key, rule.name, rule.kind.value, count, rule.per, full, full - amount, amount, rule.ref)
    return line, reasons


def _full(rule: FeeLine, quantities: Quantities) -> tuple[int, int | None]:
    """Return the amount before anything lowers it, and the most that may be asked."""
    if rule.per is Per.DOSSIER:
        return rule.amount_vnd, rule.cap_vnd
    if rule.per is Per.COPY:
        return _stepped(rule, quantities.copies), rule.cap_vnd
    # The cap of a line by pages holds for each copy.
    cap = None if rule.cap_vnd is None else rule.cap_vnd * quantities.copies
    return _stepped(rule, quantities.pages) * quantities.copies, cap


def _stepped(rule: FeeLine, count: int) -> int:
    if rule.then_from is None or count < rule.then_from:
        return rule.amount_vnd * count
    first = rule.then_from - 1
    return rule.amount_vnd * first + rule.then_vnd * (count - first)


def _by_channel(rule: FeeLine, channel: str, amount: int) -> int:
    found = rule.channels.get(channel)
    if found is None:
        return amount
    if found.amount_vnd is not None:
        # An own amount stands for the line's amount; further pages cost in the same proportion.
        return amount * found.amount_vnd // rule.amount_vnd if rule.amount_vnd else 0
    return amount * found.percent // ONE


def _is_claimed(exemption: Exemption, claim: Claim) -> bool:
    by_answers = bool(exemption.when) and all(claim.answers.get(k) == v for k, v in exemption.when.items())
    return by_answers or exemption.key in claim.keys


def _whole(value: Any) -> int:
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) < 6:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return 1
    return min(max(value, 1), QUANTITY_MAX)
