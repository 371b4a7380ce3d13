"""A dossier goes on under another version only where its past would have been the same; what was done stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from test_dossier_properties import ACTS, NET, Stored, lived

from motcua.core.dossier import Fact, FactKind, effective, known_at, moved_life, replay, stays_of, step_map
from motcua.core.kernel import Problem
from motcua.core.process import Choice, Definition, Field, FieldType, Flow, Net, Step, compile_net, parse_guard
from motcua.project.bench.parallel_process import definition

many = settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def net_of(made: Definition) -> Net:
    net = compile_net(made)
    assert isinstance(net, Net), net
    return net


def renamed() -> Net:
    """The same process with other keys, its steps written in another order."""
    text = definition()
    steps = tuple(replace(s, key=f"x_{s.key}") for s in reversed(text.steps))
    keys = {s.key for s in text.steps}
    flows = tuple(
        replace(f, **{end: f"x_{key}" for end in ("source", "target") if (key := getattr(f, end)) in keys})
        for f in text.flows
    )
    return net_of(replace(text, start="x_receive", steps=steps, flows=flows))


def with_step(key: str, after: str, outcome: str = "") -> Net:
    """The process with one more step between ``after`` and what follows it."""
    text = definition()
    flows = tuple(
        replace(f, target=key) if (f.source, f.outcome) in ((after, outcome), (after, "done")) else f
        for f in text.flows
    )
    following = next(f.target for f in text.flows if (f.source, f.outcome) in ((after, outcome), (after, "done")))
    more = Step(key, key, "appraise", "division", "case_officer", 480, ("done",))
    return net_of(replace(text, steps=(more, *text.steps), flows=(*flows, Flow(key, following))))


RENAMED, SEALED, SIGNED_TWICE = renamed(), with_step("seal", "sign"), with_step("look", "check")


def move(stored: Stored, after: Net, chosen: dict[str, str] | None = None) -> tuple[Fact, Any]:
    by, problems = step_map(NET, after, chosen or {})
    assert problems == []
    fact = Fact(len(stored.facts) + 1, FactKind.MOVED, stored.now, 1, 1, 1, {"offering": 1, **by.to_body()})
    return fact, moved_life(stored.facts, fact, before=NET, after=after)


ALL = {s.key: f"x_{s.key}" for s in NET.steps}


@many
@given(ACTS, ACTS)
def test_the_same_process_in_other_words_takes_every_dossier_and_goes_on_as_before(
    acts: list[tuple[str, int, int]], later: list[tuple[str, int, int]]
) -> None:
    stored = lived(acts)
    fact, life = move(stored, RENAMED, ALL)
    assert not isinstance(life, Problem)
    everything = (*stored.facts, fact)
    assert replay(reversed(everything), RENAMED) == life
    assert replace(life, process=stored.life.process) == stored.life
    old, new = stays_of(stored.facts, NET), stays_of(everything, RENAMED)
    name = {n: f"x_{s.key}" for n, s in enumerate(NET.steps)}
    assert {(name[s.step], s.opened_at, s.closed_at, s.end_seq) for s in old} == {
        (RENAMED.steps[s.step].key, s.opened_at, s.closed_at, s.end_seq) for s in new
    }
    # What comes after is told in the new numbers, and leads where it would have led.
    twin = Stored()
    twin.facts, twin.life, twin.now = list(stored.facts), stored.life, stored.now
    for act in later:
        twin.act(*act)
    tail = []
    for f in twin.facts[len(stored.facts) :]:
        body = dict(f.body)
        if f.kind is FactKind.COMPLETED:
            body["step"] = RENAMED.index[name[body["step"]]]
        if "of" in body:
            return
        tail.append(replace(f, seq=f.seq + 1, body=body))
    after = replay((*everything, *tail), RENAMED)
    assert replace(after, process=twin.life.process) == twin.life


@many
@given(ACTS)
def test_a_new_step_reaches_only_dossiers_that_have_not_passed_its_place(acts: list[tuple[str, int, int]]) -> None:
    stored = lived(acts)
    for after, place in ((SEALED, "sign"), (SIGNED_TWICE, "check")):
        passed = any(
            f.kind is FactKind.COMPLETED and f.body["step"] == NET.index[place] and f.body["outcome"] == 0
            for f in effective(stored.facts)
        )
        fact, life = move(stored, after)
        assert isinstance(life, Problem) == passed
        if not passed:
            assert replay((*stored.facts, fact), after) == life


def completed(stored: Stored, *keys: str) -> Stored:
    for key in keys:
        stored.add(FactKind.COMPLETED, {"step": NET.index[key], "outcome": 0}, 10)
    return stored


def test_what_was_done_must_be_in_the_new_version() -> None:
    text = definition()
    without = net_of(
        replace(
            text,
            steps=tuple(s for s in text.steps if s.key != "assign"),
            flows=tuple(
                replace(f, target="fork") if f.target == "assign" else f for f in text.flows if f.source != "assign"
            ),
        )
    )
    before = completed(lived([]), "receive")
    assert not isinstance(move(before, without)[1], Problem)
    standing = completed(lived([]), "receive", "check")
    found = move(standing, without)[1]
    assert isinstance(found, Problem)
    assert found.code == "move.other_way", "it stands at a step that is gone"
    done = completed(standing, "assign")
    found = move(done, without)[1]
    assert (found.code, found.values["step"]) == ("move.step_gone", "assign")


def test_a_field_that_would_have_been_collected_hinders() -> None:
    text = definition()
    steps = tuple(replace(s, collects=("area",)) if s.key == "check" else s for s in text.steps)
    flows = (
        *(f for f in text.flows if f.source != "approve"),
        Flow("approve", "c"), Flow("c", "sign", "", parse_guard("area > 5")), Flow("c", "hand_over", "", None, True),
    )  # fmt: skip
    asking = net_of(
        replace(
            text,
            steps=steps,
            flows=flows,
            choices=(Choice("c"),),
            fields=(Field("area", FieldType.INTEGER, "Diện tích"),),
        )
    )
    assert not isinstance(move(completed(lived([]), "receive"), asking)[1], Problem)
    found = move(completed(lived([]), "receive", "check"), asking)[1]
    assert (found.code, found.values["field"]) == ("move.field_missing", "Diện tích")


def test_a_map_that_cannot_be_is_refused_by_its_step() -> None:
    _, problems = step_map(NET, NET, {"receive": "sign", "consult_b": "consult_c", "check": "nowhere"})
    assert [(p.code, p.field) for p in problems] == [
        ("move.step_kind", "step.receive"), ("move.step_unknown", "step.check"), ("move.step_twice", "step.consult_c"),
    ]  # fmt: skip


def test_moved_twice_the_past_is_told_in_the_newest_numbers_and_as_known_then_in_the_old() -> None:
    stored = completed(lived([]), "receive", "check")
    first, life = move(stored, RENAMED, ALL)
    assert not isinstance(life, Problem)
    facts = (*stored.facts, first)
    by, _ = step_map(RENAMED, NET, {new: old for old, new in ALL.items()})
    second = Fact(5, FactKind.MOVED, stored.now + timedelta(days=1), 1, 1, 1, {"offering": 2, **by.to_body()})
    back = moved_life(facts, second, before=RENAMED, after=NET)
    assert back == stored.life
    assert [f.body.get("step") for f in effective((*facts, second))] == [
        f.body.get("step") for f in effective(stored.facts)
    ] + [None, None]
    assert replay(known_at((*facts, second), stored.now), RENAMED) == life
