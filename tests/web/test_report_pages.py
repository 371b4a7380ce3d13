"""Reports beyond Form II.06: petitions, causes, the month, tables of one's own, published figures; page, files, print."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
from django.http import QueryDict
from django.test import Client
from openpyxl import load_workbook

from motcua.core.kernel import Refused
from motcua.core.statistics import Period, PeriodKind
from motcua.reports.figures.asking import key_of, text_of
from motcua.services.actors import Denied
from motcua.services.figures import overdue, petition_figures
from motcua.services.figures.monthly import monthly_report, months_offered
from motcua.services.figures.open_data import COLUMNS
from motcua.services.figures.overdue import cause_report, late_behind
from motcua.services.figures.petition_figures import petition_report, petitions_behind
from motcua.services.figures.reporting import Asked, figures_report
from motcua.services.petitions.handling import HandlingEntry, handle
from motcua.services.petitions.sending import confirm_petition
from motcua.services.ratings import rate_visit
from motcua.store.figures.selectors import Filters
from motcua.store.organisation.models import Counter
from motcua.store.reporting.models import SavedTable
from motcua.store.voices.models import Petition
from world import BIRTH, MONDAY, PASSWORD, STATUS, World, received

Q4 = Period(PeriodKind.QUARTER, date(2026, 9, 15), date(2026, 12, 14), "2026-Q4")
LATER = MONDAY + timedelta(days=25)
_LINK = re.compile(r'<td class="number"[^>]*><a href="([^"]+)"[^>]*>([\d.]+)</a>')


@pytest.fixture
def later(settings: object) -> None:
    settings.DEMO_OFFSET = LATER - datetime.now(UTC)  # type: ignore[attr-defined]


def signed_in(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


def petition(world: World, at: datetime, about: str = "AGENCY") -> Petition:
    row = Petition.objects.create(
        key=uuid.uuid4(), agency=world.home.agency, about=about, contact="an@example.vn", title="Chờ lâu", text="x",
        made_at=at,
    )  # fmt: skip
    confirm_petition(row.public_id, contact="an@example.vn", now=at)
    return Petition.objects.get(id=row.id)


def answer(world: World, row: Petition, at: datetime) -> None:
    handle(row.public_id, "draft", HandlingEntry(seen=1, text="Đã xử lý"), actor=world.home.dung, now=at)
    handle(row.public_id, "approve", HandlingEntry(seen=2), actor=world.home.dung, now=at)


def drilled(client: Client, page: str, *, row: str) -> int:
    """Open what is behind each number of a page; return how many there were. Each leads to as many rows as it says."""
    found = _LINK.findall(page)
    for address, number in found:
        shown = client.get(address.replace("&amp;", "&"))
        assert shown.status_code == 200, address
        if row in address:
            text = shown.content.decode()
            assert len(re.findall(r'<td class="code">', text)) == int(number.replace(".", "")), address
    return len(found)


@pytest.mark.django_db
@pytest.mark.usefixtures("later")
def test_petitions_are_counted_by_what_happened_by_the_end_of_the_period(world: World) -> None:
    before = petition(world, datetime(2026, 9, 1, 9, tzinfo=MONDAY.tzinfo), "PROCEDURE")
    quick, slow, conduct = (
        petition(world, MONDAY),
        petition(world, MONDAY - timedelta(days=30)),
        petition(world, MONDAY, "CONDUCT"),
    )
    answer(world, quick, MONDAY + timedelta(days=3))
    answer(world, slow, MONDAY)
    report = petition_report(Asked(Q4, LATER.date()), by="about", actor=world.province_leader, now=LATER)
    wanted = {
        "total": 4,
        "in_period": 3,
        "carried": 1,
        "handled": 2,
        "in_time": 1,
        "late": 1,
        "open": 2,
        "overdue": 2,
    }
    assert {n: report.total[n] for n in wanted} == wanted
    # Before it was forwarded, and as it stood on a day: the answer of the day after is not known yet.
    earlier = petition_report(
        Asked(Q4, (MONDAY - timedelta(days=1)).date()), by="about", actor=world.home.dung, now=LATER
    )
    assert (earlier.total["total"], earlier.total["open"], earlier.total["handled"]) == (2, 2, 0)
    handle(
        before.public_id, "forward",
        HandlingEntry(seen=1, text="Thuộc nơi khác", agency_id=world.elsewhere.agency.id), actor=world.home.dung, now=LATER,
    )  # fmt: skip
    for day, homes in ((LATER.date() - timedelta(days=1), 4), (LATER.date(), 3)):
        asked = Asked(Q4, day)
        assert petition_report(asked, by="group", actor=world.home.dung, now=LATER).total["total"] == homes
    rows, _next = petitions_behind(
        Asked(Q4, LATER.date()),
        number="open",
        by="about",
        key="CONDUCT",
        before=None,
        actor=world.home.manager,
        now=LATER,
    )
    assert [(r.petition.id, r.may_open) for r in rows] == [(conduct.id, False)], "counted, but not for his eyes"
    with pytest.raises(Denied):
        petition_report(
            Asked(Q4, LATER.date(), filters=Filters(agency_id=world.elsewhere.agency.id)), by="group",
            actor=world.home.dung, now=LATER,
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.usefixtures("later")
def test_the_report_of_petitions_drills_prints_and_is_taken_along(world: World) -> None:
    answer(world, petition(world, MONDAY), MONDAY + timedelta(days=3))
    petition(world, MONDAY, "CONDUCT")
    for user in ("lanhdao", "giamdoc"):
        client = signed_in(user)
        page = client.get("/figures/petitions?by=about").content.decode()
        assert drilled(client, page, row="/figures/petitions/list") > 8
    assert "Chờ lâu" not in signed_in("lanhdao").get("/figures/petitions/list?number=total").content.decode()
    files_of("/figures/petitions?by=group", "II.05")
    assert signed_in("giamdoc").get("/figures/petitions/list?number=x").status_code == 422


@pytest.mark.django_db
def test_petitions_that_do_not_add_up_are_not_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    petition(world, MONDAY)
    plain = petition_figures.petition_classes
    monkeypatch.setattr(petition_figures, "petition_classes", lambda line, window: plain(line, window)[:-1])
    with pytest.raises(Refused) as refused:
        petition_report(Asked(Q4, MONDAY.date()), by="group", actor=world.home.dung, now=MONDAY + timedelta(hours=5))
    assert {p.code for p in refused.value.problems} == {"figures.identity"}


def files_of(address: str, form: str, user: str = "lanhdao") -> None:
    """The report as JSON, CSV, spreadsheet and A4 says the same numbers."""
    client = signed_in(user)
    data = json.loads(client.get(f"{address}&as=json").content)
    assert form in data["form"] + data["title"]
    cells = [row["cells"] for part in data["parts"] for row in part["rows"]]
    assert cells
    lines = list(csv.reader(io.StringIO(client.get(f"{address}&as=csv").content.decode("utf-8-sig"))))
    told = [line[1:] for line in lines if len(line) > 1]
    for row in cells:
        assert [str(cell) for cell in row] in told
    book = load_workbook(io.BytesIO(client.get(f"{address}&as=xlsx").content))
    assert len(book.worksheets) == len(data["parts"]) + 1
    for language in ("vi", "en"):
        with pypdfium2.PdfDocument(client.get(f"{address}&as=pdf&lang={language}").content) as document:
            size = sorted(round(side * 25.4 / 72) for side in document[0].get_size())
            assert size == [210, 297]
            text = document[0].get_textpage().get_text_range()
            assert "CỘNG HÒA" in text


def make_late(world: World) -> int:
    """Receive dossiers of which some fall due before ``LATER``; return how many."""
    for n in range(3):
        received(world.home, BIRTH if n else STATUS, at=MONDAY + timedelta(hours=n))
    received(world.elsewhere, STATUS)
    asked = Asked(Q4, LATER.date())
    total = figures_report(asked, actor=world.province_leader, now=LATER).total
    return total.late + total.overdue


@pytest.mark.django_db
@pytest.mark.usefixtures("later")
def test_causes_add_up_to_what_form_ii_06_counts_and_lead_to_the_dossiers(world: World) -> None:
    late = make_late(world)
    assert late == 4
    report = cause_report(Asked(Q4, LATER.date()), actor=world.province_leader, now=LATER)
    assert report.total == {"total": 4, "late": 0, "overdue": 4}
    assert sum(sum(row.values()) for row in report.by_sector.values()) == 4
    own = cause_report(Asked(Q4, LATER.date()), actor=world.home.manager, now=LATER)
    assert own.total["total"] == 3
    asked = Asked(Q4, LATER.date())
    rows, _next = late_behind(asked, number="total", cause="", before=None, actor=world.home.manager, now=LATER)
    causes = {r.late.cause.value for r in rows}
    assert set(own.by_cause.rows) == causes
    earlier = Asked(Q4, MONDAY.date() + timedelta(days=1))
    assert cause_report(earlier, actor=world.province_leader, now=LATER).total["total"] < 4
    client = signed_in("lanhdao")
    page = client.get("/figures/causes").content.decode()
    assert drilled(client, page, row="/figures/causes/dossiers") >= 6
    files_of("/figures/causes?x=", "II.07")
    assert client.get("/figures/causes/dossiers?number=total&cause=nothing").status_code == 422


@pytest.mark.django_db
@pytest.mark.usefixtures("later")
def test_causes_that_are_not_those_of_form_ii_06_are_not_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_late(world)
    lines = overdue._late_lines
    monkeypatch.setattr(overdue, "_late_lines", lambda *given: lines(*given)[1:])
    with pytest.raises(Refused) as refused:
        cause_report(Asked(Q4, LATER.date()), actor=world.province_leader, now=LATER)
    assert refused.value.problems[0].values["identity"] == "II.06.overdue"


@pytest.mark.django_db
@pytest.mark.usefixtures("later")
def test_the_month_of_a_unit_joins_its_figures(world: World) -> None:
    make_late(world)
    petition(world, MONDAY)
    counter = Counter.objects.create(unit=world.home.centre, number=1, name="Quầy 1")
    for n in range(6):
        rate_visit(visit=f"ticket:{n}", counter_id=counter.id, score=5 if n else 2, text="", now=MONDAY)
    key = next(p.key for p in months_offered(LATER.date()) if p.from_on <= MONDAY.date() <= p.to_on)
    report = monthly_report(key, unit_id=None, actor=world.home.manager, now=LATER)
    assert (report.figures.total.in_period, report.causes.total["total"]) == (3, 3)
    assert (report.petitions.total["total"], report.ratings.count, report.ratings.percent_good) == (1, 6, 83)
    assert report.waits is None
    for actor, unit in ((world.home.manager, world.elsewhere.centre), (world.home.dung, world.elsewhere.centre)):
        with pytest.raises(Denied):
            monthly_report(key, unit_id=unit.id, actor=actor, now=LATER)
    with pytest.raises(Refused):
        monthly_report("2026", unit_id=None, actor=world.home.manager, now=LATER)
    client = signed_in("giamdoc")
    page = client.get(f"/figures/monthly?period={key}").content.decode()
    assert drilled(client, page, row="/dossiers") > 8
    address = f"/figures/monthly?period={key}&unit={world.home.centre.id}"
    files_of(address, "Báo cáo tháng", user="giamdoc")
    assert signed_in("lanhdao").get(address).status_code == 200
    assert signed_in("lanhdao").get("/figures/monthly/dossiers?period=x").status_code == 422
    assert signed_in("lanhdao").get("/figures/monthly?period=2020-01").status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("later")
def test_a_table_is_made_drilled_kept_and_opened_again(world: World) -> None:
    make_late(world)
    client = signed_in("giamdoc")
    assert client.get("/figures/tables").status_code == 200
    asked = "rows=procedure&columns=outcome&number=total&period=2026-Q4"
    page = client.get(f"/figures/tables?{asked}").content.decode()
    assert drilled(client, page, row="/figures/dossiers") >= 4
    numbers = "rows=channel&columns=numbers&numbers=total&numbers=overdue&period=2026-Q4"
    assert drilled(client, client.get(f"/figures/tables?{numbers}").content.decode(), row="/figures/dossiers") == 4
    files_of(f"/figures/tables?{asked}", "")
    entry = {"key": str(uuid.uuid4()), "name": "Theo tình trạng", "shares": "1"}
    for _ in range(2):
        assert client.post(f"/figures/tables?{asked}", entry).status_code == 302
    row = SavedTable.objects.get()
    again = client.get(f"/figures/tables/{row.public_id}").content.decode()
    assert _LINK.findall(again)
    assert "Theo tình trạng" in client.get("/figures/tables").content.decode()
    wrong = client.post(f"/figures/tables?{asked}", {**entry, "key": str(uuid.uuid4()), "name": " "})
    assert wrong.status_code == 422
    assert client.get("/figures/tables?rows=agency&columns=agency").status_code == 422
    assert client.get("/figures/tables?rows=sector&columns=numbers").status_code == 422
    assert signed_in("giamdocxa").get(f"/figures/tables/{row.public_id}").status_code == 403
    assert client.post(f"/figures/tables/{row.public_id}/remove").status_code == 302
    assert client.get(f"/figures/tables/{row.public_id}").status_code == 403


def test_the_key_of_a_next_page_comes_back_from_an_address_as_it_went_in() -> None:
    for at in (MONDAY, MONDAY.astimezone(UTC), MONDAY.replace(microsecond=7)):
        assert key_of(QueryDict(f"after={text_of((at, 12))}")["after"]) == (at, 12)
    assert (key_of(""), key_of("x_1"), text_of(None)) == (None, None, "")


@pytest.mark.django_db
def test_a_published_quarter_is_for_everybody_and_says_how_it_may_be_used(world: World, settings: object) -> None:
    settings.DEMO_OFFSET = datetime(2027, 1, 5, 9, tzinfo=UTC) - datetime.now(UTC)  # type: ignore[attr-defined]
    for n in range(12):
        received(world.home, BIRTH if n % 2 else STATUS, at=MONDAY + timedelta(hours=n % 7))
    received(world.elsewhere, BIRTH)
    anybody = Client()
    assert "Chưa công bố" in anybody.get("/open-data").content.decode()
    leader, officer = signed_in("lanhdao"), signed_in("kiemsoat")
    assert leader.post("/office/open-data", {"period": "2026-Q4"}).status_code == 403
    preview = officer.get("/office/open-data?period=2026-Q4").content.decode()
    assert "Công bố, không sửa lại" in preview
    assert officer.post("/office/open-data", {"period": "2026"}).status_code == 422
    for _ in range(2):
        assert officer.post("/office/open-data", {"period": "2026-Q4"}).status_code == 302
    page = anybody.get("/open-data").content.decode()
    assert "/open-data/2026-Q4.csv" in page
    assert "creativecommons.org/licenses/by/4.0" in page
    rows = list(csv.DictReader(io.StringIO(anybody.get("/open-data/2026-Q4.csv").content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    data = json.loads(anybody.get("/open-data/2026-Q4.json").content)
    assert [{k: "" if v is None else str(v) for k, v in line.items()} for line in data["rows"]] == rows
    assert set(data["dictionary"]) == set(COLUMNS)
    assert sum(int(r["dossiers"]) for r in rows if (r["measure"], r["class"]) == ("received", "total")) == 13
    catalogue = json.loads(anybody.get("/open-data/catalogue.json").content)
    (dataset,) = catalogue["dcat:dataset"]
    for part in dataset["dcat:distribution"]:
        path = part["dcat:downloadURL"].partition("/open-data")[2]
        assert anybody.get(f"/open-data{path}").status_code == 200
    for gone in ("/open-data/2026-Q3.csv", "/open-data/2026-Q4.xml"):
        assert anybody.get(gone).status_code == 404
