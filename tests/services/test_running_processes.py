"""Dossiers on processes with choices, several offices, times, messages, and what heads and helpers do with them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connections

from motcua.core.dossier import FactKind, NationalState
from motcua.core.kernel import Refused
from motcua.core.process import (
    Boundary,
    Choice,
    DecisionTable,
    Definition,
    End,
    Field,
    FieldType,
    Flow,
    Inclusive,
    Parallel,
    Rule,
    Step,
    Throw,
    Wait,
    parse_guard,
)
from motcua.services.actors import Actor, Denied
from motcua.services.clock_upkeep import check_clocks
from motcua.services.dossiers.committing import Done
from motcua.services.dossiers.returns import return_result
from motcua.services.dossiers.steps import (
    Wanted,
    assign_step,
    complete_many,
    complete_step,
    escalate,
    give_opinion,
    recall_step,
    settle_escalation,
    take_step,
)
from motcua.services.dossiers.waking import fire_due_timers
from motcua.services.housekeeping import send_outbox
from motcua.services.offerings import running_offering
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Dossier, Task
from motcua.store.dossiers.writing import Loaded, facts_of, load
from world import AN, MONDAY, World, offered, taken_in

TUESDAY = MONDAY + timedelta(days=1)


def step(
    key: str, kind: str = "appraise", slot: str = "division", role: str = "case_officer", **more: object
) -> Step:
    minutes = 0 if kind == "return" else 120
    return Step(key, key, kind, slot, role, minutes, **more)  # type: ignore[arg-type]


RECEIVE = step("receive", "receive", "reception", "counter_officer")
RETURN = step("return", "return", "reception", "counter_officer")
SIGN = step("sign", "sign", "leadership", "agency_leader", outcomes=("done", "back", "refuse"))


def flow(text: str, guard: str = "", is_default: bool = False) -> Flow:
    source, target = text.split(" > ")
    source, _, outcome = source.partition(":")
    return Flow(source, target, outcome, parse_guard(guard) if guard else None, is_default)


def loaded(public_id: UUID) -> Loaded:
    dossier = load(public_id)
    assert dossier is not None
    return dossier


def open_keys(public_id: UUID) -> list[str]:
    dossier = loaded(public_id)
    steps = running_offering(dossier.offering_id).net.steps
    return [steps[t.step].key + (f"#{t.instance}" if t.instance else "") for t in dossier.tasks if t.is_leading]


def do(
    public_id: UUID, key: str, actor: Actor, *, at: datetime = MONDAY, outcome: str = "done", **more: object
) -> Done:
    dossier = loaded(public_id)
    net = running_offering(dossier.offering_id).net
    return complete_step(
        public_id=public_id, step=net.index[key], outcome=outcome, reason="" if outcome == "done" else "vì",
        seen_version=dossier.version, actor=actor, now=at, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def in_order() -> None:
    """What is stored is what the facts say."""
    assert check_clocks().differing == ()


def by_area() -> Definition:
    size = DecisionTable("size", "", (Rule(parse_guard("area > 50"), "large"), Rule(None, "small")))
    return Definition(
        "by-area", "Theo diện tích", "receive",
        (
            RECEIVE, step("appraise", outcomes=("done", "back"), collects=("area", "urgent")), step("inspect", "inspect"),
            SIGN, RETURN,
        ),
        (
            flow("receive > appraise"), flow("appraise:done > c"), flow("appraise:back > receive"),
            flow("c > inspect", 'size = "large"'), flow("c > sign", is_default=True), flow("inspect > sign"),
            flow("sign:done > return"), flow("sign:back > appraise"), flow("sign:refuse > return"), flow("return > end"),
        ),
        choices=(Choice("c", "Diện tích"),),
        fields=(Field("area", FieldType.INTEGER, "Diện tích"), Field("urgent", FieldType.BOOLEAN, "Gấp")),
        tables=(size,),
    )  # fmt: skip


@pytest.mark.parametrize(("area", "following"), [("51", "inspect"), ("50", "sign")])
def test_what_a_step_collects_decides_the_way(world: World, area: str, following: str) -> None:
    home = world.home
    dossier = taken_in(home, offered(home, by_area())).public_id
    do(dossier, "receive", home.binh)
    do(dossier, "appraise", home.chi, values={"area": area, "urgent": "true"})
    assert open_keys(dossier) == [following]
    assert loaded(dossier).life.values == {"area": int(area), "urgent": True}
    in_order()


@pytest.mark.parametrize(("area", "code"), [("", "step.field_missing"), ("năm mươi", "step.field_form")])
def test_a_wrong_or_missing_field_is_named_and_the_step_stays_open(world: World, area: str, code: str) -> None:
    home = world.home
    dossier = taken_in(home, offered(home, by_area())).public_id
    do(dossier, "receive", home.binh)
    with pytest.raises(Refused) as refusal:
        do(dossier, "appraise", home.chi, values={"area": area, "urgent": "false"})
    assert [(p.code, p.field) for p in refusal.value.problems] == [(code, "value.area")]
    assert open_keys(dossier) == ["appraise"]
    # To hand back, nothing has to be known.
    do(dossier, "appraise", home.chi, outcome="back", values={"area": ""})
    assert open_keys(dossier) == ["receive"]


def test_offices_chosen_in_a_step_each_get_their_own_and_all_have_to_answer(world: World) -> None:
    home, other = world.home, world.elsewhere
    definition = Definition(
        "ask", "Lấy ý kiến", "receive",
        (RECEIVE, step("choose", collects=("offices",)), step("answer", each="offices"), SIGN, RETURN),
        (
            flow("receive > choose"), flow("choose > answer"), flow("answer > sign"), flow("sign:done > return"),
            flow("sign:back > choose"), flow("sign:refuse > return"), flow("return > end"),
        ),
        fields=(Field("offices", FieldType.LIST, "Cơ quan"),),
    )  # fmt: skip
    dossier = taken_in(home, offered(home, definition)).public_id
    do(dossier, "receive", home.binh)
    do(dossier, "choose", home.chi, values={"offices": f"division,unit:{other.division.id}"})
    assert {(t.unit_id, t.instance) for t in loaded(dossier).tasks} == {(home.division.id, 0), (other.division.id, 1)}
    with pytest.raises(Denied):
        do(dossier, "answer", home.chi, instance=1)
    do(dossier, "answer", other.chi, instance=1)
    assert open_keys(dossier) == ["answer"]
    do(dossier, "answer", home.chi)
    assert open_keys(dossier) == ["sign"]
    in_order()


def timed() -> Definition:
    return Definition(
        "timed", "Có thời hạn", "receive",
        (RECEIVE, step("appraise"), step("urge", slot="leadership", role="agency_leader"), SIGN, RETURN),
        (
            flow("receive > appraise"), flow("soon > urge"), flow("urge > quiet"), flow("late > sign"),
            flow("appraise > rest"), flow("rest > sign"), flow("sign:done > return"), flow("sign:back > appraise"),
            flow("sign:refuse > return"), flow("return > end"),
        ),
        ends=(End("end", "done"), End("quiet", "urged")),
        waits=(Wait("rest", "timer", "1 working day", "Niêm yết"),),
        boundaries=(
            Boundary("soon", "appraise", "timer", "4 working hours", is_interrupting=False),
            Boundary("late", "appraise", "timer", "2 working days"),
        ),
    )  # fmt: skip


def test_times_come_by_the_office_calendar_and_each_once(world: World) -> None:
    home = world.home
    dossier = taken_in(home, offered(home, timed())).public_id
    do(dossier, "receive", home.binh)
    assert loaded(dossier).timer_at == datetime(2026, 11, 16, 14, 30, tzinfo=VIETNAM)
    assert fire_due_timers(now=MONDAY + timedelta(hours=3)) == 0
    assert fire_due_timers(now=MONDAY + timedelta(hours=6)) == 1
    assert sorted(open_keys(dossier)) == ["appraise", "urge"]
    assert fire_due_timers(now=MONDAY + timedelta(hours=7)) == 0
    in_order()
    wednesday = MONDAY + timedelta(days=2, minutes=1)
    assert fire_due_timers(now=wednesday) == 1
    assert sorted(open_keys(dossier)) == ["sign", "urge"]
    in_order()


def test_done_in_time_a_step_leaves_no_alarm_and_the_wait_ends_by_itself(world: World) -> None:
    home = world.home
    dossier = taken_in(home, offered(home, timed())).public_id
    do(dossier, "receive", home.binh)
    do(dossier, "appraise", home.chi, at=MONDAY + timedelta(hours=1))
    assert open_keys(dossier) == []
    assert loaded(dossier).timer_at == datetime(2026, 11, 17, 9, 30, tzinfo=VIETNAM)
    assert fire_due_timers(now=TUESDAY + timedelta(hours=1)) == 1
    assert open_keys(dossier) == ["sign"]
    assert loaded(dossier).timer_at is None
    kinds = [f.kind for f in facts_of(loaded(dossier).id)]
    assert kinds.count(FactKind.FIRED) == 1
    in_order()


def test_a_message_thrown_in_one_branch_wakes_the_other(world: World) -> None:
    home = world.home
    definition = Definition(
        "message", "Tin nhắn", "receive",
        (RECEIVE, step("pay"), step("draft"), SIGN, RETURN),
        (
            flow("receive > fork"), flow("fork > pay"), flow("fork > until"), flow("pay > tell"), flow("tell > join"),
            flow("until > draft"), flow("draft > join"), flow("join > sign"), flow("sign:done > return"),
            flow("sign:back > draft"), flow("sign:refuse > return"), flow("return > end"),
        ),
        parallels=(Parallel("fork"), Parallel("join")),
        waits=(Wait("until", "message", "paid"),),
        throws=(Throw("tell", "paid"),),
    )  # fmt: skip
    dossier = taken_in(home, offered(home, definition)).public_id
    do(dossier, "receive", home.binh)
    assert open_keys(dossier) == ["pay"]
    do(dossier, "pay", home.chi)
    assert open_keys(dossier) == []
    send_outbox(now=TUESDAY)
    assert open_keys(dossier) == ["draft"]
    in_order()


def test_steps_of_the_system_are_done_at_once_and_are_in_nobodys_list(world: World) -> None:
    home = world.home
    definition = Definition(
        "automatic", "Tự động", "receive",
        (RECEIVE, step("number", "automatic"), step("appraise"), step("stamp", "automatic"), RETURN),
        (
            flow("receive > number"), flow("number > appraise"), flow("appraise > stamp"), flow("stamp > return"),
            flow("return > end"),
        ),
    )  # fmt: skip
    dossier = taken_in(home, offered(home, definition)).public_id
    do(dossier, "receive", home.binh)
    assert open_keys(dossier) == ["appraise"]
    done = do(dossier, "appraise", home.chi)
    assert done.state is NationalState.DONE
    in_order()


def test_helpers_give_their_opinion_watchers_read_and_only_the_lead_completes(world: World) -> None:
    home, other = world.home, world.elsewhere
    definition = Definition(
        "parts", "Phối hợp", "receive",
        (RECEIVE, step("appraise", co_slots=("helper",), watch_slots=("leadership",)), RETURN),
        (flow("receive > appraise"), flow("appraise > return"), flow("return > end")),
    )  # fmt: skip
    offering = offered(home, definition, slots={"helper": other.division.id})
    dossier = taken_in(home, offering).public_id
    do(dossier, "receive", home.binh)
    with pytest.raises(Denied):
        do(dossier, "appraise", other.chi)
    with pytest.raises(Denied):
        give_opinion(public_id=dossier, step=1, text="Không", seen_version=2, actor=home.dung, now=MONDAY)
    give_opinion(public_id=dossier, step=1, text="Đồng ý", seen_version=2, actor=other.chi, now=MONDAY)
    do(dossier, "appraise", home.chi)
    assert open_keys(dossier) == ["return"]
    assert not Task.objects.filter(dossier_id=loaded(dossier).id, step=1).exists()
    in_order()


def simple(world: World) -> UUID:
    definition = Definition(
        "simple", "Đơn giản", "receive", (RECEIVE, step("appraise", outcomes=("done", "back")), SIGN, RETURN),
        (
            flow("receive > appraise"), flow("appraise:done > sign"), flow("appraise:back > receive"),
            flow("sign:done > return"), flow("sign:back > appraise"), flow("sign:refuse > return"), flow("return > end"),
        ),
    )  # fmt: skip
    return taken_in(world.home, offered(world.home, definition)).public_id


def recalled(public_id: UUID, actor: Actor, *, at: datetime = TUESDAY) -> Done:
    version = loaded(public_id).version
    return recall_step(public_id=public_id, reason="Chuyển nhầm", seen_version=version, actor=actor, now=at)


def test_a_hand_over_that_nobody_took_is_taken_back_as_if_it_had_not_been(world: World) -> None:
    home, dossier = world.home, simple(world)
    do(dossier, "receive", home.binh)
    before = Task.objects.get(dossier_id=loaded(dossier).id)
    do(dossier, "appraise", home.chi, at=MONDAY + timedelta(hours=2))
    assert open_keys(dossier) == ["sign"]
    recalled(dossier, home.chi)
    after = Task.objects.get(dossier_id=loaded(dossier).id)
    assert (after.step, after.opened_at, after.due_at) == (before.step, before.opened_at, before.due_at)
    assert after.assignee_id == home.chi.staff_id
    in_order()
    do(dossier, "appraise", home.chi, at=TUESDAY)
    assert open_keys(dossier) == ["sign"]
    in_order()


def test_what_was_taken_or_is_not_ones_own_is_not_taken_back(world: World) -> None:
    home, dossier = world.home, simple(world)
    do(dossier, "receive", home.binh)
    do(dossier, "appraise", home.chi)
    with pytest.raises(Denied):
        recalled(dossier, home.binh)
    take_step(public_id=dossier, step=2, seen_version=3, actor=home.dung, now=MONDAY)
    with pytest.raises(Refused) as refusal:
        recalled(dossier, home.chi)
    assert [p.code for p in refusal.value.problems] == ["recall.taken"]


def test_a_decision_is_taken_back_too_while_the_result_is_not_handed_over(world: World) -> None:
    home, dossier = world.home, simple(world)
    do(dossier, "receive", home.binh)
    do(dossier, "appraise", home.chi)
    do(dossier, "sign", home.dung)
    assert loaded(dossier).life.state is NationalState.DONE
    assert recalled(dossier, home.dung).state is NationalState.IN_PROCESS
    assert loaded(dossier).life.decision == ""
    in_order()
    do(dossier, "sign", home.dung, at=TUESDAY, outcome="refuse")
    version = loaded(dossier).version
    return_result(
        public_id=dossier, collector=AN, authorisation="", seen_version=version, actor=home.binh, now=TUESDAY
    )
    with pytest.raises(Refused) as refusal:
        recalled(dossier, home.binh)
    assert [p.code for p in refusal.value.problems] == ["recall.nothing"]


def test_a_dossier_is_brought_before_the_head_who_says_what_to_do(world: World) -> None:
    home, dossier = world.home, simple(world)
    do(dossier, "receive", home.binh)

    def bring(level: int, version: int) -> Done:
        return escalate(
            public_id=dossier, reason="Vướng mắc", level=level, seen_version=version, actor=home.chi, now=MONDAY
        )

    bring(1, 2)
    with pytest.raises(Refused) as refusal:
        bring(1, 3)
    assert [p.code for p in refusal.value.problems] == ["escalate.twice"]
    bring(2, 3)
    assert loaded(dossier).escalation == 2
    with pytest.raises(Denied):
        settle_escalation(public_id=dossier, reason="Làm đi", seen_version=4, actor=home.chi, now=MONDAY)
    settle_escalation(public_id=dossier, reason="Giải quyết theo luật", seen_version=4, actor=home.dung, now=MONDAY)
    assert loaded(dossier).escalation == 0


def test_many_at_once_each_with_its_own_outcome(world: World) -> None:
    home = world.home
    dossiers = [simple(world) for _ in range(4)]
    for public_id in dossiers:
        do(public_id, "receive", home.binh)
    take_step(public_id=dossiers[1], step=1, seen_version=2, actor=home.chi, now=MONDAY)
    assign_step(
        public_id=dossiers[2], step=1, to_staff_id=home.dung.staff_id, is_in_unit=True, seen_version=2,
        actor=head_of_division(world), now=MONDAY,
    )  # fmt: skip
    wanted = [Wanted(public_id, 1, 2) for public_id in dossiers]
    found = complete_many(wanted, outcome="done", reason="", actor=home.chi, now=MONDAY)
    assert [tuple(p.code for p in b.problems) for b in found] == [(), ("step.overtaken",), ("step.overtaken",), ()]
    assert [bool(b.done) for b in found] == [True, False, False, True]
    again = complete_many([Wanted(dossiers[2], 1, 3)], outcome="done", reason="", actor=home.chi, now=MONDAY)
    assert [p.code for b in again for p in b.problems] == ["bulk.denied"]
    with pytest.raises(Refused) as refusal:
        complete_many([], outcome="done", reason="", actor=home.chi, now=MONDAY)
    assert [p.code for p in refusal.value.problems] == ["bulk.nothing"]


def head_of_division(world: World) -> Actor:
    from dataclasses import replace

    return replace(world.home.chi, roles=frozenset({"unit_leader"}), staff_id=world.home.dung.staff_id)


def test_a_dossier_without_a_way_out_says_at_which_gateway_and_nothing_is_written(world: World) -> None:
    home = world.home
    definition = Definition(
        "stuck", "Kẹt", "receive", (RECEIVE, step("appraise", collects=("area",)), SIGN, RETURN),
        (
            flow("receive > appraise"), flow("appraise > c"), flow("c > sign", "area > 50"),
            flow("c > return", "area < 50"), flow("sign:done > return"), flow("sign:back > appraise"),
            flow("sign:refuse > return"), flow("return > end"),
        ),
        choices=(Choice("c", "Diện tích"),), fields=(Field("area", FieldType.INTEGER, "Diện tích"),),
    )  # fmt: skip
    dossier = taken_in(home, offered(home, definition)).public_id
    do(dossier, "receive", home.binh)
    with pytest.raises(Refused) as refusal:
        do(dossier, "appraise", home.chi, values={"area": "50"})
    assert [(p.code, p.values["gateway"]) for p in refusal.value.problems] == [("step.no_way_out", "Diện tích")]
    assert loaded(dossier).version == 2


def test_an_inclusive_part_goes_on_when_what_was_started_is_done(world: World) -> None:
    home = world.home
    definition = Definition(
        "inclusive", "Bao hàm", "receive",
        (RECEIVE, step("appraise", collects=("area", "urgent")), step("fire"), step("health"), SIGN, RETURN),
        (
            flow("receive > appraise"), flow("appraise > split"), flow("split > fire", "area > 50"),
            flow("split > health", "urgent"), flow("split > join", is_default=True), flow("fire > join"),
            flow("health > join"), flow("join > sign"), flow("sign:done > return"), flow("sign:back > appraise"),
            flow("sign:refuse > return"), flow("return > end"),
        ),
        inclusives=(Inclusive("split"), Inclusive("join")),
        fields=(Field("area", FieldType.INTEGER, "Diện tích"), Field("urgent", FieldType.BOOLEAN, "Gấp")),
    )  # fmt: skip
    offering = offered(home, definition)
    for values, opens in (
        ({"area": "60", "urgent": "true"}, ["fire", "health"]), ({"area": "60", "urgent": "false"}, ["fire"]),
        ({"area": "5", "urgent": "false"}, ["sign"]),
    ):  # fmt: skip
        dossier = taken_in(home, offering).public_id
        do(dossier, "receive", home.binh)
        do(dossier, "appraise", home.chi, values=values)
        assert open_keys(dossier) == opens
        for key in opens:
            if key != "sign":
                do(dossier, key, home.chi)
        assert open_keys(dossier) == ["sign"]
    in_order()


def test_two_leaders_decide_at_the_same_instant_a_thousand_times_and_one_wins(committed_world: World) -> None:
    home = committed_world.home
    dossiers = [simple(committed_world)]
    offering = loaded(dossiers[0]).offering_id
    dossiers += [taken_in(home, offering).public_id for _ in range(999)]
    for public_id in dossiers:
        do(public_id, "receive", home.binh)
        do(public_id, "appraise", home.chi)
    outcomes: dict[str, list[object]] = {"done": [], "refuse": []}
    barrier = threading.Barrier(2)

    def decide(outcome: str) -> None:
        try:
            for public_id in dossiers:
                barrier.wait(60)
                try:
                    complete_step(
                        public_id=public_id, step=2, outcome=outcome, reason="vì", seen_version=3,
                        actor=home.dung, now=TUESDAY,
                    )  # fmt: skip
                    outcomes[outcome].append(True)
                except Refused as refusal:
                    outcomes[outcome].append(tuple(p.code for p in refusal.problems))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(o,)) for o in ("done", "refuse")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pairs = list(zip(outcomes["done"], outcomes["refuse"], strict=True))
    assert len(pairs) == 1000
    told = ("step.overtaken",)
    assert all(pair in ((True, told), (told, True)) for pair in pairs)
    decided = dict(Dossier.objects.filter(public_id__in=dossiers).values_list("public_id", "decision"))
    for public_id, (approved, _) in zip(dossiers, pairs, strict=True):
        assert decided[public_id] == ("approved" if approved is True else "refused")
    in_order()
