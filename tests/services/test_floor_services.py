"""The hall's services: tickets, calls, no-shows, transfers, appointments, what was done; the rows equal a replay."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.utils import DatabaseError, InternalError

from floor_cast import Cast, make_floor
from motcua.core.floor import Event, EventKind, State, replayed
from motcua.core.forms.card import parse_card
from motcua.core.kernel import Refused
from motcua.services.actors import Denied
from motcua.services.floor.boards import board_of, followed
from motcua.services.floor.bookings import BookingRequest, book, cancel, forget_contacts, slots_of
from motcua.services.floor.desks import (
    Target,
    call_again,
    call_next,
    close_desk,
    close_desks_of_past_days,
    finish,
    open_desk,
    pause_desk,
    resume_desk,
    send_on,
    set_aside,
)
from motcua.services.floor.figures import day_figures, day_plan, hall_now
from motcua.services.floor.halls import floor_of, place_of
from motcua.services.floor.notes import card_note, card_of, seal, unseal
from motcua.services.floor.running import (
    GroupEntry,
    add_device,
    close_hall,
    device_for,
    pause_group,
    reopen_hall,
    resume_group,
    revoke_device,
    save_group,
    set_notice,
)
from motcua.services.floor.tickets import (
    TicketRequest,
    check_in,
    close_past_days,
    come_back,
    give_up,
    take_ticket,
)
from motcua.store.floor.models import Booking, DeviceKind, HallGroup, Ticket, TicketEvent, TicketNote
from motcua.store.ledger.models import OutboxMessage
from world import MONDAY, World, received

CARD = "999190000001|123456789|Nguyễn Thị An|01021950|Nữ|Số 1, phường Kinh Bắc|01012022"


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


@pytest.fixture
def cast(world: World) -> Cast:
    return make_floor(world)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refused.value.problems]


def test_numbers_run_by_group_and_day_and_a_second_press_gives_no_second_ticket(cast: Cast) -> None:
    key = uuid.uuid4()
    first = take_ticket(cast.hall.id, TicketRequest(key, cast.a.id), now=MONDAY)
    assert take_ticket(cast.hall.id, TicketRequest(key, cast.a.id), now=after(1)).id == first.id
    assert [cast.ticket().label, cast.ticket(group=cast.b).label] == ["A002", "B001"]
    assert cast.ticket(at=MONDAY + timedelta(days=1)).label == "A001"
    assert first.estimate_minutes is None  # Nobody serves yet: nothing is promised.


def test_a_call_serves_the_first_and_finishes_who_was_there(cast: Cast) -> None:
    first, second = cast.ticket(), cast.ticket(at=after(1))
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(2))
    called = call_next(seen="", actor=cast.binh, now=after(3))
    assert called is not None
    assert called.label == first.label
    again = call_next(seen=called.token, actor=cast.binh, now=after(9))
    assert again is not None
    assert again.label == second.label
    first.refresh_from_db()
    assert (first.state, first.ended_at) == (State.DONE, after(9))
    assert set(OutboxMessage.objects.filter(key=first.token).values_list("topic", flat=True)) == {
        "ticket.called",
        "ticket.finished",
    }


def test_pressing_twice_or_on_an_old_page_calls_nobody_else(cast: Cast) -> None:
    first = cast.ticket()
    cast.ticket(at=after(1))
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(2))
    for _press in range(2):
        called = call_next(seen="", actor=cast.binh, now=after(3))
        assert called is not None
        assert called.id == first.id
    finish(seen="an-old-token", actor=cast.binh, now=after(4))
    first.refresh_from_db()
    assert first.state == State.CALLED


def test_who_does_not_come_is_called_twice_then_set_aside_and_keeps_number_and_place(cast: Cast) -> None:
    first, second, third = (cast.ticket(at=after(i)) for i in range(3))
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(4))
    call_next(seen="", actor=cast.binh, now=after(5))
    with pytest.raises(Refused) as refused:
        set_aside(seen=first.token, actor=cast.binh, now=after(6))
    assert codes(refused) == ["floor.call_again_first"]
    call_again(seen=first.token, actor=cast.binh, now=after(6))
    set_aside(seen=first.token, actor=cast.binh, now=after(7))
    called = call_next(seen="", actor=cast.binh, now=after(7))
    assert called is not None
    assert called.label == second.label
    come_back(first.token, now=after(8))
    called = call_next(seen=second.token, actor=cast.binh, now=after(9))
    assert called is not None
    assert (called.label, called.place_at) == (first.label, MONDAY)
    third.refresh_from_db()
    assert third.state == State.WAITING


def test_who_is_sent_on_keeps_ticket_and_place(cast: Cast) -> None:
    first = cast.ticket()
    other = cast.ticket(group=cast.b, at=after(1))
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(2))
    call_next(seen="", actor=cast.binh, now=after(3))
    send_on(seen=first.token, target=Target(group_id=cast.b.id), actor=cast.binh, now=after(4))
    open_desk(counter_id=cast.counters[2].id, actor=cast.khoa, now=after(4))
    called = call_next(seen="", actor=cast.khoa, now=after(5))
    assert called is not None
    assert (called.label, called.group_id) == ("A001", cast.b.id)
    with pytest.raises(Refused) as refused:
        send_on(seen=called.token, target=Target(group_id=cast.b.id), actor=cast.khoa, now=after(6))
    assert codes(refused) == ["floor.target_missing"]
    send_on(seen=called.token, target=Target(counter_id=cast.counters[0].id), actor=cast.khoa, now=after(6))
    called = call_next(seen="", actor=cast.khoa, now=after(7))
    assert called is not None
    assert called.label == other.label


def test_an_elderly_visitor_is_called_before_who_came_earlier_and_the_reason_is_kept(cast: Cast) -> None:
    cast.ticket()
    old = cast.ticket(at=after(1), ground="elderly")
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(2))
    called = call_next(seen="", actor=cast.binh, now=after(3))
    assert called is not None
    assert (called.id, called.reason) == (old.id, "priority")
    assert Ticket.objects.get(number=1).passed == 1


def test_only_one_officer_sits_at_a_counter_and_an_officer_who_moves_leaves_the_other(cast: Cast) -> None:
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=MONDAY)
    with pytest.raises(Refused) as refused:
        open_desk(counter_id=cast.counters[0].id, actor=cast.khoa, now=after(1))
    assert codes(refused) == ["floor.counter_taken"]
    open_desk(counter_id=cast.counters[1].id, actor=cast.binh, now=after(2))
    open_desk(counter_id=cast.counters[0].id, actor=cast.khoa, now=after(3))
    pause_desk(actor=cast.khoa, now=after(4))
    with pytest.raises(Refused) as refused:
        call_next(seen="", actor=cast.khoa, now=after(4))
    assert codes(refused) == ["floor.desk_paused"]
    resume_desk(actor=cast.khoa, now=after(5))
    close_desk(actor=cast.khoa, now=after(6))
    with pytest.raises(Refused) as refused:
        call_next(seen="", actor=cast.khoa, now=after(7))
    assert codes(refused) == ["floor.no_desk"]


def test_a_stranger_cannot_sit_down_nor_touch_a_ticket(cast: Cast, world: World) -> None:
    first = cast.ticket()
    with pytest.raises(Denied):
        open_desk(counter_id=cast.counters[0].id, actor=world.elsewhere.binh, now=MONDAY)
    with pytest.raises(Denied):
        come_back(first.token, now=MONDAY, actor=world.elsewhere.binh)
    with pytest.raises(Denied):
        set_notice(vi="x", en="x", actor=cast.binh, now=MONDAY)


def test_what_was_done_at_the_counter_is_written_to_the_ticket(cast: Cast, world: World) -> None:
    from motcua.store.dossiers.models import IntakeDraft

    first = cast.ticket()
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(1))
    call_next(seen="", actor=cast.binh, now=after(2))
    key = uuid.uuid4()
    IntakeDraft.objects.create(key=key, staff_id=cast.binh.staff_id, unit=world.home.centre, saved_at=after(3))
    receipt = received(world.home, at=after(4), key=key)
    finish(seen=first.token, actor=cast.binh, now=after(6))
    first.refresh_from_db()
    assert first.done == [{"kind": "dossier", "id": str(receipt.public_id)}]


def test_the_rows_equal_a_replay_of_what_happened(cast: Cast) -> None:
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=MONDAY)
    open_desk(counter_id=cast.counters[2].id, actor=cast.khoa, now=MONDAY)
    seen = {cast.binh.staff_id: "", cast.khoa.staff_id: ""}
    for minute in range(40):
        at = after(minute)
        cast.ticket(group=(cast.a, cast.b, cast.r)[minute % 3], at=at, ground="elderly" if minute % 4 == 0 else "")
        actor = (cast.binh, cast.khoa)[minute % 2]
        token = seen[actor.staff_id]
        if minute % 7 == 6 and token:
            send_on(seen=token, target=Target(group_id=cast.b.id), actor=actor, now=at) if Ticket.objects.get(
                token=token
            ).group_id != cast.b.id else call_again(seen=token, actor=actor, now=at)
            token = "" if Ticket.objects.get(token=token).state == State.WAITING else token
        if minute % 9 == 8 and token:
            call_again(seen=token, actor=actor, now=at)
            call_again(seen=token, actor=actor, now=at)
            set_aside(seen=token, actor=actor, now=at)
            come_back(token, now=at)
            token = ""
        called = call_next(seen=token, actor=actor, now=at)
        seen[actor.staff_id] = called.token if called else ""
    give_up(Ticket.objects.filter(state=State.WAITING).order_by("-id")[0].token, now=after(41))
    cast.hall.refresh_from_db()
    events = [
        Event(EventKind(e.kind), e.at, e.ticket_id, e.counter_id, e.data)
        for e in TicketEvent.objects.filter(hall_id=cast.hall.id).order_by("seq")
    ]
    queue = replayed(events)
    stored = {t.id: place_of(t) for t in Ticket.objects.filter(hall=cast.hall)}
    assert queue.tickets == stored
    assert queue.streaks == {int(k): v for k, v in cast.hall.streaks.items()}
    numbers = list(TicketEvent.objects.filter(hall_id=cast.hall.id).order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, cast.hall.seq + 1))


def test_what_happened_cannot_be_changed(cast: Cast) -> None:
    cast.ticket()
    with pytest.raises((DatabaseError, InternalError), match="only added"):
        TicketEvent.objects.update(kind=2)


def test_the_display_shows_numbers_and_counters_only(cast: Cast) -> None:
    cast.ticket(ground="disabled")
    cast.ticket(at=after(1))
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(2))
    called = call_next(seen="", actor=cast.binh, now=after(3))
    assert called is not None
    cast.hall.refresh_from_db()
    board = board_of(cast.hall, now=after(3))
    assert [(c.label, c.counter) for c in board.calls] == [("A001", 1)]
    assert board.calls[0].words_vi == "Mời số A không không một đến quầy số 1."
    line = next(g for g in board.groups if g.group.letter == "A")
    assert (line.waiting, line.next_labels) == (1, ("A002",))
    assert line.estimate is not None
    assert next(g for g in board.groups if g.group.letter == "R").estimate is None


def test_a_ticket_is_followed_until_its_day_is_over(cast: Cast) -> None:
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=MONDAY)
    tickets = [cast.ticket(at=after(i / 10)) for i in range(5)]
    mine = followed(tickets[3].token, now=after(1))
    assert mine is not None
    assert mine.ahead == 3
    assert mine.estimate is not None
    assert mine.estimate.minutes > 5
    assert followed(tickets[3].token, now=MONDAY + timedelta(days=1)) is None
    assert followed("nonsense", now=MONDAY) is None


def test_a_closed_hall_and_a_paused_group_give_no_numbers_and_serve_who_waits(cast: Cast) -> None:
    first = cast.ticket()
    pause_group(cast.a.id, actor=cast.manager, now=after(1))
    with pytest.raises(Refused) as refused:
        cast.ticket(at=after(2))
    assert codes(refused) == ["floor.group_paused"]
    resume_group(cast.a.id, actor=cast.manager, now=after(2))
    close_hall(actor=cast.manager, now=after(3))
    with pytest.raises(Refused) as refused:
        cast.ticket(at=after(4))
    assert codes(refused) == ["floor.hall_closed"]
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(5))
    called = call_next(seen="", actor=cast.binh, now=after(5))
    assert called is not None
    assert called.id == first.id
    reopen_hall(actor=cast.manager, now=after(6))
    assert cast.ticket(at=after(7)).label == "A002"


def test_what_was_left_open_yesterday_is_closed(cast: Cast) -> None:
    first, second = cast.ticket(), cast.ticket(at=after(1))
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(2))
    call_next(seen="", actor=cast.binh, now=after(3))
    assert close_past_days(now=MONDAY + timedelta(days=1)) == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.ended_at, second.state) == (State.DONE, None, State.LEFT)
    assert close_desks_of_past_days(now=after(60)) == 0
    assert close_desks_of_past_days(now=MONDAY + timedelta(days=1)) == 1
    open_desk(counter_id=cast.counters[0].id, actor=cast.khoa, now=MONDAY + timedelta(days=1))


def test_a_slot_is_booked_until_its_places_are_taken_and_given_back(cast: Cast) -> None:
    agency = cast.hall.unit.agency_id
    days = slots_of(cast.a, agency_id=agency, now=MONDAY)
    slot = days[0].slots[0]
    assert slot.starts_at == MONDAY + timedelta(minutes=30)
    made = [
        book(cast.hall, BookingRequest(uuid.uuid4(), cast.a.id, slot.starts_at, contact="0900000001"), now=MONDAY)
        for _ in range(2)
    ]
    with pytest.raises(Refused) as refused:
        book(cast.hall, BookingRequest(uuid.uuid4(), cast.a.id, slot.starts_at, contact="12"), now=MONDAY)
    assert codes(refused) == ["floor.contact_wrong", "floor.slot_taken"]
    with pytest.raises(Refused) as refused:
        book(
            cast.hall,
            BookingRequest(uuid.uuid4(), cast.a.id, days[0].slots[1].starts_at, contact="0900000001"),
            now=MONDAY,
        )
    assert codes(refused) == ["floor.booked_often"]
    cancel(made[0].token, now=after(1))
    assert not OutboxMessage.objects.filter(topic="booking.reminder", key=made[0].token).exists()
    assert slots_of(cast.a, agency_id=agency, now=MONDAY)[0].slots[0].left == 1


def test_an_appointment_is_called_at_its_time_before_who_waits(cast: Cast) -> None:
    at = MONDAY + timedelta(minutes=30)
    booking = book(cast.hall, BookingRequest(uuid.uuid4(), cast.a.id, at), now=MONDAY)
    first = cast.ticket(at=after(20))
    with pytest.raises(Refused) as refused:
        check_in(cast.hall.id, code="999999x", key=uuid.uuid4(), now=after(25))
    assert codes(refused) == ["floor.booking_unknown"]
    mine = check_in(cast.hall.id, code=booking.code, key=uuid.uuid4(), now=after(25))
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(26))
    called = call_next(seen="", actor=cast.binh, now=after(31))
    assert called is not None
    assert (called.id, called.reason) == (mine.id, "booked")
    assert first.id != mine.id


def test_a_telephone_number_is_forgotten_a_week_after_the_day(cast: Cast) -> None:
    at = MONDAY + timedelta(minutes=30)
    book(cast.hall, BookingRequest(uuid.uuid4(), cast.a.id, at, contact="0900000001"), now=MONDAY)
    assert forget_contacts(now=MONDAY + timedelta(days=7)) == 0
    assert forget_contacts(now=MONDAY + timedelta(days=8)) == 1
    assert Booking.objects.get().contact == ""


def test_what_a_card_said_is_sealed_and_gone_once_served(cast: Cast) -> None:
    card = parse_card(CARD)
    wanted = TicketRequest(uuid.uuid4(), cast.a.id, note=card_note(card))  # type: ignore[arg-type]
    ticket = take_ticket(cast.hall.id, wanted, now=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM floor_ticketnote")
        assert b"999190000001" not in bytes(cursor.fetchone()[0])
    assert card_of(ticket, now=after(1)) == card
    assert card_of(ticket, now=after(241)) is None
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=after(2))
    call_next(seen="", actor=cast.binh, now=after(3))
    finish(seen=ticket.token, actor=cast.binh, now=after(4))
    assert not TicketNote.objects.exists()
    assert unseal(seal({"x": 1})) == {"x": 1}
    assert unseal("nonsense") == {}


def test_a_revoked_device_is_none(cast: Cast, world: World) -> None:
    device = add_device(kind="kiosk", name="Ki-ốt cửa", actor=cast.manager, now=MONDAY)
    assert device_for(device.token, DeviceKind.KIOSK, now=after(1)) is not None
    assert device_for(device.token, DeviceKind.DISPLAY, now=after(1)) is None
    with pytest.raises(Denied):
        revoke_device(device.id, actor=world.elsewhere.manager, now=after(2))
    revoke_device(device.id, actor=cast.manager, now=after(2))
    assert device_for(device.token, DeviceKind.KIOSK, now=after(3)) is None


def test_a_group_is_refused_with_all_its_faults(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        save_group(GroupEntry(0, "A", "", "", slot_places=None), actor=cast.manager, now=MONDAY)
    assert codes(refused) == ["floor.letter_taken", "floor.name_missing", "floor.name_missing", "floor.places"]
    made = save_group(
        GroupEntry(0, "d", "Đất đai", "Land", counters=(cast.counters[1].id,)), actor=cast.manager, now=MONDAY
    )
    assert HallGroup.objects.get(id=made.id).letter == "D"
    assert made.id in floor_of(cast.hall, day=MONDAY.date()).serves[cast.counters[1].id]


def test_the_manager_sees_waits_and_what_the_day_asks_for(cast: Cast) -> None:
    week = timedelta(days=7)
    open_desk(counter_id=cast.counters[0].id, actor=cast.binh, now=MONDAY - week)
    seen = ""
    for number in range(12):
        at = after(number * 5) - week
        cast.ticket(at=at)
        called = call_next(seen=seen, actor=cast.binh, now=at + timedelta(minutes=4))
        seen = called.token if called else ""
    waiting = cast.ticket(at=MONDAY)
    now = hall_now(cast.hall, now=after(20))
    assert (now.waiting, now.longest.label if now.longest else "") == (1, waiting.label)
    assert [w.minutes for w in now.over_target] == [20]
    plan = day_plan(cast.hall, day=MONDAY.date(), now=after(20))
    assert plan.days == 1
    assert [q.usual for q in plan.quarters] == [3.0, 3.0, 3.0, 3.0]
    assert plan.quarters[0].today == 1
    assert plan.counters_max >= 1
    assert [q.starts.minute for q in plan.soon(after(20))] == [45, 0, 15]
    figures = day_figures(cast.hall, (MONDAY - week).date())
    assert (figures.taken, figures.served) == (12, 11)
    assert figures.all is not None
    assert figures.all.median == pytest.approx(4)
    assert figures.estimates > 0
