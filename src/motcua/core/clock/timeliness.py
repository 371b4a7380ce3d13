"""Answers whether a dossier is early, on time, within time or late; always computed, never stored as truth.

Two definitions stand side by side: that of the receipt, and the operational one of the national index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from motcua.core.calendar import Calendar, Term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock.derive import due_instant
from motcua.core.clock.facts import ClockFact, Received, SupplementAsked, SupplementSupplied


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


class IndexReason(Enum):
    """What decided the index's class."""

    ENDED = "ended"
    PERIOD_END = "period_end"
    WAITING = "waiting"
    SECOND_REQUEST = "second_request"


@dataclass(frozen=True, slots=True)
class IndexClass:
    """The class of a dossier in the national index, and what decided it. ``compared_at`` is held against the due."""

    timeliness: Timeliness
    reason: IndexReason
    compared_at: datetime
    due_at: datetime


def index_timeliness(
    facts: Sequence[ClockFact],
    *,
    promised_at: datetime | None,
    ended_at: datetime | None,
    period_end: datetime,
    term: Term,
    calendar: Calendar,
) -> IndexClass | None:
    """Return the class by the operational definition of Decision 766/QĐ-TTg as the national portal computes it.

    More than one supplement request is late. While the applicant is waited for after one request, the end is the
    instant of the request. Of a dossier whose papers came, the time from request to completion is subtracted from
    the end. Without an end, the period's end stands for it. Without a promised day (``promised_at``), the term's
    own end is compared. ``None`` for a dossier not received.
    Source: Decision 766/QĐ-TTg; the formula second-hand, from public data sets of the portal.
    """
    received = next((f.at for f in facts if isinstance(f, Received)), None)
    if received is None:
        return None
    due_at = promised_at or due_instant(term, received_at=received, calendar=calendar)
    known = sorted((f for f in facts if f.at <= period_end), key=lambda f: f.at)
    asked = [f.at for f in known if isinstance(f, SupplementAsked)]
    supplied = [f.at for f in known if isinstance(f, SupplementSupplied)]
    has_ended = ended_at is not None and ended_at <= period_end
    end, reason = (ended_at, IndexReason.ENDED) if has_ended else (period_end, IndexReason.PERIOD_END)
    if end is None:
        raise AssertionError("an end is either known or the period's")
    if len(asked) > 1:
        return IndexClass(Timeliness.LATE, IndexReason.SECOND_REQUEST, end, due_at)
    if asked and not supplied:
        end, reason = min(asked[0], end), IndexReason.WAITING
    elif asked:
        end -= max(timedelta(0), min(supplied[0], end) - asked[0])
    if end > due_at:
        found = Timeliness.LATE
    elif not has_ended:
        found = Timeliness.WITHIN
    else:
        found = timeliness(due_at=due_at, ended_at=end, at=end)
    return IndexClass(found, reason, end, due_at)
