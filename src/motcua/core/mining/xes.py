"""Answers what a log in the XES format says (IEEE 1849): cases, events, their activity, time and resource.

Activity is ``concept:name``; the order within a case is that of the file. Everything else of the log is left aside.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

import numpy as np

from motcua.core.mining.log import NO_TIME, EventLog

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT_MAX = 2000


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
            reader.parser.Parse(chunk, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise LogError(expat.ErrorString(error.code) or "xml", error.lineno) from error
    if not reader.is_log:
        raise LogError("no log")
    return reader.made()


class _Reader:
    """Takes what the XML parser finds; the two handlers run once an element, so they do as little as can be."""

    def __init__(self) -> None:
        self.is_log = False
        self.cases: list[str] = []
        self.starts: list[int] = []
        self.names: list[str] = []
        self.times: list[str] = []
        self.resources: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        # A document type could make a small file huge; a log has none.
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._install()

    def _refuse_doctype(self, *_: Any) -> None:
        raise LogError("doctype", self.parser.CurrentLineNumber)

    def _install(self) -> None:
        depth, case_depth, event_depth = 0, -1, -1
        cases, starts, names, times, resources = self.cases, self.starts, self.names, self.times, self.resources

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
                if depth == case_depth + 1 and _value(attributes, "key") == "concept:name":
                    cases[-1] = _value(attributes, "value")
            elif tag == "trace" or tag.endswith(":trace"):
                case_depth = depth
                cases.append("")
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

    def made(self) -> EventLog:
        activities, activity = _numbered(self.names)
        resources, resource = _numbered(self.resources)
        if "" in resources:
            resource = np.where(resource == resources.index(""), -1, resource).astype(np.int32)
        return EventLog(
            cases=tuple(name[:_TEXT_MAX] for name in self.cases),
            starts=np.array([*self.starts, len(self.names)], dtype=np.int64),
            activities=activities,
            activity=activity,
            at=_instants(self.times),
            resources=resources,
            resource=resource,
        )


def _value(attributes: list[str], name: str) -> str:
    for i in range(0, len(attributes), 2):
        if attributes[i] == name:
            return attributes[i + 1]
    return ""


def _numbered(texts: list[str]) -> tuple[tuple[str, ...], Any]:
    numbers: dict[str, int] = {}
    found = np.fromiter((numbers.setdefault(t, len(numbers)) for t in texts), dtype=np.int32, count=len(texts))
    return tuple(name[:_TEXT_MAX] for name in numbers), found


def _instants(texts: list[str]) -> Any:
    known: dict[str, int] = {"": int(NO_TIME)}
    found = np.empty(len(texts), dtype=np.int64)
    for i, text in enumerate(texts):
        at = known.get(text)
        if at is None:
            at = _instant(text)
            if len(known) < 100_000:
                known[text] = at
        found[i] = at
    return found


def _instant(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return int(NO_TIME)
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    gap = at - _EPOCH
    return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds
