"""Answers what a log in the XES format says (IEEE 1849): cases, events, their activity, time and resource.

Activity is ``concept:name``; the order within a case is that of the file. Of a case also ``enddate`` and
``enddate_planned`` are read, as logs of permits carry them. Everything else of the log is left aside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import repeat
from typing import Any
from xml.parsers import expat

import numpy as np

from motcua.core.mining.instants import instants_alike
from motcua.core.mining.log import NO_TIME, EventLog
from motcua.core.mining.quick import Columns, QuickReader

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT_MAX = 2000
_CASE, _CASE_END, _WAITING_MAX = b"<trace>", b"</trace>", 16 << 20
_SHAPES_MAX, _ALIKE_MIN, _READ = 8, 256, -2
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")


class LogError(ValueError):
    """The file is no log: not XML, cut off, or of another kind. ``line`` says where, 0 when nowhere."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


def read_xes(chunks: Iterable[bytes]) -> EventLog:
    """Return the log; raises LogError. Attributes inside attributes, global ones and classifiers do not count."""
    reader = _Reader()
    try:
        for chunk in chunks:
            reader.feed(chunk)
        reader.close()
    except expat.ExpatError as error:
        raise LogError(expat.ErrorString(error.code) or "xml", error.lineno + reader.lines_aside) from error
    if not reader.is_log:
        raise LogError("no log")
    return reader.made()


class _Reader:
    """Takes what the XML parser finds; the two handlers run once an element, so they do as little as can be.

    Whole cases in the flat form are read aside from the parser, which sees the rest as if they were not there.
    """

    def __init__(self) -> None:
        self.is_log = False
        self.lines_aside = 0
        self.columns = Columns()
        self.quick = QuickReader(self.columns)
        self.waiting = b""
        self.may_be_quick: bool | None = None
        self.is_between_cases: Callable[[], bool] = lambda: False
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        # A document type could make a small file huge; a log has none.
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._install()

    def _refuse_doctype(self, *_: Any) -> None:
        raise LogError("doctype", self.parser.CurrentLineNumber)

    def _install(self) -> None:
        depth, case_depth, event_depth = 0, -1, -1
        into = self.columns
        cases, starts, names, times, resources = into.cases, into.starts, into.names, into.times, into.resources
        of_case = {"concept:name": cases, "enddate": into.ended, "enddate_planned": into.planned}

        # In an event, what counts is one level below it; -1 where no such level is open.
        inner = -1
        wanted = {"concept:name": names, "time:timestamp": times, "org:resource": resources}

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal depth, case_depth, event_depth, inner
            depth += 1
            if depth == inner:
                # Names and values alternate; the key almost always comes first.
                column = wanted.get(
                    attributes[1] if attributes and attributes[0] == "key" else _value(attributes, "key")
                )
                if column is not None:
                    column[-1] = _value(attributes, "value")
            elif inner > 0:
                return
            elif tag == "event" or tag.endswith(":event"):
                event_depth, inner = depth, depth + 1
                names.append("")
                times.append("")
                resources.append("")
            elif case_depth > 0:
                if depth == case_depth + 1 and (column := of_case.get(_value(attributes, "key"))) is not None:
                    column[-1] = _value(attributes, "value")
            elif tag == "trace" or tag.endswith(":trace"):
                case_depth = depth
                for column in of_case.values():
                    column.append("")
                starts.append(len(names))
            elif depth == 1:
                if tag != "log" and not tag.endswith(":log"):
                    raise LogError("no log", self.parser.CurrentLineNumber)
                self.is_log = True

        def end(tag: str) -> None:
            nonlocal depth, case_depth, event_depth, inner
            if depth == event_depth:
                event_depth = inner = -1
            elif depth == case_depth:
                case_depth = -1
            depth -= 1

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end
        self.is_between_cases = lambda: depth == 1

    def feed(self, chunk: bytes) -> None:
        """Read a piece of the file; of its end, what belongs to a case that is not whole waits for the next."""
        data = self.waiting + chunk
        end = data.rfind(_CASE_END) + len(_CASE_END)
        if end < len(_CASE_END) or self.may_be_quick is False:
            # Nothing whole yet. A case of many megabytes is the parser's.
            if len(data) >= _WAITING_MAX:
                self.may_be_quick = False
            self.waiting = b"" if self.may_be_quick is False else data
            if not self.waiting:
                self.parser.Parse(data, False)
            return
        begin = data.find(_CASE)
        if begin < 0 or begin > end:
            begin = end
        self.parser.Parse(data[:begin], False)
        if self.may_be_quick is None:
            self.may_be_quick = self.is_between_cases() and _is_plain(data[:begin])
        elif _hides(data[:begin]):
            self.may_be_quick = False
        piece = data[begin:end]
        if self.may_be_quick and self.is_between_cases() and self.quick.read(piece):
            self.lines_aside += piece.count(b"\n")
        else:
            self.parser.Parse(piece, False)
            if _hides(piece):
                self.may_be_quick = False
        self.waiting = data[end:]

    def close(self) -> None:
        self.parser.Parse(self.waiting, True)

    def made(self) -> EventLog:
        into = self.columns
        activities, activity = _numbered(into.names)
        resources, resource = _numbered(into.resources)
        if "" in resources:
            resource = np.where(resource == resources.index(""), -1, resource).astype(np.int32)
        return EventLog(
            cases=tuple(name[:_TEXT_MAX] for name in into.cases),
            starts=np.array([*into.starts, len(into.names)], dtype=np.int64),
            activities=activities,
            activity=activity,
            at=_instants(into.times),
            resources=resources,
            resource=resource,
            ended=_instants(into.ended),
            planned=_instants(into.planned),
        )


