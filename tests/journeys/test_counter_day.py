"""One working day at the counter in a real browser, today under Decree 118 and in September 2018 under Decree 61."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp
from browser import ARTEFACTS, DESK, PHONE, sign_in, visitor
from playwright.sync_api import Browser, Page, expect

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
CARD = "999192000077||Nguyễn Thị Hồng Nhung|28021992|Nữ|Số 7, Kinh Bắc, Bắc Ninh|15052016"
DEMOS = {"bacninh-2026": ("H05.", "261123", "16/11/2026"), "bacninh-2018": ("000.", "180924", "20/09/2018")}


@pytest.fixture(scope="module", params=sorted(DEMOS))
def instance(request: pytest.FixtureRequest) -> Iterator[Instance]:
    running = start(ROOT / "var" / f"journey-{request.param}", demo=request.param)
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


def picture(page: Page, demo: str, name: str) -> None:
    folder = ARTEFACTS / demo
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{name} is {too_wide} px too wide at {width}"
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def qr_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=3).to_pil()
    found = zxingcpp.read_barcodes(image)
    assert len(found) == 1
    return str(found[0].text)


def test_a_dossier_lives_from_the_card_to_the_register(browser: Browser, instance: Instance) -> None:
    demo = instance.var.name.removeprefix("journey-")
    prefix, day, _ = DEMOS[demo]
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        picture(page, demo, "counter")
        # Receive with the keyboard alone: F2, a few letters, the first hit, the card, counts, F9.
        page.keyboard.press("F2")
        page.wait_for_url("**/counter/find")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("doc than")
        expect(page.locator("#hits button").first).to_contain_text("tình trạng hôn nhân")
        picture(page, demo, "find")
        page.locator("#hits button").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/counter/intake/**")
        page.keyboard.press("F3")
        expect(page.locator("#card")).to_be_focused()
        page.keyboard.insert_text(CARD)
        page.keyboard.press("Enter")
        expect(page.locator("#applicant-name")).to_have_value("Nguyễn Thị Hồng Nhung")
        page.keyboard.press("F9")
        page.wait_for_selector(".errors")
        picture(page, demo, "intake-missing")
        assert "Thiếu" in page.inner_text(".errors")
        page.fill("#components-c1-originals", "1")
        back_dated(page, demo)
        page.keyboard.press("F9")
        page.wait_for_url("**/counter/receipts/**")
        picture(page, demo, "received")
        code = page.inner_text(".code")
        assert re.fullmatch(rf"{re.escape(prefix)}[0-9A-Z.]+-{day}-\d{{4}}", code), code
        public_id = page.url.rsplit("/", 1)[1]
        pdf = page.request.get(f"/papers/{public_id}/receipt.pdf").body()
        (ARTEFACTS / demo / "receipt.pdf").write_bytes(pdf)
        address = qr_of(pdf)
        assert address.startswith(f"{instance.base}/track/{code}/")
    with visitor(browser, instance.base, size=PHONE) as page:
        page.goto(address)
        assert code in page.inner_text("h1")
        assert "0 %" in page.inner_text("main")
        assert "Nhung" not in page.content()
        picture(page, demo, "tracked")
    decide(browser, instance, demo, public_id)
    with visitor(browser, instance.base, size=PHONE) as page:
        page.goto(address)
        assert "Đã có kết quả" in page.inner_text("main") or "Kết quả đã có" in page.inner_text("main")
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        page.goto(f"/dossiers/{public_id}")
        page.fill("#collector-id_number", "999192000077")
        page.get_by_role("button", name=re.compile("Đã trả kết quả|Đã giao kết quả|R$")).click()
        page.wait_for_load_state()
        picture(page, demo, "returned")
        page.goto("/register?sector=H%E1%BB%99+t%E1%BB%8Bch")
        row = page.locator("tr", has_text=code)
        assert row.count() == 1
        assert "Nguyễn Thị Hồng Nhung" in row.inner_text()
        picture(page, demo, "register")
        register = page.request.get("/register?sector=H%E1%BB%99+t%E1%BB%8Bch&as=pdf").body()
        (ARTEFACTS / demo / "register.pdf").write_bytes(register)
        assert page.request.get("/register?sector=H%E1%BB%99+t%E1%BB%8Bch&as=xlsx").body().startswith(b"PK")
        sheet = page.request.get(f"/papers/{public_id}/derivation.pdf").body()
        (ARTEFACTS / demo / "derivation.pdf").write_bytes(sheet)
        with pypdfium2.PdfDocument(sheet) as document:
            assert code in document[0].get_textpage().get_text_range().replace("\u200b", "")
        (ARTEFACTS / demo / "control.pdf").write_bytes(page.request.get(f"/papers/{public_id}/control.pdf").body())


def decide(browser: Browser, instance: Instance, demo: str, public_id: str) -> None:
    """Bình hands over, Chi misses a paper, Bình asks once and takes it in, Dũng gives himself the step, the head signs."""
    act(browser, instance, "binh", public_id, "complete")
    with visitor(browser, instance.base) as page:
        sign_in(page, "chi", PASSWORD)
        page.goto("/desk")
        picture(page, demo, "desk")
        page.goto(f"/dossiers/{public_id}")
        picture(page, demo, "dossier-chi")
        form = page.locator("form:has(input[value=propose])")
        page.locator("details:has(input[value=propose]) > summary").click()
        form.locator("[name=items]").fill("Trích lục bản án ly hôn")
        form.locator("[name=reason]").fill("Cần xác định tình trạng hôn nhân trước đây")
        form.locator("button").click()
        page.wait_for_selector(".notice.success")
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        page.goto(f"/dossiers/{public_id}")
        picture(page, demo, "dossier-proposed")
        page.locator("form:has(input[value=ask]) button").click()
        page.wait_for_selector(".notice.success")
        slip = page.locator("a[href^='/slips/']").first.get_attribute("href")
        assert slip is not None
        paper = page.request.get(slip).body()
        (ARTEFACTS / demo / "supplement.pdf").write_bytes(paper)
        with pypdfium2.PdfDocument(paper) as document:
            assert "Trích lục bản án ly hôn" in document[0].get_textpage().get_text_range()
        page.locator("form:has(input[value=supply]) button").click()
        page.wait_for_selector("form:has(input[value=supply])", state="detached")
    unlawful_acts(browser, instance, demo, public_id)
    act(browser, instance, "chi", public_id, "complete")
    with visitor(browser, instance.base) as page:
        sign_in(page, "dung", PASSWORD)
        page.goto("/lead?show=all")
        row = page.locator("tr", has=page.locator(f"a[href='/dossiers/{public_id}']"))
        row.locator("select").select_option(label=page.inner_text(".who").split(" · ")[0])
        row.locator("button").click()
        page.wait_for_selector(".notice.success")
        picture(page, demo, "lead")
    act(browser, instance, "dung", public_id, "complete")
    act(browser, instance, "em", public_id, "complete")


# What each refusal names under each decree; the 2025 decree's own articles are second-hand.
ARTICLES = {
    "bacninh-2018": {"second": "Điều 15", "pause": "Điều 19", "again": "khoản 9 Điều 19", "stop": "61/2018/NĐ-CP"},
    "bacninh-2026": {"second": "Điều 11", "pause": "118/2025/NĐ-CP", "again": "118/2025/NĐ-CP"},
}


def unlawful_acts(browser: Browser, instance: Instance, demo: str, public_id: str) -> None:
    """What the law forbids is refused on the page, with its article and what to do instead; nothing typed is lost."""
    articles = ARTICLES[demo]
    with visitor(browser, instance.base) as page:
        sign_in(page, "binh", PASSWORD)
        refused(page, public_id, "ask", {"items": "Sổ hộ khẩu", "reason": "Cần thêm"}, articles["second"], "từ chối")
        assert page.locator("form:has(input[value=ask]) [name=items]").input_value() == "Sổ hộ khẩu"
        picture(page, demo, "refused-second-supplement")
        if "stop" in articles:
            refused(page, public_id, "stop", {"stop.reason": "Không còn nhu cầu"}, articles["stop"], "rút hồ sơ")
            picture(page, demo, "refused-stop")
    with visitor(browser, instance.base) as page:
        sign_in(page, "chi", PASSWORD)
        typed = {"pause.act": "", "pause.article": "", "pause.reason": "Chờ ý kiến lãnh đạo"}
        refused(page, public_id, "pause", typed, articles["pause"], "luật chuyên ngành")
        assert page.locator("[name='pause.reason']").input_value() == "Chờ ý kiến lãnh đạo"
        picture(page, demo, "refused-pause")
    with visitor(browser, instance.base) as page:
        sign_in(page, "em", PASSWORD)
        day = {"bacninh-2018": "28/09/2018", "bacninh-2026": "04/12/2026"}[demo]
        promise = {"extend.new_due_at": day, "extend.new_due_at_hour": "09:00", "extend.reason": "Chờ xác minh"}
        submit(page, public_id, "extend", promise)
        page.wait_for_selector(".notice.success")
        link = page.locator("a[href^='/slips/']", has_text=re.compile("xin lỗi")).first.get_attribute("href")
        assert link is not None
        paper = page.request.get(link).body()
        (ARTEFACTS / demo / "apology.pdf").write_bytes(paper)
        with pypdfium2.PdfDocument(paper) as document:
            assert "Chờ xác minh" in document[0].get_textpage().get_text_range()
        later = {**promise, "extend.new_due_at": {"bacninh-2018": "01/10/2018", "bacninh-2026": "07/12/2026"}[demo]}
        refused(page, public_id, "extend", later, articles["again"], "Trả kết quả sớm nhất")
        picture(page, demo, "refused-second-extension")


def back_dated(page: Page, demo: str) -> None:
    """An hour of reception that is not now, and no number set aside for paper: refused, and what was typed stays."""
    page.locator("details:has(#offline-code) > summary").click()
    page.fill("#offline-received_on", {"bacninh-2018": "21/09/2018", "bacninh-2026": "20/11/2026"}[demo])
    page.fill("#offline-received_hour", "08:15")
    page.keyboard.press("F9")
    page.wait_for_selector(".errors")
    said = page.inner_text(".errors")
    assert {"bacninh-2018": "Điều 25 Nghị định 61/2018/NĐ-CP", "bacninh-2026": "118/2025/NĐ-CP"}[demo] in said, said
    assert "không ghi lùi" in said
    assert page.locator("#applicant-name").input_value() == "Nguyễn Thị Hồng Nhung"
    picture(page, demo, "refused-back-dating")
    page.fill("#offline-received_on", "")
    page.fill("#offline-received_hour", "")


def submit(page: Page, public_id: str, wanted: str, fields: dict[str, str]) -> None:
    page.goto(f"/dossiers/{public_id}")
    form = page.locator(f"form:has(input[value={wanted}])")
    closed = page.locator(f"details:not([open]):has(input[value={wanted}]) > summary")
    if closed.count():
        closed.first.click()
    for name, text in fields.items():
        form.locator(f"[name='{name}']").fill(text)
    form.locator("button").click()


def refused(page: Page, public_id: str, wanted: str, fields: dict[str, str], article: str, remedy: str) -> None:
    submit(page, public_id, wanted, fields)
    page.wait_for_selector(".errors")
    said = page.inner_text(".errors")
    assert article in said, said
    assert remedy in said, said


def act(browser: Browser, instance: Instance, username: str, public_id: str, wanted: str) -> None:
    """Open the dossier and press the key of the usual outcome, where the step is this officer's."""
    with visitor(browser, instance.base) as page:
        sign_in(page, username, PASSWORD)
        page.goto(f"/dossiers/{public_id}")
        if page.locator(f"form:has(input[value={wanted}])").count():
            page.keyboard.press("d")
            page.wait_for_selector(".notice.success")
