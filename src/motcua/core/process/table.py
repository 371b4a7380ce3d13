"""Answers what an office's own table of steps (quy trình nội bộ) says, as a process definition with a report.

Reads the table; does not prove that the process is sound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from motcua.core.kernel import Problem, fold, nfc
from motcua.core.process.definition import Definition, End, Flow, Step

MINUTES_OF_A_DAY = 480
"""Step times are stated in days of eight hours, whatever the office's hours are (Decision 188/1999/QĐ-TTg)."""

RECEPTION = "reception"
DONE, BACK, REFUSE = "done", "back", "refuse"

_DAYS = re.compile(r"(\d+(?:[.,]\d+)?)\s*ngay")
_HOURS = re.compile(r"(\d+(?:[.,]\d+)?)\s*gio")
_RECEPTION_UNIT = re.compile(
    r"^(trung tam (phuc vu )?(pv)?hcc|trung tam phuc vu hanh chinh cong|bo phan (mot cua|tiep nhan))"
)
_LEADER = re.compile(r"^(lanh dao|chu tich|pho chu tich|giam doc|ubnd|uy ban nhan dan)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: phase and number, task, unit, time, all as the office wrote them."""

    step: str
    task: str
    unit: str
    time: str


@dataclass(frozen=True, slots=True)
class Table:
    """A process as its office wrote it."""

    id: str
    title: str
    duration: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TableReport:
    """What was read from a table.

    ``definition`` is ``None`` when the table cannot be run at all; ``units`` maps each slot of the definition
    to the unit's name as written; ``stated_days`` and ``step_sum_days`` are in days of eight hours.
    """

    id: str
    definition: Definition | None
    units: Mapping[str, str]
    steps: int
    stated_days: float | None
    step_sum_days: float
    problems: tuple[Problem, ...]


def table_from_json(data: object) -> Table | tuple[Problem, ...]:
    """Return the table that one JSON record describes, or every reason why it is none.

    Shape: ``{"id", "title", "duration", "internal_steps": [{"step", "task", "unit", "time"}]}``.
    """
    if not isinstance(data, dict):
        return (Problem("process.record_not_object"),)
    record: dict[str, Any] = data
    problems = [
        Problem("process.field_missing", field=name, values={"field": name})
        for name in ("id", "title")
        if not isinstance(record.get(name), str) or not record[name].strip()
    ]
    rows = record.get("internal_steps")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        problems.append(Problem("process.steps_missing", field="internal_steps"))
    if problems:
        return tuple(problems)
    return Table(
        id=nfc(record["id"]),
        title=nfc(record["title"]),
        duration=nfc(str(record.get("duration") or "")),
        rows=tuple(
            Row(*(nfc(str(row.get(name) or "")) for name in ("step", "task", "unit", "time"))) for row in rows or []
        ),
    )


def days_of(text: str) -> Fraction | None:
    """Return the first time that ``text`` states, in days of eight hours; ``None`` where it states none."""
    folded = fold(text)
    if found := _DAYS.search(folded):
        return Fraction(found[1].replace(",", "."))
    if found := _HOURS.search(folded):
        return Fraction(found[1].replace(",", ".")) / 8
    return None


def read_table(table: Table) -> TableReport:
    """Return the definition that ``table`` describes, with everything that does not add up in it.

    Problems: ``process.sum_exceeds_term``, ``process.sum_below_term``, ``process.term_unreadable``,
    ``process.step_untimed``, ``process.step_unnamed``, ``process.unit_missing``. None of them hinders the
    import: offices approve such tables, and the report says so.
    """
    times = [days_of(row.time) for row in table.rows]
    total = sum((t for t in times if t is not None), Fraction(0))
    stated = days_of(table.duration)
    problems = list(_row_problems(table.rows, times))
    values = {"stated": _days_text(stated), "sum": _days_text(total)}
    if stated is None:
        problems.append(Problem("process.term_unreadable", field="duration", values={"text": table.duration}))
    elif total > stated:
        problems.append(Problem("process.sum_exceeds_term", field="internal_steps", values=values))
    elif total < stated:
        problems.append(Problem("process.sum_below_term", field="internal_steps", values=values))
    steps, units = _steps(table.rows, times)
    return TableReport(
        id=table.id,
        definition=linear(table.id, table.title, steps),
        units=units,
        steps=len(table.rows),
        stated_days=float(stated) if stated is not None else None,
        step_sum_days=float(total),
        problems=tuple(problems),
    )


def linear(process_id: str, name: str, steps: Sequence[Step]) -> Definition:
    """Return the process that does ``steps`` one after the other.

    Every step but the first may hand back to the one before it; a step that decides (approve, sign) may also
    refuse, which leads to the step that returns the result.
    """
    flows = []
    last = steps[-1].key
    for number, step in enumerate(steps):
        following = steps[number + 1].key if number + 1 < len(steps) else "end"
        targets = {DONE: following, BACK: steps[max(number - 1, 0)].key, REFUSE: last}
        flows += [Flow(step.key, targets[outcome], outcome) for outcome in step.outcomes]
    return Definition(
        id=process_id,
        name=name,
        start=steps[0].key,
        steps=tuple(steps),
        flows=tuple(flows),
        ends=(End("end", "returned"),),
    )


def outcomes_of(kind: str, *, is_first: bool, is_last: bool) -> tuple[str, ...]:
    """Return what may come of a step of ``kind`` at its place in a linear process."""
    if is_first or is_last:
        return (DONE,)
    return (DONE, BACK, REFUSE) if kind in ("approve", "sign") else (DONE, BACK)


def _row_problems(rows: Sequence[Row], times: Sequence[Fraction | None]) -> list[Problem]:
    found = []
    for number, (row, time) in enumerate(zip(rows, times, strict=True), start=1):
        values = {"number": str(number), "step": row.step, "task": row.task}
        if time is None:
            found.append(Problem("process.step_untimed", field=f"internal_steps[{number}].time", values=values))
        if not row.task:
            found.append(Problem("process.step_unnamed", field=f"internal_steps[{number}].task", values=values))
        if not row.unit:
            found.append(Problem("process.unit_missing", field=f"internal_steps[{number}].unit", values=values))
    return found


def _steps(rows: Sequence[Row], times: Sequence[Fraction | None]) -> tuple[list[Step], dict[str, str]]:
    steps, units, slot_of = list[Step](), dict[str, str](), dict[str, str]()
    for number, (row, time) in enumerate(zip(rows, times, strict=True)):
        is_first, is_last = number == 0, number == len(rows) - 1
        kind = _kind_of(row, is_first=is_first, is_last=is_last)
        unit = fold(row.unit)
        if is_first or is_last or _RECEPTION_UNIT.match(unit):
            slot = RECEPTION
        else:
            slot = slot_of.setdefault(unit, f"unit{len(slot_of) + 1}")
        units.setdefault(slot, row.unit)
        steps.append(
            Step(
                key=f"s{number + 1}",
                name=row.task or row.step,
                kind=kind,
                slot=slot,
                role=_ROLE_OF_KIND[kind],
                minutes=None if time is None else round(time * MINUTES_OF_A_DAY),
                outcomes=outcomes_of(kind, is_first=is_first, is_last=is_last),
            )
        )
    return steps, units


_ROLE_OF_KIND = {
    "receive": "counter_officer",
    "appraise": "case_officer",
    "approve": "unit_leader",
    "sign": "agency_leader",
    "return": "counter_officer",
}


def _kind_of(row: Row, *, is_first: bool, is_last: bool) -> str:
    task, unit = fold(row.task), fold(row.unit)
    if is_last:
        return "return"
    if is_first or (_RECEPTION_UNIT.match(unit) and "tiep nhan" in task):
        return "receive"
    if not _LEADER.match(unit):
        return "appraise"
    decides = any(word in task for word in ("phe duyet", "ban hanh", "cap giay", "quyet dinh"))
    is_head_of_agency = not re.match(r"lanh dao (phong|chi nhanh|co quan chuyen mon|cq)", unit)
    return "sign" if decides and is_head_of_agency else "approve"


def _days_text(days: Fraction | None) -> str:
    return "" if days is None else f"{float(days):g}"
