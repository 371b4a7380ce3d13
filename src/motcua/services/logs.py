"""Answers the log of a process, of our own dossiers or of another system: paths, waits, loops, what is asked again.

A log names no person: a case is a dossier's public id, an event a step or a fact, its resource a unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from motcua.core.dossier import Fact, FactKind, effective
from motcua.core.kernel import Problem, Refused, fold
from motcua.core.mining import (
    Edge,
    EventLog,
    Graph,
    LoggedCase,
    LoggedEvent,
    Loops,
    Planned,
    log_of,
    loops,
    performance_graph,
    planned_ends,
    variants,
)
from motcua.services.actors import Actor, require
from motcua.services.dossier_pages import scope_of
from motcua.services.offerings import Running, component_rules, running_offering
from motcua.services.times import end_of
from motcua.store.catalogue.models import Procedure
from motcua.store.dossiers.periods import Received, facts_of_many, received_in_period
from motcua.store.dossiers.selectors import Scope
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_units

READERS = (
    *(Role.PROCEDURE_OFFICER, Role.PROVINCE_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER, Role.UNIT_LEADER),
)
DOSSIERS_MAX = 10_000
DAYS_MAX = 366
VARIANTS_SHOWN, EDGES_SHOWN, CAUSES_SHOWN = 20, 60, 20
_BATCH = 500
# Written into files that other programs read, so they are the law's words and no translation.
_NAMES = {
    FactKind.RECEIVED: "Hồ sơ được tiếp nhận",
    FactKind.SUPPLEMENT_ASKED: "Yêu cầu bổ sung hồ sơ",
    FactKind.SUPPLEMENT_SUPPLIED: "Đã bổ sung hồ sơ",
    FactKind.EXTENDED: "Xin lỗi và hẹn lại ngày trả",
    FactKind.PAUSED: "Tạm dừng tính thời hạn",
    FactKind.RESUMED: "Tính tiếp thời hạn",
    FactKind.WITHDRAWN: "Rút hồ sơ",
    FactKind.STOPPED: "Dừng giải quyết",
    FactKind.CONSULTED: "Lấy ý kiến",
    FactKind.ANSWERED: "Trả lời ý kiến",
    FactKind.LINKED: "Chuyển hồ sơ liên thông",
    FactKind.RESULT_ISSUED: "Phát hành kết quả",
    FactKind.GIVEN_TO_POST: "Giao bưu chính",
    FactKind.DELIVERED_BY_POST: "Bưu chính đã phát",
}
_OUTCOMES = {"back": " (trả lại)", "refuse": " (từ chối)"}


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """One activity after another. ``share`` is its part of all waiting; ``None`` where no time is known."""

    before: str
    after: str
    edge: Edge
    share: float | None


@dataclass(frozen=True, slots=True)
class VariantLine:
    """A path by the names of its activities; ``share`` is its part of all cases."""

    path: tuple[str, ...]
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Cause:
    """A paper that had to be asked for: as the procedure names it (``is_component``), or as an officer wrote it."""

    name: str
    is_component: bool
    dossiers: int


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a log tells. ``variant_count`` is of all paths; those shown are the most frequent."""

    log: EventLog
    graph: Graph
    loops: Loops
    variant_count: int
    paths: tuple[VariantLine, ...]
    waits: tuple[EdgeLine, ...]
    edge_count: int
    planned: Planned | None
    """How many cases ended after the end that the log plans for them; ``None`` when it plans none."""


@dataclass(frozen=True, slots=True)
class OwnLog:
    """The report of our own dossiers, and what was asked for again in them."""

    report: LogReport
    asked: int
    causes: tuple[Cause, ...]


def own_log(*, actor: Actor, code: str, from_on: date, to_on: date, now: datetime) -> OwnLog:
    """Return what the dossiers received in the days tell, of one procedure or of all that the actor sees.

    Problems: ``report.days``, ``report.many``.
    """
    require(actor, *READERS)
    if not 0 <= (to_on - from_on).days <= DAYS_MAX:
        raise Refused([Problem("report.days", "to_on", values={"limit": str(DAYS_MAX)})])
    until = min(end_of(to_on), now)
    rows = received_in_period(log_scope(actor), code=code, from_on=from_on, until=until, limit=DOSSIERS_MAX + 1)
    if len(rows) > DOSSIERS_MAX:
        raise Refused([Problem("report.many", "to_on", values={"limit": str(DOSSIERS_MAX)})])
    cases, causes, asked = list[LoggedCase](), Counter[tuple[str, bool]](), 0
    for part, facts in _batches(rows):
        cases += _cases(part, facts)
        for row in part:
            found = _asked(facts[row.dossier_id], row.offering_id)
            asked += bool(found)
            causes.update(found)
    most = causes.most_common(CAUSES_SHOWN)
    return OwnLog(report_of(log_of(cases)), asked, tuple(Cause(name, known, n) for (name, known), n in most))


