"""Processes of every kind for properties: sound nets of nested blocks, with the fields that their guards read."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from motcua.core.process import (
    Boundary,
    Choice,
    DecisionTable,
    Definition,
    End,
    Field,
    FieldType,
    Flow,
    Inclusive,
    Parallel,
    Rule,
    Step,
    SubProcess,
    Throw,
    Wait,
    parse_guard,
)

FIELDS = (
    Field("area", FieldType.NUMBER, "Diện tích (m²)"),
    Field("urgent", FieldType.BOOLEAN),
    Field("house", FieldType.CHOICE, "Loại nhà", ("nhà ở", "50% chung", "k\nhác")),
    Field("note", FieldType.TEXT, '"quoted" <&>'),
    Field("since", FieldType.DATE),
    Field("offices", FieldType.LIST),
    Field("times", FieldType.INTEGER),
)
TABLES = (
    DecisionTable("route", "Đường đi", (Rule(parse_guard("area > 50"), "big one"), Rule(None, "small"))),
    DecisionTable("hours", "", (Rule(parse_guard("urgent"), "60"), Rule(None, "480")), FieldType.INTEGER),
)
GUARDS = (
    "area > 50.5", "not urgent", 'house = "nhà ở" and urgent', "note != 'say \"no\"'", "since >= 2026-01-01",
    'house in ["nhà ở", "50% chung"] or area + 1 * 2 < -3', '"a" in offices', 'route = "big one"', "times > 2",
)  # fmt: skip

text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=10
) | st.sampled_from(["Tiếp nhận hồ sơ", "a\nb", ' "<x>" & ', "5 < 6", "\t"])
word = st.sampled_from(["division", "leadership", "Phòng A", "reception", "100%", "a b"])
words = st.lists(word, max_size=2, unique=True).map(tuple)


@dataclass
class Way:
    """A way that leads nowhere yet."""

    source: str
    outcome: str = ""
    guard: str = ""
    is_default: bool = False


@dataclass
class Part:
    """A block: where it is entered, its ways out, and the keys in it."""

    entry: str
    ways: list[Way]
    keys: list[str] = field(default_factory=list)


class Weaver:
    """Weaves blocks into a definition; ``draw`` chooses."""

    def __init__(self, draw: Callable[..., Any], style: str) -> None:
        self.draw, self.style, self.count = draw, style, 0
        self.nodes: dict[type[Any], list[Any]] = {}
        self.flows: list[Flow] = []

    def key(self, kind: str) -> str:
        self.count += 1
        odd = (f"{self.count}.{kind}", f"{kind} {self.count}", f"đ{kind}-{self.count}", f"{kind}→{self.count}")
        return f"{kind}{self.count}" if self.style == "plain" else odd[self.count % 4]

    def add(self, node: Any) -> str:
        self.nodes.setdefault(type(node), []).append(node)
        return str(node.key)

    def join(self, ways: list[Way], target: str) -> None:
        for way in ways:
            guard = parse_guard(way.guard) if way.guard else None
            self.flows.append(Flow(way.source, target, way.outcome, guard, way.is_default))

    def step(self, **more: Any) -> Part:
        draw = self.draw
        kind = more.pop("kind", None) or draw(st.sampled_from(["receive", "appraise", "sign", "automatic"]))
        made = Step(
            self.key("s"), draw(text), kind, draw(word), draw(st.sampled_from(["case_officer", "", "agency leader"])),
            draw(st.none() | st.integers(0, 5000)), co_slots=draw(words), watch_slots=draw(words),
            collects=draw(st.sampled_from([(), ("area",), ("house", "note")])), reads=draw(st.sampled_from([(), ("*",), ("T1", "giấy 2")])),
            slot_table=draw(st.sampled_from(["", "route"])), minutes_table=draw(st.sampled_from(["", "hours"])), **more,
        )  # fmt: skip
        return Part(self.add(made), [Way(made.key)], [made.key])

    def merged(self, part: Part) -> Part:
        """Return the block with one way out."""
        if len(part.ways) == 1:
            return part
        merge = self.add(Choice(self.key("m")))
        self.join(part.ways, merge)
        return Part(part.entry, [Way(merge)], [*part.keys, merge])

    def block(self, depth: int) -> Part:
        kinds = ["step", "outcomes", "wait", "throw", "event", "each", "call", "boundary"]
        kinds += ["sequence", "choice", "parallel", "inclusive", "loop", "sub"] * 2 if depth else []
        part: Part = getattr(self, f"a_{self.draw(st.sampled_from(kinds))}")(depth - 1)
        return part

    def a_step(self, depth: int) -> Part:
        part = self.step()
        if self.draw(st.booleans()):
            part.ways[0].outcome = "done"
        return part

    def a_outcomes(self, depth: int) -> Part:
        outcomes = tuple(
            self.draw(
                st.lists(
                    st.sampled_from(["done", "back", "refuse", "trả lại", "a%b"]), min_size=2, max_size=3, unique=True
                )
            )
        )
        part = self.step(outcomes=outcomes)
        end = self.add(End(self.key("e"), self.draw(text)))
        self.flows.append(Flow(part.entry, end, outcomes[1]))
        first = self.draw(st.sampled_from(["", outcomes[0]]))
        return Part(
            part.entry, [Way(part.entry, first), *(Way(part.entry, o) for o in outcomes[2:])], [part.entry, end]
        )

    def a_wait(self, depth: int) -> Part:
        kind = self.draw(st.sampled_from(["timer", "message"]))
        spec = self.draw(
            st.sampled_from(
                ["PT8H", "2 working days", "2026-03-01T08:00:00+07:00"]
                if kind == "timer"
                else ["answer", "trả lời 2"]
            )
        )
        wait = self.add(Wait(self.key("w"), kind, spec, self.draw(text)))
        return Part(wait, [Way(wait)], [wait])

    def a_throw(self, depth: int) -> Part:
        throw = self.add(Throw(self.key("t"), self.draw(st.sampled_from(["question", "hỏi đáp"])), self.draw(text)))
        return Part(throw, [Way(throw)], [throw])

    def a_event(self, depth: int) -> Part:
        gate = self.add(Wait(self.key("g"), "event", "", self.draw(text)))
        waits = [self.a_wait(0) for _ in range(self.draw(st.integers(2, 3)))]
        for wait in waits:
            self.flows.append(Flow(gate, wait.entry))
        return Part(gate, [w for p in waits for w in p.ways], [gate, *(p.entry for p in waits)])

    def a_each(self, depth: int) -> Part:
        return self.step(each=self.draw(st.sampled_from(["offices", "times"])), in_turn=self.draw(st.booleans()))

    def a_call(self, depth: int) -> Part:
        return self.step(kind="call", calls=self.draw(st.sampled_from(["1.004222", "other-process", "a b"])))

    def a_boundary(self, depth: int) -> Part:
        part = self.block(depth) if depth > 0 else self.step()
        host = next((n for t in (Step, Wait, SubProcess) for n in self.nodes.get(t, []) if n.key == part.entry), None)
        if host is None or (isinstance(host, Wait) and self._is_awaited(host.key)):
            return part
        for _ in range(self.draw(st.integers(1, 2))):
            kind = self.draw(st.sampled_from(["timer", "message"]))
            boundary = Boundary(
                self.key("b"),
                host.key,
                kind,
                "PT1H" if kind == "timer" else "hurry",
                self.draw(st.booleans()),
                self.draw(text),
            )
            self.add(boundary)
            after, end = self.step(), self.add(End(self.key("e"), "late"))
            self.flows.append(Flow(boundary.key, after.entry))
            self.join(after.ways, end)
            part.keys += [after.entry, end]
        return part

    def _is_awaited(self, key: str) -> bool:
        gates = {w.key for w in self.nodes.get(Wait, []) if w.kind == "event"}
        return any(f.source in gates and f.target == key for f in self.flows)

    def a_sequence(self, depth: int) -> Part:
        part = self.block(depth)
        for _ in range(self.draw(st.integers(1, 2))):
            after = self.block(depth)
            self.join(part.ways, after.entry)
            part = Part(part.entry, after.ways, [*part.keys, *after.keys])
        return part

    def branches(self, depth: int, count: int) -> list[Part]:
        return [self.merged(self.block(depth)) for _ in range(count)]

    def a_choice(self, depth: int) -> Part:
        return self._choosing(Choice(self.key("c"), self.draw(text)), depth, None)

    def a_inclusive(self, depth: int) -> Part:
        return self._choosing(Inclusive(self.key("i"), self.draw(text)), depth, Inclusive(self.key("j")))

    def _choosing(self, node: Any, depth: int, join: Any) -> Part:
        split = self.add(node)
        guards = self.draw(st.lists(st.sampled_from(GUARDS), min_size=1, max_size=2, unique=True))
        parts = self.branches(depth, len(guards) + 1)
        ways = [Way(split, guard=g) for g in guards] + [Way(split, is_default=True)]
        for way, part in zip(ways, parts, strict=True):
            self.join([way], part.entry)
        keys, out = [split, *(k for p in parts for k in p.keys)], [w for p in parts for w in p.ways]
        if join is None:
            return Part(split, out, keys)
        self.join(out, self.add(join))
        return Part(split, [Way(join.key)], [*keys, join.key])

    def a_parallel(self, depth: int) -> Part:
        fork, join = self.add(Parallel(self.key("f"))), self.add(Parallel(self.key("k")))
        parts = self.branches(depth, self.draw(st.integers(2, 3)))
        for part in parts:
            self.flows.append(Flow(fork, part.entry))
            self.join(part.ways, join)
        return Part(fork, [Way(join)], [fork, join, *(k for p in parts for k in p.keys)])

    def a_loop(self, depth: int) -> Part:
        first, body = self.step(), self.merged(self.block(depth))
        self.join(first.ways, body.entry)
        again = self.add(Choice(self.key("l")))
        self.join(body.ways, again)
        self.flows.append(Flow(again, first.entry, "", parse_guard("urgent")))
        return Part(first.entry, [Way(again, is_default=True)], [first.entry, again, *body.keys])

    def a_sub(self, depth: int) -> Part:
        part = self.block(depth)
        end = self.add(End(self.key("e"), "part", self.draw(st.booleans())))
        self.join(part.ways, end)
        sub = self.key("p")
        # What is within a sub-process of its own belongs to that one.
        inner = {m for s in self.nodes.get(SubProcess, []) for m in s.members}
        members = tuple(k for k in [*part.keys, end] if k not in inner)
        self.add(SubProcess(sub, self.draw(text), part.entry, members))
        return Part(sub, [Way(sub)], [sub, *part.keys, end])


@st.composite
def nets(draw: Any, depth: int = 2) -> Definition:
    """Return a process that can be run, of blocks within blocks."""
    weaver = Weaver(draw, draw(st.sampled_from(["plain", "odd"])))
    first, part = weaver.step(), weaver.block(depth)
    weaver.join(first.ways, part.entry)
    weaver.join(part.ways, weaver.add(End("end", draw(text))))
    order = random.Random(draw(st.integers(0, 5)))

    def of(kind: type[Any]) -> tuple[Any, ...]:
        found = list(weaver.nodes.get(kind, []))
        order.shuffle(found)
        return tuple(found)

    order.shuffle(weaver.flows)
    return Definition(
        id=draw(st.sampled_from(["law-1.004222", "1.013", "Quy trình A", "s1"])), name=draw(text), start=first.entry,
        steps=of(Step), flows=tuple(weaver.flows), parallels=of(Parallel), ends=of(End), choices=of(Choice),
        inclusives=of(Inclusive), waits=of(Wait), boundaries=of(Boundary), throws=of(Throw),
        subprocesses=of(SubProcess), fields=FIELDS, tables=TABLES,
    )  # fmt: skip
