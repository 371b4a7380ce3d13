"""Figures add up whatever the dossiers are: classes partition, sub-totals give totals, a false number is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.core.calendar.working import VIETNAM
from motcua.core.statistics import (
    NUMBERS,
    Counts,
    In,
    Line,
    Out,
    Table,
    Window,
    YearStart,
    count,
    failures,
    is_in,
    month,
    period_of_key,
    periods_until,
    quarter,
    quarter_on,
    way_in,
    way_out,
    year,
)

START = YearStart(12, 15)
FROM, TO = datetime(2026, 9, 15, tzinfo=VIETNAM), datetime(2026, 12, 14, 23, 59, tzinfo=VIETNAM)
WINDOW = Window(FROM, TO)
LINE = Line(1, 10, 100, 1000, "DIRECT", FROM, FROM + timedelta(days=7), None)

moments = st.integers(-200, 200).map(lambda hours: FROM + timedelta(hours=11 * hours))
lines = st.builds(
    Line,
    st.integers(1, 10**6), st.integers(1, 3), st.integers(1, 4), st.integers(1, 5),
    st.sampled_from(["ONLINE", "DIRECT", "POST"]), moments, st.none() | moments, st.none() | moments,
).map(lambda line: replace(line, ended_at=max(line.ended_at, line.received_at)) if line.ended_at else line)  # fmt: skip


def test_the_quarters_begin_on_the_fifteenth() -> None:
    found = [quarter(n, 2026, start=START) for n in (1, 2, 3, 4)]
    assert [(q.from_on, q.to_on) for q in found] == [
        (date(2025, 12, 15), date(2026, 3, 14)),
        (date(2026, 3, 15), date(2026, 6, 14)),
        (date(2026, 6, 15), date(2026, 9, 14)),
        (date(2026, 9, 15), date(2026, 12, 14)),
    ]
    whole = year(2026, start=START)
    assert (whole.from_on, whole.to_on) == (date(2025, 12, 15), date(2026, 12, 14))
    assert month(11, 2026, start=START).from_on == date(2026, 10, 15)


@given(st.dates(date(2018, 1, 1), date(2100, 1, 1)))
def test_every_day_lies_in_one_quarter_one_month_and_one_year(day: date) -> None:
    found = quarter_on(day, start=START)
    assert found.from_on <= day <= found.to_on
    number = int(found.key[:4])
    parts = [month(n, number, start=START) for n in range(1, 13)]
    assert sum(m.from_on <= day <= m.to_on for m in parts) == 1
    assert all(later.from_on - earlier.to_on == timedelta(days=1) for earlier, later in pairwise(parts))
    assert year(number, start=START).from_on <= day <= year(number, start=START).to_on


@given(st.dates(date(2018, 1, 1), date(2100, 1, 1)))
def test_a_key_names_the_period_it_was_made_from(day: date) -> None:
    for period in periods_until(day, years=2, start=START):
        assert period_of_key(period.key, start=START) == period
        assert period.from_on <= day


@pytest.mark.parametrize("key", ["", "2026-Q5", "2026-13", "abc", "0001", "2026-Q4 ", "2026-4"])
def test_what_names_no_period_is_none(key: str) -> None:
    assert period_of_key(key, start=START) is None


def test_a_dossier_of_before_counts_as_carried_over_only_when_it_was_still_open() -> None:
    old = replace(LINE, received_at=FROM - timedelta(days=9))
    assert way_in(old, WINDOW) is In.CARRIED
    assert way_in(replace(old, ended_at=FROM), WINDOW) is In.CARRIED
    assert way_in(replace(old, ended_at=FROM - timedelta(seconds=1)), WINDOW) is None
    assert way_in(replace(LINE, received_at=TO + timedelta(seconds=1)), WINDOW) is None


def test_what_ended_after_the_period_was_open_at_its_end() -> None:
    assert way_out(replace(LINE, ended_at=TO + timedelta(days=1)), WINDOW) is Out.OVERDUE
    assert way_out(replace(LINE, due_at=TO, ended_at=TO + timedelta(days=1)), WINDOW) is Out.WITHIN


def test_withdrawn_while_nothing_was_owed_is_on_time_and_waiting_is_within() -> None:
    assert way_out(replace(LINE, due_at=None, ended_at=FROM), WINDOW) is Out.ON_TIME
    assert way_out(replace(LINE, due_at=None), WINDOW) is Out.WITHIN


@given(st.lists(lines, max_size=40))
@settings(deadline=None)
def test_all_identities_hold_by_whatever_one_counts(made: list[Line]) -> None:
    for by in (
        lambda line: line.agency_id,
        lambda line: line.unit_id,
        lambda line: line.version_id,
        lambda line: line.channel,
    ):
        table = count(made, WINDOW, by=by)
        assert failures(table) == ()
        assert table.total == count(made, WINDOW, by=lambda line: 0).total


@given(lines)
def test_a_dossier_of_the_period_is_in_one_class_of_coming_and_one_of_standing(line: Line) -> None:
    came = sum(is_in(line, WINDOW, c.value) for c in In)
    stands = sum(is_in(line, WINDOW, c.value) for c in Out)
    assert (came, stands) == ((1, 1) if way_in(line, WINDOW) else (0, 0))


@given(st.lists(lines, min_size=1, max_size=20), st.sampled_from(NUMBERS), st.integers(1, 3))
def test_a_number_that_is_off_anywhere_is_found(made: list[Line], number: str, by: int) -> None:
    table = count(made, WINDOW, by=lambda line: line.agency_id)
    wrong = replace(table.total, **{number: getattr(table.total, number) + by})
    assert failures(Table(table.rows, wrong))
    for key, counts in table.rows.items():
        rows = {**table.rows, key: replace(counts, **{number: getattr(counts, number) + by})}
        assert failures(Table(rows, table.total))


def test_the_printed_figures_of_a_province_that_did_not_add_up_are_found() -> None:
    printed = Counts(56_039, 51_129, 12_516, 38_613, 4_910, 48_249, 0, 48_249, 0, 6_539, 6_539, 0)
    found = {f.identity: (f.left, f.right) for f in failures(Table({}, printed)) if not f.identity.startswith("rows")}
    assert found == {"received": (56_039, 54_788)}
