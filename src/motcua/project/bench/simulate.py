"""Measures what-if questions over 100,000 live dossiers of many offices, one in ten of them with a history."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from motcua.core.calendar import parse_term
from motcua.core.clock import derive_clock
from motcua.core.dossier import Fact, FactKind
from motcua.core.dossier.facts import body_text
from motcua.core.kernel import fold
from motcua.project.bench.lifecycle import _receive
from motcua.project.bench.multiplying import multiplying
from motcua.project.bench.world import make_world, scratch_database
from motcua.services.calendars import calendar_of, forget
from motcua.services.clocks import clock_facts
from motcua.services.simulation import Amendment, DaysOff, Hours, Outcome, Scenario, TermCut, simulate
from motcua.services.times import VIETNAM, local_day
from motcua.store.catalogue.models import Procedure, ProcedureVersion
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.selectors import Scope
from motcua.store.lawfiles import law_book
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Agency, CalendarChange, CalendarChangeKind, Unit

DOSSIERS = 100_000
AGENCIES, WITH_HOURS_OF_THEIR_OWN = 60, 6
WITH_HISTORY = 0.1
_AT = datetime(2026, 11, 23, 7, 30, tzinfo=VIETNAM)
_TERMS = (
    *("1 working day", "3 working days", "5 working days", "15 working days", "45 working days", "8 working hours"),
    *("4 working hours", "10 calendar days", "1 month", "same day if received before 15:00"),
)
_SPREAD_MINUTES = 60 * 24 * 60
_ROUNDS = 3

# One real dossier is multiplied: rows differ in key, code, office, procedure and instant.
_MULTIPLY = multiplying(
    Dossier,
    """unnest(%s::int[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::int[])
      AS n(number, offering_id, received_at, due_at, state)
    JOIN offerings_offering o ON o.id = n.offering_id
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
        "term_text": "o.term_text",
        "received_at": "n.received_at",
        "version": "1",
        "state": "n.state",
        "due_at": "n.due_at",
        "look_again_at": "NULL",
        "unit_ids": "ARRAY[u.id]::bigint[]",
    },
)
_TASKS = """
INSERT INTO dossiers_task (dossier_id, step, instance, part, unit_id, role, assignee_id, opened_at, due_at)
SELECT d.id, 2, 0, 0, u.id, 'case_officer', NULL, d.received_at, d.due_at
FROM dossiers_dossier d JOIN organisation_unit u ON u.agency_id = d.handling_agency_id AND u.key = 'division'
WHERE d.code LIKE 'B-%%'
"""
_FACTS = """
INSERT INTO dossiers_fact (dossier_id, seq, kind, at, staff_id, post_id, unit_id, body, digest)
SELECT d.id, n.seq, n.kind, n.at, 1, 1, 1, n.body::jsonb, ''
FROM unnest(%s::int[], %s::int[], %s::int[], %s::timestamptz[], %s::text[]) AS n(number, seq, kind, at, body)
JOIN dossiers_dossier d ON d.code = 'B-' || n.number
"""


@dataclass(frozen=True, slots=True)
class _Made:
    """A dossier to be: the offering, its reception, its history, what it owes."""

    offering_id: int
    received_at: datetime
    facts: tuple[Fact, ...]
    due_at: datetime | None


def run(*, dossiers: int = DOSSIERS) -> dict[str, Any]:
    """Return for each question the seconds of the slowest round, and what it found."""
    with scratch_database():
        forget()
        _fill(dossiers)
        agency_id = Agency.objects.values_list("id", flat=True).get(code="H05.100")
        figures: dict[str, Any] = {"dossiers": dossiers, "with_history": _with_history()}
        slowest = 0.0
        for name, scenarios in _questions(agency_id).items():
            seconds, outcome = _measure(scenarios)
            slowest = max(slowest, seconds)
            figures[name] = {
                "s": round(seconds, 2),
                "dossiers_per_s": round(dossiers / seconds),
                "moved": outcome.moved,
                "become_late": outcome.become_late,
                "stale": outcome.stale,
            }
        forget()
    return {**figures, "s_max": round(slowest, 2)}


def _questions(agency_id: int) -> dict[str, tuple[Scenario, ...]]:
    day_off = DaysOff((date(2026, 12, 31),), None)
    hours = Hours("08:00-12:00,13:00-17:00", date(2026, 12, 1), date(2027, 6, 30), (1, 2, 3, 4, 5), None)
    amendment = Amendment("9.100002", parse_term("3 working days"), date(2026, 11, 1))
    return {
        "nothing": (),
        "day_off": (day_off,),
        "day_off_of_one_agency": (DaysOff((date(2026, 11, 25),), agency_id),),
        "hours": (hours,),
        "cut_30_percent": (TermCut(30, None),),
        "amendment": (amendment,),
        "all_at_once": (day_off, hours, TermCut(30, None), amendment),
    }


def _measure(scenarios: tuple[Scenario, ...]) -> tuple[float, Outcome]:
    seconds = []
    for _round in range(_ROUNDS):
        begun = time.perf_counter()
        outcome = simulate(scenarios, scope=Scope(), at=_AT, limit=100)
        seconds.append(time.perf_counter() - begun)
    return max(seconds), outcome


