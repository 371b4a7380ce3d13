"""Answers what the pages of post and centre show: slips held, records open and signed, results that may be sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from motcua.core.dossier import NationalState
from motcua.services.actors import Actor
from motcua.services.postal.handing import hand_over_for
from motcua.services.postal.slips import centre_of
from motcua.store.dossiers.models import Dossier
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.post.models import HandOver, HandOverItem, Parcel, PostSlip

SHOWN = 60


def postal_page(actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Return what the postal officer has in hand: slips to bring, refused ones to give back, records to sign."""
    unit_id = centre_of(actor)
    slips = PostSlip.objects.filter(unit_id=unit_id).select_related("sender", "offering__procedure_version")
    return {
        "held": list(slips.filter(state__in=(PostSlip.HELD, PostSlip.MISSING)).order_by("id")[:SHOWN]),
        "refused": list(slips.filter(state=PostSlip.REFUSED).order_by("id")[:SHOWN]),
        "recent": list(
            slips.filter(staff_id=actor.staff_id, taken_at__gte=now - timedelta(days=3)).order_by("-taken_at")[:10]
        ),
        "records": open_records(unit_id),
    }


def records_page(actor: Actor) -> dict[str, Any]:
    """Return the records of the centre: to be signed, and signed of late; and results that may go by post."""
    unit_id = centre_of(actor)
    signed = HandOver.objects.filter(unit_id=unit_id, signed_at__isnull=False).order_by("-given_at", "-id")
    parcels = Parcel.objects.filter(hand_over__unit_id=unit_id).select_related("dossier").order_by("-id")
    return {
        "open": open_records(unit_id),
        "signed": _with_counts(list(signed[:20])),
        "parcels": list(parcels[:30]),
        "ready": sendable(unit_id),
    }


def open_records(unit_id: int) -> list[tuple[HandOver, int]]:
    """Return records that one side has not signed yet, oldest first, with the number of their items."""
    return _with_counts(list(HandOver.objects.filter(unit_id=unit_id, signed_at__isnull=True).order_by("id")[:SHOWN]))


def record_page(public_id: Any, actor: Actor) -> dict[str, Any]:
    """Return a record with its items, who signed, and what the reader may do with it."""
    bag = hand_over_for(public_id, actor)
    items = list(
        bag.items.select_related(
            "slip__sender", "slip__offering__procedure_version", "slip__dossier", "dossier__applicant",
            "dossier__offering__procedure_version",
        ).order_by("id")
    )  # fmt: skip
    names = names_of_staff({i for i in (bag.giver_id, bag.taker_id) if i})
    is_post = actor.has(Role.POSTAL_OFFICER)
    is_taker = is_post if bag.direction == HandOver.OUT else not is_post
    return {
        "bag": bag,
        "items": items,
        "giver": names.get(bag.giver_id, ""),
        "taker": names.get(bag.taker_id or 0, ""),
        "parcels": {p.dossier_id: p for p in Parcel.objects.filter(hand_over=bag)},
        "may_sign": bag.signed_at is None and is_taker and bag.giver_id != actor.staff_id,
    }


def sendable(unit_id: int) -> list[tuple[Dossier, str]]:
    """Return dossiers of the unit whose result may go by post, each with the address known of it."""
    waiting = HandOverItem.objects.filter(hand_over__signed_at__isnull=True, dossier__isnull=False)
    parcels = Parcel.objects.exclude(state="returned")
    rows = (
        Dossier.objects.filter(reception_unit_id=unit_id, state=NationalState.DONE)
        .exclude(id__in=waiting.values("dossier_id"))
        .exclude(id__in=parcels.values("dossier_id"))
        .select_related("applicant", "post_slip", "offering__procedure_version")
        .order_by("due_at", "id")[:SHOWN]
    )
    found = []
    for dossier in rows:
        slip = getattr(dossier, "post_slip", None)
        found.append((dossier, (slip.return_address if slip else "") or dossier.applicant.address))
    # Whoever sent it by post waits for it by post.
    return sorted(found, key=lambda row: row[0].channel != "POST")


def _with_counts(rows: Sequence[HandOver]) -> list[tuple[HandOver, int]]:
    counts = dict.fromkeys([r.id for r in rows], 0)
    for hand_over_id in HandOverItem.objects.filter(hand_over__in=rows).values_list("hand_over_id", flat=True):
        counts[hand_over_id] += 1
    return [(r, counts[r.id]) for r in rows]
