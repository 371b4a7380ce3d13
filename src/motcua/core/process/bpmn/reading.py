"""Answers which process a BPMN file holds, or every element of it for which a process here has no place.

What only draws or describes is kept in the layout; what would change the way of a dossier is never passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua.core.kernel import Problem
from motcua.core.process.bpmn import layout as names
from motcua.core.process.bpmn import vocabulary as words
from motcua.core.process.bpmn.conditions import fields_read
from motcua.core.process.bpmn.draft import Draft, id_of, name_of, own, own_list, ref, slug
from motcua.core.process.bpmn.elements import Element, Parsed
from motcua.core.process.bpmn.layout import Box, Layout
from motcua.core.process.bpmn.nodes import ScopeReader, read_inside
from motcua.core.process.bpmn.vocabulary import BPMN, BPMNDI, DC, DI, bpmn, ours
from motcua.core.process.decisions import DecisionTable, Rule
from motcua.core.process.definition import (
    Boundary,
    Choice,
    Definition,
    End,
    Inclusive,
    Parallel,
    Step,
    SubProcess,
    Throw,
    Wait,
)
from motcua.core.process.guards import Field, FieldType, text_of

_GROUPS: dict[str, type[Any]] = {
    "steps": Step,
    "parallels": Parallel,
    "ends": End,
    "choices": Choice,
    "inclusives": Inclusive,
    "waits": Wait,
    "boundaries": Boundary,
    "throws": Throw,
    "subprocesses": SubProcess,
}
_FLAGS = ("isHorizontal", "isMarkerVisible", "isExpanded")
_ASIDE = frozenset({"globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"})


@dataclass(frozen=True)
class BpmnFile:
    """A process as a BPMN file has it.

    ``units`` names the unit of each slot; ``layout`` is plain JSON that ``write_bpmn`` takes back; ``notices`` tell
    what is kept in the layout but has no effect here, such as another engine's candidates for a task.
    """

    definition: Definition
    units: Mapping[str, str]
    layout: Mapping[str, Any]
    notices: tuple[Problem, ...] = field(default=())


def read_file(parsed: Parsed) -> BpmnFile | tuple[Problem, ...]:
    """Return the process of the file, or everything that stands against it, all at once."""
    root = parsed.root
    if root.tag != bpmn("definitions"):
        return (Problem("process.bpmn_no_process", values={"element": root.name}),)
    made = _FileReader(parsed)
    read = made.read()
    problems = tuple(dict.fromkeys(_hashable(p) for p in made.draft.problems))
    if problems or read is None:
        return tuple(_problem(p) for p in problems)
    return read


def _hashable(problem: Problem) -> tuple[str, tuple[tuple[str, str], ...]]:
    return problem.code, tuple(problem.values.items())


def _problem(data: tuple[str, tuple[tuple[str, str], ...]]) -> Problem:
    return Problem(data[0], values=dict(data[1]))


class _FileReader:
    def __init__(self, parsed: Parsed) -> None:
        self.root = parsed.root
        self.layout = Layout(prefixes={u: p for u, p in parsed.prefixes.items() if u not in words.PREFIXES})
        self.draft = Draft(self.layout)
        self.units: dict[str, str] = {}
        self.lanes: list[Element] = []

    def read(self) -> BpmnFile | None:
        process = self._process()
        if process is None:
            return None
        self._ids()
        pool = self._around(process)
        self._extensions(process)
        self.draft.default_slot = slug(name_of(pool)) if pool is not None and slug(name_of(pool)) else "office"
        for lane_set in process.each(bpmn("laneSet")):
            self.layout.ids[names.LANES] = id_of(lane_set)
            self._lane_set(lane_set, ())
        self._hand_down()
        inside = ("supportedInterfaceRef", "ioBinding")
        read_inside(self.draft, process, names.PROCESS, read=("id", "name", "isExecutable"), inside=inside)
        for extra in process.each(*map(bpmn, inside)):
            self.draft.draw(extra, names.PROCESS)
        if process.attributes.get("isExecutable") in ("false", "0"):
            self.layout.flags[names.PROCESS] = {"isExecutable": "false"}
        self.layout.ids[names.PROCESS] = id_of(process)
        start, _ = ScopeReader(self.draft, process, "").read()
        definition = self._definition(process, pool, start)
        self._flow_names(definition)
        self._diagram()
        return BpmnFile(definition, self.units, self.layout.to_json(), tuple(self.draft.notices))

    # The whole

    def _process(self) -> Element | None:
        """Return the process to read: the only one, the only one that has nodes, or the only one to be executed."""
        processes = self.root.each(bpmn("process"))
        drawn = [p for p in processes if any(c.namespace == BPMN and c.name in words.NODES for c in p.children)]
        run = [p for p in drawn if p.attributes.get("isExecutable") in ("true", "1")]
        for candidates in (drawn, run, processes):
            if len(candidates) == 1:
                return candidates[0]
        if not processes:
            self.draft.problems.append(Problem("process.bpmn_no_process", values={"element": self.root.name}))
        if drawn:
            self._ids()
        for process in drawn:
            self.draft.wrong("process.bpmn_processes", process)
            ScopeReader(self.draft, process, "").read()
        if processes and not drawn:
            self.draft.problems.append(Problem("process.bpmn_no_process", values={"element": "process"}))
        return None

    def _ids(self) -> None:
        """Know every id before anything refers to it; a node without one gets one."""
        draft = self.draft
        draft.taken = {id_of(e) for e in self.root.walk() if id_of(e)}
        draft.taken |= {own(e, "key") for e in self.root.walk() if own(e, "key")}
        for element in self.root.walk():
            if element.namespace != BPMN:
                continue
            if element.name in words.NODES or element.name == "sequenceFlow":
                if not id_of(element):
                    element.attributes["id"] = draft.fresh(element.name)
                if id_of(element) in draft.keys:
                    draft.problems.append(Problem("process.key_twice", values={"key": id_of(element)}))
                draft.keys[id_of(element)] = own(element, "key") or id_of(element)
            elif element.name == "message":
                draft.messages[id_of(element)] = element.attributes.get("name") or id_of(element)
            elif element.name in ("dataInput", "dataObject", "dataObjectReference", "property") and name_of(element):
                draft.items[id_of(element)] = name_of(element)

    def _around(self, process: Element) -> Element | None:
        """Keep what stands beside the process; return its pool."""
        layout, pool = self.layout, None
        layout.ids[names.DEFINITIONS] = id_of(self.root) or "definitions"
        self._keep_about(self.root, names.DEFINITIONS, ("id",))
        used = self._messages_used(process)
        for child in self.root.children:
            if child is process or child.namespace == BPMNDI:
                continue
            if child.namespace != BPMN:
                self.draft.draw(child, names.DEFINITIONS)
            elif child.name == "collaboration":
                pool = self._collaboration(child, process) or pool
            elif child.name == "message" and id_of(child) in used:
                self._message(child)
            elif child.name == "documentation":
                continue
            elif child.name in words.DRAWINGS or child.name in _ASIDE or child.name == "process":
                self.draft.draw(child, names.DEFINITIONS)
            elif child.name != "extensionElements":
                self.draft.not_covered(child)
        return pool

    def _keep_about(self, element: Element, at: str, read: tuple[str, ...]) -> None:
        """Keep the attributes and the extension of an element whose other parts are kept one by one."""
        parts = element.each(bpmn("documentation"), bpmn("extensionElements"))
        self.draft.keep(Element(element.tag, element.attributes, parts), at, read=read, inside=())

    def _messages_used(self, process: Element) -> set[str]:
        """Return the messages that nodes wait for or send, of those with one name the first."""
        refs = {ref(e.attributes["messageRef"]) for e in process.walk() if "messageRef" in e.attributes}
        used = dict[str, str]()
        for element in self.root.each(bpmn("message")):
            if id_of(element) in refs:
                used.setdefault(self.draft.messages[id_of(element)], id_of(element))
        return set(used.values())

    def _message(self, element: Element) -> None:
        self.layout.ids[names.message(self.draft.messages[id_of(element)])] = id_of(element)
        self.draft.keep(element, id_of(element), read=("id", "name"), inside=())

    def _collaboration(self, element: Element, process: Element) -> Element | None:
        own_pool = [
            p for p in element.each(bpmn("participant")) if ref(p.attributes.get("processRef", "")) == id_of(process)
        ]
        if len(own_pool) != 1 or names.COLLABORATION in self.layout.ids:
            self.draft.draw(element, names.DEFINITIONS)
            return None
        pool = own_pool[0]
        self.layout.ids[names.COLLABORATION] = id_of(element) or self.draft.fresh("collaboration")
        self.layout.ids[names.POOL] = id_of(pool)
        self._keep_about(element, names.COLLABORATION, ("id",))
        inside = {"interfaceRef", "endPointRef", "participantMultiplicity"}
        self.draft.keep(pool, names.POOL, read=("id", "name", "processRef"), inside=inside)
        for child in element.children:
            if (
                child is not pool
                and child.namespace == BPMN
                and child.name not in ("documentation", "extensionElements")
            ):
                self.draft.draw(child, names.COLLABORATION)
        return pool

    def _extensions(self, process: Element) -> None:
        """Read units, fields and decision tables, which BPMN has no place for."""
        holder = process.first(bpmn("extensionElements"))
        for part in holder.children if holder is not None else ():
            if part.tag == ours("unit"):
                self.units[part.attributes.get("slot", "")] = name_of(part)
            elif part.tag in (ours("field"), ours("table")):
                self._field_or_table(part)

    def _field_or_table(self, part: Element) -> None:
        said = part.attributes.get("type", "choice" if part.tag == ours("table") else "text")
        try:
            kind = FieldType(said)
        except ValueError:
            self.draft.wrong("process.bpmn_value", part, attribute="type", text=said)
            return
        label = part.attributes.get("label", "")
        if part.tag == ours("field"):
            choices = own_list(Element("", {ours("choices"): part.attributes.get("choices", "")}), "choices")
            self.draft.fields.append(Field(name_of(part), kind, label, choices))
            return
        rules = []
        for row in part.each(ours("rule")):
            when = row.attributes.get("when", "")
            rules.append(Rule(self.draft.condition(when, part) if when else None, row.attributes.get("gives", "")))
        self.draft.tables.append(DecisionTable(name_of(part), label, tuple(rules), kind))

    # Lanes

    def _lane_set(self, lane_set: Element, above: tuple[str, ...]) -> None:
        for lane in lane_set.each(bpmn("lane")):
            path = (*above, name_of(lane)) if name_of(lane) else above
            inner = lane.each(bpmn("childLaneSet"))
            slot = own(lane, "slot") or slug(name_of(lane)) or id_of(lane)
            slot = slot if names.lane(slot) not in self.layout.ids else slug(" ".join(path)) or id_of(lane)
            if not inner:
                self.layout.ids[names.lane(slot)] = id_of(lane) or self.draft.fresh("lane")
                self.lanes.append(lane)
                if own(lane, "isNamed") != "false":
                    self.units[slot] = " / ".join(path) if above else name_of(lane)
            self.draft.keep(lane, id_of(lane), read=("id", "name"), inside=("flowNodeRef", "childLaneSet"))
            for member in lane.each(bpmn("flowNodeRef")):
                self.draft.slots[ref(member.text)] = slot
            for lanes in inner:
                self._lane_set(lanes, path)

    def _hand_down(self) -> None:
        """Give what is within a sub-process the slot of the lane in which the sub-process lies."""
        for element in self.root.walk():
            slot = self.draft.slots.get(id_of(element))
            if element.name == "subProcess" and slot is not None:
                for part in element.walk():
                    if part.name in words.NODES:
                        self.draft.slots.setdefault(id_of(part), slot)

    # The definition

    def _definition(self, process: Element, pool: Element | None, start: str) -> Definition:
        draft = self.draft
        title = process.attributes.get("name")
        if title is None:
            title = (name_of(pool) if pool is not None else "") or name_of(self.root) or id_of(process)
        if pool is not None and name_of(pool) != title:
            self.layout.names[names.POOL] = name_of(pool)
        placed = sorted(draft.made, key=lambda m: m[0])
        groups = {name: tuple(n for _, n in placed if isinstance(n, kind)) for name, kind in _GROUPS.items()}
        self.flows = sorted(draft.flows, key=lambda f: f[0])
        flows = tuple(f for _, f, _, _ in self.flows)
        guards = [f.guard for f in flows if f.guard is not None]
        guards += [r.when for t in draft.tables for r in t.rules if r.when is not None]
        known = (*draft.fields, *(t.field() for t in draft.tables))
        return Definition(
            id=own(process, "key") or id_of(process) or "process",
            name=title,
            start=start,
            flows=flows,
            fields=(*draft.fields, *fields_read(guards, known)),
            tables=tuple(draft.tables),
            **groups,
        )

    def _flow_names(self, definition: Definition) -> None:
        """Remember ids and names of flows; a name that only says what the flow says is none of its own."""
        first = {s.key: s.outcomes[0] for s in definition.steps}
        branching = {s.key for s in definition.steps if sum(f.source == s.key for f in definition.flows) > 1}
        for name, (_, flow, id_, said) in zip(names.flow_names(definition.flows), self.flows, strict=True):
            if not id_:
                continue
            self.layout.ids[name] = id_
            usual = text_of(flow.guard) if flow.guard is not None else ""
            if flow.source in branching:
                usual = flow.outcome or first[flow.source]
            if said and said != usual:
                self.layout.names[id_] = said

    # The diagram

    def _diagram(self) -> None:
        """Read the places of everything that is written again; the first drawing of each counts."""
        beside = {id_of(e) for _, drawn in self.layout.drawings for e in drawn.walk()} - {""}
        shown = (set(self.layout.ids.values()) | self.draft.written | beside) - {""}
        for part in self.root.walk():
            id_ = ref(part.attributes.get("bpmnElement", ""))
            if part.namespace != BPMNDI or id_ not in shown:
                continue
            label = part.first(f"{{{BPMNDI}}}BPMNLabel")
            box = _bounds(label) if label is not None else None
            if part.name == "BPMNShape" and id_ not in self.layout.shapes and (bounds := _bounds(part)):
                self.layout.shapes[id_] = bounds
                kept = {k: v for k, v in part.attributes.items() if k in _FLAGS}
                if id_ not in beside:
                    kept = {k: v for k, v in kept.items() if k == "isExpanded" or v != "true"}
                if kept:
                    self.layout.flags[id_] = kept
            elif part.name == "BPMNEdge" and id_ not in self.layout.edges and (line := _waypoints(part)):
                self.layout.edges[id_] = line
            else:
                continue
            if box:
                self.layout.labels[id_] = box


def _bounds(part: Element) -> Box | None:
    bounds = part.first(f"{{{DC}}}Bounds")
    found = (
        [_number(bounds.attributes.get(n)) for n in ("x", "y", "width", "height")] if bounds is not None else [None]
    )
    return None if None in found else tuple(found)  # type: ignore[return-value]


def _waypoints(part: Element) -> tuple[tuple[float, float], ...] | None:
    points = [
        (_number(p.attributes.get("x")), _number(p.attributes.get("y"))) for p in part.each(f"{{{DI}}}waypoint")
    ]
    if len(points) < 2 or any(None in p for p in points):
        return None
    return tuple(points)  # type: ignore[arg-type]


def _number(text: str | None) -> float | None:
    try:
        found = float(text or "")
    except ValueError:
        return None
    if not abs(found) <= 1_000_000:
        return None
    # A hundredth of a pixel is nothing; so a drawing reads the same however its figures were written.
    return int(found) if found == int(found) else round(found, 2)
