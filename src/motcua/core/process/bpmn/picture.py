"""Answers what of a process is to be drawn: shapes with their size, what holds them, and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from motcua.core.process.bpmn.layout import Box, Line

TASK, EVENT, GATEWAY = (100, 80), (36, 36), (50, 50)
_LETTER, LABEL_LINE, LABEL_WIDTH = 6.5, 14, 90


@dataclass(slots=True)
class Shape:
    """``holder`` is the sub-process within which it lies, ``host`` what it is attached to, ``label`` what is beneath."""

    id: str
    size: tuple[float, float]
    holder: str = ""
    host: str = ""
    lane: str = ""
    label: str = ""
    is_holder: bool = False


@dataclass(slots=True)
class Edge:
    id: str
    source: str
    target: str
    holder: str = ""
    label: str = ""


@dataclass(slots=True)
class Picture:
    """What is drawn. ``lanes`` are the ids of lanes from the top; ``pool`` is empty where there is none."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    lanes: list[str] = field(default_factory=list)
    pool: str = ""


@dataclass(slots=True)
class Places:
    """Where everything lies, by id."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)


def label_size(text: str, width: float = LABEL_WIDTH) -> tuple[float, float]:
    """Return about how much room a label takes."""
    if not text:
        return 0, 0
    letters = len(text) * _LETTER
    return min(width, round(letters) + 8), LABEL_LINE * (int(letters // width) + 1)


def overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
