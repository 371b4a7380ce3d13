"""Answers how urgent what is open is: late, due today, due soon, later, or nothing owed; and until when to apologise.

"Soon" reaches over working days of the office that owes the answer, so that nobody is surprised after a weekend.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from motcua.core.calendar import Calendar, CalendarHorizonError
from motcua.core.calendar.working import VIETNAM
from motcua.core.regimes import Regime


class Urgency(Enum):
    """The classes of what is open (quá hạn, đến hạn hôm nay, sắp đến hạn); they partition it."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    RESTING = "resting"
    """Nothing is owed now: the applicant has to supply papers, or a special law lets the term rest."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The instants between the classes: now, the last instant of today, the last instant that is still soon."""

    now: datetime
    today_until: datetime
    soon_until: datetime


def horizon_of(calendar: Calendar, *, now: datetime, soon_working_days: int) -> Horizon:
    """Return the borders as they are at ``now``: soon ends with the ``soon_working_days``-th working day after today."""
    today = now.astimezone(VIETNAM).date()
    last = ahead_on(calendar, today, soon_working_days)
    return Horizon(now, datetime.combine(today, time.max, VIETNAM), datetime.combine(last, time.max, VIETNAM))


def ahead_on(calendar: Calendar, today: date, working_days: int) -> date:
    """Return the day that many working days ahead; where days off are not known so far, the last day known.

    For what is looked at, never for what is promised. Guarantee: not before today.
    """
    try:
        return max(today, calendar.add_working_days(today, working_days))
    except CalendarHorizonError:
        return max(today, calendar.known_until)


def urgency(due_at: datetime | None, horizon: Horizon) -> Urgency:
    """Return the class of what is open and due at ``due_at``. On the instant itself it is not late yet."""
    if due_at is None:
        return Urgency.RESTING
    if due_at < horizon.now:
        return Urgency.LATE
    if due_at <= horizon.today_until:
        return Urgency.TODAY
    return Urgency.SOON if due_at <= horizon.soon_until else Urgency.LATER


def apology_by(due_at: datetime, *, regime: Regime, calendar: Calendar) -> datetime | None:
    """Return until when an apology with a new day can be sent: closing time of the last working day that is in time.

    ``None`` where the act in force at reception sets no notice. Raises CalendarHorizonError.
    Source: Decree 61/2018/NĐ-CP, art. 19(9): at the latest one day before; kept under Decree 118/2025/NĐ-CP.
    """
    notice = regime.find("extension.notice_days")
    if notice is None:
        return None
    last = due_at.astimezone(VIETNAM).date() - timedelta(days=int(str(notice.value)))
    rank = calendar.working_days_before(calendar.index_of(last) + 1) - 1
    return calendar.instant(calendar.closing_of(calendar.working_day(rank)))


def new_day_after(expected_at: datetime, *, due_at: datetime, calendar: Calendar) -> datetime:
    """Return the instant to promise anew when the work will be done at ``expected_at``: a working day more, at the hour
    promised before, moved into office hours; always after ``due_at``. Raises CalendarHorizonError.
    """
    later = max(expected_at, due_at).astimezone(VIETNAM).date()
    day = calendar.index_of(calendar.add_working_days(later, 1))
    hour = due_at.astimezone(VIETNAM)
    minutes = timedelta(hours=hour.hour, minutes=hour.minute) // timedelta(microseconds=1)
    return calendar.instant(calendar.into_hours(day, minutes))
