"""Answers what the intake page shows and keeps: offerings found, drafts, the procedure's papers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from motcua.core.catalogue import ProcedureContent
from motcua.core.forms import ComponentRule
from motcua.services.actors import Actor, Denied, require_counter
from motcua.services.offerings import (
    Running,
    component_rules,
    content_of_offering,
    is_receivable,
    running_offering,
)
from motcua.services.times import local_day
from motcua.store.dossiers.models import Dossier, IntakeDraft
from motcua.store.lawfiles import law_book
from motcua.store.offerings.models import Offering
from motcua.store.offerings.selectors import receivable_offerings

DRAFTS_SHOWN = 10
_COMMON_OF_LAST = 2_000


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """An offering in the counter's list of hits."""

    id: int
    code: str
    name: str
    sector: str
    agency_name: str
    term_text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class IntakePage:
    """What the intake page shows of the procedure."""

    running: Running
    content: ProcedureContent
    rules: tuple[ComponentRule, ...]


def offerings_for_codes(codes: Sequence[str], *, actor: Actor, now: datetime, limit: int) -> list[OfferingRow]:
    """Return the offerings of these procedures that the actor's unit may receive: best hit first, own agency first."""
    rank = {code: i for i, code in enumerate(codes)}
    rows = _receivable(actor, now).filter(procedure_version__procedure__code__in=codes)
    found = [_row(o, actor) for o in _with_names(rows).filter(agency_id=actor.agency_id)[:limit]]
    if len(found) < limit:
        found += [_row(o, actor) for o in _with_names(rows).exclude(agency_id=actor.agency_id)[: limit * 8]]
    found.sort(key=lambda r: (rank[r.code], not r.is_own, r.agency_name))
    return found[:limit]


def common_offerings(actor: Actor, *, now: datetime, limit: int) -> list[OfferingRow]:
    """Return what the unit receives most, by its last dossiers; before the first, what its agency offers."""
    newest = Dossier.objects.filter(reception_unit_id=actor.unit_id).order_by("-received_at", "-id")
    last = list(newest.values_list("offering_id", flat=True)[:_COMMON_OF_LAST])
    often = sorted(set(last), key=last.count, reverse=True)[:limit]
    rows = _receivable(actor, now)
    if not often:
        return [_row(o, actor) for o in _with_names(rows.filter(agency_id=actor.agency_id))[:limit]]
    found = {o.id: _row(o, actor) for o in _with_names(rows.filter(id__in=often))}
    return [found[i] for i in often if i in found]


def own_offerings(actor: Actor, *, now: datetime) -> list[OfferingRow]:
    """Return everything that the actor's own agency offers."""
    return [_row(o, actor) for o in _with_names(_receivable(actor, now).filter(agency_id=actor.agency_id))]


def new_draft(*, offering_id: int, actor: Actor, now: datetime) -> IntakeDraft:
    """Return a new intake of the offering; Denied when the unit may not receive it."""
    require_counter(actor)
    if not is_receivable(offering_id, unit_id=actor.unit_id, on=local_day(now)):
        raise Denied("offering of another unit")
    return IntakeDraft.objects.create(
        key=uuid.uuid4(),
        staff_id=actor.staff_id,
        unit_id=actor.unit_id,
        offering_id=offering_id,
        saved_at=now,
    )


def draft_for(key: uuid.UUID, actor: Actor) -> IntakeDraft:
    """Return the actor's own draft; Denied for anybody else's, and for none, alike."""
    draft = IntakeDraft.objects.filter(key=key, staff_id=actor.staff_id, unit_id=actor.unit_id).first()
    if draft is None:
        raise Denied("draft of another officer")
    return draft


def save_draft(draft: IntakeDraft, data: Mapping[str, Any], *, now: datetime) -> None:
    draft.data, draft.saved_at = dict(data), now
    draft.save(update_fields=["data", "saved_at"])


def drafts_of(actor: Actor) -> list[IntakeDraft]:
    return list(
        IntakeDraft.objects.filter(staff_id=actor.staff_id, unit_id=actor.unit_id, closed_at__isnull=True)
        .select_related("offering__procedure_version")
        .annotate(scans=Count("documents"))
        .order_by("-saved_at")[:DRAFTS_SHOWN]
    )


def intake_page(offering_id: int) -> IntakePage:
    return IntakePage(running_offering(offering_id), content_of_offering(offering_id), component_rules(offering_id))


def _receivable(actor: Actor, now: datetime) -> Any:
    today = local_day(now)
    is_free = law_book().regime_on(today).is_boundary_free
    return receivable_offerings(actor.unit_id, on=today, is_boundary_free=is_free)


def _with_names(rows: Any) -> Any:
    return rows.select_related("procedure_version__procedure", "agency").order_by(
        "procedure_version__name", "agency__name"
    )


def _row(offering: Offering, actor: Actor) -> OfferingRow:
    return OfferingRow(
        id=offering.id,
        code=offering.procedure_version.procedure.code,
        name=offering.procedure_version.name,
        sector=offering.procedure_version.sector,
        agency_name=offering.agency.short_name,
        term_text=offering.term_text,
        is_own=offering.agency_id == actor.agency_id,
    )
