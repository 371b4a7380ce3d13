"""Answers what a one-stop unit has and lacks against the list of premises and equipment of the law.

Source: Decree 61/2018/NĐ-CP, art. 13; that of Decree 118/2025/NĐ-CP was not read and is to be confirmed. The acts
name things, not numbers: how many a unit needs is a parameter of ours, shown as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from motcua.core.kernel import LegalRef


class ItemState(Enum):
    """Whether an item of the list is there; ``UNKNOWN``: nobody has looked yet."""

    MET = "met"
    LACKING = "lacking"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the list. ``kinds`` are those of the register of equipment that count for it, ``at_least`` how many
    in working order are enough; without kinds somebody must look.
    """

    key: str
    text_vi: str
    text_en: str
    kinds: tuple[str, ...]
    at_least: int
    ref: LegalRef


@dataclass(frozen=True, slots=True)
class Counted:
    """What the register holds for an item: all that is not written off, and what of it works."""

    held: int
    working: int


def counted_state(item: Item, counted: Mapping[str, Counted]) -> tuple[ItemState, Counted]:
    """Return what the register says of an item that can be counted, with the figures."""
    found = [counted[k] for k in item.kinds if k in counted]
    total = Counted(sum(f.held for f in found), sum(f.working for f in found))
    return (ItemState.MET if total.working >= item.at_least else ItemState.LACKING), total


def lacking(item: Item, counted: Counted) -> int:
    """Return how many pieces are missing from what is enough; those under repair do not count as missing."""
    return max(0, item.at_least - counted.held)
