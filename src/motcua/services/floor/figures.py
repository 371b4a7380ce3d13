"""Answers what a manager sees: the hall now, the day's load and what it asks for, and what waits were measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import fmean, median, quantiles

from motcua.core.floor import EventKind, Need, QuarterLoad, State, counters_needed, load_by_quarter, quarter_of
from motcua.services.floor.boards import GroupLine, group_lines
from motcua.services.floor.estimates import History, forecast_of, history_of
from motcua.services.floor.halls import Floor, floor_of
from motcua.services.times import VIETNAM, local_day
from motcua.store.floor.models import DeskSession, DeskState, Hall, HallGroup, Ticket, TicketEvent
from motcua.store.organisation.models import Counter as Desk
from motcua.store.organisation.models import Staff

LOAD_DAYS = 28
_VISIT_GUESS = 7.0


@dataclass(frozen=True, slots=True)
class CounterLine:
    """A counter now: who sits there, whom it serves and since when, its groups and what it has served today."""

    counter: Desk
    session: DeskSession | None
    staff: str
    label: str
    since_minutes: int | None
    letters: str
    served: int

    @property
    def is_open(self) -> bool:
        return self.session is not None and self.session.state == DeskState.OPEN


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Somebody who waits longer than the target."""

    label: str
    group: HallGroup
    minutes: int


@dataclass(frozen=True, slots=True)
class HallNow:
    """The hall on one page."""

    floor: Floor
    counters: tuple[CounterLine, ...]
    groups: tuple[GroupLine, ...]
    longest: WaitingLine | None
    over_target: tuple[WaitingLine, ...]
    waiting: int
    served: int
    aside: int


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """A quarter of an hour: who usually comes, who came today, the counters it takes."""

    starts: time
    usual: float
    today: int | None
    need: Need


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The day by quarter-hours with how the suggestion was worked out."""

    quarters: tuple[QuarterLine, ...]
    days: int
    visit_minutes: float
    target_minutes: int
    share: float

    @property
    def counters_max(self) -> int:
        return max((q.need.counters for q in self.quarters), default=0)

    @property
    def quiet(self) -> tuple[QuarterLine, ...]:
        """The quarters in which fewest come, for who may choose; the three best still of this day."""
        return tuple(sorted(self.quarters, key=lambda q: (q.usual, q.starts))[:3])

    def soon(self, at: datetime) -> tuple[QuarterLine, ...]:
        """Return the quarter of ``at`` and the next three of the usual day."""
        now = quarter_of(at.astimezone(VIETNAM))
        return tuple(q for q in self.quarters if q.starts >= now and q.usual)[:4]


@dataclass(frozen=True, slots=True)
class WaitFigure:
    """Waits measured: of ``count`` tickets called, half waited at most ``median``, nine of ten at most ``p90``."""

    count: int
    median: float
    p90: float
    within: float
    visit: float | None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What was measured on a day."""

    day: date
    taken: int
    served: int
    no_shows: int
    left: int
    transfers: int
    all: WaitFigure | None
    by_group: tuple[tuple[HallGroup, WaitFigure], ...]
    by_hour: tuple[tuple[int, WaitFigure], ...]
    estimate_error: float | None
    estimates: int


