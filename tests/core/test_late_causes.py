"""Why a dossier is late is told or on record, and otherwise not told: no cause is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from motcua.core.statistics import TELLABLE, AtDue, Evidence, Holder, InHand, Late, LateCause, cause_of, holder_of

SINCE = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
OFFICE = InHand(Holder.HANDLING, SINCE, 7)
hands = st.none() | st.builds(InHand, st.sampled_from(Holder), st.just(SINCE), st.none() | st.integers(1, 9))
records = st.builds(
    AtDue, st.sampled_from(["", "storm", *(c.value for c in LateCause)]), opinion=hands, linked=hands, step=hands
)


def test_who_had_the_step_when_it_fell_due_is_the_cause() -> None:
    assert cause_of(AtDue(step=OFFICE)) == Late(LateCause.HANDLING, Evidence.HELD, 7, SINCE)


def test_what_the_apology_tells_comes_before_who_had_it() -> None:
    late = cause_of(AtDue(told="outage", step=OFFICE))
    assert (late.cause, late.evidence, late.unit_id) == (LateCause.OUTAGE, Evidence.TOLD, 7)


def test_an_opinion_that_was_owed_comes_before_the_step_that_waited_for_it() -> None:
    asked = InHand(Holder.OTHER_AGENCY, SINCE, 9)
    assert cause_of(AtDue(opinion=asked, step=OFFICE)).cause is LateCause.OTHER_AGENCY
    assert cause_of(AtDue(linked=asked, step=OFFICE)).evidence is Evidence.LINKED


def test_where_nothing_is_on_record_the_cause_is_not_told() -> None:
    assert cause_of(AtDue()) == Late(LateCause.NOT_TOLD, Evidence.NONE)
    assert cause_of(AtDue(told="not_told")).cause is LateCause.NOT_TOLD
    assert LateCause.NOT_TOLD not in TELLABLE


def test_a_one_stop_unit_is_told_apart_whosever_it_is() -> None:
    assert holder_of(is_one_stop=True, agency_id=2, handling_agency_id=1) is Holder.ONE_STOP
    assert holder_of(is_one_stop=False, agency_id=1, handling_agency_id=1) is Holder.HANDLING
    assert holder_of(is_one_stop=False, agency_id=None, handling_agency_id=1) is Holder.OTHER_AGENCY


@given(records)
def test_no_cause_without_evidence_and_none_that_only_people_can_tell_from_the_record(known: AtDue) -> None:
    late = cause_of(known)
    assert (late.cause is LateCause.NOT_TOLD) == (late.evidence is Evidence.NONE)
    if late.evidence is not Evidence.TOLD:
        told_only = {LateCause.APPLICANT, LateCause.SUPPLEMENT, LateCause.FORCE_MAJEURE, LateCause.OUTAGE}
        assert late.cause not in told_only
        assert cause_of(replace(known, told="")) == late
