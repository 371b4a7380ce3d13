"""Answers what procedures cost those who need them, as entered by the office of procedures, and what a cut would save.

Versions are only added: what holds now, and proposals that each name the version they cut.
Source: Circular 02/2017/TT-VPCP (compliance cost) [known].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from motcua.core.catalogue import ProcedureContent
from motcua.core.costs import Costing, CostStep, Saving, entered, saving
from motcua.core.kernel import Problem, Refused, fold, nfc
from motcua.services.actors import Actor, Denied, require
from motcua.services.times import local_day
from motcua.store.catalogue.models import Procedure
from motcua.store.dossiers.models import Dossier
from motcua.store.lawfiles.costs import Income, income_of
from motcua.store.measures.models import CostVersion
from motcua.store.organisation.roles import Role

READERS = (Role.PROCEDURE_OFFICER, Role.PROVINCE_LEADER)
NAME_MAX = 200
ROWS_MAX = 60
PAGE = 50
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class CostEntry:
    """What was typed. ``before`` is the number of the version that it proposes to cut; ``None``: what holds now."""

    key: UUID
    name: str
    rows: Sequence[Mapping[str, str]]
    fees: str
    times: str
    subjects: str
    hourly: str
    before: int | None = None


@dataclass(frozen=True, slots=True)
class CostLineOfList:
    """A procedure in the list: what it costs now, and the newest proposal."""

    procedure_id: int
    code: str
    name: str
    now: CostVersion | None
    saving: Saving | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A proposal beside what it cuts: once, in a year, and step by step."""

    version: CostVersion
    before: CostVersion
    each: Saving
    yearly: Saving
    steps: tuple[tuple[CostStep, int, int], ...]
    fees: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CostPage:
    """A procedure's costings, the newest first. ``now`` is what holds, with what it is made of."""

    procedure: Procedure
    name: str
    versions: tuple[CostVersion, ...]
    now: CostVersion | None
    costing: Costing | None
    proposals: tuple[Compared, ...]
    received: int


def costing_list(actor: Actor, *, codes: Sequence[str] | None, after: str = "") -> tuple[list[CostLineOfList], str]:
    """Return procedures with what they cost: those of ``codes``, else those that have a costing; and the next page."""
    require(actor, *READERS)
    rows = Procedure.objects.filter(current_version__isnull=False).select_related("current_version")
    rows = rows.defer("current_version__content").order_by("id")
    if codes is not None:
        rows = rows.filter(code__in=codes)
    else:
        rows = rows.filter(costs__isnull=False).distinct()
        if after.isascii() and after.isdecimal() and len(after) < 19:
            rows = rows.filter(id__gt=int(after))
    page = list(rows[: PAGE + 1])
    shown = page[:PAGE]
    costs: dict[int, list[CostVersion]] = {p.id: [] for p in shown}
    for version in CostVersion.objects.filter(procedure__in=shown).defer("content").order_by("-number"):
        costs[version.procedure_id].append(version)
    lines = [_line(p, costs[p.id]) for p in shown]
    return lines, str(shown[-1].id) if len(page) > PAGE else ""


def cost_page(procedure_id: int, actor: Actor, *, now: datetime) -> CostPage:
    """Return a procedure's costings. Denied when there is no such procedure."""
    require(actor, *READERS)
    procedure = _procedure(procedure_id)
    versions = tuple(CostVersion.objects.filter(procedure=procedure).order_by("-number"))
    by_id = {v.id: v for v in versions}
    holds = next((v for v in versions if v.before_id is None), None)
    return CostPage(
        procedure=procedure,
        name=procedure.current_version.name if procedure.current_version else procedure.code,
        versions=versions,
        now=holds,
        costing=Costing.from_json(holds.content) if holds else None,
        proposals=tuple(_compared(v, by_id[v.before_id]) for v in versions if v.before_id is not None),
        received=_received(procedure, now=now),
    )


