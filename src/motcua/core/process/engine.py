"""Answers which steps are open after an event: ``step(state, event) → (state, effects)`` on a compiled net.

Pure and deterministic. The state is one integer, whatever has happened before: bit ``i`` is set while
step ``i`` is open, and further bits remember which branches have arrived at a join. The history is in the
dossier's facts, so that a dossier sent back a hundred times costs what a fresh one costs.

Not here: guards over form data, timers, messages and sub-processes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from motcua.core.kernel import Problem
from motcua.core.process.definition import Definition, End, Parallel, Step

_FORMAT = 1


class State(NamedTuple):
    """Where a dossier stands in its process. 0 means that it has ended."""

    marking: int

    @property
    def has_ended(self) -> bool:
        return self.marking == 0

    def to_bytes(self) -> bytes:
        """Return the saved form: one byte of format, then the marking."""
        length = (self.marking.bit_length() + 7) // 8
        return bytes([_FORMAT]) + self.marking.to_bytes(length, "little")

    @classmethod
    def from_bytes(cls, saved: bytes) -> State:
        """Return the state that ``to_bytes`` wrote; ValueError for a format that this release does not know."""
        if not saved or saved[0] != _FORMAT:
            raise ValueError(f"unknown format of a process state: {saved[:1]!r}")
        return cls(int.from_bytes(saved[1:], "little"))


class Completed(NamedTuple):
    """A step was done; ``outcome`` is the index into the step's outcomes."""

    step: int
    outcome: int = 0


class Opened(NamedTuple):
    """A step is to be done now."""

    step: int


class Ended(NamedTuple):
    """The process came to its end; ``result`` is that of the end reached last."""

    result: str


Effect = Opened | Ended


class NotActive(Exception):
    """The step of the event is not open in this state: somebody else has done it, or it was never reached."""


class _Program(NamedTuple):
    """What an outcome does when it needs no look at the state: bits to set and effects, then joins to try."""

    opens: int
    effects: tuple[Effect, ...]
    arrivals: tuple[tuple[int, int], ...]  # (join, bit of the branch)
    result: str


class _Join(NamedTuple):
    mask: int
    program: _Program


@dataclass(frozen=True, slots=True)
class Net:
    """A process compiled for running. Shape: ``programs[step][outcome]``; ``index`` maps step keys to numbers."""

    definition: Definition
    steps: tuple[Step, ...]
    index: dict[str, int]
    start: tuple[State, tuple[Effect, ...]]
    programs: tuple[tuple[_Program, ...], ...]
    joins: tuple[_Join, ...]
    step_mask: int

    def step(self, state: State, event: Completed) -> tuple[State, tuple[Effect, ...]]:
        """Return the state after ``event`` and what follows from it.

        Raises NotActive when the step is not open, IndexError when the outcome does not exist.
        """
        marking = state[0]
        number, outcome = event
        bit = 1 << number
        if not marking & bit:
            raise NotActive(self.steps[number].key)
        opens, effects, arrivals, result = self.programs[number][outcome]
        marking = (marking ^ bit) | opens
        if arrivals:
            marking, effects, result = self._arrive(marking, effects, arrivals, result)
        if not marking:
            return State(0), (*effects, Ended(result))
        return State(marking), effects

    def open_steps(self, state: State) -> tuple[Step, ...]:
        """Return the steps that are to be done in this state, in the order of the definition."""
        return tuple(step for i, step in enumerate(self.steps) if state.marking >> i & 1)

    def _arrive(
        self, marking: int, effects: tuple[Effect, ...], arrivals: tuple[tuple[int, int], ...], result: str
    ) -> tuple[int, tuple[Effect, ...], str]:
        for join, branch in arrivals:
            marking |= branch
            mask, program = self.joins[join]
            if marking & mask == mask:
                marking = (marking & ~mask) | program.opens
                effects += program.effects
                result = program.result or result
                if program.arrivals:
                    marking, effects, result = self._arrive(marking, effects, program.arrivals, result)
        return marking, effects, result


def compile_net(definition: Definition) -> Net | tuple[Problem, ...]:
    """Return the net of ``definition``, or every reason why it cannot be run.

    Problems: ``process.empty``, ``process.key_twice``, ``process.unknown_node``, ``process.outcome_unused``,
    ``process.outcome_twice``, ``process.outcome_unknown``, ``process.dead_end``, ``process.gateway_loop``,
    ``process.unreachable``.
    """
    compiler = _Compiler(definition)
    problems = compiler.problems()
    return problems if problems else compiler.net()


