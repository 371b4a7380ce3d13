"""Answers which results a person holds that are good on a day: what the state has it need not ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from motcua.store.results.models import Result, ResultState


@dataclass(frozen=True, slots=True)
class Held:
    """A result that its holder may use again in a later dossier."""

    public_id: UUID
    procedure_code: str
    kind: str
    number: str
    agency_name: str
    issued_on: date
    valid_to_on: date | None
    sha256: str


def held_results(party_id: int, on: date) -> Sequence[Held]:
    """Return the valid results of a person or organisation on a day, newest first."""
    rows = Result.objects.filter(
        Q(valid_to_on__isnull=True) | Q(valid_to_on__gte=on),
        holder_id=party_id,
        state=ResultState.VALID,
        issued_on__lte=on,
    ).select_related("agency")
    return [
        Held(r.public_id, r.procedure_code, r.kind, r.number, r.agency.name, r.issued_on, r.valid_to_on, r.sha256)
        for r in rows.order_by("-issued_on", "-id")[:200]
    ]
