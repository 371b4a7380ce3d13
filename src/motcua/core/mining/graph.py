"""Answers which activity directly follows which, how often, and how long it takes from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from motcua.core.mining.log import NO_TIME, EventLog


@dataclass(frozen=True, slots=True)
class Edge:
    """One activity followed by another. Unit: seconds; ``None`` where no pair has both times."""

    count: int
    mean: float | None
    median: float | None
    most: float | None
    """Nine of ten take no longer."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Shape: ``edges`` by the numbers of two activities; ``first`` and ``last`` by activity, cases that begin or end so."""

    edges: Mapping[tuple[int, int], Edge]
    first: Mapping[int, int]
    last: Mapping[int, int]
    counts: Mapping[int, int]


def performance_graph(log: EventLog) -> Graph:
    """Return the graph of direct successions. Guarantee: the counts into an activity, with the cases that begin
    with it, add up to its events.
    """
    n = len(log.activities)
    lengths = np.diff(log.starts)
    filled = np.flatnonzero(lengths)
    first = log.activity[log.starts[filled]]
    last = log.activity[log.starts[filled + 1] - 1]
    edges: dict[tuple[int, int], Edge] = {}
    if log.events > 1:
        inside = np.ones(log.events - 1, dtype=bool)
        inside[log.starts[1:-1][(log.starts[1:-1] > 0) & (log.starts[1:-1] < log.events)] - 1] = False
        pairs = log.activity[:-1][inside].astype(np.int64) * n + log.activity[1:][inside]
        known = (log.at[:-1] != NO_TIME) & (log.at[1:] != NO_TIME)
        waits = np.where(known, log.at[1:] - log.at[:-1], NO_TIME)[inside]
        edges = _edges(pairs, waits, n)
    return Graph(edges, _counted(first), _counted(last), _counted(log.activity))


def _edges(pairs: np.ndarray, waits: np.ndarray, n: int) -> dict[tuple[int, int], Edge]:
    if not len(pairs):
        return {}
    # One sort by pair, then by wait: each pair's waits lie together and in order.
    order = np.lexsort((waits, pairs))
    pairs, waits = pairs[order], waits[order]
    starts = np.flatnonzero(np.r_[True, pairs[1:] != pairs[:-1]])
    ends = np.r_[starts[1:], len(pairs)]
    edges = {}
    for pair, start, end in zip(pairs[starts].tolist(), starts.tolist(), ends.tolist(), strict=True):
        run = waits[start:end]
        # Those without a time come first in the order.
        timed = run[np.searchsorted(run, NO_TIME, side="right") :]
        edges[divmod(pair, n)] = _edge(end - start, timed)
    return edges


def _edge(count: int, timed: np.ndarray) -> Edge:
    if not len(timed):
        return Edge(count, None, None, None)
    middle = (int(timed[(len(timed) - 1) // 2]) + int(timed[len(timed) // 2])) / 2
    most = int(timed[min(len(timed) - 1, -(-9 * len(timed) // 10) - 1)])
    return Edge(count, float(timed.mean()) / 1e6, middle / 1e6, most / 1e6)


def _counted(values: np.ndarray) -> dict[int, int]:
    found, counts = np.unique(values, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))
