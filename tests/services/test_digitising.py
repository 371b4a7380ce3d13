"""Papers are scanned page by page in their order, counted and signed; what may not be scanned is refused."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image

from motcua.core.kernel import Refused
from motcua.integrations.signer.adapter import PadesSigner
from motcua.integrations.signer.test_authority import TestAuthority
from motcua.services.actors import Denied
from motcua.services.adapters import put_in
from motcua.services.digitising import (
    BatchEntry,
    add_pages,
    mark_page,
    move_page,
    open_batch,
    remove_page,
    scan_station,
    sign_batch,
)
from motcua.services.dossiers.documents import path_of
from motcua.services.money_ports import signer
from motcua.store.dossiers.models import Dossier
from motcua.store.results.models import ScanBatch
from world import MONDAY, PERMIT, World, received

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("scan-authority"))


@pytest.fixture(autouse=True)
def _signing(authority: TestAuthority, tmp_path: Path):  # type: ignore[no-untyped-def]
    with put_in(signer=PadesSigner(authority)), override_settings(UPLOADS=tmp_path):
        yield


def picture(shade: int, *, kind: str = "JPEG", size: tuple[int, int] = (120, 170)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(out, kind)
    return SimpleUploadedFile(f"scan-{shade:03d}.{kind.lower()}", out.getvalue())


def three_pages() -> SimpleUploadedFile:
    pdf = pypdfium2.PdfDocument.new()
    for _ in range(3):
        pdf.new_page(595, 842)
    out = io.BytesIO()
    pdf.save(out)
    return SimpleUploadedFile("three.pdf", out.getvalue())


def a_batch(world: World, pages: int, **entry: object) -> ScanBatch:
    receipt = received(world.home, PERMIT)
    return open_batch(
        public_id=receipt.public_id, entry=BatchEntry("c1", pages, **entry), actor=world.home.binh, now=MONDAY,  # type: ignore[arg-type]
    )  # fmt: skip


def test_pictures_and_files_become_one_signed_document_in_the_order_they_came(world: World) -> None:
    batch, binh = a_batch(world, 5), world.home.binh
    uploads = [picture(40), picture(80, kind="PNG", size=(170, 120)), three_pages()]
    assert add_pages(public_id=batch.public_id, uploads=uploads, actor=binh) == 5
    document = sign_batch(public_id=batch.public_id, actor=binh, now=MONDAY)
    content = path_of(document.sha256).read_bytes()
    with pypdfium2.PdfDocument(content) as pdf:
        sizes = [tuple(round(side) for side in page.get_size()) for page in pdf]
        shades = [page.render(scale=0.2).to_pil().convert("L").getpixel((59, 84)) for page in list(pdf)[:1]]
    assert sizes == [(595, 842), (842, 595), (595, 842), (595, 842), (595, 842)]
    assert abs(shades[0] - 40) <= 3
    (signature,) = signer().validate(content)
    assert (signature.name, signature.is_intact, signature.is_trusted) == (binh.name, True, True)
    batch.refresh_from_db()
    assert [p["page"] for p in batch.manifest] == [1, 2, 3, 4, 5]
    assert (document.dossier_id, document.component, document.pages) == (batch.dossier_id, "c1", 5)
    with pytest.raises(Refused, match=r"scan\.batch_signed"):
        add_pages(public_id=batch.public_id, uploads=[picture(1)], actor=binh)


def test_as_many_pictures_as_pages_second_scans_of_stuck_notes_aside(world: World) -> None:
    batch, binh = a_batch(world, 2), world.home.binh
    add_pages(public_id=batch.public_id, uploads=[picture(n) for n in (1, 2, 3)], actor=binh)
    with pytest.raises(Refused, match=r"scan\.count") as refused:
        sign_batch(public_id=batch.public_id, actor=binh, now=MONDAY)
    (problem,) = refused.value.problems
    assert problem.ref is not None
    assert (problem.values, problem.ref.act) == ({"stated": "2", "found": "3"}, "01/2023/TT-VPCP")
    first, second, _third = scan_station(batch.public_id, binh)["pages"]
    mark_page(public_id=batch.public_id, page_id=first.id, actor=binh)
    with pytest.raises(Refused, match=r"scan\.second_first"):
        sign_batch(public_id=batch.public_id, actor=binh, now=MONDAY)
    mark_page(public_id=batch.public_id, page_id=first.id, actor=binh)
    mark_page(public_id=batch.public_id, page_id=second.id, actor=binh)
    assert sign_batch(public_id=batch.public_id, actor=binh, now=MONDAY).pages == 3


def test_pages_are_moved_and_taken_out_and_the_rest_close_up(world: World) -> None:
    batch, binh = a_batch(world, 3), world.home.binh
    add_pages(public_id=batch.public_id, uploads=[picture(n) for n in (1, 2, 3)], actor=binh)

    def names() -> list[str]:
        return [p.name for p in scan_station(batch.public_id, binh)["pages"]]

    ids = [p.id for p in scan_station(batch.public_id, binh)["pages"]]
    move_page(public_id=batch.public_id, page_id=ids[2], by=-1, actor=binh)
    move_page(public_id=batch.public_id, page_id=ids[0], by=-1, actor=binh)
    assert names() == ["scan-001.jpeg", "scan-003.jpeg", "scan-002.jpeg"]
    remove_page(public_id=batch.public_id, page_id=ids[0], actor=binh)
    assert names() == ["scan-003.jpeg", "scan-002.jpeg"]
    assert [p.position for p in scan_station(batch.public_id, binh)["pages"]] == [1, 2]


@pytest.mark.parametrize("nature", ["shown", "verification", "secret", "other"])
def test_what_may_not_be_scanned_is_refused_with_the_article(world: World, nature: str) -> None:
    with pytest.raises(Refused, match=r"scan\.exempt_") as refused:
        a_batch(world, 1, nature=nature)
    assert refused.value.problems[0].ref is not None
    assert refused.value.problems[0].ref.place == "art. 5(2)"


def test_an_electronic_dossier_is_not_scanned(world: World) -> None:
    receipt = received(world.home, PERMIT)
    Dossier.objects.filter(public_id=receipt.public_id).update(channel="ONLINE")
    with pytest.raises(Refused, match=r"scan\.exempt_electronic"):
        open_batch(public_id=receipt.public_id, entry=BatchEntry("c1", 1), actor=world.home.binh, now=MONDAY)


def test_a_bad_file_among_good_ones_is_named_and_the_good_ones_stay(world: World) -> None:
    batch, binh = a_batch(world, 1), world.home.binh
    bad = SimpleUploadedFile("virus.jpg", b"MZ not a picture")
    with pytest.raises(Refused, match=r"scan\.kind"):
        add_pages(public_id=batch.public_id, uploads=[picture(1), bad], actor=binh)
    assert batch.pages.count() == 1
    huge = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(huge, "PNG")
    add_pages(public_id=batch.public_id, uploads=[SimpleUploadedFile("huge.png", huge.getvalue())], actor=binh)
    remove_page(public_id=batch.public_id, page_id=batch.pages.order_by("id")[0].id, actor=binh)
    with pytest.raises(Refused, match=r"scan\.page_broken"):
        sign_batch(public_id=batch.public_id, actor=binh, now=MONDAY)


def test_scans_are_of_the_unit_that_received_and_of_nobody_else(world: World) -> None:
    batch = a_batch(world, 1)
    for actor in (world.elsewhere.binh, world.home.chi, world.administrator):
        with pytest.raises(Denied):
            add_pages(public_id=batch.public_id, uploads=[picture(1)], actor=actor)
    stranger = received(world.elsewhere, PERMIT, at=MONDAY + timedelta(minutes=1))
    with pytest.raises(Denied):
        open_batch(public_id=stranger.public_id, entry=BatchEntry("c1", 1), actor=world.home.binh, now=MONDAY)
