"""`./motcua process`: internal processes of offices."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from motcua.project.cli import DONE, REFUSED, CommandRefused

NAME = "process"
HELP = "Import internal processes, with a report of those whose steps do not add up."
NEEDS = "database"
_SIZE_MAX = 50 * 1024 * 1024


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    importing = commands.add_parser("import", help="import tables of steps (JSON array)")
    importing.add_argument("file", type=Path)
    importing.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    from motcua.services.processes import import_process_tables
    from motcua.ui.problem_texts import problem_text

    results = import_process_tables(_records(args.file), source="office", now=datetime.now(UTC))
    if args.json:
        print(json.dumps([r.as_json() for r in results], ensure_ascii=False))
    else:
        for r in results:
            stated = "?" if r.stated_days is None else f"{r.stated_days:g}"
            print(f"{r.id:16} {r.outcome:9} {r.steps:3} bước / steps, {r.step_sum_days:g} / {stated} ngày / days")
            for problem in r.problems:
                print(f"    {problem_text(problem, 'vi').reason}")
    return REFUSED if any(r.outcome == "refused" for r in results) else DONE


def _records(path: Path) -> list[object]:
    try:
        if path.stat().st_size > _SIZE_MAX:
            raise CommandRefused(f"{path}: lớn hơn 50 MB. / larger than 50 MB.")
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CommandRefused(f"{path}: không có tệp này. / no such file.") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CommandRefused(
            f"{path}: không phải JSON hợp lệ ({error}); tệp có bị cắt không? / not valid JSON; is the file cut?"
        ) from None
    if not isinstance(data, list) or not data:
        raise CommandRefused(f"{path}: cần một mảng JSON các quy trình. / a JSON array of processes is needed.")
    return data
