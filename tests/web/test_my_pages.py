"""The citizen's own pages: notices, acting for others, preferences, contact, everything held, deletion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey
from django.test import Client
from test_sign_in import Box

from motcua.integrations.zalo.simulator import SimulatedZalo, call_back
from motcua.services.adapters import put_in
from motcua.services.citizens import Citizen, citizen_of_account
from motcua.services.housekeeping import send_outbox
from motcua.services.identity import identify
from motcua.services.mandates import MandateEntry, answer_mandate, give_mandate
from motcua.services.my_records import COVERED
from motcua.services.notices.sending import send_notices
from motcua.services.ports import Person
from motcua.store.citizens.models import Account, AccountEvent, DossierReading, Notice, NoticeDelivery
from motcua.store.dossiers.models import Dossier
from world import MONDAY, PASSWORD, World, received

AN = Person("999190000001", "Nguyễn Thị An", date(1990, 2, 1), "Nữ", "Số 1, phường Kinh Bắc", 2)
BACH = Person("999185000002", "Trần Văn Bách", date(1985, 7, 15), "Nam", "Số 2", 2)


@pytest.fixture
def box() -> Iterator[Box]:
    made = Box()
    with put_in(courier_email=made, courier_sms=made, courier_zalo=made):
        yield made


def person(who: Person, email: str) -> Citizen:
    own = Account.objects.create(email=email, made_at=MONDAY)
    found = citizen_of_account(identify(account_id=own.id, person=who, language="vi", now=MONDAY))
    assert found is not None
    return found


def browser(citizen: Citizen) -> Client:
    client = Client()
    session = client.session
    session["account"] = citizen.account_id
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    return client


@pytest.mark.django_db
def test_notices_stand_on_the_page_and_are_new_once(world: World, box: Box) -> None:
    an = person(AN, "an@example.vn")
    receipt = received(world.home)
    send_outbox(now=MONDAY)
    send_notices(now=MONDAY)
    client = browser(an)
    assert "1 thông báo mới" in client.get("/my").content.decode()
    page = client.get("/my/notices").content.decode()
    assert receipt.code in page
    assert "a***@e***.vn" in page
    assert "an@example.vn" not in page
    assert "thông báo mới" not in client.get("/my").content.decode()
    officer = Client()
    officer.login(username="binh", password=PASSWORD)
    trace = officer.get(f"/dossiers/{receipt.public_id}").content.decode()
    assert "Đã thông báo cho người nộp" in trace
    assert "a***@e***.vn" in trace


@pytest.mark.django_db
def test_acting_for_somebody_is_chosen_shown_and_over_when_revoked(world: World) -> None:
    an, bach = person(AN, "an@example.vn"), person(BACH, "bach@example.vn")
    until = f"{MONDAY.date() + timedelta(days=3):%d/%m/%Y}"
    number = give_mandate(MandateEntry("bach@example.vn", "all", "", until), citizen=an, now=MONDAY)
    answer_mandate(number, is_accepted=True, citizen=bach, now=MONDAY)
    client = browser(bach)
    assert "Làm thay: chính tôi" in " ".join(client.get("/my").content.decode().split())
    client.post("/my/acting", {"acting": str(number), "next": "/track"})
    assert "Làm thay: Nguyễn Thị An" in " ".join(client.get("/").content.decode().split())
    browser(an).post(f"/my/mandates/{number}", {"act": "end"})
    assert "Làm thay" not in client.get("/").content.decode()
    assert client.post("/my/acting", {"acting": "no-number"}).status_code == 302
    assert browser(an).post(f"/my/mandates/{number}", {"act": "accept"}).status_code == 404


@pytest.mark.django_db
def test_a_mandate_is_given_on_the_page_by_who_is_identified(world: World) -> None:
    contact_only = citizen_of_account(Account.objects.create(email="x@example.vn", made_at=MONDAY).id)
    assert contact_only is not None
    led = browser(contact_only).get("/my/mandates?x=1")
    assert led["Location"] == "/account/identify?next=%2Fmy%2Fmandates%3Fx%3D1"
    an, bach = person(AN, "an@example.vn"), person(BACH, "bach@example.vn")
    client = browser(an)
    wrong = client.post(
        "/my/mandates", {"contact": "bach@example.vn", "scope": "dossier", "code": "Z-9", "until": "x"}
    )
    assert wrong.status_code == 422
    assert 'value="Z-9"' in wrong.content.decode()
    client.post("/my/mandates", {"contact": "bach@example.vn", "scope": "all", "until": "31/12/2026"})
    page = browser(bach).get("/my/mandates").content.decode()
    assert "Nguyễn Thị An" in page
    assert "mọi việc" in page


@pytest.mark.django_db
def test_preferences_are_kept_and_wrong_ones_said(world: World) -> None:
    an = person(AN, "an@example.vn")
    client = browser(an)
    good = {
        "language": "en",
        "channel1": "sms",
        "channel2": "email",
        "quiet_from": "21",
        "quiet_to": "7",
        "digest": "1",
    }
    assert client.post("/my/preferences", good).status_code == 302
    row = Account.objects.get(id=an.account_id)
    assert (row.language, row.channels, row.quiet_from, row.quiet_to) == ("en", ["sms", "email"], 21, 7)
    assert row.is_digest
    assert row.name == AN.name
    for wrong in ({"language": "fr"}, {"channel1": "fax"}, {"quiet_from": "25"}, {"quiet_to": ""}):
        assert client.post("/my/preferences", {**good, **wrong}).status_code == 422, wrong
    for path in ("/my", "/my/preferences", "/my/contact", "/my/data", "/my/delete"):
        assert client.get(path).status_code == 200, path


@pytest.mark.django_db
def test_a_new_contact_counts_once_its_code_is_typed_and_not_when_it_is_anothers(world: World, box: Box) -> None:
    an = person(AN, "an@example.vn")
    client = browser(an)
    assert client.get("/my/contact/code").status_code == 302
    client.post("/my/contact", {"contact": "0912 345 678"})
    assert Account.objects.get(id=an.account_id).phone == ""
    assert client.post("/my/contact/code", {"code": "000000" if box.code() != "000000" else "1"}).status_code == 422
    client.post("/my/contact/code", {"code": box.code()})
    assert Account.objects.get(id=an.account_id).phone == "0912345678"
    Account.objects.create(email="other@example.vn", made_at=MONDAY)
    client.post("/my/contact", {"contact": "other@example.vn"})
    taken = client.post("/my/contact/code", {"code": box.code()})
    assert taken.status_code == 422
    assert "thuộc một tài khoản khác" in taken.content.decode()


@pytest.mark.django_db
def test_a_code_to_sign_in_does_not_change_a_contact_of_another_session(world: World, box: Box) -> None:
    an, bach = person(AN, "an@example.vn"), person(BACH, "bach@example.vn")
    first = browser(an)
    first.post("/my/contact", {"contact": "new@example.vn"})
    second = browser(bach)
    assert second.get("/my/contact/code").status_code == 302


@pytest.mark.django_db
def test_everything_held_is_shown_and_taken_away_with_who_looked_at_it(world: World) -> None:
    an = person(AN, "an@example.vn")
    receipt = received(world.home)
    officer = Client()
    officer.login(username="binh", password=PASSWORD)
    for _ in range(3):
        officer.get(f"/dossiers/{receipt.public_id}")
    assert DossierReading.objects.count() == 1
    client = browser(an)
    held = json.loads(client.get("/my/data/file").content)
    assert held["account"][0]["id_number"] == AN.id_number
    assert [d["code"] for d in held["dossiers"]] == [receipt.code]
    assert held["readings"][0]["office"] == world.home.centre.name
    page = client.get("/my/data").content.decode()
    assert receipt.code in page
    assert world.home.centre.name in page
    stranger = json.loads(browser(person(BACH, "bach@example.vn")).get("/my/data/file").content)
    assert stranger["dossiers"] == stranger["readings"] == []


def test_every_kind_of_record_that_belongs_to_accounts_is_in_my_data() -> None:
    belonging = {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("motcua.")
        and any(isinstance(f, ForeignKey) and f.related_model is Account for f in model._meta.get_fields())
    }
    assert belonging - COVERED == set()


@pytest.mark.django_db
def test_deletion_erases_the_person_and_leaves_dossiers_with_the_office(world: World, box: Box) -> None:
    an, bach = person(AN, "an@example.vn"), person(BACH, "bach@example.vn")
    until = f"{MONDAY.date() + timedelta(days=3):%d/%m/%Y}"
    number = give_mandate(MandateEntry("bach@example.vn", "all", "", until), citizen=an, now=MONDAY)
    answer_mandate(number, is_accepted=True, citizen=bach, now=MONDAY)
    receipt = received(world.home)
    send_outbox(now=MONDAY)
    client = browser(an)
    assert client.post("/my/delete", {}).status_code == 422
    assert client.post("/my/delete", {"sure": "1"}).status_code == 302
    assert client.get("/my").status_code == 302
    row = Account.objects.get(id=an.account_id)
    said = json.dumps([str(v) for v in Account.objects.filter(id=row.id).values_list().get()])
    for trace in (AN.name, AN.id_number, "an@example.vn", "Kinh Bắc", "1990-02-01"):
        assert trace not in said, trace
    assert row.party_id is None
    assert list(AccountEvent.objects.filter(account=row).values_list("act", flat=True)) == ["account.deleted"]
    assert not Notice.objects.filter(account=row).exists()
    dossier = Dossier.objects.select_related("applicant").get(public_id=receipt.public_id)
    assert dossier.applicant.name == AN.name
    assert "Làm thay" not in browser(bach).get("/").content.decode()
    # The same person may open an account again, and finds the dossiers there.
    again = person(AN, "an@example.vn")
    assert receipt.code in json.dumps(json.loads(browser(again).get("/my/data/file").content))


@pytest.mark.django_db
def test_zalo_tells_what_became_of_a_notice_and_nobody_else_does(
    world: World, tmp_path: Path, settings: object
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    received(world.home)
    with put_in(courier_zalo=SimulatedZalo()):
        send_outbox(now=MONDAY)
        send_notices(now=MONDAY)
        number = NoticeDelivery.objects.get().provider_number
        body, signature = call_back(number, is_delivered=True, at=1)
        client = Client()

        def told(data: bytes, mark: str) -> int:
            return client.post(
                "/hooks/zalo", data, content_type="application/json", headers={"X-ZEvent-Signature": mark}
            ).status_code

        assert told(body, "mac=wrong") == 403
        unknown, its_signature = call_back("zalo-unknown", is_delivered=True, at=1)
        assert told(unknown, its_signature) == 404
        assert told(b"x" * 20_000, "x") == 413
        assert [told(body, signature) for _ in range(2)] == [200, 200]
    assert Notice.objects.get().state == "DELIVERED"
    with put_in(courier_zalo=None):
        assert Client().post("/hooks/zalo", b"{}", content_type="application/json").status_code == 404


@pytest.mark.django_db
def test_simulated_messages_are_shown_in_a_demo_only_with_masked_addresses(
    world: World, tmp_path: Path, settings: object
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    received(world.home)
    with put_in(courier_zalo=SimulatedZalo()):
        send_outbox(now=MONDAY)
        send_notices(now=MONDAY)
    assert Client().get("/demo/messages").status_code == 404
    settings.IS_DEMO = True  # type: ignore[attr-defined]
    page = Client().get("/demo/messages").content.decode()
    assert "***001" in page
    assert "0900000001" not in page


@pytest.mark.django_db
def test_who_was_not_reached_is_told_by_the_manager(world: World) -> None:
    receipt = received(world.home)
    Notice.objects.create(
        event_key="1:p1", topic="dossier.late", template="dossier.late", values={"code": receipt.code},
        unit_id=world.home.centre.id, made_at=MONDAY, next_at=MONDAY, state="UNREACHED",
    )  # fmt: skip
    client = Client()
    client.login(username="giamdoc", password=PASSWORD)
    assert receipt.code in client.get("/not-reached").content.decode()
    client.post("/not-reached", {"notice": str(Notice.objects.get().public_id)})
    assert receipt.code not in client.get("/not-reached").content.decode()
    assert client.post("/not-reached", {"notice": "x"}).status_code == 404


@pytest.mark.django_db
def test_who_is_to_act_for_somebody_is_told_without_a_name(world: World, box: Box) -> None:
    an = person(AN, "an@example.vn")
    person(BACH, "bach@example.vn")
    give_mandate(MandateEntry("bach@example.vn", "all", "", f"{MONDAY:%d/%m/%Y}"), citizen=an, now=MONDAY)
    send_outbox(now=MONDAY)
    send_notices(now=MONDAY)
    [letter] = box.letters
    assert (letter.to, "/my/mandates" in letter.text) == ("bach@example.vn", True)
    assert "An" not in letter.text.split()
