"""Boards count what the facts say, tell causes that are on record, prepare apologies in time and remind once a morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from motcua.core.clock import Horizon, Urgency, urgency
from motcua.core.kernel import Refused
from motcua.core.statistics import Evidence, LateCause
from motcua.services.actors import Denied
from motcua.services.boards.apologies import apologies_of, apologies_to_send, apology_page
from motcua.services.boards.desks import desk_now, desk_trend
from motcua.services.boards.digests import digests_of, make_digests, make_missing_digests, note_read, unread_digest
from motcua.services.boards.lists import BoardQuery, board_list
from motcua.services.boards.offices import office_now, office_trend
from motcua.services.boards.rules import BoardKind, boards_of
from motcua.services.dossiers.clock_acts import extend_due
from motcua.services.dossiers.consultations import Question, ask_opinion
from motcua.services.dossiers.corrections import approve_correction, propose_correction
from motcua.services.dossiers.steps import complete_step, take_step
from motcua.services.figures.causes import _with_causes, causes_of
from motcua.services.times import VIETNAM, end_of
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.work import Of, load_by_officer, open_steps
from motcua.store.figures.boards import open_by_agency, open_lines
from motcua.store.figures.late import late_of
from motcua.store.figures.models import DossierFigure
from motcua.store.figures.selectors import Filters
from motcua.store.steering.models import StaffDigest
from services.test_figures import live_a_day
from services.test_interlinked import at_three_agencies, do
from world import BIRTH, MONDAY, PERMIT, STATUS, World, received

HOUR = timedelta(hours=1)


def stepped(world: World, public_id: object, *, now: datetime, count: int = 1) -> None:
    """Do the next steps of the dossier, each by whom it is for."""
    for _step in range(count):
        dossier = Dossier.objects.get(public_id=public_id)
        task = dossier.tasks.order_by("step")[0]
        by = {"counter_officer": world.home.binh, "case_officer": world.home.chi}.get(task.role, world.home.dung)
        complete_step(
            public_id=dossier.public_id, step=task.step, outcome="done", reason="", seen_version=dossier.version,
            actor=by, now=now,
        )  # fmt: skip


def later(public_id: object, **ahead: float) -> datetime:
    due_at = Dossier.objects.get(public_id=public_id).due_at
    assert due_at is not None
    return due_at + timedelta(**ahead)


def test_the_classes_in_the_database_are_those_of_the_core(world: World) -> None:
    received(world.home)
    row = DossierFigure.objects.get()
    horizon = Horizon(MONDAY, end_of(MONDAY.date()), end_of(MONDAY.date() + timedelta(days=2)))
    second = timedelta(seconds=1)
    borders = [
        b + d for b in (horizon.now, horizon.today_until, horizon.soon_until) for d in (-second, 0 * second, second)
    ]
    DossierFigure.objects.all().delete()
    DossierFigure.objects.bulk_create(
        DossierFigure(
            dossier_id=n, agency_id=row.agency_id, unit_id=row.unit_id, version_id=row.version_id, channel="DIRECT",
            received_at=MONDAY - timedelta(days=9), due_at=due, supplements=0, extensions=0,
        )
        for n, due in enumerate([None, *borders], start=1)
    )  # fmt: skip
    by_core = [urgency(due, horizon).value for due in [None, *borders]]
    counts = open_by_agency(Filters(), horizon)[row.agency_id]
    assert {u.value: getattr(counts, u.value) for u in Urgency} == {u.value: by_core.count(u.value) for u in Urgency}
    assert counts.total == len(by_core)
    for u in Urgency:
        found = open_lines(Filters(agency_id=row.agency_id), horizon, number=u.value, after=None, limit=99)
        assert len(found) == by_core.count(u.value), u
    pages, after = list[int](), None
    for _page in range(4):
        found = open_lines(Filters(), horizon, number="open", after=after, limit=3)
        pages += [line.dossier_id for line in found]
        after = (found[-1].due_at, found[-1].dossier_id)
    assert len(pages) == len(set(pages)) == len(by_core)
    assert pages[-1] == 1, "what owes nothing comes last"


def test_causes_told_by_rows_are_those_of_the_facts_in_a_lived_through_quarter(world: World) -> None:
    chance = Random("causes")
    for n in range(70):
        live_a_day(world, date(2026, 9, 1) + timedelta(days=n), chance)
    rows = late_of(list(Dossier.objects.values_list("id", flat=True)))
    late = [r for r in rows if r.due_at < end_of(date(2026, 11, 9))]
    assert sum(not r.needs_facts for r in late) > 10
    assert any(r.needs_facts for r in late)
    by_rows, by_facts = _with_causes(late), _with_causes([replace(r, needs_facts=True) for r in late])
    assert [(d.dossier_id, d.late.cause, d.late.evidence, d.late.unit_id) for d in by_rows] == [
        (d.dossier_id, d.late.cause, d.late.evidence, d.late.unit_id) for d in by_facts
    ]
    assert {LateCause.ONE_STOP, LateCause.HANDLING} <= {d.late.cause for d in by_rows}


def test_who_had_it_when_it_fell_due_stays_the_cause_whoever_has_it_now(world: World) -> None:
    receipt = received(world.home, PERMIT)
    now = later(receipt.public_id, hours=1)
    (late,) = office_now(BoardKind.AGENCY, world.home.dung, now=now).late.first
    assert late.late is not None
    assert (late.late.cause, late.late.evidence) == (LateCause.ONE_STOP, Evidence.HELD)
    stepped(world, receipt.public_id, now=now, count=2)
    after = office_now(BoardKind.AGENCY, world.home.dung, now=now + HOUR).late
    assert after.by_cause == ((LateCause.ONE_STOP, 1),)
    assert after.by_owner[0][0].unit_id == world.home.division.id


def test_what_another_agency_owes_is_its_cause(world: World) -> None:
    asked, linked = received(world.home, PERMIT), at_three_agencies(world)
    stepped(world, asked.public_id, now=MONDAY + HOUR)
    ask_opinion(
        public_id=asked.public_id, entry=Question("Cho ý kiến", MONDAY + 20 * HOUR, to_unit_id=world.elsewhere.division.id),
        seen_version=2, actor=world.home.chi, now=MONDAY + 2 * HOUR,
    )  # fmt: skip
    do(linked, "receive", world.home.binh, at=MONDAY + HOUR)
    now = max(later(asked.public_id, hours=1), later(linked, hours=1))
    late = {d.dossier_id: d for d in causes_of(Dossier.objects.values_list("id", flat=True)).values()}
    opinion, link = late[asked.dossier_id], late[Dossier.objects.get(public_id=linked).id]
    assert (opinion.late.cause, opinion.late.evidence) == (LateCause.OTHER_AGENCY, Evidence.OPINION)
    assert opinion.late.unit_id == world.elsewhere.division.id
    assert opinion.owner.unit_id == world.home.division.id, "who has it is another matter"
    assert (link.late.cause, link.late.evidence) == (LateCause.OTHER_AGENCY, Evidence.LINKED)
    assert link.owner.agency_id == world.elsewhere.agency.id
    owners = {named.name for named, _ in office_now(BoardKind.AGENCY, world.home.dung, now=now).late.by_owner}
    assert "UBND Phường Võ Cường" in owners


def test_a_corrected_fact_corrects_the_cause(world: World) -> None:
    receipt = received(world.home, PERMIT)
    now = later(receipt.public_id, hours=2)
    stepped(world, receipt.public_id, now=now - HOUR, count=2)
    assert causes_of([receipt.dossier_id])[receipt.dossier_id].late.cause is LateCause.ONE_STOP
    for of in (2, 3):
        dossier = Dossier.objects.get(public_id=receipt.public_id)
        done = propose_correction(
            public_id=dossier.public_id, of=of, at=MONDAY + HOUR, is_void=False, reason="làm từ hôm nhận",
            seen_version=dossier.version, actor=world.home.binh, now=now,
        )  # fmt: skip
        approve_correction(public_id=dossier.public_id, seen_version=done.version, actor=world.home.manager, now=now)
    assert causes_of([receipt.dossier_id])[receipt.dossier_id].late.cause is LateCause.HANDLING


def test_the_numbers_of_every_board_lead_to_as_many_dossiers(world: World) -> None:
    for number, code in enumerate([PERMIT, STATUS, BIRTH, STATUS, PERMIT]):
        receipt = received(world.home, code, at=MONDAY + number * HOUR / 2)
        if number % 2:
            stepped(world, receipt.public_id, now=MONDAY + 3 * HOUR, count=2)
    received(world.elsewhere, STATUS)
    now = MONDAY + timedelta(days=2, hours=1)
    for kind, actor, total in (
        (BoardKind.PROVINCE, world.province_leader, 6),
        (BoardKind.PROVINCE, world.procedure_officer, 6),
        (BoardKind.AGENCY, world.home.dung, 5),
        (BoardKind.CENTRE, world.home.manager, 5),
    ):
        view = office_now(kind, actor, now=now)
        assert view.open.total == total, kind
        for u in Urgency:
            query = BoardQuery(number=u.value)
            assert len(board_list(kind, query, after=None, actor=actor, now=now).lines) == getattr(view.open, u.value)
        for cause, count in view.late.by_cause:
            query = BoardQuery(number="late", cause=cause.value)
            assert len(board_list(kind, query, after=None, actor=actor, now=now).lines) == count
        for named, count in view.late.by_owner:
            query = BoardQuery(number="late", owner=named.key)
            assert len(board_list(kind, query, after=None, actor=actor, now=now).lines) == count
    lines = board_list(
        BoardKind.PROVINCE, BoardQuery("open"), after=None, actor=world.procedure_officer, now=now
    ).lines
    assert not any(line.may_open for line in lines), "figures hold no dossier open"
    unit = desk_now(BoardKind.UNIT, world.home.dung, now=now)
    assert unit.own.total == sum(line.total for line in unit.load)
    for actor, kind in ((world.home.chi, BoardKind.MINE), (world.home.manager, BoardKind.UNIT)):
        desk = desk_now(kind, actor, now=now)
        for u in Urgency:
            query = BoardQuery(number=u.value)
            assert len(board_list(kind, query, after=None, actor=actor, now=now).lines) == getattr(desk.own, u.value)
    with pytest.raises(Refused):
        board_list(BoardKind.CENTRE, BoardQuery("all"), after=None, actor=world.home.manager, now=now)


def test_the_province_sees_each_agency_and_the_months_add_up(world: World) -> None:
    for office in (world.home, world.home, world.elsewhere):
        received(office, STATUS)
    receipt = received(world.home, BIRTH)
    stepped(world, receipt.public_id, now=MONDAY + HOUR, count=3)
    now = MONDAY + timedelta(days=4)
    places = {p.name: p for p in office_now(BoardKind.PROVINCE, world.province_leader, now=now).places}
    assert {name: p.open.late for name, p in places.items()} == {"UBND Phường Kinh Bắc": 2, "UBND Phường Võ Cường": 1}
    assert places["UBND Phường Kinh Bắc"].ended.done == 1
    trend = office_trend(BoardKind.PROVINCE, world.province_leader, now=now)
    assert [(m.counts.received, m.counts.done) for m in trend.months if m.counts.received] == [(4, 1)]
    assert len(trend.months) == 12
    assert (trend.on_spot.done, trend.on_spot.on_spot) == (1, 0), "the division and the leadership had steps of it"
    assert sum(w.done for w in desk_trend(BoardKind.UNIT, world.home.dung, now=now)) == 1


def test_a_board_is_of_whoever_answers_for_it(world: World) -> None:
    assert boards_of(world.home.chi) == (BoardKind.MINE,)
    assert boards_of(world.home.dung) == (BoardKind.AGENCY, BoardKind.UNIT, BoardKind.MINE)
    assert boards_of(world.home.manager) == (BoardKind.CENTRE, BoardKind.UNIT, BoardKind.MINE)
    assert boards_of(world.procedure_officer) == (BoardKind.PROVINCE,)
    assert boards_of(world.administrator) == ()
    for actor, kind in ((world.home.chi, BoardKind.UNIT), (world.home.dung, BoardKind.PROVINCE), (world.home.dung, BoardKind.CENTRE)):  # fmt: skip
        with pytest.raises(Denied):
            board_list(kind, BoardQuery("open"), after=None, actor=actor, now=MONDAY)
    foreign = BoardQuery("open", agency_id=world.elsewhere.agency.id)
    with pytest.raises(Denied):
        board_list(BoardKind.AGENCY, foreign, after=None, actor=world.home.dung, now=MONDAY)


def test_an_apology_is_ready_while_it_can_still_be_sent(world: World) -> None:
    slow, quick = received(world.home, STATUS), received(world.home, STATUS)
    now = MONDAY + timedelta(days=1)
    stepped(world, quick.public_id, now=MONDAY + HOUR, count=2)
    (ready,) = apologies_to_send("agency", world.home.agency.id, now=now)
    assert ready.public_id == slow.public_id
    assert ready.needed_minutes == 19 * 60, "its own two hours are used up, nineteen are left to the others"
    assert ready.expected_at > ready.due_at
    assert ready.send_by is not None
    assert now < ready.send_by < ready.due_at
    assert [p.public_id for p in apologies_of(world.home.manager, now=now)] == [slow.public_id]
    with pytest.raises(Denied):
        apologies_of(world.home.chi, now=now)
    page = apology_page(slow.public_id, world.home.dung, now=now)
    assert page is not None
    assert page.may_send
    assert ready.new_due_at is not None
    extend_due(
        public_id=slow.public_id, new_due_at=ready.new_due_at, reason="Chờ xác minh", cause="handling",
        seen_version=ready.version, actor=world.home.dung, now=now,
    )  # fmt: skip
    assert apologies_to_send("agency", world.home.agency.id, now=now) == []
    assert apology_page(slow.public_id, world.home.dung, now=now) is None
    late = causes_of([slow.dossier_id])[slow.dossier_id].late
    assert (late.cause, late.evidence) == (LateCause.HANDLING, Evidence.TOLD)
    with pytest.raises(Refused) as refusal:
        extend_due(
            public_id=quick.public_id, new_due_at=ready.new_due_at, reason="x", cause="laziness",
            seen_version=Dossier.objects.get(public_id=quick.public_id).version, actor=world.home.dung, now=now,
        )  # fmt: skip
    assert {p.code for p in refusal.value.problems} == {"extension.cause"}


def test_each_person_is_reminded_once_a_morning_of_everything_at_once(world: World) -> None:
    receipts = [received(world.home, STATUS, at=MONDAY + n * HOUR / 4) for n in range(3)]
    for receipt in receipts:
        stepped(world, receipt.public_id, now=MONDAY + 2 * HOUR)
    slow = received(world.home, STATUS, at=MONDAY + HOUR)
    dossier = Dossier.objects.get(public_id=receipts[0].public_id)
    task = dossier.tasks.get()
    take_step(
        public_id=dossier.public_id, step=task.step, seen_version=dossier.version, actor=world.home.chi,
        now=MONDAY + 3 * HOUR,
    )  # fmt: skip
    morning = datetime(2026, 11, 18, 6, 30, tzinfo=VIETNAM)
    made = make_digests(now=morning)
    assert made == StaffDigest.objects.count() > 0
    assert make_digests(now=morning) == 0, "a second worker makes none"
    assert make_missing_digests(now=morning + HOUR) == 0
    own = unread_digest(world.home.chi, now=morning)
    assert own is not None
    assert [(i.code, i.why, i.is_new) for i in own.items] == [(dossier.code, "officer", True)]
    head = unread_digest(world.home.dung, now=morning)
    assert head is not None
    assert [(i.code, i.why) for i in head.items] == [(slow.code, "apology")], "a step at the centre is its manager's"
    manager = unread_digest(world.home.manager, now=morning)
    assert manager is not None
    assert [(i.code, i.why) for i in manager.items] == [(slow.code, "head")]
    assert all("Nguyễn" not in str(row.items) for row in StaffDigest.objects.all())
    note_read(world.home.dung, now=morning)
    assert unread_digest(world.home.dung, now=morning) is None
    friday = morning + timedelta(days=2)
    make_digests(now=friday)
    today, before = digests_of(world.home.dung, before=None)[0]
    assert (today.on, before.on) == (friday.date(), morning.date())
    assert today.counts == {"officer": 0, "head": 0, "leader": 4, "apology": 0}
    assert all(i.is_new for i in today.items), "to be late is another thing to be told"
    make_digests(now=friday + timedelta(days=3))
    again = digests_of(world.home.dung, before=None)[0][0]
    assert again.total == 4
    assert not any(i.is_new for i in again.items)
    assert make_digests(now=datetime(2026, 11, 21, 6, 30, tzinfo=VIETNAM)) == 0, "a Saturday"


def test_lists_of_steps_and_loads_agree(world: World) -> None:
    for n in range(4):
        receipt = received(world.home, STATUS, at=MONDAY + n * HOUR / 4)
        stepped(world, receipt.public_id, now=MONDAY + 2 * HOUR)
    horizon = Horizon(MONDAY + 3 * HOUR, end_of(MONDAY.date()), end_of(MONDAY.date() + timedelta(days=2)))
    (load,) = load_by_officer(world.home.division.id, horizon)
    steps = open_steps(world.home.division.id, horizon, number="open", of=Of(is_free=True), after=None, limit=3)
    rest = open_steps(
        world.home.division.id, horizon, number="open", of=Of(), after=(steps[-1].due_at, steps[-1].task_id), limit=9
    )
    assert load.total == len({s.task_id for s in (*steps, *rest)}) == 4
