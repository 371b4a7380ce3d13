"""Answers when a part of a form is shown: a small language of conditions on earlier answers, written ``a = x|y and n >= 2``.

A condition never reads the clock, the person or anything but answers of the same form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motcua.core.kernel import Problem

Typed = Mapping[str, Sequence[str]]
"""Answers as typed: for each field the texts chosen or written, none when it was left empty."""

_ATOM = re.compile(r"^([a-z][a-z0-9_]*)\s*(=|!=|<=|>=|<|>)\s*(.+)$")
_VALUE = re.compile(r"^[A-Za-z0-9_.-]+$")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a field with values; several values mean any of them."""

    field: str
    op: str
    values: tuple[str, ...]

    def holds(self, answers: Typed) -> bool:
        """Return whether it holds; of a field without an answer nothing holds but ``!=``."""
        given = tuple(v for v in answers.get(self.field, ()) if v.strip())
        if self.op == "=":
            return any(v in self.values for v in given)
        if self.op == "!=":
            return not any(v in self.values for v in given)
        numbers = [n for v in given if (n := _number(v)) is not None]
        bound = _number(self.values[0])
        return bound is not None and any(_compare(n, self.op, bound) for n in numbers)

    def __str__(self) -> str:
        return f"{self.field} {self.op} {'|'.join(self.values)}"


def parse_when(text: str) -> tuple[Condition, ...] | tuple[Problem, ...]:
    """Return the conditions that must all hold; nothing for an empty text. Problems: ``form.when_unreadable``."""
    found: list[Condition] = []
    for part in re.split(r"\s+and\s+", text.strip()) if text.strip() else ():
        atom = _ATOM.match(part.strip())
        values = tuple(v.strip() for v in atom[3].split("|")) if atom else ()
        is_number = bool(atom) and atom is not None and atom[2] not in ("=", "!=")
        if (
            atom is None
            or not all(_VALUE.match(v) for v in values)
            or (is_number and (len(values) != 1 or _number(values[0]) is None))
        ):
            return (Problem("form.when_unreadable", values={"text": text}),)
        found.append(Condition(atom[1], atom[2], values))
    return tuple(found)


def conditions_of(text: str) -> tuple[Condition, ...]:
    """Return the conditions of a text that was checked before. Raises ValueError for one that was not."""
    parsed = parse_when(text)
    if any(isinstance(p, Problem) for p in parsed):
        raise ValueError(text)
    return tuple(p for p in parsed if isinstance(p, Condition))


def all_hold(conditions: Sequence[Condition], answers: Typed) -> bool:
    return all(c.holds(answers) for c in conditions)


def _number(text: str) -> int | None:
    digits = re.sub(r"[\s.]", "", text)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


def _compare(a: int, op: str, b: int) -> bool:
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
