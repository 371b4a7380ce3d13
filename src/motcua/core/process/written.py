"""Answers how a process stands in a file that people read and write (TOML), and what such a file defines.

Only the form is here; which entries there are and what they mean is in ``entries``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from motcua.core.kernel import Problem
from motcua.core.process.definition import Definition
from motcua.core.process.entries import Written, entries_of, read_entries

__all__ = ["Written", "read_written", "write_written"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = re.compile(r"\s*(\[\[?)\s*([A-Za-z_]+)\s*\]\]?\s*(?:#.*)?$")
_ENTRY = re.compile(r"\s*([A-Za-z_]+)\s*=")
_PLACE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


def read_written(text: str) -> Written | tuple[Problem, ...]:
    """Return the process that ``text`` writes down, or everything in it that cannot be read, each with its line.

    Problems: ``written.syntax`` and those of ``read_entries``; ``values["line"]`` is the line, ``field`` the entry.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        line = found[1] if found and found[1] else str(text.count("\n") + 1)
        reason = _PLACE.sub("", str(error)).strip()
        return (Problem("written.syntax", values={"line": line, "reason": reason}),)
    lines = _lines_of(text)

    def place_of(entry: str) -> str:
        line = _line_of(entry, lines)
        return f"{line}: {entry}" if line else entry

    return read_entries(data, place_of)


def write_written(definition: Definition, units: Mapping[str, str], stated_days: float | None) -> str:
    """Return the file that writes the process down. Guarantee: ``read_written`` of it gives the same back."""
    entries = entries_of(definition, units, stated_days)
    lines = [f"{name} = {_value(value)}" for name, value in entries.items() if isinstance(value, str)]
    if not entries["end"]:
        lines.append("end = []")
    if entries["units"]:
        lines += ["", "[units]"]
        lines += [f"{_name(slot)} = {_value(unit)}" for slot, unit in entries["units"].items()]
    for name, found in entries.items():
        for entry in found if isinstance(found, list) else ():
            lines += ["", f"[[{name}]]"]
            lines += [f"{_name(key)} = {_value(value)}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for the one control character that JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_name(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if value and isinstance(value[0], dict):
        return "[\n" + "".join(f"  {_value(part)},\n" for part in value) + "]"
    return "[" + ", ".join(_value(part) for part in value) + "]"


def _name(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _lines_of(text: str) -> dict[str, int]:
    """Return the line of each entry by its name, ``step[2].time``; an entry within another has the other's line."""
    count, at, found = Counter[str](), "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _HEAD.match(line):
            count[head[2]] += 1
            at = f"{head[2]}[{count[head[2]]}]" if head[1] == "[[" else head[2]
            found.setdefault(at, number)
        elif entry := _ENTRY.match(line):
            found.setdefault(f"{at}.{entry[1]}" if at else entry[1], number)
    return found


def _line_of(entry: str, lines: Mapping[str, int]) -> int | None:
    while entry:
        if entry in lines:
            return lines[entry]
        entry = re.sub(r"(\[\d+\]|\.?[^.\[\]]*)$", "", entry, count=1)
    return None
