"""Makes what is supervised in the demo: inspections, a conference with its directive, a letter, a course, a campaign."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import typst
from django.db.models import Count

from motcua.reports.papers.rendering import FONTS
from motcua.services.actors import Actor, actor_of
from motcua.services.directives.conferences import ConferenceEntry, add_conclusion, call_conference, note_points
from motcua.services.directives.giving import DirectiveEntry, give_directive
from motcua.services.directives.urging import agencies_to_urge, answer_letter, send_letter
from motcua.services.duties.writing import ActEntry, act_on_duty
from motcua.services.inspections.checking import note_check
from motcua.services.inspections.concluding import FindingEntry, add_finding, conclude
from motcua.services.inspections.drawing import draw_sample
from motcua.services.inspections.planning import PlanEntry, plan_inspections
from motcua.services.times import local_day
from motcua.services.training.campaigns import (
    CampaignEntry,
    MaterialEntry,
    ShowingEntry,
    add_material,
    add_showing,
    open_campaign,
)
from motcua.services.training.courses import (
    CourseEntry,
    add_people,
    add_session,
    give_certificates,
    note_attendance,
    open_course,
)
from motcua.store.directives.models import Connection
from motcua.store.dossiers.models import Dossier
from motcua.store.lawfiles.supervision import supervision_rules
from motcua.store.organisation.models import Agency, Appointment, Unit
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of

_AGENCIES, _SAMPLE = 6, 4
_FINDINGS = (
    (
        "Chuyển hồ sơ giấy đến bộ phận chuyên môn chậm so với quy định.",
        "grave",
        "1",
        "Phân công người chuyển hồ sơ trong ngày; niêm yết giờ chuyển tại quầy.",
        "5",
    ),
    ("Bảng niêm yết đặt nơi khuất, chữ nhỏ.", "light", "", "Đặt lại bảng niêm yết ở cửa vào.", "10"),
)


@dataclass(frozen=True, slots=True)
class _File:
    """A file as a browser would hand it over: one page that says what it shows."""

    name: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    def chunks(self) -> Iterable[bytes]:
        return (self.content,)


@dataclass(slots=True)
class _Making:
    """Who acts, on what day the demo opens, and random keys that are the same each time."""

    opens_at: datetime
    leader: Actor
    officer: Actor
    dice: Random

    def at(self, days: int, hour: int = 9) -> datetime:
        return (self.opens_at - timedelta(days=days)).replace(hour=hour, minute=0)

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)


def make_inspections(*, opens_at: datetime) -> None:
    """Write them through the services, as the province's leader, its office of procedures and the heads would."""
    leader, officer = (_holder(role, opens_at) for role in (Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER))
    if leader is None or officer is None:
        return
    making = _Making(opens_at, leader, officer, Random("demo-inspections"))  # noqa: S311
    busiest = _busiest(making)
    if busiest:
        _inspections(making, busiest)
    _conference(making)
    _letter(making)
    if busiest:
        _course(making, busiest[0])
    _campaign(making)


def _busiest(making: _Making) -> list[Unit]:
    """Return the one-stop units that received most in the period inspected."""
    rows = (
        Dossier.objects.filter(received_at__gte=making.at(55, 0), received_at__lt=making.at(26, 0))
        .values("reception_unit_id")
        .annotate(count=Count("id"))
        .order_by("-count", "reception_unit_id")[:4]
    )
    units = Unit.objects.select_related("agency").in_bulk([r["reception_unit_id"] for r in rows])
    return [units[r["reception_unit_id"]] for r in rows]


def _plan(making: _Making, units: Sequence[Unit], number: str, *, decided: int, visit: date) -> list[uuid.UUID]:
    entry = PlanEntry(
        key=making.key(),
        decision_no=number,
        decided_on=_day(making.at(decided)),
        decided_by="Chủ tịch Ủy ban nhân dân tỉnh",
        subject="Tiếp nhận, giải quyết và trả kết quả thủ tục hành chính",
        from_on=_day(making.at(55)),
        to_on=_day(making.at(27)),
        visit_on=f"{visit:%d/%m/%Y}",
        size=str(_SAMPLE),
        units=[str(u.id) for u in units],
    )
    plan = plan_inspections(entry, actor=making.officer, now=making.at(decided, 10))
    return list(plan.inspections.order_by("id").values_list("public_id", flat=True))


