"""Answers `./motcua …`: finds the command's module, parses, runs, and turns the outcome into an exit code.

Exit codes: 0 done, 1 refused (the message says why), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Protocol, cast

import motcua.project.commands as commands_package

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


class CommandRefused(Exception):
    """What was asked cannot be done; the message tells the person why and what to do."""


class Command(Protocol):
    """What a module of ``commands/`` offers.

    ``NEEDS`` is ``"nothing"`` (starts in milliseconds, no Django), ``"django"`` (models, no database) or
    ``"database"`` (started and migrated before ``run``).
    """

    NAME: str
    HELP: str
    NEEDS: str

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    modules = {m.name: m.name for m in pkgutil.iter_modules(commands_package.__path__)}
    wanted = next((a for a in arguments if not a.startswith("-")), None)
    # Only the wanted command is imported, so that `clock due` does not pay for Django.
    names = [wanted] if wanted in modules else sorted(modules)
    loaded = {name: _load(name) for name in names}
    parser = argparse.ArgumentParser(
        prog="motcua", description="Một Cửa: one-stop shop for administrative procedures."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in loaded.values():
        command.configure(subparsers.add_parser(command.NAME, help=command.HELP, description=command.HELP))
    args = parser.parse_args(arguments)
    command = loaded[args.command]
    try:
        if command.NEEDS != "nothing":
            from motcua.project import setup

            setup.prepare(command.NEEDS)
        return command.run(args)
    except CommandRefused as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return REFUSED
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _load(name: str) -> Command:
    return cast(Command, importlib.import_module(f"{commands_package.__name__}.{name}"))
