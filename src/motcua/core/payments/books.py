"""Answers whether the books balance: all money that came is booked as exactly one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from motcua.core.payments.account import Booking


@dataclass(frozen=True, slots=True)
class Books:
    """Sums in whole đồng: what came, and what it is booked as."""

    received_vnd: int = 0
    settled_vnd: int = 0
    refund_due_vnd: int = 0
    refunded_vnd: int = 0
    unallocated_vnd: int = 0

    @property
    def is_balanced(self) -> bool:
        booked = self.settled_vnd + self.refund_due_vnd + self.refunded_vnd + self.unallocated_vnd
        return self.received_vnd == booked

    @property
    def held_vnd(self) -> int:
        """What of it lies with us still."""
        return self.received_vnd - self.refunded_vnd


def books_of(rows: Iterable[tuple[int, Booking]]) -> Books:
    """Return the books of money that came, each with what it is booked as."""
    sums = dict.fromkeys(Booking, 0)
    received = 0
    for amount, booking in rows:
        received += amount
        sums[booking] += amount
    return Books(
        received_vnd=received,
        settled_vnd=sums[Booking.SETTLED],
        refund_due_vnd=sums[Booking.REFUND_DUE],
        refunded_vnd=sums[Booking.REFUNDED],
        unallocated_vnd=sums[Booking.UNALLOCATED],
    )
