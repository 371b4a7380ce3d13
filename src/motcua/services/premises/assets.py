"""Answers which equipment a one-stop unit has, in which state; enters pieces and changes what is written of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.premises import Counted
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.staffing.places import require_head, require_member
from motcua.services.times import local_day
from motcua.store.organisation.models import Counter
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.premises.models import Asset, AssetKind, AssetState, Fault, FaultState

PAGE = 50
VALUE_MAX = 100_000_000_000


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """What the list is narrowed to; empty means all. ``counter`` is a counter's number, ``hall`` the hall."""

    kind: str = ""
    state: str = ""
    counter: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class AssetList:
    """A page of the register with the unit's totals."""

    assets: tuple[Asset, ...]
    after: str
    count: int
    value_vnd: int
    out_of_order: int
    counters: tuple[Counter, ...]
    open_faults: Mapping[int, Fault]


@dataclass(frozen=True, slots=True)
class AssetEntry:
    """What was typed of a piece; texts as typed, days parsed."""

    key: UUID
    kind: str
    name: str
    inventory_no: str
    counter: str
    bought_on: date | None
    bought_text: str
    value: str
    warranty_to_on: date | None
    warranty_text: str


def asset_list(actor: Actor, wanted: AssetFilter) -> AssetList:
    """Return a page of the unit's equipment, by the order of entering."""
    require_member(actor)
    rows = Asset.objects.filter(unit_id=actor.unit_id).select_related("counter").order_by("id")
    totals = Asset.objects.filter(unit_id=actor.unit_id).exclude(state=AssetState.WRITTEN_OFF)
    figures = totals.aggregate(count=Count("id"), value=Sum("value_vnd"))
    if wanted.kind in AssetKind.values:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state in AssetState.values:
        rows = rows.filter(state=wanted.state)
    if wanted.counter == "hall":
        rows = rows.filter(counter__isnull=True)
    elif wanted.counter.isdecimal() and len(wanted.counter) < 5:
        rows = rows.filter(counter__number=int(wanted.counter))
    if wanted.after.isascii() and wanted.after.isdecimal() and len(wanted.after) < 18:
        rows = rows.filter(id__gt=int(wanted.after))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    faults = Fault.objects.filter(asset__in=shown, closed_at__isnull=True)
    return AssetList(
        assets=tuple(shown),
        after=str(shown[-1].id) if len(found) > PAGE else "",
        count=figures["count"],
        value_vnd=figures["value"] or 0,
        out_of_order=totals.exclude(state=AssetState.WORKING).count(),
        counters=tuple(counters_of(actor)),
        open_faults={f.asset_id: f for f in faults},
    )


def asset_for(public_id: UUID, actor: Actor) -> Asset:
    """Return a piece of the actor's unit; Denied for that of another."""
    require_member(actor)
    found = Asset.objects.select_related("counter").filter(public_id=public_id, unit_id=actor.unit_id).first()
    if found is None:
        raise Denied("equipment of another unit")
    return found


def add_asset(entry: AssetEntry, *, actor: Actor, now: datetime) -> Asset:
    """Return the piece entered into the register; once for a key.

    Problems: ``asset.kind``, ``asset.name``, ``asset.number``, ``asset.number_taken``, ``asset.counter``,
    ``asset.bought``, ``asset.value``, ``asset.warranty``.
    """
    require_head(actor)
    kept = Asset.objects.filter(key=entry.key).first()
    if kept is not None:
        return kept
    values = _checked(entry, actor, now=now)
    try:
        with transaction.atomic():
            asset = Asset.objects.create(
                key=entry.key, unit_id=actor.unit_id, made_at=now, made_by_id=actor.staff_id, **values
            )
            audit.record("asset.entered", asset.public_id, actor=actor, now=now, kind=asset.kind)
    except IntegrityError:
        kept = Asset.objects.filter(key=entry.key).first()
        if kept is not None:
            return kept
        raise Refused([Problem("asset.number_taken", "inventory_no")]) from None
    return asset


