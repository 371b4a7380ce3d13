"""What a fault did to waiting, what a unit lacks, how ready it is: told from figures, and never more than they say."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcua.core.calendar.working import VIETNAM
from motcua.core.kernel import LegalRef
from motcua.core.premises import (
    Counted,
    Function,
    Item,
    ItemState,
    Standing,
    Visit,
    counted_state,
    effect,
    lacking,
    readiness,
)

MONDAY = datetime(2026, 11, 16, tzinfo=VIETNAM)
NINE, ELEVEN = MONDAY.replace(hour=9), MONDAY.replace(hour=11)


def visit(at: datetime, *, waited: float = 5.0, served: float | None = 8.0) -> Visit:
    return Visit(1, at, waited, served)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=days, hours=hour, minutes=minute)


def test_waits_during_a_fault_stand_beside_the_same_hours_of_other_days() -> None:
    during = [visit(at(0, 9, m), waited=20.0 + m, served=15.0) for m in range(5)]
    usual = [visit(at(-7, 9, m), waited=5.0, served=7.0) for m in range(6)]
    other_hours = [visit(at(-7, 15, m), waited=90.0) for m in range(9)]
    same_day = [visit(at(0, 14, m), waited=60.0) for m in range(9)]
    found = effect([*during, *usual, *other_hours, *same_day], down=[(NINE, ELEVEN)])
    assert (found.during.count, found.during.wait, found.during.visit) == (5, 22.0, 15.0)
    assert (found.usual.count, found.usual.wait, found.usual.visit) == (6, 5.0, 7.0)
    assert (found.wait_more, found.visit_more, found.days) == (17.0, 8.0, 1)


def test_too_few_visits_say_nothing() -> None:
    during = [visit(at(0, 9, m), waited=40.0, served=None) for m in range(4)]
    usual = [visit(at(-7, 9, m)) for m in range(30)]
    found = effect([*during, *usual], down=[(NINE, ELEVEN)])
    assert not found.says_waits
    assert found.wait_more is None
    assert (found.during.visits, found.during.visit, found.visit_more) == (0, None, None)


def test_hours_of_another_fault_are_not_usual() -> None:
    others = [visit(at(-7, 9, m), waited=50.0) for m in range(6)]
    usual = [visit(at(-14, 9, m)) for m in range(6)]
    found = effect([*others, *usual], down=[(NINE, ELEVEN)], also_down=[(at(-7, 8), at(-7, 12))])
    assert (found.usual.count, found.usual.wait) == (6, 5.0)


def test_the_end_of_a_fault_is_no_longer_the_fault() -> None:
    found = effect([visit(ELEVEN), visit(NINE)], down=[(NINE, ELEVEN)])
    assert found.during.count == 1


@given(st.lists(st.tuples(st.integers(-20, 0), st.integers(7, 16), st.floats(0, 100)), max_size=30))
def test_no_visit_counts_twice_and_their_order_says_nothing(found: list[tuple[int, int, float]]) -> None:
    visits = [visit(at(d, h), waited=w) for d, h, w in found]
    one = effect(visits, down=[(NINE, ELEVEN)])
    assert one == effect(reversed(visits), down=[(NINE, ELEVEN)])
    assert one.during.count + one.usual.count <= len(visits)
    assert one.during.count == sum(d == 0 and h in (9, 10) for d, h, _w in found)
    assert one.usual.count == sum(d < 0 and h in (9, 10) for d, h, _w in found)


def test_what_the_register_counts_is_met_by_what_works() -> None:
    item = Item("cameras", "x", "x", ("camera",), 2, LegalRef("61/2018/NĐ-CP", "art. 13"))
    assert counted_state(item, {}) == (ItemState.LACKING, Counted(0, 0))
    broken = {"camera": Counted(2, 1), "desk": Counted(9, 9)}
    state, counted = counted_state(item, broken)
    assert state is ItemState.LACKING
    assert lacking(item, counted) == 0, "one is there and only has to be repaired"
    assert counted_state(item, {"camera": Counted(3, 2)})[0] is ItemState.MET


def test_the_unknown_is_named_and_stands_between_two_percentages() -> None:
    functions = [Function(n, "g", "x", "x") for n in range(1, 5)]
    found = readiness(functions, {1: Standing.IN_USE, 2: Standing.NOT_IN_USE})
    assert (found.in_use, found.not_in_use, found.unknown) == (1, 1, (3, 4))
    assert (found.percent, found.percent_at_most) == (25.0, 75.0)
