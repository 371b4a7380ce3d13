"""Notices: who is told, by which channel, how often it is tried, what is written down, and that nothing is told twice."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.services.adapters import put_in
from motcua.services.housekeeping import forget_old, send_outbox
from motcua.services.notices.concerns import RESOLVERS
from motcua.services.notices.reading import notices_of_account, notices_of_dossier, unreached_of_unit
from motcua.services.notices.sending import hear_news, send_notices, tell_by_hand
from motcua.services.notices.templates import FILE, PARTS_MAX, rendered, sms_parts, templates
from motcua.services.notices.times import after_quiet
from motcua.services.ports import AddressRefused, CourierAway, Letter, Throttled
from motcua.services.times import VIETNAM
from motcua.store.citizens.models import Account, Notice, NoticeDelivery
from motcua.store.dossiers.models import Dossier, Party
from motcua.store.ledger.models import OutboxMessage
from world import MONDAY, World, received

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Box:
    """A courier that keeps what it takes, once per key, and breaks as it is told."""

    letters: dict[str, Letter] = field(default_factory=dict)
    fault: Exception | None = None
    sends: int = 0

    def send(self, letter: Letter) -> str:
        self.sends += 1
        if self.fault is not None:
            raise self.fault
        self.letters.setdefault(letter.key, letter)
        return f"n-{letter.key}"

    @property
    def texts(self) -> list[str]:
        return [letter.text for letter in self.letters.values()]


@dataclass
class Boxes:
    email: Box = field(default_factory=Box)
    sms: Box = field(default_factory=Box)
    zalo: Box = field(default_factory=Box)


@pytest.fixture
def boxes() -> Iterator[Boxes]:
    made = Boxes()
    with put_in(courier_email=made.email, courier_sms=made.sms, courier_zalo=made.zalo):
        yield made


@pytest.fixture
def dossier(world: World) -> Dossier:
    return Dossier.objects.get(public_id=received(world.home).public_id)


def account_of(dossier: Dossier, **values: object) -> Account:
    made = {"party": dossier.applicant, "email": "an@example.vn", "phone": "0900000001", "made_at": MONDAY}
    return Account.objects.create(**{**made, **values})


def tell(dossier: Dossier, topic: str = "dossier.state", *, now: datetime = MONDAY, **body: object) -> OutboxMessage:
    return OutboxMessage.objects.create(
        topic=topic, key=str(dossier.public_id), body=body, made_at=now, next_attempt_at=now
    )


def work(now: datetime) -> None:
    """What the job does every minute."""
    send_outbox(now=now)
    send_notices(now=now)


@pytest.mark.django_db
def test_the_applicant_without_account_is_told_at_the_phone_of_the_dossier(dossier: Dossier, boxes: Boxes) -> None:
    work(MONDAY)
    [letter] = boxes.zalo.letters.values()
    assert letter.to == "0900000001"
    assert dossier.code in letter.text
    assert f"http://localhost:8000/track/{dossier.code}/" in letter.text
    [line] = notices_of_dossier(dossier.id, language="vi")
    assert [(t.channel, t.address, t.state) for t in line.tries] == [("zalo", "***001", "TAKEN")]


@pytest.mark.django_db
def test_an_account_is_told_by_the_channel_and_in_the_language_it_prefers(dossier: Dossier, boxes: Boxes) -> None:
    account = account_of(dossier, channels=["email", "sms"], language="en")
    work(MONDAY)
    [letter] = boxes.email.letters.values()
    assert "has been received" in letter.subject
    assert not boxes.zalo.letters
    assert not boxes.sms.letters
    assert len(notices_of_account(account.id, language="vi")) == 1


@pytest.mark.django_db
def test_an_account_without_any_contact_is_told_at_the_phone_typed_for_the_dossier(
    dossier: Dossier, boxes: Boxes
) -> None:
    account = account_of(dossier, email="", phone="", channels=["email", "zalo"])
    work(MONDAY)
    [letter] = boxes.zalo.letters.values()
    assert letter.to == "0900000001"
    assert [n.state for n in Notice.objects.filter(account=account)] == ["SENT"]


@pytest.mark.django_db
def test_nothing_personal_stands_in_any_notice(dossier: Dossier, boxes: Boxes) -> None:
    account_of(dossier, channels=["email"])
    for state in (3, 5, 6, 7, 8, 9, 10):
        tell(dossier, state=state)
    for topic in ("dossier.late", "dossier.due_moved"):
        tell(dossier, topic)
    work(MONDAY)
    assert len(boxes.email.letters) == 10
    said = " ".join(letter.subject + letter.text for letter in boxes.email.letters.values())
    party = Party.objects.get(id=dossier.applicant_id)
    for secret in (party.name, "An ", party.id_number, party.phone, "Số 1", "khai sinh"):
        assert secret not in said, secret


@pytest.mark.django_db
def test_a_message_handed_over_again_tells_nobody_twice(dossier: Dossier, boxes: Boxes) -> None:
    message = tell(dossier, state=9)
    for minute in range(5):
        OutboxMessage.objects.filter(id=message.id).update(sent_at=None, attempts=0, next_attempt_at=MONDAY)
        Notice.objects.filter(event_key__startswith=f"{message.id}:").update(state="WAITING", next_at=MONDAY)
        work(MONDAY + minute * MINUTE)
    assert Notice.objects.filter(event_key__startswith=f"{message.id}:").count() == 1
    assert sum("đã có kết quả" in text for text in boxes.zalo.texts) == 1


@pytest.mark.django_db
def test_a_channel_that_is_away_is_tried_thrice_then_the_next_one(dossier: Dossier, boxes: Boxes) -> None:
    account_of(dossier, channels=["email", "sms"])
    boxes.email.fault = CourierAway("away")
    for minute in range(60):
        work(MONDAY + minute * MINUTE)
    assert boxes.email.sends == 3
    assert len(boxes.sms.letters) == 1
    [line] = notices_of_dossier(dossier.id, language="vi")
    assert [(t.channel, t.state) for t in line.tries] == [("email", "AWAY")] * 3 + [("sms", "TAKEN")]
    gaps = [(b.at - a.at) // MINUTE for a, b in zip(line.tries, line.tries[1:], strict=False)]
    assert gaps == [1, 5, 0]


@pytest.mark.django_db
def test_a_refused_address_goes_to_the_next_channel_at_once(dossier: Dossier, boxes: Boxes) -> None:
    boxes.zalo.fault = AddressRefused("no account")
    work(MONDAY)
    assert len(boxes.sms.letters) == 1


@pytest.mark.django_db
def test_a_throttled_channel_is_left_alone_as_long_as_it_asks(dossier: Dossier, boxes: Boxes) -> None:
    boxes.zalo.fault = Throttled(1200)
    work(MONDAY)
    work(MONDAY + 19 * MINUTE)
    assert boxes.zalo.sends == 1
    boxes.zalo.fault = None
    work(MONDAY + 20 * MINUTE)
    assert len(boxes.zalo.letters) == 1


@pytest.mark.django_db
def test_who_cannot_be_reached_is_seen_by_the_centre_until_told_by_hand(
    world: World, dossier: Dossier, boxes: Boxes
) -> None:
    for box in (boxes.email, boxes.sms, boxes.zalo):
        box.fault = AddressRefused("never")
    work(MONDAY)
    [seen] = unreached_of_unit(world.home.centre.id, language="vi")
    assert (seen.code, seen.dossier_public_id) == (dossier.code, dossier.public_id)
    assert not unreached_of_unit(world.elsewhere.centre.id, language="vi")
    assert not tell_by_hand(seen.public_id, unit_id=world.elsewhere.centre.id)
    assert tell_by_hand(seen.public_id, unit_id=world.home.centre.id)
    assert not unreached_of_unit(world.home.centre.id, language="vi")


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(True, False), (False, True), (True, True), (True, False, True, False)])
def test_arrived_stays_arrived_whatever_the_order_of_the_news(
    dossier: Dossier, boxes: Boxes, order: tuple[bool, ...]
) -> None:
    work(MONDAY)
    number = NoticeDelivery.objects.get().provider_number
    assert not hear_news(channel="zalo", provider_number="unknown", is_delivered=True, at=MONDAY)
    for is_delivered in order:
        assert hear_news(channel="zalo", provider_number=number, is_delivered=is_delivered, at=MONDAY)
    assert Notice.objects.get().state == "DELIVERED"
    assert NoticeDelivery.objects.get().state == "DELIVERED"
    work(MONDAY + HOUR)
    assert not boxes.sms.letters


@pytest.mark.django_db
def test_what_did_not_arrive_goes_by_the_next_channel_once(dossier: Dossier, boxes: Boxes) -> None:
    work(MONDAY)
    number = NoticeDelivery.objects.get().provider_number
    for _ in range(3):
        hear_news(channel="zalo", provider_number=number, is_delivered=False, at=MONDAY + MINUTE)
        work(MONDAY + 2 * MINUTE)
    assert len(boxes.sms.letters) == 1
    assert NoticeDelivery.objects.count() == 2


@pytest.mark.django_db
def test_quiet_hours_and_digest_are_kept(dossier: Dossier, boxes: Boxes) -> None:
    account_of(dossier, channels=["email"], is_digest=True, quiet_from=17, quiet_to=19)
    tell(dossier, state=5)
    tell(dossier, state=9)
    for hours in range(12):
        work(MONDAY + hours * HOUR)
    [letter] = boxes.email.letters.values()
    assert "3 thông báo" in letter.subject
    assert letter.text.count(dossier.code) >= 3
    assert {d.at.astimezone(VIETNAM).hour for d in NoticeDelivery.objects.all()} == {19}


@pytest.mark.django_db
def test_a_contact_left_for_one_matter_is_forgotten_after_a_week(boxes: Boxes) -> None:
    Notice.objects.create(
        event_key="1:c", topic="x", template="dossier.late", contact="an@example.vn", made_at=MONDAY, next_at=MONDAY
    )
    forget_old(before=MONDAY)
    assert Notice.objects.get().contact
    forget_old(before=MONDAY + 7 * 24 * HOUR)
    assert not Notice.objects.get().contact


@pytest.mark.django_db
def test_a_thousand_state_changes_leave_within_a_minute_each(dossier: Dossier, boxes: Boxes) -> None:
    for _ in range(450):
        tell(dossier, "dossier.due_moved")
    for minute in range(4):
        work(MONDAY + minute * MINUTE)
    assert len(boxes.zalo.letters) == 451


def test_every_template_says_the_same_in_both_languages_and_fits_in_three_messages() -> None:
    values = {
        "code": "H05.31.15-261116-00001", "days": "15", "time": "08:15 16/11/2026", "minutes": "10", "count": "12", "codes": "H05.31.15-261116-00001",
        "link": "https://motcua.bacninh.gov.vn/track/H05.31.15-261116-00001/ABCDEFGHIJKLMN", "texts": "x",
    }  # fmt: skip
    wrong = []
    for name in templates():
        raw = tomllib.loads(FILE.read_text(encoding="utf-8"))[name]
        fields = {lang: {f for f in values if f"{{{f}}}" in str(raw[lang]["short"])} for lang in ("vi", "en")}
        if fields["vi"] != fields["en"]:
            wrong.append((name, "fields", 0))
        for language in ("vi", "en"):
            words = rendered(name, language, values)
            if sms_parts(words.short) > PARTS_MAX:
                wrong.append((name, language, sms_parts(words.short)))
            if "\n" in words.subject or not words.subject or "{" in words.long:
                wrong.append((name, language, -1))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("ă" * 70, 1), ("ă" * 71, 2), ("ă" * 135, 3)],
)
def test_the_parts_of_an_sms_are_counted(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


@given(hour=st.integers(0, 23), minute=st.integers(0, 59), start=st.integers(0, 23), end=st.integers(0, 23))
def test_after_quiet_is_never_inside_quiet_hours_nor_before(hour: int, minute: int, start: int, end: int) -> None:
    account = Account(quiet_from=start, quiet_to=end)
    at = datetime(2026, 11, 16, hour, minute, tzinfo=VIETNAM)
    found = after_quiet(account, at=at)
    assert found >= at
    assert found - at < timedelta(days=1)
    assert after_quiet(account, at=found) == found


def test_every_topic_of_citizens_has_texts_and_somebody_whom_it_concerns() -> None:
    """A template without a resolver, or a resolver without a template, would tell nobody."""
    things = {name.split(".")[0] for name in templates()} - {"code", "digest"}
    assert things == set(RESOLVERS)


@pytest.mark.django_db
def test_a_message_of_something_that_is_gone_or_that_nobody_outside_knows_makes_no_notice(boxes: Boxes) -> None:
    for topic in ("dossier.state", "petition.answered", "charge.opened", "booking.made", "consultation.reminder"):
        OutboxMessage.objects.create(
            topic=topic, key=str(uuid.uuid4()), body={}, made_at=MONDAY, next_attempt_at=MONDAY
        )
    work(MONDAY)
    assert not Notice.objects.exists()
    assert not OutboxMessage.objects.filter(sent_at__isnull=True).exists()
