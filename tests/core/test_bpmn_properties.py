"""A process written as BPMN is the same when it is read again, and its drawing is one that can be read."""

from __future__ import annotations

from itertools import combinations, pairwise
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.process_nets import nets, text, word
from motcua.core.process import Definition, Net, compile_net
from motcua.core.process.bpmn import BpmnFile, read_bpmn, write_bpmn

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
units = st.dictionaries(word, text, max_size=3)
usual = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def read(xml: str) -> BpmnFile:
    found = read_bpmn(xml)
    assert isinstance(found, BpmnFile), found
    return found


@settings(usual, max_examples=100)
@given(nets())
def test_the_processes_of_these_properties_can_be_run(definition: Definition) -> None:
    net = compile_net(definition)
    assert isinstance(net, Net), net


@usual
@given(nets(), units)
def test_what_is_written_as_bpmn_reads_as_the_same_process(definition: Definition, named: dict[str, str]) -> None:
    first = read(write_bpmn(definition, None, named))
    assert first.definition == definition
    assert first.units == named
    assert first.notices == ()
    again = read(write_bpmn(definition, first.layout, named))
    assert again == first


Box = tuple[float, float, float, float]


@usual
@given(nets())
def test_no_shape_covers_another_and_no_line_runs_through_one(definition: Definition) -> None:
    drawn = Drawn(definition)
    for (one, a), (other, b) in combinations(sorted(drawn.shapes.items()), 2):
        if overlap(a, b):
            assert holds(a, b) or holds(b, a) or drawn.hosts.get(one) == other or drawn.hosts.get(other) == one
    for flow, line in drawn.lines.items():
        ends = drawn.ends[flow]
        through = {i: b for i, b in drawn.shapes.items() if i not in ends and drawn.hosts.get(ends[0]) != i}
        for (x, y), (to_x, to_y) in pairwise(line):
            assert x == to_x or y == to_y, "a line has right angles"
            part = (min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y))
            assert not [i for i, box in through.items() if crosses(part, box)], flow


@usual
@given(nets())
def test_everything_is_drawn_in_what_holds_it(definition: Definition) -> None:
    drawn = Drawn(definition)
    assert set(drawn.lines) == set(drawn.ends)
    assert set(drawn.shapes) == drawn.nodes
    for host in set(drawn.hosts.values()):
        x, y, width, height = drawn.shapes[host]
        for event in [e for e, h in drawn.hosts.items() if h == host]:
            left, top, size, _ = drawn.shapes[event]
            assert x <= left <= left + size <= x + width
            assert top + size / 2 == y + height, "on the border of its host"
    for holder, members in drawn.held.items():
        assert all(holds(drawn.shapes[holder], drawn.shapes[m]) for m in members - set(drawn.hosts))
    for lane, members in drawn.lanes.items():
        assert all(holds(drawn.boxes[lane], drawn.shapes[m]) for m in members)


class Drawn:
    """What a file shows, read as a drawing tool would."""

    def __init__(self, definition: Definition) -> None:
        root = ElementTree.fromstring(write_bpmn(definition))
        self.boxes: dict[str, Box] = {}
        for shape in root.iter(f"{DI}BPMNShape"):
            bounds = shape.find(f"{DC}Bounds")
            assert bounds is not None
            x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
            self.boxes[shape.get("bpmnElement", "")] = (x, y, width, height)
        self.lines = {
            edge.get("bpmnElement", ""): [
                (float(p.get("x", "")), float(p.get("y", ""))) for p in edge.iter(f"{DD}waypoint")
            ]
            for edge in root.iter(f"{DI}BPMNEdge")
        }
        flows = root.iter(f"{BPMN}sequenceFlow")
        self.ends = {f.get("id", ""): (f.get("sourceRef", ""), f.get("targetRef", "")) for f in flows}
        self.hosts = {b.get("id", ""): b.get("attachedToRef", "") for b in root.iter(f"{BPMN}boundaryEvent")}
        self.nodes = {n for ends in self.ends.values() for n in ends}
        self.lanes = {n.get("id", ""): {r.text or "" for r in n} for n in root.iter(f"{BPMN}lane")}
        self.held = {
            sub.get("id", ""): {c.get("id", "") for c in sub} & self.nodes for sub in root.iter(f"{BPMN}subProcess")
        }
        self.shapes = {i: box for i, box in self.boxes.items() if i in self.nodes}


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def holds(a: Box, b: Box) -> bool:
    return a[0] < b[0] and a[1] < b[1] and a[0] + a[2] > b[0] + b[2] and a[1] + a[3] > b[1] + b[3]


def crosses(part: Box, box: Box) -> bool:
    """Return whether a piece of a line runs within a shape; one in a sub-process lies in it as a whole."""
    return overlap((part[0], part[1], part[2] or 0.01, part[3] or 0.01), box) and not holds(box, part)
