"""Answers how long a dossier may take by the times that its steps state, and whether the legal term holds it.

The longest way counts parallel branches side by side and no loop: what is handed back is done anew within the same
term, and no number of rounds is foreseen by anybody. Steps are stated in days of eight hours, whatever the office's
day is (Decision 188/1999/QĐ-TTg); a term in hours or within the same day is compared in minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from motcua.core.calendar import Calendar, CalendarHorizonError, Term, TermError, TermUnit, parse_term
from motcua.core.clock import due_instant
from motcua.core.process import Boundary, Definition, Step, SubProcess, Wait
from motcua.core.process.definition import AUTOMATIC, TIMER
from motcua.core.proving.findings import Finding, finding, remark, said, ways_onward

MINUTES_OF_A_DAY = 480
_MINUTE = timedelta(minutes=1)
_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_IN_HOURS = (TermUnit.WORKING_HOUR, TermUnit.WORKING_MINUTE, TermUnit.SAME_DAY)
_SAID_MAX = 5


class Longest(NamedTuple):
    """The longest way through a process: its minutes, in days of eight hours, and the nodes on it."""

    minutes: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Room:
    """How much time a term leaves for a dossier received at that instant, in minutes of an eight-hour day."""

    received_at: datetime
    due_at: datetime
    minutes: float


def stated_term(days: float) -> Term:
    """Return the term that a table states in days of eight hours; a part of a day counts by the hour."""
    return Term(int(days), TermUnit.WORKING_DAY) if days == int(days) else Term(days * 8, TermUnit.WORKING_HOUR)


def longest_way(definition: Definition) -> Longest:
    """Return the longest way from the start to an end, without loops.

    A step takes its own minutes, or the most that its table gives; a wait its time; a limit takes, instead of the
    step on which it stands, the time after which it comes.
    """
    return _Longest(definition).from_start()


def time_findings(definition: Definition, term: Term, calendar: Calendar, *, at_closing: bool) -> tuple[Finding, ...]:
    """Return whether a dossier can take longer than ``term``, on ordinary days and over the days off of a year.

    Findings: ``proving.time_exceeds``; as remarks ``proving.time_exceeds_on`` (the reception days before holidays on
    which only the days off make the term too short), ``proving.received_too_late`` (a same-day term without an hour
    until which it holds), ``proving.time_unknown`` (steps without a time).
    """
    longest = longest_way(definition)
    found = list(_untimed(definition))
    ordinary = Calendar(replace(calendar.spec, days_off={}, make_up_days={}, closings={}, special_hours={}))
    days = _reception_days(calendar)
    tightest = min(_rooms(term, ordinary, days, at_closing=at_closing), key=lambda r: r.minutes, default=None)
    if tightest is None:
        return tuple(found)
    values = {"days": _said_days(longest.minutes), "hours": _said_hours(longest.minutes), "term": str(term)}
    if longest.minutes > tightest.minutes:
        if term.unit is TermUnit.SAME_DAY and term.cutoff_minute is None:
            return (*found, *_latest_hour(definition, term, ordinary, days[:21], longest, values))
        over = _said_hours(longest.minutes - tightest.minutes)
        example = {"received": f"{tightest.received_at:%d/%m/%Y %H:%M}", "due": f"{tightest.due_at:%d/%m/%Y %H:%M}"}
        return (*found, finding("proving.time_exceeds", longest.path, **values, over=over, **example))
    tight = [r for r in _rooms(term, calendar, days, at_closing=at_closing) if longest.minutes > r.minutes]
    if tight:
        said_days = list(dict.fromkeys(f"{r.received_at:%d/%m/%Y}" for r in tight))
        more = f" (+{len(said_days) - _SAID_MAX})" if len(said_days) > _SAID_MAX else ""
        on = ", ".join(said_days[:_SAID_MAX]) + more
        found.append(remark("proving.time_exceeds_on", longest.path, **values, on=on))
    return tuple(found)


class _Longest:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.nodes = {n.key: n for n in definition.nodes()}
        self.onward = ways_onward(definition)
        self.memo: dict[str, Longest] = {}
        self.weights = {key: self._weight(key) for key in self.nodes}

    def from_start(self) -> Longest:
        order = self._order()
        for key in reversed(order):
            best = Longest(0, ())
            own = self.weights[key]
            for following, is_instead in self._following(key):
                if following in self.memo:
                    further = self.memo[following]
                    made = Longest((0 if is_instead else own) + further.minutes, further.path)
                    best = max(best, made, key=lambda x: (x.minutes, len(x.path)))
            if not best.path:
                best = Longest(own, ())
            self.memo[key] = Longest(best.minutes, (key, *best.path))
        return self.memo.get(self.definition.start, Longest(0, ()))

    def _following(self, key: str) -> Iterator[tuple[str, bool]]:
        """Yield what comes next, and whether its time counts from the opening of this node instead of from its end."""
        node = self.nodes[key]
        if isinstance(node, SubProcess):
            yield from ((f, False) for f in self.onward[key] if f == node.start)
            return
        for following in self.onward[key]:
            yield following, isinstance(self.nodes[following], Boundary)
        around = next((s for s in self.definition.subprocesses if key in s.members), None)
        if around is not None and not any(not isinstance(self.nodes[f], Boundary) for f in self.onward[key]):
            yield from ((f, False) for f in self.onward[around.key] if f != around.start)

    def _order(self) -> list[str]:
        """Return the nodes so that each comes before what follows it; ways back to what is open are left out."""
        order, state, stack = list[str](), dict[str, int](), [(self.definition.start, False)]
        while stack:
            key, is_left = stack.pop()
            if is_left:
                state[key] = 2
                order.append(key)
            elif key not in state:
                state[key] = 1
                stack.append((key, True))
                # The usual way first, so that the ways back are the unusual ones.
                stack += [(f, False) for f, _ in reversed(list(self._following(key)))]
        return list(reversed(order))

    def _weight(self, key: str) -> int:
        node = self.nodes[key]
        if isinstance(node, Wait | Boundary) and node.kind == TIMER:
            return _minutes_of(node.spec)
        minutes = getattr(node, "minutes", None) or 0
        name = getattr(node, "minutes_table", "")
        table = next((t for t in self.definition.tables if t.name == name), None)
        given = [int(r.value) for r in table.rules if r.value.isdecimal()] if table else []
        return max([minutes, *given]) if not given else max(given)


def _minutes_of(spec: str) -> int:
    """Return a time of the process in minutes of an eight-hour day; 0 for an instant."""
    if found := _ISO.fullmatch(spec.strip()):
        days, hours, minutes = (int(part or 0) for part in found.groups())
        return days * MINUTES_OF_A_DAY + hours * 60 + minutes
    try:
        term = parse_term(spec)
    except TermError:
        return 0
    sizes: Mapping[TermUnit, float] = {
        TermUnit.WORKING_DAY: MINUTES_OF_A_DAY,
        TermUnit.WORKING_HOUR: 60,
        TermUnit.WORKING_MINUTE: 1,
        TermUnit.CALENDAR_DAY: MINUTES_OF_A_DAY * 5 / 7,
        TermUnit.WEEK: MINUTES_OF_A_DAY * 5,
        TermUnit.MONTH: MINUTES_OF_A_DAY * 22,
        TermUnit.SAME_DAY: MINUTES_OF_A_DAY / MINUTES_OF_A_DAY,
    }
    return round((term.amount or MINUTES_OF_A_DAY) * sizes[term.unit])


def _untimed(definition: Definition) -> Iterator[Finding]:
    without = [s.key for s in definition.steps if _is_untimed(s)]
    if without:
        names = ", ".join(f"«{said(definition, key)}»" for key in without[:_SAID_MAX])
        more = f" (+{len(without) - _SAID_MAX})" if len(without) > _SAID_MAX else ""
        yield remark("proving.time_unknown", (without[0],), name=names + more, count=len(without))


def _is_untimed(step: Step) -> bool:
    # The term has ended when the result is there to be handed over.
    return step.minutes is None and not step.minutes_table and step.kind not in (AUTOMATIC, "return")


def _reception_days(calendar: Calendar) -> list[date]:
    """Return a year of days from the first known one on which a term can still be worked out."""
    last = calendar.known_until
    first = max(calendar.spec.known_from, last - timedelta(days=366 + 60))
    return [first + timedelta(days=i) for i in range((last - first).days)]


def _rooms(term: Term, calendar: Calendar, days: Sequence[date], *, at_closing: bool) -> Iterator[_Room]:
    """Yield the room that the term leaves for dossiers received at the tightest instants of each day."""
    is_in_hours = term.unit in _IN_HOURS
    length = MINUTES_OF_A_DAY if is_in_hours else calendar.full_day_minutes()
    for day in days:
        for at in _instants(term, calendar, day):
            try:
                due = due_instant(term, received_at=at, calendar=calendar, at_closing=at_closing)
            except CalendarHorizonError:
                return
            if term.unit is TermUnit.WORKING_DAY:
                # A step of a day takes a working day, however long that day is.
                yield _Room(at, due, term.amount * MINUTES_OF_A_DAY)
                break
            minutes = calendar.working_minutes_between(at, due)
            yield _Room(at, due, minutes * MINUTES_OF_A_DAY / length)


def _instants(term: Term, calendar: Calendar, day: date) -> Iterator[datetime]:
    hours = calendar.hours_on(day)
    if not hours:
        return
    midnight = datetime.combine(day, datetime.min.time(), calendar.origin.tzinfo)
    opening, closing = midnight + hours[0][0] * _MINUTE, midnight + hours[-1][1] * _MINUTE
    last = midnight + term.cutoff_minute * _MINUTE if term.cutoff_minute is not None else closing
    yield opening
    yield min(last, closing) - _MINUTE


def _latest_hour(
    definition: Definition,
    term: Term,
    calendar: Calendar,
    days: Sequence[date],
    longest: Longest,
    values: Mapping[str, str],
) -> Iterator[Finding]:
    """Yield until when a dossier has to come so that the same day is enough; an error when no hour is."""
    day = next((d for d in days if calendar.is_working(d)), None)
    if day is None:
        return
    opening = calendar.opening_at_or_after(datetime.combine(day, datetime.min.time(), calendar.origin.tzinfo))
    whole = calendar.working_minutes_between(opening, calendar.closing(day))
    if longest.minutes > whole:
        example = {"received": f"{opening:%d/%m/%Y %H:%M}", "due": f"{calendar.closing(day):%d/%m/%Y %H:%M}"}
        over = _said_hours(longest.minutes - whole)
        yield finding("proving.time_exceeds", longest.path, **values, over=over, **example)
        return
    latest = calendar.add_minutes(opening, whole - longest.minutes) if whole > longest.minutes else opening
    yield remark("proving.received_too_late", longest.path, **values, until=f"{latest:%H:%M}")


def _said_days(minutes: float) -> str:
    return f"{minutes / MINUTES_OF_A_DAY:.3g}".replace(".", ",")


def _said_hours(minutes: float) -> str:
    return f"{minutes / 60:.4g}".replace(".", ",")
