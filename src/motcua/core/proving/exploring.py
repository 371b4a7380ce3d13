"""Answers everywhere a dossier can come to in a process, by the engine itself, and what is seen on the way.

Every outcome of every open step, every time and message that may come, every value of a field that some condition
can tell from another. It judges nothing.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua.core.process import Completed, Fired, Net, NoWayOut, Opened, State
from motcua.core.process.definition import AUTOMATIC
from motcua.core.process.engine import Event, Observed
from motcua.core.process.guards import Binary, Expr, Literal, Name
from motcua.core.proving.regions import ALL_INSTANCES, regions_of
from motcua.core.proving.values import MISSING, Seen, fields_read, guards_of, undecided_table, values_to_try

STATES_MAX, STATES_WITH_FAULT_MAX = 150_000, 12_000

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """Something seen on an event: ``code`` what, ``key`` where, ``at`` the number of the state before it."""

    code: str
    key: str
    at: int
    after: tuple[str, ...]
    values: Mapping[str, str]


@dataclass(slots=True)
class Explored:
    """The states found. ``came`` tells for each from which it was reached first, and over which nodes.

    ``edges`` are (from, to, by the system itself). ``ended`` are the states in which the process is over, ``stuck``
    those in which nothing can happen any more, ``broken`` those from which an event finds no way on.
    """

    net: Net
    states: list[tuple[int, Values]] = field(default_factory=list)
    came: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    edges: list[tuple[int, int, str]] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    stuck: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    sights: list[Sight] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)
    chosen: set[tuple[str, str]] = field(default_factory=set)
    is_whole: bool = True

    def path(self, number: int) -> tuple[str, ...]:
        """Return the nodes passed on the shortest way to a state."""
        parts = list[tuple[str, ...]]()
        while number >= 0:
            number, keys = self.came[number]
            parts.append(keys)
        return tuple(key for keys in reversed(parts) for key in keys)


def explore(
    net: Net, *, given: frozenset[str] = frozenset(), is_reduced: bool = True, limit: int = STATES_MAX
) -> Explored:
    """Return every state that matters; ``given`` are fields that a dossier has from the beginning.

    Without ``is_reduced`` every mix of parallel branches is tried as well. Stops at ``limit`` states, and says so.
    """
    return _Explorer(net, given, limit, is_reduced=is_reduced).explored()


class _Explorer:
    def __init__(self, net: Net, given: frozenset[str], limit: int, *, is_reduced: bool) -> None:
        self.net, self.limit = net, limit
        self.names = fields_read(net.definition)
        self.tried = values_to_try(net.definition)
        self.given = given
        self.may_be_missing = _compared_with_null(guards_of(net.definition))
        self.regions = regions_of(net, self.names) if is_reduced else ()
        self.found = Explored(net)
        self.numbers: dict[tuple[int, Values], int] = {}
        self.queue: deque[int] = deque()
        self.said = set[tuple[str, str, str]]()
        self.collected = [
            tuple((self.names.index(f), self.tried[f]) for f in dict.fromkeys(s.collects) if f in self.tried)
            for s in net.steps
        ]
        self.step_of_instances = {first: number for number, first in net.instances.items()}

    def explored(self) -> Explored:
        known = [self.tried[n] if n in self.given else (MISSING,) for n in self.names]
        for values in itertools.product(*known):
            self._go(-1, None, None, values, ())
        while self.queue:
            # Something wrong has been seen: what is wrong far behind it can wait until this is put right.
            most = min(self.limit, STATES_WITH_FAULT_MAX) if self.found.sights else self.limit
            if len(self.found.states) > most:
                self.found.is_whole = False
                break
            number = self.queue.popleft()
            self._expand(number, *self.found.states[number])
        return self.found

    def _expand(self, number: int, marking: int, values: Values) -> None:
        if not marking:
            self.found.ended.add(number)
            return
        can_go_on = False
        for event, key, after in self._events(marking, values):
            can_go_on = True
            self._go(number, State(marking), event, after, (key,))
        if not can_go_on:
            self.found.stuck.add(number)

    def _events(self, marking: int, values: Values) -> Iterator[tuple[Event, str, Values]]:
        net = self.net
        open_now = list(self._open(marking))
        within = self._region(marking, open_now)
        for step, instance in open_now:
            first = net.instances.get(step)
            if not within >> (step if first is None else first) & 1:
                continue
            rule = net.steps[step]
            for outcome in range(1 if rule.kind == AUTOMATIC else len(rule.outcomes)):
                event = Completed(step, outcome, instance)
                # Who hands back or refuses need not have filled anything in.
                for after in self._entered(values, step) if outcome == 0 else (values,):
                    yield event, rule.key, after
        for trigger in net.waiting(State(marking)):
            yield Fired(trigger), net.triggers[trigger].key, values

    def _region(self, marking: int, open_now: list[tuple[int, int]]) -> int:
        """Return the bits of the steps to go on with: those of one closed branch, or all."""
        for region in self.regions:
            if marking & region.mask and not marking & ~region.allowed:
                bits = (step if (i := self.net.instances.get(step)) is None else i for step, _ in open_now)
                if any(region.mask >> bit & 1 for bit in bits):
                    return region.mask
        return -1

    def _open(self, marking: int) -> Iterator[tuple[int, int]]:
        rest = marking & self.net.step_mask
        while rest:
            bit = rest & -rest
            yield bit.bit_length() - 1, 0
            rest ^= bit
        for first, number in self.step_of_instances.items():
            if found := marking >> first & ALL_INSTANCES:
                is_in_turn = self.net.steps[number].in_turn
                while found:
                    bit = found & -found
                    yield number, bit.bit_length() - 1
                    found = 0 if is_in_turn else found ^ bit

    def _entered(self, values: Values, step: int) -> Iterator[Values]:
        collected = self.collected[step]
        if not collected:
            yield values
            return
        for combination in itertools.product(*(tried for _, tried in collected)):
            made = list(values)
            for (place, _), value in zip(collected, combination, strict=True):
                made[place] = value
            yield tuple(made)

    def _go(self, at: int, state: State | None, event: Event | None, values: Values, keys: tuple[str, ...]) -> None:
        known = {n: v for n, v in zip(self.names, values, strict=True) if v is not MISSING}
        seen = Seen(known)
        try:
            made = self.net.observe(state, event, seen)
        except NoWayOut as error:
            self.found.broken.add(at)
            if not self._note_missing(at, keys, seen):
                self._note("proving.no_way", str(error.args[0]), at, keys, case=_case(known))
            return
        self._note_all(at, keys, made, seen, known)
        self._reach(at, made, values, keys, event)

    def _reach(self, at: int, made: Observed, values: Values, keys: tuple[str, ...], event: Event | None) -> None:
        passed = _passed(keys, made)
        place = (made.state.marking, values)
        number = self.numbers.get(place)
        if number is None:
            number = self.numbers[place] = len(self.found.states)
            self.found.states.append(place)
            self.found.came.append((at, passed))
            self.queue.append(number)
        if at >= 0:
            step = self.net.steps[event.step] if isinstance(event, Completed) else None
            self.found.edges.append((at, number, step.key if step is not None and step.kind == AUTOMATIC else ""))
        self.found.chosen.update(made.chosen)
        self.found.opened.update(e.step for e in made.effects if isinstance(e, Opened))

    def _note_all(self, at: int, keys: tuple[str, ...], made: Observed, seen: Seen, known: Mapping[str, Any]) -> None:
        after = _passed(keys, made)
        for effect in made.effects:
            if isinstance(effect, Opened):
                table = undecided_table(self.net, effect.step, seen)
                if table is not None and not seen.missed:
                    key = self.net.steps[effect.step].key
                    self._note("proving.table_undecided", key, at, after, table=table, case=_case(known))
        self._note_missing(at, after, seen)
        for key in made.met:
            self._note("proving.twice", key, at, after)
        results = {e.key: e.result for e in self.net.definition.ends}
        if made.state.marking:
            for key in made.ends:
                if results[key]:
                    self._note("proving.ends_while_open", key, at, after, marking=made.state.marking)
        elif made.ends and not results[made.ends[-1]]:
            self._note("proving.no_result", made.ends[-1], at, after)

    def _note_missing(self, at: int, after: tuple[str, ...], seen: Seen) -> bool:
        missed = [name for name in dict.fromkeys(seen.missed) if name not in self.may_be_missing]
        for name in missed:
            place = after[-1] if after else self.net.definition.start
            self._note("proving.read_before_entered", place, at, after, field=name)
        return bool(missed)

    def _note(self, code: str, key: str, at: int, after: tuple[str, ...], **values: object) -> None:
        mark = (code, key, str(values.get("field", "")))
        if mark not in self.said:
            self.said.add(mark)
            self.found.sights.append(Sight(code, key, at, after, {k: str(v) for k, v in values.items()}))


def _passed(keys: tuple[str, ...], made: Observed) -> tuple[str, ...]:
    """Return the nodes over which an event went: the step, then gateways, each once."""
    return tuple(dict.fromkeys((*keys, *(key for key, _ in made.chosen))))


def _compared_with_null(guards: tuple[Expr, ...]) -> frozenset[str]:
    """Return the fields of which some condition asks whether they have been entered at all."""
    found, stack = set[str](), list[Any](guards)
    while stack:
        expr = stack.pop()
        if isinstance(expr, Binary):
            sides = (expr.left, expr.right)
            if any(isinstance(s, Literal) and s.value is None for s in sides):
                found |= {s.field for s in sides if isinstance(s, Name)}
            stack += sides
        else:
            stack += getattr(expr, "parts", ())
            stack += [expr.part] if hasattr(expr, "part") else []
    return frozenset(found)


def _case(known: Mapping[str, Any]) -> str:
    from motcua.core.process.decisions import case_text

    return case_text(known)
