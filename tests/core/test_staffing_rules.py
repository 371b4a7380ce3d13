"""No counter without a competent officer: the rule of cover, what is offered instead, and the bounds of service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.core.calendar import parse_hours
from motcua.core.kernel import Confidence, LegalRef
from motcua.core.staffing import (
    Bounds,
    Breach,
    Half,
    Roster,
    Service,
    Slot,
    add_months,
    after_leave,
    breaches_on,
    coming,
    filled,
    fillings,
    gaps,
    halves_of,
    is_competent,
    may_close,
    may_sit,
    other_days,
    proposed,
    seated_by,
    slots_between,
    spells,
)

MONDAY = date(2026, 11, 23)
MORNING = Slot(MONDAY, Half.MORNING)
BIRTH, LAND = frozenset({"1.001193"}), frozenset({"1.012753"})
BOTH = BIRTH | LAND
AN, BINH, CHI, DUNG = 1, 2, 3, 4


def posted(needs: dict[int, frozenset[str]], present: dict[int, frozenset[str]], seats: dict[int, int]) -> Roster:
    return Roster(MORNING, needs, present, seats, is_posted=True)


def test_a_leave_that_leaves_a_counter_with_nobody_names_it_and_what_it_receives() -> None:
    roster = posted({7: BIRTH}, {AN: BOTH, BINH: LAND}, {7: AN})
    found = after_leave([roster], AN, chosen={})
    assert [(o.gap.counter, o.gap.slot, o.gap.alone, o.fillings) for o in found.open] == [(7, MORNING, BIRTH, ())]


def test_somebody_free_and_competent_is_offered_and_chosen_the_counter_is_staffed() -> None:
    roster = posted({7: BIRTH}, {AN: BOTH, BINH: LAND, CHI: BIRTH}, {7: AN})
    assert after_leave([roster], AN, chosen={}).open[0].fillings == ((CHI,),)
    found = after_leave([roster], AN, chosen={(MORNING, 7): (CHI,)})
    assert found.open == ()
    assert found.rosters[0].seats == {7: CHI}


def test_who_may_not_serve_the_counter_moves_another_there() -> None:
    """Only Bình, who sits at 8, may take 7; Chi, who is free, may take 8."""
    roster = posted({7: BIRTH, 8: LAND}, {AN: BIRTH, BINH: BOTH, CHI: LAND}, {7: AN, 8: BINH})
    assert after_leave([roster], AN, chosen={}).open[0].fillings == ((BINH, CHI),)
    found = after_leave([roster], AN, chosen={(MORNING, 7): (BINH, CHI)})
    assert found.open == ()
    assert found.rosters[0].seats == {7: BINH, 8: CHI}


def test_a_choice_that_cannot_be_made_any_more_opens_the_counter_again() -> None:
    roster = posted({7: BIRTH}, {AN: BIRTH, BINH: LAND}, {7: AN})
    assert len(after_leave([roster], AN, chosen={(MORNING, 7): (BINH,)}).open) == 1


def test_a_week_without_a_rota_asks_whether_all_required_counters_can_be_staffed() -> None:
    roster = replace(posted({7: BIRTH, 8: LAND}, {AN: BOTH, BINH: BOTH, CHI: LAND}, {}), is_posted=False)
    assert after_leave([roster], AN, chosen={}).open == ()
    fewer = replace(roster, present={AN: BOTH, CHI: LAND})
    assert [o.gap.counter for o in after_leave([fewer], AN, chosen={}).open] == [7]


def test_what_was_uncovered_before_does_not_stand_against_a_leave() -> None:
    roster = posted({7: BIRTH, 8: LAND}, {AN: BIRTH, BINH: LAND}, {7: AN})
    assert [g.counter for g in gaps(roster)] == [8]
    assert [o.gap.counter for o in after_leave([roster], BINH, chosen={}).open] == []


def test_a_counter_closes_only_while_another_receives_what_it_does() -> None:
    roster = posted({7: BIRTH, 8: BOTH}, {AN: BOTH, BINH: BOTH}, {7: AN, 8: BINH})
    assert may_close(roster, counter=7) == frozenset()
    assert may_close(roster, counter=8) == LAND


def test_why_somebody_cannot_sit_there() -> None:
    roster = posted({7: BIRTH, 8: LAND}, {AN: BIRTH, BINH: LAND}, {8: BINH})
    assert may_sit(roster, counter=7, officer=AN) == ()
    assert [p.code for p in may_sit(roster, counter=7, officer=BINH)] == ["rota.not_competent", "rota.sits_elsewhere"]
    assert [p.code for p in may_sit(roster, counter=7, officer=CHI)] == ["rota.away"]


def test_a_proposed_week_leaves_people_where_they_sit() -> None:
    slots = [Slot(MONDAY + timedelta(days=d), h) for d in range(3) for h in Half]
    needs = {7: BIRTH, 8: LAND}
    week = [Roster(s, needs, {AN: BOTH, BINH: BOTH}, {}, is_posted=False) for s in slots]
    week[2] = replace(week[2], present={AN: BOTH, CHI: BOTH})
    seats = [r.seats for r in proposed(week)]
    assert seats[0] == seats[1] == {7: AN, 8: BINH}
    assert seats[2] == {7: AN, 8: CHI}
    assert seats[3] == {7: AN, 8: BINH}


def test_half_days_follow_the_hours_of_the_office() -> None:
    assert halves_of(parse_hours("07:30-11:30,13:30-17:00")) == (Half.MORNING, Half.AFTERNOON)
    assert halves_of(parse_hours("07:30-11:30")) == (Half.MORNING,)
    assert halves_of(()) == ()
    hours = parse_hours("07:30-11:30,13:30-17:00")
    found = slots_between(
        Slot(MONDAY, Half.AFTERNOON),
        Slot(MONDAY + timedelta(days=7), Half.MORNING),
        hours_on=lambda d: hours if d.weekday() < 5 else (),
    )
    assert len(found) == 10
    assert (found[0], found[-1]) == (
        Slot(MONDAY, Half.AFTERNOON),
        Slot(MONDAY + timedelta(days=7), Half.MORNING),
    )


# Drawing waits for the machine when other tests keep it busy; that says nothing about the rules.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MATTERS = st.frozensets(st.sampled_from("abc"), max_size=3)
COUNTERS = st.dictionaries(st.integers(10, 13), MATTERS, max_size=4)
OFFICERS = st.dictionaries(st.integers(1, 5), MATTERS, min_size=1, max_size=5)


@st.composite
def rosters(draw: st.DrawFn, day: int = 0) -> Roster:
    """Half-days with everybody seated who can be, or posted ones with some seats taken by whoever."""
    needs, present = draw(COUNTERS), draw(OFFICERS)
    slot = Slot(MONDAY + timedelta(days=day), Half.MORNING)
    empty = Roster(slot, needs, present, {}, is_posted=False)
    return replace(filled(empty), is_posted=draw(st.booleans()))


def best(roster: Roster) -> int:
    """Return by trying all how many counters can be staffed."""
    counters, officers = list(roster.needs), [*roster.present, *[None] * len(roster.needs)]
    return max(
        sum(
            o is not None and is_competent(roster.present[o], roster.needs[c])
            for c, o in zip(counters, way, strict=True)
        )
        for way in permutations(officers, len(counters))
    )


@UNHURRIED
@given(rosters())
def test_as_many_counters_are_staffed_as_can_be(roster: Roster) -> None:
    made = filled(replace(roster, seats={}))
    assert len(made.needs) - len(gaps(made)) == best(roster)
    assert len(set(made.seats.values())) == len(made.seats)


@UNHURRIED
@given(st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True), st.data())
def test_what_is_covered_before_a_leave_is_covered_after_it(days: list[int], data: st.DataObject) -> None:
    """Whatever is chosen among what is offered; and what cannot be filled is told."""
    span = [data.draw(rosters(day=d)) for d in sorted(days)]
    officer = data.draw(st.sampled_from(sorted({o for r in span for o in r.present})))
    asked = after_leave(span, officer, chosen={})
    chosen = {(o.gap.slot, o.gap.counter): data.draw(st.sampled_from(o.fillings)) for o in asked.open if o.fillings}
    made = after_leave(span, officer, chosen=chosen)
    assert {o.gap.counter for o in made.open} == {o.gap.counter for o in asked.open if not o.fillings}
    for before, after in zip(span, made.rosters, strict=True):
        start = before if before.is_posted else filled(before)
        assert officer not in after.present
        assert officer not in after.seats.values()
        assert len(set(after.seats.values())) == len(after.seats)
        told = {o.gap.counter for o in made.open if o.gap.slot == before.slot}
        assert {g.counter for g in gaps(after)} <= {g.counter for g in gaps(start)} | told


@UNHURRIED
@given(rosters(), st.data())
def test_each_way_offered_can_be_done_and_none_is_kept_back(roster: Roster, data: st.DataObject) -> None:
    seated = list(roster.seats)
    if not seated:
        return
    counter = data.draw(st.sampled_from(seated))
    gone = roster.seats[counter]
    left = replace(
        roster,
        present={o: m for o, m in roster.present.items() if o != gone},
        seats={c: o for c, o in roster.seats.items() if c != counter},
        is_posted=True,
    )
    ways = fillings(left, counter)
    before = {g.counter for g in gaps(left)}
    for way in ways:
        after = seated_by(left, counter, way)
        assert {g.counter for g in gaps(after)} == before - {counter}
        assert len(set(after.seats.values())) == len(after.seats)
    staffed = [c for c in left.needs if c in left.seats or c == counter]
    only = replace(left, needs={c: left.needs[c] for c in staffed})
    assert bool(ways) == (best(only) == len(staffed))


@UNHURRIED
@given(st.lists(rosters(), min_size=1, max_size=6), st.integers(1, 3))
def test_other_days_uncover_nothing(found: list[Roster], length: int) -> None:
    span = [replace(r, slot=Slot(MONDAY + timedelta(days=i), Half.MORNING)) for i, r in enumerate(found)]
    for first, last in other_days(span, 1, length=length, limit=3):
        days = [r for r in span if first <= r.slot <= last]
        assert len(days) == length
        assert all(1 in r.present for r in days)
        assert after_leave(days, 1, chosen={}).open == ()


OLD = LegalRef("61/2018/NĐ-CP", "art. 11")
NEW = LegalRef("118/2025/NĐ-CP", "art. 11", Confidence.SECOND_HAND)
DECREE_61 = Bounds(date(2018, 6, 21), date(2025, 6, 30), 3, 6, 24, OLD, OLD)
DECREE_118 = Bounds(date(2025, 7, 1), None, 2, 12, 36, NEW, NEW)
ACTS = (DECREE_61, DECREE_118)


def on(service: Service, day: date) -> list[tuple[Breach, str]]:
    return [(s.breach, s.ref.act) for s in breaches_on(service, ACTS, day)]


def test_two_and_a_half_years_are_too_few_under_decree_61_and_enough_under_118() -> None:
    sent = Service(date(2023, 1, 1), date(2025, 1, 1), None)
    assert on(sent, date(2025, 6, 30)) == [(Breach.SENIORITY, "61/2018/NĐ-CP")]
    assert on(sent, date(2025, 7, 1)) == []


def test_a_term_of_two_years_and_more_is_over_under_decree_61_and_not_under_118() -> None:
    sent = Service(date(2010, 1, 1), date(2023, 6, 1), None)
    assert on(sent, date(2025, 5, 31)) == []
    assert on(sent, date(2025, 6, 1)) == [(Breach.TERM_OVER, "61/2018/NĐ-CP")]
    assert on(sent, date(2025, 7, 1)) == []
    assert on(sent, date(2026, 6, 1)) == [(Breach.TERM_OVER, "118/2025/NĐ-CP")]
    assert [(s.from_on, s.to_on) for s in spells(sent, ACTS)] == [
        (date(2025, 6, 1), date(2025, 6, 30)),
        (date(2026, 6, 1), None),
    ]


def test_a_term_planned_for_eight_months_is_too_short_from_the_day_of_the_new_decree() -> None:
    sent = Service(date(2010, 1, 1), date(2025, 3, 1), date(2025, 10, 31))
    assert on(sent, date(2025, 6, 30)) == []
    assert on(sent, date(2025, 7, 1)) == [(Breach.TERM_SHORT, "118/2025/NĐ-CP")]


def test_who_comes_out_of_bounds_within_sixty_days_is_told_before() -> None:
    sent = Service(date(2010, 1, 1), date(2024, 1, 15), None)
    assert coming(sent, ACTS, on=date(2026, 11, 15), days=60) == ()
    assert [s.from_on for s in coming(sent, ACTS, on=date(2026, 11, 16), days=60)] == [date(2027, 1, 15)]
    assert coming(sent, ACTS, on=date(2027, 1, 15), days=60) == ()


def test_nobody_knows_since_when_is_told_as_such() -> None:
    assert on(Service(None, date(2026, 1, 1), None), date(2026, 11, 1)) == [(Breach.UNKNOWN, "118/2025/NĐ-CP")]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 15), 14, date(2028, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@given(st.dates(date(2018, 1, 1), date(2027, 1, 1)), st.dates(date(2018, 7, 1), date(2028, 1, 1)))
def test_a_breach_holds_on_a_day_exactly_when_one_of_its_spells_does(start: date, day: date) -> None:
    sent = Service(start - timedelta(days=900), start, start + timedelta(days=500))
    held = {s.breach for s in breaches_on(sent, ACTS, day)}
    assert held == {s.breach for s in spells(sent, ACTS) if s.holds_on(day)}
    if day < start:
        assert held == set()
