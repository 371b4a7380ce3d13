"""Answers whether the posts that a process needs exist and are staffed in an office; it asks no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from motcua.core.process import Definition, Step
from motcua.core.process.definition import AUTOMATIC, CALL
from motcua.core.proving.findings import Finding, finding, path_to


@dataclass(frozen=True, slots=True)
class Office:
    """An agency that offers, or is to offer, a procedure by the process.

    ``posts`` gives for each slot the unit that fills it: role → how many people hold it there now (0: the post is
    there and vacant). ``units`` are the units' names by slot.
    """

    name: str
    posts: Mapping[str, Mapping[str, int]]
    units: Mapping[str, str]


def office_findings(definition: Definition, office: Office) -> tuple[Finding, ...]:
    """Return every step that the office cannot do.

    Findings: ``proving.slot_unfilled``, ``proving.post_missing``, ``proving.post_vacant``.
    """
    found, said = list[Finding](), set[tuple[str, ...]]()
    for step in definition.steps:
        for slot, role in _needed(definition, step):
            made = _finding(definition, office, step, slot, role)
            mark = (made.problem.code, slot, role) if made else ()
            if made is not None and mark not in said:
                said.add(mark)
                found.append(made)
    return tuple(found)


def _needed(definition: Definition, step: Step) -> Iterator[tuple[str, str]]:
    """Yield (slot, role) of everybody whom the step needs; who helps or looks on needs no role."""
    if step.kind == AUTOMATIC or step.slot.startswith("unit:"):
        return
    table = next((t for t in definition.tables if t.name == step.slot_table), None)
    role = "" if step.kind == CALL else step.role
    for slot in dict.fromkeys((step.slot, *(r.value for r in table.rules))) if table else (step.slot,):
        yield slot, role
    for slot in (*step.co_slots, *step.watch_slots):
        yield slot, ""


def _finding(definition: Definition, office: Office, step: Step, slot: str, role: str) -> Finding | None:
    path = path_to(definition, step.key)
    values = {"office": office.name, "step": step.name or step.key, "slot": slot, "role": role}
    posts = office.posts.get(slot)
    if posts is None:
        return finding("proving.slot_unfilled", path, **values)
    values["unit"] = office.units.get(slot, slot)
    if not role:
        return None
    if role not in posts:
        return finding("proving.post_missing", path, **values)
    return None if posts[role] else finding("proving.post_vacant", path, **values)
