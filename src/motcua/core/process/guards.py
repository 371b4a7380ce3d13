"""Answers when a guard of a process holds: a typed expression tree over declared fields, read, checked, evaluated.

No expression calls anything: names of fields, plain values, comparisons, arithmetic, and, or, not, in.
The notations of FEEL, JUEL, Python and JavaScript are read where they mean the same; printed is one form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from motcua.core.kernel import Problem

Value: TypeAlias = "bool | int | Decimal | str | date | tuple[str, ...] | None"
Data: TypeAlias = "Mapping[str, Any]"


class FieldType(Enum):
    """What kind of value a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"

    @property
    def is_number(self) -> bool:
        return self in (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY)


@dataclass(frozen=True, slots=True)
class Field:
    """A value that steps collect and guards read (trường dữ liệu). ``choices`` belong to the type ``choice``."""

    name: str
    type: FieldType
    label: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Literal:
    """A plain value: number, text, day, true, false or null."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """The value of a field."""

    field: str


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides and what is between them: a comparison or arithmetic."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Not:
    part: Expr


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a value is among those listed, or among those of a field of the type list."""

    left: Expr
    among: tuple[Expr, ...]


Expr: TypeAlias = "Literal | Name | Binary | Not | All | Some | OneOf"

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
ARITHMETIC = ("+", "-", "*", "/", "%")

_TOKEN = re.compile(
    r"\s*(?:(?P<day>\d{4}-\d{2}-\d{2})(?!\d)|(?P<number>\d+(?:\.\d+)?)|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<sign>===|!==|==|!=|<>|<=|>=|&&|\|\||[=<>!+\-*/%(),\[\]]))"
)
_SAME = {"==": "=", "===": "=", "!==": "!=", "<>": "!=", "&&": "and", "||": "or", "!": "not"}
_WORDS = {"gt": ">", "lt": "<", "ge": ">=", "le": "<=", "eq": "=", "ne": "!="}
_CONSTANTS: dict[str, Value] = {
    **dict.fromkeys(("true", "True"), True),
    **dict.fromkeys(("false", "False"), False),
    **dict.fromkeys(("null", "None", "none"), None),
}


