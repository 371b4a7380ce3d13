"""`./motcua serve`, which is what `./run` calls: everything up, and everything down with Ctrl-C."""

from __future__ import annotations

import argparse

from motcua.project.cli import WRONG_USAGE, CommandRefused

NAME = "serve"
HELP = "Start the database, the web server and the job worker; load the demo if there is none."
NEEDS = "nothing"
DEMOS = ("bacninh-2026", "bacninh-2018", "none")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="port of the web server (8000)")
    parser.add_argument("--demo", choices=DEMOS, default="bacninh-2026", help="which demo an empty database gets")
    parser.add_argument("--reset", action="store_true", help="throw the data away first")


def run(args: argparse.Namespace) -> int:
    from motcua.project.serving import ServeError, serve

    if not 1 <= args.port <= 65535:
        print(f"--port {args.port}: 1 … 65535")
        return WRONG_USAGE
    try:
        return serve(port=args.port, demo=args.demo, is_reset=args.reset)
    except ServeError as error:
        raise CommandRefused(str(error)) from error
