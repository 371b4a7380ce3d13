"""Answers what time it is for the product, and which day that is in Vietnam.

Only pages, jobs and the command line ask; services and the core are given the time.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

from django.conf import settings
from django.utils import timezone as django_timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam keeps UTC+7 all year; no zone table of the host is asked."""


def system_now() -> datetime:
    """Return the server's time; in a demo, the time of the demo, which goes on from the morning it opens with."""
    offset: timedelta = settings.DEMO_OFFSET
    return django_timezone.now() + offset


def end_of(day: date) -> datetime:
    """Return the last instant of a day in Vietnam."""
    return datetime.combine(day, time.max, VIETNAM)


def local_day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
