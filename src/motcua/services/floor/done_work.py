"""Answers what an officer did while a visitor was at the counter, so that a visit's time is the time of that work."""

from __future__ import annotations

from datetime import datetime

from motcua.core.dossier import FactKind
from motcua.services.actors import Actor
from motcua.store.dossiers.models import Dossier, Fact, IntakeDraft, Slip

RETURNED_MAX = 20


def work_done_since(at: datetime, *, actor: Actor) -> list[dict[str, str]]:
    """Return what was received, answered with a slip or returned by the officer since ``at``.

    Shape: ``{"kind": "dossier" | "slip" | "result", "id": public id}``; ids only, nothing personal.
    """
    keys = list(
        IntakeDraft.objects.filter(staff_id=actor.staff_id, saved_at__gte=at, closed_at__gte=at).values_list(
            "key", flat=True
        )
    )
    done = []
    if keys:
        dossiers = Dossier.objects.filter(intake_key__in=keys).values_list("public_id", flat=True)
        slips = Slip.objects.filter(intake_key__in=keys).values_list("public_id", flat=True)
        done += [{"kind": "dossier", "id": str(i)} for i in dossiers]
        done += [{"kind": "slip", "id": str(i)} for i in slips]
    return done + [{"kind": "result", "id": i} for i in _returned_since(at, actor=actor)]


def _returned_since(at: datetime, *, actor: Actor) -> list[str]:
    recent = dict(
        Dossier.objects.filter(reception_unit_id=actor.unit_id, state=10, returned_at__gte=at).values_list(
            "id", "public_id"
        )[:RETURNED_MAX]
    )
    if not recent:
        return []
    mine = Fact.objects.filter(
        dossier_id__in=recent, kind=FactKind.RETURNED, staff_id=actor.staff_id, at__gte=at
    ).values_list("dossier_id", flat=True)
    return [str(recent[i]) for i in mine]
