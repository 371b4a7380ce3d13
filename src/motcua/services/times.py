"""Answers what time it is for the product, and which day that is in Vietnam.

Only pages, jobs and the command line ask; services and the core are given the time.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone

from django.conf import settings
from django.utils import timezone as django_timezone

from motcua.core.forms import parse_day

_HOUR = re.compile(r"^(\d{1,2})[:hg](\d{2})$")
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam keeps UTC+7 all year; no zone table of the host is asked."""


def system_now() -> datetime:
    """Return the server's time; in a demo, the time of the demo, which goes on from the morning it opens with."""
    offset: timedelta = settings.DEMO_OFFSET
    return django_timezone.now() + offset


def end_of(day: date) -> datetime:
    """Return the last instant of a day in Vietnam."""
    return datetime.combine(day, time.max, VIETNAM)


def parse_instant(day_text: str, hour_text: str) -> datetime | None:
    """Return the instant of a day ``dd/mm/yyyy`` and an hour ``hh:mm``; ``None`` when either is none."""
    day = parse_day(day_text)
    hour = _HOUR.match(hour_text.strip())
    if day is None or not hour or int(hour[1]) > 23 or int(hour[2]) > 59:
        return None
    return datetime(day.year, day.month, day.day, int(hour[1]), int(hour[2]), tzinfo=VIETNAM)


def local_day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
