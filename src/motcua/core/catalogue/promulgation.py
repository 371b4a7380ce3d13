"""Answers by when a procedure has to be promulgated and published, and whether that was in time.

Source: Decree 63/2010/NĐ-CP, arts. 15-17; the days of publication are those that the index of Decision 766 counts by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from motcua.core.calendar import Calendar
from motcua.core.kernel import Problem
from motcua.core.regimes import Regime

SOON_DAYS = 5
"""How many days before its last day a duty is told to be near; ours, no act sets it."""


class IssuerLevel(StrEnum):
    """Who promulgates: a ministry for all the country, or the chair of a province."""

    MINISTRY = "MINISTRY"
    PROVINCE = "PROVINCE"


class Change(StrEnum):
    """What a promulgation decision does with a procedure (ban hành mới, sửa đổi, thay thế, bãi bỏ)."""

    NEW = "new"
    AMENDED = "amended"
    REPLACED = "replaced"
    ABOLISHED = "abolished"


class Place(StrEnum):
    """Where a promulgated procedure is made public (công khai thủ tục hành chính)."""

    NATIONAL_DATABASE = "national"
    UNIT = "unit"


class DutyState(StrEnum):
    """How a duty stands on a day."""

    DONE = "done"
    DONE_LATE = "done_late"
    OPEN = "open"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Norm:
    """A legal text that sets procedures (văn bản quy phạm pháp luật có quy định thủ tục hành chính)."""

    level: IssuerLevel
    issued_on: date
    effective_on: date
    is_shortened: bool


_PROMULGATED_DAYS = {
    IssuerLevel.MINISTRY: "promulgation.ministry_days",
    IssuerLevel.PROVINCE: "promulgation.province_days",
}
_PUBLIC_DAYS = {
    IssuerLevel.MINISTRY: "publicity.ministry_working_days",
    IssuerLevel.PROVINCE: "publicity.province_working_days",
}


def promulgation_due_on(norm: Norm, *, regime: Regime, calendar: Calendar) -> date:
    """Return the last day for the promulgation decision of a legal text (quyết định công bố).

    Unit: days or working days, as the law's data say. Source: Decree 63/2010/NĐ-CP, art. 15.
    Raises CalendarHorizonError.
    """
    in_working_days = regime.param("promulgation.counted_in").value == "working_days"
    if norm.is_shortened:
        is_from_issue = regime.param("promulgation.shortened_from").value == "issued"
        begun = norm.issued_on if is_from_issue else norm.effective_on
        days = regime.number("promulgation.shortened_days")
        return calendar.add_working_days(begun, days) if in_working_days else begun + timedelta(days=days)
    days = regime.number(_PROMULGATED_DAYS[norm.level])
    if not in_working_days:
        return norm.effective_on - timedelta(days=days)
    day = norm.effective_on
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_working(day)
    return day


def publication_due_on(
    decided_on: date, *, level: IssuerLevel, place: Place, regime: Regime, calendar: Calendar
) -> date:
    """Return the last day on which what a decision promulgates is to be public at a place.

    Unit: working days after the decision. Raises CalendarHorizonError.
    """
    key = "publicity.posting_working_days" if place is Place.UNIT else _PUBLIC_DAYS[level]
    return calendar.add_working_days(decided_on, regime.number(key))


def duty_state(due_on: date, *, done_on: date | None, on: date) -> DutyState:
    """Return how a duty stands on the day ``on``; what was done later than that is not known yet."""
    if done_on is not None and done_on <= on:
        return DutyState.DONE if done_on <= due_on else DutyState.DONE_LATE
    if on > due_on:
        return DutyState.OVERDUE
    return DutyState.SOON if (due_on - on).days <= SOON_DAYS else DutyState.OPEN


def norm_problems(norm: Norm) -> tuple[Problem, ...]:
    """Return what cannot be in the dates of a legal text."""
    if norm.effective_on < norm.issued_on:
        return (Problem("norm.dates", "effective_on"),)
    return ()
