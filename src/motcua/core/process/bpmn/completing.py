"""Answers where everything lies when some of it has a place already: what is new is put beside what leads to it.

Gives nothing where what is there leaves no room, or the parts no longer hold what belongs to them.
"""

from __future__ import annotations

from motcua.core.process.bpmn.layout import Box, Layout, Line
from motcua.core.process.bpmn.picture import Edge, Picture, Places, Shape, overlap

_GAP, _STEP, _TRIES, _LANE_HEIGHT, _NEAR, _HEAD = 50.0, 30.0, 40, 140.0, 12.0, 40.0


def complete(picture: Picture, layout: Layout) -> Places | None:
    """Return a place for everything, that of the layout for what is in it; ``None`` where that cannot be done."""
    known = [s for s in picture.shapes.values() if s.id in layout.shapes]
    if not known:
        return None
    completing = _Completing(picture, layout)
    for shape in picture.shapes.values():
        if shape.id not in completing.boxes and not completing.put(shape):
            return None
    completing.lanes()
    if not completing.holds():
        return None
    lines = {e.id: completing.line(e) for e in picture.edges}
    labels = {k: v for k, v in layout.labels.items() if k in completing.boxes or k in lines}
    return Places(completing.boxes, lines, labels)


class _Completing:
    def __init__(self, picture: Picture, layout: Layout) -> None:
        self.picture, self.layout = picture, layout
        ours = {*picture.shapes, *picture.lanes, picture.pool}
        self.boxes: dict[str, Box] = {k: v for k, v in layout.shapes.items() if k in ours}
        # Drawings beside the process take room as well.
        self.others = [v for k, v in layout.shapes.items() if k not in ours]

    def put(self, shape: Shape) -> bool:
        """Give a shape a free place; a sub-process and its parts are better laid out anew."""
        if shape.is_holder or shape.holder:
            return False
        if shape.host:
            return self._attach(shape)
        near = self._before(shape)
        x, y = (near[0] + near[2] + _GAP, near[1] + near[3] / 2) if near else (_GAP, 0.0)
        if shape.lane in self.boxes:
            x = max(x, self.boxes[shape.lane][0] + _HEAD)
        top, bottom = self._band(shape)
        if not top <= y <= bottom:
            y = (top + bottom) / 2
        width, height = shape.size
        for right in range(_TRIES):
            for down in (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, 4.0):
                middle = y + down * (height + _STEP)
                box = (x + right * _STEP, middle - height / 2, width, height)
                if (down == 0 or (top <= box[1] and box[1] + height <= bottom)) and self._is_free(box):
                    self.boxes[shape.id] = box
                    return True
        return False

    def _attach(self, shape: Shape) -> bool:
        host = self.boxes.get(shape.host)
        if host is None:
            return False
        x = host[0] + 10
        while any(overlap((x, host[1] + host[3] - 18, *shape.size), b) for b in self._attached(shape.host)):
            x += shape.size[0] + 6
        self.boxes[shape.id] = (x, host[1] + host[3] - shape.size[1] / 2, *shape.size)
        return True

    def _attached(self, host: str) -> list[Box]:
        return [self.boxes[s.id] for s in self.picture.shapes.values() if s.host == host and s.id in self.boxes]

    def _before(self, shape: Shape) -> Box | None:
        """Return the place of what leads to the shape, or one left of what comes after."""
        for edge in self.picture.edges:
            if edge.target == shape.id and edge.source in self.boxes:
                return self.boxes[edge.source]
        for edge in self.picture.edges:
            if edge.source == shape.id and edge.target in self.boxes:
                x, y, _, height = self.boxes[edge.target]
                return (x - shape.size[0] - 2 * _GAP, y, 0, height)
        return None

    def _band(self, shape: Shape) -> tuple[float, float]:
        lane = self.boxes.get(shape.lane)
        if lane is not None:
            return lane[1], lane[1] + lane[3]
        tops = [b for k, b in self.boxes.items() if k in self.picture.shapes]
        return min(b[1] for b in tops) - 200, max(b[1] + b[3] for b in tops) + 200

    def _is_free(self, box: Box) -> bool:
        wide = (box[0] - 10, box[1] - 10, box[2] + 20, box[3] + 20)
        shapes = [b for k, b in self.boxes.items() if k in self.picture.shapes]
        return not any(overlap(wide, b) for b in shapes) and not any(
            overlap(wide, b) for b in self.others if b[2] < 200
        )

    def lanes(self) -> None:
        """Make pool and lanes as large as what they hold; a lane that is new comes below the others."""
        picture = self.picture
        if not picture.pool:
            return
        held = [self.boxes[k] for k in picture.shapes]
        right = max(b[0] + b[2] for b in held) + 20
        found = [self.boxes[k] for k in picture.lanes if k in self.boxes]
        left = min([b[0] for b in found] or [min(b[0] for b in held) - 20])
        right = max([right, *(b[0] + b[2] for b in found)])
        bottom = max([b[1] + b[3] for b in found] or [min(b[1] for b in held) - 20])
        for lane in picture.lanes:
            if lane in self.boxes:
                x, y, width, height = self.boxes[lane]
                self.boxes[lane] = (x, y, max(width, right - x), height)
            else:
                self.boxes[lane] = (left, bottom, right - left, _LANE_HEIGHT)
                bottom += _LANE_HEIGHT
        parts = [self.boxes[k] for k in picture.lanes] or [(b[0] - 20, b[1] - 30, b[2] + 40, b[3] + 60) for b in held]
        pool = self.boxes.get(picture.pool)
        corner = (min(b[0] for b in parts) - 30, min(b[1] for b in parts))
        far = (max(b[0] + b[2] for b in parts), max(b[1] + b[3] for b in parts))
        if pool is not None:
            corner = (min(pool[0], corner[0] + 30), min(pool[1], corner[1]))
            far = (max(pool[0] + pool[2], far[0]), max(pool[1] + pool[3], far[1]))
        self.boxes[picture.pool] = (*corner, far[0] - corner[0], far[1] - corner[1])

    def holds(self) -> bool:
        """Return whether every part of a sub-process lies within it, as whoever reads the drawing takes it to."""
        return all(
            overlap(self.boxes[s.id], self.boxes[s.holder])
            for s in self.picture.shapes.values()
            if s.holder and not s.host
        )

    def line(self, edge: Edge) -> Line:
        """Return the line drawn, or a plain one where its ends have moved."""
        source, target = self.boxes[edge.source], self.boxes[edge.target]
        drawn = self.layout.edges.get(edge.id)
        if drawn and _touches(drawn[0], source) and _touches(drawn[-1], target):
            return drawn
        start = (source[0] + source[2], source[1] + source[3] / 2)
        end = (target[0], target[1] + target[3] / 2)
        if self.picture.shapes[edge.source].host:
            start = (source[0] + source[2] / 2, source[1] + source[3])
            return (start, (start[0], end[1]), end) if start[0] < end[0] else (start, (start[0], start[1] + 30), end)
        if start[1] == end[1] and start[0] < end[0]:
            return (start, end)
        if start[0] < end[0]:
            middle = (start[0] + end[0]) / 2
            return (start, (middle, start[1]), (middle, end[1]), end)
        level = max(source[1] + source[3], target[1] + target[3]) + 20
        return (
            start,
            (start[0] + 15, start[1]),
            (start[0] + 15, level),
            (end[0] - 15, level),
            (end[0] - 15, end[1]),
            end,
        )


def _touches(point: tuple[float, float], box: Box) -> bool:
    return (
        box[0] - _NEAR <= point[0] <= box[0] + box[2] + _NEAR
        and box[1] - _NEAR <= point[1] <= box[1] + box[3] + _NEAR
    )
