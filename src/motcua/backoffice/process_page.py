"""Answers what the pages of a process need beside its fields: choices to select from, findings, changes in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from motcua.backoffice.process_form import BEFORE, FOLLOWING, Sheet
from motcua.backoffice.process_reading import KINDS, NODES, TYPES, Reading, changes_in_words, outcome_word
from motcua.core.kernel import Problem
from motcua.core.process.difference import difference
from motcua.services.process_drafts import DraftContent, check_draft
from motcua.store.organisation.roles import Role

STEP_ROLES = (
    *(Role.COUNTER_OFFICER, Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER),
    Role.POSTAL_OFFICER,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the checker found, for a page. ``path`` are the keys of the drawing's elements on which it happens."""

    problem: Problem
    is_error: bool
    path: tuple[str, ...]
    path_text: str


def findings_context(content: DraftContent, *, agency_id: int, now: datetime) -> dict[str, Any]:
    """Return what the checker says of a process, with its paths in words."""
    reading = Reading(content.definition, content.units)
    return {
        "findings": [
            Finding(f.problem, f.is_error, f.path, reading.path(f.path))
            for f in check_draft(content, agency_id=agency_id, now=now)
        ]
    }


def said_changes(before: DraftContent, after: DraftContent) -> list[str]:
    """Return in words what is different, each difference a sentence."""
    return changes_in_words(
        difference(before.definition, after.definition),
        Reading(before.definition, before.units),
        Reading(after.definition, after.units),
    )


def element_words() -> dict[str, Any]:
    """Return the words of the panel beside the drawing."""
    return {
        "none": _("Choose an element"),
        "flow": _("Arrow"),
        "name": _("Name"),
        "condition": _("Condition"),
        "kind": _("Kind"),
        "role": _("Who"),
        "minutes": _("Minutes (a day is 480)"),
        "connect": _("Lead it to"),
        "undo": _("Undo"),
        "remove": _("Remove"),
        "kinds": [[key, str(said)] for key, said in KINDS.items()],
        "roles": [[r.value, str(r.label)] for r in STEP_ROLES],
        "after": [
            ["bpmn:UserTask", _("A step after it")],
            ["bpmn:ExclusiveGateway", _("A choice after it")],
            ["bpmn:ParallelGateway", _("Side by side after it")],
            ["bpmn:EndEvent", _("An end after it")],
        ],
        "types": {
            **dict.fromkeys(("bpmn:UserTask", "bpmn:Task", "bpmn:ManualTask"), _("Step")),
            "bpmn:ServiceTask": _("Automatic"),
            "bpmn:CallActivity": _("Another process"),
            "bpmn:StartEvent": _("Start"),
            "bpmn:EndEvent": _("End"),
            "bpmn:ExclusiveGateway": str(NODES["choice"]),
            "bpmn:ParallelGateway": str(NODES["parallel"]),
            "bpmn:InclusiveGateway": str(NODES["inclusive"]),
            "bpmn:EventBasedGateway": str(NODES["event"]),
            "bpmn:IntermediateCatchEvent": _("Wait"),
            "bpmn:IntermediateThrowEvent": str(NODES["send"]),
            "bpmn:BoundaryEvent": str(NODES["limit"]),
            "bpmn:SubProcess": str(NODES["part"]),
            "bpmn:Lane": _("Unit"),
            "bpmn:Participant": _("Process"),
        },
    }


def editor_context(sheet: Sheet, *, problems: Sequence[Problem], go_to: str) -> dict[str, Any]:
    """Return what the table editor's template asks for."""
    named = [_named(p, sheet) for p in problems]
    fields = [(r["name"], r["label"] or r["name"]) for r in sheet["field"] if r["name"]]
    tables = [(r["name"], r["label"] or r["name"]) for r in sheet["table"] if r["name"]]
    opened = {p.field.split(".")[0] for p in problems} | {go_to.split(".")[0]}
    return {
        "sheet": sheet,
        "problems": named,
        "go_to": go_to,
        "opened": opened,
        "units": [(r["slot"], r["name"] or r["slot"]) for r in sheet["unit"]],
        "roles": [(r.value, r.label) for r in STEP_ROLES],
        "kinds": list(KINDS.items()),
        "types": list(TYPES.items()),
        "node_kinds": NODES,
        "fields": fields,
        "tables": tables,
        "hosts": [(r["key"], f"{n}. {r['task']}") for n, r in enumerate(sheet["step"], 1)] + _nodes(sheet, ("part",)),
        "targets": _targets(sheet),
        "outcome_word": outcome_word,
    }


def _targets(sheet: Sheet) -> Callable[[str], list[tuple[str, str]]]:
    steps = [(r["key"], f"{n}. {r['task'] or '…'}") for n, r in enumerate(sheet["step"], 1)]
    nodes = _nodes(sheet, tuple(k for k in NODES if k not in ("limit", "notice")))
    near = [(FOLLOWING, _("next row")), (BEFORE, _("row before"))]

    def targets(key: str) -> list[tuple[str, str]]:
        return [*near, *((k, said) for k, said in (*steps, *nodes) if k != key)]

    return targets


def _nodes(sheet: Sheet, kinds: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (r["key"], f"{NODES[r['type']]}: {r['name'] or r['result'] or r['key']}")
        for r in sheet["node"]
        if r["type"] in kinds
    ]


def _named(problem: Problem, sheet: Sheet) -> Problem:
    """Return the problem with its place in words: ``Step 3`` instead of the entry's name in a file."""
    group, *rest = problem.field.split(".")
    number = rest[0] if rest else ""
    places = {
        "step": _("Step %(n)s"),
        "field": _("Field %(n)s"),
        "table": _("Decision table %(n)s"),
        "unit": _("Unit %(n)s"),
    }
    at = places[group] % {"n": number} if group in places else ""
    if group == "node" and number.isdecimal() and 0 < int(number) <= len(sheet["node"]):
        row = sheet["node"][int(number) - 1]
        at = row["name"] or str(NODES.get(row["type"], row["key"]))
    words = {
        "task": _("Task"), "unit": _("Unit"), "role": _("Who"), "kind": _("Kind"), "name": _("name or code"),
        "to": _("Leads to"), "result": _("What became of the dossier"), "message": _("Name of the message"),
        "for": _("Time or name of the message"), "at": _("While this is open"), "start": _("Begins with"),
        "gives": _("Gives"), "term": _("Term that the office states"),
    }  # fmt: skip
    values = dict(problem.values)
    values["at"] = at or words.get(group, group)
    if "entry" in values:
        values["entry"] = words.get(values["entry"], values["entry"])
    if values.get("outcome"):
        values["outcome"] = outcome_word(values["outcome"])
    return Problem(problem.code, problem.field, problem.ref, values)
