"""The law's data files are sound, and the glossary knows every record by name."""

from __future__ import annotations

import pytest
from django.apps import apps

from motcua.store.lawfiles.checks import check_law, glossary_identifiers
from motcua.store.lawfiles.procedures import law_procedures


def test_the_law_is_sound() -> None:
    assert check_law() == []


def test_the_glossary_covers_every_model_of_ours() -> None:
    ours = {m.__name__ for m in apps.get_models() if m.__module__.startswith("motcua.")}
    assert ours - glossary_identifiers() == set()


def test_at_least_thirty_procedures_are_written_here() -> None:
    assert len(law_procedures()) >= 30


@pytest.mark.parametrize("broken", ["hours = 400", 'slot = ""\nodd = 1'])
def test_a_procedure_that_cannot_be_is_named(tmp_path: object, broken: str) -> None:
    from pathlib import Path

    from motcua.store.lawfiles.book import LAW
    from motcua.store.lawfiles.procedures import check_procedures

    folder = Path(str(tmp_path)) / "1.001193"
    folder.mkdir()
    text = (LAW / "procedures" / "1.001193" / "procedure.toml").read_text(encoding="utf-8")
    assert text.count("hours = 0.75") == 1
    (folder / "procedure.toml").write_text(text.replace("hours = 0.75", broken, 1), encoding="utf-8")
    faults = check_procedures(folder.parent)
    assert len(faults) == 1
    assert "1.001193" in faults[0]
