"""The pages of internal processes in a browser: read, drawn and written by all, and by the keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from browser import DESK, PHONE, picture, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from test_every_page import TARGET_OFFICER, drawn, faults_here

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "process-pages", demo="bacninh-2026")
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


def new_draft(page: Page, key: str) -> str:
    """Write a new process from nothing; return the address of its table."""
    page.goto("/catalogue/processes/new")
    page.fill("[name=name]", "Cấp giấy phép thử")
    page.fill("[name=key]", key)
    with page.expect_navigation():
        page.locator("button[value=start]").click()
    return page.url


def faults_when_drawn(page: Page, address: str) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    if page.locator("[data-drawing]").count():
        drawn(page)
    return [f"{address}: {fault}" for fault in faults_here(page, TARGET_OFFICER)]


@pytest.mark.parametrize(("language", "size"), [("vi", PHONE), ("vi", DESK), ("en", PHONE), ("en", DESK)])
def test_pages_of_processes_are_usable_by_all(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, "kiemsoat", PASSWORD)
        draft = new_draft(page, f"QT-{language}-{size[0]}")
        page.goto("/catalogue/processes")
        interlinked = page.locator("main tr", has_text="2.000986").locator("a").first
        version = str(interlinked.get_attribute("href"))
        addresses = [
            *("/catalogue/processes", "/catalogue/processes/new", version, f"{version}/use", f"{version}/move"),
            *(draft, f"{draft}/drawing", f"{draft}/publish"),
        ]
        assert [fault for address in addresses for fault in faults_when_drawn(page, address)] == []
        for name, address in (
            ("process", version),
            ("process-draft", draft),
            ("process-drawing", f"{draft}/drawing"),
        ):
            page.goto(address)
            if page.locator("[data-drawing]").count():
                drawn(page)
            picture(page, f"{name}-{language}-{size[0]}")


def test_a_process_is_drawn_checked_and_read_by_the_keyboard_alone(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "kiemsoat", PASSWORD)
        draft = new_draft(page, "QT-keys")
        page.goto(f"{draft}/drawing")
        drawn(page)
        # The element list is reached by Tab from the top of the page, with nothing that holds the focus.
        reached = False
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "element":
                reached = True
                break
        assert reached, "the list of elements is reached by Tab"
        for _ in range(20):
            page.keyboard.press("ArrowDown")
            if "Thẩm định" in page.evaluate("document.activeElement.selectedOptions[0].textContent"):
                break
        page.keyboard.press("Tab")
        expect(page.locator("#property-0")).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.type("Thẩm định thật kỹ")
        page.keyboard.press("Enter")
        with page.expect_navigation():
            page.keyboard.press("F9")
        page.goto(draft)
        names = page.locator("[name^='step.'][name$='.task']")
        assert "Thẩm định thật kỹ" in [field.input_value() for field in names.all()]
        # The table does the same: a field, the key that saves, and what the check says.
        names.nth(1).focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("Thẩm định theo bảng")
        with page.expect_navigation():
            page.keyboard.press("F9")
        assert "Thẩm định theo bảng" in [field.input_value() for field in names.all()]
        # The drawing that is read has a name, and the focus passes it.
        page.goto("/catalogue/processes")
        first = page.locator("main a[href^='/catalogue/processes/']:not([href$='new'])").first
        first.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        drawn(page)
        seen = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            seen.add(
                page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.tagName")
            )
        assert "Hình vẽ quy trình" in seen
        assert "A" in seen


def test_shapes_are_drawn_by_the_keyboard_and_what_is_read_never_holds_the_page(
    browser: Browser, instance: Instance
) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "kiemsoat", PASSWORD)
        draft = new_draft(page, "QT-shapes")
        page.goto(f"{draft}/drawing")
        drawn(page)
        reached = []
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.dataset.action || ''"))
        for shape in ("create.task", "create.exclusive-gateway", "create.subprocess-expanded"):
            assert shape in reached
            before = page.locator("#element option").count()
            page.evaluate("processDrawing.get('selection').select([])")
            page.locator(f".djs-palette [data-action='{shape}']").press("Enter")
            expect(page.locator("#element option")).to_have_count(before + 1)
        page.goto("/catalogue/processes")
        page.locator("main tr", has_text="2.000986").locator("a").first.click()
        drawn(page)
        page.locator("[data-drawing]").hover()
        page.mouse.wheel(0, 400)
        waited(page, "scrollY > 100")
        view = page.locator(".drawing-view")
        for _ in range(3):
            page.locator("[data-zoom=in]").press("Enter")
        view.press("ArrowRight")
        waited(page, "document.querySelector('.drawing-view').scrollLeft > 0")
        page.locator("[data-zoom=fit]").press("Enter")
        assert view.evaluate("v => v.scrollWidth <= v.clientWidth"), "the whole drawing is in view"


def waited(page: Page, condition: str) -> None:
    """Wait until the condition holds; the page's own policy forbids to watch for it from within."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def test_a_new_version_is_put_into_use_and_says_which_dossiers_could_move_to_it(
    browser: Browser, instance: Instance
) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "kiemsoat", PASSWORD)
        page.goto("/catalogue/processes")
        page.locator("main tr", has_text="law-1.004873").locator("a").first.click()
        with page.expect_navigation():
            page.get_by_role("button", name="Soạn phiên bản mới").click()
        draft = page.url
        task = page.locator("[name='step.2.task']")
        task.fill(task.input_value() + ", đối chiếu quy hoạch")
        with page.expect_navigation():
            page.keyboard.press("F9")
        page.goto(f"{draft}/publish")
        page.fill("[name=decision_no]", "1245/QĐ-UBND")
        page.fill("[name=decided_on]", "20/11/2026")
        with page.expect_navigation():
            page.keyboard.press("F9")
        version = page.url
        page.goto(f"{version}/use")
        page.select_option("form.filters [name=agency]", label="UBND phường Kinh Bắc")
        with page.expect_navigation():
            page.get_by_role("button", name="Xem").click()
        for box in page.locator("[name=offering]").all():
            box.uncheck()
        page.locator("label", has_text="1.004873").click()
        for select in page.locator("[name^='slot.']").all():
            if not select.input_value():
                select.select_option(index=1)
        page.fill("[name=from_on]", "24/12/2026")
        with page.expect_navigation():
            page.keyboard.press("F9")
        assert page.url == version, page.inner_text(".errors")
        page.get_by_role("link", name="Chuyển hồ sơ sang phiên bản này").click()
        assert "Ghép các bước" in page.inner_text("main")
        assert "chưa áp dụng phiên bản mới" in page.inner_text("main table")
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            assert faults_here(page, TARGET_OFFICER) == []
            picture(page, f"process-move-{width}")
