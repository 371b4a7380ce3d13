"""Answers how live dossiers go on under another version of their process, by a map of its steps, each one checked.

For a version that has to be put right while dossiers run by it. Nobody has to move anything: a dossier keeps the
version of its reception. Its term, papers and fee are those of that day in any case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from motcua.core.dossier import Fact, FactKind, Life, StepMap, moved_life, stays_of, step_map
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.calendars import fresh_calendar
from motcua.services.clocks import clock_of, task_dues
from motcua.services.dossiers.committing import new_tasks, next_timer, overtaken
from motcua.services.dossiers.steps import reason_problems
from motcua.services.offerings import Running, Seat, running_offering
from motcua.services.process_use import offices_for
from motcua.services.times import local_day
from motcua.store.dossiers.live import LIVE_STATES
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.dossiers.writing import Append, Loaded, NewTask, append, facts_of, load
from motcua.store.offerings.models import Offering, ProcessVersion
from motcua.store.organisation.roles import Role

MOVE_MAX = 200
"""How many dossiers are looked at in one go."""


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """What is entered: from which version into which, of which office, and which step each old one is, by keys.

    ``steps`` names only what is not of the same key. ``after_id`` goes on behind that dossier.
    """

    version_id: int
    from_version_id: int
    agency_id: int
    steps: Mapping[str, str]
    reason: str = ""
    after_id: int = 0


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A live dossier: the steps it stands at, and what hinders its move, if anything does."""

    public_id: UUID
    code: str
    at: tuple[str, ...]
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What a move would do. ``pairs`` are the old steps (key, name) with the key of the new one, empty for none.

    ``problems`` are those of the map; ``next_id`` is where to go on when there are more dossiers, else 0.
    """

    pairs: tuple[tuple[str, str, str], ...]
    problems: tuple[Problem, ...]
    rows: tuple[MoveRow, ...]
    next_id: int


def origins(version: ProcessVersion, agency_id: int) -> list[tuple[ProcessVersion, int]]:
    """Return the other versions by which an office still handles dossiers of what the version runs now, with counts."""
    procedures = Offering.objects.filter(
        agency_id=agency_id, process_version_id=version.id, valid_to_on__isnull=True
    ).values("procedure_version__procedure_id")
    live = Dossier.objects.filter(
        handling_agency_id=agency_id,
        state__in=LIVE_STATES,
        offering__procedure_version__procedure_id__in=procedures,
    ).exclude(offering__process_version_id=version.id)
    counts = dict(live.values_list("offering__process_version_id").annotate(count=Count("id")).order_by())
    found = ProcessVersion.objects.filter(id__in=counts).order_by("key", "-number")
    return [(v, counts[v.id]) for v in found]


def offices_running(version: ProcessVersion, agency_ids: Sequence[int]) -> list[int]:
    """Return which of the offices run something by the version, those first that still handle dossiers by another."""
    rows = Offering.objects.filter(
        agency_id__in=agency_ids, process_version_id=version.id, valid_to_on__isnull=True
    ).values_list("agency_id", "procedure_version__procedure_id")
    procedures: dict[int, set[int]] = {}
    for agency_id, procedure_id in rows:
        procedures.setdefault(agency_id, set()).add(procedure_id)
    live = (
        Dossier.objects.filter(handling_agency_id__in=procedures, state__in=LIVE_STATES)
        .exclude(offering__process_version_id=version.id)
        .values_list("handling_agency_id", "offering__procedure_version__procedure_id")
        .distinct()
    )
    waiting = {agency_id for agency_id, procedure_id in live if procedure_id in procedures[agency_id]}
    return sorted(procedures, key=lambda i: (i not in waiting, i))


def plan_move(entry: MoveEntry, *, actor: Actor, now: datetime) -> MovePlan:
    """Return what a move would do to each live dossier; nothing is written.

    Denied for an office that is not the actor's to put in order. A fixed number of statements for up to ``MOVE_MAX``.
    """
    _require(entry, actor)
    targets = _targets(entry, now=now)
    live = _live(entry)
    dossiers, next_id = live[:MOVE_MAX], live[MOVE_MAX - 1].id if len(live) > MOVE_MAX else 0
    before, after = _nets(entry, live)
    by, problems = step_map(before.net, after.net, entry.steps)
    facts = facts_of_many([d.id for d in dossiers])
    waiting = _waiting_for_others([d.id for d in dossiers])
    rows = []
    for dossier in dossiers:
        old = running_offering(dossier.offering_id)
        at = tuple(old.net.steps[s.step].name for s in stays_of(facts[dossier.id], old.net) if s.closed_at is None)
        moved = _fact(facts[dossier.id][-1].seq + 1, dossier.offering_id, by, entry, actor=actor, now=now)
        target = targets.get(dossier.offering_id)
        found = _hindrance(facts[dossier.id], moved, old, target, is_waiting=dossier.id in waiting)
        rows.append(MoveRow(dossier.public_id, dossier.code, at, found if isinstance(found, Problem) else None))
    names = {n: s.key for n, s in enumerate(after.net.steps)}
    pairs = tuple(
        (s.key, s.name, "" if number is None else names[number])
        for s, number in zip(before.net.steps, by.steps, strict=True)
    )
    return MovePlan(pairs, tuple(problems), tuple(rows), next_id)


def move_dossiers(entry: MoveEntry, *, actor: Actor, now: datetime) -> tuple[MoveRow, ...]:
    """Return what became of each live dossier: moved, or why not; one that cannot hinders no other.

    Raises Refused with ``step.reason_missing``, ``step.reason_long`` and the problems of the map; nothing is written
    then. Guarantee: a dossier on which somebody else acts meanwhile stays where it is (``step.overtaken``).
    """
    plan = plan_move(entry, actor=actor, now=now)
    if problems := [*reason_problems(entry.reason), *plan.problems]:
        raise Refused(problems)
    targets = _targets(entry, now=now)
    rows, count = list[MoveRow](), 0
    for row in plan.rows:
        problem = row.problem or _move(row.public_id, entry, targets, actor=actor, now=now)
        count += problem is None
        rows.append(MoveRow(row.public_id, row.code, row.at, problem))
    counts = {"from": entry.from_version_id, "agency": entry.agency_id, "moved": count, "kept": len(rows) - count}
    audit.record("process.dossiers_moved", entry.version_id, actor=actor, now=now, **counts)
    return tuple(rows)


def _require(entry: MoveEntry, actor: Actor) -> None:
    require(actor, Role.PROCEDURE_OFFICER)
    known = ProcessVersion.objects.filter(id__in=(entry.version_id, entry.from_version_id)).count()
    if known != 2 or not offices_for(actor).filter(id=entry.agency_id).exists():
        raise Denied("not an office of this officer")


Targets = dict[int, tuple[Offering, Offering]]


def _targets(entry: MoveEntry, *, now: datetime) -> Targets:
    """Return each offering run by the old version, with that of the same procedure which the new one runs today."""
    on = local_day(now)
    rows = Offering.objects.filter(agency_id=entry.agency_id)
    new = rows.filter(
        Q(valid_to_on__isnull=True) | Q(valid_to_on__gte=on),
        process_version_id=entry.version_id,
        valid_from_on__lte=on,
    ).select_related("procedure_version")
    by_procedure = {o.procedure_version.procedure_id: o for o in new}
    old = rows.filter(process_version_id=entry.from_version_id).select_related("procedure_version")
    procedures = ((o, by_procedure.get(o.procedure_version.procedure_id)) for o in old)
    return {o.id: (o, target) for o, target in procedures if target is not None}


def _live(entry: MoveEntry) -> list[Dossier]:
    rows = Dossier.objects.filter(
        handling_agency_id=entry.agency_id,
        offering__process_version_id=entry.from_version_id,
        state__in=LIVE_STATES,
        id__gt=entry.after_id,
    )
    return list(rows.only("id", "public_id", "code", "offering_id").order_by("id")[: MOVE_MAX + 1])


def _nets(entry: MoveEntry, live: Sequence[Dossier]) -> tuple[Running, Running]:
    """Return an offering of each version: for the map any of them will do."""
    found = []
    for version_id in (entry.from_version_id, entry.version_id):
        number = Offering.objects.filter(process_version_id=version_id).order_by("-id").values_list("id", flat=True)
        first = number.first()
        if first is None:
            raise Denied("a version that nobody uses")
        found.append(running_offering(first))
    return found[0], found[1]


def _waiting_for_others(dossier_ids: Sequence[int]) -> set[int]:
    rows = Dossier.objects.filter(parent_id__in=dossier_ids, ended_at__isnull=True)
    return {parent for parent in rows.values_list("parent_id", flat=True) if parent is not None}


def _fact(seq: int, offering_id: int, by: StepMap, entry: MoveEntry, *, actor: Actor, now: datetime) -> Fact:
    body = {"offering": offering_id, "reason": nfc(entry.reason), **by.to_body()}
    return Fact(seq, FactKind.MOVED, now, actor.staff_id, actor.post_id, actor.unit_id, body)


def _hindrance(
    facts: Sequence[Fact], moved: Fact, old: Running, target: tuple[Offering, Offering] | None, *, is_waiting: bool
) -> Life | Problem:
    """Return the life after the move, or why it cannot be made."""
    if target is None:
        return Problem("move.not_in_use", values={"procedure": old.procedure_name})
    was, becomes = target
    new = running_offering(becomes.id)
    if (was.procedure_version_id, was.term_text) != (becomes.procedure_version_id, becomes.term_text):
        return Problem("move.other_law", values={"procedure": old.procedure_name})
    if is_waiting:
        return Problem("move.linked_open")
    return moved_life(facts, moved, before=old.net, after=new.net)


def _move(public_id: UUID, entry: MoveEntry, targets: Targets, *, actor: Actor, now: datetime) -> Problem | None:
    """Move one dossier as it stands now; return what hinders it after all."""
    dossier = load(public_id)
    if dossier is None or dossier.offering_id not in targets:
        return Problem("move.not_in_use", values={"procedure": ""})
    facts = facts_of(dossier.id)
    old, new = running_offering(dossier.offering_id), running_offering(targets[dossier.offering_id][1].id)
    by, _problems = step_map(old.net, new.net, entry.steps)
    moved = _fact(dossier.version + 1, dossier.offering_id, by, entry, actor=actor, now=now)
    is_waiting = bool(_waiting_for_others([dossier.id]))
    life = _hindrance(facts, moved, old, targets[dossier.offering_id], is_waiting=is_waiting)
    if isinstance(life, Problem):
        return life
    everything = (*facts, moved)
    act = Append(
        facts=(moved,),
        life=life,
        due_at=dossier.due_at,
        closed_task_ids=tuple(t.id for t in dossier.tasks),
        opened=_tasks(dossier, everything, life, by, new, now=now),
        timer_at=next_timer(everything, new),
        offering_id=new.id,
    )
    with transaction.atomic():
        if not append(dossier, act, now=now):
            return overtaken(load(public_id) or dossier)
        for child in Dossier.objects.filter(parent_id=dossier.id, parent_step__isnull=False).only("parent_step"):
            Dossier.objects.filter(id=child.id).update(parent_step=by.steps[child.parent_step or 0])
    return None


def _tasks(
    dossier: Loaded, facts: Sequence[Fact], life: Life, by: StepMap, running: Running, *, now: datetime
) -> tuple[NewTask, ...]:
    """Return the open steps in the numbers of the new version; who had taken one keeps it, if it stays in his unit."""
    calendar = fresh_calendar(running.agency_id)
    clock = clock_of(facts, running, life=life, calendar=calendar)
    dues = task_dues(facts, running, made=clock, calendar=calendar)
    since = {(s.step, s.instance): s.opened_at for s in stays_of(facts, running.net) if s.closed_at is None}
    seat = Seat(dossier.reception_unit_id, life.values, dossier.on_spot)
    held = {(by.steps[t.step], t.instance, t.part, t.unit_id): t.assignee_id for t in dossier.tasks}
    return tuple(
        NewTask(
            t.step,
            t.unit_id,
            t.role,
            dues.get((t.step, t.instance)),
            held.get((t.step, t.instance, t.part, t.unit_id)),
            t.instance,
            t.part,
            since[t.step, t.instance],
        )
        for t in new_tasks(running, tuple(since), seat, now=now, due_at=clock.due_at)
    )
