"""An inspection from plan to re-check, a directive from conference to closed with evidence; in the browser, also by keys."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from browser import DESK, PHONE, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from walker import Walker

from instance import ROOT, Instance, start
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
GROUP = re.compile("Kiểm tra, đôn đốc|Inspection and urging")
CENTRE, AGENCY = "Trung tâm Phục vụ hành chính công phường Kinh Bắc", "Ủy ban nhân dân phường Kinh Bắc"
DECISIONS = {"vi": "901/QĐ-MẪU", "en": "902/QĐ-MẪU"}
TARGET_OFFICER = 36
RUNS = [("vi", DESK, False), ("en", PHONE, True)]
IDS = ["vi-1280-mouse", "en-360-keys"]


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    running = start(ROOT / "var" / "journey-campaign", demo="bacninh-2026", dossiers=260)
    yield running
    running.stop()
    shutil.rmtree(running.var, ignore_errors=True)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evidence") / "bao-cao.pdf"
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(path)
    document.close()
    return path


def walker(page: Page, username: str, *, keys: bool) -> Walker:
    sign_in(page, username, PASSWORD)
    return Walker(page, keys=keys, target=TARGET_OFFICER)


def by_menu(walker: Walker, address: str) -> None:
    """Go where the menu leads."""
    walker.open(walker.page.locator(".menu summary", has_text=GROUP))
    walker.press(f".menu a[href='{address}']")


def answered(walker: Walker, wrong: str = "") -> None:
    for field in walker.page.locator("fieldset[id^='q-']").all():
        key = str(field.get_attribute("id"))
        answer = "bad" if key == f"q-{wrong}" else "ok"
        walker.mark(f"#{key}-{answer}")
        if answer == "bad":
            walker.fill(f"#{key}-note", "Chuyển chậm một ngày")
    walker.press("main form button")


def reported(walker: Walker, text: str, evidence: Path) -> None:
    walker.fill("#text", text)
    walker.attach("#files", evidence)
    walker.press("button[value=done]")


@pytest.mark.parametrize(("language", "size", "keys"), RUNS, ids=IDS)
def test_an_inspection_from_plan_to_re_check(
    browser: Browser, instance: Instance, evidence: Path, language: str, size: tuple[int, int], keys: bool
) -> None:
    with (
        visitor(browser, instance.base, language=language, size=size) as first,
        visitor(browser, instance.base, language=language, size=size) as second,
    ):
        officer, head = walker(first, "kiemsoat", keys=keys), walker(second, "em", keys=keys)
        with officer:
            by_menu(officer, "/inspections")
            officer.press("main a[href='/inspections/new']")
            for field, text in {
                "decision_no": DECISIONS[language], "decided_on": "20/11/2026", "decided_by": "Chủ tịch UBND tỉnh",
                "subject": "Chuyển hồ sơ", "from_on": "01/10/2026", "to_on": "20/11/2026", "visit_on": "23/11/2026",
            }.items():  # fmt: skip
                officer.fill(f"#{field}", text)
            officer.press("main form button")
            assert officer.page.locator(".errors li").count() == 2, "how many, and where"
            officer.looks("plan")
            officer.fill("#size", "2" if not keys else "1")
            officer.open(officer.page.locator("#units summary").last)
            officer.mark(f"#units label:text-is('{CENTRE}')" if not keys else f"#{unit_box(officer.page)}")
            officer.press("main form button")
            address = officer.page.url
            officer.press("main form:has([value=draw]) button")
            expect(officer.page.locator("h2 + p .time-on_time")).to_have_count(1)
            officer.looks("drawn")
            officer.press("main td a, main th a")
            officer.looks("dossier")
            answered(officer, "transfer")
            if not keys:
                answered(officer)
            officer.fill("#text", "Chuyển hồ sơ giấy chậm.")
            officer.choose("#gravity", re.compile("^(nghiêm trọng|grave)"))
            officer.choose("#place", re.compile("^1$"))
            officer.fill("#remedy", "Phân công người chuyển hồ sơ trong ngày.")
            officer.fill("#days", "5")
            officer.press("main form:has([value=find]) button")
            officer.fill("#conclusion", "Cơ bản đúng quy định, cần khắc phục việc chuyển hồ sơ.")
            officer.press("main form:has([value=conclude]) button")
            officer.looks("record")
            record = officer.page.request.get(f"{address}/record.pdf")
        with pypdfium2.PdfDocument(record.body()) as document:
            assert CENTRE in " ".join(document[0].get_textpage().get_text_range().split())
        with head:
            by_menu(head, "/owed")
            head.looks("owed")
            head.press(head.page.locator("main a", has_text="Chuyển hồ sơ giấy chậm."))
            head.fill("#text", "Đã phân công")
            head.press("button[value=done]")
            expect(head.page.locator(".errors")).to_be_visible()
            head.looks("remedy")
            reported(head, "Đã phân công", evidence)
        with officer:
            by_menu(officer, "/owed")
            officer.press(officer.page.locator("main a", has_text="Chuyển hồ sơ giấy chậm."))
            officer.fill("#text", "Văn bản chưa có chữ ký")
            officer.fill("#days", "3")
            officer.press("button[value=returned]")
        with head:
            head.page.reload()
            reported(head, "Đã ký", evidence)
        with officer:
            officer.page.reload()
            officer.fill("#text", "Đã đủ")
            officer.press("button[value=fulfilled]")
            officer.looks("fulfilled")
            officer.press("main .back a")
            officer.press("main form:has([value=close]) button")
            expect(officer.page.locator("h1 .tag")).to_have_text(re.compile("đã kết thúc|inspection closed"))
        assert officer.faults + head.faults == []
        print(f"\ninspection, {language} {size[0]}: {officer.told('inspector')}; {head.told('head')}")


def unit_box(page: Page) -> str:
    return str(page.locator(f"#units label:text-is('{CENTRE}')").get_attribute("for"))


def agency_box(page: Page) -> str:
    return str(page.locator(f"#agencies label:text-is('{AGENCY}')").get_attribute("for"))


@pytest.mark.parametrize(("language", "size", "keys"), RUNS, ids=IDS)
def test_a_directive_from_conference_to_closed_with_evidence(
    browser: Browser, instance: Instance, evidence: Path, language: str, size: tuple[int, int], keys: bool
) -> None:
    name = f"Hội nghị giao ban ({language})"
    with (
        visitor(browser, instance.base, language=language, size=size) as first,
        visitor(browser, instance.base, language=language, size=size) as second,
    ):
        leader, head = walker(first, "lanhdao", keys=keys), walker(second, "em", keys=keys)
        with leader:
            by_menu(leader, "/conferences")
            leader.press("main a[href='/conferences/new']")
            for field, text in {
                "title": name, "chair": "Phó Chủ tịch", "on": "23/11/2026", "hour": "07:00",
                "agenda": "Khai mạc\nKết luận", "expected": "10",
            }.items():  # fmt: skip
                leader.fill(f"#{field}", text)
            leader.open(leader.page.locator("#agencies summary").last)
            leader.mark(f"#{agency_box(leader.page)}")
            leader.press("main form button")
            address = leader.page.url
            leader.looks("conference")
            leader.fill("input[id$='-present']", "9")
            leader.press("main form:has([value=points]) button")
            leader.fill("#text", "Giảm hồ sơ quá hạn.")
            leader.press("main form:has([value=conclude]) button")
            leader.press("main a[href^='/directives/new']")
            leader.fill("#title", f"Giảm hồ sơ quá hạn ({language})")
            leader.fill("#days", "5")
            leader.mark("#figures-late")
            leader.open(leader.page.locator("#agencies summary").last)
            leader.mark(f"#{agency_box(leader.page)}")
            leader.press("main form button")
            leader.looks("directive")
            directive = leader.page.url
            minutes = leader.page.request.get(f"{address}/minutes.pdf")
        assert minutes.headers["content-type"] == "application/pdf"
        with head:
            by_menu(head, "/directives")
            head.press(head.page.locator("main a").first)
            head.looks("given")
            head.press("main table a")
            reported(head, "Đã giải quyết xong", evidence)
            head.looks("reported")
        with leader:
            by_menu(leader, "/owed")
            leader.press(leader.page.locator("main a", has_text=f"Giảm hồ sơ quá hạn ({language})"))
            leader.fill("#text", "Đạt yêu cầu")
            leader.press("button[value=fulfilled]")
            expect(leader.page.locator("h1 .tag")).to_have_text(re.compile("đạt, đúng hạn|fulfilled in its term"))
            expect(leader.page.locator(".timeline a")).to_have_count(1)
            leader.press("main .back a")
            assert leader.page.url == directive
            leader.looks("closed")
        assert leader.faults + head.faults == []
        print(f"\ndirective, {language} {size[0]}: {leader.told('leader')}; {head.told('head')}")
