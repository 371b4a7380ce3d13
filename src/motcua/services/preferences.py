"""Answers how a citizen wants to be told, and changes e-mail and phone once a code has shown that they are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from motcua.core.forms.contacts import Contact
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.citizens import Citizen, note
from motcua.store.citizens.models import Account

CHANNELS = ("email", "zalo", "sms")
NAME_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a citizen has chosen. Unit of the quiet hours: hours of the day in Vietnam, both or none."""

    name: str
    language: str
    channels: tuple[str, ...]
    quiet_from: int | None
    quiet_to: int | None
    is_digest: bool
    email: str
    phone: str


def preferences_of(citizen: Citizen) -> Preferences:
    row = Account.objects.get(id=citizen.account_id)
    return Preferences(
        name=row.name,
        language=row.language,
        channels=tuple(row.channels),
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        is_digest=row.is_digest,
        email=row.email,
        phone=row.phone,
    )


@dataclass(frozen=True, slots=True)
class PreferenceEntry:
    """Preferences as typed: channels in order (empty ones are left out), hours as texts."""

    name: str
    language: str
    channels: tuple[str, ...]
    quiet_from: str
    quiet_to: str
    is_digest: bool


def save_preferences(entry: PreferenceEntry, *, citizen: Citizen, now: datetime) -> None:
    """Keep the choice. Refused: ``preference.language``, ``preference.channel``, ``preference.hour``,
    ``preference.hour_alone``, ``preference.name_long``. A confirmed name is the identity's and stays.
    """
    problems = []
    wanted = tuple(dict.fromkeys(c for c in entry.channels if c))
    if entry.language not in ("vi", "en"):
        problems.append(Problem("preference.language", field="language"))
    if any(c not in CHANNELS for c in wanted):
        problems.append(Problem("preference.channel", field="channel1"))
    hours = [_hour(text) for text in (entry.quiet_from, entry.quiet_to)]
    for field, text, hour in zip(("quiet_from", "quiet_to"), (entry.quiet_from, entry.quiet_to), hours, strict=True):
        if text.strip() and hour is None:
            problems.append(Problem("preference.hour", field=field, values={"text": text.strip()}))
    if not problems and (hours[0] is None) != (hours[1] is None):
        problems.append(Problem("preference.hour_alone", field="quiet_from"))
    name = nfc(entry.name)
    if len(name) > NAME_LENGTH_MAX:
        problems.append(Problem("preference.name_long", field="name", values={"limit": str(NAME_LENGTH_MAX)}))
    if problems:
        raise Refused(problems)
    changes = {
        "language": entry.language,
        "channels": list(wanted),
        "quiet_from": hours[0],
        "quiet_to": hours[1],
        "is_digest": entry.is_digest,
    }
    if not citizen.is_identified:
        changes["name"] = name
    with transaction.atomic():
        Account.objects.filter(id=citizen.account_id).update(**changes)
        note(citizen.account_id, "account.preferences", now=now)


def change_contact(contact: Contact, *, citizen: Citizen, now: datetime) -> None:
    """Make a contact that was confirmed just now the account's. Refused: ``contact.taken`` (another account's)."""
    try:
        with transaction.atomic():
            Account.objects.filter(id=citizen.account_id).update(**{contact.kind: contact.value})
            note(citizen.account_id, f"account.{contact.kind}_changed", now=now)
    except IntegrityError as error:
        # Only who holds the address learns this: the code was sent to it.
        raise Refused([Problem("contact.taken", field="contact")]) from error


def _hour(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and int(text) < 24 else None
