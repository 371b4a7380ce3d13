"""Answers how it is recorded that a result came to its holder: at the counter, online, by post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.core.dossier import FactKind, NationalState
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied, require_read
from motcua.services.citizens import Citizen
from motcua.services.dossiers.committing import commit
from motcua.services.dossiers.linking import SYSTEM
from motcua.services.offerings import running_offering
from motcua.services.results.reading import own_result
from motcua.services.times import local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import Loaded, load
from motcua.store.ledger.numbers import paper_scope, take_numbers
from motcua.store.results.models import Delivery

_TRIES = 5


def write_delivery(
    *, dossier_id: int, way: str, unit_id: int, collector_id: int | None, is_authorised: bool, actor: Actor,
    now: datetime, originals: Sequence[str] = (),
) -> Delivery:  # fmt: skip
    """Write the record of a hand-over inside the caller's transaction; numbered by unit and year."""
    year = local_day(now).year
    (number,) = take_numbers(paper_scope(unit_id, "delivery", year))
    return Delivery.objects.create(
        dossier_id=dossier_id, way=way, collector_id=collector_id, is_authorised=is_authorised,
        originals=list(originals), unit_id=unit_id, number=number, year=year, staff_id=actor.staff_id, at=now,
    )  # fmt: skip


def delivery_for(public_id: UUID, actor: Actor) -> Delivery:
    """Return a record of a hand-over; Denied unless the actor may read its dossier."""
    rows = Delivery.objects.select_related("collector", "unit__agency__parent", "dossier__applicant")
    delivery = rows.filter(public_id=public_id).first()
    if delivery is None:
        raise Denied("no such record")
    loaded = load(delivery.dossier.public_id)
    if loaded is None:
        raise Denied("no such dossier")
    require_read(actor, loaded)
    return delivery


def deliver_online(*, public_id: UUID, citizen: Citizen, now: datetime) -> bool:
    """Return whether the dossier was returned now because its holder takes the electronic result and no paper.

    Problems: ``step.overtaken`` when others act on it at the same moment, every time.
    """
    result = own_result(public_id, citizen)
    if result is None or result.dossier_id is None:
        raise Denied("result of another holder")
    key = Dossier.objects.values_list("public_id", flat=True).get(id=result.dossier_id)
    for attempt in range(_TRIES):
        dossier = load(key)
        if dossier is None or dossier.life.state is not NationalState.DONE:
            return False
        try:
            with transaction.atomic():
                _return(dossier, citizen, now=now)
        except Refused:
            if attempt == _TRIES - 1:
                raise
        else:
            return True
    return False


def return_step(dossier: Loaded) -> int:
    """Return the number of the open step that hands the result over. Problems: ``return.not_ready``."""
    steps = running_offering(dossier.offering_id).net.steps
    task = next((t for t in dossier.tasks if t.is_leading and steps[t.step].kind == "return"), None)
    if task is None or dossier.life.state is not NationalState.DONE:
        raise Refused([Problem("return.not_ready", values={"code": dossier.code})])
    return task.step


def _return(dossier: Loaded, citizen: Citizen, *, now: datetime) -> None:
    body = {"step": return_step(dossier), "outcome": 0, "way": Delivery.ONLINE, "collector": citizen.party_id}
    commit(dossier, running_offering(dossier.offering_id), FactKind.COMPLETED, body, actor=SYSTEM, now=now)
    write_delivery(
        dossier_id=dossier.id, way=Delivery.ONLINE, unit_id=dossier.reception_unit_id, collector_id=citizen.party_id,
        is_authorised=False, actor=SYSTEM, now=now,
    )  # fmt: skip
