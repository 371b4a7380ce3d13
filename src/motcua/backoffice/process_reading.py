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
from motcua.core.process.entries import time_text
from motcua.core.process.guards import text_of
from motcua.ui.words import OUTCOMES

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


def said_time(minutes: int | None) -> str:
    """Return a step's time in the reader's language: ``0,5 ngày``, ``0.5 days``."""
    if minutes is None:
        return "–"
    amount, unit = time_text(minutes).split(" ")
    said = {"ngày": _("%(n)s days"), "giờ": _("%(n)s hours"), "phút": _("%(n)s minutes")}[unit]
    return said % {"n": amount if get_language() == "en" else amount.replace(".", ",")}
