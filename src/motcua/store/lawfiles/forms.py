"""Answers the electronic forms written beside the procedures, in ``law/procedures/<code>/form.toml``, and the usual one."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from motcua.core.forms import FormDefinition, check_form
from motcua.core.kernel import Confidence
from motcua.core.process import Definition
from motcua.store.lawfiles.book import LAW, LawFilesError
from motcua.store.lawfiles.procedures import law_procedures

FOLDER = LAW / "procedures"
USUAL = "_usual"
"""The form of every procedure that has none of its own: who applies, for what; its papers are the procedure's."""


@cache
def law_forms(folder: Path = FOLDER) -> dict[str, FormDefinition]:
    """Return the forms by the code of their procedure, and the usual one. Raises LawFilesError."""
    return {path.parent.name: read_form(path) for path in sorted(folder.glob("*/form.toml"))}


def read_form(path: Path) -> FormDefinition:
    try:
        form = FormDefinition.from_json(tomllib.loads(path.read_text(encoding="utf-8")))
        Confidence(form.confidence)
        return form
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise LawFilesError(f"{path}: {error!r}") from error


def check_forms(folder: Path = FOLDER) -> list[str]:
    """Return what is wrong with the forms, each named by its file; nothing when all is right."""
    procedures = {p.content.code: p for p in law_procedures()}
    faults = []
    for path in sorted(folder.glob("*/form.toml")):
        try:
            form = read_form(path)
        except LawFilesError as error:
            faults.append(str(error))
            continue
        procedure = procedures.get(path.parent.name)
        found = check_form(
            form,
            components=[c.name for c in procedure.content.components] if procedure else None,
            needed=fields_to_collect(procedure.process) if procedure else (),
        )
        faults += [f"{path.parent.name}/form.toml: {p.code} {p.field} {dict(p.values)}" for p in found]
    if USUAL not in {p.parent.name for p in folder.glob("*/form.toml")}:
        faults.append(f"{USUAL}/form.toml is missing")
    return faults


def fields_to_collect(process: Definition) -> tuple[str, ...]:
    """Return the fields that a process reads and that no step of it collects: the form must bring them."""
    collected = {name for step in process.steps for name in step.collects}
    return tuple(f.name for f in process.fields if f.name not in collected)
