"""The engine: parallel parts, joins, loops, ends, saved states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.process import (
    Completed,
    Definition,
    Ended,
    Flow,
    Net,
    NotActive,
    Opened,
    Parallel,
    State,
    Step,
    compile_net,
)
from motcua.core.process.table import linear, outcomes_of
from motcua.project.bench.parallel_process import definition, net


def test_three_branches_open_together_and_the_join_waits_for_all() -> None:
    compiled = net()
    state, _ = compiled.start
    for step in (0, 1, 2):
        state, effects = compiled.step(state, Completed(step))
    assert effects == (Opened(3), Opened(4), Opened(5))
    state, effects = compiled.step(state, Completed(4))
    assert effects == ()
    state, effects = compiled.step(state, Completed(3))
    assert effects == ()
    state, effects = compiled.step(state, Completed(5))
    assert effects == (Opened(6),)


def test_sent_back_opens_the_step_before_and_the_state_does_not_grow() -> None:
    compiled = net()
    state, _ = compiled.start
    for _round in range(100):
        state, _ = compiled.step(state, Completed(0))
        state, effects = compiled.step(state, Completed(1, 1))
        assert effects == (Opened(0),)
    assert state == compiled.start[0]
    assert len(state.to_bytes()) <= 600


def test_a_step_that_is_not_open_cannot_be_completed() -> None:
    compiled = net()
    with pytest.raises(NotActive):
        compiled.step(compiled.start[0], Completed(5))


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 1)), max_size=60))
def test_any_walk_keeps_a_state_that_saves_and_restores(choices: list[tuple[int, int]]) -> None:
    compiled = net()
    state, _ = compiled.start
    for wish, outcome in choices:
        steps = compiled.open_steps(state)
        if not steps:
            break
        step = steps[wish % len(steps)]
        state, effects = compiled.step(state, Completed(compiled.index[step.key], outcome % len(step.outcomes)))
        assert State.from_bytes(state.to_bytes()) == state
        assert state.has_ended == any(isinstance(e, Ended) for e in effects)


@given(st.permutations([3, 4, 5]))
def test_the_order_of_parallel_branches_does_not_matter(order: list[int]) -> None:
    compiled = net()
    state, _ = compiled.start
    for step in (0, 1, 2, *order):
        state, _ = compiled.step(state, Completed(step))
    assert [s.key for s in compiled.open_steps(state)] == ["approve"]


def test_a_definition_survives_json() -> None:
    assert Definition.from_json(definition().to_json()) == definition()


def _step(key: str, outcomes: tuple[str, ...] = ("done",)) -> Step:
    return Step(key, key, "appraise", "division", "case_officer", 60, outcomes)


@pytest.mark.parametrize(
    ("steps", "flows", "parallels", "code"),
    [
        ((), (), (), "process.empty"),
        ((_step("a"), _step("a")), (Flow("a", "end"),), (), "process.key_twice"),
        ((_step("a"),), (Flow("a", "nowhere"),), (), "process.unknown_node"),
        ((_step("a", ("done", "back")),), (Flow("a", "end"),), (), "process.outcome_unused"),
        ((_step("a"),), (Flow("a", "end", "odd"),), (), "process.outcome_unknown"),
        ((_step("a"), _step("b")), (Flow("a", "b"), Flow("a", "end"), Flow("b", "end")), (), "process.outcome_twice"),
        ((_step("a"),), (Flow("a", "p"),), (Parallel("p"),), "process.dead_end"),
        (
            (_step("a"),),
            (Flow("a", "p"), Flow("p", "q"), Flow("q", "p"), Flow("q", "end")),
            (Parallel("p"), Parallel("q")),
            "process.gateway_loop",
        ),
        ((_step("a"), _step("b")), (Flow("a", "end"), Flow("b", "end")), (), "process.unreachable"),
    ],
)
def test_what_cannot_run_is_refused_by_name(
    steps: tuple[Step, ...], flows: tuple[Flow, ...], parallels: tuple[Parallel, ...], code: str
) -> None:
    compiled = compile_net(Definition("x", "x", "a", steps, flows, parallels))
    assert not isinstance(compiled, Net)
    assert code in {p.code for p in compiled}


def test_a_linear_process_hands_back_to_the_step_before_and_refuses_to_the_return() -> None:
    kinds = ("receive", "appraise", "sign", "return")
    steps = [
        Step(k, k, k, "reception", "counter_officer", 60, outcomes_of(k, is_first=i == 0, is_last=i == 3))
        for i, k in enumerate(kinds)
    ]
    compiled = compile_net(linear("x", "x", steps))
    assert isinstance(compiled, Net)
    state, _ = compiled.start
    state, _ = compiled.step(state, Completed(0))
    state, _ = compiled.step(state, Completed(1))
    _, effects = compiled.step(state, Completed(2, 1))
    assert effects == (Opened(1),)
    _, effects = compiled.step(state, Completed(2, 2))
    assert effects == (Opened(3),)
