"""Answers the reminder that each person gets once a morning: what is due and late for him, what of it is new.

Before the end the officer is told, then the head of the unit; after it the head of the agency and the manager of the
centre. One digest a person and day holds all of it, whoever was told by how many rules and however many workers run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from motcua.core.calendar import CalendarHorizonError
from motcua.core.clock import Cutoffs, Level, cutoffs_of, levels_told
from motcua.services.actors import Actor
from motcua.services.boards.apologies import apologies_to_send
from motcua.services.calendars import calendar_of
from motcua.services.times import local_day
from motcua.store.lawfiles import law_book
from motcua.store.organisation.roles import Role
from motcua.store.steering.models import StaffDigest
from motcua.store.steering.recipients import DueStep, Holder, due_steps, holders

SHOWN_MAX, KEPT_MAX = 60, 1_000
PAGE = 14
APOLOGY = "apology"
WHYS = ("officer", "head", "leader", APOLOGY)
"""Why a person is told, from the least to what comes first when one dossier leads to him in several ways."""
_WHY = {Level.OFFICER: "officer", Level.HEAD: "head", Level.LEADER: "leader"}
_LOOK_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A line of a digest: which dossier, why the person is told, until when, and whether that is new."""

    public_id: UUID
    code: str
    procedure_name: str
    why: str
    due_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest as its page shows it; ``counts`` by why, also of what was left out of ``items``."""

    on: date
    made_at: datetime
    items: tuple[DigestItem, ...]
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def make_digests(*, now: datetime) -> int:
    """Make today's digest of everybody who has to be told something; return how many were made.

    Idempotent: a person has one a day; who has it already gets no second one. On an agency's day off nobody of it is
    told. Whoever has nothing due gets none.
    """
    today = local_day(now)
    people = [h for h in holders(at=now, on=today) if _works_on(h.agency_id, today)]
    told = _told(people, now=now)
    had = set(StaffDigest.objects.filter(on=today).values_list("staff_id", flat=True))
    before = _before(set(told) - had, on=today)
    rows = [
        _digest(staff_id, items, before.get(staff_id, set()), on=today, now=now)
        for staff_id, items in sorted(told.items())
        if staff_id not in had
    ]
    # Should another worker have been faster, its digests stay.
    StaffDigest.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def make_missing_digests(*, now: datetime) -> int:
    """Make the morning's digests unless today's are there; for a job that may run again and again."""
    if StaffDigest.objects.filter(on=local_day(now)).exists():
        return 0
    return make_digests(now=now)


def digests_of(actor: Actor, *, before: date | None) -> tuple[list[DigestView], date | None]:
    """Return the person's digests, the newest first, and the day before which the next page goes on."""
    rows = StaffDigest.objects.filter(staff_id=actor.staff_id).order_by("-on")
    if before is not None:
        rows = rows.filter(on__lt=before)
    found = list(rows[: PAGE + 1])
    return [_view(row) for row in found[:PAGE]], found[PAGE - 1].on if len(found) > PAGE else None


def note_read(actor: Actor, *, now: datetime) -> None:
    """Write down that the person has seen what there is."""
    StaffDigest.objects.filter(staff_id=actor.staff_id, read_at__isnull=True).update(read_at=now)


def unread_digest(actor: Actor, *, now: datetime) -> DigestView | None:
    """Return today's digest if the person has not seen it yet."""
    row = StaffDigest.objects.filter(staff_id=actor.staff_id, on=local_day(now), read_at__isnull=True).first()
    return _view(row) if row is not None else None


Items = dict[str, dict[str, Any]]


def _told(people: Sequence[Holder], *, now: datetime) -> dict[int, Items]:
    """Return what each person is told, by dossier: however many steps or posts lead to it, in one line."""
    found: dict[int, Items] = defaultdict(dict)
    posts = _posts(people)
    cutoffs = dict[int, Cutoffs | None]()
    for step in due_steps(until=now + _LOOK_AHEAD):
        if step.agency_id not in cutoffs:
            cutoffs[step.agency_id] = _cutoffs(step.agency_id, now=now)
        borders = cutoffs[step.agency_id]
        if borders is None:
            continue
        for level, staff_id in _receivers(step, borders, posts):
            due_at = step.dossier_due_at if level is Level.LEADER and step.dossier_due_at else step.due_at
            _tell(found[staff_id], _item(step.public_id, step.code, step.procedure_name, _WHY[level], due_at))
    for agency_id, staff in posts.leaders.items():
        for ready in apologies_to_send("agency", agency_id, now=now):
            if ready.send_by is not None and ready.is_in_time(now):
                item = _item(ready.public_id, ready.code, ready.procedure_name, APOLOGY, ready.send_by)
                for staff_id in staff:
                    _tell(found[staff_id], item)
    return dict(found)


