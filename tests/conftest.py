"""Shared by all tests: a data folder of their own with its own PostgreSQL, never the developer's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
os.environ["MOTCUA_VAR"] = os.environ.get("MOTCUA_TEST_VAR") or str(ROOT / "var" / "test")
os.environ.pop("MOTCUA_TEST_VAR", None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    from motcua.project import postgres
    from motcua.project.config import config

    if not config().database_url:
        postgres.start(postgres.Embedded(config().var))


@pytest.fixture(scope="session")
def shared_data() -> Iterator[Path]:
    """The real data beside the checkout; absent it, a test says so, and with CI=true it fails."""
    from motcua.project.config import config

    folder = config().shared_data
    if not folder.is_dir():
        reason = f"the shared data is not at {folder}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    yield folder