class GuardError(ValueError):
    """The text is no guard: ``reason`` names what stands where it cannot."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r}: {reason}")
        self.text, self.reason = text, reason


def parse_guard(text: str) -> Expr:
    """Return the expression that ``text`` writes. Raises GuardError.

    Read are ``${…}``, ``#{…}``, a leading ``=`` (FEEL), and the signs of Python, Java and JavaScript.
    """
    inner = text.strip()
    if found := re.fullmatch(r"[$#]\{(.*)\}", inner, re.DOTALL):
        inner = found[1]
    elif inner.startswith("=") and not inner.startswith("=="):
        inner = inner[1:]
    parser = _Parser(text, list(_tokens(text, inner)))
    found_expr = parser.either()
    parser.end()
    return found_expr


def evaluate(expr: Expr, data: Data) -> Any:
    """Return the value of ``expr``; a field without a value is ``None``, and nothing compares with that but null."""
    if isinstance(expr, Literal):
        return expr.value
    if isinstance(expr, Name):
        return data.get(expr.field)
    if isinstance(expr, Not):
        return not evaluate(expr.part, data)
    if isinstance(expr, All):
        return all(evaluate(part, data) for part in expr.parts)
    if isinstance(expr, Some):
        return any(evaluate(part, data) for part in expr.parts)
    left = evaluate(expr.left, data)
    if isinstance(expr, OneOf):
        among = [evaluate(e, data) for e in expr.among]
        return any(left in a if isinstance(a, tuple | list) else _equal(left, a) for a in among)
    return _binary(expr.op, left, evaluate(expr.right, data))


def names_in(expr: Expr) -> tuple[str, ...]:
    """Return the fields that ``expr`` reads, each once, in the order of reading."""
    return tuple(dict.fromkeys(_names(expr)))


def literals_of(expr: Expr) -> Iterator[tuple[str, str, Value]]:
    """Yield (field, comparison, value) of every comparison of a field with a plain value."""
    if isinstance(expr, All | Some):
        for part in expr.parts:
            yield from literals_of(part)
    elif isinstance(expr, Not):
        yield from literals_of(expr.part)
    elif isinstance(expr, OneOf) and isinstance(expr.left, Name):
        yield from ((expr.left.field, "=", e.value) for e in expr.among if isinstance(e, Literal))
    elif isinstance(expr, Binary):
        left, right = expr.left, expr.right
        if isinstance(left, Name) and isinstance(right, Literal):
            yield left.field, expr.op, right.value
        elif isinstance(right, Name) and isinstance(left, Literal):
            yield right.field, expr.op, left.value
        else:
            yield from literals_of(left)
            yield from literals_of(right)


def text_of(expr: Expr) -> str:
    """Return ``expr`` as it is printed; ``parse_guard`` of it is ``expr`` again."""
    return _text(expr, 0)


def type_problems(expr: Expr, fields: Mapping[str, Field], *, at: str) -> tuple[Problem, ...]:
    """Return what is wrong with the types of a guard that stands ``at`` a flow or table.

    Problems: ``process.guard_field_unknown``, ``process.guard_types``, ``process.guard_choice_unknown``,
    ``process.guard_not_boolean``.
    """
    found: list[Problem] = []
    kind = _type(expr, fields, at, found)
    if not found and kind is not FieldType.BOOLEAN:
        found.append(Problem("process.guard_not_boolean", values={"at": at, "guard": text_of(expr)}))
    return tuple(found)


def value_of(text: Any, field: Field) -> Any:
    """Return ``text`` as a value of the field. Raises ValueError where it is none."""
    if text is None or text == "":
        return None
    kind = field.type
    if kind is FieldType.BOOLEAN:
        if isinstance(text, bool):
            return text
        if str(text).lower() not in ("true", "false", "1", "0", "on"):
            raise ValueError(text)
        return str(text).lower() in ("true", "1", "on")
    if kind is FieldType.DATE:
        return text if isinstance(text, date) else date.fromisoformat(str(text))
    if kind is FieldType.LIST:
        return tuple(str(t) for t in text) if isinstance(text, list | tuple) else tuple(str(text).split(","))
    if kind is FieldType.CHOICE:
        if str(text) not in field.choices:
            raise ValueError(text)
        return str(text)
    if kind.is_number:
        number = Decimal(str(text).replace(" ", ""))
        if not number.is_finite() or (kind is not FieldType.NUMBER and number != number.to_integral_value()):
            raise ValueError(text)
        return number if kind is FieldType.NUMBER else int(number)
    return str(text)


def plain_value(value: Any) -> Any:
    """Return a field's value as JSON writes it; ``value_of`` reads it again."""
    if isinstance(value, Decimal | date):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _tokens(text: str, inner: str) -> Iterator[tuple[str, str]]:
    place = 0
    inner = inner.rstrip()
    while place < len(inner):
        found = _TOKEN.match(inner, place)
        if not found:
            raise GuardError(text, inner[place:].strip()[:20])
        place = found.end()
        kind = str(found.lastgroup)
        part = found[kind]
        if kind == "name" and part.lower() in ("and", "or", "not", "in"):
            yield "sign", part.lower()
        elif kind == "name" and part in _WORDS:
            yield "sign", _WORDS[part]
        else:
            yield kind, _SAME.get(part, part) if kind == "sign" else part


