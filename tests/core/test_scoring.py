"""Points: what the circular gives for each indicator, the index's caps, and what never changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from motcua.core.scoring import (
    Case,
    Compared,
    IndexScheme,
    Online,
    UnitCase,
    banded,
    index_sheet,
    officer_sheet,
    points_of_case,
    rounded,
    shown,
    unit_sheet,
)
from motcua.store.lawfiles.scores import index_scheme, nine_scheme

NINE, INDEX = nine_scheme(), index_scheme(date(2026, 11, 16))
FAST, EVEN, SLOW = Compared.SHORTER, Compared.EQUAL, Compared.LONGER
BEST = Case("a", FAST, (FAST, FAST), contacts=0, bodies=0, complaints=0)
BEST_UNIT = UnitCase(
    "COMMUNE", 10, 10, 5, 5, True, True, petitions=0, online=Online(10, 5, 100, 40, 0)
)  # fmt: skip


def test_the_best_unit_has_eighteen_points_and_the_best_officer_ten() -> None:
    unit, officer = unit_sheet([BEST], BEST_UNIT, NINE), officer_sheet([BEST], NINE)
    assert (unit.points, unit.most, unit.band) == (18, 18, "excellent")
    assert (officer.points, officer.most, officer.band) == (10, 10, "done_all")


def test_points_of_a_dossier_are_those_of_the_circular() -> None:
    for indicator, case, points in (
        ("1", replace(BEST, total=EVEN), 1),
        ("1", replace(BEST, total=SLOW), 0),
        ("2", replace(BEST, parts=(FAST, EVEN)), 1),
        ("2", replace(BEST, parts=(FAST, SLOW)), 0),
        ("2", replace(BEST, parts=()), None),
        ("3", replace(BEST, contacts=1), 1),
        ("3", replace(BEST, contacts=5), 0),
        ("4", replace(BEST, bodies=1), 1),
        ("4", replace(BEST, bodies=None), None),
        ("7", replace(BEST, total=EVEN), 1),
        ("7", replace(BEST, complaints=1), 0),
    ):
        assert points_of_case(indicator, case) == points, (indicator, case)


def test_points_of_a_unit_are_those_of_the_circular() -> None:
    for indicator, changes, points in (
        ("5", {"whole": 9}, 1),
        ("5", {"whole": 9, "through": 4}, 0),
        ("5", {"level": "PROVINCE", "whole": 2, "through": 4}, 2),
        ("5", {"level": "DISTRICT", "whole": 4, "eligible": None}, None),
        ("6", {"is_posted": False}, 1),
        ("6", {"is_posted": None}, None),
        ("8", {"petitions": 10, "petitions_in_time": 9}, 1),
        ("8", {"petitions": 10, "petitions_in_time": 8}, 0),
        ("8", {"petitions": 10, "petitions_in_time": 9, "dragging": 1}, 0),
        ("9", {"online": Online(10, 2, 100, 30, 0)}, 2),
        ("9", {"online": Online(10, 1, 100, 30, 0)}, 1),
        ("9", {"online": Online(10, 2, 100, 15, 0)}, 1),
        ("9", {"online": Online(10, 2, 100, 14, 0)}, 0),
        ("9", {"online": Online(10, 2, 100, 90, 1)}, 0),
        ("9", {"online": Online(10, 2, 0, 0, 0)}, None),
    ):
        sheet = unit_sheet([BEST], replace(BEST_UNIT, **changes), NINE)
        found = next(m for m in sheet.marks if m.indicator == indicator)
        assert found.points == points, (indicator, changes)


def test_averages_have_one_decimal_and_a_half_goes_up() -> None:
    cases = [replace(BEST, ref=str(n), contacts=c) for n, c in enumerate([0, 0, 0, 1])]
    sheet = officer_sheet(cases, NINE)
    mark = sheet.marks[2]
    assert (mark.numerator, mark.denominator, mark.points) == (7, 4, Fraction(18, 10)), "1.75 becomes 1.8"
    assert shown(sheet.points, 1) == "9.8"
    assert [shown(Fraction(n, 100), 1) for n in (4, 5, 1794, 1795)] == ["0.0", "0.1", "17.9", "18.0"]


def test_an_indicator_without_information_is_dropped_and_named() -> None:
    sheet = unit_sheet([BEST], replace(BEST_UNIT, is_posted=None, online=None), NINE)
    assert sheet.dropped == ("6", "9")
    assert (sheet.points, sheet.most, sheet.band) == (14, 14, "excellent")
    assert unit_sheet([], UnitCase("COMMUNE"), NINE).band == ""


def test_a_cap_gives_all_points_from_its_ratio_on_and_a_part_below() -> None:
    by_key = {i.item.key: i for i in index_sheet({"4.3": (40, 100), "4.2": (80, 100), "4.1": (1, 3)}, INDEX).items}
    assert by_key["4.3"].points == 1, "half of 80 % is half of 2"
    assert by_key["4.2"].points == 4
    assert by_key["4.1"].points == 2
    assert by_key["2.1"].points is None


def test_the_whole_index_is_a_hundred_and_the_split_of_the_twelve_is_said_to_be_unsure() -> None:
    full = index_sheet({i.key: (7, 7) for g in INDEX.groups for i in g.items}, INDEX)
    assert (full.points, full.most, full.band, full.dropped) == (100, 100, "excellent", ())
    online = next(g for g in INDEX.groups if g.key == "CLGQ")
    assert next((i.most, i.confidence) for i in online.items) == (12, "unsure")
    assert index_scheme(date(2023, 1, 1)).version != INDEX.version


TIMES = st.none() | st.sampled_from(Compared)
CASES = st.lists(
    st.builds(
        Case,
        ref=st.uuids().map(str),
        total=TIMES,
        parts=st.lists(st.sampled_from(Compared), max_size=4).map(tuple),
        contacts=st.none() | st.integers(0, 3),
        bodies=st.none() | st.integers(0, 3),
        complaints=st.none() | st.integers(0, 2),
    ),
    max_size=12,
)
SMALL = st.integers(0, 20)
UNITS = st.builds(
    UnitCase,
    level=st.sampled_from(["MINISTRY", "PROVINCE", "DISTRICT", "COMMUNE", "OTHER"]),
    listed=st.none() | SMALL,
    whole=SMALL,
    eligible=st.none() | SMALL,
    through=SMALL,
    is_posted=st.none() | st.booleans(),
    is_electronic=st.none() | st.booleans(),
    petitions=st.none() | SMALL,
    petitions_in_time=SMALL,
    dragging=st.integers(0, 2),
    online=st.none() | st.builds(Online, SMALL, SMALL, SMALL, SMALL, st.integers(0, 1)),
)
KEYS = [i.key for g in INDEX.groups for i in g.items]
COUNTS = st.dictionaries(st.sampled_from(KEYS), st.tuples(SMALL, SMALL).map(lambda c: (min(c), max(c))))


@given(CASES, UNITS, st.randoms(use_true_random=False))
def test_points_lie_in_their_range_and_ignore_order_and_names(cases, unit, random) -> None:  # type: ignore[no-untyped-def]
    sheet = unit_sheet(cases, unit, NINE)
    assert 0 <= sheet.points <= sheet.most <= 18
    assert 0 <= officer_sheet(cases, NINE).points <= 10
    assert all(m.points is None or 0 <= m.points <= 2 for m in sheet.marks)
    named = [replace(c, ref=f"x{n}") for n, c in enumerate(cases)]
    random.shuffle(named)
    assert unit_sheet(named, unit, NINE) == sheet


@given(COUNTS)
def test_the_index_lies_in_its_range_and_groups_add_up_to_it(counts: dict[str, tuple[int, int]]) -> None:
    sheet = index_sheet(counts, INDEX)
    assert 0 <= sheet.points <= sheet.most <= 100
    assert sum(p for p, _ in sheet.by_group.values()) == sheet.points
    for key, (points, most) in sheet.by_group.items():
        assert 0 <= points <= most <= next(g.most for g in INDEX.groups if g.key == key)


@given(COUNTS, st.sampled_from(KEYS))
def test_one_more_in_time_never_lowers_points_or_band(counts: dict[str, tuple[int, int]], key: str) -> None:
    if key not in counts or counts[key][0] >= counts[key][1]:
        return
    before = index_sheet(counts, INDEX)
    after = index_sheet({**counts, key: (counts[key][0] + 1, counts[key][1])}, INDEX)
    assert after.points >= before.points
    assert _place(after.band, INDEX) <= _place(before.band, INDEX)


@given(st.fractions(0, 18), st.fractions(0, 18), st.integers(1, 9))
def test_more_points_never_lower_the_band(a: Fraction, b: Fraction, kept: int) -> None:
    most, names = Fraction(2 * kept), [x.name for x in NINE.unit_bands]
    low, high = (banded(min(p, most), most=most, whole=Fraction(18), bands=NINE.unit_bands) for p in sorted((a, b)))
    assert names.index(high) <= names.index(low)
    assert rounded(min(a, b), 1) <= rounded(max(a, b), 1)


def _place(band: str, scheme: IndexScheme) -> int:
    return [b.name for b in scheme.bands].index(band) if band else -1
