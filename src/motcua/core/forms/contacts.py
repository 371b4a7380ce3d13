"""Answers whether what a person typed is an e-mail address or a phone number, and how it is shown to others."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PHONE = re.compile(r"0[0-9]{9,10}")
# Control characters never pass: an address that holds a line end would write headers of its own.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_EMAIL_LENGTH_MAX = 120
EMAIL, PHONE = "email", "phone"


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a person: ``kind`` is ``email`` or ``phone``, ``value`` is written in one way only."""

    kind: str
    value: str


def parse_contact(text: str) -> Contact | None:
    """Return the contact that ``text`` names, or ``None``: ``0912 345 678``, ``+84912345678``, ``An@Mail.vn``."""
    text = text.strip()
    if "@" in text:
        value = text.lower()
        return Contact(EMAIL, value) if len(value) <= _EMAIL_LENGTH_MAX and _EMAIL.fullmatch(value) else None
    digits = re.sub(r"[\s.()-]", "", text)
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    return Contact(PHONE, digits) if _PHONE.fullmatch(digits) else None


def masked(value: str) -> str:
    """Return a contact of which only its owner knows the rest: ``a***@m***.vn``, ``***678``. Idempotent."""
    name, at, host = value.partition("@")
    if at:
        return f"{name[:1]}***@{host[:1]}***.{host.rpartition('.')[2]}"
    return f"***{value[-3:]}" if value else ""
