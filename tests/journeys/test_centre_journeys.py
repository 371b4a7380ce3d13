"""A fault seen in the queue's figures, a leave that may not leave a counter with nobody, and all pages of the centre."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pypdfium2
import pytest
from browser import DESK, PHONE, picture, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from walker import Walker

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
OFFICER, HEAD, OFFICE = "an", "giamdoc", "^(Tổ chức|The office)$"
# A Monday of the demo with a full hall, and the one of the week before to hold it against.
BUSY_DAY = "16/11/2026"


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "journey-centre", demo="bacninh-2026")
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


def open_from_menu(walker: Walker, group: str, line: str) -> None:
    """Go where the menu leads, as somebody does who knows no addresses."""
    summary = walker.page.locator(".menu summary", has_text=re.compile(group))
    walker.open(summary)
    walker.press(summary.locator("xpath=..").get_by_role("link", name=re.compile(f"^({line})$")))


@pytest.mark.parametrize(("language", "size", "keys"), [("vi", DESK, False), ("en", PHONE, True)])
def test_a_scanner_fault_is_seen_in_the_queue_figures_until_it_is_repaired(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int], keys: bool
) -> None:
    """With the mouse at a desk in Vietnamese; with the keyboard alone on a small screen in English."""
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, OFFICER, PASSWORD)
        officer = Walker(page, keys=keys, target=36)
        page.goto("/counter/hall")
        if page.locator("button.pick").count():
            officer.press("button.pick >> nth=1")
        expect(page.locator("h1")).to_contain_text(re.compile("(Quầy|Counter) 2"))
        with officer:
            officer.press("a[href='/centre/equipment?counter=2']")
            officer.looks("equipment")
            officer.press(page.locator("main tbody a", has_text="Máy quét"))
            officer.fill("#what", "Kẹt giấy liên tục")
            officer.fill("#since", BUSY_DAY)
            officer.fill("#since_hour", "09:00")
            officer.press(page.get_by_role("button", name=re.compile("^(Báo hỏng|Report the fault)$")))
            officer.looks("reported")
        expect(page.locator(".notice.warning")).to_contain_text("Kẹt giấy liên tục")
        assert page.get_by_role("button", name=re.compile("Đã hoạt động lại|works again")).count() == 0
        print(f"\n{officer.told('reporting a fault')}")
        assert officer.faults == []
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, HEAD, PASSWORD)
        head = Walker(page, keys=keys, target=36)
        page.goto("/centre/hall")
        with head:
            head.press("main .tabs a[href='/centre/hall/figures']")
            expect(page.locator("svg.load .fault").first).to_be_attached()
            head.fill("#day", BUSY_DAY)
            head.press(page.locator("form.search button"))
            head.looks("figures")
            picture(page, f"centre/figures-{size[0]}")
            section = page.locator("section.box", has_text="Kẹt giấy liên tục").last
            expect(section).to_contain_text("09:00")
            effect = section.locator("table.effect tbody tr").first
            for cell in (0, 1, 3, 4):
                assert re.match(r"[\d,.]+ \(\d+\)", effect.locator("td").nth(cell).inner_text())
            assert page.locator("svg.load .fault").count() > 20, "from nine to half past four"
            head.press(section.locator("h3 a"))
            head.fill("#note", "Thay trục kéo giấy")
            head.press(page.locator("button[value=repaired]"))
            head.looks("repaired")
        expect(page.locator("h1 .tag")).to_have_text(re.compile("Hoạt động tốt|Works"))
        expect(page.locator("main")).to_contain_text("Thay trục kéo giấy")
        page.goto(f"/centre/hall/figures?day={BUSY_DAY}")
        closed = page.locator("section.box", has_text="Kẹt giấy liên tục").last
        expect(closed.locator(".tag")).to_have_text(re.compile("Đã sửa xong|Repaired"))
        print(f"\n{head.told('seeing it and closing it')}")
        assert head.faults == []


@pytest.mark.parametrize(
    ("language", "size", "keys", "day"), [("vi", PHONE, False, "25/11/2026"), ("en", DESK, True, "26/11/2026")]
)
def test_a_leave_that_would_leave_a_counter_with_nobody_is_refused_with_alternatives(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int], keys: bool, day: str
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, OFFICER, PASSWORD)
        officer = Walker(page, keys=keys, target=36)
        with officer:
            open_from_menu(officer, OFFICE, "Nghỉ phép|Leave")
            officer.fill("#from_on", day)
            officer.fill("#to_on", day)
            officer.choose("#kind", re.compile("Nghỉ phép năm|Annual leave"))
            officer.press(page.locator("form.leave button"))
            expect(page.locator(".errors")).to_contain_text(re.compile(f"(Quầy|Counter) \\d+, .*{day}"))
            officer.looks("refused")
            picture(page, f"centre/leave-refused-{size[0]}")
            gaps = page.locator("form.leave tbody tr")
            assert gaps.count() == 2, "morning and afternoon"
            expect(gaps.first).to_contain_text(re.compile(r"\d+ (thủ tục|procedures)"))
            assert page.locator("form.leave select[id^=fill-]").count() == 2
            stand_in = page.locator("form.leave select[id^=fill-] option:checked").first.inner_text()
            assert page.locator(".other-days a").count() > 0 or page.locator("form.leave p.quiet").count() > 0
            assert page.locator("#from_on").input_value() == day, "nothing typed is lost"
            officer.press(page.locator("form.leave button").last)
        expect(page.locator(".notice").first).to_contain_text(re.compile("Đã gửi|asked for"))
        print(f"\n{officer.told('leave, refused and asked again')}")
        assert officer.faults == []
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, HEAD, PASSWORD)
        head = Walker(page, keys=keys, target=36)
        with head:
            open_from_menu(head, OFFICE, "Nghỉ phép|Leave")
            row = page.locator("tr", has=page.locator("form[action^='/centre/leave/'] button[value=grant]"))
            head.press(row.filter(has_text=day).locator("button[value=grant]"))
            open_from_menu(head, OFFICE, "Lịch trực|Rota")
            head.looks("rota")
        name = re.split(r" [(→]", stand_in.strip())[0]
        seats = page.locator(".rota td", has=page.locator("small"))
        assert name in " ".join(seats.all_inner_texts())
        picture(page, f"centre/rota-{size[0]}")
        assert sheet_of(page) == 1
        print(f"\n{head.told('granting it, the rota')}")
        assert head.faults == []


def sheet_of(page: Page) -> int:
    """Return on how many A4 sheets, lying, the rota is printed for the wall."""
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as document:
        wide, high = (side * 25.4 / 72 for side in document[len(document) - 1].get_size())
        assert (round(wide), round(high)) == (297, 210)
        return len(document)


@pytest.mark.parametrize(("language", "size"), [("vi", PHONE), ("en", DESK)])
def test_every_page_of_the_centre_can_be_used_by_all(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    """Each is reached from the menu or from a page that is; nothing grave, nothing wider than the screen; A4."""
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, HEAD, PASSWORD)
        walker = Walker(page, target=36)
        with walker:
            menu = page.locator(".menu a[href^='/centre/']").evaluate_all(
                "all => all.map(a => a.getAttribute('href'))"
            )
            for address in (*menu, "/centre/equipment/new", "/centre/meetings/new"):
                page.goto(address)
                page.evaluate("for (const d of document.querySelectorAll('main details')) d.open = true")
                walker.looks(address.replace("/", "-"))
                inner = page.locator("main tbody th a, main .hits a").first
                if address not in ("/centre/hall", "/centre/rota") and inner.count():
                    walker.press(inner)
                    walker.looks(f"{address.replace('/', '-')}-one")
                    assert page.pdf(format="A4").startswith(b"%PDF")
        assert len(menu) >= 10
        print(f"\nall pages, {language}: {walker.pages} pages, {walker.seconds:.1f} s")
        assert walker.faults == []
