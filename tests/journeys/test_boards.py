"""A morning by the board: the head of a unit, the chair of a commune who apologises in time, the leader of a province."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pypdfium2
import pytest
from browser import ARTEFACTS, DESK, PHONE, grave_faults, is_wider_than_screen, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from walker import Walker

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
TARGET = 32


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "journey-boards", demo="bacninh-2026", dossiers=260)
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


def rows_behind(page: Page) -> int:
    return page.locator("main tbody tr").count()


def at_the_board(walker: Walker, username: str) -> None:
    """Sign in and come to the board by the menu."""
    sign_in(walker.page, username, PASSWORD)
    drawer = walker.page.locator("nav.menu details:has(a[href='/board']) > summary")
    if drawer.count():
        walker.open(drawer)
    walker.press("nav.menu a[href='/board']")
    expect(walker.page.locator("h1")).to_contain_text(re.compile("Hôm nay|Today"))


@pytest.mark.parametrize(("language", "size", "keys"), [("vi", DESK, True), ("en", PHONE, False)])
def test_from_a_late_dossier_to_the_apology_that_is_sent_in_time(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int], keys: bool
) -> None:
    with (
        visitor(browser, instance.base, language=language, size=size) as page,
        Walker(page, keys=keys, target=TARGET) as head,
    ):
        head.pictures = ARTEFACTS / "boards" / language
        at_the_board(head, "dung")
        head.looks("unit")
        number = page.locator(".numbers li.is-late b")
        late = int(number.inner_text())
        head.press(".numbers li.is-late a")
        assert rows_behind(page) == late
        head.looks("late")
        head.press("main tbody a")
        expect(page.locator("h1")).to_contain_text("H05")
        page.go_back()
        head.key("b")
        head.key("a")
        head.looks("apologies")
        waiting = rows_behind(page)
        head.key("1")
        expect(page.locator("main")).to_contain_text(
            re.compile("Người đứng đầu cơ quan ký|The head of the agency signs")
        )
    with (
        visitor(browser, instance.base, language=language, size=size) as page,
        Walker(page, keys=keys, target=TARGET) as chair,
    ):
        chair.pictures = ARTEFACTS / "boards" / language
        at_the_board(chair, "em")
        chair.looks("agency")
        chair.key("r")
        chair.looks("reminders")
        chair.key("b")
        chair.key("a")
        chair.key("1")
        chair.looks("apology")
        expect(page.locator("#reason")).to_have_value(re.compile("giờ làm việc"))
        chair.choose("#cause", re.compile("đơn vị giải quyết|the unit that handles it"))
        # The head leaves the list, so that the letter's key is a key again.
        page.keyboard.press("Tab")
        chair.key("g")
        expect(page.locator(".success")).to_contain_text(re.compile("Phiếu xin lỗi số|The apology No"))
        page.goto("/board/apologies")
        assert rows_behind(page) == waiting - 1
    print(head.told("Head of a unit, from the board to the letter"))
    print(chair.told("Chair of a commune, from the board to the apology sent"))
    assert head.faults == chair.faults == []


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("vi", PHONE)])
def test_from_a_commune_to_its_late_dossiers(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page, Walker(page, target=TARGET) as leader:
        leader.pictures = ARTEFACTS / "boards" / f"province-{language}"
        at_the_board(leader, "lanhdao")
        leader.looks("province")
        expect(page.locator("[data-live-state]")).to_have_text(re.compile("mỗi phút|every minute"))
        commune = page.locator("#places ~ .scroll tbody tr:has(a[href*='number=late'])").first
        name = commune.locator("th a").inner_text()
        number = commune.locator("a[href*='number=late']")
        late = int(number.inner_text())
        leader.press(number)
        assert rows_behind(page) == late
        expect(page.locator("main tbody tr").first).to_contain_text(name)
        leader.looks("commune")
        leader.press("main tbody a")
        expect(page.locator("h1")).to_contain_text("H05")
        page.goto("/board")
        with pypdfium2.PdfDocument(page.pdf(format="A4")) as document:
            assert len(document) <= 8
            text = document[0].get_textpage().get_text_range()
        assert name.split()[0] in text
        assert not any(n in text for n in ("Đăng xuất", "Sign out"))
    print(leader.told("Leader of a province, from the board to a late dossier"))
    assert leader.faults == []


def test_an_officer_reads_the_board_without_script(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base, size=PHONE, script=False) as page:
        sign_in(page, "chi", PASSWORD)
        page.goto("/board")
        expect(page.locator("main")).to_contain_text("Việc của tôi, gấp nhất xếp trước")
        assert page.locator(".numbers li").count() == 5
        assert not is_wider_than_screen(page)
    with visitor(browser, instance.base, language="en", size=PHONE) as page:
        sign_in(page, "kiemsoat", PASSWORD)
        page.goto("/board")
        assert grave_faults(page) == []
