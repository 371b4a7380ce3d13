"""Codes of agencies and dossiers, in both forms, written and read back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.core.dossier import (
    AgencyCodeError,
    CodeError,
    CodeForm,
    DossierCode,
    DossierCodeError,
    NoOldFormError,
    OwnerError,
    dossier_code,
    form_of_agency_code,
    new_agency_code,
    old_agency_code,
    parse_dossier_code,
)

GROUPS = st.tuples(st.integers(1, 99), st.integers(0, 99), st.integers(0, 999))
OLD = GROUPS.map(lambda g: f"{g[2]:03}.{g[1]:02}.{g[0]:02}.H05")
NEW = st.lists(st.integers(1, 99), max_size=5).map(lambda g: ".".join(["H05", *(f"{n:02}" for n in g)]))


def test_the_examples_of_the_law() -> None:
    assert dossier_code(agency_code="000.00.15.H05", on=date(2019, 1, 7), number=1) == "000.00.15.H05-190107-0001"
    assert dossier_code(agency_code="H05.15.02", on=date(2025, 10, 1), number=1) == "H05.15.02-251001-0001"
    central = dossier_code(agency_code="H05.15.02", on=date(2026, 2, 2), number=7, owner="12")
    assert central == "H05.15.02-260202-120007"
    assert parse_dossier_code(central, is_centralised=True) == DossierCode("H05.15.02", date(2026, 2, 2), 7, "12")
    assert new_agency_code("000.00.15.H05") == "H05.15"
    assert old_agency_code("H05.15") == "000.00.15.H05"
    assert new_agency_code("000.00.00.H05") == "H05"


def test_beyond_9999_the_number_widens_and_the_order_of_numbers_stays() -> None:
    codes = [dossier_code(agency_code="H05.45", on=date(2026, 11, 23), number=n) for n in (9998, 9999, 10000, 10001)]
    assert codes[2].endswith("-10000")
    assert [parse_dossier_code(c).number for c in codes] == [9998, 9999, 10000, 10001]
    assert sorted([codes[i] for i in (3, 1, 0, 2)], key=parse_dossier_code) == codes
    assert sorted(codes) != codes


@settings(max_examples=500)
@given(OLD)
def test_an_old_code_read_as_new_is_the_old_one_again(old: str) -> None:
    new = new_agency_code(old)
    assert form_of_agency_code(new) is CodeForm.NEW
    assert form_of_agency_code(old) is CodeForm.OLD
    assert old_agency_code(new) == old


@settings(max_examples=500)
@given(
    st.one_of(OLD, NEW), st.dates(date(2018, 6, 21), date(2068, 12, 31)), st.integers(1, 10**6),
    st.sampled_from(["", "07", "42"]),
)  # fmt: skip
def test_a_dossier_code_is_read_as_it_was_written(agency: str, on: date, number: int, owner: str) -> None:
    code = dossier_code(agency_code=agency, on=on, number=number, owner=owner)
    found = parse_dossier_code(code, is_centralised=bool(owner))
    assert found == DossierCode(agency, on, number, owner)
    assert str(found) == code


CODES = st.builds(
    DossierCode, st.one_of(OLD, NEW), st.dates(date(2018, 6, 21), date(2068, 12, 31)), st.integers(1, 10**5 - 1),
    st.sampled_from(["", "07", "42"]),
)  # fmt: skip


@settings(max_examples=500)
@given(CODES, CODES)
def test_two_dossiers_never_have_one_code_and_codes_sort_by_their_numbers(
    one: DossierCode, other: DossierCode
) -> None:
    assert (str(one) == str(other)) == (one == other)
    if (one.agency_code, one.on) == (other.agency_code, other.on):
        assert (one < other) == ((one.number, one.owner) < (other.number, other.owner))


@settings(max_examples=500)
@given(st.text(alphabet="H05.-261123AZ ０٠\n", max_size=30))
def test_what_is_read_is_written_the_same_again(text: str) -> None:
    try:
        found = parse_dossier_code(text)
    except CodeError:
        return
    assert str(found) == text.strip().upper()


def test_each_fault_has_its_name() -> None:
    with pytest.raises(AgencyCodeError):
        new_agency_code("000.00.15.H05\n")
    with pytest.raises(AgencyCodeError):
        new_agency_code("０００.00.15.H05")
    for code in ("H05.15.02.01.09", "H05.123", "H05.AB", "000.00.15.H05"):
        with pytest.raises(NoOldFormError):
            old_agency_code(code)
    with pytest.raises(OwnerError):
        dossier_code(agency_code="H05", on=date(2026, 2, 2), number=1, owner="7")
    for number in (0, -1):
        with pytest.raises(DossierCodeError):
            dossier_code(agency_code="H05", on=date(2026, 2, 2), number=number)


@pytest.mark.parametrize(
    "text",
    [
        "H05-261123-00001",
        "H05-261123-" + "9" * 20,
        "H05-２６１１２３-0001",
        "",
        "H05-261123-001",
        "H05-261341-0001",
        "h05 261123 0001",
        "H05.-261123-0001",
        "H05-261123-0000",
        "1-2-3",
    ],
)
def test_what_is_no_dossier_code_is_refused(text: str) -> None:
    with pytest.raises(CodeError):
        parse_dossier_code(text)


@pytest.mark.parametrize("text", ["", "H5", "000.00.H05", "H05.ắ", "H05." + "123456." * 6 + "1"])
def test_what_is_no_agency_code_is_refused(text: str) -> None:
    with pytest.raises(CodeError):
        form_of_agency_code(text)
