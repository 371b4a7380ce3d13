"""Answers the life lines that a report of an earlier day counts, from the facts that were on record then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from motcua.core.calendar import Calendar
from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import Line, Window, is_of
from motcua.services.calendars import calendar_as_known, changed_since
from motcua.services.clocks import clock_as_known
from motcua.services.offerings import running_offering
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.figures.selectors import Candidate, Filters, candidates

DOSSIERS_MAX, REPLAYED_MAX = 100_000, 20_000
_BATCH = 500


def lines_as_known(filters: Filters, window: Window, *, known_at: datetime) -> list[Line]:
    """Return the dossiers of the period as they were known at ``known_at``.

    What has been recorded since is left out by replaying the facts; a dossier of which nothing has been recorded
    since, in a calendar that nobody has changed since, was known as it is.
    Problem: ``figures.many``; what is known today is counted without this, however many there are.
    """
    found = candidates(filters, window, known_at=known_at, limit=DOSSIERS_MAX + 1)
    is_same_calendar = not changed_since(known_at)
    again = [c for c in found if not (c.is_untouched and is_same_calendar)]
    if len(found) > DOSSIERS_MAX or len(again) > REPLAYED_MAX:
        raise Refused([Problem("figures.many", "known_on", values={"limit": str(REPLAYED_MAX)})])
    lines = [c.line for c in found if c.is_untouched] if is_same_calendar else []
    return [
        line
        for line in (*lines, *_replayed(again, known_at))
        if is_of(line, window, month=filters.month, outcome=filters.outcome)
    ]


def _replayed(again: Sequence[Candidate], known_at: datetime) -> Iterator[Line]:
    calendars: dict[int, Calendar] = {}
    for first in range(0, len(again), _BATCH):
        part = again[first : first + _BATCH]
        facts = facts_of_many([c.line.dossier_id for c in part])
        for candidate in part:
            running = running_offering(candidate.offering_id)
            if running.agency_id not in calendars:
                calendars[running.agency_id] = calendar_as_known(running.agency_id, at=known_at)
            calendar, line = calendars[running.agency_id], candidate.line
            known = clock_as_known(facts[line.dossier_id], running, at=known_at, calendar=calendar)
            if known is not None and known[0].received_at is not None:
                life, clock = known
                yield replace(line, received_at=known[0].received_at, due_at=clock.due_at, ended_at=life.ended_at)
