"""Answers which whole paths cases take, and how many take each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from motcua.core.mining.log import EventLog


@dataclass(frozen=True, slots=True)
class Variant:
    """A path as numbers of activities, how many cases take it, and one of them."""

    path: tuple[int, ...]
    count: int
    example: int


def variants(log: EventLog) -> list[Variant]:
    """Return every path with the number of its cases, the most frequent first. Guarantee: the counts add up to the cases."""
    data, width = log.activity.tobytes(), log.activity.itemsize
    bounds = (log.starts * width).tolist()
    # The bytes of a path are the path: comparing them needs no tuple a case.
    paths = [data[a:b] for a, b in pairwise(bounds)]
    first = dict(zip(reversed(paths), range(len(paths) - 1, -1, -1), strict=True))
    return [
        Variant(_numbers(path, log), count, first[path])
        for path, count in sorted(Counter(paths).items(), key=lambda item: (-item[1], first[item[0]]))
    ]


def _numbers(path: bytes, log: EventLog) -> tuple[int, ...]:
    import numpy as np

    return tuple(np.frombuffer(path, dtype=log.activity.dtype).tolist())
