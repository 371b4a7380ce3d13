"""A citizen from the first code to the published answer: sign in, identify, write a petition, be answered, rate it.

On a phone and at a desk, in both languages, once with the keyboard alone and once without script.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from browser import DESK, PHONE, grave_faults, is_wider_than_screen, sign_in, small_targets, visitor
from playwright.sync_api import Browser, Page, expect

from instance import ROOT, Instance, environment, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
_WORK = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.project.settings"
django.setup()
from motcua.services.housekeeping import send_outbox
from motcua.services.notices.sending import send_notices
from motcua.services.times import system_now
send_outbox(now=system_now()); send_notices(now=system_now())
"""
OWN_PAGES = (
    *("/my", "/my/notices", "/my/acting", "/my/mandates", "/my/preferences", "/my/contact", "/my/data", "/my/delete"),
    *("/my/petitions", "/petitions/new"),
)


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "citizen-voice", demo="bacninh-2026")
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


@dataclass
class Way:
    """How one person goes: every page that is left is counted, and every field that is filled."""

    page: Page
    is_by_keyboard: bool = False
    has_script: bool = True
    pages: int = 0
    fields: int = 0
    began: float = field(default_factory=time.monotonic)

    def focus(self, selector: str) -> None:
        """Come to an element: by the Tab key alone, as somebody without a mouse does, or at once."""
        target = self.page.locator(selector).first
        if not self.is_by_keyboard:
            target.focus()
            return
        for _ in range(200):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    def fill(self, selector: str, text: str) -> None:
        self.focus(selector)
        if self.is_by_keyboard:
            self.page.keyboard.type(text)
        else:
            self.page.fill(selector, text)
        self.fields += 1

    def choose(self, selector: str, label: str) -> None:
        """Choose from a list; the arrow keys go through it one by one."""
        self.focus(selector)
        if self.is_by_keyboard:
            for _ in range(200):
                if self.page.locator(f"{selector} option:checked").inner_text() == label:
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self.page.select_option(selector, label=label)
        self.fields += 1

    def check(self, selector: str) -> None:
        if self.is_by_keyboard:
            # The Tab key stops at the first of a group; the arrow keys go on.
            name = self.page.locator(selector).first.get_attribute("name")
            self.focus(f"input[name='{name}']")
            for _ in range(10):
                if self.page.locator(selector).first.evaluate("e => e === document.activeElement"):
                    break
                self.page.keyboard.press("ArrowDown")
            self.page.keyboard.press("Space")
        else:
            self.page.locator(selector).first.check()
        self.fields += 1

    def press(self, selector: str) -> None:
        """Press a button or follow a link, and wait for the page that comes."""
        if self.has_script:
            # The accessibility check is itself a script; the pages are the same without.
            assert grave_faults(self.page) == [], self.page.url
        with self.page.expect_navigation():
            if self.is_by_keyboard:
                self.focus(selector)
                self.page.keyboard.press("Enter")
            else:
                self.page.locator(selector).first.click()
        self.pages += 1


def code_sent(instance: Instance) -> str:
    """Return the newest code among the messages of the demo."""
    with urllib.request.urlopen(f"{instance.base}/demo/messages") as answer:
        found = re.search(r'class="message">[^<]*?(\d{6})', answer.read().decode(), re.DOTALL)
    assert found
    return found[1]


def sign_an_in(page: Page, instance: Instance) -> None:
    """Sign An in by the code that the demo shows."""
    page.goto("/account/sign-in")
    page.fill("#contact", "an@vidu.example")
    page.press("#contact", "Enter")
    page.wait_for_url("**/account/code")
    page.fill("#code", code_sent(instance))
    page.press("#code", "Enter")
    page.wait_for_url("**/my")


def let_notices_leave(instance: Instance) -> None:
    """Do at once what the worker does every minute."""
    run = [sys.executable, "-c", _WORK]
    subprocess.run(run, env=environment(instance.var, instance.port), check=True, timeout=60)


def answer_petition(browser: Browser, instance: Instance, title: str) -> None:
    """Let the office answer, the head approve and the office publish."""
    with visitor(browser, instance.base) as page:
        sign_in(page, "dung", PASSWORD)
        page.goto("/office/petitions")
        page.click(f"tr:has-text('{title}') a")
        page.fill("#draft-text", "Đã bố trí thêm ghế ở sảnh.")
        page.click("text=Trình người đứng đầu")
        address = page.url
        page.goto("/")
        page.context.clear_cookies()
        sign_in(page, "em", PASSWORD)
        page.goto(address)
        page.click("text=Duyệt và gửi")
        page.context.clear_cookies()
        sign_in(page, "dung", PASSWORD)
        page.goto(address)
        page.fill("#public_title", f"Ghế ở sảnh: {title}")
        page.check("#checked")
        page.click("button:text-is('Công khai')")
        expect(page.locator("h1 .tag")).to_have_text("đã kết thúc")


