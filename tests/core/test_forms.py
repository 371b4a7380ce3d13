"""What is typed and scanned at the counter."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.forms import (
    ComponentCount,
    ComponentRule,
    PartyEntry,
    check_components,
    check_party,
    missing_components,
    parse_card,
)
from motcua.core.forms.card import Card
from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import Problem

TODAY = date(2026, 11, 16)
WHOLE = "027190001234|125123456|Nguyễn Thị Hồng Nhung|28021990|Nữ|Kinh Bắc, Bắc Ninh|15052021"


def test_a_whole_card_fills_the_applicant() -> None:
    card = parse_card(WHOLE)
    assert isinstance(card, Card)
    record = check_party(card.as_entry(), prefix="applicant", on=TODAY)
    assert isinstance(record, PartyRecord)
    assert (record.id_number, record.name, record.birth_on) == (
        "027190001234",
        "Nguyễn Thị Hồng Nhung",
        date(1990, 2, 28),
    )


def test_a_card_in_decomposed_form_is_stored_composed() -> None:
    card = parse_card(unicodedata.normalize("NFD", WHOLE))
    assert isinstance(card, Card)
    assert card.name == "Nguyễn Thị Hồng Nhung"
    assert unicodedata.is_normalized("NFC", card.name)


def test_the_old_number_may_be_empty() -> None:
    assert isinstance(parse_card(WHOLE.replace("125123456", "")), Card)


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        ("", "card.empty"),
        (WHOLE.replace("|", ";"), "card.separators"),
        (WHOLE[:40], "card.cut"),
        (WHOLE + WHOLE, "card.too_many"),
        (WHOLE.replace("027190001234", "0271"), "card.number"),
        (WHOLE.replace("28021990", "31021990"), "card.birth"),
        (WHOLE.replace("15052021", "99999999"), "card.issued"),
        (WHOLE.replace("Nguyễn Thị Hồng Nhung", "123"), "card.name"),
    ],
)
def test_a_broken_scan_says_what_is_broken(scanned: str, code: str) -> None:
    problems = parse_card(scanned)
    assert isinstance(problems, tuple)
    assert code in {p.code for p in problems}


@given(st.text(max_size=300))
def test_no_scan_whatever_breaks_the_reader(scanned: str) -> None:
    assert isinstance(parse_card(scanned), (Card, tuple))


def test_all_faults_of_a_party_come_at_once() -> None:
    entry = PartyEntry(kind="PERSON", name=" ", id_number="12", birth="31/02/1990", phone="12", email="x")
    problems = check_party(entry, prefix="applicant", on=TODAY)
    assert isinstance(problems, tuple)
    assert {p.field for p in problems} == {
        *("applicant.name", "applicant.id_number", "applicant.birth", "applicant.phone", "applicant.email")
    }


def test_an_organisation_needs_its_number() -> None:
    problems = check_party(PartyEntry(kind="ORGANISATION", name="Công ty A"), prefix="applicant", on=TODAY)
    assert isinstance(problems, tuple)
    assert [p.code for p in problems] == ["party.number_missing"]


RULES = (
    ComponentRule("c1", "Tờ khai", 1, 0),
    ComponentRule("c2", "Giấy tờ nhà", 0, 2),
    ComponentRule("c3", "Ủy quyền", 1, 0, is_required=False),
)


@pytest.mark.parametrize(
    ("text", "code"),
    [("-1", "component.count_negative"), ("x", "component.count_not_number"), ("1000", "component.count_large")],
)
def test_a_count_that_cannot_be_names_its_field(text: str, code: str) -> None:
    _, problems = check_components(RULES, [ComponentCount("c1", text)])
    assert [(p.code, p.field) for p in problems] == [(code, "components.c1.originals")]


def test_all_missing_papers_come_at_once_and_an_original_counts_as_a_copy() -> None:
    received, _ = check_components(RULES, [ComponentCount("c2", "1", "1")])
    missing = missing_components(RULES, received)
    assert [p.values["name"] for p in missing] == ["Tờ khai"]
    nothing, _ = check_components(RULES, [])
    assert [p.values["name"] for p in missing_components(RULES, nothing)] == ["Tờ khai", "Giấy tờ nhà"]


def test_a_paper_of_another_procedure_is_refused() -> None:
    _, problems = check_components(RULES, [ComponentCount("c9", "1")])
    assert problems == (Problem("component.unknown", "components.c9", None, {"key": "c9"}),)
