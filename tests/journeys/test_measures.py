"""What the counter and the citizen's pages cost: keys and seconds of an intake, bytes and seconds of a page."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator

import pytest
from browser import DESK, PHONE, is_wider_than_screen, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from test_citizen_voice import OWN_PAGES, sign_an_in
from test_every_page import PUBLIC

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
CARD = "999192000077||Nguyễn Thị Hồng Nhung|28021992|Nữ|Số 7, Kinh Bắc, Bắc Ninh|15052016"
KEYS_MAX, SECONDS_MAX = 25, 60
# The keystroke-level model (Card, Moran and Newell): a key of an average typist, a decision before each act.
KEY_SECONDS, DECISION_SECONDS = 0.28, 1.35
FIRST_PAGE_MAX, PAGE_MAX, USABLE_SECONDS = 100_000, 200_000, 3.0
# The slow third-generation network of common page measurements: 400 kbit/s, 400 ms there and back.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
ON_A_SLOW_LINE = (
    "/",
    "/procedures?q=khai sinh",
    "/procedures/1.001193",
    "/procedures/1.001193/apply",
    "/my",
    "/my/dossiers",
)
_SIZES = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .reduce((sum, e) => sum + e.encodedBodySize + 300, 0)"""
_USABLE = """() => Math.max(performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
  performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e9) / 1000"""


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "measures", demo="bacninh-2026")
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


class Officer:
    """Presses keys and counts them; a card scanner's own keys are no work of his."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.letters, self.decisions = page, 0, 0, 0

    def press(self, *keys: str) -> None:
        self.decisions += 1
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.letters += len(text)

    def scan(self, text: str) -> None:
        self.decisions += 1
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")

    @property
    def seconds(self) -> float:
        return (self.keys + self.letters) * KEY_SECONDS + self.decisions * DECISION_SECONDS


@pytest.mark.parametrize(
    ("words", "name"), [("khai sinh", "khai sinh"), ("doc than", "hôn nhân"), ("xay nha", "xây dựng")]
)
def test_a_known_procedure_is_received_with_few_keys(
    browser: Browser, instance: Instance, words: str, name: str
) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        officer, begun = Officer(page), time.monotonic()
        officer.press("F2")
        page.wait_for_url("**/counter/find")
        expect(page.locator("#q")).to_be_focused()
        officer.write(words)
        expect(page.locator("#hits button").first).to_contain_text(name)
        officer.press("Tab", "Tab", "Enter")
        page.wait_for_url("**/counter/intake/**")
        expect(page.locator("#card")).to_be_focused()
        officer.scan(CARD)
        expect(page.locator("#applicant-name")).to_have_value("Nguyễn Thị Hồng Nhung")
        officer.press("F7")
        expect(page.locator("#components-c1-originals")).to_have_value(re.compile("[1-9]"))
        officer.press("F9")
        page.wait_for_url("**/counter/receipts/**")
        waited = time.monotonic() - begun
        # One key prints.
        expect(page.locator("main a[data-key=p]")).to_be_focused()
        print(
            f"\nintake of «{words}» with a card: {officer.keys} keys besides {officer.letters} letters of free text, "
            f"{officer.seconds + waited:.0f} s ({officer.seconds:.0f} s of an officer, {waited:.1f} s of the system)"
        )
        assert officer.keys <= KEYS_MAX
        assert officer.seconds + waited <= SECONDS_MAX


def test_pages_are_small_and_usable_on_a_slow_line(browser: Browser, instance: Instance) -> None:
    wrong, told = [], []
    with visitor(browser, instance.base, size=PHONE) as page:
        addresses = [a for a in PUBLIC if "WRONG" not in a]
        addresses += own_pages(page, instance)
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        # Each page as if it were the first that this telephone ever opens.
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        for address in dict.fromkeys(addresses):
            is_slow = address in ON_A_SLOW_LINE
            network.send("Network.emulateNetworkConditions", SLOW if is_slow else FAST)
            page.goto(address, wait_until="load")
            size = int(page.evaluate(_SIZES))
            seconds = float(page.evaluate(_USABLE)) if is_slow else 0.0
            told.append((seconds, size, address))
            limit = FIRST_PAGE_MAX if address == "/" else PAGE_MAX
            if size > limit or seconds > USABLE_SECONDS:
                wrong.append(f"{address}: {size} bytes, usable after {seconds:.1f} s")
    first = next(size for _, size, address in told if address == "/")
    heaviest, slowest = max(told, key=lambda t: t[1]), max(told)
    print(
        f"\nfirst page {first / 1000:.0f} KB; heaviest of {len(told)} {heaviest[1] / 1000:.0f} KB ({heaviest[2]}); "
        f"slowest of {len(ON_A_SLOW_LINE)} on slow 3G usable after {slowest[0]:.1f} s ({slowest[2]})"
    )
    assert set(ON_A_SLOW_LINE) <= {address for _, _, address in told}
    assert wrong == []


def own_pages(page: Page, instance: Instance) -> list[str]:
    """Sign An in and return the addresses of the pages that are her own, with one of her dossiers."""
    sign_an_in(page, instance)
    page.goto("/my/dossiers")
    dossier = page.locator("main a[href^='/my/dossiers/']").first.get_attribute("href")
    assert dossier is not None
    return [*OWN_PAGES, "/my/dossiers", dossier, "/my/results"]


def test_text_twice_as_large_stays_on_the_page(browser: Browser, instance: Instance) -> None:
    wrong = []
    for width, height in (PHONE, DESK):
        with visitor(browser, instance.base, size=(width, height)) as page:
            # A browser's setting of the size of text; the page must grow downwards only.
            page.add_init_script(
                "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; })"
            )
            for address in PUBLIC:
                page.goto(address)
                if is_wider_than_screen(page):
                    wrong.append(f"{address} at {width} px")
    assert wrong == []
