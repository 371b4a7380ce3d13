"""The engine's gateways, waits, boundaries, sub-processes and steps done by several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from motcua.core.process import (
    Boundary,
    Cancelled,
    Choice,
    Completed,
    DecisionTable,
    Definition,
    End,
    Ended,
    Field,
    FieldType,
    Fired,
    Flow,
    Inclusive,
    Net,
    NotActive,
    NoWayOut,
    Opened,
    Parallel,
    Rule,
    Sent,
    State,
    Step,
    SubProcess,
    Throw,
    Wait,
    compile_net,
    parse_guard,
)

AREA = Field("area", FieldType.INTEGER)
URGENT = Field("urgent", FieldType.BOOLEAN)
OFFICES = Field("offices", FieldType.LIST)


def step(key: str, **more: Any) -> Step:
    return Step(key, key, "appraise", "division", "case_officer", 60, **more)


def flow(text: str, guard: str = "", is_default: bool = False) -> Flow:
    source, target = text.split(" > ")
    source, _, outcome = source.partition(":")
    return Flow(source, target, outcome, parse_guard(guard) if guard else None, is_default)


def net(**parts: Any) -> Net:
    made = Definition(id="x", name="x", **parts)
    assert Definition.from_json(made.to_json()) == made
    compiled = compile_net(made)
    assert isinstance(compiled, Net), compiled
    return compiled


def opened(compiled: Net, state: State) -> list[str]:
    return [compiled.steps[n].key + (f"#{i}" if i else "") for n, i in compiled.open_numbers(state)]


def do(compiled: Net, state: State, key: str, data: Mapping[str, Any] | None = None, **more: Any) -> State:
    after, effects = compiled.step(state, Completed(compiled.index[key], **more), data)
    assert State.from_bytes(after.to_bytes()) == after
    assert after.has_ended == any(isinstance(e, Ended) for e in effects)
    return after


def test_a_choice_takes_the_first_guard_that_holds_and_else_the_default() -> None:
    compiled = net(
        start="a",
        steps=(step("a", collects=("area",)), step("small"), step("large")),
        choices=(Choice("c"),),
        fields=(AREA,),
        flows=(
            flow("a > c"), flow("c > large", "area > 50"), flow("c > small", is_default=True),
            flow("small > end"), flow("large > end"),
        ),
    )  # fmt: skip
    start, _ = compiled.begin()
    assert opened(compiled, do(compiled, start, "a", {"area": 51})) == ["large"]
    assert opened(compiled, do(compiled, start, "a", {"area": 50})) == ["small"]
    assert opened(compiled, do(compiled, start, "a", {})) == ["small"]


def test_a_choice_without_a_way_out_says_where() -> None:
    compiled = net(
        start="a",
        steps=(step("a"), step("b"), step("d")),
        choices=(Choice("c"),),
        fields=(AREA,),
        flows=(
            flow("a > c"),
            flow("c > b", "area > 50"),
            flow("c > d", "area < 50"),
            flow("b > end"),
            flow("d > end"),
        ),
    )
    with pytest.raises(NoWayOut, match="c"):
        do(compiled, compiled.begin()[0], "a", {"area": 50})


def inclusive() -> Net:
    return net(
        start="a",
        steps=(step("a"), step("b"), step("d"), step("e"), step("z")),
        inclusives=(Inclusive("split"), Inclusive("join")),
        fields=(AREA, URGENT),
        flows=(
            flow("a > split"), flow("split > b", "area > 10"), flow("split > d", "urgent"),
            flow("split > e", is_default=True), flow("b > join"), flow("d > join"), flow("e > join"),
            flow("join > z"), flow("z > end"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "opens"),
    [({"area": 11, "urgent": True}, ["b", "d"]), ({"area": 11}, ["b"]), ({}, ["e"])],
)
def test_an_inclusive_join_waits_for_those_that_were_started(data: dict[str, Any], opens: list[str]) -> None:
    compiled = inclusive()
    state = do(compiled, compiled.begin()[0], "a", data)
    assert opened(compiled, state) == opens
    for key in reversed(opens):
        assert "z" not in opened(compiled, state)
        state = do(compiled, state, key, data)
    assert opened(compiled, state) == ["z"]
    assert do(compiled, state, "z").has_ended


def test_a_time_that_passes_ends_its_step_and_one_beside_it_starts_another() -> None:
    compiled = net(
        start="a",
        steps=(step("a"), step("urge"), step("escalate")),
        boundaries=(
            Boundary("late", "a", "timer", "2 working days"),
            Boundary("soon", "a", "timer", "1 working day", is_interrupting=False),
        ),
        ends=(End("end", "done"), End("other", "late")),
        flows=(
            flow("a > end"), flow("late > escalate"), flow("soon > urge"), flow("urge > end"), flow("escalate > other")
        ),
    )  # fmt: skip
    state, effects = compiled.begin()
    assert effects == (Opened(0),)
    names = [compiled.triggers[t].key for t in compiled.waiting(state)]
    assert names == ["late", "soon"]
    state, effects = compiled.step(state, Fired(1))
    assert effects == (Opened(1),)
    assert opened(compiled, state) == ["a", "urge"]
    with pytest.raises(NotActive):
        compiled.step(state, Fired(1))
    state, effects = compiled.step(state, Fired(0))
    assert effects == (Cancelled(0), Opened(2))
    assert opened(compiled, state) == ["urge", "escalate"]
    state = do(compiled, do(compiled, state, "urge"), "escalate")
    assert state.has_ended


def test_done_in_time_the_triggers_of_a_step_are_gone() -> None:
    compiled = net(
        start="a",
        steps=(step("a"), step("b")),
        boundaries=(Boundary("soon", "a", "message", "hurry", is_interrupting=False),),
        flows=(flow("a > b"), flow("soon > b"), flow("b > end")),
    )
    state = do(compiled, compiled.begin()[0], "a")
    assert compiled.waiting(state) == ()


def test_a_message_beside_a_step_may_come_again_until_the_step_is_done() -> None:
    compiled = net(
        start="a",
        steps=(step("a"), step("note"), step("b")),
        boundaries=(Boundary("word", "a", "message", "news", is_interrupting=False),),
        flows=(flow("a > b"), flow("word > note"), flow("note > end"), flow("b > end")),
    )
    state, _ = compiled.begin()
    for _ in range(2):
        state, effects = compiled.step(state, Fired(0))
        assert effects == (Opened(1),)
        state = do(compiled, state, "note")
    state = do(compiled, state, "a")
    with pytest.raises(NotActive):
        compiled.step(state, Fired(0))


def test_the_first_of_several_events_wins_and_messages_leave() -> None:
    compiled = net(
        start="a",
        steps=(step("a"), step("answered"), step("silent")),
        waits=(Wait("g", "event"), Wait("m", "message", "answer"), Wait("t", "timer", "PT8H")),
        throws=(Throw("ask", "question"),),
        flows=(
            flow("a > ask"), flow("ask > g"), flow("g > m"), flow("g > t"), flow("m > answered"), flow("t > silent"),
            flow("answered > end"), flow("silent > end"),
        ),
    )  # fmt: skip
    state, effects = compiled.step(compiled.begin()[0], Completed(0))
    assert effects == (Sent("question"),)
    assert [compiled.triggers[t].key for t in compiled.waiting(state)] == ["m", "t"]
    after, _ = compiled.step(state, Fired(1))
    assert opened(compiled, after) == ["silent"]
    assert compiled.waiting(after) == ()
    assert opened(compiled, compiled.step(state, Fired(0))[0]) == ["answered"]


def sub_process() -> Net:
    return net(
        start="a",
        steps=(step("a"), step("x"), step("y"), step("z", outcomes=("done", "stop")), step("after"), step("late")),
        parallels=(Parallel("fork"),),
        subprocesses=(SubProcess("sub", "sub", "fork", ("fork", "x", "y", "z", "in", "all")),),
        boundaries=(Boundary("limit", "sub", "timer", "PT8H"),),
        ends=(End("end", "done"), End("in", "part"), End("all", "cut", is_terminating=True)),
        flows=(
            flow("a > sub"), flow("fork > x"), flow("fork > y"), flow("fork > z"), flow("x > in"), flow("y > in"),
            flow("z:done > in"), flow("z:stop > all"), flow("sub > after"), flow("after > end"),
            flow("limit > late"), flow("late > end"),
        ),
    )  # fmt: skip


def test_a_sub_process_is_over_when_nothing_in_it_is_left() -> None:
    compiled = sub_process()
    state = do(compiled, compiled.begin()[0], "a")
    for key in ("x", "z", "y"):
        assert "after" not in opened(compiled, state)
        state = do(compiled, state, key)
    assert opened(compiled, state) == ["after"]
    assert do(compiled, state, "after").has_ended


def test_a_terminating_end_ends_what_is_around_it_and_no_more() -> None:
    compiled = sub_process()
    state = do(compiled, compiled.begin()[0], "a")
    after, effects = compiled.step(state, Completed(compiled.index["z"], 1))
    assert set(effects) == {Cancelled(1), Cancelled(2), Opened(4)}
    assert opened(compiled, after) == ["after"]


def test_a_boundary_of_a_sub_process_closes_all_of_it() -> None:
    compiled = sub_process()
    state = do(compiled, compiled.begin()[0], "a")
    after, effects = compiled.step(state, Fired(0))
    assert set(effects) == {Cancelled(1), Cancelled(2), Cancelled(3), Opened(5)}
    assert opened(compiled, after) == ["late"]


@pytest.mark.parametrize("in_turn", [False, True])
def test_several_offices_are_asked_and_all_have_to_answer(in_turn: bool) -> None:
    compiled = net(
        start="a",
        steps=(step("a", collects=("offices",)), step("ask", each="offices", in_turn=in_turn), step("z")),
        fields=(OFFICES,),
        flows=(flow("a > ask"), flow("ask > z"), flow("z > end")),
    )
    data = {"offices": ("s1", "s2", "s3")}
    state = do(compiled, compiled.begin()[0], "a", data)
    if in_turn:
        assert opened(compiled, state) == ["ask"]
        with pytest.raises(NotActive):
            do(compiled, state, "ask", data, instance=1)
    else:
        assert opened(compiled, state) == ["ask", "ask#1", "ask#2"]
    for instance in range(3):
        assert "z" not in opened(compiled, state)
        state = do(compiled, state, "ask", data, instance=instance)
    assert opened(compiled, state) == ["z"]
    assert opened(compiled, do(compiled, compiled.begin()[0], "a", {"offices": ()})) == ["z"]


def test_a_table_may_tell_how_often_a_step_is_done() -> None:
    times = DecisionTable("times", "", (Rule(parse_guard("area > 50"), "3"), Rule(None, "1")), FieldType.INTEGER)
    compiled = net(
        start="a",
        steps=(step("a"), step("ask", each="times")),
        fields=(AREA,),
        tables=(times,),
        flows=(flow("a > ask"), flow("ask > end")),
    )
    state, _ = compiled.begin()
    assert opened(compiled, do(compiled, state, "a", {"area": 51})) == ["ask", "ask#1", "ask#2"]
    assert opened(compiled, do(compiled, state, "a", {"area": 50})) == ["ask"]


def test_a_table_gives_slot_minutes_and_way() -> None:
    route = DecisionTable("route", "", (Rule(parse_guard("area > 50"), "big"), Rule(None, "small")))
    minutes = DecisionTable("time", "", (Rule(parse_guard("urgent"), "60"), Rule(None, "480")), FieldType.INTEGER)
    compiled = net(
        start="a",
        steps=(step("a"), step("b", slot_table="route", minutes_table="time"), step("c")),
        choices=(Choice("g"),),
        fields=(AREA, URGENT),
        tables=(route, minutes),
        flows=(
            flow("a > g"), flow("g > b", 'route = "big"'), flow("g > c", is_default=True), flow("b > end"), flow("c > end")
        ),
    )  # fmt: skip
    state, _ = compiled.begin()
    assert opened(compiled, do(compiled, state, "a", {"area": 60})) == ["b"]
    assert opened(compiled, do(compiled, state, "a", {"area": 6})) == ["c"]
    assert (compiled.slot_of(1, {"area": 60}), compiled.slot_of(1, {})) == ("big", "small")
    assert (compiled.minutes_of(1, {"urgent": True}), compiled.minutes_of(1, {})) == (60, 480)
