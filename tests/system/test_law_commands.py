"""The clock and the law on the command line: without a database, for scripts, wrong entries told in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from motcua.project.cli import main


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(list(words))
    out = capsys.readouterr()
    return code, out.out + out.err


def due(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    return printed(capsys, "clock", "due", *words)


def test_a_due_instant_comes_with_every_day(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = due(capsys, "--received", "2018-09-11T15:20", "--term", "5 working days", "--json")
    answer = json.loads(text)
    assert (code, answer["due_at"]) == (0, "2018-09-18T15:20:00+07:00")
    assert [d["day"][-2:] for d in answer["derivation"] if d["kind"] in ("counted", "due")] == [
        "12", "13", "14", "17", "18",
    ]  # fmt: skip
    assert [d["day"][-2:] for d in answer["derivation"] if d["kind"] == "off"] == ["15", "16"]


def test_hours_used_up_when_the_office_closes_end_there(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--received", "2026-11-23T07:30", "--term", "4 working hours", "--hours", "07:30-11:30,13:30-17:00")
    assert json.loads(due(capsys, *words, "--json")[1])["due_at"] == "2026-11-23T11:30:00+07:00"


def test_a_rest_over_tet_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = due(
        capsys, "--received", "2019-01-30T09:00", "--term", "3 working days", "--pause", "2019-01-31/2019-02-11",
        "--explain",
    )  # fmt: skip
    assert code == 0
    assert text.splitlines()[0] == "2019-02-14T09:00:00+07:00"
    assert len(text.splitlines()) == 1 + 16


def test_many_cases_are_answered_a_line_each(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"received": "2018-09-11T15:20", "term": "5 working days"}\n'
        '{"received": "gestern", "term": "1 month"}\n'
        '{"received": "2026-11-23T08:00", "term": "1 working day", "hours": "08:00-12:00", "pauses": []}\n',
        encoding="utf-8",
    )
    code, text = due(capsys, "--cases", str(cases))
    answers = [json.loads(line) for line in text.splitlines()]
    # 24 November 2026 is the first that is a day off.
    assert [a["due_at"] and a["due_at"][:16] for a in answers] == ["2018-09-18T15:20", None, "2026-11-25T08:00"]
    assert "line 2" in answers[1]["error"]
    assert code != 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--received", "2026-13-23T07:30"), "--received: «2026-13-23T07:30» không phải thời điểm"),
        (("--term", "4 moons"), "--term: «4 moons» không phải thời hạn"),
        (("--received", "2031-11-23T07:30"), "chưa được công bố"),
        (("--received", "2010-11-23T07:30"), "chưa có văn bản áp dụng"),
        (("--hours", "9"), "--hours: «9» không phải giờ làm việc"),
        (("--agency", "ZZ"), "--agency: «ZZ» không phải mã cơ quan"),
        (("--pause", "2026-11-24"), "--pause: «2026-11-24»: viết TỪ/ĐẾN"),
    ],
)
def test_a_wrong_entry_is_named_in_both_languages(
    capsys: pytest.CaptureFixture[str], wrong: tuple[str, str], said: str
) -> None:
    right = ("--received", "2026-11-23T07:30", "--term", "4 working days")
    code, text = due(capsys, *right, *wrong)
    assert code != 0
    assert said in text
    assert " / " in text


def test_an_agency_without_hours_of_its_own_has_the_common_ones_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["clock", "due", "--received", "2026-11-23T07:30", "--term", "1 working day", "--json"]
    assert main(words) == 0
    common = capsys.readouterr()
    assert common.err == ""
    assert main([*words, "--agency", "H05.999"]) == 0
    own = capsys.readouterr()
    assert own.out == common.out
    assert "H05.999: không có giờ riêng" in own.err


def test_two_acts_are_compared_by_their_first_days(capsys: pytest.CaptureFixture[str]) -> None:
    code, acts = printed(capsys, "law", "diff", "nd61", "nd118", "--json")
    assert code == 0
    assert acts == printed(capsys, "law", "diff", "2018-06-21", "2025-07-01", "--json")[1]
    terms = {row["key"]: (row["before"], row["after"]) for row in json.loads(acts)}
    assert terms["staff.term_months"] == ([6, 24], [12, 36])


def test_what_is_not_confirmed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = printed(capsys, "law", "show", "--at", "2018-09-11")
    lines = {line.split()[0]: line for line in text.splitlines()}
    assert code == 0
    assert "to be confirmed" not in lines["supplement.clock"]
    assert "to be confirmed: known" in lines["reception.on_saturday"]
