"""Makes a demo's organisation: agencies, units, posts, staff, counters, offerings. No dossiers."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from motcua.core.kernel import fold
from motcua.services.catalogue import publish_law_procedures
from motcua.services.processes import publish_definition
from motcua.services.times import VIETNAM
from motcua.store.catalogue.models import ProcedureVersion
from motcua.store.lawfiles.procedures import LawProcedure, law_procedures
from motcua.store.offerings.models import Offering, OnSpotDelegation, ProcessVersion
from motcua.store.organisation.models import Agency, Appointment, Counter, Post, Staff, Unit, UnitKind
from motcua.store.organisation.roles import Role

PASSWORD = "motcua-demo-2026"  # noqa: S105 - printed on the start page of the demo, for play only
_CASE_OFFICERS = {"DEPARTMENT": 3, "DISTRICT": 2, "COMMUNE": 1}


@dataclass(slots=True)
class Names:
    """Names put together by rule, the same at every run."""

    data: dict[str, list[str]]
    random: Random

    def person(self) -> tuple[str, str]:
        """Return a full name and the sex it is usual for."""
        is_woman = self.random.random() < 0.5
        sex = "female" if is_woman else "male"
        parts = (self.data["family"], self.data[f"middle_{sex}"], self.data[f"given_{sex}"])
        return " ".join(self.random.choice(p) for p in parts), "Nữ" if is_woman else "Nam"


@dataclass(slots=True)
class Making:
    """Rows being made, written together at the end of each kind."""

    spec: dict[str, Any]
    names: Names
    password: str
    usernames: set[str] = field(default_factory=set)
    posts: list[Post] = field(default_factory=list)
    holders: list[tuple[Staff, Post, Agency | None]] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)
    slot_units: dict[int, dict[str, Unit]] = field(default_factory=dict)


def read_spec(folder: Path) -> dict[str, Any]:
    spec = tomllib.loads((folder / "organisation.toml").read_text(encoding="utf-8"))
    spec["places"] = tomllib.loads((folder / "communes.toml").read_text(encoding="utf-8"))
    return spec


@transaction.atomic
def make_organisation(folder: Path, *, now: datetime) -> list[tuple[str, str, str]]:
    """Make the organisation of a demo folder and return its cast: user name, full name, what they are."""
    spec = read_spec(folder)
    names = Names(
        tomllib.loads((folder.parent / "names.toml").read_text(encoding="utf-8")),
        Random(f"{folder.name}-staff"),  # noqa: S311
    )
    making = Making(spec, names, make_password(PASSWORD, salt="motcua-demo-of-bac-ninh"))
    province = _province(making)
    departments = _departments(making, province)
    communes = _communes(making, province)
    communes += [_vertical(making, province, communes, row) for row in making.spec.get("vertical", ())]
    _write_people(making)
    _offerings(making, departments, communes, now=now)
    return _cast(making)


def _agency(spec: dict[str, Any], *, number: str, parent: Agency | None, **values: Any) -> Agency:
    new, old = _codes(spec, number, parent)
    code = new if spec["code_form"] == "new" else old
    return Agency(
        code=code, code_new=new, code_old=old, parent=parent, valid_from_on=spec["appointed_from"], **values
    )


def _codes(spec: dict[str, Any], number: str, parent: Agency | None) -> tuple[str, str]:
    if parent is None:
        return spec["province"]["code_new"], spec["province"]["code_old"]
    if parent.parent_id is None:
        return f"H05.{number}", f"000.00.{number}.H05"
    above = parent.code_new.split(".")[1]
    return f"H05.{above}.{number}", f"000.{number}.{above}.H05"


def _province(making: Making) -> Agency:
    spec = making.spec["province"]
    province = _agency(
        making.spec,
        number="",
        parent=None,
        kind="PROVINCE_PC",
        level="PROVINCE",
        name=spec["name"],
        short_name=spec["short_name"],
        place=spec["place"],
        address="Số 10, đường Phù Đổng Thiên Vương, Bắc Ninh",
        phone="02220000001",
    )
    province.save()
    centre = _unit(province, "centre", UnitKind.SERVICE_CENTRE, spec["centre"])
    _counters(making, centre, spec["centre_counters"])
    _post(making, centre, "Giám đốc Trung tâm", [Role.CENTRE_MANAGER], usernames=["giamdoc"])
    for number in range(1, 9):
        names = ["an"] if number == 1 else []
        _post(making, centre, f"Chuyên viên tiếp nhận {number}", [Role.COUNTER_OFFICER], usernames=names)
    _post(making, centre, "Nhân viên bưu điện", [Role.POSTAL_OFFICER], usernames=["buudien"])
    leadership = _unit(province, "leadership", UnitKind.LEADERSHIP, "Lãnh đạo Ủy ban nhân dân tỉnh")
    _post(making, leadership, "Phó Chủ tịch UBND tỉnh", [Role.PROVINCE_LEADER], usernames=["lanhdao"])
    control = _unit(province, "control", UnitKind.DIVISION, "Phòng Kiểm soát thủ tục hành chính")
    _post(making, control, "Chuyên viên kiểm soát TTHC", [Role.PROCEDURE_OFFICER], usernames=["kiemsoat"])
    _post(making, control, "Quản trị hệ thống", [Role.ADMINISTRATOR], usernames=["quantri"])
    return province


def _departments(making: Making, province: Agency) -> list[Agency]:
    made = []
    for row in making.spec["departments"]:
        agency = _agency(
            making.spec,
            number=row["number"],
            parent=province,
            kind="DEPARTMENT",
            level="PROVINCE",
            name=row["name"],
            short_name=row["short_name"],
            place="Bắc Ninh",
            address="Khu liên cơ quan, đường Lý Thái Tổ, Bắc Ninh",
            phone=f"022200001{row['number']}",
        )
        agency.save()
        division = _unit(agency, "division", UnitKind.DIVISION, f"Phòng Chuyên môn, {row['short_name']}")
        _office(making, agency, division, _CASE_OFFICERS["DEPARTMENT"], is_cast=row.get("slots") == ["land"])
        slots = making.slot_units[agency.id]
        for slot in row.get("slots", ()):
            slots[slot] = division
        made.append(agency)
    return made


def _communes(making: Making, province: Agency) -> list[Agency]:
    places = making.spec["places"]
    made: list[Agency] = []
    if "district" not in places:
        members = [f"Phường {n}" for n in places["wards"]] + [f"Xã {n}" for n in places["communes"]]
        return [_local(making, province, name, f"{31 + i:02d}", "COMMUNE") for i, name in enumerate(members)]
    for number, row in enumerate(places["district"]):
        district = _local(making, province, row["name"], f"{31 + number:02d}", "DISTRICT")
        made.append(district)
        made += [_local(making, district, n, f"{i:02d}", "COMMUNE") for i, n in enumerate(row["members"], start=1)]
    return made


def _local(making: Making, parent: Agency, name: str, number: str, level: str) -> Agency:
    """Make a district or commune with its one-stop unit, divisions and leadership."""
    key = level.lower()
    kind, _, place = name.partition(" ")
    if name.startswith(("Thành phố", "Thị xã")):
        place = name.split(" ", 2)[2]
    agency = _agency(
        making.spec,
        number=number,
        parent=parent,
        kind=f"{level}_PC",
        level=level,
        name=f"Ủy ban nhân dân {name[0].lower()}{name[1:]}",
        short_name=f"UBND {name[0].lower()}{name[1:]}",
        place=place,
        address=f"Trụ sở UBND {name[0].lower()}{name[1:]}, tỉnh Bắc Ninh",
        phone=_phone(parent, number),
    )
    agency.save()
    spec = making.spec[key]
    is_centre = spec["centre"].startswith("Trung tâm")
    one_stop = UnitKind.SERVICE_CENTRE if is_centre else UnitKind.RECEPTION_SECTION
    centre = _unit(agency, "centre", one_stop, f"{spec['centre']} {name[0].lower()}{name[1:]}")
    _counters(making, centre, spec["counters"])
    is_cast = name in ("Phường Kinh Bắc", "Thành phố Bắc Ninh")
    suffix = "" if level == "COMMUNE" else "tp"
    officers = [f"binh{suffix}", "", ""] if is_cast else ["", ""]
    for index, username in enumerate(officers, start=1):
        _post(
            making,
            centre,
            f"Công chức tiếp nhận {index}",
            [Role.COUNTER_OFFICER],
            usernames=[username] if username else [],
        )
    _post(making, centre, "Phụ trách Bộ phận Một cửa", [Role.CENTRE_MANAGER, Role.COUNTER_OFFICER])
    slots: dict[str, Unit] = {}
    for row in making.spec[f"{key}_units"]:
        unit_name = row.get("ward_name", row["name"]) if kind == "Phường" else row["name"]
        unit = _unit(agency, row["key"], UnitKind.DIVISION, f"{unit_name}, {agency.short_name}")
        if not _is_vertical_here(making, row["key"], name):
            slots |= dict.fromkeys(row["slots"], unit)
        for index in range(_CASE_OFFICERS[level] + (1 if is_cast else 0)):
            chosen = [f"chi{suffix}"] if is_cast and row["key"] in ("office", "justice") and index == 0 else []
            _post(making, unit, f"Công chức chuyên môn {index + 1}", [Role.CASE_OFFICER], usernames=chosen)
        chosen = [f"dung{suffix}"] if is_cast and row["key"] in ("office", "justice") else []
        _post(making, unit, "Trưởng bộ phận", [Role.UNIT_LEADER, Role.CASE_OFFICER], usernames=chosen)
    leadership = _unit(agency, "leadership", UnitKind.LEADERSHIP, f"Lãnh đạo {agency.short_name}")
    _post(making, leadership, "Chủ tịch", [Role.AGENCY_LEADER], usernames=[f"em{suffix}"] if is_cast else [])
    slots["leadership"] = leadership
    making.slot_units[agency.id] = slots
    return agency


def _is_vertical_here(making: Making, slot: str, name: str) -> bool:
    """Return whether an agency of its own does a unit's work at this place, so that the unit does not."""
    return any(slot in row["inner_slots"] and name in row["serves"] for row in making.spec.get("vertical", ()))


