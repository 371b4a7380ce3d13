"""Answers how a petition is sent: with or without an account, its contact confirmed, and how its sender follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from motcua.core.forms.contacts import Contact, parse_contact
from motcua.core.kernel import Problem, Refused, nfc, paragraphs
from motcua.core.petitions import PetitionAct
from motcua.services.citizens import Citizen
from motcua.services.dossiers.documents import Upload
from motcua.services.one_time_codes import send_code
from motcua.services.petitions.papers import checked_papers, keep_papers
from motcua.services.petitions.writing import SENDER, add_event, locked
from motcua.services.secrets import is_secret_for, secret_for
from motcua.services.times import local_day
from motcua.store.catalogue.models import Procedure
from motcua.store.citizens.models import Account, CodePurpose
from motcua.store.dossiers.models import Dossier
from motcua.store.ledger.numbers import take_numbers
from motcua.store.organisation.models import Agency
from motcua.store.voices.models import Petition, PetitionAbout

TITLE_MAX, TEXT_MAX, NAME_MAX = 200, 5000, 200
_PURPOSE = "petition"


@dataclass(frozen=True, slots=True)
class PetitionEntry:
    """A petition as typed. ``reference`` is a procedure or dossier code; ``key`` was made when the form opened."""

    key: UUID
    agency_id: int
    about: str
    reference: str
    title: str
    text: str
    name: str
    contact: str
    may_publish: bool
    language: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the form: sent at once (``code``, ``secret``), or waiting for the code of its contact."""

    public_id: UUID
    code: str
    secret: str
    asked_code: UUID | None


def send_petition(entry: PetitionEntry, uploads: Sequence[Upload], *, citizen: Citizen | None, now: datetime) -> Sent:
    """Keep the petition; it is sent at once from an account, otherwise once the code of its contact is typed.

    Idempotent by its key. Problems: ``petition.agency``, ``petition.about``, ``petition.reference``,
    ``petition.title``, ``petition.text``, ``petition.long``, ``contact.form``, ``contact.missing``, those of files.
    """
    known = Petition.objects.filter(key=entry.key).first()
    if known is not None and known.code:
        return _sent(known)
    contact, account = _contact(entry, citizen)
    row, problems = _row(entry, contact, account, now=now)
    try:
        papers = checked_papers(uploads, now=now)
    except Refused as refusal:
        problems += refusal.problems
    if problems or contact is None:
        raise Refused(problems)
    with transaction.atomic():
        if known is not None:
            known.delete()
        row.save()
        keep_papers(row, papers)
        if account is not None:
            _receive(row, now=now)
    if account is not None:
        return _sent(row)
    asked = send_code(contact, purpose=CodePurpose.PETITION, language=entry.language, now=now)
    return replace(_sent(row), asked_code=asked.public_id)


def _contact(entry: PetitionEntry, citizen: Citizen | None) -> tuple[Contact | None, Account | None]:
    """Return how the sender is reached, and the account when the contact is its own and so confirmed already."""
    contact = parse_contact(entry.contact)
    if citizen is None:
        return contact, None
    account = Account.objects.get(id=citizen.account_id)
    own = account.email or account.phone
    if not entry.contact.strip() or (contact and contact.value in (account.email, account.phone)):
        return (contact or parse_contact(own), account) if own or contact else (None, None)
    return contact, None


def _row(
    entry: PetitionEntry, contact: Contact | None, account: Account | None, *, now: datetime
) -> tuple[Petition, list[Problem]]:
    problems = []
    if contact is None:
        text = entry.contact.strip()
        problems.append(Problem("contact.form" if text else "contact.missing", "contact", values={"text": text}))
    if not Agency.objects.filter(id=entry.agency_id).exists():
        problems.append(Problem("petition.agency", "agency"))
    if entry.about not in PetitionAbout.values:
        problems.append(Problem("petition.about", "about"))
    title, text, name = nfc(entry.title), paragraphs(entry.text), nfc(entry.name)
    for field, value, limit, missing in (
        ("title", title, TITLE_MAX, "petition.title"),
        ("text", text, TEXT_MAX, "petition.text"),
    ):
        if not value:
            problems.append(Problem(missing, field))
        elif len(value) > limit:
            problems.append(Problem("petition.long", field, values={"limit": str(limit)}))
    if len(name) > NAME_MAX:
        problems.append(Problem("petition.long", "name", values={"limit": str(NAME_MAX)}))
    dossier, procedure = _reference(entry, problems)
    row = Petition(
        key=entry.key, account=account, agency_id=entry.agency_id, about=entry.about, dossier=dossier,
        procedure=procedure, unit_id=dossier.reception_unit_id if dossier else None, name=name,
        contact=contact.value if contact else "", language=entry.language, title=title, text=text,
        may_publish=entry.may_publish, made_at=now,
    )  # fmt: skip
    return row, problems