def report_of(log: EventLog) -> LogReport:
    """Return what a log tells, whatever system it is of."""
    graph, found = performance_graph(log), variants(log)
    names = log.activities
    total = sum(e.mean * e.count for e in graph.edges.values() if e.mean is not None)
    lines = [
        EdgeLine(names[a], names[b], e, None if e.mean is None or not total else e.mean * e.count / total)
        for (a, b), e in graph.edges.items()
    ]
    lines.sort(key=lambda line: (-(line.share or 0), -line.edge.count, line.before, line.after))
    cases = max(1, len(log.cases))
    return LogReport(
        log=log,
        graph=graph,
        loops=loops(log),
        variant_count=len(found),
        paths=tuple(
            VariantLine(tuple(names[a] for a in v.path), v.count, v.count / cases) for v in found[:VARIANTS_SHOWN]
        ),
        waits=tuple(lines[:EDGES_SHOWN]),
        edge_count=len(lines),
        planned=planned_ends(log),
    )


def logged_cases(*, code: str, from_on: date, to_on: date, now: datetime) -> Iterator[LoggedCase]:
    """Return every dossier received in the days as a case, batch by batch; for the command line, which asks no actor."""
    until, last = min(end_of(to_on), now), 0
    while rows := received_in_period(Scope(), code=code, from_on=from_on, until=until, after=last, limit=_BATCH):
        last = rows[-1].dossier_id
        yield from _cases(rows, facts_of_many([r.dossier_id for r in rows]))


def procedures_logged() -> list[tuple[str, str]]:
    """Return the procedures that some office offers, by code and name."""
    rows = Procedure.objects.filter(versions__offerings__isnull=False, current_version__isnull=False).distinct()
    return [
        (p.code, p.current_version.name)
        for p in rows.select_related("current_version").order_by("code")
        if p.current_version
    ]


def log_scope(actor: Actor) -> Scope:
    """Return whose dossiers the actor's log holds: the office of procedures sees all, leaders what they lead."""
    return Scope() if actor.has(Role.PROCEDURE_OFFICER) else scope_of(actor)


def _batches(rows: Sequence[Received]) -> Iterator[tuple[Sequence[Received], dict[int, list[Fact]]]]:
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        yield part, facts_of_many([r.dossier_id for r in part])


def _cases(rows: Sequence[Received], facts: dict[int, list[Fact]]) -> list[LoggedCase]:
    units = names_of_units({f.unit_id for row in rows for f in facts[row.dossier_id]})
    made = []
    for row in rows:
        running = running_offering(row.offering_id)
        events = tuple(
            LoggedEvent(name, fact.at, units.get(fact.unit_id, ""))
            for fact in effective(facts[row.dossier_id])
            if (name := _activity(fact, running))
        )
        attributes = {"channel": row.channel, "procedure": running.procedure_code}
        made.append(LoggedCase(str(row.public_id), events, attributes))
    return made


def _activity(fact: Fact, running: Running) -> str:
    """Return what a fact is called in a log; empty for what moves nothing (taken, assigned, noted)."""
    if fact.kind is not FactKind.COMPLETED:
        return _NAMES.get(fact.kind, "")
    number = fact.body["step"]
    if number >= len(running.net.steps):
        # It had run by another version of the process, which had more steps.
        return f"Bước {number + 1}"
    step = running.net.steps[number]
    outcome = step.outcomes[fact.body["outcome"]] if fact.body["outcome"] < len(step.outcomes) else ""
    return str(step.name) + _OUTCOMES.get(outcome, "")


def _asked(facts: Sequence[Fact], offering_id: int) -> set[tuple[str, bool]]:
    """Return the papers that a dossier's applicant was asked for, each once."""
    items = {i for f in effective(facts) if f.kind is FactKind.SUPPLEMENT_ASKED for i in f.body.get("items", ())}
    if not items:
        return set()
    names = {fold(rule.name): rule.name for rule in component_rules(offering_id)}
    return {_named(item, names) for item in items}


def _named(item: str, names: dict[str, str]) -> tuple[str, bool]:
    folded = fold(item)
    if not folded.strip():
        return item, False
    for key, name in names.items():
        if folded in key or key in folded:
            return name, True
    return item, False
