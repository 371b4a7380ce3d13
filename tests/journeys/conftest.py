"""A browser for each file of journeys."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from browser import CHROMIUM, chromium
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file: while it is open its loop runs, and tests of the database must not run beside it."""
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium for the browser tests")
        pytest.skip("no Chromium here: apt-get install chromium")
    with chromium() as running:
        yield running
