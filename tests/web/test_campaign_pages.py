"""Inspections, directives, letters, training on pages: who sees what, what is refused, what stays frozen."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign_cast import a_file, concluded, conference, directive, everything, pdf, plan_entry, planned
from motcua.core.duties import DutyState
from motcua.core.inspection import InspectionState
from motcua.core.kernel import Refused
from motcua.services.directives.figures import FIGURES, spans_of
from motcua.services.directives.giving import directive_page
from motcua.services.directives.urging import send_letter
from motcua.services.duties.reminding import remind_owed
from motcua.services.inspections.drawing import draw_sample, drawn_again
from motcua.services.inspections.planning import plan_inspections
from motcua.services.notices.making import make_notices
from motcua.store.citizens.models import Notice
from motcua.store.directives.models import Directive, UrgingLetter
from motcua.store.dossiers.models import Dossier
from motcua.store.duties.models import Duty, DutyEvent, Enclosure, Reminder
from motcua.store.inspections.models import Inspection, InspectionPlan, SampledDossier, SampleDraw
from motcua.store.lawfiles.steering import steering_rules
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.models import Staff
from motcua.store.training.models import Attendance, Certificate, Course, Showing
from world import MONDAY, PASSWORD, World, received

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads(settings: object, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path  # type: ignore[attr-defined]


def signed_in(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refusal.value.problems]


def answers(wrong: str = "") -> dict[str, str]:
    """Return a checklist in which all is as it should be but one question."""
    typed = {f"q.{q.key}": "ok" for q in steering_rules().questions}
    return {**typed, f"q.{wrong}": "bad", f"q.{wrong}.note": "Không có phiếu"} if wrong else typed


def test_a_sample_is_drawn_once_frozen_and_anybody_draws_it_again(world: World, tmp_path: Path) -> None:
    inspection = planned(world)
    assert inspection.seed == "12/QĐ-UBND|2026-11-02|H05.31/centre|2026-10-26|2026-11-13"
    client, address = signed_in("kiemsoat"), f"/inspections/{inspection.public_id}"
    assert inspection.seed in client.get(address).content.decode(), "public before the draw"
    assert client.post(address, {"act": "draw"}).status_code == 302
    assert client.post(address, {"act": "draw"}).status_code == 422
    listed = client.get(f"{address}/candidates.csv").content
    path = tmp_path / "candidates.csv"
    path.write_bytes(listed)
    recipe = [sys.executable, str(ROOT / "docs" / "inspection" / "redraw.py"), str(path)]
    found = subprocess.run(recipe, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    stored = [str(s.dossier.public_id) for s in SampledDossier.objects.order_by("place").select_related("dossier")]
    assert [line.split()[1] for line in found.stdout.splitlines()[:-1]] == stored
    rows = list(csv.reader(io.StringIO(listed.decode()), delimiter=";"))
    assert len(rows) == 4 + 6
    assert Dossier.objects.first().code not in listed.decode()  # type: ignore[union-attr]
    path.write_bytes(listed.replace(b";1;", b";2;", 1))
    assert subprocess.run(recipe, capture_output=True, check=False).returncode == 1, "a list that was changed"
    assert drawn_again(inspection)
    for change in (
        lambda: Inspection.objects.update(seed="x"),
        lambda: InspectionPlan.objects.update(decision_no="x"),
        lambda: SampleDraw.objects.update(count=1),
        lambda: SampledDossier.objects.update(place=9),
        lambda: SampledDossier.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_decision_is_planned_by_once_and_every_fault_is_told(world: World) -> None:
    planned(world, dossiers=0)
    officer = world.procedure_officer
    with pytest.raises(Refused) as refusal:
        plan_inspections(plan_entry(world, subject="Chọn lại"), actor=officer, now=MONDAY)
    assert codes(refusal) == ["plan.decision"]
    with pytest.raises(Refused) as refusal:
        plan_inspections(
            plan_entry(world, decision_no="", decided_on="x", to_on="17/11/2028", size="0", units=["0"]),
            actor=officer,
            now=MONDAY,
        )
    assert codes(refusal) == ["entry.missing", "entry.day", "entry.day_outside", "entry.number", "entry.choose"]
    with pytest.raises(Refused) as refusal:
        draw_sample(Inspection.objects.order_by("id")[0].public_id, actor=officer, now=MONDAY)
    assert codes(refusal) == ["inspection.nothing"]
    ahead = plan_entry(world, decision_no="13/QĐ", to_on="16/11/2026", visit_on="17/11/2026")
    coming = plan_inspections(ahead, actor=officer, now=MONDAY).inspections.get()
    with pytest.raises(Refused) as refusal:
        draw_sample(coming.public_id, actor=officer, now=MONDAY)
    assert codes(refusal) == ["inspection.period_open"], "planned ahead, drawn when the period is over"
    client = signed_in("kiemsoat")
    typed = {"decision_no": "13/QĐ-UBND", "subject": "Còn đây"}
    answer = client.post("/inspections/new", typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Còn đây" in text
    assert 'href="#decided_on"' in text


def test_an_inspection_from_draw_to_end_with_a_re_check(world: World) -> None:
    inspection = planned(world, size="2")
    kiemsoat, head = signed_in("kiemsoat"), signed_in("dung")
    address = f"/inspections/{inspection.public_id}"
    kiemsoat.post(address, {"act": "draw"})
    first = f"{address}/dossiers/1"
    shown = kiemsoat.get(first).content.decode()
    code = SampledDossier.objects.get(place=1).dossier.code
    assert code in shown
    assert "Nguyễn Thị An" not in shown, "times and steps, no names"
    assert kiemsoat.post(first, {"q.receipt": "ok"}).status_code == 422
    assert kiemsoat.post(address, {"act": "conclude", "conclusion": "x"}).status_code == 422, "not all looked at"
    assert kiemsoat.post(first, answers("once"))["Location"] == f"{address}/dossiers/2"
    assert kiemsoat.post(f"{address}/dossiers/2", answers())["Location"] == address
    found = {
        "act": "find",
        "key": str(uuid.uuid4()),
        "text": "Không lập phiếu bổ sung",
        "gravity": "grave",
        "place": "1",
    }
    assert kiemsoat.post(address, found).status_code == 422, "what is grave is put right"
    found |= {"remedy": "Lập lại phiếu", "days": "5"}
    for _twice in range(2):
        assert kiemsoat.post(address, found).status_code == 302
    assert "Không lập phiếu" not in head.get(address).content.decode(), "the inspector's alone until the record"
    assert kiemsoat.post(address, {"act": "conclude", "conclusion": "Đạt, trừ phiếu."}).status_code == 302
    assert "Không lập phiếu" in head.get(address).content.decode()
    (remedy,) = Duty.objects.all()
    assert (remedy.unit_id, str(remedy.due_on)) == (world.home.centre.id, "2026-11-23")
    assert kiemsoat.post(address, {"act": "close"}).status_code == 422
    page = f"/duties/{remedy.public_id}"
    assert "Không lập phiếu" in head.get("/owed").content.decode()
    assert head.post(page, {"act": "done", "text": "Đã lập"}).status_code == 422, "without evidence"
    key = str(uuid.uuid4())
    for _twice in range(2):
        report = {"act": "done", "text": "Đã lập", "key": key, "files": a_file()}
        assert head.post(page, report).status_code == 302
    assert Enclosure.objects.count() == 1
    assert "Không lập phiếu" in kiemsoat.get("/owed").content.decode(), "waits for another look"
    assert kiemsoat.post(page, {"act": "returned", "text": "Thiếu chữ ký", "days": "3"}).status_code == 302
    assert kiemsoat.post(page, {"act": "fulfilled", "text": "Đạt"}).status_code == 422, "reported on first"
    head.post(page, {"act": "done", "text": "Đã ký", "files": a_file()})
    assert kiemsoat.post(page, {"act": "fulfilled", "text": "Đạt"}).status_code == 302
    assert kiemsoat.post(address, {"act": "close"}).status_code == 302
    inspection.refresh_from_db()
    assert inspection.state == InspectionState.CLOSED
    record = kiemsoat.get(f"{address}/record.pdf")
    with pypdfium2.PdfDocument(record.content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert tuple(round(side) for side in document[0].get_size()) == (595, 842)
    assert code in text.replace("\r\n", "")
    assert "Nguyễn Thị An" not in text
    for change in (lambda: DutyEvent.objects.update(text="x"), lambda: Enclosure.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_directive_goes_from_conference_to_closed_with_evidence(world: World) -> None:
    held, conclusion = concluded(world)
    leader, head, stranger = signed_in("lanhdao"), signed_in("dung"), signed_in("giamdocxa")
    assert leader.get(f"/conferences/{held.public_id}/minutes.pdf").status_code == 200
    point = held.points.get(agency=world.home.agency)
    noted = {f"point.{point.id}.{f}": v for f, v in {"place": "Hội trường", "connection": "VIDEO", "expected": "5", "present": "4"}.items()}  # fmt: skip
    assert (
        leader.post(f"/conferences/{held.public_id}", {"act": "points", "points": [point.id], **noted}).status_code
        == 302
    )
    documents = {"act": "documents", "title": "Báo cáo", "files": a_file()}
    assert leader.post(f"/conferences/{held.public_id}", documents).status_code == 302
    assert "Báo cáo" in head.get(f"/conferences/{held.public_id}").content.decode()
    typed = {
        "key": str(uuid.uuid4()), "title": "Hồ sơ quá hạn", "text": "Giải quyết", "days": "5", "figures": ["late"],
        "conclusion": str(conclusion), "agencies": [world.home.agency.id, world.elsewhere.agency.id],
    }  # fmt: skip
    assert "dứt điểm" in leader.get(f"/directives/new?conclusion={conclusion}").content.decode()
    for _twice in range(2):
        assert leader.post("/directives/new", typed).status_code == 302
    given = Directive.objects.get()
    assert Duty.objects.count() == 2, "one an agency"
    mine = Duty.objects.get(agency=world.home.agency)
    page = f"/duties/{mine.public_id}"
    assert stranger.get(page).status_code == 403
    assert stranger.get(f"/directives/{given.public_id}").status_code == 200
    assert world.home.agency.name not in stranger.get(f"/directives/{given.public_id}").content.decode()
    assert leader.post(page, {"act": "fulfilled", "text": "x"}).status_code == 422
    assert leader.post(page, {"act": "done", "text": "x", "files": a_file()}).status_code == 403
    assert head.post(page, {"act": "done", "text": "Xong", "files": a_file()}).status_code == 302
    file = Enclosure.objects.get(of_id=mine.public_id)
    served = head.get(f"/enclosures/{file.public_id}")
    assert served.status_code == 200
    for close in served._resource_closers:
        close()
    assert stranger.get(f"/enclosures/{file.public_id}").status_code == 403
    assert leader.post(page, {"act": "fulfilled", "text": "Đạt"}).status_code == 302
    mine.refresh_from_db()
    assert mine.state == DutyState.FULFILLED
    assert "1 / 2" in leader.get("/directives").content.decode()


def test_figures_are_counted_from_the_facts_before_and_after(world: World) -> None:
    """Three received before, all late by the day after; counted by the rules of the report and by nobody's hand."""
    given_at = MONDAY - timedelta(days=10)
    for hours in range(3):
        received(world.home, at=given_at - timedelta(days=30, hours=hours))
    given = directive(world, now=given_at, figures=list(FIGURES))
    page = directive_page(given.public_id, world.province_leader, now=MONDAY)
    assert (page.spans.before[1] - page.spans.before[0]) == (page.spans.after[1] - page.spans.after[0])
    assert page.spans.is_running
    moved = {f.key: (f.before, f.after) for f in page.figures[world.home.agency.id]}
    assert moved["overdue"] == (3, 3)
    assert moved["late"] == (0, 0)
    assert moved["on_time_share"] == (None, None), "nothing was handled"
    assert moved["online_share"] == (0, None), "nothing came after"
    short = spans_of(given_on=MONDAY.date(), due_on=MONDAY.date() + timedelta(days=7), now=MONDAY)
    assert (short.before[1] - short.before[0]).days == 29, "a month at least"
    assert "Đang giải quyết quá hạn" in signed_in("dung").get(f"/directives/{given.public_id}").content.decode()


