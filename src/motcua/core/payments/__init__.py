"""Answers what becomes of money that is owed and money that comes, and whether the books balance.

How much is owed is in ``core.fees``; nothing here talks to a gateway.
"""

from motcua.core.payments.account import (
    Account,
    AttemptState,
    Booking,
    Event,
    Expired,
    Failed,
    GivenBack,
    Money,
    MoneyCame,
    Redirected,
    Released,
    Standing,
    Voided,
    apply,
    open_account,
)
from motcua.core.payments.books import Books, books_of
from motcua.core.payments.reconciling import Difference, DifferenceKind, StatementLine, differences

__all__ = [
    "Account",
    "AttemptState",
    "Booking",
    "Books",
    "Difference",
    "DifferenceKind",
    "Event",
    "Expired",
    "Failed",
    "GivenBack",
    "Money",
    "MoneyCame",
    "Redirected",
    "Released",
    "Standing",
    "StatementLine",
    "Voided",
    "apply",
    "books_of",
    "differences",
    "open_account",
]
