"""Answers what a receipt given without the network says, and how one follows the other in a machine's chain.

The signature over ``signed_text`` is checked by whoever knows the machine's key; nothing here does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from uuid import UUID

_VIETNAM = timezone(timedelta(hours=7))
_MARK = "MC1"
_MINUTE = "%Y%m%dT%H%M"
_PARTS = 8
_SIGNATURE_BYTES = 64
_DIGEST_BYTES = 32
_CODE = re.compile(r"^[A-Z0-9.-]{5,60}$")


class ReceiptError(ValueError):
    """The text is no receipt of this kind."""


@dataclass(frozen=True, slots=True)
class OfflineReceipt:
    """A receipt of a counter without network. It names no person: who applied is in the chain's digest alone.

    ``seq`` counts the station's receipts from 1; instants are whole minutes. ``signature`` is r and s of P-256, 64 bytes.
    """

    station: UUID
    seq: int
    code: str
    received_at: datetime
    due_at: datetime | None
    chain: bytes
    signature: bytes

    @property
    def signed_text(self) -> bytes:
        """What the station signs."""
        due = self.due_at.astimezone(_VIETNAM).strftime(_MINUTE) if self.due_at else "-"
        at = self.received_at.astimezone(_VIETNAM).strftime(_MINUTE)
        parts = (_MARK, _text(self.station.bytes), str(self.seq), self.code, at, due, _text(self.chain))
        return "~".join(parts).encode("ascii")

    @property
    def token(self) -> str:
        """What the QR on the receipt holds after the address."""
        return self.signed_text.decode() + "~" + _text(self.signature)


def parse_receipt(token: str) -> OfflineReceipt:
    """Return the receipt that ``token`` says, with its signature unchecked. Raises ReceiptError."""
    parts = token.split("~")
    if len(parts) != _PARTS or parts[0] != _MARK or not _CODE.match(parts[3]) or not parts[2].isascii():
        raise ReceiptError(token[:20])
    try:
        station, seq = UUID(bytes=_bytes(parts[1], 16)), int(parts[2])
        received_at, due_at = _instant(parts[4]), None if parts[5] == "-" else _instant(parts[5])
        chain, signature = _bytes(parts[6], _DIGEST_BYTES), _bytes(parts[7], _SIGNATURE_BYTES)
    except (ValueError, binascii.Error) as error:
        raise ReceiptError(token[:20]) from error
    if not 1 <= seq < 2**31:
        raise ReceiptError(token[:20])
    return OfflineReceipt(station, seq, parts[3], received_at, due_at, chain, signature)


def payload_digest(payload: str) -> bytes:
    """Return the SHA-256 of what was entered, exactly as the station kept it; 32 bytes."""
    return hashlib.sha256(payload.encode()).digest()


def chain_start(station: UUID) -> bytes:
    """Return the link before a station's first receipt."""
    return hashlib.sha256(station.bytes).digest()


def chain_next(before: bytes, digest: bytes) -> bytes:
    """Return the link of a receipt: a receipt left out, added or changed breaks all links after it."""
    return hashlib.sha256(before + digest).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str, length: int) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    # The last letter of a text has bits to spare: only the one way of writing them is taken.
    if len(data) != length or _text(data) != text:
        raise ValueError(text)
    return data


def _instant(text: str) -> datetime:
    return datetime.strptime(text, _MINUTE).replace(tzinfo=_VIETNAM)
