"""Calendar and clock: examples by hand, oracles, properties."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import holidays
import pytest

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
    open_pauses,
    timeliness,
)
from motcua.core.kernel import LegalRef
from motcua.store.lawfiles import law_book

BOOK = law_book()
CALENDAR = BOOK.calendar()


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
        ("2026-11-14T09:00", "10 calendar days", "2026-11-25T17:00"),
        ("2026-01-30T10:00", "1 month", "2026-03-02T17:00"),
        ("2026-11-16T14:59", "same day if received before 15:00", "2026-11-16T17:00"),
        ("2026-11-16T15:00", "same day if received before 15:00", "2026-11-17T17:00"),
        ("2026-11-16T12:00", "1 working day", "2026-11-17T13:30"),
    ],
)
def test_due_instants_worked_out_by_hand(received: str, term: str, expected: str) -> None:
    assert due(received, term) == at(expected)


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
    problems = may_receive(stated_at=at("2026-11-16T08:00"), at=at("2026-11-16T09:00"), regime=regime)
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


def test_a_pause_opened_and_closed_in_one_instant_is_nothing() -> None:
    moment, basis = at("2026-11-17T09:00"), LegalRef("31/2024/QH15", "Điều 155")
    facts = (Received(at("2026-11-16T09:00")), PauseOpened(moment, basis, key="p"), PauseClosed(moment, "p"))
    regime = BOOK.regime_on(date(2026, 11, 16))
    clock = derive_clock(facts, term=parse_term("3 working days"), calendar=CALENDAR, regime=regime)
    assert clock.due_at == at("2026-11-19T09:00")
    assert len(clock.intervals) == 1
    assert open_pauses(facts) == ()
    assert len(open_pauses(facts[:2])) == 1
