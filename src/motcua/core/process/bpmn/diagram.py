"""Answers how the drawing of a process stands in a BPMN file: planes, shapes, edges, labels.

Where things lie is decided in ``placing`` and ``completing``. What stands beside the process keeps its place, or lies
below where the process was laid out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from motcua.core.process.bpmn.completing import complete
from motcua.core.process.bpmn.elements import Element
from motcua.core.process.bpmn.layout import Box, Layout
from motcua.core.process.bpmn.picture import Picture, Places
from motcua.core.process.bpmn.placing import place
from motcua.core.process.bpmn.vocabulary import BPMNDI, DC, DI

_BELOW = 60


def diagram(
    picture: Picture,
    layout: Layout,
    *,
    plane_of: str,
    beside: Collection[Element],
    exclusive: Collection[str],
    fresh: Callable[[str], str],
) -> Element:
    """Return the diagram of ``picture``; ``beside`` are drawings, ``exclusive`` the ids that show a cross."""
    places = complete(picture, layout) if layout.shapes else None
    if places is not None:
        _keep(places, layout, beside)
    else:
        places = place(picture)
        _put_below(places, layout, beside)
    plane = Element(f"{{{BPMNDI}}}BPMNPlane", {"id": fresh("plane"), "bpmnElement": plane_of})
    for key in places.boxes:
        flags = _flags(key, picture, layout, exclusive)
        shape = Element(f"{{{BPMNDI}}}BPMNShape", {"id": fresh(f"{key}_di"), "bpmnElement": key, **flags})
        shape.children += [_bounds(places.boxes[key]), *_label(key, places)]
        plane.children.append(shape)
    for key, line in places.lines.items():
        edge = Element(f"{{{BPMNDI}}}BPMNEdge", {"id": fresh(f"{key}_di"), "bpmnElement": key})
        edge.children += [Element(f"{{{DI}}}waypoint", {"x": _figure(x), "y": _figure(y)}) for x, y in line]
        edge.children += _label(key, places)
        plane.children.append(edge)
    return Element(f"{{{BPMNDI}}}BPMNDiagram", {"id": fresh("diagram")}, [plane])


def _keep(places: Places, layout: Layout, beside: Collection[Element]) -> None:
    for element in beside:
        key = element.attributes.get("id", "")
        if key in layout.shapes:
            places.boxes.setdefault(key, layout.shapes[key])
        if key in layout.edges:
            places.lines.setdefault(key, layout.edges[key])
        if key in layout.labels:
            places.labels.setdefault(key, layout.labels[key])


def _put_below(places: Places, layout: Layout, beside: Collection[Element]) -> None:
    """Put drawings below a process that was laid out anew, and draw their lines straight."""
    ids = [e.attributes["id"] for e in beside if e.attributes.get("id") in layout.shapes]
    if not ids or not places.boxes:
        return
    bottom = max(y + height for _, y, _, height in places.boxes.values())
    down = bottom + _BELOW - min(layout.shapes[i][1] for i in ids)
    for key in ids:
        x, y, width, height = layout.shapes[key]
        places.boxes[key] = (x, y + down, width, height)
    for element in beside:
        ends = [places.boxes.get(element.attributes.get(n, "")) for n in ("sourceRef", "targetRef")]
        if element.attributes.get("id") in layout.edges and ends[0] and ends[1]:
            places.lines[element.attributes["id"]] = (_middle(ends[0]), _middle(ends[1]))


def _middle(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def _flags(key: str, picture: Picture, layout: Layout, exclusive: Collection[str]) -> dict[str, str]:
    usual: dict[str, str] = {}
    if key == picture.pool or key in picture.lanes:
        usual["isHorizontal"] = "true"
    if key in exclusive:
        usual["isMarkerVisible"] = "true"
    flags = {**usual, **{k: v for k, v in layout.flags.get(key, {}).items() if not k.startswith("{")}}
    drawn = picture.shapes.get(key)
    # What is in a sub-process is drawn in its place, so that it is never shown closed.
    return {**flags, "isExpanded": "true"} if drawn is not None and drawn.is_holder else flags


def _label(key: str, places: Places) -> list[Element]:
    return [Element(f"{{{BPMNDI}}}BPMNLabel", {}, [_bounds(places.labels[key])])] if key in places.labels else []


def _bounds(box: Box) -> Element:
    figures = dict(zip(("x", "y", "width", "height"), map(_figure, box), strict=True))
    return Element(f"{{{DC}}}Bounds", figures)


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) else str(round(value, 2))
