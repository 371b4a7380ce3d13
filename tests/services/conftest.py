"""A database and a world whose rows are committed, for tests of several connections at once."""

from __future__ import annotations

import pytest
from django.db import connection

from world import World


@pytest.fixture
def committed_db(transactional_db: None) -> None:
    """A database that the test runner may empty afterwards: the triggers that keep facts would refuse it."""
    from world import forget_what_is_kept

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = [row[0] for row in cursor.fetchall() if not row[0].startswith("procrastinate_")]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    forget_what_is_kept()


@pytest.fixture
def committed_world(committed_db: None) -> World:
    from world import make_world

    return make_world()
