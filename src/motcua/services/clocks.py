"""Answers what the clock of a stored dossier says: now, with one more fact, as known on an earlier day.

The one place where a dossier's facts, its office's calendar and the law of its reception day meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from motcua.core import clock
from motcua.core.calendar import Calendar
from motcua.core.clock import Cause, Clock, Explained, IndexClass, derive_clock, explain, index_timeliness
from motcua.core.dossier import Fact, FactKind, Life, Place, effective, known_at, replay, stays_of, step_due
from motcua.core.kernel import Confidence, LegalRef
from motcua.core.process.definition import AUTOMATIC, CALL
from motcua.core.regimes import Regime
from motcua.services.calendars import calendar_as_known, fresh_calendar
from motcua.services.offerings import Running, running_offering
from motcua.services.times import local_day
from motcua.store.dossiers.writing import Loaded
from motcua.store.lawfiles import law_book

_Made = Callable[[Fact], clock.ClockFact]
_KINDS: dict[FactKind, _Made] = {
    FactKind.RECEIVED: lambda f: clock.Received(f.at),
    FactKind.SUPPLEMENT_ASKED: lambda f: clock.SupplementAsked(f.at),
    FactKind.SUPPLEMENT_SUPPLIED: lambda f: clock.SupplementSupplied(f.at),
    FactKind.EXTENDED: lambda f: clock.Extended(f.at, datetime.fromisoformat(f.body["new_due"])),
    FactKind.PAUSED: lambda f: clock.PauseOpened(f.at, basis_of(f), Cause(f.body["cause"]), str(f.body["key"])),
    FactKind.RESUMED: lambda f: clock.PauseClosed(f.at, str(f.body["key"])),
    FactKind.CONSULTED: lambda f: clock.ConsultationAsked(f.at, str(f.body["of"]), str(f.body["key"])),
    FactKind.ANSWERED: lambda f: clock.ConsultationAnswered(f.at, str(f.body["key"])),
    FactKind.CONSULTATION_REVOKED: lambda f: clock.ConsultationAnswered(f.at, str(f.body["key"])),
    FactKind.WITHDRAWN: lambda f: clock.Withdrawn(f.at),
    FactKind.STOPPED: lambda f: clock.StoppedClock(f.at),
}


def basis_of(fact: Fact) -> LegalRef:
    """Return the law that a pause names. It is entered by an officer, so nobody has confirmed it."""
    return LegalRef(str(fact.body["act"]), str(fact.body["article"]), Confidence.UNSURE)


def clock_facts(facts: Iterable[Fact], *, ended_at: datetime | None = None) -> tuple[clock.ClockFact, ...]:
    """Return what moves the clock, as corrected; ``ended_at`` is when the work was done, if it was."""
    found = [_KINDS[f.kind](f) for f in effective(facts) if f.kind in _KINDS]
    if ended_at is not None:
        found.append(clock.Ended(ended_at))
    return tuple(found)


def regime_at_reception(received_at: datetime) -> Regime:
    """Return the law that a dossier keeps: what held on the day it was received."""
    return law_book().regime_on(local_day(received_at))


def regime_of(dossier: Loaded) -> Regime:
    """Return the law of the dossier's reception day."""
    if dossier.life.received_at is None:
        raise AssertionError("a stored dossier has been received")
    return regime_at_reception(dossier.life.received_at)


def clock_of(facts: Sequence[Fact], running: Running, *, life: Life, calendar: Calendar | None = None) -> Clock:
    """Return the clock that the facts make today, in the office's calendar as committed now."""
    if life.received_at is None:
        raise AssertionError("a stored dossier has been received")
    return derive_clock(
        clock_facts(facts, ended_at=life.ended_at),
        term=running.term,
        calendar=calendar or fresh_calendar(running.agency_id),
        regime=regime_at_reception(life.received_at),
    )


