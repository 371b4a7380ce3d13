"""`./motcua catalogue`: import, search and score."""

from __future__ import annotations

import argparse
import json
import lzma
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motcua.project.cli import DONE, REFUSED, CommandRefused

NAME = "catalogue"
HELP = "Import procedures, search them, score the search."
NEEDS = "database"
_SIZE_MAX = 400 * 1024 * 1024


def configure(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    importing = commands.add_parser("import", help="import JSONL or JSON, plain or .xz; three formats are known")
    importing.add_argument("files", type=Path, nargs="+", metavar="FILE")
    importing.add_argument("--report", type=Path, help="write what became of each record to this file")
    importing.add_argument("--json", action="store_true", help="print the counts as JSON")
    searching = commands.add_parser("search", help="procedures that fit the words, best first")
    searching.add_argument("text", nargs="?", default="")
    searching.add_argument("--queries", type=Path, help="a JSONL file of {query}; one answer a line")
    searching.add_argument("--limit", type=int, default=10)
    searching.add_argument("--json", action="store_true")
    scoring = commands.add_parser("score", help="how often the right procedure comes first or among five")
    scoring.add_argument("file", type=Path, help="JSONL of {query, codes_in_collection}")
    scoring.add_argument("--every", choices=("all", "even", "odd"), default="all", help="use half of the questions")
    scoring.add_argument("--misses", action="store_true", help="list the questions that missed")
    scoring.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    return {"import": _import, "search": _search, "score": _score}[args.act](args)


def _import(args: argparse.Namespace) -> int:
    from motcua.services.catalogue import counts_of, import_catalogue
    from motcua.ui.problem_texts import problem_text

    opened = [(path, *_open(path)) for path in args.files]
    records = (item for path, form, text in opened for item in _records(path, form, text))
    lines = import_catalogue(records, files=[path.name for path in args.files], now=datetime.now(UTC))
    counts = counts_of(lines)
    if args.report:
        entries = [
            {**line.as_json(), "texts": [problem_text(p, "vi").reason for p in line.problems]} for line in lines
        ]
        args.report.write_text(json.dumps({"counts": counts, "records": entries}, ensure_ascii=False, indent=1))
    print(json.dumps(counts) if args.json else "\n".join(f"{k:24}{v}" for k, v in counts.items()))
    return DONE


def _open(path: Path) -> tuple[str, str]:
    """Return the form (``array`` or ``lines``) and the text; CommandRefused for a file that is neither."""
    from motcua.core.catalogue.sources import is_known_format

    try:
        if path.stat().st_size > _SIZE_MAX:
            raise CommandRefused(f"{path}: lớn hơn 400 MB. / larger than 400 MB.")
        raw = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise CommandRefused(f"{path}: không có tệp này. / no such file.") from None
    except (lzma.LZMAError, EOFError):
        raise CommandRefused(
            f"{path}: tệp nén bị cắt hoặc hỏng; hãy tải lại. / the .xz file is cut or broken."
        ) from None
    except UnicodeDecodeError:
        raise CommandRefused(f"{path}: không phải văn bản UTF-8. / not UTF-8 text.") from None
    if text.lstrip().startswith("["):
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise CommandRefused(f"{path}: mảng JSON bị cắt hoặc hỏng ({error}). / cut or broken JSON.") from None
        if not any(is_known_format(v) for v in values):
            raise CommandRefused(_unknown(path))
        return "array", text
    head = [line for line in text.splitlines() if line.strip()][:50]
    if not any(is_known_format(_value(line)) for line in head):
        raise CommandRefused(_unknown(path))
    return "lines", text


def _unknown(path: Path) -> str:
    return (
        f"{path}: không thuộc ba dạng đã biết (JSONL của Cổng, mảng JSON, JSONL của Bộ Quốc phòng); chưa ghi gì. / "
        "none of the three known formats; nothing was written."
    )


def _records(path: Path, form: str, text: str) -> Iterator[tuple[str, int, object]]:
    from motcua.core.kernel import Problem

    if form == "array":
        for number, value in enumerate(json.loads(text), start=1):
            yield path.name, number, value
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            value = _value(line)
            broken = Problem("catalogue.line_broken", values={"line": str(number)})
            yield path.name, number, broken if value is None else value


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def _search(args: argparse.Namespace) -> int:
    from motcua.services.catalogue import search_procedures

    if args.queries:
        for row in _jsonl(args.queries):
            hits = search_procedures(str(row.get("query", "")), limit=args.limit)
            found = {"id": row.get("id"), "query": row.get("query"), "results": [_hit(h) for h in hits]}
            print(json.dumps(found, ensure_ascii=False))
        return DONE
    if not args.text.strip():
        raise CommandRefused(
            "Hãy nhập từ cần tìm, hoặc --queries TỆP. / Give words to search for, or --queries FILE."
        )
    hits = search_procedures(args.text, limit=args.limit)
    if args.json:
        print(json.dumps([_hit(h) for h in hits], ensure_ascii=False))
    else:
        print(
            "\n".join(f"{h.code:10} {h.score:6.3f}  {h.name[:110]}" for h in hits)
            or "Không tìm thấy. / Nothing found."
        )
    return DONE


def _score(args: argparse.Namespace) -> int:
    from motcua.services.catalogue import search_procedures

    rows = [r for r in _jsonl(args.file) if r.get("codes_in_collection")]
    if args.every != "all":
        wanted = 0 if args.every == "even" else 1
        rows = [r for r in rows if int("".join(c for c in str(r["id"]) if c.isdigit())) % 2 == wanted]
    search_procedures("khai sinh", limit=1)
    first = five = 0
    times, misses = [], []
    for row in rows:
        begun = time.perf_counter()
        codes = [h.code for h in search_procedures(row["query"], limit=5)]
        times.append((time.perf_counter() - begun) * 1000)
        wanted_codes = set(row["codes_in_collection"])
        first += bool(codes[:1] and codes[0] in wanted_codes)
        is_among = bool(wanted_codes & set(codes))
        five += is_among
        if not is_among or codes[0] not in wanted_codes:
            misses.append((row["query"], sorted(wanted_codes), codes))
    times.sort()
    count = max(len(rows), 1)
    figures = {
        "questions": len(rows),
        "hit_at_1": round(first / count, 4),
        "hit_at_5": round(five / count, 4),
        "p50_ms": round(times[len(times) // 2], 2) if times else 0,
        "p95_ms": round(times[int(len(times) * 0.95)], 2) if times else 0,
    }
    print(json.dumps(figures) if args.json else "\n".join(f"{k:12}{v}" for k, v in figures.items()))
    if args.misses:
        for query, wanted_list, codes in misses:
            print(f"- {query}\n    {wanted_list} ≠ {codes}")
    return DONE if rows else REFUSED


def _hit(hit: Any) -> dict[str, Any]:
    return {"code": hit.code, "name": hit.name, "score": hit.score}


def _jsonl(path: Path) -> list[dict[str, Any]]:
    try:
        rows = [_value(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except FileNotFoundError:
        raise CommandRefused(f"{path}: không có tệp này. / no such file.") from None
    if not rows or not all(isinstance(r, dict) for r in rows):
        raise CommandRefused(f"{path}: cần JSONL, mỗi dòng một đối tượng. / JSONL of objects is needed.")
    return rows
