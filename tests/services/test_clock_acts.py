"""What officers do to a dossier's clock: lawful acts move it, unlawful ones are refused with their article."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.core.clock import IntervalKind, Timeliness
from motcua.core.dossier import NationalState, replay
from motcua.core.kernel import Refused
from motcua.services.actors import Actor, Denied
from motcua.services.calendars import ChangeEntry, calendar_as_known, change_calendar, fresh_calendar, revoke_change
from motcua.services.clock_upkeep import apply_calendar_changes, check_clocks
from motcua.services.clocks import as_known, clock_of, index_class
from motcua.services.dossiers.clock_acts import (
    PauseEntry,
    StopEntry,
    extend_due,
    pause_clock,
    resume_clock,
    stop_at_request,
    withdraw,
)
from motcua.services.dossiers.committing import Done
from motcua.services.dossiers.consultations import Question, ask_opinion, record_answer
from motcua.services.dossiers.corrections import approve_correction, decline_correction, propose_correction
from motcua.services.dossiers.steps import complete_step
from motcua.services.dossiers.supplements import ask_supplement, supply_supplement
from motcua.services.notices.concerns import dossier_concern
from motcua.services.offerings import running_offering
from motcua.services.timeliness import timeliness_report
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Dossier, Slip, Task
from motcua.store.dossiers.writing import facts_of, load
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.models import CalendarChange
from world import MONDAY, PERMIT, STATUS, World, received

COURT = PauseEntry("court", "92/2015/QH13", "Điều 70", "Tòa án đề nghị tạm dừng")
MONEY = PauseEntry("financial_obligation", "31/2024/QH15", "Điều 155", "Chờ nộp tiền sử dụng đất")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refusal.value.problems}


def handed_over(world: World, code: str = PERMIT, when: datetime = MONDAY) -> UUID:
    """Return a dossier that lies with Chi: received Monday 16/11/2026 at 08:30 and handed over at 09:30."""
    receipt = received(world.home, code, at=when)
    complete_step(
        public_id=receipt.public_id,
        step=0,
        outcome="done",
        reason="",
        seen_version=1,
        actor=world.home.binh,
        now=when + timedelta(hours=1),
    )
    return receipt.public_id


def version(public_id: UUID) -> int:
    return Dossier.objects.get(public_id=public_id).version


def due(public_id: UUID) -> datetime | None:
    return Dossier.objects.get(public_id=public_id).due_at


def paused(world: World, public_id: UUID, entry: PauseEntry, now: datetime, actor: Actor | None = None) -> Done:
    return pause_clock(
        public_id=public_id, entry=entry, seen_version=version(public_id), actor=actor or world.home.chi, now=now
    )


def test_a_pause_with_a_law_lets_the_clock_rest_and_going_on_moves_the_day(world: World) -> None:
    public_id = handed_over(world)
    before = due(public_id)
    paused(world, public_id, MONEY, at("2026-11-18T09:00"))
    row = Dossier.objects.get(public_id=public_id)
    assert (row.due_at, row.state, row.open_pauses) == (None, NationalState.FINANCIAL_OBLIGATION, 1)
    assert not Task.objects.filter(dossier=row, due_at__isnull=False).exists()
    resume_clock(
        public_id=public_id,
        reason="Đã nộp tiền",
        seen_version=version(public_id),
        actor=world.home.binh,
        now=at("2026-11-20T10:00"),
    )
    row.refresh_from_db()
    assert (row.state, row.open_pauses) == (NationalState.IN_PROCESS, 0)
    # The 18th and the 19th rested: the term, in calendar days, ends two days later.
    assert before is not None
    assert row.due_at == before + timedelta(days=2)
    assert Task.objects.get(dossier=row).due_at is not None
    messages = OutboxMessage.objects.filter(key=str(public_id), topic__in=("dossier.state", "dossier.due_moved"))
    told = [(m.topic, m.body.get("due") is not None, dossier_concern(m) is not None) for m in messages.order_by("id")]
    assert told[-3:] == [
        ("dossier.state", False, True),
        ("dossier.due_moved", False, False),
        ("dossier.due_moved", True, True),
    ], "who is asked for the fee is not told besides that the day fell away"


def test_no_pause_without_a_law_and_none_upon_another(world: World) -> None:
    public_id = handed_over(world)
    with pytest.raises(Refused) as refusal:
        paused(world, public_id, PauseEntry("court", "", "", ""), MONDAY + timedelta(hours=2))
    assert codes(refusal) == {"clock.pause_without_basis", "pause.reason_missing"}
    assert next(p for p in refusal.value.problems if p.code == "clock.pause_without_basis").ref is not None
    paused(world, public_id, COURT, MONDAY + timedelta(hours=2))
    with pytest.raises(Refused) as refusal:
        paused(world, public_id, COURT, MONDAY + timedelta(hours=3))
    assert codes(refusal) == {"clock.pause_open"}


def test_while_the_clock_rests_no_step_is_completed(world: World) -> None:
    public_id = handed_over(world)
    paused(world, public_id, COURT, MONDAY + timedelta(hours=2))
    with pytest.raises(Refused) as refusal:
        complete_step(
            public_id=public_id,
            step=1,
            outcome="done",
            reason="",
            seen_version=version(public_id),
            actor=world.home.chi,
            now=MONDAY + timedelta(hours=3),
        )
    assert codes(refusal) == {"step.clock_rests"}


def test_only_the_office_that_has_it_lets_it_rest(world: World) -> None:
    public_id = handed_over(world)
    for actor in (world.home.binh, world.elsewhere.chi):
        with pytest.raises(Denied):
            paused(world, public_id, COURT, MONDAY + timedelta(hours=2), actor=actor)


def test_an_apology_comes_a_day_before_and_once_and_is_numbered(world: World) -> None:
    public_id = handed_over(world)
    promised = due(public_id)
    assert promised is not None
    new = fresh_calendar(world.home.agency.id).add_working_days(promised.date(), 3)
    new_at = promised.replace(year=new.year, month=new.month, day=new.day)

    def extend(now: datetime, to: datetime = new_at) -> tuple[Done, Slip]:
        return extend_due(
            public_id=public_id,
            new_due_at=to,
            reason="Chờ kết quả xác minh",
            seen_version=version(public_id),
            actor=world.home.dung,
            now=now,
        )

    with pytest.raises(Refused) as refusal:
        extend(promised - timedelta(hours=1))
    assert codes(refusal) == {"clock.extension_late"}
    assert str(refusal.value.problems[0].ref).startswith("118/2025/NĐ-CP")
    with pytest.raises(Refused) as refusal:
        extend(promised - timedelta(days=1), to=promised)
    assert codes(refusal) == {"clock.extension_backwards"}
    with pytest.raises(Refused) as refusal:
        extend(promised - timedelta(days=1), to=at("2026-12-26T09:00"))
    assert codes(refusal) == {"extension.closed"}
    _, slip = extend(promised - timedelta(days=1))
    assert (slip.form, slip.number) == ("apology", 1)
    assert due(public_id) == new_at
    assert Dossier.objects.get(public_id=public_id).extension_count == 1
    with pytest.raises(Refused) as refusal:
        extend(promised - timedelta(days=1), to=new_at + timedelta(days=7))
    assert "clock.second_extension" in codes(refusal)
    with pytest.raises(Denied):
        extend_due(
            public_id=public_id,
            new_due_at=new_at,
            reason="x",
            seen_version=version(public_id),
            actor=world.home.chi,
            now=MONDAY,
        )


def test_a_stop_at_request_under_decree_118_gives_a_notice_and_ends_the_dossier(world: World) -> None:
    public_id = handed_over(world)
    entry = StopEntry("Không còn nhu cầu", "DIRECT", ["Bản vẽ thiết kế", " "], "75.000 đồng")
    done, slip = stop_at_request(
        public_id=public_id, entry=entry, seen_version=version(public_id), actor=world.home.binh, now=MONDAY
    )
    assert done.state is NationalState.STOPPED
    assert (slip.form, slip.number, slip.content["returned"]) == ("stop", 1, ["Bản vẽ thiết kế"])
    assert not Task.objects.filter(dossier__public_id=public_id).exists()
    with pytest.raises(Refused) as refusal:
        withdraw(public_id=public_id, reason="x", seen_version=version(public_id), actor=world.home.binh, now=MONDAY)
    assert codes(refusal) == {"clock.not_alive"}


def test_decree_61_knows_no_stop_but_lets_a_dossier_be_withdrawn(world: World) -> None:
    when = at("2025-06-26T09:00")
    public_id = handed_over(world, when=when)
    entry = StopEntry("Không còn nhu cầu", "DIRECT")
    # Under way when the regime changed: the law of the reception day holds.
    now = at("2025-07-02T09:00")
    with pytest.raises(Refused) as refusal:
        stop_at_request(
            public_id=public_id, entry=entry, seen_version=version(public_id), actor=world.home.binh, now=now
        )
    assert codes(refusal) == {"clock.stop_unknown"}
    assert str(refusal.value.problems[0].ref).startswith("61/2018/NĐ-CP")
    done = withdraw(public_id=public_id, reason="Không còn nhu cầu", seen_version=2, actor=world.home.binh, now=now)
    assert done.state is NationalState.WITHDRAWN


def test_an_opinion_asked_is_time_of_the_office_asked_and_moves_nothing(world: World) -> None:
    public_id = handed_over(world)
    before = due(public_id)
    ask_opinion(
        public_id=public_id,
        entry=Question("Đề nghị cho ý kiến", MONDAY + timedelta(hours=20), of="Sở Xây dựng"),
        seen_version=2,
        actor=world.home.chi,
        now=MONDAY + timedelta(hours=2),
    )
    record_answer(
        public_id=public_id,
        key="c3",
        answer="Đồng ý",
        seen_version=3,
        actor=world.home.chi,
        now=MONDAY + timedelta(days=2),
    )
    assert due(public_id) == before
    dossier = load(public_id)
    assert dossier is not None
    running = running_offering(dossier.offering_id)
    intervals = clock_of(facts_of(dossier.id), running, life=dossier.life).intervals
    assert [(i.kind, i.owner.value, i.of) for i in intervals] == [
        (IntervalKind.COUNTED, "office", ""),
        (IntervalKind.COUNTED, "consulted", "Sở Xây dựng"),
        (IntervalKind.COUNTED, "office", ""),
    ]


def test_a_wrong_instant_is_corrected_by_a_later_fact_and_both_reports_stay(world: World) -> None:
    public_id = handed_over(world, STATUS)
    ask_supplement(
        public_id=public_id,
        items=["Bản án"],
        reason="thiếu",
        seen_version=2,
        actor=world.home.binh,
        now=at("2026-11-17T09:00"),
    )
    supply_supplement(public_id=public_id, seen_version=3, actor=world.home.binh, now=at("2026-11-20T10:00"))
    wrong = due(public_id)
    propose = {
        "public_id": public_id,
        "of": 4,
        "is_void": False,
        "reason": "Biên bản giao nhận ghi ngày 18/11",
        "actor": world.home.binh,
        "now": at("2026-11-23T08:00"),
    }
    with pytest.raises(Refused) as refusal:
        propose_correction(**propose, at=at("2026-11-16T07:00"), seen_version=4)  # type: ignore[arg-type]
    assert codes(refusal) == {"correction.out_of_order"}
    propose_correction(**propose, at=at("2026-11-18T15:00"), seen_version=4)  # type: ignore[arg-type]
    assert due(public_id) == wrong
    with pytest.raises(Denied):
        approve_correction(public_id=public_id, seen_version=5, actor=world.home.chi, now=at("2026-11-23T09:00"))
    approve_correction(public_id=public_id, seen_version=5, actor=world.home.dung, now=at("2026-11-23T09:00"))
    right = due(public_id)
    assert wrong is not None
    assert right is not None
    assert right < wrong
    assert right.astimezone(VIETNAM).time() == at("2026-11-18T15:00").time()
    dossier = load(public_id)
    assert dossier is not None
    running, facts = running_offering(dossier.offering_id), facts_of(dossier.id)
    assert facts[3].at == at("2026-11-20T10:00")
    then = as_known(facts, running, at=at("2026-11-22T23:59"))
    now = as_known(facts, running, at=at("2026-11-23T23:59"))
    assert then is not None
    assert now is not None
    assert (then.explained.clock.due_at, now.explained.clock.due_at) == (wrong, right)
    assert as_known(facts, running, at=at("2026-11-15T23:59")) is None
    assert replay(facts, running.net) == dossier.life
    assert check_clocks().differing == ()


def test_who_proposed_does_not_approve_and_a_head_may_decline(world: World) -> None:
    public_id = handed_over(world)
    paused(world, public_id, COURT, MONDAY + timedelta(hours=2))
    propose_correction(
        public_id=public_id,
        of=3,
        at=None,
        is_void=True,
        reason="Nhầm hồ sơ",
        seen_version=3,
        actor=world.home.dung,
        now=MONDAY + timedelta(hours=3),
    )
    with pytest.raises(Refused) as refusal:
        approve_correction(public_id=public_id, seen_version=4, actor=world.home.dung, now=MONDAY)
    assert codes(refusal) == {"correction.own"}
    decline_correction(public_id=public_id, reason="Chưa rõ", seen_version=4, actor=world.home.manager, now=MONDAY)
    assert due(public_id) is None
    propose_correction(
        public_id=public_id,
        of=3,
        at=None,
        is_void=True,
        reason="Nhầm hồ sơ, có công văn",
        seen_version=5,
        actor=world.home.chi,
        now=MONDAY + timedelta(hours=4),
    )
    approve_correction(public_id=public_id, seen_version=6, actor=world.home.dung, now=MONDAY + timedelta(hours=5))
    row = Dossier.objects.get(public_id=public_id)
    assert (row.open_pauses, row.due_at is None) == (0, False)
    assert check_clocks().differing == ()


def storm(**changes: object) -> ChangeEntry:
    values: dict[str, object] = {
        "kind": "CLOSED",
        "from_on": date(2026, 11, 19),
        "to_on": date(2026, 11, 20),
        "reason": "bão số 15",
        "decision_no": "1/CĐ-UBND",
        "decided_on": date(2026, 11, 18),
        "covers_below": True,
    }
    return ChangeEntry(**{**values, **changes})  # type: ignore[arg-type]


def test_a_storm_closes_the_province_and_every_open_date_moves_but_not_the_promise_on_paper(world: World) -> None:
    from motcua.reports.filling import receipt_content

    public_id = handed_over(world, STATUS)
    before = due(public_id)
    assert before is not None
    province = world.home.agency.parent
    assert province is not None
    now = at("2026-11-18T16:00")
    change_calendar(agency_id=province.id, entry=storm(), actor=world.administrator, now=now)
    assert [line for line, _ in check_clocks().differing] == [Dossier.objects.get(public_id=public_id).id]
    assert apply_calendar_changes(now=now) == 1
    after = due(public_id)
    assert after is not None
    assert (before.date(), after.date()) == (date(2026, 11, 19), date(2026, 11, 23))
    assert check_clocks().differing == ()
    assert apply_calendar_changes(now=now) == 0
    receipt, _ = receipt_content(public_id, world.home.binh)
    assert receipt.due_at == before
    calendar = fresh_calendar(world.home.agency.id)
    assert calendar.why_off(date(2026, 11, 19)) == "bão số 15 (1/CĐ-UBND)"
    assert calendar_as_known(world.home.agency.id, at=now - timedelta(hours=1)).is_working(date(2026, 11, 19))
    change = CalendarChange.objects.get()
    revoke_change(change_id=change.id, actor=world.administrator, now=now + timedelta(hours=1))
    assert apply_calendar_changes(now=now + timedelta(hours=1)) == 1
    assert due(public_id) == before


def test_half_days_seasons_and_saturday_receptions(world: World) -> None:
    home, now = world.home, MONDAY
    days = (date(2026, 12, 7), date(2026, 12, 31))
    for entry in (
        storm(kind="HOURS", from_on=date(2026, 11, 30), to_on=date(2026, 11, 30), hours="07:30-11:30", weekdays=(1,)),
        storm(
            kind="HOURS", from_on=days[0], to_on=days[1], hours="08:00-12:00,13:00-17:00", weekdays=(1, 2, 3, 4, 5)
        ),
        storm(kind="RECEPTION", from_on=days[0], to_on=days[1], hours="07:30-11:30", weekdays=(6,)),
    ):
        change_calendar(agency_id=home.agency.id, entry=entry, actor=home.dung, now=now)
    calendar = fresh_calendar(home.agency.id)
    assert calendar.hours_on(date(2026, 11, 30)) == ((450, 690),)
    assert calendar.hours_on(date(2026, 12, 9)) == ((480, 720), (780, 1020))
    assert calendar.hours_on(date(2026, 12, 12)) == ()
    assert calendar.reception_hours_on(date(2026, 12, 12)) == ((450, 690),)
    assert not calendar.is_working(date(2026, 12, 12))
    assert fresh_calendar(world.elsewhere.agency.id).hours_on(date(2026, 11, 30)) == ((450, 690), (810, 1020))
    with pytest.raises(Denied):
        change_calendar(agency_id=home.agency.id, entry=storm(), actor=home.binh, now=now)
    with pytest.raises(Refused) as refusal:
        change_calendar(
            agency_id=home.agency.id,
            entry=ChangeEntry(kind="HOURS", from_on=date(2026, 12, 2), to_on=date(2026, 12, 1), hours="7-11"),
            actor=home.dung,
            now=now,
        )
    assert codes(refusal) == {
        *("calendar.ends_before", "calendar.hours", "calendar.weekdays"),
        *("calendar.reason_missing", "calendar.decision_missing"),
    }


def test_more_than_one_request_is_late_for_the_index_whatever_the_receipt_says(world: World) -> None:
    public_id = handed_over(world, STATUS)
    dossier = load(public_id)
    assert dossier is not None
    facts, running = facts_of(dossier.id), running_offering(dossier.offering_id)
    found = index_class(facts, running, life=dossier.life, at=MONDAY + timedelta(hours=2))
    assert found is not None
    assert found.timeliness is Timeliness.WITHIN


def test_the_report_of_a_day_can_be_had_again_after_a_correction(world: World) -> None:
    public_id = handed_over(world)
    paused(world, public_id, COURT, MONDAY + timedelta(hours=2))
    propose_correction(
        public_id=public_id,
        of=3,
        at=None,
        is_void=True,
        reason="Nhầm hồ sơ",
        seen_version=3,
        actor=world.home.chi,
        now=MONDAY + timedelta(days=1),
    )
    approve_correction(public_id=public_id, seen_version=4, actor=world.home.dung, now=MONDAY + timedelta(days=1))
    report = {
        known: timeliness_report(
            actor=world.home.dung,
            from_on=date(2026, 11, 1),
            to_on=date(2026, 11, 20),
            known_on=known,
            now=at("2026-11-21T08:00"),
        )
        for known in (date(2026, 11, 16), date(2026, 11, 17))
    }
    assert report[date(2026, 11, 16)].by_receipt == {"waiting": 1}
    assert report[date(2026, 11, 17)].by_receipt == {"within": 1}
    assert report[date(2026, 11, 17)].corrected == 1
    for one in report.values():
        assert sum(one.by_receipt.values()) == sum(one.by_index.values()) == one.dossiers == 1


def test_facts_cannot_be_changed_behind_the_clock(world: World) -> None:
    public_id = handed_over(world)
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("UPDATE dossiers_fact SET at = now()")
    assert version(public_id) == 2
