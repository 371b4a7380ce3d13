"""Conferences, directives, urging letters, reminders on pages: who sees what, what is refused, what figures say."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign_cast import (
    a_file,
    concluded,
    conference,
    directive,
    signed_in,
)
from motcua.core.duties import DutyState
from motcua.services.directives.figures import FIGURES, spans_of
from motcua.services.directives.giving import directive_page
from motcua.services.duties import reading
from motcua.services.duties.reminding import remind_owed
from motcua.services.notices.making import make_notices
from motcua.services.times import VIETNAM
from motcua.store.citizens.models import Notice
from motcua.store.directives.models import Directive, UrgingLetter
from motcua.store.duties.models import Duty, Enclosure, Reminder
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.models import Staff
from world import MONDAY, World, received

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


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


def test_what_is_owed_goes_on_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in ("20", "5", "5", "5", "10"):
        directive(world, agencies=[str(world.home.agency.id)], days=days)
    received(world.home, at=MONDAY - timedelta(days=60))
    leader, head = signed_in("lanhdao"), signed_in("dung")
    typed = {"key": str(uuid.uuid4()), "text": "Việc này đã kéo dài."}
    assert leader.post(f"/urging/to/{world.home.agency.id}", typed).status_code == 302
    wanted = [d.public_id for d in Duty.objects.order_by("due_on", "public_id")]
    wanted = sorted([*wanted, UrgingLetter.objects.get().public_id], key=lambda one: (due_days()[one], one))
    monkeypatch.setattr(reading, "PAGE", 2)
    found, address = list[str](), "/owed"
    while address:
        page = head.get(address).content.decode()
        found += re.findall(r'href="/(?:duties|urging)/([0-9a-f-]{36})"', page)
        onward = re.search(r'href="(\?after=[^"]+)"', page)
        address = f"/owed{onward[1]}" if onward else ""
    assert found == [str(one) for one in wanted]
    assert head.get("/owed?after=x").status_code == 200


def due_days() -> dict[uuid.UUID, date]:
    return dict(
        [
            *Duty.objects.values_list("public_id", "due_on"),
            *UrgingLetter.objects.values_list("public_id", "answer_by"),
        ]
    )


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
    horizon = law_book().calendar().known_until
    assert remind_owed(now=datetime.combine(horizon, time(9), VIETNAM)) == 4, "days beyond it are not known"


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
