"""Answers what a dossier's earlier facts say in the numbers of the version by which it goes on.

Facts name steps by their numbers in the version that ran then. A move to another version is itself a fact and holds
the map; nothing earlier is written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from motcua.core.dossier.facts import Fact, FactKind


@dataclass(frozen=True, slots=True)
class StepMap:
    """Which step, outcome and trigger of the new version each of the old one is; ``None`` where there is none.

    Shape: ``steps[old]``, ``outcomes[old step][old outcome]``, ``triggers[old]``.
    """

    steps: Sequence[int | None]
    outcomes: Sequence[Sequence[int | None]]
    triggers: Sequence[int | None]

    def to_body(self) -> dict[str, Any]:
        return {
            "steps": list(self.steps),
            "outcomes": [list(o) for o in self.outcomes],
            "triggers": list(self.triggers),
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> StepMap:
        return cls(body["steps"], body["outcomes"], body["triggers"])

    def covers(self, fact: Fact) -> bool:
        """Return whether all that the fact names is in the new version."""
        if fact.kind is FactKind.FIRED and self.triggers[fact.body["trigger"]] is None:
            return False
        step = fact.body.get("step")
        if step is None:
            return True
        if self.steps[step] is None:
            return False
        return fact.kind is not FactKind.COMPLETED or self.outcomes[step][fact.body["outcome"]] is not None

    def apply(self, fact: Fact) -> Fact:
        """Return the fact in the new numbers; only what ``covers`` is ever written."""
        body = dict(fact.body)
        if fact.kind is FactKind.FIRED:
            body["trigger"] = self.triggers[body["trigger"]]
        if "step" in body:
            if fact.kind is FactKind.COMPLETED:
                body["outcome"] = self.outcomes[body["step"]][body["outcome"]]
            body["step"] = self.steps[body["step"]]
        return replace(fact, body=body) if body != fact.body else fact


def renumbered(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts in their order, each in the numbers of the version by which the dossier goes on now."""
    ordered = sorted(facts, key=lambda f: f.seq)
    for move in [f for f in ordered if f.kind is FactKind.MOVED]:
        by = StepMap.from_body(move.body)
        ordered = [by.apply(f) if f.seq < move.seq else f for f in ordered]
    return ordered
