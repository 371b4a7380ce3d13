"""Answers the figures that a directive should move, before and after it, counted from the facts and never typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from motcua.core.statistics import Counts, Window
from motcua.services.times import VIETNAM, end_of, local_day
from motcua.store.figures import selectors
from motcua.store.figures.selectors import Filters
from motcua.store.lawfiles import law_book

_HUNDRED = 100


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part * _HUNDRED, whole) if whole else None


FIGURES: Mapping[str, Callable[[Counts], Fraction | None]] = {
    "on_time_share": lambda c: _share(c.early + c.on_time, c.resolved),
    "late": lambda c: Fraction(c.late),
    "overdue": lambda c: Fraction(c.overdue),
    "online_share": lambda c: _share(c.online, c.in_period),
    "resolved": lambda c: Fraction(c.resolved),
}
"""What can be chosen: shares in per cent, ``None`` where there is nothing to divide by; else numbers of dossiers."""

SHARES = frozenset({"on_time_share", "online_share"})
BETTER_LOW = frozenset({"late", "overdue"})


@dataclass(frozen=True, slots=True)
class Spans:
    """The days before and after a directive that are compared, equally many; ``is_running`` while after goes on."""

    before: tuple[date, date]
    after: tuple[date, date]
    is_running: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure of an agency before and after."""

    key: str
    before: Fraction | None
    after: Fraction | None

    @property
    def change(self) -> Fraction | None:
        return self.after - self.before if self.before is not None and self.after is not None else None

    @property
    def is_better(self) -> bool | None:
        """Whether it moved as the directive wants; ``None`` where it did not move or cannot be told."""
        if not self.change:
            return None
        return (self.change < 0) == (self.key in BETTER_LOW)


def spans_of(*, given_on: date, due_on: date, now: datetime) -> Spans:
    """Return the spans: as long as the term, within ``supervision.compared_days_*``; the day itself is in neither."""
    regime = law_book().regime_on(given_on)
    least = regime.number("supervision.compared_days_least")
    most = regime.number("supervision.compared_days_most")
    days = timedelta(days=min(max((due_on - given_on).days, least), most))
    one = timedelta(days=1)
    return Spans(
        before=(given_on - days, given_on - one),
        after=(given_on + one, given_on + days),
        is_running=local_day(now) <= given_on + days,
    )


def figures_of(
    agency_ids: Sequence[int], keys: Sequence[str], spans: Spans, *, now: datetime
) -> dict[int, tuple[Moved, ...]]:
    """Return the figures of each agency that handles dossiers, before and after: two statements for all together.

    An agency without dossiers counts as nothing. Before the first day of ``after`` has come, nothing is after.
    """
    if not keys:
        return {}
    before = _counts(_window(spans.before, now))
    after = _counts(_window(spans.after, now)) if local_day(now) >= spans.after[0] else None
    return {
        agency_id: tuple(
            Moved(
                key=key,
                before=FIGURES[key](before.get(agency_id, Counts())),
                after=FIGURES[key](after.get(agency_id, Counts())) if after is not None else None,
            )
            for key in keys
        )
        for agency_id in agency_ids
    }


def _window(days: tuple[date, date], now: datetime) -> Window:
    return Window(datetime.combine(days[0], time(0), VIETNAM), min(end_of(days[1]), now))


def _counts(window: Window) -> dict[int, Counts]:
    table = selectors.counts(Filters(), window, by="agency")
    return {int(str(key)): counts for key, counts in table.rows.items()}
