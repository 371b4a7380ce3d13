"""Answers when many things happened that are written in one form: ``2026-11-16T08:30:00.000+07:00``, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

_MARKS = ((4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"))
_US = 1_000_000


def instants_alike(texts: Sequence[str], zone: str) -> Any | None:
    """Return microseconds since 1970 UTC of texts of one length that end in ``zone`` (``Z`` or ``+07:00``).

    ``None`` when one of them is not of that form or names no day or hour: then each is read alone.
    """
    offset = _offset(zone)
    width = len(texts[0])
    digits_of_second = width - len(zone) - 20
    if offset is None or (width - len(zone) != 19 and not 1 <= digits_of_second <= 6):
        return None
    try:
        signs = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8).reshape(len(texts), width)
    except (UnicodeEncodeError, ValueError):
        return None
    marks = _MARKS if digits_of_second < 1 else (*_MARKS, (19, "."))
    if any((signs[:, place] != ord(mark)).any() for place, mark in marks):
        return None
    return _read(signs, digits_of_second, offset)


def _read(signs: Any, digits_of_second: int, offset: int) -> Any | None:
    places = [*range(4), 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, *range(20, 20 + max(0, digits_of_second))]
    digits = signs[:, places] - np.uint8(ord("0"))
    # What is below "0" has wrapped round to a large number.
    if (digits > 9).any():
        return None

    def number(first: int, count: int) -> Any:
        value = np.zeros(len(digits), dtype=np.int64)
        for place in range(first, first + count):
            value = value * 10 + digits[:, place]
        return value

    year, month, day, hour, minute, second = (
        number(f, n) for f, n in ((0, 4), (4, 2), (6, 2), (8, 2), (10, 2), (12, 2))
    )
    months = (year - 1970) * 12 + month - 1
    begins = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    is_wrong = (
        (year < 1) | (month < 1) | (month > 12) | (day < 1) | (day > ends - begins)
        | (hour > 23) | (minute > 59) | (second > 59)
    )  # fmt: skip
    if is_wrong.any():
        return None
    fraction = number(14, digits_of_second) * 10 ** (6 - digits_of_second) if digits_of_second > 0 else 0
    seconds = (begins + day - 1) * 86_400 + hour * 3600 + minute * 60 + second - offset
    return seconds * _US + fraction


def _offset(zone: str) -> int | None:
    """Return the seconds that a zone is ahead of UTC; ``None`` when it is no zone."""
    if zone == "Z":
        return 0
    hours, minutes = zone[1:3], zone[4:6]
    if len(zone) != 6 or zone[3] != ":" or not (hours + minutes).isascii() or not (hours + minutes).isdecimal():
        return None
    if int(hours) > 23 or int(minutes) > 59:
        return None
    return (int(hours) * 3600 + int(minutes) * 60) * (-1 if zone[0] == "-" else 1)
