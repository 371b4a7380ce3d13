"""Answers how process tables and definitions become published versions: read, reported, stored once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from motcua.core.kernel import Problem
from motcua.core.process import Definition, Net, compile_net
from motcua.core.process.table import TableReport, read_table, table_from_json
from motcua.store.offerings.models import ProcessVersion


@dataclass(frozen=True, slots=True)
class ProcessImport:
    """What became of one record: ``outcome`` is ``imported``, ``unchanged`` or ``refused``."""

    id: str
    outcome: str
    steps: int
    stated_days: float | None
    step_sum_days: float
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "outcome": self.outcome,
            "steps": self.steps,
            "stated_days": self.stated_days,
            "step_sum_days": self.step_sum_days,
            "problems": [p.to_json() for p in self.problems],
        }


@transaction.atomic
def import_process_tables(records: Sequence[object], *, source: str, now: datetime) -> tuple[ProcessImport, ...]:
    """Return what became of each record; a changed table becomes a new version, an unchanged one nothing.

    A table whose steps do not add up is imported and says so; one that cannot be run is refused.
    """
    return tuple(_import_one(record, position, source=source, now=now) for position, record in enumerate(records, 1))


def publish_definition(
    definition: Definition,
    *,
    units: Mapping[str, str],
    stated_days: float | None,
    step_sum_days: float,
    problems: Sequence[Problem],
    source: str,
    now: datetime,
    layout: Mapping[str, Any] | None = None,
    approval: tuple[str, date | None] = ("", None),
) -> tuple[ProcessVersion, bool]:
    """Return the version that holds ``definition`` and whether it is new.

    ``layout`` is the drawing, ``approval`` the number and day of the decision. What is the same but for the drawing
    is a new version too, for a published one never changes.
    Raises AssertionError when the definition does not compile: the caller has asked ``compile_net`` before.
    """
    if not isinstance(compile_net(definition), Net):
        raise AssertionError(f"{definition.id} does not compile")
    data = {"definition": definition.to_json(), "units": dict(units), "stated_days": stated_days}
    if layout:
        data["layout"] = dict(layout)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    latest = ProcessVersion.objects.filter(key=definition.id).order_by("-number").first()
    if latest is not None and latest.digest == digest:
        return latest, False
    version = ProcessVersion.objects.create(
        key=definition.id,
        number=latest.number + 1 if latest else 1,
        name=definition.name,
        definition=data["definition"],
        units=data["units"],
        report=[p.to_json() for p in problems],
        stated_days=stated_days,
        step_sum_days=step_sum_days,
        digest=digest,
        source=source,
        published_at=now,
        layout=dict(layout or {}),
        decision_no=approval[0],
        decided_on=approval[1],
    )
    return version, True


def _import_one(record: object, position: int, *, source: str, now: datetime) -> ProcessImport:
    table = table_from_json(record)
    if isinstance(table, tuple):
        name = str(record.get("id") or position) if isinstance(record, dict) else str(position)
        return ProcessImport(name, "refused", 0, None, 0.0, table)
    report = read_table(table)
    problems = _compile_problems(report)
    if problems or report.definition is None:
        return _outcome(report, "refused", (*report.problems, *problems))
    _, is_new = publish_definition(
        report.definition,
        units=report.units,
        stated_days=report.stated_days,
        step_sum_days=report.step_sum_days,
        problems=report.problems,
        source=source,
        now=now,
    )
    return _outcome(report, "imported" if is_new else "unchanged", report.problems)


def _compile_problems(report: TableReport) -> tuple[Problem, ...]:
    net = compile_net(report.definition) if report.definition else ()
    return () if isinstance(net, Net) else net


def _outcome(report: TableReport, outcome: str, problems: tuple[Problem, ...]) -> ProcessImport:
    return ProcessImport(report.id, outcome, report.steps, report.stated_days, report.step_sum_days, problems)
