"""Answers for regimes and calendars from the files in ``law/``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from motcua.core.calendar import Calendar, CalendarSpec, DayHours, Weekly, parse_hours
from motcua.core.regimes import Act, ActError, Regime, parse_act, regime_of

LAW = Path(__file__).resolve().parents[4] / "law"


class LawFilesError(ValueError):
    """A file of ``law/`` is missing or wrong; the message names file and fault."""


@dataclass(frozen=True, slots=True)
class YearDays:
    """The announced days of one year; ``status`` is ``announced`` or ``provisional``."""

    year: int
    status: str
    confidence: str
    days_off: Mapping[date, str]
    make_up_days: Mapping[date, str]


@dataclass(slots=True)
class LawBook:
    """The law as data. Regimes and calendars are made when asked for and kept."""

    acts: tuple[Act, ...]
    years: tuple[YearDays, ...]
    profiles: Mapping[str, DayHours]
    hours_of_agency: Mapping[str, str]
    _regimes: dict[date, Regime] = field(default_factory=dict)
    _calendars: dict[str, Calendar] = field(default_factory=dict)

    def regime_on(self, on: date) -> Regime:
        """Return what holds on a day. Raises LawFilesError before the first act known here."""
        if on not in self._regimes:
            regime = regime_of(self.acts, on)
            if regime is None:
                raise LawFilesError(f"no one-stop decree is known for {on}")
            self._regimes[on] = regime
        return self._regimes[on]

    def regime(self, regime_id: str) -> Regime:
        """Return the regime by name as it stands on the last day of its force that is known."""
        base = next((a for a in self.acts if a.id == regime_id), None)
        if base is None:
            raise LawFilesError(f"unknown regime {regime_id}")
        return self.regime_on(base.in_force_to or date(self.years[-1].year, 12, 31))

    def calendar(self, agency_code: str = "") -> Calendar:
        """Return the working calendar of an agency; agencies with the same hours share one."""
        profile = self.hours_of_agency.get(agency_code) or next(iter(self.profiles))
        if profile not in self._calendars:
            self._calendars[profile] = self.calendar_with(self.profiles[profile], version=profile)
        return self._calendars[profile]

    def calendar_with(self, hours: DayHours, *, version: str) -> Calendar:
        """Return a calendar with the announced days off and these hours from Monday to Friday."""
        first, last = self.years[0].year, self.years[-1].year
        return Calendar(
            CalendarSpec(
                version=f"vn-{first}-{last}/{version}",
                known_from=date(first, 1, 1),
                known_until=date(last, 12, 31),
                weekly=Weekly.monday_to_friday(hours),
                make_up_hours=hours,
                days_off={d: n for y in self.years for d, n in y.days_off.items()},
                make_up_days={d: n for y in self.years for d, n in y.make_up_days.items()},
            )
        )


@cache
def law_book(folder: Path = LAW) -> LawBook:
    """Return the law as the files say it; read once per process. Raises LawFilesError."""
    hours = _toml(folder / "calendars" / "hours.toml")
    try:
        profiles = {name: parse_hours(p["weekly"]) for name, p in hours["profiles"].items()}
    except (KeyError, ValueError) as error:
        raise LawFilesError(f"{folder / 'calendars' / 'hours.toml'}: {error}") from error
    return LawBook(
        acts=_acts(folder / "acts"),
        years=tuple(_year(path) for path in sorted((folder / "calendars").glob("[0-9]*.toml"))),
        profiles=profiles,
        hours_of_agency=hours.get("agencies", {}),
    )


def _acts(folder: Path) -> tuple[Act, ...]:
    acts = []
    for path in sorted(folder.glob("*/act.toml")):
        try:
            acts.append(parse_act(path.parent.name, _toml(path)))
        except ActError as error:
            raise LawFilesError(f"{path}: {error}") from error
    if not acts:
        raise LawFilesError(f"no acts in {folder}")
    return tuple(acts)


def _year(path: Path) -> YearDays:
    data = _toml(path)
    try:
        return YearDays(
            year=data["year"],
            status=data["status"],
            confidence=data["confidence"],
            days_off={d["on"]: d["name_vi"] for d in data.get("days_off", ())},
            make_up_days={d["on"]: f"làm bù cho ngày {d['for']:%d/%m/%Y}" for d in data.get("make_up_days", ())},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LawFilesError(f"{path}: {error!r}") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LawFilesError(f"{path} is missing") from None
    except tomllib.TOMLDecodeError as error:
        raise LawFilesError(f"{path}: {error}") from error
