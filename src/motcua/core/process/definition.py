"""Answers what an internal process (quy trình nội bộ) consists of: steps, parallel parts, ends, flows.

It says nothing of how a dossier moves; that is the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of work at one unit.

    ``slot`` names the kind of unit (``reception``, ``division``, ``leadership`` …) that each office fills
    with a unit of its own; ``role`` the role that may do it; ``minutes`` its share of the term in working
    minutes (``None`` when the office gave none); ``outcomes`` what may come of it, the usual one first;
    ``kind`` what sort of act it is: receive, appraise, consult, approve, sign, return.
    """

    key: str
    name: str
    kind: str
    slot: str
    role: str
    minutes: int | None
    outcomes: tuple[str, ...] = ("done",)


@dataclass(frozen=True, slots=True)
class Parallel:
    """A fork, a join, or both: goes on when every incoming flow has arrived, then along all outgoing ones."""

    key: str


@dataclass(frozen=True, slots=True)
class End:
    """An end of the process; ``result`` tells what became of the dossier."""

    key: str
    result: str


@dataclass(frozen=True, slots=True)
class Flow:
    """From a node to the next; ``outcome`` tells which outcome of a step takes it."""

    source: str
    target: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole process; ``start`` is the key of the first node."""

    id: str
    name: str
    start: str
    steps: tuple[Step, ...]
    flows: tuple[Flow, ...]
    parallels: tuple[Parallel, ...] = ()
    ends: tuple[End, ...] = (End("end", "done"),)

    def to_json(self) -> dict[str, Any]:
        """Return the definition as plain JSON values; ``from_json`` gives the same definition back."""
        return {
            "id": self.id,
            "name": self.name,
            "start": self.start,
            "steps": [
                {
                    "key": s.key,
                    "name": s.name,
                    "kind": s.kind,
                    "slot": s.slot,
                    "role": s.role,
                    "minutes": s.minutes,
                    "outcomes": list(s.outcomes),
                }
                for s in self.steps
            ],
            "parallels": [p.key for p in self.parallels],
            "ends": [[e.key, e.result] for e in self.ends],
            "flows": [[f.source, f.target, f.outcome] for f in self.flows],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Definition:
        """Return the definition that ``to_json`` wrote; KeyError or ValueError where it is not of that form."""
        return cls(
            id=data["id"],
            name=data["name"],
            start=data["start"],
            steps=tuple(Step(**{**s, "outcomes": tuple(s["outcomes"])}) for s in data["steps"]),
            parallels=tuple(Parallel(key) for key in data["parallels"]),
            ends=tuple(End(key, result) for key, result in data["ends"]),
            flows=tuple(Flow(*flow) for flow in data["flows"]),
        )
