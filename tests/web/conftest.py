"""Web tests see the pages as the product serves them, on a Monday in November 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from world import MONDAY


@pytest.fixture(autouse=True)
def _on_monday(settings: object) -> None:
    settings.DEMO_OFFSET = MONDAY + timedelta(minutes=30) - datetime.now(UTC)  # type: ignore[attr-defined]


@pytest.fixture
def uploads(settings: object, tmp_path: Path) -> None:
    """Files that come with forms lie in a folder of the test's own."""
    settings.UPLOADS = tmp_path  # type: ignore[attr-defined]
