"""`./motcua clock due`: when an answer is owed, with every reason; needs no database."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from motcua.core.calendar import CalendarHorizonError, TermError, parse_hours, parse_term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import ClockFact, DayKind, DayLine, Explained, PauseClosed, PauseOpened, Received, explain
from motcua.core.dossier.codes import AgencyCodeError, form_of_agency_code
from motcua.core.kernel import LegalRef
from motcua.project.cli import DONE, REFUSED, CommandRefused
from motcua.store.lawfiles import law_book
from motcua.store.lawfiles.book import LawFilesError

NAME = "clock"
HELP = "Work out when an answer is owed, and why."
NEEDS = "nothing"
_WORDS = {
    DayKind.RECEIVED: "ngày tiếp nhận / day of receipt",
    DayKind.COUNTED: "tính / counted",
    DayKind.DUE: "tính, ngày hẹn trả / counted, the due day",
    DayKind.OFF: "nghỉ / off",
    DayKind.PAUSED: "tạm dừng / paused",
    DayKind.WAITING: "chờ người nộp / waiting",
    DayKind.LAPSED: "đã tính, nay tính lại từ đầu / counted, but the term started again",
    DayKind.RESTARTED: "đủ hồ sơ, tính lại từ đầu / complete, the term starts again",
    DayKind.CARRIED: "ngày cuối là ngày nghỉ, chuyển tiếp / the last day is off, carried on",
    DayKind.EXTENDED: "theo giấy hẹn lại / newly promised",
}


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    due = commands.add_parser("due", help="the due instant of a dossier")
    due.add_argument("--received", help="instant of reception, such as 2018-09-11T15:20 (Vietnam's zone)")
    due.add_argument("--term", help="'5 working days', '12 working hours', '10 calendar days', '1 month', 'same day'")
    due.add_argument("--hours", help="office hours, such as 07:30-11:30,13:30-17:00")
    due.add_argument("--agency", default="", help="agency whose hours hold")
    due.add_argument(
        "--pause",
        action="append",
        default=[],
        help="FROM/TO, each an instant, or a day: from its beginning, to its end; may be repeated",
    )
    due.add_argument("--explain", action="store_true", help="print every day from reception to due")
    due.add_argument("--cases", type=Path, help="JSONL of {received, term, hours, pauses}; one answer a line")
    due.add_argument("--json", action="store_true")

    rebuild = commands.add_parser("check", help="derive every stored dossier anew and compare; writes nothing")
    rebuild.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    if args.act == "check":
        return _check(is_json=args.json)
    if args.cases:
        return _cases(args.cases)
    if not args.received or not args.term:
        raise CommandRefused("--received và --term là bắt buộc (hoặc --cases). / --received and --term are needed.")
    explained = _due(args.received, args.term, hours=args.hours, agency=args.agency, pauses=args.pause)
    if args.json:
        print(json.dumps(_as_json(explained), ensure_ascii=False))
        return DONE
    due_at = explained.clock.due_at
    print(due_at.isoformat() if due_at else "chưa tính được / nothing owed")
    if args.explain:
        for line in explained.days:
            print(f"  {line.day:%d/%m/%Y} {_amount(line)} {_WORDS[line.kind]}{_reason(line)}")
    return DONE


def _check(*, is_json: bool) -> int:
    from motcua.project import setup

    setup.prepare("database")
    from motcua.services.clock_upkeep import check_clocks

    found = check_clocks()
    if is_json:
        differing = [{"dossier": number, "fields": fields} for number, fields in found.differing]
        print(json.dumps({"looked_at": found.looked_at, "differing": differing}, ensure_ascii=False))
    else:
        print(
            f"{found.looked_at} hồ sơ / dossiers; {len(found.differing)} khác với sự kiện / differ from their facts"
        )
        for number, fields in found.differing[:50]:
            print(f"  {number}: {fields}")
    return REFUSED if found.differing else DONE


def _amount(line: DayLine) -> str:
    if line.minutes:
        return f"{line.minutes // 60:2}:{line.minutes % 60:02}"
    return f"{line.counted or '':>5}"


def _reason(line: DayLine) -> str:
    reason = line.ref.text("vi") if line.ref else line.reason
    return f" ({reason})" if reason and reason != "weekend" else ""


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
            explained = _due(
                str(case["received"]),
                str(case["term"]),
                hours=case.get("hours"),
                agency=str(case.get("agency", "")),
                pauses=[p if isinstance(p, str) else "/".join(p) for p in case.get("pauses") or ()],
            )
            print(json.dumps(_as_json(explained), ensure_ascii=False))
        except (CommandRefused, json.JSONDecodeError, KeyError, TypeError) as error:
            is_refused = True
            print(json.dumps({"due_at": None, "error": f"dòng / line {number}: {error}"}, ensure_ascii=False))
    return REFUSED if is_refused else DONE


def _due(received: str, term: str, *, hours: str | None, agency: str, pauses: list[str]) -> Explained:
    try:
        at = _instant("--received", received)
        facts: list[ClockFact] = [Received(at)]
        for pause in pauses:
            facts += _pause(pause)
        book = law_book()
        if agency:
            form_of_agency_code(agency)
            if not hours and agency not in book.hours_of_agency:
                print(
                    f"--agency {agency}: không có giờ riêng, dùng giờ chung. / no hours of its own: the common hours.",
                    file=sys.stderr,
                )
        calendar = (
            book.calendar_with(parse_hours(hours), version=f"hours {hours}") if hours else book.calendar(agency)
        )
        return explain(
            facts, term=parse_term(term), calendar=calendar, regime=book.regime_on(at.astimezone(VIETNAM).date())
        )
    except AgencyCodeError:
        raise CommandRefused(
            f"--agency: «{agency}» không phải mã cơ quan; viết dạng H05.15 hoặc 000.00.15.H05."
            " / no agency code; write as H05.15 or 000.00.15.H05."
        ) from None
    except TermError as error:
        raise CommandRefused(
            f"--term: «{term}» không phải thời hạn; viết dạng '5 working days', '12 working hours', "
            f"'10 calendar days', '1 month', 'same day if received before 15:00'. / {error}"
        ) from None
    except CalendarHorizonError as error:
        raise CommandRefused(
            f"--received {received}: lịch nghỉ của thời gian này chưa được công bố, không đoán ngày hẹn. / {error}"
        ) from None
    except LawFilesError as error:
        raise CommandRefused(f"--received {received}: chưa có văn bản áp dụng cho ngày này. / {error}") from None
    except ValueError as error:
        raise CommandRefused(
            f"--hours: «{hours}» không phải giờ làm việc; viết dạng 07:30-11:30,13:30-17:00. / {error}"
        ) from None


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
    if _is_day(end):
        closed += timedelta(days=1)
    if closed < opened:
        raise CommandRefused(f"--pause: «{text}»: kết thúc trước khi bắt đầu. / ends before it begins.")
    return [PauseOpened(opened, LegalRef("--pause"), key=text), PauseClosed(closed, text)]


def _is_day(text: str) -> bool:
    return len(text.strip()) <= len("2018-09-11")


def _as_json(explained: Explained) -> dict[str, Any]:
    due_at = explained.clock.due_at
    return {
        "due_at": due_at.isoformat() if due_at else None,
        "derivation": [
            {
                "day": line.day.isoformat(),
                "kind": line.kind.value,
                "reason": str(line.ref) if line.ref else line.reason,
                "counted": line.counted,
                **({"minutes": line.minutes} if line.minutes else {}),
            }
            for line in explained.days
        ],
    }
