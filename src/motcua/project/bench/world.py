"""Makes the smallest organisation in which a dossier can live, in a database of its own that is dropped afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.management import call_command
from django.db import connection

from motcua.core.catalogue import Component, ComponentGroup, ProcedureContent
from motcua.core.kernel import fold
from motcua.project.bench.parallel_process import definition
from motcua.services.actors import Actor, actor_of
from motcua.services.processes import publish_definition
from motcua.store.catalogue.models import Procedure, ProcedureVersion
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Agency, Appointment, Post, Staff, Unit
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of

NAME = "motcua_bench"


@dataclass(frozen=True, slots=True)
class World:
    """Who acts in a measurement."""

    offering_id: int
    reception_unit_id: int
    counter: Actor
    case: Actor
    leader: Actor

    def actor_for(self, role: str) -> Actor:
        return {"counter_officer": self.counter, "case_officer": self.case}.get(role, self.leader)


@contextlib.contextmanager
def scratch_database() -> Iterator[None]:
    """Point the connection at an empty, migrated database for as long as the block runs."""
    own = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()
    connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", interactive=False, verbosity=0)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def make_world() -> World:
    """Return one agency with a reception unit, a division, three officers and one offering."""
    now = datetime.now(UTC)
    agency = Agency.objects.create(
        code="H05.99",
        kind="COMMUNE_PC",
        level="COMMUNE",
        name="Cơ quan đo",
        short_name="Cơ quan đo",
        place="Bắc Ninh",
    )
    reception = Unit.objects.create(agency=agency, key="centre", kind="SERVICE_CENTRE", name="Trung tâm")
    division = Unit.objects.create(agency=agency, key="division", kind="DIVISION", name="Phòng")
    content = ProcedureContent(
        code="9.000001",
        name="Thủ tục đo",
        sector="Đo",
        term="15 working days",
        component_groups=(ComponentGroup("", (Component("Tờ khai", 1, 0),)),),
    )
    procedure = Procedure.objects.create(code=content.code)
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=1,
        source="law",
        digest="bench",
        name=content.name,
        name_folded=fold(content.name),
        sector=content.sector,
        content=content.to_json(),
        term_text=content.term,
        published_at=now,
    )
    process, _ = publish_definition(
        definition(), units={}, stated_days=None, step_sum_days=9, problems=(), source="bench", now=now
    )
    offering = Offering.objects.create(
        procedure_version=version,
        agency=agency,
        process_version=process,
        slots={"division": division.id},
        channels=["DIRECT"],
        term_text=content.term,
        valid_from_on=date(2018, 1, 1),
    )
    return World(
        offering_id=offering.id,
        reception_unit_id=reception.id,
        counter=_actor("binh", reception, [Role.COUNTER_OFFICER], now),
        case=_actor("chi", division, [Role.CASE_OFFICER], now),
        leader=_actor("dung", division, [Role.UNIT_LEADER, Role.CASE_OFFICER], now),
    )


def _actor(username: str, unit: Unit, roles: list[Role], now: datetime) -> Actor:
    staff = Staff.objects.create(username=username, full_name=username, name_folded=username)
    post = Post.objects.create(unit=unit, title=username, roles=roles)
    Appointment.objects.create(staff=staff, post=post, from_on=date(2018, 1, 1))
    return actor_of(staff_id=staff.id, name=username, holding=holdings_of(staff.id, at=now, on=now.date())[0])
