"""Web tests see the pages as the product serves them, on a Monday in November 2026."""

from __future__ import annotations

import fcntl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from world import MONDAY


@pytest.fixture(scope="session", autouse=True)
def prepared_pages(testrun_uid: str) -> None:
    """Make the pages' files once for all workers: two that collect into one folder take each other's away."""
    from django.core.management import call_command

    from motcua.project import translations
    from motcua.project.config import config

    config().var.mkdir(parents=True, exist_ok=True)
    with (config().var / "collected-by").open("a+") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        if mark.read() == testrun_uid:
            return
        translations.compile_all()
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.truncate(0)
        mark.write(testrun_uid)


@pytest.fixture(autouse=True)
def _on_monday(settings: object) -> None:
    settings.DEMO_OFFSET = MONDAY + timedelta(minutes=30) - datetime.now(UTC)  # type: ignore[attr-defined]


@pytest.fixture
def uploads(settings: object, tmp_path: Path) -> None:
    """Files that come with forms lie in a folder of the test's own."""
    settings.UPLOADS = tmp_path  # type: ignore[attr-defined]
