"""Answers whether every dossier of a process reaches an end, and only one; whether no step and no way is dead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from motcua.core.process import Choice, Inclusive, Wait
from motcua.core.process.definition import MESSAGE, TIMER
from motcua.core.process.guards import text_of
from motcua.core.proving.exploring import Explored, Sight
from motcua.core.proving.findings import Finding, finding, path_to, remark, said, said_all
from motcua.core.proving.regions import nodes_waiting


def soundness_findings(found: Explored) -> tuple[Finding, ...]:
    """Return what the states tell.

    Findings: ``proving.deadlock``, ``proving.no_end``, ``proving.spins``, ``proving.twice``,
    ``proving.ends_while_open``, ``proving.no_result``, ``proving.no_way``, ``proving.read_before_entered``,
    ``proving.table_undecided``, ``proving.dead_step``, ``proving.dead_way``, ``proving.too_large``,
    ``proving.waits_for_ever`` (a remark).
    """
    made = [_sighted(found, sight) for sight in found.sights]
    made += _deadlocks(found)
    if found.is_whole:
        made += _endless(found)
    elif not found.sights:
        made.append(finding("proving.too_large", (found.net.definition.start,), states=len(found.states)))
    made += _spinning(found)
    # What nobody reaches because something before it goes wrong is no fault of its own.
    if not any(f.is_error for f in made):
        made += _dead(found)
    return (*made, *_unlimited(found))


def _sighted(found: Explored, sight: Sight) -> Finding:
    definition = found.net.definition
    values = dict(sight.values)
    if "marking" in values:
        still_open = nodes_waiting(found.net, int(values.pop("marking")))
        values["open"] = said_all(definition, still_open)
    path = (*found.path(sight.at), *sight.after)
    if not path or path[-1] != sight.key:
        path = (*path, sight.key)
    return finding(sight.code, path, **{**values, "name": said(definition, sight.key)})


def _deadlocks(found: Explored) -> Iterator[Finding]:
    seen = set[frozenset[str]]()
    for number in sorted(found.stuck):
        waiting = nodes_waiting(found.net, found.states[number][0])
        joins = [key for key, kind in waiting.items() if kind == "join"] or list(waiting)
        if frozenset(joins) not in seen:
            seen.add(frozenset(joins))
            names = said_all(found.net.definition, joins)
            yield finding("proving.deadlock", (*found.path(number), joins[0]), name=names)


def _endless(found: Explored) -> list[Finding]:
    """Return the states from which things go on for ever, and neither an end nor a fault is ever reached."""
    before = defaultdict[int, list[int]](list)
    for source, target, _ in found.edges:
        before[target].append(source)
    reached = set[int]()
    stack = [*found.ended, *found.stuck, *(n for n in found.broken if n >= 0)]
    while stack:
        number = stack.pop()
        if number not in reached:
            reached.add(number)
            stack += before[number]
    endless = [n for n in range(len(found.states)) if n not in reached]
    if not endless:
        return []
    # States are numbered as they were found: the first has the shortest path.
    first = endless[0]
    going_round = nodes_waiting(found.net, found.states[first][0])
    path = (*found.path(first), next(iter(going_round)))
    return [finding("proving.no_end", path, name=said_all(found.net.definition, going_round))]


def _spinning(found: Explored) -> list[Finding]:
    """Return a round of steps that the system does by itself, without anybody's hand in between."""
    onward = defaultdict[int, list[tuple[int, str]]](list)
    for source, target, automatic in found.edges:
        if automatic:
            onward[source].append((target, automatic))
    done = set[int]()
    for start in sorted(onward):
        # The way down from ``start``: a state, the key passed to reach it, and what of its ways is still to be tried.
        trail: list[tuple[int, str, Iterator[tuple[int, str]]]] = []
        on_trail = dict[int, int]()
        reached: tuple[int, str] | None = None if start in done else (start, "")
        while reached is not None or trail:
            if reached is None:
                number, _, _ = trail.pop()
                del on_trail[number]
                # Everything below it was looked at: nothing that leads here need be looked at again.
                done.add(number)
            elif reached[0] in on_trail:
                number, key = reached
                keys = [k for _, k, _ in trail[on_trail[number] + 1 :]] + [key]
                names = said_all(found.net.definition, keys)
                return [finding("proving.spins", (*found.path(number), *keys), name=names)]
            elif reached[0] not in done:
                on_trail[reached[0]] = len(trail)
                trail.append((*reached, iter(onward.get(reached[0], ()))))
            reached = next(trail[-1][2], None) if trail else None
    return []


def _dead(found: Explored) -> Iterator[Finding]:
    definition = found.net.definition
    if not found.is_whole:
        return
    for number, step in enumerate(definition.steps):
        if number not in found.opened and not _may_be_none(found, step.key):
            yield finding("proving.dead_step", path_to(definition, step.key), name=step.name or step.key)
    gateways = {n.key for n in definition.nodes() if isinstance(n, Choice | Inclusive)}
    for flow in definition.flows:
        is_guarded = flow.source in gateways and flow.guard is not None
        if is_guarded and (flow.source, flow.target) not in found.chosen and flow.guard is not None:
            path = (*path_to(definition, flow.source), flow.target)
            names = {"name": said(definition, flow.source), "target": said(definition, flow.target)}
            yield finding("proving.dead_way", path, guard=text_of(flow.guard), **names)


def _may_be_none(found: Explored, key: str) -> bool:
    """Return whether the step stands for offices of which there may be none."""
    return any(s.key == key and s.each for s in found.net.definition.steps)


def _unlimited(found: Explored) -> Iterator[Finding]:
    definition = found.net.definition
    limited = {b.host for b in definition.boundaries if b.kind == TIMER}
    first_of = {f.target: f.source for f in definition.flows}
    events = {w.key for w in definition.waits if w.kind == "event"}
    timers = {w.key for w in definition.waits if w.kind == TIMER}
    alternatives = _grouped((f.source, f.target) for f in definition.flows if f.source in events)
    for wait in definition.waits:
        is_alone = first_of.get(wait.key) not in events
        if (wait.kind == MESSAGE and is_alone and wait.key not in limited) or (
            wait.kind == "event" and not set(alternatives[wait.key]) & timers and wait.key not in limited
        ):
            yield _waits(found, wait)


def _waits(found: Explored, wait: Wait) -> Finding:
    definition = found.net.definition
    name = said(definition, wait.key)
    return remark("proving.waits_for_ever", path_to(definition, wait.key), name=name)


def _grouped(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, list[str]]:
    made = defaultdict[str, list[str]](list)
    for key, value in pairs:
        made[key].append(value)
    return made
