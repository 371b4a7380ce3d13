"""Figures add up, are those of the facts on every day, and count what a person answers for and nothing else."""

from __future__ import annotations

import contextlib
import json
from argparse import Namespace
from collections.abc import Hashable
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib import import_module
from random import Random
from uuid import UUID

import pytest
from django.db import connection

from motcua.core.dossier import Fact, FactKind
from motcua.core.dossier.corrections import MOVABLE, may_correct
from motcua.core.kernel import Refused
from motcua.core.statistics import NUMBERS, Counts, Line, Period, PeriodKind, Table, Window, count, failures
from motcua.project.cli import DONE, REFUSED
from motcua.project.commands.figures import run as command
from motcua.services.actors import Denied
from motcua.services.calendars import ChangeEntry, calendar_of, change_calendar
from motcua.services.clock_upkeep import apply_calendar_changes
from motcua.services.clocks import clock_as_known
from motcua.services.dossiers.clock_acts import withdraw
from motcua.services.dossiers.corrections import approve_correction, propose_correction
from motcua.services.dossiers.steps import complete_step
from motcua.services.dossiers.supplements import ask_supplement, supply_supplement
from motcua.services.figures.lines import lines_as_known
from motcua.services.figures.reporting import Asked, dossiers_behind, figures_report, period_named, refuse_false
from motcua.services.figures.upkeep import check_figures, rebuild_figures
from motcua.services.offerings import running_offering
from motcua.services.times import VIETNAM, end_of
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.figures.models import DossierFigure
from motcua.store.figures.selectors import Filters, counts, lines
from world import BIRTH, MONDAY, PERMIT, STATUS, World, received

Q4 = Period(PeriodKind.QUARTER, date(2026, 9, 15), date(2026, 12, 14), "2026-Q4")
OCTOBER = Period(PeriodKind.DAYS, date(2026, 10, 1), date(2026, 10, 31))
FIRST = date(2026, 9, 1)


def live_a_day(world: World, day: date, chance: Random) -> None:
    """Do some of what a day brings: receptions, steps, supplements, withdrawals, corrections of earlier facts."""
    now = datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM)
    office = chance.choice([world.home, world.home, world.elsewhere])
    if chance.random() < 0.6:
        received(office, chance.choice([BIRTH, STATUS, PERMIT]), at=now)
    open_ones = list(Dossier.objects.filter(state__in=(2, 4, 5)).order_by("id"))
    for dossier in chance.sample(open_ones, min(len(open_ones), 3)):
        now += timedelta(minutes=7)
        with contextlib.suppress(Refused, Denied):
            act(world, dossier, chance.random(), now)


def act(world: World, dossier: Dossier, choice: float, now: datetime) -> None:
    office = world.home if dossier.handling_agency_id == world.home.agency.id else world.elsewhere
    of = {"public_id": dossier.public_id, "seen_version": dossier.version, "now": now}
    if dossier.state == 5:
        supply_supplement(actor=office.binh, **of)
    elif choice < 0.15:
        ask_supplement(items=["Tờ khai"], reason="thiếu", actor=office.binh, **of)
    elif choice < 0.25:
        withdraw(reason="đổi ý", actor=office.binh, **of)
    elif choice < 0.45:
        correct(office.binh, office.manager, dossier, now)
    else:
        task = dossier.tasks.order_by("step")[0]
        by = {"counter_officer": office.binh, "case_officer": office.chi}.get(task.role, office.dung)
        complete_step(step=task.step, outcome="done", reason="", actor=by, **of)


def correct(by: object, head: object, dossier: Dossier, now: datetime) -> None:
    """Correct the reception to some hours earlier or later."""
    at = dossier.received_at + timedelta(hours=-30)
    done = propose_correction(
        public_id=dossier.public_id, of=1, at=at, is_void=False, reason="ghi nhầm giờ",
        seen_version=dossier.version, actor=by, now=now,  # type: ignore[arg-type]
    )  # fmt: skip
    approve_correction(public_id=dossier.public_id, seen_version=done.version, actor=head, now=now)  # type: ignore[arg-type]


def tables(world: World, period: Period, on: date, now: datetime) -> dict[str, list[tuple[str, str, Counts]]]:
    return {
        by: [
            (section.level, row.name, row.counts)
            for section in figures_report(Asked(period, on, by), actor=world.province_leader, now=now).sections
            for row in section.rows
        ]
        for by in ("form", "procedure", "unit")
    }


