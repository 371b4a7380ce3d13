"""Answers which steps are open after an event: ``step(state, event) → (state, effects)`` on a compiled net.

Pure and deterministic. The state is one integer, whatever has happened before: bit ``i`` is set while
step ``i`` is open, and further bits remember waits, branches that have arrived at a join, open sub-processes and
the offices that have yet to answer. The history is in the dossier's facts, so that a dossier sent back a hundred
times costs what a fresh one costs.

An outcome that needs no look at the dossier's fields is worked out beforehand; the rest walks the nodes.
Whether a process can get stuck is the checker's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from motcua.core.process.decisions import Deciding, DecisionTable
from motcua.core.process.definition import TIMER, Definition, Step
from motcua.core.process.guards import evaluate, value_of

_FORMAT = 1
INSTANCES_MAX = 64
"""How often a step may be done side by side."""


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
    """A step was done; ``outcome`` is the index into the step's outcomes, ``instance`` which of several offices."""

    step: int
    outcome: int = 0
    instance: int = 0


class Fired(NamedTuple):
    """The time of a trigger has come, or its message; ``trigger`` is its number in the net."""

    trigger: int


Event = Completed | Fired


class Opened(NamedTuple):
    """A step is to be done now."""

    step: int
    instance: int = 0


class Cancelled(NamedTuple):
    """An open step is no longer to be done: a boundary or a terminating end closed it."""

    step: int
    instance: int = 0


class Sent(NamedTuple):
    """A message leaves."""

    message: str


class Ended(NamedTuple):
    """The process came to its end; ``result`` is that of the end reached last."""

    result: str


Effect = Opened | Cancelled | Sent | Ended


class NotActive(Exception):
    """The step or trigger of the event is not open in this state: somebody was faster, or it was never reached."""


class NoWayOut(Exception):
    """No flow of a gateway holds for the dossier's fields and none is marked as the rest; ``args[0]`` is its key."""


class Trigger(NamedTuple):
    """What can fire while any bit of ``mask`` is set: a time or a message. ``spec`` is its time or its name."""

    key: str
    kind: str
    spec: str
    mask: int


class Program(NamedTuple):
    """What an outcome does when it needs no look at the state: bits to set and effects, then joins to try."""

    opens: int
    effects: tuple[Effect, ...]
    arrivals: tuple[tuple[int, int], ...]  # (join, bit of the branch)
    result: str


class Join(NamedTuple):
    """A parallel join: the bits of its branches, and what follows; ``program`` is None when it has to be walked."""

    key: str
    mask: int
    program: Program | None


class InclusiveJoin(NamedTuple):
    """An inclusive join. ``reach`` has, for the bit of each branch, every bit from which a token could still come."""

    key: str
    mask: int
    reach: tuple[tuple[int, int], ...]


class Scope(NamedTuple):
    """A sub-process: its own bit, all bits within, and the keys of the flow that leaves it."""

    key: str
    bit: int
    inside: int
    depth: int


