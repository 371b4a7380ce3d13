"""Answers which process a BPMN 2.0 file holds, and writes a process as one that drawing tools show.

What is covered, and the attributes of ours, are told in ``docs/howto/bpmn.md``. Runs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motcua.core.kernel import Problem
from motcua.core.process.bpmn.elements import parse
from motcua.core.process.bpmn.reading import BpmnFile, read_file
from motcua.core.process.bpmn.writing import write_file
from motcua.core.process.definition import Definition

__all__ = ["BpmnFile", "read_bpmn", "write_bpmn"]


def read_bpmn(text: str) -> BpmnFile | tuple[Problem, ...]:
    """Return the process that a BPMN file holds, or everything in it that has no place here, all at once.

    Whether the process can be run is not asked; ``compile_net`` and the checker say that.
    Problems: ``process.bpmn_not_covered`` for each element (``element``, ``id``, ``name``), ``process.bpmn_expression``,
    ``process.bpmn_starts``, ``process.bpmn_processes``, ``process.bpmn_no_process``, ``process.bpmn_reference``,
    ``process.bpmn_outcomes``, ``process.bpmn_value``, ``process.bpmn_syntax``, ``process.bpmn_doctype``,
    ``process.bpmn_too_large``, ``process.flow_from_end``, ``process.key_twice``,
    ``process.host_unknown``. Notices: ``process.bpmn_kept_aside``, ``process.bpmn_foreign``.
    """
    parsed = parse(text)
    return (parsed,) if isinstance(parsed, Problem) else read_file(parsed)


def write_bpmn(
    definition: Definition,
    layout: Mapping[str, Any] | None = None,
    units: Mapping[str, str] | None = None,
    *,
    said: Mapping[str, str] | None = None,
) -> str:
    """Return the BPMN file of a process, drawn as ``layout`` says or, without one, laid out from left to right.

    ``units`` names the unit of each slot, ``said`` how outcomes and results are called in the drawing.
    Guarantee: ``read_bpmn`` of it gives the same definition and units back, and
    the same layout where that came from ``read_bpmn``.
    """
    return write_file(definition, layout, units or {}, said or {})
