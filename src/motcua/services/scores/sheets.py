"""Answers the sheets of points that an actor may see: each one-stop unit by both schemes, its officers, the evidence.

Nothing is stored: a sheet is worked out from the facts each time, so that it can be worked out again by others.
Source: Circular 01/2018/TT-VPCP, arts. 13-15; Decision 766/QĐ-TTg.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.scoring import (
    Case,
    IndexScheme,
    IndexSheet,
    NineScheme,
    Sheet,
    UnitCase,
    index_sheet,
    officer_sheet,
    points_of_case,
    unit_sheet,
)
from motcua.services.actors import Actor, Denied, require
from motcua.services.scores.collecting import (
    Period,
    ScoredDossier,
    UnitDossiers,
    checked_period,
    dossiers_of_units,
)
from motcua.services.scores.surroundings import (
    index_counts_of,
    online_offerings,
    surroundings_of,
    unit_case_of,
)
from motcua.services.times import local_day
from motcua.store.lawfiles.scores import index_scheme, nine_scheme
from motcua.store.measures.models import PostingCheck
from motcua.store.organisation.models import Staff, Unit, UnitKind
from motcua.store.organisation.roles import Role

READERS = (Role.CENTRE_MANAGER, Role.AGENCY_LEADER, Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER)
GROUND_MAX = 300
_ALL_SEEN = (Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER)


@dataclass(frozen=True, slots=True)
class UnitScores:
    """A unit's sheets with all they are made of. ``flags`` are those of each dossier with what hangs on offerings."""

    unit: Unit
    dossiers: tuple[ScoredDossier, ...]
    flags: tuple[Mapping[str, bool], ...]
    of_unit: UnitCase
    counts: Mapping[str, tuple[int, int]]
    nine: Sheet
    index: IndexSheet
    officers: Mapping[int, Sheet]

    @property
    def cases(self) -> tuple[Case, ...]:
        return tuple(d.case for d in self.dossiers if d.case is not None)


@dataclass(frozen=True, slots=True)
class Scores:
    """The sheets of a period with the versions of the schemes they were worked out by."""

    period: Period
    nine: NineScheme
    index: IndexScheme
    units: tuple[UnitScores, ...]
    is_circular_in_force: bool


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A dossier behind a point: what it counts, of how many."""

    public_id: str
    code: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer's sheet, with the name for those who lead him."""

    name: str
    dossiers: int
    sheet: Sheet


def units_seen(actor: Actor) -> list[Unit]:
    """Return the one-stop units whose points the actor sees: his own, his agency's, or all."""
    require(actor, *READERS)
    units = Unit.objects.filter(kind__in=UnitKind.one_stop()).select_related("agency").order_by("name", "id")
    if actor.has(*_ALL_SEEN):
        return list(units)
    if actor.has(Role.AGENCY_LEADER):
        return list(units.filter(agency_id=actor.agency_id))
    return list(units.filter(id=actor.unit_id))


def scores_of(*, actor: Actor, from_on: date, to_on: date, unit_id: int | None = None, now: datetime) -> Scores:
    """Return the sheets of the units that the actor sees, or of one. Denied for a unit of others.

    Problems: ``report.days``, ``report.many``.
    """
    units = units_seen(actor)
    if unit_id is not None:
        units = [u for u in units if u.id == unit_id]
        if not units:
            raise Denied("no such unit, or of another agency")
    period = checked_period(from_on=from_on, to_on=to_on, now=now)
    nine, index = nine_scheme(), index_scheme(to_on)
    found = dossiers_of_units(units, period)
    around = surroundings_of(list(found.values()), period)
    made = []
    for unit in found.values():
        of_unit, counts = unit_case_of(unit, around), index_counts_of(unit, around)
        made.append(_scores(unit, of_unit, counts, online_offerings(unit, around), nine, index))
    return Scores(period, nine, index, tuple(made), to_on <= date(2025, 6, 30))


