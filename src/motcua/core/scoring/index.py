"""Answers the 100-point index of Decision 766/QĐ-TTg: groups, components, weights and caps of one version.

A component is its ratio times its maximum; where a version has a cap, the ratio at which all points are given.
What has no figures is dropped, and the sheet says out of how many points it is.
Source: Decision 766/QĐ-TTg; weights and caps second-hand, see the confidence of each version's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from motcua.core.scoring.exact import Band, banded


@dataclass(frozen=True, slots=True)
class IndexItem:
    """A component. ``most`` is 0 for what is shown and not scored; ``full_percent`` is the cap (100: none)."""

    key: str
    name_vi: str
    name_en: str
    most: int
    full_percent: int
    confidence: str


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """A group of components with its maximum, which those of its components add up to."""

    key: str
    name_vi: str
    name_en: str
    most: int
    items: tuple[IndexItem, ...]


@dataclass(frozen=True, slots=True)
class IndexScheme:
    """A version of weights and caps. ``decimals`` is what is shown; sums are exact."""

    version: str
    decimals: int
    groups: tuple[IndexGroup, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class ItemScore:
    """A component's figures and points; ``points`` is ``None`` when it was dropped, and for what is only shown."""

    item: IndexItem
    numerator: int
    denominator: int
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class IndexSheet:
    """Points out of ``most``, the maximum of what was not dropped; ``by_group`` has points and maximum of each."""

    items: tuple[ItemScore, ...]
    by_group: Mapping[str, tuple[Fraction, int]]
    points: Fraction
    most: int
    band: str

    @property
    def dropped(self) -> tuple[str, ...]:
        return tuple(i.item.key for i in self.items if i.item.most and i.points is None)


def index_sheet(counts: Mapping[str, tuple[int, int]], scheme: IndexScheme) -> IndexSheet:
    """Return the sheet of an agency from (numerator, denominator) by component; absent is not known.

    Unit: counts of dossiers, procedures or petitions. A denominator of 0 has nothing to count and is dropped too.
    """
    items = [_scored(item, counts.get(item.key)) for group in scheme.groups for item in group.items]
    by_group = {}
    for group in scheme.groups:
        own = [i for i in items if i.item in group.items and i.points is not None]
        by_group[group.key] = (
            sum((i.points or Fraction(0) for i in own), Fraction(0)),
            sum(i.item.most for i in own),
        )
    points = sum((p for p, _ in by_group.values()), Fraction(0))
    most = sum(m for _, m in by_group.values())
    whole = sum(g.most for g in scheme.groups)
    band = banded(points, most=Fraction(most), whole=Fraction(whole), bands=scheme.bands)
    return IndexSheet(tuple(items), by_group, points, most, band)


def _scored(item: IndexItem, count: tuple[int, int] | None) -> ItemScore:
    if count is None or not count[1]:
        return ItemScore(item, 0, 0, None)
    numerator, denominator = max(0, count[0]), count[1]
    if not item.most:
        return ItemScore(item, numerator, denominator, None)
    ratio = Fraction(100 * numerator, item.full_percent * denominator)
    return ItemScore(item, numerator, denominator, min(Fraction(1), ratio) * item.most)
