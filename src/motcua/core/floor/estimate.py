"""Answers how long a visitor will wait, and how sure that is, by playing the queue forward many times.

Who will be called in which order is worked out once with the discipline of the hall; how long each visit lasts is
drawn from visits measured in the same group. Nothing here guesses who will still come.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from motcua.core.floor.queue import Desk, Queue, Rules, Ticket, after_call, next_ticket

RUNS = 300
VISIT_MINUTES_MAX = 45.0
_PRIOR = (3.0, 5.0, 6.0, 8.0, 12.0)
_LOW, _HIGH = 0.125, 0.875
_MARGIN_MIN = 2.0
_MEASURED_MIN, _NEAREST, _USUALLY = 20, 60, 0.75


@dataclass(frozen=True, slots=True)
class Seat:
    """An open counter: the groups it serves, and since how many minutes it serves a visitor of which group."""

    counter: int
    groups: frozenset[int]
    busy_group: int | None = None
    busy_minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """Minutes until the call: the middle, and by how much it usually (three times of four) is off at most.

    ``model`` is the middle before it was corrected by what was measured.
    """

    minutes: float
    margin: float
    model: float

    @property
    def rounded(self) -> int:
        """The middle as it is said: to the minute below ten, above to five."""
        return round(self.minutes) if self.minutes < 10 else 5 * round(self.minutes / 5)

    @property
    def rounded_margin(self) -> int:
        return max(1, round(self.margin))


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What estimates of the last days were worth.

    Shape: ``measured`` has a row of minutes (of the model, promised, actual) for each ticket that was called.
    ``error`` is what three of four stayed below, ``median_error`` what half did; ``None`` without measurements.
    """

    measured: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    error: float | None = None
    median_error: float | None = None

    def shift(self, model: float) -> float:
        """Return by how much waits like this one were longer than the model said, in the middle."""
        near = self._near(0, model)
        return float(np.median(near[:, 2] - near[:, 0])) if len(near) else 0.0

    def margin(self, promised: float) -> float | None:
        """Return what three of four promises like this one were off by at most; ``None`` when too few were made."""
        near = self._near(1, promised)
        return float(np.quantile(np.abs(near[:, 2] - near[:, 1]), _USUALLY)) if len(near) else None

    def _near(self, column: int, value: float) -> np.ndarray:
        """Return the measurements most like the value: an estimate of five minutes learns nothing from one of fifty."""
        if len(self.measured) < _MEASURED_MIN:
            return self.measured[:0]
        far = np.abs(self.measured[:, column] - value)
        return self.measured[np.argsort(far, kind="stable")[:_NEAREST]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Estimates by waiting ticket, and by group for who takes a ticket now; ``None`` where nobody serves the group."""

    by_ticket: Mapping[int, Estimate]
    by_group: Mapping[int, Estimate | None]
    ahead: Mapping[int, int]


def calibration(measured: Sequence[tuple[float, float, float]]) -> Calibration:
    """Return what the estimates were worth. Shape: minutes (of the model, promised, actual) of tickets called."""
    if not measured:
        return Calibration()
    errors = [abs(actual - promised) for _model, promised, actual in measured]
    error = float(np.quantile(errors, _USUALLY)) if len(errors) >= _MEASURED_MIN else None
    return Calibration(np.array(measured, dtype=float), error, float(np.median(errors)))


def forecast(
    queue: Queue,
    seats: Sequence[Seat],
    *,
    groups: Sequence[int],
    visits: Mapping[int, Sequence[float]],
    now: datetime,
    rules: Rules,
    known: Calibration | None = None,
    seed: int = 1,
) -> Forecast:
    """Return what everybody who waits, and whoever comes now, can expect.

    Shape: ``visits`` holds measured minutes of visits by group, newest days together; an empty group is given a
    cautious guess. Guarantee: the same arguments give the same answer; one more counter never makes a mean longer
    than noise.
    """
    known = known or Calibration()
    dice = np.random.default_rng(seed)
    samples = {g: _samples(visits.get(g, ())) for g in {*groups, *(t.group for t in queue.waiting())}}
    order = _order(queue, seats, samples=samples, now=now, rules=rules)
    free = np.stack([_until_free(seat, samples, dice) for seat in seats], axis=1) if seats else np.zeros((RUNS, 0))
    by_ticket: dict[int, Estimate] = {}
    served: dict[int, int] = {}
    ahead: dict[int, int] = {}
    for ticket in order:
        at = [i for i, s in enumerate(seats) if ticket.group in s.groups or ticket.for_counter == s.counter]
        start = _seated(free, at, dice.choice(samples[ticket.group], RUNS))
        by_ticket[ticket.id] = _estimate(start, known)
        ahead[ticket.id] = served.get(ticket.group, 0)
        served[ticket.group] = ahead[ticket.id] + 1
    by_group: dict[int, Estimate | None] = {}
    for group in groups:
        at = [i for i, s in enumerate(seats) if group in s.groups]
        by_group[group] = _estimate(free[:, at].min(axis=1), known) if at else None
    return Forecast(by_ticket, by_group, ahead)


def _samples(visits: Sequence[float]) -> np.ndarray:
    """Return minutes to draw from: a visit left open by mistake counts as a long one, a guess fills a short list."""
    kept = [min(max(v, 0.2), VISIT_MINUTES_MAX) for v in visits]
    return np.array(kept if len(kept) >= 5 else [*kept, *_PRIOR])


def _until_free(seat: Seat, samples: Mapping[int, np.ndarray], dice: np.random.Generator) -> np.ndarray:
    """Return in how many minutes the counter is free: what visits that lasted this long still took."""
    if seat.busy_group is None:
        return np.zeros(RUNS)
    every = samples.get(seat.busy_group, np.array(_PRIOR))
    longer = every[every > seat.busy_minutes]
    return dice.choice(longer, RUNS) - seat.busy_minutes if len(longer) else np.full(RUNS, 1.0)


def _seated(free: np.ndarray, at: Sequence[int], lasts: np.ndarray) -> np.ndarray:
    """Return when the visitor is called in each run, and keep the counter that takes the visitor busy."""
    runs = np.arange(RUNS)
    columns = np.array(at)
    chosen = columns[free[:, columns].argmin(axis=1)]
    start: np.ndarray = free[runs, chosen].copy()
    free[runs, chosen] = start + lasts
    return start


def _estimate(minutes: np.ndarray, known: Calibration) -> Estimate:
    model = float(np.median(minutes))
    # Who is next is called at once whatever other days were like.
    middle = max(0.0, model + known.shift(model)) if model > 0 else 0.0
    spread = float(np.quantile(minutes, _HIGH) - np.quantile(minutes, _LOW)) / 2
    margin = known.margin(middle) if model > 0 else 0.0
    return Estimate(middle, max(_MARGIN_MIN, 1.5 * spread if margin is None else margin), model)


def _order(
    queue: Queue, seats: Sequence[Seat], *, samples: Mapping[int, np.ndarray], now: datetime, rules: Rules
) -> list[Ticket]:
    """Return who will be called in which order if every visit lasts as long as usual; who nobody serves is left out."""
    mean = {g: float(s.mean()) for g, s in samples.items()}
    free: list[tuple[float, int]] = []
    for number, seat in enumerate(seats):
        left = max(0.5, mean.get(seat.busy_group, 5.0) - seat.busy_minutes) if seat.busy_group is not None else 0.0
        heapq.heappush(free, (left, number))
    open_counters = frozenset(s.counter for s in seats)
    order: list[Ticket] = []
    waiting = Queue({t.id: t for t in queue.waiting()}, queue.streaks)
    while free and waiting.tickets:
        minutes, number = heapq.heappop(free)
        seat, at = seats[number], now + timedelta(minutes=minutes)
        desk = Desk(seat.counter, seat.groups)
        choice = next_ticket(waiting, desk, now=at, rules=rules, open_counters=open_counters)
        if choice is None:
            continue
        order.append(choice.ticket)
        after = after_call(waiting, choice.ticket, desk, now=at, rules=rules, open_counters=open_counters)
        waiting = replace(after, tickets={k: t for k, t in after.tickets.items() if k != choice.ticket.id})
        heapq.heappush(free, (minutes + mean[choice.ticket.group], number))
    return order
