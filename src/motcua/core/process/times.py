"""Answers whether a text is a time for which a process can wait: a term, a duration or an instant of ISO 8601.

When it comes is for the dossier's waits to say; nothing here knows a calendar or a clock.
"""

from __future__ import annotations

import re
from datetime import datetime

from motcua.core.calendar import TermError, parse_term

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def duration_of(spec: str) -> dict[str, float] | None:
    """Return the parts of a duration of ISO 8601, from ``years`` to ``seconds``; None for what is none."""
    text = spec.strip()
    found = _DURATION.fullmatch(text)
    if found is None or text == "P" or text.endswith("T"):
        return None
    return {name: float(value or 0) for name, value in found.groupdict().items()}


def is_instant(spec: str) -> bool:
    """Return whether ``spec`` is written as an instant; whether its day exists is not asked."""
    return re.match(r"\d{4}-\d{2}-\d{2}T", spec) is not None


def is_time(spec: str) -> bool:
    """Return whether ``spec`` is a time that a timer can have."""
    try:
        if is_instant(spec):
            datetime.fromisoformat(spec)
        elif duration_of(spec) is None:
            parse_term(spec)
    except (ValueError, TermError):
        return False
    return True
