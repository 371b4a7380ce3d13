"""Every page that a person can reach: usable by all, on a phone and at a desk, in both languages, without script."""

from __future__ import annotations

import re
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
        "/procedures/1.001193/apply",
        "/procedures/1.000656/apply",
        "/apply/00000000-0000-4000-8000-000000000000",
        "/life-events/birth",
        "/track",
    ),
    *(
        "/track/H05.1-261123-0001/WRONG",
        "/check",
        "/check/WRONG",
        "/results/shared/WRONG",
        "/simulated-carrier",
        "/centres",
        "/centres?q=kinh bac",
        "/ticket/of-yesterday",
        "/open-data",
        "/accessibility",
        "/privacy",
        "/login",
        "/account/sign-in",
        "/account/identify",
        "/petitions",
        "/petitions/new",
        "/petitions/status",
        "/demo/messages",
        "/nowhere",
    ),
)
CAST = ("binh", "buudien", "giamdoc", "chi", "dung", "kiemsoat", "lanhdao", "quantri")
TARGET_CITIZEN, TARGET_OFFICER = 44, 36
BEHIND = (
    ("kiemsoat", "vi", PHONE),
    ("lanhdao", "en", DESK),
    ("giamdoc", "vi", DESK),
    ("em", "en", PHONE),
    ("binh", "vi", PHONE),
)
DEPTH = 2
_MENU_LINKS = "[...document.querySelectorAll('.menu a')].map(a => a.getAttribute('href'))"
_LINKS = """[...document.querySelectorAll('main a[href]')].map(a => a.href)
  .filter(h => h.startsWith(location.origin) && !h.includes('#')).map(h => h.slice(location.origin.length))"""
