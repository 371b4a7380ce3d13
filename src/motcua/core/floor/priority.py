"""Answers on which grounds a visitor goes first in the hall, and whether law or the centre says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from motcua.core.kernel import LegalRef
from motcua.core.regimes import Regime


class Ground(StrEnum):
    """Why a visitor goes first (đối tượng ưu tiên). Stored; never shown on a display."""

    NONE = ""
    ELDERLY = "elderly"
    DISABLED = "disabled"
    MERIT = "merit"
    PREGNANT = "pregnant"
    SMALL_CHILD = "small_child"


@dataclass(frozen=True, slots=True)
class GroundRule:
    """A ground that holds; without ``ref`` it is the centre's own rule, not the law's."""

    ground: Ground
    ref: LegalRef | None
    age_from: int | None = None


def grounds_of(regime: Regime) -> tuple[GroundRule, ...]:
    """Return the grounds in the order in which the kiosk asks for them.

    Source: Law on the elderly 39/2009/QH12, Law on persons with disabilities 51/2010/QH12, Ordinance on people with
    merit 02/2020/UBTVQH14; none of them was read for a hall's queue, so each carries its confidence. For pregnant
    women and small children no act is known that speaks of a hall's queue: they go first by the centre's own rule.
    """
    elderly = regime.find("floor.elderly_age")
    disabled = regime.find("floor.disabled_first")
    merit = regime.find("floor.merit_first")
    found = []
    if elderly is not None and isinstance(elderly.value, int):
        found.append(GroundRule(Ground.ELDERLY, elderly.ref, elderly.value))
    if disabled is not None and disabled.value is True:
        found.append(GroundRule(Ground.DISABLED, disabled.ref))
    if merit is not None and merit.value is True:
        found.append(GroundRule(Ground.MERIT, merit.ref))
    return (*found, GroundRule(Ground.PREGNANT, None), GroundRule(Ground.SMALL_CHILD, None))
