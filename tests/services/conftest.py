"""A world whose rows are committed, for tests of several connections at once."""

from __future__ import annotations

import pytest
from django.db import connection

from world import World


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    from world import forget_what_is_kept, make_world

    # The test runner empties all tables afterwards, which the triggers that keep facts and versions would refuse.
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = [row[0] for row in cursor.fetchall() if not row[0].startswith("procrastinate_")]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    forget_what_is_kept()
    return make_world()
