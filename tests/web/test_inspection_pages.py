"""Inspections on pages: planned by decision, drawn once, looked at, concluded, closed after another look."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import uuid
from pathlib import Path

import pypdfium2
import pytest
from django.db import DatabaseError, transaction

from campaign_cast import (
    a_file,
    codes,
    plan_entry,
    planned,
    signed_in,
)
from motcua.core.inspection import InspectionState
from motcua.core.kernel import Refused
from motcua.services.inspections.drawing import draw_sample, drawn_again
from motcua.services.inspections.planning import plan_inspections
from motcua.store.dossiers.models import Dossier
from motcua.store.duties.models import Duty, DutyEvent, Enclosure
from motcua.store.inspections.models import Inspection, InspectionPlan, SampledDossier, SampleDraw
from motcua.store.lawfiles.supervision import supervision_rules
from world import MONDAY, World

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def answers(wrong: str = "") -> dict[str, str]:
    """Return a checklist in which all is as it should be but one question."""
    typed = {f"q.{q.key}": "ok" for q in supervision_rules().questions}
    return {**typed, f"q.{wrong}": "bad", f"q.{wrong}.note": "Không có phiếu"} if wrong else typed


def test_a_sample_is_drawn_once_frozen_and_anybody_draws_it_again(world: World, tmp_path: Path) -> None:
    inspection = planned(world)
    assert inspection.seed == "12/QĐ-UBND|2026-11-02|H05.31/centre|2026-10-26|2026-11-13"
    client, address = signed_in("kiemsoat"), f"/inspections/{inspection.public_id}"
    assert inspection.seed in client.get(address).content.decode(), "public before the draw"
    assert client.post(address, {"act": "draw"}).status_code == 302
    assert client.post(address, {"act": "draw"}).status_code == 422
    listed = client.get(f"{address}/candidates.csv").content
    path = tmp_path / "candidates.csv"
    path.write_bytes(listed)
    recipe = [sys.executable, str(ROOT / "docs" / "inspection" / "redraw.py"), str(path)]
    found = subprocess.run(recipe, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    stored = [str(s.dossier.public_id) for s in SampledDossier.objects.order_by("place").select_related("dossier")]
    assert [line.split()[1] for line in found.stdout.splitlines()[:-1]] == stored
    rows = list(csv.reader(io.StringIO(listed.decode()), delimiter=";"))
    assert len(rows) == 4 + 6
    assert Dossier.objects.first().code not in listed.decode()  # type: ignore[union-attr]
    path.write_bytes(listed.replace(b";1;", b";2;", 1))
    assert subprocess.run(recipe, capture_output=True, check=False).returncode == 1, "a list that was changed"
    assert drawn_again(inspection)
    for change in (
        lambda: Inspection.objects.update(seed="x"),
        lambda: InspectionPlan.objects.update(decision_no="x"),
        lambda: SampleDraw.objects.update(count=1),
        lambda: SampledDossier.objects.update(place=9),
        lambda: SampledDossier.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_decision_is_planned_by_once_and_every_fault_is_told(world: World) -> None:
    planned(world, dossiers=0)
    officer = world.procedure_officer
    with pytest.raises(Refused) as refusal:
        plan_inspections(plan_entry(world, subject="Chọn lại"), actor=officer, now=MONDAY)
    assert codes(refusal) == ["plan.decision"]
    with pytest.raises(Refused) as refusal:
        plan_inspections(
            plan_entry(world, decision_no="", decided_on="x", to_on="17/11/2028", size="0", units=["0"]),
            actor=officer,
            now=MONDAY,
        )
    assert codes(refusal) == ["entry.missing", "entry.day", "entry.day_outside", "entry.number", "entry.choose"]
    with pytest.raises(Refused) as refusal:
        draw_sample(Inspection.objects.order_by("id")[0].public_id, actor=officer, now=MONDAY)
    assert codes(refusal) == ["inspection.nothing"]
    ahead = plan_entry(world, decision_no="13/QĐ", to_on="16/11/2026", visit_on="17/11/2026")
    coming = plan_inspections(ahead, actor=officer, now=MONDAY).inspections.get()
    with pytest.raises(Refused) as refusal:
        draw_sample(coming.public_id, actor=officer, now=MONDAY)
    assert codes(refusal) == ["inspection.period_open"], "planned ahead, drawn when the period is over"
    client = signed_in("kiemsoat")
    typed = {"decision_no": "13/QĐ-UBND", "subject": "Còn đây"}
    answer = client.post("/inspections/new", typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Còn đây" in text
    assert 'href="#decided_on"' in text


def test_an_inspection_from_draw_to_end_with_a_re_check(world: World) -> None:
    inspection = planned(world, size="2")
    kiemsoat, head = signed_in("kiemsoat"), signed_in("dung")
    address = f"/inspections/{inspection.public_id}"
    kiemsoat.post(address, {"act": "draw"})
    first = f"{address}/dossiers/1"
    shown = kiemsoat.get(first).content.decode()
    code = SampledDossier.objects.get(place=1).dossier.code
    assert code in shown
    assert "Nguyễn Thị An" not in shown, "times and steps, no names"
    assert kiemsoat.post(first, {"q.receipt": "ok"}).status_code == 422
    assert kiemsoat.post(address, {"act": "conclude", "conclusion": "x"}).status_code == 422, "not all looked at"
    assert kiemsoat.post(first, answers("once"))["Location"] == f"{address}/dossiers/2"
    assert kiemsoat.post(f"{address}/dossiers/2", answers())["Location"] == address
    found = {
        "act": "find",
        "key": str(uuid.uuid4()),
        "text": "Không lập phiếu bổ sung",
        "gravity": "grave",
        "place": "1",
    }
    assert kiemsoat.post(address, found).status_code == 422, "what is grave is put right"
    found |= {"remedy": "Lập lại phiếu", "days": "5"}
    for _twice in range(2):
        assert kiemsoat.post(address, found).status_code == 302
    assert "Không lập phiếu" not in head.get(address).content.decode(), "the inspector's alone until the record"
    assert kiemsoat.post(address, {"act": "conclude", "conclusion": "Đạt, trừ phiếu."}).status_code == 302
    assert "Không lập phiếu" in head.get(address).content.decode()
    (remedy,) = Duty.objects.all()
    assert (remedy.unit_id, str(remedy.due_on)) == (world.home.centre.id, "2026-11-23")
    assert kiemsoat.post(address, {"act": "close"}).status_code == 422
    page = f"/duties/{remedy.public_id}"
    assert "Không lập phiếu" in head.get("/owed").content.decode()
    assert head.post(page, {"act": "done", "text": "Đã lập"}).status_code == 422, "without evidence"
    key = str(uuid.uuid4())
    for _twice in range(2):
        report = {"act": "done", "text": "Đã lập", "key": key, "files": a_file()}
        assert head.post(page, report).status_code == 302
    assert Enclosure.objects.count() == 1
    assert "Không lập phiếu" in kiemsoat.get("/owed").content.decode(), "waits for another look"
    assert kiemsoat.post(page, {"act": "returned", "text": "Thiếu chữ ký", "days": "3"}).status_code == 302
    assert kiemsoat.post(page, {"act": "fulfilled", "text": "Đạt"}).status_code == 422, "reported on first"
    head.post(page, {"act": "done", "text": "Đã ký", "files": a_file()})
    assert kiemsoat.post(page, {"act": "fulfilled", "text": "Đạt"}).status_code == 302
    assert kiemsoat.post(address, {"act": "close"}).status_code == 302
    inspection.refresh_from_db()
    assert inspection.state == InspectionState.CLOSED
    record = kiemsoat.get(f"{address}/record.pdf")
    with pypdfium2.PdfDocument(record.content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert tuple(round(side) for side in document[0].get_size()) == (595, 842)
    assert code in text.replace("\r\n", "")
    assert "Nguyễn Thị An" not in text
    for change in (lambda: DutyEvent.objects.update(text="x"), lambda: Enclosure.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_inspection_can_be_taken_out_of_the_plan_before_its_draw(world: World) -> None:
    inspection, client = planned(world), signed_in("kiemsoat")
    address = f"/inspections/{inspection.public_id}"
    assert client.post(address, {"act": "cancel", "reason": ""}).status_code == 422
    assert client.post(address, {"act": "cancel", "reason": "Bão lũ"}).status_code == 302
    assert client.post(address, {"act": "draw"}).status_code == 422
    assert "Bão lũ" in client.get(address).content.decode()
    assert client.post(address, {"act": "sing"}).status_code == 403
    assert client.get(f"{address}/record.pdf").status_code == 403
