"""Answers what a kiosk read for the officer who calls the ticket: sealed with the installation's key, soon gone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from motcua.core.forms.card import Card
from motcua.store.floor.models import Ticket, TicketNote

KEPT = timedelta(hours=4)


def card_note(card: Card) -> dict[str, Any]:
    return {"card": asdict(card)}


def result_note(code: str) -> dict[str, Any]:
    return {"code": code}


def seal(content: Mapping[str, Any]) -> str:
    """Return the content as a text that only this installation opens; a kiosk carries it from page to page."""
    return _box().encrypt(json.dumps(content, ensure_ascii=False).encode()).decode()


def unseal(sealed: str | bytes, *, seconds: int | None = None) -> dict[str, Any]:
    """Return the content, empty when the text is not ours or, with ``seconds``, too old."""
    try:
        text = _box().decrypt(sealed.encode() if isinstance(sealed, str) else sealed, ttl=seconds)
    except InvalidToken:
        return {}
    content: dict[str, Any] = json.loads(text)
    return content


def keep_note(ticket: Ticket, content: Mapping[str, Any], *, now: datetime) -> None:
    if content:
        TicketNote.objects.create(ticket=ticket, sealed=seal(content).encode(), made_at=now)


def note_of(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return what the kiosk read for this ticket, empty once it was served or hours have passed."""
    note = TicketNote.objects.filter(ticket=ticket, made_at__gt=now - KEPT).first()
    return unseal(bytes(note.sealed)) if note else {}


def card_of(ticket: Ticket, *, now: datetime) -> Card | None:
    data = note_of(ticket, now=now).get("card")
    return Card(**data) if data else None


def forget_note(ticket: Ticket) -> None:
    TicketNote.objects.filter(ticket=ticket).delete()


def forget_notes(*, now: datetime) -> int:
    """Forget what was read hours ago; return how many notes."""
    return TicketNote.objects.filter(made_at__lte=now - KEPT).delete()[0]


def _box() -> Fernet:
    key = hashlib.sha256(b"motcua kiosk note " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