def first_rows(procedure_id: int, *, before: int | None) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Return what a form opens with: the version to cut, else the papers and the fee of the published procedure."""
    procedure = _procedure(procedure_id)
    known = CostVersion.objects.filter(procedure=procedure, **({"number": before} if before else {"before": None}))
    version = known.order_by("-number").first()
    if version is not None:
        return _typed(Costing.from_json(version.content))
    content = procedure.current_version.content if procedure.current_version else None
    if content is None:
        return [], {}
    found = ProcedureContent.from_json(content)
    rows = [
        {"step": CostStep.PREPARE.value, "name": c.name[:NAME_MAX], "hours": "", "hired": "", "other": ""}
        for c in found.components[: ROWS_MAX - 5]
    ]
    rows += [
        {"step": step.value, "name": "", "hours": "", "hired": "", "other": ""}
        for step in (CostStep.SUBMIT, CostStep.PAY, CostStep.RECEIVE)
    ]
    return rows, {"fees": str(found.fee_vnd or "")}


def without_paper(rows: list[dict[str, str]], paper: str) -> tuple[list[dict[str, str]], str]:
    """Return the rows without those that prepare a paper, and the paper's name, shortened to what a title holds.

    A row is of the paper when one's name stands in the other's; where none is, all rows stay and the person chooses.
    """
    wanted = fold(paper.strip())
    if not wanted:
        return rows, ""

    def is_of(row: dict[str, str]) -> bool:
        name = fold(row["name"].strip())
        return row["step"] == CostStep.PREPARE.value and bool(name) and (name in wanted or wanted in name)

    return [row for row in rows if not is_of(row)], paper.strip()[: NAME_MAX // 2]


def save_costing(procedure_id: int, entry: CostEntry, *, actor: Actor, now: datetime) -> CostVersion:
    """Return the version that keeps what was typed; once for a key.

    Problems: those of ``core.costs.entered``, ``cost.title``, ``cost.before``, ``cost.many``.
    """
    require(actor, Role.PROCEDURE_OFFICER)
    procedure = _procedure(procedure_id)
    kept = CostVersion.objects.filter(key=entry.key).first()
    if kept is not None:
        return kept
    problems = list[Problem]()
    if not 0 < len(entry.name.strip()) <= NAME_MAX:
        problems.append(Problem("cost.title", "name", values={"limit": str(NAME_MAX)}))
    if len(entry.rows) > ROWS_MAX:
        problems.append(Problem("cost.many", values={"limit": str(ROWS_MAX)}))
    before = CostVersion.objects.filter(procedure=procedure, number=entry.before).first() if entry.before else None
    if entry.before and before is None:
        problems.append(Problem("cost.before"))
    made = entered(
        entry.rows[:ROWS_MAX], fees=entry.fees, times=entry.times, subjects=entry.subjects, hourly=entry.hourly
    )
    if problems or not isinstance(made, Costing):
        raise Refused([*problems, *(made if isinstance(made, tuple) else ())])
    return _write(procedure, made, entry, before=before, actor=actor, now=now)


def income_for(now: datetime) -> Income:
    """Return the income of an hour to count with now: that of the newest year announced."""
    return income_of(local_day(now).year - 1)


def _write(
    procedure: Procedure, made: Costing, entry: CostEntry, *, before: CostVersion | None, actor: Actor, now: datetime
) -> CostVersion:
    version = procedure.current_version
    try:
        with transaction.atomic():
            Procedure.objects.select_for_update().get(id=procedure.id)
            last = CostVersion.objects.filter(procedure=procedure).aggregate(n=Max("number"))["n"] or 0
            return CostVersion.objects.create(
                key=entry.key,
                procedure=procedure,
                procedure_version=version.number if version else 0,
                number=last + 1,
                name=nfc(entry.name),
                before=before,
                year=local_day(now).year,
                hourly_vnd=made.hourly_vnd,
                content=made.to_json(),
                each_vnd=made.each_vnd,
                yearly_vnd=made.yearly_vnd,
                staff_id=actor.staff_id,
                made_at=now,
            )
    except IntegrityError:
        # Sent twice at once: the other one is it.
        return CostVersion.objects.get(key=entry.key)


def _procedure(procedure_id: int) -> Procedure:
    found = Procedure.objects.select_related("current_version").filter(id=procedure_id).first()
    if found is None:
        raise Denied("no such procedure")
    return found


def _line(procedure: Procedure, versions: Sequence[CostVersion]) -> CostLineOfList:
    holds = next((v for v in versions if v.before_id is None), None)
    by_id = {v.id: v for v in versions}
    cut = next((v for v in versions if v.before_id is not None), None)
    saved = None
    if cut is not None and cut.before_id is not None:
        saved = saving(before_vnd=by_id[cut.before_id].yearly_vnd, after_vnd=cut.yearly_vnd)
    name = procedure.current_version.name if procedure.current_version else ""
    return CostLineOfList(procedure.id, procedure.code, name, holds, saved)


def _compared(version: CostVersion, before: CostVersion) -> Compared:
    old, new = Costing.from_json(before.content), Costing.from_json(version.content)
    return Compared(
        version=version,
        before=before,
        each=saving(before_vnd=before.each_vnd, after_vnd=version.each_vnd),
        yearly=saving(before_vnd=before.yearly_vnd, after_vnd=version.yearly_vnd),
        steps=tuple((s, old.of_step(s), new.of_step(s)) for s in CostStep if old.of_step(s) or new.of_step(s)),
        fees=(old.fees_vnd, new.fees_vnd),
    )


def _typed(costing: Costing) -> tuple[list[dict[str, str]], dict[str, str]]:
    rows = [
        {
            "step": line.step.value,
            "name": line.name,
            "hours": f"{float(line.hours):g}".replace(".", ","),
            "hired": str(line.hired_vnd or ""),
            "other": str(line.other_vnd or ""),
        }
        for line in costing.lines
    ]
    return rows, {
        "fees": str(costing.fees_vnd or ""),
        "times": f"{float(costing.times_per_year):g}".replace(".", ","),
        "subjects": str(costing.subjects),
        "hourly": str(costing.hourly_vnd),
    }


def _received(procedure: Procedure, *, now: datetime) -> int:
    """Return how many dossiers of it this installation received in a year: what the number of subjects is held against."""
    return Dossier.objects.filter(
        offering__procedure_version__procedure=procedure, received_at__gt=now - _YEAR, received_at__lte=now
    ).count()
