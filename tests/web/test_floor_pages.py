"""The hall's pages: kiosk, display, my ticket, my counter, the manager's hall; what each shows and what none shows."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from floor_cast import Cast, make_floor
from motcua.core.floor import State
from motcua.services.floor.boards import visit_of
from motcua.services.floor.bookings import BookingRequest, book
from motcua.services.floor.desks import call_next, finish, open_desk
from motcua.services.floor.running import revoke_device
from motcua.services.tracking import tracking_path
from motcua.store.dossiers.models import Dossier, IntakeDraft
from motcua.store.floor.models import Booking, BookingState, DeskSession, Hall, HallDevice, HallGroup, Ticket
from motcua.store.voices.models import Rating
from world import BIRTH, MONDAY, PASSWORD, World, received

CARD = "999190000001||Nguyễn Thị An|01021950|Nữ|Số 1, phường Kinh Bắc|01012022"
NOW = MONDAY + timedelta(minutes=30)


@pytest.fixture
def cast(world: World) -> Cast:
    return make_floor(world)


@pytest.fixture
def kiosk(cast: Cast) -> str:
    return f"/hall/{cast.kiosk.token}/kiosk"


def signed_in(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_two_touches_give_a_number_to_print(cast: Cast, kiosk: str) -> None:
    client = Client()
    assert "Hộ tịch" in client.get(kiosk).content.decode()
    page = client.post(kiosk, {"step": "choose", "choice": f"{cast.a.id}:"}).content.decode()
    form = {name: hidden(page, name) for name in ("key", "group")}
    answer = client.post(kiosk, {"step": "take", "ground": "elderly", **form}, follow=True)
    ticket = Ticket.objects.get()
    assert answer.redirect_chain[0][0].endswith(ticket.token)
    text = answer.content.decode()
    assert "A001" in text
    assert f"/ticket/{ticket.token}" in text
    assert "cao tuổi" not in text
    client.post(kiosk, {"step": "take", "ground": "elderly", **form})
    assert Ticket.objects.count() == 1


def test_a_card_offers_priority_by_age_and_is_nowhere_to_be_read(cast: Cast, kiosk: str) -> None:
    client = Client()
    page = client.post(kiosk, {"step": "scan", "scan": CARD}).content.decode()
    assert "Nguyễn" not in page
    assert "999190000001" not in page
    sealed = hidden(page, "sealed")
    page = client.post(kiosk, {"step": "choose", "choice": f"{cast.a.id}:", "sealed": sealed}).content.decode()
    assert "Theo thẻ" in page
    form = {name: hidden(page, name) for name in ("key", "group", "sealed")}
    client.post(kiosk, {"step": "take", "ground": "", **form})
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=NOW)
    call_next(seen="", actor=cast.binh, now=NOW)
    officer = signed_in("binh")
    assert "Đã đọc thẻ" in officer.get("/counter/hall").content.decode()
    officer.post("/counter/start", {"offering": Dossier.objects.count() or cast_offering(cast)})
    assert IntakeDraft.objects.get().data["applicant"]["name"] == "Nguyễn Thị An"


def cast_offering(cast: Cast) -> int:
    from motcua.store.offerings.models import Offering

    return int(Offering.objects.filter(agency_id=cast.hall.unit.agency_id).order_by("id")[0].id)


def test_everyday_words_lead_to_a_group(cast: Cast, kiosk: str) -> None:
    page = Client().post(kiosk, {"step": "search", "q": "giay khai sinh"}).content.decode()
    assert f'value="{cast.a.id}:{BIRTH}"' in page


def test_a_receipt_leads_to_the_results_when_there_is_one(cast: Cast, kiosk: str, world: World) -> None:
    receipt = received(world.home)
    path = tracking_path(public_id=receipt.public_id, code=receipt.code)
    page = Client().post(kiosk, {"step": "scan", "scan": f"http://x{path}"}).content.decode()
    assert "Chưa có kết quả" in page
    Dossier.objects.update(state=9)
    page = Client().post(kiosk, {"step": "scan", "scan": f"http://x{path}"}).content.decode()
    assert hidden(page, "group") == str(cast.r.id)
    wrong = Client().post(kiosk, {"step": "scan", "scan": "http://x/track/H05.31-1/WRONG"})
    assert wrong.status_code == 422


def test_an_appointment_is_taken_with_its_six_digits(cast: Cast, kiosk: str) -> None:
    booking = book(cast.hall, BookingRequest(uuid.uuid4(), cast.a.id, NOW + timedelta(minutes=30)), now=NOW)
    answer = Client().post(kiosk, {"step": "scan", "scan": booking.code, "key": uuid.uuid4()}, follow=True)
    assert "Hẹn lúc" in answer.content.decode()
    assert Ticket.objects.get().booking_id == booking.id


def test_a_revoked_machine_shows_nothing(cast: Cast, kiosk: str) -> None:
    revoke_device(cast.kiosk.id, actor=cast.manager, now=MONDAY)
    assert Client().get(kiosk).status_code == 404
    assert Client().get(f"/hall/{cast.kiosk.token}/display").status_code == 404


def test_the_display_shows_calls_and_asks_again_only_when_something_changed(cast: Cast) -> None:
    cast.ticket(at=NOW, ground="disabled")
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=NOW)
    call_next(seen="", actor=cast.binh, now=NOW)
    client = Client()
    page = client.get(f"/hall/{cast.display.token}/display")
    text = page.content.decode()
    assert "A001" in text
    assert "Mời số A không không một đến quầy số 1." in text
    assert "khuyết tật" not in text
    board = client.get(f"/hall/{cast.display.token}/display/board")
    again = client.get(f"/hall/{cast.display.token}/display/board", headers={"If-None-Match": board["ETag"]})
    assert again.status_code == 304


def test_the_page_may_connect_to_the_live_part_and_nowhere_else(cast: Cast, settings: object) -> None:
    settings.LIVE_PORT = 8123  # type: ignore[attr-defined]
    page = Client().get(f"/hall/{cast.display.token}/display")
    assert "connect-src 'self' http://testserver:8123;" in page["Content-Security-Policy"] + ";"
    assert f"http://testserver:8123/live/{cast.hall.stream}" in page.content.decode()
    settings.LIVE_PORT = 0  # type: ignore[attr-defined]
    assert "connect-src" not in Client().get(f"/hall/{cast.display.token}/display")["Content-Security-Policy"]


def test_my_ticket_is_followed_given_up_and_taken_up_again(cast: Cast) -> None:
    ticket = cast.ticket(at=NOW)
    address, client = f"/ticket/{ticket.token}", Client()
    assert "A001" in client.get(address).content.decode()
    assert client.get(f"{address}/now").status_code == 200
    client.post(address, {"act": "leave"})
    ticket.refresh_from_db()
    assert ticket.state == State.LEFT
    assert client.get("/ticket/nobody").status_code == 404
    Ticket.objects.update(day=MONDAY.date() - timedelta(days=1))
    assert client.get(address).status_code == 404


def test_a_visit_is_rated_once_at_the_tablet_or_on_the_phone(cast: Cast) -> None:
    ticket, client = cast.ticket(at=NOW), Client()
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=NOW)
    call_next(seen="", actor=cast.binh, now=NOW)
    assert "/rate/" not in client.get(f"/ticket/{ticket.token}").content.decode()
    finish(seen=ticket.token, actor=cast.binh, now=NOW)
    page = client.get(f"/ticket/{ticket.token}").content.decode()
    link = re.search(r'href="(/rate/[^"?]+)[?]visit=([^"]+)"', page)
    assert link is not None
    tablet = client.get(link[1]).content.decode()
    assert hidden(tablet, "visit") == link[2] == str(visit_of(ticket))
    for _time in range(2):
        client.post(link[1], {"visit": link[2], "score": "5"})
    assert Rating.objects.filter(counter_id=cast.counters[0].id).count() == 1


def test_an_appointment_is_booked_and_cancelled_without_an_account(cast: Cast) -> None:
    address, client = f"/centres/{cast.hall.unit_id}/appointment", Client()
    page = client.get(address).content.decode()
    slot = re.search(r'<option value="([^"]+)"', page)
    assert slot is not None
    form = {"key": hidden(page, "key"), "group": cast.a.id, "slot": slot[1]}
    wrong = client.post(address, {**form, "contact": "abc"})
    assert wrong.status_code == 422
    assert 'value="abc"' in wrong.content.decode()
    answer = client.post(address, {**form, "contact": "0900 000 001"}, follow=True)
    booking = Booking.objects.get()
    assert booking.code in answer.content.decode()
    client.post(f"/visit/{booking.token}")
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert client.get("/visit/nobody").status_code == 404
    assert client.get("/centres/999999/appointment").status_code == 404


def test_a_centre_shows_its_load_and_one_without_a_hall_says_so(cast: Cast, world: World) -> None:
    cast.ticket(at=NOW)
    client = Client()
    assert "1 người đang chờ" in client.get(f"/centres/{cast.hall.unit_id}").content.decode()
    assert "Chưa xem được" in client.get(f"/centres/{world.elsewhere.centre.id}").content.decode()
    assert client.get(f"/centres/{world.home.division.id}").status_code == 404


def test_an_officer_sits_down_calls_and_finishes(cast: Cast) -> None:
    first, second = cast.ticket(at=NOW), cast.ticket(at=NOW)
    officer = signed_in("binh")
    officer.post("/counter/hall", {"act": "open", "counter": cast.counters[0].id})
    officer.post("/counter/hall", {"act": "next", "seen": ""})
    page = officer.get("/counter/hall").content.decode()
    assert first.label in page
    assert officer.post("/counter/hall", {"act": "aside", "seen": first.token}).status_code == 422
    officer.post("/counter/hall", {"act": "again", "seen": first.token})
    officer.post("/counter/hall", {"act": "aside", "seen": first.token})
    assert "đã quay lại" in officer.get("/counter/hall/now").content.decode()
    officer.post("/counter/hall", {"act": "back", "ticket": first.token})
    answer = officer.post("/counter/hall", {"act": "next", "seen": "", "next": "/counter"})
    assert answer["Location"] == "/counter"
    assert first.label in officer.get("/counter").content.decode()
    officer.post("/counter/hall", {"act": "send", "seen": first.token, "target": f"group:{cast.b.id}"})
    officer.post("/counter/hall", {"act": "close"})
    assert DeskSession.objects.get().closed_at is not None
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.group_id, second.state) == (State.WAITING, cast.b.id, State.WAITING)


def test_the_manager_sees_the_hall_and_sets_it_up(cast: Cast) -> None:
    cast.ticket(at=NOW)
    manager = signed_in("giamdoc")
    page = manager.get("/centre/hall").content.decode()
    assert "A001" in page
    assert "Phần phát trực tiếp không có tín hiệu" in page
    manager.post("/centre/hall", {"act": "notice", "notice_vi": "Nghỉ trưa 11:30", "notice_en": "Lunch"})
    assert "Nghỉ trưa" in Client().get(f"/hall/{cast.display.token}/display").content.decode()
    manager.post("/centre/hall", {"act": "pause", "group": cast.a.id})
    assert HallGroup.objects.get(id=cast.a.id).is_paused
    manager.post("/centre/hall", {"act": "close"})
    assert Hall.objects.get(id=cast.hall.id).is_closed
    assert manager.get("/centre/hall/figures?day=16/11/2026").status_code == 200
    assert manager.post("/centre/hall/setup", {"act": "rules", "streak_max": "x"}).status_code == 422
    manager.post("/centre/hall/setup", {"act": "device", "kind": "display", "name": "TV tầng 2"})
    assert HallDevice.objects.filter(name="TV tầng 2").exists()


def test_a_manager_without_a_hall_sets_one_up(world: World) -> None:
    manager = signed_in("giamdocxa")
    assert manager.get("/centre/hall").status_code == 200
    assert manager.post("/centre/hall")["Location"] == "/centre/hall/setup"
    assert Hall.objects.get().unit_id == world.elsewhere.centre.id


def test_pages_of_the_hall_ask_few_questions_of_the_database(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        cast.ticket(at=NOW + timedelta(seconds=number), ground="elderly" if number % 5 == 0 else "")
    client = Client()
    client.get(f"/hall/{cast.display.token}/display")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(f"/hall/{cast.display.token}/display/board")
    manager = signed_in("giamdoc")
    manager.get("/centre/hall")
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        manager.get("/centre/hall")
