"""Answers how a process stands in a BPMN file: its elements, the attributes of ours, its drawing.

A flow to a node that is not there, and a boundary without its host, cannot be drawn and are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from motcua.core.process.bpmn import layout as names
from motcua.core.process.bpmn import vocabulary as words
from motcua.core.process.bpmn.completing import complete
from motcua.core.process.bpmn.draft import packed
from motcua.core.process.bpmn.elements import Element, written
from motcua.core.process.bpmn.layout import NCNAME, Kept, Layout
from motcua.core.process.bpmn.picture import EVENT, GATEWAY, TASK, Edge, Picture, Places, Shape
from motcua.core.process.bpmn.placing import place
from motcua.core.process.bpmn.vocabulary import BPMNDI, DC, DI, OURS, XSI, bpmn, ours
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
from motcua.core.process.guards import FieldType, text_of

_PLAIN_TIME = re.compile(r"[\w:.+\-]+( [\w:.+\-]+)*")
_GROUPS = (
    "steps", "parallels", "choices", "inclusives", "waits", "throws", "boundaries", "subprocesses", "ends",
)  # fmt: skip


def write_file(definition: Definition, layout: Mapping[str, Any] | None, units: Mapping[str, str]) -> str:
    """Return the file as XML."""
    found = Layout.from_json(layout)
    writer = _Writer(definition, found, units)
    root = writer.root()
    return written(root, {**words.PREFIXES, **found.prefixes})


class _Writer:
    def __init__(self, definition: Definition, layout: Layout, units: Mapping[str, str]) -> None:
        self.definition, self.layout, self.units = definition, layout, units
        self.picture = Picture()
        self.taken = set[str]()
        self.nodes = {n.key: n for n in definition.nodes()}
        self.id = {key: self._fresh(names.ncname(key)) for key in self.nodes}
        self.parent = {m: s.key for s in definition.subprocesses for m in s.members if m in self.nodes}
        hosts = {b.key: b.host for b in definition.boundaries}
        self.lost = {
            key for key, host in hosts.items() if not isinstance(self.nodes.get(host), Step | Wait | SubProcess)
        }
        for key, host in hosts.items():
            if host in self.parent:
                self.parent[key] = self.parent[host]
            else:
                self.parent.pop(key, None)
        self.out: dict[str, list[Flow]] = defaultdict(list)
        self.flow_ids: dict[int, str] = {}
        self.emitted: dict[str, list[tuple[Any, Element]]] = defaultdict(list)
        self.messages: dict[str, str] = {}
        self._flows_to_draw()
        self._lanes()

    # What is written at all

    def _flows_to_draw(self) -> None:
        self.flows = list[Flow]()
        for flow, name in zip(self.definition.flows, names.flow_names(self.definition.flows), strict=True):
            ends = (flow.source, flow.target)
            if any(k not in self.nodes or k in self.lost for k in ends) or isinstance(self.nodes[ends[0]], End):
                continue
            if self.parent.get(flow.source) != self.parent.get(flow.target):
                continue
            self.flows.append(flow)
            self.out[flow.source].append(flow)
            wish = "-".join(
                [
                    "flow",
                    self.id[flow.source],
                    *([names.ncname(flow.outcome)] if flow.outcome else []),
                    self.id[flow.target],
                ]
            )
            self.flow_ids[id(flow)] = self._known(name, wish)

    def _lanes(self) -> None:
        """Decide on lanes: one for each slot, unless the drawing that there is has none."""
        direct = [s.slot for s in self.definition.steps if s.key not in self.parent and s.slot]
        told = [k.removeprefix(names.lane("")) for k in self.layout.ids if k.startswith(names.lane(""))]
        slots = list(dict.fromkeys([*told, *direct])) if told or not self.layout.shapes else []
        self.lane_id = {slot: self._known(names.lane(slot), f"lane-{names.ncname(slot)}") for slot in slots}
        self.lane_of: dict[str, str] = {}
        if slots or names.POOL in self.layout.ids:
            self.picture.pool = self._known(names.POOL, "pool")
            self.picture.lanes = list(self.lane_id.values())
        if slots:
            self._lanes_of_nodes()

    def _lanes_of_nodes(self) -> None:
        """Give every node a lane: a step that of its slot, another where it is drawn or that of what is next to it."""
        shapes, lanes = self.layout.shapes, self.lane_id
        wanted = {s.key: s.slot for s in self.definition.steps if s.slot in lanes and s.key not in self.parent}
        for sub in self.definition.subprocesses:
            slots = [s.slot for s in self.definition.steps if s.key in sub.members and s.slot in lanes]
            wanted.setdefault(sub.key, slots[0] if slots else "")
        direct = [n.key for n in self.definition.nodes() if n.key not in self.parent]
        for key in direct:
            box = shapes.get(self.id[key])
            for slot, lane in lanes.items():
                band = shapes.get(lane)
                if box and band and not wanted.get(key) and band[1] <= box[1] + box[3] / 2 <= band[1] + band[3]:
                    wanted[key] = slot
        for boundary in self.definition.boundaries:
            if boundary.host in wanted:
                wanted[boundary.key] = wanted[boundary.host]
        neighbours = [(f.source, f.target) for f in self.flows] + [(f.target, f.source) for f in self.flows]
        for _ in direct:
            missing = [(a, b) for a, b in neighbours if wanted.get(a) and not wanted.get(b)]
            for here, there in missing:
                wanted[there] = wanted.get(there) or wanted[here]
            if not missing:
                break
        self.lane_of = {k: wanted.get(k) or next(iter(lanes)) for k in direct}

    # The file

    def root(self) -> Element:
        layout = self.layout
        root_id = self._known(names.DEFINITIONS, "definitions")
        process_id = self._known(names.PROCESS, names.ncname(self.definition.id))
        root = self._element("definitions", root_id, names.DEFINITIONS)
        root.attributes.setdefault("targetNamespace", OURS)
        process = self._process(process_id)
        parts = [process]
        if self.picture.pool:
            parts.insert(0, self._collaboration(process_id))
        parts += [self._message_element(name, id_) for name, id_ in self.messages.items()]
        root.children += parts
        self._drawings(root, names.DEFINITIONS)
        rank = {"import": 0, "extension": 1, "relationship": 4}
        root.children.sort(
            key=lambda c: -1 if c.name in ("documentation", "extensionElements") else rank.get(c.name, 3)
        )
        self._drop_dangling(root)
        plane = names.COLLABORATION if self.picture.pool else names.PROCESS
        root.children.insert(
            _before_relationships(root), self._diagram(layout.ids.get(plane) or self.special[plane], root)
        )
        return root

    def _process(self, process_id: str) -> Element:
        definition = self.definition
        process = self._element("process", process_id, names.PROCESS)
        process.attributes["name"] = definition.name
        executable = self.layout.flags.get(names.PROCESS, {}).get("isExecutable", "true")
        process.attributes["isExecutable"] = executable
        if definition.id != process_id:
            process.attributes[ours("key")] = definition.id
        self.held = {"": process}
        self._scope("", process)
        self._extend(process)
        if self.lane_id:
            process.children.append(self._lane_set())
        self._drawings(process, names.PROCESS)
        self._order(process)
        self._number()
        return process

    def _extend(self, process: Element) -> None:
        """Write what BPMN has no place for: units without a lane, fields, decision tables."""
        made = [
            Element(ours("unit"), {"slot": slot, "name": unit})
            for slot, unit in self.units.items()
            if slot not in self.lane_id
        ]
        for rule in self.definition.fields:
            choices = {"choices": packed(rule.choices)} if rule.choices else {}
            label = {"label": rule.label} if rule.label else {}
            made.append(Element(ours("field"), {"name": rule.name, "type": rule.type.value, **label, **choices}))
        for table in self.definition.tables:
            head = {"name": table.name, "type": table.type.value, **({"label": table.label} if table.label else {})}
            rows = []
            for row in table.rules:
                when = {"when": text_of(row.when)} if row.when is not None else {}
                rows.append(Element(ours("rule"), {**when, "gives": row.value}))
            made.append(Element(ours("table"), head, rows))
        if made:
            holder = process.first(bpmn("extensionElements"))
            if holder is None:
                process.children.append(Element(bpmn("extensionElements"), {}, made))
            else:
                holder.children = made + holder.children

    def _collaboration(self, process_id: str) -> Element:
        id_ = self._known(names.COLLABORATION, "collaboration")
        element = self._element("collaboration", id_, names.COLLABORATION)
        pool = self._element("participant", self.picture.pool, names.POOL)
        pool.attributes["name"] = self.layout.names.get(names.POOL, self.definition.name)
        pool.attributes["processRef"] = process_id
        element.children.append(pool)
        self._drawings(element, names.COLLABORATION)
        rank = {"participant": 1, "messageFlow": 2}
        aside = ("documentation", "extensionElements")
        element.children.sort(key=lambda c: 0 if c.name in aside else rank.get(c.name, 3))
        return element

    def _lane_set(self) -> Element:
        lane_set = Element(bpmn("laneSet"), {"id": self._known(names.LANES, "lanes")})
        for slot, id_ in self.lane_id.items():
            lane = self._element("lane", id_, id_)
            lane.attributes["name"] = self.units.get(slot, slot)
            lane.attributes[ours("slot")] = slot
            if slot not in self.units:
                lane.attributes[ours("isNamed")] = "false"
            refs = [i for i, key in self.ids_in_lanes.items() if self.lane_of.get(key) == slot]
            lane.children += [Element(bpmn("flowNodeRef"), text=i) for i in refs]
            lane_set.children.append(lane)
        return lane_set

    def _message_element(self, name: str, id_: str) -> Element:
        element = self._element("message", id_, id_)
        element.attributes["name"] = name
        return element

    # A process or sub-process

    def _scope(self, scope: str, holder: Element) -> None:
        definition = self.definition
        if not scope:
            self.ids_in_lanes: dict[str, str] = {}
        holder_id = self.id.get(scope, "")
        flows = [f for f in self.flows if self.parent.get(f.source, "") == scope]
        start = definition.start if not scope else self.nodes[scope].start
        parts, lines = list[Element](), list[Element]()
        if start in self.nodes and self.parent.get(start, "") == scope:
            parts.append(self._start(scope, start, holder_id, lines))
        for flow in flows:
            self._flow(flow, holder_id, lines, parts)
        within = [(g, n) for g in _GROUPS for n in getattr(definition, g) if self.parent.get(n.key, "") == scope]
        for group, node in within:
            if node.key in self.lost:
                continue
            element = self._node(node, holder_id)
            parts.append(element)
            self.emitted[group].append((node, element))
            if isinstance(node, SubProcess):
                self._scope(node.key, element)
        for element in parts:
            self._ways(element, lines)
            self._order(element)
        holder.children += parts + lines
        if scope:
            self._members(scope, holder, [n.key for _, n in within])
            self._drawings(holder, holder_id)
            self._order(holder)

    def _members(self, scope: str, holder: Element, order: Sequence[str]) -> None:
        members = tuple(k for k in self.nodes[scope].members if k in self.nodes)
        if members != tuple(k for k in order if not isinstance(self.nodes[k], Boundary)):
            holder.attributes[ours("members")] = packed(members)

    def _start(self, scope: str, first: str, holder: str, lines: list[Element]) -> Element:
        id_ = self._known(names.start(scope), f"start-{self.id[scope]}" if scope else "start")
        flow = self._known(names.start_flow(scope), f"flow-{id_}")
        element = self._element("startEvent", id_, id_)
        self._put(Shape(id_, EVENT, holder), element, first)
        lines.append(self._line(flow, id_, self.id[first], holder, ""))
        return element

    def _flow(self, flow: Flow, holder: str, lines: list[Element], parts: list[Element]) -> None:
        id_ = self.flow_ids[id(flow)]
        node = self.nodes[flow.source]
        source, usual = self.id[flow.source], text_of(flow.guard) if flow.guard is not None else ""
        is_branching = isinstance(node, Step) and len(self.out[node.key]) > 1
        if isinstance(node, Step) and is_branching:
            if flow is self.out[node.key][0]:
                parts.append(self._outcomes(node, holder, lines))
            source, usual = self.special[names.outcomes(node.key)], flow.outcome or node.outcomes[0]
        line = self._line(id_, source, self.id[flow.target], holder, self.layout.names.get(id_, usual))
        if flow.outcome or is_branching:
            line.attributes[ours("outcome")] = flow.outcome
        if is_branching:
            line.children.append(_condition(f"outcome = '{usual}'" if '"' in usual else f'outcome = "{usual}"'))
        elif flow.guard is not None:
            line.children.append(_condition(text_of(flow.guard)))
        lines.append(line)
        self.emitted["flows"].append((flow, line))

    def _outcomes(self, step: Step, holder: str, lines: list[Element]) -> Element:
        """Write the gateway that shows what may come of a step; it is read back as the step's outcomes."""
        id_ = self._known(names.outcomes(step.key), f"{self.id[step.key]}-outcome")
        element = self._element("exclusiveGateway", id_, id_)
        element.attributes[ours("outcomesOf")] = self.id[step.key]
        self._put(Shape(id_, GATEWAY, holder, label=self.layout.names.get(id_, "")), element, step.key)
        flow = self._known(names.outcomes_flow(step.key), f"flow-{id_}")
        lines.append(self._line(flow, self.id[step.key], id_, holder, ""))
        return element

    def _line(self, id_: str, source: str, target: str, holder: str, label: str) -> Element:
        self.picture.edges.append(Edge(id_, source, target, holder, label))
        element = self._element("sequenceFlow", id_, id_)
        if label:
            element.attributes["name"] = label
        element.attributes |= {"sourceRef": source, "targetRef": target}
        return element

    def _put(self, shape: Shape, element: Element, key: str) -> None:
        """Draw a shape; ``key`` is the node with which it lies in a lane."""
        if shape.label or shape.id in self.layout.names:
            element.attributes["name"] = self.layout.names.get(shape.id, shape.label)
            shape.label = element.attributes["name"]
        if not shape.holder and key in self.lane_of:
            shape.lane = self.lane_id[self.lane_of[key]]
            self.ids_in_lanes[shape.id] = key
        self.picture.shapes[shape.id] = shape

    # Nodes

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
            label = self.layout.names.get(id_, node.result)
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

    # Parts of any element

    def _element(self, name: str, id_: str, kept_at: str) -> Element:
        """Return an element with what is kept for it."""
        kept = self.layout.kept.get(kept_at, Kept())
        made = Element(bpmn(name), {"id": id_} if id_ else {})
        made.attributes |= kept.attributes
        made.children += [Element.from_json(e.to_json()) for e in kept.elements]
        return made

    def _ways(self, element: Element, lines: Sequence[Element]) -> None:
        id_ = element.attributes["id"]
        element.children += [
            Element(bpmn("incoming"), text=f.attributes["id"]) for f in lines if f.attributes["targetRef"] == id_
        ]
        element.children += [
            Element(bpmn("outgoing"), text=f.attributes["id"]) for f in lines if f.attributes["sourceRef"] == id_
        ]

    def _order(self, element: Element) -> None:
        """Put the parts in the order that the schema wants; what it does not rank keeps its place after them."""
        rank = {name: i for i, name in enumerate(words.ORDER)}
        artifacts = ("association", "group", "textAnnotation")
        last = len(rank)

        def place_of(child: Element) -> int:
            if child.name == "laneSet":
                return last
            return last + 2 if child.name in artifacts else rank.get(child.name, last + 1)

        if element.name in ("process", "subProcess"):
            rank |= {"supportedInterfaceRef": 1, "ioSpecification": 1, "ioBinding": 1}
            rank["auditing"] = rank["monitoring"] = 2
        element.children.sort(key=place_of)

    def _drawings(self, holder: Element, id_: str) -> None:
        for held_by, element in self.layout.drawings:
            ids = {e.attributes["id"] for e in element.walk() if "id" in e.attributes}
            if held_by == id_ and not ids & self.taken:
                self.taken |= ids
                holder.children.append(Element.from_json(element.to_json()))

    def _drop_dangling(self, root: Element) -> None:
        """Leave out lines of the drawing whose ends are gone: no tool could draw them."""
        ids = {e.attributes["id"] for e in root.walk() if "id" in e.attributes}
        for holder in list(root.walk()):
            for child in list(holder.children):
                ends = [child.attributes.get(n, "").rpartition(":")[2] for n in ("sourceRef", "targetRef")]
                if child.name in ("association", "messageFlow") and not all(e in ids for e in ends):
                    holder.children.remove(child)

    def _number(self) -> None:
        """Number nodes and flows of a kind where the order of the file is not theirs."""
        told = {group: list(getattr(self.definition, group)) for group in _GROUPS} | {
            "flows": list(self.definition.flows)
        }
        for group, found in self.emitted.items():
            order = [id(n) for n in told[group]]
            if [id(n) for n, _ in found] != [i for i in order if i in {id(n) for n, _ in found}]:
                for node, element in found:
                    element.attributes[ours("order")] = str(order.index(id(node)))

    # Ids

    @property
    def special(self) -> dict[str, str]:
        if not hasattr(self, "_special"):
            self._special: dict[str, str] = {}
        return self._special

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

    # The diagram

    def _diagram(self, plane_of: str, root: Element) -> Element:
        places = complete(self.picture, self.layout) if self.layout.shapes else None
        is_new = places is None
        places = places or place(self.picture)
        for element_id in self._drawn_ids(root):
            if not is_new and element_id in self.layout.shapes:
                places.boxes.setdefault(element_id, self.layout.shapes[element_id])
            if not is_new and element_id in self.layout.edges:
                places.lines.setdefault(element_id, self.layout.edges[element_id])
            if not is_new and element_id in self.layout.labels:
                places.labels.setdefault(element_id, self.layout.labels[element_id])
        plane = Element(f"{{{BPMNDI}}}BPMNPlane", {"id": self._fresh("plane"), "bpmnElement": plane_of})
        plane.children += [self._shape(key, places) for key in places.boxes]
        plane.children += [self._edge(key, places) for key in places.lines]
        return Element(f"{{{BPMNDI}}}BPMNDiagram", {"id": self._fresh("diagram")}, [plane])

    def _drawn_ids(self, root: Element) -> list[str]:
        """Return what the file holds beside the process, in the order of the file."""
        return [e.attributes["id"] for e in root.walk() if "id" in e.attributes]

    def _shape(self, key: str, places: Places) -> Element:
        element = Element(f"{{{BPMNDI}}}BPMNShape", {"id": self._fresh(f"{key}_di"), "bpmnElement": key})
        flags = dict(self.layout.flags.get(key, {}))
        drawn = self.picture.shapes.get(key)
        if key == self.picture.pool or key in self.picture.lanes:
            flags = {"isHorizontal": "true", **flags}
        if drawn is not None and drawn.is_holder:
            flags["isExpanded"] = "true"
        if drawn is not None and drawn.size == GATEWAY and key in self.exclusive:
            flags = {"isMarkerVisible": "true", **flags}
        element.attributes |= {k: v for k, v in flags.items() if not k.startswith("{")}
        element.children.append(_bounds(places.boxes[key]))
        if key in places.labels:
            element.children.append(Element(f"{{{BPMNDI}}}BPMNLabel", {}, [_bounds(places.labels[key])]))
        return element

    @property
    def exclusive(self) -> set[str]:
        gateways = {i for what, i in self.special.items() if what.startswith(names.outcomes(""))}
        return gateways | {self.id[c.key] for c in self.definition.choices}

    def _edge(self, key: str, places: Places) -> Element:
        element = Element(f"{{{BPMNDI}}}BPMNEdge", {"id": self._fresh(f"{key}_di"), "bpmnElement": key})
        for x, y in places.lines[key]:
            element.children.append(Element(f"{{{DI}}}waypoint", {"x": _figure(x), "y": _figure(y)}))
        if key in places.labels:
            element.children.append(Element(f"{{{BPMNDI}}}BPMNLabel", {}, [_bounds(places.labels[key])]))
        return element


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


def _condition(text: str) -> Element:
    return Element(bpmn("conditionExpression"), {f"{{{XSI}}}type": "bpmn:tFormalExpression"}, text=text)


def _bounds(box: tuple[float, float, float, float]) -> Element:
    figures = dict(zip(("x", "y", "width", "height"), map(_figure, box), strict=True))
    return Element(f"{{{DC}}}Bounds", figures)


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) else str(round(value, 2))


def _before_relationships(root: Element) -> int:
    return next((i for i, c in enumerate(root.children) if c.name == "relationship"), len(root.children))