def test_what_is_kept_is_what_the_facts_say_for_twenty_days_whatever_came_later(world: World) -> None:
    chance = Random("figures")
    days = [FIRST + timedelta(days=n) for n in range(100)]
    looked = set(chance.sample(days[20:], 20))
    seen = {}
    for day in days:
        live_a_day(world, day, chance)
        if day in looked:
            seen[day] = [tables(world, p, day, end_of(day)) for p in (Q4, OCTOBER) if p.from_on <= day]
    assert Dossier.objects.count() > 40
    assert DossierFigure.objects.filter(outcome=3).exists()
    kinds = {
        f.kind for facts in facts_of_many(list(Dossier.objects.values_list("id", flat=True))).values() for f in facts
    }
    assert {FactKind.CORRECTED, FactKind.WITHDRAWN, FactKind.SUPPLEMENT_ASKED} <= kinds
    later = end_of(days[-1] + timedelta(days=30))
    for day, found in seen.items():
        assert [tables(world, p, day, later) for p in (Q4, OCTOBER) if p.from_on <= day] == found, day
    assert check_figures().differing == ()
    a_thousand_corrections_keep_all_identities(chance)


def a_thousand_corrections_keep_all_identities(chance: Random) -> None:
    """Facts as they lie in the store, corrected in memory, one more each time."""
    window = Window(datetime(2026, 9, 15, tzinfo=VIETNAM), end_of(date(2026, 12, 14)))
    rows = {f.dossier_id: f for f in DossierFigure.objects.all()}
    facts = {key: list(found) for key, found in facts_of_many(list(rows)).items()}
    offerings = dict(Dossier.objects.values_list("id", "offering_id"))
    known = {key: line_of(rows[key], offerings[key], facts[key]) for key in rows}
    made = 0
    while made < 1000:
        key = chance.choice(list(facts))
        correction = a_correction(facts[key], chance)
        if correction is None:
            continue
        facts[key].append(correction)
        known[key] = line_of(rows[key], offerings[key], facts[key])
        made += 1
        table = count([line for line in known.values() if line], window, by=lambda line: line.agency_id)
        assert failures(table) == ()


def line_of(row: DossierFigure, offering_id: int, facts: list[Fact]) -> Line | None:
    running = running_offering(offering_id)
    at = datetime(2027, 6, 1, tzinfo=VIETNAM)
    found = clock_as_known(facts, running, at=at, calendar=calendar_of(running.agency_id))
    if found is None or found[0].received_at is None:
        return None
    ids = (row.dossier_id, row.agency_id, row.unit_id, row.version_id, row.channel)
    return Line(*ids, found[0].received_at, found[1].due_at, found[0].ended_at)


def a_correction(facts: list[Fact], chance: Random) -> Fact | None:
    of = chance.choice([f for f in facts if f.kind in MOVABLE])
    at = of.at + timedelta(minutes=chance.randrange(-9000, 9000))
    is_void = chance.random() < 0.1
    now = datetime(2027, 5, 1, tzinfo=VIETNAM)
    if may_correct(facts, of=of.seq, at=at, is_void=is_void, now=now):
        return None
    body = {"of": of.seq, "is_void": True} if is_void else {"of": of.seq, "at": at.isoformat()}
    return Fact(facts[-1].seq + 1, FactKind.CORRECTED, now, 1, 1, 1, body)


def test_the_rules_in_the_database_are_those_of_the_core(world: World) -> None:
    """The same dossiers counted by both, for instants before, at and after every border."""
    receipt = received(world.home)
    row = DossierFigure.objects.get()
    begun, until = datetime(2026, 9, 15, tzinfo=VIETNAM), end_of(date(2026, 12, 14))
    at = [begun - timedelta(seconds=1), begun, MONDAY, until, until + timedelta(seconds=1)]
    number = row.dossier_id
    made = [
        DossierFigure(
            dossier_id=(number := number + 1), agency_id=row.agency_id, unit_id=row.unit_id, version_id=row.version_id,
            channel=channel, received_at=came, due_at=due, ended_at=ended, supplements=0, extensions=0,
        )
        for channel in ("ONLINE", "DIRECT")
        for came in at
        for due in (None, *at)
        for ended in (None, *(end for end in at if end >= came))
    ]  # fmt: skip
    DossierFigure.objects.bulk_create(made)
    window = Window(begun, until)
    everything = [
        Line(f.dossier_id, f.agency_id, f.unit_id, f.version_id, f.channel, f.received_at, f.due_at, f.ended_at)
        for f in DossierFigure.objects.all()
    ]
    by_core = count(everything, window, by=lambda line: line.channel)
    by_store = counts(Filters(), window, by="channel")
    assert by_store == Table({str(key): value for key, value in by_core.rows.items()}, by_core.total)
    for number in NUMBERS:
        found = lines(Filters(), window, number=number, before=None, limit=10_000)
        assert len(found) == getattr(by_core.total, number), number
    assert receipt.code


