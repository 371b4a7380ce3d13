"""Answers how one dossier asks for another at a second agency and goes on when that is done (liên thông).

Each agency has a dossier of its own with its own code, term and clock; the citizen has one. Everything between the
two happens in the transaction of the act that causes it; the dossier that asked is always locked first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import Q

from motcua.core.dossier import Fact, FactKind, Life, NationalState, Place, dossier_code
from motcua.core.forms.components import Received
from motcua.core.kernel import Problem, Refused
from motcua.core.process.table import DONE, REFUSE
from motcua.services.actors import Actor
from motcua.services.dossiers.committing import commit, commit_on_clock, new_tasks, next_timer, received
from motcua.services.numbers import agency_code_on, owner_on
from motcua.services.offerings import Running, Seat, running_offering
from motcua.services.receiving_terms import due_when_received
from motcua.services.times import local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.receiving import NewDossier, insert_dossier, public_id_of
from motcua.store.dossiers.writing import Append, Loaded, facts_of, load
from motcua.store.lawfiles import law_book
from motcua.store.ledger.numbers import code_scope, paper_scope, take_numbers
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Unit, UnitKind

LINKED_CHANNEL = "LINKED"
SYSTEM = Actor(0, "", 0, "", 0, "", "", 0, "", frozenset())
"""Who acts where nobody does: a time that has come, a dossier that another one goes on from."""

_ANCESTORS = """
WITH RECURSIVE up AS (
  SELECT id, parent_id, 0 AS depth FROM dossiers_dossier WHERE id = %s
  UNION ALL SELECT d.id, d.parent_id, up.depth + 1 FROM dossiers_dossier d JOIN up ON d.id = up.parent_id
) SELECT d.public_id FROM dossiers_dossier d JOIN up ON up.id = d.id ORDER BY up.depth DESC FOR UPDATE OF d
"""


def lock_parent(dossier: Loaded) -> Loaded | None:
    """Lock the dossiers above this one, from the first down, and return the one that asked for it."""
    with connection.cursor() as cursor:
        cursor.execute(_ANCESTORS, [dossier.parent_id])
        found = [row[0] for row in cursor.fetchall()]
    return load(found[-1]) if found else None


def with_links(
    dossier: Loaded, act: Append, running: Running, linked: Sequence[Place], *, actor: Actor, now: datetime
) -> Append:
    """Return the act with a fact for each dossier that is opened elsewhere."""
    seq = act.facts[-1].seq
    facts = tuple(
        Fact(
            seq + number, FactKind.LINKED, now, actor.staff_id, actor.post_id, actor.unit_id,
            {"step": step, "instance": instance, "to": str(public_id_of(_key(dossier, step, instance, seq + number)))},
        )
        for number, (step, instance) in enumerate(linked, start=1)
    )  # fmt: skip
    return replace(act, facts=(*act.facts, *facts))


def open_children(
    dossier: Loaded, running: Running, linked: Sequence[Place], life: Life, *, since_seq: int, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Open a dossier at another agency for each of ``linked``.

    Refused with ``link.no_offering`` where that agency does not offer the procedure: the act that asked is not done.
    """
    first = since_seq - len(linked) + 1
    row = Dossier.objects.select_related(None).get(id=dossier.id)
    seat = Seat(dossier.reception_unit_id, life.values, dossier.on_spot)
    for number, place in enumerate(linked):
        unit = Unit.objects.select_related("agency").get(id=running.unit_of(place, at=seat))
        key = _key(dossier, *place, first + number)
        _open_child(row, dossier, place, key, unit, running.net.steps[place[0]].calls, life, actor=actor, now=now)


def tell_parent(parent: Loaded, child: Loaded, life: Life, *, actor: Actor, now: datetime) -> None:
    """Let the dossier that asked go on: its step is done as the other agency decided."""
    running = running_offering(parent.offering_id)
    place = (child.parent_step or 0, child.parent_instance)
    if not running.net.is_open(parent.life.process, *place):
        return
    outcomes = running.net.steps[place[0]].outcomes
    has_failed = life.decision == "refused" or life.state in (NationalState.WITHDRAWN, NationalState.STOPPED)
    outcome = REFUSE if has_failed and REFUSE in outcomes else DONE if DONE in outcomes else outcomes[0]
    body: dict[str, Any] = {
        "step": place[0],
        "outcome": outcomes.index(outcome),
        "automatic": True,
        "child": str(child.public_id),
    }
    if place[1]:
        body["instance"] = place[1]
    commit(parent, running, FactKind.COMPLETED, body, actor=actor, now=now)


