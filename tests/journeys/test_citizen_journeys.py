"""What a family goes through from its own home: a birth registered, and a permit to build that comes late.

Each way is gone with the telephone in Vietnamese and at a desk in English with the keyboard alone, the birth also
without script. Each prints its pages, fields and seconds.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from browser import ARTEFACTS, DESK, PHONE, visitor
from playwright.sync_api import Browser, Locator, Page, expect
from test_fee_result_post import _next_officer
from walker import Walker

from applying import PDF
from instance import ROOT, Instance, start, until
from motcua.project import postgres
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
DEMO = "bacninh-2026"
KINH_BAC = re.compile("phường Kinh Bắc", re.IGNORECASE)
DAY = 24 * 3600
CHILD = {
    "child_name": "Lê Minh Khang", "child_birth": "05/11/2026", "child_place": "Bệnh viện Sản nhi Bắc Ninh",
    "child_ethnic": "Kinh", "child_nation": "Việt Nam", "child_home": "Kinh Bắc, Bắc Ninh",
}  # fmt: skip
LAND = {"land_number": "128", "land_sheet": "14", "land_area": "96", "land_address": "Số 12, phường Kinh Bắc"}
BUILDING = {"floors": "3", "footprint": "80", "floor_area": "240", "height": "11"}


@dataclass(slots=True)
class Town:
    """The product with its demo, whose clock can be put forward, and the officers signed in at their desks."""

    browser: Browser
    instance: Instance
    folder: Path
    desks: dict[str, Page]

    def desk(self, username: str) -> Page:
        """Return the page of an officer, signed in once."""
        if username not in self.desks:
            context = self.browser.new_context(
                base_url=self.instance.base, viewport={"width": DESK[0], "height": DESK[1]}, locale="vi-VN"
            )
            page = self.desks[username] = context.new_page()
            page.goto("/login")
            page.fill("#username", username)
            page.fill("#password", PASSWORD)
            with page.expect_navigation():
                page.press("#password", "Enter")
        return self.desks[username]

    def later(self, days: int) -> None:
        self.instance.stop()
        clock = self.instance.var / "demo-clock"
        clock.write_text(str(int(clock.read_text()) + days * DAY))
        self.instance = start(self.instance.var, demo=DEMO, is_fresh=False, port=self.instance.port)

    def messages_leave(self) -> None:
        """Let the worker send now what it sends every minute."""
        with psycopg.connect(postgres.Embedded(self.instance.var).url(), autocommit=True) as connection:
            job = (
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s) RETURNING id"
            )
            row = connection.execute(job, ["motcua.jobs.worker.send_messages", '{"timestamp": 0}']).fetchone()
            assert row is not None
            state = "SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status = 'succeeded'"
            until(lambda: connection.execute(state, [row[0]]).fetchone(), seconds=20, what="the worker does not send")

    def paper(self, name: str) -> Path:
        path = self.folder / f"{name}.pdf"
        path.write_bytes(PDF + name.encode())
        return path


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = start(ROOT / "var" / "journey-citizen", demo=DEMO)
    made = Town(browser, running, tmp_path_factory.mktemp("papers"), {})
    yield made
    for page in made.desks.values():
        page.context.close()
    made.instance.stop()
    shutil.rmtree(running.var, ignore_errors=True)


# What every citizen does


def comes_to_the_form(walk: Walker, words: str, person: str) -> None:
    """From the home page, by a search in everyday words and the national identity, to the first answers."""
    page = walk.page
    page.goto("/")
    walk.looks("home")
    walk.fill("#q", words)
    walk.press("form.search button")
    walk.looks("found")
    walk.press("main ol a")
    walk.looks("procedure")
    walk.press("a.button[href$='/apply']")
    walk.press("a[href*='/account/sign-in?next']")
    walk.looks("sign-in")
    signs_in(walk, person)
    page.wait_for_url("**/apply")


def signs_in(walk: Walker, person: str) -> None:
    walk.press("form[action$='/account/identify'] button")
    walk.press(f"button[value={person}]")
    walk.press("main form button")


def begins(walk: Walker, *marks: str) -> None:
    for mark in marks:
        walk.mark(f"#{mark}")
    # The office near home is chosen already; who builds elsewhere chooses another.
    if not KINH_BAC.search(walk.page.locator("#offering option:checked").inner_text()):
        walk.choose("#offering", KINH_BAC)
    walk.looks("begin")
    walk.press("main form .actions button")


def answers(walk: Walker, page: str, texts: dict[str, str], *marks: str) -> None:
    """Fill in one page of the form, what is asked there, and go on."""
    walk.page.wait_for_url(f"**/form/{page}")
    for mark in marks:
        walk.mark(f"#{mark}")
    for name, text in texts.items():
        # What the state holds is not asked: it stands there to be read, or filled in already.
        if walk.page.locator(f"#{name}").count() and not walk.page.input_value(f"#{name}"):
            walk.fill(f"#{name}", text)
    walk.looks(page)
    walk.press(".actions button[value=next]")


def attaches(walk: Walker, component: str, path: Path) -> None:
    walk.attach(f"#file-{component}", path)
    if not walk.script:
        walk.press(f"form[data-component='{component}'] button")
    expect(walk.page.locator(f"[data-files='{component}'] a").first).to_be_visible()


def sends(walk: Walker) -> str:
    """Check the answers and send them; return the number on the receipt, which states what was sent."""
    page = walk.page
    page.wait_for_url("**/check")
    walk.looks("check")
    walk.press("button[value=send]")
    expect(page.locator(".panel .code")).to_contain_text("TT-")
    receipt = page.locator("section:has(#receipt)")
    for name in receipt.locator(".sent-files strong").all_inner_texts():
        assert name.endswith(".pdf")
    assert re.search(r"SHA-256\s+[0-9a-f]{64}", receipt.inner_text())
    walk.looks("sent")
    return page.locator(".panel .code").inner_text().strip()


def is_told(town: Town, walk: Walker, code: str, words: str) -> None:
    """Look at the simulated messages: one is about the dossier, with these words, and names nobody."""
    town.messages_leave()
    walk.page.goto("/demo/messages")
    found = walk.page.locator("main li", has_text=code).filter(has_text=re.compile(words)).first
    expect(found).to_be_visible()
    assert "Nguyễn" not in found.inner_text()
    walk.looks("messages")


def opens_own_dossier(walk: Walker, code: str) -> None:
    """From the menu to the dossier's own page."""
    walk.page.goto("/")
    walk.press("header a[href='/my']")
    walk.press("main a[href='/my/dossiers']")
    walk.press(dossier_link(walk.page, code))


