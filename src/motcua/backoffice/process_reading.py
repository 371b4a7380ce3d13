"""Answers how a process reads in words: what each step leads to, what a path goes through, what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from motcua.core.process import Boundary, Choice, Definition, End, Flow, Inclusive, Parallel, Step, SubProcess, Throw
from motcua.core.process import Wait as Waiting
from motcua.core.process.difference import Change
from motcua.core.process.entries import time_text
from motcua.core.process.guards import text_of
from motcua.ui.words import OUTCOMES, ROLES

KINDS = {
    "receive": gettext_lazy("Receive"),
    "appraise": gettext_lazy("Appraise"),
    "consult": gettext_lazy("Consult"),
    "approve": gettext_lazy("Approve"),
    "sign": gettext_lazy("Sign"),
    "return": gettext_lazy("Return"),
    "automatic": gettext_lazy("Automatic"),
    "call": gettext_lazy("Another process"),
}
NODES = {
    "choice": gettext_lazy("Choice: one of several ways"),
    "inclusive": gettext_lazy("Every way whose condition holds"),
    "parallel": gettext_lazy("Side by side, or wait for all"),
    "timer": gettext_lazy("Wait for a time"),
    "message": gettext_lazy("Wait for a message"),
    "event": gettext_lazy("Wait for the first of several"),
    "limit": gettext_lazy("When a time has passed at a step"),
    "notice": gettext_lazy("When a message comes at a step"),
    "send": gettext_lazy("Send a message"),
    "part": gettext_lazy("A part of its own"),
    "end": gettext_lazy("End"),
}
TYPES = {
    "text": gettext_lazy("Text"),
    "integer": gettext_lazy("Whole number"),
    "number": gettext_lazy("Number"),
    "money": gettext_lazy("Money"),
    "boolean": gettext_lazy("Yes or no"),
    "date": gettext_lazy("Day"),
    "choice": gettext_lazy("One of a list"),
    "list": gettext_lazy("Several"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """Where something leads: the outcome or condition in words, and the label of the target."""

    when: str
    to: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as the table of a version shows it."""

    number: int
    key: str
    name: str
    kind: str
    unit: str
    role: str
    time: str
    ways: Sequence[Way]


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A gateway, wait, part or end as the table of a version shows it."""

    key: str
    kind: str
    name: str
    ways: Sequence[Way]


class Reading:
    """A definition with its words; labels are as people say them: ``Step 3 “Appraise”``."""

    def __init__(self, definition: Definition, units: Mapping[str, str]) -> None:
        self.definition, self.units = definition, units
        self.numbers = {s.key: n for n, s in enumerate(definition.steps, 1)}
        self.nodes: dict[str, Any] = {n.key: n for n in definition.nodes()}
        self.out: dict[str, list[Flow]] = defaultdict(list)
        for flow in definition.flows:
            self.out[flow.source].append(flow)

    def label(self, key: str) -> str:
        """Return what a node is called; a key that is no node is itself."""
        node = self.nodes.get(key)
        if isinstance(node, Step):
            return _("Step %(number)s “%(name)s”") % {"number": self.numbers[key], "name": node.name}
        if node is None:
            return key
        said = self._said(node)
        return f"{NODES[kind_of(node)]}: {said}" if said else f"{NODES[kind_of(node)]} ({key})"

    def short(self, key: str) -> str:
        """Return a node's label for a list to choose from."""
        node = self.nodes.get(key)
        if isinstance(node, Step):
            return f"{self.numbers[key]}. {node.name}"
        return self.label(key)

    def path(self, keys: Sequence[str]) -> str:
        return " → ".join(self.label(k) for k in keys)

    def steps(self) -> list[StepLine]:
        return [
            StepLine(
                number=number,
                key=s.key,
                name=s.name,
                kind=str(KINDS.get(s.kind, s.kind)),
                unit=self.units.get(s.slot, s.slot),
                role=s.role,
                time=said_time(s.minutes),
                ways=[Way(outcome_word(f.outcome or s.outcomes[0]), self.short(f.target)) for f in self.out[s.key]],
            )
            for number, s in enumerate(self.definition.steps, 1)
        ]

    def others(self) -> list[NodeLine]:
        return [
            NodeLine(n.key, str(NODES[kind_of(n)]), self._said(n), [self._way(f) for f in self.out[n.key]])
            for n in self.definition.nodes()
            if not isinstance(n, Step)
        ]

    def _way(self, flow: Flow) -> Way:
        when = text_of(flow.guard) if flow.guard is not None else _("otherwise") if flow.is_default else ""
        return Way(when, self.short(flow.target))

    def _said(self, node: Any) -> str:
        if isinstance(node, End):
            return str(RESULTS.get(node.result, node.result))
        if isinstance(node, Boundary):
            return f"{node.name or node.spec} – {self.label(node.host)}"
        if isinstance(node, Throw):
            return str(node.name or node.message)
        if isinstance(node, Waiting):
            return str(node.name or node.spec)
        return str(getattr(node, "name", ""))


RESULTS = {
    "done": gettext_lazy("done"),
    "returned": gettext_lazy("result returned"),
    "refused": gettext_lazy("refused"),
    "withdrawn": gettext_lazy("withdrawn"),
}


def kind_of(node: Any) -> str:
    """Return what sort of node it is, as the table of gateways names it."""
    if isinstance(node, Waiting):
        return node.kind
    if isinstance(node, Boundary):
        return "limit" if node.kind == "timer" else "notice"
    kinds = {Choice: "choice", Inclusive: "inclusive", Parallel: "parallel", Throw: "send", SubProcess: "part"}
    return kinds.get(type(node), "end")


def outcome_word(outcome: str) -> str:
    return str(OUTCOMES.get(outcome, outcome))