def _vertical(making: Making, province: Agency, places: list[Agency], row: dict[str, Any]) -> Agency:
    """Make an agency of a ministry's own line (cơ quan ngành dọc) that serves some communes."""
    agency = _agency(
        making.spec,
        number=row["number"],
        parent=province,
        kind="VERTICAL",
        level="COMMUNE",
        name=row["name"],
        short_name=row["short_name"],
        place=row["serves"][0].partition(" ")[2],
        address=f"Trụ sở {row['name']}, tỉnh Bắc Ninh",
        phone=f"02220009{row['number']:0>2}",
    )
    agency.save()
    desk = _unit(agency, "reception", UnitKind.RECEPTION_SECTION, f"Bộ phận Tiếp nhận, {row['short_name']}")
    _post(making, desk, "Cán bộ tiếp nhận", [Role.COUNTER_OFFICER], usernames=row.get("desk", ()))
    division = _unit(agency, "division", UnitKind.DIVISION, f"Bộ phận nghiệp vụ, {row['short_name']}")
    _post(making, division, "Cán bộ nghiệp vụ", [Role.CASE_OFFICER], usernames=row.get("officer", ()))
    _post(making, division, "Phụ trách", [Role.UNIT_LEADER, Role.CASE_OFFICER], usernames=row.get("lead", ()))
    leadership = _unit(agency, "leadership", UnitKind.LEADERSHIP, f"Lãnh đạo {row['short_name']}")
    _post(making, leadership, "Trưởng cơ quan", [Role.AGENCY_LEADER], usernames=row.get("head", ()))
    making.slot_units[agency.id] = {"leadership": leadership, **dict.fromkeys(row["inner_slots"], division)}
    served = {f"Ủy ban nhân dân {name[0].lower()}{name[1:]}" for name in row["serves"]}
    for place in places:
        if place.name in served:
            making.slot_units[place.id][row["slot"]] = division
    return agency