def _is_plain(head: bytes) -> bool:
    """Return whether what stands before the first case leaves nothing open, and the file is in UTF-8."""
    encoding = _ENCODING.search(head)
    is_utf8 = encoding is None or encoding[1].lower() == b"utf-8"
    return is_utf8 and head.count(b"<!--") == head.count(b"-->") and b"<![" not in head


def _hides(text: bytes) -> bool:
    """Return whether a comment, a section or an instruction begins here, in which a case would be none."""
    return b"<!" in text or b"<?" in text


def _value(attributes: list[str], name: str) -> str:
    for i in range(0, len(attributes), 2):
        if attributes[i] == name:
            return attributes[i + 1]
    return ""


def _numbered(texts: list[str]) -> tuple[tuple[str, ...], Any]:
    numbers = {text: n for n, text in enumerate(dict.fromkeys(texts))}
    found = np.fromiter(map(numbers.__getitem__, texts), dtype=np.int32, count=len(texts))
    return tuple(name[:_TEXT_MAX] for name in numbers), found


def _instants(texts: list[str]) -> Any:
    """Return the times in microseconds since 1970; those written alike are read all at once."""
    found = np.full(len(texts), NO_TIME, dtype=np.int64)
    shapes = Counter(map(_shape, texts))
    alike = [shape for shape, count in shapes.most_common(_SHAPES_MAX) if count >= _ALIKE_MIN]
    left = np.arange(len(texts))
    if alike:
        own = np.fromiter(map({s: n for n, s in enumerate(alike)}.get, map(_shape, texts), repeat(-1)), np.int64)
        for number, (_width, zone) in enumerate(alike):
            places = np.flatnonzero(own == number)
            read = instants_alike([texts[i] for i in places.tolist()] if len(places) < len(texts) else texts, zone)
            if read is not None:
                found[places] = read
                own[places] = _READ
        left = np.flatnonzero(own != _READ)
    for i in left.tolist():
        if texts[i]:
            found[i] = _instant(texts[i])
    return found


def _shape(text: str) -> tuple[int, str]:
    return len(text), text[-6:] if text[-6:-5] in ("+", "-") else text[-1:]


def _instant(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return int(NO_TIME)
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    gap = at - _EPOCH
    return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds
