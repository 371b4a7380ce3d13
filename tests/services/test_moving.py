"""Live dossiers that go on under another version of their process: by a map, each checked, nothing of the past changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils.translation import override
from test_running_processes import RECEIVE, RETURN, SIGN, do, flow, in_order, loaded, open_keys, step

from motcua.core.dossier import FactKind
from motcua.core.kernel import Refused
from motcua.core.process import Definition, End
from motcua.services.actors import Denied
from motcua.services.clocks import as_known
from motcua.services.dossier_pages import dossier_page
from motcua.services.dossiers.moving import MoveEntry, move_dossiers, origins, plan_move
from motcua.services.dossiers.steps import take_step
from motcua.services.offerings import running_offering
from motcua.services.processes import publish_definition
from motcua.services.timeliness import timeliness_report
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import facts_of
from motcua.store.offerings.models import Offering, ProcessVersion
from world import MONDAY, World, offered, taken_in

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


def first() -> Definition:
    return Definition(
        "permit", "Giấy phép", "receive",
        (RECEIVE, step("appraise"), SIGN, RETURN),
        (
            flow("receive > appraise"), flow("appraise > sign"), flow("sign:done > return"),
            flow("sign:back > appraise"), flow("sign:refuse > return"), flow("return > end"),
        ),
        ends=(End("end", "done"),),
    )  # fmt: skip


def second() -> Definition:
    """One more step before signing; the appraisal has another key and stands elsewhere."""
    return Definition(
        "permit", "Giấy phép", "receive",
        (RECEIVE, RETURN, SIGN, step("legal"), step("examine")),
        (
            flow("receive > examine"), flow("examine > legal"), flow("legal > sign"), flow("sign:done > return"),
            flow("sign:back > examine"), flow("sign:refuse > return"), flow("return > end"),
        ),
        ends=(End("end", "done"),),
    )  # fmt: skip


def replaced(world: World, offering_id: int, *, term: str = "") -> Offering:
    """The office works by the second version from Tuesday on."""
    version, is_new = publish_definition(
        second(), units={}, stated_days=None, step_sum_days=1, problems=(), source="test", now=MONDAY
    )
    assert is_new
    old = Offering.objects.get(id=offering_id)
    Offering.objects.filter(id=old.id).update(valid_to_on=MONDAY.date())
    old.pk, old.process_version, old.valid_from_on = None, version, TUESDAY.date()
    old.slots = {**old.slots, "leadership": world.home.leadership.id}
    old.term_text = term or old.term_text
    old.save()
    return old


def entry_of(world: World, new: Offering, **changes: object) -> MoveEntry:
    before = ProcessVersion.objects.get(key="permit", number=1)
    made = MoveEntry(
        new.process_version_id, before.id, world.home.agency.id, {"appraise": "examine"}, "Thiếu bước pháp chế"
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def two_dossiers(world: World) -> tuple[int, UUID, UUID]:
    """One stands at the appraisal, taken by Chi; one at signing."""
    offering = offered(world.home, first())
    here, there = taken_in(world.home, offering).public_id, taken_in(world.home, offering).public_id
    for public_id in (here, there):
        do(public_id, "receive", world.home.binh)
    do(there, "appraise", world.home.chi)
    take_step(public_id=here, step=1, seen_version=loaded(here).version, actor=world.home.chi, now=MONDAY)
    return offering, here, there


def test_who_has_not_passed_the_new_step_goes_on_by_the_new_version_and_the_other_stays(world: World) -> None:
    offering, here, there = two_dossiers(world)
    new, officer = replaced(world, offering), world.procedure_officer
    entry = entry_of(world, new)
    assert [(v.number, n) for v, n in origins(new.process_version, world.home.agency.id)] == [(1, 2)]
    plan = plan_move(entry, actor=officer, now=TUESDAY)
    assert [(r.public_id, r.at, r.problem.code if r.problem else "") for r in plan.rows] == [
        (here, ("appraise",), ""), (there, ("sign",), "move.other_way"),
    ]  # fmt: skip
    assert Dossier.objects.filter(offering_id=new.id).count() == 0, "a plan writes nothing"
    due, before = loaded(here).due_at, loaded(here)
    rows = move_dossiers(entry, actor=officer, now=TUESDAY)
    assert [r.problem is None for r in rows] == [True, False]
    moved = loaded(here)
    assert (moved.offering_id, moved.due_at, open_keys(here)) == (new.id, due, ["examine"])
    (task,) = moved.tasks
    assert (task.assignee_id, task.opened_at, task.due_at) == (
        before.tasks[0].assignee_id, before.tasks[0].opened_at, before.tasks[0].due_at,
    )  # fmt: skip
    assert loaded(there).offering_id == offering
    in_order()
    do(here, "examine", world.home.chi, at=TUESDAY)
    do(here, "legal", world.home.chi, at=TUESDAY)
    do(here, "sign", world.home.dung, at=TUESDAY)
    assert open_keys(here) == ["return"]
    in_order()


def test_the_page_and_the_reports_tell_the_past_as_it_was(world: World) -> None:
    offering, here, _ = two_dossiers(world)
    report = timeliness_report(
        from_on=MONDAY.date(), to_on=MONDAY.date(), known_on=MONDAY.date(), actor=world.home.manager, now=TUESDAY
    )
    new = replaced(world, offering)
    move_dossiers(entry_of(world, new), actor=world.procedure_officer, now=TUESDAY)
    dossier = loaded(here)
    running = running_offering(new.id)
    known = as_known(facts_of(dossier.id), running, at=MONDAY + timedelta(hours=1))
    assert known is not None
    assert known.running.id == offering
    with override("vi"):
        page = dossier_page(here, world.home.manager, now=TUESDAY, known_at=MONDAY + timedelta(hours=1))
    names = [(f.kind, f.step.key if f.step else "", f.is_void) for f in page["facts"]]
    assert (FactKind.COMPLETED, "receive", False) in names
    assert (FactKind.TAKEN, "examine", False) in names
    assert names[-1][0] is FactKind.MOVED
    again = timeliness_report(
        from_on=MONDAY.date(), to_on=MONDAY.date(), known_on=MONDAY.date(), actor=world.home.manager, now=TUESDAY
    )
    assert again == report


def test_without_its_step_named_nothing_moves_and_a_reason_is_needed(world: World) -> None:
    offering, _, _ = two_dossiers(world)
    new, officer = replaced(world, offering), world.procedure_officer
    plan = plan_move(entry_of(world, new, steps={}), actor=officer, now=TUESDAY)
    assert {r.problem.code for r in plan.rows if r.problem} == {"move.step_gone"}
    for changes, code in (
        ({"reason": " "}, "step.reason_missing"),
        ({"steps": {"appraise": "sign"}}, "move.step_kind"),
        ({"steps": {"appraise": "nowhere"}}, "move.step_unknown"),
    ):
        with pytest.raises(Refused) as refusal:
            move_dossiers(entry_of(world, new, **changes), actor=officer, now=TUESDAY)
        assert code in {p.code for p in refusal.value.problems}
    assert Dossier.objects.filter(offering_id=new.id).count() == 0


def test_a_dossier_keeps_the_term_of_its_day_and_the_version_must_be_in_use(world: World) -> None:
    offering, _, _ = two_dossiers(world)
    new, officer = replaced(world, offering, term="3 working days"), world.procedure_officer
    codes = [r.problem.code for r in plan_move(entry_of(world, new), actor=officer, now=TUESDAY).rows if r.problem]
    assert codes == ["move.other_law"] * 2
    codes = [r.problem.code for r in plan_move(entry_of(world, new), actor=officer, now=MONDAY).rows if r.problem]
    assert codes == ["move.not_in_use"] * 2


def test_only_the_procedure_officer_moves_and_only_offices_of_his(world: World) -> None:
    offering, _, _ = two_dossiers(world)
    new = replaced(world, offering)
    for actor in (world.home.dung, world.administrator):
        with pytest.raises(Denied):
            plan_move(entry_of(world, new), actor=actor, now=TUESDAY)
    with pytest.raises(Denied):
        plan_move(entry_of(world, new, agency_id=10**6), actor=world.procedure_officer, now=TUESDAY)
    with pytest.raises(Denied):
        plan_move(entry_of(world, new, from_version_id=10**6), actor=world.procedure_officer, now=TUESDAY)


def test_with_dossiers_at_other_agencies_it_moves_when_they_have_answered(world: World) -> None:
    from test_interlinked import HOUR, asking_definition, at_three_agencies, children
    from test_interlinked import do as act

    other, dossier = world.elsewhere, at_three_agencies(world)
    old = Offering.objects.select_related("process_version").get(id=loaded(dossier).offering_id)
    calls = [s.calls for s in Definition.from_json(old.process_version.definition).steps if s.calls]
    text = asking_definition(calls[0], calls[1])
    flows = tuple(replace(f, target="seal") if f.target == "return" else f for f in text.flows)
    after, _ = publish_definition(
        replace(text, steps=(step("seal"), *reversed(text.steps)), flows=(*flows, flow("seal > return"))),
        units={}, stated_days=None, step_sum_days=1, problems=(), source="test", now=MONDAY,
    )  # fmt: skip
    Offering.objects.filter(id=old.id).update(valid_to_on=MONDAY.date())
    before_id = old.process_version_id
    old.pk, old.process_version, old.valid_from_on = None, after, TUESDAY.date()
    old.save()
    entry = MoveEntry(after.id, before_id, world.home.agency.id, {}, "Thiếu bước đóng dấu")
    act(dossier, "receive", world.home.binh, at=MONDAY)
    first_child, second_child = children(dossier)
    codes = [r.problem.code for r in plan_move(entry, actor=world.procedure_officer, now=TUESDAY).rows if r.problem]
    assert codes == ["move.linked_open"]
    for child in (first_child, second_child):
        act(child, "appraise", other.chi, at=MONDAY + HOUR)
        act(child, "sign", other.dung, at=MONDAY + 2 * HOUR)
    assert [r.problem for r in move_dossiers(entry, actor=world.procedure_officer, now=TUESDAY)] == [None]
    net = running_offering(old.id).net
    steps = dict(Dossier.objects.filter(parent__public_id=dossier).values_list("public_id", "parent_step"))
    assert steps == {first_child: net.index["police"], second_child: net.index["health"]}
    in_order()
    do(dossier, "sign", world.home.dung, at=TUESDAY)
    assert open_keys(dossier) == ["seal"]
    page = dossier_page(dossier, world.home.manager, now=TUESDAY + HOUR)
    assert sum(s.minutes for s in page["path"].shares) == 25 * 60
    in_order()
