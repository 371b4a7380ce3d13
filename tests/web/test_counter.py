"""The counter's pages under wrong input, lost sessions and impatient fingers."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.reports.papers.rendering import render_pdf
from motcua.services.dossiers.steps import complete_step
from motcua.store.dossiers.models import Document, Dossier, IntakeDraft, Slip
from world import BIRTH, MONDAY, PASSWORD, STATUS, World, received

pytestmark = pytest.mark.django_db
CARD = "999190000001||Nguyễn Thị An|01021990|Nữ|Số 1, phường Kinh Bắc|15052021"


@pytest.fixture(autouse=True)
def _at_the_counter(settings: object, tmp_path: object) -> None:
    settings.UPLOADS = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def counter(world: World) -> Client:
    client = Client()
    assert client.login(username="binh", password=PASSWORD)
    return client


def begin(client: Client, world: World, code: str = BIRTH) -> str:
    answer = client.post("/counter/start", {"offering": world.home.offerings[code]})
    assert answer.status_code == 302
    return str(answer["Location"])


def whole_form(**changes: str) -> dict[str, str]:
    return {
        "act": "receive",
        "applicant.kind": "PERSON",
        "applicant.name": "Nguyễn Thị An",
        "applicant.id_number": "999190000001",
        "components.c1.originals": "1",
        "components.c2.originals": "1",
        "channel": "DIRECT",
        **changes,
    }


def test_a_scanned_card_fills_the_applicant_and_is_not_kept(counter: Client, world: World) -> None:
    address = begin(counter, world)
    counter.post(address, {"act": "card", "card": CARD})
    page = counter.get(address).content.decode()
    assert 'value="Nguyễn Thị An"' in page
    assert 'value="01/02/1990"' in page
    draft = IntakeDraft.objects.get()
    assert "card" not in draft.data


@pytest.mark.parametrize(
    "scanned",
    ["x", CARD[:30], CARD.replace("|", ";"), CARD.replace("01021990", "31021990")],
    ids=["word", "cut", "separators", "no-such-day"],
)
def test_a_broken_card_says_so_and_what_was_typed_stays(counter: Client, world: World, scanned: str) -> None:
    address = begin(counter, world)
    answer = counter.post(address, {"act": "card", "card": scanned, "applicant.phone": "0900000001"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'class="errors"' in page
    assert 'value="0900000001"' in page


def test_receiving_leads_to_the_receipt_with_code_and_due_instant(counter: Client, world: World) -> None:
    answer = counter.post(begin(counter, world), whole_form(), follow=True)
    page = answer.content.decode()
    dossier = Dossier.objects.get()
    assert dossier.code in page
    pdf = counter.get(f"/papers/{dossier.public_id}/receipt.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


def test_wrong_counts_missing_papers_and_a_bad_day_are_all_named_at_once_and_nothing_is_lost(
    counter: Client, world: World
) -> None:
    form = whole_form(**{"components.c1.originals": "-3", "applicant.birth": "31/02/1990", "applicant.name": ""})
    answer = counter.post(begin(counter, world), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    for part in ('value="-3"', 'value="31/02/1990"', "nhỏ hơn 0", "không có trong lịch", "Chưa có họ tên"):
        assert part in page
    assert not Dossier.objects.exists()


def test_receive_pressed_twice_gives_one_dossier_and_the_same_receipt(counter: Client, world: World) -> None:
    address = begin(counter, world)
    first, second = (counter.post(address, whole_form()) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Dossier.objects.count() == 1


def test_a_session_that_ends_in_the_middle_gives_back_what_was_typed(world: World) -> None:
    client = Client()
    client.post("/login", {"username": "binh", "password": PASSWORD})
    address = begin(client, world)
    client.cookies.pop("sessionid")
    answer = client.post(address, whole_form(**{"applicant.phone": "0900000009"}))
    assert answer.status_code == 302
    assert "kept=1" in answer["Location"]
    assert not Dossier.objects.exists()
    client.post("/login", {"username": "binh", "password": PASSWORD, "next": address})
    page = client.get(address).content.decode()
    assert 'value="0900000009"' in page
    assert 'value="Nguyễn Thị An"' in page


def test_what_one_officer_typed_is_not_given_to_another(world: World) -> None:
    client = Client()
    client.post("/login", {"username": "binh", "password": PASSWORD})
    address = begin(client, world)
    client.cookies.pop("sessionid")
    client.post(address, whole_form())
    client.post("/login", {"username": "giamdoc", "password": PASSWORD, "next": address})
    assert client.get(address).status_code == 403


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n"  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("giay.pdf", b"", "rỗng"),
        ("giay.pdf", b"MZ\x90\x00" + b"\0" * 400, "không phải PDF"),
        ("giay.pdf", PDF[:30], "hỏng"),
        ("giay.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "hỏng"),
        ("giay.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "không phải PDF"),
        ("giay.pdf", PDF + b"\0" * (21 * 1024 * 1024), "lớn hơn"),
    ],
    ids=["empty", "executable", "cut-pdf", "cut-png", "svg", "large"],
)
def test_a_file_that_is_no_scan_is_refused_by_its_content(
    counter: Client, world: World, name: str, content: bytes, code: str
) -> None:
    address = begin(counter, world)
    upload = SimpleUploadedFile(name, content)
    answer = counter.post(address, {"act": "upload", "scan.c1": upload, "applicant.name": "An"})
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert 'value="An"' in answer.content.decode()
    assert not Document.objects.exists()


def test_a_ten_megabyte_scan_is_taken_and_comes_back_as_an_attachment(counter: Client, world: World) -> None:
    address = begin(counter, world)
    content = PDF + b"%" + b"0" * (10 * 1024 * 1024) + b"\n"
    answer = counter.post(address, {"act": "upload", "scan.c1": SimpleUploadedFile("../../giấy.pdf", content)})
    assert answer.status_code == 302
    document = Document.objects.get()
    assert (document.name, document.pages, document.size) == ("giấy.pdf", 1, len(content))
    counter.post(address, whole_form())
    got = counter.get(f"/documents/{document.public_id}")
    assert got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]
    assert b"".join(got.streaming_content) == content  # type: ignore[attr-defined]
    stranger = Client()
    stranger.login(username="binhxa", password=PASSWORD)
    assert stranger.get(f"/documents/{document.public_id}").status_code == 403


def test_a_full_disk_is_said_plainly_and_the_form_stays(
    counter: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    address = begin(counter, world)
    monkeypatch.setattr("motcua.services.dossiers.documents.tempfile.mkstemp", full)
    answer = counter.post(
        address, {"act": "upload", "scan.c1": SimpleUploadedFile("a.pdf", PDF), "applicant.name": "An"}
    )
    assert answer.status_code == 422
    assert "hết chỗ chứa" in answer.content.decode()
    assert 'value="An"' in answer.content.decode()


def test_the_supplement_slip_lists_what_is_missing_and_prints(counter: Client, world: World) -> None:
    form = whole_form(
        act="supplement", reason="Thiếu giấy tờ", **{"components.c1.originals": "", "components.c2.originals": ""}
    )
    answer = counter.post(begin(counter, world), form)
    slip = Slip.objects.get()
    assert answer["Location"].endswith(f"/counter/slips/{slip.public_id}")
    assert len(slip.content["items"]) == 2
    assert counter.get(f"/slips/{slip.public_id}.pdf").content.startswith(b"%PDF")


def test_two_browsers_decide_one_dossier_and_the_second_is_told(counter: Client, world: World) -> None:
    receipt = received(world.home)
    form = {"act": "complete", "version": "1", "step": "0", "outcome": "done"}
    assert counter.post(f"/dossiers/{receipt.public_id}/act", form).status_code == 302
    answer = counter.post(f"/dossiers/{receipt.public_id}/act", form)
    assert answer.status_code == 422
    assert "người khác xử lý" in answer.content.decode()


def test_an_unlawful_supplement_shows_article_and_remedy(counter: Client, world: World) -> None:
    receipt = received(world.home, STATUS)
    address = f"/dossiers/{receipt.public_id}/act"
    from datetime import timedelta

    from motcua.services.dossiers.supplements import ask_supplement, supply_supplement

    ask_supplement(
        public_id=receipt.public_id,
        items=["x"],
        reason="y",
        seen_version=1,
        actor=world.home.binh,
        now=MONDAY + timedelta(hours=1),
    )
    supply_supplement(
        public_id=receipt.public_id, seen_version=2, actor=world.home.binh, now=MONDAY + timedelta(hours=2)
    )
    answer = counter.post(address, {"act": "ask", "version": "3", "items": "Ảnh", "reason": "thiếu"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "chỉ cho phép 1 lần" in page
    assert "Điều 11 Nghị định 118/2025/NĐ-CP" in page
    assert "từ chối có nêu lý do" in page


def test_tracking_answers_alike_for_a_wrong_code_and_a_wrong_secret_and_stops_guessing(world: World) -> None:
    receipt = received(world.home)
    client = Client()
    wrong_secret = client.get(f"/track/{receipt.code}/{'A' * 14}")
    wrong_code = client.get(f"/track/H05.31-261116-9999/{'A' * 14}")
    assert wrong_secret.status_code == wrong_code.status_code == 404

    def plain(page: bytes) -> str:
        return re.sub(r'value="[^"]*"', "", page.decode())

    assert plain(wrong_secret.content) == plain(wrong_code.content)
    statuses = [client.get(f"/track/{receipt.code}/{'B' * 14}").status_code for _ in range(12)]
    assert statuses[-1] == 429


def test_the_qr_on_the_receipt_leads_to_the_progress_and_shows_no_name(world: World) -> None:
    from motcua.services.tracking import tracking_path

    receipt = received(world.home)
    page = Client().get(tracking_path(public_id=receipt.public_id, code=receipt.code)).content.decode()
    assert receipt.code in page
    assert "0 %" in page
    assert "Nguyễn Thị An" not in page


def test_the_register_holds_the_dossier_as_page_paper_and_spreadsheet(counter: Client, world: World) -> None:
    receipt = received(world.home)
    query = "/register?sector=H%E1%BB%99+t%E1%BB%8Bch&from_on=16/11/2026&to_on=16/11/2026"
    assert receipt.code in counter.get(query).content.decode()
    assert counter.get(query + "&as=pdf").content.startswith(b"%PDF")
    assert counter.get(query + "&as=xlsx").content.startswith(b"PK")
    assert counter.get("/register?from_on=31/02/2026").status_code == 422


def test_no_address_nor_title_holds_a_name(counter: Client, world: World) -> None:
    receipt = received(world.home)
    page = counter.get(f"/dossiers/{receipt.public_id}").content.decode()
    title = re.search(r"<title>(.*?)</title>", page)
    assert title is not None
    assert "An" not in title[1].split()


def test_the_pages_ask_the_database_few_times(
    counter: Client, world: World, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        received(world.home)
    public_id = Dossier.objects.order_by("id")[0].public_id
    complete_step(
        public_id=public_id, step=0, outcome="done", reason="", seen_version=1, actor=world.home.binh, now=MONDAY
    )
    for address in ("/counter", "/desk", "/dossiers", f"/dossiers/{public_id}", "/counter/find?q=khai+sinh"):
        counter.get(address)
        with django_assert_max_num_queries(15):  # type: ignore[operator]
            assert counter.get(address).status_code == 200


def test_a_database_that_is_away_is_said_plainly(counter: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("motcua.backoffice.views.counter.counts_of_unit", away)
    answer = counter.get("/counter")
    assert answer.status_code == 503
    assert "chưa được ghi nhận" in answer.content.decode()


def test_unknown_addresses_and_odd_parameters_do_no_harm(counter: Client, world: World) -> None:
    for address in (
        *(
            "/nowhere",
            f"/counter/intake/{uuid.uuid4()}",
            "/catalogue",
            "/dossiers?after=x&from_on=99/99/9999&state=odd",
        ),
        *(
            "/desk?after=';drop--",
            "/lead?after=infinity_x",
            "/register?sector=%00",
            "/organisation?after=%09x&q=%F0%9F%98%80",
        ),
    ):
        assert counter.get(address).status_code in (200, 403, 404, 422), address


def test_a_name_full_of_markup_is_harmless_on_paper(world: World) -> None:
    from datetime import datetime

    from motcua.reports.papers.content import Head, Person, Receipt
    from motcua.services.times import VIETNAM

    now = datetime(2026, 11, 16, 8, tzinfo=VIETNAM)
    receipt = Receipt(
        head=Head("UBND", "Trung tâm", "Bắc Ninh", "1/TNHS", now),
        code="H05.31-261116-0001",
        applicant=Person('#panic("x") $x$ *b* <a> @b \\'),
        proxy=None,
        matter="#[x]",
        components=(),
        sets=1,
        term="trong ngày",
        received_at=now,
        due_at=now,
        return_at="",
        register_no="1/2026",
        officer="Bình",
        fee="",
        tracking_url="http://localhost/track/x/y",
        secret="A" * 14,
    )
    for form_set in ("2018", "2025"):
        assert render_pdf(receipt, form_set=form_set).startswith(b"%PDF")
