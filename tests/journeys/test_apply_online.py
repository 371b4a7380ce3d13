"""A birth registered from home: from the search to the officer's acceptance; cut at every step, nothing entered is lost."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import ARTEFACTS, DESK, PHONE, grave_faults, is_wider_than_screen, sign_in, small_targets, visitor
from playwright.sync_api import Browser, Page, Route, expect

from applying import PDF
from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
DEMO = "bacninh-2026"
APPLICANT = {
    "applicant_name": "Trần Thị Hạnh",
    "applicant_id": "999191000123",
    "applicant_birth": "12/03/1991",
    "applicant_address": "Số 5, phường Kinh Bắc",
    "applicant_phone": "0900123123",
}
CHILD = {
    "child_name": "Lê Minh Khang",
    "child_birth": "05/11/2026",
    "child_place": "Bệnh viện Sản nhi Bắc Ninh",
    "child_ethnic": "Kinh",
    "child_nation": "Việt Nam",
    "child_home": "Kinh Bắc, Bắc Ninh",
}
PARENTS = {"mother_ethnic": "Kinh", "mother_nation": "Việt Nam"}


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "journey-apply", demo=DEMO)
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("papers") / "giấy chứng sinh.pdf"
    path.write_bytes(PDF)
    return path


class Count:
    """Pages, fields and seconds of a journey, as the acceptance asks for them."""

    def __init__(self) -> None:
        self.pages = self.fields = 0
        self.begun = time.monotonic()

    def page(self, page: Page, name: str, *, size: tuple[int, int], language: str) -> None:
        self.pages += 1
        assert not is_wider_than_screen(page), page.url
        assert small_targets(page, 44) == []
        ARTEFACTS.joinpath(DEMO).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTEFACTS / DEMO / f"apply-{self.pages}-{name}-{language}-{size[0]}.png", full_page=True)

    def told(self, what: str) -> str:
        return f"\n{what}: {self.pages} pages, {self.fields} fields, {time.monotonic() - self.begun:.0f} s"


def fill(page: Page, texts: dict[str, str], count: Count | None = None) -> None:
    for name, text in texts.items():
        page.fill(f"#{name}", text)
    if count:
        count.fields += len(texts)


def go_on(page: Page, to: str) -> None:
    page.click("button[value=next]")
    page.wait_for_url(re.compile(to))


def begin(page: Page) -> str:
    """Begin a birth registration at Kinh Bắc and return the address of its draft."""
    page.goto("/procedures/1.001193/apply")
    page.check("#where")
    page.check("#registered")
    choose_office(page)
    page.click("main form .actions button")
    page.wait_for_url("**/form/applicant")
    return page.url.removesuffix("/form/applicant")


def choose_office(page: Page) -> None:
    office = page.locator("#offering option", has_text="Phường Kinh Bắc").or_(
        page.locator("#offering option", has_text="phường Kinh Bắc")
    )
    page.select_option("#offering", office.first.get_attribute("value"))


@pytest.mark.parametrize(("language", "size"), [("vi", PHONE), ("en", DESK)])
def test_a_birth_from_the_search_to_the_acceptance(
    browser: Browser,
    instance: Instance,
    paper: Path,
    language: str,
    size: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    count = Count()
    with visitor(browser, instance.base, language=language, size=size) as page:
        seen = {"size": size, "language": language}
        page.goto("/")
        page.fill("#q", "lam giay khai sinh cho con")
        page.keyboard.press("Enter")
        page.click("main ol a >> nth=0")
        page.click("a.button[href$='/apply']")
        page.check("#where")
        page.check("#registered")
        choose_office(page)
        count.page(page, "begin", **seen)
        page.click("main form .actions button")
        page.wait_for_url("**/form/applicant")
        fill(page, APPLICANT, count)
        page.check("#relation")
        count.page(page, "applicant", **seen)
        go_on(page, "/form/child")
        fill(page, CHILD, count)
        page.check("#child_sex")
        expect(page.locator("#proof_number")).to_be_hidden()
        page.check("#proof")
        expect(page.locator("#proof_number")).to_be_visible()
        count.page(page, "child", **seen)
        go_on(page, "/form/parents")
        expect(page.locator("#mother_name")).to_have_count(0)
        fill(page, PARENTS, count)
        page.check("#father_declared-2")
        count.page(page, "parents", **seen)
        go_on(page, "/papers")
        page.set_input_files("#file-c2", paper)
        expect(page.locator("[data-files=c2] a")).to_have_count(1)
        count.page(page, "papers", **seen)
        go_on(page, "/check")
        expect(page.locator("main")).to_contain_text("Lê Minh Khang")
        count.page(page, "check", **seen)
        assert grave_faults(page) == []
        page.click("button[value=send]")
        expect(page.locator(".panel .code")).to_contain_text("TT-")
        count.page(page, "sent", **seen)
        assert grave_faults(page) == []
        number = page.inner_text(".panel .code").strip()
        expect(page.locator(".sent-files")).to_contain_text("SHA-256")
        count.fields += 6
        draft = page.url
        assert count.pages <= 8
        with visitor(browser, instance.base) as officer:
            sign_in(officer, "binh", PASSWORD)
            officer.goto("/counter/online")
            officer.locator("main table a", has_text=number).focus()
            officer.keyboard.press("Enter")
            officer.wait_for_url(re.compile("/counter/online/.+"))
            assert grave_faults(officer) == []
            with officer.expect_navigation():
                officer.keyboard.press("F9")
            if "/receipts/" not in officer.url:
                # Sent once for each language of this journey: the second is the same parent's again.
                officer.check("#is_duplicate_accepted")
                with officer.expect_navigation():
                    officer.keyboard.press("F9")
            assert "/counter/receipts/" in officer.url
        page.goto(draft)
        expect(page.locator(".panel .code")).to_contain_text("H05")
    with capsys.disabled():
        print(count.told(f"birth online, {language}, {size[0]} px"))


def test_with_the_keyboard_alone(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        page.goto("/procedures/1.001193/apply")
        for name in ("where", "registered"):
            tab_to(page, name)
            page.keyboard.press("Space")
        tab_to(page, "offering")
        page.keyboard.type("UBND phường Kinh B")
        if not page.locator("#offering").input_value():
            choose_office(page)
        page.keyboard.press("Tab")
        tab_to_button(page)
        page.keyboard.press("Enter")
        page.wait_for_url("**/form/applicant")
        for name, text in APPLICANT.items():
            tab_to(page, name)
            page.keyboard.type(text)
        tab_to(page, "relation")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**/form/child")
        page.keyboard.press("Enter")
        tab_to(page, "child_name")
        page.keyboard.press("Enter")
        page.wait_for_selector(".errors")
        # The summary has the focus; its first link leads to the first field.
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#child_name")).to_be_focused()


def tab_to(page: Page, id_: str) -> None:
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == id_:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{id_} is not reached with Tab")


def tab_to_button(page: Page) -> None:
    for _ in range(10):
        if page.evaluate("document.activeElement.matches('main form .actions button')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the button is not reached with Tab")


def test_without_script(browser: Browser, instance: Instance, paper: Path) -> None:
    with visitor(browser, instance.base, script=False, size=PHONE) as page:
        begin(page)
        fill(page, APPLICANT)
        page.check("#relation")
        go_on(page, "/form/child")
        fill(page, CHILD)
        page.check("#child_sex")
        page.check("#proof")
        go_on(page, "/form/(child|parents)")
        if page.url.endswith("child"):
            expect(page.locator("#proof_number")).to_be_visible()
            go_on(page, "/form/parents")
        fill(page, PARENTS)
        page.check("#father_declared")
        page.click("button[value=next]")
        expect(page.locator("#father_name")).to_be_visible()
        page.check("#father_declared-2")
        go_on(page, "/papers")
        page.set_input_files("#file-c2", paper)
        page.click("form[data-component=c2] button")
        expect(page.locator("[data-files=c2] a")).to_have_count(1)
        go_on(page, "/check")
        page.click("button[value=send]")
        expect(page.locator(".panel .code")).to_contain_text("TT-")


# Cut


def code_shown(page: Page) -> str:
    return page.inner_text("#kept-code")


def on_another_device(browser: Browser, instance: Instance, draft: str, code: str) -> dict[str, str]:
    """Return the fields of the form's first pages as a new device sees them, opened with the code."""
    with visitor(browser, instance.base) as page:
        page.goto(draft)
        page.fill("#code", code)
        page.click("main form button")
        found: dict[str, str] = {}
        for key in ("applicant", "child", "parents"):
            page.goto(f"{draft}/form/{key}")
            found |= {
                i.get_attribute("id"): i.input_value()
                for i in page.locator("main input:not([type=hidden]):not([type=radio])").all()
                if i.get_attribute("id")
            }  # type: ignore[misc]
            found |= {
                r.get_attribute("name"): r.input_value() for r in page.locator("main input[type=radio]:checked").all()
            }  # type: ignore[misc]
        return found


