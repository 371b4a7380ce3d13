"""Answers how events are written down: as columns to be counted, and in the XES format (IEEE 1849) for other programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

import numpy as np

from motcua.core.mining.log import EventLog

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<classifier name="Activity" keys="concept:name"/>
"""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """Something that happened in a case: what, when, by which unit (empty: none)."""

    activity: str
    at: datetime
    resource: str = ""


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """A case with its events in their order; ``attributes`` are written as they are."""

    id: str
    events: tuple[LoggedEvent, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)


def log_of(cases: Iterable[LoggedCase]) -> EventLog:
    """Return the events in columns. Guarantee: as ``read_xes`` gives them back from ``xes_text``."""
    names, starts, at = list[str](), [0], list[int]()
    activities, resources = dict[str, int](), dict[str, int]()
    activity, resource = list[int](), list[int]()
    for case in cases:
        names.append(case.id)
        for event in case.events:
            activity.append(activities.setdefault(event.activity, len(activities)))
            resource.append(resources.setdefault(event.resource, len(resources)) if event.resource else -1)
            gap = event.at - _EPOCH
            at.append((gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds)
        starts.append(len(activity))
    return EventLog(
        cases=tuple(names),
        starts=np.array(starts, dtype=np.int64),
        activities=tuple(activities),
        activity=np.array(activity, dtype=np.int32),
        at=np.array(at, dtype=np.int64),
        resources=tuple(resources),
        resource=np.array(resource, dtype=np.int32),
    )


def xes_text(cases: Iterable[LoggedCase]) -> Iterator[str]:
    """Return a log in pieces, a case each, so that a large one need not be held in memory."""
    yield _HEAD
    for case in cases:
        lines = ["<trace>", _string("concept:name", case.id)]
        lines += [_string(key, value) for key, value in case.attributes.items()]
        for event in case.events:
            at = event.at.isoformat(timespec="microseconds")
            who = _string("org:resource", event.resource) if event.resource else ""
            lines.append(
                f'<event>{_string("concept:name", event.activity)}<date key="time:timestamp" value="{at}"/>{who}</event>'
            )
        yield "\n".join([*lines, "</trace>\n"])
    yield "</log>\n"


def _string(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(_UNWRITABLE.sub(' ', value))}/>"
