"""Every history that a release recorded is read by this one, and comes to the same states after every fact."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from histories.record import lives
from motcua.core.dossier import Fact, FactKind
from motcua.core.process import Definition, Net, State, compile_net

RELEASES = sorted(Path(__file__).parent.glob("*.json"))


def test_there_is_a_record_of_every_release() -> None:
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    released = [
        line.split()[1].strip("[]") for line in changelog.splitlines() if line.startswith("## ") and line[3].isdigit()
    ]
    assert RELEASES
    assert {p.stem for p in RELEASES} >= set(released)


@pytest.mark.parametrize("path", RELEASES, ids=lambda p: p.stem)
def test_a_recorded_release_replays(path: Path) -> None:
    recorded = json.loads(path.read_text(encoding="utf-8"))
    definitions = {key: Definition.from_json(data) for key, data in recorded["processes"].items()}
    assert len(recorded["histories"]) >= 100
    kinds = set[int]()
    for number, history in enumerate(recorded["histories"]):
        facts = [_fact(f) for f in history["facts"]]
        kinds |= {int(f.kind) for f in facts}
        found = list(lives(definitions[history["process"]], facts))
        assert found == history["lives"], f"history {number} of {history['process']}"
    assert {FactKind.RECEIVED, FactKind.COMPLETED, FactKind.FIRED, FactKind.WITHDRAWN, FactKind.LINKED} <= kinds


@pytest.mark.parametrize("path", RELEASES, ids=lambda p: p.stem)
def test_a_process_of_a_release_keeps_its_form_and_so_its_digest(path: Path) -> None:
    for key, data in json.loads(path.read_text(encoding="utf-8"))["processes"].items():
        assert json.loads(json.dumps(Definition.from_json(data).to_json())) == data, key


@pytest.mark.parametrize("path", RELEASES, ids=lambda p: p.stem)
def test_a_saved_state_of_a_release_goes_on(path: Path) -> None:
    """What is open in a saved state can be done by this release: no state is left without a way on."""
    recorded = json.loads(path.read_text(encoding="utf-8"))
    for history in recorded["histories"]:
        net = compile_net(Definition.from_json(recorded["processes"][history["process"]]))
        assert isinstance(net, Net)
        for life in history["lives"]:
            state = State.from_bytes(bytes.fromhex(life["process"]))
            assert [list(p) for p in net.open_numbers(state)] == life["open"]
            assert state.has_ended or life["open"] or net.waiting(state)


def _fact(data: dict[str, Any]) -> Fact:
    at = datetime.fromisoformat(data["at"])
    return Fact(data["seq"], FactKind(data["kind"]), at, 1, 1, 1, data["body"])
