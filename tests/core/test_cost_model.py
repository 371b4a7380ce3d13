"""What a procedure costs: the published example to the digit, rounding once, and what is typed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.costs import Costing, CostLine, CostStep, entered, hourly_income, parse_hours, saving
from motcua.store.lawfiles.costs import income_of, incomes

HOURLY = 50_000


def costing(*lines: tuple[str, str, int], fees: int = 0, times: int = 1, subjects: int = 1) -> Costing:
    made = tuple(CostLine(CostStep(s), s, Fraction(h), 0, other) for s, h, other in lines)
    return Costing(made, fees, Fraction(times), subjects, HOURLY)


def test_the_published_cut_saves_as_much_as_was_published() -> None:
    before = costing(("prepare", "8", 100_000), ("submit", "4", 124_000), ("receive", "2", 0), fees=100_000)
    after = costing(("prepare", "2", 31_000), ("submit", "1/2", 0), ("receive", "1/2", 0), fees=50_000)
    assert (before.each_vnd, after.each_vnd) == (1_024_000, 231_000)
    cut = saving(before_vnd=before.each_vnd, after_vnd=after.each_vnd)
    assert cut.saved_vnd == 793_000
    assert cut.percent == Fraction("77.44")


def test_a_year_is_once_by_times_by_people_and_rounded_at_the_end() -> None:
    third = Costing((CostLine(CostStep.SUBMIT, "x", Fraction(1, 3)),), 0, Fraction(2), 3, 100)
    assert third.each_vnd == 33
    assert third.yearly_vnd == 200, "not 33 times 6"
    assert third.of_step(CostStep.SUBMIT) == 33
    assert saving(before_vnd=0, after_vnd=5).percent is None
    assert saving(before_vnd=100, after_vnd=150).percent == -50


def test_an_hour_is_the_gdp_per_head_over_the_hours_of_a_year() -> None:
    assert hourly_income(gdp_per_head_vnd=101_900_000, hours_per_year=12 * 22 * 8) == 48_248
    assert income_of(2024).hourly_vnd == 53_977
    assert income_of(2099) == incomes()[-1]
    assert income_of(2000) == incomes()[0]


def test_what_is_typed_is_read_whole_or_every_fault_is_told() -> None:
    rows = [
        {"step": "prepare", "name": "Đơn", "hours": "1,5", "hired": "20.000", "other": "5000đ"},
        {"step": "", "name": "", "hours": "", "hired": "", "other": ""},
    ]
    found = entered(rows, fees="75.000", times="0,2", subjects="1.200", hourly="50.000")
    assert isinstance(found, Costing)
    assert (found.each_vnd, found.subjects, found.times_per_year) == (175_000, 1200, Fraction(1, 5))
    assert Costing.from_json(found.to_json()) == found
    wrong = entered(
        [{"step": "x", "name": "", "hours": "one", "hired": "1,5", "other": "-1"}],
        fees="?", times="0", subjects="1,5", hourly="",
    )  # fmt: skip
    assert isinstance(wrong, tuple)
    assert [(p.code, p.field) for p in wrong] == [
        ("cost.step", "row.1.step"), ("cost.name", "row.1.name"), ("cost.hours", "row.1.hours"),
        ("cost.amount", "row.1.hired"), ("cost.amount", "row.1.other"), ("cost.amount", "fees"),
        ("cost.times", "times"), ("cost.subjects", "subjects"), ("cost.hourly", "hourly"),
    ]  # fmt: skip
    nothing = entered([], fees="", times="1", subjects="1", hourly="1")
    assert [p.code for p in nothing] == ["cost.nothing"]  # type: ignore[union-attr]


@pytest.mark.parametrize(("text", "hours"), [("1,5", "3/2"), ("0.25", "1/4"), ("2", "2"), ("", None), ("1,", None)])
def test_hours_are_typed_with_comma_or_point(text: str, hours: str | None) -> None:
    assert parse_hours(text) == (None if hours is None else Fraction(hours))


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_whatever_is_typed_is_answered(a: str, b: str, c: str) -> None:
    entered([{"step": a, "name": b, "hours": c, "hired": a, "other": b}], fees=c, times=a, subjects=b, hourly=c)


@given(st.lists(st.tuples(st.fractions(0, 100), st.integers(0, 10**6)), max_size=6), st.integers(0, 10**6))
def test_more_of_anything_never_costs_less(lines: list[tuple[Fraction, int]], more: int) -> None:
    made = tuple(CostLine(CostStep.OTHER, "x", h, 0, v) for h, v in lines)
    less = Costing(made, 0, Fraction(1), 10, HOURLY)
    assert (
        Costing((*made, CostLine(CostStep.PAY, "y", Fraction(1), more)), more, Fraction(1), 10, HOURLY).yearly_vnd
        > less.yearly_vnd
    )
    assert sum(less.of_step(s) for s in CostStep) - less.each_vnd in (0,), "one step holds all"