def test_statements_of_a_directive_do_not_grow_with_its_agencies(world: World) -> None:
    one = directive(world, agencies=[str(world.home.agency.id)])
    two = directive(world)
    client, counts = signed_in("lanhdao"), []
    for given in (one, two):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(f"/directives/{given.public_id}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_letter_urges_what_is_overdue_and_is_watched(world: World) -> None:
    given = directive(world, now=MONDAY - timedelta(days=30))
    old = received(world.home, at=MONDAY - timedelta(days=60))
    leader, head = signed_in("lanhdao"), signed_in("dung")
    address = f"/urging/to/{world.home.agency.id}"
    shown = leader.get(address).content.decode()
    assert old.code in shown
    assert given.title in shown
    typed = {"key": str(uuid.uuid4()), "text": "Việc này đã kéo dài."}
    for _twice in range(2):
        assert leader.post(address, typed).status_code == 302
    letter = UrgingLetter.objects.get()
    assert [i["kind"] for i in letter.items] == ["directive", "dossier"]
    page = f"/urging/{letter.public_id}"
    assert f"{letter.number}/{letter.year}" in head.get("/owed").content.decode()
    assert head.post(page, {"answer": "Thiếu người", "promised_on": "01/01/2020"}).status_code == 422
    assert head.post(page, {"answer": "Thiếu người", "promised_on": "20/11/2026"}).status_code == 302
    assert head.post(page, {"answer": "Khác", "promised_on": "20/11/2026"}).status_code == 422, "answered once"
    assert leader.post(page, {"answer": "x", "promised_on": "20/11/2026"}).status_code == 403
    assert signed_in("dungxa").get(page).status_code == 403
    assert "2 / 2" in leader.get("/urging").content.decode()
    with pypdfium2.PdfDocument(leader.get(f"{page}/letter.pdf").content) as document:
        assert old.code in document[0].get_textpage().get_text_range().replace("\r\n", "")


def test_heads_are_told_once_a_day_and_the_issuer_after_the_term(world: World) -> None:
    given = directive(world, agencies=[str(world.home.agency.id)], days="5")
    due_on = Duty.objects.get().due_on
    assert remind_owed(now=MONDAY) == 0, "not near yet"
    near = MONDAY.replace(day=due_on.day - 1)
    Staff.objects.filter(username="dung").update(phone="0900000009")
    assert remind_owed(now=near) == 2
    assert remind_owed(now=near + timedelta(hours=3)) == 0, "once a day"
    told = {r.staff.username: (r.owed, r.late, r.awaited) for r in Reminder.objects.select_related("staff")}
    assert told == {"dung": (1, 0, 0), "giamdoc": (1, 0, 0)}
    message = OutboxMessage.objects.get(topic="owed.daily")
    assert make_notices(message, now=near) == 1
    assert Notice.objects.get().contact == "0900000009"
    late = near + timedelta(days=2)
    assert remind_owed(now=late) == 4
    after = {r.staff.username: (r.owed, r.late, r.awaited) for r in Reminder.objects.filter(on=late.date())}
    assert after == {"dung": (1, 1, 0), "giamdoc": (1, 1, 0), "kiemsoat": (0, 0, 1), "lanhdao": (0, 0, 1)}
    assert given.title not in str(message.body), "the message tells numbers"


def test_a_course_gives_certificates_to_those_who_passed(world: World) -> None:
    client = signed_in("kiemsoat")
    typed = {"key": str(uuid.uuid4()), "subject": "Nghị định 118", "audience": "Công chức Một cửa", "teacher": "Sở Nội vụ", "has_test": "1", "valid_months": "1"}  # fmt: skip
    assert client.post("/courses/new", typed).status_code == 302
    course = Course.objects.get()
    page = f"/courses/{course.public_id}"
    session = {"act": "session", "key": str(uuid.uuid4()), "on": "13/11/2026", "place": "Hội trường"}
    assert client.post(page, session).status_code == 302
    held = course.sessions.get()
    assert client.post(page, {"act": "people", "session": held.id, "unit": world.home.centre.id}).status_code == 302
    lines = list(Attendance.objects.order_by("id"))
    assert {line.staff.username for line in lines} == {"binh", "giamdoc", "buudien"}
    ids = [line.id for line in lines]
    absent = {"act": "attendance", "session": held.id, "lines": ids, "present": ids[:1], "passed": ids[:2]}
    assert client.post(page, absent).status_code == 422, "who was not there cannot have passed"
    noted = {**absent, "present": ids[:2], "passed": ids[:1]}
    assert client.post(page, noted).status_code == 302
    assert client.post(page, {"act": "certify", "session": held.id}).status_code == 302
    assert client.post(page, {"act": "certify", "session": held.id}).status_code == 422, "once"
    (given,) = Certificate.objects.all()
    assert (given.staff_id, str(given.expires_on)) == (lines[0].staff_id, "2026-12-16")
    shown = client.get("/courses").content.decode()
    assert given.staff.full_name in shown, "it ends within sixty days"
    assert world.elsewhere.centre.name in shown, "a unit whose officers hold none"
    assert given.staff.full_name not in signed_in("giamdocxa").get(page).content.decode(), "people of others"


def test_a_campaign_counts_whom_it_reached(world: World) -> None:
    client = signed_in("lanhdao")
    typed = {"key": str(uuid.uuid4()), "title": "Nộp trực tuyến", "audience": "Người dân", "from_on": "01/11/2026", "to_on": "30/11/2026", "reach_planned": "1.000", "channels": ["HALL", "RADIO"]}  # fmt: skip
    answer = client.post("/campaigns/new", typed)
    page = answer["Location"]
    nowhere = {"act": "material", "kind": "POSTER", "title": "Áp phích", "address": "javascript:alert(1)"}
    assert client.post(page, nowhere).status_code == 422
    poster = {"act": "material", "key": str(uuid.uuid4()), "kind": "POSTER", "title": "Áp phích", "files": a_file("ap-phich.pdf")}  # fmt: skip
    assert client.post(page, poster).status_code == 302
    material = re.search(r'<option value="(\d+)">Áp phích', client.get(page).content.decode())
    assert material is not None
    shown = {"act": "showing", "key": str(uuid.uuid4()), "material": material[1], "on": "10/11/2026", "place": "Trung tâm", "reach": "250", "ground": "Đếm lượt khách"}  # fmt: skip
    for _twice in range(2):
        assert client.post(page, shown).status_code == 302
    assert Showing.objects.count() == 1
    assert "250 / 1.000" in client.get("/campaigns").content.decode()
    file = Enclosure.objects.get()
    read = signed_in("giamdoc").get(f"/enclosures/{file.public_id}")
    assert b"".join(read.streaming_content) == pdf()  # type: ignore[attr-defined]
    for close in read._resource_closers:
        close()


def test_pages_say_so_when_nothing_is_there(world: World) -> None:
    for username, addresses in (
        ("lanhdao", ("/owed", "/inspections", "/conferences", "/directives", "/urging", "/courses", "/campaigns")),
        ("dung", ("/owed", "/inspections", "/conferences", "/directives", "/urging", "/courses", "/campaigns")),
    ):
        client = signed_in(username)
        for language in ("vi", "en"):
            client.cookies["django_language"] = language
            for address in addresses:
                answer = client.get(address)
                assert answer.status_code == 200, address
                assert "<tbody>" not in answer.content.decode() or address in ("/courses", "/urging"), address


def test_terms_are_moved_and_orders_taken_back_only_by_whoever_gave_them(world: World) -> None:
    directive(world, agencies=[str(world.home.agency.id)])
    duty = Duty.objects.get()
    page, leader, head = f"/duties/{duty.public_id}", signed_in("lanhdao"), signed_in("dung")
    assert head.post(page, {"act": "extended", "text": "Xin thêm", "days": "5"}).status_code == 403
    assert head.post(page, {"act": "reported", "text": "Đang làm"}).status_code == 302, "progress needs no file"
    assert leader.post(page, {"act": "extended", "text": "Thêm", "days": "0"}).status_code == 422
    assert leader.post(page, {"act": "extended", "text": "Thêm", "days": "250"}).status_code == 302
    duty.refresh_from_db()
    assert duty.due_on > duty.first_due_on
    far = leader.post(
        "/directives/new", {"title": "x", "text": "x", "days": "250", "agencies": [world.home.agency.id]}
    )
    assert far.status_code == 302
    assert leader.post(page, {"act": "revoked", "text": "Không còn cần"}).status_code == 302
    assert leader.post(page, {"act": "revoked", "text": "Không còn cần"}).status_code == 422
    duty.refresh_from_db()
    assert (duty.state, duty.closed_on) == (DutyState.REVOKED, MONDAY.date())


def test_an_inspection_can_be_taken_out_of_the_plan_before_its_draw(world: World) -> None:
    inspection, client = planned(world), signed_in("kiemsoat")
    address = f"/inspections/{inspection.public_id}"
    assert client.post(address, {"act": "cancel", "reason": ""}).status_code == 422
    assert client.post(address, {"act": "cancel", "reason": "Bão lũ"}).status_code == 302
    assert client.post(address, {"act": "draw"}).status_code == 422
    assert "Bão lũ" in client.get(address).content.decode()
    assert client.post(address, {"act": "sing"}).status_code == 403
    assert client.get(f"{address}/record.pdf").status_code == 403


def test_a_level_is_chosen_as_a_whole_and_stays_chosen_when_something_is_wrong(world: World) -> None:
    client = signed_in("lanhdao")
    typed = {"title": "Toàn tỉnh", "text": "x", "days": "", "levels": ["COMMUNE"]}
    answer = client.post("/directives/new", typed)
    assert answer.status_code == 422
    assert re.search(r'value="COMMUNE" checked', answer.content.decode())
    assert client.post("/directives/new", {**typed, "days": "5"}).status_code == 302
    assert {d.agency_id for d in Duty.objects.all()} == {world.home.agency.id, world.elsewhere.agency.id}


def test_documents_of_a_conference_are_for_those_who_take_part(world: World) -> None:
    held = conference(world, agencies=[str(world.home.agency.id)])
    leader = signed_in("lanhdao")
    for _twice in range(2):
        documents = {"act": "documents", "title": "Báo cáo", "files": a_file()}
        assert leader.post(f"/conferences/{held.public_id}", documents).status_code == 302
    file = Enclosure.objects.get()
    assert signed_in("dungxa").get(f"/enclosures/{file.public_id}").status_code == 403
    assert signed_in("dungxa").get(f"/conferences/{held.public_id}").status_code == 403
    assert str(held.public_id) not in signed_in("dungxa").get("/conferences").content.decode()
    early = conference(world, on="20/11/2026")
    concluded_early = {"act": "conclude", "text": "Chưa họp"}
    assert leader.post(f"/conferences/{early.public_id}", concluded_early).status_code == 422


def test_lists_are_paged_by_key_and_cost_the_same_however_long(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everything(world)
    client, before = signed_in("lanhdao"), dict[str, int]()
    lists = ("/inspections", "/conferences", "/directives", "/urging", "/courses", "/campaigns", "/owed")
    for address in lists:
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        before[address] = len(seen)
    more = {"decision_no": "14/QĐ-UBND", "units": [str(world.elsewhere.centre.id)]}
    plan_inspections(plan_entry(world, **more), actor=world.procedure_officer, now=MONDAY)
    conference(world)
    directive(world, now=MONDAY - timedelta(days=40))
    elsewhere = world.elsewhere.agency.id
    send_letter(elsewhere, key=uuid.uuid4(), text="", actor=world.procedure_officer, now=MONDAY)
    for n in range(2):
        client.post("/courses/new", {"subject": f"Lớp {n}", "audience": "x", "teacher": "x"})
        period = {"from_on": "01/11/2026", "to_on": "30/11/2026", "reach_planned": "1", "channels": ["HALL"]}
        client.post("/campaigns/new", {"title": f"Đợt {n}", "audience": "x", **period})
    client.get("/owed")  # What was said of the acts is shown there, and read no more.
    for address in lists:
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        assert len(seen) == before[address], address
    for module in (
        "inspections.reading", "directives.conferences", "directives.giving", "directives.urging", "training.courses",
        "training.campaigns",
    ):  # fmt: skip
        monkeypatch.setattr(f"motcua.services.{module}.PAGE", 1)
    for address in lists[:-1]:
        seen_rows, following = list[str](), address
        for _page in range(5):
            text = client.get(following).content.decode()
            seen_rows += re.findall(rf'href="({address}/[0-9a-f]{{8}}-[^"]+)"', text)
            found = re.search(r'rel="next" href="([^"]+)"', text)
            if found is None:
                break
            following = address + found[1]
        assert len(set(seen_rows)) == len(seen_rows) >= 2, address


@pytest.mark.parametrize("odd", ["\x00", "'", "1" * 400, "²", "<script>", "-1", "9" * 18, "NaN", "99/99/9999"])
def test_no_input_is_a_fault_of_ours(world: World, odd: str) -> None:
    client = signed_in("kiemsoat")
    made = planned(world, dossiers=1)
    duty = directive(world).parts.get(agency=world.home.agency).duty
    fields = (
        *("key", "act", "text", "days", "decision_no", "decided_on", "subject", "from_on", "units", "size", "title"),
        *("on", "hour", "agenda", "expected", "agencies", "levels", "figures", "conclusion", "place", "q.once"),
        *("session", "unit", "lines", "points", "channels", "reach_planned", "valid_months", "material", "kind"),
    )
    acts = ("draw", "find", "points", "session", "people", "attendance", "certify", "material", "showing", "extended")
    for address in (
        "/inspections/new", "/conferences/new", "/directives/new", "/courses/new", "/campaigns/new",
        f"/inspections/{made.public_id}", f"/duties/{duty.public_id}", f"/urging/to/{world.home.agency.id}",
    ):  # fmt: skip
        for act in (odd, *acts[:2]):
            answer = client.post(address, {**dict.fromkeys(fields, odd), "act": act})
            assert answer.status_code in (302, 403, 422), (address, act, answer.status_code)
    for address in ("/inspections", "/conferences", "/directives", "/urging", "/courses", "/campaigns"):
        assert client.get(address, {"after": odd}).status_code == 200, address
    assert client.get("/directives/new", {"conclusion": odd}).status_code == 200
