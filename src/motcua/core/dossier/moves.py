"""Answers whether a live dossier can go on under another version of its process, and where it then stands.

A dossier keeps the version under which it was received. It is moved only where everything that has happened to it
would have happened in just the same way under the new one: the same steps opened and closed by the same facts. What
was done stays true, and whose time it was too; only what comes next changes. Since the new version is sound, the
dossier can reach its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from motcua.core.dossier.corrections import effective
from motcua.core.dossier.facts import Fact, FactKind
from motcua.core.dossier.life import Life, replay
from motcua.core.dossier.path import Stay, stays_of
from motcua.core.dossier.renumbering import StepMap
from motcua.core.kernel import Problem
from motcua.core.process import Net, NotActive, NoWayOut, Step

_SAME = ("state", "decision", "received_at", "ended_at", "returned_at", "supplement_count", "open_pauses", "values")


def step_map(before: Net, after: Net, chosen: Mapping[str, str]) -> tuple[StepMap, list[Problem]]:
    """Return the map from ``before`` to ``after``: by keys, but as ``chosen`` (old key to new, empty for none) says.

    Problems: ``move.step_unknown``, ``move.step_kind`` (another kind of step, or of how many do it),
    ``move.step_twice``; ``field`` is ``step.`` with the old key.
    """
    problems, steps = list[Problem](), list[int | None]()
    taken: dict[int, str] = {}
    for old in before.steps:
        key = chosen.get(old.key, old.key)
        number = after.index.get(key)
        values = {"step": old.name, "to": after.steps[number].name if number is not None else key}
        if number is not None and not _alike(old, after.steps[number]):
            if old.key in chosen:
                problems.append(Problem("move.step_kind", f"step.{old.key}", values=values))
            number = None
        elif number is None and chosen.get(old.key):
            problems.append(Problem("move.step_unknown", f"step.{old.key}", values=values))
        if number is not None and number in taken:
            problems.append(Problem("move.step_twice", f"step.{old.key}", values={**values, "other": taken[number]}))
        if number is not None:
            taken[number] = old.name
        steps.append(number)
    outcomes = [_outcomes(old, after, number) for old, number in zip(before.steps, steps, strict=True)]
    here = {(t.key, t.kind): n for n, t in enumerate(after.triggers)}
    triggers = [here.get((t.key, t.kind)) for t in before.triggers]
    return StepMap(steps, outcomes, triggers), problems


def moved_life(facts: Sequence[Fact], moved: Fact, *, before: Net, after: Net) -> Life | Problem:
    """Return where the dossier stands once ``moved`` is its last fact, or what hinders it.

    Problems: ``move.step_gone`` (something was done, or is being done, that the new version does not have),
    ``move.other_way`` (the new version would have led elsewhere; the step at which), ``move.field_missing`` (a field
    that the new version has collected by then).
    """
    by, everything = StepMap.from_body(moved.body), (*facts, moved)
    gone = next((f for f in facts if not by.covers(f)), None)
    if gone is not None:
        number = gone.body.get("step")
        key = before.triggers[gone.body["trigger"]].key if number is None else before.steps[number].key
        node = before.nodes.get(key)
        return Problem("move.step_gone", values={"step": getattr(node, "name", "") or key})
    old = stays_of(facts, before)
    try:
        new = stays_of(everything, after)
        life = replay(everything, after)
    except (NotActive, NoWayOut):
        return _elsewhere(old, before)
    was = {_in_new_numbers(s, by): s for s in old}
    is_now = {_as_tuple(s, s.step, s.outcome): s for s in new}
    if differing := [s for key, s in was.items() if key not in is_now]:
        return _elsewhere(differing, before)
    if differing := [s for key, s in is_now.items() if key not in was]:
        return _elsewhere(differing, after)
    standing = replay(facts, before)
    if any(getattr(standing, name) != getattr(life, name) for name in _SAME):
        return _elsewhere(old, before)
    return _without_field(everything, life, after) or life


def _alike(old: Step, new: Step) -> bool:
    return old.kind == new.kind and bool(old.each) == bool(new.each) and old.in_turn == new.in_turn


def _outcomes(old: Step, after: Net, number: int | None) -> list[int | None]:
    if number is None:
        return [None] * len(old.outcomes)
    there = after.steps[number].outcomes
    return [there.index(o) if o in there else None for o in old.outcomes]


_Key = tuple[object, ...]


def _as_tuple(stay: Stay, step: int | None, outcome: int | None) -> _Key:
    return (step, stay.instance, stay.opened_at, stay.closed_at, stay.by_seq, stay.end_seq, outcome)


def _in_new_numbers(stay: Stay, by: StepMap) -> _Key:
    outcome = None if stay.outcome is None else by.outcomes[stay.step][stay.outcome]
    return _as_tuple(stay, by.steps[stay.step], outcome)


def _elsewhere(stays: Sequence[Stay], net: Net) -> Problem:
    name = net.steps[stays[0].step].name if stays else net.definition.name
    return Problem("move.other_way", values={"step": name})


def _without_field(facts: Sequence[Fact], life: Life, net: Net) -> Problem | None:
    """Return the first field that a step done by then collects in the new version, and that the dossier lacks."""
    labels = {f.name: f.label or f.name for f in net.definition.fields}
    for fact in effective(facts):
        if fact.kind is FactKind.COMPLETED and fact.body["outcome"] == 0:
            step = net.steps[fact.body["step"]]
            missing = next((name for name in step.collects if name not in life.values), None)
            if missing is not None:
                return Problem("move.field_missing", values={"step": step.name, "field": labels[missing]})
    return None
