"""Answers what a charge stands at after whatever came of it, in any order and however often.

A charge is settled by one receipt of exactly its amount, never by two. Money that came a second time, or after the
charge was dropped, is to be given back; money of another amount waits for a person. No money is ever forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias


class Standing(StrEnum):
    """What is owed of a charge: all of it, nothing because it was paid, nothing because it was dropped."""

    OPEN = "open"
    SETTLED = "settled"
    VOIDED = "voided"


class AttemptState(StrEnum):
    """How far one try to pay came."""

    CREATED = "created"
    REDIRECTED = "redirected"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class Booking(StrEnum):
    """What money that came is booked as."""

    SETTLED = "settled"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"
    UNALLOCATED = "unallocated"


@dataclass(frozen=True, slots=True)
class Money:
    """Money that came once: by which try, how much, booked as what. Unit: whole đồng."""

    attempt: str
    amount_vnd: int
    booking: Booking


@dataclass(frozen=True, slots=True)
class Account:
    """A charge with its tries and all the money that came for it, by the payer's side's own number."""

    owed_vnd: int
    standing: Standing = Standing.OPEN
    attempts: Mapping[str, AttemptState] = field(default_factory=dict, hash=False)
    money: Mapping[str, Money] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Redirected:
    """The payer was sent on to where he pays."""

    attempt: str


@dataclass(frozen=True, slots=True)
class MoneyCame:
    """Money came, as a signed notice, an answer, a statement or the drawer says; ``number`` tells it from all other."""

    attempt: str
    number: str
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The try did not succeed."""

    attempt: str


@dataclass(frozen=True, slots=True)
class Expired:
    """Nobody paid in time."""

    attempt: str


@dataclass(frozen=True, slots=True)
class Voided:
    """The charge was dropped: the dossier was withdrawn, or another amount is owed."""


@dataclass(frozen=True, slots=True)
class Released:
    """A person decided that money which fits nothing is to be given back."""

    number: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The money left again: a refund was carried out, or a cash receipt was cancelled."""

    number: str


Event: TypeAlias = Redirected | MoneyCame | Failed | Expired | Voided | Released | GivenBack


def open_account(owed_vnd: int) -> Account:
    """Return a charge of which nothing was paid; of nothing, nothing is owed."""
    return Account(owed_vnd, Standing.OPEN if owed_vnd else Standing.SETTLED)


def apply(account: Account, event: Event) -> Account:
    """Return the account after ``event``; the same account when it changes nothing.

    Guarantee: total, and idempotent: what was heard already changes nothing.
    """
    match event:
        case MoneyCame(attempt, number, amount):
            return _came(account, attempt, number, amount)
        case Redirected(attempt):
            return _at(account, attempt, AttemptState.REDIRECTED, after={None, AttemptState.CREATED})
        case Failed(attempt):
            before = {None, AttemptState.CREATED, AttemptState.REDIRECTED, AttemptState.EXPIRED}
            return _at(account, attempt, AttemptState.FAILED, after=before)
        case Expired(attempt):
            return _at(
                account, attempt, AttemptState.EXPIRED, after={None, AttemptState.CREATED, AttemptState.REDIRECTED}
            )
        case Voided():
            return _voided(account)
        case Released(number):
            return _booked(account, number, Booking.REFUND_DUE, after={Booking.UNALLOCATED})
        case GivenBack(number):
            return _given_back(account, number)


def _came(account: Account, attempt: str, number: str, amount_vnd: int) -> Account:
    if number in account.money or amount_vnd <= 0:
        return account
    standing = account.standing
    if amount_vnd != account.owed_vnd:
        booking = Booking.UNALLOCATED
    elif standing is Standing.OPEN:
        booking, standing = Booking.SETTLED, Standing.SETTLED
    else:
        booking = Booking.REFUND_DUE
    return replace(
        account,
        standing=standing,
        attempts={**account.attempts, attempt: AttemptState.PAID},
        money={**account.money, number: Money(attempt, amount_vnd, booking)},
    )


def _at(account: Account, attempt: str, state: AttemptState, *, after: set[AttemptState | None]) -> Account:
    # Money that came stands: a late or reordered notice of failure does not undo it.
    if account.attempts.get(attempt) not in after:
        return account
    return replace(account, attempts={**account.attempts, attempt: state})


def _voided(account: Account) -> Account:
    if account.standing is Standing.VOIDED:
        return account
    money = {
        number: replace(m, booking=Booking.REFUND_DUE) if m.booking is Booking.SETTLED else m
        for number, m in account.money.items()
    }
    return replace(account, standing=Standing.VOIDED, money=money)


def _given_back(account: Account, number: str) -> Account:
    found = account.money.get(number)
    if found is None or found.booking is Booking.REFUNDED:
        return account
    after = _booked(account, number, Booking.REFUNDED, after=set(Booking))
    if found.booking is Booking.SETTLED:
        # A cancelled cash receipt: the charge is owed again.
        return replace(after, standing=Standing.OPEN)
    return after


def _booked(account: Account, number: str, booking: Booking, *, after: set[Booking]) -> Account:
    found = account.money.get(number)
    if found is None or found.booking not in after:
        return account
    return replace(account, money={**account.money, number: replace(found, booking=booking)})
