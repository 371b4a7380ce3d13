"""An internal process from its draft over the check to its publication, and an office that begins to work by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from motcua.core.kernel import Refused
from motcua.core.process import Definition, Flow, Step
from motcua.services.actors import Denied
from motcua.services.dossiers.intake import receive_dossier
from motcua.services.process_drafts import (
    Approval,
    DraftContent,
    Overtaken,
    content_of,
    discard_draft,
    draft_from_version,
    drafts_from_file,
    publish_draft,
    save_draft,
    start_draft,
)
from motcua.services.process_use import UseEntry, put_into_use, slots_of
from motcua.store.dossiers.models import Dossier
from motcua.store.offerings.models import Offering, ProcessDraft, ProcessVersion
from world import BIRTH, MONDAY, STATUS, World, an_intake, received

pytestmark = pytest.mark.django_db
APPROVED = Approval("1245/QĐ-UBND", date(2026, 11, 12))


def _codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refusal.value.problems}


def _draft(world: World, key: str = "QT-01") -> ProcessDraft:
    return start_draft(key=key, name="Cấp giấy phép", actor=world.procedure_officer, now=MONDAY)


def _timed(definition: Definition, minutes: int) -> Definition:
    return replace(definition, steps=tuple(replace(s, minutes=minutes) for s in definition.steps))


def test_a_new_draft_is_sound_and_nothing_runs_by_it(world: World) -> None:
    draft = _draft(world)
    assert [s.kind for s in content_of(draft).definition.steps] == ["receive", "appraise", "sign", "return"]
    assert not ProcessVersion.objects.filter(key="QT-01").exists()


def test_only_procedure_officers_of_the_same_agency_write(world: World) -> None:
    draft = _draft(world)
    with pytest.raises(Denied):
        start_draft(key="QT-02", name="x", actor=world.administrator, now=MONDAY)
    with pytest.raises(Denied):
        discard_draft(draft.id, actor=world.home.chi, now=MONDAY)


@pytest.mark.parametrize(
    ("key", "name", "codes"),
    [
        ("", "x", {"draft.key_form"}),
        ("có dấu", "", {"draft.key_form", "draft.name_missing"}),
        ("law-1.001193", "x", {"draft.key_published"}),
    ],
)
def test_a_draft_needs_a_key_of_its_own_and_a_name(world: World, key: str, name: str, codes: set[str]) -> None:
    with pytest.raises(Refused) as refusal:
        start_draft(key=key, name=name, actor=world.procedure_officer, now=MONDAY)
    assert _codes(refusal) == codes


def test_who_saves_over_an_unseen_save_gets_both_texts(world: World) -> None:
    draft, officer = _draft(world), world.procedure_officer
    content = content_of(draft)
    mine = replace(content, definition=replace(content.definition, name="Của tôi"))
    theirs = replace(content, definition=replace(content.definition, name="Của người khác"))
    save_draft(draft.id, theirs, seen_version=1, actor=officer, now=MONDAY)
    with pytest.raises(Overtaken) as overtaken:
        save_draft(draft.id, mine, seen_version=1, actor=officer, now=MONDAY)
    assert overtaken.value.theirs.definition.name == "Của người khác"
    assert overtaken.value.mine.definition.name == "Của tôi"
    draft.refresh_from_db()
    assert draft.name == "Của người khác"


def test_what_would_get_a_dossier_stuck_is_not_published(world: World) -> None:
    draft, officer = _draft(world), world.procedure_officer
    content = content_of(draft)
    flows = tuple(
        replace(f, target="s2") if (f.source, f.outcome) != ("s1", "done") else f for f in content.definition.flows
    )
    broken = replace(content, definition=replace(content.definition, flows=flows))
    save_draft(draft.id, broken, seen_version=1, actor=officer, now=MONDAY)
    with pytest.raises(Refused) as refusal:
        publish_draft(draft.id, approval=APPROVED, seen_version=2, seen_number=0, actor=officer, now=MONDAY)
    assert "process.unreachable" in _codes(refusal)
    assert ProcessDraft.objects.filter(id=draft.id).exists()


def test_what_breaks_the_stated_term_is_not_published(world: World) -> None:
    draft, officer = _draft(world), world.procedure_officer
    content = content_of(draft)
    late = DraftContent(_timed(content.definition, 480), content.units, 3.0, {})
    save_draft(draft.id, late, seen_version=1, actor=officer, now=MONDAY)
    with pytest.raises(Refused) as refusal:
        publish_draft(draft.id, approval=APPROVED, seen_version=2, seen_number=0, actor=officer, now=MONDAY)
    assert _codes(refusal) == {"proving.time_exceeds"}


def test_publication_names_the_decision_and_takes_the_draft_away(world: World) -> None:
    draft, officer = _draft(world), world.procedure_officer
    with pytest.raises(Refused) as refusal:
        publish_draft(
            draft.id,
            approval=Approval("", None, "32/13/2026"),
            seen_version=1,
            seen_number=0,
            actor=officer,
            now=MONDAY,
        )
    assert _codes(refusal) == {"draft.decision_missing", "draft.day_unreadable"}
    version = publish_draft(draft.id, approval=APPROVED, seen_version=1, seen_number=0, actor=officer, now=MONDAY)
    assert (version.number, version.decision_no, version.decided_on) == (1, "1245/QĐ-UBND", date(2026, 11, 12))
    assert not ProcessDraft.objects.exists()


def test_who_publishes_without_having_seen_the_newest_version_is_told(world: World) -> None:
    officer = world.procedure_officer
    first = publish_draft(
        _draft(world).id, approval=APPROVED, seen_version=1, seen_number=0, actor=officer, now=MONDAY
    )
    draft, is_new = draft_from_version(first.id, actor=officer, now=MONDAY)
    assert is_new
    assert draft_from_version(first.id, actor=officer, now=MONDAY) == (draft, False)
    with pytest.raises(Refused) as refusal:
        publish_draft(draft.id, approval=APPROVED, seen_version=1, seen_number=0, actor=officer, now=MONDAY)
    assert _codes(refusal) == {"draft.newer_version"}
    with pytest.raises(Refused) as refusal:
        publish_draft(draft.id, approval=APPROVED, seen_version=1, seen_number=1, actor=officer, now=MONDAY)
    assert _codes(refusal) == {"draft.unchanged"}


def test_a_file_makes_drafts_or_says_what_is_wrong_with_it(world: World) -> None:
    text = content_of(_draft(world)).text().replace("QT-01", "QT-09").encode()
    (made,) = drafts_from_file("q.toml", text, actor=world.procedure_officer, now=MONDAY)
    assert made.key == "QT-09"
    for name, data, code in (
        ("q.toml", text, "draft.exists"),
        ("x.bin", b"\xff\xfe\x00", "process.file_not_text"),
        ("x.toml", b"key = ", "written.syntax"),
        ("x.json", b'[{"key": ', "process.file_not_json"),
        ("x.bpmn", b"<a>", "process.bpmn_syntax"),
    ):
        with pytest.raises(Refused) as refusal:
            drafts_from_file(name, data, actor=world.procedure_officer, now=MONDAY)
        assert code in _codes(refusal), name


# Use


def _published(world: World) -> ProcessVersion:
    """Publish a version of the process of birth registration with a head of unit who approves as well."""
    officer = world.procedure_officer
    base = ProcessVersion.objects.get(key=f"law-{BIRTH}")
    draft, _ = draft_from_version(base.id, actor=officer, now=MONDAY)
    content = content_of(draft)
    d = content.definition
    check = Step("check", "Kiểm tra", "approve", "leadership", "unit_leader", 10, ("done",))
    flows = tuple(replace(f, target="check") if (f.source, f.outcome) == ("s2", "done") else f for f in d.flows)
    made = replace(d, steps=(*d.steps[:2], check, *d.steps[2:]), flows=(*flows, Flow("check", "s3", "done")))
    save_draft(draft.id, replace(content, definition=made), seen_version=1, actor=officer, now=MONDAY)
    return publish_draft(draft.id, approval=APPROVED, seen_version=2, seen_number=1, actor=officer, now=MONDAY)


def _entry(world: World, version: ProcessVersion, **changes: object) -> UseEntry:
    home = world.home
    entry = UseEntry(
        version.id,
        home.agency.id,
        [home.offerings[BIRTH]],
        {"justice": home.division.id, "leadership": home.leadership.id},
        MONDAY.date() + timedelta(days=1),
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


def test_an_office_works_by_a_version_from_its_day_on_and_dossiers_keep_theirs(world: World) -> None:
    home, version = world.home, _published(world)
    before = received(home)
    (new,), _ = put_into_use(_entry(world, version), actor=world.procedure_officer, now=MONDAY)
    old = Offering.objects.get(id=home.offerings[BIRTH])
    assert (old.valid_to_on, new.valid_from_on) == (MONDAY.date(), MONDAY.date() + timedelta(days=1))
    assert new.process_version_id == version.id
    assert Dossier.objects.get(public_id=before.public_id).offering_id == old.id
    today = receive_dossier(
        replace(an_intake(home), offering_id=old.id, is_duplicate_accepted=True), actor=home.binh, now=MONDAY
    )
    assert Dossier.objects.get(public_id=today.public_id).offering_id == old.id
    tomorrow = MONDAY + timedelta(days=1)
    later = receive_dossier(
        replace(an_intake(home), offering_id=new.id, is_duplicate_accepted=True), actor=home.binh, now=tomorrow
    )
    assert Dossier.objects.get(public_id=later.public_id).offering_id == new.id
    with pytest.raises(Refused):
        receive_dossier(
            replace(an_intake(home), offering_id=old.id, is_duplicate_accepted=True), actor=home.binh, now=tomorrow
        )


def test_use_asks_for_units_a_later_day_and_a_procedure(world: World) -> None:
    version = _published(world)
    entry = _entry(world, version, offering_ids=[], slots={}, from_on=MONDAY.date())
    with pytest.raises(Refused) as refusal:
        put_into_use(entry, actor=world.procedure_officer, now=MONDAY)
    assert _codes(refusal) == {"use.nothing_chosen", "use.slot_empty", "use.day_past"}


def test_a_unit_without_the_post_cannot_be_given_the_step(world: World) -> None:
    entry = _entry(
        world, _published(world), slots={"justice": world.home.division.id, "leadership": world.home.centre.id}
    )
    with pytest.raises(Refused) as refusal:
        put_into_use(entry, actor=world.procedure_officer, now=MONDAY)
    assert "proving.post_missing" in _codes(refusal)
    assert Offering.objects.get(id=world.home.offerings[BIRTH]).valid_to_on is None


def test_a_term_that_the_process_breaks_hinders_its_use(world: World) -> None:
    """The certificate of marital status has three days; a process of five cannot run it."""
    version = _published(world)
    slow = Definition.from_json(version.definition)
    officer = world.procedure_officer
    draft, _ = draft_from_version(version.id, actor=officer, now=MONDAY)
    with pytest.raises(Refused) as refusal:
        save_draft(
            draft.id,
            replace(content_of(draft), definition=_timed(slow, 480)),
            seen_version=1,
            actor=officer,
            now=MONDAY,
        )
        publish_draft(draft.id, approval=APPROVED, seen_version=2, seen_number=2, actor=officer, now=MONDAY)
    assert _codes(refusal) == {"proving.time_exceeds"}, "offices that use it have a same-day term"


def test_a_procedure_is_taken_up_for_the_first_time(world: World) -> None:
    version = ProcessVersion.objects.get(key=f"law-{BIRTH}")
    home = world.home
    Offering.objects.filter(id=home.offerings[BIRTH]).update(valid_to_on=MONDAY.date() - timedelta(days=1))
    slots = {
        slot: home.leadership.id if slot == "leadership" else home.division.id
        for slot in slots_of(Definition.from_json(version.definition))
    }
    entry = _entry(world, version, offering_ids=[], slots=slots, procedure_code=BIRTH)
    (new,), _ = put_into_use(entry, actor=world.procedure_officer, now=MONDAY)
    assert (new.term_text, new.agency_id) == ("same day if received before 15:00", home.agency.id)
    for code, problem in (("9.999999", "use.procedure_unknown"), (STATUS, "use.offered")):
        with pytest.raises(Refused) as refusal:
            put_into_use(replace(entry, procedure_code=code), actor=world.procedure_officer, now=MONDAY)
        assert problem in _codes(refusal)


def test_nobody_else_puts_a_process_into_use(world: World) -> None:
    version = _published(world)
    for actor in (world.home.dung, world.administrator):
        with pytest.raises(Denied):
            put_into_use(_entry(world, version), actor=actor, now=MONDAY)