class _Parser:
    """Reads one expression; each method one strength of binding, the weakest first."""

    def __init__(self, text: str, tokens: Sequence[tuple[str, str]]) -> None:
        self.text, self.tokens, self.place = text, tokens, 0

    def either(self) -> Expr:
        parts = [self.both()]
        while self._skip("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def both(self) -> Expr:
        parts = [self.negation()]
        while self._skip("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negation(self) -> Expr:
        return Not(self.negation()) if self._skip("not") else self.comparison()

    def comparison(self) -> Expr:
        left = self.sum()
        if self._skip("in"):
            return OneOf(left, self._list())
        if self._peek() == ("sign", "not") and self.tokens[self.place + 1 : self.place + 2] == [("sign", "in")]:
            self.place += 2
            return Not(OneOf(left, self._list()))
        kind, sign = self._peek()
        if kind == "sign" and sign in COMPARISONS:
            self.place += 1
            return Binary(sign, left, self.sum())
        return left

    def sum(self) -> Expr:
        left = self.product()
        while self._peek() in (("sign", "+"), ("sign", "-")):
            left = Binary(self._take(), left, self.product())
        return left

    def product(self) -> Expr:
        left = self.atom()
        while self._peek() in (("sign", "*"), ("sign", "/"), ("sign", "%")):
            left = Binary(self._take(), left, self.atom())
        return left

    def atom(self) -> Expr:
        kind, part = self._peek()
        self.place += 1
        if kind == "day":
            try:
                return Literal(date.fromisoformat(part))
            except ValueError:
                raise GuardError(self.text, part) from None
        if kind == "number":
            return Literal(Decimal(part) if "." in part else int(part))
        if kind == "text":
            return Literal(part[1:-1])
        if kind == "name":
            return Literal(_CONSTANTS[part]) if part in _CONSTANTS else Name(part)
        if part == "(":
            inner = self.either()
            self._expect(")")
            return inner
        if part == "-" and self._peek()[0] == "number":
            number = self._take()
            return Literal(-Decimal(number) if "." in number else -int(number))
        raise GuardError(self.text, part or "…")

    def end(self) -> None:
        if self.place < len(self.tokens):
            raise GuardError(self.text, self.tokens[self.place][1])

    def _list(self) -> tuple[Expr, ...]:
        kind, part = self._peek()
        if kind == "name":
            self.place += 1
            return (Name(part),)
        if part not in ("(", "["):
            raise GuardError(self.text, part or "…")
        closing = ")" if part == "(" else "]"
        self.place += 1
        found = [self.sum()]
        while self._skip(","):
            found.append(self.sum())
        self._expect(closing)
        return tuple(found)

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("", "")

    def _take(self) -> str:
        part = self._peek()[1]
        self.place += 1
        return part

    def _skip(self, sign: str) -> bool:
        if self._peek() == ("sign", sign):
            self.place += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._skip(sign):
            raise GuardError(self.text, self._peek()[1] or "…")


def _binary(op: str, left: Any, right: Any) -> Any:
    if op == "=":
        return _equal(left, right)
    if op == "!=":
        return not _equal(left, right)
    if left is None or right is None:
        return None if op in ARITHMETIC else False
    left, right = _number(left), _number(right)
    try:
        return _OPERATIONS[op](left, right)
    except (TypeError, ArithmeticError):
        return None if op in ARITHMETIC else False


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(_number(left) == _number(right))


def _number(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


_OPERATIONS: dict[str, Any] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: Decimal(a) / Decimal(b),
    "%": lambda a, b: a % b,
}


def _names(expr: Expr) -> Iterator[str]:
    if isinstance(expr, Name):
        yield expr.field
    elif isinstance(expr, Not):
        yield from _names(expr.part)
    elif isinstance(expr, All | Some):
        for part in expr.parts:
            yield from _names(part)
    elif isinstance(expr, OneOf):
        yield from _names(expr.left)
        for part in expr.among:
            yield from _names(part)
    elif isinstance(expr, Binary):
        yield from _names(expr.left)
        yield from _names(expr.right)


_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT = range(1, 7)


def _text(expr: Expr, outer: int) -> str:
    if isinstance(expr, Literal):
        return _literal_text(expr.value)
    if isinstance(expr, Name):
        return expr.field
    if isinstance(expr, Some):
        own, made = _OR, " or ".join(_text(p, _OR + 1) for p in expr.parts)
    elif isinstance(expr, All):
        own, made = _AND, " and ".join(_text(p, _AND + 1) for p in expr.parts)
    elif isinstance(expr, Not):
        own, made = _NOT, f"not {_text(expr.part, _NOT)}"
    elif isinstance(expr, OneOf):
        # A single name stands for the values of a list field; in brackets it would be a list of one.
        names = [_text(e, _SUM) for e in expr.among]
        is_field = len(names) == 1 and isinstance(expr.among[0], Name)
        own, made = _COMPARE, f"{_text(expr.left, _SUM)} in {names[0] if is_field else '[' + ', '.join(names) + ']'}"
    else:
        own = _COMPARE if expr.op in COMPARISONS else _SUM if expr.op in "+-" else _PRODUCT
        side = _SUM if own == _COMPARE else own
        made = f"{_text(expr.left, side)} {expr.op} {_text(expr.right, side + (own != _COMPARE))}"
    return f"({made})" if own < outer else made


def _literal_text(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}'" if '"' in value else f'"{value}"'
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain if "." in plain else plain + ".0"
    return str(value)


def _type(expr: Expr, fields: Mapping[str, Field], at: str, found: list[Problem]) -> FieldType | None:
    if isinstance(expr, Literal):
        return _literal_type(expr.value)
    if isinstance(expr, Name):
        field = fields.get(expr.field)
        if field is None:
            found.append(Problem("process.guard_field_unknown", values={"at": at, "field": expr.field}))
            return None
        return field.type
    if isinstance(expr, Not | All | Some):
        for part in (expr.part,) if isinstance(expr, Not) else expr.parts:
            kind = _type(part, fields, at, found)
            if kind not in (FieldType.BOOLEAN, None):
                found.append(Problem("process.guard_not_boolean", values={"at": at, "guard": text_of(part)}))
        return FieldType.BOOLEAN
    if isinstance(expr, OneOf):
        for part in expr.among:
            kind = _type(part, fields, at, found)
            if kind is not FieldType.LIST:
                _compare(expr.left, part, "=", fields, at, found)
        return FieldType.BOOLEAN
    if expr.op in COMPARISONS:
        _compare(expr.left, expr.right, expr.op, fields, at, found)
        return FieldType.BOOLEAN
    sides = (_type(expr.left, fields, at, found), _type(expr.right, fields, at, found))
    if any(kind is not None and not kind.is_number for kind in sides):
        found.append(Problem("process.guard_types", values={"at": at, "guard": text_of(expr)}))
    return FieldType.NUMBER


def _compare(left: Expr, right: Expr, op: str, fields: Mapping[str, Field], at: str, found: list[Problem]) -> None:
    kinds = (_type(left, fields, at, found), _type(right, fields, at, found))
    is_null = any(isinstance(e, Literal) and e.value is None for e in (left, right))
    if None in kinds or is_null:
        return
    for name, literal in ((left, right), (right, left)):
        field = fields.get(name.field) if isinstance(name, Name) else None
        value = literal.value if isinstance(literal, Literal) else None
        if field and field.type is FieldType.CHOICE and isinstance(value, str) and value not in field.choices:
            values = {"at": at, "field": field.name, "value": value, "choices": ", ".join(field.choices)}
            found.append(Problem("process.guard_choice_unknown", values=values))
    groups = [_GROUP.get(kind, kind) for kind in kinds if kind is not None]
    is_ordered = op not in ("=", "!=")
    if groups[0] != groups[1] or (is_ordered and groups[0] in (FieldType.BOOLEAN, FieldType.LIST, FieldType.TEXT)):
        text = f"{text_of(left)} {op} {text_of(right)}"
        found.append(Problem("process.guard_types", values={"at": at, "guard": text}))


_GROUP = {
    FieldType.INTEGER: FieldType.NUMBER,
    FieldType.MONEY: FieldType.NUMBER,
    FieldType.CHOICE: FieldType.TEXT,
}


def _literal_type(value: Value) -> FieldType | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    if isinstance(value, int):
        return FieldType.INTEGER
    if isinstance(value, Decimal):
        return FieldType.NUMBER
    if isinstance(value, date):
        return FieldType.DATE
    return FieldType.LIST if isinstance(value, tuple) else FieldType.TEXT
