"""Shared by all tests: a data folder of their own with its own PostgreSQL, never the developer's."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    if Path(os.environ.get("MOTCUA_VAR", ROOT / "var")).resolve() == ROOT / "var":
        raise pytest.UsageError("run the tests with ./test: it gives them a data folder of their own")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what starts the whole product: it takes longest, and a worker left with it alone would end last."""
    items.sort(key=lambda item: not (item.get_closest_marker("system") or item.get_closest_marker("browser")))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the server that all workers share, each with a database of its own; the last to go stops it."""
    from motcua.project import postgres
    from motcua.project.config import config

    if not config().database_url:
        config().var.mkdir(parents=True, exist_ok=True)
        with (config().var / "starting").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            postgres.start(postgres.Embedded(config().var))


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    from motcua.project import postgres
    from motcua.project.config import config as motcua_config

    if not motcua_config().database_url:
        postgres.stop(postgres.Embedded(motcua_config().var))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Passwords cost time on purpose; thirteen people in each test need not pay it."""
    from motcua.store.organisation.hashers import Argon2Hasher

    Argon2Hasher.time_cost, Argon2Hasher.memory_cost, Argon2Hasher.parallelism = 1, 8, 1


@pytest.fixture(scope="session", autouse=True)
def place_for_pages() -> None:
    """Pages of the product ask for their files in a folder that is there, whichever tests run."""
    from motcua.project.config import config

    (config().var / "static").mkdir(parents=True, exist_ok=True)


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


@pytest.fixture(autouse=True)
def guards(request: pytest.FixtureRequest) -> None:
    """Tests of several connections leave the triggers that keep facts at rest; for all others they stand."""
    marker = request.node.get_closest_marker("django_db")
    is_committing = "committed_world" in request.fixturenames or "transactional_db" in request.fixturenames
    if is_committing or (marker is None and "db" not in request.fixturenames):
        return
    if marker is not None and marker.kwargs.get("transaction"):
        return
    request.getfixturevalue("db")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def world(db: None) -> object:
    """Two offices with their people and three procedures."""
    from world import forget_what_is_kept, make_world

    forget_what_is_kept()
    return make_world()
