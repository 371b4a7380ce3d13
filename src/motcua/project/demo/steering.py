"""Makes what a head finds on the demo's first morning: work that is late, work that will be, and who was reminded."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from motcua.core.forms import ComponentCount
from motcua.project.demo.life import Life
from motcua.services.boards.digests import make_digests
from motcua.services.dossiers.intake import Intake, receive_dossier
from motcua.services.dossiers.steps import complete_step, take_step
from motcua.services.offerings import component_rules, running_offering
from motcua.store.dossiers.models import Dossier
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import UnitKind
from motcua.store.steering.models import StaffDigest

_CODE, _PLACE = "1.004873", "Kinh Bắc"
# Working hours before the opening at which each was received, and after which the centre passed it on (never: it is
# there yet); whether it is the ward's of the demo's cast or another's; whether an officer has taken it.
_PLAN: tuple[tuple[float, float | None, bool, bool], ...] = (
    (34, 1, True, True),
    (30, None, False, False),
    (10, 9.5, True, True),
    (9, 8.5, True, True),
    (2.5, 1.5, True, False),
)
_NAMESPACE = uuid.UUID("6d6f7463-7561-4b62-8f61-726473000000")


def make_due_work(life: Life, *, opens_at: datetime) -> int:
    """Make dossiers that are late or will not be done in time, and the morning's reminders; return who got one."""
    offerings = Offering.objects.filter(procedure_version__procedure__code=_CODE, valid_to_on__isnull=True)
    offerings = offerings.select_related("agency").order_by("id")
    own = [o for o in offerings if o.agency.name.endswith(_PLACE)]
    others = [o for o in offerings if not o.agency.name.endswith(_PLACE) and o.agency.level == "COMMUNE"]
    for number, (before, passed_on, is_own, is_taken) in enumerate(_PLAN):
        found = own if is_own else others
        dossier = _passed_on(life, found[0], opens_at, number, before=before, passed_on=passed_on) if found else None
        if dossier is not None and is_taken:
            _take(life, dossier, opens_at)
    make_digests(now=opens_at - timedelta(hours=1))
    return StaffDigest.objects.count()


def _passed_on(
    life: Life, offering: Offering, opens_at: datetime, number: int, *, before: float, passed_on: float | None
) -> Dossier | None:
    """Return the dossier once the centre has passed it on; ``None`` while it is there yet."""
    centre = next(
        u for u in life.units.values() if u.agency_id == offering.agency_id and u.kind in UnitKind.one_stop()
    )
    calendar = running_offering(offering.id).calendar
    at = opens_at
    while calendar.working_minutes_between(at, opens_at) < before * 60:
        at -= timedelta(minutes=15)
    intake = Intake(
        key=uuid.uuid5(_NAMESPACE, str(number)),
        offering_id=offering.id,
        applicant=life.applicant(offering),
        counts=[ComponentCount(r.key, str(r.originals), str(r.copies)) for r in component_rules(offering.id)],
        fee_paid=str(offering.fee_vnd or ""),
        is_duplicate_accepted=True,
    )
    receipt = receive_dossier(intake, actor=life.officer(centre.id, "counter_officer"), now=at)
    if passed_on is None:
        return None
    then = calendar.add_minutes(at, passed_on * 60)
    dossier = Dossier.objects.get(public_id=receipt.public_id)
    task = dossier.tasks.get()
    complete_step(
        public_id=dossier.public_id, step=task.step, outcome="done", reason="", seen_version=dossier.version,
        actor=life.officer(task.unit_id, task.role), now=then,
    )  # fmt: skip
    return Dossier.objects.get(id=dossier.id)


def _take(life: Life, dossier: Dossier, opens_at: datetime) -> None:
    """Let an officer take it; not the one whom visitors of the demo play: his list is to be worked at."""
    task = dossier.tasks.get()
    able = [a for a in life.officers[task.unit_id] if task.role in a.roles]
    take_step(
        public_id=dossier.public_id, step=task.step, seen_version=dossier.version, actor=able[-1],
        now=min(task.opened_at + timedelta(minutes=5), opens_at),
    )  # fmt: skip
