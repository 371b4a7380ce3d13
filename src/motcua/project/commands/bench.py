"""`./motcua bench …`: measurements with a floor in the same run."""

from __future__ import annotations

import argparse
import importlib
import json

from motcua.project.cli import DONE

NAME = "bench"
HELP = "Measure: lifecycle, engine, checker, pages, clock, intakes, simulate, floor, log."
NEEDS = "nothing"
_NEEDS = {
    "engine": "nothing",
    "checker": "nothing",
    "clock": "nothing",
    "lifecycle": "database",
    "pages": "database",
    "intakes": "database",
    "payments": "database",
    "simulate": "database",
    "floor": "nothing",
    "log": "nothing",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=sorted(_NEEDS))
    parser.add_argument(
        "--oracle", help="log: a Python that has another program for logs, to be measured beside ours"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(args: argparse.Namespace) -> int:
    if _NEEDS[args.what] != "nothing":
        from motcua.project import setup

        setup.prepare(_NEEDS[args.what])
    measure = importlib.import_module(f"motcua.project.bench.{args.what}").run
    figures = measure(oracle=args.oracle) if args.what == "log" else measure()
    if args.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:36} {value}")
    return DONE
