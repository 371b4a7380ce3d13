"""Answers how a process stands in a BPMN file: its elements, the attributes of ours, its drawing.

A flow to a node that is not there, and a boundary without its host, cannot be drawn and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from motcua.core.process.bpmn import layout as names
from motcua.core.process.bpmn import vocabulary as words
from motcua.core.process.bpmn.diagram import diagram
from motcua.core.process.bpmn.draft import packed
from motcua.core.process.bpmn.elements import Element, written
from motcua.core.process.bpmn.layout import Layout
from motcua.core.process.bpmn.picture import EVENT, GATEWAY, Edge, Shape
from motcua.core.process.bpmn.vocabulary import BPMN, OURS, XSI, bpmn, ours
from motcua.core.process.bpmn.writing_nodes import NodeWriter
from motcua.core.process.definition import (
    Boundary,
    Definition,
    End,
    Flow,
    Step,
    SubProcess,
    Wait,
)
from motcua.core.process.guards import text_of

_GROUPS = (
    "steps", "parallels", "choices", "inclusives", "waits", "throws", "boundaries", "subprocesses", "ends",
)  # fmt: skip


def write_file(
    definition: Definition, layout: Mapping[str, Any] | None, units: Mapping[str, str], said: Mapping[str, str]
) -> str:
    """Return the file as XML."""
    found = Layout.from_json(layout)
    writer = _Writer(definition, found, units, said)
    root = writer.root()
    return written(root, {**words.PREFIXES, **found.prefixes})


class _Writer(NodeWriter):
    def __init__(
        self, definition: Definition, layout: Layout, units: Mapping[str, str], said: Mapping[str, str]
    ) -> None:
        super().__init__(definition, layout, said)
        self.units = units
        hosts = {b.key: b.host for b in definition.boundaries}
        self.lost = {
            key for key, host in hosts.items() if not isinstance(self.nodes.get(host), Step | Wait | SubProcess)
        }
        for key, host in hosts.items():
            # A boundary lies where its host does, whatever the list of members says.
            self.parent.pop(key, None)
            if host in self.parent:
                self.parent[key] = self.parent[host]
        self.emitted: dict[str, list[tuple[Any, Element]]] = defaultdict(list)
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
        # An event at the border of something lies in the lane of that.
        at = {b.key: b.host for b in self.definition.boundaries if b.key not in self.lost}
        ends = [(at.get(f.source, f.source), at.get(f.target, f.target)) for f in self.flows]
        neighbours = ends + [(target, source) for source, target in ends]
        for _ in direct:
            missing = [(a, b) for a, b in neighbours if wanted.get(a) and not wanted.get(b)]
            for here, there in missing:
                wanted[there] = wanted.get(there) or wanted[here]
            if not missing:
                break
        self.lane_of = {k: wanted.get(at.get(k, k)) or next(iter(lanes)) for k in direct}

    # The file

    def root(self) -> Element:
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
        exclusive = [i for what, i in self.special.items() if what.startswith(names.outcomes(""))]
        made = diagram(
            self.picture,
            self.layout,
            plane_of=self.special[plane],
            beside=[e for e in root.walk() if "id" in e.attributes and e.namespace == BPMN],
            exclusive={*exclusive, *(self.id[c.key] for c in self.definition.choices)},
            fresh=self._fresh,
        )
        root.children.insert(_before_relationships(root), made)
        return root

    def _process(self, process_id: str) -> Element:
        definition = self.definition
        process = self._element("process", process_id, names.PROCESS)
        process.attributes["name"] = definition.name
        executable = self.layout.flags.get(names.PROCESS, {}).get("isExecutable", "true")
        process.attributes["isExecutable"] = executable
        if definition.id != process_id:
            process.attributes[ours("key")] = definition.id
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
        line = self._line(
            id_, source, self.id[flow.target], holder, self.layout.names.get(id_, self.said.get(usual, usual))
        )
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

    # Parts of any element

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


def _condition(text: str) -> Element:
    return Element(bpmn("conditionExpression"), {f"{{{XSI}}}type": "bpmn:tFormalExpression"}, text=text)


def _before_relationships(root: Element) -> int:
    return next((i for i, c in enumerate(root.children) if c.name == "relationship"), len(root.children))
