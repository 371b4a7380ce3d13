"""Answers which guard a condition of a BPMN file is, and of which types the fields are that guards read.

The notations are those of ``parse_guard``; types come from what fields are compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from motcua.core.process.guards import (
    ARITHMETIC,
    All,
    Binary,
    Expr,
    Field,
    FieldType,
    Literal,
    Name,
    Not,
    OneOf,
    Some,
)

_STRONGER = (FieldType.TEXT, FieldType.INTEGER, FieldType.NUMBER)


def fields_read(guards: Iterable[Expr], known: Iterable[Field]) -> tuple[Field, ...]:
    """Return the fields that ``guards`` read beside the ``known``, each with the type of what it is compared with.

    A field that stands alone is true or false, and one in arithmetic a number; one that nothing tells of is a text, or
    a number where it is less or more than another.
    """
    types: dict[str, FieldType | None] = {}
    pairs, ordered = list[tuple[str, str]](), set[str]()
    for guard in guards:
        for name, kind in _uses(guard, FieldType.BOOLEAN):
            types[name] = _both(types.get(name), kind)
        for op, *sides in _pairs(guard):
            pairs.append((sides[0], sides[1]))
            ordered |= set(sides) if op not in ("=", "!=") else set()
    of_known = {f.name: f.type for f in known}
    for _ in pairs:  # a chain of comparisons hands its type on, one link at a time
        for one, other in pairs:
            found = types.get(one) or of_known.get(one) or types.get(other) or of_known.get(other)
            for name in (one, other):
                types[name] = types.get(name) or found
    made = {n: kind or (FieldType.NUMBER if n in ordered else FieldType.TEXT) for n, kind in types.items()}
    return tuple(Field(name, kind, name) for name, kind in made.items() if name not in of_known)


def _uses(expr: Expr, kind: FieldType | None) -> Iterator[tuple[str, FieldType | None]]:
    """Yield each name with the type that its place asks of it; ``kind`` is what is asked of ``expr`` itself."""
    if isinstance(expr, Name):
        yield expr.field, kind
    elif isinstance(expr, Not):
        yield from _uses(expr.part, FieldType.BOOLEAN)
    elif isinstance(expr, All | Some):
        for part in expr.parts:
            yield from _uses(part, FieldType.BOOLEAN)
    elif isinstance(expr, OneOf):
        is_field = len(expr.among) == 1 and isinstance(expr.among[0], Name)
        yield from _uses(expr.left, FieldType.TEXT if is_field else _type(expr.among[0]))
        for part in expr.among:
            yield from _uses(part, FieldType.LIST if is_field else _type(expr.left))
    elif isinstance(expr, Binary) and expr.op in ARITHMETIC:
        yield from _uses(expr.left, FieldType.NUMBER)
        yield from _uses(expr.right, FieldType.NUMBER)
    elif isinstance(expr, Binary):
        yield from _uses(expr.left, _type(expr.right))
        yield from _uses(expr.right, _type(expr.left))


def _type(expr: Expr) -> FieldType | None:
    """Return what a value compared with ``expr`` is; None where that is not told."""
    if isinstance(expr, Binary):
        return FieldType.NUMBER if expr.op in ARITHMETIC else FieldType.BOOLEAN
    if not isinstance(expr, Literal):
        return None if isinstance(expr, Name) else FieldType.BOOLEAN
    for kind, found in (
        (bool, FieldType.BOOLEAN),
        (int, FieldType.INTEGER),
        (Decimal, FieldType.NUMBER),
        (date, FieldType.DATE),
        (str, FieldType.TEXT),
    ):
        if isinstance(expr.value, kind):
            return found
    return None


def _both(one: FieldType | None, other: FieldType | None) -> FieldType | None:
    """Return the type that holds both: a number holds whole numbers. What cannot agree is for the types' check."""
    if one in _STRONGER and other in _STRONGER:
        return max(one, other, key=_STRONGER.index)
    return one or other


def _pairs(expr: Expr) -> Iterator[tuple[str, str, str]]:
    if isinstance(expr, Not):
        yield from _pairs(expr.part)
    elif isinstance(expr, All | Some):
        for part in expr.parts:
            yield from _pairs(part)
    elif isinstance(expr, Binary) and isinstance(expr.left, Name) and isinstance(expr.right, Name):
        yield expr.op, expr.left.field, expr.right.field
