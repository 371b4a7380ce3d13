"""Answers why dossiers are late and who has them in hand, of many at once; each by what is on record, none by a guess.

Most are told by their rows; those whose facts were corrected, recalled or moved, or that had several steps side by
side, are derived from all their facts. A cause is of the due instant and does not change with who has it today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from motcua.core.clock import Horizon
from motcua.core.dossier import Fact, FactKind, Stay, effective, replay, stays_of
from motcua.core.process.definition import AUTOMATIC, CALL
from motcua.core.statistics import InHand, Late, cause_of, holder_of
from motcua.services.offerings import Seat, running_offering
from motcua.store.dossiers.models import Task, TaskPart
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.figures.late import LateKey, LateRow, Owner, late_keys, late_of
from motcua.store.figures.selectors import Filters
from motcua.store.organisation.models import Unit

_KEPT_MAX = 50_000


@dataclass(frozen=True, slots=True)
class LateDossier:
    """A dossier that was not done when it fell due: why, and who has it now."""

    dossier_id: int
    agency_id: int
    due_at: datetime
    late: Late
    owner: Owner


def late_dossiers(filters: Filters, horizon: Horizon, *, limit: int) -> list[LateDossier]:
    """Return what is open and late of an agency, a one-stop unit or all, the longest late first.

    Of a dossier that has no new fact and the same due instant, what was found before is told again.
    """
    keys = late_keys(filters, horizon, limit=limit)
    found = {key: _Kept.found[key] for key in keys if key in _Kept.found}
    fresh = _fresh([key.dossier_id for key in keys if key not in found])
    known = [found.get(key) or fresh.get(key.dossier_id) for key in keys]
    return [one for one in known if one is not None]


def causes_of(dossier_ids: Iterable[int]) -> Mapping[int, LateDossier]:
    """Return the cause of each dossier that is given, open or ended; whether it is late the caller knows."""
    return {late.dossier_id: late for late in _with_causes(late_of(list(dossier_ids)))}


class _Kept:
    """What was found out in this process: of one version of a dossier and one due instant it does not change."""

    found: dict[LateKey, LateDossier] = {}


def _fresh(dossier_ids: Sequence[int]) -> dict[int, LateDossier]:
    rows = late_of(dossier_ids) if dossier_ids else []
    found = {late.dossier_id: late for late in _with_causes(rows)}
    if len(_Kept.found) > _KEPT_MAX:
        _Kept.found.clear()
    # What waits for another agency's dossier can change by that one's facts: it is looked at each time.
    _Kept.found |= {
        LateKey(r.dossier_id, r.version, r.due_at): found[r.dossier_id]
        for r in rows
        if r.known.linked is None and r.owner.unit_id is not None
    }
    return found


def _with_causes(rows: Sequence[LateRow]) -> list[LateDossier]:
    asked = [r for r in rows if r.needs_facts or (r.has_moved_since and not _is_plain(r.offering_id))]
    derived = _from_facts(asked)
    found = []
    for row in rows:
        known = row.known
        if row.dossier_id in derived:
            told, step = derived[row.dossier_id]
            known = replace(known, told=told, step=step)
        found.append(LateDossier(row.dossier_id, row.agency_id, row.due_at, cause_of(known), row.owner))
    return found


def _from_facts(rows: Sequence[LateRow]) -> dict[int, tuple[str, InHand | None]]:
    """Return, from all facts as corrected, the cause told and who had the step at the due instant."""
    ids = [r.dossier_id for r in rows]
    if not ids:
        return {}
    facts, tasks = facts_of_many(ids), _units_of_open_steps(ids)
    units = _units({t for found in tasks.values() for t in found.values()} | _units_in(facts.values()))
    found = {}
    for row in rows:
        own = facts[row.dossier_id]
        told = [str(f.body.get("cause", "")) for f in effective(own) if f.kind is FactKind.EXTENDED]
        stay, in_hand = step_at_due(own, row), None
        if stay is not None:
            unit_id = (
                tasks.get(row.dossier_id, {}).get((stay.step, stay.instance)) if stay.closed_at is None else None
            )
            unit_id = unit_id or _unit_of(stay, own, row)
            is_one_stop, agency_id = units.get(unit_id) or _units({unit_id}).get(unit_id, (False, None))
            holder = holder_of(is_one_stop=is_one_stop, agency_id=agency_id, handling_agency_id=row.agency_id)
            in_hand = InHand(holder, stay.opened_at, unit_id)
        found[row.dossier_id] = (told[-1] if told else "", in_hand)
    return found


def step_at_due(facts: Sequence[Fact], row: LateRow) -> Stay | None:
    """Return the step that stood at the due instant; of several the one that is done last.

    What holds a dossier up is the branch that is done last; of those still open, the one that stands longest.
    """
    net = running_offering(row.offering_id).net
    standing = [
        s
        for s in stays_of(facts, net)
        if s.opened_at <= row.due_at
        and (s.closed_at is None or s.closed_at > row.due_at)
        and net.steps[s.step].kind not in (AUTOMATIC, CALL)
    ]
    still = [s for s in standing if s.closed_at is None]
    if still:
        return min(still, key=lambda s: (s.opened_at, s.by_seq))
    return max(standing, key=_end, default=None)


def _unit_of(stay: Stay, facts: Sequence[Fact], row: LateRow) -> int:
    """Return the unit that did the step; of a step that nobody did, the one that had to."""
    if stay.outcome is not None and stay.unit_id is not None:
        return stay.unit_id
    running = running_offering(row.offering_id)
    seat = Seat(row.reception_unit_id, replay(facts, running.net).values, row.on_spot)
    try:
        return running.unit_of((stay.step, stay.instance), at=seat)
    except (KeyError, ValueError):
        return row.reception_unit_id


def _end(stay: Stay) -> tuple[datetime, int]:
    assert stay.closed_at is not None
    return stay.closed_at, stay.by_seq


def _units_of_open_steps(dossier_ids: Sequence[int]) -> dict[int, dict[tuple[int, int], int]]:
    found: dict[int, dict[tuple[int, int], int]] = {}
    rows = Task.objects.filter(dossier_id__in=dossier_ids, part=TaskPart.LEAD)
    for dossier_id, step, instance, unit_id in rows.values_list("dossier_id", "step", "instance", "unit_id"):
        found.setdefault(dossier_id, {})[step, instance] = unit_id
    return found


def _units_in(facts: Iterable[Sequence[Fact]]) -> set[int]:
    return {f.unit_id for found in facts for f in found if f.kind is FactKind.COMPLETED}


def _units(unit_ids: set[int]) -> dict[int, tuple[bool, int | None]]:
    return {u.id: (u.is_one_stop, u.agency_id) for u in Unit.objects.filter(id__in=unit_ids)}


@lru_cache(maxsize=20_000)
def _is_plain(offering_id: int) -> bool:
    """Return whether the process has one step at a time: then the first step done after an instant stood at it."""
    net = running_offering(offering_id).net
    return not (net.joins or net.inclusives or net.scopes or net.instances or net.triggers)