def cut(route: Route) -> None:
    route.abort("connectionreset")


STEPS = (("applicant", APPLICANT, ("relation",)), ("child", CHILD, ("child_sex", "proof")), ("parents", PARENTS, ("father_declared-2",)))  # fmt: skip


def test_a_connection_cut_while_each_page_is_sent_loses_nothing(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base, size=PHONE) as page:
        draft = begin(page)
        for key, texts, marks in STEPS:
            page.context.route("**/apply/**", cut)
            fill(page, texts)
            for mark in marks:
                page.check(f"#{mark}")
            page.click("button[value=next]")
            expect(page.locator("[data-offline]")).to_be_visible()
            assert f"/form/{key}" in page.url, "the page is not left while the connection is gone"
            assert {n: page.input_value(f"#{n}") for n in texts} == texts
            # The page itself is lost while nothing can be sent: the device still has what was typed.
            page.context.unroute("**/apply/**")
            page.goto("about:blank")
            page.goto(f"{draft}/form/{key}")
            expect(page.locator("[data-restored]")).to_be_visible()
            assert {n: page.input_value(f"#{n}") for n in texts} == texts
            page.click("button[value=next]")
            page.wait_for_url(lambda url, key=key: not url.endswith(key))
        code = code_shown(page)
    found = on_another_device(browser, instance, draft, code)
    wanted = {
        **APPLICANT,
        **CHILD,
        **PARENTS,
        "relation": "me",
        "child_sex": "nam",
        "proof": "chung_sinh",
        "father_declared": "khong",
    }
    assert {k: found.get(k) for k in wanted} == wanted


