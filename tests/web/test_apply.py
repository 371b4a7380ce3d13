"""The pages of an application: every sending saves, nothing is lost without script, session or connection."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applying import ANSWERS, FIRST, PDF, again, begun, citizen, filled, open_online, sent
from motcua.services.applications import answering, drafts
from motcua.services.applications.uploads import PIECE_MAX
from motcua.store.applications.models import Application
from motcua.store.dossiers.models import Dossier
from world import BIRTH, MONDAY, PASSWORD, STATUS, World, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads(settings: object, tmp_path: Path, world: World) -> None:
    settings.UPLOADS = tmp_path / "uploads"  # type: ignore[attr-defined]
    open_online(world.home)


def visitor_of(application: Application) -> Client:
    client = Client()
    session = client.session
    session["applications"] = [str(application.public_id)]
    session.save()
    return client


def signed_in(who: object) -> Client:
    client = Client()
    session = client.session
    session["account"] = who.account_id  # type: ignore[attr-defined]
    session.save()
    return client


def at(application: Application, *parts: str) -> str:
    return "/".join(("/apply", str(application.public_id), *parts))


def test_a_procedure_offers_itself_online_where_an_office_takes_it(world: World) -> None:
    assert "/procedures/1.001193/apply" in Client().get(f"/procedures/{BIRTH}").content.decode()
    assert "/apply" not in Client().get(f"/procedures/{STATUS}").content.decode()
    assert Client().get(f"/procedures/{STATUS}/apply").status_code == 200
    assert Client().get("/procedures/9.999999/apply").status_code == 404


def test_an_answer_that_ends_the_way_says_what_to_do_and_nothing_is_made(world: World) -> None:
    answer = Client().post(f"/procedures/{BIRTH}/apply", {"where": "nuoc_ngoai", "registered": "chua"})
    assert answer.status_code == 422
    assert "Ghi vào Sổ hộ tịch" in answer.content.decode()
    assert not Application.objects.exists()


def test_the_whole_way_without_script(world: World) -> None:
    client = Client()
    key, offering = str(uuid.uuid4()), str(world.home.offerings[BIRTH])
    answer = client.post(f"/procedures/{BIRTH}/apply", {**{k: v[0] for k, v in FIRST.items()}, "offering": offering, "key": key})  # fmt: skip
    made = Application.objects.get()
    for page in ("applicant", "child", "parents"):
        assert answer["Location"].endswith(f"/form/{page}"), answer["Location"]
        shown = client.get(answer["Location"])
        names = [n for n in ANSWERS if f'name="{n}"' in shown.content.decode()]
        assert names
        answer = client.post(answer["Location"], {n: ANSWERS[n] for n in names} | {"seen": again(made).version, "by": page, "act": "next"})  # fmt: skip
    assert answer["Location"].endswith("/papers")
    answer = client.post(answer["Location"], {"file.c2": SimpleUploadedFile("chứng sinh.pdf", PDF), "act": "attach"})
    answer = client.post(at(made, "papers"), {"act": "next"})
    assert answer["Location"].endswith("/check")
    assert "Lê Minh Khang" in client.get(answer["Location"]).content.decode()
    client.post(answer["Location"], {"act": "send"})
    receipt = client.get(at(made)).content.decode()
    done = again(made)
    paper = client.get(at(made, "receipt.pdf"))
    assert paper.content.startswith(b"%PDF") and Client().get(at(made, "receipt.pdf")).status_code == 404
    assert done.state == "SENT" and done.number in receipt and done.receipt["files"][0]["sha256"] in receipt


def test_a_page_with_errors_keeps_what_was_typed_and_names_each(world: World) -> None:
    made = begun(world.home)
    client = visitor_of(made)
    answer = client.post(at(made, "form", "applicant"), {"applicant_name": "An", "applicant_phone": "12", "seen": 1, "by": "x", "act": "next"})  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#applicant_phone"' in page and 'href="#relation"' in page and 'value="12"' in page
    assert again(made).answers["applicant_name"] == ["An"]


def test_a_question_that_follows_is_asked_before_going_on(world: World) -> None:
    made = filled(begun(world.home), father_declared=[])
    answer = visitor_of(made).post(at(made, "form", "parents"), {"mother_ethnic": "Kinh", "mother_nation": "Việt Nam", "father_declared": "co", "seen": made.version, "by": "x", "act": "next"})  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422 and "father_name" in page
    assert 'class="errors"' not in page


def test_the_card_fills_in_its_fields(world: World) -> None:
    made = begun(world.home)
    client = visitor_of(made)
    card = "999190000001||Nguyễn Thị An|01021990|Nữ|Số 1, phường Kinh Bắc|15052016"
    client.post(at(made, "form", "applicant"), {"card": card, "act": "card", "seen": 1, "by": "x"})
    assert again(made).answers["applicant_birth"] == ["01/02/1990"]
    wrong = client.post(at(made, "form", "applicant"), {"card": "xyz", "act": "card", "seen": 1, "by": "x"})
    assert wrong.status_code == 422 and 'value="xyz"' in wrong.content.decode()


def test_without_the_code_nothing_is_shown_and_tries_are_counted(world: World) -> None:
    made = filled(begun(world.home))
    client = Client()
    for address in (at(made), at(made, "check"), at(made, "papers"), at(made, "form", "child"), at(made, "files", str(uuid.uuid4()))):  # fmt: skip
        assert "Lê Minh Khang" not in client.get(address).content.decode()
    for _ in range(25):
        assert client.post(at(made), {"code": "AAAA-BBBB-CCCC"}).status_code == 403
    assert client.post(at(made), {"code": drafts.code_of(uuid.uuid4())}).status_code == 403
    assert client.get(at(made, "uploads", str(uuid.uuid4()))).status_code == 404


def test_a_public_id_sent_as_the_key_of_a_new_draft_opens_nothing(world: World) -> None:
    made = filled(begun(world.home))
    client = Client()
    answer = client.post(f"/procedures/{BIRTH}/apply", {"where": "trong_nuoc", "registered": "chua", "offering": world.home.offerings[BIRTH], "key": str(made.public_id)})  # fmt: skip
    assert answer.status_code == 302 and str(made.public_id) not in answer["Location"]
    assert "Lê Minh Khang" not in client.get(at(made, "check")).content.decode()


def test_the_code_opens_the_draft_on_another_device(world: World) -> None:
    made = filled(begun(world.home))
    client = Client()
    assert client.post(at(made), {"code": drafts.code_of(made.public_id).lower()}).status_code == 302
    assert "Lê Minh Khang" in client.get(at(made, "check")).content.decode()


def test_a_session_that_ran_out_between_two_pages_loses_nothing(world: World) -> None:
    made = begun(world.home)
    client = visitor_of(made)
    client.session.flush()
    typed = {
        "applicant_name": "Trần Văn Bình",
        "seen": 1,
        "by": "x",
        "act": "next",
        "code": drafts.code_of(made.public_id),
    }
    assert client.post(at(made, "form", "applicant"), typed).status_code == 422
    assert again(made).answers["applicant_name"] == ["Trần Văn Bình"]


def test_autosave_answers_shortly_and_a_conflict_is_told(world: World) -> None:
    made = begun(world.home)
    client = visitor_of(made)
    saved = client.post(at(made, "form", "child"), {"child_name": "An", "seen": 1, "by": "one", "act": "save"}, headers={"X-Autosave": "1"})  # fmt: skip
    assert saved.status_code == 204
    other = client.post(at(made, "form", "child"), {"child_name": "Bình", "seen": 1, "by": "two", "act": "save"}, headers={"X-Autosave": "1"})  # fmt: skip
    assert other.status_code == 409
    shown = client.post(
        at(made, "form", "child"), {"child_name": "Bình", "seen": 1, "by": "two", "act": "next"}
    ).content.decode()
    assert 'value="Bình"' in shown and "«An»" in shown


@pytest.mark.parametrize("mode", ["question", "all"])
def test_the_other_ways_of_being_asked(world: World, mode: str) -> None:
    made = begun(world.home)
    client = visitor_of(made)
    answer = client.post(at(made), {"act": "mode", "mode": mode})
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert ("child_name" in page.content.decode()) == (mode == "all")
    if mode == "question":
        answer = client.post(answer["Location"], {"applicant_name": "An Nhiên", "seen": 1, "by": "x", "act": "next"})
        assert answer["Location"].endswith("applicant.applicant_id")


def test_who_is_identified_sees_what_is_known_and_types_the_rest(world: World) -> None:
    an = citizen()
    made = begun(world.home, who=an)
    page = signed_in(an).get(at(made, "form", "applicant")).content.decode()
    assert "999190000001" in page and 'name="applicant_id"' not in page and 'name="applicant_phone"' in page
    signed_in(an).post(at(made), {"act": "other", "other": "1"})
    assert 'name="applicant_id"' in signed_in(an).get(at(made, "form", "applicant")).content.decode()


def test_a_paper_given_before_is_used_again_without_uploading(world: World, tmp_path: Path) -> None:
    an = citizen()
    first = sent(world.home, tmp_path, who=an)
    answering.accept(public_id=first.public_id, verdicts={}, is_duplicate_accepted=True, actor=world.home.binh, now=MONDAY)  # fmt: skip
    made = filled(begun(world.home, who=an))
    client = signed_in(an)
    page = client.get(at(made, "papers")).content.decode()
    key = page.split('name="held" value="')[1].split('"')[0]
    client.post(at(made, "papers"), {"act": "use", "component": "c2", "held": key})
    assert made.files.get().sha256 == first.files.get().sha256 and made.files.get().source


def test_wrong_files_are_refused_and_right_ones_kept(world: World) -> None:
    made = begun(world.home)
    answer = visitor_of(made).post(at(made, "papers"), {"act": "attach", "file.c2": [SimpleUploadedFile("a.pdf", b"MZ not a scan"), SimpleUploadedFile("b.pdf", PDF)]})  # fmt: skip
    assert answer.status_code == 422 and 'href="#file-c2"' in answer.content.decode()
    assert [f.name for f in made.files.all()] == ["b.pdf"]


def test_a_draft_is_thrown_away_at_its_holders_wish(world: World) -> None:
    made = filled(begun(world.home))
    assert visitor_of(made).post(at(made), {"act": "discard"}).status_code == 302
    assert not Application.objects.exists()


# Pieces


def _begin(client: Client, made: Application, content: bytes, mark: str = "m", component: str = "c2") -> str:
    answer = client.post(at(made, "uploads"), {"component": component, "name": "a.pdf", "length": len(content), "mark": mark})  # fmt: skip
    assert answer.status_code == 201, answer.content
    return str(answer["Location"])


def _piece(client: Client, address: str, offset: int, piece: bytes, **headers: str) -> object:
    return client.generic("PATCH", address, piece, content_type="application/offset+octet-stream", headers={"Upload-Offset": str(offset), **headers})  # fmt: skip


def test_an_upload_in_pieces_tells_its_place_and_its_hash(world: World) -> None:
    made = begun(world.home)
    client = visitor_of(made)
    address = _begin(client, made, PDF)
    assert _piece(client, address, 0, PDF[:50]).status_code == 200  # type: ignore[attr-defined]
    assert client.head(address)["Upload-Offset"] == "50"
    wrong = _piece(client, address, 10, PDF[10:])
    assert wrong.status_code == 409 and wrong["Upload-Offset"] == "50"  # type: ignore[attr-defined,index]
    done = json.loads(_piece(client, address, 50, PDF[50:]).content)  # type: ignore[attr-defined]
    assert done["file"]["sha256"] == made.files.get().sha256
    assert Client().head(address).status_code == 404


_TEXT = st.text(max_size=30)
_OFFSETS = st.one_of(st.integers(-5, 400).map(str), _TEXT)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=_TEXT,
    component=st.sampled_from(["c2", "c1", "other", "c99", "../x", ""]),
    length=st.one_of(st.integers(-3, 600).map(str), _TEXT),
    mark=_TEXT,
    pieces=st.lists(
        st.tuples(_OFFSETS, st.one_of(st.binary(max_size=300), st.just(PDF), st.just(PDF[:100]), st.just(PDF[100:]))), max_size=6
    ),
    kind=st.sampled_from(["application/offset+octet-stream", "text/plain", "multipart/form-data", ""]),
    checksum=st.sampled_from(["", "sha256 x", "sha256 " + "0" * 64, "md5 1"]),
)  # fmt: skip
def test_no_upload_however_odd_breaks_the_server(
    world: World,
    name: str,
    component: str,
    length: str,
    mark: str,
    pieces: list[tuple[str, bytes]],
    kind: str,
    checksum: str,
) -> None:
    made = Application.objects.first() or begun(world.home)
    client = visitor_of(made)
    answer = client.post(at(made, "uploads"), {"component": component, "name": name, "length": length, "mark": mark})
    assert answer.status_code in (201, 422, 429), answer.status_code
    address = answer.get("Location") or at(made, "uploads", str(uuid.uuid4()))
    for offset, piece in pieces:
        header = offset.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "").replace("\x00", "")
        got = client.generic("PATCH", address, piece, content_type=kind, headers={"Upload-Offset": header, "Upload-Checksum": checksum})  # fmt: skip
        assert got.status_code in (200, 400, 404, 409, 413, 415, 422, 429), got.status_code
        assert client.head(address).status_code in (200, 404)
    for file in made.files.all():
        assert file.media_type in ("application/pdf", "image/jpeg", "image/png")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=_TEXT,
    field=st.sampled_from(["file.c2", "file.", "file.c99", "x"]),
    content=st.one_of(st.binary(max_size=400), st.just(PDF)),
)
def test_no_plain_upload_however_odd_breaks_the_server(world: World, name: str, field: str, content: bytes) -> None:
    try:
        upload = SimpleUploadedFile(name, content)
    except SuspiciousFileOperation:
        # A name that is a folder: a browser cannot send it, and Django's own parser puts none in its place.
        upload = SimpleUploadedFile("x", content)
    made = Application.objects.first() or begun(world.home)
    answer = visitor_of(made).post(at(made, "papers"), {field: upload, "act": "attach"})
    assert answer.status_code in (302, 422), answer.status_code


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.dictionaries(
        st.one_of(st.sampled_from(sorted(ANSWERS)), _TEXT), st.lists(st.text(max_size=40), max_size=3), max_size=8
    )
)
def test_nothing_typed_breaks_a_page(world: World, typed: dict[str, list[str]]) -> None:
    made = Application.objects.first() or begun(world.home)
    client = visitor_of(made)
    for page in ("applicant", "child", "parents"):
        answer = client.post(at(made, "form", page), {**typed, "act": "next", "seen": "zz", "by": "\x00"})
        assert answer.status_code in (302, 422), answer.status_code
    assert client.get(at(made, "check")).status_code == 200


def test_a_piece_that_is_too_large_is_refused(world: World) -> None:
    made = begun(world.home)
    client = visitor_of(made)
    address = _begin(client, made, b"x" * (2 * PIECE_MAX))
    assert _piece(client, address, 0, b"x" * (PIECE_MAX + 1)).status_code == 413  # type: ignore[attr-defined]


# The counter and the citizen's dossier


def test_the_officer_accepts_with_one_key_and_the_applicant_follows(world: World, tmp_path: Path) -> None:
    an = citizen()
    done = sent(world.home, tmp_path, who=an)
    officer = Client()
    officer.login(username="binh", password=PASSWORD)
    listed = officer.get("/counter/online").content.decode()
    assert done.number in listed
    page = officer.get(f"/counter/online/{done.public_id}").content.decode()
    assert "Lê Minh Khang" in page and 'data-key="f9"' in page and "chung_sinh" not in page
    answer = officer.post(f"/counter/online/{done.public_id}", {"act": "accept", "verdict.c2": "ok"})
    assert answer["Location"].startswith("/counter/receipts/")
    dossier = Dossier.objects.get()
    mine = signed_in(an)
    assert dossier.code in mine.get("/my/dossiers").content.decode()
    shown = mine.get(f"/my/dossiers/{dossier.public_id}").content.decode()
    assert dossier.code in shown and "Tiếp nhận" not in shown.split("<title>")[1].split("</title>")[0]
    mine.post(
        f"/my/dossiers/{dossier.public_id}",
        {"act": "write", "text": "Cảm ơn", "kind": "WORDS", "key": str(uuid.uuid4())},
    )
    assert "Cảm ơn" in officer.get("/counter/online").content.decode()
    officer.post(
        f"/dossiers/{dossier.public_id}/message",
        {"act": "write", "message.text": "Chiều nay xong.", "key": str(uuid.uuid4())},
    )
    assert "Chiều nay xong." in mine.get(f"/my/dossiers/{dossier.public_id}").content.decode()


def test_papers_asked_for_after_acceptance_are_sent_from_the_dossiers_page(world: World) -> None:
    from motcua.services.dossiers.supplements import ask_supplement

    an, receipt = citizen(), received(world.home, STATUS)
    ask_supplement(public_id=receipt.public_id, items=["Ảnh rõ nét"], reason="Ảnh mờ", seen_version=1, actor=world.home.binh, now=MONDAY)  # fmt: skip
    mine, address = signed_in(an), f"/my/dossiers/{receipt.public_id}"
    assert "Ảnh rõ nét" in mine.get(address).content.decode()
    papers = mine.post(address, {"act": "supply"})["Location"]
    assert "Ảnh rõ nét" in mine.get(papers).content.decode(), "what is asked stands where it is attached"
    assert mine.post(papers, {"act": "supply"}).status_code == 422
    mine.post(papers, {"act": "attach", "file.other": SimpleUploadedFile("ảnh.pdf", PDF)})
    done = mine.post(papers, {"act": "supply"})
    assert done.status_code == 302
    assert "SHA-256" in mine.get(done["Location"]).content.decode()
    page = mine.get(address).content.decode()
    assert 'id="asked"' not in page and "bạn làm trực tuyến" in page
    assert page.count("Ảnh rõ nét") == 1, "what was asked stays in the history alone"


def test_a_dossier_is_taken_back_with_a_reason_only(world: World) -> None:
    an, receipt = citizen(), received(world.home, STATUS)
    mine, address = signed_in(an), f"/my/dossiers/{receipt.public_id}"
    assert mine.post(address, {"act": "withdraw", "version": 1, "reason": ""}).status_code == 422
    assert mine.post(address, {"act": "withdraw", "version": 1, "reason": "Đổi ý"}).status_code == 302
    assert Dossier.objects.get().state == 7


def test_link_and_code_are_sent_to_the_address_typed_and_stand_in_no_message(world: World) -> None:
    from motcua.store.ledger.models import OutboxMessage

    made = begun(world.home)
    client = visitor_of(made)
    assert client.post(at(made), {"act": "mail", "email": "an@"}).status_code == 422
    client.post(at(made), {"act": "mail", "email": "an@example.vn"})
    message = OutboxMessage.objects.get(topic="application.kept")
    assert "example" not in str(message.body) and drafts.code_of(made.public_id) not in str(message.body)
    from motcua.services.notices.concerns import concern_of

    concern = concern_of(message)
    assert concern is not None and concern.contact == "an@example.vn"
    assert concern.values["code"] == drafts.code_of(made.public_id)


def test_another_citizen_finds_no_such_dossier(world: World) -> None:
    receipt = received(world.home)
    stranger = signed_in(citizen(number="999190000002", name="Người lạ"))
    assert stranger.get(f"/my/dossiers/{receipt.public_id}").status_code == 404
    assert stranger.post(f"/my/dossiers/{receipt.public_id}", {"act": "withdraw"}).status_code == 404
    assert Client().get(f"/my/dossiers/{receipt.public_id}").status_code == 302


def test_verdicts_are_kept_and_the_supplement_is_on_the_applicants_page(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path)
    officer = Client()
    officer.login(username="binh", password=PASSWORD)
    address = f"/counter/online/{done.public_id}"
    officer.post(address, {"act": "save", "verdict.c2": "wrong", "note.c2": "mờ"})
    assert 'value="mờ"' in officer.get(address).content.decode()
    answer = officer.post(address, {"act": "ask", "verdict.c2": "wrong", "note.c2": "mờ", "reason": ""})
    assert answer.status_code == 422 and 'value="mờ"' in answer.content.decode()
    officer.post(address, {"act": "ask", "verdict.c2": "wrong", "note.c2": "mờ", "reason": "Ảnh không rõ"})
    client = visitor_of(done)
    assert "Ảnh không rõ" in client.get(at(done)).content.decode()
    attached_now = client.post(at(done, "papers"), {"act": "attach", "file.c2": SimpleUploadedFile("lại.pdf", PDF)})
    assert attached_now.status_code == 302
    client.post(at(done), {"act": "supplied", "note": ""})
    assert again(done).state == "SENT"


def test_pictures_are_shown_and_papers_leave_as_attachments(world: World, tmp_path: Path) -> None:
    done = sent(world.home, tmp_path)
    officer = Client()
    officer.login(username="binh", password=PASSWORD)
    answer = officer.get(f"/counter/online/{done.public_id}/files/{done.files.get().public_id}")
    assert "attachment" in answer["Content-Disposition"] and "sandbox" in answer["Content-Security-Policy"]
    for close in answer._resource_closers:
        close()


def test_forms_are_drafted_in_tables_and_published_by_decision(world: World) -> None:
    from motcua.store.applications.models import FormDraft, FormVersion

    begun(world.home)
    officer = Client()
    officer.login(username="kiemsoat", password=PASSWORD)
    officer.post(f"/catalogue/forms/{BIRTH}/draft")
    draft = FormDraft.objects.get()
    address = f"/catalogue/form-drafts/{draft.id}"
    page = officer.get(address).content.decode()
    rows = page.count('.was"')
    typed: dict[str, object] = {"seen": 1}
    from motcua.backoffice import form_editing as editing
    from motcua.core.forms import FormDefinition

    form = FormDefinition.from_json(draft.data)
    assert rows == len(form.pages[0].fields) + editing.BLANK_ROWS
    for n, f in enumerate(form.pages[0].fields):
        least, most = editing.limits_of(form, f)
        typed |= {f"field.{n}.was": f.name, f"field.{n}.name": f.name, f"field.{n}.vi": f.vi, f"field.{n}.en": f.en, f"field.{n}.widget": f.widget, f"field.{n}.hint_vi": f.hint_vi, f"field.{n}.hint_en": f.hint_en, f"field.{n}.when": f.when, f"field.{n}.maps": f.maps, f"field.{n}.holds": f.holds, f"field.{n}.options": editing.options_text(f.options), f"field.{n}.least": least, f"field.{n}.limit": most}  # fmt: skip
        if f.name in form.required:
            typed[f"field.{n}.required"] = "1"
        if editing.is_past_only(form, f):
            typed[f"field.{n}.past"] = "1"
    officer.post(address, typed)
    draft.refresh_from_db()
    assert FormDefinition.from_json(draft.data).to_json() == form.to_json(), "saved as shown, nothing changes"
    n = len(form.pages[0].fields)
    typed |= {"seen": draft.version, f"field.{n}.name": "nickname", f"field.{n}.vi": "Tên gọi ở nhà", f"field.{n}.widget": "text", f"field.{n}.when": "later = x"}  # fmt: skip
    officer.post(address, typed)
    refused = officer.post(
        f"{address}/publish", {"decision_no": "", "decided_on": "31/12/2026", "seen": 3, "newest": 1}
    )
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "nickname" in said and "Chưa có số quyết định" in said
    draft.refresh_from_db()
    stale = officer.post(address, {**typed, "seen": 1})
    assert stale.status_code == 422
    typed |= {
        "seen": FormDraft.objects.get().version,
        f"field.{n}.en": "Name at home",
        f"field.{n}.when": "relation = me",
    }
    officer.post(address, typed)
    assert officer.get(f"{address}/preview").status_code == 200
    assert "nickname" in officer.post(f"{address}/preview", {"relation": "me", "page": "applicant"}).content.decode()
    done = officer.post(f"{address}/publish", {"decision_no": "12/QĐ-UBND", "decided_on": "10/11/2026", "seen": FormDraft.objects.get().version, "newest": 1})  # fmt: skip
    assert done.status_code == 302, done.content.decode()[-3000:]
    newest = FormVersion.objects.filter(key=BIRTH).order_by("-number").first()
    assert newest is not None and newest.number == 2 and newest.decision_no == "12/QĐ-UBND"
    assert begun(world.home).form_id == newest.id
