"""Shared by all tests: a data folder of their own with its own PostgreSQL, never the developer's."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from pages import collect_pages

if TYPE_CHECKING:
    from motcua.project.postgres import Embedded

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    if Path(os.environ.get("MOTCUA_VAR", ROOT / "var")).resolve() == ROOT / "var":
        raise pytest.UsageError("run the tests with ./test: it gives them a data folder of their own")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what starts the whole product: it takes longest, and a worker left with it alone would end last."""
    items.sort(key=lambda item: not (item.get_closest_marker("system") or item.get_closest_marker("browser")))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, testrun_uid: str) -> None:
    """Start the server that all workers share; the schema and the files of pages are made once for all of them."""
    from motcua.project import postgres
    from motcua.project.config import config

    config().var.mkdir(parents=True, exist_ok=True)
    collect_pages(testrun_uid)
    if not config().database_url:
        with (config().var / "starting").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            server = postgres.Embedded(config().var)
            postgres.start(server)
            _begin_with(_schema(server, testrun_uid))


def _schema(server: Embedded, run: str) -> str:
    """Return the database whose empty schema each worker's own is a copy of; the first worker of a run makes it."""
    name = f"motcua_schema_{run[:12]}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        known = [
            row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^motcua_schema_'")
        ]
        if name in known:
            return name
        for old in known:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    wanted = {"DATABASE_URL": server.url(name), "DJANGO_SETTINGS_MODULE": "motcua.project.settings"}
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env={**os.environ, **wanted}, check=True, timeout=300)
    return name


def _begin_with(template: str) -> None:
    from django.db import connections

    connections["default"].settings_dict["TEST"]["TEMPLATE"] = template


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
    is_committing = "transactional_db" in request.fixturenames
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
