"""A world whose rows are committed, for tests of several connections at once."""

from __future__ import annotations

import pytest
from django.db import connection

from world import World


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    from world import forget_what_is_kept, make_world

    # The test runner empties all tables afterwards, which the facts' trigger would refuse.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dossiers_fact DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE catalogue_procedureversion DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE offerings_processversion DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE applications_formversion DISABLE TRIGGER USER")
    forget_what_is_kept()
    return make_world()