def dossier_link(page: Page, code: str) -> Locator:
    return page.locator("main li", has_text=code).locator("a")


def takes_the_result(walk: Walker, folder: Path) -> Path:
    """From the dossier's page to the result in the own store, and its file."""
    page = walk.page
    page.goto("/my")
    walk.press("main a[href='/my/results']")
    walk.looks("results")
    walk.press("main .hits a")
    walk.looks("result")
    with page.expect_download() as download:
        walk.open("a[href$='/file']")
    path = folder / "ket-qua.pdf"
    download.value.save_as(path)
    return path


def checks(walk: Walker, path: Path) -> None:
    """The file is valid to a program that is not ours and on the public page; with one byte changed to neither."""
    page = walk.page
    if shutil.which("pdfsig"):
        told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
        assert told.count("Signature is Valid.") >= 1, told
    page.goto("/check")
    walk.attach("#file", path)
    walk.press("main form:has(#file) button")
    expect(page.locator("main .notice.success")).to_be_visible()
    walk.looks("checked")
    changed = bytearray(path.read_bytes())
    changed[1_500] ^= 1
    path.with_name("changed.pdf").write_bytes(bytes(changed))
    walk.attach("#file", path.with_name("changed.pdf"))
    walk.press("main form:has(#file) button")
    expect(page.locator("main .errors")).to_be_visible()


# What the offices do, with their keys


def is_accepted(town: Town, number: str) -> str:
    """Bình accepts what came in online; return the dossier's public id."""
    page = town.desk("binh")
    page.goto("/counter/online")
    page.locator("main table a", has_text=number).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("F9")
    if "/receipts/" not in page.url:
        page.check("#is_duplicate_accepted")
        with page.expect_navigation():
            page.keyboard.press("F9")
    assert "/counter/receipts/" in page.url, page.inner_text(".errors")
    return page.url.rsplit("/", 1)[1]


def is_handled(town: Town, public_id: str, *, until: str = "") -> None:
    """Every officer in turn presses the key of the usual outcome; ``until`` one is next, or all is decided."""
    for _ in range(12):
        username = _next_officer(town.instance, public_id)
        if not username or username == until:
            return
        page = town.desk(username)
        page.goto(f"/dossiers/{public_id}")
        with page.expect_navigation():
            page.keyboard.press("d")
        assert not page.locator(".errors").count(), page.inner_text(".errors")
    raise AssertionError("the dossier goes round in circles")


def is_signed(town: Town, public_id: str) -> None:
    """The head signs the result and issues it."""
    page = town.desk("em")
    page.goto(f"/dossiers/{public_id}")
    with page.expect_navigation():
        page.keyboard.press("g")
    assert not page.locator(".errors").count(), page.inner_text(".errors")
    expect(page.locator("main a[href^='/results/']").first).to_be_visible()


