"""Answers what plainly written cases of an XES file hold, without asking a parser about every tag.

Most programs write one flat form: ``<event>`` with ``key="…" value="…"`` elements that hold nothing. Counting the
marks of a piece tells whether it is all of that form; anything else is left to the parser, and nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_KEYS = (b"concept:name", b"time:timestamp", b"org:resource")
_NAME, _TIME, _WHO = (b' key="' + key + b'" value="' for key in (b"concept:name", b"time:timestamp", b"org:resource"))
_ENDED, _PLANNED = b' key="enddate" value="', b' key="enddate_planned" value="'
_ELEMENT = re.compile(rb'<([a-z]+) key="([^"]*)"')
_Raw = tuple[list[bytes], list[bytes], list[bytes]]
_FRAME = re.compile(rb"</?(?:event|trace)>")
_IN_ORDER = re.compile(rb"(?:<trace>(?:<event></event>)*</trace>)*")
# Between events, and between cases, nothing may stand: it would be taken for a part of what came before.
_BETWEEN = re.compile(rb"</event>[^<]*<(?!event>|/trace>)|</trace>[^<]*<(?!trace>)")
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


@dataclass(slots=True)
class Columns:
    """Texts of cases and events in their order; ``starts`` is the number of events before each case."""

    cases: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)


class QuickReader:
    """Reads pieces of whole cases; remembers the texts that come again."""

    def __init__(self, into: Columns) -> None:
        self._into = into
        self._texts: dict[bytes, str] = {b"": ""}
        self._shape: tuple[tuple[tuple[bytes, bytes], ...], re.Pattern[bytes]] | None = None

    def read(self, piece: bytes) -> bool:
        """Append what a piece of whole cases holds; ``False``, and nothing appended, when it is not of the flat form."""
        if not _is_flat(piece):
            return False
        try:
            self._append(piece)
        except (UnicodeDecodeError, ValueError):
            return False
        return True

    def _append(self, piece: bytes) -> None:
        found, before = Columns(), len(self._into.names)
        for case in piece.split(b"<trace>")[1:]:
            head = case[: case.find(b"<event>")]
            found.cases.append(self._text(_value(head, _NAME)))
            found.ended.append(_value(head, _ENDED).decode())
            found.planned.append(_value(head, _PLANNED).decode())
            found.starts.append(before)
            before += case.count(b"<event>")
        columns = self._alike(piece, count=before - len(self._into.names)) or _one_by_one(piece)
        into = self._into
        into.cases += found.cases
        into.starts += found.starts
        into.ended += found.ended
        into.planned += found.planned
        into.names += self._texts_of(columns[0])
        into.times += [raw.decode() for raw in columns[1]]
        into.resources += self._texts_of(columns[2])

    def _alike(self, piece: bytes, *, count: int) -> _Raw | None:
        """Return the columns when all events have the same keys in the same order; ``None`` when not."""
        if not count:
            return [], [], []
        first = piece[piece.index(b"<event>") : piece.index(b"</event>")]
        keys = tuple(_ELEMENT.findall(first))
        wanted = [keys.index(pair) for key in _KEYS if (pair := _only(keys, key)) is not None]
        if self._shape is None or self._shape[0] != keys:
            self._shape = keys, _shape_of(keys, wanted)
        rows = self._shape[1].findall(piece)
        if len(rows) != count or not wanted:
            return None
        columns = list(zip(*rows, strict=True)) if len(wanted) > 1 else [tuple(rows)]
        by_place = dict(zip(sorted(wanted), columns, strict=True))
        names, times, whos = (
            list(by_place[keys.index(pair)]) if (pair := _only(keys, key)) is not None else [b""] * count
            for key in _KEYS
        )
        return names, times, whos

    def _texts_of(self, raws: list[bytes]) -> list[str]:
        known = {raw: self._text(raw) for raw in set(raws)}
        return list(map(known.__getitem__, raws))

    def _text(self, raw: bytes) -> str:
        known = self._texts.get(raw)
        if known is None:
            known = _plain(raw)
            if len(self._texts) < 100_000:
                self._texts[raw] = known
        return known


def _one_by_one(piece: bytes) -> _Raw:
    """Return the columns of events that differ in their keys. The last one counts where a key comes twice."""
    names, times, whos = list[bytes](), list[bytes](), list[bytes]()
    for part in piece.split(b"<event>")[1:]:
        event = part[: part.index(b"</event>")]
        names.append(_value(event, _NAME))
        times.append(_value(event, _TIME))
        whos.append(_value(event, _WHO))
    return names, times, whos


def _only(keys: tuple[tuple[bytes, bytes], ...], key: bytes) -> tuple[bytes, bytes] | None:
    """Return the element with this key; ``None`` when there is none. Raises ValueError when it comes twice."""
    found = [pair for pair in keys if pair[1] == key]
    if len(found) > 1:
        raise ValueError("a key comes twice")
    return found[0] if found else None


def _shape_of(keys: tuple[tuple[bytes, bytes], ...], wanted: list[int]) -> re.Pattern[bytes]:
    parts = [
        rb"\s*<"
        + re.escape(tag)
        + rb' key="'
        + re.escape(key)
        + (rb'" value="([^"]*)"\s*/>' if n in wanted else rb'" value="[^"]*"\s*/>')
        for n, (tag, key) in enumerate(keys)
    ]
    return re.compile(rb"<event>" + b"".join(parts) + rb"\s*</event>")


def _is_flat(piece: bytes) -> bool:
    """Return whether the piece holds cases, events and empty elements with ``key`` and ``value`` alone."""
    marks, empty = piece.count(b"<"), piece.count(b"/>")
    frame = _FRAME.findall(piece)
    return (
        marks == empty + len(frame)
        and piece.count(b">") == marks
        and piece.count(b' key="') == empty
        and piece.count(b'" value="') == empty
        and piece.count(b'"') == 4 * empty
        and _IN_ORDER.fullmatch(b"".join(frame)) is not None
        and _BETWEEN.search(piece) is None
    )


def _value(element: bytes, mark: bytes) -> bytes:
    at = element.rfind(mark)
    if at < 0:
        return b""
    start = at + len(mark)
    return element[start : element.index(b'"', start)]


def _plain(raw: bytes) -> str:
    """Return an attribute as a parser gives it: entities resolved, line ends as spaces. Raises ValueError."""
    text = raw.decode()
    if any(c in text for c in "\t\n\r"):
        text = text.replace("\r\n", " ").translate({9: " ", 10: " ", 13: " "})
    if "&" not in text:
        return text
    if text.count("&") != len(_ENTITY.findall(text)):
        raise ValueError("an entity that is not of XML")
    return _ENTITY.sub(_resolved, text)


def _resolved(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    return chr(int(found[1]) if found[1] else int(found[2], 16))