def stop_children(dossier: Loaded, *, actor: Actor, now: datetime) -> None:
    """Stop what other agencies still do for a dossier that was withdrawn or stopped."""
    for public_id in _open_children_of(dossier.id):
        child = load(public_id)
        if child is None:
            continue
        body = {"reason": "", "by_parent": True}
        commit_on_clock(
            replace(child, parent_id=None), running_offering(child.offering_id), facts_of(child.id), FactKind.STOPPED,
            body, actor=actor, now=now,
        )  # fmt: skip


def _open_children_of(dossier_id: int) -> list[UUID]:
    alive = Q(state__in=(2, 4, 5, 6))
    return list(
        Dossier.objects.filter(alive, parent_id=dossier_id).order_by("id").values_list("public_id", flat=True)
    )


def _open_child(
    row: Dossier, parent: Loaded, place: Place, key: UUID, unit: Unit, procedure: str, life: Life, *, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    today = local_day(now)
    offering_id = _offering_at(unit.agency_id, procedure, unit)
    running = running_offering(offering_id)
    regime = law_book().regime_on(today)
    agency_code = agency_code_on(regime, handling_agency_id=unit.agency_id, receiving_agency_id=unit.agency_id)
    owner = owner_on(regime, running)
    reception = _one_stop_of(unit)
    scope = code_scope(agency_code + (f":{owner}" if owner else ""), today)
    daily, yearly = take_numbers(scope, paper_scope(reception, "receipt", today.year))
    code = dossier_code(agency_code=agency_code, on=today, number=daily, owner=owner)
    due_at = due_when_received(running=running, at=now)
    body: dict[str, Any] = {
        "offering": offering_id, "code": code, "channel": LINKED_CHANNEL, "from": str(parent.public_id)
    }  # fmt: skip
    if due_at is not None:
        body["due"] = due_at.isoformat()
    names = {f.name for f in running.net.definition.fields}
    if values := {name: value for name, value in life.values.items() if name in names}:
        body["values"] = values
    fact = Fact(1, FactKind.RECEIVED, now, actor.staff_id, actor.post_id, actor.unit_id, body)
    followed = received(fact, running, code=code, is_child=True)
    seat = Seat(reception, followed.life.values)
    new = NewDossier(
        intake_key=key,
        handling_agency_id=unit.agency_id,
        reception_unit_id=reception,
        code=code,
        receipt_number=yearly,
        regime=regime.id,
        offering_id=offering_id,
        channel=LINKED_CHANNEL,
        applicant_id=row.applicant_id,
        proxy_id=row.proxy_id,
        applicant_name=row.applicant_name,
        subject=row.subject,
        term_text=str(running.term),
        fee_vnd=0,
        fee_paid_vnd=0,
        components=[Received(**c) for c in row.components],
        form={},
        due_at=due_at,
        life=followed.life,
        tasks=new_tasks(running, followed.opened, seat, now=now, due_at=due_at),
        timer_at=next_timer(followed.facts, running),
        parent_id=row.id,
        parent_step=place[0],
        parent_instance=place[1],
        # The unit that the citizen came to sees where his dossier is.
        reader_unit_ids=(parent.reception_unit_id,),
    )
    insert_dossier(new, followed.facts)


def _offering_at(agency_id: int, procedure: str, unit: Unit) -> int:
    found = (
        Offering.objects.filter(
            agency_id=agency_id, procedure_version__procedure__code=procedure, valid_to_on__isnull=True
        )
        .values_list("id", flat=True)
        .first()
    )
    if found is None:
        raise Refused([Problem("link.no_offering", values={"procedure": procedure, "agency": unit.agency.name})])
    return found


def _one_stop_of(unit: Unit) -> int:
    """Return the agency's own one-stop unit, or the unit asked where it has none."""
    if unit.is_one_stop:
        return unit.id
    units = Unit.objects.filter(agency_id=unit.agency_id, kind__in=UnitKind.one_stop()).order_by("id")
    return units.values_list("id", flat=True).first() or unit.id


def _key(dossier: Loaded, step: int, instance: int, seq: int) -> UUID:
    return uuid5(dossier.public_id, f"{step}.{instance}.{seq}")
