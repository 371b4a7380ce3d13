"""`./motcua translations`: the Vietnamese of every text."""

from __future__ import annotations

import argparse

from motcua.project.cli import DONE, REFUSED

NAME = "translations"
HELP = "Extract, check and compile the texts of the pages."
NEEDS = "nothing"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("extract", "check", "compile"))


def run(args: argparse.Namespace) -> int:
    from motcua.project import translations

    if args.act == "compile":
        translations.compile_all()
        return DONE
    if args.act == "extract":
        for app in translations.APPS:
            print(f"{app}: {translations.update(app)} without Vietnamese")
        return DONE
    faults = translations.check()
    for fault in faults:
        print(f"{fault.app}: {fault.text!r} {fault.fault}")
    return REFUSED if faults else DONE
