"""Answers the life lines that a report of an earlier day counts, from the facts that were on record then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from motcua.core.calendar import Calendar
from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import Line, Window, way_in
from motcua.services.calendars import calendar_as_known
from motcua.services.clocks import clock_as_known
from motcua.services.offerings import running_offering
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.figures.selectors import Filters, candidates

DOSSIERS_MAX = 20_000
_BATCH = 500


def lines_as_known(filters: Filters, window: Window, *, known_at: datetime) -> list[Line]:
    """Return the dossiers of the period as they were known at ``known_at``, oldest first.

    Problem: ``figures.many``; what is known today is counted without this, however many there are.
    """
    rows = candidates(filters, window, limit=DOSSIERS_MAX + 1)
    if len(rows) > DOSSIERS_MAX:
        raise Refused([Problem("figures.many", "known_on", values={"limit": str(DOSSIERS_MAX)})])
    calendars: dict[int, Calendar] = {}
    found = []
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        facts = facts_of_many([line.dossier_id for line, _ in part])
        for line, offering_id in part:
            running = running_offering(offering_id)
            if running.agency_id not in calendars:
                calendars[running.agency_id] = calendar_as_known(running.agency_id, at=known_at)
            known = clock_as_known(
                facts[line.dossier_id], running, at=known_at, calendar=calendars[running.agency_id]
            )
            if known is None or known[0].received_at is None:
                continue
            life, clock = known
            then = replace(line, received_at=known[0].received_at, due_at=clock.due_at, ended_at=life.ended_at)
            if way_in(then, window) is not None:
                found.append(then)
    return found