def evidence_of(scores: UnitScores, point: str) -> tuple[tuple[EvidenceLine, ...], tuple[int, int] | None]:
    """Return the dossiers behind an indicator (``1`` … ``9``) or a component (``2.1`` …), worst first, and the counts
    of what hangs on no dossier. Nothing where the point is not known.
    """
    if "." in point:
        lines = [
            EvidenceLine(d.public_id, d.code, int(flags[point]), 1)
            for d, flags in zip(scores.dossiers, scores.flags, strict=True)
            if point in flags
        ]
        return tuple(sorted(lines, key=_worst_first)), scores.counts.get(point)
    lines = []
    for d in scores.dossiers:
        points = points_of_case(point, d.case) if d.case is not None and point in "12347" else None
        if points is not None:
            lines.append(EvidenceLine(d.public_id, d.code, points, 2))
    return tuple(sorted(lines, key=_worst_first)), None


def officer_lines(scores: UnitScores) -> list[OfficerLine]:
    """Return the officers who worked on the unit's dossiers, by name."""
    names = dict(Staff.objects.filter(id__in=list(scores.officers)).values_list("id", "full_name"))
    counts = Counter(staff_id for d in scores.dossiers for staff_id in d.work)
    return sorted(
        (OfficerLine(names.get(s, "?"), counts[s], sheet) for s, sheet in scores.officers.items()),
        key=lambda line: line.name,
    )


def record_posting(
    *, unit_id: int, is_posted: bool | None, on: date | None, ground: str, key: UUID, actor: Actor, now: datetime
) -> PostingCheck:
    """Return what was found about the lists posted at a unit; once for a key.

    Problems: ``score.posted_missing``, ``score.day``, ``score.ground``. Denied for a unit of others, and for who
    would judge himself: the unit's own manager.
    """
    require(actor, Role.PROCEDURE_OFFICER, Role.AGENCY_LEADER)
    if unit_id not in {u.id for u in units_seen(actor)}:
        raise Denied("no such unit, or of another agency")
    problems = [] if is_posted is not None else [Problem("score.posted_missing", "is_posted")]
    if on is None or on > local_day(now):
        problems.append(Problem("score.day", "on"))
    if not 0 < len(ground.strip()) <= GROUND_MAX:
        problems.append(Problem("score.ground", "ground", values={"limit": str(GROUND_MAX)}))
    if problems or is_posted is None or on is None:
        raise Refused(problems)
    with transaction.atomic():
        return PostingCheck.objects.get_or_create(
            key=key,
            defaults={
                "unit_id": unit_id,
                "on": on,
                "is_posted": is_posted,
                "ground": nfc(ground),
                "staff_id": actor.staff_id,
                "made_at": now,
            },
        )[0]


def posting_checks(unit_id: int) -> Sequence[PostingCheck]:
    return list(PostingCheck.objects.filter(unit_id=unit_id).order_by("-on", "-id")[:20])


def _scores(
    unit: UnitDossiers,
    of_unit: UnitCase,
    counts: Mapping[str, tuple[int, int]],
    online: frozenset[int],
    nine: NineScheme,
    index: IndexScheme,
) -> UnitScores:
    flags = tuple(_with_offering(d, online) for d in unit.dossiers)
    staff_ids = sorted({s for d in unit.dossiers for s in d.work})
    return UnitScores(
        unit=unit.unit,
        dossiers=tuple(unit.dossiers),
        flags=flags,
        of_unit=of_unit,
        counts=counts,
        nine=unit_sheet([d.case for d in unit.dossiers if d.case is not None], of_unit, nine),
        index=index_sheet(all_counts(flags, counts), index),
        officers={s: officer_sheet([d.work[s] for d in unit.dossiers if s in d.work], nine) for s in staff_ids},
    )


def all_counts(
    flags: Sequence[Mapping[str, bool]], counts: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Return (numerator, denominator) of every component: those of the dossiers, and those given."""
    found = dict(counts)
    for key in {key for row in flags for key in row}:
        values = [row[key] for row in flags if key in row]
        found[key] = (sum(values), len(values))
    return found


def _with_offering(dossier: ScoredDossier, online: frozenset[int]) -> Mapping[str, bool]:
    if "3.3" in dossier.flags and dossier.offering_id in online:
        return {**dossier.flags, "3.0": dossier.is_online}
    return dossier.flags


def _worst_first(line: EvidenceLine) -> tuple[int, str]:
    return line.points, line.code
