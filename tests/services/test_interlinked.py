"""Interlinked dossiers: each agency has its own, the citizen has one, and every minute has one holder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from motcua.core.clock import Owner
from motcua.core.dossier import FactKind, NationalState
from motcua.core.kernel import Refused
from motcua.core.process import Choice, Definition, Flow, Parallel, Step
from motcua.services.actors import Denied
from motcua.services.clock_upkeep import check_clocks
from motcua.services.dossiers.clock_acts import withdraw
from motcua.services.dossiers.consultations import (
    Question,
    answer_question,
    ask_opinion,
    consultations_of,
    question_for,
    questions_to,
    remind,
    remind_silent,
    revoke_question,
)
from motcua.services.dossiers.steps import complete_step, recall_step
from motcua.services.dossiers.waking import tell_heads_of_silent_agencies
from motcua.services.offerings import running_offering
from motcua.services.paths import Path, path_of
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Consultation, Dossier
from motcua.store.dossiers.writing import Loaded, facts_of, load
from motcua.store.ledger.models import OutboxMessage
from world import MONDAY, World, code_of, offered, taken_in

HOUR = timedelta(hours=1)


def step(
    key: str, kind: str = "appraise", slot: str = "division", role: str = "case_officer", **more: object
) -> Step:
    return Step(key, key, kind, slot, role, 0 if kind == "return" else 240, **more)  # type: ignore[arg-type]


def flow(text: str) -> Flow:
    source, target = text.split(" > ")
    source, _, outcome = source.partition(":")
    return Flow(source, target, outcome)


def elsewhere_definition() -> Definition:
    """What the agency asked does: look, decide, give the result back."""
    return Definition(
        "asked", "Hồ sơ liên thông", "appraise",
        (
            step("appraise"), step("sign", "sign", "leadership", "agency_leader", outcomes=("done", "refuse")),
            step("return", "return", "reception", "counter_officer"),
        ),
        (
            flow("appraise > sign"), flow("sign:done > return"), flow("sign:refuse > return"), flow("return > end")
        ),
    )  # fmt: skip


def asking_definition(first: str, second: str) -> Definition:
    """Two agencies side by side, then the signature and the one result."""
    return Definition(
        "asking", "Liên thông", "receive",
        (
            step("receive", "receive", "reception", "counter_officer"),
            step("police", "call", "police", "", calls=first, outcomes=("done", "refuse")),
            step("health", "call", "health", "", calls=second),
            step("sign", "sign", "leadership", "agency_leader", outcomes=("done", "back", "refuse")),
            step("return", "return", "reception", "counter_officer"),
        ),
        (
            flow("receive > again"),
            flow("again > fork"), flow("fork > police"), flow("fork > health"), flow("police:done > known"),
            flow("police:refuse > known"),
            flow("known > join"), flow("health > join"), flow("join > sign"), flow("sign:done > return"),
            flow("sign:back > again"), flow("sign:refuse > return"), flow("return > end"),
        ),
        parallels=(Parallel("fork"), Parallel("join")),
        # What comes back must not wait for what comes first: a fork with two ways in would be a join.
        choices=(Choice("again"), Choice("known")),
    )  # fmt: skip


def at_three_agencies(world: World) -> UUID:
    """Return a dossier of home that asks elsewhere twice: two dossiers there."""
    other = world.elsewhere
    first, second = (code_of(offered(other, elsewhere_definition(), term="2 working days")) for _ in range(2))
    offering = offered(
        world.home, asking_definition(first, second),
        slots={"police": other.division.id, "health": other.leadership.id},
    )  # fmt: skip
    return taken_in(world.home, offering).public_id


def loaded(public_id: UUID) -> Loaded:
    dossier = load(public_id)
    assert dossier is not None
    return dossier


def do(public_id: UUID, key: str, actor: object, *, at: datetime, outcome: str = "done") -> None:
    dossier = loaded(public_id)
    net = running_offering(dossier.offering_id).net
    complete_step(
        public_id=public_id, step=net.index[key], outcome=outcome, reason="vì", seen_version=dossier.version,
        actor=actor, now=at,
    )  # type: ignore[arg-type]  # fmt: skip


def children(public_id: UUID) -> list[UUID]:
    found = Dossier.objects.filter(parent__public_id=public_id).order_by("parent_step")
    return list(found.values_list("public_id", flat=True))


def path(public_id: UUID, *, now: datetime) -> Path:
    dossier = loaded(public_id)
    return path_of(dossier, running_offering(dossier.offering_id), facts_of(dossier.id), now=now)


def test_each_agency_gets_a_dossier_of_its_own_and_the_citizen_keeps_one(world: World) -> None:
    home, other, dossier = world.home, world.elsewhere, at_three_agencies(world)
    do(dossier, "receive", home.binh, at=MONDAY)
    rows = Dossier.objects.filter(parent__public_id=dossier).order_by("parent_step")
    assert [(r.handling_agency_id, r.channel, r.state) for r in rows] == [(other.agency.id, "LINKED", 2)] * 2
    assert all(r.code.startswith("H05.32-261116-") and r.due_at is not None for r in rows)
    assert len({r.code for r in rows}) == 2
    assert all(home.centre.id in r.unit_ids for r in rows)
    assert [f.kind for f in facts_of(loaded(dossier).id)][-2:] == [FactKind.LINKED, FactKind.LINKED]
    assert loaded(dossier).tasks == ()
    # Only what was received from the citizen announces itself to him.
    assert OutboxMessage.objects.filter(topic="dossier.state", key__in=[str(r.public_id) for r in rows]).count() == 0
    assert check_clocks().differing == ()


def test_the_result_of_each_goes_back_and_the_first_dossier_goes_on_when_all_are_there(world: World) -> None:
    home, other, dossier = world.home, world.elsewhere, at_three_agencies(world)
    do(dossier, "receive", home.binh, at=MONDAY)
    first, second = children(dossier)
    for child in (second, first):
        assert "sign" not in _open(dossier)
        do(child, "appraise", other.chi, at=MONDAY + HOUR)
        do(child, "sign", other.dung, at=MONDAY + 2 * HOUR)
        assert loaded(child).life.state is NationalState.RETURNED
    assert _open(dossier) == ["sign"]
    do(dossier, "sign", home.dung, at=MONDAY + 3 * HOUR)
    assert loaded(dossier).life.state is NationalState.DONE
    assert check_clocks().differing == ()


def in_turn_definition(first: str, second: str) -> Definition:
    """On paper: the dossier goes to the agencies in the order that the one-stop unit has fixed."""
    asking = asking_definition(first, second)
    return replace(
        asking,
        id="in-turn",
        flows=(
            flow("receive > police"), flow("police:done > health"), flow("police:refuse > health"),
            flow("health > sign"), flow("sign:done > return"), flow("sign:back > police"),
            flow("sign:refuse > return"), flow("return > end"),
        ),
        parallels=(),
        choices=(),
    )  # fmt: skip


def test_on_paper_the_second_agency_gets_it_when_the_first_has_answered(world: World) -> None:
    home, other = world.home, world.elsewhere
    first, second = (code_of(offered(other, elsewhere_definition(), term="2 working days")) for _ in range(2))
    offering = offered(
        home, in_turn_definition(first, second), slots={"police": other.division.id, "health": other.leadership.id}
    )
    dossier = taken_in(home, offering).public_id
    do(dossier, "receive", home.binh, at=MONDAY)
    (police,) = children(dossier)
    do(police, "appraise", other.chi, at=MONDAY + HOUR)
    assert children(dossier) == [police]
    do(police, "sign", other.dung, at=MONDAY + 2 * HOUR)
    _, health = children(dossier)
    # Its own term begins when it gets the dossier.
    assert loaded(health).life.received_at == MONDAY + 2 * HOUR
    do(health, "appraise", other.chi, at=MONDAY + 3 * HOUR)
    do(health, "sign", other.dung, at=MONDAY + 4 * HOUR)
    assert _open(dossier) == ["sign"]
    shares = path(dossier, now=MONDAY + 4 * HOUR).shares
    assert sum(s.minutes for s in shares) == 4 * 60
    assert check_clocks().differing == ()


def test_a_refusal_elsewhere_is_told_as_the_outcome_of_the_step(world: World) -> None:
    home, other, dossier = world.home, world.elsewhere, at_three_agencies(world)
    do(dossier, "receive", home.binh, at=MONDAY)
    first, second = children(dossier)
    for child, outcome in ((first, "refuse"), (second, "refuse")):
        do(child, "appraise", other.chi, at=MONDAY + HOUR)
        do(child, "sign", other.dung, at=MONDAY + 2 * HOUR, outcome=outcome)
    facts = [f for f in facts_of(loaded(dossier).id) if "child" in f.body]
    # The step for the police knows refusal, the other one does not: it is done, and the dossier there says how.
    assert [f.body["outcome"] for f in facts] == [1, 0]
    assert {f.unit_id for f in facts} == {other.leadership.id}


def test_sent_back_the_agencies_are_asked_anew(world: World) -> None:
    home, other, dossier = world.home, world.elsewhere, at_three_agencies(world)
    do(dossier, "receive", home.binh, at=MONDAY)
    for child in children(dossier):
        do(child, "appraise", other.chi, at=MONDAY + HOUR)
        do(child, "sign", other.dung, at=MONDAY + 2 * HOUR)
    do(dossier, "sign", home.dung, at=MONDAY + 3 * HOUR, outcome="back")
    assert len(children(dossier)) == 4
    assert check_clocks().differing == ()


def test_withdrawn_everything_that_was_asked_elsewhere_stops(world: World) -> None:
    home, dossier = world.home, at_three_agencies(world)
    do(dossier, "receive", home.binh, at=MONDAY)
    withdraw(public_id=dossier, reason="Không cần nữa", seen_version=4, actor=home.binh, now=MONDAY + HOUR)
    assert [loaded(c).life.state for c in children(dossier)] == [NationalState.STOPPED] * 2
    assert all(loaded(c).tasks == () for c in children(dossier))
    assert check_clocks().differing == ()


def test_where_the_agency_does_not_offer_the_procedure_nothing_is_written(world: World) -> None:
    home = world.home
    offering = offered(
        home, asking_definition("9.999999", "9.999999"),
        slots={"police": world.elsewhere.division.id, "health": world.elsewhere.division.id},
    )  # fmt: skip
    dossier = taken_in(home, offering).public_id
    with pytest.raises(Refused) as refusal:
        do(dossier, "receive", home.binh, at=MONDAY)
    assert {p.code for p in refusal.value.problems} == {"link.no_offering"}
    assert loaded(dossier).version == 1


def test_what_another_agency_has_is_not_taken_back(world: World) -> None:
    home, dossier = world.home, at_three_agencies(world)
    do(dossier, "receive", home.binh, at=MONDAY)
    with pytest.raises(Refused) as refusal:
        recall_step(public_id=dossier, reason="Nhầm", seen_version=4, actor=home.binh, now=MONDAY)
    assert [p.code for p in refusal.value.problems] == ["recall.elsewhere"]


def test_every_minute_has_one_holder_and_the_late_agency_has_its_own(world: World) -> None:
    home, other, dossier = world.home, world.elsewhere, at_three_agencies(world)
    start = MONDAY + timedelta(seconds=17)
    do(dossier, "receive", home.binh, at=start + HOUR)
    first, second = children(dossier)
    do(second, "appraise", other.chi, at=start + 2 * HOUR)
    do(second, "sign", other.dung, at=start + 3 * HOUR)
    late = start + timedelta(days=9)
    do(first, "appraise", other.chi, at=late)
    do(first, "sign", other.dung, at=late + HOUR)
    end = late + 3 * HOUR + timedelta(seconds=41)
    do(dossier, "sign", home.dung, at=end)
    found = path(dossier, now=end + HOUR)
    assert [h.start for h in found.held[1:]] == [h.end for h in found.held[:-1]]
    minutes = {s.unit_id: s.minutes for s in found.shares}
    assert sum(minutes.values()) == int((end - MONDAY).total_seconds() // 60)
    assert minutes[other.division.id] == int((late - start - HOUR).total_seconds() // 60)
    assert minutes[other.leadership.id] in (60, 61)
    by = {s.unit_id: s.late_minutes for s in found.shares}
    due = loaded(dossier).due_at
    assert due is not None
    assert sum(by.values()) == pytest.approx((end - due).total_seconds() / 60, abs=1)
    assert by[other.division.id] > 0 == by[home.centre.id]
    assert {b.lane for b in found.bars} >= {"Văn phòng Phường Võ Cường, UBND Phường Võ Cường"}


def test_of_a_silent_agency_its_head_is_told_once(world: World) -> None:
    home, dossier = world.home, at_three_agencies(world)
    do(dossier, "receive", home.binh, at=MONDAY)
    assert tell_heads_of_silent_agencies(now=MONDAY + timedelta(days=1)) == 0
    late = MONDAY + timedelta(days=4)
    assert tell_heads_of_silent_agencies(now=late) == 2
    assert tell_heads_of_silent_agencies(now=late + HOUR) == 0
    assert [loaded(c).escalation for c in children(dossier)] == [2, 2]


def with_chi(world: World) -> UUID:
    definition = elsewhere_definition()
    return taken_in(world.home, offered(world.home, definition)).public_id


def ask(world: World, dossier: UUID, **more: object) -> str:
    version = loaded(dossier).version
    entry = Question(
        question="Có vướng quy hoạch không?", due_at=MONDAY + timedelta(days=1),
        to_unit_id=world.elsewhere.division.id, **more,
    )  # type: ignore[arg-type]  # fmt: skip
    ask_opinion(public_id=dossier, entry=entry, seen_version=version, actor=world.home.chi, now=MONDAY)
    return f"c{version + 1}"


def test_a_question_reaches_the_office_asked_which_answers_itself(world: World) -> None:
    home, other, dossier = world.home, world.elsewhere, with_chi(world)
    ask(world, dossier)
    (question,) = questions_to(other.division.id)
    answer_question(consultation_id=question.public_id, answer="Không vướng", actor=other.chi, now=MONDAY + 30 * HOUR)
    assert questions_to(other.division.id) == []
    found = path(dossier, now=MONDAY + 40 * HOUR)
    consulted = [s for s in found.shares if s.owner is Owner.CONSULTED]
    assert [(s.unit_id, s.minutes) for s in consulted] == [(other.division.id, 30 * 60)]
    assert [c.answer for c in consultations_of(loaded(dossier), home.chi)] == ["Không vướng"]
    with pytest.raises(Refused) as refusal:
        answer_question(consultation_id=question.public_id, answer="Lại", actor=other.chi, now=MONDAY + 31 * HOUR)
    assert [p.code for p in refusal.value.problems] == ["consultation.not_open"]
    assert check_clocks().differing == ()


def test_a_confidential_question_is_read_by_the_two_offices_alone(world: World) -> None:
    home, other, dossier = world.home, world.elsewhere, with_chi(world)
    ask(world, dossier, is_confidential=True)
    assert all("quy hoạch" not in str(f.body) for f in facts_of(loaded(dossier).id))
    assert [len(consultations_of(loaded(dossier), a)) for a in (home.chi, home.binh)] == [1, 0]
    question = Consultation.objects.get()
    assert question_for(question.public_id, other.chi) == question
    for stranger in (home.binh, home.dung, other.binh):
        with pytest.raises(Denied):
            question_for(question.public_id, stranger)


def test_a_question_is_withdrawn_reminded_and_bounded(world: World) -> None:
    home, dossier = world.home, with_chi(world)
    key = ask(world, dossier)
    version = loaded(dossier).version
    remind(public_id=dossier, key=key, seen_version=version, actor=home.chi, now=MONDAY + HOUR)
    with pytest.raises(Refused) as refusal:
        remind(public_id=dossier, key=key, seen_version=version, actor=home.chi, now=MONDAY + 1.5 * HOUR)
    assert [p.code for p in refusal.value.problems] == ["consultation.reminded"]
    assert remind_silent(now=MONDAY + timedelta(days=2)) == 1
    assert remind_silent(now=MONDAY + timedelta(days=2, hours=1)) == 0
    assert OutboxMessage.objects.filter(topic="consultation.reminder").count() == 2
    revoke_question(
        public_id=dossier, key=key, reason="Đã rõ", seen_version=version, actor=home.chi, now=MONDAY + 3 * HOUR
    )
    assert questions_to(world.elsewhere.division.id) == []
    consulted = [s for s in path(dossier, now=MONDAY + 9 * HOUR).shares if s.owner is Owner.CONSULTED]
    assert [s.minutes for s in consulted] == [180]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (Question("Hỏi", MONDAY + HOUR), "consultation.office_missing"),
        (Question("", MONDAY + HOUR, of="Thuế"), "consultation.question_missing"),
        (Question("Hỏi", None, of="Thuế"), "consultation.due_missing"),
        (Question("Hỏi", MONDAY - HOUR, of="Thuế"), "consultation.due_past"),
        (Question("Hỏi", datetime(2027, 3, 1, tzinfo=VIETNAM), of="Thuế"), "consultation.due_after_dossier"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_by_name(world: World, entry: Question, code: str) -> None:
    dossier = with_chi(world)
    with pytest.raises(Refused) as refusal:
        ask_opinion(public_id=dossier, entry=entry, seen_version=1, actor=world.home.chi, now=MONDAY)
    assert [p.code for p in refusal.value.problems] == [code]


def _open(public_id: UUID) -> list[str]:
    dossier = loaded(public_id)
    steps = running_offering(dossier.offering_id).net.steps
    return [steps[t.step].key for t in dossier.tasks]
