"""Answers how one node of a process stands in a BPMN file, with the attributes of ours.

Ids that a drawing had are used again; flows, lanes and the diagram are written elsewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from motcua.core.process.bpmn import layout as names
from motcua.core.process.bpmn import vocabulary as words
from motcua.core.process.bpmn.draft import packed
from motcua.core.process.bpmn.elements import Element
from motcua.core.process.bpmn.layout import NCNAME, Kept, Layout
from motcua.core.process.bpmn.picture import EVENT, GATEWAY, TASK, Picture, Shape
from motcua.core.process.bpmn.vocabulary import XSI, bpmn, ours
from motcua.core.process.definition import (
    AUTOMATIC,
    CALL,
    MESSAGE,
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
from motcua.core.process.guards import FieldType

_PLAIN_TIME = re.compile(r"[\w:.+\-]+( [\w:.+\-]+)*")

_ROUND = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
_TAGS: dict[type[Any], str] = {
    Parallel: "parallelGateway",
    Choice: "exclusiveGateway",
    Inclusive: "inclusiveGateway",
    Boundary: "boundaryEvent",
    Throw: "intermediateThrowEvent",
    SubProcess: "subProcess",
    End: "endEvent",
}


class NodeWriter:
    """Writes nodes, and knows the ids of everything. ``special`` has the ids of what is no node."""

    def __init__(self, definition: Definition, layout: Layout, said: Mapping[str, str]) -> None:
        self.definition, self.layout, self.said = definition, layout, said
        self.picture = Picture()
        self.taken = set[str]()
        self.special: dict[str, str] = {}
        self.messages: dict[str, str] = {}
        self.nodes: dict[str, Any] = {n.key: n for n in definition.nodes()}
        self.id = {key: self._fresh(names.ncname(key)) for key in self.nodes}
        self.parent = {m: s.key for s in definition.subprocesses for m in s.members if m in self.nodes}
        self.out: dict[str, list[Flow]] = defaultdict(list)
        self.flow_ids: dict[int, str] = {}
        self.lane_id: dict[str, str] = {}
        self.lane_of: dict[str, str] = {}
        self.ids_in_lanes: dict[str, str] = {}

    def _put(self, shape: Shape, element: Element, key: str) -> None:
        """Draw a shape; ``key`` is the node with which it lies in a lane."""
        if shape.label or shape.id in self.layout.names:
            element.attributes["name"] = self.layout.names.get(shape.id, shape.label)
            shape.label = element.attributes["name"]
        if not shape.holder and key in self.lane_of:
            shape.lane = self.lane_id[self.lane_of[key]]
            self.ids_in_lanes[shape.id] = key
        self.picture.shapes[shape.id] = shape

    def _node(self, node: Any, holder: str) -> Element:
        id_ = self.id[node.key]
        if isinstance(node, Step):
            element = self._step(node, id_)
        else:
            element = self._element(self._tag(node, id_), id_, id_)
            self._describe(node, element)
        name = getattr(node, "name", None)
        if name is not None and (name or isinstance(node, Step)):
            element.attributes["name"] = name
        if id_ != node.key:
            element.attributes[ours("key")] = node.key
        is_task = element.name not in _ROUND and not element.name.endswith("Gateway")
        label = "" if is_task else name or self.layout.names.get(id_, "")
        if isinstance(node, End):
            label = self.layout.names.get(id_, self.said.get(node.result, node.result))
        size = TASK if is_task else EVENT if element.name in _ROUND else GATEWAY
        shape = Shape(id_, size, holder, label=label, is_holder=isinstance(node, SubProcess))
        if isinstance(node, Boundary):
            shape.host = self.id[node.host]
        self._put(shape, element, node.key)
        default = next((f for f in self.out[node.key] if f.is_default), None)
        if default is not None and isinstance(node, Choice | Inclusive):
            element.attributes["default"] = self.flow_ids[id(default)]
        return element

    def _tag(self, node: Any, id_: str) -> str:
        drawn = self.layout.elements.get(id_)
        flows = self.out[node.key]
        if isinstance(node, Choice) and drawn == "intermediateThrowEvent":
            is_passed = len(flows) == 1 and flows[0].guard is None and not flows[0].is_default
            return drawn if is_passed else "exclusiveGateway"
        if isinstance(node, Throw) and drawn == "sendTask" and node.message:
            return drawn
        if isinstance(node, Wait):
            if node.kind == "event":
                return "eventBasedGateway"
            return drawn if drawn == "receiveTask" and node.kind == MESSAGE else "intermediateCatchEvent"
        return _TAGS[type(node)]

    def _describe(self, node: Any, element: Element) -> None:
        if isinstance(node, End):
            element.attributes[ours("result")] = node.result
            if node.is_terminating:
                element.children.append(Element(bpmn("terminateEventDefinition")))
        elif isinstance(node, Choice):
            flows = self.out[node.key]
            # Ways that nothing tells apart are neither outcomes of a step nor the rest, as they would be read.
            if len(flows) > 1 and any(f.guard is None and not f.is_default for f in flows):
                element.attributes[ours("choice")] = "true"
        elif isinstance(node, Boundary):
            element.attributes |= {"attachedToRef": self.id[node.host]}
            element.attributes["cancelActivity"] = "true" if node.is_interrupting else "false"
        if isinstance(node, Throw):
            self._event(element, MESSAGE, node.message)
        elif isinstance(node, Wait) and node.kind == "event":
            if node.spec:
                element.attributes[ours("spec")] = node.spec
        elif isinstance(node, Wait | Boundary):
            self._event(element, node.kind, node.spec)

    def _event(self, element: Element, kind: str, spec: str) -> None:
        """Write what an event waits for or sends; a task that waits or sends carries it itself."""
        is_task = element.name.endswith("Task")
        event = self._element(
            "messageEventDefinition" if kind == MESSAGE else "timerEventDefinition",
            "",
            f"{element.attributes['id']}*event",
        )
        if kind == MESSAGE:
            if spec:
                (element if is_task else event).attributes["messageRef"] = self._message(spec)
            else:
                element.attributes[ours("spec")] = ""
        else:
            if not _PLAIN_TIME.fullmatch(spec) and spec:
                element.attributes[ours("spec")] = spec
            is_date = re.match(r"\d{4}-", spec)
            if spec:
                part = Element(bpmn("timeDate" if is_date else "timeDuration"), text=spec)
                part.attributes[f"{{{XSI}}}type"] = "bpmn:tFormalExpression"
                event.children.append(part)
        if not is_task:
            element.children.append(event)

    def _message(self, name: str) -> str:
        if name not in self.messages:
            self.messages[name] = self._known(names.message(name), f"message-{names.ncname(name)}")
        return self.messages[name]

    def _step(self, step: Step, id_: str) -> Element:
        usual = {CALL: "callActivity", AUTOMATIC: "serviceTask"}.get(step.kind, "userTask")
        drawn = self.layout.elements.get(id_, usual)
        tag = drawn if drawn in words.STEPS or drawn == "subProcess" else usual
        element = self._element(tag, id_, id_)
        own: dict[str, str] = {"kind": step.kind, "role": step.role}
        if not self.lane_of or self.lane_of.get(self._outermost(step.key)) != step.slot:
            own["slot"] = step.slot
        if step.minutes is not None:
            own["minutes"] = str(step.minutes)
        if step.outcomes != ("done",):
            own["outcomes"] = packed(step.outcomes)
        lists = {
            "coSlots": step.co_slots,
            "watchSlots": step.watch_slots,
            "collects": step.collects,
            "reads": step.reads,
        }
        own |= {name: packed(found) for name, found in lists.items() if found}
        own |= {n: t for n, t in (("slotTable", step.slot_table), ("minutesTable", step.minutes_table)) if t}
        if step.calls and tag == "callActivity" and NCNAME.fullmatch(step.calls):
            element.attributes["calledElement"] = step.calls
        elif step.calls:
            own["calls"] = step.calls
        if step.in_turn and not step.each:
            own["inTurn"] = "true"
        element.attributes |= {ours(name): text for name, text in own.items()}
        if step.each:
            element.children.append(self._loop(step, id_))
        return element

    def _outermost(self, key: str) -> str:
        seen = {key}
        while key in self.parent and self.parent[key] not in seen:
            key = self.parent[key]
            seen.add(key)
        return key

    def _loop(self, step: Step, id_: str) -> Element:
        loop = self._element("multiInstanceLoopCharacteristics", "", f"{id_}*loop")
        loop.attributes[ours("each")] = step.each
        if step.in_turn:
            loop.attributes["isSequential"] = "true"
        field = self.definition.field_types().get(step.each)
        if field is not None and field.type is FieldType.INTEGER:
            loop.children.insert(
                0, Element(bpmn("loopCardinality"), {f"{{{XSI}}}type": "bpmn:tFormalExpression"}, text=step.each)
            )
        return loop

    def _element(self, name: str, id_: str, kept_at: str) -> Element:
        """Return an element with what is kept for it."""
        kept = self.layout.kept.get(kept_at, Kept())
        made = Element(bpmn(name), {"id": id_} if id_ else {})
        made.attributes |= kept.attributes
        made.children += [Element.from_json(e.to_json()) for e in kept.elements]
        return made

    def _known(self, what: str, wish: str) -> str:
        """Return the id of what is no node: the one it had, or else a new one."""
        if what not in self.special:
            had = self.layout.ids.get(what)
            if had and had not in self.taken:
                self.taken.add(had)
                self.special[what] = had
            else:
                self.special[what] = self._fresh(wish)
        return self.special[what]

    def _fresh(self, wish: str) -> str:
        made, number = wish, 2
        while made in self.taken:
            made, number = f"{wish}_{number}", number + 1
        self.taken.add(made)
        return made
