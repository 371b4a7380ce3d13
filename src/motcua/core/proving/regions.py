"""Answers which branches of a process go on by themselves, so that what happens in them need not be tried in every mix.

A branch between a fork and its join into which nothing else leads and from which nothing else leads away can be
walked to its end before its neighbours: whatever they do, it comes to the same. Four branches of thirteen steps
are then 52 states and not 28,561. Where any of this is in doubt, the branch is not such a region.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from motcua.core.process import End, Net, Step, SubProcess
from motcua.core.process.guards import names_in

ALL_INSTANCES = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Region:
    """A branch: ``mask`` are the bits of the tokens in it, ``allowed`` those that may be set elsewhere meanwhile."""

    mask: int
    allowed: int


@dataclass(frozen=True, slots=True)
class _Branch:
    nodes: frozenset[str]
    mask: int
    fork: str
    join: str


def regions_of(net: Net, read: Iterable[str]) -> tuple[Region, ...]:
    """Return the regions of a net, the smallest first; ``read`` are the fields on which its course hangs."""
    finder = _Finder(net)
    branches = [b for key in finder.forks() for b in finder.branches(key)]
    around = {b: _enclosing(b, branches) for b in branches}
    data = _Data(net, set(read))
    areas = {b.fork: finder.join_mask(b.join) for b in branches}
    for b in branches:
        areas[b.fork] |= b.mask
    found = []
    for branch in branches:
        outer = [branch, *around[branch]]
        beside = {n for b in branches if b.fork in {o.fork for o in outer} and b not in outer for n in b.nodes}
        if data.is_apart(branch.nodes, beside):
            allowed = finder.standing
            for o in outer:
                allowed |= areas[o.fork]
            found.append(Region(branch.mask, allowed))
    return tuple(sorted(found, key=lambda r: r.mask.bit_count()))


def _enclosing(branch: _Branch, branches: list[_Branch]) -> list[_Branch]:
    return [b for b in branches if b is not branch and branch.fork in b.nodes]


class _Finder:
    def __init__(self, net: Net) -> None:
        self.net = net
        definition = net.definition
        self.onward: dict[str, list[str]] = defaultdict(list)
        self.into: dict[str, list[str]] = defaultdict(list)
        for source, target in _edges(net):
            self.onward[source].append(target)
            self.into[target].append(source)
        self.inner: dict[str, set[str]] = {
            s.key: {k for k in net.nodes if s.key in self._around(k)} for s in definition.subprocesses
        }
        # Open sub-processes and what is armed on them stand around a branch and tell nothing of its tokens.
        self.standing = 0
        for sub in definition.subprocesses:
            self.standing |= net.bits[sub.key]
            for boundary in net.boundaries_of.get(sub.key, ()):
                self.standing |= net.bits.get(boundary.key, 0)

    def forks(self) -> Iterator[str]:
        definition = self.net.definition
        keys = [p.key for p in definition.parallels] + [i.key for i in definition.inclusives]
        yield from (key for key in keys if len(self.net.out.get(key, ())) > 1)

    def branches(self, fork: str) -> list[_Branch]:
        """Return the closed branches of a fork, or none when it has no join of its own."""
        join = self._join_of(fork)
        if join is None:
            return []
        parts = {w.target: self._until(w.target, join) for w in self.net.out[fork]}
        found = []
        for first, nodes in parts.items():
            others = set[str]().union(*(p for f, p in parts.items() if f != first))
            if nodes and self._is_closed(first, nodes, fork, join) and not nodes & others:
                whole = nodes.union(*(self.inner.get(n, set()) for n in nodes))
                found.append(_Branch(frozenset(whole), self._mask(whole), fork, join))
        return found

    def join_mask(self, join: str) -> int:
        return sum(w.arrival for ways in self.net.out.values() for w in ways if w.target == join)

    def _join_of(self, fork: str) -> str | None:
        """Return the nearest node through which every way from the fork goes."""
        targets = [w.target for w in self.net.out[fork]]
        for candidate in self._reached(targets[0], None):
            is_join = candidate in self.net.join_by_key or any(i.key == candidate for i in self.net.inclusives)
            if is_join and all(self._leads_only_to(t, candidate) for t in targets):
                return candidate
        return None

    def _leads_only_to(self, first: str, join: str) -> bool:
        nodes = self._until(first, join)
        return first == join or (
            any(join in self.onward[n] for n in nodes) and all(self.onward[n] or n == join for n in nodes)
        )

    def _until(self, first: str, join: str) -> set[str]:
        return set() if first == join else set(self._reached(first, join))

    def _reached(self, first: str, stop: str | None) -> list[str]:
        found, queue = [first], [first]
        for at in queue:
            for following in self.onward[at]:
                if following != stop and following not in found:
                    found.append(following)
                    queue.append(following)
        return found

    def _is_closed(self, first: str, nodes: set[str], fork: str, join: str) -> bool:
        if fork in nodes or any(isinstance(self.net.nodes[n], End) for n in nodes):
            return False
        if any(s not in nodes for n in nodes if n != first for s in self.into[n]):
            return False
        if any(s not in nodes and s != fork for s in self.into[first]):
            return False
        return len({self.net.scope_of.get(n) for n in (*nodes, fork, join)}) == 1

    def _mask(self, nodes: set[str]) -> int:
        net, mask = self.net, 0
        for key in nodes:
            number = net.index.get(key)
            if number is None:
                mask |= net.bits.get(key, 0)
            else:
                first = net.instances.get(number)
                mask |= 1 << number if first is None else ALL_INSTANCES << first
        for ways in net.out.values():
            for way in ways:
                if way.target in nodes:
                    mask |= way.arrival
        return mask

    def _around(self, key: str) -> list[str]:
        found, at = list[str](), self.net.scope_of.get(key)
        while at is not None and at not in found:
            found.append(at)
            at = self.net.scope_of.get(at)
        return found


class _Data:
    """Which fields are entered and read where."""

    def __init__(self, net: Net, read: set[str]) -> None:
        self.read = read
        tables = {t.name: {n for r in t.rules if r.when for n in names_in(r.when)} for t in net.definition.tables}
        self.reads: dict[str, set[str]] = defaultdict(set)
        for key, ways in net.out.items():
            for way in ways:
                names = set(names_in(way.guard)) if way.guard is not None else set()
                self.reads[key] |= names.union(*(tables.get(n, set()) for n in names))
        self.writes: dict[str, set[str]] = {}
        for step in net.steps:
            self.writes[step.key] = set(step.collects) & read
            for table in (step.slot_table, step.minutes_table):
                self.reads[step.key] |= tables.get(table, set())
            self.reads[step.key] |= {step.each} - {""}
        # A table that reads another table: whatever it reads may be anything.
        self.is_nested = any(names & set(tables) for names in tables.values())

    def is_apart(self, nodes: Iterable[str], beside: set[str]) -> bool:
        """Return whether nothing entered in a branch is read or entered beside it, nor the other way round."""
        inside = list(nodes)
        written = {f for n in inside for f in self.writes.get(n, ())}
        used = written | {f for n in inside for f in self.reads.get(n, ())}
        if self.is_nested and used:
            return False
        written_beside = {f for n in beside for f in self.writes.get(n, ())}
        used_beside = written_beside | {f for n in beside for f in self.reads.get(n, ())}
        return not (written & used_beside or written_beside & used)


def _edges(net: Net) -> Iterator[tuple[str, str]]:
    """Yield which node leads to which, a sub-process taken as one node."""
    for key, ways in net.out.items():
        for way in ways:
            yield key, way.target
    for host, boundaries in net.boundaries_of.items():
        for boundary in boundaries:
            yield host, boundary.key


def nodes_waiting(net: Net, marking: int) -> Mapping[str, str]:
    """Return the nodes that hold a token, with what they are: ``join``, ``step``, ``wait`` or ``part``."""
    found = dict[str, str]()
    for ways in net.out.values():
        for way in ways:
            if way.arrival & marking:
                found[way.target] = "join"
    for key, bit in net.bits.items():
        if bit & marking:
            found[key] = "part" if isinstance(net.nodes[key], SubProcess) else "wait"
    for number, step in enumerate(net.steps):
        first = net.instances.get(number)
        mask = 1 << number if first is None else ALL_INSTANCES << first
        if marking & mask and isinstance(step, Step):
            found[step.key] = "step"
    return found