@pytest.mark.parametrize(
    ("language", "size", "how", "person"),
    [("vi", PHONE, "touch", "cuc"), ("en", DESK, "keyboard", "dat"), ("vi", PHONE, "no script", "bach")],
    ids=["phone-vi", "desk-en-keyboard", "phone-vi-no-script"],
)
def test_from_the_first_code_to_the_published_answer(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int], how: str, person: str
) -> None:
    title = f"Thiếu ghế {person}"
    with visitor(browser, instance.base, language=language, size=size, script=how != "no script") as page:
        way = Way(page, is_by_keyboard=how == "keyboard", has_script=how != "no script")
        page.goto("/account/sign-in?next=/my")
        way.fill("#contact", f"{person}@moi.example")
        way.press("main form button")
        way.fill("#code", code_sent(instance))
        way.press("main form button")
        expect(page).to_have_url(re.compile("/my$"))
        way.press("main a[href^='/account/identify']")
        way.press("main form button")
        # The pages of the national identity.
        way.press(f"button[value='{person}']")
        way.press("button[value='grant']")
        expect(page).to_have_url(re.compile("/my$"))
        expect(page.locator("main a[href^='/account/identify']")).to_have_count(0)
        page.goto("/petitions/new")
        way.press("main form button")
        expect(page.locator("[role=alert] a").first).to_be_visible()
        way.choose("#agency", "Ủy ban nhân dân phường Kinh Bắc")
        way.check("input[value='AGENCY']")
        way.fill("#title", title)
        way.fill("#text", "Ở sảnh thiếu ghế cho người già.")
        way.press("main form[enctype] button")
        expect(page.locator("h1")).to_contain_text("PA-")
        status = page.url
        answer_petition(browser, instance, title)
        let_notices_leave(instance)
        page.goto("/my/notices")
        assert page.locator("main li h2").count() >= 3
        page.goto(status)
        expect(page.locator(".panel")).to_contain_text("Đã bố trí thêm ghế")
        way.check("input[name='score'][value='5']")
        way.press(".box form button")
        expect(page.locator("input[name='score']")).to_have_count(0)
        page.goto(f"/petitions?q={title}")
        expect(page.locator("main li a").first).to_contain_text(title)
        seconds = time.monotonic() - way.began
        print(f"\npetition, {language}, {size[0]} px, {how}: {way.pages} pages, {way.fields} fields, {seconds:.0f} s")
        assert way.pages <= 12
        assert way.fields <= 10


def test_a_petition_without_an_account_is_sent_by_a_code(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base, size=PHONE) as page:
        way = Way(page, is_by_keyboard=True, has_script=True)
        page.goto("/petitions/new")
        way.choose("#agency", "Ủy ban nhân dân phường Kinh Bắc")
        way.check("input[value='AGENCY']")
        way.fill("#title", "Thiếu chỗ để xe")
        way.fill("#text", "Ngày thứ hai không có chỗ để xe.")
        way.fill("#contact", "khach@vidu.example")
        way.press("main form[enctype] button")
        expect(page.locator("#code")).to_be_focused()
        # Another code, without writing anything again.
        way.press("main button[value=again]")
        way.fill("#code", code_sent(instance))
        way.press("main form button")
        expect(page.locator("h1")).to_contain_text("PA-")
        assert grave_faults(page) == []


@pytest.mark.parametrize(("language", "size"), [("vi", (320, 700)), ("en", PHONE), ("vi", DESK)])
def test_pages_of_a_citizen_are_usable_by_all(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_an_in(page, instance)
        found = []
        for address in OWN_PAGES:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            faults = [*grave_faults(page), *(f"small: {t}" for t in small_targets(page, 44))]
            faults += ["wider than the screen"] if is_wider_than_screen(page) else []
            found += [f"{address}: {f}" for f in faults]
        assert found == []


def test_the_tablet_of_a_counter_takes_a_rating_and_is_ready_for_the_next_person(
    browser: Browser, instance: Instance
) -> None:
    with visitor(browser, instance.base, size=(800, 1280)) as page:
        sign_in(page, "em", PASSWORD)
        page.goto("/ratings")
        before = page.locator("tbody tr td").first.inner_text()
        token = _tablet_token(instance)
        page.context.clear_cookies()
        page.goto(f"/rate/{token}")
        assert grave_faults(page) == []
        page.check("input[value='4']")
        page.click("main form button")
        expect(page.locator("h1")).to_have_text("Cảm ơn bạn")
        assert grave_faults(page) == []
        page.click("main a.button")
        expect(page.locator("input[name='score']")).to_have_count(5)
        sign_in(page, "em", PASSWORD)
        page.goto("/ratings")
        assert page.locator("tbody tr td").first.inner_text() == str(int(before) + 1)


def _tablet_token(instance: Instance) -> str:
    """Return the address of the first tablet of Kinh Bắc, as its manager sees it."""
    script = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.project.settings"
django.setup()
from motcua.services.ratings import counter_token
from motcua.store.organisation.models import Counter
print(counter_token(Counter.objects.filter(unit__name__contains="hường Kinh Bắc", number=1).first().id))
"""
    run = [sys.executable, "-c", script]
    done = subprocess.run(
        run, env=environment(instance.var, instance.port), check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()
