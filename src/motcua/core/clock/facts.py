"""Answers which happenings move the clock; each is an instant, some with more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from motcua.core.kernel import LegalRef


class Cause(Enum):
    """Why time passes as it does."""

    HANDLING = "handling"
    SUPPLEMENT = "supplement"
    FINANCIAL_OBLIGATION = "financial_obligation"
    COURT = "court"
    SPECIAL_LAW = "special_law"
    CONSULTATION = "consultation"


class Owner(Enum):
    """Whose time it is: the handling office's, the applicant's, another authority's, that of an office consulted."""

    OFFICE = "office"
    APPLICANT = "applicant"
    AUTHORITY = "authority"
    CONSULTED = "consulted"


OWNER_OF: dict[Cause, Owner] = {
    Cause.HANDLING: Owner.OFFICE,
    Cause.SUPPLEMENT: Owner.APPLICANT,
    Cause.FINANCIAL_OBLIGATION: Owner.APPLICANT,
    Cause.COURT: Owner.AUTHORITY,
    Cause.SPECIAL_LAW: Owner.AUTHORITY,
    Cause.CONSULTATION: Owner.CONSULTED,
}
PAUSE_CAUSES = (Cause.FINANCIAL_OBLIGATION, Cause.COURT, Cause.SPECIAL_LAW)


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
    cause: Cause = Cause.SPECIAL_LAW
    key: str = ""


@dataclass(frozen=True, slots=True)
class PauseClosed:
    """The reason for the pause with the same ``key`` is gone."""

    at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class ConsultationAsked:
    """Another office was asked for its opinion (lấy ý kiến): the term runs on, the time is that office's."""

    at: datetime
    of: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ConsultationAnswered:
    """The office asked has answered."""

    at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Extended:
    """Apology with a new instant (hẹn lại)."""

    at: datetime
    new_due_at: datetime


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """Stopped at the applicant's request or by law (dừng giải quyết)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The applicant took the dossier back (rút hồ sơ)."""

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
    | ConsultationAsked
    | ConsultationAnswered
    | Extended
    | StoppedClock
    | Withdrawn
    | Ended
)
