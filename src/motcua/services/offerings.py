"""Answers how an office runs a procedure: its net, units, term and calendar, kept ready in memory.

Offerings and the versions they name never change, so what is kept need not be refreshed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from motcua.core.calendar import Calendar, Term, parse_term
from motcua.core.catalogue import ProcedureContent
from motcua.core.dossier import Place
from motcua.core.forms import ComponentRule
from motcua.core.process import Definition, Net, compile_net
from motcua.core.process.table import RECEPTION
from motcua.services.calendars import calendar_of
from motcua.store.lawfiles import law_book
from motcua.store.offerings.models import Offering, ProcessVersion
from motcua.store.offerings.selectors import receivable_offerings
from motcua.store.organisation.roles import Role

UNIT_PREFIX = "unit:"
ON_SPOT_ROLES = {
    "appraise": Role.COUNTER_OFFICER.value,
    "approve": Role.CENTRE_MANAGER.value,
    "sign": Role.CENTRE_MANAGER.value,
}
"""Who does at the centre what an office does elsewhere, once it is delegated (Circular 01/2018, art. 6)."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What of a dossier decides who does its steps: where it was received, its fields, what is delegated."""

    reception_unit_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    on_spot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """An offering ready to run. ``slots`` maps slots to unit ids; reception is the unit that received."""

    id: int
    agency_id: int
    agency_code: str
    procedure_code: str
    procedure_name: str
    net: Net
    slots: Mapping[str, int]
    term: Term
    fee_vnd: int
    system_owner: str
    sector: str

    @property
    def calendar(self) -> Calendar:
        """The handling agency's calendar, with the decisions entered up to a few seconds ago."""
        return calendar_of(self.agency_id)

    def unit_of(self, place: Place, *, at: Seat) -> int:
        """Return the unit that leads a step: by its slot, its table, or as one of several offices asked.

        A kind of step delegated to the centre is done where the dossier was received.
        """
        number, instance = place
        step = self.net.steps[number]
        if step.kind in at.on_spot:
            return at.reception_unit_id
        values = self.net.typed(at.values)
        slot = self.net.slot_of(number, values)
        if step.each:
            offices = values.get(step.each)
            if isinstance(offices, tuple) and instance < len(offices):
                slot = offices[instance]
        return self.unit_of_slot(slot, reception_unit_id=at.reception_unit_id)

    def unit_of_slot(self, slot: str, *, reception_unit_id: int) -> int:
        """Return the unit that fills a slot; ``unit:17`` names a unit itself."""
        if slot == RECEPTION:
            return reception_unit_id
        if slot.startswith(UNIT_PREFIX):
            return int(slot.removeprefix(UNIT_PREFIX))
        return self.slots[slot]

    def role_of(self, place: Place, *, at: Seat) -> str:
        """Return the role that does a step; what is delegated to the centre is done by the centre's own posts."""
        step = self.net.steps[place[0]]
        return ON_SPOT_ROLES.get(step.kind, step.role) if step.kind in at.on_spot else step.role

    def minutes_of(self, place: Place, *, at: Seat) -> int | None:
        """Return the step's share of the term in minutes of an eight-hour day."""
        return self.net.minutes_of(place[0], self.net.typed(at.values))


@lru_cache(maxsize=20_000)
def running_offering(offering_id: int) -> Running:
    """Return the offering ready to run; one statement the first time, none after.

    Raises Offering.DoesNotExist.
    """
    row = Offering.objects.select_related("procedure_version__procedure", "agency", "process_version").get(
        id=offering_id
    )
    return Running(
        id=row.id,
        agency_id=row.agency_id,
        agency_code=row.agency.code,
        procedure_code=row.procedure_version.procedure.code,
        procedure_name=row.procedure_version.name,
        net=_net(row.process_version_id),
        slots={slot: int(unit) for slot, unit in row.slots.items()},
        term=parse_term(row.term_text),
        fee_vnd=row.fee_vnd,
        system_owner=row.system_owner,
        sector=row.procedure_version.sector,
    )


@lru_cache(maxsize=20_000)
def component_rules(offering_id: int) -> tuple[ComponentRule, ...]:
    """Return the papers that the offering's procedure version asks for, in its order."""
    content = content_of_offering(offering_id)
    return tuple(
        ComponentRule(
            key=f"c{number}",
            name=component.name,
            originals=component.originals,
            copies=component.copies,
            is_required=component.is_required,
        )
        for number, component in enumerate((c for g in content.component_groups for c in g.components), start=1)
    )


@lru_cache(maxsize=2_000)
def content_of_offering(offering_id: int) -> ProcedureContent:
    """Return the record of the procedure version that the offering runs."""
    version = Offering.objects.select_related("procedure_version").get(id=offering_id).procedure_version
    return ProcedureContent.from_json(version.content)


def is_receivable(offering_id: int, *, unit_id: int, on: date) -> bool:
    """Return whether the one-stop unit may receive dossiers of this offering on that day.

    Its own agency's always; the provincial centre those of the province's agencies; since 2025-07-01 every
    centre of the province those of every agency in it (regardless of administrative boundary).
    Source: Decree 61/2018/NĐ-CP, arts. 7 and 14; Decree 118/2025/NĐ-CP, art. 14(2).
    """
    regime = law_book().regime_on(on)
    return (
        receivable_offerings(unit_id, on=on, is_boundary_free=regime.is_boundary_free).filter(id=offering_id).exists()
    )


@lru_cache(maxsize=2_000)
def _net(process_version_id: int) -> Net:
    net = compile_net(Definition.from_json(ProcessVersion.objects.get(id=process_version_id).definition))
    if not isinstance(net, Net):
        raise AssertionError(f"a published process does not compile: {net}")
    return net
