"""Tables add up whatever they count: margins are the sums of their cells, petitions are in one class each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from test_statistics import FROM, LINE, WINDOW, lines

from motcua.core.process import Definition
from motcua.core.proving import issued_as, unread_papers
from motcua.core.statistics import (
    NUMBERS,
    PETITIONS,
    Cross,
    NumberTable,
    Out,
    PetitionLine,
    count,
    cross,
    cross_failures,
    is_of,
    month_of,
    number_failures,
    numbered,
    outcome_of,
    petition_classes,
)
from motcua.store.lawfiles.procedures import law_procedures


@given(st.lists(lines, max_size=30), st.sampled_from(NUMBERS))
def test_the_margins_of_a_table_are_the_sums_of_its_cells(found: list[object], number: str) -> None:
    table = cross(found, WINDOW, number=number, row=lambda n: str(n.agency_id), column=month_of)  # type: ignore[arg-type]
    assert cross_failures(table) == ()
    assert table.total == getattr(count(found, WINDOW, by=lambda n: 1).total, number)  # type: ignore[arg-type]
    if table.cells:
        key = next(iter(table.cells))
        wrong = Cross({**table.cells, key: table.cells[key] + 1}, table.rows, table.columns, table.total)
        assert {f.identity for f in cross_failures(wrong)} == {"cells.row", "cells.column"}
        assert cross_failures(replace(table, total=table.total + 1))


@given(st.lists(lines, max_size=30))
def test_outcomes_partition_the_dossiers_of_a_period(found: list[object]) -> None:
    parts = [[n for n in found if is_of(n, WINDOW, month="", outcome=o.value)] for o in Out]  # type: ignore[arg-type]
    assert sum(len(part) for part in parts) == count(found, WINDOW, by=lambda n: 1).total.total  # type: ignore[arg-type]
    for o, part in zip(Out, parts, strict=True):
        assert {outcome_of(n, WINDOW) for n in part} <= {o.value}  # type: ignore[arg-type]


def petition(received: int, handled: int | None, kind: str, owed: int | None) -> PetitionLine:
    at = FROM + timedelta(days=received)
    ends = {kind: at + timedelta(days=handled)} if handled is not None else {}
    return PetitionLine(1, 1, "AGENCY", at, None if owed is None else at + timedelta(days=owed), **ends)


PETITION = st.builds(
    petition, st.integers(-40, 120), st.none() | st.integers(0, 60),
    st.sampled_from(["answered_at", "refused_at", "withdrawn_at"]), st.none() | st.integers(1, 30),
)  # fmt: skip


@given(st.lists(PETITION, max_size=30))
def test_each_petition_of_a_period_is_in_one_class(found: list[PetitionLine]) -> None:
    table = numbered(
        found, PETITIONS, classes=lambda p: petition_classes(p, WINDOW), by=lambda p: p.received_at.month
    )
    assert number_failures(table, PETITIONS) == ()
    if table.total["total"]:
        wrong = NumberTable(table.rows, {**table.total, "late": table.total["late"] + 1})
        assert {f.identity for f in number_failures(wrong, PETITIONS)} >= {"handled", "rows.late"}


def test_a_petition_counts_as_it_stood_when_the_period_ended() -> None:
    assert petition_classes(petition(1, 10, "answered_at", 15), WINDOW) == (
        "total",
        "in_period",
        "handled",
        "in_time",
    )
    assert petition_classes(petition(1, 20, "answered_at", 15), WINDOW) == ("total", "in_period", "handled", "late")
    assert petition_classes(petition(-5, 2, "answered_at", 15), WINDOW) == ()
    assert petition_classes(petition(-5, 9, "refused_at", 15), WINDOW) == ("total", "carried", "handled", "refused")
    assert petition_classes(petition(85, 30, "answered_at", 3), WINDOW) == ("total", "in_period", "open", "overdue")
    assert petition_classes(petition(85, None, "", None), WINDOW) == ("total", "in_period", "open", "within")
    assert petition_classes(petition(95, None, "", None), WINDOW) == ()


def reading(*papers: str) -> Definition:
    made = next(p.process for p in law_procedures() if p.content.code == "1.004873")
    first, *rest = made.steps
    return replace(made, steps=(replace(first, reads=papers), *rest))


def test_a_paper_that_no_step_reads_is_found_and_one_that_may_be_read_is_not() -> None:
    papers = ("Tờ khai", "Bản sao hộ khẩu")
    assert unread_papers(papers, [reading("tờ khai")]) == ("Bản sao hộ khẩu",)
    assert unread_papers(papers, [reading("*")]) == ()
    assert unread_papers(papers, [reading("Tờ khai"), reading("Bản sao hộ khẩu")]) == ()
    # A process that does not say what it reads may read anything.
    assert unread_papers(papers, [reading("Tờ khai"), reading()]) == ()
    assert unread_papers(papers, []) == ()


def test_a_paper_is_known_by_the_longest_name_of_a_result() -> None:
    results = [
        "Giấy khai sinh (bản chính)",
        "Quyết định",
        "Giấy chứng nhận kết hôn",
        "Giấy chứng nhận kết hôn (bản sao)",
    ]
    assert issued_as("Bản sao Giấy khai sinh của trẻ", results) == "Giấy khai sinh (bản chính)"
    assert issued_as("GIẤY CHỨNG NHẬN KẾT HÔN của cha mẹ", results).startswith("Giấy chứng nhận kết hôn")
    assert issued_as("Quyết định giao đất", results) == ""
    assert issued_as("Giấy chứng sinh", results) == ""
    assert issued_as("Tờ khai đề nghị cấp Giấy chứng nhận kết hôn", results) == ""


def test_a_month_is_that_of_vietnam() -> None:
    late = datetime(2026, 10, 31, 18, tzinfo=UTC)
    assert month_of(replace(LINE, received_at=late)) == "2026-11"
