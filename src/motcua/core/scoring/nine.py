"""Answers the nine indicators of Circular 01/2018/TT-VPCP, two points each, for a one-stop unit and for an officer.

Per dossier: 1 time against the law, 2 time of each unit, 3 contacts, 4 bodies, 7 attitude. Per unit: 5 whole
process at the one-stop, 6 publicity, 8 petitions, 9 online services. An indicator nobody has information on is
dropped, and the sheet says so.
Source: Circular 01/2018/TT-VPCP, arts. 13-15, in force from 2019-01-06.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from motcua.core.scoring.exact import Band, banded, rounded

CASE_INDICATORS = ("1", "2", "3", "4", "7")
OFFICER_INDICATORS = CASE_INDICATORS
UNIT_INDICATORS = tuple("123456789")
_EACH = 2


class Compared(Enum):
    """A time held against the one that was set."""

    SHORTER = "shorter"
    EQUAL = "equal"
    LONGER = "longer"


_BY_TIME = {Compared.SHORTER: 2, Compared.EQUAL: 1, Compared.LONGER: 0}


@dataclass(frozen=True, slots=True)
class Case:
    """A dossier that ended, as far as it is scored. ``None`` (of ``parts``: empty) is what nobody knows of it.

    ``ref`` leads to the dossier. ``total`` is its time against the term, ``parts`` that of each unit's step;
    ``contacts`` how often the applicant was sent for more; ``bodies`` how many offices he had to go to;
    ``complaints`` those about conduct that were not false.
    """

    ref: str
    total: Compared | None = None
    parts: tuple[Compared, ...] = ()
    contacts: int | None = None
    bodies: int | None = None
    complaints: int | None = None


@dataclass(frozen=True, slots=True)
class Online:
    """Online services of a unit: ``eligible`` procedures and those ``offered`` so; dossiers, and ``overdue`` ones."""

    eligible: int
    offered: int
    dossiers: int
    online: int
    overdue: int


@dataclass(frozen=True, slots=True)
class UnitCase:
    """What is known of a unit as a whole; ``None`` is what nobody knows.

    ``whole`` of ``listed`` procedures are done at the one-stop from beginning to end; ``through`` of ``eligible``
    were received and returned there. ``petitions`` ended or due, ``petitions_in_time`` of them, ``dragging`` open
    past their day.
    """

    level: str
    listed: int | None = None
    whole: int = 0
    eligible: int | None = None
    through: int = 0
    is_posted: bool | None = None
    is_electronic: bool | None = None
    petitions: int | None = None
    petitions_in_time: int = 0
    dragging: int = 0
    online: Online | None = None


@dataclass(frozen=True, slots=True)
class NineScheme:
    """The numbers of the circular. Unit: whole percent; ``whole_percent`` by level of administration."""

    version: str
    decimals: int
    whole_percent: Mapping[str, int]
    petitions_percent: int
    online_procedures_percent: int
    online_share_percent: int
    online_share_least_percent: int
    unit_bands: tuple[Band, ...]
    officer_bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An indicator: ``numerator`` points over ``denominator`` dossiers (or one unit). ``points`` is their average,
    rounded; ``None`` when it was dropped for want of information.
    """

    indicator: str
    numerator: int
    denominator: int
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Points out of ``most``, the maximum of what was not dropped; ``band`` is empty when all was."""

    marks: tuple[Mark, ...]
    points: Fraction
    most: int
    band: str

    @property
    def dropped(self) -> tuple[str, ...]:
        return tuple(m.indicator for m in self.marks if m.points is None)


def points_of_case(indicator: str, case: Case) -> int | None:
    """Return 2, 1 or 0 for one dossier; ``None`` when it is not known."""
    if indicator == "1":
        return None if case.total is None else _BY_TIME[case.total]
    if indicator == "2":
        return min((_BY_TIME[p] for p in case.parts), default=None)
    if indicator == "3":
        return _fewer(case.contacts)
    if indicator == "4":
        return _fewer(case.bodies)
    if case.complaints is None or case.total is None:
        return None
    return 0 if case.complaints else _BY_TIME[case.total]


def unit_sheet(cases: Sequence[Case], unit: UnitCase, scheme: NineScheme) -> Sheet:
    """Return the sheet of a unit, at most 18. Guarantee: no order and no name of a dossier changes it."""
    of_unit = {
        "5": _whole(unit, scheme),
        "6": _public(unit),
        "8": _petitions(unit, scheme),
        "9": _online(unit, scheme),
    }
    marks = tuple(
        _of_unit(i, of_unit[i]) if i in of_unit else _of_cases(i, cases, scheme.decimals) for i in UNIT_INDICATORS
    )
    return _sheet(marks, scheme.unit_bands)


def officer_sheet(cases: Sequence[Case], scheme: NineScheme) -> Sheet:
    """Return the sheet of an officer over the dossiers he worked on, at most 10."""
    return _sheet(tuple(_of_cases(i, cases, scheme.decimals) for i in OFFICER_INDICATORS), scheme.officer_bands)


def _sheet(marks: tuple[Mark, ...], bands: Sequence[Band]) -> Sheet:
    kept = [m.points for m in marks if m.points is not None]
    points, most = sum(kept, Fraction(0)), _EACH * len(kept)
    band = banded(points, most=Fraction(most), whole=Fraction(_EACH * len(marks)), bands=bands)
    return Sheet(marks, points, most, band)


def _of_cases(indicator: str, cases: Sequence[Case], decimals: int) -> Mark:
    found = [p for p in (points_of_case(indicator, c) for c in cases) if p is not None]
    if not found:
        return Mark(indicator, 0, 0, None)
    return Mark(indicator, sum(found), len(found), rounded(Fraction(sum(found), len(found)), decimals))


def _of_unit(indicator: str, points: int | None) -> Mark:
    return Mark(indicator, points or 0, int(points is not None), None if points is None else Fraction(points))


def _fewer(count: int | None) -> int | None:
    return None if count is None else max(0, 2 - count)


def _whole(unit: UnitCase, scheme: NineScheme) -> int | None:
    least = scheme.whole_percent.get(unit.level)
    if unit.listed and least is not None and 100 * unit.whole >= least * unit.listed:
        return 2
    if not unit.eligible:
        return None
    return 1 if unit.through == unit.eligible else 0


def _public(unit: UnitCase) -> int | None:
    if unit.is_posted is None or unit.is_electronic is None:
        return None
    return unit.is_posted + unit.is_electronic


def _petitions(unit: UnitCase, scheme: NineScheme) -> int | None:
    if unit.petitions is None:
        return None
    if unit.dragging:
        return 0
    if unit.petitions_in_time == unit.petitions:
        return 2
    return 1 if 100 * unit.petitions_in_time >= scheme.petitions_percent * unit.petitions else 0


def _online(unit: UnitCase, scheme: NineScheme) -> int | None:
    found = unit.online
    if found is None or not found.eligible or not found.dossiers:
        return None
    if found.overdue or not found.offered:
        return 0
    share = 100 * found.online
    if (
        100 * found.offered >= scheme.online_procedures_percent * found.eligible
        and share >= scheme.online_share_percent * found.dossiers
    ):
        return 2
    return 1 if share >= scheme.online_share_least_percent * found.dossiers else 0
