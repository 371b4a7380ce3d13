"""`./motcua worker`: the job worker."""

from __future__ import annotations

import argparse

from motcua.project.cli import DONE

NAME = "worker"
HELP = "Run the job worker until it is stopped."
NEEDS = "django"


def configure(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace) -> int:
    from motcua.jobs.worker import work

    work()
    return DONE
