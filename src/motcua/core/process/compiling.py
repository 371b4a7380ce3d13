"""Answers whether a definition can be run at all, and makes the net of it.

Looks at names, flows and types. Whether every dossier reaches an end is the checker's to prove.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from motcua.core.kernel import Problem
from motcua.core.process.decisions import table_problems
from motcua.core.process.definition import (
    TIMER,
    Boundary,
    Choice,
    Definition,
    End,
    Flow,
    Inclusive,
    Parallel,
    Step,
    SubProcess,
    Throw,
    Wait,
)
from motcua.core.process.engine import (
    INSTANCES_MAX,
    Effect,
    InclusiveJoin,
    Join,
    Net,
    Opened,
    Program,
    Scope,
    State,
    Trigger,
    Way,
)
from motcua.core.process.guards import type_problems
from motcua.core.process.times import is_time

_ONE_WAY = (Wait, Throw, Boundary, SubProcess)


def compile_net(definition: Definition) -> Net | tuple[Problem, ...]:
    """Return the net of ``definition``, or every reason why it cannot be run.

    Problems: ``process.empty``, ``process.key_twice``, ``process.unknown_node``, ``process.outcome_unused``,
    ``process.outcome_twice``, ``process.outcome_unknown``, ``process.dead_end``, ``process.flow_twice``,
    ``process.flow_from_end``, ``process.gateway_loop``, ``process.unreachable``, ``process.host_unknown``,
    ``process.member_unknown``, ``process.crosses_subprocess``, ``process.field_unknown``, ``process.field_twice``,
    ``process.table_unknown``, ``process.default_twice``, ``process.guard_misplaced``,
    ``process.time_unknown``, and those of guards and tables.
    """
    compiler = _Compiler(definition)
    problems = compiler.problems()
    return problems if problems else compiler.net()


class _Compiler:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        everything = definition.nodes()
        self.keys = [node.key for node in everything]
        self.nodes: dict[str, Any] = {node.key: node for node in everything}
        self.index = {s.key: i for i, s in enumerate(definition.steps)}
        self.out: dict[str, list[Flow]] = defaultdict(list)
        self.into: dict[str, list[Flow]] = defaultdict(list)
        for flow in definition.flows:
            self.out[flow.source].append(flow)
            self.into[flow.target].append(flow)
        self.boundaries: dict[str, list[Boundary]] = defaultdict(list)
        for boundary in definition.boundaries:
            self.boundaries[boundary.host].append(boundary)
        self.parent = {member: s.key for s in definition.subprocesses for member in s.members}
        for boundary in definition.boundaries:
            if boundary.host in self.parent:
                self.parent.setdefault(boundary.key, self.parent[boundary.host])

    # What is wrong with it

    def problems(self) -> tuple[Problem, ...]:
        definition = self.definition
        if not definition.steps and not definition.waits and not definition.throws:
            return (Problem("process.empty", values={"process": definition.id}),)
        found = list(self._name_problems())
        for step in definition.steps:
            found += self._outcome_problems(step)
        found += self._flow_problems()
        found += self._field_problems()
        if found:
            return tuple(found)
        if loop := self._pass_through_loop():
            return (Problem("process.gateway_loop", values={"key": loop}),)
        reached = self._reached()
        return tuple(
            Problem("process.unreachable", values={"key": n.key, "name": getattr(n, "name", "") or n.key})
            for n in definition.nodes()
            if n.key not in reached and not isinstance(n, End)
        )

    def _name_problems(self) -> Iterator[Problem]:
        definition = self.definition
        for key, count in sorted(Counter(self.keys).items()):
            if count > 1:
                yield Problem("process.key_twice", values={"key": key})
        named = {definition.start, *(f.source for f in definition.flows), *(f.target for f in definition.flows)}
        named |= {s.start for s in definition.subprocesses}
        for key in sorted(named - set(self.nodes)):
            yield Problem("process.unknown_node", values={"key": key})
        hosts = (Step, SubProcess, Wait)
        timers: list[Wait | Boundary] = [*definition.waits, *definition.boundaries]
        for timer in timers:
            if timer.kind == TIMER and not is_time(timer.spec):
                yield Problem("process.time_unknown", values={"key": timer.key, "text": timer.spec})
        for boundary in definition.boundaries:
            if not isinstance(self.nodes.get(boundary.host), hosts):
                yield Problem("process.host_unknown", values={"key": boundary.key, "host": boundary.host})
        held = Counter(member for s in definition.subprocesses for member in s.members)
        for sub in definition.subprocesses:
            wrong = [m for m in sub.members if m not in self.nodes or held[m] > 1 or m == sub.key]
            wrong += [] if sub.start in sub.members else [sub.start]
            for member in wrong:
                yield Problem("process.member_unknown", values={"key": sub.key, "member": member})
        for flow in definition.flows:
            if self.parent.get(flow.source) != self.parent.get(flow.target):
                values = {"source": flow.source, "target": flow.target}
                yield Problem("process.crosses_subprocess", values=values)
        if definition.start in self.parent:
            yield Problem("process.crosses_subprocess", values={"source": "", "target": definition.start})

    def _outcome_problems(self, step: Step) -> list[Problem]:
        taken = [flow.outcome or step.outcomes[0] for flow in self.out[step.key]]
        values = {"key": step.key, "name": step.name}
        found = [
            Problem("process.outcome_unused", values={**values, "outcome": o})
            for o in step.outcomes
            if o not in taken
        ]
        found += [
            Problem("process.outcome_unknown", values={**values, "outcome": o})
            for o in taken
            if o not in step.outcomes
        ]
        found += [
            Problem("process.outcome_twice", values={**values, "outcome": o})
            for o in sorted(set(taken))
            if taken.count(o) > 1
        ]
        return found

    def _flow_problems(self) -> Iterator[Problem]:
        definition = self.definition
        for node in definition.nodes():
            outs = self.out[node.key]
            if isinstance(node, End):
                if outs:
                    yield Problem("process.flow_from_end", values={"key": node.key})
                continue
            is_entered = isinstance(node, Step | Boundary) or self.into[node.key] or self._is_start(node.key)
            if not isinstance(node, Step) and (not outs or not is_entered):
                yield Problem("process.dead_end", values={"key": node.key})
            is_event = isinstance(node, Wait) and node.kind == "event"
            if isinstance(node, _ONE_WAY) and not is_event and len(outs) > 1:
                yield Problem("process.flow_twice", values={"key": node.key})
            if is_event and any(not isinstance(self.nodes.get(f.target), Wait) for f in outs):
                yield Problem("process.event_gateway", values={"key": node.key})
            if sum(f.is_default for f in outs) > 1:
                yield Problem("process.default_twice", values={"key": node.key})
            if isinstance(node, Choice | Inclusive):
                bare = [f for f in outs if f.guard is None and not f.is_default]
                if len(outs) > 1 and bare and isinstance(node, Choice):
                    yield Problem("process.guard_missing", values={"key": node.key, "target": bare[0].target})
            elif any(f.guard is not None or f.is_default for f in outs):
                yield Problem("process.guard_misplaced", values={"key": node.key})

    def _field_problems(self) -> Iterator[Problem]:
        definition, types = self.definition, self.definition.field_types()
        names = Counter([f.name for f in definition.fields] + [t.name for t in definition.tables])
        for name, count in sorted(names.items()):
            if count > 1:
                yield Problem("process.field_twice", values={"field": name})
        for flow in definition.flows:
            if flow.guard is not None:
                yield from type_problems(flow.guard, types, at=f"{flow.source} → {flow.target}")
        for table in definition.tables:
            yield from table_problems(table, types)
        tables = {t.name for t in definition.tables}
        own = {f.name for f in definition.fields}
        for step in definition.steps:
            # A table may tell how often a step is done, as it may tell its slot; what is entered is a field.
            times = (step.each,) if step.each and step.each not in tables else ()
            for name in (*step.collects, *times):
                if name not in own:
                    yield Problem("process.field_unknown", values={"key": step.key, "field": name})
            for name in (step.slot_table, step.minutes_table):
                if name and name not in tables:
                    yield Problem("process.table_unknown", values={"key": step.key, "table": name})

    def _is_start(self, key: str) -> bool:
        return key == self.definition.start or any(s.start == key for s in self.definition.subprocesses)

    def _pass_through_loop(self) -> str | None:
        """Return a node from which only nodes that do not wait lead back to itself."""
        passing = {k for k, n in self.nodes.items() if self._passes(n)}
        for key in sorted(passing):
            seen, stack = set[str](), self._next_of(key)
            while stack:
                at = stack.pop()
                if at == key:
                    return key
                if at not in seen and at in passing:
                    seen.add(at)
                    stack += self._next_of(at)
        return None

    @staticmethod
    def _passes(node: Any) -> bool:
        # A step that is done for nobody passes at once.
        is_step_for_many = isinstance(node, Step) and bool(node.each)
        return isinstance(node, Parallel | Choice | Inclusive | Throw | SubProcess) or is_step_for_many

    def _next_of(self, key: str) -> list[str]:
        node = self.nodes[key]
        found = [f.target for f in self.out[key]]
        return [node.start, *found] if isinstance(node, SubProcess) else found

    def _reached(self) -> set[str]:
        reached, stack = set[str](), [self.definition.start]
        while stack:
            key = stack.pop()
            if key not in reached:
                reached.add(key)
                stack += self._next_of(key)
                stack += [b.key for b in self.boundaries[key]]
        return reached

    # The net

    def net(self) -> Net:
        definition = self.definition
        self._lay_out()
        self.ways: dict[int, Way] = {id(f): self._way(f) for f in definition.flows}
        out = {key: tuple(self.ways[id(f)] for f in flows) for key, flows in self.out.items() if flows}
        ways = {
            (s.key, flow.outcome or s.outcomes[0]): self.ways[id(flow)]
            for s in definition.steps
            for flow in self.out[s.key]
        }
        joins = tuple(
            Join(j.key, sum(self.branch_bit[id(f)] for f in self.into[j.key]), self._program_of_targets(j.key))
            for j in self.joins
        )
        programs = tuple(
            tuple(self._program_of_outcome(step, outcome) for outcome in step.outcomes) for step in definition.steps
        )
        start = self._program_to(Way(definition.start, None, False, 0))
        triggers, trigger_nodes = self._triggers()
        return Net(
            definition=definition,
            steps=definition.steps,
            index=self.index,
            start=(State(start.opens), start.effects) if start else (State(0), ()),
            programs=programs,
            joins=joins,
            step_mask=(1 << len(self.index)) - 1,
            inclusives=self._inclusives(),
            scopes=self.scopes,
            triggers=triggers,
            instances=self.instances,
            bits=self.bits,
            nodes=self.nodes,
            ways=ways,
            out=out,
            scope_of=self.parent,
            scope_by_key={s.key: s for s in self.scopes},
            join_by_key={j.key: j for j in joins},
            boundaries_of={host: tuple(found) for host, found in self.boundaries.items() if found},
            trigger_nodes=trigger_nodes,
            tables={t.name: t for t in definition.tables},
            is_static=start is not None,
        )

    def _lay_out(self) -> None:
        """Give every place where a token can rest its bit. Never change the order: states are stored."""
        definition = self.definition
        place = len(self.index)
        self.bits: dict[str, int] = {}
        self.branch_bit: dict[int, int] = {}
        # A parallel node is a join when more than one flow comes in; each of those gets a bit of its own.
        self.joins = [p for p in definition.parallels if len(self.into[p.key]) > 1]
        self.or_joins = [p for p in definition.inclusives if len(self.into[p.key]) > 1]
        for join in self._all_joins():
            for flow in self.into[join.key]:
                self.branch_bit[id(flow)] = 1 << place
                place += 1
        beside = [b.key for b in definition.boundaries if not b.is_interrupting]
        for key in [w.key for w in definition.waits] + beside:
            self.bits[key] = 1 << place
            place += 1
        for sub in definition.subprocesses:
            self.bits[sub.key] = 1 << place
            place += 1
        self.instances: dict[int, int] = {}
        for number, step in enumerate(definition.steps):
            if step.each:
                self.instances[number] = place
                place += INSTANCES_MAX
        self.join_index = {join.key: i for i, join in enumerate(self.joins)}
        self.scopes = self._scopes()

    def _all_joins(self) -> list[Parallel | Inclusive]:
        return [*self.joins, *self.or_joins]

    def _scopes(self) -> tuple[Scope, ...]:
        found = []
        for sub in self.definition.subprocesses:
            within = {k for k in self.nodes if sub.key in self._around(k)}
            inside = 0
            for key in within:
                inside |= self._mask_of(key)
                for flow in self.into[key]:
                    inside |= self.branch_bit.get(id(flow), 0)
            found.append(Scope(sub.key, self.bits[sub.key], inside, len(self._around(sub.key))))
        return tuple(sorted(found, key=lambda s: -s.depth))

    def _around(self, key: str) -> list[str]:
        """Return the sub-processes around a node, the nearest first."""
        found, at = list[str](), self.parent.get(key)
        while at is not None and at not in found:
            found.append(at)
            at = self.parent.get(at)
        return found

    def _mask_of(self, key: str) -> int:
        """Return the bits by which the node itself is known to be open."""
        number = self.index.get(key)
        if number is not None:
            first = self.instances.get(number)
            return 1 << number if first is None else ((1 << INSTANCES_MAX) - 1) << first
        return self.bits.get(key, 0)

    def _way(self, flow: Flow) -> Way:
        return Way(flow.target, flow.guard, flow.is_default, self.branch_bit.get(id(flow), 0))

    # Outcomes worked out beforehand

    def _program_of_outcome(self, step: Step, outcome: str) -> Program | None:
        has_to_walk = step.each or self.boundaries[step.key] or self.or_joins or step.key in self.parent
        if has_to_walk:
            return None
        flow = next(f for f in self.out[step.key] if (f.outcome or step.outcomes[0]) == outcome)
        return self._program_to(self.ways[id(flow)])

    def _program_of_targets(self, key: str) -> Program | None:
        parts = [self._program_to(self.ways[id(flow)]) for flow in self.out[key]]
        known = [p for p in parts if p is not None]
        if len(known) < len(parts):
            return None
        return Program(
            opens=_union(p.opens for p in known),
            effects=tuple(e for p in known for e in p.effects),
            arrivals=tuple(a for p in known for a in p.arrivals),
            result=next((p.result for p in known if p.result), ""),
        )

    def _program_to(self, way: Way) -> Program | None:
        """Return what going along ``way`` does, or None when that hangs on the state or the fields."""
        node = self.nodes[way.target]
        if isinstance(node, Step) and not node.each and not self.boundaries[node.key]:
            number = self.index[node.key]
            return Program(1 << number, (Opened(number),), (), "")
        if isinstance(node, End) and not node.is_terminating:
            return Program(0, _NOTHING, (), node.result)
        if isinstance(node, Parallel):
            if node.key not in self.join_index:
                return self._program_of_targets(node.key)
            # A join whose own ways hang on the fields has to be walked from the start.
            if self._program_of_targets(node.key) is not None:
                return Program(0, _NOTHING, ((self.join_index[node.key], way.arrival),), "")
        return None

    # Inclusive joins and triggers

    def _inclusives(self) -> tuple[InclusiveJoin, ...]:
        made = []
        for join in self.or_joins:
            reach = defaultdict[int, int](int)
            for place, ways in self._places():
                for bit in self._branches_reached(ways, join.key):
                    reach[bit] |= place
            branches = [self.branch_bit[id(f)] for f in self.into[join.key]]
            made.append(InclusiveJoin(join.key, _union(branches), tuple((b, reach[b]) for b in branches)))
        return tuple(made)

    def _places(self) -> Iterator[tuple[int, list[Flow]]]:
        """Yield every bit where a token can rest with the flows by which it goes on."""
        for key, node in self.nodes.items():
            mask = self._mask_of(key)
            if mask:
                onward = list(self.out[key])
                for boundary in self.boundaries[key]:
                    onward += self.out[boundary.key]
                if isinstance(node, Wait) and node.kind == "event":
                    onward += [f for flow in self.out[key] for f in self.out[flow.target]]
                yield mask, onward
        for join in self._all_joins():
            for flow in self.into[join.key]:
                yield self.branch_bit[id(flow)], self.out[join.key]

    def _branches_reached(self, flows: Sequence[Flow], join: str) -> set[int]:
        found, seen, stack = set[int](), set[str](), list(flows)
        while stack:
            flow = stack.pop()
            if flow.target == join:
                found.add(self.branch_bit[id(flow)])
            elif flow.target not in seen:
                seen.add(flow.target)
                stack += self.out[flow.target]
                node = self.nodes[flow.target]
                if isinstance(node, SubProcess):
                    # Nothing inside leads out but the end of it, so what is inside matters to joins inside only.
                    stack.append(Flow(flow.target, node.start))
                for boundary in self.boundaries[flow.target]:
                    stack += self.out[boundary.key]
        return found

    def _triggers(self) -> tuple[tuple[Trigger, ...], tuple[tuple[str, str], ...]]:
        """Return the triggers, and for each: the node whose flows are taken, and what is closed by it."""
        triggers, nodes = list[Trigger](), list[tuple[str, str]]()
        awaited = {f.target for w in self.definition.waits if w.kind == "event" for f in self.out[w.key]}
        for wait in self.definition.waits:
            if wait.kind == "event":
                for flow in self.out[wait.key]:
                    target = self.nodes[flow.target]
                    triggers.append(Trigger(target.key, target.kind, target.spec, self.bits[wait.key]))
                    nodes.append((target.key, wait.key))
            elif wait.key not in awaited or len(self.into[wait.key]) > 1:
                triggers.append(Trigger(wait.key, wait.kind, wait.spec, self.bits[wait.key]))
                nodes.append((wait.key, wait.key))
        for boundary in self.definition.boundaries:
            mask = self._mask_of(boundary.host) if boundary.is_interrupting else self.bits[boundary.key]
            triggers.append(Trigger(boundary.key, boundary.kind, boundary.spec, mask))
            nodes.append((boundary.key, boundary.host if boundary.is_interrupting else ""))
        return tuple(triggers), tuple(nodes)


_NOTHING: tuple[Effect, ...] = ()


def _union(masks: Any) -> int:
    made = 0
    for mask in masks:
        made |= mask
    return made
