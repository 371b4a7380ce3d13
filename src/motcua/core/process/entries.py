"""Answers how a definition is written down as plain entries, and what plain entries define.

Entries are what a person fills in, whether in a file or in a table on a page: steps with their next, gateways with
their ways. Whether the process can be run is not asked here; ``compile_net`` and the checker say that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from motcua.core.kernel import Problem, fold
from motcua.core.process.decisions import DecisionTable, Rule
from motcua.core.process.definition import (
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
from motcua.core.process.guards import Expr, Field, FieldType, GuardError, parse_guard, text_of

MINUTES_OF_A_DAY = 480
"""Step times are stated in days of eight hours (Decision 188/1999/QĐ-TTg)."""

Entries = Mapping[str, Any]

_TIME = re.compile(
    r"(\d+(?:[.,]\d+)?) ?(ngay(?: lam viec)?|gio(?: lam viec)?|phut|(?:working )?(?:day|hour|minute)s?)"
)
_UNITS = {"ng": MINUTES_OF_A_DAY, "da": MINUTES_OF_A_DAY, "gi": 60, "ho": 60, "ph": 1, "mi": 1}
_NODES = {
    "step": ("key", "task", "kind", "unit", "role", "time", "decisions", "next", "with", "watch", "collects", "reads",
             "each", "in_turn", "calls", "unit_by", "time_by"),
    "parallel": ("key", "next"),
    "choice": ("key", "name", "ways"),
    "inclusive": ("key", "name", "ways"),
    "wait": ("key", "kind", "for", "name", "next"),
    "boundary": ("key", "at", "kind", "for", "beside", "name", "next"),
    "send": ("key", "message", "name", "next"),
    "part": ("key", "name", "start", "members", "next"),
    "end": ("key", "result", "ends_all"),
    "field": ("name", "type", "label", "choices"),
    "table": ("name", "label", "type", "rules"),
    "flow": ("from", "to", "decision", "when", "otherwise"),
}  # fmt: skip
_TOP = {"key", "name", "term", "start", "units", *_NODES}


@dataclass(frozen=True, slots=True)
class Written:
    """A process as written down. ``units`` names the unit of each slot; ``stated_days`` is the term in such days."""

    definition: Definition
    units: Mapping[str, str]
    stated_days: float | None


def minutes_of(text: str) -> Fraction | None:
    """Return the time that ``text`` states (``0,5 ngày``, ``2 giờ``, ``4 hours``) in working minutes, or None."""
    found = _TIME.fullmatch(" ".join(fold(text).split()))
    if not found:
        return None
    unit = found[2].removeprefix("working ")[:2]
    return Fraction(found[1].replace(",", ".")) * _UNITS[unit]


def time_text(minutes: int) -> str:
    """Return working minutes as an office writes them: ``0.5 ngày``, ``2 giờ``, ``45 phút``."""
    if minutes % 240 == 0:
        return f"{_plain(minutes / MINUTES_OF_A_DAY)} ngày"
    return f"{_plain(minutes / 60)} giờ" if minutes % 30 == 0 else f"{minutes} phút"


def entries_of(definition: Definition, units: Mapping[str, str], stated_days: float | None) -> dict[str, Any]:
    """Return the entries that write ``definition`` down; ``read_entries`` of them gives the same back.

    Shape: ``key``, ``name``, ``term``, ``units`` {slot: name}, then a list for each kind of node. A definition whose
    flows do not stand in the order of its nodes keeps them in a list of their own, ``flow``.
    """
    made = _entries(definition, units, stated_days, is_compact=True)
    read = read_entries(made)
    if isinstance(read, Written) and read.definition == definition:
        return made
    return _entries(definition, units, stated_days, is_compact=False)


def read_entries(entries: Entries, place_of: Callable[[str], str] = str) -> Written | tuple[Problem, ...]:
    """Return what the entries define, or everything in them that cannot be read.

    ``place_of`` makes of an entry (``step[3].time``) the place that a problem's text names, such as its line.
    Problems: ``written.unknown``, ``written.missing``, ``written.not_text``, ``written.not_texts``,
    ``written.not_truth``, ``written.not_entries``, ``written.time``, ``written.guard``, ``written.word_unknown``.
    """
    reader = _Reader(place_of)
    read = reader.process(entries)
    return tuple(reader.found) if reader.found else read


# Writing


def _entries(
    definition: Definition, units: Mapping[str, str], stated_days: float | None, *, is_compact: bool
) -> dict[str, Any]:
    ways: dict[str, list[Flow]] = defaultdict(list)
    for flow in definition.flows:
        ways[flow.source].append(flow)
    out = ways if is_compact else defaultdict[str, list[Flow]](list)
    made: dict[str, Any] = {"key": definition.id, "name": definition.name}
    if stated_days is not None:
        made["term"] = f"{_plain(stated_days)} ngày"
    if not definition.steps or definition.start != definition.steps[0].key:
        made["start"] = definition.start
    made["units"] = dict(units)
    lists = {
        "step": [_step_entry(s, out[s.key]) for s in definition.steps],
        "parallel": [{"key": p.key, **_next(out[p.key])} for p in definition.parallels],
        "choice": [{"key": c.key, **_set(name=c.name), **_ways(out[c.key])} for c in definition.choices],
        "inclusive": [{"key": c.key, **_set(name=c.name), **_ways(out[c.key])} for c in definition.inclusives],
        "wait": [
            {"key": w.key, "kind": w.kind, **_set(**{"for": w.spec}, name=w.name), **_next(out[w.key])}
            for w in definition.waits
        ],
        "boundary": [_boundary_entry(b, out[b.key]) for b in definition.boundaries],
        "send": [
            {"key": t.key, "message": t.message, **_set(name=t.name), **_next(out[t.key])} for t in definition.throws
        ],
        "part": [
            {"key": s.key, "name": s.name, "start": s.start, "members": list(s.members), **_next(out[s.key])}
            for s in definition.subprocesses
        ],
        "field": [
            {"name": f.name, "type": f.type.value, **_set(label=f.label, choices=list(f.choices))}
            for f in definition.fields
        ],
        "table": [_table_entry(t) for t in definition.tables],
        "flow": [] if is_compact else [_flow_entry(f) for f in definition.flows],
    }
    made |= {name: found for name, found in lists.items() if found}
    made["end"] = [{"key": e.key, "result": e.result, **_set(ends_all=e.is_terminating)} for e in definition.ends]
    return made


def _step_entry(step: Step, flows: Sequence[Flow]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "key": step.key,
        "task": step.name,
        "kind": step.kind,
        "unit": step.slot,
        "role": step.role,
    }
    if step.minutes is not None:
        made["time"] = time_text(step.minutes)
    bare = [f for f in flows if not f.outcome]
    named = {f.outcome: f.target for f in flows if f.outcome}
    taken = tuple(named)
    if bare:
        made |= _next(bare)
    elif named:
        made["next"] = named
    if step.outcomes != (taken or ("done",)):
        made["decisions"] = list(step.outcomes)
    return made | _set(
        **{"with": list(step.co_slots)},
        watch=list(step.watch_slots),
        collects=list(step.collects),
        reads=list(step.reads),
        each=step.each,
        in_turn=step.in_turn,
        calls=step.calls,
        unit_by=step.slot_table,
        time_by=step.minutes_table,
    )


def _boundary_entry(boundary: Boundary, flows: Sequence[Flow]) -> dict[str, Any]:
    return {
        "key": boundary.key,
        "at": boundary.host,
        "kind": boundary.kind,
        "for": boundary.spec,
        **_set(beside=not boundary.is_interrupting, name=boundary.name),
        **_next(flows),
    }


def _table_entry(table: DecisionTable) -> dict[str, Any]:
    rules = [{**_set(when=text_of(r.when) if r.when is not None else ""), "gives": r.value} for r in table.rules]
    kind = "" if table.type is FieldType.CHOICE else table.type.value
    return {"name": table.name, **_set(label=table.label, type=kind), "rules": rules}


def _flow_entry(flow: Flow) -> dict[str, Any]:
    return {"from": flow.source, **_set(decision=flow.outcome), **_way(flow)}


def _ways(flows: Sequence[Flow]) -> dict[str, Any]:
    return {"ways": [_way(f) for f in flows]} if flows else {}


def _way(flow: Flow) -> dict[str, Any]:
    guard = text_of(flow.guard) if flow.guard is not None else ""
    return {**_set(when=guard, otherwise=flow.is_default), "to": flow.target}


def _next(flows: Sequence[Flow]) -> dict[str, Any]:
    targets = [f.target for f in flows]
    return {"next": targets[0] if len(targets) == 1 else targets} if targets else {}


def _set(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _plain(number: float) -> str:
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# Reading


class _Reader:
    """Reads entries and notes everything that cannot be read; what is missing is read as empty meanwhile."""

    def __init__(self, place_of: Callable[[str], str]) -> None:
        self.place_of = place_of
        self.found: list[Problem] = []
        self.flows: list[Flow] = []

    def process(self, entries: Entries) -> Written:
        for name in sorted(set(entries) - _TOP):
            self.wrong("written.unknown", name, entry=name)
        steps = tuple(self.each(entries, "step", self.step))
        definition = Definition(
            id=self.text(entries, "key", ""),
            name=self.text(entries, "name", ""),
            start=self.text(entries, "start", "", default=steps[0].key if steps else None),
            steps=steps,
            parallels=tuple(self.each(entries, "parallel", self.parallel)),
            choices=tuple(self.each(entries, "choice", self.choice)),
            inclusives=tuple(self.each(entries, "inclusive", self.inclusive)),
            waits=tuple(self.each(entries, "wait", self.wait)),
            boundaries=tuple(self.each(entries, "boundary", self.boundary)),
            throws=tuple(self.each(entries, "send", self.throw)),
            subprocesses=tuple(self.each(entries, "part", self.part)),
            ends=tuple(self.each(entries, "end", self.end)) if "end" in entries else (End("end", "done"),),
            fields=tuple(self.each(entries, "field", self.field)),
            tables=tuple(self.each(entries, "table", self.table)),
            flows=(),
        )
        self.each(entries, "flow", self.flow)
        return Written(replace(definition, flows=tuple(self.flows)), self.units(entries), self.stated_days(entries))

    def wrong(self, code: str, field: str, **values: str) -> None:
        self.found.append(Problem(code, field, values={"at": self.place_of(field), **values}))

    # Nodes

    def step(self, entry: Entries, at: str) -> Step:
        key = self.text(entry, "key", at)
        targets = entry.get("next")
        outcomes = self.texts(entry, "decisions", at)
        if isinstance(targets, Mapping):
            for outcome, target in targets.items():
                if not isinstance(target, str):
                    self.wrong("written.not_text", f"{at}.next.{outcome}", entry=outcome)
                self.flows.append(Flow(key, str(target), outcome))
            outcomes = outcomes or tuple(targets)
        else:
            self.go_on(key, entry, at)
        minutes = None
        if "time" in entry:
            stated = minutes_of(time) if isinstance(time := entry["time"], str) else None
            if stated is None:
                self.wrong("written.time", f"{at}.time", text=str(time))
            else:
                minutes = round(stated)
        return Step(
            key=key,
            name=self.text(entry, "task", at),
            kind=self.text(entry, "kind", at),
            slot=self.text(entry, "unit", at),
            role=self.text(entry, "role", at),
            minutes=minutes,
            outcomes=outcomes or ("done",),
            co_slots=self.texts(entry, "with", at),
            watch_slots=self.texts(entry, "watch", at),
            collects=self.texts(entry, "collects", at),
            reads=self.texts(entry, "reads", at),
            each=self.text(entry, "each", at, default=""),
            in_turn=self.truth(entry, "in_turn", at),
            calls=self.text(entry, "calls", at, default=""),
            slot_table=self.text(entry, "unit_by", at, default=""),
            minutes_table=self.text(entry, "time_by", at, default=""),
        )

    def parallel(self, entry: Entries, at: str) -> Parallel:
        return Parallel(self.go_on(self.text(entry, "key", at), entry, at))

    def choice(self, entry: Entries, at: str) -> Choice:
        return Choice(self.go_ways(entry, at), self.text(entry, "name", at, default=""))

    def inclusive(self, entry: Entries, at: str) -> Inclusive:
        return Inclusive(self.go_ways(entry, at), self.text(entry, "name", at, default=""))

    def wait(self, entry: Entries, at: str) -> Wait:
        return Wait(
            key=self.go_on(self.text(entry, "key", at), entry, at),
            kind=self.word(entry, "kind", at, ("timer", "message", "event")),
            spec=self.text(entry, "for", at, default=""),
            name=self.text(entry, "name", at, default=""),
        )

    def boundary(self, entry: Entries, at: str) -> Boundary:
        return Boundary(
            key=self.go_on(self.text(entry, "key", at), entry, at),
            host=self.text(entry, "at", at),
            kind=self.word(entry, "kind", at, ("timer", "message")),
            spec=self.text(entry, "for", at),
            is_interrupting=not self.truth(entry, "beside", at),
            name=self.text(entry, "name", at, default=""),
        )

    def throw(self, entry: Entries, at: str) -> Throw:
        key = self.go_on(self.text(entry, "key", at), entry, at)
        return Throw(key, self.text(entry, "message", at), self.text(entry, "name", at, default=""))

    def part(self, entry: Entries, at: str) -> SubProcess:
        return SubProcess(
            key=self.go_on(self.text(entry, "key", at), entry, at),
            name=self.text(entry, "name", at),
            start=self.text(entry, "start", at),
            members=self.texts(entry, "members", at),
        )

    def end(self, entry: Entries, at: str) -> End:
        return End(self.text(entry, "key", at), self.text(entry, "result", at), self.truth(entry, "ends_all", at))

    def field(self, entry: Entries, at: str) -> Field:
        return Field(
            name=self.text(entry, "name", at),
            type=FieldType(self.word(entry, "type", at, tuple(t.value for t in FieldType))),
            label=self.text(entry, "label", at, default=""),
            choices=self.texts(entry, "choices", at),
        )

    def table(self, entry: Entries, at: str) -> DecisionTable:
        types = tuple(t.value for t in FieldType)
        return DecisionTable(
            name=self.text(entry, "name", at),
            label=self.text(entry, "label", at, default=""),
            rules=tuple(self.each(entry, "rules", self.rule, at)),
            type=FieldType(self.word(entry, "type", at, types)) if "type" in entry else FieldType.CHOICE,
        )

    def rule(self, entry: Entries, at: str) -> Rule:
        gives = entry.get("gives")
        if isinstance(gives, int) and not isinstance(gives, bool):
            entry = {**entry, "gives": str(gives)}
        return Rule(self.guard(entry, at), self.text(entry, "gives", at))

    def flow(self, entry: Entries, at: str) -> None:
        self.flows.append(
            Flow(
                source=self.text(entry, "from", at),
                target=self.text(entry, "to", at),
                outcome=self.text(entry, "decision", at, default=""),
                guard=self.guard(entry, at),
                is_default=self.truth(entry, "otherwise", at),
            )
        )

    def go_on(self, key: str, entry: Entries, at: str) -> str:
        targets = entry.get("next", ())
        for target in (targets,) if isinstance(targets, str) else self.texts(entry, "next", at):
            self.flows.append(Flow(key, target))
        return key

    def go_ways(self, entry: Entries, at: str) -> str:
        key = self.text(entry, "key", at)

        def way(part: Entries, place: str) -> None:
            target, guard = self.text(part, "to", place), self.guard(part, place)
            self.flows.append(Flow(key, target, "", guard, self.truth(part, "otherwise", place)))

        self.each(entry, "ways", way, at)
        return key

    # Values

    def each(self, entry: Entries, name: str, read: Callable[[Entries, str], Any], at: str = "") -> list[Any]:
        found = entry.get(name, ())
        place = f"{at}.{name}" if at else name
        if not isinstance(found, list | tuple) or not all(isinstance(e, Mapping) for e in found):
            self.wrong("written.not_entries", place, entry=name)
            return []
        known = _NODES.get(name) or {"rules": ("when", "gives"), "ways": ("when", "otherwise", "to")}[name]
        made = []
        for number, part in enumerate(found, start=1):
            here = f"{place}[{number}]"
            for extra in part:
                if extra not in known:
                    self.wrong("written.unknown", f"{here}.{extra}", entry=str(extra))
            made.append(read(part, here))
        return made

    def text(self, entry: Entries, name: str, at: str, *, default: str | None = None) -> str:
        place = f"{at}.{name}" if at else name
        if name not in entry:
            if default is None:
                self.wrong("written.missing", place, entry=name)
            return default or ""
        if not isinstance(entry[name], str):
            self.wrong("written.not_text", place, entry=name)
            return ""
        return str(entry[name])

    def word(self, entry: Entries, name: str, at: str, known: Sequence[str]) -> str:
        text = self.text(entry, name, at)
        if name in entry and text not in known:
            self.wrong("written.word_unknown", f"{at}.{name}", entry=name, text=text, known=", ".join(known))
        return text if text in known else known[0]

    def texts(self, entry: Entries, name: str, at: str) -> tuple[str, ...]:
        found = entry.get(name, ())
        if not isinstance(found, list | tuple) or not all(isinstance(t, str) for t in found):
            self.wrong("written.not_texts", f"{at}.{name}", entry=name)
            return ()
        return tuple(found)

    def truth(self, entry: Entries, name: str, at: str) -> bool:
        found = entry.get(name, False)
        if not isinstance(found, bool):
            self.wrong("written.not_truth", f"{at}.{name}", entry=name)
        return found is True

    def guard(self, entry: Entries, at: str) -> Expr | None:
        text = self.text(entry, "when", at, default="")
        try:
            return parse_guard(text) if text else None
        except GuardError as error:
            self.wrong("written.guard", f"{at}.when", text=text, reason=error.reason)
            return None

    def units(self, entries: Entries) -> dict[str, str]:
        found = entries.get("units", {})
        if not isinstance(found, Mapping) or not all(isinstance(u, str) for u in found.values()):
            self.wrong("written.not_texts", "units", entry="units")
            return {}
        return dict(found)

    def stated_days(self, entries: Entries) -> float | None:
        if "term" not in entries:
            return None
        text = entries["term"]
        minutes = minutes_of(text) if isinstance(text, str) else None
        if minutes is None:
            self.wrong("written.time", "term", text=str(text))
            return None
        return float(minutes / MINUTES_OF_A_DAY)
