"""Boards on pages: numbers lead to their dossiers, live parts are sent once, apologies go with one press, no flood."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from html import unescape

import psycopg
import pytest
from django.test import Client

from motcua.core.dossier import FactKind
from motcua.services.boards.digests import make_digests
from motcua.services.dossiers.steps import complete_step
from motcua.store.catalogue.models import Procedure
from motcua.store.dossiers.models import Dossier, Fact, Slip
from motcua.store.institutions.models import PromulgationDecision, PromulgationItem
from motcua.store.steering.models import StaffDigest
from world import BIRTH, MONDAY, PASSWORD, STATUS, World, received

pytestmark = pytest.mark.django_db
LATE = MONDAY - timedelta(days=7)
SOON = MONDAY - timedelta(days=4)
NUMBER = re.compile(r'<a href="([^"]+)"><b>([\d.]+)</b><span>')
CELL = re.compile(r'<td class="number" data-label="[^"]*"><a href="([^"]+)">([\d.]+)</a>')


def signed_in(username: str, language: str = "vi") -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    client.cookies["django_language"] = language
    return client


def busy(world: World, count: int = 3) -> None:
    """Some late, some due soon, some of another commune; of two of three the centre has passed them on."""
    for n in range(count):
        for office, at in ((world.home, LATE), (world.home, SOON), (world.elsewhere, LATE)):
            receipt = received(office, STATUS, at=at + timedelta(minutes=n))
            if n % 3:
                complete_step(
                    public_id=receipt.public_id, step=0, outcome="done", reason="", seen_version=1,
                    actor=office.binh, now=at + timedelta(hours=2),
                )  # fmt: skip


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("username", "kinds"),
    [("lanhdao", ["province"]), ("kiemsoat", ["province"]), ("dung", ["agency", "unit", "mine"]), ("giamdoc", ["centre", "unit"]), ("chi", ["mine"])],
)  # fmt: skip
def test_each_number_of_a_board_leads_to_as_many_dossiers_and_says_how_it_is_counted(
    world: World, username: str, kinds: list[str]
) -> None:
    busy(world)
    client = signed_in(username)
    assert "/board/" in text_of(client, "/board")
    for kind in kinds:
        page = text_of(client, f"/board/{kind}")
        found = NUMBER.findall(page) + [c for c in CELL.findall(page) if "/board/" in c[0]]
        assert found or (username, kind) in (("dung", "unit"), ("dung", "mine"), ("chi", "mine")), kind
        for address, number in found:
            behind = text_of(client, address)
            assert behind.count("<tr><td>") == int(number), (address, number)
            assert '<p class="quiet">' in behind, "the definition stands above the list"
        for address, number in CELL.findall(page):
            if "figures/dossiers" in address:
                assert text_of(client, address).count('<tr><td class="code">') == int(number), address


def test_a_board_asks_the_database_as_often_for_many_as_for_few(world: World) -> None:
    def statements(username: str, address: str) -> int:
        client, counted, original = signed_in(username), [0], psycopg.Cursor.execute
        client.get(address)

        def execute(self: object, *args: object, **kwargs: object) -> object:
            counted[0] += 1
            return original(self, *args, **kwargs)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", execute)
            assert client.get(address).status_code == 200
        return counted[0]

    pages = [
        ("lanhdao", "/board"), ("dung", "/board"), ("giamdoc", "/board"), ("giamdoc", "/board/unit"),
        ("chi", "/board"), ("lanhdao", "/board/province/dossiers?number=late"), ("giamdoc", "/board/apologies"),
    ]  # fmt: skip
    busy(world, 2)
    few = [statements(*page) for page in pages]
    busy(world, 6)
    assert [statements(*page) for page in pages] == few
    assert max(few) < 35


def test_the_live_part_is_sent_again_only_when_it_has_changed(world: World) -> None:
    busy(world)
    client = signed_in("dung")
    first = client.get("/board/agency/now")
    assert first.status_code == 200
    assert "<html" not in first.content.decode()
    assert "csrf" not in first.content.decode(), "a form in it would make every answer another"
    assert client.get("/board/agency/now", headers={"If-None-Match": first["ETag"]}).status_code == 304
    received(world.home, STATUS, at=LATE)
    assert client.get("/board/agency/now", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_empty_boards_and_odd_addresses(world: World) -> None:
    client = signed_in("dung")
    assert "Không có hồ sơ quá hạn" in text_of(client, "/board")
    assert "Nothing is late or due today" in text_of(signed_in("dung", "en"), "/board/unit")
    assert "Bạn không có bước nào" in text_of(client, "/board/mine")
    assert "kịp hạn" in text_of(client, "/board/apologies")
    assert "Chưa có việc gì" in text_of(client, "/board/reminders")
    assert client.get("/board/agency/dossiers?number=all").status_code == 422
    assert "Bảng điều hành không có con số này" in client.get("/board/agency/dossiers").content.decode()
    for address in (
        *("/board/city", "/board/province", "/board/agency/dossiers?number=open&agency=999999"),
        "/board/agency/dossiers?number=open&agency=x",
    ):
        assert client.get(address).status_code in (403, 404), address
    for address in ("after=x_y", "after=none_3", "cause=x&owner=unit:x", "before=x"):
        assert client.get(f"/board/agency/dossiers?number=late&{address}").status_code == 200, address
    assert client.get("/board/reminders?before=x").status_code == 200


def test_an_apology_is_sent_with_one_press_and_once(world: World) -> None:
    receipt = received(world.home, STATUS, at=SOON + timedelta(hours=6))
    board = text_of(signed_in("dung"), "/board")
    assert "phiếu xin lỗi đã soạn sẵn" in board
    assert "Người đứng đầu cơ quan ký" in text_of(signed_in("giamdoc"), f"/board/apologies/{receipt.public_id}")
    client, address = signed_in("dung"), f"/board/apologies/{receipt.public_id}"
    assert address in text_of(client, "/board/apologies")
    page = text_of(client, address)
    fields = dict(re.findall(r'<input[^>]* name="(version|new_due_at|new_due_at_hour)"[^>]* value="([^"]*)"', page))
    fields["reason"] = re.findall(r'<textarea[^>]* name="reason"[^>]*>([^<]*)<', page)[0]
    assert "giờ làm việc" in fields["reason"], "the letter is written in Vietnamese and says why"
    wrong = client.post(address, {**fields, "new_due_at": "31/02/2026", "cause": "outage", "reason": "Mất điện"})
    assert wrong.status_code == 422
    again = unescape(wrong.content.decode())
    for kept in ("31/02/2026", "Mất điện", 'value="outage" selected', "Chưa có ngày giờ hẹn mới"):
        assert kept in again
    for status in (302, 422):
        assert client.post(address, {**fields, "cause": "outage"}).status_code == status
    assert Slip.objects.filter(form="apology").count() == 1
    fact = Fact.objects.get(dossier_id=receipt.dossier_id, kind=FactKind.EXTENDED)
    assert fact.body["cause"] == "outage"
    assert Dossier.objects.get(id=receipt.dossier_id).extension_count == 1
    assert "lúc này không có phiếu xin lỗi" in client.get(address).content.decode()
    assert signed_in("binh").get(address).status_code == 403


def test_the_morning_reminder_is_shown_until_it_is_read(world: World) -> None:
    busy(world, 2)
    make_digests(now=MONDAY - timedelta(hours=2))
    assert StaffDigest.objects.filter(staff_id=world.home.dung.staff_id).exists()
    client = signed_in("dung", "en")
    assert "This morning's reminder: 3 dossiers" in text_of(client, "/board")
    page = text_of(client, "/board/reminders")
    assert page.count(">new<") == 3, "two are late, of one the apology has to be sent"
    assert "late for working days" in page
    assert "Nguyễn" not in page, "no applicant is named"
    assert "This morning's reminder" not in text_of(client, "/board")


def test_reminders_tell_what_is_owed_besides_dossiers(world: World) -> None:
    client = signed_in("giamdoc")
    assert "Ngoài hồ sơ" not in client.get("/board/reminders").content.decode()
    decision = PromulgationDecision.objects.create(
        key=uuid.uuid4(), number="1/QĐ", title="x", level="PROVINCE", decided_on=date(2026, 11, 2), staff_id=1,
        made_at=MONDAY,
    )  # fmt: skip
    procedure = Procedure.objects.get(code=BIRTH)
    PromulgationItem.objects.create(
        decision=decision, place=1, code=BIRTH, name="x", change="new", procedure=procedure
    )
    page = client.get("/board/reminders").content.decode()
    assert "1 quyết định phải công bố hoặc công khai" in page
    assert "trong đó 1 quá hạn" in page