def _inspections(making: _Making, units: Sequence[Unit]) -> None:
    officer, unit = making.officer, units[0]
    (done,) = _plan(making, [unit], "112/QĐ-MẪU", decided=24, visit=local_day(making.at(20)))
    drawn = draw_sample(done, actor=officer, now=making.at(22))
    for sampled in drawn.sample.order_by("place"):
        answers = {q.key: ("ok", "") for q in supervision_rules().questions} | {"fees": ("none", "")}
        if sampled.place == 1:
            answers["transfer"] = ("bad", "Chuyển hồ sơ giấy chậm một ngày làm việc")
        note_check(done, sampled.place, answers, note="", actor=officer, now=making.at(20))
    for text, gravity, place, remedy, days in _FINDINGS:
        found = FindingEntry(making.key(), text, gravity, place, remedy, days)
        add_finding(done, found, actor=officer, now=making.at(20, 11))
    concluded = "Đơn vị chấp hành cơ bản tốt; cần khắc phục việc chuyển hồ sơ giấy và niêm yết."
    made = conclude(done, conclusion=concluded, actor=officer, now=making.at(20, 16))
    head = _head(making, unit.agency_id)
    first = made.findings.order_by("number").first()
    if head is not None and first is not None and first.remedy is not None:
        _report(making, first.remedy.public_id, head, "Đã phân công, niêm yết giờ chuyển hồ sơ.", days=14)
    if len(units) > 1:
        coming = local_day(making.opens_at) + timedelta(days=7)
        _plan(making, units[1:], "118/QĐ-MẪU", decided=3, visit=coming)


def _report(making: _Making, duty: uuid.UUID, head: Actor, text: str, *, days: int) -> None:
    entry = ActEntry(making.key(), "done", text)
    file = _File("bao-cao.pdf", _page("Báo cáo kết quả thực hiện", text))
    act_on_duty(duty, entry, uploads=[file], actor=head, now=making.at(days))


def _conference(making: _Making) -> None:
    agencies = _communes()
    if not agencies:
        return
    leader = making.leader
    held = call_conference(
        ConferenceEntry(
            key=making.key(),
            title="Hội nghị trực tuyến toàn tỉnh về cơ chế một cửa, một cửa liên thông",
            chair=leader.name,
            on=_day(making.at(33)),
            hour="08:00",
            agenda="Khai mạc\nBáo cáo tình hình giải quyết thủ tục hành chính\nThảo luận tại các điểm cầu\nKết luận",
            expected="12",
            agencies=[str(leader.agency_id), *(str(a.id) for a in agencies)],
        ),
        actor=leader,
        now=making.at(40),
    )
    points = list(held.points.order_by("id"))
    noted = {
        p.id: {
            "place": p.place, "connection": Connection(p.connection), "expected": "12",
            "present": str(12 - making.dice.randrange(3)),
        }
        for p in points
    }  # fmt: skip
    note_points(held.public_id, noted, actor=leader, now=making.at(33, 11))
    conclusions = [
        add_conclusion(held.public_id, key=making.key(), text=text, actor=leader, now=making.at(33, 11))
        for text in (
            "Giải quyết dứt điểm hồ sơ quá hạn, công khai xin lỗi người dân.",
            "Mỗi đơn vị bố trí người hướng dẫn nộp hồ sơ trực tuyến tại chỗ.",
        )
    ]
    given = give_directive(
        DirectiveEntry(
            key=making.key(),
            title="Giải quyết dứt điểm hồ sơ quá hạn",
            text="Rà soát từng hồ sơ quá hạn, giải quyết dứt điểm, xin lỗi và hẹn lại đúng quy định.",
            days="10",
            agencies=[str(a.id) for a in agencies[:4]],
            figures=["on_time_share", "late", "overdue", "online_share"],
            conclusion=str(conclusions[0].id),
        ),
        actor=leader,
        now=making.at(32),
    )
    # The busiest has not answered yet, so that its head finds something to do.
    parts = list(given.parts.select_related("duty").exclude(agency=agencies[0]).order_by("id"))
    for part, days in zip(parts[:2], (22, 15), strict=False):
        head = _head(making, part.agency_id)
        if head is not None:
            _report(making, part.duty.public_id, head, "Đã giải quyết xong hồ sơ quá hạn.", days=days)
    if parts and _head(making, parts[0].agency_id) is not None:
        looked = ActEntry(making.key(), "fulfilled", "Đã xem báo cáo và số liệu: đạt.")
        act_on_duty(parts[0].duty.public_id, looked, actor=leader, now=making.at(12))


def _communes() -> list[Agency]:
    """Return the communes with a head that handle most dossiers, the busiest first."""
    rows = (
        Dossier.objects.filter(
            handling_agency__level="COMMUNE",
            handling_agency__units__posts__roles__contains=[Role.AGENCY_LEADER.value],
        )
        .values("handling_agency_id")
        .annotate(count=Count("id"))
        .order_by("-count", "handling_agency_id")[:_AGENCIES]
    )
    found = Agency.objects.in_bulk([r["handling_agency_id"] for r in rows])
    return [found[r["handling_agency_id"]] for r in rows]


