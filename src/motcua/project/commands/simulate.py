"""`./motcua simulate`: which live dossiers would move, and who would be late; nothing is written."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from motcua.project.cli import DONE, CommandRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from motcua.core.kernel import Problem
    from motcua.services.simulation import Moved, Outcome, UnitLoad

NAME = "simulate"
HELP = "What if a day is off, hours change, terms are cut, a procedure is amended? Nothing is written."
NEEDS = "database"
_LIST_MAX = 100_000
_ARGUMENTS = {
    "days": "--day-off",
    "hours": "--hours",
    "hours_from": "--from",
    "hours_to": "--to",
    "weekdays": "--weekdays",
    "cut": "--cut",
    "cut_procedure": "--procedure",
    "procedure": "--procedure",
    "term": "--term",
    "term_from": "--from",
    "agency": "--agency",
    "limit": "--list",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--day-off", action="append", default=[], metavar="DAY", help="a day more off, 2026-12-31; may be repeated"
    )
    parser.add_argument("--hours", default="", help="other working hours, such as 08:00-12:00,13:00-17:00")
    parser.add_argument("--weekdays", default="1,2,3,4,5", help="weekdays of these hours, 1 (Monday) to 7")
    parser.add_argument(
        "--from", dest="from_on", default="", metavar="DAY", help="first day of the hours or the term"
    )
    parser.add_argument(
        "--to", dest="to_on", default="", metavar="DAY", help="last day of the hours, if there is one"
    )
    parser.add_argument("--cut", default="", metavar="PERCENT", help="terms are shorter by so many percent")
    parser.add_argument("--procedure", default="", metavar="CODE", help="procedure that is cut or amended")
    parser.add_argument("--term", default="", help="new term of the procedure, such as '3 working days'")
    parser.add_argument("--agency", default="", metavar="CODE", help="this agency alone")
    parser.add_argument("--list", default="20", metavar="N", help="list so many of the dossiers that move (20)")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    from motcua.core.kernel import Problem, Refused
    from motcua.services.simulation import simulate
    from motcua.services.simulation_entry import SimulationEntry, checked_question
    from motcua.services.times import system_now
    from motcua.store.dossiers.selectors import Scope

    is_cut, is_amended = bool(args.cut), bool(args.term)
    entry = SimulationEntry(
        days=" ".join(args.day_off),
        hours=args.hours,
        hours_from=args.from_on if args.hours else "",
        hours_to=args.to_on if args.hours else "",
        weekdays=tuple(w.strip() for w in args.weekdays.split(",")),
        cut=args.cut,
        cut_procedure=args.procedure if is_cut else "",
        procedure=args.procedure if is_amended or not is_cut else "",
        term=args.term,
        term_from=args.from_on if is_amended else "",
        agency=args.agency,
    )
    problems: list[Problem] = []
    if not args.list.isdecimal() or int(args.list) > _LIST_MAX:
        problems.append(Problem("simulation.limit", "limit", values={"text": args.list, "limit": str(_LIST_MAX)}))
    if (args.from_on or args.to_on) and not args.hours and not is_amended:
        problems.append(Problem("simulation.from_alone", "hours_from"))
    try:
        question = checked_question(entry, scope=Scope())
    except Refused as refusal:
        problems += [
            p for p in refusal.problems if p.code != "simulation.nothing_asked" or not args.from_on + args.to_on
        ]
    if problems:
        raise CommandRefused(_refusal(problems))
    outcome = simulate(question.scenarios, scope=question.scope, at=system_now(), limit=int(args.list))
    if args.json:
        print(json.dumps(_as_json(outcome), ensure_ascii=False))
    else:
        _show(outcome)
    return DONE


def _refusal(problems: Sequence[Problem]) -> str:
    from motcua.ui.problem_texts import problem_text

    lines = []
    for problem in problems:
        vi, en = problem_text(problem, "vi"), problem_text(problem, "en")
        lines.append(f"{_ARGUMENTS[problem.field]}: {vi.reason} {vi.remedy} / {en.reason} {en.remedy}")
    return "\n".join(lines)


_COUNTS = (
    ("live", "hồ sơ đang giải quyết / live dossiers"),
    ("moved", "đổi ngày hẹn / move"),
    ("later", "  muộn hơn / later"),
    ("earlier", "  sớm hơn / earlier"),
    ("become_late", "trở thành quá hạn / become late"),
    ("stop_late", "hết quá hạn / stop being late"),
    ("resting", "đang tạm dừng, không tính / resting, nothing owed"),
    ("keeping", "tiếp nhận trước ngày sửa đổi, giữ thời hạn cũ / received before the amendment, keep their term"),
    ("beyond", "vượt quá lịch đã biết, không đoán / end beyond the days known, not guessed"),
    ("stale", "ngày lưu chưa theo lịch hiện hành / stored date not yet brought up to the calendar"),
)


def _show(outcome: Outcome) -> None:
    from motcua.services.times import VIETNAM

    print(f"Lúc / at {outcome.at.astimezone(VIETNAM):%d/%m/%Y %H:%M}; không ghi gì / nothing is written")
    for name, text in _COUNTS:
        count = getattr(outcome, name)
        if count or name in ("live", "moved", "become_late"):
            print(f"{count:>9}  {text}")
    print("\nĐến hạn theo tuần / due per week")
    for week, before, after in zip(outcome.weeks, outcome.total.weeks_before, outcome.total.weeks_after, strict=True):
        print(f"  {week:%d/%m/%Y}  {before:>7} → {after:>7}")
    print("\nTải theo đơn vị / load per unit: đang giải quyết, đổi ngày, quá hạn / live, moved, late")
    for unit in outcome.units:
        if unit.moved:
            print(f"  {unit.live:>7} {unit.moved:>7} {unit.late_before:>7} → {unit.late_after:<7} {unit.full_name}")
    if outcome.listed:
        print(f"\n{len(outcome.listed)}/{outcome.moved} hồ sơ đổi ngày / dossiers that move")
    for moved in outcome.listed:
        late = "  quá hạn / late" if moved.becomes_late else ""
        print(
            f"  {moved.head.code:28} {moved.head.procedure_code:10} {_text(moved.due_before)} →"
            f" {_text(moved.due_after)}{late}"
        )


def _text(due_at: datetime | None) -> str:
    from motcua.services.times import VIETNAM

    return f"{due_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if due_at else "tạm dừng / rests"


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "at": outcome.at.isoformat(),
        **{name: getattr(outcome, name) for name, _ in _COUNTS},
        "weeks": [week.isoformat() for week in outcome.weeks],
        "total": _load(outcome.total),
        "units": [_load(unit) for unit in outcome.units],
        "dossiers": [_moved(moved) for moved in outcome.listed],
    }


def _load(unit: UnitLoad) -> dict[str, Any]:
    return {
        "unit": unit.full_name,
        "live": unit.live,
        "moved": unit.moved,
        "late": [unit.late_before, unit.late_after],
        "weeks_before": unit.weeks_before,
        "weeks_after": unit.weeks_after,
    }


def _moved(moved: Moved) -> dict[str, Any]:
    from motcua.services.times import VIETNAM

    before, after = (d.astimezone(VIETNAM).isoformat() if d else None for d in (moved.due_before, moved.due_after))
    return {
        "code": moved.head.code,
        "procedure": moved.head.procedure_code,
        "unit": moved.unit_full_name,
        "due_before": before,
        "due_after": after,
        "becomes_late": moved.becomes_late,
    }
