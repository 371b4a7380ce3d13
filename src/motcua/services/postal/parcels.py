"""Answers what a carrier's call-back makes of a parcel, and of its dossier once the addressee has it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from motcua.core.dossier import FactKind, NationalState
from motcua.core.kernel import Refused
from motcua.core.post import News, ParcelState, standing_of
from motcua.services.actors import Denied
from motcua.services.dossiers.committing import commit
from motcua.services.dossiers.linking import SYSTEM
from motcua.services.money_ports import Carrier
from motcua.services.money_ports import carrier as wired_carrier
from motcua.services.offerings import running_offering
from motcua.services.results.delivering import return_step, write_delivery
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import load
from motcua.store.ledger.models import OutboxMessage
from motcua.store.post.models import Parcel, ParcelEvent
from motcua.store.results.models import Delivery

MOVED_TOPIC = "post.moved"
RAW_MAX = 4_000
_TRIES = 5


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """A parcel as its addressee sees it."""

    carrier: str
    tracking: str
    state: str
    at: datetime
    originals: Sequence[str]


def take_news(raw: str, *, now: datetime, carrier: Carrier | None = None) -> str:
    """Return what we made of a carrier's call-back: booked, duplicate, unknown or forged.

    Guarantee: late, doubled and reordered news leave the parcel where the whole of it says.
    """
    carrier = carrier or wired_carrier()
    if carrier is None:
        raise Denied("no carrier")
    news = carrier.read(raw)
    if news is None:
        return "forged"
    with transaction.atomic():
        rows = Parcel.objects.select_for_update().filter(carrier=carrier.name, tracking=news.tracking)
        parcel = rows.select_related("hand_over").first()
        if parcel is None:
            return "unknown"
        _, is_new = ParcelEvent.objects.get_or_create(
            parcel=parcel,
            number=news.number,
            defaults={
                "state": news.state, "at": news.at, "place": news.place, "came_at": now, "raw": raw[:RAW_MAX],
                "digest": hashlib.sha256(raw.encode()).hexdigest(),
            },
        )  # fmt: skip
        if not is_new:
            return "duplicate"
        _move(parcel, now=now)
    return "booked"


def parcels_of(dossier_id: int) -> Sequence[ParcelLine]:
    """Return the parcels of a dossier, the newest first."""
    rows = Parcel.objects.filter(dossier_id=dossier_id).order_by("-id")
    return [ParcelLine(p.carrier, p.tracking, p.state, p.state_at, list(p.originals)) for p in rows]


def _move(parcel: Parcel, *, now: datetime) -> None:
    events = ParcelEvent.objects.filter(parcel=parcel).values_list("state", "at")
    booked_at = parcel.hand_over.signed_at or parcel.state_at
    standing = standing_of(booked_at, [News(ParcelState(s), at) for s, at in events])
    if (parcel.state, parcel.state_at) == (standing.state.value, standing.at):
        return
    was_delivered = parcel.state == ParcelState.DELIVERED.value
    parcel.state, parcel.state_at = standing.state.value, standing.at
    parcel.save(update_fields=["state", "state_at"])
    OutboxMessage.objects.create(
        topic=MOVED_TOPIC,
        key=str(Dossier.objects.values_list("public_id", flat=True).get(id=parcel.dossier_id)),
        body={"state": parcel.state},
        made_at=now,
        next_attempt_at=now,
    )
    if standing.state is ParcelState.DELIVERED and not was_delivered:
        _delivered(parcel, now=now)


def _delivered(parcel: Parcel, *, now: datetime) -> None:
    """Return the dossier: the addressee has the result, as the post says."""
    row = Dossier.objects.get(id=parcel.dossier_id)
    for attempt in range(_TRIES):
        dossier = load(row.public_id)
        if dossier is None or dossier.life.state is not NationalState.DONE:
            return
        running = running_offering(dossier.offering_id)
        body = {"step": return_step(dossier), "outcome": 0, "way": Delivery.POST, "collector": row.applicant_id}
        try:
            with transaction.atomic():
                commit(dossier, running, FactKind.COMPLETED, body, actor=SYSTEM, now=now)
        except Refused:
            if attempt == _TRIES - 1:
                raise
        else:
            break
    write_delivery(
        dossier_id=parcel.dossier_id, way=Delivery.POST, unit_id=parcel.hand_over.unit_id,
        collector_id=row.applicant_id, is_authorised=False, actor=SYSTEM, now=now, originals=parcel.originals,
    )  # fmt: skip
