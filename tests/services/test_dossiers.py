"""The acts on dossiers, through the services, on a real database."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from motcua.core.clock import derive_clock
from motcua.core.dossier import FactKind, NationalState, replay
from motcua.core.forms import ComponentCount, PartyEntry
from motcua.core.kernel import Refused
from motcua.project.bench.lifecycle import counted_statements
from motcua.services.actors import Denied
from motcua.services.clocks import clock_facts
from motcua.services.dossiers.intake import receive_dossier
from motcua.services.dossiers.returns import return_result
from motcua.services.dossiers.slips import SlipRequest, give_refusal_slip, give_supplement_slip
from motcua.services.dossiers.steps import assign_step, complete_step, take_step
from motcua.services.dossiers.supplements import ask_supplement, propose_supplement, supply_supplement
from motcua.services.housekeeping import note_late, send_outbox
from motcua.services.offerings import running_offering
from motcua.services.tracking import secret_of, track
from motcua.store.dossiers.models import Dossier, Slip
from motcua.store.dossiers.writing import chain, facts_of, load
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import OutboxMessage
from world import AN, BIRTH, MONDAY, STATUS, World, an_intake, received

HOUR = timedelta(hours=1)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refusal.value.problems}


def carry_to_return(world: World, public_id: uuid.UUID) -> int:
    """Receive to signed; return the version that the hand-over has to state."""
    home, version = world.home, 1
    for step, actor in ((0, home.binh), (1, home.chi), (2, home.dung)):
        done = complete_step(
            public_id=public_id,
            step=step,
            outcome="done",
            reason="",
            seen_version=version,
            actor=actor,
            now=MONDAY + step * HOUR,
        )
        version = done.version
    return version


def test_a_whole_life_from_receipt_to_hand_over(world: World) -> None:
    receipt = received(world.home)
    assert receipt.code == "H05.31-261116-0001"
    version = carry_to_return(world, receipt.public_id)
    loaded = load(receipt.public_id)
    assert loaded is not None
    assert loaded.life.state is NationalState.DONE
    done = return_result(
        public_id=receipt.public_id,
        collector=AN,
        authorisation="",
        seen_version=version,
        actor=world.home.binh,
        now=MONDAY + 4 * HOUR,
    )
    assert done.state is NationalState.RETURNED
    dossier = Dossier.objects.get(public_id=receipt.public_id)
    assert dossier.returned_at == MONDAY + 4 * HOUR
    assert dossier.ended_at == MONDAY + 2 * HOUR
    assert dossier.tasks.count() == 0


def test_what_is_stored_is_what_the_facts_say(world: World) -> None:
    receipt = received(world.home, STATUS)
    public_id = receipt.public_id
    one = complete_step(
        public_id=public_id,
        step=0,
        outcome="done",
        reason="",
        seen_version=1,
        actor=world.home.binh,
        now=MONDAY + HOUR,
    )
    two = propose_supplement(
        public_id=public_id,
        step=1,
        items=["Bản án"],
        reason="thiếu",
        seen_version=one.version,
        actor=world.home.chi,
        now=MONDAY + 2 * HOUR,
    )
    ask_supplement(
        public_id=public_id,
        items=["Bản án"],
        reason="thiếu",
        seen_version=two.version,
        actor=world.home.binh,
        now=MONDAY + 3 * HOUR,
    )
    supply_supplement(public_id=public_id, seen_version=4, actor=world.home.binh, now=MONDAY + 48 * HOUR)
    loaded = load(public_id)
    assert loaded is not None
    running = running_offering(loaded.offering_id)
    facts = facts_of(loaded.id)
    assert replay(reversed(facts), running.net) == loaded.life
    clock = derive_clock(
        clock_facts(facts), term=running.term, calendar=running.calendar, regime=law_book().regime(loaded.regime)
    )
    assert clock.due_at == loaded.due_at
    assert chain(b"", public_id, facts)[-1] == loaded.digest


def test_a_completion_takes_two_statements(world: World) -> None:
    receipt = received(world.home)
    running_offering(world.home.offerings[BIRTH])
    with counted_statements() as counter:
        complete_step(
            public_id=receipt.public_id,
            step=0,
            outcome="done",
            reason="",
            seen_version=1,
            actor=world.home.binh,
            now=MONDAY,
        )
    assert counter[0] == 2


def test_the_same_intake_sent_twice_is_one_dossier(world: World) -> None:
    intake = an_intake(world.home)
    first = receive_dossier(intake, actor=world.home.binh, now=MONDAY)
    second = receive_dossier(intake, actor=world.home.binh, now=MONDAY + HOUR)
    assert first == second
    assert Dossier.objects.count() == 1


def test_all_faults_of_an_intake_come_at_once_and_nothing_is_written(world: World) -> None:
    bad = PartyEntry(kind="PERSON", name="", birth="31/02/1990")
    intake = an_intake(world.home, applicant=bad, counts=[ComponentCount("c1", "-2")], fee_paid="viel")
    with pytest.raises(Refused) as refusal:
        receive_dossier(intake, actor=world.home.binh, now=MONDAY)
    assert codes(refusal) == {
        "party.name_missing",
        "party.day_impossible",
        "component.count_negative",
        "intake.fee_form",
    }
    assert not Dossier.objects.exists()


def test_missing_papers_name_the_article_of_the_day(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        receive_dossier(an_intake(world.home, counts=[]), actor=world.home.binh, now=MONDAY)
    assert len(refusal.value.problems) == 2
    assert {str(p.ref) for p in refusal.value.problems} == {"118/2025/NĐ-CP, art. 17"}


def test_a_duplicate_is_a_warning_that_can_be_overruled(world: World) -> None:
    received(world.home)
    with pytest.raises(Refused) as refusal:
        receive_dossier(an_intake(world.home), actor=world.home.binh, now=MONDAY + HOUR)
    assert codes(refusal) == {"intake.duplicate"}
    received(world.home, at=MONDAY + HOUR)
    assert Dossier.objects.count() == 2


def test_any_centre_of_the_province_receives_for_any_commune_since_2025_but_not_before(world: World) -> None:
    intake = an_intake(world.elsewhere)
    assert receive_dossier(intake, actor=world.home.binh, now=MONDAY).code == "H05.32-261116-0001"
    in_2018 = MONDAY.replace(year=2018, month=9, day=17)
    with pytest.raises(Refused) as refusal:
        receive_dossier(an_intake(world.elsewhere), actor=world.home.binh, now=in_2018)
    assert codes(refusal) == {"intake.offering_elsewhere"}


def test_strangers_and_wrong_roles_are_denied(world: World) -> None:
    receipt = received(world.home)
    for actor in (
        world.elsewhere.chi,
        world.elsewhere.binh,
        world.elsewhere.dung,
        world.home.chi,
        world.administrator,
    ):
        with pytest.raises(Denied):
            complete_step(
                public_id=receipt.public_id,
                step=0,
                outcome="done",
                reason="",
                seen_version=1,
                actor=actor,
                now=MONDAY,
            )
    with pytest.raises(Denied):
        receive_dossier(an_intake(world.home), actor=world.home.chi, now=MONDAY)


def test_handing_back_needs_a_reason_and_opens_the_step_before(world: World) -> None:
    receipt = received(world.home)
    complete_step(
        public_id=receipt.public_id,
        step=0,
        outcome="done",
        reason="",
        seen_version=1,
        actor=world.home.binh,
        now=MONDAY,
    )
    with pytest.raises(Refused) as refusal:
        complete_step(
            public_id=receipt.public_id,
            step=1,
            outcome="back",
            reason=" ",
            seen_version=2,
            actor=world.home.chi,
            now=MONDAY,
        )
    assert codes(refusal) == {"step.reason_missing"}
    complete_step(
        public_id=receipt.public_id,
        step=1,
        outcome="back",
        reason="thiếu chữ ký",
        seen_version=2,
        actor=world.home.chi,
        now=MONDAY,
    )
    loaded = load(receipt.public_id)
    assert loaded is not None
    assert [t.step for t in loaded.tasks] == [0]


def test_a_taken_step_is_not_another_officers_until_the_head_gives_it_away(world: World) -> None:
    receipt = received(world.home)
    binh, manager = world.home.binh, world.home.manager
    take_step(public_id=receipt.public_id, step=0, seen_version=1, actor=binh, now=MONDAY)
    with pytest.raises(Denied):
        complete_step(
            public_id=receipt.public_id, step=0, outcome="done", reason="", seen_version=2, actor=manager, now=MONDAY
        )
    assign_step(
        public_id=receipt.public_id,
        step=0,
        to_staff_id=manager.staff_id,
        is_in_unit=True,
        seen_version=2,
        actor=manager,
        now=MONDAY,
    )
    complete_step(
        public_id=receipt.public_id, step=0, outcome="done", reason="", seen_version=3, actor=manager, now=MONDAY
    )


def test_a_second_supplement_and_a_late_one_are_refused_with_their_articles(world: World) -> None:
    receipt = received(world.home, STATUS)
    arguments = {"public_id": receipt.public_id, "items": ["x"], "reason": "y", "actor": world.home.binh}
    ask_supplement(**arguments, seen_version=1, now=MONDAY + HOUR)  # type: ignore[arg-type]
    supply_supplement(public_id=receipt.public_id, seen_version=2, actor=world.home.binh, now=MONDAY + 2 * HOUR)
    with pytest.raises(Refused) as refusal:
        ask_supplement(**arguments, seen_version=3, now=MONDAY + 3 * HOUR)  # type: ignore[arg-type]
    assert codes(refusal) == {"clock.second_supplement"}
    assert str(refusal.value.problems[0].ref) == "118/2025/NĐ-CP, art. 11"
    other = received(world.home, STATUS)
    with pytest.raises(Refused) as refusal:
        ask_supplement(
            public_id=other.public_id,
            items=["x"],
            reason="y",
            seen_version=1,
            actor=world.home.binh,
            now=MONDAY + timedelta(days=7),
        )
    assert codes(refusal) == {"clock.supplement_late"}


def test_somebody_else_collects_with_an_authorisation_only(world: World) -> None:
    receipt = received(world.home)
    version = carry_to_return(world, receipt.public_id)
    other = PartyEntry(kind="PERSON", name="Trần Văn Khác", id_number="999090000002")
    arguments = {
        "public_id": receipt.public_id,
        "collector": other,
        "seen_version": version,
        "actor": world.home.binh,
    }
    with pytest.raises(Refused) as refusal:
        return_result(**arguments, authorisation="", now=MONDAY + 5 * HOUR)  # type: ignore[arg-type]
    assert codes(refusal) == {"return.authorisation_missing"}
    return_result(**arguments, authorisation="UQ 12 ngày 15/11/2026", now=MONDAY + 5 * HOUR)  # type: ignore[arg-type]


def test_slips_name_everything_at_once_and_count_per_unit_and_year(world: World) -> None:
    request = SlipRequest(an_intake(world.home, counts=[]), ["Ảnh"], "Thiếu giấy tờ")
    slip = give_supplement_slip(request, actor=world.home.binh, now=MONDAY)
    assert (slip.number, slip.year, len(slip.content["items"])) == (1, 2026, 3)
    assert give_supplement_slip(request, actor=world.home.binh, now=MONDAY).id == slip.id
    refusal = give_refusal_slip(
        SlipRequest(an_intake(world.home), (), "Không thuộc thẩm quyền"), actor=world.home.binh, now=MONDAY
    )
    assert refusal.number == 1
    with pytest.raises(Refused):
        give_refusal_slip(SlipRequest(an_intake(world.home), (), ""), actor=world.home.binh, now=MONDAY)
    assert Slip.objects.count() == 2


def test_tracking_tells_the_degree_of_completion_to_who_holds_the_receipt(world: World) -> None:
    receipt = received(world.home)
    secret = secret_of(receipt.public_id)
    found = track(code=receipt.code, secret=secret)
    assert found is not None
    assert (found.percent, found.state_key) == (0, "received")
    assert track(code=receipt.code, secret="A" * 14) is None
    assert track(code="H05.31-261116-9999", secret=secret) is None


def test_facts_cannot_be_changed_or_removed_even_by_hand(world: World) -> None:
    received(world.home)
    for statement in ("UPDATE dossiers_fact SET kind = 3", "DELETE FROM dossiers_fact", "TRUNCATE dossiers_fact"):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_late_dossier_is_noted_once_and_messages_leave_once(world: World) -> None:
    receipt = received(world.home)
    assert note_late(now=MONDAY) == 0
    assert receipt.due_at is not None
    assert note_late(now=receipt.due_at + HOUR) == 1
    assert note_late(now=receipt.due_at + 2 * HOUR) == 0
    assert send_outbox(now=receipt.due_at + 2 * HOUR) == 2
    assert send_outbox(now=receipt.due_at + 3 * HOUR) == 0


def test_a_message_that_fails_is_tried_again_later(world: World) -> None:
    received(world.home)

    def broken(_message: OutboxMessage) -> None:
        raise OSError("no line")

    assert send_outbox(now=MONDAY, channel=broken) == 0
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.last_error) == (1, "no line")
    assert send_outbox(now=MONDAY) == 0
    assert send_outbox(now=message.next_attempt_at) == 1


def test_two_officers_decide_one_dossier_and_exactly_one_wins(committed_world: World) -> None:
    world = committed_world
    home = world.home
    wins, losses = [], []
    for _round in range(25):
        receipt = received(home)
        barrier = threading.Barrier(2)

        def decide(public_id: uuid.UUID, barrier: threading.Barrier) -> None:
            barrier.wait()
            try:
                complete_step(
                    public_id=public_id,
                    step=0,
                    outcome="done",
                    reason="",
                    seen_version=1,
                    actor=home.binh,
                    now=MONDAY,
                )
                wins.append(public_id)
            except Refused as refusal:
                losses.append({p.code for p in refusal.problems})
            finally:
                connections.close_all()

        threads = [threading.Thread(target=decide, args=(receipt.public_id, barrier)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(wins) == len(set(wins)) == 25
    assert losses == [{"step.overtaken"}] * 25


def test_codes_are_unique_and_without_gaps_under_concurrency(committed_world: World) -> None:
    world, found, lock = committed_world, list[str](), threading.Lock()

    def receive_many() -> None:
        try:
            mine = [received(world.home, STATUS).code for _ in range(10)]
            with lock:
                found.extend(mine)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=receive_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"H05.31-261116-{n:04d}" for n in range(1, 81)]


def test_a_double_click_at_the_same_instant_is_one_dossier(committed_world: World) -> None:
    world = committed_world
    intake = an_intake(world.home)
    barrier, receipts = threading.Barrier(4), []

    def click() -> None:
        barrier.wait()
        try:
            receipts.append(receive_dossier(intake, actor=world.home.binh, now=MONDAY).code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 4
    assert len(set(receipts)) == 1
    assert Dossier.objects.count() == 1


def test_every_kind_of_fact_has_its_words() -> None:
    from motcua.ui.words import FACTS

    assert set(FACTS) == {int(kind) for kind in FactKind}
