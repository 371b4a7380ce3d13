"""Answers what notices and sign-in ask of the systems around them, and hands out what is wired to each; money: ``money_ports``.

Which adapter that is, is decided in ``project/wiring.py`` alone; tests put their own in with ``put_in``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol, cast

from motcua.services.adapters import adapter


@dataclass(frozen=True, slots=True)
class Letter:
    """What leaves to one address by one channel. ``key`` is the same at every try of the same message."""

    key: str
    to: str
    subject: str
    text: str
    language: str


class CourierAway(OSError):
    """The channel cannot be reached or asks for patience; to be tried again later."""


class Throttled(CourierAway):
    """The channel takes no more for now. Unit of ``seconds``: how long it asks to be left alone."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"throttled for {seconds} s")
        self.seconds = seconds


class AddressRefused(Exception):
    """The channel will never take a message for this address; another channel may."""


class Courier(Protocol):
    """A channel to a person: e-mail, SMS, Zalo."""

    def send(self, letter: Letter) -> str:
        """Return the channel's own number of the message; the same ``key`` twice is delivered once.

        Raises CourierAway (try later), Throttled (try later, not before), AddressRefused (never).
        """
        ...


@dataclass(frozen=True, slots=True)
class DeliveryNews:
    """What a channel says about a message it took: ``state`` is ``delivered`` or ``failed``."""

    provider_number: str
    state: str
    at: int


class TellingCourier(Courier, Protocol):
    """A channel that says later what became of a message."""

    def read_news(self, body: bytes, *, signature: str) -> DeliveryNews | None:
        """Return what a call-back says, ``None`` when its signature or form is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Represented:
    """An organisation of which the national identity says that a person represents it by law."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who the national identity says somebody is. ``level`` is its level of assurance (1 or 2)."""

    id_number: str
    name: str
    birth_on: date | None
    sex: str
    address: str
    level: int
    represents: tuple[Represented, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityQuestion:
    """Where the browser is sent, and the secrets of this question that stay in the session."""

    address: str
    state: str
    nonce: str
    verifier: str


class IdentityError(Exception):
    """The identity was not confirmed. ``reason`` is ``denied``, ``expired``, ``wrong`` or ``away``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class IdentityProvider(Protocol):
    """The national identity (định danh điện tử) as an OpenID Connect provider."""

    @property
    def origin(self) -> str:
        """Return the origin that browsers are sent to, for the page's content security policy."""
        ...

    def ask(self, *, back_to: str) -> IdentityQuestion:
        """Return the question to put. Raises IdentityError when the provider is away."""
        ...

    def read(self, question: IdentityQuestion, *, code: str, back_to: str) -> Person:
        """Return the person whom the provider's answer names. Raises IdentityError."""
        ...


def courier(channel: str) -> Courier | None:
    """Return the adapter of a channel (``email``, ``sms``, ``zalo``), ``None`` when it is not connected."""
    return cast("Courier | None", adapter(f"courier.{channel}"))


def telling_courier(channel: str) -> TellingCourier | None:
    """Return the adapter of a channel that says later what became of a message."""
    return cast("TellingCourier | None", adapter(f"courier.{channel}"))


def identity_provider() -> IdentityProvider | None:
    """Return the national identity, ``None`` when it is not connected."""
    return cast("IdentityProvider | None", adapter("identity"))
