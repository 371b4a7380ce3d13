"""Answers whether somebody may try once more: counts tries per key in windows of time, for all server processes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import connection


def is_within_limit(key: str, limit: int, *, minutes: int, now: datetime) -> bool:
    """Return whether this try is among the first ``limit`` of the window; the try is counted. One statement.

    The key is stored as a digest: addresses and codes are not kept.
    """
    window = int(now.timestamp()) // (minutes * 60)
    digest = hashlib.sha256(f"{key}|{window}".encode()).hexdigest()[:40]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_trycount (key, count, made_at) VALUES (%s, 1, %s) "
            "ON CONFLICT (key) DO UPDATE SET count = ledger_trycount.count + 1 RETURNING count",
            [digest, now],
        )
        return bool(cursor.fetchone()[0] <= limit)


def address_of(request: Any) -> str:
    """Return the address that the connection came from; a forwarded one is not believed."""
    return str(request.META.get("REMOTE_ADDR", ""))