def finished(walk: Walker, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\n" + walk.told(what))
    assert walk.faults == []


# Birth


@pytest.mark.parametrize(
    ("language", "size", "keys", "script"),
    [("vi", PHONE, False, True), ("en", DESK, True, True), ("vi", PHONE, False, False)],
    ids=["phone", "keyboard", "without-script"],
)
def test_a_birth_is_registered_from_the_search_to_the_signed_result(
    town: Town, language: str, size: tuple[int, int], keys: bool, script: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with visitor(town.browser, town.instance.base, language=language, size=size, script=script) as page:
        walk = Walker(page, keys=keys, script=script)
        walk.pictures = ARTEFACTS / "journeys" / f"birth-{language}" if script else None
        with walk:
            comes_to_the_form(walk, "làm giấy khai sinh cho con", "an")
            begins(walk, "where", "registered")
            assert "999190000001" in page.inner_text(".held"), "who one is is known and not asked"
            answers(walk, "applicant", {"applicant_phone": "0900000001"}, "relation")
            answers(walk, "child", CHILD, "child_sex", "proof")
            if page.url.endswith("/child"):
                # Without script what an answer makes necessary is shown when the page is sent.
                answers(walk, "child", {})
            answers(walk, "parents", {"mother_ethnic": "Kinh", "mother_nation": "Việt Nam"}, "father_declared-2")
            page.wait_for_url("**/papers")
            attaches(walk, "c2", town.paper("giấy chứng sinh"))
            walk.looks("papers")
            walk.press("main form.actions button")
            number = sends(walk)
        public_id = is_accepted(town, number)
        with walk:
            page.reload()
            walk.press("main a.button[href^='/my/dossiers/']")
            code = page.inner_text(".panel .code").strip()
            assert code.startswith("H05.")
            walk.looks("dossier")
        is_handled(town, public_id)
        is_signed(town, public_id)
        with walk:
            is_told(town, walk, code, "kết quả|result")
            opens_own_dossier(walk, code)
            walk.looks("dossier-done")
            assert page.locator("main a.button[href^='/my/results/']").count() == 1
            path = takes_the_result(walk, town.folder)
            checks(walk, path)
            opens_own_dossier(walk, code)
            walk.looks("dossier-returned")
        finished(walk, f"a birth registered online, {language}, {size[0]} px", capsys)


# Building permit


@dataclass(slots=True)
class Builder:
    """Somebody who builds: who it is, how he goes about it, and his dossier as it comes to be."""

    walk: Walker
    person: str
    number: str = ""
    public_id: str = ""
    code: str = ""


def test_a_permit_is_paid_supplemented_late_with_an_apology_and_issued(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        visitor(town.browser, town.instance.base, size=PHONE) as one,
        visitor(town.browser, town.instance.base, language="en", size=DESK) as two,
    ):
        builders = [Builder(Walker(one), "bach"), Builder(Walker(two, keys=True), "cuc")]
        for builder, name in zip(builders, ("permit-vi", "permit-en"), strict=True):
            builder.walk.pictures = ARTEFACTS / "journeys" / name
            _asks_for_a_permit(town, builder)
            _pays(town, builder)
            _is_asked_for_more(town, builder)
            _supplies(town, builder)
        town.later(11)
        for builder in builders:
            _is_apologised_to(town, builder)
        # The day first promised passes; the office keeps the new one.
        town.later(7)
        for builder in builders:
            _gets_the_permit(town, builder)
        finished(builders[0].walk, "a permit to build, vi, 360 px", capsys)
        finished(builders[1].walk, "a permit to build, en, 1280 px", capsys)


def _asks_for_a_permit(town: Town, builder: Builder) -> None:
    with builder.walk as walk:
        page = walk.page
        comes_to_the_form(walk, "xin phép xây nhà", builder.person)
        begins(walk, "began", "land_right")
        answers(walk, "kind", {}, "builder")
        answers(walk, "applicant", {"applicant_phone": "0900000007"})
        answers(walk, "land", LAND)
        answers(walk, "building", BUILDING, "work", "basement-2", "adjoins-2")
        answers(walk, "design", {"months": "6"}, "designer")
        answers(walk, "fee", {}, "exemption")
        page.wait_for_url("**/papers")
        for component, name in (("c2", "giấy chứng nhận đất"), ("c3", "bản vẽ")):
            attaches(walk, component, town.paper(f"{name} {builder.person}"))
        walk.looks("papers")
        walk.press("main form.actions button")
        builder.number = sends(walk)
    builder.public_id = is_accepted(town, builder.number)
    with builder.walk as walk:
        page.reload()
        walk.press("main a.button[href^='/my/dossiers/']")
        builder.code = page.inner_text(".panel .code").strip()
        walk.looks("dossier")


def _pays(town: Town, builder: Builder) -> None:
    with builder.walk as walk:
        page = walk.page
        walk.press("main a.button[href^='/pay/']")
        walk.looks("fee-owed")
        walk.press("main form button")
        page.wait_for_url("**/simulated-bank/**")
        walk.press("button[value=pay]")
        page.wait_for_url("**/pay/**")
        expect(page.locator(".notice.success")).to_be_visible()
        assert page.locator("main form").count() == 0, "what is paid cannot be paid again"
        walk.looks("fee-paid")
        walk.press("main a[href='/my/dossiers']")
        walk.press(dossier_link(page, builder.code))
        assert page.locator("main a[href^='/pay/']").count() == 0
        walk.looks("dossier-paid")


def _is_asked_for_more(town: Town, builder: Builder) -> None:
    """The case officer says what is missing; Bình asks for all of it at once."""
    is_handled(town, builder.public_id, until=_case_officer(town, builder))
    page = town.desk(_case_officer(town, builder))
    page.goto(f"/dossiers/{builder.public_id}")
    _act(page, "propose", {"items": "Bản vẽ mặt đứng có ghi chiều cao", "reason": "Điều 52 Nghị định 175/2024/NĐ-CP"})
    page = town.desk("binh")
    page.goto(f"/dossiers/{builder.public_id}")
    _act(page, "ask", {})


def _case_officer(town: Town, builder: Builder) -> str:
    """Return who appraises: the next after the one-stop unit has handed the dossier over."""
    username = _next_officer(town.instance, builder.public_id)
    if username == "binh":
        page = town.desk("binh")
        page.goto(f"/dossiers/{builder.public_id}")
        with page.expect_navigation():
            page.keyboard.press("d")
        username = _next_officer(town.instance, builder.public_id)
    return username


def _act(page: Page, act: str, texts: dict[str, str]) -> None:
    """Fill in and send one of the forms of a dossier's page."""
    form = page.locator(f"form:has(input[name=act][value={act}])")
    if not form.locator("button").first.is_visible():
        page.locator(f"details:has(input[name=act][value={act}]) > summary").click()
    for name, text in texts.items():
        form.locator(f"[name='{name}']").fill(text)
    with page.expect_navigation():
        form.locator("button").click()
    assert not page.locator(".errors").count(), page.inner_text(".errors")


def _supplies(town: Town, builder: Builder) -> None:
    """What is asked comes from home: told, read, attached, sent."""
    with builder.walk as walk:
        page = walk.page
        is_told(town, walk, builder.code, "bổ sung|papers")
        opens_own_dossier(walk, builder.code)
        expect(page.locator("section:has(#asked)")).to_contain_text("Bản vẽ mặt đứng có ghi chiều cao")
        walk.looks("asked")
        walk.press("section:has(#asked) form button")
        page.wait_for_url("**/papers")
        expect(page.locator("section.box").first).to_contain_text("Bản vẽ mặt đứng có ghi chiều cao")
        assert page.locator("button[value=use]").count() == 0, "the paper that fell short is not offered again"
        attaches(walk, "c3", town.paper(f"mặt đứng {builder.person}"))
        walk.looks("supplying")
        walk.press("button[value=supply]")
        expect(page.locator("section:has(#receipt)")).to_contain_text("mặt đứng")
        walk.looks("supplied")
        walk.press("main a.button[href^='/my/dossiers/']")
        assert page.locator("#asked").count() == 0
        walk.looks("dossier-supplied")


def _is_apologised_to(town: Town, builder: Builder) -> None:
    """The head apologises before the day promised and names a new one, once; the applicant reads the letter."""
    page = town.desk("em")
    page.goto(f"/dossiers/{builder.public_id}")
    reason = "Cần xác minh thêm ranh giới thửa đất với hộ liền kề"
    _act(
        page,
        "extend",
        {"extend.new_due_at": "15/12/2026", "extend.new_due_at_hour": "16:00", "extend.reason": reason},
    )
    with builder.walk as walk:
        page = walk.page
        is_told(town, walk, builder.code, "thay đổi|moved|changed")
        opens_own_dossier(walk, builder.code)
        expect(page.locator(".panel")).to_contain_text("15/12/2026")
        letter = page.locator("section.box", has_text=reason)
        expect(letter).to_contain_text("15/12/2026")
        walk.looks("apology")


def _gets_the_permit(town: Town, builder: Builder) -> None:
    is_handled(town, builder.public_id)
    is_signed(town, builder.public_id)
    with builder.walk as walk:
        is_told(town, walk, builder.code, "kết quả|result")
        opens_own_dossier(walk, builder.code)
        walk.looks("dossier-done")
        checks(walk, takes_the_result(walk, town.folder))