class Observed(NamedTuple):
    """A step of the engine as the checker sees it.

    ``met`` are the nodes where a second token came upon one that was there already, ``chosen`` the flows (source,
    target) that gateways took, ``ends`` the ends of the process itself that were reached.
    """

    state: State
    effects: tuple[Effect, ...]
    met: tuple[str, ...]
    chosen: tuple[tuple[str, str], ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A flow as the engine walks it. ``arrival`` is the bit of its branch where the target joins."""

    target: str
    guard: Any
    is_default: bool
    arrival: int


@dataclass(frozen=True, slots=True)
class Net:
    """A process compiled for running. Shape: ``programs[step][outcome]``; ``index`` maps step keys to numbers.

    ``steps`` hold the bits from 0 on. ``instances`` gives, for a step done by several, the place of its first bit.
    """

    definition: Definition
    steps: tuple[Step, ...]
    index: dict[str, int]
    start: tuple[State, tuple[Effect, ...]]
    programs: tuple[tuple[Program | None, ...], ...]
    joins: tuple[Join, ...]
    step_mask: int
    inclusives: tuple[InclusiveJoin, ...] = ()
    scopes: tuple[Scope, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    instances: Mapping[int, int] = field(default_factory=dict)
    bits: Mapping[str, int] = field(default_factory=dict)
    nodes: Mapping[str, Any] = field(default_factory=dict)
    ways: Mapping[tuple[str, str], Way] = field(default_factory=dict)
    out: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)
    scope_of: Mapping[str, str] = field(default_factory=dict)
    scope_by_key: Mapping[str, Scope] = field(default_factory=dict)
    join_by_key: Mapping[str, Join] = field(default_factory=dict)
    boundaries_of: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    trigger_nodes: tuple[tuple[str, str], ...] = ()
    tables: Mapping[str, DecisionTable] = field(default_factory=dict)
    is_static: bool = True

    def begin(self, data: Mapping[str, Any] | None = None) -> tuple[State, tuple[Effect, ...]]:
        """Return the first state and what it opens. Raises NoWayOut."""
        return self.start if self.is_static else self._beginning(data).settle()

    def step(
        self, state: State, event: Event, data: Mapping[str, Any] | None = None
    ) -> tuple[State, tuple[Effect, ...]]:
        """Return the state after ``event`` and what follows from it.

        ``data`` are the dossier's fields by name. Raises NotActive when the step is not open, IndexError when the
        outcome does not exist, NoWayOut.
        """
        marking = state[0]
        if event.__class__ is Fired:
            return self._fired(marking, event[0], data).settle()
        number = event[0]
        program = self.programs[number][event[1]]  # type: ignore[misc]
        if program is None:
            return self._completed(marking, event, data).settle()  # type: ignore[arg-type]
        bit = 1 << number
        if not marking & bit:
            raise NotActive(self.steps[number].key)
        opens, effects, arrivals, result = program
        if opens & marking & ~bit:
            # A second token comes to a step that is open already: it is done once, as the facts will say.
            effects = tuple(e for e in effects if not (e.__class__ is Opened and marking & ~bit & (1 << e[0])))
        marking = (marking ^ bit) | opens
        if arrivals:
            marking, effects, result = self._arrive(marking, effects, arrivals, result)
        if not marking:
            return State(0), (*effects, Ended(result))
        return State(marking), effects

    def observe(self, state: State | None, event: Event | None, data: Mapping[str, Any] | None = None) -> Observed:
        """Return what ``step`` does with what is to be seen on the way; without a state and an event, the beginning.

        Walks every node, also where ``step`` knows the outcome beforehand. Raises as ``step`` does.
        """
        if state is None or event is None:
            walk = self._beginning(data)
        elif isinstance(event, Fired):
            walk = self._fired(state.marking, event.trigger, data)
        else:
            walk = self._completed(state.marking, event, data)
        after, effects = walk.settle()
        return Observed(after, effects, tuple(walk.met), tuple(walk.chosen), tuple(walk.ends))

    def open_steps(self, state: State) -> tuple[Step, ...]:
        """Return the steps that are to be done in this state, in the order of the definition."""
        return tuple(self.steps[number] for number, _ in dict(self.open_numbers(state)).items())

    def open_numbers(self, state: State) -> Iterator[tuple[int, int]]:
        """Yield (number, instance) of every step that is to be done now; one in turn shows its first alone."""
        for number in range(len(self.steps)):
            first = self.instances.get(number)
            if first is None:
                if state.marking >> number & 1:
                    yield number, 0
            elif found := state.marking >> first & _ALL_INSTANCES:
                last = 1 if self.steps[number].in_turn else INSTANCES_MAX
                bits = [i for i in range(INSTANCES_MAX) if found >> i & 1]
                yield from ((number, i) for i in bits[:last])

    def is_open(self, state: State, step: int, instance: int = 0) -> bool:
        """Return whether the step is to be done in this state."""
        return (step, instance) in self.open_numbers(state)

    def waiting(self, state: State) -> tuple[int, ...]:
        """Return the numbers of the triggers that may fire in this state."""
        return tuple(i for i, t in enumerate(self.triggers) if state.marking & t.mask)

    def typed(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return plain JSON values as the values of the declared fields; what is no value of its field is left out."""
        found = {}
        for rule in self.definition.fields:
            if rule.name in values:
                try:
                    found[rule.name] = value_of(values[rule.name], rule)
                except (ValueError, ArithmeticError):
                    continue
        return found

    def deciding(self, data: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """Return the fields with the process's decision tables computed."""
        return Deciding(data or {}, self.tables) if self.tables else (data or {})

    def slot_of(self, step: int, data: Mapping[str, Any] | None) -> str:
        """Return the slot that does the step: its own, or what its table gives for the dossier."""
        rule = self.steps[step]
        return str(self.deciding(data).get(rule.slot_table) or rule.slot) if rule.slot_table else rule.slot

    def minutes_of(self, step: int, data: Mapping[str, Any] | None) -> int | None:
        """Return the step's share of the term in minutes: its own, or what its table gives for the dossier."""
        rule = self.steps[step]
        if not rule.minutes_table:
            return rule.minutes
        found = self.deciding(data).get(rule.minutes_table)
        return rule.minutes if found is None else int(found)

    def _arrive(
        self, marking: int, effects: tuple[Effect, ...], arrivals: tuple[tuple[int, int], ...], result: str
    ) -> tuple[int, tuple[Effect, ...], str]:
        for number, branch in arrivals:
            marking |= branch
            _, mask, program = self.joins[number]
            if program is not None and marking & mask == mask:
                marking &= ~mask
                opened = program.effects
                if program.opens & marking:
                    # As in ``step``: what is open already is not opened again.
                    opened = tuple(e for e in opened if not (e.__class__ is Opened and marking & (1 << e[0])))
                marking |= program.opens
                effects += opened
                result = program.result or result
                if program.arrivals:
                    marking, effects, result = self._arrive(marking, effects, program.arrivals, result)
        return marking, effects, result

    def _beginning(self, data: Mapping[str, Any] | None) -> Walk:
        walk = Walk(self, 0, data)
        walk.enter(Way(self.definition.start, None, False, 0))
        return walk

    def _completed(self, marking: int, event: Completed, data: Mapping[str, Any] | None) -> Walk:
        step = self.steps[event.step]
        first = self.instances.get(event.step)
        mask = 1 << event.step if first is None else 1 << (first + event.instance)
        if not marking & mask or (first is not None and not self.is_open(State(marking), event.step, event.instance)):
            raise NotActive(step.key)
        walk = Walk(self, marking ^ mask, data)
        if first is not None and walk.marking >> first & _ALL_INSTANCES:
            if step.in_turn:
                walk.effects.append(
                    Opened(*next(p for p in self.open_numbers(State(walk.marking)) if p[0] == event.step))
                )
        else:
            walk.disarm(step.key)
            walk.enter(self.ways[step.key, step.outcomes[event.outcome]])
        return walk

    def _fired(self, marking: int, number: int, data: Mapping[str, Any] | None) -> Walk:
        trigger = self.triggers[number]
        if not marking & trigger.mask:
            raise NotActive(trigger.key)
        walk = Walk(self, marking, data)
        leaving, cleared = self.trigger_nodes[number]
        if cleared:
            walk.cancel(cleared)
        elif trigger.kind == TIMER:
            # Beside its host a time comes once; a message may come again for as long as the host is open.
            walk.marking &= ~trigger.mask
        for way in self.out[leaving]:
            walk.enter(way)
        return walk


_ALL_INSTANCES = (1 << INSTANCES_MAX) - 1


class Walk:
    """One event on its way through the nodes. Not for use from elsewhere."""

    __slots__ = ("chosen", "data", "effects", "ended", "ends", "marking", "met", "net", "result")

    def __init__(self, net: Net, marking: int, data: Mapping[str, Any] | None) -> None:
        self.net, self.marking, self.result = net, marking, ""
        self.effects: list[Effect] = []
        self.ended: set[str | None] = set()
        self.met: list[str] = []
        self.chosen: list[tuple[str, str]] = []
        self.ends: list[str] = []
        self.data = net.deciding(data)

    def enter(self, way: Way) -> None:
        """Let a token go along a flow, through everything that does not wait."""
        if self.ended and self.net.scope_of.get(way.target) in self.ended:
            return  # a terminating end has closed everything around this flow
        node = self.net.nodes[way.target]
        _ENTER[node.__class__.__name__](self, node, way)

    def settle(self) -> tuple[State, tuple[Effect, ...]]:
        """Leave sub-processes in which nothing is left, pass inclusive joins that nothing more can reach."""
        while self._settle_one():
            pass
        if not self.marking:
            self.effects.append(Ended(self.result))
        return State(self.marking), tuple(self.effects)

    def cancel(self, key: str) -> None:
        """Close a host: a wait, a step with all its offices, a sub-process with everything in it."""
        net = self.net
        self.disarm(key)
        if key in net.scope_by_key:
            scope = net.scope_by_key[key]
            self._clear(scope.inside | scope.bit)
        elif key in net.index:
            number = net.index[key]
            first = net.instances.get(number)
            self._clear(1 << number if first is None else _ALL_INSTANCES << first)
        else:
            self._clear(net.bits[key])

    def disarm(self, key: str) -> None:
        for boundary in self.net.boundaries_of.get(key, ()):
            self.marking &= ~self.net.bits.get(boundary.key, 0)

    def _clear(self, mask: int) -> None:
        before = State(self.marking & mask)
        self.effects += [Cancelled(number, instance) for number, instance in self.net.open_numbers(before)]
        self.marking &= ~mask

    def _settle_one(self) -> bool:
        for scope in self.net.scopes:  # the innermost first
            if self.marking & scope.bit and not self.marking & scope.inside:
                self.marking ^= scope.bit
                self.disarm(scope.key)
                for way in self.net.out[scope.key]:
                    self.enter(way)
                return True
        for join in self.net.inclusives:
            arrived = self.marking & join.mask
            if arrived and not self._may_more_come(join, arrived):
                self.marking ^= arrived
                self._split_inclusively(join.key)
                return True
        return False

    def _may_more_come(self, join: InclusiveJoin, arrived: int) -> bool:
        # BPMN 2.0.2, 13.4.3: a token elsewhere holds the join up if it can reach a branch that is empty,
        # unless it can reach one that has arrived as well.
        elsewhere = self.marking & ~arrived
        empty = held = 0
        for bit, reach in join.reach:
            if arrived & bit:
                held |= reach
            else:
                empty |= reach
        return bool(elsewhere & empty & ~held)

    def _arm(self, host: str) -> None:
        for boundary in self.net.boundaries_of.get(host, ()):
            self.marking |= self.net.bits.get(boundary.key, 0)

    def _enter_step(self, node: Any, way: Way) -> None:
        number = self.net.index[node.key]
        first = self.net.instances.get(number)
        if first is None:
            if not self.marking >> number & 1:
                self.marking |= 1 << number
                self.effects.append(Opened(number))
            else:
                self.met.append(node.key)
        else:
            if self.marking >> first & _ALL_INSTANCES:
                self.met.append(node.key)
            count = _count(self.data.get(node.each))
            if not count:
                self.enter(self.net.ways[node.key, node.outcomes[0]])
                return
            self.marking |= ((1 << count) - 1) << first
            self.effects += [Opened(number, i) for i in range(1 if node.in_turn else count)]
        self._arm(node.key)

    def _enter_parallel(self, node: Any, way: Way) -> None:
        join = self.net.join_by_key.get(node.key)
        if join is not None:
            self._arrive(node.key, way.arrival)
            if self.marking & join.mask != join.mask:
                return
            self.marking &= ~join.mask
        for out in self.net.out[node.key]:
            self.chosen.append((node.key, out.target))
            self.enter(out)

    def _enter_choice(self, node: Any, way: Way) -> None:
        out = self._chosen(node.key)[0]
        self.chosen.append((node.key, out.target))
        self.enter(out)

    def _enter_inclusive(self, node: Any, way: Way) -> None:
        if way.arrival:
            self._arrive(node.key, way.arrival)
        else:
            self._split_inclusively(node.key)

    def _split_inclusively(self, key: str) -> None:
        for out in self._chosen(key):
            self.chosen.append((key, out.target))
            self.enter(out)

    def _chosen(self, key: str) -> list[Way]:
        outs = self.net.out[key]
        if len(outs) == 1 and outs[0].guard is None:
            return [outs[0]]
        found = [o for o in outs if not o.is_default and (o.guard is None or evaluate(o.guard, self.data))]
        found = found or [o for o in outs if o.is_default]
        if not found:
            raise NoWayOut(key)
        return found

    def _arrive(self, key: str, bit: int) -> None:
        if self.marking & bit:
            self.met.append(key)
        self.marking |= bit

    def _enter_wait(self, node: Any, way: Way) -> None:
        self._arrive(node.key, self.net.bits[node.key])
        self._arm(node.key)

    def _enter_throw(self, node: Any, way: Way) -> None:
        self.effects.append(Sent(node.message))
        for out in self.net.out[node.key]:
            self.enter(out)

    def _enter_sub_process(self, node: Any, way: Way) -> None:
        self._arrive(node.key, self.net.bits[node.key])
        self.ended.discard(node.key)
        self._arm(node.key)
        self.enter(Way(node.start, None, False, 0))

    def _enter_end(self, node: Any, way: Way) -> None:
        self.result = node.result
        if node.key not in self.net.scope_of:
            self.ends.append(node.key)
        if node.is_terminating:
            around = self.net.scope_of.get(node.key)
            self.ended.add(around)
            self._clear(self.net.scope_by_key[around].inside if around else self.marking)


_ENTER: dict[str, Any] = {
    "Step": Walk._enter_step,
    "Parallel": Walk._enter_parallel,
    "Choice": Walk._enter_choice,
    "Inclusive": Walk._enter_inclusive,
    "Wait": Walk._enter_wait,
    "Throw": Walk._enter_throw,
    "SubProcess": Walk._enter_sub_process,
    "End": Walk._enter_end,
}


def _count(value: Any) -> int:
    """Return how often a step is done: the number itself or the length of the list; never more than is possible."""
    if isinstance(value, list | tuple):
        return min(len(value), INSTANCES_MAX)
    return max(0, min(int(value), INSTANCES_MAX)) if isinstance(value, int) else 0
