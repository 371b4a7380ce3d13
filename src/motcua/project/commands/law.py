"""`./motcua law`: what holds on a day, what changed between two days, whether the law's data is sound."""

from __future__ import annotations

import argparse
import json
from datetime import date

from motcua.core.regimes import Regime
from motcua.project.cli import DONE, REFUSED, CommandRefused
from motcua.store.lawfiles import law_book
from motcua.store.lawfiles.book import LawFilesError
from motcua.store.lawfiles.uses import law_uses

NAME = "law"
HELP = "Show, compare and check the law as data."
NEEDS = "nothing"


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    show = commands.add_parser("show", help="every parameter in force on a day")
    show.add_argument("--at", required=True, type=_day, help="day, such as 2018-09-11")
    show.add_argument("--json", action="store_true")
    diff = commands.add_parser("diff", help="what differs between two days, or the first days of two acts")
    diff.add_argument("first", type=_day_or_act, help="day, or folder of an act, such as nd61")
    diff.add_argument("second", type=_day_or_act)
    diff.add_argument("--json", action="store_true")
    examples = commands.add_parser("examples", help="the worked examples beside the acts")
    examples.add_argument("--act", dest="act_id", default="", help="folder of an act, such as nd61")
    examples.add_argument("--json", action="store_true")
    commands.add_parser("check", help="acts, calendars, procedures, lexicon, glossary")


def run(args: argparse.Namespace) -> int:
    if args.act == "check":
        return _check()
    if args.act == "examples":
        return _examples(args.act_id, is_json=args.json)
    if args.act == "diff":
        return _diff(_regime(args.first), _regime(args.second), is_json=args.json)
    return _show(_regime(args.at), is_json=args.json)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}»: viết dạng 2018-09-11. / write as 2018-09-11.") from None


def _day_or_act(text: str) -> date:
    """Return the day, or the first day on which the act holds."""
    acts = {a.id: a.in_force_from for a in law_book().acts}
    if text in acts:
        return acts[text]
    try:
        return date.fromisoformat(text)
    except ValueError:
        known = ", ".join(sorted(acts))
        raise argparse.ArgumentTypeError(
            f"«{text}» không phải ngày (dạng 2018-09-11) hay văn bản. / is no day and no act; acts: {known}."
        ) from None


def _regime(on: date) -> Regime:
    try:
        return law_book().regime_on(on)
    except LawFilesError as error:
        raise CommandRefused(str(error)) from None


def _show(regime: Regime, *, is_json: bool) -> int:
    rows = [
        {
            "key": p.key,
            "value": list(p.value) if isinstance(p.value, tuple) else p.value,
            "act": p.ref.act,
            "article": p.ref.place,
            "confidence": p.ref.confidence.value,
            "text_vi": p.text_vi,
            "text_en": p.text_en,
            "used_in": law_uses()[p.key].text_vi,
        }
        for p in sorted(regime.params.values(), key=lambda p: p.key)
    ]
    if is_json:
        acts = [a.number for a in regime.acts]
        print(
            json.dumps(
                {"regime": regime.id, "at": regime.on.isoformat(), "acts": acts, "params": rows}, ensure_ascii=False
            )
        )
        return DONE
    print(f"{regime.id} ({', '.join(a.number for a in regime.acts)})")
    for row in rows:
        doubt = "" if row["confidence"] == "text" else f"  [cần xác nhận / to be confirmed: {row['confidence']}]"
        print(f"{row['key']:36} {row['value']!s:28} {row['act']}, {row['article']}{doubt}")
    return DONE


def _diff(first: Regime, second: Regime, *, is_json: bool) -> int:
    rows = []
    for key in sorted({*first.params, *second.params}):
        a, b = first.find(key), second.find(key)
        old, new = (a.value if a else None), (b.value if b else None)
        if old != new:
            rows.append({"key": key, "before": old, "after": new})
    if is_json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            print(f"{row['key']:36} {_stated(row['before']):28} → {_stated(row['after'])}")
    return DONE


def _stated(value: object) -> str:
    return "không nêu / not stated" if value is None else str(value)


def _examples(act_id: str, *, is_json: bool) -> int:
    from motcua.store.lawfiles.examples import law_examples

    chosen = [e for e in law_examples() if act_id in ("", e.act_id)]
    if not chosen:
        known = ", ".join(sorted({e.act_id for e in law_examples()}))
        raise CommandRefused(f"--act {act_id}: không có ví dụ; có: {known}. / no examples; there are: {known}.")
    if is_json:
        rows = [
            {
                "act": e.act_id,
                "id": e.id,
                "title": e.title_vi,
                "source": str(e.ref),
                "confidence": e.ref.confidence.value,
                "received": e.received_at.isoformat(),
                "term": e.term,
                "due": e.due_at.isoformat() if e.due_at else None,
                "why": e.why_vi,
            }
            for e in chosen
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return DONE
    for e in chosen:
        due = f"{e.due_at:%H:%M %d/%m/%Y}" if e.due_at else "chưa có hạn / nothing owed"
        print(f"{e.act_id}/{e.id}: {e.title_vi} ({e.ref.text('vi')})")
        print(f"  {e.received_at:%H:%M %d/%m/%Y} + {e.term} → {due}")
        print(f"  {e.why_vi}")
    return DONE


def _check() -> int:
    from motcua.store.lawfiles.checks import check_law

    faults = check_law()
    for fault in faults:
        print(fault)
    print("law: " + (f"{len(faults)} lỗi / faults" if faults else "tốt / sound"))
    return REFUSED if faults else DONE
