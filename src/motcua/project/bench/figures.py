"""Measures figures over a province's dossiers: a year's report, a page behind a number, one more fact, every board.

Rows of dossiers are made by multiplying a real one, each with ten facts: as known today no report reads them, as known
on an earlier day only those of the dossiers that have moved since.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from motcua.core.kernel import Refused, fold
from motcua.core.statistics import Period, PeriodKind
from motcua.project.bench.boards import boards
from motcua.project.bench.lifecycle import _complete, _receive
from motcua.project.bench.multiplying import multiplying
from motcua.project.bench.world import World, make_world, scratch_database
from motcua.services.figures.reporting import ALL, Asked, dossiers_behind, figures_report
from motcua.services.times import VIETNAM
from motcua.store.catalogue.models import Procedure, ProcedureVersion
from motcua.store.dossiers.models import Dossier
from motcua.store.figures.selectors import Filters
from motcua.store.figures.writing import FROM_DOSSIERS, upsert
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Agency, Unit
from motcua.store.organisation.roles import Role

DOSSIERS = 1_000_000
AGENCIES, PROCEDURES, SECTORS = 100, 60, 20
FACTS_EACH = 10
_NOW = datetime(2026, 11, 23, 7, 30, tzinfo=VIETNAM)
_YEAR = Period(PeriodKind.YEAR, date(2025, 12, 15), date(2026, 12, 14), "2026")
_ROUNDS, _LIVES = 9, 150

# Three years of receptions; all but the last weeks' done, one in sixteen of those late, one in nine online.
_MULTIPLY = multiplying(
    Dossier,
    """generate_series(1, %s) AS n(number)
    JOIN LATERAL (SELECT timestamptz '2026-11-22 17:00+07' - make_interval(secs => n.number * %s::float) AS came) r ON true
    JOIN offerings_offering o ON o.id = (%s::bigint[])[1 + n.number::bigint * 7919 %% %s]
    JOIN organisation_unit u ON u.agency_id = o.agency_id AND u.key = 'centre'
    JOIN dossiers_dossier d ON d.id = %s""",
    {
        "public_id": "gen_random_uuid()",
        "intake_key": "gen_random_uuid()",
        "handling_agency_id": "o.agency_id",
        "reception_unit_id": "u.id",
        "code": "'B-' || n.number",
        "receipt_number": "n.number",
        "offering_id": "o.id",
        "channel": "CASE WHEN n.number %% 9 = 0 THEN 'ONLINE' ELSE 'DIRECT' END",
        "received_at": "r.came",
        "due_at": "r.came + interval '21 days'",
        "ended_at": "CASE WHEN r.came < timestamptz '2026-11-10' THEN r.came + CASE WHEN n.number %% 16 = 0"
        " THEN interval '24 days' ELSE interval '9 days' END END",
        "state": "CASE WHEN r.came < timestamptz '2026-11-10' THEN 10 ELSE 4 END",
        "look_again_at": "NULL",
        "unit_ids": "ARRAY[u.id]::bigint[]",
    },
)
# The reception and nine notes: what moves no clock, for the multiplied rows' ends are made, not derived.
_FACTS = """
INSERT INTO dossiers_fact (dossier_id, seq, kind, at, staff_id, post_id, unit_id, body, digest)
SELECT d.id, s, CASE s WHEN 1 THEN 1 ELSE 20 END, d.received_at + (s - 1) * interval '2 hours', 1, 1, 1, '{}', ''
FROM dossiers_dossier d CROSS JOIN generate_series(1, %s) s WHERE d.code LIKE 'B-%%'
"""


def run(*, dossiers: int = DOSSIERS) -> dict[str, Any]:
    """Return milliseconds (middle and slowest of the rounds) of each question, and the cost of one more fact."""
    with scratch_database():
        world = make_world()
        begun = time.perf_counter()
        _fill(world, dossiers)
        figures: dict[str, Any] = {"dossiers": dossiers, "made_in_s": round(time.perf_counter() - begun, 1)}
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(upsert(FROM_DOSSIERS.format(d="d", table="dossiers_dossier d")))
            cursor.execute("VACUUM ANALYZE")
        figures["rows_in_s"] = round(time.perf_counter() - begun, 1)
        figures |= {name: _measured(act) for name, act in _questions(world).items()}
        figures |= _known_last_week(world)
        figures |= _incremental(world)
        figures |= boards(_NOW)
    return figures


def _questions(world: World) -> Mapping[str, Callable[[], object]]:
    leader = _as(world, Role.PROVINCE_LEADER)
    agency_id = Agency.objects.order_by("-id")[0].id
    one = Filters(agency_id=agency_id)
    year, quarter = Asked(_YEAR, _NOW.date()), Period(PeriodKind.QUARTER, date(2026, 9, 15), date(2026, 12, 14))

    def report(period: Period, by: str, filters: Filters = ALL) -> Callable[[], object]:
        return lambda: figures_report(Asked(period, _NOW.date(), by, filters), actor=leader, now=_NOW)

    def page(number: str, filters: Filters = ALL) -> Callable[[], object]:
        asked = Asked(year.period, _NOW.date(), "form", filters)
        return lambda: dossiers_behind(asked, number=number, before=None, actor=leader, now=_NOW)

    return {
        "form_of_the_province_year": report(_YEAR, "form"),
        "agencies_of_the_province_year": report(_YEAR, "agency"),
        "form_of_the_province_quarter": report(quarter, "form"),
        "form_of_an_agency_year": report(_YEAR, "form", one),
        "page_total": page("total"),
        "page_late": page("late"),
        "page_overdue": page("overdue"),
        "page_carried": page("carried"),
        "page_late_of_a_sector": page("late", Filters(sector="Đo 3")),
        "page_late_of_an_agency": page("late", one),
        "page_overdue_of_an_agency": page("overdue", one),
    }


def _known_last_week(world: World) -> dict[str, Any]:
    """Return the time of the quarter's report as known a week ago; of a large province it is refused."""
    asked = Asked(Period(PeriodKind.QUARTER, date(2026, 9, 15), date(2026, 12, 14)), _NOW.date() - timedelta(days=7))
    leader = _as(world, Role.PROVINCE_LEADER)
    try:
        return {"quarter_as_known_a_week_ago": _measured(lambda: figures_report(asked, actor=leader, now=_NOW))}
    except Refused as refusal:
        return {"quarter_as_known_a_week_ago": f"refused: {refusal.problems[0].code}"}


