"""Answers which nodes and flows a process or sub-process of a BPMN file has.

What BPMN leaves unsaid is made a node: an end where nothing follows, a fork or a choice behind a task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from motcua.core.process.bpmn import layout as names
from motcua.core.process.bpmn import vocabulary as words
from motcua.core.process.bpmn.draft import Draft, id_of, name_of, own, own_list, ref
from motcua.core.process.bpmn.elements import Element
from motcua.core.process.bpmn.tasks import is_send, read_step
from motcua.core.process.bpmn.vocabulary import BPMN, bpmn, ours
from motcua.core.process.definition import (
    MESSAGE,
    Boundary,
    Choice,
    End,
    Flow,
    Inclusive,
    Parallel,
    Step,
    SubProcess,
    Throw,
    Wait,
)
from motcua.core.process.guards import Expr

_FLOW_READ = frozenset({"id", "name", "sourceRef", "targetRef", "isImmediate"})
_NODE_READ = frozenset({"id", "name", "default", "gatewayDirection"})
_NODE_INSIDE = frozenset({"incoming", "outgoing"})
_HARMLESS = {"", "false", "0"}
_QUANTITIES = ("startQuantity", "completionQuantity")


@dataclass(slots=True)
class RawFlow:
    """A sequence flow as it stands in the file."""

    id: str
    source: str
    target: str
    name: str
    guard: Expr | None
    is_default: bool
    outcome: str | None
    place: tuple[float, int]


class ScopeReader:
    """Reads what is directly within ``holder``, a process or sub-process; ``scope`` is its key, empty for a process."""

    def __init__(self, draft: Draft, holder: Element, scope: str) -> None:
        self.draft, self.holder, self.scope = draft, holder, scope
        self.elements = [c for c in holder.children if c.namespace == BPMN and c.name in words.NODES]
        self.by_id = {id_of(e): e for e in self.elements}
        self.entry: dict[str, str] = {}
        self.exit: dict[str, str] = {}
        self.nodes: dict[str, Any] = {}
        self.members: list[str] = []
        self.outs: dict[str, list[RawFlow]] = defaultdict(list)
        self.ins: dict[str, list[RawFlow]] = defaultdict(list)
        self.folded: dict[str, Element] = {}
        self.starts: list[Element] = []
        # What is refused by name is not missed by what is connected to it as well.
        known = {*words.NODES, *words.DRAWINGS, *words.INSIDE, "sequenceFlow", "laneSet"}
        self.strange = {id_of(c) for c in holder.children if c.namespace == BPMN and c.name not in known} - {""}
        self.hosts = {ref(e.attributes.get("attachedToRef", "")) for e in self.elements if e.name == "boundaryEvent"}

    def read(self) -> tuple[str, tuple[str, ...]]:
        """Return the key of the first node and those of all."""
        for element in self.holder.each(bpmn("sequenceFlow")):
            self._raw_flow(element)
        self._find_folded()
        for element in self.elements:
            self._node(element)
        for element in self.elements:
            self._leave(element)
        start = self._start()
        return start, tuple(self._members())

    def _members(self) -> list[str]:
        """Return what is within, in the order that the file tells of; boundaries go with their hosts."""
        told = [k for k in own_list(self.holder, "members") if k in self.nodes]
        rest = [k for k in self.members if k not in told and not isinstance(self.nodes[k], Boundary)]
        return told + rest

    # Flows as they stand

    def _raw_flow(self, element: Element) -> None:
        source, target = (ref(element.attributes.get(name, "")) for name in ("sourceRef", "targetRef"))
        for end in (source, target):
            if end not in self.by_id:
                if end not in self.strange:
                    self.draft.wrong("process.bpmn_reference", element, target=end)
                return
        gateway = self.by_id[source]
        condition = element.first(bpmn("conditionExpression"))
        outcome = element.attributes.get(ours("outcome"))
        guard = None
        if condition is not None and outcome is None and not own(gateway, "outcomesOf"):
            text = own(element, "guard") or condition.text
            if any(a.rpartition("}")[2] == "resource" for a in condition.attributes):
                self.draft.not_covered(condition, at=element)
            elif text.strip():
                guard = self.draft.condition(text, element)
        place = self.draft.place_of(element)
        is_default = ref(gateway.attributes.get("default", "")) == id_of(element)
        self.draft.keep(element, id_of(element), read=_FLOW_READ, inside={"conditionExpression"})
        flow = RawFlow(id_of(element), source, target, name_of(element), guard, is_default, outcome, place)
        self.outs[source].append(flow)
        self.ins[target].append(flow)

    def _find_folded(self) -> None:
        """Find the gateways that only tell what came of a step: they are its outcomes, no node of their own."""
        for gateway in self.elements:
            if gateway.name != "exclusiveGateway" or ours("choice") in gateway.attributes:
                continue
            came, gone = self.ins[id_of(gateway)], self.outs[id_of(gateway)]
            step = self.by_id[came[0].source] if len(came) == 1 else None
            is_alone = step is not None and len(self.outs[id_of(step)]) == 1
            if ours("outcomesOf") in gateway.attributes:
                if is_alone and step is not None and step.name in (*words.STEPS, "subProcess"):
                    self.folded[id_of(step)] = gateway
                else:
                    self.draft.wrong("process.bpmn_outcomes", gateway, step=own(gateway, "outcomesOf"))
            elif is_alone and step is not None and self._is_decided_by_hand(step, came[0], gone):
                self.folded[id_of(step)] = gateway

    def _is_decided_by_hand(self, step: Element, into: RawFlow, ways: Sequence[RawFlow]) -> bool:
        by_person = step.name in words.STEPS and step.name not in words.BY_SYSTEM and step.name != "callActivity"
        is_bare = into.guard is None and into.outcome is None and all(w.guard is None for w in ways)
        is_once = (
            step.first(bpmn("multiInstanceLoopCharacteristics")) is None and ours("outcomes") not in step.attributes
        )
        return by_person and is_bare and is_once and len(ways) > 1

    # Nodes

    def _node(self, element: Element) -> None:
        key = self.draft.keys[id_of(element)]
        if any(element is gateway for gateway in self.folded.values()):
            self.draft.keep(element, id_of(element), read=_NODE_READ, inside=_NODE_INSIDE)
            self._name(element, "")
            return
        for name in ("isForCompensation", "triggeredByEvent", "parallelMultiple", *_QUANTITIES):
            harmless = {"", "1"} if name in _QUANTITIES else _HARMLESS
            if element.attributes.get(name, "").strip() not in harmless:
                self.draft.not_covered(element, called=f"{element.name} {name}")
        if element.attributes.get("eventGatewayType", "Exclusive") != "Exclusive":
            self.draft.not_covered(element, called="eventBasedGateway eventGatewayType")
        read = {
            "startEvent": self._start_event,
            "endEvent": self._end_event,
            "boundaryEvent": self._boundary,
            "intermediateCatchEvent": self._catch,
            "intermediateThrowEvent": self._throw,
            "subProcess": self._sub_process,
            "receiveTask": self._receive,
        }.get(element.name, self._gateway if element.name.endswith("Gateway") else self._step)
        read(element, key)

    def _add(self, node: Any, element: Element | None = None) -> str:
        key = self.draft.add(node, element)
        self.nodes[key] = node
        self.members.append(key)
        return key

    def _take(self, node: Any, element: Element, **more: Any) -> None:
        """Take in the one node that an element is."""
        key = self._add(node, element)
        self.entry[id_of(element)] = self.exit[id_of(element)] = key
        self.draft.written.add(id_of(element))

    def _keep(self, element: Element, *inside: str, read: Sequence[str] = ()) -> None:
        self.draft.keep(element, id_of(element), read={*_NODE_READ, *read}, inside={*_NODE_INSIDE, *inside})

    def _name(self, element: Element, said: str) -> None:
        if name_of(element) and name_of(element) != said:
            self.draft.layout.names[id_of(element)] = name_of(element)

    def _step(self, element: Element, key: str) -> None:
        if element.name == "sendTask" and is_send(element, self.draft, self.hosts):
            self._keep(element, read=("messageRef",))
            self.draft.layout.elements[id_of(element)] = "sendTask"
            self._take(Throw(key, self._message(element), name_of(element)), element)
            return
        step = read_step(element, key, self.draft)
        gateway = self.folded.get(id_of(element))
        if gateway is not None:
            step = self._with_outcomes(step, gateway)
        self._take(step, element)

    def _with_outcomes(self, step: Step, gateway: Element) -> Step:
        """Return the step with an outcome for each way out of the gateway, the usual one first."""
        ways = self.outs[id_of(gateway)]
        taken = list[str]()
        for way in ways:
            if way.outcome is None:
                wish = way.name or name_of(self.by_id[way.target]) or way.target
                number = 2
                way.outcome = wish
                while way.outcome in taken:
                    way.outcome, number = f"{wish} {number}", number + 1
                way.name = way.outcome
            taken.append(way.outcome or step.outcomes[0])
        if ours("outcomesOf") not in gateway.attributes:
            usual = [w.outcome or "" for w in ways if w.is_default]
            made = tuple(dict.fromkeys([*usual, *taken]))
        else:
            made = tuple(dict.fromkeys([*step.outcomes, *taken]))
        return Step(**{f: getattr(step, f) for f in step.__dataclass_fields__} | {"outcomes": made})

    def _gateway(self, element: Element, key: str) -> None:
        self._keep(element, read=("instantiate", "eventGatewayType"))
        name = name_of(element)
        node: Any = {
            "exclusiveGateway": Choice(key, name),
            "inclusiveGateway": Inclusive(key, name),
            "parallelGateway": Parallel(key),
            "eventBasedGateway": Wait(key, "event", own(element, "spec"), name),
        }.get(element.name)
        if isinstance(node, Parallel):
            self._name(element, "")
        self._take(node, element)

    def _event(self, element: Element, *covered: str) -> tuple[str, str] | None:
        """Return kind and spec of what an event waits for or sends; kind ``none``; None where it is not covered."""
        found = [c for c in element.children if c.name in _definitions(element)]
        wrong = [c for c in found if c.name not in covered]
        for definition in wrong or found[1:]:
            self.draft.not_covered(element, called=f"{element.name} {definition.name}")
        if wrong or len(found) > 1:
            return None
        if not found:
            return "none", ""
        self.draft.keep(
            found[0],
            f"{id_of(element)}*event",
            read=("id", "messageRef"),
            inside=("timeDuration", "timeDate", "timeCycle"),
        )
        if found[0].name == "terminateEventDefinition":
            return "terminate", ""
        if found[0].name == "messageEventDefinition":
            return MESSAGE, own(element, "spec") if ours("spec") in element.attributes else self._message(
                found[0], element
            )
        return "timer", self._time(found[0], element)

    def _message(self, element: Element, of: Element | None = None) -> str:
        """Return the message's name; one that is not declared is called after its event."""
        at = of if of is not None else element
        if ours("spec") in at.attributes:
            return own(at, "spec")
        named = ref(element.attributes.get("messageRef", ""))
        return self.draft.messages.get(named) or named or name_of(at) or id_of(at)

    def _time(self, definition: Element, element: Element) -> str:
        if ours("spec") in element.attributes:
            return own(element, "spec")
        parts = [c for c in definition.children if c.name in ("timeDuration", "timeDate", "timeCycle")]
        for number, part in enumerate(parts):
            if number or part.name == "timeCycle":
                self.draft.not_covered(element, called=f"{element.name} {part.name}")
        if not parts:
            return ""
        written = parts[0].text.strip()
        text = written.removeprefix("=").strip()
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            return text[1:-1]
        is_worked_out = written[:2] in ("${", "#{") or written[:1] == "=" or "(" in text
        if is_worked_out and parts[0].name != "timeCycle":
            self.draft.wrong("process.bpmn_expression", element, text=written[:200], reason=parts[0].name)
        return text

    def _start_event(self, element: Element, key: str) -> None:
        self.starts.append(element)
        found = self._event(element, "timerEventDefinition", "messageEventDefinition")
        self._keep(element, *_definitions(element), read=("isInterrupting",))
        if found is None or found[0] == "none" or self.scope:
            if found and found[0] != "none":
                self.draft.not_covered(element, called=f"subProcess startEvent {found[0]}")
            self._name(element, "")
            return
        self._take(Wait(key, found[0], found[1], name_of(element)), element)

    def _end_event(self, element: Element, key: str) -> None:
        found = self._event(element, "terminateEventDefinition", "messageEventDefinition") or ("none", "")
        self._keep(element, *_definitions(element))
        result = own(element, "result") if ours("result") in element.attributes else name_of(element) or "done"
        if found[0] == MESSAGE:
            self._take(Throw(key, found[1], name_of(element)), element)
            end = self._add(End(self.draft.fresh(f"{key}_end"), result))
            self._flow(key, end)
        else:
            self._name(element, result)
            self._take(End(key, result, found[0] == "terminate"), element)
        del self.exit[id_of(element)]
        if self.outs[id_of(element)]:
            self.draft.wrong("process.flow_from_end", element, key=key)

    def _boundary(self, element: Element, key: str) -> None:
        found = self._event(element, "timerEventDefinition", "messageEventDefinition") or ("timer", "")
        if found[0] == "none":
            self.draft.not_covered(element)
        self._keep(element, *_definitions(element), read=("attachedToRef", "cancelActivity"))
        host = ref(element.attributes.get("attachedToRef", ""))
        if host not in self.by_id and host not in self.strange:
            self.draft.wrong("process.bpmn_reference", element, target=host)
        elif host in self.by_id and self.by_id[host].name not in words.HOSTS:
            self.draft.wrong("process.host_unknown", element, key=key, host=host)
        is_interrupting = element.attributes.get("cancelActivity", "true") in ("true", "1")
        host_key = self.draft.keys.get(host, host)
        self._take(Boundary(key, host_key, *found, is_interrupting, name_of(element)), element)

    def _catch(self, element: Element, key: str) -> None:
        found = self._event(element, "timerEventDefinition", "messageEventDefinition")
        if found and found[0] == "none":
            self.draft.not_covered(element)
        self._keep(element, *_definitions(element))
        self._take(Wait(key, *(found or ("timer", "")), name_of(element)), element)

    def _throw(self, element: Element, key: str) -> None:
        found = self._event(element, "messageEventDefinition")
        self._keep(element, *_definitions(element))
        if found and found[0] == MESSAGE:
            self._take(Throw(key, found[1], name_of(element)), element)
        else:
            # An event without a definition is a milestone of the drawing: a dossier goes through it.
            self.draft.layout.elements[id_of(element)] = "intermediateThrowEvent"
            self._take(Choice(key, name_of(element)), element)

    def _receive(self, element: Element, key: str) -> None:
        if element.first(bpmn("multiInstanceLoopCharacteristics")) or element.first(
            bpmn("standardLoopCharacteristics")
        ):
            self.draft.not_covered(element, called="receiveTask loopCharacteristics")
        self._keep(element, *words.LOOPS, read=("messageRef", "instantiate", "implementation"))
        self.draft.layout.elements[id_of(element)] = "receiveTask"
        self._take(Wait(key, MESSAGE, self._message(element), name_of(element)), element)

    def _sub_process(self, element: Element, key: str) -> None:
        if not any(c.namespace == BPMN and c.name in words.NODES for c in element.children):
            # A part that nobody has drawn out is a piece of work as far as anybody can tell.
            self.draft.layout.elements[id_of(element)] = "subProcess"
            self._step(element, key)
            return
        for loop in element.each(*(bpmn(name) for name in words.LOOPS)):
            self.draft.not_covered(loop, at=element)
        for lanes in element.each(bpmn("laneSet")):
            self.draft.not_covered(lanes, at=element)
        read_inside(self.draft, element, id_of(element), read=_NODE_READ, inside=(*_NODE_INSIDE, *words.LOOPS))
        place = len(self.draft.made)
        self._take(SubProcess(key, name_of(element), "", ()), element)
        start, members = ScopeReader(self.draft, element, key).read()
        made = SubProcess(key, name_of(element), start, members)
        self.draft.made[place] = (self.draft.made[place][0], made)
        self.nodes[key] = made

    # Ways out

    def _flow(self, source: str, target: str, raw: RawFlow | None = None, outcome: str = "", **more: Any) -> None:
        place = raw.place if raw else self.draft.place_of(None)
        flow = Flow(source, target, outcome, **more)
        self.draft.flows.append((place, flow, raw.id if raw else "", raw.name if raw else ""))

    def _leave(self, element: Element) -> None:
        """Make the flows out of an element, with the node that BPMN leaves unsaid."""
        key, flows = self.exit.get(id_of(element)), self.outs[id_of(element)]
        if key is None or self._is_folded(element):
            return
        gateway = self.folded.get(id_of(element))
        if gateway is not None:
            self._leave_by_outcome(element, key, gateway)
        elif not flows:
            self._flow(key, self._add(End(self.draft.fresh(f"{key}_end"), "done")))
        elif element.name.endswith("Gateway"):
            if element.name == "exclusiveGateway" and ours("choice") not in element.attributes:
                _mark_rest(flows)
            for flow in flows:
                flow.is_default = flow.is_default and element.name in ("exclusiveGateway", "inclusiveGateway")
                self._go(key, flow)
        else:
            self._leave_work(key, flows)

    def _is_folded(self, element: Element) -> bool:
        return any(element is gateway for gateway in self.folded.values())

    def _leave_work(self, key: str, flows: Sequence[RawFlow]) -> None:
        if len(flows) == 1 and flows[0].guard is None:
            flows[0].is_default = False
            self._go(key, flows[0])
            return
        for flow in flows:
            flow.outcome = None  # what comes of the step leads to the node in between
        if any(f.guard is not None or f.is_default for f in flows):
            split = self._add(Inclusive(self.draft.fresh(f"{key}_split")))
            self._flow(key, split)
            for flow in flows:
                self._go(split, flow)
        else:
            fork = self._add(Parallel(self.draft.fresh(f"{key}_fork")))
            self._flow(key, fork)
            for flow in flows:
                self._go(fork, flow)

    def _leave_by_outcome(self, element: Element, key: str, gateway: Element) -> None:
        ids = self.draft.layout.ids
        ids[names.outcomes(key)] = id_of(gateway)
        ids[names.outcomes_flow(key)] = self.outs[id_of(element)][0].id
        for way in self.outs[id_of(gateway)]:
            if way.target in self.entry:
                self._flow(key, self.entry[way.target], way, way.outcome or "")

    def _go(self, source: str, flow: RawFlow) -> None:
        if flow.target in self.entry:
            target = self.entry[flow.target]
            self._flow(source, target, flow, flow.outcome or "", guard=flow.guard, is_default=flow.is_default)

    # Where it begins

    def _start(self) -> str:
        plain = [s for s in self.starts if id_of(s) not in self.entry]
        waits = [s for s in self.starts if id_of(s) in self.entry]
        if len(plain) > 1 or (plain and waits):
            told = ", ".join(name_of(s) or id_of(s) for s in self.starts)
            self.draft.wrong("process.bpmn_starts", self.holder, starts=told)
            return ""
        if plain:
            return self._start_of(plain[0])
        if len(waits) == 1:
            return self.entry[id_of(waits[0])]
        if waits:
            gate = self._add(Wait(self.draft.fresh(f"{self.scope}_start" if self.scope else "start"), "event"))
            for wait in waits:
                self._flow(gate, self.entry[id_of(wait)])
            return gate
        first = [e for e in self.elements if not self.ins[id_of(e)] and e.name != "boundaryEvent"]
        keys = [self.entry[id_of(e)] for e in first if id_of(e) in self.entry]
        if not keys:
            self.draft.wrong("process.bpmn_starts", self.holder, starts="—")
            return ""
        return keys[0] if len(keys) == 1 else self._fork(keys)

    def _fork(self, keys: Sequence[str]) -> str:
        fork = self._add(Parallel(self.draft.fresh(f"{self.scope}_start" if self.scope else "start")))
        for key in keys:
            self._flow(fork, key)
        return fork

    def _start_of(self, event: Element) -> str:
        flows = [f for f in self.outs[id_of(event)] if f.target in self.entry]
        ids = self.draft.layout.ids
        ids[names.start(self.scope)] = id_of(event)
        if not flows and self.strange:
            return ""
        if self.ins[id_of(event)] or not flows:
            self.draft.wrong("process.bpmn_starts", self.holder, starts=name_of(event) or id_of(event))
            return ""
        if len(flows) == 1 and flows[0].guard is None:
            ids[names.start_flow(self.scope)] = flows[0].id
            if flows[0].name:
                self.draft.layout.names[flows[0].id] = flows[0].name
            return self.entry[flows[0].target]
        is_fork = all(f.guard is None for f in flows)
        kind: Any = Parallel if is_fork else Inclusive
        node = self._add(kind(self.draft.fresh(f"{id_of(event)}_split")))
        for flow in flows:
            self._go(node, flow)
        return node