def test_a_number_leads_to_exactly_its_dossiers_page_by_page(world: World) -> None:
    for hour in range(60):
        received(world.home, at=MONDAY + timedelta(minutes=hour))
    asked = Asked(Q4, MONDAY.date(), "form")
    found, following, ids = [], None, list[UUID]()
    for _page in range(2):
        found, following = dossiers_behind(
            asked, number="in_period", before=following, actor=world.province_leader, now=end_of(MONDAY.date())
        )
        ids += [b.head.public_id for b in found]
    assert following is None
    assert len(set(ids)) == 60
    assert all(b.may_open for b in found)
    earlier = replace(asked, known_on=MONDAY.date())
    again, _ = dossiers_behind(
        earlier, number="in_period", before=None, actor=world.procedure_officer, now=MONDAY + timedelta(days=9)
    )
    assert [b.head.public_id for b in again] == ids[:50]
    assert not any(b.may_open for b in again)


def test_figures_count_what_a_person_answers_for(world: World) -> None:
    received(world.home)
    received(world.elsewhere)
    asked, now = Asked(Q4, MONDAY.date(), "agency"), end_of(MONDAY.date())
    totals = {
        actor.name: figures_report(asked, actor=actor, now=now).total.total
        for actor in (world.home.dung, world.home.manager, world.province_leader, world.procedure_officer)
    }
    assert list(totals.values()) == [1, 1, 2, 2]
    foreign = replace(asked, filters=Filters(agency_id=world.elsewhere.agency.id))
    with pytest.raises(Denied):
        figures_report(foreign, actor=world.home.dung, now=now)
    assert figures_report(foreign, actor=world.province_leader, now=now).total.total == 1
    with pytest.raises(Denied):
        figures_report(asked, actor=world.home.binh, now=now)


def test_figures_that_do_not_add_up_are_refused_with_what_fails(world: World) -> None:
    rows: dict[Hashable, Counts] = {"Đất đai": Counts(3, 3, 1, 2, 0, 2, 1, 0, 0, 1, 1, 0)}
    with pytest.raises(Refused) as refusal:
        refuse_false(Table(rows, rows["Đất đai"]))
    assert {p.code for p in refusal.value.problems} == {"figures.identity"}
    assert refusal.value.problems[0].values["identity"] == "resolved"


def test_a_row_of_a_procedure_that_is_gone_makes_no_report(world: World) -> None:
    received(world.home)
    DossierFigure.objects.update(version_id=10**9)
    with pytest.raises(Refused) as refusal:
        figures_report(Asked(Q4, MONDAY.date()), actor=world.province_leader, now=end_of(MONDAY.date()))
    assert {p.code for p in refusal.value.problems} == {"figures.identity"}


def test_rows_that_were_spoilt_are_found_and_made_anew(world: World) -> None:
    received(world.home)
    received(world.elsewhere)
    DossierFigure.objects.filter(agency_id=world.home.agency.id).update(due_at=MONDAY)
    DossierFigure.objects.filter(agency_id=world.elsewhere.agency.id).delete()
    assert [fault for _, fault in check_figures().differing] == ["due_at", "missing"]
    assert rebuild_figures().written == 2
    assert check_figures().differing == ()
    assert rebuild_figures().written == 0


def test_a_fact_that_changes_nothing_counted_writes_no_row(world: World) -> None:
    receipt = received(world.home)

    def place() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctid::text FROM figures_dossierfigure")
            return str(cursor.fetchone()[0])

    before = place()
    complete_step(
        public_id=receipt.public_id, step=0, outcome="done", reason="", seen_version=1, actor=world.home.binh,
        now=MONDAY + timedelta(hours=1),
    )  # fmt: skip
    assert place() == before


