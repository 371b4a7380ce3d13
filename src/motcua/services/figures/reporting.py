"""Answers the figures of a period for whoever may see them, checked before anybody sees them, and what is behind each.

As known today they are counted from the rows kept for it; as known on an earlier day, from the facts themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import (
    NUMBERS,
    Counts,
    Failure,
    Line,
    Period,
    PeriodKind,
    Table,
    Window,
    YearStart,
    count,
    failures,
    is_in,
    month_of,
    outcome_of,
    period_of_key,
    periods_until,
    quarter_on,
)
from motcua.services.actors import Actor, Denied, answers_for_province, may_read
from motcua.services.figures.lines import lines_as_known
from motcua.services.times import VIETNAM, end_of, local_day
from motcua.store.catalogue.models import ProcedureVersion
from motcua.store.dossiers.live import DossierHead, heads_of, unit_names
from motcua.store.figures import selectors
from motcua.store.figures.selectors import Filters
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Agency, AgencyLevel
from motcua.store.organisation.roles import Role

READERS = (Role.AGENCY_LEADER, Role.CENTRE_MANAGER, Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER)
DAYS_MAX = 366
YEARS_OFFERED = 3
ALL = Filters()
PAGE = 50
FORMS: Mapping[str, str] = {
    AgencyLevel.MINISTRY: "II.06a",
    AgencyLevel.PROVINCE: "II.06b",
    AgencyLevel.DISTRICT: "II.06c",
    AgencyLevel.COMMUNE: "II.06c",
}
"""Which part of the form each level of administration fills; districts stood until 2025-06-30."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks for: a period, the day by whose knowledge, by what counted, of which dossiers."""

    period: Period
    known_on: date
    by: str = "form"
    filters: Filters = ALL


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the report: its name, its counts, and by which filters its dossiers are found."""

    name: str
    counts: Counts
    only: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together, as the part of the form that a level fills, with their own sub-total."""

    name: str
    level: str
    rows: tuple[Row, ...]
    total: Counts


@dataclass(frozen=True, slots=True)
class FiguresReport:
    """Figures whose identities hold; of nothing else is one made."""

    asked: Asked
    window: Window
    sections: tuple[Section, ...]
    total: Counts
    is_running: bool
    """Whether the period has not ended: the open ones are those of the present."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A dossier behind a number. ``may_open`` says whether the reader may read the dossier itself."""

    line: Line
    head: DossierHead
    agency: str
    may_open: bool


def year_start(on: date) -> YearStart:
    """Return when reporting years begin, by the law in force on a day."""
    regime = law_book().regime_on(on)
    return YearStart(regime.number("report.year_first_month"), regime.number("report.period_first_day"))


def periods_offered(on: date) -> tuple[Period, ...]:
    return periods_until(on, years=YEARS_OFFERED, start=year_start(on))


def period_named(key: str, *, from_on: date | None, to_on: date | None, today: date) -> Period:
    """Return the period of the official calendar, or the days, that are asked for; none named is the present quarter.

    Problems: ``figures.period``, ``report.days``.
    """
    if from_on is not None and to_on is not None:
        if not 0 <= (to_on - from_on).days <= DAYS_MAX:
            raise Refused([Problem("report.days", "to_on", values={"limit": str(DAYS_MAX)})])
        return Period(PeriodKind.DAYS, from_on, to_on)
    start = year_start(today)
    found = period_of_key(key, start=start) if key else quarter_on(today, start=start)
    if found is None or found.from_on > today:
        raise Refused([Problem("figures.period", "period")])
    return found


def scope_of_figures(actor: Actor) -> Filters:
    """Return whose dossiers the actor's figures count: of the one-stop unit, of the agency, or of the province.

    Denied for whoever answers for none. Figures hold no personal data, so the procedure control officer of the
    province, who reads no dossier, sees those of all.
    """
    if answers_for_province(actor):
        return Filters()
    if actor.has(Role.CENTRE_MANAGER):
        return Filters(unit_id=actor.unit_id)
    if actor.has(Role.AGENCY_LEADER, Role.PROCEDURE_OFFICER):
        return Filters(agency_id=actor.agency_id)
    raise Denied("figures are for whoever answers for them")


def figures_report(asked: Asked, *, actor: Actor, now: datetime) -> FiguresReport:
    """Return the figures that are asked for, of what the actor answers for.

    Problems: ``figures.known``, ``figures.many``, ``figures.identity``: numbers that do not add up are not shown.
    """
    filters, window = inside(asked, actor), window_of(asked, now)
    if is_today(asked, now):
        table = selectors.counts(filters, window, by=asked.by)
    else:
        known = lines_as_known(filters, window, known_at=end_of(asked.known_on))
        table = count(known, window, by=keys_of(known, window, asked.by))
    refuse_false(table)
    return FiguresReport(
        asked=asked,
        window=window,
        sections=_sections(table, asked.by),
        total=table.total,
        is_running=window.to_at < end_of(asked.period.to_on),
    )


def sectors_counted() -> list[str]:
    """Return the sectors of the procedures that offices here offer or offered, by name."""
    rows = ProcedureVersion.objects.filter(offerings__isnull=False)
    return list(rows.values_list("sector", flat=True).distinct().order_by("sector"))


def agencies_counted(actor: Actor) -> list[tuple[str, str]]:
    """Return the agencies to which the actor may narrow his figures, by id and name; none for whoever sees one only."""
    if scope_of_figures(actor) != ALL:
        return []
    return [
        (str(key), name)
        for key, name in Agency.objects.order_by("level", "short_name").values_list("id", "short_name")
    ]


