"""What-if questions: the same as one by one, and nothing is written."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from motcua.core.calendar import Calendar, CalendarHorizonError, Term, parse_term
from motcua.core.clock import derive_clock
from motcua.core.dossier import Fact, FactKind
from motcua.core.dossier.facts import body_text
from motcua.services import simulation
from motcua.services.calendars import ChangeEntry, change_calendar, changed_spec, fresh_calendar
from motcua.services.clocks import clock_facts
from motcua.services.offerings import running_offering
from motcua.services.simulation import Amendment, DaysOff, Hours, Outcome, Scenario, TermCut, simulate
from motcua.services.times import local_day
from motcua.store.dossiers.live import LIVE_STATES, reading_only
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.selectors import Scope
from motcua.store.dossiers.writing import facts_of
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import CalendarChange
from world import BIRTH, MONDAY, PERMIT, STATUS, World, received

DAY = timedelta(days=1)
ALL = Scope()
SEVEN = Hours("07:00-11:00,13:00-16:00", date(2026, 11, 1), date(2027, 3, 31), (1, 2, 3, 4, 5, 6), None)


def asked(*scenarios: Scenario, scope: Scope = ALL, limit: int = 1000, at: datetime = MONDAY) -> Outcome:
    return simulate(scenarios, scope=scope, at=at, limit=limit)


def checksum() -> list[Any]:
    """Every table with the number of its rows and the newest transaction that wrote one of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables ORDER BY 1")
        names = [row[0] for row in cursor.fetchall()]
        found = []
        for name in names:
            cursor.execute(
                f'SELECT %s, count(*), coalesce(sum(xmin::text::bigint), 0), md5(string_agg(t::text, %s)) FROM "{name}" t',
                [name, "|"],
            )
            found.append(cursor.fetchone())
    return found


def add_facts(dossier_id: int, facts: list[Fact]) -> None:
    """Facts as an import would bring them: only what the clock reads is right."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO dossiers_fact (dossier_id, seq, kind, at, staff_id, post_id, unit_id, body, digest)"
            " VALUES (%s, %s, %s, %s, 1, 1, 1, %s::jsonb, '')",
            [(dossier_id, f.seq, int(f.kind), f.at, body_text(f.body)) for f in facts],
        )


def some_facts(chance: random.Random, at: datetime) -> list[Fact]:
    found: list[Fact] = []

    def add(kind: FactKind, **body: Any) -> None:
        found.append(Fact(len(found) + 2, kind, at, 1, 1, 1, body))

    for number in range(chance.randint(0, 3)):
        at += timedelta(minutes=chance.randint(1, 6000))
        act = chance.choice(["supplement", "pause", "extend", "consult", "move"])
        if act == "supplement":
            add(FactKind.SUPPLEMENT_ASKED)
            at += timedelta(minutes=chance.randint(1, 9000))
            if chance.random() < 0.8:
                add(FactKind.SUPPLEMENT_SUPPLIED)
        elif act == "pause":
            add(FactKind.PAUSED, cause="court", act="x", article="art. 1", key=f"p{number}", reason="x")
            at += timedelta(minutes=chance.randint(1, 9000))
            if chance.random() < 0.8:
                add(FactKind.RESUMED, key=f"p{number}")
        elif act == "extend":
            add(FactKind.EXTENDED, new_due=(at + chance.randint(1, 20) * DAY).isoformat())
        elif act == "consult":
            add(FactKind.CONSULTED, of="Sở", key=f"c{number}")
    return found


def some_world(world: World, seed: int, *, dossiers: int = 40) -> None:
    """A few dozen dossiers of two agencies and three procedures with random histories and their right dates."""
    chance = random.Random(seed)
    made = [received(office, code) for office in (world.home, world.elsewhere) for code in (BIRTH, STATUS, PERMIT)
            if office is world.home or code == BIRTH]  # fmt: skip
    templates = [Dossier.objects.get(public_id=r.public_id) for r in made]
    Dossier.objects.update(state=10)
    for number in range(dossiers):
        template = chance.choice(templates)
        at = MONDAY - timedelta(minutes=chance.randint(0, 40 * 24 * 60), seconds=chance.randint(0, 59))
        dossier = Dossier.objects.get(id=template.id)
        dossier.pk, dossier.public_id, dossier.intake_key = None, None, None  # type: ignore[assignment]
        dossier.public_id, dossier.intake_key = uuid4(), uuid4()
        dossier.code, dossier.received_at, dossier.state = f"T-{number}", at, chance.choice(LIVE_STATES)
        dossier.save(force_insert=True)
        facts = [Fact(1, FactKind.RECEIVED, at, 1, 1, 1, {}), *some_facts(chance, at)]
        add_facts(dossier.id, facts)
        running = running_offering(dossier.offering_id)
        dossier.due_at = one_due(dossier, running.term, fresh_calendar(running.agency_id))
        dossier.save()


def one_due(dossier: Dossier, term: Term, calendar: Calendar) -> datetime | None:
    regime = law_book().regime_on(local_day(dossier.received_at))
    return derive_clock(clock_facts(facts_of(dossier.id)), term=term, calendar=calendar, regime=regime).due_at


def one_by_one(scenarios: tuple[Scenario, ...]) -> dict[str, datetime | str | None]:
    """What each dossier's date would be, derived on its own."""
    found: dict[str, datetime | str | None] = {}
    for dossier in Dossier.objects.filter(state__in=LIVE_STATES):
        running = running_offering(dossier.offering_id)
        term, calendar = running.term, fresh_calendar(running.agency_id)
        for scenario in scenarios:
            if isinstance(scenario, TermCut) and scenario.procedure_code in (None, running.procedure_code):
                term = term.cut(scenario.percent)
            elif isinstance(scenario, Amendment) and scenario.procedure_code == running.procedure_code:
                term = scenario.term if local_day(dossier.received_at) >= scenario.from_on else term
            elif isinstance(scenario, DaysOff | Hours) and scenario.agency_id in (None, running.agency_id):
                calendar = Calendar(changed_spec(calendar.spec, simulation._changes(scenario)))
        try:
            found[dossier.code] = one_due(dossier, term, calendar)
        except CalendarHorizonError:
            found[dossier.code] = "beyond"
    return found


