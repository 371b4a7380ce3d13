"""The line is cut for two hours: two counters receive 300 dossiers, and all come home with their codes and days."""

from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from browser import DESK, PHONE, grave_faults, is_wider_than_screen, picture, sign_in, small_targets, visitor
from playwright.sync_api import Browser, Page

from instance import ROOT, Instance, motcua, start
from motcua.project import postgres
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.browser
VAR = ROOT / "var" / "journey-offline"
EACH, HOURS = 150, 2
_NAMES = ("Nguyễn Văn Hải", "Trần Thị Mai", "Đỗ Quang Huy", "Phạm Thu Hà", "Lê Ngọc Ánh")
# What an officer types for one dossier, put into the page's own fields and sent by its own button.
_RECEIVE = """async ({procedure, card}) => {
  const set = (id, value) => { const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event('input', {bubbles: true})); };
  const enter = (id) => document.getElementById(id).dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true}));
  const before = document.querySelector('#receipt-rows dd')?.textContent ?? '';
  set('procedure', procedure); enter('procedure');
  set('card', card); enter('card');
  document.getElementById('form').requestSubmit();
  for (let tries = 0; tries < 400; tries++) {
    const code = document.querySelector('#receipt-rows dd')?.textContent ?? '';
    if (code && code !== before) return code;
    if (!document.getElementById('problems').hidden) return document.getElementById('problems').textContent;
    await new Promise((done) => setTimeout(done, 5));
  }
  return 'nothing happened';
}"""
_KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open('motcua-counter');
  asked.onsuccess = () => {
    const all = asked.result.transaction('entries').objectStore('entries').getAll();
    all.onsuccess = () => done(JSON.stringify(all.result));
  };
})"""


def kept(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.evaluate(_KEPT))
    return found


def register(page: Page, name: str) -> None:
    page.goto("/counter/offline")
    page.fill("#station-name", name)
    page.press("#station-name", "Enter")
    page.locator("#left", has_text="Số dự phòng").wait_for()
    assert page.evaluate(
        "Promise.race([navigator.serviceWorker.ready.then(() => true), new Promise(d => setTimeout(d, 20000))])"
    )


def card(number: int) -> str:
    return f"9991900{number:05d}||{_NAMES[number % 5]}|01021990|Nữ|Số {number}, phường Kinh Bắc|01012022"


def until_home(page: Page) -> None:
    page.locator("#bring").click()
    page.locator("#waiting", has_text="Chờ nhập vào hệ thống: 0").wait_for(timeout=60_000)


def checked_looks(page: Page, name: str) -> None:
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert grave_faults(page) == []
        assert small_targets(page, 36) == []
        assert not is_wider_than_screen(page)
        picture(page, f"{name}-{width}")


def test_two_counters_receive_without_network_and_bring_everything_home(browser: Browser) -> None:
    instance = start(VAR, demo="bacninh-2026")
    try:
        with visitor(browser, instance.base) as one, visitor(browser, instance.base) as two:
            for page, number in ((one, 1), (two, 2)):
                sign_in(page, "binh", PASSWORD)
                # The browser's clock is the test's: two hours pass while the line is down.
                page.clock.install(time=datetime.now(UTC))
                register(page, f"Quầy {number}")
            checked_looks(one, "offline-online")
            assert instance.stop() == 0
            given = _two_hours((one, two))
            _survives_a_restart_of_the_browser(two)
            checked_looks(one, "offline-cut")
            # Two hours later the line is back.
            offset = VAR / "demo-clock"
            offset.write_text(str(int(offset.read_text()) + HOURS * 3600 + 60))
            instance = start(VAR, demo="bacninh-2026", is_fresh=False, port=instance.port)
            tokens = {e["code"]: e["token"] for page in (one, two) for e in kept(page)}
            _come_home(one, two)
            _all_are_there(given, tokens)
            _receipts_verify(one, instance, tokens)
    finally:
        instance.stop()
        shutil.rmtree(VAR, ignore_errors=True)


def _two_hours(pages: tuple[Page, Page]) -> list[str]:
    """Return the codes of what both counters received, spread over two hours."""
    given, begun = list[str](), time.monotonic()
    procedures = ("khai sinh", "tinh trang hon nhan", "chung thuc ban sao", "ho kinh doanh")
    for number in range(EACH):
        for place, page in enumerate(pages):
            code = page.evaluate(_RECEIVE, {"procedure": procedures[number % 4], "card": card(2 * number + place)})
            assert code.startswith("H05."), code
            given.append(code)
        if number % 5 == 0:
            for page in pages:
                page.clock.fast_forward(int(timedelta(hours=HOURS).total_seconds() * 1000 * 5 / EACH))
    print(f"\n{len(given)} dossiers without network in {time.monotonic() - begun:.0f} s at two counters")
    assert len(set(given)) == 2 * EACH
    return given


def _survives_a_restart_of_the_browser(page: Page) -> None:
    """The machine is switched off and on while the line is down: page, key and receipts are there again."""
    before = len(kept(page))
    page.reload()
    page.locator("#waiting", has_text=str(before)).wait_for()
    assert page.locator("#state").inner_text().startswith("Mất mạng")
    assert len(kept(page)) == before


def _come_home(one: Page, two: Page) -> None:
    until_home(one)
    # Cut again in the middle: what was answered for is not sent twice, what was not is.
    two.route("**/counter/offline/merge/**", lambda route: (route.fetch(), route.abort()))
    two.locator("#bring").click()
    two.locator("#state", has_text="Mất mạng").wait_for(timeout=60_000)
    two.unroute("**/counter/offline/merge/**")
    until_home(two)
    for page in (one, two):
        entries = kept(page)
        assert {e["state"] for e in entries} == {"merged"}, [e["said"] for e in entries if e["state"] != "merged"]
        assert not any(e["payload"] for e in entries), "what is home is not kept on the machine"


def _all_are_there(given: list[str], tokens: dict[str, str]) -> None:
    with psycopg.connect(postgres.Embedded(VAR).url()) as connection:
        rows = connection.execute(
            "SELECT d.code, d.received_at, d.due_at, e.due_at, e.received_at FROM dossiers_dossier d"
            " JOIN offline_offlineentry e ON e.dossier_id = d.id"
        ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(given), "each once, none lost"
    assert set(tokens) == set(given)
    assert all(row[1] == row[4] and row[2] == row[3] for row in rows), "received and due as on the receipts"
    assert max(r[1] for r in rows) - min(r[1] for r in rows) > timedelta(hours=HOURS) * 0.9
    checked = motcua(VAR, "clock", "check", "--json")
    assert json.loads(checked.stdout.splitlines()[-1])["differing"] == [], "due as if received online"


def _receipts_verify(page: Page, instance: Instance, tokens: dict[str, str]) -> None:
    for code in list(tokens)[::40]:
        answer = page.request.get(f"{instance.base}/receipts/{tokens[code]}")
        assert answer.status == 200
        assert code in answer.text()
    changed = tokens[code].replace(code, code[:-1] + ("1" if code[-1] != "1" else "2"))
    assert page.request.get(f"{instance.base}/receipts/{changed}").status == 404