def _measured(act: Callable[[], object]) -> dict[str, float]:
    act()
    taken = []
    for _round in range(_ROUNDS):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return {"p50_ms": round(statistics.median(taken), 1), "max_ms": round(max(taken), 1)}


def _incremental(world: World) -> dict[str, float]:
    """Return the milliseconds of a step with and without the row kept up, taken in turns."""
    from motcua.store.dossiers import writing
    from motcua.store.figures.writing import KEPT_UP

    kept = writing._APPEND
    taken: dict[str, list[float]] = {"with": [], "without": []}
    try:
        for number in range(_LIVES):
            name = ("with", "without")[number % 2]
            writing._APPEND = kept if name == "with" else kept.replace(KEPT_UP, "")
            public_id = _receive(world)
            for version, (step, outcome) in enumerate(((0, "done"), (1, "done"), (2, "done")), start=1):
                begun = time.perf_counter()
                _complete(world, public_id, step, outcome, version)
                taken[name].append((time.perf_counter() - begun) * 1000)
    finally:
        writing._APPEND = kept
    middle = {name: statistics.median(values) for name, values in taken.items()}
    return {
        "fact_ms": round(middle["with"], 3),
        "fact_without_figures_ms": round(middle["without"], 3),
        "figures_ms_per_fact": round(middle["with"] - middle["without"], 3),
    }


def _fill(world: World, dossiers: int) -> None:
    template = Dossier.objects.get(public_id=_receive(world))
    base = Offering.objects.select_related("procedure_version").get(id=world.offering_id)
    versions = [_version(base.procedure_version, number) for number in range(PROCEDURES)]
    offerings = []
    for number in range(AGENCIES):
        name = f"Cơ quan đo {number}"
        agency = Agency.objects.create(
            code=f"H05.{100 + number}",
            kind="COMMUNE_PC",
            level="PROVINCE" if number < 15 else "COMMUNE",
            name=name,
            short_name=name,
            place="Bắc Ninh",
        )
        Unit.objects.create(agency=agency, key="centre", kind="SERVICE_CENTRE", name=f"Trung tâm {number}")
        division = Unit.objects.create(agency=agency, key="division", kind="DIVISION", name=f"Phòng {number}")
        offerings += Offering.objects.bulk_create(
            Offering(
                procedure_version=version,
                agency=agency,
                process_version_id=base.process_version_id,
                slots={"division": division.id},
                channels=["DIRECT"],
                term_text=base.term_text,
                valid_from_on=date(2018, 1, 1),
            )
            for version in versions
        )
    ids = [offering.id for offering in offerings]
    apart = timedelta(days=3 * 365) / dossiers
    with connection.cursor() as cursor:
        cursor.execute(_MULTIPLY, [dossiers, apart.total_seconds(), ids, len(ids), template.id])
        cursor.execute(_FACTS, [FACTS_EACH])


def _version(base: ProcedureVersion, number: int) -> ProcedureVersion:
    name = f"Thủ tục đo {number}"
    return ProcedureVersion.objects.create(
        procedure=Procedure.objects.create(code=f"9.1{number:05}"),
        number=1,
        source="law",
        digest=f"bench-{number}",
        name=name,
        name_folded=fold(name),
        sector=f"Đo {number % SECTORS}",
        content=base.content,
        term_text=base.term_text,
        published_at=base.published_at,
    )


def _as(world: World, role: Role) -> Any:
    from dataclasses import replace

    return replace(world.leader, roles=frozenset({role.value}))