@pytest.mark.parametrize("table_pays", [1, 10_000])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_simulated_is_what_the_clock_derives_one_by_one(
    world: World, seed: int, table_pays: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "_TABLE_PAYS", table_pays)
    some_world(world, seed)
    stored = dict(Dossier.objects.filter(state__in=LIVE_STATES).values_list("code", "due_at"))
    questions: list[tuple[Scenario, ...]] = [
        (DaysOff((date(2026, 11, 18), date(2026, 12, 31)), None),),
        (DaysOff((date(2026, 11, 10),), world.home.agency.id),),
        (SEVEN,),
        (TermCut(30, None),),
        (TermCut(50, STATUS), replace(SEVEN, agency_id=world.home.agency.id)),
        (Amendment(STATUS, parse_term("12 working hours"), date(2026, 11, 1)), TermCut(30, None)),
        (Amendment(PERMIT, parse_term("3000 working days"), date(2026, 11, 2)),),
    ]
    for question in questions:
        outcome, alone = asked(*question), one_by_one(question)
        moved = {m.head.code: m.due_after for m in outcome.listed}
        assert moved == {c: due for c, due in alone.items() if due != stored[c] and due != "beyond"}
        assert {m.head.code: m.due_before for m in outcome.listed} == {c: stored[c] for c in moved}
        assert outcome.beyond == list(alone.values()).count("beyond")
        assert outcome.moved == len(moved) == outcome.later + outcome.earlier
        late = {c for c, due in alone.items() if isinstance(due, datetime) and due < MONDAY}
        was_late = {c for c, due in stored.items() if due and due < MONDAY}
        assert outcome.become_late == len(late - was_late)
        assert {m.head.code for m in outcome.listed if m.becomes_late} == late - was_late
        gone = {c for c, due in alone.items() if due == "beyond"}
        assert outcome.stop_late == len(was_late - late - gone)
        assert (outcome.total.late_before, outcome.total.late_after) == (len(was_late), len(late))


@pytest.mark.parametrize("seed", range(3))
def test_without_a_scenario_nothing_moves_and_what_is_derived_is_what_is_stored(world: World, seed: int) -> None:
    some_world(world, seed)
    outcome = asked()
    assert (outcome.live, outcome.moved, outcome.stale, outcome.beyond) == (40, 0, 0, 0)
    assert outcome.resting == Dossier.objects.filter(state__in=LIVE_STATES, due_at=None).count()
    assert outcome.total.weeks_before == outcome.total.weeks_after


