"""Answers whether the papers handed in (thành phần hồ sơ) are those that the procedure asks for.

It lists all that is missing at once, for the law allows one request only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motcua.core.kernel import Problem

COUNT_MAX = 999


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """What the procedure asks of one paper: how many originals and copies, and whether it is always needed."""

    key: str
    name: str
    originals: int
    copies: int
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class ComponentCount:
    """What was handed in of one paper, as typed; empty means none."""

    key: str
    originals: str = ""
    copies: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What was handed in of one paper, checked."""

    key: str
    name: str
    originals: int
    copies: int


def check_components(
    rules: Sequence[ComponentRule], counts: Sequence[ComponentCount]
) -> tuple[tuple[Received, ...], tuple[Problem, ...]]:
    """Return what was handed in of each paper, in the procedure's order, and every count that cannot be.

    Problems: ``component.count_not_number``, ``component.count_negative``, ``component.count_large``,
    ``component.unknown``.
    """
    by_key = {c.key: c for c in counts}
    known = {r.key for r in rules}
    problems = [
        Problem("component.unknown", field=f"components.{key}", values={"key": key})
        for key in by_key
        if key not in known
    ]
    received = []
    for rule in rules:
        count = by_key.get(rule.key, ComponentCount(rule.key))
        numbers = {}
        for part, text in (("originals", count.originals), ("copies", count.copies)):
            number, code = _count(text)
            numbers[part] = number
            if code:
                values = {"name": rule.name, "text": text.strip(), "limit": str(COUNT_MAX)}
                problems.append(Problem(code, field=f"components.{rule.key}.{part}", values=values))
        received.append(Received(rule.key, rule.name, numbers["originals"], numbers["copies"]))
    return tuple(received), tuple(problems)


def missing_components(rules: Sequence[ComponentRule], received: Sequence[Received]) -> tuple[Problem, ...]:
    """Return a problem for each required paper of which too few were handed in.

    A certified copy may stand for an original only where the office says so; here an original also counts as
    a copy, never the other way round. Problems: ``component.missing``.
    """
    by_key: Mapping[str, Received] = {r.key: r for r in received}
    found = []
    for rule in rules:
        if not rule.is_required:
            continue
        given = by_key.get(rule.key, Received(rule.key, rule.name, 0, 0))
        short_originals = max(rule.originals - given.originals, 0)
        spare = max(given.originals - rule.originals, 0)
        short_copies = max(rule.copies - given.copies - spare, 0)
        needs_any = rule.originals + rule.copies == 0 and given.originals + given.copies == 0
        if short_originals or short_copies or needs_any:
            values = {
                "name": rule.name,
                "originals": str(short_originals or (1 if needs_any else 0)),
                "copies": str(short_copies),
            }
            found.append(Problem("component.missing", field=f"components.{rule.key}", values=values))
    return tuple(found)


def _count(text: str) -> tuple[int, str]:
    text = text.strip()
    if not text:
        return 0, ""
    try:
        number = int(text)
    except ValueError:
        return 0, "component.count_not_number"
    if number < 0:
        return 0, "component.count_negative"
    if number > COUNT_MAX:
        return 0, "component.count_large"
    return number, ""
