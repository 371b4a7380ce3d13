"""Answers for regimes and calendars from the files in ``law/``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from motcua.core.calendar import Calendar, CalendarSpec, DayHours, Season, Weekly, parse_hours
from motcua.core.regimes import Act, ActError, Regime, parse_act, regime_of

_DAYS = {"monday-friday": (1, 2, 3, 4, 5), "monday-saturday": (1, 2, 3, 4, 5, 6)}
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


@dataclass(frozen=True, slots=True)
class HoursProfile:
    """Office hours as the files state them: of the week, of the seasons of each year, of reception only.

    ``seasons`` are (month, day), (month, day), hours of Monday to Friday in between, every year; ``receptions``
    (first day, last day, weekday from 1 to 7, hours) in which the counter receives though it is no working time.
    """

    weekly: Weekly
    seasons: tuple[tuple[tuple[int, int], tuple[int, int], Weekly], ...] = ()
    receptions: tuple[Season, ...] = ()
    ends_at_closing: bool = False


@dataclass(slots=True)
class LawBook:
    """The law as data. Regimes and calendars are made when asked for and kept."""

    acts: tuple[Act, ...]
    years: tuple[YearDays, ...]
    profiles: Mapping[str, HoursProfile]
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
        profile = self.profile_of(agency_code)
        if profile not in self._calendars:
            self._calendars[profile] = Calendar(self.spec_of(profile))
        return self._calendars[profile]

    def profile_of(self, agency_code: str) -> str:
        """Return the name of the hours that an agency has in the files."""
        return self.hours_of_agency.get(agency_code) or next(iter(self.profiles))

    def spec_of(self, profile_name: str) -> CalendarSpec:
        """Return what the calendar of a profile is made of, to be changed by decisions of an agency."""
        profile = self.profiles[profile_name]
        seasons = tuple(
            (date(y.year, *first), date(y.year, *last), weekly)
            for y in self.years
            for first, last, weekly in profile.seasons
        )
        spec = self._spec(profile_name, profile.weekly, ())
        return replace(spec, seasons=seasons, receptions=profile.receptions, ends_at_closing=profile.ends_at_closing)

    def calendar_with(self, hours: DayHours, *, version: str) -> Calendar:
        """Return a calendar with the announced days off and these hours from Monday to Friday."""
        return Calendar(self._spec(version, Weekly.monday_to_friday(hours), hours))

    def _spec(self, version: str, weekly: Weekly, make_up_hours: DayHours) -> CalendarSpec:
        first, last = self.years[0].year, self.years[-1].year
        return CalendarSpec(
            version=f"vn-{first}-{last}/{version}",
            known_from=date(first, 1, 1),
            known_until=date(last, 12, 31),
            weekly=weekly,
            make_up_hours=make_up_hours,
            days_off={d: n for y in self.years for d, n in y.days_off.items()},
            make_up_days={d: n for y in self.years for d, n in y.make_up_days.items()},
        )


@cache
def law_book(folder: Path = LAW) -> LawBook:
    """Return the law as the files say it; read once per process. Raises LawFilesError."""
    hours = _toml(folder / "calendars" / "hours.toml")
    try:
        profiles = {name: _profile(p) for name, p in hours["profiles"].items()}
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise LawFilesError(f"{folder / 'calendars' / 'hours.toml'}: {error}") from error
    return LawBook(
        acts=_acts(folder / "acts"),
        years=tuple(_year(path) for path in sorted((folder / "calendars").glob("[0-9]*.toml"))),
        profiles=profiles,
        hours_of_agency=hours.get("agencies", {}),
    )


def _profile(entry: Mapping[str, Any]) -> HoursProfile:
    days = entry.get("days", "monday-friday")
    if days not in _DAYS:
        raise ValueError(f"days = {days!r}: write {' or '.join(_DAYS)}")
    weekly = Weekly.on(_DAYS[days], parse_hours(entry["weekly"]))
    if saturday := entry.get("saturday"):
        weekly = weekly.with_day(6, parse_hours(saturday))
    return HoursProfile(
        weekly=weekly,
        seasons=tuple(
            (_month_day(s["from"]), _month_day(s["to"]), Weekly.on(_DAYS[days], parse_hours(s["hours"])))
            for s in entry.get("seasons", ())
        ),
        receptions=tuple(
            (r["from"], r["to"], Weekly.on((r["weekday"],), parse_hours(r["hours"])))
            for r in entry.get("receptions", ())
        ),
        ends_at_closing=_ends_at_closing(entry.get("day_ends_at", "hour of receipt")),
    )


def _ends_at_closing(text: str) -> bool:
    if text not in ("closing", "hour of receipt"):
        raise ValueError(f'day_ends_at = {text!r}: write "closing" or "hour of receipt"')
    return text == "closing"


def _month_day(text: str) -> tuple[int, int]:
    """Return month and day of ``04-15``, which must exist in every year."""
    month, _, day = text.partition("-")
    checked = date(2023, int(month), int(day))
    return checked.month, checked.day


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
