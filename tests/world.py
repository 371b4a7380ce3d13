"""The fixed cast of all tests: An the applicant, Bình at the counter, Chi the specialist, Dũng who signs, a stranger."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from motcua.core.forms import ComponentCount, PartyEntry
from motcua.core.kernel import fold
from motcua.core.process import Definition
from motcua.services.actors import Actor, actor_of
from motcua.services.catalogue import publish_law_procedures
from motcua.services.dossiers.intake import Intake, Receipt, receive_dossier
from motcua.services.offerings import component_rules
from motcua.services.processes import publish_definition
from motcua.services.times import VIETNAM
from motcua.store.catalogue.models import Procedure, ProcedureVersion
from motcua.store.lawfiles.procedures import law_procedures
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Agency, Appointment, Post, Staff, Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of

MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=VIETNAM)
PASSWORD = "a-long-test-password"
BIRTH, STATUS, PERMIT = "1.001193", "1.004873", "1.013225"


@dataclass(slots=True)
class Office:
    """A commune with its centre, its division and its leadership, and the people in them."""

    agency: Agency
    centre: Unit
    division: Unit
    leadership: Unit
    binh: Actor
    chi: Actor
    dung: Actor
    manager: Actor
    postal: Actor
    offerings: dict[str, int]


@dataclass(slots=True)
class World:
    """Two communes that know nothing of each other, and the province's people without dossiers of their own."""

    home: Office
    elsewhere: Office
    administrator: Actor
    procedure_officer: Actor
    province_leader: Actor


def make_world() -> World:
    province = Agency.objects.create(
        code="H05", kind="PROVINCE_PC", level="PROVINCE", name="UBND tỉnh", short_name="UBND tỉnh", place="Bắc Ninh"
    )
    control = Unit.objects.create(agency=province, key="control", kind=UnitKind.DIVISION, name="Phòng Kiểm soát")
    lead = Unit.objects.create(agency=province, key="leadership", kind=UnitKind.LEADERSHIP, name="Lãnh đạo tỉnh")
    wanted = [p for p in law_procedures() if p.content.code in (BIRTH, STATUS, PERMIT)]
    publish_law_procedures([p.content for p in wanted], now=MONDAY)
    return World(
        home=_office(province, "31", "Phường Kinh Bắc", ""),
        elsewhere=_office(province, "32", "Phường Võ Cường", "xa"),
        administrator=_actor("quantri", control, [Role.ADMINISTRATOR]),
        procedure_officer=_actor("kiemsoat", control, [Role.PROCEDURE_OFFICER]),
        province_leader=_actor("lanhdao", lead, [Role.PROVINCE_LEADER]),
    )


def _office(province: Agency, number: str, name: str, suffix: str) -> Office:
    agency = Agency.objects.create(
        code=f"H05.{number}",
        code_new=f"H05.{number}",
        kind="COMMUNE_PC",
        level="COMMUNE",
        name=f"UBND {name}",
        short_name=f"UBND {name}",
        parent=province,
        place=name,
    )
    centre = Unit.objects.create(agency=agency, key="centre", kind=UnitKind.SERVICE_CENTRE, name=f"Trung tâm {name}")
    division = Unit.objects.create(agency=agency, key="office", kind=UnitKind.DIVISION, name=f"Văn phòng {name}")
    leadership = Unit.objects.create(
        agency=agency, key="leadership", kind=UnitKind.LEADERSHIP, name=f"Lãnh đạo {name}"
    )
    offerings = {}
    for procedure in law_procedures():
        code = procedure.content.code
        if code not in (BIRTH, STATUS, PERMIT):
            continue
        process, _ = publish_definition(
            procedure.process, units={}, stated_days=None, step_sum_days=1, problems=(), source="law", now=MONDAY
        )
        slots = {s: leadership.id if s == "leadership" else division.id for s in procedure.slots if s != "reception"}
        offerings[code] = Offering.objects.create(
            procedure_version=ProcedureVersion.objects.get(procedure__code=code),
            agency=agency,
            process_version=process,
            slots=slots,
            channels=["DIRECT"],
            term_text=procedure.content.term,
            fee_vnd=procedure.content.fee_vnd,
            valid_from_on=date(2018, 1, 1),
        ).id
    return Office(
        agency=agency,
        centre=centre,
        division=division,
        leadership=leadership,
        binh=_actor(f"binh{suffix}", centre, [Role.COUNTER_OFFICER]),
        chi=_actor(f"chi{suffix}", division, [Role.CASE_OFFICER]),
        dung=_actor(f"dung{suffix}", leadership, [Role.AGENCY_LEADER, Role.UNIT_LEADER]),
        manager=_actor(f"giamdoc{suffix}", centre, [Role.CENTRE_MANAGER]),
        postal=_actor(f"buudien{suffix}", centre, [Role.POSTAL_OFFICER]),
        offerings=offerings,
    )


