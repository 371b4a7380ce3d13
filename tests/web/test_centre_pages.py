"""The pages of staff, rota, leave, equipment and premises: who sees what, what is told, what prints and stays."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.core.floor import State
from motcua.services.premises.assets import AssetFilter, asset_list
from motcua.services.readiness import unit_readiness
from motcua.services.staffing.leave_pages import leave_page
from motcua.services.staffing.people import officers_of
from motcua.store.floor.models import Ticket
from motcua.store.organisation.models import Agency, Appointment
from motcua.store.premises.models import (
    Asset,
    Fault,
    InvestmentLine,
    MeetingConclusion,
    MonthlyNotice,
    PremisesCheck,
    ReadinessAnswer,
)
from motcua.store.staffing.models import Competence, Leave, OfficerRecord, Shift, Substitute
from staffing_cast import Staffed, make_staffed
from world import BIRTH, MONDAY, PASSWORD, World, received

NOW = MONDAY + timedelta(minutes=30)


@pytest.fixture
def cast(world: World) -> Staffed:
    return make_staffed(world)


def signed_in(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode())


@pytest.mark.django_db
def test_the_head_says_who_may_serve_what_since_when_and_who_stands_in(cast: Staffed) -> None:
    head = signed_in("giamdoc")
    assert "chưa có hồ sơ" in text_of(head, "/centre/staff")
    assert head.post("/centre/staff").status_code == 302
    record = OfficerRecord.objects.get(staff_id=cast.floor.lan.staff_id)
    page = f"/centre/staff/{record.public_id}"
    wrong = head.post(page, {"act": "competence", "procedure": "9.999999", "competence_ground": "QĐ 12"})
    assert wrong.status_code == 422
    assert "không tiếp nhận thủ tục có mã này" in wrong.content.decode()
    assert 'value="QĐ 12"' in wrong.content.decode(), "what was typed stays"
    assert head.post(page, {"act": "competence", "sectors": [cast.births], "procedure": BIRTH}).status_code == 302
    held = Competence.objects.filter(staff_id=cast.floor.lan.staff_id, ended_on__isnull=True)
    assert set(held.values_list("sector", "procedure_code")) == {(cast.permits, ""), (cast.births, ""), ("", BIRTH)}
    head.post(page, {"act": "end_competence", "id": str(held.get(procedure_code=BIRTH).id)})
    assert held.count() == 2
    sender = Agency.objects.get(code="H05")
    typed = {
        "act": "record", "seen": "1", "in_field_since_on": "01/10/2025", "term_to_on": "31/12/2026",
        "agency": str(sender.id), "ground": "QĐ 5",
    }  # fmt: skip
    assert head.post(page, {**typed, "in_field_since_on": "hôm qua"}).status_code == 422
    assert head.post(page, typed).status_code == 302
    assert "vừa sửa hồ sơ này" in head.post(page, typed).content.decode()
    appointment = Appointment.objects.get(staff_id=cast.floor.lan.staff_id)
    assert appointment.sending_agency_id == sender.id
    told = text_of(head, page)
    assert "ít năm công tác" in told
    assert "Điều 11 Nghị định 118/2025/NĐ-CP" in told
    assert "cần xác nhận" in told
    assert head.post(page, {"act": "substitute", "stand_in": str(cast.floor.khoa.staff_id)}).status_code == 302
    assert Substitute.objects.get().stand_in_id == cast.floor.khoa.staff_id
    assert "Khoa" in text_of(head, "/centre/staff")
    terms = text_of(head, "/centre/terms?day=16/11/2026")
    assert "Lan" in terms
    assert "Điều 11 Nghị định 61/2018/NĐ-CP" in terms
    assert "Không có ai do cơ quan khác cử" in text_of(signed_in("giamdocxa"), "/centre/terms?show=all")
    assert "Lan" in text_of(signed_in("kiemsoat"), "/centre/terms")
    assert "không có ai ngoài quy định" in text_of(signed_in("giamdocxa"), "/centre/terms")
    Appointment.objects.filter(id=appointment.id).update(from_on=date(2024, 1, 1))
    before = text_of(head, "/centre/terms?day=01/03/2025")
    assert "không có ai ngoài quy định" in before, "Decree 61 asks it of ministry, province and district"
    assert "Lan" in text_of(head, "/centre/terms?day=01/03/2025&show=all")
    for odd in ("31/12/9999", "01/01/1900"):
        with CaptureQueriesContext(connection) as counted:
            assert "118/2025" in text_of(head, f"/centre/terms?day={odd}")
        assert len(counted) <= 10


@pytest.mark.django_db
def test_the_rota_is_planned_changed_and_read_by_all_of_the_unit(cast: Staffed) -> None:
    head, binh = signed_in("giamdoc"), signed_in("binh")
    week = {"week": "16/11/2026"}
    one = cast.counter.id
    assert "chưa có lịch trực" in text_of(head, "/centre/rota")
    assert head.post("/centre/rota", {**week, "act": "plan", "counters": [str(one)]}).status_code == 302
    assert Shift.objects.count() == 10
    sheet = text_of(binh, "/centre/rota")
    assert sheet.count("Binh") >= 10
    assert "Lập lịch tuần này" not in sheet
    assert binh.post("/centre/rota", {**week, "act": "plan", "counters": [str(one)]}).status_code == 403
    seat = f"{one}.2026-11-17.1"
    form = text_of(head, f"/centre/rota?week=16/11/2026&seat={seat}")
    assert "Khoa (rảnh)" in form
    assert "Lan (chưa được phân công đủ)" in form
    wrong = head.post("/centre/rota", {**week, "act": "seat", "seat": seat, "staff": str(cast.floor.lan.staff_id)})
    assert wrong.status_code == 422
    assert "chưa được phân công" in wrong.content.decode()
    right = {**week, "act": "seat", "seat": seat, "staff": str(cast.floor.khoa.staff_id)}
    assert head.post("/centre/rota", right).status_code == 302
    assert Shift.objects.filter(staff_id=cast.floor.khoa.staff_id).count() == 1
    assert head.post("/centre/rota", {**week, "act": "require", "counters": []}).status_code == 302
    closed = head.post("/centre/rota", {**week, "act": "seat", "seat": seat, "staff": "0"})
    assert "không còn quầy nào tiếp nhận" in closed.content.decode()
    for odd in ("week=xx&seat=x.y.z", "week=01/01/2000", "week=31/12/9999", "week=24/11/2026&seat=1.9999-12-31.1"):
        assert text_of(head, f"/centre/rota?{odd}").count("<h1>") == 1


@pytest.mark.django_db
def test_a_leave_refused_shows_alternatives_and_loses_nothing_typed(cast: Staffed) -> None:
    head, binh = signed_in("giamdoc"), signed_in("binh")
    head.post("/centre/rota", {"week": "16/11/2026", "act": "plan", "counters": []})
    typed = {
        "key": str(uuid.uuid4()), "from_on": "17/11/2026", "from_half": "2", "to_on": "17/11/2026", "to_half": "2",
        "kind": "annual", "note": "Việc nhà",
    }  # fmt: skip
    refused = binh.post("/centre/leave", typed)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Quầy 1, buổi chiều ngày 17/11/2026: không còn ai đủ thẩm quyền" in page
    assert 'value="Việc nhà"' in page
    assert "Hoặc chọn ngày khác" in page
    name = re.search(r'<select id="(fill-[^"]+)"', page)
    assert name is not None
    chosen = {name[1]: str(cast.floor.khoa.staff_id)}
    assert binh.post("/centre/leave", {**typed, **chosen}).status_code == 302
    assert binh.post("/centre/leave", {**typed, **chosen}).status_code == 302
    leave = Leave.objects.get()
    assert "Chờ người phụ trách" in text_of(binh, "/centre/leave")
    assert "Chờ anh, chị duyệt" in text_of(head, "/centre/leave")
    assert signed_in("giamdocxa").post(f"/centre/leave/{leave.public_id}", {"act": "grant"}).status_code == 403
    assert head.post(f"/centre/leave/{leave.public_id}", {"act": "decline"}).status_code == 422
    assert head.post(f"/centre/leave/{leave.public_id}", {"act": "grant"}).status_code == 302
    assert "trực thay" in text_of(binh, "/centre/rota?week=16/11/2026")


def served_by(cast: Staffed, day: int, minute: int, *, waited: int, served: int) -> None:
    """Somebody called at counter 1 on a day of November after nine."""
    place = MONDAY.replace(day=day, hour=9, minute=minute)
    called = place + timedelta(minutes=waited)
    Ticket.objects.create(
        hall=cast.floor.hall, group=cast.floor.a, day=place.date(), letter="A", number=minute, token=f"{day}-{minute}",
        key=uuid.uuid4(), place_at=place, state=State.DONE, counter=cast.counter, first_called_at=called,
        called_at=called, ended_at=called + timedelta(minutes=served),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_scanner_fault_is_seen_in_the_figures_of_the_queue_until_it_is_repaired(cast: Staffed) -> None:
    head, binh = signed_in("giamdoc"), signed_in("binh")
    entry = {
        "key": str(uuid.uuid4()), "kind": "scanner", "name": "Máy quét A", "inventory_no": "TB-1",
        "counter": str(cast.counter.id), "bought_on": "", "value": "12.500.000", "warranty_to_on": "",
    }  # fmt: skip
    assert head.post("/centre/equipment/new", {**entry, "name": "", "value": "nhiều"}).status_code == 422
    for _ in range(2):
        assert head.post("/centre/equipment/new", entry).status_code == 302
    asset = Asset.objects.get()
    assert head.post("/centre/equipment/new", {**entry, "key": str(uuid.uuid4())}).status_code == 422
    for minute in range(1, 7):
        served_by(cast, 9, minute, waited=4, served=6)
        served_by(cast, 13, minute, waited=20, served=14)
    page = f"/centre/equipment/{asset.public_id}"
    assert "Máy quét A" in text_of(binh, "/centre/equipment?kind=scanner&counter=1")
    report = {
        "key": str(uuid.uuid4()),
        "act": "report",
        "what": "Kẹt giấy",
        "since": "13/11/2026",
        "since_hour": "09:00",
    }
    assert binh.post(page, {**report, "what": "", "since": "13/13/2026"}).status_code == 422
    assert binh.post(page, report).status_code == 302
    assert binh.post(page, {**report, "key": str(uuid.uuid4())}).status_code == 302, "it is reported already"
    fault = Fault.objects.get()
    figures = text_of(head, "/centre/hall/figures?day=13/11/2026")
    assert '<rect class="fault"' in figures
    assert "09:00–11:30" in figures
    assert "20 (6)" in figures
    assert "4 (6)" in figures
    assert "+16" in figures
    assert "+8" in figures
    assert "Máy quét A (quầy 1)" in figures, "in the table by quarters as well"
    assert "Không có máy nào hỏng" in text_of(head, "/centre/hall/figures?day=09/11/2026")
    assert "quá ít để nói" in text_of(head, "/centre/hall/figures"), "nobody was called today"
    assert "Đang hỏng" in text_of(head, "/centre/hall"), "the head sees it where he looks all day"
    assert "Máy quét A" in text_of(head, "/centre/hall/now")
    assert binh.post(f"/centre/faults/{fault.public_id}", {"act": "repaired"}).status_code == 403
    assert head.post(f"/centre/faults/{fault.public_id}", {"act": "repair"}).status_code == 302
    assert "Đang sửa" in text_of(head, page)
    assert head.post(f"/centre/faults/{fault.public_id}", {"act": "written_off"}).status_code == 422
    done = {"act": "repaired", "note": "Thay trục kéo giấy"}
    assert head.post(f"/centre/faults/{fault.public_id}", done).status_code == 302
    assert "Đã sửa xong" in text_of(head, page)
    assert "Thay trục kéo giấy" in text_of(binh, page)
    assert "Ngừng hoạt động" in text_of(binh, page)
    assert head.post(f"/centre/faults/{fault.public_id}", done).status_code == 422
    change = {**entry, "act": "change", "name": "Máy quét B"}
    assert binh.post(page, change).status_code == 403
    assert head.post(page, change).status_code == 302
    assert signed_in("giamdocxa").get(page).status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        Fault.objects.update(closed_at=None)


@pytest.mark.django_db
def test_the_list_of_equipment_is_paged_by_key_and_statements_do_not_grow(cast: Staffed) -> None:
    unit = cast.floor.hall.unit
    Asset.objects.bulk_create(
        Asset(key=uuid.uuid4(), unit=unit, kind="camera", name="x", inventory_no=f"{n}", made_at=MONDAY, made_by_id=1)
        for n in range(70)
    )
    head = cast.floor.manager
    seen = []
    after = ""
    while True:
        with CaptureQueriesContext(connection) as counted:
            page = asset_list(head, AssetFilter(kind="camera", after=after))
        assert len(counted) <= 6
        seen += [a.inventory_no for a in page.assets]
        after = page.after
        if not after:
            break
    assert seen == [str(n) for n in range(70)]
    with CaptureQueriesContext(connection) as counted:
        officers_of(head, now=NOW)
    assert len(counted) <= 5


@pytest.mark.django_db
def test_what_the_law_asks_for_is_counted_looked_at_planned_and_approved(cast: Staffed) -> None:
    head = signed_in("giamdoc")
    page = text_of(head, "/centre/premises")
    assert "Điều 13 Nghị định 118/2025/NĐ-CP" in page
    assert "cần xác nhận" in page
    assert "0 trên 0 dùng được" in page
    found = {
        "key": str(uuid.uuid4()),
        "on": "16/11/2026",
        "found-place": "met",
        "ground-place": "Gần chợ",
        "found-area": "lacking",
    }
    refused = head.post("/centre/premises", found)
    assert refused.status_code == 422
    assert 'value="Gần chợ"' in refused.content.decode()
    for _ in range(2):
        assert head.post("/centre/premises", {**found, "ground-area": "Chật, biên bản 3"}).status_code == 302
    assert PremisesCheck.objects.count() == 2
    assert "Chật, biên bản 3" in text_of(head, "/centre/premises")
    with pytest.raises(DatabaseError), transaction.atomic():
        PremisesCheck.objects.update(is_met=True)
    plan = text_of(head, "/centre/investment?year=2027")
    assert "Camera giám sát" in plan, "what is lacking is proposed"
    line = {
        "key": str(uuid.uuid4()), "year": "2027", "item": "cameras", "name": "Camera sảnh", "quantity": "4",
        "amount": "24.000.000", "ground": "Điều 13",
    }  # fmt: skip
    assert head.post("/centre/investment", {**line, "quantity": "0", "amount": ""}).status_code == 422
    for _ in range(2):
        assert head.post("/centre/investment", line).status_code == 302
    row = InvestmentLine.objects.get()
    decide = f"/centre/investment/{row.public_id}"
    assert head.post(decide, {"act": "approve", "approved_quantity": "3"}).status_code == 422
    approve = {"act": "approve", "approved_quantity": "3", "approved_amount": "18.000.000", "decision_no": "7/QĐ"}
    assert head.post(decide, approve).status_code == 302
    assert head.post(decide, approve).status_code == 422, "decided once"
    plan = text_of(head, "/centre/investment?year=2027")
    assert "18.000.000" in plan
    assert "24.000.000" in plan


@pytest.mark.django_db
def test_a_meeting_and_a_monthly_notice_are_written_and_read(world: World, cast: Staffed) -> None:
    head = signed_in("giamdoc")
    typed = {
        "key": str(uuid.uuid4()), "rows": "2", "on": "05/10/2026", "attendees": "Sở Tư pháp", "matters": "Hồ sơ quá hạn",
        "row.1.text": "Cử thêm người", "row.1.who": "", "row.1.due": "01/10/2026", "act": "save",
    }  # fmt: skip
    refused = head.post("/centre/meetings/new", typed)
    assert refused.status_code == 422
    for anchor in ("row-1-who", "row-1-due"):
        assert f'href="#{anchor}"' in refused.content.decode()
    right = {**typed, "row.1.who": "Sở Tư pháp", "row.1.due": "30/10/2026"}
    assert "row.6.text" in head.post("/centre/meetings/new", {**right, "act": "more"}).content.decode()
    answers = [head.post("/centre/meetings/new", right) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    page = answers[0]["Location"]
    assert "quá hạn" in text_of(head, page)
    assert head.post(page, {"done": "1"}).status_code == 302
    assert MeetingConclusion.objects.get().done_on == NOW.date()
    assert "05/01/2027" in text_of(head, "/centre/meetings"), "three months later"
    assert signed_in("giamdocxa").get(page).status_code == 403
    received(world.home)
    facts = text_of(head, "/centre/notices?month=2026-11")
    assert "Hồ sơ tiếp nhận: 1." in facts
    assert head.post("/centre/notices", {"month": "2020-01"}).status_code == 422
    for remarks in ("Giữ giờ làm việc.", "khác"):
        assert head.post("/centre/notices", {"month": "2026-11", "remarks": remarks}).status_code == 302
    notice = MonthlyNotice.objects.get()
    assert "Giữ giờ làm việc." in text_of(signed_in("binh"), f"/centre/notices/{notice.public_id}")
    assert signed_in("binhxa").get(f"/centre/notices/{notice.public_id}").status_code == 403
    assert signed_in("binh").post("/centre/notices", {"month": "2026-10"}).status_code == 403


@pytest.mark.django_db
def test_readiness_is_told_by_facts_where_they_tell_and_by_answers_where_not(world: World, cast: Staffed) -> None:
    head = signed_in("giamdoc")
    unit_id = world.home.centre.id
    before = unit_readiness(unit_id, cast.floor.manager, days=90, now=NOW).tally
    assert (before.total, before.in_use) == (31, 0)
    received(world.home)
    page = text_of(head, f"/centre/readiness/{unit_id}")
    assert "hồ sơ đã tiếp nhận: 1, gần nhất 16/11/2026" in page
    found = unit_readiness(unit_id, cast.floor.manager, days=30, now=NOW).tally
    assert found.in_use > 3
    assert 8 in found.unknown
    assert 12 not in found.unknown
    answer = {
        "key": str(uuid.uuid4()),
        "function": "8",
        "found": "yes",
        "on": "10/11/2026",
        "ground": "Màn hình điều hành",
    }
    assert head.post(f"/centre/readiness/{unit_id}", {**answer, "function": "12", "ground": ""}).status_code == 422
    for _ in range(2):
        assert head.post(f"/centre/readiness/{unit_id}", answer).status_code == 302
    assert ReadinessAnswer.objects.count() == 1
    after = unit_readiness(unit_id, cast.floor.manager, days=30, now=NOW).tally
    assert after.in_use == found.in_use + 1
    assert 8 not in after.unknown
    assert head.get("/centre/readiness").status_code == 302
    office = signed_in("kiemsoat")
    assert office.post(f"/centre/readiness/{unit_id}", answer).status_code == 403
    with CaptureQueriesContext(connection) as counted:
        assert "Phường Kinh Bắc" in text_of(office, "/centre/readiness?days=30")
    assert len(counted) <= 20


@pytest.mark.django_db
def test_statements_of_the_leave_page_do_not_grow_with_the_leaves(cast: Staffed) -> None:
    counts = []
    for number in (3, 60):
        Leave.objects.bulk_create(
            Leave(
                key=uuid.uuid4(), unit=cast.floor.hall.unit, staff_id=s.staff_id, kind="annual", from_on=date(2026, 12, 1),
                from_half=1, to_on=date(2026, 12, 1), to_half=2, state="asked", asked_at=MONDAY,
                moves=[{"day": "2026-12-01", "half": 1, "counter": cast.counter.id, "from": s.staff_id, "to": cast.floor.lan.staff_id}],
            )
            for s in (cast.floor.khoa, cast.floor.manager)
            for _n in range(number)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as counted:
            page = leave_page(cast.floor.manager, after="", now=NOW)
        counts.append(len(counted))
    assert counts[0] == counts[1]
    assert page.after
    assert len(leave_page(cast.floor.manager, after=page.after, now=NOW).own) > 0
    assert leave_page(cast.floor.manager, after="x.y", now=NOW).own == page.own