def hall_now(hall: Hall, *, now: datetime) -> HallNow:
    floor = floor_of(hall, day=local_day(now))
    lines = group_lines(floor, forecast_of(floor, now=now), now=now)
    waits = [
        WaitingLine(t.label, group, int((now - max(t.place_at, t.booked_at or t.place_at)).total_seconds() // 60))
        for t in floor.tickets.values()
        if t.state == State.WAITING and (group := floor.group(t.group_id)) is not None
    ]
    waits.sort(key=lambda w: -w.minutes)
    done = list(
        Ticket.objects.filter(hall=hall, day=local_day(now), state=State.DONE).values_list("counter_id", flat=True)
    )
    return HallNow(
        floor=floor,
        counters=_counter_lines(floor, done, now=now),
        groups=lines,
        longest=waits[0] if waits else None,
        over_target=tuple(w for w in waits if w.minutes > hall.target_minutes),
        waiting=len(waits),
        served=len(done),
        aside=sum(t.state == State.ASIDE for t in floor.tickets.values()),
    )


def day_plan(hall: Hall, *, day: date, now: datetime) -> DayPlan:
    """Return the usual day like this one (same weekday, the last four weeks), or any day when there was none."""
    rows = Ticket.objects.filter(hall=hall, day__gte=day - timedelta(days=LOAD_DAYS), day__lte=day)
    arrivals = [(d, at.astimezone(VIETNAM)) for d, at in rows.values_list("day", "place_at")]
    before = [at for d, at in arrivals if d < day and d.weekday() == day.weekday()]
    before = before or [at for d, at in arrivals if d < day]
    today: dict[time, int] = defaultdict(int)
    for d, at in arrivals:
        if d == day:
            today[quarter_of(at)] += 1
    visit = _mean_visit(history_of(hall.id, now=now))
    share = hall.target_percent / 100
    usual = {q.starts: q for q in load_by_quarter(before)}
    quarters = []
    for starts in sorted({*usual, *today}):
        mean = usual.get(starts, QuarterLoad(starts, 0.0, 0)).mean
        need = counters_needed(visitors=mean, visit_minutes=visit, target_minutes=hall.target_minutes, share=share)
        is_past = day < local_day(now) or starts <= now.astimezone(VIETNAM).time()
        quarters.append(QuarterLine(starts, mean, today[starts] if is_past else None, need))
    days = next((q.days for q in usual.values()), 0)
    return DayPlan(tuple(quarters), days, visit, hall.target_minutes, share)


def day_figures(hall: Hall, day: date) -> DayFigures:
    """Return what a day's tickets say; one statement for tickets, one for transfers."""
    start = datetime.combine(day, time(), VIETNAM)
    tickets = list(Ticket.objects.filter(hall=hall, day=day).order_by("id"))
    groups = {g.id: g for g in HallGroup.objects.filter(hall=hall)}
    events = TicketEvent.objects.filter(hall_id=hall.id, at__gte=start, at__lt=start + timedelta(days=1))
    counts = Counter(events.values_list("kind", flat=True))
    by_group: dict[int, list[Ticket]] = defaultdict(list)
    by_hour: dict[int, list[Ticket]] = defaultdict(list)
    called = [t for t in tickets if t.first_called_at is not None]
    for ticket in called:
        by_group[ticket.group_id].append(ticket)
        by_hour[ticket.place_at.astimezone(VIETNAM).hour].append(ticket)
    errors = [
        abs(waited(t) - t.estimate_minutes) for t in called if t.estimate_minutes is not None and not t.booked_at
    ]
    target = hall.target_minutes
    return DayFigures(
        day=day,
        taken=len(tickets),
        served=sum(t.state == State.DONE for t in tickets),
        no_shows=counts[EventKind.SET_ASIDE],
        left=sum(t.state == State.LEFT for t in tickets),
        transfers=counts[EventKind.TRANSFERRED],
        all=_figure(called, target=target) if called else None,
        by_group=tuple((groups[g], _figure(found, target=target)) for g, found in sorted(by_group.items())),
        by_hour=tuple((h, _figure(found, target=target)) for h, found in sorted(by_hour.items())),
        estimate_error=median(errors) if errors else None,
        estimates=len(errors),
    )


@dataclass(frozen=True, slots=True)
class SpanFigures:
    """What was measured of a hall in a span of days, in all and by day; days without tickets are left out."""

    taken: int
    served: int
    all: WaitFigure | None
    by_day: tuple[tuple[date, int, int, WaitFigure | None], ...]


def span_figures(unit_id: int, *, first: date, last: date) -> SpanFigures | None:
    """Return the waits of a unit's hall in a span of days, ``None`` when it has no hall; one statement for tickets."""
    hall = Hall.objects.filter(unit_id=unit_id).first()
    if hall is None:
        return None
    days: dict[date, list[Ticket]] = defaultdict(list)
    for ticket in Ticket.objects.filter(hall=hall, day__gte=first, day__lte=last).order_by("id"):
        days[ticket.day].append(ticket)

    def counted(tickets: Sequence[Ticket]) -> tuple[int, int, WaitFigure | None]:
        called = [t for t in tickets if t.first_called_at is not None]
        figure = _figure(called, target=hall.target_minutes) if called else None
        return len(tickets), sum(t.state == State.DONE for t in tickets), figure

    taken, served, whole = counted([t for tickets in days.values() for t in tickets])
    return SpanFigures(taken, served, whole, tuple((day, *counted(tickets)) for day, tickets in sorted(days.items())))


def waited(ticket: Ticket) -> float:
    """Return the minutes until the first call; an appointment waits from its time on."""
    assert ticket.first_called_at is not None
    since = max(ticket.place_at, ticket.booked_at or ticket.place_at)
    return max(0.0, (ticket.first_called_at - since).total_seconds() / 60)


def _figure(called: Sequence[Ticket], *, target: int) -> WaitFigure:
    waits = [waited(t) for t in called]
    visits = [
        (t.ended_at - t.called_at).total_seconds() / 60
        for t in called
        if t.state == State.DONE and t.ended_at is not None and t.called_at is not None
    ]
    p90 = quantiles(waits, n=10, method="inclusive")[8] if len(waits) > 1 else waits[0]
    within = sum(w <= target for w in waits) / len(waits)
    return WaitFigure(len(waits), median(waits), p90, within, median(visits) if visits else None)


def _mean_visit(history: History) -> float:
    every = [min(v, 45.0) for visits in history.visits.values() for v in visits]
    return fmean(every) if every else _VISIT_GUESS


def _counter_lines(floor: Floor, done: Sequence[int | None], *, now: datetime) -> tuple[CounterLine, ...]:
    sessions: Mapping[int, DeskSession] = {s.counter_id: s for s in floor.sessions}
    names = dict(Staff.objects.filter(id__in=[s.staff_id for s in floor.sessions]).values_list("id", "full_name"))
    letters = {g.id: g.letter for g in floor.groups}
    lines = []
    for counter in floor.counters.values():
        session, ticket = sessions.get(counter.id), floor.at_counter(counter.id)
        since = ticket.called_at if ticket is not None else None
        lines.append(
            CounterLine(
                counter=counter,
                session=session,
                staff=names.get(session.staff_id, "") if session is not None else "",
                label=ticket.label if ticket is not None else "",
                since_minutes=int((now - since).total_seconds() // 60) if since is not None else None,
                letters="".join(sorted(letters[g] for g in floor.serves[counter.id])),
                served=sum(i == counter.id for i in done),
            )
        )
    return tuple(lines)
