"""Answers where a gateway's statement of a day and our own books differ (đối soát)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class DifferenceKind(StrEnum):
    """What a difference is; each kind has its own way to be settled."""

    MISSING_HERE = "missing_here"
    """They took money that we never heard of."""
    MISSING_THERE = "missing_there"
    """We booked money that they do not state."""
    AMOUNT = "amount"
    """Both know it, with different amounts."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A payment as one side states it; ``amount_vnd`` is below zero for money given back."""

    number: str
    attempt: str
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One payment on which the two sides do not agree."""

    kind: DifferenceKind
    number: str
    attempt: str
    their_vnd: int
    our_vnd: int


def differences(theirs: Sequence[StatementLine], ours: Sequence[StatementLine]) -> tuple[Difference, ...]:
    """Return all differences by number; none when both state the same.

    Guarantee: the sum of theirs less that of ours is the sum of what the differences name.
    """
    here, there = _by_number(ours), _by_number(theirs)
    found = []
    for number in sorted({*here, *there}):
        our, their = here.get(number), there.get(number)
        if our is None and their is not None:
            found.append(Difference(DifferenceKind.MISSING_HERE, number, their.attempt, their.amount_vnd, 0))
        elif their is None and our is not None:
            found.append(Difference(DifferenceKind.MISSING_THERE, number, our.attempt, 0, our.amount_vnd))
        elif our is not None and their is not None and our.amount_vnd != their.amount_vnd:
            kind = DifferenceKind.AMOUNT
            found.append(Difference(kind, number, our.attempt, their.amount_vnd, our.amount_vnd))
    return tuple(found)


def _by_number(lines: Sequence[StatementLine]) -> Mapping[str, StatementLine]:
    """Return the lines by number; what one side states twice under one number is one payment."""
    return {line.number: line for line in reversed(lines)}
