"""Answers which machines of a one-stop unit may receive without the network, and checks what they signed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q

from motcua.core.dossier.offline import OfflineReceipt
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, Denied, require
from motcua.store.offline.models import Station
from motcua.store.organisation.roles import Role

NAME_MAX = 80
_POINT_BYTES = 65


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station as its page lists it: how many it has brought home, how many wait for an officer."""

    station: Station
    merged: int
    waiting: int
    last_at: datetime | None


def register_station(*, name: str, public_key: str, actor: Actor, now: datetime) -> Station:
    """Return the machine that may from now on receive for the actor's unit.

    ``public_key`` is the raw point of a P-256 key in base64. Problems: ``station.name``, ``station.name_taken``,
    ``station.key``.
    """
    require(actor, Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)
    if not actor.is_at_one_stop:
        raise Denied("not at a one-stop unit")
    name = nfc(name).strip()
    problems = [] if 0 < len(name) <= NAME_MAX else [Problem("station.name", "name", values={"limit": str(NAME_MAX)})]
    point = _point(public_key)
    if point is None:
        problems.append(Problem("station.key", "name"))
    if problems or point is None:
        raise Refused(problems)
    try:
        with transaction.atomic():
            return Station.objects.create(
                unit_id=actor.unit_id, name=name, public_key=point, registered_at=now, staff_id=actor.staff_id
            )
    except IntegrityError:
        raise Refused([Problem("station.name_taken", "name", values={"name": name})]) from None


def revoke_station(*, public_id: UUID, actor: Actor, now: datetime) -> None:
    """Let the machine receive no more; what it received before can still be brought home. Denied elsewhere."""
    require(actor, Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
    if not Station.objects.filter(public_id=public_id, unit_id=actor.unit_id, revoked_at__isnull=True).update(
        revoked_at=now
    ):
        raise Denied("station of another unit")


def station_for(public_id: UUID, actor: Actor) -> Station:
    """Return a station of the actor's unit; Denied for any other."""
    require(actor, Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)
    station = (
        Station.objects.select_related("unit__agency").filter(public_id=public_id, unit_id=actor.unit_id).first()
    )
    if station is None:
        raise Denied("station of another unit")
    return station


def stations_of(unit_id: int) -> Sequence[StationRow]:
    """Return the unit's machines, those in use first; one statement."""
    rows = (
        Station.objects.filter(unit_id=unit_id)
        .annotate(
            merged=Count("entries", filter=Q(entries__dossier__isnull=False)),
            waiting=Count("entries", filter=Q(entries__dossier__isnull=True)),
            last_at=Max("entries__arrived_at"),
        )
        .order_by("revoked_at", "name", "id")
    )
    return [StationRow(s, s.merged, s.waiting, s.last_at) for s in rows]


def has_signed(station: Station, receipt: OfflineReceipt) -> bool:
    """Return whether the station's key made the receipt's signature."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes(station.public_key))
    r, s = (int.from_bytes(part, "big") for part in (receipt.signature[:32], receipt.signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), receipt.signed_text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _point(text: str) -> bytes | None:
    try:
        point = base64.b64decode(text, validate=True)
        if len(point) == _POINT_BYTES:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            return point
    except (ValueError, binascii.Error):
        pass
    return None
