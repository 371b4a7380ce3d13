"""Answers what the live part sends: the events of a hall that a display, a kiosk or a phone should hear of.

Plain statements and values: the process that sends them has no Django and speaks to PostgreSQL itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from motcua.core.floor import EventKind, call_words

CHANNEL = "motcua_floor"
EVENTS_MAX = 100
HALL_OF_STREAM = "SELECT id, seq FROM floor_hall WHERE stream = %s"
EVENTS_SINCE = """
SELECT e.seq, e.kind, e.at, t.letter, t.number, c.number, e.data
FROM floor_ticketevent e
LEFT JOIN floor_ticket t ON t.id = e.ticket_id
LEFT JOIN organisation_counter c ON c.id = e.counter_id
WHERE e.hall_id = %s AND e.seq > %s ORDER BY e.seq DESC LIMIT 100
"""
HEARTBEAT = """
INSERT INTO floor_livepart (name, seen_at, listeners) VALUES ('live', clock_timestamp(), %s)
ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at, listeners = excluded.listeners
"""
NOTIFY = "SELECT pg_notify('motcua_floor', %s)"
_NAMES: Mapping[int, str] = {
    EventKind.CALLED: "called",
    EventKind.CALLED_AGAIN: "called",
    EventKind.FINISHED: "finished",
}


def message(row: Sequence[Any]) -> bytes:
    """Return an event as it goes over the line: its number as id, a name, and data without anything personal.

    ``called`` holds what is shown and spoken; ``finished`` the counter, for its rating tablet; all else is
    ``changed``, which asks the listener to look again.
    """
    seq, kind, at, letter, number, counter, _data = row
    name = _NAMES.get(kind, "changed")
    data: dict[str, Any] = {"seq": seq, "at": at.isoformat()}
    if name != "changed" and letter is not None and counter is not None:
        label = f"{letter}{number:03}"
        data |= {"label": label, "counter": counter}
        if name == "called":
            data["words"] = {language: call_words(label, counter, language) for language in ("vi", "en")}
    return f"id: {seq}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
