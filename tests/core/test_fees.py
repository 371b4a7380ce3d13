"""What a procedure costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.fees import (
    ChannelRule,
    Claim,
    Exemption,
    FeeKind,
    FeeLine,
    Per,
    Quantities,
    ReasonKind,
    Tariff,
    TariffError,
    parse_tariff,
    quote,
    vnd_in_words,
)
from motcua.core.kernel import LegalRef
from motcua.store.lawfiles.tariffs import law_tariffs

DAY = date(2026, 11, 16)
REF = LegalRef("226/2016/TT-BTC", "art. 4")
LINE = {
    "key": "a",
    "name": "Lệ phí",
    "kind": "le_phi",
    "amount_vnd": 5_000,
    "per": "dossier",
    "act": "226/2016/TT-BTC",
    "confidence": "known",
    "from_on": DAY,
}


def test_each_further_page_of_a_certified_copy_costs_less_up_to_the_cap_per_copy() -> None:
    tariff = law_tariffs()["2.000815"]

    def total(copies: int, pages: int) -> int:
        return quote(tariff, on=DAY, channel="DIRECT", quantities=Quantities(copies, pages)).total_vnd

    assert [total(1, 1), total(1, 2), total(1, 3), total(2, 3)] == [2_000, 4_000, 5_000, 10_000]
    assert total(3, 500) == 600_000


def test_a_residence_registered_online_costs_half_and_says_by_which_article() -> None:
    tariff = law_tariffs()["1.004222"]
    found = quote(tariff, on=DAY, channel="ONLINE")
    assert (quote(tariff, on=DAY, channel="DIRECT").total_vnd, found.total_vnd) == (20_000, 10_000)
    assert [(r.kind, r.less_vnd, r.ref.act) for r in found.reasons if r.ref] == [
        (ReasonKind.CHANNEL, 10_000, "75/2022/TT-BTC")
    ]


def test_whoever_is_exempt_pays_nothing_and_the_evidence_is_named() -> None:
    found = quote(law_tariffs()["1.013225"], on=DAY, channel="DIRECT", claim=Claim(frozenset({"poor"})))
    assert found.total_vnd == 0
    assert found.reasons[0].evidence == "Giấy chứng nhận hộ nghèo"


def test_a_line_that_depends_on_an_answer_is_due_only_when_it_was_given() -> None:
    line = FeeLine("late", "Đăng ký quá hạn", FeeKind.CHARGE, 5_000, Per.DOSSIER, REF, DAY, when={"is_late": True})
    assert quote(Tariff((line,)), on=DAY, channel="DIRECT").total_vnd == 0
    assert quote(Tariff((line,)), on=DAY, channel="DIRECT", claim=Claim(answers={"is_late": True})).total_vnd == 5_000


def test_a_new_amount_takes_over_on_its_day() -> None:
    old = FeeLine("a", "Lệ phí", FeeKind.CHARGE, 5_000, Per.DOSSIER, REF, DAY - timedelta(9), DAY - timedelta(1))
    new = FeeLine("a", "Lệ phí", FeeKind.CHARGE, 8_000, Per.DOSSIER, REF, DAY)
    tariff = Tariff((old, new))
    days = (DAY - timedelta(1), DAY)
    assert [quote(tariff, on=d, channel="DIRECT").total_vnd for d in days] == [5_000, 8_000]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"amount_vnd": 1.5}, "whole đồng"),
        ({"amount_vnd": -1}, "whole đồng"),
        ({"channels": {"ONLINE": {"amount_vnd": 9_000}}}, "more than the counter"),
        ({"channels": {"ONLINE": {"percent": 101}}}, "percentage"),
        ({"to_on": DAY - timedelta(1)}, "ends before"),
        ({"colour": "red"}, "unknown"),
        ({"then_from": 3, "then_vnd": 6_000, "per": "page"}, "more than the first"),
    ],
)
def test_a_tariff_that_cannot_be_right_is_refused(change: dict[str, object], says: str) -> None:
    parse_tariff({"lines": [LINE]})
    with pytest.raises(TariffError, match=says):
        parse_tariff({"lines": [LINE | change]})


def test_one_line_twice_on_a_day_is_refused() -> None:
    with pytest.raises(TariffError, match="twice"):
        parse_tariff({"lines": [LINE, LINE]})


_amounts = st.integers(0, 1_000_000)
_rules = st.one_of(st.integers(0, 100).map(ChannelRule), st.none())


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    lines = []
    for number in range(draw(st.integers(0, 4))):
        amount = draw(_amounts)
        rule = draw(st.one_of(_rules, st.integers(0, amount).map(lambda a: ChannelRule(amount_vnd=a))))
        per = draw(st.sampled_from(Per))
        then = draw(st.none() | st.integers(2, 5)) if per is not Per.DOSSIER else None
        line = FeeLine(f"l{number}", "Lệ phí", FeeKind.CHARGE, amount, per, REF, DAY, then_from=then)
        shaped = replace(line, channels={"ONLINE": rule} if rule else {}, then_vnd=draw(st.integers(0, amount)))
        lines.append(replace(shaped, cap_vnd=draw(st.none() | _amounts)))
    keys = [line.key for line in lines]
    of = st.sets(st.sampled_from(keys)) if keys else st.just(set[str]())
    exemptions = [
        Exemption(f"e{n}", "Hộ nghèo", draw(st.integers(0, 100)), REF, "", DAY, lines=tuple(draw(of)))
        for n in range(draw(st.integers(0, 3)))
    ]
    return Tariff(tuple(lines), tuple(exemptions))


@given(tariffs(), st.sampled_from(["DIRECT", "ONLINE"]), st.integers(1, 9), st.integers(1, 9), st.data())
def test_no_amount_is_negative_an_exemption_never_raises_and_the_lines_sum_to_the_total(
    tariff: Tariff, channel: str, copies: int, pages: int, data: st.DataObject
) -> None:
    quantities = Quantities(copies, pages)
    keys = [e.key for e in tariff.exemptions]
    claimed = frozenset(data.draw(st.sets(st.sampled_from(keys)))) if keys else frozenset()
    at_counter = quote(tariff, on=DAY, channel="DIRECT", quantities=quantities)
    without = quote(tariff, on=DAY, channel=channel, quantities=quantities)
    found = quote(tariff, on=DAY, channel=channel, quantities=quantities, claim=Claim(claimed))
    assert all(isinstance(line.amount_vnd, int) and 0 <= line.amount_vnd <= line.full_vnd for line in found.lines)
    assert found.total_vnd == sum(line.amount_vnd for line in found.lines)
    assert all(line.full_vnd - line.less_vnd == line.amount_vnd for line in found.lines)
    assert found.total_vnd <= without.total_vnd <= at_counter.total_vnd
    for line in found.lines:
        assert line.less_vnd == sum(r.less_vnd for r in found.reasons if r.line == line.key)


@given(tariffs(), st.integers(0, 4), st.integers(0, 4))
def test_more_pages_or_copies_never_cost_less(tariff: Tariff, more_copies: int, more_pages: int) -> None:
    few = quote(tariff, on=DAY, channel="DIRECT", quantities=Quantities(2, 2))
    many = quote(tariff, on=DAY, channel="DIRECT", quantities=Quantities(2 + more_copies, 2 + more_pages))
    assert few.total_vnd <= many.total_vnd


def test_what_is_answered_oddly_counts_as_one() -> None:
    fields = {"copies": "so_ban"}
    found = [Quantities.from_answers({"so_ban": v}, fields).copies for v in ("3", 0, -4, "x", True, None, "999999")]
    assert found == [3, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (75_000, "Bảy mươi lăm nghìn đồng"),
        (37_500, "Ba mươi bảy nghìn năm trăm đồng"),
        (1_001_000, "Một triệu không trăm linh một nghìn đồng"),
        (121_015, "Một trăm hai mươi mốt nghìn không trăm mười lăm đồng"),
        (2_000_000_005, "Hai tỷ không trăm linh năm đồng"),
        (11_110_000, "Mười một triệu một trăm mười nghìn đồng"),
        (-8_000, "Âm tám nghìn đồng"),
    ],
)
def test_an_amount_is_written_out_as_it_is_read_aloud(amount: int, words: str) -> None:
    assert vnd_in_words(amount) == words
