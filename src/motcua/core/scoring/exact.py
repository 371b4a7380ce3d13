"""Answers how points are rounded and which band they fall in, without a floating number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Band:
    """A class of results: its name, and from how many points on (of the scheme's maximum)."""

    name: str
    least: Fraction


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Return ``value`` to so many decimals; a half goes up. Guarantee: monotone."""
    scale = 10**decimals
    return Fraction((2 * value * scale + 1) // 2, scale)


def shown(value: Fraction, decimals: int) -> str:
    """Return ``value`` as digits with a point, rounded to so many decimals; points are never below nothing."""
    whole = rounded(value, decimals) * 10**decimals
    digits = str(int(whole)).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def banded(points: Fraction, *, most: Fraction, whole: Fraction, bands: Sequence[Band]) -> str:
    """Return the band of ``points`` out of ``most``, where the bands count to ``whole``; empty when nothing counts.

    What was dropped for want of information shrinks ``most``; the bands shrink with it. Guarantee: more points
    of the same ``most`` never give a lower band.
    """
    if not most:
        return ""
    return next((b.name for b in bands if points * whole >= b.least * most), "")
