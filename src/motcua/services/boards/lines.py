"""Answers the lines of a board's lists: a dossier by its code, when it is due, who has it, why it is late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.core.clock import Horizon, Urgency, urgency
from motcua.core.statistics import Late
from motcua.services.actors import Actor, may_read
from motcua.services.figures.causes import LateDossier, causes_of
from motcua.services.offerings import running_offering
from motcua.store.dossiers.live import heads_of, unit_names
from motcua.store.dossiers.work import StepLine
from motcua.store.figures.boards import OpenLine
from motcua.store.figures.late import Owner
from motcua.store.organisation.models import Agency
from motcua.store.organisation.selectors import names_of_staff


@dataclass(frozen=True, slots=True)
class Named:
    """Who has something in hand: ``key`` finds it again (``unit:7``, ``agency:3``), empty where nobody has it."""

    key: str
    name: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A dossier in a list of a board, without personal data of an applicant. ``late`` is why it is late, if it is."""

    dossier_id: int
    public_id: UUID
    code: str
    procedure_name: str
    agency_name: str
    due_at: datetime | None
    owner: Named
    officer: str
    since: datetime | None
    late: Late | None
    late_at: str
    """The unit that the cause points to, by name."""
    may_open: bool
    step_name: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of units, agencies and people by their ids."""

    units: dict[int, str]
    agencies: dict[int, str]
    staff: dict[int, str]


def late_lines(late: Sequence[LateDossier], actor: Actor) -> list[BoardLine]:
    """Return late dossiers as lines; a fixed number of statements."""
    heads, names = heads_of(one.dossier_id for one in late), names_for(late)
    return [
        BoardLine(
            dossier_id=one.dossier_id,
            public_id=heads[one.dossier_id].public_id,
            code=heads[one.dossier_id].code,
            procedure_name=heads[one.dossier_id].procedure_name,
            agency_name=names.agencies.get(one.agency_id, ""),
            due_at=one.due_at,
            owner=named_owner(one.owner.unit_id, one.owner.agency_id, names),
            officer=names.staff.get(one.owner.staff_id or 0, ""),
            since=one.owner.since,
            late=one.late,
            late_at=names.units.get(one.late.unit_id or 0, ""),
            may_open=may_read(actor, heads[one.dossier_id]),
        )
        for one in late
    ]


def open_lines_named(found: Sequence[OpenLine], horizon: Horizon, actor: Actor) -> list[BoardLine]:
    """Return open dossiers as lines, in their order; a fixed number of statements."""
    known = causes_of(line.dossier_id for line in found)
    late = [known[line.dossier_id] for line in found if line.dossier_id in known]
    heads, names = heads_of(line.dossier_id for line in found), names_for(late, also=(f.agency_id for f in found))
    lines = []
    for line in found:
        one, head = known.get(line.dossier_id), heads[line.dossier_id]
        owner = one.owner if one else Owner()
        is_late = urgency(line.due_at, horizon) is Urgency.LATE
        why = one.late if one and is_late else None
        lines.append(
            BoardLine(
                dossier_id=line.dossier_id,
                public_id=head.public_id,
                code=head.code,
                procedure_name=head.procedure_name,
                agency_name=names.agencies.get(line.agency_id, ""),
                due_at=line.due_at,
                owner=named_owner(owner.unit_id, owner.agency_id, names),
                officer=names.staff.get(owner.staff_id or 0, ""),
                since=owner.since,
                late=why,
                late_at=names.units.get((why.unit_id if why else None) or 0, ""),
                may_open=may_read(actor, head),
            )
        )
    return lines


def step_lines(steps: Sequence[StepLine], horizon: Horizon) -> list[BoardLine]:
    """Return open steps of the reader's own unit as lines; why the whole dossier is late, where it is."""
    is_late = {s.dossier_id for s in steps if urgency(s.dossier_due_at, horizon) is Urgency.LATE}
    known = causes_of(is_late) if is_late else {}
    names = names_for(list(known.values()))
    lines = []
    for s in steps:
        why = known[s.dossier_id].late if s.dossier_id in known else None
        lines.append(
            BoardLine(
                dossier_id=s.dossier_id,
                public_id=s.public_id,
                code=s.code,
                procedure_name=s.procedure_name,
                agency_name="",
                due_at=s.due_at,
                owner=Named("", ""),
                officer=s.assignee_name,
                since=s.opened_at,
                late=why,
                late_at=names.units.get((why.unit_id if why else None) or 0, ""),
                may_open=True,
                step_name=running_offering(s.offering_id).net.steps[s.step].name,
            )
        )
    return lines


def names_for(late: Sequence[LateDossier], *, also: Iterable[int] = ()) -> Names:
    """Return the names that lines of these dossiers show; three statements."""
    units = {u for one in late for u in (one.owner.unit_id, one.late.unit_id) if u}
    agencies = {
        *also,
        *(one.agency_id for one in late),
        *(one.owner.agency_id for one in late if one.owner.agency_id),
    }
    staff = {one.owner.staff_id for one in late if one.owner.staff_id}
    return Names(
        units=dict(unit_names(units)),
        agencies=dict(Agency.objects.filter(id__in=agencies).values_list("id", "short_name")),
        staff=names_of_staff(staff),
    )


def named_owner(unit_id: int | None, agency_id: int | None, names: Names) -> Named:
    """Return who has it by name: a unit, else the agency that has a dossier for it, else nobody."""
    if unit_id is not None:
        return Named(f"unit:{unit_id}", names.units.get(unit_id, ""), unit_id)
    return Named(f"agency:{agency_id}", names.agencies.get(agency_id, "")) if agency_id else Named("none", "")
