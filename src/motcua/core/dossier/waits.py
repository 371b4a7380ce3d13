"""Answers when the times come for which a dossier's process waits, and which messages it would take.

Derived from the facts: since when each wait stands, and what its time is from there in the office's calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from motcua.core.calendar import Calendar, TermError, parse_term
from motcua.core.clock import due_instant
from motcua.core.dossier.corrections import effective
from motcua.core.dossier.facts import Fact, FactKind
from motcua.core.dossier.life import advance, begin
from motcua.core.process import Boundary, Net
from motcua.core.process.times import duration_of, is_instant


@dataclass(frozen=True, slots=True)
class Waiting:
    """A trigger that stands: since when, and when its time comes (``None`` for a message)."""

    trigger: int
    since_at: datetime
    due_at: datetime | None


def waits_of(facts: Iterable[Fact], net: Net, calendar: Calendar) -> tuple[Waiting, ...]:
    """Return what the process waits for after ``facts``, apart from people."""
    life, since = begin(), dict[int, datetime]()
    for fact in effective(facts):
        before = life.process
        advanced = advance(life, fact, net)
        life = advanced.life
        if life.process is not before:
            gone = {number for number, _ in advanced.closed}
            fired = fact.body.get("trigger") if fact.kind is FactKind.FIRED else None
            since = {
                t: fact.at if t not in since or t == fired or _host(net, t) in gone else since[t]
                for t in net.waiting(life.process)
            }
    return tuple(
        Waiting(t, at, trigger_at(net, t, since_at=at, calendar=calendar)) for t, at in sorted(since.items())
    )


def _host(net: Net, trigger: int) -> int | None:
    """Return the step that the trigger hangs on: closed and opened again, its time begins anew."""
    node = net.nodes[net.triggers[trigger].key]
    return net.index.get(node.host) if isinstance(node, Boundary) else None


def trigger_at(net: Net, trigger: int, *, since_at: datetime, calendar: Calendar) -> datetime | None:
    """Return when the trigger's time comes; ``None`` for a message."""
    rule = net.triggers[trigger]
    return time_of(rule.spec, since_at=since_at, calendar=calendar) if rule.kind == "timer" else None


def time_of(spec: str, *, since_at: datetime, calendar: Calendar) -> datetime:
    """Return the instant that ``spec`` means from ``since_at``: a term in the calendar, an ISO duration or instant.

    Raises TermError for what is none of these.
    """
    if (part := duration_of(spec)) is not None:
        months = int(part["years"] * 12 + part["months"])
        return _months_later(since_at, months) + timedelta(
            weeks=part["weeks"], days=part["days"], hours=part["hours"], minutes=part["minutes"],
            seconds=part["seconds"],
        )  # fmt: skip
    if is_instant(spec):
        try:
            at = datetime.fromisoformat(spec)
        except ValueError:
            raise TermError(f"{spec!r} is no instant") from None
        return at if at.tzinfo else at.replace(tzinfo=since_at.tzinfo)
    return due_instant(parse_term(spec), received_at=since_at, calendar=calendar)


def _months_later(at: datetime, months: int) -> datetime:
    if not months:
        return at
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = at.day
    while True:
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1
