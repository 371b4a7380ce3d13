"""Answers how often chance alone would give as many: exact, by counting, with no approximation."""

from __future__ import annotations

from fractions import Fraction
from math import comb


def at_least(hits: int, *, drawn: int, marked: int, of: int) -> Fraction:
    """Return the chance of at least ``hits`` marked ones among ``drawn`` out of ``of``, of which ``marked`` are marked.

    Every draw is as likely as every other (the hypergeometric law); each draw is drawn once.
    """
    if not (0 <= drawn <= of and 0 <= marked <= of):
        raise ValueError(f"{drawn}, {marked} of {of}")
    most = min(drawn, marked)
    ways = sum(comb(marked, k) * comb(of - marked, drawn - k) for k in range(max(hits, 0), most + 1))
    return Fraction(ways, comb(of, drawn))
