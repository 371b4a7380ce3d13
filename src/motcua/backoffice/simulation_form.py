"""Answers what stands in the fields of the what-if page, and how its weeks are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from motcua.core.calendar import TermUnit
from motcua.services.simulation import Outcome
from motcua.services.simulation_entry import WORKING_WEEK, SimulationEntry

_TEXT_MAX = 800
_TEXTS = (
    *("days", "hours", "hours_from", "hours_to", "cut", "cut_procedure"),
    *("procedure", "term", "term_unit", "term_from", "agency"),
)


@dataclass(frozen=True, slots=True)
class SimulationForm:
    """The fields as typed; ``term`` and ``term_unit`` are one term."""

    texts: Mapping[str, str]
    weekdays: tuple[str, ...]
    is_asked: bool

    @classmethod
    def from_query(cls, query: QueryDict) -> SimulationForm:
        is_asked = "ask" in query
        weekdays = tuple(query.getlist("weekdays")[:7]) if is_asked else WORKING_WEEK
        return cls({name: query.get(name, "")[:_TEXT_MAX] for name in _TEXTS}, weekdays, is_asked)

    def entry(self) -> SimulationEntry:
        values = {name: text for name, text in self.texts.items() if name != "term_unit"}
        return SimulationEntry(**{**values, "term": self._term()}, weekdays=self.weekdays)

    def _term(self) -> str:
        amount, unit = self.texts["term"].strip().replace(",", "."), self.texts["term_unit"]
        return f"{amount} {unit or TermUnit.WORKING_DAY.value}" if amount else ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A week in the picture: heights in units of the picture, and what stands under it."""

    week: date
    x: int
    before: int
    after: int
    height_before: float
    height_after: float


BAR_WIDTH, BAR_HEIGHT = 45, 100


def bars_of(outcome: Outcome) -> Sequence[Bar]:
    """Return the bars of the weeks, the highest ``BAR_HEIGHT`` high."""
    most = max(1, *outcome.total.weeks_before, *outcome.total.weeks_after)
    weeks = zip(outcome.weeks, outcome.total.weeks_before, outcome.total.weeks_after, strict=True)
    return [
        Bar(
            week=week,
            x=number * BAR_WIDTH,
            before=before,
            after=after,
            height_before=round(before / most * BAR_HEIGHT, 1),
            height_after=round(after / most * BAR_HEIGHT, 1),
        )
        for number, (week, before, after) in enumerate(weeks)
    ]
