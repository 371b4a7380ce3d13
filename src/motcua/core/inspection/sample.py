"""Answers which dossiers an inspection looks at, so that anybody can draw the same sample again (chọn mẫu theo rủi ro).

Sequential Poisson sampling (Ohlsson 1998), in whole numbers: each candidate gets the number that SHA-256 makes of the
seed and its id, divided by its weight; the smallest are drawn. No random generator, no rounding, no order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from heapq import nsmallest
from math import lcm

from motcua.core.kernel import nfc

WEIGHT_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dossier that may be drawn: its public id, and its weight (a whole number, at least 1)."""

    id: str
    weight: int

    def __post_init__(self) -> None:
        if not 1 <= self.weight <= WEIGHT_MAX:
            raise ValueError(f"weight {self.weight}")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A dossier of the sample: its place, 1 the first, and the rank by which it was drawn."""

    place: int
    candidate: Candidate
    rank: Fraction


def seed_of(*, decision_no: str, decided_on: date, unit: str, from_on: date, to_on: date) -> str:
    """Return the seed of an inspection: what its decision says, and nothing that anybody could choose afterwards.

    Shape: ``decision number|day of decision|unit|first day|last day``, days as ``2026-11-16``, texts composed (NFC).
    """
    return "|".join((nfc(decision_no), decided_on.isoformat(), nfc(unit), from_on.isoformat(), to_on.isoformat()))


def number_of(seed: str, id_: str) -> int:
    """Return SHA-256(``seed|id``), read as a whole number."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{id_}".encode()).digest())


def draw(candidates: Iterable[Candidate], *, seed: str, size: int) -> tuple[Drawn, ...]:
    """Return the ``size`` candidates of smallest rank, in the order of their ranks; all when there are fewer.

    Guarantee: the order of the candidates changes nothing; a weight that is raised never throws its candidate out;
    a larger sample contains every smaller one.
    Raises ValueError when an id stands twice or ``size`` is negative.
    """
    if size < 0:
        raise ValueError(f"size {size}")
    listed = list(candidates)
    if len({c.id for c in listed}) != len(listed):
        raise ValueError("a candidate stands twice")
    # Divided by the weights all fractions would have to be shortened; over one denominator they compare as numbers.
    common = lcm(*{c.weight for c in listed})
    ranked = nsmallest(size, ((number_of(seed, c.id) * (common // c.weight), c.id, c) for c in listed))
    return tuple(
        Drawn(place, candidate, Fraction(number, common))
        for place, (number, _id, candidate) in enumerate(ranked, start=1)
    )


def candidate_digest(candidates: Sequence[Candidate]) -> str:
    """Return the SHA-256 of the list, by which two lists are told to be the same: lines ``id;weight``, sorted by id."""
    lines = "".join(f"{c.id};{c.weight}\n" for c in sorted(candidates, key=lambda c: c.id))
    return hashlib.sha256(lines.encode()).hexdigest()
