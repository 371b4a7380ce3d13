"""Answers the income of an hour by year, from the file beside Circular 02/2017, and how sure we are of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from motcua.core.costs import hourly_income
from motcua.core.kernel import Confidence
from motcua.store.lawfiles.book import LAW, LawFilesError

COSTS = Path("acts/tt02-2017/costs.toml")
ACT = "02/2017/TT-VPCP"


@dataclass(frozen=True, slots=True)
class Income:
    """The income of an hour in a year, of what GDP per head, over how many hours."""

    year: int
    hourly_vnd: int
    gdp_per_head_vnd: int
    hours_per_year: int
    confidence: Confidence


@cache
def incomes(folder: Path = LAW) -> tuple[Income, ...]:
    """Return the incomes of all years known, the newest last. Raises LawFilesError."""
    try:
        data = tomllib.loads((folder / COSTS).read_text(encoding="utf-8"))
        hours = data["hours_per_year"]
        return tuple(
            Income(
                year=e["year"],
                hourly_vnd=hourly_income(gdp_per_head_vnd=e["gdp_per_head_vnd"], hours_per_year=hours["value"]),
                gdp_per_head_vnd=e["gdp_per_head_vnd"],
                hours_per_year=hours["value"],
                confidence=Confidence(e["confidence"]),
            )
            for e in sorted(data["years"], key=lambda e: int(e["year"]))
        )
    except (OSError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise LawFilesError(f"{folder / COSTS}: {error!r}") from error


def income_of(year: int) -> Income:
    """Return the income to count with in a year: the newest announced by then, else the oldest known."""
    known = [i for i in incomes() if i.year <= year]
    return known[-1] if known else incomes()[0]


def check_costs() -> list[str]:
    """Return where the years are not in order, each with its own income."""
    years = [i.year for i in incomes()]
    return [] if years and len(set(years)) == len(years) else [f"{COSTS}: a year each, at least one"]