@pytest.mark.parametrize(
    ("key", "first"), [("2026-Q4", date(2026, 9, 15)), ("", date(2026, 9, 15)), ("2026", date(2025, 12, 15))]
)
def test_periods_are_named_by_the_law_of_the_day(key: str, first: date) -> None:
    assert period_named(key, from_on=None, to_on=None, today=MONDAY.date()).from_on == first


def test_a_period_that_has_not_begun_or_is_none_is_refused() -> None:
    for key in ("2027-Q3", "2026-Q9"):
        with pytest.raises(Refused):
            period_named(key, from_on=None, to_on=None, today=MONDAY.date())


def test_many_dossiers_of_an_earlier_day_are_refused_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motcua.services.figures.lines.DOSSIERS_MAX", 0)
    received(world.home)
    window = Window(datetime(2026, 9, 15, tzinfo=VIETNAM), end_of(MONDAY.date()))
    with pytest.raises(Refused) as refusal:
        lines_as_known(Filters(), window, known_at=end_of(MONDAY.date()))
    assert {p.code for p in refusal.value.problems} == {"figures.many"}


def test_a_decision_on_the_calendar_since_is_not_known_before(world: World) -> None:
    """Nothing was recorded of the dossier itself: the calendar alone tells the two days apart."""
    received(world.home, STATUS)
    due = MONDAY + timedelta(days=3)
    asked, now = Asked(Q4, due.date(), "agency"), end_of(due.date())
    before = figures_report(asked, actor=world.province_leader, now=now).total
    assert before.overdue == 1
    entry = ChangeEntry(
        kind="CLOSED", from_on=date(2026, 11, 17), to_on=date(2026, 11, 20), reason="bão", decision_no="1/CĐ",
        decided_on=date(2026, 11, 20),
    )  # fmt: skip
    later = now + timedelta(days=1)
    change_calendar(agency_id=world.home.agency.id, entry=entry, actor=world.home.dung, now=later)
    assert apply_calendar_changes(now=later) == 1
    assert (
        figures_report(replace(asked, known_on=later.date()), actor=world.province_leader, now=later).total.overdue
        == 0
    )
    assert figures_report(asked, actor=world.province_leader, now=later).total == before
    assert check_figures().differing == ()


def test_what_was_received_on_paper_is_known_from_when_it_was_entered(world: World) -> None:
    """Its only fact happened before the day that is looked at, and was recorded after it."""
    receipt = received(world.home)
    key = Dossier.objects.get(public_id=receipt.public_id).id
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dossiers_fact DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE dossiers_fact SET body = body || jsonb_build_object('entered_at', %s::text) WHERE dossier_id = %s",
            [(MONDAY + timedelta(days=2)).isoformat(), key],
        )
        cursor.execute("ALTER TABLE dossiers_fact ENABLE TRIGGER USER")
    now = MONDAY + timedelta(days=5)
    totals = [
        figures_report(Asked(Q4, MONDAY.date() + timedelta(days=n)), actor=world.province_leader, now=now).total.total
        for n in (0, 1, 2, 5)
    ]
    assert totals == [0, 0, 1, 1]


def test_the_upgrade_makes_the_rows_of_dossiers_that_are_there(world: World) -> None:
    received(world.home)
    received(world.elsewhere, STATUS)
    DossierFigure.objects.all().delete()
    upgrade = import_module("motcua.store.figures.migrations.0003_figures_of_what_is_there")
    for _again in range(2):
        with connection.cursor() as cursor:
            cursor.execute(upgrade.FILL)
        assert check_figures().differing == ()
    assert DossierFigure.objects.count() == 2


def test_the_command_tells_what_differs_and_mends_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    received(world.home)
    DossierFigure.objects.update(ended_at=MONDAY)
    assert command(Namespace(act="check", json=True)) == REFUSED
    assert json.loads(capsys.readouterr().out)["differing"][0]["fields"] == "ended_at"
    assert command(Namespace(act="rebuild", json=False)) == DONE
    assert "1 đã ghi lại" in capsys.readouterr().out
    assert command(Namespace(act="check", json=False)) == DONE
