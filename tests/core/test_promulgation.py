"""Promulgation and publication of procedures: by when, and whether in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.catalogue.promulgation import (
    DutyState,
    IssuerLevel,
    Norm,
    Place,
    duty_state,
    norm_problems,
    promulgation_due_on,
    publication_due_on,
)
from motcua.store.lawfiles import law_book

ON = date(2026, 11, 2)
DAYS = st.dates(date(2018, 7, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("level", "is_shortened", "due_on"),
    [
        # The text was signed on 2 November 2026 and takes effect on 15 December.
        (IssuerLevel.MINISTRY, False, date(2026, 11, 25)),
        (IssuerLevel.PROVINCE, False, date(2026, 12, 10)),
        (IssuerLevel.PROVINCE, True, date(2026, 11, 5)),
    ],
)
def test_a_decision_is_owed_before_the_text_takes_effect(
    level: IssuerLevel, is_shortened: bool, due_on: date
) -> None:
    norm = Norm(level, issued_on=ON, effective_on=date(2026, 12, 15), is_shortened=is_shortened)
    assert promulgation_due_on(norm, regime=law_book().regime_on(ON), calendar=law_book().calendar()) == due_on


@given(effective_on=DAYS, level=st.sampled_from(IssuerLevel))
def test_counted_in_working_days_a_decision_is_never_owed_later(effective_on: date, level: IssuerLevel) -> None:
    regime, calendar = law_book().regime_on(effective_on), law_book().calendar()
    counted = replace(regime.param("promulgation.counted_in"), value="working_days")
    other = replace(regime, params={**regime.params, "promulgation.counted_in": counted})
    norm = Norm(level, issued_on=effective_on - timedelta(days=45), effective_on=effective_on, is_shortened=False)
    due_on = promulgation_due_on(norm, regime=other, calendar=calendar)
    assert due_on <= promulgation_due_on(norm, regime=regime, calendar=calendar)
    days = regime.number(f"promulgation.{level.lower()}_days")
    between = (due_on + timedelta(days=n) for n in range((effective_on - due_on).days))
    assert sum(calendar.is_working(day) for day in between) == days


@pytest.mark.parametrize(
    ("level", "place", "due_on"),
    [
        # Monday 23 November 2026; the 24th is a day off.
        (IssuerLevel.MINISTRY, Place.NATIONAL_DATABASE, date(2026, 12, 8)),
        (IssuerLevel.PROVINCE, Place.NATIONAL_DATABASE, date(2026, 12, 1)),
        (IssuerLevel.PROVINCE, Place.UNIT, date(2026, 12, 1)),
    ],
)
def test_what_is_decided_is_public_within_working_days(level: IssuerLevel, place: Place, due_on: date) -> None:
    decided_on = date(2026, 11, 23)
    found = publication_due_on(
        decided_on, level=level, place=place, regime=law_book().regime_on(decided_on), calendar=law_book().calendar()
    )
    assert found == due_on


@given(decided_on=DAYS, level=st.sampled_from(IssuerLevel), place=st.sampled_from(Place))
def test_publication_is_owed_on_a_working_day_and_a_later_decision_never_shortens_it(
    decided_on: date, level: IssuerLevel, place: Place
) -> None:
    calendar, regime = law_book().calendar(), law_book().regime_on(decided_on)

    def due(on: date) -> date:
        return publication_due_on(on, level=level, place=place, regime=regime, calendar=calendar)

    assert calendar.is_working(due(decided_on))
    assert decided_on < due(decided_on) <= due(decided_on + timedelta(days=1))


@given(due_on=DAYS, done=st.none() | DAYS, on=DAYS)
def test_a_duty_is_in_one_state_and_never_late_before_its_day(due_on: date, done: date | None, on: date) -> None:
    state = duty_state(due_on, done_on=done, on=on)
    is_done = done is not None and done <= on
    assert (state in (DutyState.DONE, DutyState.DONE_LATE)) == is_done
    if on <= due_on:
        assert state not in (DutyState.OVERDUE, DutyState.DONE_LATE)
    assert (state is DutyState.OVERDUE) == (not is_done and on > due_on)


def test_a_text_cannot_take_effect_before_it_is_signed() -> None:
    norm = Norm(IssuerLevel.PROVINCE, issued_on=ON, effective_on=ON - timedelta(days=1), is_shortened=False)
    assert [p.code for p in norm_problems(norm)] == ["norm.dates"]
