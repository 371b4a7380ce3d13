"""Answers which messages the simulated channels took: one file that all processes of an installation share.

Used where no real channel is connected and the data are a demo's; nothing is ever sent from here.
"""

from __future__ import annotations

import fcntl
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message that a simulated channel took. ``number`` is the channel's own."""

    number: str
    channel: str
    to: str
    subject: str
    text: str
    at: datetime


def keep(*, channel: str, key: str, to: str, subject: str, text: str, at: datetime) -> str:
    """Add a message and return its number; the same key on the same channel is kept once."""
    number = f"{channel}-{key}"
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if any(json.loads(line)["number"] == number for line in file):
            return number
        row = {"number": number, "channel": channel, "to": to, "subject": subject, "text": text}
        file.write(json.dumps({**row, "at": at.isoformat()}, ensure_ascii=False) + "\n")
    return number


def kept_messages() -> list[KeptMessage]:
    """Return the newest messages first, two hundred at most."""
    path = _file()
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[-_SHOWN_MAX:]]
    return [KeptMessage(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in reversed(rows)]


def _file() -> Path:
    return Path(settings.VAR) / "simulated" / "messages.jsonl"
