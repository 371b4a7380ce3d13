"""Answers in what two versions of a process differ, as a person would say it; where shapes stand in a drawing is none of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from motcua.core.process.decisions import DecisionTable
from motcua.core.process.definition import Definition, End, Flow, Node, Step
from motcua.core.process.guards import Field, text_of

STEP_PARTS = (
    *("name", "kind", "slot", "role", "minutes", "co_slots", "watch_slots", "collects", "reads"),
    *("each", "in_turn", "calls", "slot_table", "minutes_table"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    ``code``: ``name``, ``start``, ``step_added``, ``step_removed``, ``step`` (``part`` tells what of it), ``way_added``,
    ``way_removed``, ``way``, ``node_added``, ``node_removed``, ``node``, ``field_added``, ``field_removed``, ``field``,
    ``table_added``, ``table_removed``, ``table``, ``order``. ``key`` is the node, ``before`` and ``after`` what stood
    and stands there.
    """

    code: str
    key: str
    part: str = ""
    before: Any = None
    after: Any = None


def difference(before: Definition, after: Definition) -> tuple[Change, ...]:
    """Return every difference by which some dossier could run otherwise or be shown otherwise; nothing between equals.

    Steps and nodes are the same when their keys are.
    """
    found = [Change("name", "", before=before.name, after=after.name)] if before.name != after.name else []
    if before.start != after.start:
        found.append(Change("start", after.start, before=before.start, after=after.start))
    found += _steps(before, after)
    found += _ways(before, after)
    found += _nodes(before, after)
    found += _named("field", {f.name: f for f in before.fields}, {f.name: f for f in after.fields})
    found += _named("table", {t.name: t for t in before.tables}, {t.name: t for t in after.tables})
    if not found and _order(before) != _order(after):
        found.append(Change("order", ""))
    return tuple(found)


def _order(definition: Definition) -> tuple[object, ...]:
    """Return what hangs on the order of writing: that of the steps, and in which order a gateway tries its ways."""
    choices = {c.key for c in definition.choices} | {i.key for i in definition.inclusives}
    tried = [(f.source, f.target) for f in definition.flows if f.source in choices]
    return ([s.key for s in definition.steps], sorted(tried, key=lambda way: way[0]))


def _steps(before: Definition, after: Definition) -> Iterator[Change]:
    old, new = {s.key: s for s in before.steps}, {s.key: s for s in after.steps}
    yield from (Change("step_removed", key, before=old[key].name) for key in old if key not in new)
    for key, step in new.items():
        if key not in old:
            yield Change("step_added", key, after=step.name)
            continue
        for part in STEP_PARTS:
            was, now = getattr(old[key], part), getattr(step, part)
            if was != now:
                yield Change("step", key, part, was, now)
        if set(old[key].outcomes) == set(step.outcomes) and old[key].outcomes != step.outcomes:
            yield Change("step", key, "outcomes", old[key].outcomes, step.outcomes)


def _ways(before: Definition, after: Definition) -> Iterator[Change]:
    """Yield where an outcome or gateway leads elsewhere; not for what is new or gone altogether."""
    shared = {n.key for n in before.nodes()} & {n.key for n in after.nodes()}
    old, new = _ways_of(before), _ways_of(after)
    for key in (k for k in old if k in shared):
        was, now = old[key], new.get(key, {})
        yield from (Change("way_removed", key, how, target) for how, target in was.items() if how not in now)
        for how, target in now.items():
            if how not in was:
                yield Change("way_added", key, how, after=target)
            elif was[how] != target:
                yield Change("way", key, how, was[how], target)
    for key in (k for k in new if k in shared and k not in old):
        yield from (Change("way_added", key, how, after=target) for how, target in new[key].items())


def _ways_of(definition: Definition) -> dict[str, dict[str, tuple[str, ...]]]:
    made: dict[str, dict[str, list[str]]] = {}
    first = {s.key: s.outcomes[0] for s in definition.steps if s.outcomes}
    for flow in definition.flows:
        made.setdefault(flow.source, {}).setdefault(_how(flow, first), []).append(flow.target)
    return {key: {how: tuple(targets) for how, targets in ways.items()} for key, ways in made.items()}


def _how(flow: Flow, first: Mapping[str, str]) -> str:
    """Return by what a flow is taken: the outcome, the condition, ``otherwise``, or nothing in particular."""
    if flow.source in first:
        return flow.outcome or first[flow.source]
    if flow.guard is not None:
        return text_of(flow.guard)
    return "otherwise" if flow.is_default else ""


def _nodes(before: Definition, after: Definition) -> Iterator[Change]:
    old: dict[str, Node] = {n.key: n for n in before.nodes() if not isinstance(n, Step)}
    new: dict[str, Node] = {n.key: n for n in after.nodes() if not isinstance(n, Step)}
    yield from (Change("node_removed", key, before=node) for key, node in old.items() if key not in new)
    for key, node in new.items():
        if key not in old:
            yield Change("node_added", key, after=node)
        elif old[key] != node:
            yield Change("node", key, _parts_that_differ(old[key], node), old[key], node)


def _parts_that_differ(before: Node, after: Node) -> str:
    if type(before) is not type(after):
        return "kind"
    if isinstance(after, End) and isinstance(before, End) and before.result != after.result:
        return "result"
    return next(f.name for f in fields(after) if getattr(before, f.name) != getattr(after, f.name))


def _named(
    what: str, old: Mapping[str, Field | DecisionTable], new: Mapping[str, Field | DecisionTable]
) -> Sequence[Change]:
    found = [Change(f"{what}_removed", name, before=old[name].label or name) for name in old if name not in new]
    for name, value in new.items():
        if name not in old:
            found.append(Change(f"{what}_added", name, after=value.label or name))
        elif old[name] != value:
            found.append(Change(what, name, before=old[name], after=value))
    return found