def test_a_page_killed_while_typing_goes_on_with_another_device(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        draft = begin(page)
        fill(page, APPLICANT)
        expect(page.locator("[data-saved]")).to_contain_text(":")
        code = code_shown(page)
        page.close()
    assert {k: v for k, v in on_another_device(browser, instance, draft, code).items() if k in APPLICANT} == APPLICANT


def test_a_session_lost_between_two_pages_loses_nothing(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        begin(page)
        fill(page, APPLICANT)
        page.check("#relation")
        page.context.clear_cookies(name="sessionid")
        go_on(page, "/form/child")


def test_without_script_a_cut_sending_is_sent_again_from_the_browsers_own_page(
    browser: Browser, instance: Instance
) -> None:
    with visitor(browser, instance.base, script=False) as page:
        begin(page)
        fill(page, APPLICANT)
        page.check("#relation")
        page.context.route("**/form/applicant?*", cut)
        page.click("button[value=next]", no_wait_after=True)
        for _ in range(100):
            if page.url.startswith("chrome-error"):
                break
            page.wait_for_timeout(100)
        page.context.unroute("**/form/applicant?*")
        page.go_back()
        page.wait_for_selector("#applicant_name")
        assert {n: page.input_value(f"#{n}") for n in APPLICANT} == APPLICANT
        go_on(page, "/form/child")


def test_an_upload_cut_at_every_piece_goes_on_where_it_stopped(
    browser: Browser, instance: Instance, tmp_path: Path
) -> None:
    large = tmp_path / "bản quét.pdf"
    # About a megabyte: four pieces, each cut once on its way, the last one's answer lost.
    large.write_bytes(PDF + b"% " + b"0" * 900_000 + b"\n%%EOF\n")
    with visitor(browser, instance.base) as page:
        draft = begin(page)
        page.goto(f"{draft}/papers")
        tries: dict[str, int] = {}
        sizes: list[int] = []

        def every_other(route: Route) -> None:
            at = route.request.headers.get("upload-offset", "begin")
            tries[at] = tries.get(at, 0) + 1
            if tries[at] > 1:
                sizes.append(len(route.request.post_data_buffer or b""))
                route.continue_()
            elif at != "begin" and int(at) > 700_000:
                # The piece arrives and its answer does not.
                route.fetch()
                route.abort("connectionreset")
            else:
                cut(route)

        page.context.route("**/uploads**", every_other)
        page.context.route("**/uploads/**", every_other)
        page.set_input_files("#file-c1" if page.locator("#file-c1").count() else "#file-other", large)
        expect(page.locator(".files a")).to_have_count(1, timeout=20_000)
        assert len([t for t in tries if t != "begin"]) >= 4
        assert sum(s for s in sizes if s > 1000) < 2 * large.stat().st_size
        page.context.unroute("**/uploads**")
        page.context.unroute("**/uploads/**")


def test_an_upload_of_a_killed_page_goes_on_when_the_file_is_chosen_again(
    browser: Browser, instance: Instance, tmp_path: Path
) -> None:
    large = tmp_path / "sổ.pdf"
    large.write_bytes(PDF + b"% " + b"1" * 900_000 + b"\n%%EOF\n")
    with visitor(browser, instance.base) as page:
        draft = begin(page)
        page.goto(f"{draft}/papers")
        sent: list[int] = []

        def first_two(route: Route) -> None:
            at = int(route.request.headers.get("upload-offset", "0"))
            if at >= 2 * 256 * 1024:
                cut(route)
                return
            route.continue_()

        page.context.route("**/uploads/**", first_two)
        page.set_input_files("#file-other", large)
        expect(page.locator(".under-way")).to_contain_text("mạng", timeout=10_000)
        page.goto("about:blank")
        page.context.unroute("**/uploads/**")
        page.goto(f"{draft}/papers")
        expect(page.locator("main")).to_contain_text("58 %")
        page.on("request", lambda r: sent.append(int(r.headers["upload-offset"])) if r.method == "PATCH" else None)
        page.set_input_files("#file-other", large)
        expect(page.locator(".files a")).to_have_count(1, timeout=20_000)
        assert min(sent) == 2 * 256 * 1024


def test_a_file_that_is_done_does_not_cut_off_another_and_the_focus_stays_where_it_was(
    browser: Browser, instance: Instance, paper: Path, tmp_path: Path
) -> None:
    second = tmp_path / "giấy khác.pdf"
    second.write_bytes(PDF + b"% another\n")
    with visitor(browser, instance.base) as page:
        draft = begin(page)
        page.goto(f"{draft}/papers")
        page.locator("summary", has_text="Giấy tờ khác").click()
        held: list[Route] = []
        page.context.route("**/uploads/**", lambda route: held.append(route) if not held else route.continue_())
        page.set_input_files("#file-other", paper)
        expect(page.locator(".under-way progress")).to_have_count(1)
        page.wait_for_timeout(300)
        page.set_input_files("#file-other", second)
        expect(page.locator(".under-way", has_text="giấy khác.pdf: Đã tải lên")).to_be_visible()
        assert page.locator(".files a").count() == 0, "the page waits for the other file"
        held[0].continue_()
        expect(page.locator(".files a")).to_have_count(2)
        expect(page.locator("#file-other")).to_be_focused()
