"""A term is cut: hours exactly, days rounded up, never to nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.core.calendar import Term, TermUnit, parse_term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import due_instant
from motcua.store.lawfiles import law_book

CALENDAR = law_book().calendar()
TERMS = st.one_of(
    st.builds(Term, st.integers(1, 90), st.sampled_from([TermUnit.WORKING_DAY, TermUnit.CALENDAR_DAY])),
    st.builds(Term, st.integers(1, 400).map(lambda n: n / 4), st.just(TermUnit.WORKING_HOUR)),
    st.builds(Term, st.integers(1, 12), st.sampled_from([TermUnit.WEEK, TermUnit.MONTH])),
    st.just(parse_term("same day")),
)


@pytest.mark.parametrize(
    ("text", "percent", "cut"),
    [
        ("10 working days", 30, "7 working days"),
        ("5 working days", 30, "4 working days"),
        ("1 working day", 90, "1 working day"),
        ("8 working hours", 30, "5.6 working hours"),
        ("30 working minutes", 30, "21 working minutes"),
        ("20 calendar days", 30, "14 calendar days"),
        ("2 weeks", 30, "10 calendar days"),
        ("1 month", 30, "21 calendar days"),
        ("same day", 30, "same day"),
        ("1 month", 0, "1 month"),
    ],
)
def test_a_cut_keeps_whole_days_and_at_least_one(text: str, percent: int, cut: str) -> None:
    term = parse_term(text).cut(percent)
    assert str(term) == cut
    assert term.unit is TermUnit.SAME_DAY or term.amount > 0


@settings(max_examples=2_000, deadline=None)
@given(TERMS, st.integers(10, 99), st.integers(0, 5 * 365 * 24 * 60), st.data())
def test_a_cut_of_ten_percent_or_more_never_ends_later_and_a_larger_one_never_after_a_smaller(
    term: Term, percent: int, minutes: int, data: st.DataObject
) -> None:
    at = datetime(2019, 1, 2, tzinfo=VIETNAM) + timedelta(minutes=minutes)
    smaller = data.draw(st.integers(10, percent))
    more, less, whole = (
        due_instant(t, received_at=at, calendar=CALENDAR) for t in (term.cut(percent), term.cut(smaller), term)
    )
    assert more <= less <= whole


@pytest.mark.parametrize("percent", [-1, 100])
def test_a_cut_lies_below_the_whole(percent: int) -> None:
    with pytest.raises(ValueError, match="percent"):
        parse_term("5 working days").cut(percent)
