"""Answers whether what a dossier brings is read by some step, and what is read is brought or entered by somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from motcua.core.kernel import fold
from motcua.core.process import Definition
from motcua.core.process.guards import names_in
from motcua.core.proving.findings import Finding, finding, path_to, remark
from motcua.core.proving.values import fields_read

ALL = "*"


def field_findings(definition: Definition, *, given: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Return fields that are read and never entered, and those that are entered and never read.

    Findings: ``proving.field_not_entered``, ``proving.table_unused`` and ``proving.field_unread`` (remarks).
    """
    entered = {name for step in definition.steps for name in step.collects} | given
    read = set(fields_read(definition))
    types = {f.name: f for f in definition.fields}
    found = [
        finding("proving.field_not_entered", _where_read(definition, name), name=types[name].label or name)
        for name in types
        if name in read and name not in entered
    ]
    for step in definition.steps:
        for name in step.collects:
            if name not in read and name in types:
                path, label = path_to(definition, step.key), types[name].label or name
                values = {"name": label, "step": step.name or step.key}
                found.append(remark("proving.field_unread", path, **values))
    used = {n for f in definition.flows if f.guard is not None for n in names_in(f.guard)}
    used |= {n for t in definition.tables for r in t.rules if r.when is not None for n in names_in(r.when)}
    used |= {t for s in definition.steps for t in (s.slot_table, s.minutes_table)}
    found += [
        remark("proving.table_unused", (definition.start,), name=t.label or t.name)
        for t in definition.tables
        if t.name not in used
    ]
    return tuple(found)


def paper_findings(definition: Definition, papers: Sequence[str]) -> tuple[Finding, ...]:
    """Return the components (thành phần hồ sơ) that no step reads, and what steps read that no applicant brings.

    ``papers`` are the names of the procedure's components. A process in which no step says what it reads says nothing
    of papers at all: that is a remark. Findings: ``proving.component_unread``, ``proving.component_unknown``,
    ``proving.reading_unstated``.
    """
    readers = [s for s in definition.steps if s.reads]
    if not papers:
        return ()
    if not readers:
        return (remark("proving.reading_unstated", (definition.start,)),)
    found = list(_unknown(definition, papers))
    read = {fold(name) for s in readers for name in s.reads}
    if ALL not in read:
        # Where it ought to be read is the way through all steps that read anything.
        path = path_to(definition, readers[-1].key)
        found += [finding("proving.component_unread", path, name=p) for p in papers if fold(p) not in read]
    return tuple(found)


def _unknown(definition: Definition, papers: Sequence[str]) -> Iterator[Finding]:
    known = {fold(p) for p in papers} | {ALL}
    for step in definition.steps:
        for name in step.reads:
            if fold(name) not in known:
                values = {"name": name, "step": step.name or step.key}
                yield finding("proving.component_unknown", path_to(definition, step.key), **values)


def _where_read(definition: Definition, name: str) -> tuple[str, ...]:
    for flow in definition.flows:
        if flow.guard is not None and name in names_in(flow.guard):
            return (*path_to(definition, flow.source), flow.target)
    step = next((s for s in definition.steps if s.each == name), None)
    tables = [t.name for t in definition.tables if any(r.when and name in names_in(r.when) for r in t.rules)]
    if step is None:
        step = next((s for s in definition.steps if {s.slot_table, s.minutes_table} & set(tables)), None)
    if step is not None:
        return path_to(definition, step.key)
    through = next((f for f in definition.flows if f.guard and set(names_in(f.guard)) & set(tables)), None)
    return (*path_to(definition, through.source), through.target) if through else (definition.start,)
