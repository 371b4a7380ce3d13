"""Answers how much of the functions that a circular asks of the system a unit uses, and how much nobody knows.

Source: Circular 21/2023/TT-BTTTT as amended by 11/2025/TT-BKHCN, 9 groups, 31 functions [2nd].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    """Whether a unit uses a function; ``UNKNOWN``: the system cannot tell and nobody has answered."""

    IN_USE = "in_use"
    NOT_IN_USE = "not_in_use"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the circular, in its group."""

    number: int
    group: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """How many of all functions are in use, are not, are unknown. ``percent`` counts the unknown as not in use,
    ``percent_at_most`` as in use: the truth lies between the two.
    """

    total: int
    in_use: int
    not_in_use: int
    unknown: tuple[int, ...]

    @property
    def percent(self) -> float:
        return 100 * self.in_use / self.total if self.total else 0.0

    @property
    def percent_at_most(self) -> float:
        return 100 * (self.in_use + len(self.unknown)) / self.total if self.total else 0.0


def readiness(functions: Sequence[Function], standings: Mapping[int, Standing]) -> Readiness:
    """Return the tally; a function that ``standings`` does not name is unknown."""
    known = [standings.get(f.number, Standing.UNKNOWN) for f in functions]
    return Readiness(
        total=len(functions),
        in_use=known.count(Standing.IN_USE),
        not_in_use=known.count(Standing.NOT_IN_USE),
        unknown=tuple(f.number for f, s in zip(functions, known, strict=True) if s is Standing.UNKNOWN),
    )
