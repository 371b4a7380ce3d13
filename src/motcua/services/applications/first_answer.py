"""Answers when the first answer to an application is owed, who is told when it is near or past, and how it goes.

Source: Decree 45/2020/NĐ-CP, art. 11: within 8 working hours of the arrival, by the receiving unit's own hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db import transaction

from motcua.core.calendar import parse_term
from motcua.core.clock import Received, derive_clock
from motcua.core.regimes.acts import Param
from motcua.services.applications.drafts import tell
from motcua.services.calendars import fresh_calendar
from motcua.services.times import local_day
from motcua.store.applications.models import Application, ApplicationState
from motcua.store.lawfiles import law_book

SOON_MINUTES = 120
MEASURED_DAYS = 30


def first_answer_due(*, agency_id: int, at: datetime) -> datetime | None:
    """Return when the answer to what came in at ``at`` is owed; ``None`` where no law in force sets it."""
    regime, param = law_book().regime_on(local_day(at)), first_answer_rule(at)
    if param is None:
        return None
    term = parse_term(f"{param.value} working hours")
    return derive_clock((Received(at),), term=term, calendar=fresh_calendar(agency_id), regime=regime).due_at


def first_answer_rule(at: datetime) -> Param | None:
    """Return what the law says of the first answer on that day, with its article."""
    return law_book().regime_on(local_day(at)).find("online.first_answer_working_hours")


def tell_first_answers(*, now: datetime, limit: int = 500) -> int:
    """Queue a message to the manager for each application whose answer is near or past due, each once; return how many.

    Topics: ``application.answer_near`` (within two working hours), ``application.answer_late``.
    """
    told = 0
    with transaction.atomic():
        rows = (
            Application.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(
                state=ApplicationState.SENT, told__lt=2, due_at__isnull=False, due_at__lte=now + timedelta(days=7)
            )
            .select_related("reception_unit")
            .order_by("due_at")[:limit]
        )
        for row in rows:
            level = _level(row, now)
            if level > row.told:
                topic = "application.answer_late" if level == 2 else "application.answer_near"
                tell(topic, row, now=now, unit=row.reception_unit_id)
                row.told = level
                row.save(update_fields=["told"])
                told += 1
    return told


@dataclass(frozen=True, slots=True)
class Measured:
    """How the unit answered in the last days. ``share`` is of 100 in time; hours are working hours."""

    count: int
    in_time: int
    share: int | None
    median_hours: float | None
    waiting: int
    late_now: int


def measured(*, unit_id: int, agency_id: int, now: datetime) -> Measured:
    """Return how first answers went in the last thirty days, what waits and what of it is late."""
    calendar = fresh_calendar(agency_id)
    rows = Application.objects.filter(
        reception_unit_id=unit_id, first_answered_at__gte=now - timedelta(days=MEASURED_DAYS)
    )
    hours, in_time = [], 0
    for sent, answered in rows.values_list("sent_at", "first_answered_at")[:5000]:
        if sent is None or answered is None:
            continue
        due = first_answer_due(agency_id=agency_id, at=sent)
        in_time += due is None or answered <= due
        hours.append(calendar.working_minutes_between(sent, answered) / 60)
    waiting = Application.objects.filter(reception_unit_id=unit_id, state=ApplicationState.SENT)
    return Measured(
        count=len(hours),
        in_time=in_time,
        share=round(100 * in_time / len(hours)) if hours else None,
        median_hours=round(median(hours), 1) if hours else None,
        waiting=waiting.count(),
        late_now=waiting.filter(due_at__lt=now).count(),
    )


def _level(application: Application, now: datetime) -> int:
    if application.due_at is None:
        return 0
    if application.due_at <= now:
        return 2
    calendar = fresh_calendar(application.reception_unit.agency_id)
    return 1 if calendar.working_minutes_between(now, application.due_at) <= SOON_MINUTES else 0
