"""Answers the compliance cost of a procedure by the model of Circular 02/2017/TT-VPCP (chi phí tuân thủ).

A step costs hours × hourly income, and what was spent on advice, printing, travel; a procedure its steps and its
fees; a year that × times a year × subjects. The model is known, not read from the annex: to be confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from motcua.core.kernel import Problem, nfc

CUT_DECIMALS = 2
NAME_MAX = 200
VND_MAX = 10**12
HOURS_MAX = 10_000
_NUMBER = re.compile(r"^([0-9]{1,9})(?:[.,]([0-9]{1,4}))?$")
_VND = re.compile(r"^[0-9]{1,13}$|^[0-9]{1,3}(?:[. ][0-9]{3}){1,4}$")


class CostStep(StrEnum):
    """What the person does (các bước thực hiện)."""

    PREPARE = "prepare"
    """Prepares the components of the dossier."""
    SUBMIT = "submit"
    PAY = "pay"
    """Pays fees and charges: the time and way of it; the fees themselves are apart."""
    CHECK = "check"
    """Takes part in checks, appraisals, inspections."""
    RECEIVE = "receive"
    OTHER = "other"


_STEPS = {s.value for s in CostStep}


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that a person does for the procedure. Unit: hours; đồng."""

    step: CostStep
    name: str
    hours: Fraction
    hired_vnd: int = 0
    other_vnd: int = 0

    def cost(self, hourly_vnd: int) -> Fraction:
        """Return hours × hourly income + advice or hiring + printing, travel, other. Unit: đồng, exact."""
        return self.hours * hourly_vnd + self.hired_vnd + self.other_vnd


