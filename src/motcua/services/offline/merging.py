"""Answers how what a station received without network comes home: each once, in the order of its chain, none lost.

What cannot become a dossier as it stands is kept and waits for an officer: its receipt has been given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from motcua.core.dossier import CodeError, parse_dossier_code
from motcua.core.dossier.offline import (
    OfflineReceipt,
    ReceiptError,
    chain_next,
    chain_start,
    parse_receipt,
    payload_digest,
)
from motcua.core.forms import ComponentCount, PartyEntry
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied, actor_of
from motcua.services.dossiers.intake import Intake, receive_dossier
from motcua.services.numbers import Offline
from motcua.services.offline.packs import officer_of
from motcua.services.offline.stations import has_signed
from motcua.services.times import VIETNAM, local_day
from motcua.store.dossiers.models import Dossier, IntakeDraft
from motcua.store.offerings.models import Offering
from motcua.store.offline.models import OfflineEntry, Station, StationBlock
from motcua.store.organisation.models import Staff
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of

ENTRIES_MAX = 100
PAYLOAD_MAX = 20_000
_PARTY = ("kind", "name", "id_number", "old_id_number", "birth", "sex", "address", "issued", "phone", "email")


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one receipt: ``merged`` (a dossier), ``held`` (kept, an officer must look), ``refused``."""

    seq: int
    state: str
    code: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Link:
    """A checked receipt with what was entered."""

    receipt: OfflineReceipt
    payload: Mapping[str, Any]
    digest: bytes
    key: UUID


def merge_entries(
    *, station: Station, entries: Sequence[Mapping[str, Any]], actor: Actor, now: datetime
) -> tuple[Brought, ...]:
    """Return what became of each entry ``{payload, token}``, in their order; stops at the first that breaks the chain.

    Problems: ``station.entry_form``, ``station.signature``, ``station.chain``, ``station.fork``, ``station.number``;
    of those held, what ``receive_dossier`` says.
    Guarantee: an entry sent again gives the same answer and no second dossier; each is committed by itself, so a cut
    in the middle loses nothing.
    """
    found = []
    for entry in entries[:ENTRIES_MAX]:
        brought = _bring(station, entry, actor=actor, now=now)
        found.append(brought)
        if brought.state == "refused":
            break
    return tuple(found)


def held_entries(unit_id: int, *, limit: int = 100) -> list[OfflineEntry]:
    """Return what the unit's stations brought home and nobody has received yet, the oldest first."""
    rows = OfflineEntry.objects.filter(station__unit_id=unit_id, dossier__isnull=True).select_related("station")
    return list(rows.order_by("station_id", "seq")[:limit])


@transaction.atomic
def open_held(*, entry_id: int, actor: Actor, now: datetime) -> UUID:
    """Return the key of an intake that holds what the station had, to be put right and received with its number.

    Denied for another unit's; for one that is a dossier already too.
    """
    if not actor.has(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER):
        raise Denied("only who receives")
    entry = (
        OfflineEntry.objects.select_for_update(of=("self",))
        .filter(id=entry_id, station__unit_id=actor.unit_id, dossier__isnull=True)
        .first()
    )
    if entry is None or entry.payload is None:
        raise Denied("entry of another unit")
    payload = entry.payload
    IntakeDraft.objects.update_or_create(
        key=entry.key,
        defaults={
            "staff_id": actor.staff_id,
            "unit_id": actor.unit_id,
            "offering_id": payload.get("offering"),
            "data": _draft_data(entry),
            "saved_at": now,
        },
    )
    return entry.key


def take_as_same(*, entry_id: int, actor: Actor) -> None:
    """Say that a held entry is the dossier of the same code that somebody has entered by hand meanwhile.

    Denied for another unit's, and where no dossier of that code was received there.
    """
    if not actor.has(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER):
        raise Denied("only who receives")
    entry = OfflineEntry.objects.filter(id=entry_id, station__unit_id=actor.unit_id, dossier__isnull=True).first()
    same = Dossier.objects.filter(code=entry.code, reception_unit_id=actor.unit_id).first() if entry else None
    if entry is None or same is None:
        raise Denied("entry of another unit")
    OfflineEntry.objects.filter(id=entry.id).update(dossier_id=same.id, payload=None, problems=[])


