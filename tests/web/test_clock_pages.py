"""The acts on a dossier's clock through its page, the calendar of an agency, numbers for paper, books and the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from motcua.services.dossiers.steps import complete_step
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Dossier, Slip
from motcua.store.ledger.models import NumberBlock, RegisterBook
from motcua.store.organisation.models import CalendarChange
from world import MONDAY, PASSWORD, STATUS, World, received

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Let the pages think that it is Monday, ten o'clock; a test may move on."""
    moment = [NOW]

    def move(to: datetime) -> None:
        moment[0] = to

    for module in ("dossiers", "calendars", "timeliness", "numbers"):
        monkeypatch.setattr(f"motcua.backoffice.views.{module}.system_now", lambda: moment[0])
    monkeypatch.setattr("motcua.reports.views.system_now", lambda: moment[0])
    return move


def signed_in(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


def with_chi(world: World) -> Dossier:
    receipt = received(world.home, STATUS)
    complete_step(
        public_id=receipt.public_id, step=0, outcome="done", reason="", seen_version=1, actor=world.home.binh,
        now=MONDAY + timedelta(minutes=30),
    )  # fmt: skip
    return Dossier.objects.get(public_id=receipt.public_id)


def act(username: str, dossier: Dossier, name: str, **fields: str) -> str:
    """Post the act with the version that the page shows; return the page that follows."""
    dossier.refresh_from_db()
    data = {"act": name, "version": str(dossier.version), **{k.replace("__", "."): v for k, v in fields.items()}}
    answer = signed_in(username).post(f"/dossiers/{dossier.public_id}/act", data, follow=True)
    dossier.refresh_from_db()
    return answer.content.decode()


def test_a_rest_by_law_and_on_again(world: World) -> None:
    dossier = with_chi(world)
    page = act("chi", dossier, "pause", pause__cause="court", pause__act="92/2015/QH13", pause__article="Điều 70", pause__reason="Tòa án đề nghị")  # fmt: skip
    assert dossier.open_pauses == 1
    assert "92/2015/QH13" in page
    assert "Đang dừng tính thời hạn" in page
    act("chi", dossier, "resume", resume__reason="Đã có bản án")
    assert dossier.open_pauses == 0
    assert dossier.due_at is not None


def test_a_refused_act_keeps_what_was_typed_and_marks_the_field(world: World) -> None:
    dossier = with_chi(world)
    page = act("chi", dossier, "pause", pause__cause="court", pause__act="", pause__reason="Chờ")
    assert 'id="pause-basis"' in page or 'href="#pause-basis"' in page
    assert ">Chờ</textarea>" in page
    page = act(
        "dung", dossier, "extend", extend__new_due_at="31/02/2026", extend__new_due_at_hour="9", extend__reason=""
    )
    assert 'id="extend-new_due_at-error"' in page
    assert 'value="31/02/2026"' in page


def test_an_opinion_is_asked_and_answered(world: World) -> None:
    dossier = with_chi(world)
    page = act(
        "chi",
        dossier,
        "consult",
        consult__of="Công an xã",
        consult__question="Xác nhận cư trú",
        consult__due_at="17/11/2026",
        consult__due_at_hour="16:00",
    )
    assert "Đang lấy ý kiến" in page
    page = act("chi", dossier, "answer", answer__key="c3", answer__answer="Đúng")
    assert "answer.answer" not in page
    assert "Đúng" in page


def test_the_head_apologises_and_the_slip_can_be_printed(world: World) -> None:
    dossier = with_chi(world)
    page = act("dung", dossier, "extend", extend__new_due_at="23/11/2026", extend__new_due_at_hour="09:00", extend__reason="Chờ xác minh")  # fmt: skip
    assert dossier.extension_count == 1
    slip = Slip.objects.get(form="apology")
    assert f"/slips/{slip.public_id}.pdf" in page
    for language in ("vi", "en"):
        answer = signed_in("dung").get(f"/slips/{slip.public_id}.pdf?lang={language}")
        assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(("name", "state"), [("stop", 8), ("withdraw", 7)])
def test_the_applicant_stops_or_withdraws(world: World, name: str, state: int) -> None:
    dossier = with_chi(world)
    fields = {"stop__channel": "DIRECT", "stop__returned": "Bản án", f"{name}__reason": "Không còn nhu cầu"}
    page = act("binh", dossier, name, **fields)
    assert dossier.state == state
    assert "Hồ sơ đã kết thúc" in page or "đã kết thúc" in page


def test_a_correction_is_proposed_approved_and_shown_beside_the_old_date(
    world: World, clock: Callable[[datetime], None]
) -> None:
    dossier = with_chi(world)
    clock(NOW + timedelta(days=1))
    fields = {"correct__of": "1", "correct__how": "move", "correct__at": "16/11/2026", "correct__at_hour": "07:45"}
    page = act("binh", dossier, "correct", **fields, correct__reason="Biên bản giao nhận ghi 07:45")
    assert "Có đề nghị đính chính chờ duyệt" in page
    before = dossier.due_at
    page = act("binh", dossier, "approve")
    assert dossier.due_at == before
    page = act("dung", dossier, "approve")
    assert dossier.due_at != before
    assert dossier.received_at == datetime(2026, 11, 16, 7, 45, tzinfo=VIETNAM)
    page = signed_in("dung").get(f"/dossiers/{dossier.public_id}?known_on=16/11/2026").content.decode()
    assert "19/11/2026 08:30" in page
    assert "19/11/2026 07:45" in page
    assert (
        "chưa được ghi nhận"
        in signed_in("dung").get(f"/dossiers/{dossier.public_id}?known_on=15/11/2026").content.decode()
    )


def test_a_proposal_may_be_declined(world: World) -> None:
    dossier = with_chi(world)
    fields = {"correct__of": "1", "correct__how": "move", "correct__at": "16/11/2026", "correct__at_hour": "07:45"}
    act("chi", dossier, "correct", **fields, correct__reason="Nhớ lại")
    page = act("dung", dossier, "decline", decline__reason="Không có giấy tờ")
    assert "Không có giấy tờ" in page
    assert dossier.received_at == MONDAY


def test_a_decision_on_the_calendar_is_entered_and_revoked(world: World) -> None:
    dossier = with_chi(world)
    address = f"/organisation/agencies/{world.home.agency.id}/calendar"
    client = signed_in("dung")
    wrong = client.post(address, {"kind": "HOURS", "from_on": "18/11/2026", "hours": "7-11"})
    assert wrong.status_code == 422
    assert 'value="7-11"' in wrong.content.decode()
    entry = {
        "kind": "CLOSED",
        "from_on": "18/11/2026",
        "reason": "bão",
        "decision_no": "1/CĐ",
        "decided_on": "16/11/2026",
    }
    before = dossier.due_at
    page = client.post(address, entry, follow=True).content.decode()
    assert "bão" in page
    dossier.refresh_from_db()
    assert before is not None
    assert dossier.due_at == before + timedelta(days=1)
    change = CalendarChange.objects.get()
    client.post(address, {"act": "revoke", "change": str(change.id)})
    dossier.refresh_from_db()
    assert dossier.due_at == before
    assert signed_in("binh").post(address, entry).status_code == 403
    assert client.get(f"{address}?month=2026-02").status_code == 200
    assert client.get(f"{address}?month=9999-99").status_code == 200


def test_the_report_shows_both_definitions_and_refuses_wrong_days(world: World) -> None:
    with_chi(world)
    page = signed_in("dung").get("/timeliness").content.decode()
    assert "Quyết định 766" in page
    assert signed_in("dung").get("/timeliness?from_on=31/02/2026").status_code == 422
    assert signed_in("dung").get("/timeliness?from_on=20/11/2026&to_on=01/11/2026").status_code == 422


def test_numbers_for_paper_are_reserved_printed_and_closed(world: World) -> None:
    client = signed_in("binh")
    wrong = client.post("/counter/numbers", {"agency": str(world.home.agency.id), "on": "x", "count": "0"})
    assert wrong.status_code == 422
    page = client.post(
        "/counter/numbers", {"agency": str(world.home.agency.id), "on": "16/11/2026", "count": "3"}, follow=True
    ).content.decode()
    assert "H05.31-261116-0003" in page
    block = NumberBlock.objects.get()
    client.post("/counter/numbers", {"act": "close", "block": str(block.id)})
    block.refresh_from_db()
    assert block.closed_at is not None


def test_the_manager_closes_the_books_of_last_year(world: World) -> None:
    received(world.home, STATUS, at=datetime(2025, 12, 30, 9, tzinfo=VIETNAM))
    page = signed_in("giamdoc").post("/register/close", {"year": "2025"}, follow=True).content.decode()
    assert RegisterBook.objects.count() == 1
    assert "không đổi từ khi khóa sổ" in page
    page = signed_in("giamdoc").post("/register/close", {"year": "2026"}, follow=True).content.decode()
    assert "Năm 2026 chưa kết thúc" in page


def test_the_derivation_sheet_and_the_examples_open(world: World) -> None:
    dossier = with_chi(world)
    for language in ("vi", "en"):
        answer = signed_in("chi").get(f"/papers/{dossier.public_id}/derivation.pdf?lang={language}")
        assert answer.content.startswith(b"%PDF")
    page = signed_in("quantri").get("/law/examples?act=nd61").content.decode()
    assert "Qua Tết 2019" in page
    assert "Dùng ở đâu" in signed_in("quantri").get("/law").content.decode()