@dataclass(frozen=True, slots=True)
class Costing:
    """What a procedure costs a person once, and how often it is needed: ``times_per_year`` by ``subjects`` people."""

    lines: tuple[CostLine, ...]
    fees_vnd: int
    times_per_year: Fraction
    subjects: int
    hourly_vnd: int

    def of_step(self, step: CostStep) -> int:
        """Return what the lines of one step cost. Unit: whole đồng, a half goes up."""
        return _whole(sum((line.cost(self.hourly_vnd) for line in self.lines if line.step is step), Fraction(0)))

    @property
    def each_vnd(self) -> int:
        """The cost of the procedure once (C1). Unit: whole đồng, a half goes up."""
        return _whole(self._each())

    @property
    def yearly_vnd(self) -> int:
        """The cost in a year (C = C1 × times a year × subjects)."""
        return _whole(self._each() * self.times_per_year * self.subjects)

    def _each(self) -> Fraction:
        return sum((line.cost(self.hourly_vnd) for line in self.lines), Fraction(self.fees_vnd))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON; times are written as fractions, such as ``3/2``."""
        return {
            "lines": [
                {
                    "step": line.step.value,
                    "name": line.name,
                    "hours": str(line.hours),
                    "hired_vnd": line.hired_vnd,
                    "other_vnd": line.other_vnd,
                }
                for line in self.lines
            ],
            "fees_vnd": self.fees_vnd,
            "times_per_year": str(self.times_per_year),
            "subjects": self.subjects,
            "hourly_vnd": self.hourly_vnd,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Costing:
        return cls(
            tuple(
                CostLine(
                    CostStep(e["step"]), e["name"], Fraction(e["hours"]), int(e["hired_vnd"]), int(e["other_vnd"])
                )
                for e in data["lines"]
            ),
            int(data["fees_vnd"]),
            Fraction(data["times_per_year"]),
            int(data["subjects"]),
            int(data["hourly_vnd"]),
        )


@dataclass(frozen=True, slots=True)
class Saving:
    """What a cut saves. ``percent`` has two decimals, a half goes up; ``None`` when nothing was paid before."""

    before_vnd: int
    after_vnd: int
    percent: Fraction | None

    @property
    def saved_vnd(self) -> int:
        return self.before_vnd - self.after_vnd


def saving(*, before_vnd: int, after_vnd: int) -> Saving:
    """Return before − after and its share of before; below nothing when the proposal costs more."""
    if not before_vnd:
        return Saving(before_vnd, after_vnd, None)
    scale = 100 * 10**CUT_DECIMALS
    percent = Fraction(_whole(Fraction((before_vnd - after_vnd) * scale, before_vnd)), 10**CUT_DECIMALS)
    return Saving(before_vnd, after_vnd, percent)


def hourly_income(*, gdp_per_head_vnd: int, hours_per_year: int) -> int:
    """Return the income of an hour: GDP per head over the working hours of a year. Unit: whole đồng."""
    return _whole(Fraction(gdp_per_head_vnd, hours_per_year))


def parse_hours(text: str) -> Fraction | None:
    """Return a number typed as ``1,5`` or ``0.25``; ``None`` when it is none."""
    found = _NUMBER.match(text.strip())
    if not found:
        return None
    digits = found[2] or ""
    return Fraction(int(found[1] + digits), 10 ** len(digits))


def entered(
    rows: Sequence[Mapping[str, str]], *, fees: str, times: str, subjects: str, hourly: str
) -> Costing | tuple[Problem, ...]:
    """Return the costing that was typed, or everything that cannot be read. Empty rows do not count.

    Problems: ``cost.step``, ``cost.name``, ``cost.hours``, ``cost.amount``, ``cost.nothing``, ``cost.times``,
    ``cost.subjects``, ``cost.hourly``.
    """
    problems, lines = list[Problem](), list[CostLine]()
    for number, row in enumerate(rows, start=1):
        if any(row.get(key, "").strip() for key in ("name", "hours", "hired", "other")):
            line = _line(row, f"row.{number}", problems)
            if line is not None:
                lines.append(line)
    fees_vnd = _vnd(fees, "fees", problems)
    times_per_year, people, hourly_vnd = parse_hours(times), parse_hours(subjects.replace(".", "")), _amount(hourly)
    if not times_per_year:
        problems.append(Problem("cost.times", "times"))
    if not people or people.denominator != 1:
        problems.append(Problem("cost.subjects", "subjects"))
    if not hourly_vnd:
        problems.append(Problem("cost.hourly", "hourly"))
    if not problems and not lines and not fees_vnd:
        problems.append(Problem("cost.nothing", "row.1.name"))
    if problems or times_per_year is None or people is None or hourly_vnd is None:
        return tuple(problems)
    return Costing(tuple(lines), fees_vnd, times_per_year, int(people), hourly_vnd)


def _line(row: Mapping[str, str], at: str, problems: list[Problem]) -> CostLine | None:
    before = len(problems)
    step = row.get("step", "")
    if step not in _STEPS:
        problems.append(Problem("cost.step", f"{at}.step"))
    name = nfc(row.get("name", "")).strip()
    if not name or len(name) > NAME_MAX:
        problems.append(Problem("cost.name", f"{at}.name", values={"limit": str(NAME_MAX)}))
    typed = row.get("hours", "").strip()
    hours = parse_hours(typed) if typed else Fraction(0)
    if hours is None or hours > HOURS_MAX:
        problems.append(Problem("cost.hours", f"{at}.hours", values={"text": typed[:40]}))
    hired, other = (_vnd(row.get(key, ""), f"{at}.{key}", problems) for key in ("hired", "other"))
    if len(problems) > before or hours is None:
        return None
    return CostLine(CostStep(step), name, hours, hired, other)


def _vnd(text: str, field: str, problems: list[Problem]) -> int:
    amount = _amount(text) if text.strip() else 0
    if amount is None:
        problems.append(Problem("cost.amount", field, values={"text": text.strip()[:40]}))
        return 0
    return amount


def _amount(text: str) -> int | None:
    clean = text.replace("đ", "").strip()
    if not _VND.match(clean):
        return None
    amount = int(clean.replace(".", "").replace(" ", ""))
    return amount if amount <= VND_MAX else None


def _whole(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
