"""Petitions from the form to the published answer, with and without an account; who may handle which."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from motcua.core.kernel import Refused
from motcua.core.petitions import PetitionState
from motcua.services.actors import Actor, Denied
from motcua.services.adapters import put_in
from motcua.services.citizens import citizen_of_account
from motcua.services.housekeeping import send_outbox
from motcua.services.petitions.handling import HandlingEntry, handle, petition_for, tell_late
from motcua.services.petitions.reading import petitions_of, published
from motcua.services.petitions.sending import (
    PetitionEntry,
    confirm_petition,
    forget_petitions,
    petition_of,
    petition_secret,
    send_petition,
    supply,
)
from motcua.services.ports import Letter
from motcua.store.citizens.models import Account, Notice
from motcua.store.organisation.models import Agency
from motcua.store.voices.models import Petition
from world import MONDAY, PASSWORD, World, received

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (4).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00" + b"\x00" * 40 + b"IEND\xaeB`\x82"  # fmt: skip


class Box:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> str:
        self.letters.append(letter)
        return letter.key

    def code(self) -> str:
        found = re.search(r"\b\d{6}\b", self.letters[-1].text)
        assert found
        return found[0]


@pytest.fixture(autouse=True)
def box(settings: object, tmp_path: Path) -> Iterator[Box]:
    settings.UPLOADS = tmp_path  # type: ignore[attr-defined]
    made = Box()
    with put_in(courier_email=made, courier_sms=made, courier_zalo=made):
        yield made


def form(world: World, **changes: object) -> dict[str, object]:
    return {
        "key": str(uuid.uuid4()), "agency": world.home.agency.id, "about": "AGENCY", "title": "Chờ lâu",
        "text": "Tôi, Nguyễn Thị An, chờ 3 giờ ở quầy 2.", "name": "Nguyễn Thị An", "contact": "an@example.vn",
        "may_publish": "1", **changes,
    }  # fmt: skip


def sent(world: World, **changes: object) -> Petition:
    """Return a petition that An has sent without an account."""
    values = form(world, **changes)
    entry = PetitionEntry(
        uuid.UUID(str(values["key"])), int(str(values["agency"])), *(str(values[k]) for k in ("about",)),
        str(values.get("reference", "")), *(str(values[k]) for k in ("title", "text", "name", "contact")),
        values["may_publish"] == "1", "vi",
    )  # fmt: skip
    made = send_petition(entry, (), citizen=None, now=MONDAY)
    confirm_petition(made.public_id, contact=str(values["contact"]), now=MONDAY)
    return Petition.objects.get(public_id=made.public_id)


def act(petition: Petition, name: str, actor: Actor, *, days: int = 0, **entry: object) -> Petition:
    petition.refresh_from_db()
    values = HandlingEntry(**{"seen": petition.version, "text": "Nội dung", **entry})  # type: ignore[arg-type]
    return handle(petition.public_id, name, values, actor=actor, now=MONDAY + timedelta(days=days))


def codes(petition: Petition, name: str, actor: Actor, **entry: object) -> list[str]:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(petition, name, actor, **entry)
    return [p.code for p in refusal.value.problems]


PUBLIC = {"public_title": "Chờ lâu ở quầy", "public_text": "Một người chờ lâu.", "public_answer": "Đã thêm quầy."}


@pytest.mark.django_db
def test_who_gets_no_code_asks_for_another_and_writes_nothing_again(world: World, box: Box, settings: object) -> None:
    citizen, page = Client(), "/petitions/new/code"
    citizen.post("/petitions/new", form(world))
    first = box.code()
    settings.DEMO_OFFSET += timedelta(minutes=11)  # type: ignore[attr-defined]
    over = citizen.get(page).content.decode()
    assert "Yêu cầu mã khác" in over
    assert 'name="code"' not in over
    assert "Mã không còn dùng được" in citizen.post(page, {"code": first}).content.decode()
    assert citizen.post(page, {"act": "again"})["Location"] == page
    assert box.code() != first
    assert "a***@e***.vn" in citizen.get(page).content.decode()
    # Each code goes to somebody's telephone: five in ten minutes are enough for anybody.
    answers = [citizen.post(page, {"act": "again"}).status_code for _ in range(5)]
    assert answers == [302] * 4 + [422]
    assert citizen.post(page, {"code": box.code()})["Location"].startswith("/petitions/status/PA-")
    assert citizen.post(page, {"act": "again"})["Location"] == "/petitions/new"


@pytest.mark.django_db
def test_the_whole_way_in_the_pages_without_an_account(world: World, box: Box) -> None:
    citizen = Client()
    upload = SimpleUploadedFile("anh.png", PNG)
    asked = citizen.post("/petitions/new", {**form(world), "files": upload})
    assert asked["Location"] == "/petitions/new/code", asked.content.decode()
    assert not Petition.objects.exclude(code="").exists()
    done = citizen.post("/petitions/new/code", {"code": box.code()})
    status = done["Location"]
    assert re.fullmatch(r"/petitions/status/PA-H05\.31-261116-0001/[A-Z2-7]{14}", status)
    officer = Client()
    officer.login(username="giamdoc", password=PASSWORD)
    assert "Chờ lâu" in officer.get("/office/petitions").content.decode()
    petition = Petition.objects.get()
    page = f"/office/petitions/{petition.public_id}"
    assert "anh.png" in officer.get(page).content.decode()
    officer.post(page, {"act": "draft", "seen": petition.version, "text": "Đã thêm quầy."})
    assert "Đã thêm quầy" not in citizen.get(status).content.decode()
    head = Client()
    head.login(username="dung", password=PASSWORD)
    head.post(page, {"act": "approve", "seen": 2})
    assert "Đã thêm quầy" in citizen.get(status).content.decode()
    refused = officer.post(page, {"act": "publish", "seen": 3, **PUBLIC, "public_text": petition.text})
    assert refused.status_code == 422
    assert "Nguyễn Thị An" in refused.content.decode()
    officer.post(page, {"act": "publish", "seen": 3, **PUBLIC, "checked": "1"})
    listed = Client().get("/petitions?q=cho+lau").content.decode()
    assert "Chờ lâu ở quầy" in listed
    answer = Client().get(f"/petitions/answers/{petition.public_id}").content.decode()
    assert "An" not in re.findall(r"\w+", answer.replace("Anh", ""))
    citizen.post(f"{status}/act", {"act": "rate", "score": "5"})
    assert "Bạn có hài lòng" not in citizen.get(status).content.decode()
    send_outbox(now=MONDAY + timedelta(hours=9))
    topics = list(Notice.objects.order_by("id").values_list("topic", flat=True))
    assert topics == ["petition.received", "petition.answered", "petition.published"]


@pytest.mark.django_db
def test_an_account_with_this_contact_sends_at_once_and_sees_it_in_its_list(world: World) -> None:
    account = Account.objects.create(email="an@example.vn", made_at=MONDAY)
    client = Client()
    session = client.session
    session["account"] = account.id
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    answer = client.post("/petitions/new", form(world))
    assert "/petitions/status/PA-" in answer["Location"]
    assert "Chờ lâu" in client.get("/my/petitions").content.decode()
    # The same form sent twice is one petition.
    values = form(world)
    assert client.post("/petitions/new", values)["Location"] == client.post("/petitions/new", values)["Location"]
    assert Petition.objects.count() == 2


@pytest.mark.django_db
def test_what_is_wrong_is_said_at_once_and_nothing_typed_is_lost(world: World) -> None:
    values = form(world, agency="0", about="", title="", contact="x", text="Điều tôi đã viết", name="Bé")
    files = [SimpleUploadedFile("x.pdf", b"MZ no pdf"), SimpleUploadedFile("empty.png", b"")]
    answer = Client().post("/petitions/new", {**values, "files": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "Chưa chọn đúng cơ quan",
        "về việc gì",
        "Chưa có tiêu đề",
        "không phải e-mail",
        "x.pdf",
        "empty.png",
    ):
        assert words in page, words
    for kept in ("Điều tôi đã viết", 'value="Bé"', 'value="x"'):
        assert kept in page, kept
    assert not Petition.objects.exists()


@pytest.mark.django_db
def test_a_contact_that_was_never_confirmed_reaches_no_office_and_is_forgotten(world: World) -> None:
    Client().post("/petitions/new", form(world))
    assert not petitions_of(world.home.manager, which="open", after="").rows
    forget_petitions(now=MONDAY + timedelta(hours=23))
    assert Petition.objects.count() == 1
    forget_petitions(now=MONDAY + timedelta(days=2))
    assert not Petition.objects.exists()


@pytest.mark.django_db
def test_code_and_secret_open_it_and_nothing_else_does(world: World) -> None:
    petition = sent(world)
    secret = petition_secret(petition.public_id)
    assert petition_of(code=petition.code.lower(), secret=secret.lower()) == petition
    assert petition_of(code=petition.code, secret="A" * 14) is None
    assert petition_of(code="PA-X", secret=secret) is None
    assert petition_of(code="", secret=secret) is None
    assert Client().get(f"/petitions/status/{petition.code}/WRONG").status_code == 404
    found = Client().post("/petitions/status", {"code": petition.code, "secret": secret})
    assert found["Location"].endswith(secret)


@pytest.mark.django_db
def test_late_refusals_and_requests_are_not_lawful_but_a_late_answer_is_told(world: World) -> None:
    home, petition = world.home, sent(world)
    assert codes(petition, "refuse", home.manager, days=3) == ["petition.late_refusal"]
    assert codes(petition, "ask", home.manager, days=8) == ["petition.late_request"]
    assert tell_late(now=MONDAY + timedelta(days=22)) == 0
    assert tell_late(now=MONDAY + timedelta(days=23)) == 1
    assert tell_late(now=MONDAY + timedelta(days=24)) == 0
    send_outbox(now=MONDAY + timedelta(days=24))
    assert Notice.objects.filter(topic="petition.late").count() == 1
    act(petition, "draft", home.manager, days=30)
    assert act(petition, "approve", home.dung, days=30).state == PetitionState.ANSWERED


@pytest.mark.django_db
def test_the_sender_is_asked_once_and_answers_from_the_status_page(world: World) -> None:
    home, petition = world.home, sent(world)
    act(petition, "ask", home.manager, days=1, text="Vào ngày nào?")
    petition.refresh_from_db()
    assert petition.due_at is None
    supply(petition, text="Hôm qua", uploads=[SimpleUploadedFile("a.png", PNG)], now=MONDAY + timedelta(days=2))
    assert codes(petition, "ask", home.manager, days=3) == ["petition.asked_already"]
    with pytest.raises(Refused, match=r"petition\.not_now"):
        supply(petition, text="Nữa", uploads=(), now=MONDAY)
    assert petition.papers.count() == 1


@pytest.mark.django_db
def test_lines_of_a_text_stay_lines(world: World) -> None:
    petition = sent(world, text="  Dòng một\r\n\r\n\r\nDòng   hai \n")
    assert petition.text == "Dòng một\n\nDòng hai"


@pytest.mark.django_db
def test_another_office_sees_nothing_until_the_petition_is_forwarded_to_it(world: World) -> None:
    home, elsewhere, petition = world.home, world.elsewhere, sent(world)
    with pytest.raises(Denied):
        petition_for(petition.public_id, elsewhere.manager)
    assert codes(petition, "forward", home.manager, agency_id=home.agency.id) == ["petition.agency"]
    act(petition, "forward", home.manager, agency_id=elsewhere.agency.id)
    assert petition_for(petition.public_id, elsewhere.manager)
    with pytest.raises(Denied):
        petition_for(petition.public_id, home.manager)
    for stranger in (home.chi, home.binh, world.administrator):
        with pytest.raises(Denied):
            petition_for(petition.public_id, stranger)


@pytest.mark.django_db
def test_a_petition_about_conduct_is_the_heads_alone(world: World) -> None:
    home, petition = world.home, sent(world, about="CONDUCT")
    with pytest.raises(Denied):
        act(petition, "draft", home.manager)
    assert not petitions_of(home.manager, which="open", after="").rows
    assert petitions_of(home.dung, which="open", after="").rows
    act(petition, "draft", home.dung)
    act(petition, "approve", home.dung)


@pytest.mark.django_db
def test_only_the_head_approves_and_may_have_the_answer_changed(world: World) -> None:
    home, petition = world.home, sent(world)
    act(petition, "draft", home.manager)
    assert codes(petition, "approve", home.manager) == ["petition.not_head"]
    act(petition, "send_back", home.dung)
    act(petition, "draft", home.manager, text="Câu trả lời đã sửa")
    assert act(petition, "approve", home.dung).answer == "Câu trả lời đã sửa"


@pytest.mark.django_db
def test_nothing_personal_and_nothing_without_consent_is_published(world: World) -> None:
    home = world.home
    receipt = received(home)
    petition = sent(world, about="DOSSIER", reference=receipt.code, name="", may_publish="0")
    act(petition, "draft", home.manager)
    act(petition, "approve", home.dung)
    texts = {**PUBLIC, "public_answer": f"Hồ sơ {receipt.code}, bà NGUYỄN THỊ AN, 0900 000 001, an@example.vn"}
    found = codes(petition, "publish", home.manager, **texts)
    assert found.count("petition.personal") >= 4
    assert {"petition.no_consent", "petition.unchecked"} <= set(found)
    act(petition, "keep", home.manager)
    assert published("", after="") == ([], "")


@pytest.mark.django_db
def test_two_officers_do_not_act_on_the_same_sight_of_a_petition(world: World) -> None:
    home, petition = world.home, sent(world)
    seen = petition.version
    act(petition, "draft", home.manager)
    assert codes(petition, "draft", home.dung, seen=seen) == ["petition.overtaken"]


@pytest.mark.django_db
def test_what_happened_is_only_added_to(world: World) -> None:
    sent(world)
    for statement in ("UPDATE voices_petitionevent SET act = 3", "DELETE FROM voices_petitionevent"):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_lists_are_paged_by_key_and_each_row_comes_once(world: World) -> None:
    home = world.home
    rows = [
        Petition(
            key=uuid.uuid4(), code=f"PA-{n}", agency=home.agency, about="AGENCY", contact="", title=str(n), text="x",
            made_at=MONDAY, state=1 if n % 3 else 2, due_at=MONDAY + timedelta(days=n % 5) if n % 3 else None,
            published_at=MONDAY + timedelta(days=n % 4), public_folded="cho lau", answered_at=MONDAY,
        )
        for n in range(75)
    ]  # fmt: skip
    Petition.objects.bulk_create(rows)
    seen, after = [], ""
    while True:
        page = petitions_of(home.manager, which="open", after=after)
        seen += [r.code for r in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 75
    shown, mark = [], ""
    while True:
        found, mark = published("lâu chờ", after=mark)
        shown += [r.public_id for r in found]
        if not mark:
            break
    assert len(shown) == len(set(shown)) == 75
    assert published("không có", after="") == ([], "")
    assert published("", after="rubbish_1") == ([], "")


@pytest.mark.django_db
def test_a_deleted_account_leaves_its_petition_with_the_office(world: World) -> None:
    from motcua.services.my_data import delete_account

    account = Account.objects.create(email="an@example.vn", made_at=MONDAY)
    citizen = citizen_of_account(account.id)
    assert citizen is not None
    petition = sent(world)
    Petition.objects.filter(id=petition.id).update(account=account)
    delete_account(citizen=citizen, is_sure=True, now=MONDAY)
    petition.refresh_from_db()
    assert (petition.account_id, petition.name) == (None, "")
    assert Agency.objects.get(id=petition.agency_id) == world.home.agency
