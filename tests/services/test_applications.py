"""Applications sent online: nothing typed is lost, sent once, answered in time, a dossier from acceptance on."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from applying import ANSWERS, PDF, again, attached, begun, citizen, filled, open_online, sent
from motcua.core.kernel import Refused
from motcua.services.actors import Denied
from motcua.services.applications import answering, by_applicant, drafts, files, messages, sending, uploads
from motcua.services.applications.first_answer import first_answer_due, measured, tell_first_answers
from motcua.services.applications.forms import form_in_force
from motcua.services.applications.sweeping import sweep_applications
from motcua.services.dossiers.clock_acts import extend_due
from motcua.services.dossiers.supplements import ask_supplement
from motcua.services.times import VIETNAM, local_day
from motcua.store.applications.models import Application, ApplicationFile, FormVersion
from motcua.store.dossiers.models import Document, Dossier
from motcua.store.ledger.models import OutboxMessage
from motcua.store.payments.models import Charge
from world import BIRTH, MONDAY, PERMIT, STATUS, World, received

pytestmark = pytest.mark.django_db
PERMIT_ANSWERS = {
    "builder": ["ca_nhan"], "applicant_phone": ["0900000001"], "land_number": ["128"], "land_area": ["96"],
    "land_address": ["Số 1, phường Kinh Bắc"], "work": ["moi"], "floors": ["3"], "basement": ["khong"],
    "footprint": ["80"], "floor_area": ["240"], "height": ["11"], "adjoins": ["khong"], "designer": ["tu_lam"],
    "months": ["6"], "exemption": ["none"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _uploads(settings: object, tmp_path: Path, world: World) -> None:
    settings.UPLOADS = tmp_path / "uploads"  # type: ignore[attr-defined]
    open_online(world.home)
    open_online(world.elsewhere)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refusal.value.problems}


# Drafts


def test_an_application_pins_the_version_of_its_form(world: World) -> None:
    made = begun(world.home)
    assert str(made.form) == f"{BIRTH} v1" and made.form.source == "law"
    assert form_in_force(STATUS, now=MONDAY).key == STATUS
    assert form_in_force("9.999999", now=MONDAY).key == "_usual"
    with pytest.raises(Exception, match="never changes"):
        FormVersion.objects.filter(id=made.form_id).update(number=7)


def test_the_same_key_begins_once(world: World) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        drafts.begin(key=key, procedure_code=BIRTH, offering_id=world.home.offerings[BIRTH],
                     answers={"where": ["trong_nuoc"], "registered": ["chua"]}, mode="x", language="vi", citizen=None, now=MONDAY)  # fmt: skip
    assert Application.objects.count() == 1


def test_eligibility_and_office_are_asked_all_at_once(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        drafts.begin(key=uuid.uuid4(), procedure_code=BIRTH, offering_id=0, answers={"where": ["nuoc_ngoai"]},
                     mode="", language="vi", citizen=None, now=MONDAY)  # fmt: skip
    assert codes(refusal) == {"form.missing", "application.stopped", "application.office_missing"}


def test_wrong_answers_are_kept_as_typed(world: World) -> None:
    made = filled(begun(world.home), child_birth=["hôm qua"], applicant_phone=["12"])
    assert made.answers["child_birth"] == ["hôm qua"] and made.answers["applicant_phone"] == ["12"]


def test_two_devices_do_not_write_over_each_other(world: World) -> None:
    made = begun(world.home)
    seen = made.version
    drafts.save_answers(made, {"child_name": ["An"]}, names=["child_name"], seen=seen, by="phone", now=MONDAY)
    _, problems = drafts.save_answers(
        again(made), {"child_name": ["Bình"], "child_home": ["Hà Nội"]}, names=["child_name", "child_home"],
        seen=seen, by="laptop", now=MONDAY,
    )  # fmt: skip
    assert [(p.code, p.field, p.values["text"]) for p in problems] == [
        ("application.changed_elsewhere", "child_name", "An")
    ]
    kept = again(made)
    assert kept.answers["child_name"] == ["An"] and kept.answers["child_home"] == ["Hà Nội"]
    _, problems = drafts.save_answers(kept, {"child_name": ["Bình"]}, names=["child_name"], seen=kept.version, by="laptop", now=MONDAY)  # fmt: skip
    assert not problems and again(made).answers["child_name"] == ["Bình"]


def test_the_same_page_saves_again_and_again(world: World) -> None:
    made = begun(world.home)
    for text in ("A", "An", "An Nhiên"):
        _, problems = drafts.save_answers(again(made), {"child_name": [text]}, names=["child_name"], seen=1, by="page", now=MONDAY)  # fmt: skip
        assert not problems
    assert again(made).answers["child_name"] == ["An Nhiên"]


def test_only_the_account_or_the_code_opens_an_application(world: World) -> None:
    an, stranger = citizen(), citizen(number="999190000002", name="Người lạ")
    made = begun(world.home, who=an)
    opened = {"code": "", "has_code": False, "now": MONDAY}
    assert drafts.application_of(made.public_id, citizen=an, **opened) is not None
    assert drafts.application_of(made.public_id, citizen=stranger, **opened) is None
    assert drafts.application_of(made.public_id, citizen=None, **opened) is None
    assert drafts.application_of(uuid.uuid4(), citizen=an, **opened) is None
    code = drafts.code_of(made.public_id).lower().replace("-", " ")
    assert drafts.application_of(made.public_id, citizen=None, code=code, has_code=False, now=MONDAY) is not None


def test_a_visitors_draft_is_kept_in_the_account_after_signing_in(world: World) -> None:
    made, an = begun(world.home), citizen()
    drafts.application_of(made.public_id, citizen=an, code="", has_code=True, now=MONDAY)
    assert [a.id for a in drafts.drafts_of(an)] == [made.id]


def test_a_draft_is_forgotten_with_its_files_and_its_holder_is_warned_before(world: World, tmp_path: Path) -> None:
    made = begun(world.home, who=citizen())
    file = attached(made, tmp_path)
    path = files.path_of_file(file.sha256)
    sweep_applications(now=MONDAY + timedelta(days=28))
    assert OutboxMessage.objects.filter(topic="application.expiring", key=str(made.public_id)).count() == 1
    assert path.exists()
    assert sweep_applications(now=MONDAY + timedelta(days=30)) == 1
    assert not Application.objects.filter(id=made.id).exists() and not path.exists()


def test_a_content_that_another_application_has_stays(world: World, tmp_path: Path) -> None:
    first, second = begun(world.home), begun(world.home, at=MONDAY + timedelta(days=5))
    path = tmp_path / "same.pdf"
    path.write_bytes(PDF)
    for one in (first, second):
        files.add_path(one, component="c2", name="x.pdf", path=path, now=MONDAY)
    sweep_applications(now=MONDAY + timedelta(days=31))
    assert Application.objects.count() == 1
    assert files.path_of_file(ApplicationFile.objects.get().sha256).exists()


# Known already


def test_what_the_state_holds_is_shown_not_asked_and_sent(world: World, tmp_path: Path) -> None:
    an = citizen()
    made = begun(world.home, who=an)
    held = sending.held_of(made, an)
    assert {"applicant_name", "applicant_id", "applicant_birth", "applicant_address"} == set(held)
    answers = {k: v for k, v in ANSWERS.items() if k not in held}
    drafts.save_answers(made, answers, names=list(answers), seen=1, by="x", now=MONDAY)
    attached(made, tmp_path)
    done = again(sending.send(again(made), an, now=MONDAY))
    assert done.values["applicant_name"] == "Nguyễn Thị An" and done.held["applicant_id"] == "identity"


def test_nothing_is_held_of_who_only_confirmed_a_contact_or_applies_for_another(world: World) -> None:
    loose, an = citizen(identified=False), citizen()
    assert sending.held_of(begun(world.home, who=loose), loose) == {}
    made = begun(world.home, who=an)
    drafts.set_for_other(made, True, now=MONDAY)
    assert sending.held_of(again(made), an) == {}


# Files


def test_an_upload_goes_on_where_it_stopped_and_a_piece_twice_counts_once(world: World) -> None:
    made = begun(world.home)
    begun_at = uploads.begin_upload(made, component="c2", name="a.pdf", length=len(PDF), mark="m", now=MONDAY)
    uploads.add_piece(made, begun_at.public_id, offset=0, piece=PDF[:100], sha256="", now=MONDAY)
    with pytest.raises(uploads.WrongPlace) as wrong:
        uploads.add_piece(made, begun_at.public_id, offset=0, piece=PDF[:100], sha256="", now=MONDAY)
    assert wrong.value.offset == 100
    resumed = uploads.begin_upload(made, component="c2", name="a.pdf", length=len(PDF), mark="m", now=MONDAY)
    assert (resumed.public_id, resumed.offset) == (begun_at.public_id, 100)
    done = uploads.add_piece(made, resumed.public_id, offset=100, piece=PDF[100:], sha256="", now=MONDAY)
    assert done is not None and done.file is not None and done.file.pages == 1
    assert files.path_of_file(done.file.sha256).read_bytes() == PDF
    assert not uploads.partial_path(resumed.public_id).exists()


def test_a_damaged_upload_is_told_and_begins_anew(world: World) -> None:
    made = begun(world.home)
    one = uploads.begin_upload(made, component="c2", name="a.pdf", length=len(PDF), mark="m", now=MONDAY)
    with pytest.raises(Refused) as refusal:
        uploads.add_piece(made, one.public_id, offset=0, piece=PDF, sha256="0" * 64, now=MONDAY)
    assert codes(refusal) == {"application.checksum"}
    fresh = uploads.begin_upload(made, component="c2", name="a.pdf", length=len(PDF), mark="m", now=MONDAY)
    assert fresh.offset == 0 and fresh.public_id != one.public_id


@pytest.mark.parametrize(
    ("component", "length", "code"),
    [("c9", 10, "application.component_unknown"), ("c2", 0, "scan.empty"), ("c2", 10**9, "scan.large")],
)
def test_uploads_are_bounded(world: World, component: str, length: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        uploads.begin_upload(begun(world.home), component=component, name="a", length=length, mark="m", now=MONDAY)
    assert codes(refusal) == {code}


def test_after_sending_no_file_comes_or_goes(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path)
    with pytest.raises(Refused) as refusal:
        attached(done, tmp_path)
    assert codes(refusal) == {"application.closed_for_files"}
    with pytest.raises(Refused):
        files.remove_file(done, done.files.get().public_id)


# Sending


def test_all_that_hinders_the_sending_is_said_at_once(world: World) -> None:
    made = filled(begun(world.home), child_name=[], father_declared=["co"])
    with pytest.raises(Refused) as refusal:
        sending.send(made, None, now=MONDAY)
    fields = {p.field for p in refusal.value.problems}
    assert {"child_name", "father_name", "file.c2"} <= fields


def test_it_is_sent_once_with_a_receipt_of_everything(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path)
    again_sent = sending.send(done, None, now=MONDAY + timedelta(hours=1))
    assert again_sent.receipt == done.receipt and again_sent.sent_at == MONDAY
    (file,) = done.receipt["files"]
    assert file["sha256"] == done.files.get().sha256 and file["pages"] == 1 and len(done.receipt["digest"]) == 64
    assert done.number == "TT-H05.31-261116-0001" and "mother_name" not in done.values
    assert OutboxMessage.objects.filter(topic="application.sent", key=str(done.public_id)).count() == 1


def test_hidden_answers_are_never_sent(world: World, tmp_path: Path) -> None:
    made = filled(begun(world.home), father_declared=["khong"], father_name=["Không ai"])
    attached(made, tmp_path)
    assert "father_name" not in again(sending.send(made, None, now=MONDAY)).values


# The first answer


def test_the_first_answer_is_owed_in_eight_working_hours(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path, at=MONDAY.replace(hour=9, minute=0))
    assert done.due_at == first_answer_due(agency_id=world.home.agency.id, at=done.sent_at)
    assert done.due_at is not None and done.due_at.astimezone(VIETNAM) == MONDAY.replace(day=17, hour=9, minute=30)


def test_the_manager_is_told_before_and_after_each_once(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path)
    assert done.due_at is not None
    assert tell_first_answers(now=MONDAY + timedelta(hours=1)) == 0
    near, late = done.due_at - timedelta(minutes=30), done.due_at + timedelta(minutes=1)
    assert [tell_first_answers(now=t) for t in (near, near, late, late)] == [1, 0, 1, 0]
    topics = list(OutboxMessage.objects.filter(topic__startswith="application.answer_").order_by("id").values_list("topic", flat=True))  # fmt: skip
    assert topics == ["application.answer_near", "application.answer_late"]


def test_the_list_begins_with_the_answer_owed_first(world: World, tmp_path: Path) -> None:
    later = sent(world.home, tmp_path, at=MONDAY + timedelta(hours=2))
    first = sent(world.home, tmp_path, at=MONDAY)
    rows = answering.applications_of(world.home.binh, state="SENT", after="", limit=1)
    assert [a.id for a in rows.rows] == [first.id]
    rest = answering.applications_of(world.home.binh, state="SENT", after=rows.after, limit=1)
    assert [a.id for a in rest.rows] == [later.id] and rest.after == ""


def test_an_application_to_another_unit_is_nobodys_business(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path)
    for actor in (world.elsewhere.binh, world.home.chi, world.procedure_officer):
        with pytest.raises(Denied):
            answering.application_for(done.public_id, actor)
    with pytest.raises(Denied):
        answering.application_for(begun(world.home).public_id, world.home.binh)


# Answers


def test_acceptance_makes_a_dossier_received_at_that_instant(world: World, tmp_path: Path) -> None:
    done, at = sent(world.home, tmp_path), MONDAY + timedelta(hours=2)
    receipt = answering.accept(public_id=done.public_id, verdicts={}, is_duplicate_accepted=False, actor=world.home.binh, now=at)  # fmt: skip
    dossier = Dossier.objects.get(id=receipt.dossier_id)
    assert (dossier.channel, dossier.received_at, dossier.applicant.name) == ("ONLINE", at, "Nguyễn Thị An")
    assert dossier.form["child_name"] == "Lê Minh Khang"
    document = Document.objects.get(dossier=dossier)
    assert document.sha256 == done.files.get().sha256
    from motcua.services.dossiers.documents import path_of

    assert path_of(document.sha256).exists()
    twice = answering.accept(public_id=done.public_id, verdicts={}, is_duplicate_accepted=False, actor=world.home.binh, now=at)  # fmt: skip
    assert twice.dossier_id == receipt.dossier_id and Dossier.objects.count() == 1
    figures = measured(unit_id=world.home.centre.id, agency_id=world.home.agency.id, now=at)
    assert (figures.count, figures.share, figures.waiting) == (1, 100, 0)


def test_a_paper_said_to_be_wrong_hinders_acceptance(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path)
    with pytest.raises(Refused) as refusal:
        answering.accept(public_id=done.public_id, verdicts={"c2": answering.Verdict("wrong", "mờ")},
                         is_duplicate_accepted=False, actor=world.home.binh, now=MONDAY)  # fmt: skip
    assert codes(refusal) == {"application.verdicts_open"}


def test_a_supplement_is_asked_for_once_completely_and_supplied_from_home(world: World, tmp_path: Path) -> None:
    done, binh = sent(world.home, tmp_path), world.home.binh
    verdicts = {"c2": answering.Verdict("wrong", "ảnh mờ")}
    slip = answering.ask(public_id=done.public_id, items=["Bản sao thẻ căn cước"], reason="Cần rõ", verdicts=verdicts, actor=binh, now=MONDAY)  # fmt: skip
    assert len(slip.content["items"]) == 2 and any("Giấy chứng sinh" in i for i in slip.content["items"])
    asked = again(done)
    assert asked.state == "ASKED" and asked.due_at is None
    with pytest.raises(Refused) as refusal:
        sending.send_supplement(asked, None, note="", now=MONDAY)
    assert codes(refusal) == {"application.nothing_supplied"}
    later = MONDAY + timedelta(days=1)
    attached(asked, tmp_path, at=later)
    supplied = again(sending.send_supplement(asked, None, note="Đã chụp lại", now=later))
    assert supplied.state == "SENT" and supplied.due_at == first_answer_due(agency_id=world.home.agency.id, at=later)
    assert len(supplied.receipt["files"]) == 1 and len(supplied.receipt["supplied"]["files"]) == 1
    with pytest.raises(Refused) as refusal:
        answering.ask(public_id=done.public_id, items=["x"], reason="y", verdicts={}, actor=binh, now=later)
    assert codes(refusal) == {"application.asked_already"}
    answering.accept(public_id=done.public_id, verdicts={}, is_duplicate_accepted=True, actor=binh, now=later)
    assert Document.objects.count() == 2


def test_an_answer_is_put_right_with_the_supplement_and_the_office_sees_which(world: World, tmp_path: Path) -> None:
    done, binh = sent(world.home, tmp_path), world.home.binh
    answering.ask(
        public_id=done.public_id, items=["Sửa tên trẻ"], reason="Sai tên", verdicts={}, actor=binh, now=MONDAY
    )
    asked = again(done)

    def typed(name: str, text: str) -> None:
        drafts.save_answers(asked, {name: [text]}, names=[name], seen=99, by="x", now=MONDAY)

    typed("child_name", "")
    with pytest.raises(Refused) as refusal:
        sending.send_supplement(asked, None, note="Đã sửa", now=MONDAY)
    assert codes(refusal) == {"form.missing"}, "what was right does not become wrong unseen"
    typed("child_name", "Nguyễn Minh Khôi")
    supplied = again(sending.send_supplement(asked, None, note="", now=MONDAY))
    assert supplied.state == "SENT"
    assert supplied.notice["corrected"] == ["child_name"]
    assert supplied.values["child_name"] == "Nguyễn Minh Khôi"
    with pytest.raises(Refused):
        typed("child_name", "Muộn rồi")


def test_a_refusal_names_its_reason_and_is_final(world: World, tmp_path: Path) -> None:
    done, binh = sent(world.home, tmp_path), world.home.binh
    with pytest.raises(Refused) as refusal:
        answering.refuse(public_id=done.public_id, reason=" ", actor=binh, now=MONDAY)
    assert codes(refusal) == {"refusal.reason_missing"}
    answering.refuse(public_id=done.public_id, reason="Không thuộc địa bàn", actor=binh, now=MONDAY)
    assert again(done).state == "REFUSED"
    with pytest.raises(Refused) as refusal:
        answering.accept(public_id=done.public_id, verdicts={}, is_duplicate_accepted=True, actor=binh, now=MONDAY)
    assert codes(refusal) == {"application.answered_already"}
    assert not Dossier.objects.exists()


def test_what_was_taken_back_is_answered_no_more(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path)
    sending.take_back(done, now=MONDAY)
    with pytest.raises(Refused):
        answering.accept(public_id=done.public_id, verdicts={}, is_duplicate_accepted=True, actor=world.home.binh, now=MONDAY)  # fmt: skip


# The dossier's own page


def test_the_office_near_home_is_offered_first_and_afterwards_the_one_that_received(world: World) -> None:
    offices = drafts.online_offices(BIRTH, now=MONDAY)
    an, loose = citizen(), citizen(identified=False)
    assert len(offices) == 2
    assert drafts.usual_office(offices, an) == world.home.offerings[BIRTH]
    assert drafts.usual_office(offices, loose) == 0, "who is not identified has no home that we know"
    begun(world.elsewhere, who=an)
    assert drafts.usual_office(offices, an) == world.elsewhere.offerings[BIRTH]


def test_the_fee_of_what_was_sent_online_is_owed_from_acceptance_and_paid_from_the_dossiers_page(
    world: World, tmp_path: Path
) -> None:
    open_online(world.home, PERMIT)
    an = citizen()
    draft = drafts.begin(
        key=uuid.uuid4(), procedure_code=PERMIT, offering_id=world.home.offerings[PERMIT],
        answers={"began": ["chua"], "land_right": ["co"]}, mode="topic", language="vi", citizen=an, now=MONDAY,
    )  # fmt: skip
    drafts.save_answers(draft, PERMIT_ANSWERS, names=list(PERMIT_ANSWERS), seen=1, by=uuid.uuid4().hex, now=MONDAY)
    for component in ("c2", "c3"):
        attached(again(draft), tmp_path, component=component)
    done = sending.send(again(draft), an, now=MONDAY)
    assert not Charge.objects.exists(), "nothing is owed before the office has accepted it"
    receipt = answering.accept(
        public_id=done.public_id, verdicts={}, is_duplicate_accepted=False, actor=world.home.binh, now=MONDAY
    )
    page = by_applicant.citizen_dossier(receipt.public_id, an, on=local_day(MONDAY))
    assert page is not None
    assert [amount for _, amount in page.progress.to_pay] == [37_500]
    charge = Charge.objects.get()
    assert (charge.dossier_id, charge.standing) == (receipt.dossier_id, "open")


def test_only_its_applicant_sees_a_dossier(world: World, tmp_path: Path) -> None:
    an, loose = citizen(), citizen(identified=False)
    stranger = citizen(number="999190000002", name="Người lạ")
    today = local_day(MONDAY)
    counter = received(world.home)
    assert by_applicant.citizen_dossier(counter.public_id, an, on=today) is not None
    assert by_applicant.citizen_dossier(counter.public_id, stranger, on=today) is None
    assert by_applicant.citizen_dossier(counter.public_id, loose, on=today) is None
    done = sent(world.home, tmp_path, who=loose)
    own = answering.accept(public_id=done.public_id, verdicts={}, is_duplicate_accepted=True, actor=world.home.binh, now=MONDAY)  # fmt: skip
    assert by_applicant.citizen_dossier(own.public_id, loose, on=today) is not None
    assert {d.public_id for d in by_applicant.dossiers_of(loose, on=today, after="")[0]} == {own.public_id}
    assert {d.public_id for d in by_applicant.dossiers_of(an, on=today, after="")[0]} == {
        own.public_id,
        counter.public_id,
    }


def test_papers_asked_for_after_acceptance_are_supplied_from_home_and_the_term_runs_again(
    world: World, tmp_path: Path
) -> None:
    an, later = citizen(), MONDAY + timedelta(days=1)
    receipt = received(world.home, STATUS)
    dossier = Dossier.objects.get(id=receipt.dossier_id)
    ask_supplement(public_id=receipt.public_id, items=["Ảnh"], reason="Thiếu", seen_version=dossier.version, actor=world.home.binh, now=MONDAY)  # fmt: skip
    draft = by_applicant.begin_supply(receipt.public_id, an, now=later)
    assert by_applicant.begin_supply(receipt.public_id, an, now=later).id == draft.id
    assert by_applicant.asked_of(again(draft)) == (["Ảnh"], "Thiếu"), "what is asked stands where it is attached"
    with pytest.raises(Refused) as refusal:
        by_applicant.send_supply(again(draft), an, now=later)
    assert codes(refusal) == {"application.nothing_supplied"}
    attached(draft, tmp_path, component="other", at=later)
    done = again(by_applicant.send_supply(again(draft), an, now=later))
    dossier.refresh_from_db()
    assert done.state == "ACCEPTED" and dossier.state == 4 and dossier.due_at is not None
    assert Document.objects.filter(dossier=dossier, staff_id=0).count() == 1
    found = by_applicant.citizen_dossier(receipt.public_id, an, on=local_day(later))
    assert found is not None and [t.by_applicant for t in found.told][-1]


def test_the_applicant_withdraws_and_stops_as_the_regime_allows(world: World) -> None:
    an = citizen()
    one, two = received(world.home, STATUS), received(world.home, BIRTH)
    by_applicant.withdraw_online(one.public_id, an, reason="Không cần nữa", seen_version=1, now=MONDAY)
    assert Dossier.objects.get(id=one.dossier_id).state == 7
    by_applicant.stop_online(two.public_id, an, reason="Đổi ý", seen_version=1, now=MONDAY)
    assert Dossier.objects.get(id=two.dossier_id).state == 8
    with pytest.raises(Refused):
        by_applicant.withdraw_online(one.public_id, an, reason="x", seen_version=2, now=MONDAY)
    with pytest.raises(Refused):
        by_applicant.stop_online(received(world.home).public_id, citizen(number="999190000003"), reason="x", seen_version=1, now=MONDAY)  # fmt: skip


def test_an_apology_is_shown_to_the_applicant(world: World) -> None:
    an, receipt = citizen(), received(world.home, STATUS)
    assert receipt.due_at is not None
    new = (receipt.due_at + timedelta(days=4)).astimezone(VIETNAM).replace(hour=9, minute=0)
    extend_due(public_id=receipt.public_id, new_due_at=new, reason="Chờ xác minh", seen_version=1, actor=world.home.dung, now=MONDAY + timedelta(hours=1))  # fmt: skip
    found = by_applicant.citizen_dossier(receipt.public_id, an, on=local_day(MONDAY))
    assert found is not None and [s.form for s in found.slips] == ["apology"] and found.promised_at == new


def test_messages_go_both_ways_through_the_unit_that_received(world: World) -> None:
    an, receipt, home = citizen(), received(world.home), world.home
    key = uuid.uuid4()
    for _ in range(2):
        messages.write_as_applicant(receipt.public_id, an, text="Khi nào xong?", kind="WORDS", key=key, now=MONDAY)
    assert [m.text for m in messages.open_messages(home.binh)] == ["Khi nào xong?"]
    assert list(messages.open_messages(world.elsewhere.binh)) == []
    with pytest.raises(Denied):
        messages.write_as_unit(receipt.public_id, text="x", key=uuid.uuid4(), actor=home.chi, now=MONDAY)
    messages.write_as_unit(receipt.public_id, text="Chiều nay.", key=uuid.uuid4(), actor=home.binh, now=MONDAY)
    assert list(messages.open_messages(home.binh)) == []
    for kind, text, code in (("WORDS", " ", "message.empty"), ("CORRECTION", "Sai tên", "message.no_result")):
        with pytest.raises(Refused) as refusal:
            messages.write_as_applicant(receipt.public_id, an, text=text, kind=kind, key=uuid.uuid4(), now=MONDAY)
        assert codes(refusal) == {code}
    bodies = OutboxMessage.objects.filter(topic__startswith="message.").values_list("body", flat=True)
    assert all("Khi nào" not in str(b) and "An" not in str(b) for b in bodies)
