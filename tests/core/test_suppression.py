"""What is hidden in a published table stays hidden: whoever knows all that is told cannot work it out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.core.statistics.suppression import OTHERS, OpenRow, OpenTable, hidden_cells, open_table, pool

MINIMUM = 3
NAMES = st.tuples(st.sampled_from("CP"), st.sampled_from("AB"), st.sampled_from("xyz"))
ROWS = st.dictionaries(NAMES, st.tuples(*[st.integers(0, 7)] * 3), max_size=6).map(
    lambda found: [OpenRow(name, values) for name, values in found.items()]
)


def consistent(table: OpenTable) -> Iterator[dict[tuple[int, int], int]]:
    """Yield every way to fill the hidden cells that agrees with all that is told; hidden ones are never zero."""
    cells = sorted(table.hidden)
    row_left = [
        row.total - sum(v for j, v in enumerate(row.values) if (i, j) not in table.hidden)
        for i, row in enumerate(table.rows)
    ]
    column_left = [
        total - sum(row.values[j] for i, row in enumerate(table.rows) if (i, j) not in table.hidden)
        for j, total in enumerate(table.column_totals)
    ]

    def filled(place: int, rows: list[int], columns: list[int], found: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if place == len(cells):
            if not any(rows) and not any(columns):
                yield found
            return
        i, j = cells[place]
        is_last = all(cell[0] != i for cell in cells[place + 1 :])
        for value in (rows[i],) if is_last else range(1, rows[i] + 1):
            if 1 <= value <= min(rows[i], columns[j]):
                rows[i] -= value
                columns[j] -= value
                yield from filled(place + 1, rows, columns, (*found, value))
                rows[i] += value
                columns[j] += value

    for values in filled(0, row_left, column_left, ()):
        yield dict(zip(cells, values, strict=True))


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_each_hidden_number_could_be_one_of_at_least_as_many_values_as_the_minimum(rows: list[OpenRow]) -> None:
    table = open_table(rows, minimum=MINIMUM)
    possible: dict[tuple[int, int], set[int]] = {cell: set() for cell in table.hidden}
    for found in itertools.islice(consistent(table), 50_000):
        for cell, value in found.items():
            possible[cell].add(value)
        if all(len(values) >= MINIMUM for values in possible.values()):
            break
    for cell, values in possible.items():
        assert len(values) >= MINIMUM, (table, cell, values)


@given(ROWS)
def test_no_small_number_is_told_and_totals_are_those_of_the_rows(rows: list[OpenRow]) -> None:
    table = open_table(rows, minimum=MINIMUM)
    told = [v for i, row in enumerate(table.rows) for j, v in enumerate(row.values) if (i, j) not in table.hidden] + [
        row.total for row in table.rows
    ]
    assert not any(0 < v < MINIMUM for v in told)
    if table.rows:
        assert sum(row.total for row in table.rows) == sum(row.total for row in rows)
        if table.is_split:
            assert table.column_totals == tuple(map(sum, zip(*(row.values for row in rows), strict=True)))
            assert not any(0 < total < MINIMUM for total in table.column_totals)
    assert all(table.rows[i].values[j] for i, j in table.hidden), "zeros are told, so none is hidden"


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[OpenRow], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert open_table(shuffled, minimum=MINIMUM) == open_table(rows, minimum=MINIMUM)


def test_a_small_number_takes_others_with_it_so_that_totals_cannot_give_it_back() -> None:
    hidden, stuck = hidden_cells([(1, 20, 30), (10, 40, 5), (9, 9, 9)], minimum=5)
    assert stuck is None
    assert (0, 0) in hidden
    for i in range(3):
        assert sum(cell[0] == i for cell in hidden) != 1, "one hidden number in a row is the total less the others"
        assert sum(cell[1] == i for cell in hidden) != 1
    assert len(hidden) == 4, "no more than needed"


def test_two_hidden_ones_that_sum_to_two_are_each_one_so_a_third_joins() -> None:
    """Who knows that zeros are told would read 1 and 1 out of a row in which two hidden numbers make 2."""
    hidden, stuck = hidden_cells([(1, 1, 30), (20, 20, 20)], minimum=5)
    assert stuck is None
    assert {(0, 0), (0, 1), (0, 2)} <= hidden


def test_small_rows_are_told_together_and_their_sum_does_not_tell_them() -> None:
    def row(agency: str, sector: str, total: int) -> OpenRow:
        return OpenRow(("C", agency, sector), (total,))

    pooled = pool([row("A", "x", 4), row("A", "y", 4), row("A", "z", 9), row("B", "x", 50)], minimum=5)
    # Two below five that make eight are four each: a third joins them.
    assert {r.name: r.total for r in pooled} == {("C", "A", OTHERS): 17, ("C", "B", "x"): 50}
    pooled = pool([row("A", "x", 2), row("A", "y", 3), row("B", "x", 50)], minimum=5)
    assert {r.name: r.total for r in pooled} == {("C", "A", OTHERS): 5, ("C", "B", "x"): 50}
    pooled = pool([row("A", "x", 2), row("B", "y", 60), row("B", "x", 50)], minimum=5)
    assert sum(r.total for r in pooled) == 112
    assert min(r.total for r in pooled) >= 5


def test_a_class_that_is_small_everywhere_is_told_nowhere() -> None:
    rows = [OpenRow(("C", "A", s), (0, 30, 1 if s == "x" else 0)) for s in "xyz"]
    table = open_table(rows, minimum=5)
    assert not table.is_split
    assert [row.values for row in table.rows] == [(31,), (30,), (30,)]
    assert table.hidden == frozenset()


@pytest.mark.parametrize("rows", [[], [OpenRow(("C", "A", "x"), (1, 1, 1))]])
def test_of_next_to_nothing_nothing_is_told(rows: list[OpenRow]) -> None:
    assert open_table(rows, minimum=5).rows == ()


def test_a_province_is_protected_in_seconds() -> None:
    """Three thousand rows, most of them small: what is hidden grows with the table, not with its square."""
    rows = [
        OpenRow(("C", f"{a:03}", f"{s:02}"), ((7 * a + 3 * s) % 60, (11 * a + s) % 25, (a * s) % 9 // 4))
        for a in range(100)
        for s in range(30)
    ]
    table = open_table(rows, minimum=5)
    assert len(table.rows) > 1000
    assert len(table.hidden) > 500
    assert not any(
        0 < v < 5 and (i, j) not in table.hidden for i, row in enumerate(table.rows) for j, v in enumerate(row.values)
    )
    for i in {i for i, _j in table.hidden}:
        assert sum(cell[0] == i for cell in table.hidden) > 1