def _letter(making: _Making) -> None:
    at = making.at(4)
    to_urge = agencies_to_urge(making.leader, now=at)
    for number, urged in enumerate(to_urge[:2]):
        words = "Đề nghị báo cáo rõ từng việc."
        letter = send_letter(urged.agency.id, key=making.key(), text=words, actor=making.leader, now=at)
        head = _head(making, urged.agency.id)
        if number == 0 and head is not None:
            promised = _day(making.at(-4))
            why = "Thiếu người trong đợt cao điểm; đã điều động thêm, sẽ xong đúng ngày cam kết."
            answer_letter(letter.public_id, answer=why, promised_on=promised, actor=head, now=making.at(2))


def _course(making: _Making, unit: Unit) -> None:
    officer = making.officer
    course = open_course(
        CourseEntry(
            key=making.key(),
            subject="Tiếp nhận hồ sơ, số hóa và hướng dẫn nộp trực tuyến",
            audience="Người làm việc tại Bộ phận Một cửa",
            teacher="Phòng Kiểm soát thủ tục hành chính",
            has_test="1",
            valid_months="2",
        ),
        actor=officer,
        now=making.at(30),
    )
    place = "Hội trường Ủy ban nhân dân tỉnh"
    session = add_session(
        course.public_id, key=making.key(), on=_day(making.at(25)), place=place, actor=officer, now=making.at(30)
    )
    add_people(course.public_id, session.id, unit.id, actor=officer, now=making.at(29))
    lines = list(session.attendances.order_by("id").values_list("id", flat=True))
    noted = {line: (True, number > 0) for number, line in enumerate(lines)}
    note_attendance(course.public_id, session.id, noted, actor=officer, now=making.at(25, 17))
    if len(lines) > 1:
        give_certificates(course.public_id, session.id, actor=officer, now=making.at(24))
    coming = _day(making.at(-10))
    add_session(course.public_id, key=making.key(), on=coming, place=place, actor=officer, now=making.at(5))


def _campaign(making: _Making) -> None:
    leader = making.leader
    campaign = open_campaign(
        CampaignEntry(
            key=making.key(),
            title="Nộp hồ sơ trực tuyến, không phải chờ",
            audience="Người dân, doanh nghiệp",
            from_on=_day(making.at(20)),
            to_on=_day(making.at(-20)),
            reach_planned="20000",
            channels=["HALL", "RADIO", "WEB"],
        ),
        actor=leader,
        now=making.at(25),
    )
    poster = _File("ap-phich.pdf", _page("Nộp hồ sơ trực tuyến, không phải chờ", "Hỏi quầy hướng dẫn để được giúp."))
    first = add_material(
        campaign.public_id,
        MaterialEntry(making.key(), "POSTER", "Áp phích tại Bộ phận Một cửa", ""),
        uploads=[poster],
        actor=leader,
        now=making.at(19),
    )
    video = MaterialEntry(
        making.key(), "VIDEO", "Phim hướng dẫn nộp hồ sơ", "https://dichvucong.example.vn/huong-dan"
    )
    add_material(campaign.public_id, video, actor=leader, now=making.at(19))
    shown = ShowingEntry(
        making.key(), str(first.id), _day(making.at(15)), "Trung tâm Hành chính công", "1.250", "Đếm lượt khách trong tuần"
    )  # fmt: skip
    add_showing(campaign.public_id, shown, actor=leader, now=making.at(8))


def _page(title: str, text: str) -> bytes:
    source = f'#set page("a5")\n#set text(font: "Liberation Serif", lang: "vi")\n= {title}\n{text}\n'
    make: Any = typst.Compiler
    compiler = make(source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True)
    pdf: bytes = compiler.compile(format="pdf")
    return pdf


def _day(at: datetime) -> str:
    return f"{local_day(at):%d/%m/%Y}"


def _head(making: _Making, agency_id: int) -> Actor | None:
    return _holder(Role.AGENCY_LEADER, making.opens_at, agency_id=agency_id)


def _holder(role: Role, at: datetime, *, agency_id: int | None = None) -> Actor | None:
    """Return who holds a post with the role, in the agency if one is named."""
    rows = Appointment.objects.filter(post__roles__contains=[role.value]).select_related("staff")
    if agency_id is not None:
        rows = rows.filter(post__unit__agency_id=agency_id)
    row = rows.order_by("id").first()
    if row is None:
        return None
    holdings = holdings_of(row.staff_id, at=at, on=local_day(at))
    holding = next((h for h in holdings if role.value in h.roles), None)
    return actor_of(staff_id=row.staff_id, name=row.staff.full_name, holding=holding) if holding else None
