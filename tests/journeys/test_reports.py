"""Steering in a real browser: the quarter printed and each cell drilled, tables made and kept, a question asked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pypdfium2
import pytest
from browser import DESK, PHONE, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from walker import Walker

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
LINK = "td.number a"


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "journey-reports", demo="bacninh-2026", dossiers=260)
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


def to_page(walker: Walker, group: str, address: str) -> None:
    """Go to a page by the menu, as everybody has to."""
    page = walker.page
    walker.open(page.locator("nav.menu summary", has_text=group))
    walker.press(f"nav.menu a[href='{address}']")


def printed_pages(page: Page) -> list[tuple[int, int]]:
    """Return the sides of each page of the print of the browser, in millimetres."""
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as document:
        return [tuple(round(side * 25.4 / 72) for side in one.get_size()) for one in document]  # type: ignore[misc]


def behind(page: Page, address: str) -> int:
    """Return how many dossiers lie behind an address, over all pages of the list."""
    count, seen = 0, set[str]()
    while address:
        assert address not in seen, "a next page that leads back"
        seen.add(address)
        text = page.request.get(address).text()
        count += len(re.findall(r'<td class="code">', text))
        following = re.search(r'<a href="(\?[^"]+)" rel="next"', text)
        address = "/figures/dossiers" + following[1].replace("&amp;", "&") if following else ""
    return count


def cells_of(page: Page) -> list[tuple[str, int]]:
    found: list[list[str]] = page.eval_on_selector_all(
        LINK, "all => all.map(a => [a.getAttribute('href'), a.innerText])"
    )
    return [(address, int(re.sub(r"\D", "", text))) for address, text in found]


def test_the_quarter_is_printed_and_each_of_its_cells_drilled(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base, size=DESK) as page:
        walker = Walker(page, target=36)
        sign_in(page, "lanhdao", PASSWORD)
        with walker:
            to_page(walker, "Điều hành", "/figures")
            walker.looks("quarter")
            expect(page.locator("main")).to_contain_text("15/09/2026 – 14/12/2026")
        assert all(size == (210, 297) for size in printed_pages(page))
        paper = page.request.get("/figures?as=pdf").body()
        with pypdfium2.PdfDocument(paper) as document:
            assert sorted(round(side * 25.4 / 72) for side in document[0].get_size()) == [210, 297]
            assert "II.06" in document[0].get_textpage().get_text_range()
        cells = cells_of(page)
        assert len(cells) > 40
        for address, number in cells:
            assert behind(page, address) == number, address
        with walker:
            walker.press(page.locator(LINK).first)
            walker.looks("behind")
        print(f"\n{walker.told('the quarter')}, {len(cells)} cells drilled")
        assert walker.faults == []


REACHED = {
    ("vi", PHONE): {
        "lanhdao": ["/figures/petitions", "/figures/causes", "/figures/tables", "/integrity"],
        "giamdoc": ["/figures/monthly"],
    },
    ("en", DESK): {"kiemsoat": ["/office/open-data", "/figures/causes", "/figures/monthly"]},
}


@pytest.mark.parametrize(("language", "size"), list(REACHED))
def test_every_report_is_reached_by_the_menu_drilled_and_printed(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    steering, procedures = ("Điều hành", "Thủ tục") if language == "vi" else ("Steering", "Procedures")
    for user, addresses in REACHED[language, size].items():
        with visitor(browser, instance.base, language=language, size=size) as page:
            walker = Walker(page, target=36)
            sign_in(page, user, PASSWORD)
            with walker:
                for address in addresses:
                    to_page(walker, steering, address)
                    page.evaluate("for (const d of document.querySelectorAll('main details')) d.open = true")
                    walker.looks(address.replace("/", "-"))
                    assert all(side == (210, 297) for side in printed_pages(page)), address
                    if page.locator(LINK).count():
                        assert page.request.get(cells_of(page)[0][0]).status == 200
                if user != "giamdoc":
                    to_page(walker, procedures, "/cuts")
                    walker.looks("cuts")
            print(f"\n{walker.told(f'reports of {user}, {language}')}")
            assert walker.faults == []


def test_a_table_is_made_kept_and_opened_again_with_the_keyboard_alone(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base, size=DESK) as page:
        walker = Walker(page, keys=True, target=36)
        sign_in(page, "lanhdao", PASSWORD)
        with walker:
            to_page(walker, "Điều hành", "/figures/tables")
            walker.choose("#rows", re.compile("Cấp chính quyền"))
            walker.choose("#columns", re.compile("Tình trạng"))
            walker.press("form.filters button >> nth=0")
            cells = cells_of(page)
            walker.fill("#name", "Cấp theo tình trạng")
            walker.press("form.sheet button")
            expect(page.locator("h1")).to_have_text("Cấp theo tình trạng")
            walker.looks("kept table")
        assert cells_of(page) == cells
        for address, number in cells:
            assert behind(page, address) == number
        assert page.request.get("/figures/tables").text().count("Cấp theo tình trạng") == 1
        print(f"\n{walker.told('a table of one s own')}")
        assert walker.faults == []


def test_a_question_is_read_answered_by_its_office_and_closed(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base, size=DESK, language="en") as page:
        walker = Walker(page, target=36)
        sign_in(page, "kiemsoat", PASSWORD)
        with walker:
            to_page(walker, "Steering", "/integrity")
            walker.press("main a[href*='/integrity/questions/']")
            walker.looks("question")
            expect(page.locator("main")).to_contain_text("about 1 in")
            walker.fill("#text", "The explanation is plausible; one more officer was assigned.")
            walker.press("button[value=close]")
            walker.looks("closed question")
        expect(page.locator(".timeline")).to_contain_text("Closed")
        assert page.locator("button[value=close]").count() == 0
        print(f"\n{walker.told('a question')}")
        assert walker.faults == []


@pytest.mark.parametrize(("language", "size"), [("vi", DESK), ("en", PHONE)])
def test_published_figures_are_for_everybody_also_without_script(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size, script=language == "vi") as page:
        walker = Walker(page, script=language == "vi")
        with walker:
            page.goto("/")
            walker.press("footer a[href='/open-data']")
            walker.looks("open data")
        for link in page.locator("main .hits a").all():
            file = page.request.get(link.get_attribute("href") or "")
            assert file.status == 200
            assert "2026-10" in file.text()
        print(f"\n{walker.told(f'open data, {language}')}")
        assert walker.faults == []