def _tell(items: Items, item: dict[str, Any]) -> None:
    had = items.get(item["dossier"])
    if had is None or WHYS.index(had["why"]) < WHYS.index(item["why"]):
        items[item["dossier"]] = item


def _receivers(step: DueStep, borders: Cutoffs, posts: _Posts) -> Iterable[tuple[Level, int]]:
    levels = levels_told(step.due_at, is_taken=step.assignee_id is not None, cutoffs=borders)
    if Level.OFFICER in levels and step.assignee_id in posts.everybody:
        yield Level.OFFICER, step.assignee_id or 0
    if Level.HEAD in levels:
        yield from ((Level.HEAD, s) for s in posts.heads.get(step.unit_id, ()))
    # Leaders answer for the dossier, not for a step: they are told once the dossier itself is late.
    if step.dossier_due_at is not None and step.dossier_due_at <= borders.leader_until:
        answering = {*posts.leaders.get(step.agency_id, ()), *posts.managers.get(step.reception_unit_id, ())}
        yield from ((Level.LEADER, s) for s in sorted(answering))


@dataclass(frozen=True, slots=True)
class _Posts:
    """Who is told: the heads of units, the leaders of agencies, the managers of one-stop units, and everybody."""

    heads: Mapping[int, set[int]]
    leaders: Mapping[int, set[int]]
    managers: Mapping[int, set[int]]
    everybody: frozenset[int]


def _posts(people: Sequence[Holder]) -> _Posts:
    heads, leaders, managers = (
        defaultdict[int, set[int]](set),
        defaultdict[int, set[int]](set),
        defaultdict[int, set[int]](set),
    )
    for holder in people:
        if holder.roles & {Role.UNIT_LEADER.value, Role.CENTRE_MANAGER.value}:
            heads[holder.unit_id].add(holder.staff_id)
        if Role.AGENCY_LEADER.value in holder.roles:
            leaders[holder.agency_id].add(holder.staff_id)
        if Role.CENTRE_MANAGER.value in holder.roles:
            managers[holder.unit_id].add(holder.staff_id)
    return _Posts(heads, leaders, managers, frozenset(h.staff_id for h in people))


def _item(public_id: UUID, code: str, procedure_name: str, why: str, due_at: datetime) -> dict[str, Any]:
    return {
        "dossier": str(public_id),
        "code": code,
        "procedure": procedure_name,
        "why": why,
        "due": due_at.isoformat(),
    }


def _digest(
    staff_id: int,
    items: Items,
    before: set[tuple[str, str]],
    *,
    on: date,
    now: datetime,
) -> StaffDigest:
    """Return the digest: the most urgent first, at most so many lines, all of them counted."""
    lines = sorted(items.values(), key=lambda item: (item["due"], item["code"]))
    made = [{**item, "new": (item["dossier"], item["why"]) not in before} for item in lines[:KEPT_MAX]]
    counts = dict(Counter(item["why"] for item in lines))
    return StaffDigest(staff_id=staff_id, on=on, made_at=now, items=made, counts=counts)


def _before(staff_ids: Iterable[int], *, on: date) -> dict[int, set[tuple[str, str]]]:
    """Return what each person's last digest before that day listed."""
    rows = StaffDigest.objects.filter(staff_id__in=list(staff_ids), on__lt=on)
    last = rows.order_by("staff_id", "-on").distinct("staff_id")
    return {row.staff_id: {(item["dossier"], item["why"]) for item in row.items} for row in last}


def _view(row: StaffDigest) -> DigestView:
    items = tuple(
        DigestItem(
            UUID(i["dossier"]), i["code"], i["procedure"], i["why"], datetime.fromisoformat(i["due"]), bool(i["new"])
        )
        for i in row.items[:SHOWN_MAX]
    )
    return DigestView(row.on, row.made_at, items, {why: row.counts.get(why, 0) for why in WHYS})


def _works_on(agency_id: int, day: date) -> bool:
    try:
        return calendar_of(agency_id).is_working(day)
    except CalendarHorizonError:
        return False


def _cutoffs(agency_id: int, *, now: datetime) -> Cutoffs | None:
    """Return the borders for an agency; none beyond the days off that are known."""
    try:
        return cutoffs_of(law_book().regime_on(local_day(now)), calendar_of(agency_id), now=now)
    except CalendarHorizonError:
        return None