def settle_held() -> int:
    """Mark those held that an officer has received since, and forget what was entered; return how many."""
    waiting = OfflineEntry.objects.filter(dossier__isnull=True)
    found = dict(Dossier.objects.filter(intake_key__in=waiting.values("key")).values_list("intake_key", "id"))
    for key, dossier_id in found.items():
        OfflineEntry.objects.filter(key=key).update(dossier_id=dossier_id, payload=None, problems=[])
    return len(found)


def _bring(station: Station, entry: Mapping[str, Any], *, actor: Actor, now: datetime) -> Brought:
    with transaction.atomic():
        # One bearer at a time: the chain of a station is followed link by link.
        Station.objects.select_for_update().get(id=station.id)
        link = _checked(station, entry)
        if isinstance(link, Brought):
            return link
        receipt = link.receipt
        known = OfflineEntry.objects.filter(station=station, seq=receipt.seq).select_related("dossier").first()
        if known is not None:
            return _again(known, receipt)
        if fault := _fault_of_place(station, link):
            return Brought(receipt.seq, "refused", receipt.code, (fault,))
        return _keep(station, link, actor=actor, now=now)


def _checked(station: Station, entry: Mapping[str, Any]) -> _Link | Brought:
    text, token = entry.get("payload"), entry.get("token")
    try:
        if not isinstance(text, str) or not isinstance(token, str) or len(text) > PAYLOAD_MAX:
            raise ReceiptError("form")
        receipt = parse_receipt(token)
        payload = json.loads(text)
        key = UUID(str(payload["key"]))
        if not isinstance(payload["offering"], int) or payload["code"] != receipt.code:
            raise ReceiptError("code")
    except (ReceiptError, ValueError, KeyError, TypeError):
        return Brought(0, "refused", problems=(Problem("station.entry_form"),))
    if receipt.station != station.public_id or not has_signed(station, receipt):
        problem = Problem("station.signature", values={"code": receipt.code})
        return Brought(receipt.seq, "refused", receipt.code, (problem,))
    return _Link(receipt, payload, payload_digest(text), key)


def _again(known: OfflineEntry, receipt: OfflineReceipt) -> Brought:
    if bytes(known.chain) != receipt.chain:
        # Two receipts with the same place: the machine's memory was copied or turned back.
        problem = Problem("station.fork", values={"code": receipt.code, "other": known.code})
        return Brought(receipt.seq, "refused", receipt.code, (problem,))
    if known.dossier_id is not None:
        return Brought(receipt.seq, "merged", known.code)
    return Brought(receipt.seq, "held", known.code, tuple(Problem.from_json(p) for p in known.problems))


def _fault_of_place(station: Station, link: _Link) -> Problem | None:
    receipt = link.receipt
    before = OfflineEntry.objects.filter(station=station).order_by("-seq").first()
    start = bytes(before.chain) if before else chain_start(station.public_id)
    expected = before.seq + 1 if before else 1
    if receipt.seq != expected or receipt.chain != chain_next(start, link.digest):
        return Problem("station.chain", values={"seq": str(receipt.seq), "expected": str(expected)})
    if station.revoked_at is not None and receipt.received_at > station.revoked_at:
        return Problem("station.revoked", values={"code": receipt.code})
    return None


def _keep(station: Station, link: _Link, *, actor: Actor, now: datetime) -> Brought:
    receipt, payload = link.receipt, link.payload
    officer = _officer(str(payload.get("officer", "")), station, receipt.received_at) or actor
    entry = OfflineEntry(
        station=station,
        seq=receipt.seq,
        key=link.key,
        code=receipt.code,
        received_at=receipt.received_at,
        due_at=receipt.due_at,
        staff_id=officer.staff_id,
        digest=link.digest,
        chain=receipt.chain,
        token=receipt.token,
        payload=dict(link.payload),
        arrived_at=now,
    )
    if OfflineEntry.objects.filter(Q(key=link.key) | Q(code=receipt.code)).exists():
        problem = Problem("station.fork", values={"code": receipt.code, "other": receipt.code})
        return Brought(receipt.seq, "refused", receipt.code, (problem,))
    if problems := _received(entry, link, station, officer=officer, now=now):
        entry.problems = [p.to_json() for p in problems]
        entry.save()
        return Brought(receipt.seq, "held", receipt.code, problems)
    return Brought(receipt.seq, "merged", receipt.code)


