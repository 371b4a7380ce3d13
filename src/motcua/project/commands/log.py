"""`./motcua log import FILE`, `./motcua log export FILE`: logs of events in the XES format, ours or another system's."""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO, cast

from motcua.core.mining import EventLog, LogError, planned_ends, read_xes, variants
from motcua.project.cli import DONE, CommandRefused

NAME = "log"
HELP = "Read a log of events (XES, also .gz or .xz) and tell what it holds, or write our own."
NEEDS = "nothing"
_CHUNK = 1 << 20


def configure(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    reading = acts.add_parser("import", help="read a file and count its cases, events, activities and variants")
    reading.add_argument("file", type=Path)
    reading.add_argument("--json", action="store_true", help="one JSON object on the last line")
    writing = acts.add_parser("export", help="write our own dossiers of some days as a log; it names no person")
    writing.add_argument("file", type=Path)
    writing.add_argument("--from", dest="from_on", type=date.fromisoformat, required=True, help="such as 2026-09-15")
    writing.add_argument("--to", dest="to_on", type=date.fromisoformat, required=True)
    writing.add_argument("--procedure", default="", help="a procedure's code; all without it")
    writing.add_argument("--json", action="store_true", help="one JSON object on the last line")


def run(args: argparse.Namespace) -> int:
    if args.act == "export":
        _export(args)
    log = read_log(args.file)
    found = {
        "cases": len(log.cases),
        "events": log.events,
        "activities": len(log.activities),
        "variants": len(variants(log)),
    }
    if (planned := planned_ends(log)) is not None:
        found |= {"ended": planned.ended, "ended_after_planned": planned.late}
    if args.json:
        print(json.dumps(found))
    else:
        vi = {"cases": "vụ việc", "events": "sự kiện", "activities": "hoạt động", "variants": "đường đi khác nhau"}
        vi |= {"ended": "vụ việc đã kết thúc", "ended_after_planned": "kết thúc sau ngày dự kiến"}
        print("\n".join(f"{count:>12,} {vi[name]} / {name}" for name, count in found.items()))
    return DONE


def _export(args: argparse.Namespace) -> None:
    """Write the file; what is told afterwards is what can be read back from it."""
    if args.to_on < args.from_on:
        raise CommandRefused("Ngày đầu phải trước ngày cuối. / The first day comes before the last.")
    from motcua.project import setup

    setup.prepare("database")
    from motcua.core.mining import xes_text
    from motcua.services.logs import logged_cases
    from motcua.services.times import system_now

    cases = logged_cases(code=args.procedure, from_on=args.from_on, to_on=args.to_on, now=system_now())
    try:
        with _opened(args.file, "wb") as file:
            for text in xes_text(cases):
                file.write(text.encode())
    except OSError as error:
        raise CommandRefused(
            f"Không ghi được {args.file.name}: {error.strerror}. / The file cannot be written."
        ) from error


def read_log(path: Path) -> EventLog:
    """Return the log in a file. Raises CommandRefused with reason and place in both languages."""
    try:
        return read_xes(_chunks(path))
    except LogError as error:
        where = f", dòng / line {error.line}" if error.line else ""
        raise CommandRefused(
            f"{path.name} không phải nhật ký sự kiện dạng XES, hoặc bị cắt cụt ({error}{where}). / "
            "This is no log of events in the XES format, or it was cut off."
        ) from error
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise CommandRefused(
            f"Không đọc được {path.name}: tệp không có hoặc bị hỏng. / The file is not there, or it is broken."
        ) from error


def _chunks(path: Path) -> Iterator[bytes]:
    with _opened(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _opened(path: Path, mode: str) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, mode))
    return cast(IO[bytes], lzma.open(path, mode) if path.suffix == ".xz" else path.open(mode))
