"""Answers how a numbered paper of a received dossier is put on record; its number is of the unit and the year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid5

from motcua.services.actors import Actor
from motcua.services.times import local_day
from motcua.store.dossiers.models import Slip
from motcua.store.dossiers.writing import Loaded
from motcua.store.ledger.numbers import paper_scope, take_numbers


def numbered_slip(dossier: Loaded, form: str, content: Mapping[str, Any], *, actor: Actor, now: datetime) -> Slip:
    """Return the slip of ``form`` (supplement, apology, stop); must run in the transaction of the act it belongs to."""
    year = local_day(now).year
    (number,) = take_numbers(paper_scope(actor.unit_id, form, year))
    return Slip.objects.create(
        public_id=uuid5(dossier.public_id, f"slip {dossier.version}"),
        unit_id=actor.unit_id,
        form=form,
        year=year,
        number=number,
        dossier_id=dossier.id,
        offering_id=dossier.offering_id,
        regime=dossier.regime,
        issued_at=now,
        staff_id=actor.staff_id,
        content=dict(content),
    )