def _received(
    entry: OfflineEntry, link: _Link, station: Station, *, officer: Actor, now: datetime
) -> tuple[Problem, ...]:
    """Make the entry a dossier and write both; return why it cannot be one, then nothing is written."""
    if not _is_own_number(station, link.receipt.code):
        return (Problem("station.number", "offline.code", values={"code": link.receipt.code}),)
    try:
        with transaction.atomic():
            made = receive_dossier(_intake(link), actor=officer, now=now)
            entry.dossier_id, entry.payload = made.dossier_id, None
            entry.save()
    except Refused as refusal:
        entry.dossier_id, entry.payload = None, dict(link.payload)
        return tuple(refusal.problems)
    except Offering.DoesNotExist:
        return (Problem("intake.offering_elsewhere", field="offering"),)
    return ()


def _is_own_number(station: Station, text: str) -> bool:
    try:
        code = parse_dossier_code(text)
    except CodeError:
        return False
    return StationBlock.objects.filter(
        station=station,
        block__agency_code=code.agency_code,
        block__on=code.on,
        block__first__lte=code.number,
        block__last__gte=code.number,
    ).exists()


def _officer(token: str, station: Station, at: datetime) -> Actor | None:
    """Return who received at the station, if the token is ours and the post was theirs then and of this unit."""
    named = officer_of(token)
    if named is None:
        return None
    holdings = holdings_of(named.staff_id, at=at, on=local_day(at))
    holding = next((h for h in holdings if h.post_id == named.post_id and h.unit_id == station.unit_id), None)
    if holding is None:
        return None
    name = str(Staff.objects.get(id=named.staff_id))
    return actor_of(staff_id=named.staff_id, name=name, holding=holding)


def _intake(link: _Link) -> Intake:
    payload = link.payload
    proxy = payload.get("proxy")
    counts = payload.get("counts")
    return Intake(
        key=link.key,
        offering_id=payload["offering"],
        applicant=_party(payload.get("applicant")),
        proxy=_party(proxy) if isinstance(proxy, dict) else None,
        subject=str(payload.get("subject", "")),
        counts=[
            ComponentCount(str(key), *(str(n) for n in both))
            for key, both in (counts.items() if isinstance(counts, dict) else ())
            if isinstance(both, list) and len(both) == 2
        ],
        fee_paid=str(payload.get("fee_paid", "")),
        # The receipt is in the applicant's hands: that something like it exists is no reason not to keep it.
        is_duplicate_accepted=True,
        offline=Offline(link.receipt.code, link.receipt.received_at),
    )


def _party(data: Any) -> PartyEntry:
    found = data if isinstance(data, dict) else {}
    return PartyEntry(**{"name": "", "kind": "PERSON", **{f: str(found[f]) for f in _PARTY if f in found}})


def _draft_data(entry: OfflineEntry) -> dict[str, Any]:
    """Return what the intake page shows of a held entry: as entered, with its number and hour."""
    payload = entry.payload or {}
    proxy = payload.get("proxy")
    at = entry.received_at.astimezone(VIETNAM)
    return {
        "applicant": asdict(_party(payload.get("applicant"))),
        "proxy": asdict(_party(proxy)) if isinstance(proxy, dict) else {},
        "has_proxy": isinstance(proxy, dict),
        "channel": "DIRECT",
        "subject": str(payload.get("subject", "")),
        "counts": payload.get("counts", {}),
        "fee_paid": str(payload.get("fee_paid", "")),
        "items": [],
        "reason": "",
        "offline": {"code": entry.code, "received_on": f"{at:%d/%m/%Y}", "received_hour": f"{at:%H:%M}"},
    }
