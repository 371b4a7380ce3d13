"""What every browser test uses: a Chromium that talks to nobody else, an accessibility check, pictures."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
# The browser without its own windows costs a third less of the machine than the whole one; either will do.
CHROMIUM = next((p for p in ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium") if Path(p).exists()), "")
_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE, DESK = (360, 780), (1280, 900)
_AXE = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
_GRAVE = {"serious", "critical"}
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")
_SOUND = Path(__file__).resolve().parents[2] / "var" / "axe" / _RUN
"""A mark for each build of a page that this run has found sound, seen by all its workers."""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser without any of its own network traffic."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGS))
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def visitor(
    browser: Browser, base: str, *, language: str = "vi", size: tuple[int, int] = DESK, script: bool = True
) -> Iterator[Page]:
    """Yield the page of a new visitor who reads ``language`` on a screen of ``size``."""
    context: BrowserContext = browser.new_context(
        base_url=base,
        viewport={"width": size[0], "height": size[1]},
        locale="vi-VN" if language == "vi" else "en-GB",
        timezone_id="Asia/Ho_Chi_Minh",
        java_script_enabled=script,
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/login")
    page.fill("#username", username)
    page.fill("#password", password)
    with page.expect_navigation():
        page.press("#password", "Enter")


# The build of a page: elements with what decides how they are drawn and read, neither texts nor how often a row repeats.
_BUILD = """() => {
  const said = /^(class|type|role|hidden|disabled|open|checked|aria-(hidden|invalid|current|expanded|live|sort))$/;
  const build = (e, left) => {
    if (e === left) return "";
    const marks = [...e.attributes].map(a => said.test(a.name) ? `${a.name}=${a.value}` : a.name).sort().join(" ");
    const text = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) ? "t" : "";
    return `<${e.tagName} ${marks}${text}>${[...new Set([...e.children].map(c => build(c, left)))].join("")}`;
  };
  const main = document.querySelector("main"), ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  const around = `${innerWidth} ${ids.length === new Set(ids).size} `;
  return [main ? around + build(main, null) : "", around + build(document.documentElement, main)];
}"""


def grave_faults(page: Page) -> list[str]:
    """Return what axe finds serious or critical on the page, one line each with the first element.

    A page whose build this run has found sound already, on a screen as wide, is not gone through again: what axe
    looks for hangs on the build, and most pages are met many times over by journeys and by people of several roles.
    """
    page.wait_for_load_state()
    builds = [hashlib.sha256(part.encode()).hexdigest() for part in page.evaluate(_BUILD)]
    if all((_SOUND / build).exists() for build in builds):
        return []
    results = Axe().run(page, options=_AXE)
    found = [
        f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}"
        for v in results.response["violations"]
        if v["impact"] in _GRAVE
    ]
    if not found:
        _SOUND.mkdir(parents=True, exist_ok=True)
        for build in builds:
            (_SOUND / build).touch()
    return found


def is_wider_than_screen(page: Page) -> bool:
    """Return whether the page scrolls sideways; a table inside its own scroll region does not count."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


_ALONE = "button, .button, input, select, summary, .menu a, .tabs a"
_SMALL = """([least, alone]) => [...document.querySelectorAll(alone)]
  .filter(e => e.offsetParent !== null && !e.closest('.hidden'))
  .filter(e => !['checkbox', 'radio', 'hidden'].includes(e.type))
  .filter(e => e.getBoundingClientRect().height < least - 0.5)
  .map(e => e.outerHTML.slice(0, 120))"""


def small_targets(page: Page, least: int) -> list[str]:
    """Return links and buttons standing alone that are lower than ``least`` CSS pixels."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(_SMALL, [least, _ALONE])
    return found


def picture(page: Page, name: str) -> Path:
    """Return where the picture of the whole page was put; pictures are looked at, never compared."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
