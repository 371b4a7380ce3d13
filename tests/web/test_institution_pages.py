"""Promulgation, publication, lists and samples: what is owed until when, where it is public, what is posted."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.services.actors import Denied
from motcua.services.institutions.approvals import approvals
from motcua.services.institutions.duties import decision_for, open_texts, owed_by
from motcua.services.institutions.lists import ListEntry, posted_list, record_list
from motcua.services.institutions.recording import PublicationEntry, record_publication
from motcua.services.institutions.samples import made_up, sample_page
from motcua.store.institutions.models import LegalText, OneStopList, PromulgationDecision, Publication, SampleSet
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Staff
from world import BIRTH, MONDAY, PASSWORD, PERMIT, World

pytestmark = pytest.mark.django_db
DECISION = {
    "number": "1245/QĐ-UBND",
    "title": "Công bố",
    "level": "PROVINCE",
    "decided_on": "09/11/2026",
    "rows": "2",
}
ROWS = {
    "row.1.code": BIRTH, "row.1.name": "", "row.1.change": "amended",
    "row.2.code": "9.999999", "row.2.name": "Thủ tục chưa có trong danh mục", "row.2.change": "new",
}  # fmt: skip


def signed_in(staff_id: int) -> Client:
    client = Client()
    assert client.login(username=Staff.objects.get(id=staff_id).username, password=PASSWORD)
    return client


@pytest.fixture
def officer(world: World) -> Client:
    return signed_in(world.procedure_officer.staff_id)


def decide(officer: Client, **other: str) -> PromulgationDecision:
    data = {**DECISION, **ROWS, "key": str(uuid.uuid4()), **other}
    answer = officer.post("/institutions/decisions/new", data)
    assert answer.status_code == 302, answer.content.decode()
    return PromulgationDecision.objects.get(key=data["key"])


def test_a_text_is_watched_until_a_decision_promulgates_it(officer: Client, world: World) -> None:
    data = {
        "key": str(uuid.uuid4()), "number": "12/2026/TT-BTP", "title": "Thông tư", "level": "PROVINCE",
        "issued_on": "02/11/2026", "effective_on": "20/11/2026", "agency_id": str(world.procedure_officer.agency_id),
        "procedures": "Đăng ký khai sinh",
    }  # fmt: skip
    assert officer.post("/institutions/texts/new", data).status_code == 302
    assert officer.post("/institutions/texts/new", data).status_code == 302
    text = LegalText.objects.get()
    (line,) = open_texts(world.procedure_officer, now=MONDAY)
    assert line.duty.due_on == date(2026, 11, 15)
    assert line.duty.state.value == "overdue", "it is Monday the 16th"
    assert "12/2026/TT-BTP" in officer.get("/institutions").content.decode()
    decide(officer, text=str(text.public_id))
    assert open_texts(world.procedure_officer, now=MONDAY) == []
    assert "đã làm đúng hạn" in officer.get("/institutions/texts").content.decode()


def test_everything_wrong_is_said_at_once_and_nothing_typed_is_lost(officer: Client) -> None:
    wrong = {
        **DECISION,
        "number": "",
        "decided_on": "31/02/2026",
        "row.1.code": BIRTH,
        "row.2.code": BIRTH,
        "act": "save",
    }
    answer = officer.post("/institutions/decisions/new", {**wrong, "title": "Giữ lại chữ này"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for field in ("number", "decided_on", "row-1-change", "row-2-code"):
        assert f'href="#{field}"' in page, field
    assert "Giữ lại chữ này" in page
    assert PromulgationDecision.objects.count() == 0


def test_a_decision_names_the_units_that_post_it_and_each_says_so_itself(officer: Client, world: World) -> None:
    decision = decide(officer)
    line, items = decision_for(decision.public_id, world.procedure_officer, now=MONDAY)
    assert {p.unit.id for p in line.units if p.unit} == {world.home.centre.id, world.elsewhere.centre.id}
    assert [i.is_followed for i in items] == [True, False]
    own, _ = decision_for(decision.public_id, world.home.manager, now=MONDAY)
    assert {p.unit.id for p in own.units if p.unit} == {world.home.centre.id}
    manager = signed_in(world.home.manager.staff_id)
    address = f"/institutions/decisions/{decision.public_id}"
    said = {
        "key": str(uuid.uuid4()),
        "unit": str(world.home.centre.id),
        "done_on": "12/11/2026",
        "ground": "Ảnh bảng",
    }
    assert manager.post(address, {**said, "done_on": "06/11/2026"}).status_code == 422, "before the decision"
    assert manager.post(address, said).status_code == 302
    assert manager.post(address, {**said, "ground": "Khác", "key": str(uuid.uuid4())}).status_code == 302
    assert Publication.objects.get().ground == "Ảnh bảng", "what is recorded stays"
    assert Publication.objects.count() == 1
    assert owed_by(world.home.manager, now=MONDAY) == (0, 0)
    assert owed_by(world.elsewhere.manager, now=MONDAY) == (1, 0)
    assert owed_by(world.procedure_officer, now=MONDAY) == (2, 0), "one unit, and the national database"
    assert manager.post(address, {**said, "unit": str(world.elsewhere.centre.id)}).status_code == 403
    with pytest.raises(Denied):
        record_publication(
            decision.public_id,
            PublicationEntry(uuid.uuid4(), None, "12/11/2026", "x"),
            actor=world.home.manager,
            now=MONDAY,
        )


def test_what_is_late_is_shown_as_late(officer: Client, world: World) -> None:
    decision = decide(officer, decided_on="02/11/2026")
    line, _items = decision_for(decision.public_id, world.procedure_officer, now=MONDAY)
    assert {p.duty.state.value for p in line.places} == {"overdue"}
    assert {p.duty.due_on for p in line.places} == {date(2026, 11, 9)}
    assert "quá hạn" in officer.get("/institutions").content.decode()


def test_lists_of_decisions_take_the_same_statements_however_many(officer: Client, world: World) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert officer.get("/institutions").status_code == 200
        return len(seen)

    decide(officer)
    statements()
    one = statements()
    for number in range(5):
        decide(officer, number=f"{number}/QĐ-UBND")
    # What was told after the last act is shown once, from the session.
    statements()
    assert statements() == one


def test_a_list_is_held_against_what_offices_offer(officer: Client) -> None:
    data = {
        "key": str(uuid.uuid4()), "level": "COMMUNE", "decision_no": "7/QĐ-UBND", "decided_on": "02/11/2026",
        "from_on": "10/11/2026", "lines": f"{BIRTH}\n{PERMIT}; thực hiện tại cơ quan chuyên môn\n1.000000",
    }  # fmt: skip
    answer = officer.post("/institutions/lists/new", data)
    assert answer.status_code == 422
    assert "1.000000" in answer.content.decode(), "an unknown code is named"
    assert officer.post("/institutions/lists/new", {**data, "lines": data["lines"][:-9]}).status_code == 302
    page = officer.get(f"/institutions/lists/{OneStopList.objects.get().public_id}").content.decode()
    assert "không có trong danh mục" in page, "the permit is offered all the same"


def test_the_posted_list_is_the_unit_s_own_and_prints(world: World) -> None:
    client = signed_in(world.home.binh.staff_id)
    posted = posted_list(world.home.centre.id, world.home.binh, now=MONDAY)
    assert posted.count >= 1
    page = client.get("/institutions/posted").content.decode()
    assert all(line.code in page for _sector, lines in posted.sectors for line in lines)
    paper = client.get(f"/institutions/posted/{world.home.centre.id}.pdf")
    assert paper.content.startswith(b"%PDF")
    assert client.get(f"/institutions/posted/{world.elsewhere.centre.id}.pdf").status_code == 403


def test_a_sample_is_of_nobody_checked_like_an_application_and_public(officer: Client) -> None:
    page = sample_page(BIRTH, now=MONDAY)
    assert page is not None
    assert page.problems == (), "what is made up from a form answers it"
    wrong: dict[str, Any] = {"key": str(uuid.uuid4()), **made_up(page.form, on=MONDAY.date())}
    phone = next(f.name for f in page.form.fields if f.widget == "phone")
    answer = officer.post(f"/institutions/samples/{BIRTH}", {**wrong, phone: "abc"})
    assert answer.status_code == 422
    assert SampleSet.objects.count() == 0
    assert officer.post(f"/institutions/samples/{BIRTH}", {**wrong, "note": "Viết chữ in hoa"}).status_code == 302
    assert SampleSet.objects.get().note == "Viết chữ in hoa"
    paper = Client().get(f"/procedures/{BIRTH}/sample.pdf")
    assert paper.content.startswith(b"%PDF")
    assert Client().get("/procedures/0.000000/sample.pdf").status_code == 404


def test_processes_without_a_decision_are_counted(officer: Client, world: World) -> None:
    everywhere = approvals(world.procedure_officer, after="", now=MONDAY)
    at_home = approvals(world.home.manager, after="", now=MONDAY)
    assert everywhere.approved == 0
    assert everywhere.lacking == Offering.objects.count() > at_home.lacking > 0
    assert {p.offices for p in at_home.page} == {1}
    page = officer.get("/institutions/processes").content.decode()
    assert all(p.key in page for p in everywhere.page)


def test_the_office_of_procedures_of_a_commune_decides_nothing_for_the_province(world: World) -> None:
    own = replace(world.procedure_officer, agency_id=world.home.agency.id, agency_level="COMMUNE")
    entry = ListEntry(uuid.uuid4(), "COMMUNE", "7/QĐ-UBND", "02/11/2026", "10/11/2026", BIRTH)
    with pytest.raises(Denied):
        record_list(entry, actor=own, now=MONDAY)
    assert record_list(entry, actor=world.procedure_officer, now=MONDAY).items.count() == 1
