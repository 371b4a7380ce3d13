"""A birth at one counter, three agencies, one of them late: one dossier for the parents, every minute with its holder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime

import pytest
from browser import DESK, PHONE, grave_faults, is_wider_than_screen, sign_in, visitor
from playwright.sync_api import Browser, Page, expect

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
DEMO = "bacninh-2026"
CARD = "999192000077||Nguyễn Thị Hồng Nhung|28021992|Nữ|Số 7, Kinh Bắc, Bắc Ninh|15052016"
DAY = 24 * 3600


class Town:
    """The product with its demo, whose clock can be put forward."""

    def __init__(self) -> None:
        self.instance: Instance = start(ROOT / "var" / "journey-interlinked", demo=DEMO, dossiers=260)

    def later(self, days: int) -> None:
        self.instance.stop()
        clock = self.instance.var / "demo-clock"
        clock.write_text(str(int(clock.read_text()) + days * DAY))
        self.instance = start(self.instance.var, demo=DEMO, is_fresh=False)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    made = Town()
    yield made
    made.instance.stop()
    shutil.rmtree(made.instance.var, ignore_errors=True)


def test_a_birth_goes_through_three_agencies_and_the_late_one_bears_its_time(browser: Browser, town: Town) -> None:
    public_id = received(browser, town.instance)
    for username in ("binh", "chi", "em"):
        complete(browser, town.instance, username, public_id)
    with visitor(browser, town.instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        page.goto(f"/dossiers/{public_id}")
        asked = page.locator("table:has(caption:text-is('Hồ sơ liên thông đã mở')) a, section:has(#asked) a")
        children = [str(a.get_attribute("href")).rsplit("/", 1)[1] for a in asked.all()]
        assert len(children) == 2
        agencies = page.locator("section:has(#asked) tbody tr td:first-child").all_inner_texts()
    by_agency = dict(zip(agencies, children, strict=True))
    police = next(v for k, v in by_agency.items() if k.startswith("Công an"))
    insurance = next(v for k, v in by_agency.items() if k.startswith("BHXH"))
    complete(browser, town.instance, "trucban", police)
    complete(browser, town.instance, "tiepnhanbh", insurance)
    town.later(1)
    for username in ("baohiem", "giamdocbh"):
        complete(browser, town.instance, username, insurance)
    # The police answer after their seven working days.
    town.later(14)
    for username in ("congan", "doitruong", "truongca"):
        complete(browser, town.instance, username, police)
    hand_over(browser, town.instance, public_id)
    with visitor(browser, town.instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        page.goto(f"/dossiers/{public_id}")
        the_minutes_add_up(page)
        late = {row[0]: row[2] for row in holders(page)}
        assert max(late, key=lambda name: {r[0]: r[1] for r in holders(page)}[name]).endswith(
            "Công an phường Kinh Bắc"
        ), "the late agency held it longest"
        for language, (width, height) in (("vi", DESK), ("vi", PHONE)):
            page.set_viewport_size({"width": width, "height": height})
            assert grave_faults(page) == [], language
            assert not is_wider_than_screen(page)
            page.screenshot(path=f"artefacts/{DEMO}/interlinked-{width}.png", full_page=True)
        page.goto(f"/dossiers/{police}")
        assert any(minutes > 0 for _, _, minutes in holders(page)), "the dossier of the police is late"
        the_minutes_add_up(page)


def received(browser: Browser, instance: Instance) -> str:
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        page.keyboard.press("F2")
        page.wait_for_url("**/counter/find")
        page.keyboard.type("lien thong khai sinh thuong tru the bao hiem y te")
        hit = page.locator("#hits button", has_text="thường trú").first
        expect(hit).to_contain_text("Liên thông")
        hit.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/counter/intake/**")
        page.keyboard.press("F3")
        page.keyboard.insert_text(CARD)
        page.keyboard.press("Enter")
        expect(page.locator("#applicant-name")).to_have_value("Nguyễn Thị Hồng Nhung")
        for field in page.locator("input[id^=components-][id$=-originals]").all():
            field.fill("1")
        with page.expect_navigation():
            page.keyboard.press("F9")
        assert "/counter/receipts/" in page.url, page.inner_text(".errors")
        return page.url.rsplit("/", 1)[1]


def complete(browser: Browser, instance: Instance, username: str, public_id: str) -> None:
    """Open the dossier and press the key of the usual outcome."""
    with visitor(browser, instance.base) as page:
        sign_in(page, username, PASSWORD)
        page.goto(f"/dossiers/{public_id}")
        before = page.locator("ol.timeline li").count()
        with page.expect_navigation():
            page.keyboard.press("d")
        page.goto(f"/dossiers/{public_id}")
        assert page.locator("ol.timeline li").count() > before, f"{username} could not go on"


def hand_over(browser: Browser, instance: Instance, public_id: str) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        page.goto(f"/dossiers/{public_id}")
        page.fill("#collector-id_number", "999192000077")
        page.get_by_role("button", name=re.compile("Đã trả kết quả|Đã giao kết quả|R$")).click()
        page.wait_for_load_state()
        page.goto(f"/dossiers/{public_id}")
        assert "Đã trả kết quả" in page.inner_text("main")


def holders(page: Page) -> list[tuple[str, int, int]]:
    """Return who held the dossier: name, minutes, minutes after it was due."""
    rows = page.locator("tr:has(td[data-minutes])")
    return [
        (
            row.locator("td").first.inner_text().strip(),
            int(str(row.locator("[data-minutes]").get_attribute("data-minutes"))),
            int(str(row.locator("[data-late]").get_attribute("data-late"))),
        )
        for row in rows.all()
    ]


def the_minutes_add_up(page: Page) -> None:
    """The shares together are the time from reception to the end, to the minute."""
    start_at, end_at = (
        instant(page.locator(f"xpath=//dt[normalize-space()='{label}']/following-sibling::dd[1]").first.inner_text())
        for label in ("Đã tiếp nhận", "Xử lý xong")
    )
    elapsed = int((end_at - start_at).total_seconds()) // 60
    assert abs(sum(minutes for _, minutes, _ in holders(page)) - elapsed) <= 1, (holders(page), elapsed)


def instant(text: str) -> datetime:
    found = re.search(r"(\d{2})/(\d{2})/(\d{4}) (\d{2}):(\d{2})", text)
    assert found, text
    day, month, year, hour, minute = map(int, found.groups())
    return datetime(year, month, day, hour, minute)
