"""The scan station as its officer uses it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from motcua.integrations.signer.adapter import PadesSigner
from motcua.integrations.signer.test_authority import TestAuthority
from motcua.services.adapters import put_in
from motcua.store.dossiers.models import Dossier
from motcua.store.results.models import ScanBatch
from world import PASSWORD, PERMIT, World, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _signing(tmp_path: Path):  # type: ignore[no-untyped-def]
    with put_in(signer=PadesSigner(TestAuthority(tmp_path / "authority"))), override_settings(UPLOADS=tmp_path):
        yield


def picture(shade: int) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (120, 170), (shade, shade, shade)).save(out, "JPEG")
    return SimpleUploadedFile(f"scan-{shade:03d}.jpeg", out.getvalue())


def test_the_station_works_with_forms_alone(world: World) -> None:
    client = Client()
    assert client.login(username="binh", password=PASSWORD)
    code = Dossier.objects.get(public_id=received(world.home, PERMIT).public_id).code
    assert "Đơn đề nghị" in client.get("/scans", {"code": code}).content.decode()
    wrong = client.post("/scans", {"code": code, "component": "c1", "pages": "0"})
    assert wrong.status_code == 422
    station = client.post("/scans", {"code": code, "component": "c1", "pages": "2"})["Location"]
    client.post(station, {"act": "upload", "files": [picture(10), picture(20)]})
    page = client.get(station).content.decode()
    number = page.split('value="down.')[1].split('"')[0]
    client.post(station, {"act": f"down.{number}"})
    batch = ScanBatch.objects.get()
    assert [p.name for p in batch.pages.order_by("position")] == ["scan-020.jpeg", "scan-010.jpeg"]
    shown = client.get(f"{station}/{number}")
    assert (shown["Content-Type"], shown["Content-Security-Policy"]) == ("image/jpeg", "sandbox; default-src 'none'")
    b"".join(shown.streaming_content)
    for close in shown._resource_closers:
        close()
    client.post(station, {"act": "sign"})
    batch.refresh_from_db()
    assert batch.signed_at is not None
    assert "so-hoa-c1.pdf" in client.get("/scans", {"code": code}).content.decode()
