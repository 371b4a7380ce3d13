"""Answers what was typed into a form with a key and rows: read once, the same way on every page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.http import HttpRequest


def key_of(request: HttpRequest) -> uuid.UUID:
    """Return the key that the form was opened with, or a new one."""
    return uuid_of(request.POST.get("key", "")) or uuid.uuid4()


def uuid_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def number_of(text: str) -> int:
    """Return the number that the text is, 0 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def rows_of(request: HttpRequest, fields: Sequence[str], *, limit: int) -> list[dict[str, str]]:
    """Return the rows ``row.<n>.<field>`` of the form, as many as its field ``rows`` says."""
    count = min(number_of(request.POST.get("rows", "")), limit)
    return [{f: request.POST.get(f"row.{n}.{f}", "") for f in fields} for n in range(1, count + 1)]


def blank_rows(fields: Sequence[str], count: int) -> list[dict[str, str]]:
    return [dict.fromkeys(fields, "") for _n in range(count)]
