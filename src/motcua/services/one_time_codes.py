"""Answers whether an e-mail address or phone is a person's own: a code of six digits is sent to it and typed back.

A code holds for ten minutes and five tries, is kept as a digest, and is sent at once, not by the job worker: it is
asked for while somebody waits, and must stand in no queue.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from motcua.core.forms.contacts import Contact, masked
from motcua.core.kernel import Problem, Refused
from motcua.services.notices.templates import rendered
from motcua.services.ports import AddressRefused, CourierAway, Letter, courier
from motcua.store.citizens.models import CodePurpose, OneTimeCode

DIGITS, MINUTES, TRIES_MAX = 6, 10, 5
CHANNELS = {"email": "email", "phone": "sms"}


@dataclass(frozen=True, slots=True)
class AskedCode:
    """A code that was sent: its number, and the masked address that it went to."""

    public_id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class ConfirmedContact:
    """What a right code showed."""

    contact: Contact
    purpose: str
    account_id: int | None


def send_code(
    contact: Contact, *, purpose: CodePurpose, language: str, now: datetime, account_id: int | None = None
) -> AskedCode:
    """Send a new code to the contact. Refused: ``code.not_sent`` when the channel cannot take it now."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row = OneTimeCode(
        purpose=purpose,
        kind=contact.kind,
        contact=contact.value,
        account_id=account_id,
        made_at=now,
        expires_at=now + timedelta(minutes=MINUTES),
    )
    row.digest = _digest(row.public_id, code)
    row.save()
    words = rendered("code.asked", language, {"code": code, "minutes": str(MINUTES)})
    text = words.long if contact.kind == "email" else words.short
    adapter = courier(CHANNELS[contact.kind])
    try:
        if adapter is None:
            raise CourierAway("not connected")
        adapter.send(Letter(f"code-{row.public_id}", contact.value, words.subject, text, language))
    except (CourierAway, AddressRefused) as error:
        raise Refused([Problem("code.not_sent", field="contact")]) from error
    return AskedCode(row.public_id, masked(contact.value))


def asked_code(public_id: UUID, *, now: datetime) -> AskedCode | None:
    """Return the code that still can be typed, ``None`` when it is over or used."""
    row = OneTimeCode.objects.filter(public_id=public_id, used_at__isnull=True, expires_at__gt=now).first()
    return AskedCode(row.public_id, masked(row.contact)) if row else None


def confirm_code(public_id: UUID, *, text: str, now: datetime) -> ConfirmedContact:
    """Return the contact that the right code shows; it works once.

    Refused: ``code.over`` (too late, used, or too many tries), ``code.wrong``. The try is counted first, and kept
    when it was wrong, so that nobody tries on several connections at once.
    """
    with transaction.atomic():
        open_codes = OneTimeCode.objects.filter(
            public_id=public_id, used_at__isnull=True, expires_at__gt=now, tries__lt=TRIES_MAX
        )
        counted = open_codes.update(tries=F("tries") + 1)
    if not counted:
        raise Refused([Problem("code.over", field="code")])
    row = OneTimeCode.objects.get(public_id=public_id)
    typed = "".join(c for c in text if not c.isspace() and c != "-")
    if not hmac.compare_digest(row.digest, _digest(public_id, typed)):
        left = TRIES_MAX - row.tries
        raise Refused([Problem("code.wrong" if left else "code.over", field="code", values={"left": str(left)})])
    if not OneTimeCode.objects.filter(id=row.id, used_at__isnull=True).update(used_at=now):
        raise Refused([Problem("code.over", field="code")])
    return ConfirmedContact(Contact(row.kind, row.contact), row.purpose, row.account_id)


def forget_codes(*, before: datetime) -> None:
    OneTimeCode.objects.filter(made_at__lt=before).delete()


def _digest(public_id: UUID, code: str) -> str:
    key = hashlib.sha256(b"motcua one-time code " + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, public_id.bytes + code.encode(), hashlib.sha256).hexdigest()
