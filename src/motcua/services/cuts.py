"""Answers which papers people are asked for that could be left out (giấy tờ có thể bỏ), why, and how many were asked.

Of procedures that some office here offers. Two reasons: no step of the process reads it, or an agency of this province
issued it. Whether the law allows leaving it out is for whoever proposes it to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from motcua.core.catalogue import ProcedureContent
from motcua.core.process import Definition
from motcua.core.proving import issued_as, states_reading, unread_papers
from motcua.services.actors import Actor, require
from motcua.store.catalogue.models import Procedure
from motcua.store.measures.models import CostVersion
from motcua.store.offerings.models import Offering
from motcua.store.offerings.papers import handed_in, issued_kinds, received_of
from motcua.store.organisation.roles import Role

READERS = (Role.PROCEDURE_OFFICER, Role.PROVINCE_LEADER)
PAGE = 20
_YEAR = timedelta(days=365)


class CutReason(Enum):
    """Why a paper could be left out."""

    UNREAD = "unread"
    """No step of the process reads it."""
    ISSUED = "issued"
    """An agency here issues it, so the state holds it already."""


@dataclass(frozen=True, slots=True)
class PaperCut:
    """A paper that could be left out. ``asked`` is in how many dossiers of the last year it was handed in.

    ``result`` is the result that it is, ``issuers`` the procedures that give it, ``held`` how many are in the store.
    """

    name: str
    reason: CutReason
    asked: int
    result: str = ""
    issuers: tuple[str, ...] = ()
    held: int = 0


@dataclass(frozen=True, slots=True)
class ProcedureCuts:
    """A procedure with its papers that could be left out.

    ``costing`` is the number of the costing that a proposal would cut, ``None`` while there is none. ``is_stated``:
    whether its processes say what they read; where they do not, nothing can be said of unread papers.
    """

    procedure_id: int
    code: str
    name: str
    received: int
    papers: int
    cuts: tuple[PaperCut, ...]
    costing: int | None
    is_stated: bool


def cuts_page(actor: Actor, *, after: str = "", now: datetime) -> tuple[list[ProcedureCuts], str]:
    """Return a page of the procedures offered here with what could be left out of each, and the mark of the next."""
    require(actor, *READERS)
    rows = Procedure.objects.filter(versions__offerings__valid_to_on__isnull=True, current_version__isnull=False)
    rows = rows.filter(versions__offerings__isnull=False).distinct().order_by("id")
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__gt=int(after))
    found = list(rows.select_related("current_version")[: PAGE + 1])
    shown = found[:PAGE]
    ids = [p.id for p in shown]
    definitions, issued = _definitions(ids), _issued()
    year = {"after": now - _YEAR, "until": now}
    counts, received = handed_in(ids, **year), received_of(ids, **year)
    costs = _costings(ids)
    made = [
        _cuts(p, definitions[p.id], issued, counts, received=received.get(p.id, 0), costing=costs.get(p.id))
        for p in shown
    ]
    return made, str(shown[-1].id) if len(found) > PAGE else ""


@dataclass(frozen=True, slots=True)
class _Issued:
    """What is issued here: for each result the procedures that give it, and how many are held."""

    by: Mapping[str, Sequence[str]]
    held: Mapping[str, int]


def _cuts(
    procedure: Procedure,
    definitions: Sequence[Definition],
    issued: _Issued,
    counts: Mapping[tuple[int, str], int],
    *,
    received: int,
    costing: int | None,
) -> ProcedureCuts:
    version = procedure.current_version
    papers = [c.name for c in ProcedureContent.from_json(version.content).components] if version else []
    asked = {name: counts.get((procedure.id, name), 0) for name in papers}
    cuts = [PaperCut(name, CutReason.UNREAD, asked[name]) for name in unread_papers(papers, definitions)]
    for name in papers:
        if result := issued_as(name, issued.by):
            issuers, held = tuple(issued.by[result]), issued.held.get(result, 0)
            cuts.append(PaperCut(name, CutReason.ISSUED, asked[name], result, issuers, held))
    return ProcedureCuts(
        procedure_id=procedure.id,
        code=procedure.code,
        name=version.name if version else "",
        received=received,
        papers=len(papers),
        cuts=tuple(sorted(cuts, key=lambda cut: -cut.asked)),
        costing=costing,
        is_stated=bool(definitions) and all(states_reading(d) for d in definitions),
    )


def _definitions(procedure_ids: Sequence[int]) -> Mapping[int, list[Definition]]:
    """Return the processes by which each procedure runs now, at whichever office; one statement."""
    rows = (
        Offering.objects.filter(procedure_version__procedure_id__in=procedure_ids, valid_to_on__isnull=True)
        .order_by("procedure_version__procedure_id", "process_version_id")
        .distinct("procedure_version__procedure_id", "process_version_id")
        .values_list("procedure_version__procedure_id", "process_version__definition")
    )
    found: dict[int, list[Definition]] = defaultdict(list)
    for procedure_id, definition in rows:
        found[procedure_id].append(Definition.from_json(definition))
    return found


def _issued() -> _Issued:
    """Return what the procedures offered here give, and the kinds of which results are held."""
    held = issued_kinds()
    by: dict[str, list[str]] = {kind: [] for kind in held}
    rows = Procedure.objects.filter(
        versions__offerings__valid_to_on__isnull=True,
        versions__offerings__isnull=False,
        current_version__isnull=False,
    )
    contents: Iterable[tuple[str, list[str] | None]] = rows.distinct().values_list(
        "code", "current_version__content__results"
    )
    for code, results in contents:
        for result in results or ():
            by.setdefault(result, []).append(code)
    return _Issued(by, held)


def _costings(procedure_ids: Sequence[int]) -> Mapping[int, int]:
    """Return the number of the costing that holds now for each procedure that has one; one statement."""
    rows = CostVersion.objects.filter(procedure_id__in=procedure_ids, before__isnull=True).order_by(
        "procedure_id", "number"
    )
    return dict(rows.values_list("procedure_id", "number"))
