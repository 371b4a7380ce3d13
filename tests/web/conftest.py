"""Web tests see the pages as the product serves them, on a Monday in November 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from world import MONDAY


@pytest.fixture(scope="session", autouse=True)
def prepared_pages() -> None:
    from django.core.management import call_command

    from motcua.project import translations

    translations.compile_all()
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def _on_monday(settings: object) -> None:
    settings.DEMO_OFFSET = MONDAY + timedelta(minutes=30) - datetime.now(UTC)  # type: ignore[attr-defined]
