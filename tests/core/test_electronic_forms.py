"""Electronic forms: what is shown after which answers, what of them counts, and what the checker finds."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.core.forms import (
    FormDefinition,
    asked_pages,
    check_form,
    paper_asked,
    party_of,
    process_values,
    read_answers,
    stopped_by,
    visible_answers,
    visible_fields,
)
from motcua.core.forms.conditions import Condition, parse_when
from motcua.core.forms.difference import ChangeKind, form_changes
from motcua.core.forms.evaluating import ALL, MODES, QUESTION, TOPIC
from motcua.store.lawfiles.forms import law_forms
from motcua.store.lawfiles.procedures import law_procedures

TODAY = date(2026, 11, 16)
BIRTH, PERMIT = "1.001193", "1.013225"
FORMS = sorted(law_forms().items())


def form(code: str = BIRTH) -> FormDefinition:
    return law_forms()[code]


def given_of(field: Any) -> st.SearchStrategy[list[str]]:
    """Answers that a browser, or somebody without one, may send for a field."""
    fitting = [o.value for o in field.options] or [
        "12",
        "0",
        "28/02/1992",
        "0900000001",
        "999191000123",
        "a@b.vn",
        "Hà",
    ]
    return st.lists(st.one_of(st.sampled_from(fitting), st.text(max_size=12)), max_size=2)


@st.composite
def forms_with_answers(draw: st.DrawFn) -> tuple[FormDefinition, dict[str, list[str]]]:
    chosen = draw(st.sampled_from([f for _, f in FORMS]))
    return chosen, {f.name: draw(given_of(f)) for f in chosen.fields}


# Visibility


@settings(max_examples=150, deadline=None)
@given(forms_with_answers())
def test_without_hidden_answers_the_same_is_shown(case: tuple[FormDefinition, dict[str, list[str]]]) -> None:
    one, answers = case
    kept = visible_answers(one, answers)
    assert visible_fields(one, kept) == visible_fields(one, answers)
    assert visible_answers(one, kept) == kept


@settings(max_examples=150, deadline=None)
@given(forms_with_answers())
def test_hidden_answers_never_count(case: tuple[FormDefinition, dict[str, list[str]]]) -> None:
    one, answers = case
    read = read_answers(one, answers, held={}, on=TODAY)
    shown = {f.name for f in visible_fields(one, answers)}
    assert set(read.values) <= shown
    assert {p.field for p in read.problems} <= shown
    assert not set(read.values) & {p.field for p in read.problems}
    assert read == read_answers(one, visible_answers(one, answers), held={}, on=TODAY)


@settings(max_examples=100, deadline=None)
@given(forms_with_answers(), st.sampled_from(MODES))
def test_every_shown_question_is_asked_once_whatever_the_way(
    case: tuple[FormDefinition, dict[str, list[str]]], mode: str
) -> None:
    one, answers = case
    asked = [f.name for page in asked_pages(one, answers, held={}, mode=mode) for f in page.fields]
    assert asked == [f.name for f in visible_fields(one, answers)]


@settings(max_examples=100, deadline=None)
@given(forms_with_answers())
def test_what_is_held_is_asked_on_no_page(case: tuple[FormDefinition, dict[str, list[str]]]) -> None:
    one, answers = case
    held = {f.name: ("Trần Thị Hạnh",) for f in one.fields if f.holds == "person.name"}
    for mode in MODES:
        pages = asked_pages(one, answers, held=held, mode=mode)
        assert not set(held) & {n for page in pages for n in page.names}
    read = read_answers(one, answers, held=held, on=TODAY)
    assert all(read.values[name] == "Trần Thị Hạnh" for name in held)


def test_a_parent_is_not_asked_twice_for_himself() -> None:
    names = {f.name for f in visible_fields(form(), {"relation": ["me"], "proof": ["chung_sinh"]})}
    assert "mother_name" not in names and "mother_ethnic" in names
    names = {f.name for f in visible_fields(form(), {"relation": ["ong_ba"], "proof": ["chung_sinh"]})}
    assert "mother_name" in names


def test_a_condition_on_a_hidden_answer_does_not_hold() -> None:
    answers = {"relation": ["ong_ba"], "proof": ["bo_roi"], "father_declared": ["co"]}
    assert not [f for f in visible_fields(form(), answers) if f.name.startswith(("father", "mother"))]


def test_on_one_page_what_may_still_follow_is_there_and_waits() -> None:
    pages = asked_pages(form(), {}, held={}, mode=ALL)
    later = {f.name for page in pages for f in page.later}
    assert {"father_name", "proof_number"} <= later
    topics = {p.key: p for p in asked_pages(form(), {}, held={}, mode=TOPIC)}
    assert [f.name for f in topics["child"].later] == ["proof_number"]
    assert len(asked_pages(form(), {}, held={}, mode=QUESTION)) == len(visible_fields(form(), {}))


# Reading


def test_everything_that_is_wrong_is_said_at_once_with_its_field() -> None:
    answers = {"applicant_birth": ["31/02/1990"], "applicant_phone": ["12"], "child_birth": ["01/01/2030"]}
    found = {p.field: p.code for p in read_answers(form(), answers, held={}, on=TODAY).problems}
    assert found["applicant_birth"] == "form.day"
    assert found["applicant_phone"] == "form.phone"
    assert found["child_birth"] == "form.day_future"
    assert found["applicant_name"] == found["relation"] == "form.missing"


def test_days_numbers_and_phones_are_read_as_people_write_them() -> None:
    answers = {"land_area": ["1.024"], "applicant_phone": ["+84 900 000 001"], "applicant_birth": ["1.02.1990"]}
    values = read_answers(form(PERMIT), answers, held={}, on=TODAY).values
    assert (values["land_area"], values["applicant_phone"], values["applicant_birth"]) == (
        1024,
        "0900000001",
        "1990-02-01",
    )


@pytest.mark.parametrize(
    ("typed", "code"), [("0", "form.small"), ("61", "form.large"), ("ba", "form.number"), ("²", "form.number")]
)
def test_a_number_outside_its_limits_is_named(typed: str, code: str) -> None:
    problems = read_answers(form(PERMIT), {"floors": [typed]}, held={}, on=TODAY).problems
    assert {p.field: p.code for p in problems}["floors"] == code


def test_answers_become_the_applicant_and_the_fields_of_the_process() -> None:
    data = deepcopy(form().to_json())
    data["pages"][0]["fields"][4]["maps"] = "process.who"
    own = FormDefinition.from_json(data)
    answers = {"applicant_name": ["An"], "applicant_birth": ["01/02/1990"], "relation": ["me"]}
    values = read_answers(own, answers, held={}, on=TODAY).values
    party = party_of(own, values, "applicant")
    assert party is not None and (party.name, party.birth) == ("An", "01/02/1990")
    assert process_values(own, values) == {"who": "me"}


def test_an_answer_that_ends_the_way_says_what_to_do_instead() -> None:
    found = stopped_by(form(), {"registered": ["mat"]})
    assert found is not None and "2.000635" in found[1].instead("vi")
    assert stopped_by(form(), {"registered": ["chua"]}) is None


def test_a_paper_is_asked_for_after_the_answers_that_call_for_it() -> None:
    rule = form().paper("Biên bản về việc trẻ bị bỏ rơi")
    assert paper_asked(rule, {"proof": ["bo_roi"]}, is_required=False) == (True, True)
    assert paper_asked(rule, {"proof": ["chung_sinh"]}, is_required=False) == (False, False)
    assert paper_asked(form().paper("Tờ khai đăng ký khai sinh"), {}, is_required=True) == (False, False)
    assert paper_asked(None, {}, is_required=True) == (True, True)


# Conditions


def test_conditions_are_read_as_written() -> None:
    assert parse_when("a = x|y and n >= 2") == (Condition("a", "=", ("x", "y")), Condition("n", ">=", ("2",)))
    assert parse_when("") == ()
    for text in ("a", "a ==", "a = ", "a > x", "a = x or b = y", "A = x", "a = x|"):
        assert [getattr(p, "code", "") for p in parse_when(text)] == ["form.when_unreadable"], text


# The checker


@pytest.mark.parametrize("code", [code for code, _ in FORMS])
def test_forms_that_ship_are_sound_and_written_the_same_again(code: str) -> None:
    procedure = next((p for p in law_procedures() if p.content.code == code), None)
    components = [c.name for c in procedure.content.components] if procedure else None
    assert check_form(form(code), components=components, needed=()) == ()
    assert FormDefinition.from_json(form(code).to_json()).to_json() == form(code).to_json()


def _field(data: dict[str, Any], name: str) -> dict[str, Any]:
    return next(f for p in data["pages"] for f in p["fields"] if f["name"] == name)


def _seed(name: str) -> dict[str, Any]:
    data = deepcopy(form().to_json())
    child = data["pages"][1]
    match name:
        case "form.when_later":
            _field(data, "applicant_name")["when"] = "child_sex = nam"
        case "form.when_unknown":
            _field(data, "child_name")["when"] = "nobody = x"
        case "form.when_value":
            _field(data, "child_name")["when"] = "relation = co_chu"
        case "form.when_unreadable":
            child["when"] = "relation is me"
        case "form.unreachable":
            _field(data, "father_name")["when"] = "father_declared = co and relation = me and relation != me"
        case "form.not_in_schema":
            del data["schema"]["properties"]["child_name"]
            data["schema"]["required"].remove("child_name")
        case "form.not_in_layout":
            data["schema"]["properties"]["extra"] = {"type": "string"}
        case "form.twice":
            data["pages"][2]["fields"].append(dict(_field(data, "child_name")))
        case "form.text_missing":
            del _field(data, "child_name")["en"]
            _field(data, "child_name")["en"] = ""
        case "form.options_differ":
            _field(data, "child_sex")["options"].pop()
        case "form.type_differs":
            data["schema"]["properties"]["child_birth"] = {"type": "string"}
        case "form.schema_wrong":
            data["schema"]["properties"]["child_name"]["maxLength"] = "long"
        case "form.maps_twice":
            _field(data, "child_name")["maps"] = "applicant.name"
        case "form.applicant_missing":
            del _field(data, "applicant_name")["maps"]
        case "form.contact_missing":
            del _field(data, "applicant_phone")["maps"], _field(data, "applicant_email")["maps"]
        case "form.paper_unknown":
            data["papers"][0]["component"] = "Sổ hộ khẩu"
        case "form.all_stop":
            data["eligibility"][0]["options"] = data["eligibility"][0]["options"][1:]
        case "form.instead_missing":
            data["eligibility"][0]["options"][1]["instead_en"] = ""
        case "form.page_empty":
            child["fields"] = []
    return data


@pytest.mark.parametrize(
    "code",
    [
        *("form.when_later", "form.when_unknown", "form.when_value", "form.when_unreadable", "form.unreachable"),
        *("form.not_in_schema", "form.not_in_layout", "form.twice", "form.text_missing", "form.options_differ"),
        *("form.type_differs", "form.schema_wrong", "form.maps_twice", "form.applicant_missing"),
        *("form.contact_missing", "form.paper_unknown", "form.all_stop", "form.instead_missing", "form.page_empty"),
    ],
)
def test_the_checker_finds_a_seeded_fault(code: str) -> None:
    components = [p.component for p in form().papers]
    found = check_form(FormDefinition.from_json(_seed(code)), components=components, needed=())
    assert code in {p.code for p in found}


def test_what_the_process_reads_must_be_asked() -> None:
    found = check_form(form(), components=None, needed=("floors",))
    assert [(p.code, p.field) for p in found] == [("form.process_unread", "floors")]


def test_the_difference_of_two_forms_names_each_part() -> None:
    data = deepcopy(form().to_json())
    _field(data, "child_name")["vi"] = "Tên con"
    data["schema"]["required"].remove("child_home")
    data["pages"][2]["fields"].pop()
    changes = {(c.kind, c.name, c.what) for c in form_changes(form(), FormDefinition.from_json(data))}
    assert (ChangeKind.CHANGED, "child_name", "vi") in changes
    assert (ChangeKind.CHANGED, "child_home", "required") in changes
    assert (ChangeKind.REMOVED, "father_nation", "") in changes
    assert form_changes(form(), form()) == ()
