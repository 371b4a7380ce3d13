"""Gives the demo's centres with a hall their staff and equipment: competence, rota, leave, machines, faults, papers.

All of it through the services, as the heads of the centres would enter it in the weeks before the demo opens.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from random import Random

from motcua.core.kernel import Refused
from motcua.core.staffing import add_months
from motcua.services.actors import Actor, actor_of
from motcua.services.calendars import calendar_of
from motcua.services.premises import assets, checklist, faults, meetings, notices
from motcua.services.readiness import AnswerEntry, answer_function
from motcua.services.staffing import people
from motcua.services.staffing.deciding import grant_leave
from motcua.services.staffing.leaves import LeaveEntry, ask_leave, look_at_leave
from motcua.services.staffing.places import place_of
from motcua.services.staffing.rota import monday_of, plan_week
from motcua.services.staffing.seats import require_counters
from motcua.services.times import local_day
from motcua.store.floor.models import Hall
from motcua.store.organisation.models import Appointment, Counter
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of
from motcua.store.premises.models import Asset
from motcua.store.staffing.models import OfficerRecord

_AT_COUNTERS = (
    ("desk", "Bàn quầy"),
    ("computer", "Máy tính để bàn"),
    ("scanner", "Máy quét hai mặt"),
    ("printer", "Máy in"),
)
_IN_HALL = (
    ("kiosk", "Ki-ốt lấy số cửa chính"),
    ("display_screen", "Màn hình gọi số"),
    ("camera", "Máy quay sảnh chờ"),
    ("camera", "Máy quay khu quầy"),
    ("seats", "Ghế chờ, bàn viết khu A"),
    ("computer", "Máy tính cho người dân"),
)
_LOOKED_AT = (
    ("place", "met", "Mặt đường lớn, có chỗ để xe"),
    ("area", "lacking", "Giờ cao điểm khách đứng ra hành lang, biên bản 02"),
    ("information", "met", "Bảng niêm yết và màn hình ở cửa chính"),
)
_PRICES = {"desk": 6_500_000, "computer": 14_000_000, "scanner": 12_500_000, "printer": 5_200_000}


def make_centres(*, opens_at: datetime) -> int:
    """Return how many centres were given their staff and equipment."""
    made = 0
    for hall in Hall.objects.select_related("unit__agency").order_by("id"):
        head = _head(hall.unit_id, opens_at)
        if head is not None:
            _Centre(head, opens_at).make()
            made += 1
    return made


class _Centre:
    """One centre being furnished; ``dice`` gives the same at every run."""

    def __init__(self, head: Actor, opens_at: datetime) -> None:
        self.head, self.opens_at = head, opens_at
        self.dice = Random(f"demo-centre-{head.unit_id}")  # noqa: S311
        self.counters = list(Counter.objects.filter(unit_id=head.unit_id).order_by("number"))
        self.before = opens_at - timedelta(days=20)

    def make(self) -> None:
        self._staff()
        self._rota()
        self._leaves()
        self._equipment()
        self._papers()

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)

    def _staff(self) -> None:
        people.open_records(self.head, now=self.before)
        records = list(OfficerRecord.objects.filter(unit_id=self.head.unit_id).order_by("staff_id"))
        senders = people.officer_page(records[0].public_id, self.head, now=self.before).agencies
        sectors = place_of(self.head.unit_id, on=local_day(self.before)).sectors
        for number, record in enumerate(records):
            # The last one is new and learns two sectors first.
            is_new = len(records) > 4 and number == len(records) - 1
            people.add_competence(
                record.public_id,
                sectors=sectors[:2] if is_new else sectors,
                procedure_code="",
                ground=f"Phân công số {number + 1}",
                actor=self.head,
                now=self.before,
            )
            people.save_record(
                record.public_id,
                people.RecordEntry(
                    seen=record.version,
                    in_field_since_on=date(self.opens_at.year - (1 if number == 1 else 5), 3, 1),
                    in_field_since_text="",
                    term_to_on=None,
                    term_to_text="",
                    agency_id=senders[number % len(senders)].id if number % 2 and len(senders) > 1 else 0,
                    ground=f"QĐ {10 + number}",
                ),
                actor=self.head,
                now=self.before,
            )
        for one, other in zip(records, records[2:4], strict=False):
            people.add_substitute(
                one.public_id, stand_in_id=other.staff_id, ground="Dự phòng", actor=self.head, now=self.before
            )
        self.records = records

    def _rota(self) -> None:
        open_count = max(1, min(len(self.counters), len(self.records) - 2))
        wanted = [c.id for c in self.counters[:open_count]]
        require_counters(self.head, counter_ids=wanted[:2], now=self.before)
        first = monday_of(local_day(self.opens_at))
        for weeks in (-1, 0, 1):
            monday = first + timedelta(days=7 * weeks)
            now = self.opens_at if weeks >= 0 else self.opens_at - timedelta(days=7)
            plan_week(self.head, monday=monday, counter_ids=wanted, now=now)

    def _leaves(self) -> None:
        """One leave with somebody who stands in, granted; one that waits for the head."""
        for number, record in enumerate(self.records[1:3]):
            actor = _actor_at(record.staff_id, self.head.unit_id, self.opens_at)
            if actor is None or actor.has(Role.CENTRE_MANAGER):
                continue
            day = self._working_day(3 + number)
            entry = LeaveEntry(self.key(), ("annual", "training")[number], day, "1", day, "2", "Việc gia đình")
            look = look_at_leave(entry, actor=actor, now=self.opens_at)
            chosen = {g.key: g.ways[0].key for g in look.gaps if g.ways} if look is not None else {}
            entry = LeaveEntry(entry.key, entry.kind, day, "1", day, "2", entry.note, chosen)
            try:
                leave = ask_leave(entry, actor=actor, now=self.opens_at)
            except Refused:
                # A small ward has nobody who could step in: its page shows the refusal instead.
                continue
            if number == 0:
                grant_leave(leave.public_id, actor=self.head, now=self.opens_at)

    def _equipment(self) -> None:
        number = 0
        for counter in self.counters[:6]:
            for kind, name in _AT_COUNTERS:
                number += 1
                self._asset(kind, f"{name} quầy {counter.number}", number, counter=str(counter.id))
        for kind, name in _IN_HALL:
            number += 1
            self._asset(kind, name, number)
        scanner = Asset.objects.filter(unit_id=self.head.unit_id, kind="scanner").order_by("id").first()
        printer = Asset.objects.filter(unit_id=self.head.unit_id, kind="printer").order_by("-id").first()
        assert scanner is not None
        assert printer is not None
        monday = self.opens_at - timedelta(days=7)
        broke, mended = monday.replace(hour=9, minute=5), monday.replace(hour=15, minute=40)
        fault = self._fault(scanner, "Kéo hai tờ một lúc, phải quét lại", at=broke)
        faults.start_repair(fault, actor=self.head, now=broke + timedelta(hours=2))
        faults.close_fault(fault, state="repaired", note="Thay trục kéo giấy", actor=self.head, now=mended)
        friday = self.opens_at - timedelta(days=3)
        self._fault(printer, "In mờ, sọc ngang", at=friday.replace(hour=16, minute=10))

    def _asset(self, kind: str, name: str, number: int, *, counter: str = "") -> None:
        bought = date(self.opens_at.year - 2, 1 + number % 12, 15)
        assets.add_asset(
            assets.AssetEntry(
                key=self.key(),
                kind=kind,
                name=name,
                inventory_no=f"TB-{number:03}",
                counter=counter,
                bought_on=bought,
                bought_text="",
                value=str(_PRICES.get(kind, 9_000_000)),
                warranty_to_on=add_months(bought, 36),
                warranty_text="",
            ),
            actor=self.head,
            now=self.before,
        )

    def _fault(self, asset: Asset, what: str, *, at: datetime) -> uuid.UUID:
        entry = faults.FaultEntry(self.key(), what, None, "")
        return faults.report_fault(asset.public_id, entry, actor=self.head, now=at).public_id

    def _papers(self) -> None:
        day = local_day(self.before)
        entries = [checklist.CheckEntry(*row) for row in _LOOKED_AT]
        checklist.record_checks(entries, key=self.key(), on=day, actor=self.head, now=self.before)
        year = str(self.opens_at.year)
        for item, name, quantity, amount in (
            ("look_up", "Màn hình cảm ứng tra cứu", "1", "28.000.000"),
            ("", "Máy quét thay thế", "2", "25.000.000"),
        ):
            entry = checklist.InvestmentEntry(
                self.key(), year, item, name, quantity, amount, "Còn thiếu theo danh sách; sự cố tháng này"
            )
            line = checklist.propose_line(entry, actor=self.head, now=self.before)
            if item:
                checklist.approve_line(
                    line.public_id,
                    quantity=quantity,
                    amount=amount,
                    decision_no="15/QĐ-MẪU",
                    actor=self.head,
                    now=self.before,
                )
        self._meeting()
        month = add_months(local_day(self.opens_at).replace(day=1), -1)
        remarks = "Cả đơn vị giữ đúng giờ trực. Tháng tới chú ý gọi số đúng nhóm."
        notices.publish_notice(month, remarks=remarks, actor=self.head, now=self.opens_at)
        for function, found, ground in (
            ("8", "yes", "Trang «Đúng hạn» dùng trong giao ban tuần"),
            ("22", "no", "Chưa triển khai"),
        ):
            answer = AnswerEntry(self.key(), function, found, day, ground)
            answer_function(self.head.unit_id, answer, actor=self.head, now=self.before)

    def _meeting(self) -> None:
        on = local_day(self.opens_at) - timedelta(days=45)
        rows = [
            {"text": "Cử thêm một người dự phòng cho quầy đất đai", "who": "Các cơ quan cử người", "due": ""},
            {"text": "Thay máy quét quầy 1", "who": "Người phụ trách", "due": ""},
        ]
        entry = meetings.MeetingEntry(
            key=self.key(),
            on=on,
            attendees="Người phụ trách đơn vị\nĐại diện các cơ quan cử người",
            matters="Giờ trực tại quầy, hồ sơ quá hạn, thiết bị hỏng.",
            rows=rows,
            due=[on + timedelta(days=30), on + timedelta(days=60)],
        )
        meeting = meetings.save_meeting(entry, actor=self.head, now=self.before)
        meetings.conclusion_done(meeting.public_id, number=1, actor=self.head, now=self.before)

    def _working_day(self, after: int) -> date:
        return calendar_of(self.head.agency_id).add_working_days(local_day(self.opens_at), after)


def _head(unit_id: int, at: datetime) -> Actor | None:
    row = Appointment.objects.filter(post__unit_id=unit_id, post__roles__contains=[Role.CENTRE_MANAGER.value]).first()
    return _actor_at(row.staff_id, unit_id, at) if row is not None else None


def _actor_at(staff_id: int, unit_id: int, at: datetime) -> Actor | None:
    row = Appointment.objects.filter(staff_id=staff_id, post__unit_id=unit_id).select_related("staff").first()
    if row is None:
        return None
    holding = next(h for h in holdings_of(staff_id, at=at, on=local_day(at)) if h.unit_id == unit_id)
    return actor_of(staff_id=staff_id, name=row.staff.full_name, holding=holding)
