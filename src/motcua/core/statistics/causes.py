"""Answers why a dossier was not done by its due instant, from what is on record, and by which evidence; never a guess.

A cause is what the apology told, or else who had the dossier in hand when it fell due. What is not on record is a
cause of its own: not told (không rõ nguyên nhân).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class LateCause(Enum):
    """Why a dossier is or was late (nguyên nhân quá hạn): a small closed set."""

    ONE_STOP = "one_stop"
    """The one-stop unit had it (Bộ phận Một cửa)."""
    HANDLING = "handling"
    """A unit of the agency that handles it had it (đơn vị giải quyết)."""
    OTHER_AGENCY = "other_agency"
    """Another agency had it, or owed its opinion (cơ quan phối hợp)."""
    APPLICANT = "applicant"
    """Told: what the applicant had to do came late or not at all."""
    SUPPLEMENT = "supplement"
    """Told: supplementing the papers took long (bổ sung hồ sơ kéo dài)."""
    FORCE_MAJEURE = "force_majeure"
    """Told: storm, flood, epidemic and the like (bất khả kháng)."""
    OUTAGE = "outage"
    """Told: a system was down (sự cố hệ thống)."""
    NOT_TOLD = "not_told"
    """Nothing on record says why."""


class Evidence(Enum):
    """What a cause is known by."""

    TOLD = "told"
    """The apology names it."""
    OPINION = "opinion"
    """An opinion was asked for and owed before the due instant, and had not come."""
    LINKED = "linked"
    """The dossier that another agency has for it was not done at the due instant."""
    HELD = "held"
    """The step stood there at the due instant."""
    NONE = "none"


class Holder(Enum):
    """Whose unit had a step."""

    ONE_STOP = "one_stop"
    HANDLING = "handling"
    OTHER_AGENCY = "other_agency"


TELLABLE = tuple(c for c in LateCause if c is not LateCause.NOT_TOLD)
"""What an apology may name as the cause."""


@dataclass(frozen=True, slots=True)
class InHand:
    """Who had something of a dossier in hand at an instant, and since when. ``unit_id`` is of ours, if it is one."""

    holder: Holder
    since: datetime
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class AtDue:
    """What is on record of a dossier at the instant it fell due.

    ``told`` is the cause that the apology names, empty where it names none or there is none. ``opinion`` is the office
    whose opinion was owed by then and had not come, ``linked`` the other agency whose dossier for this one was open,
    ``step`` the unit at which the step that stood longest was open.
    """

    told: str = ""
    opinion: InHand | None = None
    linked: InHand | None = None
    step: InHand | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """Why a dossier is late: the cause, what it is known by, which unit it points to and since when that had it."""

    cause: LateCause
    evidence: Evidence
    unit_id: int | None = None
    since: datetime | None = None


_CAUSE_OF = {
    Holder.ONE_STOP: LateCause.ONE_STOP,
    Holder.HANDLING: LateCause.HANDLING,
    Holder.OTHER_AGENCY: LateCause.OTHER_AGENCY,
}


def cause_of(known: AtDue) -> Late:
    """Return the cause: as told in the apology; else whoever owed an opinion, had a dossier for it, or had the step.

    A cause told that is none of the closed set counts as not told.
    Guarantee: one cause, the same for the same record; without any record ``NOT_TOLD``.
    """
    told = next((c for c in TELLABLE if c.value == known.told), None)
    if told is not None:
        at = known.opinion or known.linked or known.step
        return Late(told, Evidence.TOLD, at.unit_id if at else None, at.since if at else None)
    for evidence, found in (
        (Evidence.OPINION, known.opinion),
        (Evidence.LINKED, known.linked),
        (Evidence.HELD, known.step),
    ):
        if found is not None:
            return Late(_CAUSE_OF[found.holder], evidence, found.unit_id, found.since)
    return Late(LateCause.NOT_TOLD, Evidence.NONE)


def holder_of(*, is_one_stop: bool, agency_id: int | None, handling_agency_id: int) -> Holder:
    """Return whose a unit is for a dossier that ``handling_agency_id`` handles; an office outside has no agency here.

    The one-stop unit is told apart whosever it is: since it also receives for others, its agency says nothing.
    """
    if is_one_stop:
        return Holder.ONE_STOP
    return Holder.HANDLING if agency_id == handling_agency_id else Holder.OTHER_AGENCY
