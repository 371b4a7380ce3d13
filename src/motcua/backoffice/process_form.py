"""Answers how a process stands in the fields of the table editor, and what stands there after a row was moved.

What the fields define is read by ``core.process.entries``; here is only where each entry has its field. Rows are
numbered from 1: the time of the third step is the field ``step.3.time``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from motcua.core.kernel import Problem, fold, nfc
from motcua.core.process import Definition
from motcua.core.process.definition import AUTOMATIC, CALL
from motcua.core.process.entries import Written, entries_of, read_entries
from motcua.ui.words import OUTCOMES

Sheet = dict[str, Any]
Row = dict[str, Any]

FOLLOWING, BEFORE = "+", "-"
"""Targets that mean the next and the previous row, so that a row that is moved takes its place in the line."""

ROWS_MAX, LINES_MAX, TEXT_MAX = 200, 30, 2_000
LISTS: Mapping[str, str] = {"step": "out", "node": "way", "field": "", "table": "rule", "unit": ""}
"""The lists of rows, and the lines within a row of each."""

_NODE_OF = {
    "choice": "choices", "inclusive": "inclusives", "parallel": "parallels", "wait": "waits",
    "boundary": "boundaries", "send": "throws", "part": "subprocesses", "end": "ends",
}  # fmt: skip
_KIND_OF_WAIT = {"timer": "timer", "message": "message", "event": "event"}
NODE_TYPES = (
    "choice",
    "inclusive",
    "parallel",
    "timer",
    "message",
    "event",
    "limit",
    "notice",
    "send",
    "part",
    "end",
)
_ENTRY_OF = {"timer": "wait", "message": "wait", "event": "wait", "limit": "boundary", "notice": "boundary"}
_KIND_OF = {"timer": "timer", "message": "message", "event": "event", "limit": "timer", "notice": "message"}
_PREFIX = {"end": "end", "limit": "t", "notice": "m", "timer": "t", "message": "m", "event": "w", "part": "p"}
_FIELD = re.compile(r"^(step|node|field|table|unit)\.(\d{1,3})\.([a-z_]+)(?:\.(\d{1,2})\.([a-z_]+))?$")


# From a definition to the fields


def sheet_of(definition: Definition, units: Mapping[str, str], stated_days: float | None) -> Sheet:
    """Return the fields that show a process."""
    keys = [n.key for n in definition.nodes()]
    ordered = replace(definition, flows=tuple(sorted(definition.flows, key=lambda f: _place(f.source, keys))))
    entries = entries_of(ordered, units, stated_days)
    targets = _targets_by_source(ordered)
    steps = [_step_row(e, targets.get(e["key"], [])) for e in entries.get("step", ())]
    _say_neighbours(steps, definition)
    nodes = [
        _node_row(name, entry, targets.get(entry["key"], [])) for name in _NODE_OF for entry in entries.get(name, ())
    ]
    return {
        "name": definition.name,
        "term": entries.get("term", "").replace(".", ","),
        "start": definition.start,
        "step": steps,
        "node": nodes,
        "field": [
            {"name": f.name, "label": f.label, "type": f.type.value, "choices": ", ".join(f.choices)}
            for f in definition.fields
        ],
        "table": [
            {"label": "", "type": "choice", **e, "rule": [{"when": "", **r} for r in e["rules"]]}
            for e in entries.get("table", ())
        ],
        "unit": [{"slot": slot, "name": name} for slot, name in _all_units(definition, units).items()],
    }


def _place(key: str, keys: Sequence[str]) -> int:
    return keys.index(key) if key in keys else len(keys)


def _targets_by_source(definition: Definition) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for flow in definition.flows:
        found.setdefault(flow.source, []).append(flow)
    return found


def _step_row(entry: Mapping[str, Any], flows: Sequence[Any]) -> Row:
    outcomes = entry.get("decisions") or (list(entry["next"]) if isinstance(entry.get("next"), dict) else ["done"])
    to = {f.outcome or outcomes[0]: f.target for f in flows}
    lines = [{"name": o, "to": to.get(o, "")} for o in dict.fromkeys((*outcomes, *to))]
    return {
        **{
            n: entry.get(n, "")
            for n in ("key", "task", "kind", "unit", "role", "each", "calls", "unit_by", "time_by")
        },
        "time": entry.get("time", "").replace(".", ","),
        **{n: ", ".join(entry.get(n, ())) for n in ("collects", "reads")},
        **{n: list(entry.get(n, ())) for n in ("with", "watch")},
        "in_turn": bool(entry.get("in_turn")),
        "out": lines,
    }


def _say_neighbours(steps: Sequence[Row], definition: Definition) -> None:
    end = definition.ends[0].key if definition.ends else ""
    for number, row in enumerate(steps):
        following = steps[number + 1]["key"] if number + 1 < len(steps) else end
        before = steps[number - 1]["key"] if number else None
        for line in row["out"]:
            if line["to"] in (following, before) and line["to"]:
                line["to"] = FOLLOWING if line["to"] == following else BEFORE


def _node_row(name: str, entry: Mapping[str, Any], flows: Sequence[Any]) -> Row:
    kind = name
    if name == "wait":
        kind = _KIND_OF_WAIT[entry["kind"]]
    elif name == "boundary":
        kind = "limit" if entry["kind"] == "timer" else "notice"
    from motcua.core.process import guards

    ways = [
        {"when": guards.text_of(f.guard) if f.guard is not None else "", "otherwise": f.is_default, "to": f.target}
        for f in flows
    ]
    return {
        **{n: entry.get(n, "") for n in ("key", "name", "for", "at", "message", "start", "result")},
        "type": kind,
        "members": ", ".join(entry.get("members", ())),
        "beside": bool(entry.get("beside")),
        "ends_all": bool(entry.get("ends_all")),
        "way": ways if name != "end" else [],
    }


def _all_units(definition: Definition, units: Mapping[str, str]) -> dict[str, str]:
    used = [s for step in definition.steps for s in (step.slot, *step.co_slots, *step.watch_slots) if s]
    return {**units, **{slot: slot for slot in dict.fromkeys(used) if slot not in units}}


# From what was sent to the fields


def sheet_from(post: QueryDict) -> Sheet:
    """Return the fields as they were sent, rows and lines in their order; what is too long is cut."""
    rows: dict[str, dict[int, Row]] = {name: {} for name in LISTS}
    lines: dict[tuple[str, int], dict[int, Row]] = {}
    for name in post:
        found = _FIELD.match(name)
        if not found:
            continue
        group, number, part, line, inner = found.groups()
        if inner is None:
            value = post.getlist(name) if part in ("with", "watch") else post.get(name, "")[:TEXT_MAX]
            rows[group].setdefault(int(number), {})[part] = value
        elif part == LISTS[group]:
            row = lines.setdefault((group, int(number)), {}).setdefault(int(line), {})
            row[inner] = post.get(name, "")[:TEXT_MAX]
    sheet: Sheet = {n: post.get(n, "")[:TEXT_MAX] for n in ("name", "term", "start")}
    for group, inner in LISTS.items():
        sheet[group] = []
        for number in sorted(rows[group])[:ROWS_MAX]:
            row = _whole(group, rows[group][number])
            if inner:
                found_lines = lines.get((group, number), {})
                row[inner] = [_whole(inner, found_lines[n]) for n in sorted(found_lines)[:LINES_MAX]]
            sheet[group].append(row)
    return sheet


_PARTS = {
    "step": (
        "key",
        "task",
        "kind",
        "unit",
        "role",
        "time",
        "each",
        "calls",
        "unit_by",
        "time_by",
        "collects",
        "reads",
    ),
    "node": ("key", "type", "name", "for", "at", "message", "start", "result", "members"),
    "field": ("name", "label", "type", "choices"),
    "table": ("name", "label", "type"),
    "unit": ("slot", "name"),
    "out": ("name", "to"),
    "way": ("when", "to"),
    "rule": ("when", "gives"),
}
_TICKS = {"step": ("in_turn",), "node": ("beside", "ends_all"), "way": ("otherwise",)}


def _whole(group: str, row: Mapping[str, Any]) -> Row:
    made: Row = {part: row.get(part, "") for part in _PARTS[group]}
    made |= {part: bool(row.get(part)) for part in _TICKS.get(group, ())}
    if group == "step":
        made |= {part: list(row.get(part, ())) for part in ("with", "watch")}
    if group == "out":
        made["name"] = _outcome(made["name"])
    return made


def _outcome(text: str) -> str:
    """Return the outcome that a word names in either language; any other text is an outcome of its own."""
    said = fold(nfc(text))
    return next((key for key, words in OUTCOME_WORDS.items() if said in words), nfc(text))


OUTCOME_WORDS = {
    "done": {"done", "complete", "hoan thanh"},
    "back": {"back", "hand back", "tra lai"},
    "refuse": {"refuse", "tu choi"},
}


def outcome_word(outcome: str) -> str:
    return str(OUTCOMES.get(outcome, outcome))


# A row more, less, up or down


def changed(sheet: Sheet, act: str) -> tuple[Sheet, str]:
    """Return the fields after an act on a row (``add.step.3``, ``up.step.2``, ``add.node.choice``), and where to go on.

    An act that names nothing that is there changes nothing.
    """
    parts = act.split(".")
    verb, group = parts[0], parts[1] if len(parts) > 1 else ""
    numbers = [int(p) for p in parts[2:] if p.isdecimal()]
    if group in LISTS.values() and group and len(parts) > 2:
        return _changed_line(sheet, verb, group, numbers)
    if group not in LISTS:
        return sheet, ""
    rows = list(sheet[group])
    at = numbers[0] - 1 if numbers else len(rows) - 1
    if verb == "add" and len(rows) < ROWS_MAX:
        rows.insert(at + 1, _new_row(sheet, group, parts[2] if len(parts) > 2 else ""))
        at += 1
    elif verb == "remove" and 0 <= at < len(rows):
        gone = rows.pop(at)
        sheet = _without_target(sheet, gone.get("key", ""))
        rows = [_line_free(row, gone.get("key", "")) for row in rows]
        at = min(at, len(rows) - 1)
    elif verb in ("up", "down") and 0 <= at < len(rows):
        other = at + (1 if verb == "down" else -1)
        if 0 <= other < len(rows):
            rows[at], rows[other] = rows[other], rows[at]
            at = other
    if group == "step" and rows:
        # The process begins where its table begins, unless it begins at something that is no step.
        keys = {r["key"] for r in sheet["step"]} | {r["key"] for r in rows}
        if not sheet["start"] or sheet["start"] in keys:
            sheet = {**sheet, "start": rows[0]["key"]}
    first = {"step": "task", "node": "name", "field": "name", "table": "name", "unit": "name"}[group]
    return {**sheet, group: rows}, f"{group}.{at + 1}.{first}" if rows else f"add.{group}"


def _changed_line(sheet: Sheet, verb: str, inner: str, numbers: Sequence[int]) -> tuple[Sheet, str]:
    group = next(g for g, i in LISTS.items() if i == inner)
    rows = [dict(r) for r in sheet[group]]
    if not numbers or not 0 < numbers[0] <= len(rows):
        return sheet, ""
    row = rows[numbers[0] - 1]
    lines = list(row[inner])
    at = numbers[1] - 1 if len(numbers) > 1 else len(lines)
    if verb == "add" and len(lines) < LINES_MAX:
        lines.append(_whole(inner, {}))
        at = len(lines) - 1
    elif verb == "remove" and 0 <= at < len(lines):
        lines.pop(at)
        at = max(at - 1, 0)
    row[inner] = lines
    part = {"out": "name", "way": "when", "rule": "when"}[inner]
    return {**sheet, group: rows}, f"{group}.{numbers[0]}.{inner}.{at + 1}.{part}"


def _new_row(sheet: Sheet, group: str, kind: str) -> Row:
    row = _whole(group, {})
    taken = {r["key"] for r in (*sheet["step"], *sheet["node"])}
    if group == "step":
        row |= {"key": _free("s", taken), "kind": "appraise", "role": "case_officer"}
        row["out"] = [{"name": "done", "to": FOLLOWING}]
    elif group == "node":
        kind = kind if kind in NODE_TYPES else "choice"
        row |= {"key": _free(_PREFIX.get(kind, "g"), taken), "type": kind, "way": []}
        lines = 0 if kind == "end" else 2 if kind in ("choice", "inclusive", "parallel") else 1
        row["way"] = [_whole("way", {}) for _ in range(lines)]
        row["result"] = "done" if kind == "end" else ""
        if kind in ("choice", "inclusive"):
            row["way"][-1]["otherwise"] = True
    elif group == "unit":
        row["slot"] = _free("unit", {r["slot"] for r in sheet["unit"]})
    elif group == "field":
        row["type"] = "integer"
    elif group == "table":
        row |= {"type": "choice", "rule": [_whole("rule", {})]}
    return row


def _free(prefix: str, taken: Iterable[str]) -> str:
    names = set(taken)
    return next(f"{prefix}{n}" for n in range(1, len(names) + 2) if f"{prefix}{n}" not in names)


def _without_target(sheet: Sheet, key: str) -> Sheet:
    if not key:
        return sheet
    return {
        **sheet,
        "step": [_line_free(r, key) for r in sheet["step"]],
        "node": [_line_free(r, key) for r in sheet["node"]],
    }


def _line_free(row: Row, key: str) -> Row:
    """Return the row with nothing leading to ``key``."""
    made = dict(row)
    for inner in ("out", "way"):
        if inner in made and key:
            made[inner] = [{**line, "to": "" if line["to"] == key else line["to"]} for line in made[inner]]
    return made


# From the fields to a definition


def read_sheet(sheet: Sheet, *, key: str) -> Written | tuple[Problem, ...]:
    """Return the process that the fields define, or everything that is wrong, each with the name of its field."""
    entries, fields_of = _entries(sheet, key)
    problems = _line_problems(sheet)
    read = read_entries(entries)
    if isinstance(read, Written) and not problems:
        return read
    found = () if isinstance(read, Written) else read
    return (*problems, *(_moved(p, fields_of) for p in found))


def _moved(problem: Problem, fields_of: Mapping[str, str]) -> Problem:
    """Return the problem at the field of its entry: ``choice[1].ways[2].when`` is ``node.3.way.2.when``."""
    entry = re.sub(r"\[(\d+)\]", r".\1", problem.field)
    for prefix, field in fields_of.items():
        if entry == prefix or entry.startswith(prefix + "."):
            entry = field + entry[len(prefix) :].replace(".ways.", ".way.").replace(".rules.", ".rule.")
            break
    return replace(problem, field=entry)


def _line_problems(sheet: Sheet) -> tuple[Problem, ...]:
    """Return what only the table can have wrong: two lines of a step for one outcome, two fields or units of a name."""
    found = []
    for number, row in enumerate(sheet["step"], 1):
        seen = set[str]()
        for line_number, line in enumerate(row["out"], 1):
            at = f"step.{number}.out.{line_number}.name"
            if line["name"] in seen:
                found.append(Problem("draft.outcome_twice", at, values={"outcome": line["name"]}))
            if not line["name"] and line["to"]:
                found.append(Problem("draft.outcome_missing", at))
            seen.add(line["name"])
    for number, row in enumerate(sheet["unit"], 1):
        if not row["name"].strip() and _is_used(sheet, row["slot"]):
            found.append(Problem("draft.unit_missing", f"unit.{number}.name"))
    return tuple(found)


def _is_used(sheet: Sheet, slot: str) -> bool:
    return any(slot in (r["unit"], *r["with"], *r["watch"]) for r in sheet["step"])


def _entries(sheet: Sheet, key: str) -> tuple[dict[str, Any], dict[str, str]]:
    fields_of: dict[str, str] = {}
    made: dict[str, Any] = {"key": key, **_filled(name=nfc(sheet["name"]), term=sheet["term"].strip())}
    made["units"] = {r["slot"]: nfc(r["name"]) for r in sheet["unit"] if r["name"].strip()}
    made["step"] = [_step_entry(sheet, number) for number in range(len(sheet["step"]))]
    keys = [r["key"] for r in (*sheet["step"], *sheet["node"])]
    made["start"] = sheet["start"] if sheet["start"] in keys else keys[0] if keys else ""
    made["end"] = []
    for number, row in enumerate(sheet["node"], 1):
        name = _ENTRY_OF.get(row["type"], row["type"])
        if name not in _NODE_OF:
            continue
        made.setdefault(name, []).append(_node_entry(row))
        fields_of[f"{name}.{len(made[name])}"] = f"node.{number}"
    made["field"] = [
        {**_filled(name=r["name"].strip(), label=nfc(r["label"])), "type": r["type"], **_listed(choices=r["choices"])}
        for r in sheet["field"]
    ]
    made["table"] = [
        {
            **_filled(name=r["name"].strip(), label=nfc(r["label"])),
            "type": r["type"],
            "rules": [_filled(when=line["when"].strip(), gives=line["gives"].strip()) for line in r["rule"]],
        }
        for r in sheet["table"]
    ]
    return made, fields_of


def _step_entry(sheet: Sheet, at: int) -> dict[str, Any]:
    row = sheet["step"][at]
    lines = [line for line in row["out"] if line["name"]]
    following = {line["name"]: to for line in lines if (to := _target(sheet, at, line["to"]))}
    return {
        "key": row["key"],
        **_filled(task=nfc(row["task"]), kind=row["kind"], unit=row["unit"], role=row["role"]),
        **_filled(time=row["time"].strip(), each=row["each"], calls=row["calls"].strip()),
        **_filled(unit_by=row["unit_by"], time_by=row["time_by"]),
        # What the system or another agency's dossier does is done by no role here.
        **({"role": row["role"]} if row["kind"] in (AUTOMATIC, CALL) else {}),
        "decisions": list(dict.fromkeys(line["name"] for line in lines)),
        "next": following,
        "with": row["with"],
        "watch": row["watch"],
        "in_turn": row["in_turn"],
        **_listed(collects=row["collects"], reads=row["reads"]),
    }


def _target(sheet: Sheet, at: int, to: str) -> str:
    steps = sheet["step"]
    if to == FOLLOWING:
        if at + 1 < len(steps):
            return str(steps[at + 1]["key"])
        return next((r["key"] for r in sheet["node"] if r["type"] == "end"), "")
    if to == BEFORE:
        return str(steps[at - 1]["key"]) if at else ""
    return to


def _node_entry(row: Row) -> dict[str, Any]:
    kind = row["type"]
    made: dict[str, Any] = {"key": row["key"]}
    if kind == "end":
        return {**made, **_filled(result=nfc(row["result"])), "ends_all": row["ends_all"]}
    if kind != "parallel":
        made |= _filled(name=nfc(row["name"]))
    if kind in _KIND_OF:
        made |= {"kind": _KIND_OF[kind], **_filled(**{"for": row["for"].strip()})}
    if kind in ("limit", "notice"):
        made |= {**_filled(at=row["at"]), "beside": row["beside"]}
    if kind == "send":
        made |= _filled(message=nfc(row["message"]))
    if kind == "part":
        made |= {**_filled(start=row["start"]), **_listed(members=row["members"])}
    if kind in ("choice", "inclusive"):
        ways = [_way_entry(line) for line in row["way"] if line["to"] or line["when"].strip()]
        return {**made, "ways": ways}
    return {**made, "next": [line["to"] for line in row["way"] if line["to"]]}


def _way_entry(line: Row) -> dict[str, Any]:
    return {**_filled(when=line["when"].strip(), to=line["to"]), "otherwise": line["otherwise"]}


def _filled(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _listed(**values: str) -> dict[str, list[str]]:
    return {name: [t.strip() for t in value.split(",") if t.strip()] for name, value in values.items()}
