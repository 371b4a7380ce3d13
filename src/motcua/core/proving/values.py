"""Answers which values of the dossier's fields have to be tried so that every guard comes out in every way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from motcua.core.process import Definition, Field, FieldType, Net
from motcua.core.process.decisions import is_plain, values_around
from motcua.core.process.guards import Binary, Expr, Literal, Name, evaluate, literals_of, names_in

MISSING = object()
"""Stands for a field that nobody has entered yet."""


def guards_of(definition: Definition) -> tuple[Expr, ...]:
    """Return every condition of the process: of its flows and of the rows of its tables."""
    of_flows = [f.guard for f in definition.flows if f.guard is not None]
    return (*of_flows, *(r.when for t in definition.tables for r in t.rules if r.when is not None))


def fields_read(definition: Definition) -> tuple[str, ...]:
    """Return the fields on which the course of a dossier hangs, in the order of the definition."""
    read = {name for guard in guards_of(definition) for name in names_in(guard)}
    read |= {s.each for s in definition.steps if s.each}
    return tuple(f.name for f in definition.fields if f.name in read)


def values_to_try(definition: Definition) -> Mapping[str, tuple[Any, ...]]:
    """Return, for each field that is read, values of which every condition sees the difference.

    Shape: field name → values. A value before, at and after each constant; of those that no condition can tell
    apart, one. A field by which a step is repeated is none, one and two.
    """
    guards = guards_of(definition)
    repeated = {s.each for s in definition.steps if s.each}
    fields = {f.name: f for f in definition.fields}
    return {name: _values(fields[name], guards, name in repeated) for name in fields_read(definition)}


def _values(field: Field, guards: Sequence[Expr], is_repeated: bool) -> tuple[Any, ...]:
    about = [g for g in guards if field.name in names_in(g)]
    constants = {v for g in about for name, _, v in literals_of(g) if name == field.name and v is not None}
    found = list(values_around(field, constants))
    if not is_repeated:
        return tuple(_distinct(field, found, about))
    if field.type is FieldType.LIST:
        return ((), *(v for v in found if v), ("a",), ("a", "b"))
    return tuple(sorted({0, 1, 2} | {int(v) for v in found if v >= 0}))


def _distinct(field: Field, values: list[Any], about: Sequence[Expr]) -> Iterator[Any]:
    """Yield one of all values that no comparison tells apart."""
    if not all(is_plain(g) for g in about):
        yield from values
        return
    compared = [
        Binary(op, Name(field.name), Literal(v)) for g in about for n, op, v in literals_of(g) if n == field.name
    ]
    seen = set[tuple[Any, ...]]()
    for value in values:
        signs = tuple(bool(evaluate(c, {field.name: value})) for c in compared)
        key = (value, *signs) if field.type is FieldType.BOOLEAN else signs
        if key not in seen:
            seen.add(key)
            yield value


class Seen(Mapping[str, Any]):
    """The fields of a dossier, that remembers which were asked for before anybody had entered them."""

    __slots__ = ("_values", "missed")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.missed: list[str] = []

    def __getitem__(self, name: str) -> Any:
        found = self._values.get(name, MISSING)
        if found is MISSING:
            self.missed.append(name)
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def undecided_table(net: Net, step: int, data: Mapping[str, Any]) -> str | None:
    """Return the table of a step that gives nothing for these fields."""
    deciding = net.deciding(data)
    rule = net.steps[step]
    return next((t for t in (rule.slot_table, rule.minutes_table) if t and deciding.get(t) is None), None)