def explained_of(
    facts: Sequence[Fact], running: Running, *, life: Life, calendar: Calendar | None = None
) -> Explained:
    """Return the clock with its derivation sheet."""
    if life.received_at is None:
        raise AssertionError("a stored dossier has been received")
    return explain(
        clock_facts(facts, ended_at=life.ended_at),
        term=running.term,
        calendar=calendar or fresh_calendar(running.agency_id),
        regime=regime_at_reception(life.received_at),
    )


def promised_at(facts: Sequence[Fact]) -> datetime | None:
    """Return the instant that the receipt promised, or the apology's new one; ``None`` when no fact says it."""
    promised: str | None = None
    for fact in effective(facts):
        if fact.kind is FactKind.RECEIVED:
            promised = fact.body.get("due")
        elif fact.kind is FactKind.EXTENDED:
            promised = fact.body["new_due"]
    return datetime.fromisoformat(promised) if promised else None


def index_class(facts: Sequence[Fact], running: Running, *, life: Life, at: datetime) -> IndexClass | None:
    """Return the dossier's class by the operational definition of the national index, as seen at ``at``."""
    end = life.ended_at or life.returned_at
    return index_timeliness(
        clock_facts(facts),
        promised_at=promised_at(facts),
        ended_at=end,
        period_end=at,
        term=running.term,
        calendar=running.calendar,
    )


@dataclass(frozen=True, slots=True)
class AsKnown:
    """A dossier as everybody could know it on a day: facts recorded by its end, the calendar as it was then."""

    on: date
    facts: tuple[Fact, ...]
    life: Life
    explained: Explained
    calendar: Calendar
    running: Running
    """By what it ran then: since, it may have gone on under another version of its process."""


def as_known(
    facts: Sequence[Fact], running: Running, *, at: datetime, calendar: Calendar | None = None
) -> AsKnown | None:
    """Return the dossier as known at ``at``; ``None`` when it was not yet recorded.

    ``calendar`` is the agency's as known then; who asks for many of an agency reads it once and gives it.
    """
    known, running = _known(facts, running, at=at)
    if not any(f.kind is FactKind.RECEIVED for f in known):
        return None
    calendar = calendar or calendar_as_known(running.agency_id, at=at)
    life = replay(known, running.net)
    return AsKnown(
        local_day(at), known, life, explained_of(known, running, life=life, calendar=calendar), calendar, running
    )


def clock_as_known(
    facts: Sequence[Fact], running: Running, *, at: datetime, calendar: Calendar
) -> tuple[Life, Clock] | None:
    """Return life and clock as known at ``at`` in the calendar as known then; ``None`` when not yet recorded.

    What ``as_known`` tells without the derivation sheet, for counting many.
    """
    known, running = _known(facts, running, at=at)
    if not any(f.kind is FactKind.RECEIVED for f in known):
        return None
    life = replay(known, running.net)
    return life, clock_of(known, running, life=life, calendar=calendar)


def _known(facts: Sequence[Fact], running: Running, *, at: datetime) -> tuple[tuple[Fact, ...], Running]:
    known = known_at(facts, at)
    later = next((f for f in facts if f.kind is FactKind.MOVED and f not in known), None)
    if later is not None:
        # It had not been moved yet: what was known then is told by the version that ran then.
        running = running_offering(int(later.body["offering"]))
    return known, running


def task_dues(
    facts: Sequence[Fact], running: Running, *, made: Clock, calendar: Calendar
) -> dict[Place, datetime | None]:
    """Return when each open step has to be done, by the step and which of several offices does it.

    What the system or another agency's dossier does is in nobody's list.
    """
    values = running.net.typed(replay(facts, running.net).values) if running.net.tables else {}
    return {
        (stay.step, stay.instance): step_due(
            opened_at=stay.opened_at,
            minutes=running.net.minutes_of(stay.step, values) or 0,
            intervals=made.intervals,
            calendar=calendar,
            due_at=made.due_at,
        )
        for stay in stays_of(facts, running.net)
        if stay.closed_at is None and running.net.steps[stay.step].kind not in (AUTOMATIC, CALL)
    }
