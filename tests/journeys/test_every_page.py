"""Every page that a person can reach: usable by all, on a phone and at a desk, in both languages, without script."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from browser import DESK, PHONE, grave_faults, is_wider_than_screen, sign_in, small_targets, visitor
from playwright.sync_api import Browser, Page, expect

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
PUBLIC = (
    *(
        "/",
        "/procedures",
        "/procedures?q=khai sinh",
        "/procedures?q=zzzqq",
        "/procedures/1.001193",
        "/life-events/birth",
        "/track",
    ),
    *(
        "/track/H05.1-261123-0001/WRONG",
        "/centres",
        "/centres?q=kinh bac",
        "/accessibility",
        "/privacy",
        "/login",
        "/nowhere",
    ),
)
CAST = ("binh", "chi", "dung", "kiemsoat", "lanhdao", "quantri")
TARGET_CITIZEN, TARGET_OFFICER = 44, 36


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "every-page", demo="bacninh-2026", dossiers=120)
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


def faults_of(page: Page, address: str, target: int) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    found = faults_here(page, target)
    found += [f"status {answer.status}"] if answer.status >= 500 else []
    return [f"{address}: {fault}" for fault in found]


def faults_here(page: Page, target: int) -> list[str]:
    """Return what is wrong with the page that is open, as it stands now."""
    found = [*grave_faults(page), *(f"small: {t}" for t in small_targets(page, target))]
    return found + (["wider than the screen"] if is_wider_than_screen(page) else [])


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", [(320, 700), PHONE, DESK], ids=["320", "360", "1280"])
def test_citizen_pages_are_usable_by_all(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page:
        assert [f for address in PUBLIC for f in faults_of(page, address, TARGET_CITIZEN)] == []


@pytest.mark.parametrize(("language", "size"), [("vi", PHONE), ("vi", DESK), ("en", PHONE)])
@pytest.mark.parametrize("username", CAST)
def test_officer_pages_are_usable_by_all(
    browser: Browser, instance: Instance, username: str, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, username, PASSWORD)
        addresses = page.evaluate("[...document.querySelectorAll('.menu a')].map(a => a.getAttribute('href'))")
        assert addresses
        found = [f for address in addresses for f in faults_of(page, address, TARGET_OFFICER)]
        if "/dossiers" in addresses:
            page.goto("/dossiers")
            dossier = page.locator("main table a").first.get_attribute("href")
            found += faults_of(page, str(dossier), TARGET_OFFICER)
        assert found == []


def test_pages_work_without_script(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base, script=False) as page:
        page.goto("/")
        page.fill("#q", "giay khai sinh")
        page.press("#q", "Enter")
        page.click("main ol a >> nth=0")
        expect(page.locator("h1")).to_have_count(1)
        page.click("header .language button")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        sign_in(page, "binh", PASSWORD)
        page.goto("/counter/find?q=khai sinh")
        page.click("#hits button >> nth=0")
        page.fill("[name='applicant.name']", "Nguyễn Văn An")
        page.click("button[value='save'] >> visible=true")
        expect(page.locator("[name='applicant.name']")).to_have_value("Nguyễn Văn An")


def test_the_keys_of_a_page_are_listed_and_work(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        page.goto("/counter")
        page.keyboard.press("?")
        expect(page.locator("dialog")).to_contain_text("F2")
        assert grave_faults(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("F2")
        page.wait_for_url("**/counter/find")
        expect(page.locator("#q")).to_be_focused()


def test_an_impatient_second_click_sends_nothing_twice(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.goto("/track")
        page.fill("#code", "H05.1-261123-0001")
        page.fill("#secret", "WRONGWRONGWRON")
        page.dblclick("main form button")
        expect(page.locator("[role=alert]")).to_be_visible()
        assert len(sent) == 1
