"""Answers which dossiers will not be done in time by the work that is left, and the apology that is ready for each.

Nothing is stored before it is sent: the letter is made of what is known at the moment, the head changes what he likes
and sends it by the one service that promises a new day (``dossiers.clock_acts.extend_due``).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from itertools import groupby
from uuid import UUID

from motcua.core.calendar import Calendar, CalendarHorizonError
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import ahead_on, apology_by, new_day_after
from motcua.core.dossier import NationalState
from motcua.core.process.remaining import least_minutes_after
from motcua.services.actors import Actor, Denied
from motcua.services.boards.rules import HEADS, BoardKind, boards_of
from motcua.services.calendars import calendar_of
from motcua.services.dossiers.clock_acts import may_apologise
from motcua.services.dossiers.steps import load_for
from motcua.services.offerings import running_offering
from motcua.services.times import local_day
from motcua.store.dossiers.live import unit_names
from motcua.store.dossiers.work import Standing, standing_due
from motcua.store.lawfiles import law_book

_FULL_DAY = 480


@dataclass(frozen=True, slots=True)
class OpenWork:
    """An open step of a dossier: at which unit, who has it."""

    step_name: str
    unit_id: int
    officer: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """An apology that is ready to be sent. ``send_by`` is until when the law allows it, ``None`` where it sets no day.

    ``needed_minutes`` is the least work left and ``left_minutes`` the working time until the due instant, both in
    minutes of an eight-hour day. ``new_due_at`` is the day proposed; ``None`` beyond the days known.
    """

    dossier_id: int
    public_id: UUID
    code: str
    procedure_name: str
    agency_id: int
    version: int
    due_at: datetime
    needed_minutes: int
    left_minutes: int
    expected_at: datetime
    send_by: datetime | None
    new_due_at: datetime | None
    work: tuple[OpenWork, ...]

    @property
    def fits(self) -> bool:
        return self.expected_at <= self.due_at

    def is_in_time(self, now: datetime) -> bool:
        return self.send_by is None or now <= self.send_by


@dataclass(frozen=True, slots=True)
class ApologyPage:
    """The apology of a dossier as its page shows it. ``may_send`` says whether the reader signs it."""

    prepared: Prepared
    unit_names: dict[int, str]
    may_send: bool


def apologies_to_send(whose: str, key: int, *, now: datetime) -> list[Prepared]:
    """Return the dossiers that will not be done in time by the times of their steps, what has to be sent first first.

    ``whose`` is ``agency``, ``centre`` or ``unit``, ``key`` its id. Looked at are those due within the days that
    ``apology.look_ahead_days`` names, of which nobody has promised a new day yet; one statement.
    """
    days = law_book().regime_on(local_day(now)).number("apology.look_ahead_days")
    last = ahead_on(law_book().calendar(), local_day(now), days)
    rows = standing_due(whose, key, now=now, until=datetime.combine(last, time.max, VIETNAM))
    found = [p for p in _prepared(rows, now=now) if not p.fits]
    return sorted(found, key=lambda p: (p.send_by or p.due_at, p.due_at, p.dossier_id))


def apologies_of(actor: Actor, *, now: datetime) -> list[Prepared]:
    """Return what the actor's own boards list: of his agency, his centre or his unit. Denied for nobody's head."""
    if not actor.has(*HEADS):
        raise Denied("apologies are prepared for heads")
    kinds = boards_of(actor)
    if BoardKind.AGENCY in kinds:
        return apologies_to_send("agency", actor.agency_id, now=now)
    if BoardKind.CENTRE in kinds:
        return apologies_to_send("centre", actor.unit_id, now=now)
    return apologies_to_send("unit", actor.unit_id, now=now)


def apology_page(public_id: UUID, actor: Actor, *, now: datetime) -> ApologyPage | None:
    """Return the apology prepared for a dossier; ``None`` when none can be given: nothing is owed, or it was given.

    Denied unless the actor is a head who may read the dossier.
    """
    if not actor.has(*HEADS):
        raise Denied("apologies are prepared for heads")
    dossier = load_for(public_id, actor)
    if dossier.life.state not in (NationalState.ACCEPTED, NationalState.IN_PROCESS) or dossier.due_at is None:
        return None
    rows = standing_due("dossier", dossier.id, now=min(now, dossier.due_at), until=dossier.due_at)
    prepared = next(iter(_prepared(rows, now=now)), None)
    if prepared is None:
        return None
    names = dict(unit_names({w.unit_id for w in prepared.work}))
    return ApologyPage(prepared, names, may_apologise(actor, dossier))


def _prepared(rows: Sequence[Standing], *, now: datetime) -> list[Prepared]:
    made = []
    for _dossier, steps in groupby(rows, key=lambda r: r.dossier_id):
        # Where days off are not known, neither is the time left nor a day that could be promised.
        with suppress(CalendarHorizonError):
            made.append(_one(list(steps), now=now))
    return made


def _one(steps: Sequence[Standing], *, now: datetime) -> Prepared:
    first = steps[0]
    calendar = calendar_of(first.agency_id)
    needed = max(_left_of(s, calendar, now=now) + _after(s.offering_id)[s.step] for s in steps)
    expected, new = now, None
    try:
        expected = calendar.add_share(now, minutes=needed)
        new = new_day_after(expected, due_at=first.due_at, calendar=calendar)
    except CalendarHorizonError:
        expected = max(expected, now)
    scale = _FULL_DAY / calendar.full_day_minutes()
    net = running_offering(first.offering_id).net
    return Prepared(
        dossier_id=first.dossier_id,
        public_id=first.public_id,
        code=first.code,
        procedure_name=first.procedure_name,
        agency_id=first.agency_id,
        version=first.version,
        due_at=first.due_at,
        needed_minutes=needed,
        left_minutes=max(0, round(calendar.working_minutes_between(now, first.due_at) * scale)),
        expected_at=expected,
        send_by=apology_by(
            first.due_at, regime=law_book().regime_on(local_day(first.received_at)), calendar=calendar
        ),
        new_due_at=new,
        work=tuple(OpenWork(net.steps[s.step].name, s.unit_id, s.assignee_name) for s in steps),
    )


def _left_of(step: Standing, calendar: Calendar, *, now: datetime) -> int:
    """Return what is left of the step's own share, in minutes of an eight-hour day; nothing once it is used up."""
    own = running_offering(step.offering_id).net.steps[step.step]
    if own.kind == "return":
        return 0
    scale = _FULL_DAY / calendar.full_day_minutes()
    used = calendar.working_minutes_between(min(step.opened_at, now), now) * scale
    return max(0, round((own.minutes or 0) - used))


@lru_cache(maxsize=20_000)
def _after(offering_id: int) -> tuple[int, ...]:
    """Return, for each step of the offering's process, the least work that follows it."""
    net = running_offering(offering_id).net
    least = least_minutes_after(net.definition)
    return tuple(least[s.key] for s in net.steps)
