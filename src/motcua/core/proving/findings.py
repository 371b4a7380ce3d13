"""Answers what a finding is, and how a place of a process is named in words; it finds nothing itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.core.kernel import Problem
from motcua.core.process import Boundary, Definition, End, Step, Wait


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the checker found.

    ``path`` are the keys of the nodes that a dossier passes until it happens, the last being where it happens; where
    no dossier can come there, it is the place alone. An error forbids publishing, a remark (``is_error`` false) does
    not.
    """

    problem: Problem
    path: tuple[str, ...]
    is_error: bool = True


def finding(code: str, path: Iterable[str], /, **values: object) -> Finding:
    """Return a finding that forbids publishing; ``values`` fill its text."""
    return Finding(Problem(code, values={k: str(v) for k, v in values.items()}), tuple(path))


def remark(code: str, path: Iterable[str], /, **values: object) -> Finding:
    """Return a finding that does not forbid publishing."""
    return Finding(Problem(code, values={k: str(v) for k, v in values.items()}), tuple(path), is_error=False)


def said(definition: Definition, key: str) -> str:
    """Return the node's name, or its key where it has none."""
    node = next((n for n in definition.nodes() if n.key == key), None)
    if isinstance(node, Wait | Boundary):
        return node.name or node.spec or key
    if isinstance(node, End):
        return node.result or key
    return getattr(node, "name", "") or key


def said_all(definition: Definition, keys: Iterable[str]) -> str:
    return ", ".join(f"«{said(definition, key)}»" for key in dict.fromkeys(keys))


def ways_onward(definition: Definition) -> Mapping[str, tuple[str, ...]]:
    """Return, for each node, the nodes that may come right after it, as the drawing has them.

    A sub-process leads to its own beginning and, once it is over, to what follows it; a step to what may happen
    while it is open.
    """
    onward: dict[str, list[str]] = {node.key: [] for node in definition.nodes()}
    for flow in definition.flows:
        onward.setdefault(flow.source, []).append(flow.target)
    for sub in definition.subprocesses:
        onward[sub.key].append(sub.start)
    for boundary in definition.boundaries:
        onward.setdefault(boundary.host, []).append(boundary.key)
    return {key: tuple(dict.fromkeys(targets)) for key, targets in onward.items()}


def path_to(definition: Definition, key: str) -> tuple[str, ...]:
    """Return the shortest way through the drawing from the start to a node; the node alone where none leads there."""
    onward = ways_onward(definition)
    came: dict[str, str | None] = {definition.start: None}
    queue = deque([definition.start])
    while queue:
        at = queue.popleft()
        if at == key:
            break
        for following in onward.get(at, ()):
            if following not in came:
                came[following] = at
                queue.append(following)
    if key not in came:
        return (key,)
    path, step = list[str](), key
    found: Any = step
    while found is not None:
        path.append(found)
        found = came[found]
    return tuple(reversed(path))


def steps_named(definition: Definition, values: Mapping[str, str]) -> str | None:
    """Return the key of the node that a problem speaks of, if it speaks of one."""
    keys = {node.key for node in definition.nodes()}
    for name in ("key", "source", "at", "field", "table"):
        for word in values.get(name, "").replace("→", " ").split():
            if word in keys:
                return word
    return None


def who_reads(definition: Definition, field: str) -> str | None:
    """Return the first step that has to do with a field, by collecting it or by being done for each of it."""
    return next((s.key for s in definition.steps if field in (*s.collects, s.each)), None)


def step_of(definition: Definition, key: str) -> Step | None:
    return next((s for s in definition.steps if s.key == key), None)
