"""Web tests see the pages as the product serves them: static files collected, texts compiled."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def prepared_pages() -> None:
    from django.core.management import call_command

    from motcua.project import translations

    translations.compile_all()
    call_command("collectstatic", interactive=False, verbosity=0)
