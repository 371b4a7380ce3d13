"""Answers counts of anything under a form of numbers, in all and by a dimension, and whether the form's identities hold.

Each number is counted by a rule of its own; what must hold between them is stated by the form and checked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from motcua.core.statistics.counting import Failure

T = TypeVar("T")
Numbers = Mapping[str, int]
Identities = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Form:
    """The names of a form's numbers in the order of its columns, and its identities: the sums of both sides agree."""

    numbers: tuple[str, ...]
    identities: Identities


@dataclass(frozen=True, slots=True)
class NumberTable:
    """The numbers by the key of a dimension, and the total, which was counted by itself."""

    rows: Mapping[Hashable, Numbers]
    total: Numbers


def numbered(
    things: Iterable[T], form: Form, *, classes: Callable[[T], Collection[str]], by: Callable[[T], Hashable]
) -> NumberTable:
    """Return the table; ``classes`` tells which numbers count a thing, none: it is not of the period."""
    rows: dict[Hashable, dict[str, int]] = {}
    total = dict.fromkeys(form.numbers, 0)
    for thing in things:
        counted = classes(thing)
        if not counted:
            continue
        row = rows.setdefault(by(thing), dict.fromkeys(form.numbers, 0))
        for name in counted:
            row[name] += 1
            total[name] += 1
    return NumberTable(rows, total)


def number_failures(table: NumberTable, form: Form) -> tuple[Failure, ...]:
    """Return every identity that does not hold in a row or the total, and every total that the rows do not give."""
    found = []
    for key, numbers in [*table.rows.items(), (None, table.total)]:
        for name, sides in form.identities.items():
            left, right = (sum(numbers[n] for n in side) for side in sides)
            if left != right:
                found.append(Failure(key, name, left, right))
    for name in form.numbers:
        summed = sum(numbers[name] for numbers in table.rows.values())
        if summed != table.total[name]:
            found.append(Failure(None, f"rows.{name}", table.total[name], summed))
    return tuple(found)
