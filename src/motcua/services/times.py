"""Answers which day it is in Vietnam at an instant; all pages and papers use this one zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam keeps UTC+7 all year; no zone table of the host is asked."""


def local_day(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
