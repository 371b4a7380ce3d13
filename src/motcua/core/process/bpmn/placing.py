"""Answers where the shapes and lines of a process lie when nobody has drawn it: from left to right, lane by lane.

Shapes stand in the cells of a grid, and lines run in the corridors between its rows and columns, so that no shape
covers another and no line runs through a shape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from motcua.core.process.bpmn.layout import Box
from motcua.core.process.bpmn.picture import Edge, Picture, Places, Shape, label_size

_HEAD, _MARGIN, _PAD, _TITLE = 30, 20, 24, 34
_LANE_HEIGHT, _LANE_PAD, _EVENT, _EVENT_STEP = 120, 18, 36, 62
_TRACK, _ROW_TRACK, _GAP = 10, 18, 34


def place(picture: Picture) -> Places:
    """Return a place for everything in ``picture``. Guarantee: equal pictures are placed equally."""
    block = _block(picture, "")
    left = 2 * _HEAD if picture.pool else 0
    places = Places()
    _settle(picture, block, left + _MARGIN, _MARGIN, places)
    if picture.pool:
        width = block.width + 2 * _MARGIN + left
        top = 0.0
        for lane, height in zip(picture.lanes, block.lane_heights, strict=True):
            places.boxes[lane] = (_HEAD, top, width - _HEAD, height)
            top += height
        height = top or block.height + 2 * _MARGIN
        places.boxes[picture.pool] = (0, 0, width, height)
    return places


@dataclass(slots=True)
class _Block:
    """A part laid out, measured from its own corner. ``inner`` are the blocks of sub-processes within."""

    shapes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    inner: dict[str, _Block] = field(default_factory=dict)
    lane_heights: list[float] = field(default_factory=list)
    width: float = 0
    height: float = 0


def _settle(picture: Picture, block: _Block, left: float, top: float, places: Places) -> None:
    for key, (x, y, width, height) in block.shapes.items():
        places.boxes[key] = (x + left, y + top, width, height)
        if key in block.inner:
            _settle(picture, block.inner[key], x + left + _PAD, y + top + _TITLE, places)
    for key, line in block.lines.items():
        places.lines[key] = tuple((x + left, y + top) for x, y in line)
    for key, (x, y, width, height) in block.labels.items():
        places.labels[key] = (x + left, y + top, width, height)


def _block(picture: Picture, holder: str) -> _Block:
    shapes = [s for s in picture.shapes.values() if s.holder == holder]
    block = _Block()
    sizes: dict[str, tuple[float, float]] = {}
    for shape in shapes:
        sizes[shape.id] = shape.size
        if shape.is_holder:
            inner = block.inner[shape.id] = _block(picture, shape.id)
            sizes[shape.id] = (inner.width + 2 * _PAD, inner.height + _TITLE + _PAD)
    _Grid(picture, shapes, [e for e in picture.edges if e.holder == holder], sizes, block, holder).lay_out()
    return block


class _Grid:
    """The cells of one part: a column for each step away from the start, rows within each lane."""

    def __init__(
        self,
        picture: Picture,
        shapes: Sequence[Shape],
        edges: Sequence[Edge],
        sizes: dict[str, tuple[float, float]],
        block: _Block,
        holder: str,
    ) -> None:
        self.shapes = {s.id: s for s in shapes}
        self.nodes = [s for s in shapes if not s.host]
        self.edges, self.sizes, self.block = edges, sizes, block
        self.attached: dict[str, list[Shape]] = defaultdict(list)
        for shape in shapes:
            if shape.host:
                self.attached[shape.host].append(shape)
        self.lanes = picture.lanes if picture.lanes and not holder else [""]
        self.has_lanes = self.lanes != [""]
        self.at = {s.id: s.host or s.id for s in shapes}

    def lay_out(self) -> None:
        self._columns()
        self._rows()
        self._routes()
        self._measure()
        self._draw()

    # Columns and rows

    def _columns(self) -> None:
        """Put every node one column right of all that lead to it, loops back apart."""
        out: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            out[self.at[edge.source]].append(self.at[edge.target])
        done, order = set[str](), list[str]()
        back = set[tuple[str, str]]()
        for root in [s.id for s in self.nodes]:
            if root in done:
                continue
            path, stack = {root}, [(root, iter(out[root]))]
            done.add(root)
            while stack:
                at, ways = stack[-1]
                for target in ways:
                    if target in path:
                        back.add((at, target))
                    elif target not in done:
                        done.add(target)
                        path.add(target)
                        stack.append((target, iter(out[target])))
                        break
                else:
                    stack.pop()
                    path.discard(at)
                    order.append(at)
        self.column = dict.fromkeys(order, 0)
        for at in reversed(order):
            for target in out[at]:
                if (at, target) not in back:
                    self.column[target] = max(self.column[target], self.column[at] + 1)

    def _rows(self) -> None:
        """Give every node a row in its lane, that of the node before it where it is free."""
        before: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            before[self.at[edge.target]].append(self.at[edge.source])
        cells, row = set[tuple[str, int, int]](), dict[str, int]()
        rank = {s.id: i for i, s in enumerate(self.nodes)}
        lane = {s.id: s.lane if s.lane in self.lanes else self.lanes[0] for s in self.nodes}
        count = dict.fromkeys(self.lanes, 0)
        for key in sorted(rank, key=lambda k: (self.column[k], rank[k])):
            column = self.column[key]
            wish = next((row[b] for b in before[key] if b in row and lane[b] == lane[key]), 0)
            reach = count[lane[key]] + 1
            free = [r for r in range(reach + 1) if (lane[key], column, r) not in cells]
            row[key] = min(free, key=lambda r: (abs(r - wish), -r))
            cells.add((lane[key], column, row[key]))
            count[lane[key]] = max(count[lane[key]], row[key] + 1)
        first, self.lane_rows = 0, list[range]()
        offset = {}
        for name in self.lanes:
            offset[name] = first
            self.lane_rows.append(range(first, first + max(count[name], 1)))
            first += max(count[name], 1)
        self.row = {key: row[key] + offset[lane[key]] for key in row}
        self.taken = {(self.column[k], self.row[k]) for k in row}
        self.row_count = first
        self.column_count = max(self.column.values(), default=-1) + 1

    # Lines

    def _is_clear(self, row: int, columns: range) -> bool:
        return not any((c, row) in self.taken for c in columns)

    def _routes(self) -> None:
        """Choose the corridors of every line, and count what runs in each."""
        self.across: dict[int, list[str]] = defaultdict(list)
        self.along: dict[int, list[str]] = defaultdict(list)
        self.named = set[int]()
        self.route: dict[str, str] = {}
        for edge in self.edges:
            source, target = self.at[edge.source], self.at[edge.target]
            column, to = self.column[source], self.column[target]
            row, to_row = self.row[source], self.row[target]
            is_attached = bool(self.shapes[edge.source].host)
            if edge.label:
                self.named.add(to)
            if not is_attached and row == to_row and column < to and self._is_clear(row, range(column + 1, to)):
                self.route[edge.id] = "straight"
            elif not is_attached and column < to and self._is_clear(to_row, range(column + 1, to)):
                self.route[edge.id] = "down first"
                self.across[column + 1].append(edge.id)
            elif not is_attached and column < to and self._is_clear(row, range(column + 1, to)):
                self.route[edge.id] = "across first"
                self.across[to].append(edge.id)
            else:
                self.route[edge.id] = "from below" if is_attached else "around"
                if not is_attached:
                    self.across[column + 1].append(f"{edge.id} out")
                self.across[to].append(edge.id)
                self.along[row if is_attached else min(row, to_row)].append(edge.id)

    # Sizes

    def _measure(self) -> None:
        width = dict.fromkeys(range(self.column_count), 0.0)
        above = dict.fromkeys(range(self.row_count), 0.0)
        below = dict.fromkeys(range(self.row_count), 0.0)
        for shape in self.nodes:
            events = self.attached[shape.id]
            size = self.sizes[shape.id]
            if events:
                size = self.sizes[shape.id] = (max(size[0], len(events) * _EVENT_STEP + 10), size[1])
            label = label_size(shape.label)
            depth = max((_EVENT / 2 + label_size(e.label, _EVENT_STEP - 4)[1] for e in events), default=0)
            column, row = self.column[shape.id], self.row[shape.id]
            width[column] = max(width[column], size[0], label[0])
            above[row] = max(above[row], size[1] / 2)
            below[row] = max(below[row], size[1] / 2 + max(label[1] + 4 if label[1] else 0, depth))
        self.x, self.corridor_x = {}, {}
        at = 0.0
        for column in range(self.column_count + 1):
            self.corridor_x[column] = at + 12
            at += _GAP + _TRACK * len(self.across[column]) + (66 if column in self.named else 0)
            if column < self.column_count:
                self.x[column] = at + width[column] / 2
                at += width[column]
        self.block.width = at
        self._measure_rows(above, below)

    def _measure_rows(self, above: dict[int, float], below: dict[int, float]) -> None:
        self.y, self.corridor_y = {}, {}
        at = 0.0
        for number, rows in enumerate(self.lane_rows):
            top = at
            at += _LANE_PAD if self.has_lanes and number else 0
            for row in rows:
                self.y[row] = at + above[row]
                at += above[row] + below[row]
                self.corridor_y[row] = at + 10
                at += 20 + _ROW_TRACK * len(self.along[row])
            if self.has_lanes:
                at = max(at, top + _LANE_HEIGHT)
                is_last = number == len(self.lane_rows) - 1
                self.block.lane_heights.append(
                    at - top + (_MARGIN if number == 0 else 0) + (_MARGIN if is_last else 0)
                )
        self.block.height = at

    # Drawing

    def _draw(self) -> None:
        for shape in self.nodes:
            (width, height), x, y = self.sizes[shape.id], self.x[self.column[shape.id]], self.y[self.row[shape.id]]
            left, top = x - width / 2, y - height / 2
            self.block.shapes[shape.id] = (left, top, width, height)
            if shape.label:
                size = label_size(shape.label)
                self.block.labels[shape.id] = (x - size[0] / 2, top + height + 4, *size)
            for number, event in enumerate(self.attached[shape.id]):
                box = (left + 14 + number * _EVENT_STEP, top + height - _EVENT / 2, _EVENT, _EVENT)
                self.block.shapes[event.id] = box
                if event.label:
                    size = label_size(event.label, _EVENT_STEP - 4)
                    self.block.labels[event.id] = (box[0] + _EVENT / 2 + 3, box[1] + _EVENT, *size)
        entering: dict[str, int] = defaultdict(int)
        for edge in self.edges:
            self.block.lines[edge.id] = self._line(edge)
            if edge.label:
                self._label(edge, entering)

    def _line(self, edge: Edge) -> list[tuple[float, float]]:
        route = self.route[edge.id]
        x, y, width, height = self.block.shapes[edge.source]
        to_x, to_y, _, to_height = self.block.shapes[edge.target]
        start, end = (x + width, y + height / 2), (to_x, to_y + to_height / 2)
        column, to = self.column[self.at[edge.source]] + 1, self.column[self.at[edge.target]]
        if route == "straight":
            return [start, end]
        if route in ("down first", "across first"):
            turn = self._across(column if route == "down first" else to, edge.id)
            return [start, (turn, start[1]), (turn, end[1]), end]
        last = self._across(to, edge.id)
        row = self.row[self.at[edge.source]]
        if route == "from below":
            start = (x + width / 2, y + height)
            level = self._along(row, edge.id)
            return [start, (start[0], level), (last, level), (last, end[1]), end]
        level = self._along(min(row, self.row[self.at[edge.target]]), edge.id)
        turn = self._across(column, f"{edge.id} out")
        return [start, (turn, start[1]), (turn, level), (last, level), (last, end[1]), end]

    def _across(self, corridor: int, name: str) -> float:
        return self.corridor_x[corridor] + _TRACK * self.across[corridor].index(name)

    def _along(self, row: int, name: str) -> float:
        return self.corridor_y[row] + _ROW_TRACK * self.along[row].index(name)

    def _label(self, edge: Edge, entering: dict[str, int]) -> None:
        """Put the label of a line before its end, above those of others that end there."""
        end = self.block.lines[edge.id][-1]
        size = label_size(edge.label, 66)
        entering[edge.target] += 1
        top = end[1] - 4 - size[1] - (entering[edge.target] - 1) * 16
        self.block.labels[edge.id] = (end[0] - size[0] - 8, top, *size)
