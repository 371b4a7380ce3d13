"""The report of figures as its readers get it: every number leads to its dossiers, every file says the same."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import timedelta

import openpyxl
import pypdfium2
import pytest
from django.test import Client

from motcua.core.statistics import NUMBERS
from motcua.services.dossiers.clock_acts import withdraw
from motcua.store.figures.models import DossierFigure
from world import BIRTH, MONDAY, PASSWORD, PERMIT, STATUS, World, received

LINK = re.compile(r'<a href="(/figures/dossiers\?[^"]+)" title="[^"]*">([\d.]+)</a>')


@pytest.fixture
def busy(world: World) -> World:
    """Two communes with dossiers of three sectors: on time, late, withdrawn, open."""
    for office in (world.home, world.elsewhere):
        for code in (BIRTH, STATUS, PERMIT):
            received(office, code, at=MONDAY - timedelta(days=80))
            received(office, code, at=MONDAY - timedelta(hours=20))
    receipt = received(world.home, PERMIT)
    withdraw(public_id=receipt.public_id, reason="đổi ý", seen_version=1, actor=world.home.binh, now=MONDAY)
    return world


def reader(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


@pytest.mark.parametrize("username", ["lanhdao", "giamdoc"])
def test_each_number_of_the_page_leads_to_as_many_dossiers(busy: World, username: str) -> None:
    client = reader(username)
    for query in ("", "?by=agency", "?known_on=15/11/2026"):
        page = client.get(f"/figures{query}").content.decode()
        links = LINK.findall(page)
        assert len(links) > 5, (username, query)
        for address, number in links[::3]:
            behind = client.get(html.unescape(address)).content.decode()
            assert behind.count('<tr><td class="code">') == int(number), address


def test_a_page_names_how_each_number_is_counted_and_its_period(busy: World) -> None:
    page = reader("lanhdao").get("/figures").content.decode()
    assert "15/09/2026 – 14/12/2026" in page
    assert "II.06c" in page
    assert page.count("<dt>") >= len(NUMBERS)
    assert "Tính đến" not in page
    english = reader("lanhdao").get("/figures", headers={"accept-language": "en"})
    assert english.status_code == 200


def test_all_files_say_the_same(busy: World) -> None:
    client = reader("lanhdao")
    data = json.loads(client.get("/figures?as=json").content)
    total = data["total"]
    assert total["total"] == total["in_period"] + total["carried"] == total["resolved"] + total["open"] == 13
    assert set(data["definitions"]) == set(NUMBERS)
    rows = list(csv.reader(io.StringIO(client.get("/figures?as=csv").content.decode("utf-8-sig"))))
    assert rows[-1][1:] == [str(total[n]) for n in ("total", "online", "direct", "carried", "resolved", "early", "on_time", "late", "open", "within", "overdue")]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(client.get("/figures?as=xlsx").content))
    assert [cell.value for cell in list(book.worksheets[0].iter_rows())[-1]][1:] == [int(n) for n in rows[-1][1:]]
    answer = client.get("/figures?as=pdf")
    with pypdfium2.PdfDocument(answer.content) as document:
        text = document[0].get_textpage().get_text_bounded()
        assert tuple(round(side) for side in document[0].get_size()) == (842, 595)
    assert "II.06" in text
    assert "Nguyễn" not in answer.content.decode("latin-1")
    assert "An" not in {row["name"] for section in data["sections"] for row in section["rows"]}


def test_no_file_and_no_page_is_made_of_numbers_that_do_not_add_up(busy: World) -> None:
    DossierFigure.objects.filter(unit_id=busy.home.centre.id).update(version_id=10**9)
    client = reader("lanhdao")
    for wanted in ("", "pdf", "xlsx", "csv", "json"):
        answer = client.get(f"/figures?as={wanted}")
        assert answer.status_code == 422
        assert "Số liệu không khớp" in answer.content.decode()


def test_a_head_sees_his_own_and_is_refused_others(busy: World) -> None:
    client = reader("dung")
    assert json.loads(client.get("/figures?as=json").content)["total"]["total"] == 7
    assert client.get(f"/figures?agency={busy.elsewhere.agency.id}").status_code == 403
    assert client.get(f"/figures/dossiers?number=total&agency={busy.elsewhere.agency.id}").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "period=2027-Q4", "period=x", "from_on=1&to_on=2", "from_on=01/01/2026&to_on=01/01/2020", "known_on=45/45/45",
        "known_on=01/01/2020",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_and_nothing_breaks(busy: World, query: str) -> None:
    client = reader("lanhdao")
    assert client.get(f"/figures?{query}").status_code == 422
    assert client.get(f"/figures/dossiers?number=late&{query}").status_code == 422


@pytest.mark.parametrize("query", ["agency=x", "unit=99999999999999999999", "level=ABC&sector=%00", "by=nothing"])
def test_odd_filters_count_nothing_or_are_ignored(busy: World, query: str) -> None:
    assert reader("lanhdao").get(f"/figures?{query}").status_code == 200


def test_a_report_too_long_to_print_is_offered_as_a_spreadsheet(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.reports.figures.views.PRINTED_ROWS_MAX", 1)
    client = reader("lanhdao")
    assert client.get("/figures?as=pdf").status_code == 422
    assert client.get("/figures?as=xlsx").content.startswith(b"PK")


def test_a_page_takes_as_many_statements_however_many_rows(
    busy: World, django_assert_max_num_queries: object
) -> None:
    client = reader("lanhdao")
    client.get("/figures")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get("/figures?by=agency")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        client.get("/figures/dossiers?number=total")
