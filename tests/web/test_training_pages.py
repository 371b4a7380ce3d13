"""Training and publicity on pages; and what holds of all lists and forms of inspection and urging."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign_cast import (
    a_file,
    conference,
    directive,
    everything,
    pdf,
    plan_entry,
    planned,
    signed_in,
)
from motcua.services.directives.urging import send_letter
from motcua.services.inspections.planning import plan_inspections
from motcua.store.duties.models import Enclosure
from motcua.store.training.models import Attendance, Certificate, Course, Showing
from world import MONDAY, World

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


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
    paper = client.get(f"{page}/certificates.pdf?only={given.public_id}")
    with pypdfium2.PdfDocument(paper.content) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert given.staff.full_name in text
    assert "ngày 13/11/2026 tại Hội trường" in text
    assert signed_in("giamdocxa").get(f"{page}/certificates.pdf").status_code == 403, "of others"
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
