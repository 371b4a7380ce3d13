"""The what-if page: the answer in words, the list, what was typed stays, who may open what."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.store.dossiers.models import Dossier
from world import PASSWORD, STATUS, World, received

ASK = {"ask": "1", "weekdays": ["1", "2", "3", "4", "5"]}


def signed_in(username: str, language: str = "vi") -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    client.cookies["django_language"] = language
    return client


def test_the_page_asks_four_questions_and_answers_in_a_sentence(world: World) -> None:
    receipt = received(world.home, STATUS)
    client = signed_in("dung")
    assert client.get("/simulate").status_code == 200
    answer = client.get("/simulate", {**ASK, "days": "17/11/2026"})
    assert "Trong 1 hồ sơ đang giải quyết, 1 hồ sơ đổi ngày hẹn: 1 muộn hơn, 0 sớm hơn." in answer.text
    assert f'href="/dossiers/{receipt.public_id}">{receipt.code}</a>' in answer.text
    assert '<svg class="bars"' in answer.text
    assert world.home.binh.name not in answer.text
    assert "Nguyễn Thị An" not in answer.text
    english = signed_in("dung", "en").get("/simulate", {**ASK, "cut": "30 %"})
    assert "Of 1 dossiers being handled" in english.text


def test_each_asks_about_what_he_answers_for(world: World) -> None:
    received(world.home, STATUS)
    question = {**ASK, "days": "17/11/2026"}
    for username, live in {
        "dung": 1, "giamdoc": 1, "lanhdao": 1, "quantri": 1, "kiemsoat": 1, "dungxa": 0, "giamdocxa": 0,
    }.items():  # fmt: skip
        text = signed_in(username).get("/simulate", question).text
        assert f"Trong {live} hồ sơ đang giải quyết" in text, username
        assert ("/dossiers/" in text) == (username in ("dung", "giamdoc", "lanhdao")), username
    # The agency that a head names does not widen what he sees.
    text = signed_in("dungxa").get("/simulate", {**question, "agency": world.home.agency.code}).text
    assert "Trong 0 hồ sơ" in text
    text = signed_in("quantri").get("/simulate", {**question, "agency": world.elsewhere.agency.code}).text
    assert "Trong 0 hồ sơ" in text


def test_an_amendment_says_who_keeps_the_old_term(world: World) -> None:
    received(world.home, STATUS)
    asked = {**ASK, "procedure": STATUS, "term": "1", "term_unit": "working day", "term_from": "01/12/2026"}
    text = signed_in("lanhdao").get("/simulate", asked).text
    assert "0 hồ sơ đổi ngày hẹn" in text
    assert "1 hồ sơ của thủ tục được sửa đổi tiếp nhận trước ngày đó nên giữ thời hạn cũ" in text


def test_wrong_values_come_all_at_once_and_what_was_typed_stays(world: World) -> None:
    typed = {
        "ask": "1", "days": "31/02/2026", "hours": "9-5", "hours_from": "nay", "cut": "130", "procedure": "9.9",
        "term": "ba", "term_from": "01/01/1999", "agency": "H99",
    }  # fmt: skip
    answer = signed_in("lanhdao").get("/simulate", typed)
    assert answer.status_code == 422
    for text in (
        *("Không có ngày «31/02/2026»", "Giờ làm việc «9-5» không đọc được", "Không có ngày «nay»"),
        *("«130» không phải tỷ lệ cắt giảm", "Danh mục không có thủ tục mã «9.9»", "không phải thời hạn"),
        *("nằm ngoài lịch đã biết", "Chưa chọn thứ trong tuần", "Không có cơ quan mã «H99»"),
    ):
        assert text in answer.text
    for field in ("days", "hours", "hours_from", "cut", "procedure", "term", "term_from"):
        assert f'value="{typed[field]}"' in answer.text, field
    assert 'href="#hours_from"' in answer.text


def test_nothing_asked_is_said(world: World) -> None:
    answer = signed_in("lanhdao").get("/simulate", ASK)
    assert answer.status_code == 422
    assert "Chưa đặt giả định nào" in answer.text


@pytest.mark.parametrize("username", ["dung", "quantri"])
def test_asking_writes_nothing(world: World, username: str) -> None:
    received(world.home, STATUS)
    before = list(Dossier.objects.values())
    client = signed_in(username)
    for question in (
        {"days": "17/11/2026"},
        {"hours": "08:00-12:00", "hours_from": "01/12/2026"},
        {"cut": "30"},
        {"procedure": STATUS, "term": "12", "term_unit": "working hour", "term_from": "01/11/2026"},
    ):
        assert client.get("/simulate", {**ASK, **question}).status_code == 200
    assert list(Dossier.objects.values()) == before
