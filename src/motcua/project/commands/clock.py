"""`./motcua clock due`: when an answer is owed, with every reason; needs no database."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from motcua.core.calendar import CalendarHorizonError, TermError, parse_hours, parse_term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import Clock, PauseClosed, PauseOpened, Received, derive_clock
from motcua.core.clock.facts import ClockFact
from motcua.core.kernel import LegalRef
from motcua.project.cli import DONE, REFUSED, CommandRefused
from motcua.store.lawfiles import law_book
from motcua.store.lawfiles.book import LawFilesError

NAME = "clock"
HELP = "Work out when an answer is owed, and why."
NEEDS = "nothing"
_WORDS = {
    "received": "ngày tiếp nhận, không tính / day of receipt, not counted",
    "counted": "tính / counted",
    "due": "tính, ngày hẹn trả / counted, the due day",
    "off": "nghỉ / off",
    "paused": "tạm dừng / paused",
    "waiting": "chờ người nộp / waiting",
}


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    due = commands.add_parser("due", help="the due instant of a dossier")
    due.add_argument("--received", help="instant of reception, such as 2018-09-11T15:20 (Vietnam's zone)")
    due.add_argument("--term", help="'5 working days', '12 working hours', '10 calendar days', '1 month', 'same day'")
    due.add_argument("--hours", help="office hours, such as 07:30-11:30,13:30-17:00")
    due.add_argument("--agency", default="", help="agency whose hours hold")
    due.add_argument("--pause", action="append", default=[], help="FROM/TO, each an instant; may be repeated")
    due.add_argument("--explain", action="store_true", help="print every day from reception to due")
    due.add_argument("--cases", type=Path, help="JSONL of {received, term, hours, pauses}; one answer a line")
    due.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    if args.cases:
        return _cases(args.cases)
    if not args.received or not args.term:
        raise CommandRefused("--received và --term là bắt buộc (hoặc --cases). / --received and --term are needed.")
    clock = _due(args.received, args.term, hours=args.hours, agency=args.agency, pauses=args.pause)
    if args.json:
        print(json.dumps(_as_json(clock), ensure_ascii=False))
        return DONE
    print(clock.due_at.isoformat() if clock.due_at else "chưa tính được / nothing owed")
    if args.explain:
        for line in clock.derivation:
            number = f"{line.counted:3}" if line.kind in ("counted", "due") else "   "
            reason = f" ({line.reason})" if line.reason and line.reason != "weekend" else ""
            print(f"  {line.day:%d/%m/%Y} {number} {_WORDS[line.kind]}{reason}")
    return DONE


def _cases(path: Path) -> int:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise CommandRefused(f"{path}: không có tệp này. / no such file.") from None
    is_refused = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
            clock = _due(
                str(case["received"]),
                str(case["term"]),
                hours=case.get("hours"),
                agency=str(case.get("agency", "")),
                pauses=[p if isinstance(p, str) else "/".join(p) for p in case.get("pauses") or ()],
            )
            print(json.dumps(_as_json(clock), ensure_ascii=False))
        except (CommandRefused, json.JSONDecodeError, KeyError, TypeError) as error:
            is_refused = True
            print(json.dumps({"due_at": None, "error": f"dòng / line {number}: {error}"}, ensure_ascii=False))
    return REFUSED if is_refused else DONE


def _due(received: str, term: str, *, hours: str | None, agency: str, pauses: list[str]) -> Clock:
    try:
        at = _instant("--received", received)
        facts: list[ClockFact] = [Received(at)]
        for pause in pauses:
            facts += _pause(pause)
        book = law_book()
        calendar = (
            book.calendar_with(parse_hours(hours), version=f"hours {hours}") if hours else book.calendar(agency)
        )
        return derive_clock(
            facts, term=parse_term(term), calendar=calendar, regime=book.regime_on(at.astimezone(VIETNAM).date())
        )
    except TermError as error:
        raise CommandRefused(f"--term: {error}") from None
    except (CalendarHorizonError, LawFilesError) as error:
        raise CommandRefused(f"--received {received}: {error}") from None
    except ValueError as error:
        raise CommandRefused(f"--hours: {error}") from None


def _instant(name: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandRefused(
            f"{name}: «{text}» không phải thời điểm; viết dạng 2018-09-11T15:20. / no instant; write 2018-09-11T15:20."
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _pause(text: str) -> list[ClockFact]:
    start, separator, end = text.partition("/")
    if not separator:
        raise CommandRefused(f"--pause: «{text}»: viết TỪ/ĐẾN. / write FROM/TO.")
    opened, closed = _instant("--pause", start), _instant("--pause", end)
    if closed < opened:
        raise CommandRefused(f"--pause: «{text}»: kết thúc trước khi bắt đầu. / ends before it begins.")
    return [PauseOpened(opened, LegalRef("--pause")), PauseClosed(closed)]


def _as_json(clock: Clock) -> dict[str, Any]:
    return {
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "derivation": [
            {"day": line.day.isoformat(), "kind": line.kind, "reason": line.reason, "counted": line.counted}
            for line in clock.derivation
        ],
    }
