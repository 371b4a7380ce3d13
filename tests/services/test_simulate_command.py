"""`./motcua simulate`: what it prints, and what it says to wrong input."""

from __future__ import annotations

import argparse
import json

import pytest

from motcua.project.cli import DONE, CommandRefused
from motcua.project.commands import simulate
from motcua.services import times
from world import MONDAY, STATUS, World, received


@pytest.fixture(autouse=True)
def _on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "system_now", lambda: MONDAY)


def ask(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    simulate.configure(parser)
    return simulate.run(parser.parse_args(arguments))


def test_a_day_off_is_answered_in_figures_and_a_list(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    receipt = received(world.home, STATUS)
    assert ask("--day-off", "2026-11-17", "--day-off", "2026-11-18") == DONE
    shown = capsys.readouterr().out
    assert receipt.code in shown
    assert "1  đổi ngày hẹn / move" in shown
    assert "không ghi gì / nothing is written" in shown


def test_the_answer_as_json_has_the_same_numbers(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    receipt = received(world.home, STATUS)
    assert ask("--day-off", "2026-11-17", "--agency", world.home.agency.code, "--json") == DONE
    found = json.loads(capsys.readouterr().out)
    assert (found["live"], found["moved"], found["later"], found["become_late"]) == (1, 1, 1, 0)
    assert [d["code"] for d in found["dossiers"]] == [receipt.code]
    assert sum(u["live"] for u in found["units"]) == found["total"]["live"] == 1
    assert ask("--day-off", "2026-11-17", "--agency", world.elsewhere.agency.code, "--json") == DONE
    assert json.loads(capsys.readouterr().out)["live"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), ["--day-off: ", "No question"]),
        (("--day-off", "2026-02-30"), ["--day-off: ", "«2026-02-30»"]),
        (("--day-off", "2099-01-01"), ["--day-off: ", "31/12/2027"]),
        (("--hours", "9-5", "--from", "2026-12-01"), ["--hours: ", "07:30-11:30"]),
        (("--hours", "08:00-12:00", "--weekdays", "1,8", "--from", "2026-12-01"), ["--weekdays: "]),
        (("--hours", "08:00-12:00"), ["--from: "]),
        (("--hours", "08:00-12:00", "--from", "2026-12-02", "--to", "2026-12-01"), ["--to: "]),
        (("--cut", "0"), ["--cut: ", "90"]),
        (("--cut", "30", "--procedure", "9.9"), ["--procedure: ", "«9.9»"]),
        (("--procedure", STATUS), ["--term: ", "--from: "]),
        (("--term", "3 working days", "--from", "2026-12-01"), ["--procedure: "]),
        (("--procedure", STATUS, "--term", "bald", "--from", "2026-12-01"), ["--term: ", "«bald»"]),
        (("--from", "2026-12-01"), ["--from: ", "--hours"]),
        (("--cut", "30", "--agency", "H99"), ["--agency: ", "H99"]),
        (("--cut", "30", "--list", "viele"), ["--list: "]),
    ],
)
def test_wrong_input_is_named_with_reason_and_remedy_in_both_languages(
    world: World, arguments: tuple[str, ...], said: list[str]
) -> None:
    with pytest.raises(CommandRefused) as refusal:
        ask(*arguments)
    text = str(refusal.value)
    for part in said:
        assert part in text
    assert all(" / " in line for line in text.splitlines())
