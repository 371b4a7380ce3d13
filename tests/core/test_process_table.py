"""The office's own table of steps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from motcua.core.process import Completed, Net, compile_net
from motcua.core.process.table import Row, Table, days_of, read_table, table_from_json


@pytest.mark.data
def test_the_fourteen_real_processes_load_and_run_and_those_that_do_not_add_up_say_so(shared_data: Path) -> None:
    records = json.loads((shared_data / "internal_processes.json").read_text())
    assert len(records) == 14
    for record in records:
        table = table_from_json(record)
        assert isinstance(table, Table)
        report = read_table(table)
        assert report.step_sum_days == pytest.approx(record["check"]["sum_step_days"])
        assert report.stated_days == pytest.approx(record["check"]["stated_days"])
        disagrees = record["check"]["sum_step_days"] != record["check"]["stated_days"]
        codes = {p.code for p in report.problems}
        assert disagrees == bool(codes & {"process.sum_exceeds_term", "process.sum_below_term"})
        assert sum(p.code == "process.step_untimed" for p in report.problems) == record["check"]["untimed_steps"]
        assert report.definition is not None
        net = compile_net(report.definition)
        assert isinstance(net, Net)
        state, _ = net.start
        for number in range(report.steps):
            state, _ = net.step(state, Completed(number))
        assert state.has_ended


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("01 ngày", 1),
        ("0.25 ngày", 0.25),
        ("2,5 ngày làm việc", 2.5),
        ("4 giờ", 0.5),
        ("Không nêu rõ", None),
        ("", None),
    ],
)
def test_times_are_read_in_days_of_eight_hours(text: str, days: float | None) -> None:
    assert days_of(text) == days


def test_a_table_that_does_not_add_up_is_read_and_says_so() -> None:
    rows = (Row("1", "Tiếp nhận", "Trung tâm PVHCC", "1 ngày"), Row("2", "Trả kết quả", "", "?"))
    report = read_table(Table("x", "x", "3 ngày", rows))
    assert {p.code for p in report.problems} == {
        "process.step_untimed",
        "process.unit_missing",
        "process.sum_below_term",
    }


@pytest.mark.parametrize(
    "record", [7, "x", {}, {"id": "a", "title": "b"}, {"id": "a", "title": "b", "internal_steps": []}]
)
def test_what_is_no_table_is_refused_with_reasons(record: object) -> None:
    problems = table_from_json(record)
    assert isinstance(problems, tuple)
    assert problems
