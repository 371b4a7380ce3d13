"""`./motcua translations`: the Vietnamese texts of the product."""

from __future__ import annotations

import argparse

from motcua.project import translations
from motcua.project.cli import DONE, REFUSED

NAME = "translations"
HELP = "Collect, check and compile the Vietnamese texts."
NEEDS = "nothing"


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    commands.add_parser("extract", help="bring the catalogues up to what the code says")
    commands.add_parser("check", help="fail on what is missing, unused, fuzzy, unsound or left in English")
    commands.add_parser("compile", help="write the compiled catalogues that the server reads")


def run(args: argparse.Namespace) -> int:
    return {"extract": _extract, "check": _check, "compile": _compile}[args.act]()


def _extract() -> int:
    for app in translations.app_folders():
        if waiting := translations.update(app):
            print(f"{app.relative_to(translations.SOURCE)}: {waiting} chưa dịch / not translated")
    return DONE


def _check() -> int:
    findings = translations.check()
    for finding in findings:
        print(finding)
    verdict = f"{len(findings)} chỗ cần sửa / to mend" if findings else "Bản dịch đầy đủ. / Complete."
    print(verdict)
    return REFUSED if findings else DONE


def _compile() -> int:
    print(f"{translations.compile_all()} tệp / catalogues")
    return DONE
