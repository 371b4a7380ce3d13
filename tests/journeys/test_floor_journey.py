"""The hall in a real browser: number at the kiosk, call at the counter, display and phone follow; keys alone, no script."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp
from browser import DESK, PHONE, grave_faults, is_wider_than_screen, picture, sign_in, small_targets, visitor
from playwright.sync_api import Browser, Page, expect

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
CARD = "999155000077||Nguyễn Thị Hồng Nhung|28021955|Nữ|Số 7, Kinh Bắc, Bắc Ninh|15052016"
KIOSK, WIDE, TELEVISION = (1080, 1920), (1280, 800), (1920, 1080)


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "journey-floor", demo="bacninh-2026")
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


@pytest.fixture(scope="module")
def machines(instance: Instance) -> dict[str, str]:
    text = (instance.var / "accounts.txt").read_text(encoding="utf-8")
    return {kind: re.search(rf"/hall/\S+/{kind}", text)[0] for kind in ("kiosk", "display")}  # type: ignore[index]


def faults(page: Page, least: int = 44) -> list[str]:
    wide = ["wider than the screen"] if is_wider_than_screen(page) else []
    return [*grave_faults(page), *small_targets(page, least), *wide]


def printed(page: Page) -> str:
    """Return the address in the QR of the printed ticket: one slip of an 80 mm roll, drawn as a cheap printer does."""
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as document:
        assert len(document) == 1
        assert document[0].get_size()[0] * 25.4 / 72 == pytest.approx(80, abs=0.5)
        found = zxingcpp.read_barcodes(document[0].render(scale=203 / 72).to_pil())
    return str(found[0].text)


def sit_down(page: Page) -> None:
    """Bình sits down at the first free counter, unless he sits already."""
    sign_in(page, "binh", PASSWORD)
    page.goto("/counter/hall")
    if page.locator("button.pick").count():
        page.locator("button.pick").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text(re.compile(r"(Quầy|Counter) \d"))


def call_until(page: Page, label: str) -> None:
    """Press F2 until the number is at the counter; those before it are served."""
    for _press in range(30):
        number = page.locator(".big-number")
        if number.count() and number.inner_text() == label:
            return
        with page.expect_navigation():
            page.keyboard.press("F2")
    raise AssertionError(f"{label} was never called")


@pytest.mark.parametrize(("language", "size", "is_touched"), [("vi", KIOSK, True), ("en", WIDE, False)])
def test_from_the_kiosk_to_the_counter(
    browser: Browser,
    instance: Instance,
    machines: dict[str, str],
    language: str,
    size: tuple[int, int],
    is_touched: bool,
) -> None:
    """By touch at the tall kiosk in Vietnamese; with the keyboard alone at a wide one in English."""
    base, started = instance.base, time.monotonic()

    def chosen(page: Page, selector: str, at: int = 0) -> None:
        if is_touched:
            page.locator(selector).nth(at).click()
            return
        page.locator(selector).nth(at).wait_for()
        for _press in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(
                "([s, n]) => document.activeElement === document.querySelectorAll(s)[n]", [selector, at]
            ):
                page.keyboard.press("Space" if "input" in selector else "Enter")
                return
        raise AssertionError(f"{selector} is not reached by the keyboard")

    with (
        visitor(browser, base, size=TELEVISION, language=language) as display,
        visitor(browser, base, size=size, language=language) as kiosk,
    ):
        display.goto(machines["display"])
        expect(display.locator("[data-live-state]")).to_have_text(re.compile("Trực tiếp|Live"))
        kiosk.goto(machines["kiosk"])
        assert faults(kiosk) == []
        picture(kiosk, f"floor/kiosk-{language}")
        # The card: a scanner types it wherever the focus is.
        kiosk.keyboard.type(CARD)
        kiosk.keyboard.press("Enter")
        expect(kiosk.locator(".success")).to_be_visible()
        assert "Nhung" not in kiosk.content()
        chosen(kiosk, ".choices button")
        expect(kiosk.locator(".notice")).to_contain_text(re.compile("Theo thẻ|By your card"))
        assert faults(kiosk) == []
        chosen(kiosk, ".choices button", 1)
        kiosk.wait_for_url("**/kiosk/*")
        at_kiosk = time.monotonic() - started
        label = kiosk.locator(".slip h1").inner_text().split()[-1]
        picture(kiosk, f"floor/ticket-{language}")
        address = kiosk.locator(".address").inner_text()
        assert printed(kiosk) == address
        follow = "/" + address.split("/", 3)[3]
        with (
            visitor(browser, base, size=PHONE, language=language) as phone,
            visitor(browser, base, language=language) as officer,
        ):
            phone.goto(follow)
            assert faults(phone) == []
            sit_down(officer)
            pressed = time.monotonic()
            call_until(officer, label)
            expect(display.locator(".calls .newest td").first).to_have_text(label, timeout=1000)
            assert display.locator(".words [lang=vi]").inner_text().startswith("Mời số")
            expect(phone.locator(".panel")).to_contain_text(re.compile("Mời đến quầy|Come to counter"))
            picture(display, f"floor/display-{language}")
            # The intake opens for the called number, filled in from the card.
            officer.keyboard.press("F4")
            officer.wait_for_url("**/counter/find")
            officer.keyboard.type("khai sinh")
            expect(officer.locator("#hits button").first).to_contain_text("khai sinh")
            officer.keyboard.press("Tab")
            officer.keyboard.press("Tab")
            officer.keyboard.press("Enter")
            expect(officer.locator("#applicant-name")).to_have_value("Nguyễn Thị Hồng Nhung")
            officer.keyboard.press("Alt+h")
            officer.wait_for_url("**/counter/hall")
            officer.keyboard.press("F9")
            expect(officer.locator(".notice").first).to_be_visible()
            expect(phone.locator(".panel")).to_contain_text(re.compile("đã xong|is over"))
            chosen(phone, "main a[href^='/rate/']")
            if is_touched:
                phone.locator("input[name=score][value='5']").check()
            else:
                phone.locator("input[name=score]").first.wait_for()
                while not phone.evaluate("document.activeElement.name === 'score'"):
                    phone.keyboard.press("Tab")
                while not phone.locator("input[name=score][value='5']").is_checked():
                    phone.keyboard.press("ArrowRight")
            chosen(phone, "main form button")
            expect(phone.locator("main")).to_contain_text(re.compile("ảm ơn|hank"))
            print(
                f"\nkiosk to rating, {language}, {'touch' if is_touched else 'keys'}: kiosk 3 pages, 0 fields, {at_kiosk:.1f} s; "
                f"counter 1 key a call; all {time.monotonic() - pressed:.1f} s"
            )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_kiosk_works_with_the_keyboard_alone(
    browser: Browser, instance: Instance, machines: dict[str, str], language: str
) -> None:
    with visitor(browser, instance.base, language=language, size=WIDE) as page:
        page.goto(machines["kiosk"])
        started, keys = time.monotonic(), 0

        def tab_to(selector: str) -> None:
            nonlocal keys
            for _press in range(30):
                page.keyboard.press("Tab")
                keys += 1
                if page.evaluate("s => document.activeElement.matches(s)", selector):
                    return
            raise AssertionError(selector)

        tab_to(".choices button")
        page.keyboard.press("Enter")
        page.wait_for_selector("[name=ground]")
        assert faults(page) == []
        tab_to("[name=ground]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/kiosk/*")
        assert faults(page) == []
        expect(page.locator(".slip h1")).to_contain_text("A0")
        print(f"\nkiosk by keys ({language}): 3 pages, 0 fields, {keys + 2} keys, {time.monotonic() - started:.1f} s")


def test_the_keyboard_on_the_screen_finds_a_matter(
    browser: Browser, instance: Instance, machines: dict[str, str]
) -> None:
    with visitor(browser, instance.base, size=KIOSK) as page:
        page.goto(machines["kiosk"])
        page.click("#q")
        for letter in "khai tu":
            name = "Dấu cách" if letter == " " else letter
            page.locator(".keyboard:not([hidden]) button", has_text=re.compile(f"^{name}$")).click()
        assert faults(page) == []
        page.locator(".kiosk-search button", has_text="Tìm").click()
        expect(page.locator(".matters button").first).to_contain_text("khai tử")


def test_a_kiosk_left_alone_goes_back_to_its_start(
    browser: Browser, instance: Instance, machines: dict[str, str]
) -> None:
    with visitor(browser, instance.base, size=KIOSK) as page:
        page.clock.install()
        page.goto(machines["kiosk"])
        page.keyboard.type(CARD)
        page.keyboard.press("Enter")
        expect(page.locator(".success")).to_be_visible()
        page.locator(".choices button").first.click()
        page.wait_for_selector("[name=ground]")
        page.clock.run_for(62_000)
        page.wait_for_selector("#scan")
        assert page.locator("[name=sealed]").first.input_value() == ""


def test_all_works_without_script(browser: Browser, instance: Instance, machines: dict[str, str]) -> None:
    with visitor(browser, instance.base, script=False, size=PHONE) as page:
        page.goto(machines["kiosk"])
        page.locator(".choices button").first.click()
        page.locator(".choices button").first.click()
        label = page.locator(".slip h1").inner_text().split()[-1]
        page.goto("/" + page.locator(".address").inner_text().split("/", 3)[3])
        expect(page.locator("h1")).to_contain_text(label)
        page.get_by_role("button", name="Tôi không cần số này nữa").click()
        expect(page.locator(".notice")).to_contain_text("đã được trả lại")
        page.goto(machines["display"])
        expect(page.locator(".queues")).to_be_visible()
        sign_in(page, "binh", PASSWORD)
        page.goto("/counter/hall")
        if page.locator("button.pick").count():
            page.locator("button.pick").first.click()
        page.locator("button[value=next]").click()
        expect(page.locator(".big-number")).to_be_visible()
        page.locator("button[value=close]").click()
        expect(page.locator("button.pick").first).to_be_visible()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_appointment_is_booked_on_the_phone_and_taken_at_the_kiosk(
    browser: Browser, instance: Instance, machines: dict[str, str], language: str
) -> None:
    with visitor(browser, instance.base, language=language, size=PHONE) as page:
        page.goto("/centres?q=kinh bac")
        page.locator("main .hits strong a").first.click()
        assert faults(page) == []
        page.locator("main a.button").click()
        page.locator(".events a").first.click()
        assert faults(page) == []
        page.fill("#contact", "12")
        page.locator("main form button").click()
        assert "12" in page.input_value("#contact")
        page.fill("#contact", "")
        page.locator("main form button").click()
        page.wait_for_url("**/visit/*")
        assert faults(page) == []
        code = page.locator("strong.code").inner_text()
    with visitor(browser, instance.base, language=language, size=KIOSK) as page:
        page.goto(machines["kiosk"])
        page.click("#scan")
        for digit in code:
            page.locator(".keyboard:not([hidden]) button", has_text=re.compile(f"^{digit}$")).click()
        page.locator(".kiosk-scan .search button").click()
        page.wait_for_url("**/kiosk/*")
        expect(page.locator(".slip")).to_contain_text("Hẹn lúc" if language == "vi" else "Appointment at")


def test_a_display_that_is_cut_off_says_so_and_comes_back(
    browser: Browser, instance: Instance, machines: dict[str, str]
) -> None:
    with visitor(browser, instance.base, size=TELEVISION) as page:
        page.clock.install()
        page.goto(machines["display"])
        expect(page.locator("[data-live-state]")).to_have_text("Trực tiếp")
        page.context.set_offline(True)
        for _second in range(40):
            page.clock.run_for(1000)
        expect(page.locator("[data-live-state]")).to_contain_text("MẤT LIÊN LẠC")
        picture(page, "floor/display-cut")
        page.context.set_offline(False)
        page.clock.resume()
        expect(page.locator("[data-live-state]")).to_have_text("Trực tiếp", timeout=15000)


@pytest.mark.parametrize(("language", "size"), [("vi", PHONE), ("en", DESK)])
def test_the_managers_pages_are_usable(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, "giamdoc", PASSWORD)
        for address in ("/centre/hall", "/centre/hall/figures?day=16/11/2026", "/centre/hall/setup"):
            page.goto(address)
            page.evaluate("for (const d of document.querySelectorAll('main details')) d.open = true")
            assert faults(page, 36) == [], address
            picture(page, f"floor/{address.split('?')[0].rsplit('/', 1)[1]}-{size[0]}")
