"""Answers which tables of figures a person saved under a name, and which the unit shares; what they show is counted anew.

Saving again under a name of one's own replaces what stood there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.figures.reporting import READERS
from motcua.store.reporting.models import SavedTable

NAME_MAX, TABLES_MAX = 120, 100


def saved_tables(actor: Actor) -> list[SavedTable]:
    """Return one's own tables, then those shared in one's unit, each by name."""
    require(actor, *READERS)
    own = list(
        SavedTable.objects.filter(staff_id=actor.staff_id, removed_at=None).order_by("name", "id")[:TABLES_MAX]
    )
    shared = SavedTable.objects.filter(unit_id=actor.unit_id, is_shared=True, removed_at=None).exclude(
        staff_id=actor.staff_id
    )
    return [*own, *shared.order_by("name", "id")[:TABLES_MAX]]


def saved_table(public_id: UUID, actor: Actor) -> SavedTable:
    """Return a table that the actor may open. Denied when it is another's and not shared in the unit."""
    require(actor, *READERS)
    row = SavedTable.objects.filter(public_id=public_id, removed_at=None).first()
    if row is None or not (row.staff_id == actor.staff_id or (row.is_shared and row.unit_id == actor.unit_id)):
        raise Denied("table of somebody else")
    return row


@transaction.atomic
def save_table(
    asked: Mapping[str, str], *, key: UUID, name: str, shares: bool, actor: Actor, now: datetime
) -> SavedTable:
    """Return the table kept under the name; once for a key. ``asked`` are the texts of its address.

    Problems: ``table.name``, ``table.many``.
    """
    require(actor, *READERS)
    if (kept := SavedTable.objects.filter(key=key).first()) is not None:
        return kept
    clean = nfc(name)
    if not 0 < len(clean) <= NAME_MAX:
        raise Refused([Problem("table.name", "name", values={"limit": str(NAME_MAX)})])
    own = SavedTable.objects.filter(staff_id=actor.staff_id, removed_at=None)
    if not own.filter(name=clean).exists() and own.count() >= TABLES_MAX:
        raise Refused([Problem("table.many", "name", values={"limit": str(TABLES_MAX)})])
    row, _is_new = SavedTable.objects.update_or_create(
        staff_id=actor.staff_id,
        name=clean,
        removed_at=None,
        defaults={
            "key": key,
            "unit_id": actor.unit_id,
            "asked": {name: value for name, value in asked.items() if value},
            "is_shared": shares,
            "made_at": now,
        },
    )
    audit.record("table.saved", row.public_id, actor=actor, now=now, shared=shares)
    return row


@transaction.atomic
def remove_table(public_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Remove one's own table; one that is removed already is no fault. Denied for another's."""
    require(actor, *READERS)
    row = SavedTable.objects.select_for_update().filter(public_id=public_id).first()
    if row is None or row.staff_id != actor.staff_id:
        raise Denied("table of somebody else")
    if row.removed_at is None:
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        audit.record("table.removed", public_id, actor=actor, now=now)
