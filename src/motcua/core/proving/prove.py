"""Answers everything that speaks against publishing a process, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from motcua.core.calendar import Calendar, Term
from motcua.core.kernel import Problem
from motcua.core.process import Definition, Net, compile_net
from motcua.core.proving.exploring import explore
from motcua.core.proving.findings import Finding, path_to, steps_named
from motcua.core.proving.offices import Office, office_findings
from motcua.core.proving.papers import field_findings, paper_findings
from motcua.core.proving.soundness import soundness_findings
from motcua.core.proving.times import time_findings


@dataclass(frozen=True, slots=True)
class Legal:
    """The term that the law or the office's decision sets, and how it is counted there."""

    term: Term
    calendar: Calendar
    at_closing: bool


def prove(
    definition: Definition,
    *,
    legal: Legal | None = None,
    papers: Sequence[str] = (),
    offices: Sequence[Office] = (),
    given: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Return what is wrong with a process, errors first; nothing when it may be published as it is.

    ``papers`` are the components of the procedure, ``offices`` the agencies that offer it, ``given`` the fields that
    a dossier has from the beginning. Findings: those of ``compile_net`` with a path, of ``soundness_findings``,
    ``field_findings``, ``paper_findings``, ``time_findings`` and ``office_findings``.
    Source: Decree 61/2018/NĐ-CP, art. 20; Circular 01/2018/TT-VPCP, art. 8 (steps within the term of the law).
    """
    net = compile_net(definition)
    if not isinstance(net, Net):
        return tuple(_structural(definition, problem) for problem in net)
    found = list(field_findings(definition, given=given))
    # A field that nobody enters would be reported again at every place that reads it.
    known = given | {f.name for f in definition.fields if not _is_entered(definition, f.name)}
    found += soundness_findings(explore(net, given=frozenset(known)))
    found += paper_findings(definition, papers)
    if legal is not None:
        found += time_findings(definition, legal.term, legal.calendar, at_closing=legal.at_closing)
    for office in offices:
        found += office_findings(definition, office)
    return tuple(sorted(found, key=lambda f: not f.is_error))


def _is_entered(definition: Definition, name: str) -> bool:
    return any(name in step.collects for step in definition.steps)


def _structural(definition: Definition, problem: Problem) -> Finding:
    key = steps_named(definition, problem.values)
    return Finding(problem, path_to(definition, key) if key else (definition.start,))
