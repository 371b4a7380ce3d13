"""Answers whether a result holds, to anyone who has its QR or its file; never whose it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from motcua.services.money_ports import SignatureCheck, signer
from motcua.store.results.models import Result, ResultState

FILE_MAX = 10 * 1024 * 1024
VALID, EXPIRED = "valid", "expired"
ISSUED, ALTERED, SIGNED, FOREIGN, UNSIGNED = "issued", "altered", "signed", "foreign", "unsigned"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the public may know of a result: no name, no number of a person.

    ``state`` is ``valid``, ``expired``, ``revoked`` or ``replaced``.
    """

    kind: str
    number: str
    agency_name: str
    issued_on: date
    valid_to_on: date | None
    state: str
    decision_no: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FileChecked:
    """What a file is: issued here as it is, changed since it was signed, signed by us or by others, or not signed."""

    verdict: str
    result: Checked | None
    signatures: Sequence[SignatureCheck]
    sha256: str


def check_token(token: str, *, on: date) -> Checked | None:
    """Return the result whose QR says ``token``; ``None`` when none does."""
    result = Result.objects.select_related("agency").filter(token=token.strip().upper()[:26]).first()
    return _checked(result, on) if result else None


def check_file(content: bytes, *, on: date) -> FileChecked:
    """Return what a file is worth. Nothing of it is kept."""
    digest = hashlib.sha256(content).hexdigest()
    found = Result.objects.select_related("agency").filter(sha256=digest).first()
    signatures = signer().validate(content)
    if found is not None:
        return FileChecked(ISSUED, _checked(found, on), signatures, digest)
    if not signatures:
        return FileChecked(UNSIGNED, None, signatures, digest)
    if not all(s.is_intact for s in signatures) or not signatures[-1].covers_file:
        return FileChecked(ALTERED, None, signatures, digest)
    verdict = SIGNED if all(s.is_trusted for s in signatures) else FOREIGN
    return FileChecked(verdict, None, signatures, digest)


def state_on(result: Result, on: date) -> str:
    """Return how a result stands on a day: one that holds may have run out."""
    if result.state != ResultState.VALID:
        return str(result.state)
    return EXPIRED if result.valid_to_on is not None and result.valid_to_on < on else VALID


def _checked(result: Result, on: date) -> Checked:
    return Checked(
        kind=result.kind,
        number=result.number,
        agency_name=result.agency.name,
        issued_on=result.issued_on,
        valid_to_on=result.valid_to_on,
        state=state_on(result, on),
        decision_no=result.decision_no,
        sha256=result.sha256,
    )
