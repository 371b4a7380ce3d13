"""Answers what is recorded of signing in: who, when, whether it succeeded; never the password or a wrong name."""

from __future__ import annotations

from datetime import datetime

from motcua.store.ledger.models import AuditEvent


def record_sign_in(*, staff_id: int | None, now: datetime) -> None:
    AuditEvent.objects.create(at=now, staff_id=staff_id, act="sign_in" if staff_id else "sign_in.refused")
