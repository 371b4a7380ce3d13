"""Answers how a fault of a machine is reported, repaired and closed: by anybody of the unit, closed by the head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.premises.assets import asset_for
from motcua.services.staffing.places import require_head, require_member
from motcua.store.premises.models import Asset, AssetState, Fault, FaultState

WHAT_MAX = 300
_BACK_MAX = timedelta(days=31)
_OPEN_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """What was typed; ``since_at`` is ``None`` for what is no instant, and the moment of reporting when left empty."""

    key: UUID
    what: str
    since_at: datetime | None
    since_text: str


def report_fault(public_id: UUID, entry: FaultEntry, *, actor: Actor, now: datetime) -> Fault:
    """Return the fault reported; the piece is out of order from then on. Once for a key.

    A piece has one open fault: who reports it again gets that one. Problems: ``fault.what``, ``fault.since``,
    ``fault.written_off``.
    """
    require_member(actor)
    asset = asset_for(public_id, actor)
    problems = []
    if not 0 < len(nfc(entry.what)) <= WHAT_MAX:
        problems.append(Problem("fault.what", "what", values={"limit": str(WHAT_MAX)}))
    since = entry.since_at if entry.since_text.strip() else now
    if since is None or not now - _BACK_MAX <= since <= now:
        problems.append(Problem("fault.since", "since", values={"limit": str(_BACK_MAX.days)}))
    if asset.state == AssetState.WRITTEN_OFF:
        problems.append(Problem("fault.written_off"))
    if problems or since is None:
        raise Refused(problems)
    try:
        with transaction.atomic():
            return _reported(asset.id, entry, since, actor=actor, now=now)
    except IntegrityError:
        # Sent twice at once: the other one is it.
        return Fault.objects.get(key=entry.key)


def open_faults(unit_id: int) -> list[Fault]:
    """Return the unit's faults that are not closed, the oldest first, with their pieces."""
    rows = Fault.objects.filter(unit_id=unit_id, closed_at__isnull=True).select_related("asset", "counter")
    return list(rows.order_by("since_at", "id")[:_OPEN_SHOWN])


def start_repair(public_id: UUID, *, actor: Actor, now: datetime) -> Fault:
    """Return the fault as being repaired. Problem: ``fault.closed``."""
    with transaction.atomic():
        fault = _open(public_id, actor)
        if fault.state == FaultState.REPORTED:
            fault.state, fault.repair_from_at = FaultState.REPAIRING, now
            fault.save(update_fields=["state", "repair_from_at"])
            _state_of_asset(fault, AssetState.REPAIRING)
            audit.record("fault.repairing", fault.public_id, actor=actor, now=now)
    return fault


def close_fault(public_id: UUID, *, state: str, note: str, actor: Actor, now: datetime) -> Fault:
    """Return the fault closed: repaired, or the piece written off with a reason.

    Problems: ``fault.closed``, ``fault.state``, ``fault.note``.
    """
    text = nfc(note)
    problems = []
    if state not in (FaultState.REPAIRED, FaultState.WRITTEN_OFF):
        problems.append(Problem("fault.state", "state"))
    if len(text) > WHAT_MAX or (state == FaultState.WRITTEN_OFF and not text):
        problems.append(Problem("fault.note", "note", values={"limit": str(WHAT_MAX)}))
    require_head(actor)
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        fault = _open(public_id, actor)
        fault.state, fault.note = state, text
        fault.closed_at, fault.closed_by_id = max(now, fault.since_at), actor.staff_id
        fault.save(update_fields=["state", "note", "closed_at", "closed_by_id"])
        is_repaired = state == FaultState.REPAIRED
        _state_of_asset(fault, AssetState.WORKING if is_repaired else AssetState.WRITTEN_OFF)
        audit.record(f"fault.{state}", fault.public_id, actor=actor, now=now)
    return fault


def _reported(asset_id: int, entry: FaultEntry, since: datetime, *, actor: Actor, now: datetime) -> Fault:
    asset = Asset.objects.select_for_update().get(id=asset_id)
    kept = Fault.objects.filter(key=entry.key).first()
    already = kept or Fault.objects.filter(asset=asset, closed_at__isnull=True).first()
    if already is not None:
        return already
    fault = Fault.objects.create(
        key=entry.key,
        asset=asset,
        unit_id=asset.unit_id,
        counter_id=asset.counter_id,
        what=nfc(entry.what),
        since_at=since,
        reported_at=now,
        reported_by_id=actor.staff_id,
    )
    asset.state = AssetState.FAULTY
    asset.save(update_fields=["state"])
    audit.record("fault.reported", fault.public_id, actor=actor, now=now, kind=asset.kind)
    return fault


def _open(public_id: UUID, actor: Actor) -> Fault:
    require_head(actor)
    fault = Fault.objects.select_for_update().filter(public_id=public_id, unit_id=actor.unit_id).first()
    if fault is None:
        raise Denied("fault of another unit")
    if fault.closed_at is not None:
        raise Refused([Problem("fault.closed")])
    return fault


def _state_of_asset(fault: Fault, state: AssetState) -> None:
    Asset.objects.filter(id=fault.asset_id).update(state=state)
