"""Answers what a drawing holds beside the process: places, ids, names, and what is kept without effect.

Plain JSON outside, checked on reading: a layout comes back from pages and may be of another version of the process.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from unicodedata import combining, normalize

from motcua.core.process.bpmn.elements import Element
from motcua.core.process.definition import Flow

Box: TypeAlias = "tuple[float, float, float, float]"
"""Left, top, width, height."""
Line: TypeAlias = "tuple[tuple[float, float], ...]"

NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
"""Ids as drawing tools take them: XML would allow letters of every language, bpmn-js those of ASCII alone."""
_NUMBER_MAX = 1_000_000.0

PROCESS, POOL, LANES, COLLABORATION, DEFINITIONS = "*process", "*pool", "*lanes", "*collaboration", "*definitions"
"""What the ids of a drawing are known by that are no node's."""


def lane(slot: str) -> str:
    return f"*lane {slot}"


def message(name: str) -> str:
    return f"*message {name}"


def start(scope: str) -> str:
    return f"*start {scope}"


def start_flow(scope: str) -> str:
    return f"*start-flow {scope}"


def outcomes(step: str) -> str:
    return f"*outcomes {step}"


def outcomes_flow(step: str) -> str:
    return f"*outcomes-flow {step}"


def flow_names(flows: Sequence[Flow]) -> list[str]:
    """Return the name that each flow's id is known by, the same whatever the order of other flows."""
    count, made = Counter[str](), []
    for flow in flows:
        name = " → ".join((flow.source, flow.outcome, flow.target) if flow.outcome else (flow.source, flow.target))
        count[name] += 1
        made.append(f"{name} #{count[name]}" if count[name] > 1 else name)
    return made


def ncname(text: str) -> str:
    """Return ``text`` as an id of XML, its letters without marks."""
    plain = text if text.isascii() else "".join(c for c in normalize("NFD", text) if not combining(c))
    made = re.sub(r"[^A-Za-z0-9_.\-]", "_", plain.replace("đ", "d").replace("Đ", "D"))
    return made if NCNAME.fullmatch(made) else f"_{made}"


@dataclass(slots=True)
class Kept:
    """What an element carries that has no effect here: attributes by tag, elements within."""

    attributes: dict[str, str] = field(default_factory=dict)
    elements: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """``shapes`` and ``labels`` are boxes and ``edges`` lines by id; ``flags`` the attributes of shapes; ``ids`` the ids
    of what is no node, by what it is; ``names`` of what has none in the process; ``elements`` the kind of task drawn;
    ``drawings`` what stands beside the process, with the id of what holds it.
    """

    shapes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, Line] = field(default_factory=dict)
    flags: dict[str, dict[str, str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    drawings: list[tuple[str, Element]] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON without what is empty; ``from_json`` gives the same layout back."""
        made: dict[str, Any] = {
            "shapes": {k: list(v) for k, v in self.shapes.items()},
            "labels": {k: list(v) for k, v in self.labels.items()},
            "edges": {k: [list(p) for p in v] for k, v in self.edges.items()},
            "kept": {k: [v.attributes, [e.to_json() for e in v.elements]] for k, v in self.kept.items()},
            "drawings": [[held_by, e.to_json()] for held_by, e in self.drawings],
        }
        made |= {n: dict(getattr(self, n)) for n in ("flags", "ids", "names", "elements", "prefixes")}
        return {name: value for name, value in made.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Layout:
        """Return the layout that ``data`` holds; what is not of the form is left out."""
        found = data if isinstance(data, Mapping) else {}
        return cls(
            shapes={k: box for k, v in _pairs(found, "shapes") if (box := _box(v))},
            labels={k: box for k, v in _pairs(found, "labels") if (box := _box(v))},
            edges={k: line for k, v in _pairs(found, "edges") if (line := _line(v))},
            flags={k: _texts(v, is_tags=True) for k, v in _pairs(found, "flags")},
            ids={k: v for k, v in _texts(found.get("ids")).items() if NCNAME.fullmatch(v)},
            names=_texts(found.get("names")),
            elements=_texts(found.get("elements")),
            kept={k: kept for k, v in _pairs(found, "kept") if (kept := _kept(v))},
            drawings=[d for v in _list(found.get("drawings")) if (d := _drawing(v))],
            prefixes={k: v for k, v in _texts(found.get("prefixes")).items() if NCNAME.fullmatch(v)},
        )


def _pairs(data: Mapping[str, Any], name: str) -> Iterable[tuple[str, Any]]:
    found = data.get(name)
    return [(k, v) for k, v in found.items() if isinstance(k, str)] if isinstance(found, Mapping) else []


def _list(data: Any) -> Sequence[Any]:
    return data if isinstance(data, list | tuple) else ()


def _texts(data: Any, *, is_tags: bool = False) -> dict[str, str]:
    if not isinstance(data, Mapping):
        return {}
    texts = {k: v for k, v in data.items() if isinstance(k, str) and isinstance(v, str)}
    return {k: v for k, v in texts.items() if _is_tag(k)} if is_tags else texts


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _NUMBER_MAX


def _box(data: Any) -> Box | None:
    found = _list(data)
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 and all(map(_number, found)) else None


def _line(data: Any) -> Line | None:
    points = [tuple(p) for p in _list(data) if len(_list(p)) == 2 and all(map(_number, p))]
    return tuple(points) if len(points) > 1 and len(points) == len(_list(data)) else None


def _kept(data: Any) -> Kept | None:
    found = _list(data)
    if len(found) != 2:
        return None
    elements = [e for part in _list(found[1]) if (e := _element(part))]
    return Kept(_texts(found[0], is_tags=True), elements)


def _drawing(data: Any) -> tuple[str, Element] | None:
    found = _list(data)
    if len(found) != 2 or not isinstance(found[0], str):
        return None
    element = _element(found[1])
    return (found[0], element) if element else None


def _element(data: Any, depth: int = 0) -> Element | None:
    found = _list(data)
    if len(found) != 4 or not _is_tag(found[0]) or not isinstance(found[3], str) or depth > 90:
        return None
    children = [_element(c, depth + 1) for c in _list(found[2])]
    return Element(found[0], _texts(found[1], is_tags=True), [c for c in children if c], found[3])


def _is_tag(tag: Any) -> bool:
    if not isinstance(tag, str):
        return False
    namespace, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    return bool(NCNAME.fullmatch(name)) and (bool(namespace) or not tag.startswith("{"))
