"""Answers which processes a file holds: an office's tables (JSON), our readable form (TOML), or a drawing (BPMN 2.0).

Told apart by what is in the file, not by its name. Reads only; asks no database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from motcua.core.kernel import Problem
from motcua.core.process import Definition
from motcua.core.process.bpmn import BpmnFile, read_bpmn
from motcua.core.process.table import read_table, table_from_json
from motcua.core.process.written import Written, read_written

FILE_MAX = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileProcess:
    """A process as a file has it; ``remarks`` is what does not add up in it and hinders nothing."""

    definition: Definition
    units: Mapping[str, str]
    stated_days: float | None
    layout: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()


def processes_in(data: bytes, *, name: str = "") -> tuple[tuple[FileProcess, ...], tuple[Problem, ...]]:
    """Return the processes that a file holds, and everything in it that cannot be read.

    Problems: ``process.file_too_large``, ``process.file_not_text``, ``process.file_not_json``, and those of the three forms.
    """
    if len(data) > FILE_MAX:
        return (), (Problem("process.file_too_large", "file", values={"name": name}),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return (), (Problem("process.file_not_text", "file", values={"name": name}),)
    start = text.lstrip()[:1]
    if start == "<":
        return _of_drawing(text)
    # A file of tables is an array of objects; TOML can begin with a bracket too, of a table's head.
    if start in ("[", "{"):
        try:
            records = json.loads(text)
        except ValueError as error:
            if start == "{" or text.lstrip()[1:].lstrip()[:1] == "{":
                line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
                return (), (Problem("process.file_not_json", "file", values={"name": name, "line": str(line)}),)
        else:
            return _of_tables(records if isinstance(records, list) else [records])
    read = read_written(text)
    if isinstance(read, Written):
        return (FileProcess(read.definition, read.units, read.stated_days),), ()
    return (), read


def _of_drawing(text: str) -> tuple[tuple[FileProcess, ...], tuple[Problem, ...]]:
    read = read_bpmn(text)
    if not isinstance(read, BpmnFile):
        return (), read
    return (FileProcess(read.definition, read.units, None, read.layout),), ()


def _of_tables(records: Sequence[object]) -> tuple[tuple[FileProcess, ...], tuple[Problem, ...]]:
    found, problems = list[FileProcess](), list[Problem]()
    for record in records:
        table = table_from_json(record)
        if isinstance(table, tuple):
            problems += table
            continue
        report = read_table(table)
        if report.definition is not None:
            found.append(FileProcess(report.definition, report.units, report.stated_days, {}, tuple(report.problems)))
    return tuple(found), tuple(problems)