def test_the_load_adds_up(world: World) -> None:
    some_world(world, 1, dossiers=80)
    outcome = asked(TermCut(30, None))
    dues = [due for due in one_by_one((TermCut(30, None),)).values() if isinstance(due, datetime)]
    assert sum(u.live for u in outcome.units) == outcome.live == outcome.total.live == 80
    assert sum(u.moved for u in outcome.units) == outcome.moved
    for number, monday in enumerate(outcome.weeks):
        begin = MONDAY.replace(year=monday.year, month=monday.month, day=monday.day, hour=0, minute=0)
        within = [due for due in dues if max(begin, MONDAY) <= due < begin + 7 * DAY]
        assert outcome.total.weeks_after[number] == len(within)
    assert outcome.weeks[0] == MONDAY.date()


def test_nothing_is_written_and_nothing_can_be(world: World) -> None:
    some_world(world, 2)
    before = checksum()
    asked(DaysOff((date(2026, 11, 18),), None), SEVEN, TermCut(30, None))
    assert checksum() == before
    with pytest.raises(Exception, match="read-only"), reading_only():
        Dossier.objects.update(state=10)
    Dossier.objects.update(subject="afterwards the connection writes again")


def test_a_simulation_reads_one_state_of_the_database_from_first_to_last(world: World) -> None:
    found: list[Any] = []

    def look() -> None:
        try:
            with reading_only(), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
                )
                found.append(cursor.fetchone())
        finally:
            connection.close()

    # A connection of its own: the test's is in a transaction already.
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [("repeatable read", "on")]


def test_an_amendment_holds_from_its_day_and_moves_nothing_received_before(world: World) -> None:
    early = received(world.home, STATUS, at=MONDAY - 3 * DAY)
    late = received(world.home, STATUS, at=MONDAY)
    outcome = asked(Amendment(STATUS, parse_term("10 working days"), MONDAY.date()))
    assert [m.head.code for m in outcome.listed] == [late.code]
    assert (outcome.live, outcome.moved, outcome.keeping) == (2, 1, 1)
    assert early.code not in {m.head.code for m in outcome.listed}
    later = asked(Amendment(STATUS, parse_term("10 working days"), MONDAY.date() + DAY))
    assert (later.moved, later.keeping) == (0, 2)


def test_a_day_off_of_one_agency_moves_no_dossier_of_another(world: World) -> None:
    here = received(world.home, STATUS)
    day = DaysOff((date(2026, 11, 17),), world.home.agency.id)
    assert [m.head.code for m in asked(day).listed] == [here.code]
    assert asked(replace(day, agency_id=world.elsewhere.agency.id)).moved == 0


def test_the_scope_is_an_agency_or_a_one_stop_unit(world: World) -> None:
    received(world.home, STATUS)
    day = DaysOff((date(2026, 11, 17),), None)
    assert asked(day, scope=Scope(handling_agency_id=world.home.agency.id)).moved == 1
    assert asked(day, scope=Scope(reception_unit_id=world.home.centre.id)).moved == 1
    empty = asked(day, scope=Scope(reception_unit_id=world.elsewhere.centre.id))
    assert (empty.live, empty.moved, empty.units, empty.listed) == (0, 0, (), ())
    assert empty.total.weeks_after == (0,) * simulation.WEEKS


def test_a_term_beyond_the_days_known_is_counted_apart_and_not_guessed(world: World) -> None:
    received(world.home, STATUS)
    outcome = asked(Amendment(STATUS, parse_term("60 months"), MONDAY.date()))
    assert (outcome.live, outcome.beyond, outcome.moved, outcome.listed) == (1, 1, 0, ())


def test_a_decision_that_stored_dates_do_not_follow_yet_is_said(world: World) -> None:
    received(world.home, STATUS)
    day = date(2026, 11, 17)
    entry = ChangeEntry("CLOSED", day, day, reason="bão số 3", decision_no="1/QĐ", decided_on=day)
    change_calendar(agency_id=world.home.agency.id, entry=entry, actor=world.administrator, now=MONDAY)
    outcome = asked()
    assert (outcome.stale, outcome.moved) == (1, 0)
    assert CalendarChange.objects.count() == 1


def test_what_becomes_late_is_listed_first_and_the_list_ends_where_it_is_told(world: World) -> None:
    some_world(world, 3, dossiers=60)
    outcome = asked(TermCut(90, None), limit=5)
    assert len(outcome.listed) == 5 < outcome.moved
    assert all(m.becomes_late for m in outcome.listed[: min(5, outcome.become_late)])
