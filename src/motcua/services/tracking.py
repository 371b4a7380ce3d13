"""Answers how far a dossier is, to anyone who holds its receipt: the code and the degree of completion, no more.

Source: Circular 01/2018/TT-VPCP, art. 16(2)(d). Codes are sequential, so the secret on the receipt is what
protects; a wrong code and a wrong secret cost and say the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from motcua.core.dossier import NationalState
from motcua.services.offerings import running_offering
from motcua.services.postal.parcels import ParcelLine, parcels_of
from motcua.store.dossiers.models import Dossier
from motcua.store.payments.models import Charge, Standing

SECRET_LENGTH = 14
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the public may see. ``percent`` is whole, 0 to 100; ``state_key`` names the step of five.

    ``to_pay`` are the charges still owed: the id of each one's page, and how much. ``parcels`` are
    what the post brings or brought of it.
    """

    code: str
    percent: int
    state_key: str
    to_pay: tuple[tuple[UUID, int], ...] = ()
    parcels: tuple[ParcelLine, ...] = ()


def secret_of(public_id: UUID) -> str:
    """Return the secret on a dossier's receipt: 14 letters and digits, 70 bits, the same at every printing."""
    key = hashlib.sha256(b"motcua tracking " + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, public_id.bytes, hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:SECRET_LENGTH]


def tracking_path(*, public_id: UUID, code: str) -> str:
    """Return the path that the receipt's QR leads to."""
    return f"/track/{code}/{secret_of(public_id)}"


def track(*, code: str, secret: str) -> Progress | None:
    """Return how far the dossier is, or ``None`` when code and secret do not belong together.

    The secret is compared even when the code is unknown, so that both answers take as long.
    """
    columns = ("public_id", "code", "state", "offering_id", "marking")
    dossier = Dossier.objects.filter(code=code.strip().upper()).only(*columns).first()
    expected = secret_of(dossier.public_id if dossier else _NOBODY)
    is_right = hmac.compare_digest(expected.encode(), secret.strip().upper().encode())
    return progress_of(dossier) if dossier and is_right else None


def progress_of(dossier: Dossier) -> Progress:
    """Return how far a dossier is, to one who has shown that its receipt is his."""
    state = NationalState(dossier.state)
    owed = Charge.objects.filter(dossier__public_id=dossier.public_id, standing=Standing.OPEN).order_by("id")
    to_pay = () if state.is_final else tuple(owed.values_list("public_id", "amount_vnd"))
    percent = _percent(state, dossier.offering_id, bytes(dossier.marking))
    return Progress(dossier.code, percent, _STATE_KEYS[state], to_pay, tuple(parcels_of(dossier.id)))


_STATE_KEYS = {
    NationalState.REGISTERED: "received",
    NationalState.ACCEPTED: "received",
    NationalState.NOT_ACCEPTED: "closed",
    NationalState.IN_PROCESS: "in_process",
    NationalState.SUPPLEMENT_REQUIRED: "waiting_for_you",
    NationalState.FINANCIAL_OBLIGATION: "waiting_for_you",
    NationalState.WITHDRAWN: "closed",
    NationalState.STOPPED: "closed",
    NationalState.DONE: "ready",
    NationalState.RETURNED: "returned",
}


def _percent(state: NationalState, offering_id: int, marking: bytes) -> int:
    if state.is_final:
        return 100
    net = running_offering(offering_id).net
    open_bits = int.from_bytes(marking[1:], "little") & net.step_mask
    first_open = next((i for i in range(len(net.steps)) if open_bits >> i & 1), 0)
    return min(95, round(100 * first_open / max(len(net.steps) - 1, 1)))
