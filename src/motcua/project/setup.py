"""Answers what must be ready before a command runs: Django, the embedded server, the schema."""

from __future__ import annotations

import atexit
import os

import django

from motcua.project import postgres
from motcua.project.config import config


def prepare(needs: str) -> None:
    """Make ready what a command ``needs``; a server started here is stopped when the command ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.project.settings")
    if needs == "database":
        start_database()
    django.setup()
    if needs == "database":
        migrate()


def start_database() -> None:
    if config().database_url:
        return
    server = postgres.Embedded(config().var)
    if postgres.start(server) is not None:
        atexit.register(postgres.stop, server)
    postgres.ensure_database(server, "motcua")


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
