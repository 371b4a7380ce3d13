"""BPMN files: what is covered runs, what is not is named, what only draws is kept."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from motcua.core.kernel import Problem
from motcua.core.process import Completed, Definition, FieldType, Fired, Flow, Net, Sent, State, Step, compile_net
from motcua.core.process.bpmn import BpmnFile, read_bpmn, write_bpmn
from motcua.core.process.guards import text_of
from motcua.core.process.table import Table, read_table, table_from_json
from motcua.core.process.written import Written, read_written
from motcua.project.bench.parallel_process import definition as bench_definition

MODELS = Path(__file__).resolve().parents[1] / "data" / "bpmn"
LAW = sorted((Path(__file__).resolve().parents[2] / "law" / "procedures").glob("*/process.toml"))
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">'
    '<process id="p" isExecutable="true">'
)


def model(name: str) -> str:
    return (MODELS / f"{name}.bpmn").read_text(encoding="utf-8")


def read(xml: str) -> BpmnFile:
    found = read_bpmn(xml)
    assert isinstance(found, BpmnFile), found
    return found


def refused(xml: str) -> tuple[Problem, ...]:
    found = read_bpmn(xml)
    assert isinstance(found, tuple), found
    return found


def process(inside: str, flows: str) -> str:
    """Return a file with ``inside`` and flows ``a > b, b > c``; ``a > b if x`` has a condition."""
    made = []
    for number, text in enumerate(re.split(r", (?=\w+ > )", flows)):
        ends, _, condition = text.partition(" if ")
        source, target = ends.split(" > ")
        part = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        made.append(f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{part}</sequenceFlow>')
    return HEAD + inside + "".join(made) + "</process></definitions>"


def net(file: BpmnFile) -> Net:
    compiled = compile_net(file.definition)
    assert isinstance(compiled, Net), compiled
    return compiled


class Running:
    """A process on its way; ``do`` finishes the step of that key, ``fire`` the trigger."""

    def __init__(self, file: BpmnFile, **data: Any) -> None:
        self.net, self.data = net(file), data
        self.state, self.effects = self.net.begin(data)

    def open(self) -> list[str]:
        return sorted(self.net.steps[n].key for n, _ in self.net.open_numbers(self.state))

    def do(self, key: str, outcome: str = "", instance: int = 0) -> Running:
        number = self.net.index[key]
        chosen = self.net.steps[number].outcomes.index(outcome) if outcome else 0
        self.state, self.effects = self.net.step(self.state, Completed(number, chosen, instance), self.data)
        return self

    def fire(self, key: str) -> Running:
        number = next(t for t in self.net.waiting(self.state) if self.net.triggers[t].key == key)
        self.state, self.effects = self.net.step(self.state, Fired(number), self.data)
        return self


def test_a_model_of_all_that_is_covered_runs_as_it_is_drawn() -> None:
    file = read(model("covered"))
    running = Running(file, area=51, urgent=True, fee=1)
    assert running.do("receive").open() == ["ask", "ask", "ask", "check"]
    assert Sent("question") in running.effects
    assert running.fire("late").effects == (Sent("question"),)
    running.do("check")
    for instance in range(3):
        running.do("ask", instance=instance)
    assert running.fire("answered").open() == ["count", "note"]
    assert running.do("note").do("count").open() == ["other"]
    assert Sent("answer") in running.do("other").effects
    assert running.state == State(0)


def test_the_rest_of_a_choice_and_a_terminating_end_are_those_of_the_drawing() -> None:
    running = Running(read(model("covered")), area=50).do("receive")
    assert running.open() == ["hand"]
    assert running.do("hand").state.has_ended


def test_kinds_slots_and_fields_come_from_elements_lanes_and_conditions() -> None:
    file = read(model("covered"))
    steps = {s.key: s for s in file.definition.steps}
    assert {k: s.kind for k, s in steps.items()} == {
        "receive": "appraise", "hand": "appraise", "check": "automatic", "ask": "appraise",
        "note": "automatic", "count": "automatic", "other": "call",
    }  # fmt: skip
    assert steps["other"].calls == "tax"
    assert (steps["receive"].slot, steps["check"].slot) == ("bo_phan_mot_cua", "phong_chuyen_mon")
    assert steps["note"].slot == "phong_chuyen_mon"
    assert file.units == {"bo_phan_mot_cua": "Bộ phận Một cửa", "phong_chuyen_mon": "Phòng chuyên môn"}
    types = {f.name: f.type for f in file.definition.fields}
    assert types == {"urgent": FieldType.BOOLEAN, "fee": FieldType.NUMBER, "area": FieldType.INTEGER}


@pytest.mark.parametrize("name", ["covered", "drawn", "vendors", "starts"])
def test_a_foreign_model_is_written_back_with_all_that_it_draws(name: str) -> None:
    file = read(model(name))
    xml = write_bpmn(file.definition, file.layout, file.units)
    again = read(xml)
    assert (again.definition, again.units) == (file.definition, file.units)
    assert read(write_bpmn(again.definition, again.layout, again.units)) == again
    for told in set(re.findall(r'\b(?:id|name)="([^"]+)"', model(name))) - {"P", "D"}:
        assert f'"{told}"' in xml or re.fullmatch(r"[es]\d", told), told
    for text in re.findall(r"<(?:text|documentation)>([^<]+)<", model(name)):
        assert text in xml


def test_every_element_without_a_place_is_named_with_its_id_at_once() -> None:
    found = refused(model("refused"))
    assert {(p.values["element"], p.values["id"]) for p in found if p.code == "process.bpmn_not_covered"} == {
        ("startEvent signalEventDefinition", "start"), ("standardLoopCharacteristics", "loop"),
        ("userTask isForCompensation", "undo"), ("completionCondition", "many"),
        ("multiInstanceLoopCharacteristics", "some"), ("assignment", "moved"),
        ("boundaryEvent errorEventDefinition", "failed"), ("boundaryEvent timeCycle", "cycle"),
        ("intermediateThrowEvent escalationEventDefinition", "up"),
        ("intermediateCatchEvent linkEventDefinition", "link"),
        ("intermediateCatchEvent conditionalEventDefinition", "when"), ("endEvent errorEventDefinition", "wrong"),
        ("endEvent cancelEventDefinition", "cancel"), ("endEvent compensateEventDefinition", "back"),
        ("transaction", "deal"), ("adHocSubProcess", "free"), ("complexGateway", "odd"),
        ("subProcess triggeredByEvent", "handler"), ("multiInstanceLoopCharacteristics", "repeat"),
    }  # fmt: skip
    others = [p for p in found if p.code != "process.bpmn_not_covered"]
    assert [(p.code, p.values["text"]) for p in others] == [("process.bpmn_expression", "order.isGood()")]


def test_words_of_other_engines_that_move_dossiers_are_refused_and_others_told_of() -> None:
    found = refused(model("vendors-refused"))
    assert {(p.values["element"], p.values["id"]) for p in found} == {
        ("camunda:inputOutput", "a"), ("camunda:executionListener", "a"), ("camunda:skipExpression", "b"), ("camunda:in", "c")
    }  # fmt: skip
    file = read(model("vendors"))
    told = {(p.code, p.values.get("element", "")) for p in file.notices}
    assert told == {
        ("process.bpmn_foreign", ""), ("process.bpmn_kept_aside", "camunda:assignee"),
        ("process.bpmn_kept_aside", "camunda:class"), ("process.bpmn_kept_aside", "camunda:candidateGroups"),
    }  # fmt: skip
    xml = write_bpmn(file.definition, file.layout, file.units)
    assert 'camunda:assignee="kermit"' in xml
    assert 'style:colour="red"' in xml


def test_forms_and_collections_of_other_engines_become_fields() -> None:
    definition = read(model("vendors")).definition
    fields = {f.name: (f.type, f.choices) for f in definition.fields}
    assert fields == {
        "area": (FieldType.INTEGER, ()), "kind": (FieldType.CHOICE, ("house", "shop")), "offices": (FieldType.LIST, ()),
    }  # fmt: skip
    fill, _, each = definition.steps
    assert fill.collects == ("area", "kind")
    assert (each.each, each.in_turn) == ("offices", True)


def test_a_choice_that_only_names_its_ways_is_what_may_come_of_the_step_before() -> None:
    definition = read(model("drawn")).definition
    assert definition.steps[0].outcomes == ("Từ chối", "đạt")
    assert definition.choices == ()
    running = Running(read(model("drawn")))
    assert running.do("check", "Từ chối").do("refuse").open() == ["hand", "tell"]
    assert running.do("hand").do("tell").state.has_ended


def test_shapes_stay_where_they_were_drawn_and_new_ones_are_put_beside() -> None:
    file = read(model("drawn"))
    after = read(write_bpmn(file.definition, file.layout, file.units)).layout
    for key in ("check", "hand", "refuse", "tell", "ok", "G"):
        assert after["shapes"][key] == file.layout["shapes"][key]
    assert after["shapes"]["refuse"][1] == 220.33
    assert after["edges"]["yes"] == [[300, 140], [350, 140]]
    boxes = [after["shapes"][k] for k in after["shapes"] if k != "G"]
    assert len(boxes) == 9  # five were drawn; a start, a fork and two ends were not
    for number, a in enumerate(boxes):
        for b in boxes[number + 1 :]:
            assert a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]


def test_several_events_to_start_with_are_a_wait_for_the_first() -> None:
    running = Running(read(model("starts")))
    assert running.open() == []
    assert running.fire("s2").open() == ["a"]


def test_each_of_several_processes_is_named_with_what_it_holds() -> None:
    found = refused(model("two-processes"))
    assert {(p.code, p.values["id"]) for p in found} == {
        ("process.bpmn_processes", "one"), ("process.bpmn_processes", "two"), ("process.bpmn_not_covered", "e")
    }  # fmt: skip


def test_of_several_processes_the_one_to_be_executed_is_read() -> None:
    xml = model("two-processes").replace('id="one"', 'id="one" isExecutable="true"')
    file = read(xml)
    assert [s.key for s in file.definition.steps] == ["a"]
    assert 'id="two"' in write_bpmn(file.definition, file.layout, file.units)


TASKS = "".join(f'<userTask id="{key}"/>' for key in "abcd")


def test_several_ways_out_of_a_task_are_all_taken() -> None:
    running = Running(read(process(TASKS, "a > b, a > c, b > d, c > d")))
    assert running.do("a").open() == ["b", "c"]
    assert running.do("b").do("c").open() == ["d"]


@pytest.mark.parametrize(("x", "opens"), [(1, ["b", "d"]), (2, ["c", "d"]), (3, ["d"])])
def test_ways_out_of_a_task_with_conditions_are_taken_where_they_hold(x: int, opens: list[str]) -> None:
    assert Running(read(process(TASKS, "a > b if x == 1, a > c if x == 2, a > d")), x=x).do("a").open() == opens


def test_tasks_without_a_way_in_begin_together_where_nothing_says_how_to_begin() -> None:
    assert Running(read(process(TASKS, "a > c, b > d"))).open() == ["a", "b"]


def test_a_bare_last_way_of_a_choice_is_the_rest() -> None:
    inside = '<exclusiveGateway id="g"/><userTask id="a"/><userTask id="b"/><userTask id="c"/>'
    file = read(process(inside, "a > g, g > b if x == 1, g > c"))
    assert Running(file, x=1).do("a").open() == ["b"]
    assert Running(file, x=2).do("a").open() == ["c"]


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("${approved == true}", "approved = true"),
        ("#{approved}", "approved"),
        ("= amount > 100", "amount > 100"),
        ("x == 'a' and y > 3", 'x = "a" and y > 3'),
        ("${!done || n != 2}", "not done or n != 2"),
        ("bpmn:getDataObject('paid') = 'yes'", 'paid = "yes"'),
        ("order.total >= 10.5", "order.total >= 10.5"),
        ('kind in ["a", "b"]', 'kind in ["a", "b"]'),
        ("due &lt; 2026-01-31", "due < 2026-01-31"),
    ],
)
def test_conditions_of_other_notations_are_read_where_they_mean_the_same(text: str, guard: str) -> None:
    file = read(process(f'<inclusiveGateway id="g"/>{TASKS}', f"a > g, g > b if {text.replace('&&', '')}"))
    assert [text_of(f.guard) for f in file.definition.flows if f.guard] == [guard]
    net(file)


@pytest.mark.parametrize(
    "text", ["${order.isGood()}", "some r in x satisfies r", "Is it approved?", "(" * 4000, "a b"]
)
def test_conditions_that_are_not_understood_are_named_with_their_text(text: str) -> None:
    (problem,) = refused(process(f'<inclusiveGateway id="g"/>{TASKS}', f"a > g, g > b if {text}"))
    assert problem.code == "process.bpmn_expression"
    assert problem.values["text"] == text[:200]
    assert problem.values["id"] == "f1"


def test_a_field_has_the_type_of_what_it_is_compared_with() -> None:
    inside = f'<inclusiveGateway id="g"/>{TASKS}'
    flows = "a > g, g > b if i &lt; n and i + 1 > 2, g > c if a1 = b1 and b1 = 3, g > d if x in many and word != null"
    types = {f.name: f.type.value for f in read(process(inside, flows)).definition.fields}
    assert types == {
        "i": "number", "n": "number", "a1": "integer", "b1": "integer", "x": "text", "many": "list", "word": "text"
    }  # fmt: skip


# What a file may not be

TIMER, GATE = "<timerEventDefinition/>", '<parallelGateway id="g"/>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (f"{BOMB}{HEAD}<documentation>&b;</documentation></process></definitions>", "process.bpmn_doctype"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "process.bpmn_doctype"),
        ("<a>" * 200, "process.bpmn_too_large"),
        ("<a>" + "<b/>" * 100_001 + "</a>", "process.bpmn_too_large"),
        (" " * 8_000_001, "process.bpmn_too_large"),
        ("<a>\n<b>\n</a>", "process.bpmn_syntax"),
        ("", "process.bpmn_syntax"),
        ("<html/>", "process.bpmn_no_process"),
        (HEAD.partition("<process")[0] + "</definitions>", "process.bpmn_no_process"),
        (process(TASKS, "a > nowhere"), "process.bpmn_reference"),
        (process('<startEvent id="s"/><startEvent id="t"/>' + TASKS, "s > a, t > b"), "process.bpmn_starts"),
        (process('<startEvent id="s"/>' + TASKS, "a > b"), "process.bpmn_starts"),
        (process('<endEvent id="e"/>' + TASKS, "a > e, e > b"), "process.flow_from_end"),
        (process('<task id="a"/>' + TASKS, "a > b"), "process.key_twice"),
        (
            process(f'<boundaryEvent id="x" attachedToRef="g">{TIMER}</boundaryEvent><task id="a"/>{GATE}', "a > g"),
            "process.host_unknown",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(xml: str, code: str) -> None:
    assert {p.code for p in refused(xml)} == {code}


def test_a_fault_of_xml_is_told_with_its_line() -> None:
    (problem,) = refused("<a>\n<b>\n</a>")
    assert problem.values["line"] == "3"


# Our own processes


def handled() -> Definition:
    def step(key: str, slot: str, **more: Any) -> Step:
        return Step(key, key, "appraise", slot, "case_officer", 60, **more)

    return Definition(
        id="law-1.0", name="Ví dụ", start="a",
        steps=(step("a", "reception"), step("b", "division", outcomes=("done", "back")), step("c", "reception")),
        flows=(Flow("a", "b"), Flow("b", "c", "done"), Flow("b", "a", "back"), Flow("c", "end")),
    )  # fmt: skip


def test_outcomes_are_shown_as_a_gateway_with_named_ways_and_fold_again() -> None:
    xml = write_bpmn(handled())
    assert '<bpmn:exclusiveGateway id="b-outcome" motcua:outcomesOf="b"' in xml
    assert re.search(r'name="back" sourceRef="b-outcome" targetRef="a" motcua:outcome="back"', xml)
    assert "outcome = &quot;back&quot;" in xml or 'outcome = "back"' in xml
    assert read(xml).definition == handled()


def test_a_task_moved_to_another_lane_goes_to_that_unit() -> None:
    xml = write_bpmn(handled(), None, {"reception": "Một cửa", "division": "Phòng"})
    ref = "<bpmn:flowNodeRef>c</bpmn:flowNodeRef>"
    assert xml.count(ref) == 1
    moved = xml.replace(ref, "").replace(
        "<bpmn:flowNodeRef>b</bpmn:flowNodeRef>", "<bpmn:flowNodeRef>b</bpmn:flowNodeRef>" + ref
    )
    assert [s.slot for s in read(moved).definition.steps] == ["reception", "division", "division"]


def test_a_lane_named_anew_names_its_unit() -> None:
    xml = write_bpmn(handled(), None, {"reception": "Một cửa", "division": "Phòng"})
    assert read(xml.replace('name="Phòng"', 'name="Phòng Xây dựng"')).units["division"] == "Phòng Xây dựng"


def test_a_way_drawn_from_the_outcomes_of_a_step_is_an_outcome_by_its_name() -> None:
    drawn = '<bpmn:sequenceFlow id="new" name="refuse" sourceRef="b-outcome" targetRef="c"/></bpmn:process>'
    definition = read(write_bpmn(handled()).replace("</bpmn:process>", drawn)).definition
    assert definition.steps[1].outcomes == ("done", "back", "refuse")
    assert Flow("b", "c", "refuse") in definition.flows


def test_a_second_way_drawn_out_of_a_step_is_taken_beside_the_first() -> None:
    told = replace(handled(), flows=(Flow("a", "b", "done"), *handled().flows[1:]))
    drawn = '<bpmn:sequenceFlow id="new" sourceRef="a" targetRef="c"/></bpmn:process>'
    file = read(write_bpmn(told).replace("</bpmn:process>", drawn))
    assert [f for f in file.definition.flows if f.source == "a_fork"] == [Flow("a_fork", "b"), Flow("a_fork", "c")]
    assert Running(file).do("a").open() == ["b", "c"]


def test_another_way_into_the_outcomes_of_a_step_is_refused() -> None:
    drawn = '<bpmn:sequenceFlow id="new" sourceRef="c" targetRef="b-outcome"/></bpmn:process>'
    assert [p.code for p in refused(write_bpmn(handled()).replace("</bpmn:process>", drawn))] == [
        "process.bpmn_outcomes"
    ]


def test_a_step_added_in_the_table_is_drawn_in_the_lane_of_its_unit() -> None:
    old = handled()
    drawn = read(write_bpmn(old))
    new = Step("n", "n", "sign", "division", "unit_leader", None)
    flows = (*(f for f in old.flows if f.outcome != "done"), Flow("b", "n", "done"), Flow("n", "c"))
    layout = read(write_bpmn(replace(old, steps=(*old.steps, new), flows=flows), drawn.layout)).layout
    kept = {k: v for k, v in drawn.layout["shapes"].items() if not k.startswith(("lane", "pool"))}
    assert {k: layout["shapes"][k] for k in kept} == kept
    x, y, width, height = layout["shapes"]["n"]
    left, top, lane_width, lane_height = layout["shapes"]["lane-division"]
    assert left <= x <= x + width <= left + lane_width
    assert top <= y <= y + height <= top + lane_height


@pytest.mark.parametrize(
    "layout",
    [
        {"shapes": 7, "edges": [], "ids": {"*pool": "<", "*start ": "b"}, "kept": {"a": 1}, "drawings": [[1, 2]]},
        {"shapes": {"a": [1, 2, "x", 4], "b": [1e99, 0, 0, 0]}, "edges": {"f": [[1]]}, "names": {"a": 3}},
        {"drawings": [["*process", ["a b", {"x y": "1"}, [], ""]]], "prefixes": {"urn:x": "a b"}},
        {"drawings": [["*process", ["{urn:x}y", {"id": "a"}, [], "<&"]]], "flags": {"a": {"<": "1"}}},
        {"elements": {"a": "process", "b": "boundaryEvent"}, "shapes": {"a": [0, 0, 1, 1]}},
    ],
)
def test_a_layout_that_is_none_does_no_harm(layout: dict[str, Any]) -> None:
    assert read(write_bpmn(handled(), layout)).definition == handled()


def test_what_cannot_be_drawn_of_an_unfinished_process_is_left_out() -> None:
    unfinished = replace(handled(), flows=(*handled().flows[:3], Flow("c", "nowhere"), Flow("ghost", "a")))
    flows = read(write_bpmn(unfinished)).definition.flows
    assert [f for f in flows if "nowhere" in (f.source, f.target) or "ghost" in (f.source, f.target)] == []
    assert handled().flows[:3] == flows[:3]


@pytest.mark.parametrize("path", LAW, ids=lambda p: p.parent.name)
def test_every_process_of_the_law_is_the_same_after_bpmn(path: Path) -> None:
    written = read_written(path.read_text(encoding="utf-8"))
    assert isinstance(written, Written)
    first = read(write_bpmn(written.definition, None, written.units))
    assert (first.definition, first.units) == (written.definition, written.units)
    assert read(write_bpmn(first.definition, first.layout, first.units)) == first


@pytest.mark.data
def test_the_fourteen_real_tables_are_the_same_after_bpmn(shared_data: Path) -> None:
    records = json.loads((shared_data / "internal_processes.json").read_text())
    assert len(records) == 14
    for record in records:
        table = table_from_json(record)
        assert isinstance(table, Table)
        report = read_table(table)
        assert report.definition is not None
        file = read(write_bpmn(report.definition, None, report.units))
        assert (file.definition, file.units) == (report.definition, report.units)


def test_the_process_of_the_benchmarks_is_the_same_after_bpmn() -> None:
    assert read(write_bpmn(bench_definition())).definition == bench_definition()


def test_what_is_new_before_the_first_shape_of_a_lane_lies_in_the_lane() -> None:
    layout = dict(read(write_bpmn(handled())).layout)
    layout["shapes"] = {k: v for k, v in layout["shapes"].items() if k != "start"}
    layout["shapes"]["a"] = [layout["shapes"]["lane-reception"][0] + 45, *layout["shapes"]["a"][1:]]
    after = read(write_bpmn(handled(), layout)).layout["shapes"]
    x, y, width, height = after["start"]
    left, top, lane_width, lane_height = after["lane-reception"]
    assert left + 30 <= x <= x + width <= left + lane_width
    assert top <= y <= y + height <= top + lane_height
    assert y + height <= after["a"][1] or x >= after["a"][0] + after["a"][2]


@pytest.mark.parametrize(
    ("nodes", "named"),
    [
        ('<userTask id="b" isForCompensation="1"/>', ("userTask isForCompensation", "b")),
        ('<subProcess id="b" triggeredByEvent="1"><task id="c"/></subProcess>', ("subProcess triggeredByEvent", "b")),
        ('<subProcess id="b"><laneSet id="l"/><task id="c"/></subProcess>', ("laneSet", "l")),
        (
            '<intermediateCatchEvent id="b"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
            "<timeCycle>R/PT1H</timeCycle></timerEventDefinition></intermediateCatchEvent>",
            ("intermediateCatchEvent timeCycle", "b"),
        ),
        (
            '<task id="b"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
            '</multiInstanceLoopCharacteristics><multiInstanceLoopCharacteristics id="m"/></task>',
            ("multiInstanceLoopCharacteristics", "m"),
        ),
    ],
)
def test_what_is_said_in_another_way_or_twice_is_refused_as_well(nodes: str, named: tuple[str, str]) -> None:
    found = refused(process(f'<startEvent id="s"/><userTask id="a"/>{nodes}', "s > a, a > b"))
    assert [(p.code, p.values["element"], p.values["id"]) for p in found] == [("process.bpmn_not_covered", *named)]


@pytest.mark.parametrize("said", ["0", "false"])
def test_both_ways_of_saying_no_are_the_same(said: str) -> None:
    inside = f'<startEvent id="s"/><userTask id="a" isForCompensation="{said}" startQuantity="1"/>'
    assert read(process(inside, "s > a")).definition.steps[0].key == "a"


def test_more_instances_than_there_may_be_are_refused_not_left_out() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    tasks = '<startEvent id="s"/><userTask id="a">' + loop + "</userTask>"
    assert Running(read(process(tasks.format(64), "s > a"))).open() == ["a"] * 64
    (problem,) = refused(process(tasks.format(65), "s > a"))
    assert (problem.code, problem.values["attribute"]) == ("process.bpmn_value", "loopCardinality")


def waiting_for(time: str) -> str:
    part = f"<timeDuration>{time}</timeDuration>" if time else ""
    caught = (
        f'<intermediateCatchEvent id="b"><timerEventDefinition>{part}</timerEventDefinition></intermediateCatchEvent>'
    )
    return process(f'<startEvent id="s"/><userTask id="a"/>{caught}', "s > a, a > b")


@pytest.mark.parametrize("time", ["= deadline", "${deadline}", "= a - b"])
def test_a_time_that_would_have_to_be_worked_out_is_refused(time: str) -> None:
    assert [p.code for p in refused(waiting_for(time))] == ["process.bpmn_expression"]


@pytest.mark.parametrize("time", ["", "whenever", "R3/PT1H", "PT", "2026-13-01T00:00:00"])
def test_a_process_that_waits_for_what_is_no_time_is_not_run(time: str) -> None:
    found = compile_net(read(waiting_for(time)).definition)
    assert isinstance(found, tuple)
    assert [(p.code, p.values["text"]) for p in found] == [("process.time_unknown", time)]


@pytest.mark.parametrize("time", ["PT0.5S", "P1Y2M3DT4H5M", "2 working days", '="PT1H"', "2026-08-03T08:00:00Z"])
def test_times_of_every_notation_are_run(time: str) -> None:
    assert Running(read(waiting_for(time))).do("a").fire("b").state.has_ended
