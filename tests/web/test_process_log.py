"""The log of a process: our own dossiers, a file of another system, and ours taken out and read back."""

from __future__ import annotations

import argparse
import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.core.kernel import Refused
from motcua.core.mining import xes_text
from motcua.services.actors import Denied
from motcua.services.dossiers.supplements import ask_supplement, supply_supplement
from motcua.services.logs import logged_cases, own_log
from motcua.store.dossiers.models import Dossier
from world import AN, BIRTH, MONDAY, PASSWORD, STATUS, World, received

LATER = MONDAY + timedelta(days=5)
DAYS = {"from_on": date(2026, 11, 1), "to_on": date(2026, 11, 30)}


def some(world: World) -> None:
    home = world.home
    for _ in range(2):
        received(home, BIRTH)
    row = Dossier.objects.get(public_id=received(home, STATUS).public_id)
    done, _slip = ask_supplement(
        public_id=row.public_id, items=["Tờ khai", "Bản án ly hôn"], reason="Thiếu", seen_version=1, actor=home.binh,
        now=MONDAY + timedelta(hours=1),
    )  # fmt: skip
    supply_supplement(
        public_id=row.public_id, seen_version=done.version, actor=home.binh, now=MONDAY + timedelta(hours=5)
    )
    received(world.elsewhere, BIRTH)


@pytest.mark.django_db
def test_our_own_log_tells_waits_and_the_papers_that_were_asked_for(world: World) -> None:
    some(world)
    found = own_log(actor=world.home.manager, code="", now=LATER, **DAYS)
    assert (len(found.report.log.cases), found.report.log.events, found.asked) == (3, 5, 1)
    assert [(c.dossiers, c.is_component) for c in sorted(found.causes, key=lambda c: c.is_component)] == [
        (1, False),
        (1, True),
    ]
    wait = next(w for w in found.report.waits if w.after == "Đã bổ sung hồ sơ")
    assert (wait.before, wait.edge.median) == ("Yêu cầu bổ sung hồ sơ", 4 * 3600)
    assert wait.share == pytest.approx(0.8)
    for actor, cases in ((world.procedure_officer, 4), (world.home.dung, 3), (world.elsewhere.manager, 1)):
        assert len(own_log(actor=actor, code="", now=LATER, **DAYS).report.log.cases) == cases
    assert len(own_log(actor=world.procedure_officer, code=STATUS, now=LATER, **DAYS).report.log.cases) == 1
    with pytest.raises(Denied):
        own_log(actor=world.home.binh, code="", now=LATER, **DAYS)
    with pytest.raises(Refused):
        own_log(actor=world.home.manager, code="", now=LATER, from_on=DAYS["to_on"], to_on=DAYS["from_on"])


@pytest.mark.django_db
def test_what_is_taken_out_names_nobody_and_reads_back_to_the_same_counts(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from motcua.project.commands import log as command

    some(world)
    path = tmp_path / "log.xes.gz"
    with gzip.open(path, "wb") as file:
        for text in xes_text(logged_cases(code="", now=LATER, **DAYS)):
            file.write(text.encode())
    text = gzip.decompress(path.read_bytes()).decode()
    codes = Dossier.objects.values_list("code", flat=True)
    for trace in (AN.name, AN.id_number, AN.phone, *codes):
        assert trace not in text
    command.run(argparse.Namespace(act="import", file=path, json=True))
    told = json.loads(capsys.readouterr().out)
    ours = own_log(actor=world.procedure_officer, code="", now=LATER, **DAYS).report
    assert told == {
        "cases": len(ours.log.cases),
        "events": ours.log.events,
        "activities": len(ours.log.activities),
        "variants": ours.variant_count,
    }


@pytest.mark.django_db
def test_the_page_shows_our_log_or_a_file_and_refuses_what_is_none(world: World, settings: object) -> None:
    settings.DEMO_OFFSET = LATER - datetime.now(UTC)  # type: ignore[attr-defined]
    some(world)
    client = Client()
    client.login(username="giamdoc", password=PASSWORD)
    text = client.get("/process-log?from_on=01/11/2026&to_on=30/11/2026").content.decode()
    assert "Bản án ly hôn" in text
    assert "<svg" in text
    assert client.get(f"/process-log?procedure={BIRTH}").status_code == 200
    events = "".join(
        f'<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="2026-01-0{n}T08:00:00Z"/></event>'
        for n, name in enumerate(["xin &lt;phép", "duyệt", "xin &lt;phép"], start=1)
    )
    data = f"<log><trace>{events}</trace></log>".encode()
    for body in (data, gzip.compress(data)):
        answer = client.post("/process-log", {"file": SimpleUploadedFile("x.xes", body)})
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "xin &lt;phép → duyệt → xin &lt;phép" in text
        assert "Bước quay lại" in text
    for body in (b"PK", gzip.compress(data)[:-9], b"<html/>"):
        assert client.post("/process-log", {"file": SimpleUploadedFile("x", body)}).status_code == 422
    assert client.post("/process-log", {}).status_code == 422


@pytest.mark.data
@pytest.mark.django_db
def test_the_published_log_is_drawn_with_its_known_numbers(world: World, shared_data: Path) -> None:
    client = Client()
    client.login(username="kiemsoat", password=PASSWORD)
    body = (shared_data / "events_receipt_permit.xes.gz").read_bytes()
    text = client.post("/process-log", {"file": SimpleUploadedFile("receipt.xes.gz", body)}).content.decode()
    for figure in ("<b>1.434</b>", "<b>8.577</b>", "<b>27</b>", "<b>116</b>"):
        assert figure in text
    assert "<b>389</b>kết thúc sau ngày dự kiến, trong 1.329 vụ việc đã kết thúc" in text
