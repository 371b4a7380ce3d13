"""What always holds of calendar and clock, whatever the case; ten thousand cases of each."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.core.calendar import (
    BEYOND,
    Calendar,
    CalendarHorizonError,
    CalendarSpec,
    CalendarTable,
    Term,
    TermUnit,
    Weekly,
    parse_hours,
    parse_term,
)
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import (
    Cause,
    ClockFact,
    ConsultationAnswered,
    ConsultationAsked,
    DayKind,
    Ended,
    Extended,
    Interval,
    IntervalKind,
    PauseClosed,
    PauseOpened,
    Received,
    SupplementAsked,
    SupplementSupplied,
    Withdrawn,
    derive_clock,
    due_instant,
    explain,
)
from motcua.core.kernel import LegalRef
from motcua.store.lawfiles import law_book

BOOK = law_book()
CALENDAR = BOOK.calendar()
TABLE = CalendarTable(CALENDAR)
BASIS = LegalRef("31/2024/QH15", "art. 155")
many = settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])

HOURS = st.sampled_from(
    [parse_hours(t) for t in ("07:30-11:30,13:30-17:00", "07:00-11:30,13:30-17:00", "08:00-12:00", "00:00-24:00")]
)
TERMS = st.one_of(
    st.integers(1, 60).map(lambda n: Term(n, TermUnit.WORKING_DAY)),
    st.integers(1, 400).map(lambda n: Term(n / 4, TermUnit.WORKING_HOUR)),
    st.integers(1, 3000).map(lambda n: Term(n, TermUnit.WORKING_MINUTE)),
    st.integers(1, 120).map(lambda n: Term(n, TermUnit.CALENDAR_DAY)),
    st.integers(1, 12).map(lambda n: Term(n, TermUnit.WEEK)),
    st.integers(1, 12).map(lambda n: Term(n, TermUnit.MONTH)),
    st.sampled_from([parse_term("same day"), parse_term("same day if received before 15:00")]),
)
DAY_TERMS = TERMS.filter(lambda t: t.unit is TermUnit.WORKING_DAY)


def instants(first: date = date(2018, 6, 21), last: date = date(2026, 6, 1)) -> st.SearchStrategy[datetime]:
    """Any second of the years, and often one at which something begins or ends."""
    days = st.dates(first, last)
    edges = st.sampled_from([0, 450, 690, 691, 810, 900, 1020, 1021, 1439]).map(lambda m: m * 60)
    seconds = st.one_of(edges, st.integers(0, 86_399))
    return st.builds(
        lambda d, s: datetime(d.year, d.month, d.day, tzinfo=VIETNAM) + timedelta(seconds=s), days, seconds
    )


SMALL_FIRST, SMALL_LAST = date(2024, 1, 1), date(2024, 10, 31)


def small_calendar(off: frozenset[date] = frozenset(), hours: str = "07:30-11:30,13:30-17:00") -> Calendar:
    spec = CalendarSpec(
        version="small",
        known_from=SMALL_FIRST,
        known_until=SMALL_LAST,
        weekly=Weekly.monday_to_friday(parse_hours(hours)),
        days_off=dict.fromkeys(off, "off"),
    )
    return Calendar(spec)


PLAIN = small_calendar()
SMALL_INSTANTS = instants(date(2024, 1, 3), date(2024, 3, 31))
SMALL_DAYS = st.integers(0, 2**32).map(
    lambda seed: frozenset(SMALL_FIRST + timedelta(days=d) for d in random.Random(seed).sample(range(200), seed % 13))
)
SMALL_TERMS = TERMS.filter(lambda t: t.amount < {TermUnit.MONTH: 4, TermUnit.WEEK: 9}.get(t.unit, 61))


@st.composite
def histories(draw: st.DrawFn) -> list[ClockFact]:
    """The facts of one dossier, in a lawful or an unlawful order, with or without an end."""
    at = draw(instants(date(2018, 7, 1), date(2025, 12, 1)))
    facts: list[ClockFact] = [Received(at)]
    waits, opened, asked = False, list[str](), list[str]()
    for number in range(draw(st.integers(0, 6))):
        at += timedelta(minutes=draw(st.integers(0, 6000)))
        act = draw(st.sampled_from(["supplement", "pause", "close", "consult", "answer", "extend"]))
        if act == "supplement":
            facts.append(SupplementSupplied(at) if waits else SupplementAsked(at))
            waits = not waits
        elif act == "pause":
            opened.append(f"p{number}")
            facts.append(PauseOpened(at, BASIS, draw(st.sampled_from([Cause.COURT, Cause.SPECIAL_LAW])), opened[-1]))
        elif act == "close" and opened:
            facts.append(PauseClosed(at, opened.pop(draw(st.integers(0, len(opened) - 1)))))
        elif act == "consult":
            asked.append(f"c{number}")
            facts.append(ConsultationAsked(at, "Sở Xây dựng", asked[-1]))
        elif act == "answer" and asked:
            facts.append(ConsultationAnswered(at, asked.pop()))
        elif act == "extend":
            facts.append(Extended(at, at + timedelta(days=draw(st.integers(1, 20)))))
    if draw(st.booleans()):
        at += timedelta(minutes=draw(st.integers(0, 9000)))
        facts.append(draw(st.sampled_from([Ended, Withdrawn]))(at))
    return facts


@many
@given(SMALL_INSTANTS, SMALL_TERMS, SMALL_DAYS, SMALL_DAYS, st.integers(-300, 20_000), st.integers(1, 20_000))
def test_more_days_off_never_bring_a_date_forward(
    at: datetime, term: Term, off: frozenset[date], more: frozenset[date], after: int, length: int
) -> None:
    few, all_of_them = small_calendar(off), small_calendar(off | more)
    assert due_instant(term, received_at=at, calendar=few) <= due_instant(term, received_at=at, calendar=all_of_them)
    rest = Interval(at + timedelta(minutes=after), at + timedelta(minutes=after + length), IntervalKind.PAUSED)
    plain = due_instant(term, received_at=at, breaks=(rest,), calendar=few)
    assert plain <= due_instant(term, received_at=at, breaks=(rest,), calendar=all_of_them)


@many
@given(instants(), TERMS, st.integers(-300, 60_000), st.integers(1, 30_000), st.integers(0, 5_000))
def test_a_pause_never_brings_a_date_forward_and_a_longer_one_neither(
    at: datetime, term: Term, after: int, length: int, longer: int
) -> None:
    begin = at + timedelta(minutes=after)
    one = Interval(begin, begin + timedelta(minutes=length), IntervalKind.PAUSED)
    two = Interval(begin, begin + timedelta(minutes=length + longer), IntervalKind.PAUSED)
    none, short, long = (
        due_instant(term, received_at=at, breaks=breaks, calendar=CALENDAR) for breaks in ((), (one,), (two,))
    )
    assert none <= short <= long
    if begin >= none:
        assert short == none


@many
@given(instants(), st.integers(1, 60), st.integers(1, 60), st.integers(1, 3000), st.integers(1, 3000))
def test_adding_k_then_m_is_adding_k_and_m(at: datetime, k: int, m: int, minutes: int, more: int) -> None:
    def due(start: datetime, amount: int, unit: TermUnit) -> datetime:
        return due_instant(Term(amount, unit), received_at=start, calendar=CALENDAR)

    day = at.date()
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(day, k), m) == CALENDAR.add_working_days(day, k + m)
    days, time = TermUnit.WORKING_DAY, TermUnit.WORKING_MINUTE
    assert due(due(at, k, days), m, days) == due(at, k + m, days)
    assert due(due(at, minutes, time), more, time) == due(at, minutes + more, time)
    assert CALENDAR.add_minutes(CALENDAR.add_minutes(at, minutes), more) == CALENDAR.add_minutes(at, minutes + more)
    assert CALENDAR.working_minutes_between(at, CALENDAR.add_minutes(at, minutes)) == minutes


@many
@given(histories(), TERMS, st.integers(0, 2**32))
def test_whatever_happens_to_a_dossier(facts: list[ClockFact], term: Term, seed: int) -> None:
    """One history, and all that must hold of it: drawing it costs more than looking at it."""
    _a_due_instant_lies_inside_office_hours_and_not_before_the_reception(facts, term)
    _facts_in_any_order_of_delivery_give_the_same_clock(facts, term, random.Random(seed))
    _intervals_partition_the_time_and_each_minute_has_one_owner(facts, term)
    _the_derivation_sheet_adds_up_to_the_term(facts, term)


def _a_due_instant_lies_inside_office_hours_and_not_before_the_reception(facts: list[ClockFact], term: Term) -> None:
    facts = [f for f in facts if not isinstance(f, Extended)]
    for regime in (BOOK.regime_on(facts[0].at.date()), None):
        due = derive_clock(facts, term=term, calendar=CALENDAR, regime=regime).due_at
        if due is not None:
            minute = due.hour * 60 + due.minute
            assert any(start <= minute <= end for start, end in CALENDAR.hours_on(due.date()))
            assert due >= facts[0].at


def _facts_in_any_order_of_delivery_give_the_same_clock(
    facts: list[ClockFact], term: Term, order: random.Random
) -> None:
    regime = BOOK.regime_on(facts[0].at.date())
    expected = derive_clock(facts, term=term, calendar=CALENDAR, regime=regime)
    shuffled = list(facts)
    order.shuffle(shuffled)
    assert derive_clock(shuffled, term=term, calendar=CALENDAR, regime=regime) == expected


def _intervals_partition_the_time_and_each_minute_has_one_owner(facts: list[ClockFact], term: Term) -> None:
    clock = derive_clock(facts, term=term, calendar=CALENDAR, regime=BOOK.regime_on(facts[0].at.date()))
    ended = next((f.at for f in facts if isinstance(f, (Ended, Withdrawn))), None)
    intervals = clock.intervals
    if ended == facts[0].at:
        assert intervals == ()
        return
    assert intervals[0].start == facts[0].at
    assert intervals[-1].end == ended
    for one, two in pairwise(intervals):
        assert one.end == two.start
        if one.kind is not IntervalKind.WAITING:
            # Two requests one after the other stay two: each lets the term start again.
            assert (one.kind, one.cause, one.ref, one.of) != (two.kind, two.cause, two.ref, two.of)
    assert all(i.end is None or i.start < i.end for i in intervals)
    until = ended or facts[-1].at + timedelta(days=1)
    owned: dict[object, timedelta] = {}
    for i in intervals:
        owned[i.owner] = owned.get(i.owner, timedelta()) + ((i.end or until) - i.start)
    assert sum(owned.values(), timedelta()) == until - facts[0].at


def _the_derivation_sheet_adds_up_to_the_term(facts: list[ClockFact], term: Term) -> None:
    regime = BOOK.regime_on(facts[0].at.date())
    explained = explain(facts, term=term, calendar=CALENDAR, regime=regime)
    clock, days = explained.clock, explained.days
    assert clock == derive_clock(facts, term=term, calendar=CALENDAR, regime=regime)
    assert [d.day for d in days] == [days[0].day + timedelta(days=i) for i in range(len(days))]
    assert days[0].kind is DayKind.RECEIVED
    if clock.due_at is None or clock.term_due_at is None:
        return
    assert days[-1].day == clock.due_at.date()
    if term.unit is TermUnit.WORKING_DAY:
        assert max(d.counted for d in days) == term.amount
        (due,) = (d for d in days if d.kind is DayKind.DUE)
        assert due.counted == term.amount
        assert due.day == clock.term_due_at.date()
    elif term.unit in (TermUnit.WORKING_HOUR, TermUnit.WORKING_MINUTE):
        minutes = term.amount * (60 if term.unit is TermUnit.WORKING_HOUR else 1)
        # Each line shows whole minutes.
        assert abs(sum(d.minutes for d in days) - minutes) <= len(days)
    for line in days:
        if line.kind in (DayKind.COUNTED, DayKind.LAPSED) and term.unit is TermUnit.WORKING_DAY:
            assert CALENDAR.is_working(line.day)
        if line.kind is DayKind.OFF:
            assert line.reason


@many
@given(st.lists(instants(date(2018, 1, 1), date(2027, 12, 31)), min_size=1, max_size=2), TERMS, st.booleans())
def test_one_after_the_other_and_all_at_once_agree(moments: list[datetime], term: Term, at_closing: bool) -> None:
    received = TABLE.instants(np.array([m.astimezone().timestamp() * 1e6 for m in moments]).astype("datetime64[us]"))
    found = TABLE.due(term, received, at_closing=at_closing)
    for moment, us, many_due in zip(moments, received, found, strict=True):
        assert CALENDAR.us_of(moment) == us
        try:
            one = due_instant(term, received_at=moment, calendar=CALENDAR, at_closing=at_closing)
        except CalendarHorizonError:
            assert many_due == BEYOND
        else:
            assert CALENDAR.instant(int(many_due)) == one


@settings(max_examples=300, deadline=None)
@given(HOURS, SMALL_DAYS, SMALL_TERMS, st.lists(SMALL_INSTANTS, min_size=40, max_size=40))
def test_both_agree_in_any_calendar(
    hours: tuple[tuple[int, int], ...], off: frozenset[date], term: Term, moments: list[datetime]
) -> None:
    spec = CalendarSpec(
        version="any",
        known_from=SMALL_FIRST,
        known_until=SMALL_LAST,
        weekly=Weekly((hours, hours, hours, hours, hours, hours[:1], ())),
        days_off=dict.fromkeys(off, "off"),
        seasons=((date(2024, 4, 16), date(2024, 10, 15), Weekly.monday_to_friday(parse_hours("07:00-11:00"))),),
        special_hours={date(2024, 2, 7): parse_hours("07:30-11:30")},
        closings={date(2024, 3, 5): "bão"},
    )
    calendar = Calendar(spec)
    received = np.array([calendar.us_of(m) for m in moments], dtype=np.int64)
    found = CalendarTable(calendar).due(term, received)
    for moment, many_due in zip(moments, found, strict=True):
        assert calendar.us_of(due_instant(term, received_at=moment, calendar=calendar)) == many_due
