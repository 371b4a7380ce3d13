"""Answers what is recorded of an act beyond the facts of dossiers: who, under which unit, what, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from motcua.services.actors import Actor
from motcua.store.ledger.models import AuditEvent

_TARGET = 80


def record(act: str, target: object, *, actor: Actor, now: datetime, **detail: Any) -> None:
    """Record that the person did ``act`` (``thing.done``) to ``target``; ``detail`` holds no personal data."""
    AuditEvent.objects.create(
        at=now,
        staff_id=actor.staff_id,
        unit_id=actor.unit_id,
        act=act,
        target=str(target)[:_TARGET],
        detail=detail,
    )
