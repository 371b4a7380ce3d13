"""Patterns become questions only when chance hardly gives them; who the people are changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.calendar.working import VIETNAM
from motcua.core.integrity import Pattern, Rules, Signal, Worked, at_least, signals

DAY = timedelta(days=1)
BEGUN = datetime(2026, 9, 15, 9, tzinfo=VIETNAM)
RULES = Rules(cases_min=4, hits_min=3, chance_max=Fraction(1, 20), overtaken_by=DAY)
LOOSE = Rules(cases_min=2, hits_min=2, chance_max=Fraction(10**6), overtaken_by=DAY)


def worked(number: int, officer: int, **changes: object) -> Worked:
    """A dossier received on day ``number``, decided five days later, well within its term."""
    at = BEGUN + number * DAY
    plain = Worked(number, "1.001193", 1, officer, number + 1000, at, at + 5 * DAY, at + 20 * DAY, timedelta(0), 0)
    return replace(plain, **changes)  # type: ignore[arg-type]


def found(given_ones: list[Worked], pattern: Pattern, rules: Rules = RULES) -> list[Signal]:
    return [s for s in signals(given_ones, rules=rules) if s.pattern is pattern]


def test_chance_is_that_of_counting_every_draw() -> None:
    for drawn, marked, of in ((3, 2, 6), (4, 4, 7), (0, 3, 5), (5, 0, 5)):
        draws = list(combinations(range(of), drawn))
        for hits in range(5):
            as_many = sum(sum(n < marked for n in draw) >= hits for draw in draws)
            assert at_least(hits, drawn=drawn, marked=marked, of=of) == Fraction(as_many, len(draws))
    with pytest.raises(ValueError, match="6"):
        at_least(1, drawn=6, marked=1, of=5)


def test_new_days_of_one_officer_against_his_peers() -> None:
    own = [worked(n, 1, extensions=1) for n in range(6)]
    others = [worked(n, 2, extensions=int(n == 50)) for n in range(40, 60)]
    (signal,) = found([*own, *others], Pattern.NEW_DAY)
    assert (signal.officer_id, signal.hits, signal.cases, signal.share) == (1, 6, 6, Fraction(1))
    assert (signal.pool_hits, signal.pool_cases, signal.peers) == (7, 26, Fraction(1, 20))
    assert signal.chance == at_least(6, drawn=6, marked=7, of=26)
    assert signal.comparisons == 2
    assert signal.evidence == (0, 1, 2, 3, 4, 5)


def test_the_last_day_counts_only_what_is_in_time() -> None:
    at_the_edge = [worked(n, 1, due_at=BEGUN + (n + 5) * DAY + timedelta(hours=2)) for n in range(5)]
    early = [worked(n, 2) for n in range(40, 60)]
    (signal,) = found([*at_the_edge, *early], Pattern.LAST_DAY)
    assert (signal.hits, signal.pool_hits) == (5, 5)
    late = [replace(w, due_at=w.decided_at - timedelta(hours=1)) for w in at_the_edge]
    assert found([*late, *early], Pattern.LAST_DAY) == []


def test_out_of_order_is_told_by_turns_without_the_time_that_was_the_applicants() -> None:
    waiting = [worked(n, 1, decided_at=BEGUN + (40 + n) * DAY) for n in range(5)]
    before = [worked(10 + n, 2, decided_at=BEGUN + (20 + n) * DAY) for n in range(5)]
    (signal,) = found([*waiting, *before], Pattern.OFF_ORDER)
    assert (signal.officer_id, signal.hits, signal.evidence) == (2, 5, (10, 11, 12, 13, 14))
    # The earlier ones waited for their applicants all that time: nobody was overtaken.
    excused = [replace(w, waited=30 * DAY) for w in waiting]
    assert found([*excused, *before], Pattern.OFF_ORDER) == []
    # Of another agency, there is no order between them.
    elsewhere = [replace(w, agency_id=2) for w in waiting]
    assert found([*elsewhere, *before], Pattern.OFF_ORDER) == []


def test_a_pair_is_compared_with_colleagues_of_the_same_office() -> None:
    own = [worked(n, 1, applicant=7) for n in range(6)]
    colleagues = [worked(n, 2) for n in range(40, 52)]
    (signal,) = found([*own, *colleagues], Pattern.SAME_PAIR)
    assert (signal.hits, signal.cases, signal.pool_hits, signal.pool_cases, signal.applicant) == (6, 6, 6, 18, 7)
    # Alone in his office he meets everybody; elsewhere is no comparison.
    alone = [replace(w, agency_id=2) for w in colleagues]
    assert found([*own, *alone], Pattern.SAME_PAIR) == []
    assert found([replace(w, applicant=0) for w in own] + colleagues, Pattern.SAME_PAIR) == []


CASES = st.lists(
    st.builds(
        lambda officer, applicant, came, took, term, extensions, waited: (
            officer, applicant, came, took, term, extensions, waited,
        ),
        st.integers(1, 4), st.integers(0, 4), st.integers(0, 30), st.integers(1, 20), st.integers(1, 20),
        st.integers(0, 1), st.integers(0, 9),
    ),
    max_size=40,
).map(
    lambda rows: [
        worked(
            n, officer, applicant=applicant, received_at=BEGUN + came * DAY, decided_at=BEGUN + (came + took) * DAY,
            due_at=BEGUN + (came + term) * DAY, extensions=extensions, waited=waited * DAY, agency_id=1 + officer % 2,
        )
        for n, (officer, applicant, came, took, term, extensions, waited) in enumerate(rows)
    ]
)  # fmt: skip


@given(CASES, st.permutations([1, 2, 3, 4]), st.permutations([1, 2, 3, 4]), st.randoms(use_true_random=False))
def test_other_names_and_another_order_change_nothing(
    cases: list[Worked], officers: list[int], applicants: list[int], chance: object
) -> None:
    before = signals(cases, rules=LOOSE)
    shuffled = list(cases)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert signals(shuffled, rules=LOOSE) == before
    renamed = [
        replace(
            w,
            officer_id=100 + officers[w.officer_id - 1],
            applicant=100 + applicants[w.applicant - 1] if w.applicant else 0,
        )
        for w in cases
    ]
    again = {
        replace(
            s,
            officer_id=100 + officers[s.officer_id - 1],
            applicant=100 + applicants[s.applicant - 1] if s.applicant else 0,
        )
        for s in before
    }
    assert set(signals(renamed, rules=LOOSE)) == again


@given(CASES, st.integers(1, 8), st.integers(1, 8))
def test_no_signal_below_the_minimum_numbers_or_above_the_chance(
    cases: list[Worked], cases_min: int, hits_min: int
) -> None:
    rules = replace(LOOSE, cases_min=cases_min, hits_min=hits_min)
    for s in signals(cases, rules=rules):
        assert min(s.cases, s.pool_cases - s.cases) >= cases_min
        assert s.hits >= hits_min
        assert s.hits == len(s.evidence) <= s.cases
        assert 0 < s.chance <= 1
    for s in signals(cases, rules=replace(rules, chance_max=Fraction(1, 20))):
        assert s.chance * s.comparisons <= Fraction(1, 20)
