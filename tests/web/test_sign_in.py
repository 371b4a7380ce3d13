"""Citizens sign in by a code: what is sent, what is refused, and that the answer tells nothing about accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from motcua.core.forms.contacts import Contact
from motcua.core.kernel import Refused
from motcua.services.adapters import put_in
from motcua.services.one_time_codes import confirm_code, send_code
from motcua.services.ports import CourierAway, Letter
from motcua.store.citizens.models import Account, CodePurpose, OneTimeCode
from world import MONDAY, World

MAIL = "an@example.vn"


@dataclass
class Box:
    """A courier that keeps what it is given; ``is_away`` takes nothing."""

    letters: list[Letter] = field(default_factory=list)
    is_away: bool = False

    def send(self, letter: Letter) -> str:
        if self.is_away:
            raise CourierAway("away")
        self.letters.append(letter)
        return letter.key

    def code(self) -> str:
        found = re.search(r"\b\d{6}\b", self.letters[-1].text)
        assert found
        return found[0]


@pytest.fixture
def box() -> Iterator[Box]:
    made = Box()
    with put_in(courier_email=made, courier_sms=made):
        yield made


def signed_in(client: Client, box: Box, contact: str = MAIL, following: str = "") -> str:
    """Sign in and return where the page leads."""
    asked = client.post("/account/sign-in", {"contact": contact, "next": following})
    assert asked.status_code == 302, asked.content.decode()
    answer = client.post("/account/code", {"code": box.code()})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.mark.django_db
@pytest.mark.parametrize("contact", [MAIL, " AN@Example.VN ", "0912 345 678", "+84912345678"])
def test_a_code_signs_in_and_opens_an_account_at_the_first_time(box: Box, contact: str) -> None:
    client = Client()
    assert signed_in(client, box, contact, "/track") == "/track"
    assert "Trang của tôi" in client.get("/").content.decode()
    assert signed_in(Client(), box, contact) == "/my"
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_the_answer_does_not_tell_whether_there_is_an_account(box: Box) -> None:
    signed_in(Client(), box, MAIL)
    pages = []
    for contact in (MAIL, "be@example.vn"):
        client = Client()
        answer = client.post("/account/sign-in", {"contact": contact}, follow=True)
        pages.append(re.sub(r'value="[^"]{64}"', "", answer.content.decode()).replace("b***@", "a***@"))
    assert pages[0] == pages[1]
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_a_code_works_once_for_ten_minutes_and_five_tries(box: Box) -> None:
    def asked() -> OneTimeCode:
        sent = send_code(Contact("email", MAIL), purpose=CodePurpose.SIGN_IN, language="vi", now=MONDAY)
        return OneTimeCode.objects.get(public_id=sent.public_id)

    def outcome(row: OneTimeCode, text: str, now: datetime = MONDAY) -> str:
        try:
            return confirm_code(row.public_id, text=text, now=now).contact.value
        except Refused as refusal:
            return refusal.problems[0].code

    row = asked()
    assert outcome(row, box.code(), MONDAY + timedelta(minutes=10)) == "code.over"
    assert outcome(row, box.code()) == MAIL
    assert outcome(row, box.code()) == "code.over"
    row, right = asked(), box.code()
    wrong = "000000" if right != "000000" else "000001"
    assert [outcome(row, wrong) for _ in range(5)] == ["code.wrong"] * 4 + ["code.over"]
    assert outcome(row, right) == "code.over"
    assert right not in row.digest


@pytest.mark.django_db
def test_codes_are_limited_by_contact_and_by_address(box: Box) -> None:
    client = Client()
    answers = [client.post("/account/sign-in", {"contact": MAIL}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    others = [client.post("/account/sign-in", {"contact": f"x{i}@example.vn"}).status_code for i in range(25)]
    assert others[-1] == 429
    assert others[0] == 302


@pytest.mark.django_db
def test_signing_in_and_out_gives_the_session_a_new_key(box: Box) -> None:
    cache.clear()
    client = Client()
    client.post("/account/sign-in", {"contact": MAIL})
    before = client.session.session_key
    client.post("/account/code", {"code": box.code()})
    inside = client.session.session_key
    assert inside != before
    assert client.get("/my").status_code == 200
    client.post("/account/sign-out")
    assert client.session.session_key != inside
    assert client.get("/my").status_code == 302


@pytest.mark.django_db
def test_a_channel_that_is_away_is_said_and_what_was_typed_is_kept(box: Box) -> None:
    box.is_away = True
    answer = Client().post("/account/sign-in", {"contact": MAIL})
    assert answer.status_code == 422
    assert f'value="{MAIL}"' in answer.content.decode()
    assert "Chưa gửi được mã" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "an", "an@", "a b@c.vn", "12345", "an@x.vn\r\nBcc: b@x.vn", "0" * 200])
def test_what_is_no_contact_is_refused_with_its_reason(box: Box, text: str) -> None:
    answer = Client().post("/account/sign-in", {"contact": text})
    assert answer.status_code == 422
    assert not box.letters


@pytest.mark.django_db
def test_nobody_is_led_to_another_site_after_signing_in(box: Box, world: World) -> None:
    assert signed_in(Client(), box, following="https://evil.example/") == "/my"
    client = Client()
    refused = client.get("/my?x=1")
    assert refused["Location"] == "/account/sign-in?next=%2Fmy%3Fx%3D1"
