"""The staff of Bình's centre for tests: who may serve what, who must be there, so that leave and rota mean something."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date

from floor_cast import Cast, make_floor
from motcua.services.staffing.leaves import LeaveEntry
from motcua.store.catalogue.models import ProcedureVersion
from motcua.store.organisation.models import Counter
from motcua.store.staffing.models import Competence, RequiredCounter
from world import BIRTH, MONDAY, PERMIT, World

TUESDAY = date(2026, 11, 17)


@dataclass(slots=True)
class Staffed:
    """Bình and Khoa may serve the sector of births, Lan only that of buildings. Counter 1 must be staffed."""

    floor: Cast
    counter: Counter
    births: str
    permits: str


def make_staffed(world: World) -> Staffed:
    floor = make_floor(world)
    sectors = dict(ProcedureVersion.objects.values_list("procedure__code", "sector"))
    one = floor.counters[0]
    one.sectors = [sectors[BIRTH]]
    one.save()
    made = Staffed(floor, one, sectors[BIRTH], sectors[PERMIT])
    for actor, sector in ((floor.binh, made.births), (floor.khoa, made.births), (floor.lan, made.permits)):
        Competence.objects.create(
            unit=world.home.centre,
            staff_id=actor.staff_id,
            sector=sector,
            from_on=date(2026, 1, 1),
            made_by_id=1,
            made_at=MONDAY,
        )
    RequiredCounter.objects.create(counter=one, made_by_id=1, made_at=MONDAY)
    return made


def asked(first: date = TUESDAY, last: date | None = None, **changes: object) -> LeaveEntry:
    """Return a leave as typed: whole days, annual."""
    entry = LeaveEntry(uuid.uuid4(), "annual", first, "1", last or first, "2")
    return replace(entry, **changes)  # type: ignore[arg-type]
