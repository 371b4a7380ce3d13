"""Compliance costs on pages: entered, proposed, compared; nothing typed is lost, nothing saved is changed."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from motcua.store.catalogue.models import Procedure
from motcua.store.measures.models import CostVersion
from world import BIRTH, PASSWORD, World

BEFORE = [
    ("prepare", "Điền tờ khai", "8", "", "100.000"),
    ("submit", "Đi nộp", "4", "", "124.000"),
    ("receive", "Đi nhận", "2", "", ""),
]
AFTER = [("prepare", "Điền tờ khai", "2", "", "31.000"), ("submit", "Nộp trực tuyến", "0,5", "", ""), ("receive", "Nhận qua mạng", "0,5", "", "")]  # fmt: skip


def typed(lines: list[tuple[str, ...]], *, fees: str, **changes: str) -> dict[str, str]:
    data = {
        "key": str(uuid.uuid4()), "rows": str(len(lines)), "name": "Bản tính", "fees": fees, "times": "1",
        "subjects": "1.000", "hourly": "50.000", "act": "save",
    }  # fmt: skip
    for n, line in enumerate(lines, start=1):
        data |= {f"row.{n}.{f}": v for f, v in zip(("step", "name", "hours", "hired", "other"), line, strict=True)}
    return {**data, **changes}


@pytest.mark.django_db
def test_a_cut_is_proposed_and_saves_as_published(world: World) -> None:
    client = Client()
    assert client.login(username="kiemsoat", password=PASSWORD)
    procedure = Procedure.objects.get(code=BIRTH)
    page, form = f"/costs/{procedure.id}", f"/costs/{procedure.id}/new"
    assert "Chưa ai tính" in client.get(page).content.decode()
    assert "Tờ khai" in client.get(form).content.decode(), "the papers of the procedure stand ready"
    entry = typed(BEFORE, fees="100.000")
    for _ in range(2):
        assert client.post(form, entry).status_code == 302
    assert CostVersion.objects.count() == 1, "sent twice, kept once"
    again = client.get(f"{form}?before=1").content.decode()
    assert "Đi nộp" in again
    assert client.post(form, typed(AFTER, fees="50.000", before="1")).status_code == 302
    text = client.get(page).content.decode()
    for figure in ("1.024.000", "231.000", "77,44", "793.000.000"):
        assert figure in text, figure
    listed = client.get("/costs").content.decode()
    assert "77,44" in listed
    assert BIRTH in client.get(f"/costs?q={BIRTH}").content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        CostVersion.objects.update(name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        CostVersion.objects.all().delete()


@pytest.mark.django_db
def test_what_is_wrong_is_told_at_its_field_and_what_is_typed_stays(world: World) -> None:
    client = Client()
    client.login(username="kiemsoat", password=PASSWORD)
    form = f"/costs/{Procedure.objects.get(code=BIRTH).id}/new"
    answer = client.post(form, typed([("prepare", "Điền tờ khai", "một", "", "")], fees="", name="", before="7"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#row-1-hours"' in text
    assert "Điền tờ khai" in text
    assert "Không còn thấy bản tính" in text
    more = client.post(form, typed(BEFORE, fees="", act="more")).content.decode()
    assert 'name="row.6.name"' in more
    assert "Đi nộp" in more
    assert not CostVersion.objects.exists()


@pytest.mark.django_db
def test_the_province_reads_and_does_not_enter(world: World) -> None:
    client = Client()
    client.login(username="lanhdao", password=PASSWORD)
    procedure = Procedure.objects.get(code=BIRTH)
    assert client.get(f"/costs/{procedure.id}").status_code == 200
    assert client.get(f"/costs/{procedure.id}/new").status_code == 403
    assert client.get("/costs/999999").status_code == 403
