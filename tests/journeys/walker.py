"""A person on the way through the product, with the mouse or with the keyboard alone; pages, fields, seconds counted."""

from __future__ import annotations

import re
import time
from pathlib import Path

from browser import grave_faults, is_wider_than_screen, small_targets
from playwright.sync_api import Locator, Page, expect

_TABS = 150
_IN_GROUP = "name => document.activeElement.type === 'radio' && document.activeElement.name === name"


class Walker:
    """One person and one page. ``keys`` alone: nothing but ``page.keyboard`` moves, fills or presses anything."""

    def __init__(self, page: Page, *, keys: bool = False, script: bool = True, target: int = 44) -> None:
        self.page, self.keys, self.script, self.target = page, keys, script, target
        self.pages = self.fields = 0
        self.seconds, self._began = 0.0, 0.0
        self.faults: list[str] = []
        self.pictures: Path | None = None
        # Heard from the beginning: a chooser that nobody waits for yet would never open.
        page.on("filechooser", lambda _: None)
        page.on("framenavigated", lambda frame: self._navigated(frame is page.main_frame))

    def _navigated(self, is_main: bool) -> None:
        self.pages += is_main and not self.page.url.startswith("about:")

    # Time counts only while this person is at it.

    def __enter__(self) -> Walker:
        self._began = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += time.monotonic() - self._began

    # What a person does

    def press(self, target: str | Locator) -> None:
        """Follow a link or press a button, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self._hit(self._found(target))

    def open(self, target: str | Locator) -> None:
        """Open a part that is folded away; nothing is loaded."""
        self._hit(self._found(target))

    def key(self, key: str) -> None:
        """Press a key that does something on this page, and wait for what it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def fill(self, target: str, text: str) -> None:
        self.fields += 1
        found = self._found(target)
        if not self.keys:
            found.fill(text)
            return
        self._tab_to(found)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def mark(self, target: str) -> None:
        """Choose one of several, or tick a box."""
        self.fields += 1
        found = self._found(target)
        if not self.keys:
            found.check()
            return
        if found.get_attribute("type") == "radio":
            self._to_radio(found, found.get_attribute("name") or "")
        else:
            self._tab_to(found)
        if not found.is_checked():
            self.page.keyboard.press("Space")
        expect(found).to_be_checked()

    def choose(self, target: str, label: re.Pattern[str]) -> None:
        """Choose from a list."""
        self.fields += 1
        found = self._found(target)
        option = found.locator("option", has_text=label).first
        if not self.keys:
            found.select_option(option.get_attribute("value"))
            return
        self._tab_to(found)
        wanted = option.get_attribute("value") or ""
        self.page.keyboard.press("Home")
        for _ in range(found.locator("option").count()):
            if found.input_value() == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} is not reached by the arrow keys")

    def attach(self, target: str, path: Path) -> None:
        self.fields += 1
        found = self._found(target)
        if not self.keys:
            found.set_input_files(path)
            return
        self._tab_to(found)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(path)

    # How it looks

    def looks(self, name: str) -> None:
        """Note what is grave for those who use other means than a mouse, or does not fit the screen."""
        faults = grave_faults(self.page) if self.script else []
        if is_wider_than_screen(self.page):
            faults.append("wider than the screen")
        faults += [f"small: {target}" for target in small_targets(self.page, self.target)]
        self.faults += [f"{name} {self.page.url}: {fault}" for fault in faults]
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    def told(self, what: str) -> str:
        means = "keyboard alone" if self.keys else "mouse" if self.script else "without script"
        return f"{what}, {means}: {self.pages} pages, {self.fields} fields, {self.seconds:.1f} s"

    # With the keyboard alone

    def _found(self, target: str | Locator) -> Locator:
        return (self.page.locator(target) if isinstance(target, str) else target).first

    def _hit(self, found: Locator) -> None:
        if not self.keys:
            found.click()
            return
        self._tab_to(found)
        self.page.keyboard.press("Enter")

    def _tab_to(self, found: Locator) -> None:
        for _ in range(_TABS):
            if found.evaluate("e => document.activeElement === e"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{found} on {self.page.url} is not reached by the keyboard")

    def _to_radio(self, found: Locator, name: str) -> None:
        for _ in range(_TABS):
            if self.page.evaluate(_IN_GROUP, name):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"{name} on {self.page.url} is not reached by the keyboard")
        for _ in range(12):
            if found.evaluate("e => document.activeElement === e"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{found} on {self.page.url} is not reached by the arrow keys")
