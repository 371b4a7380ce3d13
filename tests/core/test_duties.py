"""Duties: what may follow what, closed only with evidence, late by the term that ran; letters that are watched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.duties import (
    DutyAct,
    DutyFact,
    DutyState,
    LetterState,
    Standing,
    duty_life,
    letter_state,
    may_answer,
    may_follow,
    standing,
)

DAY = date(2026, 11, 16)
GIVEN = DutyFact(DutyAct.GIVEN, DAY, DAY + timedelta(days=10))


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def codes(facts: list[DutyFact], fact: DutyFact) -> list[str]:
    return [p.code for p in may_follow(duty_life(facts), fact)]


def test_a_duty_is_closed_only_with_evidence() -> None:
    done = DutyFact(DutyAct.DONE, day(5))
    assert codes([GIVEN], done) == ["duty.no_evidence"]
    shown = DutyFact(DutyAct.DONE, day(5), files=1)
    assert codes([GIVEN], shown) == []
    assert codes([GIVEN, DutyFact(DutyAct.REPORTED, day(2), files=1)], done) == [], "shown with an earlier report"
    assert codes([GIVEN], DutyFact(DutyAct.FULFILLED, day(5))) == ["duty.not_now"]
    assert codes([GIVEN, shown], DutyFact(DutyAct.FULFILLED, day(6))) == []
    returned = [GIVEN, shown, DutyFact(DutyAct.RETURNED, day(6), day(16))]
    assert codes(returned, done) == ["duty.no_evidence"], "what was found wanting counts no more"


def test_a_return_sets_a_new_term_after_its_day() -> None:
    facts = [GIVEN, DutyFact(DutyAct.DONE, day(5), files=1)]
    assert codes(facts, DutyFact(DutyAct.RETURNED, day(6))) == ["duty.term"]
    assert codes(facts, DutyFact(DutyAct.RETURNED, day(6), day(6))) == ["duty.term"]
    facts.append(DutyFact(DutyAct.RETURNED, day(6), day(20)))
    life = duty_life(facts)
    assert (life.state, life.due_on, life.first_due_on, life.returns) == (DutyState.OPEN, day(20), day(10), 1)


def test_late_is_told_by_the_term_that_ran_and_the_day_of_the_report() -> None:
    assert standing(duty_life([GIVEN]), day(10)) is Standing.WITHIN
    assert standing(duty_life([GIVEN]), day(11)) is Standing.LATE
    in_time = [GIVEN, DutyFact(DutyAct.DONE, day(10), files=1)]
    assert standing(duty_life(in_time), day(30)) is Standing.WITHIN, "the issuer takes his time"
    assert (
        standing(duty_life([*in_time, DutyFact(DutyAct.FULFILLED, day(30))]), day(31)) is Standing.FULFILLED_IN_TERM
    )
    late = [GIVEN, DutyFact(DutyAct.DONE, day(11), files=1), DutyFact(DutyAct.FULFILLED, day(12))]
    assert standing(duty_life(late), day(40)) is Standing.FULFILLED_LATE
    assert standing(duty_life([GIVEN, DutyFact(DutyAct.REVOKED, day(40))]), day(41)) is Standing.REVOKED


def test_a_duty_begins_by_being_given() -> None:
    with pytest.raises(ValueError, match="given"):
        duty_life([DutyFact(DutyAct.DONE, DAY)])


acts = st.lists(st.tuples(st.sampled_from(DutyAct), st.integers(0, 5), st.integers(0, 2)), max_size=20)


@given(acts)
def test_whatever_is_tried_a_fulfilled_duty_had_evidence_and_ends(tried) -> None:
    facts, on = [GIVEN], DAY
    for act, after, files in tried:
        on += timedelta(days=after)
        fact = DutyFact(
            act, on, on + timedelta(days=3) if act in (DutyAct.RETURNED, DutyAct.EXTENDED) else None, files
        )
        before = duty_life(facts)
        if may_follow(before, fact):
            continue
        assert before.state not in (DutyState.FULFILLED, DutyState.REVOKED), "nothing follows an end"
        facts.append(fact)
        life = duty_life(facts)
        if life.state is DutyState.FULFILLED:
            assert life.shown > 0
            assert life.done_on is not None
        if act not in (DutyAct.RETURNED, DutyAct.EXTENDED):
            assert life.due_on == before.due_on, "only whoever gave it moves the term"


def test_a_letter_is_watched_until_nothing_of_it_is_owed() -> None:
    def state(on: int, *, owed: int = 2, answered: int | None = None, promised: int | None = None) -> LetterState:
        return letter_state(
            answer_by=day(5), still_owed=owed, on=day(on),
            answered_on=None if answered is None else day(answered),
            promised_on=None if promised is None else day(promised),
        )  # fmt: skip

    assert state(5) is LetterState.WAITING
    assert state(6) is LetterState.SILENT
    assert state(6, answered=3, promised=9) is LetterState.PROMISED
    assert state(10, answered=3, promised=9) is LetterState.BROKEN
    assert state(10, owed=0) is LetterState.SETTLED
    assert [p.code for p in may_answer(answered_on=None, promised_on=day(-1), on=DAY)] == ["letter.promise"]
    assert [p.code for p in may_answer(answered_on=DAY, promised_on=day(2), on=DAY)] == ["letter.answered"]
    assert may_answer(answered_on=None, promised_on=DAY, on=DAY) == ()
