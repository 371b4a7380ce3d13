"""Whoever checks a result learns whether it holds and nobody's name; the holder has it in a store of his own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from motcua.integrations.signer.adapter import PadesSigner
from motcua.integrations.signer.test_authority import TestAuthority
from motcua.services.adapters import put_in
from motcua.services.dossiers.documents import keep
from motcua.services.money_ports import ResultSheet as Sheet
from motcua.services.money_ports import Signing, result_printer, signer
from motcua.store.citizens.models import Account, Assurance
from motcua.store.dossiers.models import Dossier
from motcua.store.results.models import Result, ResultShare
from world import MONDAY, PASSWORD, PERMIT, World, received

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("page-authority"))


@pytest.fixture(autouse=True)
def _signing(authority: TestAuthority, tmp_path: Path):  # type: ignore[no-untyped-def]
    with put_in(signer=PadesSigner(authority)), override_settings(UPLOADS=tmp_path):
        yield


@pytest.fixture
def pdf() -> bytes:
    sheet = Sheet(
        "UBND", "", "Kinh Bắc", "1/KQ", "Giấy phép", "", "Nguyễn Thị An", "", "", "", "Cấp", (), (), "", "Dũng",
        "Chủ tịch", "http://localhost/check/X", MONDAY,
    )  # fmt: skip
    return signer().sign(result_printer().render(sheet), Signing("Dũng", "UBND", "staff:1", "Ký", "Kinh Bắc", MONDAY))


@pytest.fixture
def result(world: World, pdf: bytes) -> Result:
    dossier = Dossier.objects.get(public_id=received(world.home, PERMIT).public_id)
    return Result.objects.create(
        token="ABCDEFGHJKLMNOPQRSTUVWXYZ2", agency=world.home.agency, unit=world.home.centre, dossier=dossier,
        holder_id=dossier.applicant_id, holder_folded="nguyen thi an", procedure_code=PERMIT, kind="Giấy phép xây dựng",
        number="1/KQ-UBND", year=2026, issued_on=MONDAY.date(), template="plain-1", sha256=keep(pdf), size=len(pdf),
        signed_by_id=world.home.dung.staff_id, signed_at=MONDAY,
    )  # fmt: skip


def citizen(result: Result, *, assurance: Assurance = Assurance.IDENTITY) -> Client:
    account = Account.objects.create(party_id=result.holder_id, assurance=assurance, name="An", made_at=MONDAY)
    client = Client()
    session = client.session
    session["account"] = account.id
    session.save()
    return client


def test_the_page_behind_the_qr_names_kind_number_and_agency_and_nobody(result: Result) -> None:
    page = Client().get(f"/check/{result.token}").content.decode()
    assert "Giấy phép xây dựng" in page
    assert result.sha256 in page
    assert "Nguyễn Thị An" not in page
    assert Client().get("/check/NOPE").status_code == 404
    assert Client().post("/check", {"token": "abcd-efgh"})["Location"] == "/check/ABCDEFGH"


def test_a_file_is_checked_for_bytes_signatures_and_revocation(result: Result, pdf: bytes) -> None:
    def said(content: bytes) -> str:
        return Client().post("/check", {"file": SimpleUploadedFile("a.pdf", content)}).content.decode()

    assert "không khác một chút nào" in said(pdf)
    changed = bytearray(pdf)
    changed[1_500] ^= 1
    assert "đã bị thay đổi sau khi ký" in said(bytes(changed))
    assert "không có chữ ký số" in said(b"%PDF-1.7 nothing")
    assert Client().post("/check").status_code == 422
    Result.objects.update(state="revoked", state_reason="x", decision_no="12/QĐ")
    assert "đã bị thu hồi" in said(pdf)
    assert "12/QĐ" in Client().get(f"/check/{result.token}").content.decode()


def test_too_many_checks_from_one_place_are_turned_away(result: Result) -> None:
    visitor = Client()
    answers = [visitor.get(f"/check/{result.token}").status_code for _ in range(121)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_the_holder_downloads_shares_and_ends_a_share(result: Result, pdf: bytes) -> None:
    client = citizen(result)
    assert "1/KQ-UBND" in client.get("/my/results").content.decode()
    address = f"/my/results/{result.public_id}"
    answer = client.get(f"{address}/file")
    assert b"".join(answer.streaming_content) == pdf
    made = client.post(address, {"act": "share", "days": "7"}).content.decode()
    token = ResultShare.objects.get().token
    assert f"/results/shared/{token}" in made
    assert "Nguyễn Thị An" in Client().get(f"/results/shared/{token}").content.decode()
    client.post(address, {"act": "end", "share": ResultShare.objects.get().id})
    assert Client().get(f"/results/shared/{token}").status_code == 404
    assert client.post(address, {"act": "share", "days": "99"}).status_code == 422


def test_an_account_whose_identity_is_not_confirmed_is_told_why_its_store_is_empty(result: Result) -> None:
    client = citizen(result, assurance=Assurance.CONTACT)
    assert "danh tính được xác thực" in client.get("/my/results").content.decode()
    assert client.get(f"/my/results/{result.public_id}").status_code == 404


def test_the_head_revokes_with_decision_and_reason_on_the_results_page(result: Result) -> None:
    client = Client()
    client.login(username="dung", password=PASSWORD)
    address = f"/results/{result.public_id}"
    assert "nguyên vẹn" in client.get(address).content.decode()
    assert client.post(address, {"reason": "", "decision_no": ""}).status_code == 422
    assert client.post(address, {"reason": "Cấp sai", "decision_no": "12/QĐ"}).status_code == 302
    result.refresh_from_db()
    assert (result.state, result.decision_no) == ("revoked", "12/QĐ")
    found = client.get("/results", {"holder": "NGUYEN thi an", "number": "1/KQ-UBND", "from_on": "16/11/2026"})
    assert str(result.public_id) in found.content.decode()
    assert str(result.public_id) not in client.get("/results", {"to_on": "15/11/2026"}).content.decode()
