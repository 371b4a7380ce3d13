"""Answers which happenings move the clock; each is an instant, some with more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.core.kernel import LegalRef


@dataclass(frozen=True, slots=True)
class Received:
    """A complete and valid dossier was received: the term begins."""

    at: datetime


@dataclass(frozen=True, slots=True)
class SupplementAsked:
    """Papers were asked for after acceptance: nothing is owed until they come."""

    at: datetime


@dataclass(frozen=True, slots=True)
class SupplementSupplied:
    """Everything asked for was supplied."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PauseOpened:
    """A special law lets the term rest (financial obligation, court); ``basis`` is that law."""

    at: datetime
    basis: LegalRef | None


@dataclass(frozen=True, slots=True)
class PauseClosed:
    at: datetime


@dataclass(frozen=True, slots=True)
class Extended:
    """Apology with a new instant (hẹn lại)."""

    at: datetime
    new_due_at: datetime


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """Stopped at the applicant's request or by law."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """The work was done."""

    at: datetime


ClockFact = (
    Received
    | SupplementAsked
    | SupplementSupplied
    | PauseOpened
    | PauseClosed
    | Extended
    | StoppedClock
    | Withdrawn
    | Ended
)
