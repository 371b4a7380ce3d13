"""`./motcua process`: internal processes of offices."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from motcua.project.cli import DONE, REFUSED, CommandRefused

if TYPE_CHECKING:
    from motcua.core.proving import Finding, Legal
    from motcua.services.process_files import FileProcess

NAME = "process"
HELP = "Check processes before they are used; import them, with a report of those whose steps do not add up."
NEEDS = "nothing"
_SIZE_MAX = 50 * 1024 * 1024


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    importing = commands.add_parser("import", help="import tables of steps (JSON array)")
    importing.add_argument("file", type=Path)
    importing.add_argument("--json", action="store_true", help="print the report as JSON")
    checking = commands.add_parser("check", help="find what would get a dossier stuck or break the term")
    checking.add_argument("file", type=Path, help="tables of steps (JSON), TOML, or BPMN 2.0; told apart by content")
    checking.add_argument("--term", help="the legal term, such as '5 working days'; else what the file states")
    checking.add_argument("--agency", default="", help="agency by whose hours the term runs")
    checking.add_argument(
        "--offices", action="store_true", help="also check posts, terms and papers of the offices that use it now"
    )
    checking.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(args: argparse.Namespace) -> int:
    return _check(args) if args.act == "check" else _import(args)


def _import(args: argparse.Namespace) -> int:
    from motcua.project import setup

    setup.prepare("database")
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


def _check(args: argparse.Namespace) -> int:
    """Print what is wrong with each process of a file; refused when anything forbids publishing."""
    from motcua.core.kernel import Problem
    from motcua.services.process_files import processes_in
    from motcua.ui.problem_texts import problem_text

    processes, problems = processes_in(_bytes(args.file), name=args.file.name)
    legal = _legal(args)
    if args.offices:
        from motcua.project import setup

        setup.prepare("database")
    checked = [(p, _findings(p, legal, with_offices=args.offices)) for p in processes]

    def said(problem: Problem) -> dict[str, object]:
        vi, en = problem_text(problem, "vi"), problem_text(problem, "en")
        return {**problem.to_json(), "reason_vi": vi.reason, "reason_en": en.reason, "remedy_vi": vi.remedy}

    is_refused = bool(problems) or any(f.is_error for _, found in checked for f in found)
    if args.json:
        report = [
            {
                "id": p.definition.id,
                "steps": len(p.definition.steps),
                "sound": not any(f.is_error for f in found),
                "findings": [{**said(f.problem), "is_error": f.is_error, "path": list(f.path)} for f in found],
                "remarks": [said(r) for r in p.remarks],
            }
            for p, found in checked
        ]
        print(json.dumps({"processes": report, "problems": [said(p) for p in problems]}, ensure_ascii=False))
        return REFUSED if is_refused else DONE
    for problem in problems:
        print(f"{args.file.name}: {problem_text(problem, 'vi').reason} / {problem_text(problem, 'en').reason}")
    for process, found in checked:
        errors = sum(f.is_error for f in found)
        print(f"{process.definition.id}: {'đạt / sound' if not errors else f'{errors} lỗi / faults'}")
        for one in found:
            mark = "LỖI" if one.is_error else "lưu ý"
            print(
                f"  {mark}: {problem_text(one.problem, 'vi').reason}\n         {problem_text(one.problem, 'en').reason}"
            )
            print(f"         {' → '.join(one.path)}")
    return REFUSED if is_refused else DONE


def _findings(process: FileProcess, legal: Legal | None, *, with_offices: bool) -> tuple[Finding, ...]:
    from motcua.core.proving import Legal, prove, stated_term
    from motcua.store.lawfiles import law_book

    if with_offices:
        from motcua.services.process_checks import findings_of

        return findings_of(process.definition, stated_days=process.stated_days, now=datetime.now(UTC))
    if legal is None and process.stated_days:
        legal = Legal(stated_term(process.stated_days), law_book().calendar(), at_closing=False)
    return prove(process.definition, legal=legal)


def _legal(args: argparse.Namespace) -> Legal | None:
    from motcua.core.calendar import TermError, parse_term
    from motcua.core.proving import Legal
    from motcua.store.lawfiles import law_book

    if not args.term:
        return None
    try:
        return Legal(parse_term(args.term), law_book().calendar(args.agency), at_closing=False)
    except TermError as error:
        raise CommandRefused(f"--term: {error}") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CommandRefused(f"{path}: không có tệp này. / no such file.") from None
    except OSError as error:
        raise CommandRefused(f"{path}: không đọc được ({error.strerror}). / cannot be read.") from None


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
