"""A process as it is written down: what is read is what was written, and every fault is named with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.core.process import (
    Boundary,
    Choice,
    DecisionTable,
    Definition,
    End,
    Field,
    FieldType,
    Flow,
    Inclusive,
    Net,
    Parallel,
    Rule,
    Step,
    SubProcess,
    Throw,
    Wait,
    compile_net,
    parse_guard,
)
from motcua.core.process.entries import minutes_of, time_text
from motcua.core.process.written import Written, read_written, write_written

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "add-a-process.md"

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
key = st.text("abcdđ_- .\"'\n1", min_size=1, max_size=4)
keys = st.lists(key, max_size=3).map(tuple)
guard = st.sampled_from(["area > 50", 'kind = "house" and not urgent', "x in offices", "1 + 2 * a >= 7"]).map(
    parse_guard
)
steps = st.builds(
    Step,
    *(key, text, key, key, key, st.none() | st.integers(0, 100_000)),
    outcomes=st.lists(key, min_size=1, max_size=3).map(tuple),
    **dict.fromkeys(("co_slots", "watch_slots", "collects", "reads"), keys),
    **dict.fromkeys(("each", "calls", "slot_table", "minutes_table"), text),
    in_turn=st.booleans(),
)
tables = st.builds(
    DecisionTable,
    *(key, text, st.lists(st.builds(Rule, st.none() | guard, text), max_size=3).map(tuple)),
    st.sampled_from(FieldType),
)
flows = st.builds(Flow, key, key, st.just("") | key, st.none() | guard, st.booleans())


def some(part: st.SearchStrategy) -> st.SearchStrategy:  # type: ignore[type-arg]
    return st.lists(part, max_size=3).map(tuple)


definitions = st.builds(
    Definition,
    *(key, text, key),
    steps=some(steps),
    flows=some(flows),
    parallels=some(st.builds(Parallel, key)),
    ends=some(st.builds(End, key, text, st.booleans())),
    choices=some(st.builds(Choice, key, text)),
    inclusives=some(st.builds(Inclusive, key, text)),
    waits=some(st.builds(Wait, key, st.sampled_from(["timer", "message", "event"]), text, text)),
    boundaries=some(st.builds(Boundary, key, key, st.sampled_from(["timer", "message"]), text, st.booleans(), text)),
    throws=some(st.builds(Throw, key, text, text)),
    subprocesses=some(st.builds(SubProcess, key, text, key, keys)),
    fields=some(st.builds(Field, key, st.sampled_from(FieldType), text, keys)),
    tables=some(tables),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    definitions,
    st.dictionaries(key, text, max_size=3),
    st.none() | st.floats(0, 1e6, allow_nan=False).map(lambda d: round(d, 4)),
)
def test_what_is_read_is_what_was_written(
    definition: Definition, units: dict[str, str], stated_days: float | None
) -> None:
    again = read_written(write_written(definition, units, stated_days))
    assert again == Written(definition, units, stated_days)


def example() -> str:
    found = re.search(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_example_of_the_guide_is_a_process_that_runs() -> None:
    read = read_written(example())
    assert isinstance(read, Written), read
    assert isinstance(compile_net(read.definition), Net)
    assert read.stated_days == 5
    assert read.units["reception"] == "Bộ phận Một cửa"
    assert sum(s.minutes or 0 for s in read.definition.steps) == 5 * 480


def test_a_process_in_the_order_of_its_steps_is_written_without_a_list_of_flows() -> None:
    read = read_written(example())
    assert isinstance(read, Written)
    assert "[[flow]]" not in write_written(read.definition, read.units, read.stated_days)


def test_every_fault_of_a_file_is_named_at_once_with_its_line() -> None:
    faulty = "\n".join(
        (
            'key = "x"',
            'name = 7',
            'colour = "red"',
            "[[step]]",
            'key = "a"',
            'task = "A"',
            'kind = "receive"',
            'role = "counter_officer"',
            'time = "soon"',
            "[[choice]]",
            'key = "c"',
            'ways = [{ when = "area >", to = "a" }, { otherwise = 1, to = "a" }]',
            "[[wait]]",
            'key = "w"',
            'kind = "sleep"',
            'next = [1]',
            "[[part]]",
            'key = "p"',
            'name = "P"',
            'start = "a"',
            'members = "a"',
        )
    )  # fmt: skip
    found = read_written(faulty)
    assert isinstance(found, tuple)
    assert {(p.code, p.values["at"]) for p in found} == {
        ("written.unknown", "3: colour"),
        ("written.not_text", "2: name"),
        ("written.missing", "4: step[1].unit"),
        ("written.time", "9: step[1].time"),
        ("written.guard", "12: choice[1].ways[1].when"),
        ("written.not_truth", "12: choice[1].ways[2].otherwise"),
        ("written.word_unknown", "15: wait[1].kind"),
        ("written.not_texts", "16: wait[1].next"),
        ("written.not_texts", "21: part[1].members"),
    }


@pytest.mark.parametrize(("file", "line"), [("key = \n", "1"), ('key = "a"\nkey = "b"\n', "2"), ('a = "', "1")])
def test_a_file_that_is_no_toml_says_in_which_line(file: str, line: str) -> None:
    found = read_written(file)
    assert isinstance(found, tuple)
    assert [(p.code, p.values["line"]) for p in found] == [("written.syntax", line)]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("0.5 ngày", 240),
        ("0,5 Ngày", 240),
        ("2 giờ", 120),
        ("4 hours", 240),
        ("1 day", 480),
        ("3 ngày làm việc", 1440),
        ("2 working days", 960),
        ("45 phút", 45),
        ("0 ngày", 0),
        ("ngày", None),
        ("-1 ngày", None),
        ("1 tháng", None),
        ("1 ngày 2 giờ", None),
    ],
)
def test_times_are_read_as_offices_write_them(said: str, minutes: int | None) -> None:
    assert minutes_of(said) == minutes


@given(st.integers(0, 1_000_000))
def test_a_time_is_written_so_that_it_reads_the_same(minutes: int) -> None:
    assert minutes_of(time_text(minutes)) == minutes
