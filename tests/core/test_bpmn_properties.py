"""A process written as BPMN is the same when it is read again, and its drawing is one that can be read."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.process_nets import nets, text, word
from motcua.core.process import Boundary, Definition, Net, compile_net
from motcua.core.process.bpmn import BpmnFile, read_bpmn, write_bpmn

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


@usual
@given(nets())
def test_no_shape_covers_another_and_lines_have_right_angles(definition: Definition) -> None:
    drawn = read(write_bpmn(definition))
    layout, ids = drawn.layout, drawn.layout["ids"]
    containers = {i for what, i in ids.items() if what.startswith(("*pool", "*lane"))}
    shapes = {i: tuple(box) for i, box in layout["shapes"].items() if i not in containers}
    kept_apart = 0
    for (one, a), (other, b) in combinations(sorted(shapes.items()), 2):
        if _overlap(a, b):
            assert _holds(a, b) or _holds(b, a) or _is_attached(definition, one, other, layout), (one, other)
        else:
            kept_apart += 1
    assert kept_apart
    assert set(layout["edges"]) == {
        i for what, i in ids.items() if " → " in what or what.startswith(("*start-flow", "*outcomes-flow"))
    }
    for line in layout["edges"].values():
        for (x, y), (to_x, to_y) in pairwise(line):
            assert x == to_x or y == to_y


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _holds(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[0] and a[1] < b[1] and a[0] + a[2] > b[0] + b[2] and a[1] + a[3] > b[1] + b[3]


def _is_attached(definition: Definition, one: str, other: str, layout: object) -> bool:
    from motcua.core.process.bpmn.layout import ncname

    pairs = {frozenset((ncname(b.key), ncname(b.host))) for b in definition.boundaries if isinstance(b, Boundary)}
    return frozenset((one, other)) in pairs
