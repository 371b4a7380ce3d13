"""Answers whether a receipt given without the network is genuine, and what became of it; it names no person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.core.dossier.offline import ReceiptError, parse_receipt
from motcua.services.offline.stations import has_signed
from motcua.services.tracking import Progress, progress_of, tracking_path
from motcua.store.dossiers.models import Dossier
from motcua.store.offline.models import OfflineEntry, Station


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """What a genuine receipt says. ``progress`` is ``None`` until it has come into the system.

    ``tracking`` is the path of its tracking page; ``due_at`` is what the receipt promised; ``due_now_at`` when the
    dossier is due today.
    """

    code: str
    unit_name: str
    station_name: str
    received_at: datetime
    due_at: datetime | None
    progress: Progress | None
    tracking: str
    due_now_at: datetime | None


def check_receipt(token: str) -> CheckedReceipt | None:
    """Return what the receipt says; ``None`` when it is not one of ours or was changed.

    Its signature is what protects: nobody can make one up, so it opens as much as the secret of other receipts does.
    """
    try:
        receipt = parse_receipt(token)
    except ReceiptError:
        return None
    station = Station.objects.select_related("unit").filter(public_id=receipt.station).first()
    if station is None or not has_signed(station, receipt):
        return None
    entry = OfflineEntry.objects.filter(station=station, seq=receipt.seq).first()
    if entry is not None and bytes(entry.chain) != receipt.chain:
        return None
    dossier = Dossier.objects.filter(id=entry.dossier_id).first() if entry and entry.dossier_id else None
    return CheckedReceipt(
        code=receipt.code,
        unit_name=station.unit.name,
        station_name=station.name,
        received_at=receipt.received_at,
        due_at=receipt.due_at,
        progress=progress_of(dossier) if dossier else None,
        tracking=tracking_path(public_id=dossier.public_id, code=dossier.code) if dossier else "",
        due_now_at=dossier.due_at if dossier else None,
    )
