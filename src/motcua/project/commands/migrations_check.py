"""`./motcua migrations_check`: whether the models and the migrations say the same."""

from __future__ import annotations

import argparse

from motcua.project.cli import DONE, REFUSED

NAME = "migrations_check"
HELP = "Fail when a model has changed without its migration."
NEEDS = "database"


def configure(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace) -> int:
    from django.core.management import call_command

    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        return REFUSED
    return DONE