def narrowed_by(filters: Filters) -> Mapping[str, str]:
    """Return by what a report is narrowed, and to what, in names."""
    found = {
        name: str(getattr(filters, name))
        for name in ("level", "sector", "channel", "month", "outcome")
        if getattr(filters, name)
    }
    for name, key in (("agency", filters.agency_id), ("unit", filters.unit_id), ("procedure", filters.procedure)):
        if key:
            found[name] = names_of_keys([str(key)], name).get(str(key), "")
    return found


def refuse_false(table: Table) -> None:
    """Raise Refused with every identity that fails."""
    refuse_failures(failures(table))


def refuse_failures(found: Sequence[Failure]) -> None:
    """Raise Refused with the identities that failed, if any did. Problem: ``figures.identity``."""
    if found:
        raise Refused(
            [
                Problem(
                    "figures.identity",
                    values={
                        "row": str(f.key or ""),
                        "identity": f.identity,
                        "left": str(f.left),
                        "right": str(f.right),
                    },
                )
                for f in found[:5]
            ]
        )


def dossiers_behind(
    asked: Asked, *, number: str, before: tuple[datetime, int] | None, actor: Actor, now: datetime
) -> tuple[list[Behind], tuple[datetime, int] | None]:
    """Return a page of the dossiers that a number counts, and the key after which the next page goes on."""
    filters, window = inside(asked, actor), window_of(asked, now)
    if number not in NUMBERS:
        raise Refused([Problem("figures.number", "number")])
    if is_today(asked, now):
        found = selectors.lines(filters, window, number=number, before=before, limit=PAGE + 1)
    else:
        known = lines_as_known(filters, window, known_at=end_of(asked.known_on))
        key = sorted(
            (line for line in known if is_in(line, window, number)),
            key=lambda line: (line.received_at, line.dossier_id),
            reverse=True,
        )
        found = [n for n in key if before is None or (n.received_at, n.dossier_id) < before][: PAGE + 1]
    following = (found[PAGE - 1].received_at, found[PAGE - 1].dossier_id) if len(found) > PAGE else None
    return behind(found[:PAGE], actor), following


def behind(found: Sequence[Line], actor: Actor) -> list[Behind]:
    """Return the dossiers of the lines in their order, each with whether the actor may open it."""
    heads = heads_of(line.dossier_id for line in found)
    names = dict(Agency.objects.filter(id__in={line.agency_id for line in found}).values_list("id", "short_name"))
    return [
        Behind(line, heads[line.dossier_id], names.get(line.agency_id, ""), may_read(actor, heads[line.dossier_id]))
        for line in found
    ]


def inside(asked: Asked, actor: Actor) -> Filters:
    """Return the filters, never wider than what the actor answers for."""
    scope, wanted = scope_of_figures(actor), asked.filters
    if scope.agency_id is not None and wanted.agency_id not in (None, scope.agency_id):
        raise Denied("figures of another agency")
    if scope.unit_id is not None and wanted.unit_id not in (None, scope.unit_id):
        raise Denied("figures of another unit")
    return replace(
        wanted,
        agency_id=scope.agency_id if scope.agency_id is not None else wanted.agency_id,
        unit_id=scope.unit_id if scope.unit_id is not None else wanted.unit_id,
    )


def window_of(asked: Asked, now: datetime) -> Window:
    if asked.known_on < asked.period.from_on:
        raise Refused([Problem("figures.known", "known_on")])
    begun = datetime.combine(asked.period.from_on, time(0), VIETNAM)
    return Window(begun, min(end_of(asked.period.to_on), end_of(asked.known_on), now))


def is_today(asked: Asked, now: datetime) -> bool:
    return asked.known_on >= local_day(now)


def keys_of(lines: Sequence[Line], window: Window, by: str) -> Callable[[Line], str]:
    """Return the function that gives a line the key that the kept rows would be grouped under."""
    versions = selectors.names_of_versions({line.version_id for line in lines})
    levels = selectors.levels_of_agencies({line.agency_id for line in lines})
    keys: dict[str, Callable[[Line], str]] = {
        "form": lambda line: f"{levels[line.agency_id]}:{versions[line.version_id][2]}",
        "sector": lambda line: versions[line.version_id][2],
        "procedure": lambda line: versions[line.version_id][0],
        "agency": lambda line: str(line.agency_id),
        "unit": lambda line: str(line.unit_id),
        "level": lambda line: levels[line.agency_id],
        "channel": lambda line: line.channel,
        "month": month_of,
        "outcome": lambda line: outcome_of(line, window),
    }
    return keys[by]


def _sections(table: Table, by: str) -> tuple[Section, ...]:
    keys = [str(key) for key in table.rows]
    if by == "form":
        found = []
        for level in AgencyLevel.values:
            part = {key: table.rows[key] for key in keys if key.startswith(f"{level}:")}
            rows = tuple(
                Row(key.partition(":")[2], counts, {"level": level, "sector": key.partition(":")[2]})
                for key, counts in sorted(part.items())
            )
            if rows:
                found.append(Section(FORMS[level], level, rows, sum(part.values(), Counts())))
        return tuple(found)
    names = names_of_keys(keys, by)
    rows = tuple(
        Row(names.get(key, key), table.rows[key], {by: key}) for key in sorted(keys, key=lambda k: names.get(k, k))
    )
    return (Section("", "", rows, table.total),)


def names_of_keys(keys: Iterable[str], by: str) -> Mapping[str, str]:
    if by == "agency":
        found = Agency.objects.filter(id__in=[int(key) for key in keys]).values_list("id", "short_name")
        return {str(key): name for key, name in found}
    if by == "unit":
        return {str(key): name for key, name in unit_names(int(key) for key in keys).items()}
    if by == "procedure":
        return {key: f"{key} {name}" for key, name in selectors.names_of_procedures(list(keys)).items()}
    return {}