def _phone(parent: Agency, number: str) -> str:
    """Return a number that nobody has: none begins with 0 after the province's 0222."""
    above = int(parent.code_new[-2:]) if "." in parent.code_new else 0
    return f"02220{above:02d}{int(number):04d}"


def _office(making: Making, agency: Agency, division: Unit, officers: int, *, is_cast: bool) -> None:
    for index in range(officers):
        chosen = ["chiso"] if is_cast and index == 0 else []
        _post(making, division, f"Chuyên viên {index + 1}", [Role.CASE_OFFICER], usernames=chosen)
    _post(
        making,
        division,
        "Trưởng phòng",
        [Role.UNIT_LEADER, Role.CASE_OFFICER],
        usernames=["dungso"] if is_cast else [],
    )
    leadership = _unit(agency, "leadership", UnitKind.LEADERSHIP, f"Lãnh đạo {agency.short_name}")
    _post(making, leadership, "Giám đốc", [Role.AGENCY_LEADER], usernames=["emso"] if is_cast else [])
    making.slot_units[agency.id] = {"leadership": leadership}


def _unit(agency: Agency, key: str, kind: str, name: str) -> Unit:
    return Unit.objects.create(agency=agency, key=key, kind=kind, name=name[:200], phone=agency.phone)


def _counters(making: Making, unit: Unit, names: Sequence[str]) -> None:
    making.counters += [Counter(unit=unit, number=i, name=name) for i, name in enumerate(names, start=1)]


def _post(making: Making, unit: Unit, title: str, roles: Sequence[Role], *, usernames: Sequence[str] = ()) -> None:
    post = Post(unit=unit, title=title, roles=[r.value for r in roles])
    making.posts.append(post)
    name, _sex = making.names.person()
    username = usernames[0] if usernames else next(_free_usernames(making, name))
    making.usernames.add(username)
    staff = Staff(username=username, full_name=name, name_folded=fold(name), password=making.password)
    making.holders.append((staff, post, None))


