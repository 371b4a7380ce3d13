<<<<<<< HEAD
"""Page tests run on a Monday in November 2026, with static files in place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from world import MONDAY


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def _on_monday(settings: object) -> None:
    settings.DEMO_OFFSET = MONDAY + timedelta(minutes=30) - datetime.now(UTC)  # type: ignore[attr-defined]
=======
"""Web tests see the pages as the product serves them: static files collected, texts compiled."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def prepared_pages() -> None:
    from django.core.management import call_command

    from motcua.project import translations

    translations.compile_all()
    call_command("collectstatic", interactive=False, verbosity=0)
>>>>>>> front