def _mark_rest(flows: Sequence[RawFlow]) -> None:
    """Take the last way out of a choice as the rest where it alone has no condition: engines take it when tried."""
    bare = [f for f in flows if f.guard is None]
    if len(flows) > 1 and bare == [flows[-1]] and not any(f.is_default for f in flows):
        flows[-1].is_default = True


def _definitions(element: Element) -> tuple[str, ...]:
    """Return the names of the children that tell what an event is; each is judged for itself."""
    names_ = (c.name for c in element.children if c.namespace == BPMN)
    return tuple(n for n in names_ if n.endswith("EventDefinition") or n == "eventDefinitionRef")


def read_inside(
    draft: Draft, holder: Element, at: str, *, read: Sequence[str] | frozenset[str], inside: Sequence[str]
) -> None:
    """Keep what a process or sub-process holds beside nodes and flows; name what has no place here."""
    passed = {
        *inside,
        *words.NODES,
        *words.DRAWINGS - {"documentation", "ioSpecification", "property", "auditing", "monitoring"},
    }
    for child in holder.children:
        if child.namespace == BPMN and child.name in words.DRAWINGS and child.name in passed:
            draft.draw(child, at)
    draft.keep(holder, at, read=read, inside={*passed, "sequenceFlow", "laneSet"})
