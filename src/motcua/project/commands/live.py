"""`./motcua live`: the part that sends live events to displays, kiosks and telephones; `serve` starts it."""

from __future__ import annotations

import argparse

from motcua.project.cli import DONE, CommandRefused

NAME = "live"
HELP = "Send the hall's live events (SSE) until stopped; part of serve."
NEEDS = "nothing"


def configure(parser: argparse.ArgumentParser) -> None:
    """It is set up by the environment, as the web server is."""


def run(args: argparse.Namespace) -> int:
    from motcua.project.config import config
    from motcua.project.live import run_live

    if not config().live_port:
        raise CommandRefused("MOTCUA_LIVE_PORT chưa đặt. / MOTCUA_LIVE_PORT is not set.")
    run_live(config())
    return DONE
