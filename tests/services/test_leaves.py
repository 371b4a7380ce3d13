"""Leave and rota: no counter is left without a competent officer, and what changed for a leave goes back with it."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from motcua.core.kernel import Refused
from motcua.core.staffing import Half, Slot
from motcua.services.actors import Actor, Denied
from motcua.services.staffing.deciding import decline_leave, grant_leave, withdraw_leave
from motcua.services.staffing.leaves import ask_leave, gap_key, look_at_leave
from motcua.services.staffing.rota import monday_of, plan_week, week_rota
from motcua.services.staffing.seats import seat_page, set_seat
from motcua.store.staffing.models import Absence, Leave, LeaveState, Shift
from staffing_cast import TUESDAY, asked, make_staffed
from world import MONDAY, World

WEEK = monday_of(TUESDAY)


def codes(call: object, *args: object, **kwargs: object) -> list[str]:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)  # type: ignore[operator]
    return [p.code for p in refusal.value.problems]


def who(counter_id: int, day: date = TUESDAY, half: int = 1) -> int | None:
    return Shift.objects.filter(counter_id=counter_id, day=day, half=half).values_list("staff_id", flat=True).first()


@pytest.mark.django_db
def test_a_leave_is_refused_with_who_could_step_in_and_goes_through_with_them(world: World) -> None:
    cast = make_staffed(world)
    binh, khoa, manager = cast.floor.binh, cast.floor.khoa, cast.floor.manager
    assert plan_week(manager, monday=WEEK, counter_ids=[cast.counter.id], now=MONDAY) == 10
    assert plan_week(manager, monday=WEEK, counter_ids=[cast.counter.id], now=MONDAY) == 0
    assert who(cast.counter.id) == binh.staff_id
    entry = asked()
    assert codes(ask_leave, entry, actor=binh, now=MONDAY) == ["leave.uncovered", "leave.uncovered"]
    assert not Leave.objects.exists()
    look = look_at_leave(entry, actor=binh, now=MONDAY)
    assert look is not None
    assert [(g.number, g.slot) for g in look.gaps] == [
        (1, Slot(TUESDAY, Half.MORNING)),
        (1, Slot(TUESDAY, Half.AFTERNOON)),
    ]
    assert all("khai sinh" in " ".join(g.procedures).lower() for g in look.gaps)
    assert {w.key for g in look.gaps for w in g.ways} == {str(khoa.staff_id)}
    assert look.other_days[0][0].day == WEEK + timedelta(days=7), "the next week has no rota, and Khoa is there"
    chosen = {g.key: g.ways[0].key for g in look.gaps}
    leave = ask_leave(asked(key=entry.key, chosen=chosen), actor=binh, now=MONDAY)
    assert ask_leave(asked(key=entry.key, chosen=chosen), actor=binh, now=MONDAY).id == leave.id
    assert leave.state == LeaveState.ASKED
    assert who(cast.counter.id) == who(cast.counter.id, half=2) == khoa.staff_id
    assert grant_leave(leave.public_id, actor=manager, now=MONDAY).state == LeaveState.GRANTED
    week = week_rota(khoa, monday=WEEK)
    assert week.gap_count == 0
    assert [c.is_stand_in for c in week.rows[0].cells] == [False, False, True, True, *[False] * 6]
    assert [c.away for c in week.columns][2:4] == [("Binh",), ("Binh",)]
    assert codes(ask_leave, asked(), actor=khoa, now=MONDAY) == ["leave.uncovered", "leave.uncovered"]
    look = look_at_leave(asked(), actor=khoa, now=MONDAY)
    assert look is not None
    assert [g.ways for g in look.gaps] == [(), ()], "nobody else may serve births"


@pytest.mark.django_db
def test_a_leave_that_is_declined_or_withdrawn_puts_the_rota_back(world: World) -> None:
    cast = make_staffed(world)
    binh, khoa, manager = cast.floor.binh, cast.floor.khoa, cast.floor.manager
    plan_week(manager, monday=WEEK, counter_ids=[], now=MONDAY)
    chosen = {gap_key(Slot(TUESDAY, h), cast.counter.id): str(khoa.staff_id) for h in Half}
    first = ask_leave(asked(chosen=chosen), actor=binh, now=MONDAY)
    assert codes(decline_leave, first.public_id, answer=" ", actor=manager, now=MONDAY) == ["leave.answer"]
    with pytest.raises(Denied):
        grant_leave(first.public_id, actor=binh, now=MONDAY)
    with pytest.raises(Denied):
        grant_leave(first.public_id, actor=world.elsewhere.manager, now=MONDAY)
    decline_leave(first.public_id, answer="Họp cả đơn vị", actor=manager, now=MONDAY)
    assert who(cast.counter.id) == binh.staff_id
    assert codes(grant_leave, first.public_id, actor=manager, now=MONDAY) == ["leave.decided"]
    second = ask_leave(asked(chosen=chosen), actor=binh, now=MONDAY)
    set_seat(manager, counter_id=cast.counter.id, day=TUESDAY, half="1", staff_id=khoa.staff_id, now=MONDAY)
    with pytest.raises(Denied):
        withdraw_leave(second.public_id, actor=khoa, now=MONDAY)
    withdraw_leave(second.public_id, actor=binh, now=MONDAY)
    assert who(cast.counter.id) == binh.staff_id
    assert not Absence.objects.exists()
    later = MONDAY + timedelta(days=1)
    third = ask_leave(asked(chosen=chosen), actor=binh, now=MONDAY)
    assert codes(withdraw_leave, third.public_id, actor=binh, now=later) == ["leave.begun"]


@pytest.mark.django_db
def test_without_a_rota_the_counters_that_must_be_staffed_decide(world: World) -> None:
    cast = make_staffed(world)
    assert ask_leave(asked(), actor=cast.floor.binh, now=MONDAY).moves == []
    assert codes(ask_leave, asked(), actor=cast.floor.khoa, now=MONDAY) == ["leave.uncovered", "leave.uncovered"]
    assert ask_leave(asked(), actor=cast.floor.lan, now=MONDAY).state == LeaveState.ASKED
    own = ask_leave(asked(), actor=cast.floor.manager, now=MONDAY)
    assert own.state == LeaveState.GRANTED


@pytest.mark.django_db
def test_illness_is_not_refused_where_nobody_could_step_in(world: World) -> None:
    cast = make_staffed(world)
    binh, khoa, manager = cast.floor.binh, cast.floor.khoa, cast.floor.manager
    plan_week(manager, monday=WEEK, counter_ids=[], now=MONDAY)
    ill = asked(kind="sick")
    assert codes(ask_leave, ill, actor=binh, now=MONDAY) == ["leave.uncovered"] * 2, "Khoa is there"
    ask_leave(asked(), actor=khoa, now=MONDAY)
    assert codes(ask_leave, asked(), actor=binh, now=MONDAY) == ["leave.uncovered"] * 2
    leave = ask_leave(ill, actor=binh, now=MONDAY)
    assert who(cast.counter.id) is None
    assert week_rota(binh, monday=WEEK).gap_count == 2
    withdraw_leave(leave.public_id, actor=binh, now=MONDAY)
    assert who(cast.counter.id) == binh.staff_id


@pytest.mark.django_db
def test_days_gone_by_are_written_down_and_leave_the_rota_as_it_was(world: World) -> None:
    cast = make_staffed(world)
    plan_week(cast.floor.manager, monday=WEEK, counter_ids=[], now=MONDAY)
    later = MONDAY + timedelta(days=2)
    leave = ask_leave(asked(kind="sick"), actor=cast.floor.binh, now=later)
    assert leave.moves == []
    assert leave.absences.count() == 2
    assert who(cast.counter.id) == cast.floor.binh.staff_id


@pytest.mark.django_db
def test_every_fault_of_what_was_typed_is_told_at_once(world: World) -> None:
    cast = make_staffed(world)
    binh = cast.floor.binh
    entry = asked(kind="x", from_on=None, to_half="3", note="x" * 201)
    assert codes(ask_leave, entry, actor=binh, now=MONDAY) == [
        "leave.kind", "leave.days_missing", "leave.days_missing", "leave.note",
    ]  # fmt: skip
    assert codes(ask_leave, asked(TUESDAY, MONDAY.date()), actor=binh, now=MONDAY) == ["leave.ends_before"]
    assert codes(ask_leave, asked(date(2026, 11, 21)), actor=binh, now=MONDAY) == ["leave.no_working_time"]
    assert codes(ask_leave, asked(date(2026, 10, 1)), actor=binh, now=MONDAY) == ["leave.past"]
    assert codes(ask_leave, asked(date(2027, 1, 1), date(2027, 3, 31)), actor=binh, now=MONDAY) == ["leave.long"]
    ask_leave(asked(), actor=binh, now=MONDAY)
    assert codes(ask_leave, asked(), actor=binh, now=MONDAY) == ["leave.overlaps"]
    with pytest.raises(Denied):
        ask_leave(asked(), actor=world.home.chi, now=MONDAY)


@pytest.mark.django_db
def test_a_seat_is_given_to_who_may_sit_there_only(world: World) -> None:
    cast = make_staffed(world)
    manager, binh, khoa, lan = cast.floor.manager, cast.floor.binh, cast.floor.khoa, cast.floor.lan
    seat = {"counter_id": cast.counter.id, "day": TUESDAY, "half": "1", "now": MONDAY}
    assert codes(set_seat, manager, **seat, staff_id=lan.staff_id) == ["rota.not_competent"]
    set_seat(manager, **seat, staff_id=binh.staff_id)
    page = seat_page(manager, counter_id=cast.counter.id, day=TUESDAY, half="1", now=MONDAY)
    assert page is not None
    assert next((c.name, c.state) for c in page.choices if c.staff_id != binh.staff_id) == ("Khoa", "free")
    assert codes(set_seat, manager, **seat, staff_id=0) == ["rota.must_be_staffed"]
    assert codes(set_seat, manager, **{**seat, "day": date(2026, 11, 22)}, staff_id=khoa.staff_id) == ["rota.slot"]
    with pytest.raises(Denied):
        set_seat(binh, **seat, staff_id=khoa.staff_id)
    set_seat(manager, **seat, staff_id=khoa.staff_id)
    assert who(cast.counter.id) == khoa.staff_id


@pytest.mark.django_db
def test_the_database_keeps_one_seat_and_one_absence_a_half_day(world: World) -> None:
    cast = make_staffed(world)
    values = {"unit": world.home.centre, "day": TUESDAY, "half": 1, "made_by_id": 1, "made_at": MONDAY}
    Shift.objects.create(counter=cast.counter, staff_id=cast.floor.binh.staff_id, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.create(counter=cast.floor.counters[1], staff_id=cast.floor.binh.staff_id, **values)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    leave = ask_leave(asked(date(2026, 11, 18)), actor=cast.floor.lan, now=MONDAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Absence.objects.create(
            leave=leave, unit=world.home.centre, staff_id=cast.floor.lan.staff_id, day=date(2026, 11, 18), half=1
        )


@pytest.mark.django_db
def test_statements_of_a_week_do_not_grow_with_its_rota(world: World, django_assert_max_num_queries: object) -> None:
    cast = make_staffed(world)
    plan_week(cast.floor.manager, monday=WEEK, counter_ids=[c.id for c in cast.floor.counters], now=MONDAY)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert len(week_rota(cast.floor.binh, monday=WEEK).columns) == 10


def test_of_two_who_ask_at_once_for_the_last_competent_officers_one_is_granted(committed_world: World) -> None:
    cast = make_staffed(committed_world)
    for number in range(5):
        day = date(2026, 11, 30) + timedelta(days=number)
        barrier, outcomes = threading.Barrier(2), dict[int, str]()

        def ask(actor: Actor, day: date = day, barrier: threading.Barrier = barrier) -> None:
            try:
                barrier.wait()
                ask_leave(asked(day), actor=actor, now=MONDAY)
                outcomes[actor.staff_id] = "asked"  # noqa: B023
            except Refused as refusal:
                outcomes[actor.staff_id] = refusal.problems[0].code  # noqa: B023
            finally:
                connection.close()

        threads = [threading.Thread(target=ask, args=(a,)) for a in (cast.floor.binh, cast.floor.khoa)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes.values()) == ["asked", "leave.uncovered"]
