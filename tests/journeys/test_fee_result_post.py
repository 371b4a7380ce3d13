"""A building permit: its fee paid online, its result signed, brought by the post, checked by its QR; and in by the post.

Each journey prints its pages, fields and seconds.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from browser import DESK, PHONE, grave_faults, is_wider_than_screen, sign_in, small_targets, visitor
from playwright.sync_api import Browser, Page, expect

from instance import ROOT, Instance, start
from motcua.project import postgres
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
CARD = "999192000077||Nguyễn Thị Hồng Nhung|28021992|Nữ|Số 7, Kinh Bắc, Bắc Ninh|15052016"


class Walk:
    """What one person does on one page, counted: pages seen, fields filled, seconds."""

    def __init__(self, page: Page) -> None:
        self.page, self.pages, self.fields, self._began = page, 0, 0, time.monotonic()
        page.on("framenavigated", lambda frame: self._count(frame is page.main_frame))

    def _count(self, is_main: bool) -> None:
        self.pages += is_main

    def fill(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)
        self.fields += 1

    def tab_to(self, selector: str) -> None:
        """Reach a field by the tab key alone."""
        for _ in range(90):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by the keyboard")

    def type(self, selector: str, text: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.fields += 1

    def looks(self, target: int) -> None:
        """Nothing grave for those who use other means than a mouse, nothing wider than the screen."""
        assert grave_faults(self.page) == []
        assert not is_wider_than_screen(self.page)
        assert small_targets(self.page, target) == []

    def tell(self, name: str) -> None:
        print(f"{name}: {self.pages} pages, {self.fields} fields, {time.monotonic() - self._began:.1f} s")


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "fee-result-post", demo="bacninh-2026")
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


@pytest.mark.parametrize(("language", "size", "script"), [("vi", PHONE, False), ("en", DESK, True)])
def test_a_permit_paid_online_signed_brought_by_post_and_checked(
    browser: Browser, instance: Instance, tmp_path: Path, language: str, size: tuple[int, int], script: bool
) -> None:
    public_id, code, secret = _received(browser, instance)
    with visitor(browser, instance.base, language=language, size=size, script=script) as page:
        walk = Walk(page)
        _pays(walk, code, secret)
        walk.tell(f"citizen pays online ({language}, {size[0]} px)")
    check, pdf = _decided_and_signed(browser, instance, public_id, tmp_path)
    _given_to_the_post(browser, instance, code)
    with visitor(browser, instance.base, language=language, size=size) as page:
        walk = Walk(page)
        _delivered(walk, code, secret)
        _checked(walk, check, pdf, tmp_path)
        walk.tell(f"citizen follows and checks ({language}, {size[0]} px)")


def _received(browser: Browser, instance: Instance) -> tuple[str, str, str]:
    """Receive a permit at the provincial centre without its fee; return id, code and secret."""
    with visitor(browser, instance.base) as page:
        sign_in(page, "an", PASSWORD)
        page.goto("/counter/find?q=1.013225")
        page.locator("#hits li", has_text="Kinh Bắc").locator("button").first.click()
        page.fill("#card", CARD)
        page.click("#use-card")
        page.wait_for_load_state()
        for row in page.locator("table.papers tbody tr").all():
            asked = re.findall(r"(\d+) (?:bản chính|bản sao)", row.inner_text())
            row.locator("input").nth(0).fill(asked[0])
            row.locator("input").nth(1).fill(asked[1])
        page.keyboard.press("F9")
        page.wait_for_load_state("networkidle")
        if page.locator("#is_duplicate_accepted").count():
            page.check("#is_duplicate_accepted")
            page.keyboard.press("F9")
        page.wait_for_url("**/counter/receipts/**")
        return page.url.rsplit("/", 1)[1], page.inner_text(".code"), page.inner_text("p.quiet code")


def _pays(walk: Walk, code: str, secret: str) -> None:
    page = walk.page
    page.goto("/track")
    walk.fill("#code", code)
    walk.fill("#secret", secret)
    page.click("main form button")
    page.locator("a[href^='/pay/']").click()
    expect(page.locator("h1")).to_be_visible()
    assert "75.000 đ" in page.inner_text("main")
    assert "Nhung" not in page.inner_text("main")
    page.click("main form button")
    page.wait_for_url("**/simulated-bank/**")
    # The bank's news of it is lost and asked after; or it comes twice. Either way it is paid once.
    page.locator("summary").click()
    page.click("button[value=twice]")
    page.wait_for_url("**/pay/**")
    expect(page.locator(".notice.success")).to_contain_text("75.000 đ")


def _decided_and_signed(browser: Browser, instance: Instance, public_id: str, folder: Path) -> tuple[str, Path]:
    """Every officer does his step; the head signs the result. Return its check page and its file."""
    address = f"/dossiers/{public_id}"
    while username := _next_officer(instance, public_id):
        with visitor(browser, instance.base) as page:
            sign_in(page, username, PASSWORD)
            page.goto(address)
            page.locator("form:has(input[name=act][value=complete]) button[value=done]").first.click()
            page.wait_for_load_state()
            assert not page.locator(".errors").count(), page.inner_text(".errors")
    with visitor(browser, instance.base) as page:
        sign_in(page, "em", PASSWORD)
        page.goto(address)
        page.fill("#issue-fields", "Số tầng: 3\nDiện tích xây dựng: 80 m²")
        page.click("details:has(#issue-fields) button")
        page.locator("a[href^='/results/']").first.click()
        expect(page.locator("main")).to_contain_text("nguyên vẹn · biết người ký")
        with page.expect_download() as download:
            page.locator("a[href$='/file']").click()
        path = folder / "result.pdf"
        download.value.save_as(path)
        return str(page.locator("a[href^='/check/']").get_attribute("href")), path


def _next_officer(instance: Instance, public_id: str) -> str:
    """Return who may do the open step, as the organisation stands; nobody once only the hand-over is left."""
    with psycopg.connect(postgres.Embedded(instance.var).url()) as connection:
        row = connection.execute(
            "SELECT s.username FROM dossiers_task t JOIN dossiers_dossier d ON d.id = t.dossier_id"
            " JOIN organisation_post p ON p.unit_id = t.unit_id AND t.role = ANY(p.roles)"
            " JOIN organisation_appointment a ON a.post_id = p.id JOIN organisation_staff s ON s.id = a.staff_id"
            " WHERE d.public_id = %s AND d.state < 9 AND t.part = 0"
            " AND coalesce(t.assignee_id, s.id) = s.id ORDER BY t.step, p.id LIMIT 1",
            [public_id],
        ).fetchone()
    return row[0] if row else ""


def _given_to_the_post(browser: Browser, instance: Instance, code: str) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "an", PASSWORD)
        page.goto("/hand-overs")
        box = page.locator("fieldset", has_text=code)
        box.locator("input[type=checkbox]").check()
        box.locator("summary").click()
        box.locator("textarea").fill("Giấy chứng nhận quyền sử dụng đất")
        page.keyboard.press("F9")
        page.wait_for_url("**/hand-overs/**")
        record = page.url
    with visitor(browser, instance.base, size=PHONE) as page:
        sign_in(page, "buudien", PASSWORD)
        page.goto(record)
        page.locator("form:has(fieldset) button").last.click()
        expect(page.locator(".notice.success")).to_be_visible()


def _delivered(walk: Walk, code: str, secret: str) -> None:
    page = walk.page
    page.goto(f"/track/{code}/{secret}")
    tracking = re.search(r"EM\d{9}VN", page.inner_text("main"))
    assert tracking is not None
    page.goto("/simulated-carrier")
    parcel = page.locator("form", has_text=tracking[0])
    parcel.locator("button[value=out]").click()
    parcel.locator("button[value=delivered]").click()
    page.goto(f"/track/{code}/{secret}")
    expect(page.locator("main")).to_contain_text("100 %")
    walk.looks(44)


def _checked(walk: Walk, check: str, pdf: Path, folder: Path) -> None:
    page = walk.page
    page.goto(check)
    expect(page.locator(".notice.success")).to_be_visible()
    assert "Nhung" not in page.inner_text("main")
    walk.looks(44)
    page.goto("/check")
    page.set_input_files("#file", str(pdf))
    page.click("main form button")
    expect(page.locator("main .notice.success")).to_be_visible()
    changed = bytearray(pdf.read_bytes())
    changed[1_500] ^= 1
    (folder / "changed.pdf").write_bytes(bytes(changed))
    page.set_input_files("#file", str(folder / "changed.pdf"))
    page.click("main form button")
    expect(page.locator("main .errors")).to_be_visible()
    walk.looks(44)


@pytest.mark.parametrize(("language", "size"), [("vi", PHONE), ("en", DESK)])
def test_a_dossier_comes_in_by_post_with_the_keyboard_alone(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, "buudien", PASSWORD)
        walk = Walk(page)
        _slip_by_keyboard(walk, CARD.replace("000077", "000078"))
        walk.tell(f"post takes a dossier in ({language}, {size[0]} px, keyboard)")
        page.goto("/postal")
        walk.looks(36)
        page.keyboard.press("F9")
        page.wait_for_url("**/hand-overs/**")
        record = page.url
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, "an", PASSWORD)
        page.goto(record)
        walk = Walk(page)
        walk.looks(36)
        page.keyboard.press("F9")
        expect(page.locator(".notice.success")).to_be_visible()
        walk.tell(f"centre signs the bag ({language}, {size[0]} px, keyboard)")
        expect(page.locator("table")).to_contain_text("H05.")
        signed = re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d", page.locator("dd strong").first.inner_text())
        assert signed is not None
        page.locator("table tbody a").last.click()
        # The law's time of submission is that of the signature.
        expect(page.locator("main dl")).to_contain_text(signed[0])


def _slip_by_keyboard(walk: Walk, card: str) -> None:
    page = walk.page
    page.goto("/postal")
    page.keyboard.press("F2")
    page.wait_for_url("**/postal/find")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.insert_text("1.013225")
    page.keyboard.press("Enter")
    page.wait_for_url("**/postal/find?q=**")
    expect(page.locator("button[name=offering]").first).to_contain_text("giấy phép xây dựng")
    walk.tab_to("button[name=offering]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/postal/intake/**")
    expect(page.locator("#card")).to_be_focused()
    page.keyboard.insert_text(card)
    page.keyboard.press("Enter")
    expect(page.locator("#applicant-name")).to_have_value("Nguyễn Thị Hồng Nhung")
    for label in page.locator("fieldset[id^=components] .field").all():
        asked = re.search(r"\((\d+)\)", label.inner_text())
        assert asked is not None
        walk.type(f"#{label.locator('input').get_attribute('id')}", asked[1])
    walk.tab_to("#is_signed")
    page.keyboard.press("Space")
    walk.looks(36)
    page.keyboard.press("F9")
    page.wait_for_url("**/postal/slips/**")
    expect(page.locator("main")).to_contain_text("75.000 đ")
