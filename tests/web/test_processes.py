"""Internal processes on their pages: what is typed is kept, what is wrong is said where it is, files go out and in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from lxml import html

from motcua.backoffice.process_form import changed, read_sheet, sheet_of
from motcua.core.process.difference import STEP_PARTS, difference
from motcua.core.process.written import Written
from motcua.services.process_drafts import content_of
from motcua.store.lawfiles.procedures import law_procedures
from motcua.store.offerings.models import Offering, ProcessDraft, ProcessVersion
from world import BIRTH, PASSWORD, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(world: World) -> Client:
    client = Client()
    assert client.login(username="kiemsoat", password=PASSWORD)
    return client


def _form(client: Client, address: str) -> tuple[Any, dict[str, Any]]:
    """Return the page and what its main form would send."""
    page = html.fromstring(client.get(address).content)
    form = next(f for f in page.forms if "seen" in f.fields)
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return page, fields


@pytest.mark.parametrize("procedure", law_procedures(), ids=lambda p: p.content.code)
def test_a_process_survives_the_fields_of_its_table(procedure: Any) -> None:
    sheet = sheet_of(procedure.process, procedure.units, None)
    read = read_sheet(sheet, key=procedure.process.id)
    assert isinstance(read, Written), read
    assert difference(procedure.process, read.definition) == ()
    assert difference(read.definition, procedure.process) == ()


def test_every_single_change_of_a_step_is_a_difference() -> None:
    from dataclasses import replace

    base = law_procedures()[0].process
    others = {
        "minutes": 7, "in_turn": True, "co_slots": ("x",), "watch_slots": ("x",), "collects": ("x",), "reads": ("x",),
    }  # fmt: skip
    for part in STEP_PARTS:
        step = replace(base.steps[1], **{part: others.get(part, "x")})
        after = replace(base, steps=(base.steps[0], step, *base.steps[2:]))
        assert [(c.code, c.part) for c in difference(base, after)] == [("step", part)]


def test_a_process_is_written_saved_checked_and_published(officer: Client) -> None:
    answer = officer.post("/catalogue/processes/new", {"act": "start", "name": "Cấp giấy phép", "key": "QT-01"})
    draft = ProcessDraft.objects.get()
    address = f"/catalogue/drafts/{draft.id}"
    assert answer["Location"] == address
    _, fields = _form(officer, address)
    fields |= {"step.2.time": ["2 ngày"], "step.2.task": ["Thẩm định kỹ"], "act": ["save"]}
    assert officer.post(address, fields).status_code == 302
    draft.refresh_from_db()
    step = content_of(draft).definition.steps[1]
    assert (step.name, step.minutes) == ("Thẩm định kỹ", 960)
    page = officer.get(f"{address}/publish").content.decode()
    assert "Không có lỗi" in page
    sent = {"seen": draft.version, "newest": 0, "decision_no": "12/QĐ-UBND", "decided_on": "01/11/2026"}
    refused = officer.post(f"{address}/publish", {**sent, "decision_no": ""})
    assert refused.status_code == 422
    assert "01/11/2026" in refused.content.decode(), "what was typed stays"
    assert officer.post(f"{address}/publish", sent).status_code == 302
    assert ProcessVersion.objects.get(key="QT-01").decision_no == "12/QĐ-UBND"


def test_rows_are_added_moved_and_removed_without_losing_what_was_typed(officer: Client) -> None:
    officer.post("/catalogue/processes/new", {"act": "start", "name": "Cấp giấy phép", "key": "QT-01"})
    address = f"/catalogue/drafts/{ProcessDraft.objects.get().id}"
    _, fields = _form(officer, address)
    fields["step.2.task"] = ["Đang gõ dở"]
    page = officer.post(address, {**fields, "act": ["add.step.2"]}).content.decode()
    assert "Đang gõ dở" in page
    assert page.count('name="step.5.task"') == 1
    page = officer.post(address, {**fields, "act": ["down.step.2"]}).content.decode()
    assert html.fromstring(page).xpath("//*[@name='step.3.task']")[0].text.strip() == "Đang gõ dở"
    assert content_of(ProcessDraft.objects.get()).definition.steps[1].name != "Đang gõ dở", "nothing is saved by it"


def test_what_is_wrong_is_said_at_its_field(officer: Client) -> None:
    officer.post("/catalogue/processes/new", {"act": "start", "name": "Cấp giấy phép", "key": "QT-01"})
    address = f"/catalogue/drafts/{ProcessDraft.objects.get().id}"
    _, fields = _form(officer, address)
    answer = officer.post(address, {**fields, "step.2.time": ["hai hôm"], "act": ["save"]})
    assert answer.status_code == 422
    page = html.fromstring(answer.content)
    wrong = page.xpath("//*[@name='step.2.time']")[0]
    assert wrong.get("aria-invalid") == "true"
    assert wrong.get("value") == "hai hôm"


def test_two_who_write_at_once_see_both_texts(officer: Client) -> None:
    officer.post("/catalogue/processes/new", {"act": "start", "name": "Cấp giấy phép", "key": "QT-01"})
    address = f"/catalogue/drafts/{ProcessDraft.objects.get().id}"
    _, fields = _form(officer, address)
    officer.post(address, {**fields, "name": ["Bản thứ nhất"], "act": ["save"]})
    answer = officer.post(address, {**fields, "name": ["Bản thứ hai"], "act": ["save"]})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Bản thứ nhất" in text
    assert "Bản thứ hai" in text
    form = next(f for f in html.fromstring(text).forms if "text" in f.fields)
    assert officer.post(address, {**dict(form.form_values()), "act": "mine"}).status_code == 302
    assert ProcessDraft.objects.get().name == "Bản thứ hai"


def test_a_drawing_is_taken_over_and_what_it_cannot_run_is_refused_by_name(officer: Client) -> None:
    officer.post("/catalogue/processes/new", {"act": "start", "name": "Cấp giấy phép", "key": "QT-01"})
    draft = ProcessDraft.objects.get()
    address = f"/catalogue/drafts/{draft.id}/drawing"
    _page, fields = _form(officer, address)
    xml = fields["xml"][0]
    assert (
        officer.post(address, {**fields, "xml": xml.replace("Thẩm định hồ sơ", "Xem xét hồ sơ")}).status_code == 302
    )
    draft.refresh_from_db()
    assert [s.name for s in content_of(draft).definition.steps][1] == "Xem xét hồ sơ"
    assert draft.data["layout"], "where the shapes stand is kept"
    fields["seen"] = [str(draft.version)]
    broken = xml.replace("</bpmn:process>", '<bpmn:transaction id="t1" name="Giao dịch"/></bpmn:process>')
    answer = officer.post(address, {**fields, "xml": broken})
    assert answer.status_code == 422
    assert "transaction" in answer.content.decode()
    assert "t1" in answer.content.decode(), "the drawing stays on the page"


def test_files_go_out_and_come_back_the_same(officer: Client) -> None:
    version = ProcessVersion.objects.get(key=f"law-{BIRTH}")
    for ending in ("bpmn", "toml"):
        answer = officer.get(f"/catalogue/processes/{version.id}/{ending}")
        assert answer["Content-Disposition"].endswith(f'.{ending}"')
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile(f"q.{ending}", answer.content)
        assert officer.post("/catalogue/processes/new", {"act": "file", "file": file}).status_code == 302
        draft = ProcessDraft.objects.get(key=version.key)
        assert draft.data["definition"] == json.loads(json.dumps(version.definition))
        draft.delete()


def test_a_version_shows_its_drawing_its_check_and_its_live_dossiers(officer: Client, world: World) -> None:
    version = ProcessVersion.objects.get(key=f"law-{BIRTH}")
    page = html.fromstring(officer.get(f"/catalogue/processes/{version.id}").content)
    assert page.xpath("//*[@data-drawing='show']")[0].get("data-source") == f"/catalogue/processes/{version.id}/bpmn"
    assert len(page.xpath("//table[caption='Các bước']/tbody/tr")) == 4


def test_a_version_is_put_into_use_on_its_page(officer: Client, world: World) -> None:
    version, home = ProcessVersion.objects.get(key=f"law-{BIRTH}"), world.home
    address = f"/catalogue/processes/{version.id}/use"
    assert officer.get(f"{address}?agency={home.agency.id}").status_code == 200
    sent = {"agency": home.agency.id, "offering": [home.offerings["1.004873"]], "from_on": "31/12/2099"}
    answer = officer.post(address, sent)
    assert answer.status_code == 422
    assert "31/12/2099" in answer.content.decode()
    sent |= {"slot.justice": home.division.id, "slot.leadership": home.leadership.id}
    assert officer.post(address, sent).status_code == 302
    assert Offering.objects.get(agency=home.agency, valid_from_on="2099-12-31").process_version_id == version.id


def test_an_act_on_a_row_that_is_not_there_changes_nothing() -> None:
    process = law_procedures()[0]
    sheet = sheet_of(process.process, process.units, None)
    for act in ("remove.step.99", "up.step.1", "down.step.99", "add.nothing.1", "remove.out.99.1", "nonsense", ""):
        assert changed(sheet, act)[0] == sheet, act


def test_dossiers_are_moved_to_a_version_on_its_page(officer: Client, world: World) -> None:
    from test_moving import entry_of, replaced, two_dossiers

    from motcua.services.times import system_now
    from motcua.store.dossiers.models import Dossier

    offering, here, _there = two_dossiers(world)
    new = replaced(world, offering)
    Offering.objects.filter(id=new.id).update(valid_from_on=system_now().date())
    entry = entry_of(world, new)
    address = f"/catalogue/processes/{new.process_version_id}/move"
    sent = {"agency": world.home.agency.id, "from": entry.from_version_id, "step.appraise": "examine"}
    page = html.fromstring(officer.get(address, sent).content)
    assert [row.text_content().strip() for row in page.xpath("//table/tbody/tr/td[2]")] == ["appraise", "sign"]
    assert page.xpath("string(//p[@role='status'])") == "Chuyển được 1 hồ sơ, 1 hồ sơ giữ nguyên."
    refused = officer.post(address, {**sent, "reason": ""})
    assert refused.status_code == 422
    assert html.fromstring(refused.content).get_element_by_id("step-appraise").value == "examine", "the map stays"
    assert officer.post(address, {**sent, "reason": "Thiếu bước"}).status_code == 302
    assert Dossier.objects.get(public_id=here).offering_id == new.id
    nothing = officer.get(f"{address}?agency={world.elsewhere.agency.id}").content.decode()
    assert "không còn hồ sơ nào" in nothing