def _actor(username: str, unit: Unit, roles: list[Role]) -> Actor:
    staff = Staff.objects.create(
        username=username, full_name=username.title(), name_folded=fold(username), password=make_password(PASSWORD)
    )
    post = Post.objects.create(unit=unit, title=f"Vị trí {username}", roles=[r.value for r in roles])
    Appointment.objects.create(staff=staff, post=post, from_on=date(2018, 1, 1))
    holding = holdings_of(staff.id, at=MONDAY, on=MONDAY.date())[0]
    return actor_of(staff_id=staff.id, name=staff.full_name, holding=holding)


AN = PartyEntry(
    kind="PERSON",
    name="Nguyễn Thị An",
    id_number="999190000001",
    birth="01/02/1990",
    sex="Nữ",
    address="Số 1, phường Kinh Bắc",
    phone="0900000001",
)


def an_intake(office: Office, code: str = BIRTH, **changes: object) -> Intake:
    offering = office.offerings[code]
    counts = [ComponentCount(r.key, str(r.originals), str(r.copies)) for r in component_rules(offering)]
    values: dict[str, object] = {"key": uuid.uuid4(), "offering_id": offering, "applicant": AN, "counts": counts}
    return Intake(**{**values, **changes})  # type: ignore[arg-type]


def received(office: Office, code: str = BIRTH, *, at: datetime = MONDAY, **changes: object) -> Receipt:
    """Return the receipt of a dossier that Bình has received."""
    intake = an_intake(office, code, is_duplicate_accepted=True, **changes)
    return receive_dossier(intake, actor=office.binh, now=at)


def forget_what_is_kept() -> None:
    """What is kept in memory by id belongs to the database of the test before."""
    from motcua.services import calendars, numbers, offerings
    from motcua.services.boards import apologies, offices
    from motcua.services.figures import causes
    from motcua.store.offerings import selectors

    for kept in (
        offerings.running_offering,
        offerings.component_rules,
        offerings.content_of_offering,
        offerings._net,
        numbers._codes_of_agency,
        apologies._after,
        causes._is_plain,
        selectors.unit_place,
        selectors.procedure_id_of,
    ):
        kept.cache_clear()
    calendars.forget()
    causes._Kept.found.clear()
    offices._Kept.shares.clear()


def offered(office: Office, definition: Definition, *, slots: dict[str, int] | None = None, term: str = "") -> int:
    """Return a new offering that runs ``definition`` for a procedure of its own, named by the definition's id."""
    number = Procedure.objects.count() + 1
    code = f"9.{number:06d}"
    content = next(p.content for p in law_procedures() if p.content.code == STATUS)
    publish_law_procedures([replace(content, code=code, name=definition.name)], now=MONDAY)
    process, _ = publish_definition(
        definition, units={}, stated_days=None, step_sum_days=1, problems=(), source="test", now=MONDAY
    )
    filled = {"division": office.division.id, "leadership": office.leadership.id, **(slots or {})}
    return Offering.objects.create(
        procedure_version=ProcedureVersion.objects.get(procedure__code=code),
        agency=office.agency,
        process_version=process,
        slots=filled,
        channels=["DIRECT"],
        term_text=term or "5 working days",
        valid_from_on=date(2018, 1, 1),
    ).id


def code_of(offering_id: int) -> str:
    """Return the code of the procedure that an offering offers."""
    return str(Offering.objects.get(id=offering_id).procedure_version.procedure.code)


def taken_in(office: Office, offering_id: int, *, at: datetime = MONDAY, **changes: object) -> Receipt:
    """Return the receipt of a dossier of that offering."""
    counts = [ComponentCount(r.key, str(r.originals), str(r.copies)) for r in component_rules(offering_id)]
    values: dict[str, object] = {
        "key": uuid.uuid4(), "offering_id": offering_id, "applicant": AN, "counts": counts,
        "is_duplicate_accepted": True,
    }  # fmt: skip
    return receive_dossier(Intake(**{**values, **changes}), actor=office.binh, now=at)  # type: ignore[arg-type]