def drawn_words() -> dict[str, str]:
    """Return what outcomes and results are called in a drawing."""
    return {key: str(said) for key, said in {**RESULTS, **OUTCOMES}.items()}


def said_time(minutes: int | None) -> str:
    """Return a step's time in the reader's language: ``0,5 ngày``, ``0.5 days``."""
    if minutes is None:
        return "–"
    amount, unit = time_text(minutes).split(" ")
    said = {"ngày": _("%(n)s days"), "giờ": _("%(n)s hours"), "phút": _("%(n)s minutes")}[unit]
    return said % {"n": amount if get_language() == "en" else amount.replace(".", ",")}


# What is different between two versions

PARTS = {
    "kind": gettext_lazy("kind"),
    "slot": gettext_lazy("unit"),
    "role": gettext_lazy("who does it"),
    "minutes": gettext_lazy("time"),
    "outcomes": gettext_lazy("order of outcomes"),
    "co_slots": gettext_lazy("units that help"),
    "watch_slots": gettext_lazy("units that look on"),
    "collects": gettext_lazy("fields entered"),
    "reads": gettext_lazy("papers read"),
    "each": gettext_lazy("done once for each of"),
    "in_turn": gettext_lazy("one after the other"),
    "calls": gettext_lazy("procedure that it starts"),
    "slot_table": gettext_lazy("table that gives the unit"),
    "minutes_table": gettext_lazy("table that gives the time"),
}


def changes_in_words(changes: Sequence[Change], before: Reading, after: Reading) -> list[str]:
    """Return each difference as a sentence in the reader's language."""
    return [_CHANGE[c.code](c, before, after) for c in changes]


def _step_change(change: Change, before: Reading, after: Reading) -> str:
    if change.part == "name":
        values = {"before": change.before, "label": after.label(change.key)}
        return _("%(label)s was called “%(before)s”.") % values
    values = {
        "label": after.label(change.key),
        "part": PARTS[change.part],
        "before": _part_said(change.part, change.before, before),
        "after": _part_said(change.part, change.after, after),
    }
    return _("%(label)s: %(part)s was %(before)s, now %(after)s.") % values


def _part_said(part: str, value: Any, reading: Reading) -> str:
    if part == "minutes":
        return said_time(value)
    if part == "kind":
        return str(KINDS.get(value, value))
    if part == "slot":
        return reading.units.get(value, value) or "–"
    if part == "role":
        return str(ROLES.get(value, value)) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        names = [reading.units.get(v, v) if part in ("co_slots", "watch_slots") else outcome_word(v) for v in value]
        return ", ".join(names) or "–"
    return str(value) or "–"


def _way_change(change: Change, before: Reading, after: Reading) -> str:
    how = outcome_word(change.part) if change.part != "otherwise" else _("otherwise")
    values = {
        "label": after.label(change.key),
        "how": f" ({how})" if change.part else "",
        "before": ", ".join(before.short(k) for k in change.before or ()),
        "after": ", ".join(after.short(k) for k in change.after or ()),
    }
    if change.code == "way_added":
        return _("%(label)s%(how)s now leads to %(after)s.") % values
    if change.code == "way_removed":
        return _("%(label)s%(how)s leads to %(before)s no more.") % values
    return _("%(label)s%(how)s leads to %(after)s instead of %(before)s.") % values


def _node_change(change: Change, before: Reading, after: Reading) -> str:
    if change.code == "node_removed":
        return _("Removed: %(label)s.") % {"label": before.label(change.key)}
    if change.code == "node_added":
        return _("New: %(label)s.") % {"label": after.label(change.key)}
    values = {"before": before.label(change.key), "after": after.label(change.key)}
    if values["before"] == values["after"]:
        return _("%(after)s works otherwise.") % values
    return _("“%(before)s” is now “%(after)s”.") % values


def _plain(template: Any) -> Any:
    def said(change: Change, before: Reading, after: Reading) -> str:
        return str(template) % {"key": change.key, "before": change.before, "after": change.after}

    return said


def _start_change(change: Change, before: Reading, after: Reading) -> str:
    values = {"before": before.label(change.before), "after": after.label(change.after)}
    return _("The process begins with %(after)s instead of %(before)s.") % values


def _removed_step(change: Change, before: Reading, after: Reading) -> str:
    return _("Removed: %(label)s.") % {"label": before.label(change.key)}


def _added_step(change: Change, before: Reading, after: Reading) -> str:
    return _("New: %(label)s.") % {"label": after.label(change.key)}


def _field_change(change: Change, before: Reading, after: Reading) -> str:
    return _("The field “%(name)s” has another type, label or list.") % {"name": change.after.label or change.key}


def _table_change(change: Change, before: Reading, after: Reading) -> str:
    return _("The decision table “%(name)s” decides otherwise.") % {"name": change.after.label or change.key}


_CHANGE: dict[str, Any] = {
    "name": _plain(gettext_lazy("The process was called “%(before)s”, now “%(after)s”.")),
    "start": _start_change,
    "step_added": _added_step,
    "step_removed": _removed_step,
    "step": _step_change,
    **dict.fromkeys(("way", "way_added", "way_removed"), _way_change),
    **dict.fromkeys(("node", "node_added", "node_removed"), _node_change),
    "field": _field_change,
    "field_added": _plain(gettext_lazy("New field: “%(after)s”.")),
    "field_removed": _plain(gettext_lazy("Removed field: “%(before)s”.")),
    "table": _table_change,
    "table_added": _plain(gettext_lazy("New decision table: “%(after)s”.")),
    "table_removed": _plain(gettext_lazy("Removed decision table: “%(before)s”.")),
    "order": _plain(gettext_lazy("The order in which conditions are tried is another.")),
}
