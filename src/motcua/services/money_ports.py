"""Answers what payments, post and signatures ask of the systems around them, and hands out what is wired to each.

Which adapter serves a port is decided in ``project/wiring.py`` alone; tests put their own in with ``put_in``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, cast
from uuid import UUID

from motcua.core.payments import StatementLine
from motcua.services.adapters import adapter

PAID, FAILED, PENDING = "paid", "failed", "pending"


class GatewayAway(OSError):
    """The system cannot be reached, or answered what cannot be read; to be tried again later."""


@dataclass(frozen=True, slots=True)
class PayOrder:
    """One try to pay as the gateway is asked for it. ``about`` holds no personal data."""

    key: UUID
    amount_vnd: int
    about: str
    return_url: str
    made_at: datetime
    expires_at: datetime
    language: str


@dataclass(frozen=True, slots=True)
class PayNotice:
    """What a gateway says of a try: ``outcome`` is ``paid``, ``failed`` or ``pending``; ``number`` is its own."""

    attempt: str
    number: str
    amount_vnd: int
    outcome: str
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to be given back. ``key`` is the same at every try of the same refund: it is paid once."""

    key: UUID
    attempt: UUID
    number: str
    amount_vnd: int
    made_at: datetime


class PaymentGateway(Protocol):
    """A payment gateway (cổng thanh toán)."""

    @property
    def name(self) -> str: ...

    def address(self, order: PayOrder) -> str:
        """Return the signed address that the payer is sent to."""
        ...

    def read(self, raw: str) -> PayNotice | None:
        """Return what a call-back says; ``None`` when its signature or form is wrong."""
        ...

    def answer(self, verdict: str) -> str:
        """Return the body that tells the gateway what we made of its call-back."""
        ...

    def query(self, attempt: UUID, *, made_at: datetime) -> PayNotice | None:
        """Return how a try stands; ``None`` when the gateway never heard of it. Raises GatewayAway."""
        ...

    def refund(self, order: RefundOrder) -> str:
        """Return ``paid``, ``pending`` or ``failed``; the same key twice is paid once. Raises GatewayAway."""
        ...

    def statement(self, on: date) -> Sequence[StatementLine]:
        """Return what the gateway took and gave back on a day in Vietnam. Raises GatewayAway."""
        ...


@dataclass(frozen=True, slots=True)
class ParcelOrder:
    """A parcel to be carried; ``key`` is the same at every try."""

    key: UUID
    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class CarrierNews:
    """What a carrier says of a parcel; ``number`` tells this event from all others of the parcel."""

    tracking: str
    number: str
    state: str
    at: datetime
    place: str


class Carrier(Protocol):
    """A carrier of parcels (doanh nghiệp bưu chính)."""

    @property
    def name(self) -> str: ...

    def accept(self, order: ParcelOrder) -> str:
        """Return the tracking number; the same key twice gives the same. Raises GatewayAway."""
        ...

    def read(self, raw: str) -> CarrierNews | None:
        """Return what a call-back says; ``None`` when its signature or form is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs a file and why; ``is_seal`` says that it is the agency's seal (chữ ký số của cơ quan)."""

    name: str
    agency: str
    key: str
    reason: str
    place: str
    at: datetime
    is_seal: bool = False


class Signer(Protocol):
    """What signs files; the keys may lie in it, in a token or at a remote service."""

    def sign(self, pdf: bytes, signing: Signing) -> bytes:
        """Return the file with one more PAdES signature; what was signed before stays as it was."""
        ...

    def validate(self, pdf: bytes) -> Sequence[SignatureCheck]:
        """Return what each signature of a file is worth; none for a file without, or one that cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """A signature as it was found: whose, when, whether the bytes are those signed, whether we trust the signer."""

    name: str
    agency: str
    at: datetime | None
    is_intact: bool
    is_trusted: bool
    covers_file: bool


@dataclass(frozen=True, slots=True)
class ResultSheet:
    """What stands on a result; texts in Vietnamese. ``fields`` are pairs of what and which."""

    agency: str
    parent: str
    place: str
    number: str
    title: str
    code: str
    holder: str
    id_number: str
    address: str
    birth: str
    statement: str
    fields: Sequence[tuple[str, str]]
    legal: Sequence[str]
    valid_to: str
    signer: str
    signer_title: str
    check_url: str
    made_at: datetime


class ResultPrinter(Protocol):
    """What lays a result out as PDF, ready to be signed."""

    def render(self, sheet: ResultSheet) -> bytes: ...


def payment_gateway() -> PaymentGateway | None:
    """Return the gateway, ``None`` when none is connected: then the counter takes cash alone."""
    return cast("PaymentGateway | None", adapter("payment_gateway"))


def carrier() -> Carrier | None:
    """Return the carrier, ``None`` when none is connected."""
    return cast("Carrier | None", adapter("post_carrier"))


def signer() -> Signer:
    """Return what signs results."""
    return cast(Signer, adapter("signer"))


def result_printer() -> ResultPrinter:
    """Return what prints results."""
    return cast(ResultPrinter, adapter("result_printer"))