def _free_usernames(making: Making, name: str) -> Iterator[str]:
    words = fold(name).split()
    base = words[-1] + "".join(w[0] for w in words[:-1])
    for number in itertools.count(1):
        candidate = f"{base}{number}"
        if candidate not in making.usernames:
            yield candidate


def _write_people(making: Making) -> None:
    Post.objects.bulk_create(making.posts, batch_size=1000)
    Staff.objects.bulk_create([s for s, _, _ in making.holders], batch_size=1000)
    Counter.objects.bulk_create(making.counters, batch_size=1000)
    start: date = making.spec["appointed_from"]
    Appointment.objects.bulk_create(
        [Appointment(staff=s, post=p, from_on=start, sending_agency=a) for s, p, a in making.holders],
        batch_size=1000,
    )


def _offerings(making: Making, departments: list[Agency], places: list[Agency], *, now: datetime) -> None:
    """Offer each procedure at every agency of its level that has the units its process asks for."""
    procedures = law_procedures()
    publish_law_procedures([p.content for p in procedures], now=now)
    rows = ProcedureVersion.objects.filter(source="law").select_related("procedure").order_by("number")
    versions = {v.procedure.code: v for v in rows}
    offerings = []
    # The decree on the electronic environment came after the demo of 2018.
    is_online = making.spec["regime"] != "nd61"
    for procedure in procedures:
        process = _process(procedure, now=now)
        level = procedure.levels[making.spec["regime"]]
        agencies = departments if level == "PROVINCE" else [a for a in places if a.level == level]
        needed = [s for s in procedure.slots if s != "reception"]
        for agency in agencies:
            units = making.slot_units[agency.id]
            if all(slot in units for slot in needed):
                offerings.append(
                    Offering(
                        procedure_version=versions[procedure.content.code],
                        agency=agency,
                        process_version=process,
                        slots={slot: units[slot].id for slot in needed},
                        channels=["DIRECT", "POST", *(["ONLINE"] if is_online else [])],
                        term_text=procedure.content.term,
                        fee_vnd=procedure.content.fee_vnd,
                        valid_from_on=making.spec["appointed_from"],
                    )
                )
    Offering.objects.bulk_create(offerings, batch_size=1000)
    for row in making.spec.get("on_spot", ()):
        _delegate_on_spot(making, row)


def _delegate_on_spot(making: Making, row: dict[str, Any]) -> None:
    """Let the centre of a place do kinds of step of some procedures itself (giải quyết tại chỗ)."""
    centre = Unit.objects.get(
        kind=UnitKind.SERVICE_CENTRE, agency__short_name=f"UBND {row['place'][0].lower()}{row['place'][1:]}"
    )
    administrator = Appointment.objects.filter(post__roles__contains=[Role.ADMINISTRATOR]).order_by("id").first()
    offered = Offering.objects.filter(
        agency_id=centre.agency_id, procedure_version__procedure__code__in=row["procedures"]
    )
    assert administrator is not None
    OnSpotDelegation.objects.bulk_create(
        OnSpotDelegation(
            offering=offering,
            unit=centre,
            kinds=row["kinds"],
            has_seal=row["has_seal"],
            decision_no=row["decision_no"],
            decided_on=row["decided_on"],
            from_on=row["from_on"],
            staff_id=administrator.staff_id,
            made_at=datetime.combine(row["decided_on"], time(8, 0), VIETNAM),
        )
        for offering in offered.order_by("id")
    )


def _process(procedure: LawProcedure, *, now: datetime) -> ProcessVersion:
    total = sum(s.minutes or 0 for s in procedure.process.steps) / 480
    version, _is_new = publish_definition(
        procedure.process,
        units=procedure.units,
        stated_days=None,
        step_sum_days=total,
        problems=(),
        source="law",
        now=now,
    )
    return version


def _cast(making: Making) -> list[tuple[str, str, str]]:
    wanted = (
        "an",
        "buudien",
        "giamdoc",
        "binh",
        "chi",
        "dung",
        "em",
        "chiso",
        "dungso",
        "emso",
        "binhtp",
        "chitp",
        "dungtp",
        "emtp",
        "trucban",
        "congan",
        "doitruong",
        "truongca",
        "tiepnhanbh",
        "baohiem",
        "giamdocbh",
        "lanhdao",
        "kiemsoat",
        "quantri",
    )
    found = {s.username: (s, p) for s, p, _ in making.holders}
    return [
        (name, found[name][0].full_name, f"{found[name][1].title}, {found[name][1].unit.name}")
        for name in wanted
        if name in found
    ]
