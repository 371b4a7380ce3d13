"""Answers whether a dossier is early, on time, within time or late; always computed, never stored as truth."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from motcua.core.calendar.working import VIETNAM


class Timeliness(Enum):
    """The receipt's classes (trước hạn, đúng hạn, trong hạn, quá hạn) and the one while nothing is owed."""

    EARLY = "early"
    ON_TIME = "on_time"
    WITHIN = "within"
    LATE = "late"
    WAITING = "waiting"


def timeliness(*, due_at: datetime | None, ended_at: datetime | None, at: datetime) -> Timeliness:
    """Return the class of a dossier as seen at ``at``.

    Early: done on a day before the due day. On time: done on the due day, up to the due instant. Within: not
    done and not past. Late: past. Waiting: nothing is owed, for the applicant has to supply papers.
    """
    if due_at is None:
        return Timeliness.WAITING
    if ended_at is None:
        return Timeliness.LATE if at > due_at else Timeliness.WITHIN
    if ended_at > due_at:
        return Timeliness.LATE
    is_before = ended_at.astimezone(VIETNAM).date() < due_at.astimezone(VIETNAM).date()
    return Timeliness.EARLY if is_before else Timeliness.ON_TIME