def _reference(entry: PetitionEntry, problems: list[Problem]) -> tuple[Dossier | None, Procedure | None]:
    """Return the dossier or procedure named. That a dossier code exists is not told: any well-formed one is taken."""
    code = entry.reference.strip().upper()
    if not code:
        return None, None
    dossier = Dossier.objects.filter(code=code).first()
    procedure = Procedure.objects.filter(code=code).first()
    if dossier is None and procedure is None and entry.about == PetitionAbout.PROCEDURE:
        problems.append(Problem("petition.reference", "reference", values={"text": code}))
    return dossier, procedure


def confirm_petition(public_id: UUID, *, contact: str, now: datetime) -> Sent | None:
    """Send a petition whose contact was confirmed just now; ``None`` when it is not that contact's."""
    with transaction.atomic():
        row = Petition.objects.select_for_update().filter(public_id=public_id, contact=contact).first()
        if row is None:
            return None
        if not row.code:
            _receive(row, now=now)
    return _sent(row)


def contact_waiting(public_id: UUID) -> Contact | None:
    """Return the contact whose code a petition waits for; ``None`` when it was sent already or is forgotten."""
    row = Petition.objects.filter(public_id=public_id, code="").first()
    return parse_contact(row.contact) if row else None


def _receive(row: Petition, *, now: datetime) -> None:
    agency = row.agency
    day = local_day(now)
    (number,) = take_numbers(f"petition:{agency.code}:{day:%Y%m%d}")
    row.code = f"PA-{agency.code}-{day:%y%m%d}-{number:04d}"
    row.save()
    add_event(row, PetitionAct.RECEIVED, {}, doer=SENDER, now=now)


def _sent(row: Petition) -> Sent:
    return Sent(row.public_id, row.code, petition_secret(row.public_id), None)


def petition_secret(public_id: UUID) -> str:
    return secret_for(_PURPOSE, str(public_id))


def petition_path(row: Petition) -> str:
    """Return the path where its sender follows the petition."""
    return f"/petitions/status/{row.code}/{petition_secret(row.public_id)}"


def petition_of(*, code: str, secret: str) -> Petition | None:
    """Return the petition when code and secret belong together. The secret is compared even for an unknown code."""
    row = Petition.objects.select_related("agency").filter(code=code.strip().upper()).exclude(code="").first()
    is_right = is_secret_for(_PURPOSE, str(row.public_id if row else UUID(int=0)), secret)
    return row if row is not None and is_right else None


@transaction.atomic
def supply(row: Petition, *, text: str, uploads: Sequence[Upload], now: datetime) -> None:
    """Add what the office asked for. Problems: ``petition.text``, ``petition.long``, files, ``petition.not_now``."""
    text = paragraphs(text)
    if not text or len(text) > TEXT_MAX:
        code = "petition.long" if text else "petition.text"
        raise Refused([Problem(code, "text", values={"limit": str(TEXT_MAX)})])
    papers = checked_papers(uploads, now=now)
    petition = locked(row.public_id)
    if petition is None:
        raise Refused([Problem("petition.not_now")])
    add_event(petition, PetitionAct.SUPPLIED, {"text": text}, doer=SENDER, now=now)
    keep_papers(petition, papers)


@transaction.atomic
def withdraw(row: Petition, *, now: datetime) -> None:
    """Take the petition back. Refused with ``petition.not_now`` once it is answered."""
    petition = locked(row.public_id)
    if petition is None:
        raise Refused([Problem("petition.not_now")])
    add_event(petition, PetitionAct.WITHDRAWN, {}, doer=SENDER, now=now)


def forget_petitions(*, now: datetime) -> None:
    """Forget petitions whose contact was never confirmed, and contacts of those closed for a year."""
    Petition.objects.filter(code="", made_at__lt=now - timedelta(days=1)).delete()
    Petition.objects.filter(closed_at__lt=now - timedelta(days=365)).exclude(contact="").update(contact="")
