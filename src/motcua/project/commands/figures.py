"""`./motcua figures check|rebuild`: whether the rows that reports count by are what the facts say."""

from __future__ import annotations

import argparse
import json

from motcua.project.cli import DONE, REFUSED

NAME = "figures"
HELP = "Check the figures against the facts of all dossiers, or make them anew."
NEEDS = "database"


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    for name, text in (
        ("check", "derive every row anew and compare; writes nothing; exit code 1 when any differs"),
        ("rebuild", "write every row anew from the facts"),
    ):
        commands.add_parser(name, help=text).add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    from motcua.services.figures.upkeep import check_figures, rebuild_figures

    found = check_figures() if args.act == "check" else rebuild_figures()
    if args.json:
        differing = [{"dossier": number, "fields": fields} for number, fields in found.differing]
        print(json.dumps({"looked_at": found.looked_at, "differing": differing, "written": found.written}))
    else:
        print(
            f"{found.looked_at} hồ sơ / dossiers; {len(found.differing)} khác với sự kiện / differ from their facts;"
            f" {found.written} đã ghi lại / written anew"
        )
        for number, fields in found.differing[:50]:
            print(f"  {number}: {fields}")
    return REFUSED if found.differing and args.act == "check" else DONE