def _fill(dossiers: int) -> None:
    world = make_world()
    template = Dossier.objects.get(public_id=_receive(world))
    offerings = _offices(world.offering_id)
    chance = Random("simulate")  # noqa: S311
    made = [_made(chance, offerings) for _ in range(dossiers)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_dossier SET state = 10")
        cursor.execute(
            _MULTIPLY,
            [
                list(range(dossiers)),
                [m.offering_id for m in made],
                [m.received_at for m in made],
                [m.due_at for m in made],
                [5 if m.due_at is None else 4 for m in made],
                template.id,
            ],
        )
        cursor.execute(_TASKS)
        facts = [(number, fact) for number, m in enumerate(made) for fact in m.facts]
        cursor.execute(
            _FACTS,
            [
                [number for number, _ in facts],
                [f.seq for _, f in facts],
                [int(f.kind) for _, f in facts],
                [f.at for _, f in facts],
                [body_text(f.body) for _, f in facts],
            ],
        )
        cursor.execute("ANALYZE")


def _offices(offering_id: int) -> list[Offering]:
    """Return the offerings of many agencies, some of which have hours of their own."""
    base = Offering.objects.select_related("procedure_version").get(id=offering_id)
    versions = [_version(base.procedure_version, number, text) for number, text in enumerate(_TERMS)]
    found = []
    for number in range(AGENCIES):
        name = f"Cơ quan đo {number}"
        agency = Agency.objects.create(
            code=f"H05.{100 + number}",
            kind="COMMUNE_PC",
            level="COMMUNE",
            name=name,
            short_name=name,
            place="Bắc Ninh",
        )
        Unit.objects.create(agency=agency, key="centre", kind="SERVICE_CENTRE", name=f"Trung tâm {number}")
        division = Unit.objects.create(agency=agency, key="division", kind="DIVISION", name=f"Phòng {number}")
        if number < WITH_HOURS_OF_THEIR_OWN:
            _decide(agency, number)
        for version in versions:
            found.append(
                Offering.objects.create(
                    procedure_version=version,
                    agency=agency,
                    process_version_id=base.process_version_id,
                    slots={"division": division.id},
                    channels=["DIRECT"],
                    term_text=version.term_text,
                    valid_from_on=date(2018, 1, 1),
                )
            )
    return found


def _version(base: ProcedureVersion, number: int, term_text: str) -> ProcedureVersion:
    procedure = Procedure.objects.create(code=f"9.10000{number}")
    name = f"Thủ tục đo {number}"
    return ProcedureVersion.objects.create(
        procedure=procedure,
        number=1,
        source="law",
        digest=f"bench-{number}",
        name=name,
        name_folded=fold(name),
        sector=base.sector,
        content=base.content,
        term_text=term_text,
        published_at=base.published_at,
    )


def _decide(agency: Agency, number: int) -> None:
    CalendarChange.objects.create(
        agency=agency,
        kind=CalendarChangeKind.HOURS,
        from_on=date(2026, 1, 1),
        to_on=date(2027, 12, 31),
        weekdays=[1, 2, 3, 4, 5],
        hours=f"07:{10 + number}-11:30,13:30-17:00",
        reason="giờ riêng",
        decision_no="1/QĐ",
        decided_on=date(2026, 1, 1),
        staff_id=1,
        made_at=_AT,
    )


def _made(chance: Random, offerings: list[Offering]) -> _Made:
    offering = chance.choice(offerings)
    at = _AT - timedelta(minutes=chance.randrange(1, _SPREAD_MINUTES), microseconds=chance.randrange(1_000_000))
    facts: tuple[Fact, ...] = (Fact(1, FactKind.RECEIVED, at, 1, 1, 1, {}),)
    if chance.random() < WITH_HISTORY:
        facts += _history(chance, at)
    clock = derive_clock(
        clock_facts(facts),
        term=parse_term(offering.term_text),
        calendar=calendar_of(offering.agency_id),
        regime=law_book().regime_on(local_day(at)),
    )
    return _Made(offering.id, at, facts, clock.due_at)


def _history(chance: Random, at: datetime) -> tuple[Fact, ...]:
    begun = at + timedelta(minutes=chance.randrange(60, 3000))
    ended = begun + timedelta(minutes=chance.randrange(60, 6000))
    is_over = chance.random() < 0.8
    if chance.random() < 0.5:
        asked = Fact(2, FactKind.SUPPLEMENT_ASKED, begun, 1, 1, 1, {"items": ["Tờ khai"], "reason": "thiếu"})
        return (asked, Fact(3, FactKind.SUPPLEMENT_SUPPLIED, ended, 1, 1, 1, {})) if is_over else (asked,)
    body = {"cause": "court", "act": "31/2024/QH15", "article": "art. 155", "reason": "chờ", "key": "p2"}
    paused = Fact(2, FactKind.PAUSED, begun, 1, 1, 1, body)
    return (paused, Fact(3, FactKind.RESUMED, ended, 1, 1, 1, {"key": "p2"})) if is_over else (paused,)


def _with_history() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT dossier_id) FROM dossiers_fact WHERE kind <> 1")
        return int(cursor.fetchone()[0])