# What is a file is no page; what a citizen sees is looked at as a citizen.
_FILES = re.compile(
    r"\.(pdf|csv|json)\b|[?&]as=|/(bpmn|toml|bundle|file|files|papers|enclosures|kiosk|display)\b"
    r"|^/(procedures|hall|track|check)"
)


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The kinds of page that some role has been shown."""
    return set()


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "every-page", demo="bacninh-2026")
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


def faults_of(page: Page, address: str, target: int) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    if page.locator("[data-drawing]").count():
        drawn(page)
    found = faults_here(page, target)
    found += [f"status {answer.status}"] if answer.status >= 500 else []
    return [f"{address}: {fault}" for fault in found]


def drawn(page: Page) -> None:
    """Wait until the drawing is there: what axe looks at is the page as it is read."""
    page.locator(".djs-container svg [data-element-id]").first.wait_for(state="attached")


def looks(page: Page, instance: Instance) -> Iterator[str]:
    """Show what follows on a phone and at a desk, in both languages, to one who is signed in."""
    for language in ("vi", "en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": instance.base}])
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            yield f"{language} {width}"


def faults_in_all_looks(page: Page, instance: Instance, *addresses: str) -> list[str]:
    return [
        f"{look} {fault}"
        for look in looks(page, instance)
        for address in addresses
        for fault in faults_of(page, address, TARGET_OFFICER)
    ]


def faults_here(page: Page, target: int) -> list[str]:
    """Return what is wrong with the page that is open, as it stands now."""
    found = [*grave_faults(page), *(f"small: {t}" for t in small_targets(page, target))]
    return found + (["wider than the screen"] if is_wider_than_screen(page) else [])


@pytest.mark.parametrize(("language", "size"), [("vi", (320, 700)), ("en", PHONE), ("vi", DESK), ("en", DESK)])
def test_citizen_pages_are_usable_by_all(
    browser: Browser, instance: Instance, language: str, size: tuple[int, int]
) -> None:
    with visitor(browser, instance.base, language=language, size=size) as page:
        assert [f for address in PUBLIC for f in faults_of(page, address, TARGET_CITIZEN)] == []


@pytest.mark.parametrize(("language", "size"), [("vi", PHONE), ("en", DESK)])
@pytest.mark.parametrize("username", CAST)
def test_officer_pages_are_usable_by_all(
    browser: Browser, instance: Instance, username: str, language: str, size: tuple[int, int], seen: set[str]
) -> None:
    """Each page of a menu once in each look, by the first role that has it."""
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, username, PASSWORD)
        addresses = page.evaluate(_MENU_LINKS)
        assert addresses
        fresh = [a for a in addresses if f"{language} {size} {a}" not in seen]
        seen |= {f"{language} {size} {a}" for a in fresh}
        found = [f for address in fresh for f in faults_of(page, address, TARGET_OFFICER)]
        if "/dossiers" in addresses:
            page.goto("/dossiers")
            dossier = page.locator("main table a").first.get_attribute("href")
            found += faults_of(page, str(dossier), TARGET_OFFICER)
        assert found == []


@pytest.mark.parametrize(("username", "language", "size"), BEHIND)
def test_pages_behind_the_menu_are_usable_by_all(
    browser: Browser, instance: Instance, username: str, language: str, size: tuple[int, int], seen: set[str]
) -> None:
    """Follow from each page of the menu one link of each kind, to what no other role has shown yet."""
    with visitor(browser, instance.base, language=language, size=size) as page:
        sign_in(page, username, PASSWORD)
        waiting = [(address, 0) for address in page.evaluate(_MENU_LINKS)]
        found = []
        while waiting:
            address, depth = waiting.pop()
            if depth:
                found += faults_of(page, address, TARGET_OFFICER)
            else:
                page.goto(address)
            for link in page.evaluate(_LINKS) if depth < DEPTH else ():
                kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "*", link.partition("?")[0])
                if kind not in seen and not _FILES.search(link):
                    seen.add(kind)
                    waiting.append((link, depth + 1))
        assert found == []


def test_pages_of_a_process_are_usable_by_all(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "kiemsoat", PASSWORD)
        page.goto("/catalogue/processes")
        first = str(page.locator("main tr", has_text="law-1.013228").locator("a").first.get_attribute("href"))
        page.goto(first)
        with page.expect_navigation():
            page.get_by_role("button", name="Soạn phiên bản mới").click()
        draft = page.url
        page.fill("[name='step.2.task']", "Thẩm định, đối chiếu quy hoạch")
        with page.expect_navigation():
            page.keyboard.press("F9")
        # What is saved first wins; the other is shown both texts.
        late = page.context.new_page()
        late.goto(draft)
        page.fill("[name='step.2.time']", "1,5 ngày")
        with page.expect_navigation():
            page.keyboard.press("F9")
        late.fill("[name='step.2.time']", "3 ngày")
        with late.expect_navigation():
            late.keyboard.press("F9")
        assert late.locator("ins").count()
        for width, height in (PHONE, DESK):
            late.set_viewport_size({"width": width, "height": height})
            assert faults_here(late, TARGET_OFFICER) == []
        pages = (draft, f"{draft}/drawing", f"{draft}/publish", "/catalogue/processes", "/catalogue/processes/new")
        assert faults_in_all_looks(page, instance, *pages) == []
        page.goto(f"{draft}/publish")
        page.fill("[name=decision_no]", "1245/QĐ-UBND")
        page.fill("[name=decided_on]", "20/11/2026")
        with page.expect_navigation():
            page.keyboard.press("F9")
        second = page.url
        assert page.locator(".changes li").count() == 2, "the two versions are compared in words"
        compared = (second, f"{second}?against=1", f"{second}/use", f"{second}/move", f"{first}/use")
        assert faults_in_all_looks(page, instance, *compared) == []


def test_pages_of_a_head_are_usable_by_all(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "em", PASSWORD)
        page.goto("/on-the-spot")
        unit = page.locator("main table a").first.get_attribute("href")
        page.goto("/organisation")
        agency = page.locator("main a", has_text="Ủy ban nhân dân phường Kinh Bắc").first.get_attribute("href")
        addresses = (
            *("/on-the-spot", f"/on-the-spot{unit}", f"{agency}/calendar", "/timeliness", "/desk"),
            *("/simulate?days=30/11/2026&ask=1", "/simulate?cut=300&ask=1"),
        )
        assert faults_in_all_looks(page, instance, *addresses) == []


def test_a_linked_dossier_is_usable_by_all(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        page.goto("/dossiers")
        rows = page.locator("main tbody tr", has_text="Liên thông")
        assert rows.count()
        addresses = [str(row.locator("a").first.get_attribute("href")) for row in rows.all()]
        linked = [address for address in addresses if page.goto(address) and page.locator("#asked").count()]
        assert linked, "one whose parts are at other agencies"
        assert page.goto(linked[0])
        assert page.locator(".lanes svg").count()
        assert faults_in_all_looks(page, instance, linked[0]) == []


def test_many_steps_at_once_and_questions_are_usable_by_all(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        sign_in(page, "chi", PASSWORD)
        page.goto("/desk")
        dossier = str(page.locator("main tbody tr a").first.get_attribute("href"))
        page.locator("main tbody [type=checkbox]").first.check()
        page.locator("summary", has_text="đánh dấu").click()
        with page.expect_navigation():
            page.locator("button[value=back]").click()
        # The reason was forgotten: it is asked for on the spot, and what was ticked is still known.
        expect(page.locator("[name=selected]")).to_have_count(1)
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            assert faults_here(page, TARGET_OFFICER) == []
        page.goto(dossier)
        page.locator("summary", has_text="Lấy ý kiến cơ quan khác").click()
        office = "Bộ phận nghiệp vụ, Công an phường Kinh Bắc"
        page.select_option("#consult-unit", label=office)
        page.fill("[name='consult.question']", "Đề nghị cho biết số và ngày đăng ký khai sinh.")
        page.fill("[name='consult.due_at']", "25/11/2026")
        with page.expect_navigation():
            page.get_by_role("button", name="Đã gửi lấy ý kiến").click()
        expect(page.locator("h3", has_text=office)).to_have_count(1)
        assert faults_in_all_looks(page, instance, dossier) == []
    with visitor(browser, instance.base) as page:
        sign_in(page, "congan", PASSWORD)
        page.goto("/questions")
        question = str(page.locator("main tbody a").first.get_attribute("href"))
        assert faults_in_all_looks(page, instance, "/questions", question) == []


def test_who_leaves_unsaved_steps_is_asked_first(browser: Browser, instance: Instance) -> None:
    with visitor(browser, instance.base) as page:
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        sign_in(page, "kiemsoat", PASSWORD)
        page.goto("/catalogue/processes/new")
        page.fill("[name=name]", "Thử rời trang")
        page.fill("[name=key]", "QT-leave")
        with page.expect_navigation():
            page.locator("button[value=start]").click()
        draft = page.url
        page.fill("[name='step.1.task']", "Tiếp nhận")
        with page.expect_navigation():
            page.keyboard.press("F9")
        page.goto(draft)
        assert asked == [], "what is saved can be left"
        page.locator("[name='step.1.task']").press_sequentially(" hồ sơ")
        page.goto("/catalogue/processes")
        assert asked == ["beforeunload"]


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
