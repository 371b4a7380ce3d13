"""`./motcua bench …`: measurements with a floor in the same run."""

from __future__ import annotations

import argparse
import importlib
import json
from typing import Any

from motcua.project.cli import DONE

NAME = "bench"
HELP = "Measure: lifecycle, engine, checker, pages, clock, intakes, simulate, floor, payments, figures, log."
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
    "figures": "database",
    "log": "nothing",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=sorted(_NEEDS))
    parser.add_argument("--dossiers", type=int, help="how many dossiers (simulate, figures); less is quicker")
    parser.add_argument(
        "--oracle", help="log: a Python that has another program for logs, to be measured beside ours"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(args: argparse.Namespace) -> int:
    if _NEEDS[args.what] != "nothing":
        from motcua.project import setup

        setup.prepare(_NEEDS[args.what])
    size: dict[str, Any] = {"dossiers": args.dossiers} if args.dossiers else {}
    if args.what == "log":
        size["oracle"] = args.oracle
    figures = importlib.import_module(f"motcua.project.bench.{args.what}").run(**size)
    if args.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:36} {value}")
    return DONE
