"""Petitions: terms in working days of the agency, what may follow what, and traces of people in a text."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.calendar.working import VIETNAM
from motcua.core.petitions import (
    PetitionAct,
    PetitionFact,
    PetitionState,
    life_of,
    may_happen,
    personal_traces,
    terms_of,
)
from motcua.store.lawfiles import law_book

BOOK = law_book()
CALENDAR = BOOK.calendar()
REGIME = BOOK.regime_on(datetime(2026, 11, 16).date())
MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=VIETNAM)


def days(*acts: tuple[PetitionAct, datetime]) -> list[PetitionFact]:
    return [PetitionFact(act, at) for act, at in acts]


def test_a_petition_is_refused_in_2_asked_about_in_5_answered_in_15_and_published_in_2_working_days() -> None:
    facts = days((PetitionAct.RECEIVED, MONDAY))
    terms = terms_of(life_of(facts), regime=REGIME, calendar=CALENDAR)
    # 24 November is a day off.
    assert f"{terms.refuse_by:%d/%m} {terms.ask_by:%d/%m} {terms.answer_by:%d/%m}" == "18/11 23/11 08/12"
    assert terms.publish_by is None
    assert terms.next_by == terms.answer_by
    answered = datetime(2026, 12, 4, 16, 0, tzinfo=VIETNAM)
    facts += days((PetitionAct.DRAFTED, answered), (PetitionAct.ANSWERED, answered))
    terms = terms_of(life_of(facts), regime=REGIME, calendar=CALENDAR)
    assert terms.publish_by is not None
    assert f"{terms.publish_by:%d/%m}" == "08/12"
    assert terms.next_by == terms.publish_by


def test_what_the_sender_adds_starts_the_term_anew_and_nothing_is_owed_meanwhile() -> None:
    asked = datetime(2026, 11, 20, 9, 0, tzinfo=VIETNAM)
    facts = days((PetitionAct.RECEIVED, MONDAY), (PetitionAct.ASKED, asked))
    assert terms_of(life_of(facts), regime=REGIME, calendar=CALENDAR).next_by is None
    facts += days((PetitionAct.SUPPLIED, datetime(2026, 11, 30, 9, 0, tzinfo=VIETNAM)))
    terms = terms_of(life_of(facts), regime=REGIME, calendar=CALENDAR)
    assert f"{terms.answer_by:%d/%m}" == "21/12"
    assert [p.code for p in may_happen(life_of(facts), PetitionAct.ASKED)] == ["petition.asked_already"]


@given(st.lists(st.sampled_from(list(PetitionAct)), max_size=12))
def test_whatever_is_tried_a_petition_is_answered_once_by_the_head_and_ends_for_good(acts: list[PetitionAct]) -> None:
    facts = days((PetitionAct.RECEIVED, MONDAY))
    for act in acts:
        life = life_of(facts)
        if may_happen(life, act):
            continue
        assert life.state is not PetitionState.CLOSED
        if act is PetitionAct.ANSWERED:
            assert life.last is PetitionAct.DRAFTED
        facts.append(PetitionFact(act, MONDAY))
    done = [f.act for f in facts]
    for once in (PetitionAct.RECEIVED, PetitionAct.ANSWERED, PetitionAct.PUBLISHED, PetitionAct.ASKED):
        assert done.count(once) <= 1
    if PetitionAct.PUBLISHED in done:
        assert PetitionAct.ANSWERED in done


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gọi 0912 345 678 nhé", ("0912 345 678",)),
        ("số +84 912.345.678", ("+84 912.345.678",)),
        ("CCCD 999190000001.", ("999190000001",)),
        ("thư an@example.vn", ("an@example.vn",)),
        ("hồ sơ H05.31.15-261116-0001", ("H05.31.15-261116-0001",)),
        ("bà Nguyễn thị AN nói", ("Nguyễn Thị An",)),
        ("Ngày 16/11/2026, 15 ngày, Nghị định 61/2018/NĐ-CP, phí 1.024.000 đ", ()),
        ("an toàn là trên hết", ()),
    ],
)
def test_what_tells_of_a_person_is_found_in_a_text(text: str, found: tuple[str, ...]) -> None:
    assert personal_traces(text, names=["Nguyễn Thị An"]) == found
