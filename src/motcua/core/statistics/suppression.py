"""Answers which numbers of a public table are hidden so that nobody's matter can be read out of it (che ô nhỏ).

A number from 1 to below ``minimum`` is hidden, and with it others, so that rows and columns that are told cannot give
it back. Rows that are small as a whole are told together with others. What is promised, and held by a property test:
whoever knows all that is told, and the rules, still finds at least ``minimum`` values possible for each hidden number.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

OTHERS = ""
"""Stands in a row's name for those told together."""

Name = tuple[str, ...]
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row: its name from the wide to the narrow (level, agency, sector), and its number in each column."""

    name: Name
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class OpenTable:
    """What may be told: every row's total and every column's, and each number but the hidden ones.

    ``is_split`` is false where not even the columns may be told apart: then rows hold their totals alone.
    Nothing at all may be told of a table without rows.
    """

    rows: tuple[OpenRow, ...]
    hidden: frozenset[Cell]
    is_split: bool = True

    @property
    def column_totals(self) -> tuple[int, ...]:
        return tuple(map(sum, zip(*(row.values for row in self.rows), strict=True)))


def open_table(rows: Iterable[OpenRow], *, minimum: int) -> OpenTable:
    """Return the table as it may be told.

    Guarantee: row and column totals are those of ``rows``; none of them is from 1 to below ``minimum``; the order of
    ``rows`` does not matter.
    """
    given = sorted((row for row in rows if row.total), key=lambda row: row.name)
    if sum(row.total for row in given) < minimum:
        return OpenTable((), frozenset())
    totals = tuple(map(sum, zip(*(row.values for row in given), strict=True)))
    if any(0 < total < minimum for total in totals):
        # A class that is small in the whole table cannot be told in any row: its column would give it.
        given, is_split = [OpenRow(row.name, (row.total,)) for row in given], False
    else:
        is_split = True
    pooled = pool(given, minimum=minimum)
    while True:
        hidden, stuck = hidden_cells([row.values for row in pooled], minimum=minimum)
        if stuck is None:
            return OpenTable(tuple(pooled), hidden, is_split)
        pooled = _with_another(pooled, stuck)


def pool(rows: Sequence[OpenRow], *, minimum: int) -> list[OpenRow]:
    """Return the rows with the small ones told together: of the same agency first, then of the same level, then all.

    One more row joins where the sum of the small ones alone would tell each of them. Nothing is left where even the
    sum of all would.
    """
    members: dict[Name, list[OpenRow]] = {row.name: [row] for row in rows}
    for depth in range(max((len(row.name) for row in rows), default=0) - 1, -1, -1):
        gathered: dict[Name, list[OpenRow]] = {}
        for name in [name for name, own in members.items() if _is_telling(own, minimum)]:
            gathered.setdefault(_wider(name, depth), []).extend(members.pop(name))
        for name, own in sorted(gathered.items()):
            _join(members, name, own, minimum=minimum, depth=depth)
    if any(_is_telling(own, minimum) for own in members.values()):
        return []
    return [OpenRow(name, _sums(own)) for name, own in sorted(members.items())]


def _join(members: dict[Name, list[OpenRow]], name: Name, own: list[OpenRow], *, minimum: int, depth: int) -> None:
    own = [*members.pop(name, []), *own]
    while _is_telling(own, minimum):
        near = [key for key in members if key[:depth] == name[:depth]]
        if not near:
            break
        own = [*own, *members.pop(min(near, key=lambda key: (sum(r.total for r in members[key]), key)))]
    members[name] = own


def _is_telling(own: Sequence[OpenRow], minimum: int) -> bool:
    """Return whether a sum is small, or tells more of its parts than that each is small."""
    total, most = sum(row.total for row in own), minimum - 1
    if total < minimum:
        return True
    are_small = len(own) > 1 and all(row.total <= most for row in own)
    return are_small and total > (len(own) - 1) * most + 1


def _wider(name: Name, depth: int) -> Name:
    return (*name[:depth], *(OTHERS,) * (len(name) - depth))


def _sums(own: Sequence[OpenRow]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(row.values for row in own), strict=True)))


def _with_another(rows: Sequence[OpenRow], place: int) -> list[OpenRow]:
    """Return the rows with the one at ``place`` told together with the smallest of those nearest to it by name."""
    row, rest = rows[place], [r for n, r in enumerate(rows) if n != place]
    other = min(rest, key=lambda r: (-_shared(row.name, r.name), r.total, r.name))
    name = _wider(row.name, _shared(row.name, other.name))
    left = [r for r in rest if r is not other]
    same = [r for r in left if r.name == name]
    joined = OpenRow(name, _sums([row, other, *same]))
    return sorted([*(r for r in left if r.name != name), joined], key=lambda r: r.name)


def _shared(a: Name, b: Name) -> int:
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=True)) if x != y), len(a))


def hidden_cells(rows: Sequence[Sequence[int]], *, minimum: int) -> tuple[frozenset[Cell], int | None]:
    """Return the cells to hide, or the row whose small number cannot be hidden within this table.

    All row and column totals are told, so a hidden number can only be another one if its row and its column give way:
    a cycle of hidden cells, in turn greater and smaller by the same amount. For each small number the cheapest such
    cycle is hidden as a whole, in which those that may become smaller stay above zero; so each cell on it could be
    ``minimum`` - 1 off.
    """
    small = sorted((v, i, j) for i, row in enumerate(rows) for j, v in enumerate(row) if 0 < v < minimum)
    hidden: set[Cell] = set()
    for _value, i, j in small:
        if (i, j) in hidden:
            continue
        cycle = _cycle(rows, hidden, (i, j), minimum=minimum)
        if cycle is None:
            return frozenset(), i
        hidden |= {(i, j), *cycle}
    return frozenset(hidden), None


_COLUMN = 1


def _cycle(rows: Sequence[Sequence[int]], hidden: set[Cell], start: Cell, *, minimum: int) -> tuple[Cell, ...] | None:
    """Return the other cells of the cheapest cycle in which the cell at ``start`` becomes greater.

    From its column to a row by a cell that can give ``minimum`` - 1 and keep 1, from a row to a column by a cell that
    takes as much. Numbers that are zero are told, so they take no part. The cost: cells newly hidden, then what they
    hold.
    """
    first, goal = (_COLUMN, start[1]), (0, start[0])
    costs: dict[tuple[int, int], tuple[int, int]] = {first: (0, 0)}
    came: dict[tuple[int, int], tuple[tuple[int, int], Cell]] = {}
    queue = [((0, 0), first)]
    while queue:
        cost, node = heapq.heappop(queue)
        if cost > costs[node]:
            continue
        if node == goal:
            return tuple(_way(came, goal, first))
        for cell, following in _steps(rows, node, start, minimum=minimum):
            value = rows[cell[0]][cell[1]]
            further = cost if cell in hidden else (cost[0] + 1, cost[1] + value)
            if following not in costs or further < costs[following]:
                costs[following], came[following] = further, (node, cell)
                heapq.heappush(queue, (further, following))
    return None


def _steps(
    rows: Sequence[Sequence[int]], node: tuple[int, int], start: Cell, *, minimum: int
) -> Iterable[tuple[Cell, tuple[int, int]]]:
    kind, number = node
    if kind == _COLUMN:
        for i in range(len(rows)):
            if rows[i][number] >= minimum and (i, number) != start:
                yield (i, number), (0, i)
    else:
        for j, value in enumerate(rows[number]):
            if value and (number, j) != start:
                yield (number, j), (_COLUMN, j)


def _way(
    came: Mapping[tuple[int, int], tuple[tuple[int, int], Cell]], goal: tuple[int, int], first: tuple[int, int]
) -> Iterable[Cell]:
    node = goal
    while node != first:
        node, cell = came[node]
        yield cell