class _Compiler:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        everything: tuple[Step | Parallel | End, ...] = (*definition.steps, *definition.parallels, *definition.ends)
        self.keys = [node.key for node in everything]
        self.nodes = {node.key: node for node in everything}
        self.index = {s.key: i for i, s in enumerate(definition.steps)}
        self.out: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.into: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for flow in definition.flows:
            self.out[flow.source].append((flow.target, flow.outcome))
            self.into[flow.target].append((flow.source, flow.outcome))
        # A parallel node is a join when more than one flow comes in; each of those gets a bit of its own.
        self.joins = [p for p in definition.parallels if len(self.into[p.key]) > 1]
        self.branch_bit: dict[tuple[str, str, str], int] = {}
        for join in self.joins:
            for source, outcome in self.into[join.key]:
                self.branch_bit[source, outcome, join.key] = 1 << (len(self.index) + len(self.branch_bit))
        self.join_index = {join.key: i for i, join in enumerate(self.joins)}

    def problems(self) -> tuple[Problem, ...]:
        definition, found = self.definition, list[Problem]()
        if not definition.steps:
            return (Problem("process.empty", values={"process": definition.id}),)
        keys = self.keys
        found += [Problem("process.key_twice", values={"key": k}) for k in sorted(set(keys)) if keys.count(k) > 1]
        named = {
            definition.start,
            *(f.source for f in definition.flows),
            *(f.target for f in definition.flows),
        }
        found += [Problem("process.unknown_node", values={"key": k}) for k in sorted(named - set(self.nodes))]
        for step in definition.steps:
            found += self._outcome_problems(step)
        found += [
            Problem("process.dead_end", values={"key": p.key})
            for p in definition.parallels
            if not self.out[p.key] or not self.into[p.key]
        ]
        if found:
            return tuple(found)
        if loop := self._gateway_loop():
            return (Problem("process.gateway_loop", values={"key": loop}),)
        reached = self._reached()
        return tuple(
            Problem("process.unreachable", values={"key": s.key, "name": s.name})
            for s in definition.steps
            if s.key not in reached
        )

    def _outcome_problems(self, step: Step) -> list[Problem]:
        taken = [outcome or step.outcomes[0] for _, outcome in self.out[step.key]]
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

    def _gateway_loop(self) -> str | None:
        """Return a parallel node from which only parallel nodes lead back to itself."""
        for parallel in self.definition.parallels:
            seen, stack = set[str](), [t for t, _ in self.out[parallel.key]]
            while stack:
                key = stack.pop()
                if key == parallel.key:
                    return key
                if key not in seen and isinstance(self.nodes[key], Parallel):
                    seen.add(key)
                    stack += [t for t, _ in self.out[key]]
        return None

    def _reached(self) -> set[str]:
        reached, stack = set[str](), [self.definition.start]
        while stack:
            key = stack.pop()
            if key not in reached:
                reached.add(key)
                stack += [target for target, _ in self.out[key]]
        return reached

    def net(self) -> Net:
        joins = tuple(
            _Join(
                mask=sum(self.branch_bit[source, outcome, join.key] for source, outcome in self.into[join.key]),
                program=self._program_of_targets(join.key),
            )
            for join in self.joins
        )
        programs = tuple(
            tuple(self._program(step.key, self._flow_of(step, outcome)) for outcome in step.outcomes)
            for step in self.definition.steps
        )
        start = self._program("", (self.definition.start, ""))
        return Net(
            definition=self.definition,
            steps=self.definition.steps,
            index=self.index,
            start=(State(start.opens), start.effects),
            programs=programs,
            joins=joins,
            step_mask=(1 << len(self.index)) - 1,
        )

    def _flow_of(self, step: Step, outcome: str) -> tuple[str, str]:
        return next((t, o) for t, o in self.out[step.key] if (o or step.outcomes[0]) == outcome)

    def _program_of_targets(self, key: str) -> _Program:
        parts = [self._program(key, flow) for flow in self.out[key]]
        return _Program(
            opens=sum(p.opens for p in parts),
            effects=tuple(e for p in parts for e in p.effects),
            arrivals=tuple(a for p in parts for a in p.arrivals),
            result=next((p.result for p in parts if p.result), ""),
        )

    def _program(self, source: str, flow: tuple[str, str]) -> _Program:
        target, outcome = flow
        node = self.nodes[target]
        if isinstance(node, Step):
            number = self.index[target]
            return _Program(1 << number, (Opened(number),), (), "")
        if isinstance(node, End):
            return _Program(0, (), (), node.result)
        if target in self.join_index:
            return _Program(0, (), ((self.join_index[target], self.branch_bit[source, outcome, target]),), "")
        return self._program_of_targets(target)
