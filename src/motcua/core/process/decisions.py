"""Answers what a decision table (bảng quyết định) gives for a dossier's fields: a route, a term, a choice.

A table is a computed field: guards, slots and step times read its name. Rows are tried from the top.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from motcua.core.kernel import Problem
from motcua.core.process.guards import (
    Data,
    Expr,
    Field,
    FieldType,
    evaluate,
    literals_of,
    names_in,
    parse_guard,
    text_of,
    type_problems,
)

_COMBINATIONS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: when its condition holds, its value is the table's. Without a condition it always holds."""

    when: Expr | None
    value: str


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table of rules, the first that holds decides. ``name`` is read like a field."""

    name: str
    label: str
    rules: tuple[Rule, ...]
    type: FieldType = FieldType.CHOICE

    def field(self) -> Field:
        """Return the table as the field that guards read."""
        choices = tuple(dict.fromkeys(r.value for r in self.rules)) if self.type is FieldType.CHOICE else ()
        return Field(self.name, self.type, self.label, choices)

    def decide(self, data: Data) -> Any:
        """Return the value of the first rule that holds; ``None`` when none does."""
        for rule in self.rules:
            if rule.when is None or evaluate(rule.when, data):
                return int(rule.value) if self.type is FieldType.INTEGER else rule.value
        return None

    def to_json(self) -> dict[str, Any]:
        rules = [[text_of(r.when) if r.when is not None else "", r.value] for r in self.rules]
        return {"name": self.name, "label": self.label, "type": self.type.value, "rules": rules}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DecisionTable:
        rules = tuple(Rule(parse_guard(when) if when else None, str(value)) for when, value in data["rules"])
        return cls(data["name"], data.get("label", ""), rules, FieldType(data.get("type", "choice")))


class Deciding(Mapping[str, Any]):
    """The fields of a dossier with its tables computed on reading."""

    __slots__ = ("_data", "_tables")

    def __init__(self, data: Data, tables: Mapping[str, DecisionTable]) -> None:
        self._data, self._tables = data, tables

    def __getitem__(self, name: str) -> Any:
        table = self._tables.get(name)
        return self._data[name] if table is None else table.decide(self)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._data, **self._tables})

    def __len__(self) -> int:
        return len({**self._data, **self._tables})


def table_problems(table: DecisionTable, fields: Mapping[str, Field]) -> tuple[Problem, ...]:
    """Return what is wrong with a table: types, rows that never decide, cases that no row decides.

    Problems: those of a guard, ``process.table_empty``, ``process.table_value``, ``process.table_row_dead``,
    ``process.table_gap``.
    """
    values = {"table": table.name}
    if not table.rules:
        return (Problem("process.table_empty", values=values),)
    found: list[Problem] = []
    for rule in table.rules:
        if rule.when is not None:
            found += type_problems(rule.when, fields, at=table.name)
        if table.type is FieldType.INTEGER and not rule.value.isdecimal():
            found.append(Problem("process.table_value", values={**values, "value": rule.value}))
    if found:
        return tuple(found)
    used = set[int]()
    for case in cases([r.when for r in table.rules if r.when is not None], fields):
        number = next((i for i, r in enumerate(table.rules) if r.when is None or evaluate(r.when, case)), None)
        if number is None:
            found.append(Problem("process.table_gap", values={**values, "case": case_text(case)}))
            break
        used.add(number)
    else:
        if cases_are_complete([r.when for r in table.rules if r.when is not None], fields):
            found += [
                Problem("process.table_row_dead", values={**values, "row": str(i + 1)})
                for i in range(len(table.rules))
                if i not in used
            ]
    return tuple(found)


def cases(guards: Sequence[Expr], fields: Mapping[str, Field]) -> Iterator[dict[str, Any]]:
    """Yield one case of the fields for each way in which the guards can come out, as far as constants tell.

    Shape: field name → value. A value before, at and after each constant compared with; every choice; both truths.
    """
    names = list(dict.fromkeys(n for g in guards for n in names_in(g)))
    constants: dict[str, set[Any]] = {name: set() for name in names}
    for guard in guards:
        for name, _, value in literals_of(guard):
            if value is not None:
                constants[name].add(value)
    columns = [
        values_around(fields[n], constants[n]) if n in fields else sorted(constants[n], key=str) for n in names
    ]
    for combination in itertools.islice(itertools.product(*columns), _COMBINATIONS_MAX):
        yield dict(zip(names, combination, strict=True))


def cases_are_complete(guards: Sequence[Expr], fields: Mapping[str, Field]) -> bool:
    """Return whether ``cases`` covers everything: fields compared with plain values only, and not too many."""
    count = 1
    for name in dict.fromkeys(n for g in guards for n in names_in(g)):
        constants = {v for g in guards for f, _, v in literals_of(g) if f == name and v is not None}
        count *= len(values_around(fields[name], constants)) if name in fields else 1
    return count <= _COMBINATIONS_MAX and all(is_plain(g) for g in guards)


def case_text(case: Mapping[str, Any]) -> str:
    """Return a case in words: ``area = 51, kind = house``."""
    return ", ".join(f"{name} = {_said(value)}" for name, value in case.items())


def values_around(field: Field, constants: set[Any]) -> list[Any]:
    """Return values of the field before, at and after each constant; every choice, both truths."""
    if field.type is FieldType.BOOLEAN:
        return [True, False]
    if field.type is FieldType.CHOICE:
        return list(field.choices)
    if field.type.is_number:
        # The step between whole numbers is one; between others anything smaller than what constants differ by.
        step = Decimal("0.001") if field.type is FieldType.NUMBER else 1
        near = {v + d for v in constants if isinstance(v, int | Decimal) for d in (-step, 0, step)}
        return sorted(near) or [0]
    if field.type is FieldType.DATE:
        days = [v for v in constants if isinstance(v, date)]
        return sorted({v + timedelta(days=d) for v in days for d in (-1, 0, 1)}) or [date(2026, 1, 1)]
    if field.type is FieldType.LIST:
        return [(), *((str(v),) for v in sorted(constants, key=str))]
    return [*sorted(str(v) for v in constants), "…"]


def is_plain(guard: Expr) -> bool:
    """Return whether a guard compares its fields with nothing but plain values."""
    return set(names_in(guard)) == {name for name, _, _ in literals_of(guard)} | _bare(guard)


def _bare(guard: Expr) -> set[str]:
    """Return the fields that stand alone as a truth."""
    from motcua.core.process.guards import All, Name, Not, Some

    if isinstance(guard, Name):
        return {guard.field}
    if isinstance(guard, Not):
        return _bare(guard.part)
    if isinstance(guard, All | Some):
        return set[str]().union(*(_bare(p) for p in guard.parts))
    return set()


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "—" if value is None else str(value)
