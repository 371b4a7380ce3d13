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
    """Return whether a sum is small, has small numbers alone, or tells more of its parts than that each is small."""
    total, most = sum(row.total for row in own), minimum - 1
    if total < minimum or max(_sums(own)) < minimum:
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
    cycles = _Cycles(rows, minimum)
    for _value, i, j in small:
        if (i, j) in cycles.hidden:
            continue
        cycle = cycles.through((i, j))
        if cycle is None:
            return frozenset(), i
        cycles.hide([(i, j), *cycle])
    return frozenset(cycles.hidden), None


Cost = tuple[int, int]
"""How many cells would be hidden anew, and what they hold."""


class _Cycles:
    """The table as ways between columns: from one to another by a row that gives in the first and takes in the second.

    A row gives where its number can lose ``minimum`` - 1 and keep 1, and takes where it is not zero: zeros are told.
    Hiding makes ways cheaper only, so the two best rows of each way are kept up as cells are hidden; the second is for
    when the best is the row that the cycle begins in.
    """

    def __init__(self, rows: Sequence[Sequence[int]], minimum: int) -> None:
        self.rows, self.minimum = rows, minimum
        self.hidden: set[Cell] = set()
        self._columns = range(len(rows[0]) if rows else 0)
        self._best: dict[Cell, list[tuple[Cost, int]]] = {}
        for i in range(len(rows)):
            self._keep_up(i)

    def hide(self, cells: Iterable[Cell]) -> None:
        new = {cell for cell in cells if cell not in self.hidden}
        self.hidden |= new
        for i in {i for i, _j in new}:
            self._keep_up(i)

    def through(self, start: Cell) -> list[Cell] | None:
        """Return the other cells of the cheapest cycle in which the cell at ``start`` becomes greater."""
        i, first = start
        costs: dict[int, Cost] = {first: (0, 0)}
        came: dict[int, tuple[int, int]] = {}
        queue = [((0, 0), first)]
        best: tuple[Cost, int] | None = None
        while queue:
            cost, column = heapq.heappop(queue)
            if cost > costs[column]:
                continue
            if column != first and self.rows[i][column] >= self.minimum:
                whole = _added(cost, self._cost((i, column)))
                best = min(best, (whole, column)) if best else (whole, column)
            for other in self._columns:
                way = next((w for w in self._best.get((column, other), ()) if w[1] != i), None)
                if way is None:
                    continue
                further = _added(cost, way[0])
                if other not in costs or further < costs[other]:
                    costs[other], came[other] = further, (column, way[1])
                    heapq.heappush(queue, (further, other))
        return None if best is None else self._cells(i, best[1], first, came)

    def _cells(self, i: int, last: int, first: int, came: Mapping[int, tuple[int, int]]) -> list[Cell]:
        cells, column = [(i, last)], last
        while column != first:
            before, row = came[column]
            cells += [(row, column), (row, before)]
            column = before
        return cells

    def _keep_up(self, i: int) -> None:
        """Look again at the ways through a row of which a cell was hidden."""
        row = self.rows[i]
        for giving in self._columns:
            if row[giving] < self.minimum:
                continue
            for taking in self._columns:
                if taking != giving and row[taking]:
                    cost = _added(self._cost((i, giving)), self._cost((i, taking)))
                    others = [w for w in self._best.get((giving, taking), ()) if w[1] != i]
                    self._best[giving, taking] = sorted([*others, (cost, i)])[:2]

    def _cost(self, cell: Cell) -> Cost:
        return (0, 0) if cell in self.hidden else (1, self.rows[cell[0]][cell[1]])


def _added(a: Cost, b: Cost) -> Cost:
    return a[0] + b[0], a[1] + b[1]
