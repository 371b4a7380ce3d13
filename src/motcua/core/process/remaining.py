"""Answers how much work is left at least after a step, by the times that the process states for its steps.

It takes the shortest way that is left: whoever does not make that one makes none.
"""

from __future__ import annotations

from collections.abc import Sequence

from motcua.core.process.definition import AUTOMATIC, Definition, Node, Parallel, Step, SubProcess

RETURN = "return"


def least_minutes_after(definition: Definition) -> dict[str, int]:
    """Return, for each step, the least minutes of an eight-hour day that other steps need once it is done.

    By the usual outcome of each step; where the ways part, by the shortest; of branches side by side, the longest.
    Handing the result over is not work that is owed. A step without a stated time counts nothing.
    """
    nodes = {n.key: n for n in definition.nodes()}
    onward = {key: _onward(node, definition) for key, node in nodes.items()}
    least = dict.fromkeys(nodes, 0)
    # Upwards from nothing: after as many rounds as there are nodes, every way without a loop has been walked.
    for _round in nodes:
        before = dict(least)
        for key, node in nodes.items():
            least[key] = _own(node) + _rest(node, onward[key], least)
        if least == before:
            break
    return {s.key: least[s.key] - _own(s) for s in definition.steps}


def _onward(node: Node, definition: Definition) -> tuple[str, ...]:
    flows = [f for f in definition.flows if f.source == node.key]
    if isinstance(node, Step) and node.outcomes:
        usual = [f for f in flows if f.outcome in ("", node.outcomes[0])]
        flows = usual or flows
    return tuple(f.target for f in flows)


def _own(node: Node) -> int:
    if not isinstance(node, Step) or node.kind in (RETURN, AUTOMATIC):
        return 0
    return node.minutes or 0


def _rest(node: Node, onward: Sequence[str], least: dict[str, int]) -> int:
    inside = least.get(node.start, 0) if isinstance(node, SubProcess) else 0
    further = [least[key] for key in onward if key in least]
    if not further:
        return inside
    return inside + (max(further) if isinstance(node, Parallel) else min(further))
