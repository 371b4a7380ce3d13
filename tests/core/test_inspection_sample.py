"""The sample of an inspection: anybody draws the same again, risk only ever brings a dossier nearer, never further."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.calendar.working import VIETNAM
from motcua.core.inspection import (
    Candidate,
    DossierTraits,
    InspectionAct,
    InspectionState,
    candidate_digest,
    draw,
    may_inspect,
    overtakers,
    risks_of,
    seed_of,
)

MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=VIETNAM)
SEED = seed_of(
    decision_no="12/QĐ-UBND", decided_on=date(2026, 11, 2), unit="H05.31/centre",
    from_on=date(2026, 9, 1), to_on=date(2026, 10, 31),
)  # fmt: skip
lists = st.lists(
    st.tuples(st.uuids(), st.integers(1, 12)), max_size=40, unique_by=lambda c: c[0]
).map(lambda found: [Candidate(str(id_), weight) for id_, weight in found])  # fmt: skip
seeds = st.text(min_size=1, max_size=20)


def ids(candidates: list[Candidate], *, seed: str, size: int) -> list[str]:
    return [d.candidate.id for d in draw(candidates, seed=seed, size=size)]


def test_the_seed_says_what_the_decision_says() -> None:
    assert SEED == "12/QĐ-UBND|2026-11-02|H05.31/centre|2026-09-01|2026-10-31"
    decomposed = seed_of(
        decision_no="12/QĐ-UBND", decided_on=date(2026, 11, 2), unit="H05.31/centre",
        from_on=date(2026, 9, 1), to_on=date(2026, 10, 31),
    )  # fmt: skip
    assert decomposed == SEED, "however the letters were typed"


def test_the_rank_is_the_digest_divided_by_the_weight() -> None:
    (drawn,) = draw([Candidate("a", 3)], seed="s", size=1)
    assert drawn.rank == Fraction(int(hashlib.sha256(b"s|a").hexdigest(), 16), 3)
    assert drawn.place == 1


@given(lists, seeds, st.integers(0, 50), st.randoms())
def test_same_seed_same_sample_in_whatever_order_and_of_exact_size(candidates, seed, size, dice) -> None:
    shuffled = list(candidates)
    dice.shuffle(shuffled)
    sample = ids(candidates, seed=seed, size=size)
    assert sample == ids(shuffled, seed=seed, size=size)
    assert candidate_digest(candidates) == candidate_digest(shuffled)
    assert len(set(sample)) == len(sample) == min(size, len(candidates))
    assert sample[:3] == ids(candidates, seed=seed, size=min(size, 3)), "a larger sample contains the smaller one"


@given(lists, seeds, st.integers(0, 50), st.data())
def test_a_weight_that_is_raised_never_throws_its_dossier_out(candidates, seed, size, data) -> None:
    if not candidates:
        return
    at = data.draw(st.integers(0, len(candidates) - 1))
    more = data.draw(st.integers(0, 20))
    raised = [*candidates]
    raised[at] = Candidate(candidates[at].id, candidates[at].weight + more)
    before, after = ids(candidates, seed=seed, size=size), ids(raised, seed=seed, size=size)
    if candidates[at].id in before:
        assert candidates[at].id in after
    assert set(after) - {candidates[at].id} <= set(before), "and brings in nobody else"


def test_the_share_drawn_grows_with_the_weight() -> None:
    """Of 2,000 dossiers, a tenth of them five times as heavy: these are drawn about five times as often."""
    candidates = [Candidate(str(uuid.UUID(int=n)), 5 if n % 10 == 0 else 1) for n in range(2000)]
    heavy = sum(d.candidate.weight == 5 for n in range(20) for d in draw(candidates, seed=f"s{n}", size=100))
    light = 20 * 100 - heavy
    assert (heavy / 200) / (light / 1800) == pytest.approx(5, rel=0.15)


def test_a_list_that_names_one_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        draw([Candidate("a", 1), Candidate("a", 2)], seed="s", size=1)
    with pytest.raises(ValueError, match="weight"):
        Candidate("a", 0)


def traits(id_: str, *, day: int = 0, took: int | None = 3, due: int = 5, **more: int) -> DossierTraits:
    received = MONDAY + timedelta(days=day)
    values = {"supplements": 0, "extensions": 0, "petitions": 0, **more}
    ended = None if took is None else received + timedelta(days=took)
    return DossierTraits(id_, 1, received, received + timedelta(days=due), ended, **values)


def test_signs_are_read_from_the_facts() -> None:
    at = MONDAY + timedelta(days=60)

    def signs(dossier: DossierTraits, *, is_overtaking: bool = False) -> tuple[str, ...]:
        return risks_of(dossier, at=at, edge=timedelta(hours=4), is_overtaking=is_overtaking)

    assert signs(traits("a")) == ()
    assert signs(traits("a", took=6)) == ("late",)
    assert signs(traits("a", took=None)) == ("late",), "open and overdue"
    assert signs(traits("a", took=5)) == ("edge",)
    assert signs(traits("a", supplements=1)) == ()
    everything = traits("a", took=6, supplements=2, extensions=1, petitions=1)
    assert signs(everything, is_overtaking=True) == ("late", "petition", "supplemented", "extended", "overtaking")
    early = risks_of(traits("a", took=6), at=MONDAY + timedelta(days=2), edge=timedelta(0), is_overtaking=False)
    assert early == (), "as it stood then"


def test_who_is_done_before_an_earlier_one_overtakes_it() -> None:
    slow, quick, later = traits("slow", took=30), traits("quick", day=2, took=1), traits("later", day=40, took=1)
    assert overtakers([quick, later, slow]) == {"quick"}
    assert overtakers([quick, traits("slow", took=None)]) == {"quick"}
    assert overtakers([quick, traits("waited", took=30, supplements=1)]) == frozenset()
    assert overtakers([traits("waited", supplements=1)]) == frozenset(), "nobody of whom one knows"
    assert overtakers([traits("twin", took=1), traits("slow", took=30)]) == frozenset(), "of the same day"


def test_an_inspection_goes_from_plan_to_end_and_never_back() -> None:
    def codes(state: InspectionState, act: InspectionAct, **left: int) -> list[str]:
        return [p.code for p in may_inspect(state, act, **left)]

    assert codes(InspectionState.PLANNED, InspectionAct.DRAW) == []
    assert codes(InspectionState.PLANNED, InspectionAct.DRAW, days_left=1) == ["inspection.period_open"]
    assert codes(InspectionState.DRAWN, InspectionAct.DRAW) == ["inspection.not_now"], "drawn once"
    assert codes(InspectionState.DRAWN, InspectionAct.CONCLUDE, unchecked=1) == ["inspection.unchecked"]
    assert codes(InspectionState.DRAWN, InspectionAct.CONCLUDE) == []
    assert codes(InspectionState.CONCLUDED, InspectionAct.CLOSE, open_remedies=2) == ["inspection.remedies_open"]
    assert codes(InspectionState.CONCLUDED, InspectionAct.CLOSE) == []
    assert codes(InspectionState.DRAWN, InspectionAct.CANCEL) == ["inspection.not_now"]
    for act in InspectionAct:
        assert codes(InspectionState.CLOSED, act) == codes(InspectionState.CANCELLED, act) == ["inspection.not_now"]
