"""Numbers: unique under any concurrency, set aside for paper, books closed at year end."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connections

from motcua.core.kernel import Refused
from motcua.project.bench.intakes import check, receive_at_once
from motcua.project.bench.world import make_world as make_bench_world
from motcua.services.actors import Denied
from motcua.services.clock_upkeep import check_clocks
from motcua.services.dossiers.intake import receive_dossier
from motcua.services.numbers import Offline, blocks_of_unit, close_block, codes_of, reserve_block
from motcua.services.registers import book_number, books_of_unit, close_past_registers, close_unit_registers
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import facts_of
from motcua.store.ledger.models import NumberBlock, NumberSeries
from motcua.store.offerings.models import Offering
from world import MONDAY, STATUS, World, an_intake, forget_what_is_kept, received

NOON = MONDAY + timedelta(hours=3)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refusal.value.problems}


def block(world: World, count: int = 5) -> NumberBlock:
    return reserve_block(
        agency_id=world.home.agency.id, on=MONDAY.date(), count=count, actor=world.home.binh, now=MONDAY
    )


def test_a_block_is_taken_out_of_the_day_and_nobody_else_gets_its_numbers(world: World) -> None:
    assert received(world.home).code.endswith("-0001")
    taken = block(world)
    assert (taken.first, taken.last) == (2, 6)
    assert received(world.home).code.endswith("-0007")
    second = block(world, 3)
    assert (second.first, second.last) == (8, 10)


def test_what_was_received_on_paper_keeps_its_code_and_hour(world: World) -> None:
    taken = block(world)
    code = codes_of(taken)[0]
    at = MONDAY + timedelta(hours=1)
    intake = an_intake(world.home, STATUS, offline=Offline(code, at))
    receipt = receive_dossier(intake, actor=world.home.binh, now=NOON + timedelta(days=1))
    assert (receipt.code, receipt.received_at) == (code, at)
    assert receive_dossier(intake, actor=world.home.binh, now=NOON + timedelta(days=1)) == receipt
    dossier = Dossier.objects.get(code=code)
    fact = facts_of(dossier.id)[0]
    assert fact.at == at
    assert fact.body["entered_at"] == (NOON + timedelta(days=1)).isoformat()
    assert check_clocks().differing == ()
    (row,) = blocks_of_unit(world.home.centre.id)
    assert (row.used, row.count) == (1, 5)


def test_an_hour_without_a_number_set_aside_is_back_dating_and_refused_with_its_article(world: World) -> None:
    intake = an_intake(world.home, STATUS, offline=Offline("", MONDAY))
    with pytest.raises(Refused) as refusal:
        receive_dossier(intake, actor=world.home.binh, now=NOON)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.field) == ("clock.back_dated", "offline.received_on")
    assert problem.ref is not None
    assert Dossier.objects.count() == 0


@pytest.mark.parametrize(
    ("code", "hour", "wanted"),
    [
        ("H05.31-261116-0009", 1, {"offline.no_such_number"}),
        ("0009", 1, {"offline.code_form"}),
        ("H05.31-261116-0001", None, {"offline.instant_missing"}),
        ("H05.31-261116-0001", -1, {"offline.before_block"}),
        ("H05.31-261116-0001", 24, {"offline.day"}),
        ("H05.31-261116-0001", 5, {"offline.future"}),
    ],
)
def test_each_wrong_number_or_hour_is_refused(world: World, code: str, hour: int | None, wanted: set[str]) -> None:
    block(world)
    at = MONDAY + timedelta(hours=hour) if hour is not None else None
    with pytest.raises(Refused) as refusal:
        receive_dossier(an_intake(world.home, STATUS, offline=Offline(code, at)), actor=world.home.binh, now=NOON)
    assert codes(refusal) == wanted


def test_a_number_is_used_once_by_its_own_unit_and_in_time(world: World) -> None:
    taken = block(world)
    first, second = codes_of(taken)[:2]
    at = MONDAY + timedelta(hours=1)
    receive_dossier(an_intake(world.home, offline=Offline(first, at)), actor=world.home.binh, now=NOON)
    with pytest.raises(Refused) as refusal:
        receive_dossier(an_intake(world.home, STATUS, offline=Offline(first, at)), actor=world.home.binh, now=NOON)
    assert codes(refusal) == {"offline.used"}
    with pytest.raises(Refused) as refusal:
        receive_dossier(an_intake(world.elsewhere, offline=Offline(second, at)), actor=world.elsewhere.binh, now=NOON)
    assert codes(refusal) == {"offline.no_such_number"}
    with pytest.raises(Refused) as refusal:
        receive_dossier(
            an_intake(world.home, STATUS, offline=Offline(second, at)), actor=world.home.binh,
            now=NOON + timedelta(days=4),
        )  # fmt: skip
    assert codes(refusal) == {"offline.late"}
    close_block(block_id=taken.id, actor=world.home.binh, now=NOON)
    with pytest.raises(Refused) as refusal:
        receive_dossier(an_intake(world.home, STATUS, offline=Offline(second, at)), actor=world.home.binh, now=NOON)
    assert codes(refusal) == {"offline.used"}
    with pytest.raises(Denied):
        close_block(block_id=taken.id, actor=world.elsewhere.binh, now=NOON)


def test_a_block_is_reserved_for_near_days_and_own_procedures(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        reserve_block(agency_id=999_999, on=date(2026, 12, 30), count=0, actor=world.home.binh, now=MONDAY)
    assert codes(refusal) == {"block.agency", "block.day", "block.count"}
    with pytest.raises(Denied):
        reserve_block(agency_id=world.home.agency.id, on=MONDAY.date(), count=1, actor=world.home.chi, now=MONDAY)


def test_the_code_is_of_the_regime_of_the_day(world: World) -> None:
    old = received(world.home, STATUS, at=datetime(2025, 6, 30, 9, tzinfo=VIETNAM))
    new = received(world.home, STATUS, at=datetime(2025, 7, 1, 9, tzinfo=VIETNAM))
    assert (old.code, new.code) == ("000.00.31.H05-250630-0001", "H05.31-250701-0001")
    Offering.objects.filter(id=world.home.offerings[STATUS]).update(system_owner="07")
    forget_what_is_kept()
    before = received(world.home, STATUS, at=datetime(2026, 1, 23, 9, tzinfo=VIETNAM))
    since = received(world.home, STATUS, at=datetime(2026, 1, 26, 9, tzinfo=VIETNAM))
    assert (before.code, since.code) == ("H05.31-260123-0001", "H05.31-260126-070001")


def test_past_9999_a_day_goes_on(world: World) -> None:
    NumberSeries.objects.create(scope=f"code:H05.31:{MONDAY:%Y%m%d}", value=9998)
    assert [received(world.home).code[-6:] for _ in range(3)] == ["6-9999", "-10000", "-10001"]


def test_books_are_closed_at_year_end_and_their_numbers_go_on(world: World) -> None:
    unit_id, sector = world.home.centre.id, "Hộ tịch"
    for year in (2024, 2025):
        received(world.home, STATUS, at=datetime(year, 12, 30, 9, tzinfo=VIETNAM))
    with pytest.raises(Refused) as refusal:
        close_unit_registers(year=2026, actor=world.home.manager, now=MONDAY)
    assert codes(refusal) == {"register.year_open"}
    assert close_unit_registers(year=2024, actor=world.home.manager, now=MONDAY) == 1
    assert close_past_registers(now=datetime(2026, 1, 6, 2, tzinfo=VIETNAM)) == 0
    assert close_past_registers(now=datetime(2026, 1, 8, 2, tzinfo=VIETNAM)) == 1
    assert close_past_registers(now=datetime(2026, 1, 9, 2, tzinfo=VIETNAM)) == 0
    assert [(b.year, b.number, is_sound) for b, is_sound in books_of_unit(unit_id)] == [
        (2025, 2, True),
        (2024, 1, True),
    ]
    assert book_number(unit_id=unit_id, sector=sector, year=2026) == 3
    Dossier.objects.filter(code__contains="-251230-").update(applicant_name="Người khác")
    assert [is_sound for _, is_sound in books_of_unit(unit_id)] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_sixty_four_counters_at_once_give_each_code_once(committed_db: None) -> None:
    world = make_bench_world()
    found = check(receive_at_once(world, concurrent=64, dossiers=640))
    assert found | {"last_code": ""} == {
        "acknowledged": 640,
        "stored": 640,
        "lost": 0,
        "different_codes": 640,
        "gaps": 0,
        "is_in_order": True,
        "last_code": "",
    }


@pytest.mark.django_db(transaction=True)
def test_blocks_and_receptions_at_once_never_share_a_number(committed_world: World) -> None:
    world = committed_world
    taken: list[int] = []

    def reserve() -> None:
        try:
            for _ in range(5):
                one = block(world, 7)
                taken.extend(range(one.first, one.last + 1))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=reserve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 8 * 5 * 7 + 1))
