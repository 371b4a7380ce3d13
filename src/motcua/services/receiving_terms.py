"""Answers when a dossier received now is due: the term of its offering under the law and calendar of the day."""

from __future__ import annotations

from datetime import datetime

from motcua.core.clock import Received as ClockReceived
from motcua.core.clock import derive_clock
from motcua.services.calendars import fresh_calendar
from motcua.services.offerings import Running
from motcua.services.times import local_day
from motcua.store.lawfiles import law_book


def due_when_received(*, running: Running, at: datetime) -> datetime | None:
    """Return the due instant of a dossier received at ``at``; what the intake page shows before the receipt."""
    regime = law_book().regime_on(local_day(at))
    calendar = fresh_calendar(running.agency_id)
    return derive_clock((ClockReceived(at),), term=running.term, calendar=calendar, regime=regime).due_at
