"""Calendar and clock: examples by hand, oracles, properties."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import holidays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.core.calendar import CalendarHorizonError, TermError, parse_hours, parse_term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import (
    Extended,
    PauseClosed,
    PauseOpened,
    Received,
    SupplementAsked,
    SupplementSupplied,
    Timeliness,
    derive_clock,
    may_ask_supplement,
    may_extend,
    may_open_pause,
    may_receive,
    timeliness,
)
from motcua.core.kernel import LegalRef
from motcua.store.lawfiles import law_book

BOOK = law_book()
CALENDAR = BOOK.calendar()
INSTANTS = st.datetimes(datetime(2018, 7, 1), datetime(2026, 6, 1)).map(
    lambda d: d.replace(tzinfo=VIETNAM, microsecond=0)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def due(received: str, term: str) -> datetime | None:
    moment = at(received)
    regime = BOOK.regime_on(moment.date())
    return derive_clock((Received(moment),), term=parse_term(term), calendar=CALENDAR, regime=regime).due_at


@pytest.mark.parametrize(
    ("received", "term", "expected"),
    [
        ("2018-09-11T15:20", "5 working days", "2018-09-18T15:20"),
        ("2018-09-11T07:30", "4 working hours", "2018-09-11T11:30"),
        ("2018-09-11T08:00", "7.5 hours", "2018-09-12T08:00"),
        ("2018-08-31T10:00", "1 working day", "2018-09-04T10:00"),
        ("2019-01-31T15:20", "5 working days", "2019-02-14T15:20"),
        ("2018-12-28T09:00", "1 working day", "2019-01-02T09:00"),
        ("2019-01-04T09:00", "1 working day", "2019-01-05T09:00"),
        ("2026-08-21T09:00", "1 working day", "2026-08-22T09:00"),
        ("2026-08-28T09:00", "1 working day", "2026-09-03T09:00"),
        ("2026-11-23T09:00", "1 working day", "2026-11-25T09:00"),
        ("2026-11-13T16:59", "10 calendar days", "2026-11-23T17:00"),
        ("2026-11-14T09:00", "10 calendar days", "2026-11-26T17:00"),
        ("2026-01-30T10:00", "1 month", "2026-03-02T17:00"),
        ("2026-11-16T14:59", "same day if received before 15:00", "2026-11-16T17:00"),
        ("2026-11-16T15:00", "same day if received before 15:00", "2026-11-17T17:00"),
        ("2026-11-16T12:00", "1 working day", "2026-11-17T13:30"),
    ],
)
def test_due_instants_worked_out_by_hand(received: str, term: str, expected: str) -> None:
    assert due(received, term) == at(expected)


def test_working_days_agree_with_an_independent_library() -> None:
    off = [np.datetime64(d) for y in BOOK.years for d in y.days_off]
    made = {d for y in BOOK.years for d in y.make_up_days}
    start = date(2018, 1, 2)
    for offset in range(0, 3200, 3):
        day = start + timedelta(days=offset)
        for days in (1, 3, 5, 15):
            ours = CALENDAR.add_working_days(day, days)
            if any(day <= m <= ours for m in made):
                continue  # The oracle knows no make-up days; they are held against the table below.
            base = np.busday_offset(np.datetime64(day), 0, roll="backward", holidays=off)
            theirs = np.busday_offset(base, days, holidays=off).astype(date)
            assert ours == theirs, (day, days)


def test_days_off_agree_with_the_holidays_package_but_for_the_swap_it_lacks() -> None:
    theirs = holidays.country_holidays("VN", years=range(2018, 2027), categories=("public",))
    differing = set()
    for offset in range((date(2026, 12, 31) - date(2018, 1, 1)).days + 1):
        day = date(2018, 1, 1) + timedelta(days=offset)
        if day.weekday() < 5 and (day in theirs) == CALENDAR.is_working(day):
            differing.add(day)
    assert differing == {date(2026, 1, 2)}


def test_make_up_days_are_those_announced() -> None:
    assert {d for y in BOOK.years for d in y.make_up_days} == {
        *(
            date(2019, 1, 5),
            date(2019, 5, 4),
            date(2024, 5, 4),
            date(2025, 4, 26),
            date(2026, 1, 10),
            date(2026, 8, 22),
        )
    }


@settings(max_examples=2000)
@given(INSTANTS, st.integers(1, 40), st.integers(1, 40))
def test_adding_k_then_m_working_days_is_adding_both(moment: datetime, k: int, m: int) -> None:
    day = moment.date()
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(day, k), m) == CALENDAR.add_working_days(day, k + m)


@settings(max_examples=2000)
@given(INSTANTS, st.integers(1, 2000), st.integers(1, 2000))
def test_adding_k_then_m_minutes_is_adding_both(moment: datetime, k: int, m: int) -> None:
    start = CALENDAR.opening_at_or_after(moment)
    assert CALENDAR.add_minutes(CALENDAR.add_minutes(start, k), m) == CALENDAR.add_minutes(start, k + m)


@settings(max_examples=2000)
@given(INSTANTS, st.sampled_from(["5 working days", "12 working hours", "10 calendar days", "1 month", "same day"]))
def test_a_due_instant_lies_inside_office_hours(moment: datetime, term: str) -> None:
    regime = BOOK.regime_on(moment.date())
    result = derive_clock((Received(moment),), term=parse_term(term), calendar=CALENDAR, regime=regime).due_at
    assert result is not None
    minute = result.hour * 60 + result.minute
    assert any(start <= minute <= end for start, end in CALENDAR.hours_on(result.date()))
    assert result >= moment


@settings(max_examples=1000)
@given(
    INSTANTS,
    st.integers(1, 400),
    st.integers(1, 2000),
    st.sampled_from(["5 working days", "30 working hours", "20 calendar days"]),
)
def test_a_pause_never_brings_the_instant_forward(moment: datetime, after: int, length: int, term: str) -> None:
    regime = BOOK.regime_on(moment.date())
    pause = (
        PauseOpened(moment + timedelta(minutes=after), LegalRef("x")),
        PauseClosed(moment + timedelta(minutes=after + length)),
    )
    plain = derive_clock((Received(moment),), term=parse_term(term), calendar=CALENDAR, regime=regime).due_at
    paused = derive_clock((Received(moment), *pause), term=parse_term(term), calendar=CALENDAR, regime=regime).due_at
    assert plain is not None
    assert paused is not None
    assert paused >= plain


@settings(max_examples=300)
@given(INSTANTS, st.randoms(use_true_random=False))
def test_facts_in_any_order_of_delivery_give_the_same_clock(moment: datetime, random: object) -> None:
    facts = [
        Received(moment),
        SupplementAsked(moment + timedelta(days=1)),
        SupplementSupplied(moment + timedelta(days=4)),
        Extended(moment + timedelta(days=5), moment + timedelta(days=30)),
    ]
    regime = BOOK.regime_on(moment.date())
    term = parse_term("5 working days")
    expected = derive_clock(facts, term=term, calendar=CALENDAR, regime=regime)
    random.shuffle(facts)  # type: ignore[attr-defined]
    assert derive_clock(facts, term=term, calendar=CALENDAR, regime=regime) == expected


def test_after_a_supplement_the_term_starts_again_from_zero_and_nothing_is_owed_in_between() -> None:
    regime = BOOK.regime_on(date(2018, 9, 10))
    term = parse_term("5 working days")
    facts = (Received(at("2018-09-10T09:00")), SupplementAsked(at("2018-09-12T09:00")))
    assert derive_clock(facts, term=term, calendar=CALENDAR, regime=regime).due_at is None
    facts = (*facts, SupplementSupplied(at("2018-09-20T10:00")))
    assert derive_clock(facts, term=term, calendar=CALENDAR, regime=regime).due_at == at("2018-09-27T10:00")


def test_a_second_request_a_late_one_and_a_second_extension_are_refused_with_the_article() -> None:
    regime = BOOK.regime_on(date(2018, 9, 10))
    received = Received(at("2018-09-10T09:00"))
    late = may_ask_supplement((received,), at=at("2018-09-14T09:00"), regime=regime, calendar=CALENDAR)
    assert [(p.code, str(p.ref)) for p in late] == [("clock.supplement_late", "61/2018/NĐ-CP, art. 19(4)")]
    second = may_ask_supplement(
        (received, SupplementAsked(at("2018-09-11T09:00"))),
        at=at("2018-09-12T09:00"),
        regime=regime,
        calendar=CALENDAR,
    )
    assert [p.code for p in second] == ["clock.second_supplement"]
    due_at = at("2018-09-17T09:00")
    problems = may_extend(
        (received, Extended(at("2018-09-12T09:00"), due_at)),
        at=at("2018-09-17T08:00"),
        due_at=due_at,
        new_due_at=due_at,
        regime=regime,
    )
    assert {p.code for p in problems} == {
        "clock.second_extension",
        "clock.extension_late",
        "clock.extension_backwards",
    }


def test_no_pause_without_a_law_and_no_reception_in_the_past() -> None:
    regime = BOOK.regime_on(date(2026, 11, 16))
    assert [p.code for p in may_open_pause(basis=None, regime=regime)] == ["clock.pause_without_basis"]
    assert may_open_pause(basis=LegalRef("31/2024/QH15", "art. 153"), regime=regime) == ()
    problems = may_receive(stated_at=at("2026-11-16T08:00"), at=at("2026-11-16T09:00"))
    assert [p.code for p in problems] == ["clock.back_dated"]


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ("2026-11-17T16:00", Timeliness.EARLY),
        ("2026-11-18T09:00", Timeliness.ON_TIME),
        ("2026-11-18T09:01", Timeliness.LATE),
        (None, Timeliness.LATE),
    ],
)
def test_early_is_a_day_before_and_on_time_ends_with_the_instant(ended: str | None, expected: Timeliness) -> None:
    found = timeliness(
        due_at=at("2026-11-18T09:00"), ended_at=at(ended) if ended else None, at=at("2026-11-19T08:00")
    )
    assert found is expected


def test_beyond_the_announced_days_off_it_refuses_to_guess() -> None:
    with pytest.raises(CalendarHorizonError):
        CALENDAR.add_working_days(date(2027, 12, 20), 30)


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "five days",
        "0 working days",
        "-1 working days",
        "1.5 working days",
        "",
        "same day if received before 25:00",
    ],
)
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(TermError):
        parse_term(text)


@pytest.mark.parametrize(
    "text",
    ["5 working days", "12 working hours", "1 month", "same day", "same day if received before 15:00", "2 weeks"],
)
def test_a_term_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_term(text)) == text


@pytest.mark.parametrize("text", ["7:30", "11:30-07:30", "07:30-11:30,11:00-17:00", "07:30-25:00"])
def test_hours_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="'"):
        parse_hours(text)


def test_the_regime_is_that_of_the_day() -> None:
    assert BOOK.regime_on(date(2025, 6, 30)).id == "nd61"
    assert BOOK.regime_on(date(2025, 7, 1)).id == "nd118"
    assert BOOK.regime_on(date(2018, 9, 24)).form_set == "2018"
    assert BOOK.regime_on(date(2026, 11, 23)).form_set == "2025"
    assert not BOOK.regime_on(date(2018, 9, 24)).is_boundary_free
    assert BOOK.regime_on(date(2026, 11, 23)).is_boundary_free