def change_asset(public_id: UUID, entry: AssetEntry, *, actor: Actor, now: datetime) -> Asset:
    """Return the piece with what was typed. Problems as for ``add_asset``."""
    require_head(actor)
    asset = asset_for(public_id, actor)
    values = _checked(entry, actor, now=now)
    for name, value in values.items():
        setattr(asset, name, value)
    try:
        with transaction.atomic():
            asset.save(update_fields=list(values))
            audit.record("asset.changed", asset.public_id, actor=actor, now=now)
    except IntegrityError:
        raise Refused([Problem("asset.number_taken", "inventory_no")]) from None
    return asset


def counters_of(actor: Actor) -> list[Counter]:
    return list(Counter.objects.filter(unit_id=actor.unit_id).order_by("number"))


def counted_kinds(unit_id: int) -> dict[str, Counted]:
    """Return how many pieces of each kind the unit holds, and how many of them work."""
    rows = (
        Asset.objects.filter(unit_id=unit_id)
        .exclude(state=AssetState.WRITTEN_OFF)
        .values_list("kind", "state")
        .annotate(n=Count("id"))
    )
    found: dict[str, Counted] = {}
    for kind, state, count in rows:
        before = found.get(kind, Counted(0, 0))
        working = count if state == AssetState.WORKING else 0
        found[kind] = Counted(before.held + count, before.working + working)
    return found


def faults_of(asset: Asset) -> list[tuple[Fault, str]]:
    """Return the piece's faults with who reported each, the newest first."""
    rows = list(Fault.objects.filter(asset=asset).order_by("-since_at", "-id")[:PAGE])
    names = names_of_staff({f.reported_by_id for f in rows})
    return [(f, names.get(f.reported_by_id, "")) for f in rows]


def open_fault_of(asset: Asset) -> Fault | None:
    return Fault.objects.filter(asset=asset, state__in=FaultState.open()).first()


def _checked(entry: AssetEntry, actor: Actor, *, now: datetime) -> dict[str, object]:
    problems: list[Problem] = []
    name, number = nfc(entry.name), nfc(entry.inventory_no)
    if entry.kind not in AssetKind.values:
        problems.append(Problem("asset.kind", "kind"))
    if not 0 < len(name) <= 120:
        problems.append(Problem("asset.name", "name"))
    if not 0 < len(number) <= 40:
        problems.append(Problem("asset.number", "inventory_no"))
    counter = _counter(entry.counter, counters_of(actor))
    if entry.counter and counter is None:
        problems.append(Problem("asset.counter", "counter"))
    if (entry.bought_text.strip() and entry.bought_on is None) or (
        entry.bought_on is not None and entry.bought_on > local_day(now)
    ):
        problems.append(Problem("asset.bought", "bought_on"))
    if (entry.warranty_text.strip() and entry.warranty_to_on is None) or (
        entry.warranty_to_on and entry.bought_on and entry.warranty_to_on < entry.bought_on
    ):
        problems.append(Problem("asset.warranty", "warranty_to_on"))
    value = amount_of(entry.value)
    if entry.value.strip() and value is None:
        problems.append(Problem("asset.value", "value"))
    if problems:
        raise Refused(problems)
    return {
        "kind": entry.kind,
        "name": name,
        "inventory_no": number,
        "counter": counter,
        "bought_on": entry.bought_on,
        "value_vnd": value,
        "warranty_to_on": entry.warranty_to_on,
    }


def amount_of(text: str) -> int | None:
    """Return an amount of đồng as people write it (``12.500.000``); ``None`` for what is none."""
    digits = text.replace(".", "").replace(" ", "").replace(",", "").removesuffix("đ")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 14 or int(digits) > VALUE_MAX:
        return None
    return int(digits)


def _counter(text: str, counters: Sequence[Counter]) -> Counter | None:
    return next((c for c in counters if str(c.id) == text), None)
