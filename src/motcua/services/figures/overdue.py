"""Answers why dossiers of a period are or were late, Form II.07 (nguyên nhân quá hạn), by cause and by sector.

The late and overdue ones are those of Form II.06, and the sums are held against it. A cause is what is on record; where
nothing is, "not told" is the cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import (
    Evidence,
    Failure,
    Form,
    Late,
    LateCause,
    Line,
    NumberTable,
    Window,
    is_in,
    number_failures,
    numbered,
)
from motcua.services.actors import Actor
from motcua.services.figures.causes import causes_of
from motcua.services.figures.lines import lines_as_known
from motcua.services.figures.reporting import (
    PAGE,
    Asked,
    Behind,
    behind,
    inside,
    is_today,
    refuse_failures,
    window_of,
)
from motcua.services.times import end_of
from motcua.store.figures import selectors

LATE_MAX = 10_000
OVERDUE = Form(numbers=("total", "late", "overdue"), identities={"total": (("total",), ("late", "overdue"))})
CAUSES = tuple(c.value for c in LateCause)


@dataclass(frozen=True, slots=True)
class CauseReport:
    """Late dossiers by cause, and by sector and cause; both add up to what Form II.06 counts."""

    asked: Asked
    window: Window
    by_cause: NumberTable
    by_sector: Mapping[str, Mapping[str, int]]
    total: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LateBehind:
    """A late dossier behind a number, with its cause and what that is known by."""

    behind: Behind
    late: Late


@dataclass(frozen=True, slots=True)
class _Found:
    line: Line
    late: Late
    sector: str


def cause_report(asked: Asked, *, actor: Actor, now: datetime) -> CauseReport:
    """Return the causes, of what the actor answers for.

    Problems: ``figures.identity``, ``figures.known``, ``figures.late_many``.
    """
    window = window_of(asked, now)
    found = _found(asked, actor, window, now)
    table = numbered(
        found, OVERDUE, classes=lambda f: ("total", _number(f.line, window)), by=lambda f: f.late.cause.value
    )
    refuse_failures([*number_failures(table, OVERDUE), *_against_form(asked, actor, window, table, now)])
    cells = Counter((f.sector, f.late.cause.value) for f in found)
    sectors = sorted({f.sector for f in found})
    by_sector = {s: {c: cells[s, c] for c in CAUSES} for s in sectors}
    refuse_failures(_sector_failures(by_sector, table))
    return CauseReport(asked, window, table, by_sector, table.total)


def late_behind(
    asked: Asked, *, number: str, cause: str, before: tuple[datetime, int] | None, actor: Actor, now: datetime
) -> tuple[list[LateBehind], tuple[datetime, int] | None]:
    """Return a page of the late dossiers that a number counts, newest reception first, and the key of the next page."""
    if number not in OVERDUE.numbers or cause not in ("", *CAUSES):
        raise Refused([Problem("figures.number", "number")])
    window = window_of(asked, now)
    rows = [
        f
        for f in _found(asked, actor, window, now)
        if number in ("total", _number(f.line, window)) and cause in ("", f.late.cause.value)
    ]
    rows.sort(key=lambda f: (f.line.received_at, f.line.dossier_id), reverse=True)
    rows = [f for f in rows if before is None or (f.line.received_at, f.line.dossier_id) < before]
    shown = rows[:PAGE]
    page = behind([f.line for f in shown], actor)
    last = shown[-1].line if len(rows) > PAGE else None
    following = (last.received_at, last.dossier_id) if last else None
    return [LateBehind(b, f.late) for b, f in zip(page, shown, strict=True)], following


def _number(line: Line, window: Window) -> str:
    return "late" if is_in(line, window, "late") else "overdue"


def _found(asked: Asked, actor: Actor, window: Window, now: datetime) -> list[_Found]:
    lines = _late_lines(asked, actor, window, now)
    causes = causes_of([line.dossier_id for line in lines])
    names = selectors.names_of_versions({line.version_id for line in lines})
    nothing = Late(LateCause.NOT_TOLD, Evidence.NONE)
    return [
        _Found(
            line,
            causes[line.dossier_id].late if line.dossier_id in causes else nothing,
            names[line.version_id][2],
        )
        for line in lines
    ]


def _late_lines(asked: Asked, actor: Actor, window: Window, now: datetime) -> Sequence[Line]:
    filters = inside(asked, actor)
    if is_today(asked, now):
        found = [
            line
            for number in ("late", "overdue")
            for line in selectors.lines(filters, window, number=number, before=None, limit=LATE_MAX + 1)
        ]
    else:
        known = lines_as_known(filters, window, known_at=end_of(asked.known_on))
        found = [line for line in known if is_in(line, window, "late") or is_in(line, window, "overdue")]
    if len(found) > LATE_MAX:
        raise Refused([Problem("figures.late_many", "period", values={"limit": str(LATE_MAX)})])
    return found


def _against_form(asked: Asked, actor: Actor, window: Window, table: NumberTable, now: datetime) -> list[Failure]:
    """Return where the sums are not those of Form II.06; as known earlier both come from the same lines."""
    if not is_today(asked, now):
        return []
    form = selectors.counts(inside(asked, actor), window, by="level").total
    return [
        Failure(None, f"II.06.{name}", getattr(form, name), table.total[name])
        for name in ("late", "overdue")
        if getattr(form, name) != table.total[name]
    ]


def _sector_failures(by_sector: Mapping[str, Mapping[str, int]], table: NumberTable) -> list[Failure]:
    found = []
    for cause in CAUSES:
        summed = sum(row[cause] for row in by_sector.values())
        told = table.rows[cause]["total"] if cause in table.rows else 0
        if summed != told:
            found.append(Failure(cause, "cells.column", told, summed))
    return found
