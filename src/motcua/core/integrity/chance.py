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
    plain = of - marked
    first, most = max(hits, 0, drawn - plain), min(drawn, marked)
    if first > most:
        return Fraction(0)
    # Each number of ways follows from the one before, and divides evenly: both are whole.
    ways = term = comb(marked, first) * comb(plain, drawn - first)
    for k in range(first, most):
        term = term * (marked - k) * (drawn - k) // ((k + 1) * (plain - drawn + k + 1))
        ways += term
    return Fraction(ways, comb(of, drawn))
