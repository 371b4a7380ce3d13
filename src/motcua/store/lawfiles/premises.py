"""Answers what the law asks of premises and equipment, by decree, and which functions of the system, as the files say."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from motcua.core.kernel import Confidence, LegalRef
from motcua.core.premises import Function, Item
from motcua.core.staffing import Bounds
from motcua.store.lawfiles.book import LAW, LawFilesError, law_book

FUNCTIONS = Path("acts/tt21-2023/functions.toml")
_GROUP_COUNT = 9
_STAFF = ("staff.seniority_years", "staff.term_months", "staff.levels")


@dataclass(frozen=True, slots=True)
class FunctionGroup:
    """A group of functions with its names, in the order of the circular."""

    key: str
    name_vi: str
    name_en: str
    functions: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class FunctionList:
    """All functions that the circular asks of the system, and how sure we are of their names."""

    ref: LegalRef
    groups: tuple[FunctionGroup, ...]

    @property
    def functions(self) -> tuple[Function, ...]:
        return tuple(f for g in self.groups for f in g.functions)


@cache
def function_list(folder: Path = LAW) -> FunctionList:
    """Return the functions. Raises LawFilesError."""
    path = folder / FUNCTIONS
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = tuple(
            FunctionGroup(
                g["key"],
                g["name_vi"],
                g["name_en"],
                tuple(Function(f["number"], g["key"], f["name_vi"], f["name_en"]) for f in g["function"]),
            )
            for g in data["group"]
        )
        return FunctionList(LegalRef(data["act"], "", Confidence(data["confidence"])), groups)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise LawFilesError(f"{path}: {error!r}") from error


@cache
def premises_items(regime: str, folder: Path = LAW) -> tuple[Item, ...]:
    """Return the list of premises and equipment of a decree. Raises LawFilesError."""
    path = folder / "acts" / regime / "premises.toml"
    number = next((a.number for a in law_book(folder).acts if a.id == regime), regime)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Item(
                key=i["key"],
                text_vi=i["text_vi"],
                text_en=i["text_en"],
                kinds=tuple(i["kinds"]),
                at_least=i["at_least"],
                ref=LegalRef(number, i["article"], Confidence(i["confidence"])),
            )
            for i in data["item"]
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise LawFilesError(f"{path}: {error!r}") from error


@dataclass(frozen=True, slots=True)
class StaffLaw:
    """What a decree asks of staff at one-stop units of some levels."""

    levels: tuple[str, ...]
    levels_ref: LegalRef
    bounds: Bounds


@cache
def staff_laws(folder: Path = LAW) -> tuple[StaffLaw, ...]:
    """Return what each one-stop decree asks of seniority and term, in order of time. Raises LawFilesError."""
    found = []
    for act in sorted((a for a in law_book(folder).acts if a.regime == a.id), key=lambda a: a.in_force_from):
        params = {p.key: p for p in act.params}
        try:
            years, term, levels = (params[k] for k in _STAFF)
            low, high = (int(v) for v in term.value)  # type: ignore[union-attr]
            bounds = Bounds(
                from_on=act.in_force_from,
                to_on=act.in_force_to,
                seniority_years=int(years.value),  # type: ignore[arg-type]
                term_months_min=low,
                term_months_max=high,
                seniority_ref=years.ref,
                term_ref=term.ref,
            )
            found.append(StaffLaw(tuple(levels.value), levels.ref, bounds))  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError) as error:
            raise LawFilesError(f"{act.id}: staff: {error!r}") from error
    return tuple(found)


def bounds_for(level: str) -> tuple[Bounds, ...]:
    """Return the bounds that hold for one-stop units of a level, each for its days."""
    return tuple(law.bounds for law in staff_laws() if level in law.levels)


def items_on(day: date) -> tuple[Item, ...]:
    """Return the list of the decree in force on a day."""
    return premises_items(law_book().regime_on(day).id)


def check_premises() -> list[str]:
    """Return what is wrong with the lists: an item or function named twice, one that is missing."""
    faults = []
    functions = function_list()
    numbers, wanted = [f.number for f in functions.functions], _function_count()
    if numbers != list(range(1, wanted + 1)) or len(functions.groups) != _GROUP_COUNT:
        faults.append(f"{FUNCTIONS}: {wanted} functions in {_GROUP_COUNT} groups, each once and in order")
    for law in staff_laws():
        b = law.bounds
        if not 0 < b.term_months_min <= b.term_months_max or b.seniority_years < 0:
            faults.append(f"{b.term_ref.act}: a term of {b.term_months_min} to {b.term_months_max} months")
    for act in (a for a in law_book().acts if a.regime == a.id):
        keys = [i.key for i in premises_items(act.id)]
        faults += [f"{act.id}/premises.toml: {k} stands there twice" for k in sorted(set(keys)) if keys.count(k) > 1]
        faults += [
            f"{act.id}/premises.toml: {i.key} is counted, but enough is {i.at_least}"
            for i in premises_items(act.id)
            if bool(i.kinds) != (i.at_least > 0)
        ]
    return faults


def _function_count() -> int:
    """Return how many functions the act says there are: ``system.functions``."""
    counts = [p.value for a in law_book().acts for p in a.params if p.key == "system.functions"]
    return int(counts[-1]) if counts and isinstance(counts[-1], int) else 0
