"""Answers the next number of a series, unique and without gaps under any concurrency."""

from __future__ import annotations

from datetime import date

from django.db import connection


def take_numbers(*scopes: str) -> tuple[int, ...]:
    """Return the next number of each series, in the order asked; one statement.

    Must run inside the transaction that uses the numbers: the series' rows stay locked until it ends, and when
    it is undone the numbers are free again. Series are locked in one order, so two takers never wait in a ring.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_numberseries (scope, value) SELECT s, 1 FROM unnest(%s::text[]) s ORDER BY s "
            "ON CONFLICT (scope) DO UPDATE SET value = ledger_numberseries.value + 1 RETURNING scope, value",
            [list(scopes)],
        )
        taken = dict(cursor.fetchall())
    return tuple(taken[scope] for scope in scopes)


def take_range(scope: str, count: int) -> tuple[int, int]:
    """Return the first and last of ``count`` numbers taken out of a series at once; nobody else gets them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_numberseries (scope, value) VALUES (%s, %s) ON CONFLICT (scope)"
            " DO UPDATE SET value = ledger_numberseries.value + excluded.value RETURNING value",
            [scope, count],
        )
        last = int(cursor.fetchone()[0])
    return last - count + 1, last


def code_scope(agency_code: str, on: date) -> str:
    return f"code:{agency_code}:{on:%Y%m%d}"


def paper_scope(unit_id: int, form: str, year: int) -> str:
    return f"paper:{unit_id}:{form}:{year}"
